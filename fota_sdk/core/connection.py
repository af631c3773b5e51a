"""Connections that keep the limits of a call in every wait, also while headers drip in, and know how far they came.

requests hands on a connect and a read timeout, and both are counted anew at each wait. The connect timeout that we
give it is an object of ours, a number that carries the other limits. So they reach the connection of just this
attempt, whatever else its thread is doing, and the connection notes on them how far the attempt came.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, Any

from urllib3.exceptions import ConnectTimeoutError, NewConnectionError
from urllib3.util import wait_for_read
from urllib3.util.connection import allowed_gai_family
from urllib3.util.ssltransport import SSLTransport

from fota_sdk.core.timeout import LONGEST, Deadline, clock

if TYPE_CHECKING:
    from urllib3.connection import HTTPConnection

    _Base = HTTPConnection
else:
    _Base = object  # mixed into the connection classes of urllib3 when they are first used

_SENT_AT_ONCE = 65536
_NEGLIGIBLE = 0.01
_LONGEST_IDLE = 10.0
_NETWORK = ("socket", "socks", "gevent", "eventlet")  # whose sockets are no mock's, which may be ready at once
_PYOPENSSL = "urllib3.contrib.pyopenssl"


class Stage(Enum):
    """How far an attempt is known to have come."""

    UNKNOWN = "unknown"
    """No connection of ours took part, as under a mock library: it may have been sent."""
    NOT_CONNECTED = "not connected, nothing sent"
    """The connection to the service, tunnel and TLS included, did not stand yet, or was not used yet."""
    SENT = "sent"
    """The first byte of the request may have left."""


class TunnelRefusedError(OSError):
    """A proxy did not open the tunnel to the service."""


class Limits(float):
    """The connect timeout of an attempt in seconds, with its other limits and how far it came.

    Attributes:
        deadline: When to give up.
        silence: Seconds without a byte after which to give up; None waits for the deadline.
        stage: How far the attempt came.
        requests: How many requests began to leave; more than one where somebody has patched `Session.send`.
        has_surplus: Whether more was received than the response to the request.
    """

    deadline: Deadline
    silence: float | None
    stage: Stage
    requests: int
    has_surplus: bool

    def __new__(cls, deadline: Deadline, connect: float | None, silence: float | None) -> Limits:
        """Begin an attempt within limits."""
        seconds = deadline.within(connect)
        limits = super().__new__(cls, LONGEST if seconds is None else seconds)
        limits.deadline, limits.silence = deadline, silence
        limits.stage, limits.requests, limits.has_surplus = Stage.UNKNOWN, 0, False
        return limits


class _LimitedReader(io.RawIOBase):
    """Reads a socket, each time within what is left of the call."""

    def __init__(self, sock: Any, raw: io.RawIOBase, limits: Limits) -> None:
        self._sock = sock
        self._raw = raw
        self._limits = limits
        self.ended = False
        self.stopped = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self.stopped:
            return 0
        _give(self._sock, self._limits.deadline, self._limits.silence)
        self.ended = True
        count = self._raw.readinto(buffer)
        self.ended = count == 0
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _LimitedResponse(http.client.HTTPResponse):
    def __init__(self, sock: Any, *args: Any, limits: Limits, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self._limits = limits
        self._reader: _LimitedReader | None = None
        if isinstance(self.fp, io.BufferedReader):  # mock libraries have sockets of their own
            self._reader = _LimitedReader(sock, self.fp.detach(), limits)
            self.fp = io.BufferedReader(self._reader)

    def _read_status(self) -> tuple[str, int, str]:
        status: tuple[str, int, str] = super()._read_status()  # type: ignore[misc] # not in the stubs
        while 100 <= status[1] < 200 and status[1] != http.client.SWITCHING_PROTOCOLS:
            http.client.parse_headers(self.fp)
            status = super()._read_status()  # type: ignore[misc] # not in the stubs
        return status

    def begin(self) -> None:
        super().begin()
        # http.client takes the end of the connection for the end of the headers.
        if self._reader is not None and self._reader.ended:
            raise http.client.RemoteDisconnected("the connection ended within the headers")

    def _close_conn(self) -> None:
        if self._reader is not None and self.fp is not None:
            self._reader.stopped = True  # what is in the buffer now was received, and belongs to no request
            self._limits.has_surplus = self.fp.peek(1) != b""
        super()._close_conn()  # type: ignore[misc] # not in the stubs


def _give(sock: Any, deadline: Deadline, silence: float | None) -> None:
    """Give a socket what is left of a call, unless it has that already: each setting lets other threads go first."""
    if deadline.left() <= 0:
        raise TimeoutError("timed out")
    seconds = deadline.within(silence)
    present = sock.gettimeout() if hasattr(sock, "gettimeout") else None  # that of pyOpenSSL has none
    if seconds is None or present is None or not seconds <= present <= seconds + _NEGLIGIBLE:
        sock.settimeout(seconds)


def _addresses(name: str) -> list[str]:
    try:
        found = socket.getaddrinfo(name.strip("[]"), None, allowed_gai_family(), socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return [name]  # urllib3 says what is wrong with it
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class LimitedConnection(_Base):
    """What each kind of connection does besides: keeps the limits, and notes how far the attempt came."""

    _limits: Limits | None = None
    _timeout: float | None = None
    _held: bytearray | None = None
    _used: float | None = None
    _kind_of_socket: type = socket.socket

    @property
    def timeout(self) -> float | None:
        return self._timeout

    @timeout.setter
    def timeout(self, seconds: float | None) -> None:  # pyright: ignore[reportIncompatibleVariableOverride] # is read alike
        # urllib3 sets the connect timeout first, before it connects, asks a proxy for a tunnel, or sends.
        self._timeout = seconds
        if isinstance(seconds, Limits) and seconds is not self._limits:
            self._limits = seconds
            seconds.stage = Stage.NOT_CONNECTED

    @property  # made for each response, because it takes the limits of its attempt along
    def response_class(self) -> Any:  # type: ignore[override] # a class attribute that nobody ever writes
        return http.client.HTTPResponse if self._limits is None else partial(_LimitedResponse, limits=self._limits)

    @property
    def is_connected(self) -> bool:
        """Whether the connection can be used again: no response is left over, and no gateway has forgotten it."""
        if self._used is None or self._limits is None or self._limits.has_surplus:
            return False
        kinds = {self._kind_of_socket, socket.socket}
        if len(kinds) > 1 and not all(map(_is_of_network, kinds)):  # a mock library was started or stopped since
            return False
        return clock() - self._used < _LONGEST_IDLE and _pending(self.sock) == 0 and super().is_connected

    def connect(self) -> None:
        self._used = None
        self._kind_of_socket = socket.socket
        super().connect()

    def _new_conn(self) -> socket.socket:
        """Try each address of the host within one connect timeout; urllib3 alone would give each the whole time."""
        if self._limits is None or hasattr(self, "_socks_options"):  # a SOCKS proxy is given the name
            return super()._new_conn()
        name, end = self._dns_host, Deadline(self._timeout)
        addresses = _addresses(name)
        try:
            while True:
                self._dns_host = addresses.pop(0)
                self._timeout = end.within(None)
                try:
                    return super()._new_conn()
                except (NewConnectionError, ConnectTimeoutError):
                    if not addresses or end.left() <= 0:
                        raise
        finally:
            self._dns_host = name

    def _tunnel(self) -> None:
        limits = self._limits
        if limits is not None:  # a proxy that drips has no more than the time to connect
            self._limits = Limits(Deadline(self._timeout), None, None)
        try:
            super()._tunnel()
        except TimeoutError:
            raise
        except OSError as error:
            raise TunnelRefusedError(str(error)) from error
        finally:
            self._limits = limits

    def request(self, *args: Any, **kwargs: Any) -> None:
        if self.sock is None:
            self.connect()
        limits = self._limits
        if limits is not None:
            if self._used is None:
                self._refuse_early_response()
            if limits.deadline.left() <= 0:
                raise TimeoutError("timed out")
            limits.stage = Stage.SENT
            limits.requests += 1
            self._timeout = limits.deadline.within(None)  # urllib3 sets it on the socket
        self._held = bytearray()  # headers and small bodies leave at once, where urllib3 alone would send two packets
        try:
            super().request(*args, **kwargs)
            held, self._held = self._held, None
            if held is not None:
                self.send(bytes(held))
        finally:
            self._held = None  # it holds the tokens, and errors hold the connection

    def send(self, data: Any) -> None:
        held = self._held
        if held is not None:
            held += data
            if len(held) <= _SENT_AT_ONCE:
                return
            data, self._held = bytes(held), None  # the body may be large, and is not to be in memory as a whole
        limits = self._limits
        if limits is None:
            super().send(data)
            return
        for start in range(0, len(data), _SENT_AT_ONCE):
            _give(self.sock, limits.deadline, None)
            super().send(data[start : start + _SENT_AT_ONCE])  # bytes, because mock libraries parse them

    def getresponse(self) -> Any:
        response = super().getresponse()
        self._used = clock()
        return response

    def _refuse_early_response(self) -> None:
        """Give up a new connection on which the other side spoke first: that would be taken for the response."""
        sock: Any = self.sock
        if isinstance(sock, (ssl.SSLSocket, SSLTransport)) or type(sock).__module__ == _PYOPENSSL:
            sock.settimeout(0)  # what arrived may be no more than TLS's own
            try:
                sock.recv(1)
            except (ssl.SSLWantReadError, BlockingIOError, TimeoutError):  # the last by eventlet and pyOpenSSL
                return
            except ConnectionError as error:
                raise http.client.RemoteDisconnected("closed before the request was sent") from error
        elif not _is_of_network(type(sock)) or not wait_for_read(sock, 0):
            return
        raise http.client.RemoteDisconnected("it spoke or closed before the request was sent")


def _is_of_network(kind: type) -> bool:
    return kind.__module__.partition(".")[0] in _NETWORK


def _pending(sock: Any) -> int:
    """Return how many bytes TLS has decrypted that nobody has read."""
    pending = getattr(sock, "pending", None)
    return 0 if pending is None else int(pending())
