"""What an operation does to the service, crossed with every fault: how often it is sent, and what is in doubt."""

from __future__ import annotations

import socket
from typing import Any, NamedTuple

import pytest

from fota_sdk import FotaClient, FotaError, RepeatRefusedError
from tests.faults.calls import client_of
from tests.loopback import Connection, LoopbackServer, Request, Script, answer, url_of
from tests.unit.operations import WITHOUT_UPLOAD, Facts, each_without_upload


def reset(request: Request, connection: Connection) -> None:
    connection.reset()


def closed(request: Request, connection: Connection) -> None:
    connection.close()


def cut(request: Request, connection: Connection) -> None:
    connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
    connection.close()


def see_other(request: Request, connection: Connection) -> None:
    connection.send(b"HTTP/1.1 303 See Other\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n")


class Ending(NamedTuple):
    """How often a request arrives, and whether it may have been carried out."""

    arrived: int
    in_doubt: bool


RETRIED = {"READS": Ending(3, False), "SETS": Ending(3, True), "ASKS": Ending(1, False)}
RETRIED |= {"ACTS": Ending(1, True), "SCHEDULES": Ending(1, True)}
ONCE = {"READS": Ending(1, False), "SETS": Ending(1, True), "ASKS": Ending(1, False)}
ONCE |= {"ACTS": Ending(1, True), "SCHEDULES": Ending(1, True)}
REFUSED = dict.fromkeys(ONCE, Ending(1, False))
THROTTLED = dict.fromkeys(ONCE, Ending(3, False))

FAULTS: dict[str, tuple[Script, dict[str, Ending]]] = {
    "500": (answer({}, status=500), RETRIED),
    "502": (answer({}, status=502), RETRIED),
    "503": (answer({}, status=503), RETRIED),
    "504": (answer({}, status=504), RETRIED),
    "reset": (reset, RETRIED),
    "closed": (closed, RETRIED),
    "a cut body": (cut, RETRIED),
    "another 5xx": (answer({}, status=507), ONCE),
    "303": (see_other, ONCE),
    "429": (answer({}, status=429), THROTTLED),
    "400": (answer({"errorCode": "X"}, status=400), REFUSED),
    "403": (answer({}, status=403), REFUSED),
    "404": (answer({}, status=404), REFUSED),
    "409": (answer({}, status=409), REFUSED),
}
UNREADABLE = answer(content=b"<html>")


@each_without_upload
@pytest.mark.parametrize("fault", FAULTS)
def test_a_call_is_sent_as_often_as_its_effect_allows(facts: Facts, fault: str, pauses: list[float]) -> None:
    script, endings = FAULTS[fault]
    ends_as(facts, script, endings[facts.effect])


@pytest.mark.parametrize("facts", [facts for facts in WITHOUT_UPLOAD if not facts.is_nothing], ids=str)
def test_a_response_that_cannot_be_read_is_sent_once(facts: Facts) -> None:
    ends_as(facts, UNREADABLE, ONCE[facts.effect])


def ends_as(facts: Facts, script: Script, ending: Ending) -> None:
    with LoopbackServer(script) as server, client_of(server) as client:
        error = failed(facts, client)
        assert len(server.requests) == error.attempts == ending.arrived
        assert error.outcome_unknown is ending.in_doubt
        assert error.operation == facts.name
        assert ("may have carried this out" in str(error)) is ending.in_doubt
        if ending.in_doubt:
            assert "client." in str(error)  # the read that ends the doubt
        guarded = facts.effect == "SCHEDULES" and ending.in_doubt
        again = failed(facts, client)
        assert isinstance(again, RepeatRefusedError) is guarded
        assert len(server.requests) == ending.arrived * (1 if guarded else 2)


def failed(facts: Facts, client: FotaClient) -> FotaError:
    with pytest.raises(FotaError) as caught:
        facts.call(client)
    return caught.value


@each_without_upload
def test_what_is_never_sent_is_tried_again_whatever_it_does(facts: Facts, pauses: list[float]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with client_of(url_of(port)) as client:
        for _ in range(2):
            error = failed(facts, client)
            assert type(error).__name__ == "ConnectError"
            assert error.outcome_unknown is False


@each_without_upload
@pytest.mark.parametrize("fault", ["503", "reset", "closed", "a cut body", "429"])
def test_a_fault_that_passes_is_waited_out_where_its_effect_allows(
    facts: Facts, fault: str, pauses: list[float]
) -> None:
    script, _ = FAULTS[fault]
    is_sent_again = fault == "429" or facts.effect in ("READS", "SETS")
    with LoopbackServer(script, answer(facts.answer)) as server, client_of(server) as client:
        if is_sent_again:
            facts.call(client)
        else:
            assert failed(facts, client).outcome_unknown is (facts.effect != "ASKS")
        assert len(server.requests) == (2 if is_sent_again else 1)
        assert len({(request.method, request.target, request.body) for request in server.requests}) == 1


class Tokens:
    """A token source that gives a new token after each refusal."""

    def __init__(self) -> None:
        self.number = 1

    def get(self) -> str:
        return f"token-{self.number}"

    def invalidate(self, token: str) -> None:
        self.number += 1


@each_without_upload
def test_a_refused_token_is_renewed_and_the_call_sent_once_more(facts: Facts) -> None:
    refused = answer({"fault": {"code": "900901", "message": "Invalid Credentials"}}, status=401)
    with LoopbackServer(refused, answer(facts.answer)) as server, client_of(server, api_token=Tokens()) as client:
        facts.call(client)
        assert [request.header("Authorization") for request in server.requests] == ["Bearer token-1", "Bearer token-2"]
    with LoopbackServer(refused) as server, client_of(server, api_token=Tokens()) as client:
        error: Any = failed(facts, client)
        assert (error.status_code, error.outcome_unknown, len(server.requests)) == (401, False, 2)


@pytest.mark.parametrize("facts", [facts for facts in WITHOUT_UPLOAD if facts.effect == "SCHEDULES"], ids=str)
def test_a_schedule_in_doubt_is_sent_again_only_where_somebody_insists(facts: Facts) -> None:
    with LoopbackServer(reset, answer(facts.answer)) as server, client_of(server) as client:
        first = failed(facts, client)
        refused = failed(facts, client)
        assert isinstance(refused, RepeatRefusedError)
        assert type(refused.first) is type(first)
        assert "find_campaigns" in str(refused)
        assert len(server.requests) == 1
        facts.call(client, **{facts.required[0]: "0000999999-00001"})  # another account is another schedule
        facts.call(client.with_options(insist=True))
        facts.call(client)  # a success ends the doubt
        assert len(server.requests) == 4
