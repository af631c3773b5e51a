"""A response belongs to its request: what arrives beside it is given to no other call, whenever it arrives."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from urllib3.connection import HTTPConnection, HTTPSConnection

from fota_sdk import ConnectError, FotaClient, FotaError, RequestTimeoutError
from tests.conftest import ACCOUNT
from tests.faults.calls import GOOD, POST, client_of
from tests.faults.ways_out import SERVICE, names_of_this_machine, running_proxy, server_context, trusted_certificates
from tests.loopback import Connection, LoopbackServer, Request, answer

STRAY = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{"id": "stray"}'


def own(request: Request, status: str = "200 OK") -> bytes:
    """Return the response to a request for a campaign, which has its id."""
    content = json.dumps({**GOOD, "id": request.target.split("/")[-1].partition("?")[0]}).encode()
    return b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n" % (status.encode(), len(content)) + content


def long(request: Request) -> bytes:
    """Return a response that is more than a reader takes at once, and less than a record of TLS."""
    content = json.dumps({"id": "first", "firmwareName": "x" * 12_000}).encode()
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(content) + content


def chunked(request: Request) -> bytes:
    content = json.dumps({"id": request.target.split("/")[-1]}).encode()
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(content), content)


class Odd:
    """What is odd about a response, and what comes after it without being asked for."""

    def __init__(self, first: Callable[[Request], bytes], *later: bytes) -> None:
        self.first = first
        self.later = later

    def script(self, request: Request, connection: Connection) -> None:
        """Respond to the read of "first" with something odd, and to all others with their own response."""
        if not request.target.endswith("/first"):
            connection.send(own(request))
            return
        connection.send(self.first(request))
        for part in self.later:
            connection.wait(0.03)
            connection.send(part)


def before(*interim: bytes) -> Callable[[Request], bytes]:
    return lambda request: b"".join(interim) + own(request)


HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\nX-Odd:\r\n folded\r\n\r\n"

LEAVE_NOTHING = ("100", "102", "103", "a 1xx that nobody knows", "a hundred times 103", "103 with a length and no body")

# What the service sends for the first of several reads, and whether that read gets its own response of it.
RESPONSES: dict[str, tuple[Odd, bool]] = {
    "100": (Odd(before(b"HTTP/1.1 100 Continue\r\n\r\n")), True),
    "102": (Odd(before(b"HTTP/1.1 102 Processing\r\n\r\n")), True),
    "103": (Odd(before(HINTS)), True),
    "a 1xx that nobody knows": (Odd(before(b"HTTP/1.1 199 Hm\r\nContent-Length: 0\r\n\r\n")), True),
    "a hundred times 103": (Odd(before(HINTS * 100)), True),
    "103 with a length and no body": (Odd(before(b"HTTP/1.1 103 E\r\nContent-Length: 77\r\n\r\n")), True),
    "103 with a body": (Odd(before(b"HTTP/1.1 103 E\r\nContent-Length: 5\r\n\r\nhello")), False),
    "101": (Odd(lambda request: b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n" + own(request)), False),
    "bytes after Content-Length": (Odd(lambda request: own(request) + b"\r\nhello"), True),
    "a second response in the same packet": (Odd(lambda request: own(request) + STRAY), True),
    "half a second response in the same packet": (Odd(lambda request: own(request) + STRAY[:20]), True),
    "one byte too many": (Odd(lambda request: own(request) + b"\n"), True),
    "a second response after chunks": (Odd(lambda request: chunked(request) + STRAY), True),
    "a second response in a packet of its own": (Odd(own, STRAY), True),
    "an unasked 408 while idle": (Odd(own, b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n"), True),
    "204 and a response": (Odd(lambda request: b"HTTP/1.1 204 No Content\r\n\r\n" + STRAY), False),
    "204 with a length and a response": (
        Odd(lambda request: b"HTTP/1.1 204 No Content\r\nContent-Length: 15\r\n\r\n" + STRAY),
        False,
    ),
    "304 and a response": (Odd(lambda request: b"HTTP/1.1 304 Not Modified\r\n\r\n" + STRAY), False),
    "an error and a response": (Odd(lambda request: own(request, "409 Conflict") + STRAY), False),
    "a long body and a response, which is decrypted and not read": (Odd(lambda request: long(request) + STRAY), True),
    "an empty body and a response": (
        Odd(lambda request: b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" + STRAY),
        False,
    ),
}


def tls(sock: socket.socket) -> socket.socket:
    return server_context("trusted").wrap_socket(sock, server_side=True)


@pytest.fixture(scope="module")
def bundle() -> Iterator[str]:
    with trusted_certificates() as path:
        yield path


def read(client: FotaClient, name: str) -> str | None:
    return client.campaigns_v3.get_campaign_information(ACCOUNT, name).id


@pytest.mark.parametrize("which", RESPONSES)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_each_call_gets_its_own_response(scheme: str, which: str, bundle: str) -> None:
    odd, is_good = RESPONSES[which]
    wrap = tls if scheme == "https" else None
    with LoopbackServer(odd.script, wrap=wrap) as server:
        with client_of(server, verify=bundle if wrap else None, max_attempts=1, timeout=3) as client:
            if is_good:
                assert read(client, "first") == "first"
            else:
                with pytest.raises(FotaError):
                    read(client, "first")
            threading.Event().wait(0.06 * len(odd.later))
            for name in ("second", "third", "fourth"):
                assert read(client, name) == name
        assert server.connections == (1 if which in LEAVE_NOTHING else 2)


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(
    "begun", [b"", b"HTTP/1.1 200 OK\r\nContent-Le", b'HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{"id']
)
def test_a_response_after_the_deadline_is_given_to_no_later_call(begun: bytes, scheme: str, bundle: str) -> None:
    late = threading.Event()

    def script(request: Request, connection: Connection) -> None:
        if request.target.endswith("/first"):
            connection.send(begun)
            late.wait(10)
            connection.send(STRAY[len(begun) :])
        connection.send(own(request))

    wrap = tls if scheme == "https" else None
    with LoopbackServer(script, wrap=wrap) as server:
        with client_of(server, verify=bundle if wrap else None, max_attempts=1) as client:
            with pytest.raises(RequestTimeoutError):
                read(client.with_options(timeout=0.2), "first")
            late.set()
            for name in ("second", "third"):
                assert read(client, name) == name


def speaking_first(said: bytes, spoken: threading.Event, wrap: Callable[[Any], Any] | None) -> Callable[[Any], Any]:
    def accept(sock: socket.socket) -> Any:
        accepted = sock if wrap is None else wrap(sock)
        accepted.sendall(said)
        spoken.set()
        return accepted

    return accept


@pytest.fixture
def slowly(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Set once the service has spoken; a connection that stands waits for it before it is used."""
    spoken = threading.Event()
    for kind in (HTTPConnection, HTTPSConnection):
        real = kind.connect

        def connect(self: Any, real: Any = real) -> None:
            real(self)
            assert spoken.wait(5)
            spoken.clear()
            # What was said is sent once TLS's tickets are acknowledged, and travels through a proxy.
            spoken.wait(0.1 if self._tunnel_host is None else 0.5)

        monkeypatch.setattr(kind, "connect", connect)
    return spoken


@pytest.mark.parametrize("said", [STRAY, b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n", b"H", b"\0"])
@pytest.mark.parametrize("how", ["http", "https", "https through a proxy by http", "https through a proxy by https"])
def test_a_service_that_speaks_before_it_is_asked_is_sent_nothing(
    how: str, said: bytes, bundle: str, slowly: threading.Event, pauses: list[float]
) -> None:
    wrap = speaking_first(said, slowly, None if how == "http" else tls)
    proxy = how.partition(" by ")[2]
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(LoopbackServer(answer(GOOD), wrap=wrap))
        url, options = f"{how.partition(' ')[0]}://127.0.0.1:{server.port}/api", {}
        if proxy:
            stack.enter_context(names_of_this_machine())
            context = server_context("trusted") if proxy == "https" else None
            running = stack.enter_context(running_proxy(proxy, context=context))
            url, options = f"https://{SERVICE}:{server.port}/api", {"https": f"{proxy}://127.0.0.1:{running.port}"}
        verify = None if how == "http" else bundle
        client = stack.enter_context(client_of(url, verify=verify, proxies=options, max_attempts=2))
        with pytest.raises(ConnectError, match="nothing was sent") as caught:
            POST(client)
        assert caught.value.attempts == 2
        assert not caught.value.outcome_unknown
        assert server.requests == []


def test_a_body_that_ctrl_c_left_half_read_is_given_to_no_later_call(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(response: Any) -> Iterator[bytes]:
        yield response.raw.read1(5)
        raise KeyboardInterrupt

    with LoopbackServer(lambda request, connection: connection.send(own(request))) as server:
        with client_of(server) as client:
            with monkeypatch.context() as patch:
                patch.setattr("fota_sdk.core.exchange._parts", interrupted)
                with pytest.raises(KeyboardInterrupt):
                    read(client, "first")
            for name in ("second", "third"):
                assert read(client, name) == name
            assert server.connections == 2
