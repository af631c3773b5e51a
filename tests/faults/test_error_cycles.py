"""Errors are gone when nobody holds them, and hold neither request nor tokens nor a body that was given up."""

from __future__ import annotations

import gc
import json
import weakref
from collections.abc import Callable, Iterator
from types import FrameType, ModuleType
from typing import Any

import pytest
import requests

from fota_sdk import FotaClient, OAuthClientCredentials, RepeatRefusedError
from tests.faults.calls import GET, POST, client_of
from tests.faults.token_service import Service
from tests.loopback import LoopbackServer, Script, answer

SECRETS = ("canary-api", "canary-session")
TOKENS = {"api_token": "canary-api-token", "session_token": "canary-session-token"}


@pytest.fixture
def without_collector(little_to_collect: None) -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def closes(begin: bytes = b"") -> Script:
    def script(request: Any, connection: Any) -> None:
        connection.send(begin)
        connection.close()

    return script


def raising(response: requests.Response, **_: Any) -> None:
    response.raise_for_status()


FAILING: dict[str, Script] = {
    "closed": closes(),
    "body cut": closes(b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{"),
    "no HTTP": closes(b"hello\r\n\r\n"),
    "silence": lambda request, connection: connection.wait(0.5),  # type: ignore[dict-item, return-value]
    "interim": answer({}, status=101),
    "400": answer(content=b"x" * 100_000, status=400),
    "401": answer({}, status=401),
    "303": answer({}, status=303),
    "500": answer({}, status=500),
    "no JSON": answer(content=b"x" * 100_000),
    "another type": answer({"id": ["x" * 100_000]}),
    "empty": answer(content=b""),
}


def failed(client: FotaClient, call: Callable[[FotaClient], Any]) -> BaseException:
    try:
        call(client)
    except Exception as error:  # noqa: BLE001 - whatever it is
        return error
    raise AssertionError


def reachable(error: BaseException) -> Iterator[Any]:
    """Give what an error holds, its traceback apart, which ends in the frames of its caller."""
    pending: list[Any] = [error.__dict__, error.args, error.__cause__, error.__context__]
    seen: set[int] = set()
    while pending:
        thing = pending.pop()
        if id(thing) in seen or isinstance(thing, (type, ModuleType, FrameType)) or callable(thing):
            continue
        seen.add(id(thing))
        yield thing
        pending += gc.get_referents(thing)


@pytest.mark.parametrize("how", FAILING)
@pytest.mark.parametrize("call", [GET, POST], ids=["read", "schedule"])
@pytest.mark.parametrize("whose", ["the client's", "a caller's"])
@pytest.mark.usefixtures("without_collector")
def test_an_error_is_gone_with_its_last_holder_and_holds_no_request(whose: str, call: Any, how: str) -> None:
    session = requests.Session() if whose == "a caller's" else None
    with LoopbackServer(FAILING[how]) as server:
        with client_of(
            server, session=session, max_attempts=1, timeout=0.15 if how == "silence" else 5, **TOKENS
        ) as client:
            error = failed(client, call)
            for thing in reachable(error):
                assert not isinstance(thing, (requests.PreparedRequest, requests.Response))
                if isinstance(thing, (str, bytes)):
                    text = thing if isinstance(thing, str) else thing.decode("latin-1")
                    assert not any(secret in text for secret in SECRETS)
            gone = weakref.ref(error)
            response: Any = getattr(error, "response", None)
            gone_too = None if response is None else weakref.ref(response)
            del error, response, thing
            assert gone() is None
            assert gone_too is None or gone_too() is None
    if session is not None:
        session.close()


@pytest.mark.usefixtures("without_collector")
def test_an_error_of_a_hook_is_gone_with_its_last_holder() -> None:
    session = requests.Session()
    session.hooks["response"].append(raising)
    with LoopbackServer(answer({}, status=400)) as server, client_of(server, session=session) as client:
        gone = weakref.ref(failed(client, GET))
        assert gone() is None
    session.close()


@pytest.mark.parametrize("what", [answer({}, status=400), answer({}, status=401), answer({}), answer(content=b"<a>")])
@pytest.mark.usefixtures("without_collector")
def test_an_error_of_a_token_call_is_gone_with_its_last_holder(what: Script, service: Service) -> None:
    service.token_answers = [what] * 3
    with service.client(max_attempts=1, api_token=OAuthClientCredentials("canary-api", "canary-session")) as client:
        error = failed(client, GET)
        held = json.dumps([str(thing) for thing in reachable(error) if isinstance(thing, (str, bytes))])
        assert not any(secret in held for secret in SECRETS)
        gone = weakref.ref(error)
        del error
        assert gone() is None


@pytest.mark.usefixtures("without_collector")
def test_a_refused_repetition_is_gone_and_so_is_the_body_of_its_first_error() -> None:
    with LoopbackServer(answer(content=b"x" * 5_000_000, status=503)) as server, client_of(server) as client:
        first: Any = failed(client, POST)
        body = weakref.ref(first.response)
        second: Any = failed(client, POST)
        assert isinstance(second, RepeatRefusedError)
        gone = weakref.ref(second)
        del first, second
        assert body() is None
        assert gone() is None


@pytest.mark.usefixtures("without_collector")
def test_a_success_leaves_nothing_to_collect() -> None:
    with LoopbackServer(answer({"id": "x"})) as server, client_of(server) as client:
        GET(client)
        gc.collect()
        campaign = weakref.ref(client.campaigns_v3.with_raw_response.get_campaign_information("a", "b"))
        assert campaign() is None
        for _ in range(5):
            GET(client)
        assert [thing for thing in _garbage() if isinstance(thing, (requests.Response, requests.PreparedRequest))] == []


def _garbage() -> list[Any]:
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        gc.collect()
        return list(gc.garbage)
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
