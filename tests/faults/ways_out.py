"""Every way from a client to a service on this machine: directly, through CONNECT proxies, through SOCKS.

The proxies are those of tiny-proxy, which run in a thread and really carry the bytes. What they answer, and how many
tunnels they open, is taken down.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import anyio
import requests
import trustme
from anyio.abc import SocketAttribute
from anyio.from_thread import start_blocking_portal
from anyio.streams.tls import TLSListener
from tiny_proxy import AbstractProxy, HttpProxy, HttpProxyHandler, Socks5Proxy, Socks5ProxyHandler

SERVICE = "service.test"
UNKNOWN = "unknown.test"
_HERE = "127.0.0.1"


@dataclass(frozen=True)
class Way:
    """A way out.

    Attributes:
        scheme: How the service is spoken to.
        proxy: How the proxy is spoken to; None where there is none.
        callers_session: Whether the client is given a plain `requests.Session`.
    """

    scheme: str
    proxy: str | None
    callers_session: bool

    @property
    def kind(self) -> str:
        """The kind of the way, which decides what can be known of a failure."""
        return "direct" if self.proxy is None else "SOCKS" if self.proxy.startswith("socks") else "CONNECT"

    def __str__(self) -> str:
        how = f"direct {self.scheme}" if self.proxy is None else f"{self.kind} by {self.proxy}"
        return how + (", a caller's session" if self.callers_session else "")


WAYS = [
    Way(scheme, proxy, callers_session)
    for callers_session in (False, True)
    for scheme, proxy in (
        ("https", None),
        ("http", None),
        ("https", "http"),
        ("https", "https"),
        ("https", "socks5"),
        ("https", "socks5h"),
    )
]


def session_of(way: Way) -> requests.Session | None:
    """Return the session to give to the client."""
    return requests.Session() if way.callers_session else None


@contextlib.contextmanager
def names_of_this_machine() -> Iterator[None]:
    """Let the name of the service lead here, for clients and proxies, and no other name anywhere."""
    real = socket.getaddrinfo

    def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name not in (SERVICE, _HERE):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return real(_HERE, *args, **kwargs)

    with patch.object(socket, "getaddrinfo", getaddrinfo):
        yield


@cache
def authority(which: str) -> trustme.CA:
    """Return a certificate authority; clients trust the one that is called trusted."""
    return trustme.CA()


@contextlib.contextmanager
def trusted_certificates() -> Iterator[str]:
    """Write the CA file of the clients; yield its path."""
    with TemporaryDirectory() as folder:
        path = str(Path(folder) / "ca.pem")
        authority("trusted").cert_pem.write_to_path(path)
        yield path


@cache
def server_context(which: str) -> ssl.SSLContext:
    """Return what services and proxies speak TLS with."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority(which).issue_cert(SERVICE, _HERE).configure_cert(context)
    return context


@contextlib.contextmanager
def closed_port() -> Iterator[int]:
    """Yield a port that refuses connections."""
    with socket.socket() as bound:
        bound.bind((_HERE, 0))
        yield bound.getsockname()[1]


@contextlib.contextmanager
def silent_port() -> Iterator[int]:
    """Yield a port that neither takes nor refuses connections: its queue is full."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind((_HERE, 0))
        listener.listen(0)
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


class _Recorded(AbstractProxy):
    """What is added to a proxy of tiny-proxy: a record of what it did, and closing instead of opening a tunnel."""

    def __init__(self, stream: Any, *, record: Proxy, **credentials: str) -> None:
        super().__init__(stream, **credentials)
        self.record = record

    async def negotiate(self) -> Any:
        place = await super().negotiate()
        self.record.hosts.append(place[0])
        if self.record.cuts:
            raise ConnectionAbortedError("cut by the test")  # the handler closes without a response
        return place

    async def connect_to_remote(self) -> Any:
        remote = await super().connect_to_remote()
        self.record.tunnels += 1
        return remote


class _HttpProxy(_Recorded, HttpProxy):
    async def respond(self, code: int, message: str, raise_exc: bool = True) -> None:
        if code == 401:  # tiny-proxy has it for missing credentials; RFC 9110 has 407
            code, message = 407, "Proxy Authentication Required"
        self.record.connect_statuses.append(code)
        await super().respond(code, message, raise_exc)


class _SocksProxy(_Recorded, Socks5Proxy):
    pass


class Proxy:
    """A proxy that is running.

    Attributes:
        port: Where it listens.
        cuts: Whether it closes the connection instead of opening a tunnel.
        hosts: The hosts to which it was asked to open tunnels.
        tunnels: How many tunnels it has opened.
        connect_statuses: The status codes of its responses to CONNECT.
    """

    def __init__(self, cuts: bool) -> None:
        self.port = 0
        self.cuts = cuts
        self.hosts: list[str] = []
        self.tunnels = 0
        self.connect_statuses: list[int] = []


@contextlib.contextmanager
def running_proxy(
    scheme: str, *, context: ssl.SSLContext | None, credentials: bool = False, cuts: bool = False
) -> Iterator[Proxy]:
    """Run a proxy.

    Args:
        scheme: How it is spoken to.
        context: What it speaks TLS with, where that is how it is spoken to.
        credentials: Whether it wants credentials.
        cuts: Whether it closes the connection instead of opening a tunnel.
    """
    proxy = Proxy(cuts)
    wanted = {"username": "user", "password": "word"} if credentials else {}
    handler: Any
    handler, kind = (
        (Socks5ProxyHandler(), _SocksProxy) if scheme.startswith("socks") else (HttpProxyHandler(), _HttpProxy)
    )
    handler.create_proxy = partial(kind, record=proxy, **wanted)
    with start_blocking_portal() as portal:
        listener: Any = portal.call(partial(anyio.create_tcp_listener, local_host=_HERE))
        proxy.port = listener.extra(SocketAttribute.local_port)
        if context is not None:
            listener = TLSListener(listener, context, standard_compatible=False)
        serving = portal.start_task_soon(listener.serve, handler.handle)
        try:
            yield proxy
        finally:
            serving.cancel()
            portal.call(listener.aclose)
