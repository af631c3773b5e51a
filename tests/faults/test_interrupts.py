"""Ctrl-C at each line of the library in turn: no doubt is lost, and nothing that a call takes stays taken."""

from __future__ import annotations

import contextlib
import gc
import json
import logging
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
import requests

import fota_sdk
from fota_sdk import FotaError, OAuthClientCredentials, RepeatRefusedError, SessionLogin
from tests.conftest import ACCOUNT
from tests.faults.calls import FIRMWARE, GET, GOOD, PUT_DATES, client_of
from tests.faults.token_service import Service
from tests.loopback import Connection, LoopbackServer, Request, Script, answer

_LIBRARY = str(Path(fota_sdk.__file__).parent) + os.sep
_BEFORE_SENDING = ("fields", "model", "codec", "operation")  # validation, which takes nothing

pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # sockets that Ctrl-C drops close by being dropped
    # Python 3.13 tells that a response which Ctrl-C kept from being made whole cannot be closed.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

_QUICKLY = {"timeout": 3, "max_attempts": 2, "max_connections": 1}


@pytest.fixture(autouse=True)
def nothing_is_dropped_later(little_to_collect: None) -> Iterator[None]:
    yield
    gc.collect()


@cache
def _counts(file: str, among: str) -> bool:
    """Return whether the lines of a file are those at which a call is interrupted."""
    name = Path(file).stem
    return file.startswith(_LIBRARY) and (name in among.split() if among else name not in _BEFORE_SENDING)


def interrupt(call: Callable[[], object], at: int, among: str = "") -> tuple[str | None, object]:
    """Make a call, and raise Ctrl-C at the nth line that it comes to of what sends.

    Args:
        call: What to do.
        at: At which line.
        among: Names of the modules whose lines count; by default all that send.

    Returns:
        Where that was, None where the call was over before; and what the call returned or raised.
    """
    lines = 0
    place: str | None = None

    def line(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal lines, place
        if event == "line":
            lines += 1
            if lines == at:
                place = f"{frame.f_code.co_filename.removeprefix(_LIBRARY)}:{frame.f_lineno}"
                raise KeyboardInterrupt
        return line

    def function(frame: FrameType, event: str, argument: object) -> Any:
        return line if _counts(frame.f_code.co_filename, among) else None

    before = sys.gettrace()
    gc.disable()  # a collection within a trace function can crash some releases of CPython 3.11
    sys.settrace(function)
    ended: object
    try:
        ended = call()
    except (KeyboardInterrupt, FotaError) as error:
        ended = error
    finally:
        sys.settrace(before)
        gc.enable()
    return place, ended


def lost(request: Request, connection: Connection) -> None:
    connection.close()


SCHEDULES: dict[str, Script] = {
    "accepted": answer(GOOD),
    "lost": lost,
    "an outage": answer({}, status=503),
    "unreadable": answer(content=b"<html>"),
    "refused": answer({"errorCode": "X"}, status=400),
}
"""What the service does with a schedule."""

NOT_CARRIED_OUT = ("refused",)


@pytest.mark.parametrize("which", SCHEDULES)
def test_no_line_loses_a_doubt_or_a_turn(which: str, pauses: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging.getLogger("fota_sdk"), "level", logging.DEBUG)  # which takes a call through more lines
    interrupted: dict[str, str | None] = {}
    at = 0
    place: str | None = ""
    with LoopbackServer(answer(GOOD)) as server, client_of(server, **_QUICKLY) as client:
        GET(client)
        while place is not None:
            at += 1
            body = {**FIRMWARE, "firmwareName": f"at {at}"}
            schedule = partial(client.campaigns_v3.schedule_campaign_firmware_upgrade, ACCOUNT, body)
            server.serve_next(SCHEDULES[which])
            place, ended = interrupt(schedule, at)
            server.serve_next(answer(GOOD))
            with contextlib.suppress(RepeatRefusedError):
                schedule()  # where a turn were lost, this would end in RequestTimeoutError
            if isinstance(ended, KeyboardInterrupt):
                interrupted[f"at {at}"] = place
        GET(client)
        sent = Counter(json.loads(request.body)["firmwareName"] for request in server.requests if request.body)
    assert at > 100
    assert which in NOT_CARRIED_OUT or [place for name, place in interrupted.items() if sent[name] > 1] == []


REPEATED: dict[str, Script] = {"429": answer({}, status=429), "503": answer({}, status=503)}


@pytest.mark.parametrize("status", REPEATED)
def test_a_call_that_is_repeated_leaves_nothing_locked(status: str, pauses: list[float]) -> None:
    at = 0
    with LoopbackServer(answer(GOOD)) as server, client_of(server, **_QUICKLY) as client:
        GET(client)
        while True:
            at += 1
            server.serve_next(REPEATED[status], answer(GOOD))
            if interrupt(lambda: PUT_DATES(client), at)[0] is None:
                break
            server.serve_next(answer(GOOD))
            GET(client)
    assert at > 100


def test_a_call_that_fetches_both_tokens_leaves_nothing_locked(service: Service) -> None:
    tokens = {"api_token": OAuthClientCredentials("key", "secret"), "session_token": SessionLogin("user", "word")}
    at = 0
    while True:
        at += 1
        with client_of(service.server, **tokens, **_QUICKLY) as client:
            # No signal is handled between the end of an import and that of the lock around it; a tracer comes there.
            client._attempts.transport.load()
            place, _ = interrupt(lambda: GET(client), at, among="auth fetch transport semaphore")
            GET(client)
        if place is None:
            break
    assert at > 100


def test_closing_leaves_nothing_locked() -> None:
    at = 0
    with LoopbackServer(answer(GOOD)) as server:
        while True:
            at += 1
            client = client_of(server, **_QUICKLY)
            GET(client)
            place, _ = interrupt(client.close, at)
            client.close()
            if place is None:
                break


@pytest.mark.parametrize("whose", ["the client's", "a caller's"])
def test_a_response_that_ctrl_c_left_unread_is_given_to_no_other_call(whose: str) -> None:
    def echo(request: Request, connection: Connection) -> None:
        answer({"id": request.target.rpartition("/")[2]})(request, connection)

    session = requests.Session() if whose == "a caller's" else None
    at = 0
    with LoopbackServer(echo) as server, client_of(server, session=session, **_QUICKLY) as client:
        read = client.campaigns_v3.get_campaign_information
        while True:
            at += 1
            place, _ = interrupt(partial(read, ACCOUNT, f"first-{at}"), at)
            for name in (f"second-{at}", f"third-{at}"):
                assert read(ACCOUNT, name).id == name
            if place is None:
                break
