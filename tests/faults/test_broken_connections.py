from __future__ import annotations

import contextlib
import gc
import gzip
import json
import os
import socket
import sys
import threading

import pytest

from fota_sdk import ConnectError, DecodeError, FotaError, ServerError, TransportError
from tests.faults.calls import ALL, GOOD, NOT_REPEATABLE, READS, REPEATABLE, client_of
from tests.loopback import Connection, LoopbackServer, Request, Script, answer, url_of

HEAD = b"HTTP/1.1 200 OK\r\n"


def sends(*parts: bytes, then: str = "close") -> Script:
    def script(request: Request, connection: Connection) -> None:
        for part in parts:
            connection.send(part)
        getattr(connection, then)()

    return script


BROKEN: dict[str, Script] = {
    "reset before the response": sends(then="reset"),
    "closed before the response": sends(),
    "reset within the headers": sends(HEAD + b"Content-Le", then="reset"),
    "closed within the headers": sends(b"HTTP/1.1 20"),
    "closed after a header": sends(HEAD + b"Content-Type: application/json\r\n"),
    "closed after a header of an error": sends(b"HTTP/1.1 400 Bad\r\nContent-Type: application/json\r\n"),
    "reset within the body": sends(HEAD + b'Content-Length: 50\r\n\r\n{"id"', then="reset"),
    "closed within the body": sends(HEAD + b'Content-Length: 50\r\n\r\n{"success": true}'),
    "reset within a chunk": sends(HEAD + b'Transfer-Encoding: chunked\r\n\r\n20\r\n{"id"', then="reset"),
    "closed within a chunk": sends(HEAD + b'Transfer-Encoding: chunked\r\n\r\n20\r\n{"success": true}'),
    "closed before the last chunk": sends(HEAD + b'Transfer-Encoding: chunked\r\n\r\n11\r\n{"success": true}\r\n'),
    "a chunk of no size": sends(HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}"),
    "no HTTP": sends(b"\x00\x01SSH-2.0-nothing\r\n\r\n"),
    "a status that is none": sends(b"HTTP/1.1 abc Hm\r\nContent-Length: 2\r\n\r\n{}"),
    "two lengths": sends(HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n{}"),
    "200 headers": sends(HEAD + b"X: 1\r\n" * 200 + b"\r\n"),
    "a header without end": sends(HEAD + b"X: " + b"a" * 100_000 + b"\r\n\r\n"),
    "gzip that is none": sends(HEAD + b"Connection: close\r\nContent-Encoding: gzip\r\n\r\n{} not gz"),
}


@pytest.mark.parametrize("fault", BROKEN)
@pytest.mark.parametrize("call", REPEATABLE)
def test_what_does_no_harm_is_repeated_on_a_new_connection(call: str, fault: str, pauses: list[float]) -> None:
    with LoopbackServer(BROKEN[fault], answer(GOOD)) as server, client_of(server) as client:
        REPEATABLE[call](client)
        assert len(server.requests) == 2
        assert server.connections == 2
    assert pauses == [0.5]


@pytest.mark.parametrize("fault", BROKEN)
@pytest.mark.parametrize("call", NOT_REPEATABLE)
def test_what_may_have_been_carried_out_is_never_sent_again(call: str, fault: str, pauses: list[float]) -> None:
    with LoopbackServer(BROKEN[fault], answer(GOOD)) as server, client_of(server) as client:
        with pytest.raises(TransportError, match=r"may have carried this out.*Look before you retry") as caught:
            NOT_REPEATABLE[call](client)
        assert len(server.requests) == 1
    assert caught.value.outcome_unknown
    assert caught.value.attempts == 1
    assert pauses == []


@pytest.mark.parametrize("call", ALL)
def test_a_body_without_a_length_that_is_cut_is_no_success(call: str, pauses: list[float]) -> None:
    cut = sends(HEAD + b'\r\n{"success": true, "id": "abc", "campaignId": "x", "st')
    with LoopbackServer(cut) as server, client_of(server) as client, pytest.raises(DecodeError, match="not JSON"):
        ALL[call](client)
    assert len(server.requests) == 1


def test_a_gzip_body_that_is_cut_is_no_success() -> None:
    whole = gzip.compress(json.dumps(GOOD).encode())
    cut = answer(content=whole[: len(whole) // 2], headers={"Content-Encoding": "gzip"})
    with LoopbackServer(cut) as server, client_of(server, max_attempts=1) as client, pytest.raises(FotaError):
        ALL["GET"](client)


@pytest.mark.parametrize("call", ALL)
def test_a_refused_connection_is_tried_again_for_every_call(call: str, pauses: list[float]) -> None:
    with LoopbackServer(answer(GOOD)) as server:
        pass
    with client_of(server) as client, pytest.raises(ConnectError, match="nothing was sent") as caught:
        ALL[call](client)
    assert caught.value.attempts == 3
    assert not caught.value.outcome_unknown
    assert pauses == [0.5, 1.0]


def test_a_schedule_goes_out_once_when_the_service_comes_up_between_attempts(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as reserved:
        port = reserved.getsockname()[1]
    started: list[LoopbackServer] = []
    monkeypatch.setattr("fota_sdk.core.retry.sleep", lambda _: started.append(LoopbackServer(answer(GOOD), port=port)))
    with client_of(url_of(port)) as client:
        ALL["POST"](client)
    with started[0] as server:
        assert [request.method for request in server.requests] == ["POST"]


def test_a_name_that_cannot_be_looked_up_is_a_connect_error(pauses: list[float]) -> None:
    says = r"no-such-host\.invalid could not be reached \(.+\); nothing was sent"
    with client_of("https://no-such-host.invalid") as client, pytest.raises(ConnectError, match=says) as caught:
        ALL["POST"](client)
    assert not caught.value.outcome_unknown


@pytest.mark.parametrize("proxy", ["http://127.0.0.1:9", "http://no-such-proxy.invalid:3128"])
def test_a_proxy_that_cannot_be_reached_is_not_taken_for_the_service(proxy: str, pauses: list[float]) -> None:
    says = r"the proxy on the way to no-such-host\.invalid could not be reached \(.+\); nothing was sent"
    with client_of("https://no-such-host.invalid", proxies={"https": proxy}) as client:
        with pytest.raises(ConnectError, match=says) as caught:
            ALL["POST"](client)
    assert not caught.value.outcome_unknown


@pytest.mark.parametrize("call", ALL)
def test_a_connection_that_the_service_closed_while_idle_is_not_used(call: str) -> None:
    closed = threading.Event()

    def answer_and_close(request: Request, connection: Connection) -> None:
        answer(GOOD)(request, connection)
        connection.close()
        closed.set()

    with LoopbackServer(answer_and_close) as server, client_of(server) as client:
        for _ in range(20):
            ALL[call](client)
            assert closed.wait(5)
            closed.clear()
        assert len(server.requests) == 20


def test_a_service_that_comes_back_on_its_port_is_used_again(pauses: list[float]) -> None:
    with LoopbackServer(answer(GOOD)) as server, client_of(server, max_attempts=1) as client:
        ALL["POST"](client)
        server.close()
        with pytest.raises(FotaError):
            ALL["POST"](client)
        with LoopbackServer(answer(GOOD), port=server.port) as again:
            ALL["GET"](client)
            assert len(again.requests) == 1


@pytest.mark.parametrize("call", ALL)
def test_a_lost_response_followed_by_a_refusal_keeps_both(call: str, pauses: list[float]) -> None:
    refusal = answer({"errorCode": "INVALID_PARAMETER", "errorMessage": "already cancelled"}, status=400)
    with LoopbackServer(sends(), refusal) as server, client_of(server) as client:
        with pytest.raises(FotaError) as caught:
            ALL[call](client)
    assert caught.value.outcome_unknown == (call not in READS)
    assert len(server.requests) == (2 if call in REPEATABLE else 1)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("call", ALL)
def test_passing_server_errors_are_repeated_where_that_does_no_harm(
    call: str, status: int, pauses: list[float]
) -> None:
    with LoopbackServer(answer({}, status=status)) as server, client_of(server) as client:
        with pytest.raises(ServerError) as caught:
            ALL[call](client)
        assert len(server.requests) == (3 if call in REPEATABLE else 1)
    assert caught.value.attempts == len(server.requests)
    assert caught.value.outcome_unknown == (call not in READS)


@pytest.mark.parametrize("call", ALL)
def test_other_server_errors_and_unreadable_responses_are_not_repeated(call: str, pauses: list[float]) -> None:
    for script in (answer({}, status=501), answer({}, status=599), answer("nothing"), answer(content=b"<html>")):
        with LoopbackServer(script) as server, client_of(server) as client:
            with pytest.raises((ServerError, DecodeError)) as caught:
                ALL[call](client)
            assert len(server.requests) == 1
        assert caught.value.outcome_unknown == (call not in READS)


@pytest.mark.skipif(sys.platform == "win32", reason="has no limit of this kind")
def test_running_out_of_file_descriptors_is_an_error_of_ours_and_passes() -> None:
    import resource

    gc.collect()  # what is closed meanwhile would leave a place for one more connection
    with LoopbackServer(answer(GOOD)) as server, client_of(server, max_attempts=1) as client:
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(256, soft), hard))
        taken = []
        try:
            with contextlib.suppress(OSError):
                while True:
                    taken.append(os.open(os.devnull, os.O_RDONLY))
            with pytest.raises(TransportError):
                ALL["GET"](client)
        finally:
            for number in taken:
                os.close(number)
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        ALL["GET"](client)
