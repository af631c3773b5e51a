"""close() leaves no socket open, whatever is still referenced, and whatever else is under way."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from fota_sdk import ConfigurationError, FotaClient, FotaError
from fota_sdk.core.adapter import _pools_of
from tests.faults.calls import GET, GOOD, PUT_DATES, client_of
from tests.faults.ways_out import (
    SERVICE,
    WAYS,
    Way,
    names_of_this_machine,
    running_proxy,
    server_context,
    trusted_certificates,
)
from tests.loopback import Connection, LoopbackServer, Request, answer

OWN = [way for way in WAYS if not way.callers_session]


def until(condition: Callable[[], bool]) -> bool:
    """Wait for what the other side hears a moment later."""
    end = time.monotonic() + 5
    while not condition() and time.monotonic() < end:
        threading.Event().wait(0.005)
    return condition()


def is_left_alone(server: LoopbackServer) -> bool:
    """Return whether no connection to a server is open."""
    return until(lambda: not server._open)


@pytest.fixture(scope="module")
def bundle() -> Iterator[str]:
    with trusted_certificates() as path:
        yield path


@contextlib.contextmanager
def way_to(way: Way, script: Any, bundle: str) -> Iterator[tuple[LoopbackServer, dict[str, Any]]]:
    """Yield a service, and with what arguments a client reaches it."""
    context = server_context("trusted")
    wrap = None if way.scheme == "http" else lambda sock: context.wrap_socket(sock, server_side=True)
    with names_of_this_machine(), LoopbackServer(script, wrap=wrap) as server, contextlib.ExitStack() as stack:
        name = SERVICE if way.scheme == "https" else "127.0.0.1"
        options: dict[str, Any] = {"base_url": f"{way.scheme}://{name}:{server.port}/api", "verify": bundle}
        if way.proxy is not None:
            proxy = stack.enter_context(running_proxy(way.proxy, context=context if way.proxy == "https" else None))
            options["proxies"] = {"https": f"{way.proxy}://127.0.0.1:{proxy.port}"}
        yield server, options


@pytest.mark.parametrize("way", OWN, ids=str)
def test_a_closed_client_that_is_still_referenced_has_no_connection(way: Way, bundle: str) -> None:
    with way_to(way, answer(GOOD), bundle) as (server, options):
        client = client_of("", **options)
        copies = [client, client.with_options(timeout=4), client.with_options(insist=True)]
        for each in copies:
            GET(each)
        assert server.connections == 1
        copies[1].close()
        GET(copies[2])
        assert server.connections == 1  # closing a copy closes nothing
        client.close()
        assert is_left_alone(server)
        for each in copies:
            with pytest.raises(ConfigurationError, match="closed"):
                GET(each)
        assert server.connections == 1


@pytest.mark.parametrize("way", OWN, ids=str)
@pytest.mark.parametrize("ending", ["a whole response", "a response that is cut"])
def test_a_call_that_is_under_way_while_its_client_closes_leaves_no_connection(
    ending: str, way: Way, bundle: str
) -> None:
    arrived, go_on = threading.Event(), threading.Event()
    ended: list[object] = []

    def held(request: Request, connection: Connection) -> None:
        arrived.set()
        go_on.wait(10)
        if ending == "a whole response":
            answer(GOOD)(request, connection)
        else:
            connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{")
            connection.close()

    def call(client: FotaClient) -> None:
        try:
            ended.append(GET(client).id)
        except FotaError as error:
            ended.append(error)  # with its traceback

    with way_to(way, held, bundle) as (server, options):
        client = client_of("", max_attempts=1, **options)
        thread = threading.Thread(target=call, args=(client,))
        thread.start()
        assert arrived.wait(10)
        client.close()
        go_on.set()
        thread.join(10)
        assert is_left_alone(server)
    assert (ended == [GOOD["id"]]) is (ending == "a whole response")


@pytest.mark.parametrize("where", ["fota_sdk.core.semaphore.Semaphore.run", "requests.adapters.HTTPAdapter.send"])
def test_a_call_that_was_let_in_before_its_client_closed_leaves_no_connection(
    where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with LoopbackServer(answer(GOOD)) as server:
        client = client_of(server)
        GET(client)
        place, _, name = where.rpartition(".")
        module, _, kind = place.rpartition(".")
        real = getattr(getattr(__import__(module, fromlist=[kind]), kind), name)

        def closing(*arguments: Any, **options: Any) -> Any:
            monkeypatch.undo()
            client.close()
            return real(*arguments, **options)

        monkeypatch.setattr(where, closing)
        with contextlib.suppress(FotaError):
            GET(client)
        assert is_left_alone(server)
        with pytest.raises(ConfigurationError, match="closed"):
            GET(client)


def test_many_calls_of_other_threads_leave_no_connection() -> None:
    def work(client: FotaClient) -> None:
        with contextlib.suppress(FotaError):
            while True:
                GET(client)

    with LoopbackServer(answer(GOOD)) as server:
        for _ in range(10):
            client = client_of(server)
            threads = [threading.Thread(target=work, args=(client,)) for _ in range(4)]
            for thread in threads:
                thread.start()
            seen = len(server.requests)
            assert until(lambda: len(server.requests) > seen + 8)  # noqa: B023 - called at once
            client.close()
            for thread in threads:
                thread.join(10)
            assert is_left_alone(server)


FAILING = {
    "cut": lambda request, connection: connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{"),
    "interim": answer({}, status=101),
    "too large": answer(content=b" " * (17 * 1024 * 1024)),
    "silent": lambda request, connection: connection.wait(0.6),
}


@pytest.mark.parametrize("how", FAILING)
@pytest.mark.parametrize("whose", ["the client's", "a caller's"])
def test_a_failed_exchange_closes_its_connection_though_its_traceback_is_kept(whose: str, how: str) -> None:
    kept: list[requests.Response] = []
    session = requests.Session() if whose == "a caller's" else None
    if session is not None:
        session.hooks["response"].append(lambda response, **_: kept.append(response))
    with LoopbackServer(FAILING[how]) as server:
        with client_of(server, session=session, max_attempts=1, timeout=0.4) as client:
            with pytest.raises(FotaError) as caught:
                PUT_DATES(client)
            assert is_left_alone(server)
        assert caught.value.__traceback__ is not None
    if session is not None:
        session.close()


@pytest.mark.parametrize(("idle", "connections"), [(0.0, 1), (9.9, 1), (10.0, 2), (3600.0, 2)])
@pytest.mark.parametrize("way", OWN, ids=str)
def test_a_connection_that_idled_for_ten_seconds_is_not_used_again(
    way: Way, idle: float, connections: int, bundle: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1000.0]
    monkeypatch.setattr("fota_sdk.core.connection.clock", lambda: now[0])
    with way_to(way, answer(GOOD), bundle) as (server, options), client_of("", **options) as client:
        GET(client)
        now[0] += idle
        GET(client)
        assert server.connections == connections
        assert until(lambda: len(server._open) == 1)


def test_idle_connections_are_closed_with_the_client_whoever_holds_their_pool() -> None:
    with LoopbackServer(answer(GOOD)) as server, client_of(server) as client:
        GET(client)
        exchanger = client._attempts.transport._exchanger
        assert exchanger is not None
        (pool,) = _pools_of(exchanger._session.get_adapter("http://"))
        idle = [connection for connection in pool.pool.queue if connection is not None]
        client.close()
        assert [connection.sock for connection in idle] == [None]
