"""The sandbox under many connections, and with clients that do not wait."""

from __future__ import annotations

import contextlib
import http.client
import os
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from fota_sdk import RequestTimeoutError
from fota_sdk.sandbox import Sandbox
from tests.conftest import ACCOUNT, CAMPAIGN_ID
from tests.sandbox.wire import Wire, ask, refused, tokens_of

PATH = f"/fota/v3/campaigns/{ACCOUNT}/{CAMPAIGN_ID}"


def test_it_listens_on_loopback_alone(sandbox: Sandbox) -> None:
    assert sandbox.url.startswith("http://127.0.0.1:")
    assert sandbox._server is not None
    assert sandbox._server._server.socket.getsockname()[0] == "127.0.0.1"


def test_150_connections_that_stay_open_leave_room_for_another_call(sandbox: Sandbox) -> None:
    with contextlib.ExitStack() as stack:
        for _ in range(150):
            connection = http.client.HTTPConnection(urlsplit(sandbox.url).netloc, timeout=10)
            stack.callback(connection.close)
            connection.request("GET", "/api" + PATH, headers=tokens_of(sandbox))
            connection.getresponse().read()
        assert "exist" in refused(ask(sandbox, "GET", PATH))


@pytest.fixture
def many_files() -> Iterator[None]:
    """So many open files that the next one has a number which select() does not take."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 2048:
        pytest.skip("this machine does not allow for so many files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (2048, hard))
    with contextlib.ExitStack() as stack, Path(os.devnull).open() as nothing:
        stack.callback(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        for _ in range(1100):
            stack.callback(os.close, os.dup(nothing.fileno()))
        yield


@pytest.mark.usefixtures("many_files")
def test_it_serves_a_process_with_more_than_1024_open_files() -> None:
    with Sandbox() as sandbox:
        assert "exist" in refused(ask(sandbox, "GET", PATH))


def test_late_responses_that_nobody_waits_for_any_longer_do_not_hold_up_others(sandbox: Sandbox) -> None:
    for _ in range(16):
        sandbox.delay_next(60)
    with sandbox.client(max_attempts=1, timeout=0.5) as client, ThreadPoolExecutor(16) as threads:
        ask_for = client.campaigns_v3.get_campaign_information
        for call in [threads.submit(ask_for, ACCOUNT, CAMPAIGN_ID) for _ in range(16)]:
            with pytest.raises(RequestTimeoutError):
                call.result()
    began = time.monotonic()
    assert Wire(sandbox, "v3").schedule()[0] == 200
    assert time.monotonic() - began < 5


def test_a_client_that_waits_gets_its_late_response(sandbox: Sandbox) -> None:
    sandbox.delay_next(0.3)
    began = time.monotonic()
    assert Wire(sandbox, "v3").schedule()[0] == 200
    assert time.monotonic() - began >= 0.3


def test_no_delay_at_all_is_one_too(sandbox: Sandbox) -> None:
    sandbox.delay_next(0)
    sandbox.fail_next(500)
    wire = Wire(sandbox, "v3")
    assert [wire.schedule()[0] for _ in range(3)] == [200, 500, 200]


def test_a_client_that_leaves_at_once_harms_nobody(sandbox: Sandbox) -> None:
    for content in (b"", b"GET /api HTTP/1.1\r\n", b"POST /api HTTP/1.1\r\nContent-Length: 100\r\n\r\nx"):
        with socket.create_connection(("127.0.0.1", urlsplit(sandbox.url).port or 0), timeout=10) as connection:
            connection.sendall(content)
    assert "exist" in refused(ask(sandbox, "GET", PATH))
