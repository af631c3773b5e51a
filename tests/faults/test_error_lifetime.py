"""An error that nobody holds is gone, with the body that it holds, without the garbage collector."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from fota_sdk import FotaClient, FotaError, OAuthClientCredentials, SessionLogin
from tests.conftest import ACCOUNT, CAMPAIGN_ID
from tests.faults.calls import GET, POST, V2_PUT_DATES, Call, client_of
from tests.loopback import Connection, LoopbackServer, Request, Script, answer


def cut(request: Request, connection: Connection) -> None:
    connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{")
    connection.close()


SCRIPTS: dict[str, Script] = {
    "401": answer({}, status=401),
    "429": answer({}, status=429, headers={"Retry-After": "100"}),
    "503": answer({}, status=503),
    "not JSON": answer(content=b"<html>"),
    "closed": lambda request, connection: connection.close(),
    "cut": cut,
    "silence": lambda request, connection: connection.wait(5) and None,
}


def wait(client: FotaClient) -> Any:
    return client.campaigns_v3.wait_for_status(ACCOUNT, CAMPAIGN_ID, timeout=0.1, interval=0.05)


def twice(client: FotaClient) -> Any:
    with pytest.raises(FotaError):
        POST(client)
    return POST(client)


CALLS: dict[str, Call] = {
    "GET": GET,
    "POST": POST,
    "a refused repeat": twice,
    "V2 PUT dates": V2_PUT_DATES,
    "a wait": wait,
}
WITH: dict[str, dict[str, Any]] = {
    "tokens": {},
    "credentials": {"api_token": OAuthClientCredentials("a", "b"), "session_token": SessionLogin("a", "b")},
    "a session": {"session": None},
}


@pytest.fixture(autouse=True)
def collector_off(little_to_collect: None) -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize("options", WITH)
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("script", SCRIPTS)
def test_no_error_leaves_anything_to_the_garbage_collector(script: str, call: str, options: str) -> None:
    made = {**WITH[options], **({"session": requests.Session()} if options == "a session" else {})}
    with LoopbackServer(SCRIPTS[script]) as server:
        client = client_of(server, timeout=0.2, max_attempts=1, **made)
        for _ in range(2):  # what the first call loads and keeps is no part of it
            gc.collect()
            with contextlib.suppress(FotaError):
                CALLS[call](client)
        assert [thing for thing in leftovers() if isinstance(thing, (FotaError, requests.Response))] == []


def leftovers() -> list[Any]:
    """Return what only the garbage collector finds."""
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        gc.collect()
        return list(gc.garbage)
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
