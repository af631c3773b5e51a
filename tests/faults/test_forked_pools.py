"""A forked child has pools of its own, made with all that the adapters of the parent were made with."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection
from urllib3.util.ssl_ import create_urllib3_context

from fota_sdk import FotaError
from fota_sdk.core.adapter import _pools_of, forget_pools
from tests.faults.calls import GET, GOOD, client_of
from tests.faults.test_threads_and_processes import fork, needs_fork, wait_for
from tests.faults.ways_out import names_of_this_machine, running_proxy, server_context, trusted_certificates
from tests.loopback import LoopbackServer, answer

pytestmark = needs_fork

WRONG_PIN = "00" * 32


def tls(sock: socket.socket) -> socket.socket:
    return server_context("trusted").wrap_socket(sock, server_side=True)


@pytest.fixture(scope="module")
def bundle() -> Iterator[str]:
    with trusted_certificates() as path:
        yield path


class Pinning(HTTPAdapter):
    """Pins a certificate by an argument to the pools."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, assert_fingerprint=WRONG_PIN, **kwargs)

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        return super().proxy_manager_for(*args, assert_fingerprint=WRONG_PIN, **kwargs)


class PinningLater(HTTPAdapter):
    """Pins a certificate by writing to what the pools are made with."""

    def __init__(self) -> None:
        super().__init__()
        self.poolmanager.connection_pool_kw["assert_fingerprint"] = WRONG_PIN

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(*args, **kwargs)
        manager.connection_pool_kw["assert_fingerprint"] = WRONG_PIN
        return manager


class OldTls(HTTPAdapter):
    """Brings an SSL context of its own, here one that the service does not speak with."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, ssl_context=_unlike(), **kwargs)

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        return super().proxy_manager_for(*args, ssl_context=_unlike(), **kwargs)


def _unlike() -> Any:
    context = create_urllib3_context(ciphers="AES128-SHA")
    context.maximum_version = context.minimum_version
    return context


class OwnPools(HTTPAdapter):
    """Brings pools of its own make, which open no connection."""

    def __init__(self) -> None:
        super().__init__()
        self.poolmanager.pool_classes_by_scheme = {"http": HTTPConnectionPool, "https": _Shut}

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = {"http": HTTPConnectionPool, "https": _Shut}
        return manager


class _Shut(HTTPSConnectionPool):
    def _new_conn(self) -> Any:
        raise ConnectionRefusedError("these pools open no connection")


ADAPTERS = {"a pin": Pinning, "a pin set later": PinningLater, "an SSL context": OldTls, "classes of pools": OwnPools}


def test_connections_of_pools_that_are_forgotten_are_closed() -> None:
    session = requests.Session()
    with LoopbackServer(answer(GOOD)) as server, client_of(server, session=session) as client:
        GET(client)
        (pool,) = _pools_of(session.get_adapter("http://"))
        connections = [connection for connection in pool.pool.queue if connection is not None]
        del pool
        forget_pools(session.get_adapter("http://"))
        assert [connection.sock for connection in connections] == [None]


@pytest.mark.parametrize("proxy", [None, "http"])
@pytest.mark.parametrize("which", ADAPTERS)
def test_what_an_adapter_refuses_is_refused_in_a_child_too(which: str, proxy: str | None, bundle: str) -> None:
    session = requests.Session()
    session.mount("https://", ADAPTERS[which]())

    def is_refused() -> bool:
        with pytest.raises(Exception, match=r".") as caught:
            GET(client)
        return type(caught.value).__name__ in ("ConnectError", "TransportError")

    with names_of_this_machine(), LoopbackServer(answer(GOOD), wrap=tls) as server:
        with running_proxy("http", context=None) as running:
            host = "service.test" if proxy else "127.0.0.1"
            proxies = {"https": f"http://127.0.0.1:{running.port}"} if proxy else {}
            options = {"session": session, "proxies": proxies, "verify": bundle, "max_attempts": 1}
            with client_of(f"https://{host}:{server.port}/api", **options) as client:
                assert is_refused()
                assert wait_for(fork(is_refused)) == 0
                assert is_refused()
                assert server.requests == []
    session.close()


@pytest.mark.parametrize("whose", ["the client's", "a caller's"])
def test_a_child_opens_sockets_with_the_options_of_the_parent(whose: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Options(HTTPAdapter):
        def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
            options = [*HTTPConnection.default_socket_options, (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)]
            super().init_poolmanager(*args, socket_options=options, **kwargs)

    session = requests.Session() if whose == "a caller's" else None
    if session is not None:
        session.mount("http://", Options())
    seen: list[int] = []

    def look(client: Any) -> bool:
        GET(client)
        adapter = client._attempts.transport._exchanger._session.get_adapter("http://127.0.0.1")
        (pool,) = _pools_of(adapter)
        seen[:] = [
            connection.sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
            for connection in pool.pool.queue
            if connection is not None
        ]
        return seen == [1 if session is not None else 0]

    with LoopbackServer(answer(GOOD)) as server, client_of(server, session=session) as client:
        assert look(client)
        assert wait_for(fork(lambda: look(client))) == 0
        assert look(client)
        assert server.connections == 2
    if session is not None:
        session.close()


@pytest.mark.parametrize("whose", ["the client's", "a caller's"])
def test_a_child_does_not_wait_for_a_queue_that_a_thread_of_the_parent_holds(whose: str) -> None:
    session = requests.Session() if whose == "a caller's" else None
    with LoopbackServer(answer(GOOD)) as server, client_of(server, session=session) as client:
        GET(client)
        adapter: Any = client._attempts.transport._exchanger._session.get_adapter(server.url)  # type: ignore[union-attr]
        lock = adapter.poolmanager.pools.lock
        (pool,) = _pools_of(adapter)
        queue = pool.pool
        del pool  # so that the child drops it, and closes what is in its queue
        held, go_on = threading.Event(), threading.Event()

        def hold() -> None:
            with queue.mutex, lock:
                held.set()
                go_on.wait(20)

        thread = threading.Thread(target=hold)
        thread.start()
        assert held.wait(10)
        try:
            assert wait_for(fork(lambda: GET(client).id == GOOD["id"])) == 0
        finally:
            go_on.set()
            thread.join(10)
        GET(client)
        assert server.connections == 2
    if session is not None:
        session.close()


def test_emptied_pools_are_made_with_a_client_certificate_again(bundle: str) -> None:
    session = requests.Session()
    session.cert = "/no/such/certificate.pem"
    with LoopbackServer(answer(GOOD), wrap=tls) as server:
        with client_of(server, session=session, verify=bundle, max_attempts=1) as client:
            for _ in range(2):
                with pytest.raises(FotaError, match="certificate file, invalid path"):
                    GET(client)
                forget_pools(session.get_adapter(server.url))  # type: ignore[arg-type]
        assert server.requests == []
    session.close()
