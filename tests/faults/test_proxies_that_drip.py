"""How long a proxy, or a service behind one, that drips can hold a call."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from fota_sdk import ConnectError, RequestTimeoutError, Timeout
from tests.faults.calls import GET, client_of
from tests.faults.ways_out import (
    SERVICE,
    names_of_this_machine,
    running_proxy,
    server_context,
    trusted_certificates,
)
from tests.loopback import Connection, LoopbackServer, Request

TOTAL = 0.6
CONNECT = 0.3


@pytest.fixture(scope="module")
def bundle() -> Iterator[str]:
    with trusted_certificates() as path:
        yield path


def drip(send: Callable[[bytes], Any]) -> None:
    """Send a byte now and then until the other side is gone, or long after every limit."""
    end = time.monotonic() + 3 * TOTAL
    while time.monotonic() < end:
        send(b"a")
        time.sleep(0.03)


def headers(request: Request, connection: Connection) -> None:
    connection.send(b"HTTP/1.1 200 OK\r\nX: ")
    drip(connection.send)


def body(request: Request, connection: Connection) -> None:
    connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n")
    drip(connection.send)


@pytest.mark.parametrize("script", [headers, body])
@pytest.mark.parametrize("proxy", ["http", "https", "socks5", "socks5h"])
def test_a_service_behind_a_proxy_that_drips_is_given_up_at_the_deadline(proxy: str, script: Any, bundle: str) -> None:
    context = server_context("trusted")
    with (
        names_of_this_machine(),
        LoopbackServer(script, wrap=lambda sock: context.wrap_socket(sock, server_side=True)) as server,
        running_proxy(proxy, context=context if proxy == "https" else None) as running,
    ):
        proxies = {"https": f"{proxy}://127.0.0.1:{running.port}"}
        with client_of(f"https://{SERVICE}:{server.port}", timeout=TOTAL, proxies=proxies, verify=bundle) as client:
            begin = time.monotonic()
            with pytest.raises(RequestTimeoutError):
                GET(client)
            assert time.monotonic() - begin < 2 * TOTAL


def drips_tls(sock: socket.socket) -> Any:
    sock.recv(65536)
    sock.sendall(b"\x16\x03\x03\x40\x00")  # a record of the handshake that is long
    drip(sock.sendall)
    raise OSError


def drips_connect(sock: socket.socket) -> Any:
    sock.recv(65536)
    sock.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    drip(sock.sendall)
    raise OSError


@pytest.mark.parametrize(
    ("who", "wrap"), [("service", drips_tls), ("http proxy", drips_connect), ("https proxy", drips_tls)]
)
def test_who_drips_while_a_connection_is_made_is_given_up_by_the_connect_limit(
    who: str, wrap: Any, bundle: str
) -> None:
    with names_of_this_machine(), LoopbackServer(headers, wrap=wrap) as server:
        url, proxies = f"https://127.0.0.1:{server.port}", {}
        if who != "service":
            url, proxies = f"https://{SERVICE}", {"https": f"{who.split()[0]}://127.0.0.1:{server.port}"}
        limits = Timeout(5, connect=CONNECT)
        with client_of(url, timeout=limits, proxies=proxies, verify=bundle, max_attempts=1) as client:
            begin = time.monotonic()
            with pytest.raises(ConnectError, match="nothing was sent"):
                GET(client)
            assert time.monotonic() - begin < 2 * CONNECT
