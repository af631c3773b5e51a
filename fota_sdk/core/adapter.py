"""The adapter of requests, with connections that keep the limits of a call; and new pools after a fork."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse, PoolManager

from fota_sdk.core.connection import LimitedConnection, Stage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from urllib3.connection import HTTPConnection
    from urllib3.connectionpool import HTTPConnectionPool

_OF_URLLIB3 = ("urllib3.connection", "urllib3.contrib.socks")


@cache
def _limited(kind: type[HTTPConnection]) -> type[HTTPConnection] | None:
    """Return urllib3's own class of connections with limits; None for other classes, such as a recorder's."""
    if kind.__module__ not in _OF_URLLIB3:
        return None
    return type(f"Limited{kind.__name__}", (LimitedConnection, kind), {})


def _origin_of(url: str) -> str:
    """Return scheme, host and port of a URL that has a path."""
    return url[: url.find("/", len("https://"))]


class LimitedAdapter(HTTPAdapter):
    """The adapter of requests, with connections that keep the limits of a call."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.found: dict[str, Any] = {}

    def add_headers(self, request: Any, **kwargs: Any) -> None:
        # requests calls this just before it hands the request on: from here on only the connection knows.
        request.limits.stage = Stage.UNKNOWN

    def get_connection_with_tls_context(self, request: Any, verify: Any, proxies: Any = None, cert: Any = None) -> Any:
        request.limits.stage = Stage.NOT_CONNECTED
        # A client asks one host with one CA bundle, so the pool that was found once is the right one.
        origin = _origin_of(request.url)
        pool = self.found.get(origin)
        if pool is None:
            pool = super().get_connection_with_tls_context(request, verify, proxies=proxies, cert=cert)
            self.found[origin] = pool
        _use_limited(pool)
        return pool

    def build_response(self, req: Any, resp: Any) -> Any:
        # Without the response of http.client, requests finds no cookies, and spends no time on looking for them.
        if type(resp) is not HTTPResponse:
            return super().build_response(req, resp)
        original, resp._original_response = resp._original_response, None
        response = super().build_response(req, resp)
        resp._original_response = original
        return response

    def request_url(self, request: Any, proxies: Any) -> str:
        # Only https goes through a proxy, and that through a tunnel, so a proxy is never asked for a whole URL.
        return str(request.url[len(_origin_of(request.url)) :])

    def close(self) -> None:
        """Close all connections that are not in use; those that are close when their response was read."""
        for pool in _pools_of(self):
            pool.close()
        self.found.clear()
        super().close()


def _use_limited(pool: Any) -> None:
    """Have a pool make connections with limits, unless somebody has put a class of his own in the place."""
    limited = _limited(type(pool).ConnectionCls)
    if limited is not None:
        pool.ConnectionCls = limited
    else:
        pool.__dict__.pop("ConnectionCls", None)


def _pools_of(adapter: HTTPAdapter) -> Iterator[HTTPConnectionPool]:
    """Give the connection pools of an adapter, those of its proxies included."""
    for manager in _managers_of(adapter):
        for key in manager.pools.keys():  # noqa: SIM118 - iterating over the container itself is refused
            if (pool := manager.pools.get(key)) is not None:
                yield pool


def _managers_of(adapter: HTTPAdapter) -> list[Any]:
    """Return what keeps the connection pools of an adapter: one for direct connections, and one for each proxy."""
    return [adapter.poolmanager, *adapter.proxy_manager.values()]


def _renew_locks(queue: Any) -> None:
    """Let the connections of a pool be closed when the pool is dropped, whoever holds the locks of their queue."""
    if queue is not None:
        idle = list(queue.queue)
        queue.__init__(queue.maxsize)
        queue.queue[:] = idle


def forget_pools(adapter: HTTPAdapter) -> None:
    """Have an adapter make new connection pools, as it made the present ones, for a forked child."""
    for manager in _managers_of(adapter):
        if not isinstance(manager, PoolManager):
            continue
        # Another thread of the parent may hold the lock of the container, or that of a queue in it, for ever.
        for pool in manager.pools._container.values():
            _renew_locks(pool.pool)
        manager.pools = type(manager.pools)(manager.pools._maxsize)
    if isinstance(adapter, LimitedAdapter):
        adapter.found.clear()
