"""What can go wrong between a client and the service, on every way out, before and after a request is sent."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from fota_sdk import Timeout
from tests.conftest import IMEIS
from tests.faults.calls import DATES, GOOD
from tests.faults.ways_out import (
    SERVICE,
    UNKNOWN,
    Proxy,
    Way,
    closed_port,
    running_proxy,
    server_context,
    silent_port,
)
from tests.loopback import Connection, LoopbackServer, Request, Script, answer

DEADLINE = 1.2
_OVER_THE_DEADLINE = 1.5

CAMPAIGN = {**GOOD, **DATES, "deviceList": [{"deviceId": IMEIS[0], "status": "AddDeviceSucceed"}]}
"""A response that satisfies every operation, and the command that changes dates."""

_RESPONDS = answer(CAMPAIGN)
_LONG = Timeout(20)


class Door(Enum):
    """How a server can be entered."""

    OPEN = auto()
    NAME_UNKNOWN = auto()
    REFUSES = auto()
    SILENT = auto()
    UNTRUSTED = auto()
    """Its certificate is of an authority that the client does not trust."""
    CUTS_TLS = auto()
    """It closes the connection in the middle of the handshake."""


_OF_TLS = (Door.UNTRUSTED, Door.CUTS_TLS)


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong.

    Attributes:
        name: What goes wrong.
        script: What the service does with a request.
        service: How the service can be entered.
        proxy: How the proxy can be entered.
        wants_credentials: Whether the proxy wants credentials that the client has not.
        cuts_tunnel: Whether the proxy closes the connection instead of opening a tunnel.
        connect_status: The status code of an HTTP proxy's response to CONNECT; None where it gives none.
        timeout: The limits of the client.
        waits: Whether the client has to wait for one of them.
    """

    name: str
    script: Script = _RESPONDS
    service: Door = Door.OPEN
    proxy: Door = Door.OPEN
    wants_credentials: bool = False
    cuts_tunnel: bool = False
    connect_status: int | None = 200
    timeout: Timeout = _LONG
    waits: bool = False

    def is_possible(self, way: Way) -> bool:
        """Return whether this can go wrong on a way."""
        if self.service in _OF_TLS:
            return way.scheme == "https"
        if self.proxy in _OF_TLS:
            return way.proxy == "https"
        if self.proxy is not Door.OPEN or self.wants_credentials or self.cuts_tunnel:
            return way.proxy is not None
        return True


def _closes(begin: bytes = b"") -> Script:
    def script(request: Request, connection: Connection) -> None:
        connection.send(begin)
        connection.close()

    return script


def _resets(request: Request, connection: Connection) -> None:
    connection.reset()


def _is_silent(request: Request, connection: Connection) -> None:
    connection.wait(30)


def _drips(head: bytes, piece: bytes, end: bytes) -> Script:
    """Drip until the deadline is well over; a caller's own adapter goes on reading headers until then."""

    def script(request: Request, connection: Connection) -> None:
        over = time.monotonic() + DEADLINE * _OVER_THE_DEADLINE
        connection.send(head)
        while time.monotonic() < over and not connection.wait(0.04):
            connection.send(piece)
        connection.send(end)

    return script


def _hints_then(script: Script) -> Script:
    def hinting(request: Request, connection: Connection) -> None:
        connection.send(b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n")
        script(request, connection)

    return hinting


_CONNECTING: dict[str, Any] = {"timeout": Timeout(2, connect=0.2), "waits": True}
_WAITING: dict[str, Any] = {"timeout": Timeout(DEADLINE, connect=DEADLINE, read=0.2), "waits": True}
_DRIPPING: dict[str, Any] = {"timeout": Timeout(DEADLINE, connect=DEADLINE, read=DEADLINE), "waits": True}
_OPENED = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

BEFORE_SENDING = [
    Fault("name lookup of the service", service=Door.NAME_UNKNOWN, connect_status=502),
    Fault("connection to the service refused", service=Door.REFUSES, connect_status=502),
    Fault("connect timeout of the service", service=Door.SILENT, connect_status=None, **_CONNECTING),
    Fault("name lookup of the proxy", proxy=Door.NAME_UNKNOWN, connect_status=None),
    Fault("connection to the proxy refused", proxy=Door.REFUSES, connect_status=None),
    Fault("connect timeout of the proxy", proxy=Door.SILENT, connect_status=None, **_CONNECTING),
    Fault("407 from the proxy", wants_credentials=True, connect_status=407),
    Fault("tunnel cut by the proxy", cuts_tunnel=True, connect_status=None),
    Fault("certificate of the proxy refused", proxy=Door.UNTRUSTED, connect_status=None),
    Fault("TLS with the proxy cut", proxy=Door.CUTS_TLS, connect_status=None),
    Fault("certificate of the service refused", service=Door.UNTRUSTED),
    Fault("TLS with the service cut", service=Door.CUTS_TLS),
]
AFTER_SENDING = [
    Fault("closed without a response", _closes()),
    Fault("reset", _resets),
    Fault("body cut", _closes(_OPENED + b'Content-Length: 500\r\n\r\n{"id"')),
    Fault("silence", _is_silent, **_WAITING),
    Fault("headers drip", _drips(_OPENED + b"X-Drip: ", b"a", b"\r\nContent-Length: 2\r\n\r\n{}"), **_DRIPPING),
    Fault("body drips", _drips(_OPENED + b"Content-Length: 500\r\n\r\n", b" ", b""), **_DRIPPING),
    Fault("103, then closed", _hints_then(_closes())),
    Fault("103, then the response", _hints_then(_RESPONDS)),
]
FAULTS = BEFORE_SENDING + AFTER_SENDING


@dataclass(frozen=True)
class Scene:
    """A service, and a way to it, with a fault.

    Attributes:
        base_url: Of the service.
        proxies: Proxies by scheme.
        service: What was asked of it is in its `requests`.
        proxy: The proxy on the way; None where there is none, or a broken one in its place.
    """

    base_url: str
    proxies: dict[str, str]
    service: LoopbackServer
    proxy: Proxy | None


@contextlib.contextmanager
def scene_of(way: Way, fault: Fault) -> Iterator[Scene]:
    """Set up a service and a way to it."""
    with contextlib.ExitStack() as stack:
        wrap = None if way.scheme == "http" else _wrap(fault.service)
        service = stack.enter_context(LoopbackServer(fault.script, wrap=wrap))
        # http is spoken to this machine only, so it takes a name for it that is not known here; see ways_out.
        known, unknown = (SERVICE, UNKNOWN) if way.scheme == "https" else ("127.0.0.1", "localhost")
        place = stack.enter_context(_entered(fault.service, service.port, known, unknown))
        proxies: dict[str, str] = {}
        proxy = None
        if way.proxy is not None:
            proxy_place, proxy = stack.enter_context(_proxy_on(way.proxy, fault))
            proxies["https"] = f"{way.proxy}://{proxy_place}"
        yield Scene(f"{way.scheme}://{place}/api", proxies, service, proxy)


@contextlib.contextmanager
def _proxy_on(scheme: str, fault: Fault) -> Iterator[tuple[str, Proxy | None]]:
    with contextlib.ExitStack() as stack:
        proxy = None
        if fault.proxy is Door.CUTS_TLS:  # which tiny-proxy cannot: a raw socket stands for it
            port = stack.enter_context(LoopbackServer(fault.script, wrap=_cut_tls)).port
        else:
            context = server_context(_authority(fault.proxy)) if scheme == "https" else None
            how = {"credentials": fault.wants_credentials, "cuts": fault.cuts_tunnel}
            proxy = stack.enter_context(running_proxy(scheme, context=context, **how))
            port = proxy.port
        yield stack.enter_context(_entered(fault.proxy, port, "127.0.0.1", UNKNOWN)), proxy


@contextlib.contextmanager
def _entered(door: Door, port: int, known: str, unknown: str) -> Iterator[str]:
    """Yield host and port by which a server is to be asked for."""
    elsewhere = {Door.REFUSES: closed_port, Door.SILENT: silent_port}.get(door)
    with contextlib.nullcontext(port) if elsewhere is None else elsewhere() as entered:
        yield f"{unknown if door is Door.NAME_UNKNOWN else known}:{entered}"


def _authority(door: Door) -> str:
    return "untrusted" if door is Door.UNTRUSTED else "trusted"


def _wrap(door: Door) -> Callable[[socket.socket], socket.socket]:
    if door is Door.CUTS_TLS:
        return _cut_tls
    context = server_context(_authority(door))
    return lambda sock: context.wrap_socket(sock, server_side=True)


def _cut_tls(sock: socket.socket) -> socket.socket:
    sock.recv(65536)
    raise ConnectionAbortedError("cut by the test")
