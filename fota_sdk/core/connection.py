"""Connections that keep the limits of a call in every wait, also while headers drip in.

requests hands on a connect and a read timeout, and both are counted anew at each wait. The limits of the call
that a thread is making are kept beside it instead, and set on the socket before each send and receive.
"""

from __future__ import annotations

import http.client
import io
import socket
import threading
from typing import TYPE_CHECKING, Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError
from urllib3.util.connection import allowed_gai_family

if TYPE_CHECKING:
    from fota_sdk.core.timeout import Deadline

_SENT_AT_ONCE = 65536
_NEGLIGIBLE = 0.01


class Limits(threading.local):
    """The limits of the call that this thread is making, and how far it came.

    Attributes:
        deadline: When to give up; None outside of a call.
        silence: Seconds without a byte after which to give up; None waits for the deadline.
        connecting: Whether a connection is still being looked for or made, so that nothing was sent. False as long as
            no adapter of ours has a part in the call, as under a mock library: then nothing is known.
    """

    deadline: Deadline | None = None
    silence: float | None = None
    connecting: bool = False

    def begin(self, deadline: Deadline, silence: float | None) -> None:
        """Take the limits of an exchange."""
        self.deadline, self.silence, self.connecting = deadline, silence, False

    def end(self) -> None:
        """Forget the limits."""
        self.deadline = self.silence = None


limits = Limits()


class _LimitedReader(io.RawIOBase):
    """Reads a socket, each time within what is left of the call that began with it."""

    def __init__(self, sock: socket.socket, raw: io.RawIOBase) -> None:
        self._sock = sock
        self._raw = raw
        self._deadline = limits.deadline
        self._silence = limits.silence
        self.ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self._deadline is not None:
            if self._deadline.left() <= 0:
                raise TimeoutError("timed out")
            _give(self._sock, self._deadline.within(self._silence))
        self.ended = True
        count = self._raw.readinto(buffer)
        self.ended = count == 0
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _LimitedResponse(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self._reader = _LimitedReader(sock, self.fp.detach())
        self.fp = io.BufferedReader(self._reader)

    def begin(self) -> None:
        super().begin()
        # http.client takes the end of the connection for the end of the headers.
        if self._reader.ended:
            raise http.client.RemoteDisconnected("the connection ended within the headers")


def _give(sock: socket.socket, seconds: float | None) -> None:
    """Give a socket so much time, unless it has that already: at each setting a thread has to let others go first."""
    present = sock.gettimeout()
    if present is not None and seconds is not None and seconds <= present <= seconds + _NEGLIGIBLE:
        return
    sock.settimeout(seconds)


def _addresses(name: str) -> list[str]:
    try:
        found = socket.getaddrinfo(name.strip("[]"), None, allowed_gai_family(), socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return [name]  # urllib3 says what is wrong with it
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class _Limited(HTTPConnection):
    """What both kinds of connection do: keep the limits while sending, and tell until when nothing was sent."""

    response_class = _LimitedResponse
    _held: list[bytes] | None = None

    def _new_conn(self) -> socket.socket:
        sock = self._connect_within_limits()
        limits.connecting = bool(self._tunnel_host)
        return sock

    def _connect_within_limits(self) -> socket.socket:
        """Try each address of the host; urllib3 alone would give each of them the whole time."""
        deadline, name, timeout = limits.deadline, self._dns_host, self.timeout
        addresses = [name] if deadline is None else _addresses(name)
        try:
            while True:
                self._dns_host = addresses.pop(0)
                if deadline is not None:
                    self.timeout = deadline.within(timeout)
                try:
                    return super()._new_conn()
                except (NewConnectionError, ConnectTimeoutError):
                    if not addresses or (deadline is not None and deadline.left() <= 0):
                        raise
        finally:
            self._dns_host = name

    def _tunnel(self) -> None:
        super()._tunnel()
        limits.connecting = False

    def request(self, *args: Any, **kwargs: Any) -> None:
        limits.connecting = self.sock is None
        if self.sock is not None and limits.deadline is not None:
            self.timeout = limits.deadline.within(None)  # urllib3 sets it on the socket
        self._held = []
        super().request(*args, **kwargs)  # whatever it raises, the connection is given up with what is held
        message, self._held = b"".join(self._held), None
        self.send(message)  # headers and body at once, where urllib3 alone would send two packets

    def send(self, data: Any) -> None:
        if self._held is not None:
            self._held.append(data)
            return
        if self.sock is None:
            self.connect()
        sock: Any = self.sock
        view = memoryview(data)
        for start in range(0, len(view), _SENT_AT_ONCE):
            if limits.deadline is not None:
                if limits.deadline.left() <= 0:
                    raise TimeoutError("timed out")
                _give(sock, limits.deadline.within(None))
            super().send(view[start : start + _SENT_AT_ONCE])


class _LimitedHTTPConnection(_Limited):
    pass


class _LimitedHTTPSConnection(_Limited, HTTPSConnection):
    pass


class _LimitedHTTPPool(HTTPConnectionPool):
    ConnectionCls: Any = _LimitedHTTPConnection


class _LimitedHTTPSPool(HTTPSConnectionPool):
    ConnectionCls: Any = _LimitedHTTPSConnection


_POOLS: dict[str, type[HTTPConnectionPool]] = {"http": _LimitedHTTPPool, "https": _LimitedHTTPSPool}


def _origin_of(url: str) -> str:
    """Return scheme, host and port of a URL that has a path."""
    return url[: url.find("/", len("https://"))]


class LimitedAdapter(HTTPAdapter):
    """The adapter of requests, with connections that keep the limits of a call."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS
        self._pools: dict[str, Any] = {}

    def get_connection_with_tls_context(self, request: Any, verify: Any, proxies: Any = None, cert: Any = None) -> Any:
        limits.connecting = True
        if proxies:
            return super().get_connection_with_tls_context(request, verify, proxies=proxies, cert=cert)
        # A client asks one host with one CA bundle, so the pool that was found once is the right one.
        origin = _origin_of(request.url)
        pool = self._pools.get(origin)
        if pool is None:
            pool = self._pools[origin] = super().get_connection_with_tls_context(request, verify, cert=cert)
        return pool

    def request_url(self, request: Any, proxies: Any) -> str:
        # Only https goes through a proxy, and that through a tunnel, so a proxy is never asked for a whole URL.
        return str(request.url[len(_origin_of(request.url)) :])

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **kwargs)
        if not proxy.lower().startswith("socks"):  # these bring connections of their own
            manager.pool_classes_by_scheme = _POOLS
        return manager
