"""A service that costs next to nothing: fixed answers by method, and pages, over connections that stay open.

One thread waits for all connections, because threads of a Python server would take turns with each other. It ends
when its standard input does, which is when the benchmark ends in any way, or when its time is over.
"""

from __future__ import annotations

import selectors
import socket
import sys
import time
from email.utils import formatdate

from tests.benchmarks import payloads

LONGEST_LIFE = 1800.0
_END_OF_HEAD = b"\r\n\r\n"


def _response(body: bytes) -> bytes:
    head = (
        "HTTP/1.1 200 OK\r\n"
        "Content-Type: application/json;charset=UTF-8\r\n"
        f"Content-Length: {len(body)}\r\n"
        f"Date: {formatdate(usegmt=True)}\r\n"
        "X-Request-ID: 3f0c9f0e-6d3c-4a55-9b36-0f9f6a3b1d11\r\n\r\n"
    )
    return head.encode() + body


RESPONSES = {
    b"GET": _response(payloads.campaign()),
    b"POST": _response(payloads.campaign("CampaignRequestPending")),
    b"PUT": _response(payloads.device_results(1_000)),
}


_PAGE = payloads.device_page(1_000)


def _response_to(request: bytes) -> bytes:
    """Return the response to a request by its first line; pages are numbered, and the path says how many there are."""
    method, target = request.split(b" ", 2)[:2]
    path, _, query = target.partition(b"?")
    if not path.endswith(b"/devices") or method != b"GET":
        return RESPONSES[method]
    number = int(query.partition(b"=")[2] or b"0") + 1
    return _response(payloads.page_of(_PAGE, number, int(path.split(b"/")[-2])))


def _length_of_request(received: bytearray) -> int | None:
    """Return how long the first request is, None where its head is not complete."""
    end = received.find(_END_OF_HEAD)
    if end < 0:
        return None
    if received.startswith(b"GET"):
        return end + 4
    head = bytes(received[:end]).lower()
    at = head.find(b"\r\ncontent-length:")
    return end + 4 + (int(head[at + 17 :].split(b"\r\n", 1)[0]) if at >= 0 else 0)


def _serve(connection: socket.socket, received: bytearray) -> bool:
    """Answer what has arrived; False when the other side has closed."""
    try:
        data = connection.recv(1 << 18)
        received += data
        while (length := _length_of_request(received)) is not None and length <= len(received):
            connection.sendall(_response_to(bytes(received[: received.index(b"\r")])))
            del received[:length]
    except (OSError, KeyError, ValueError):
        return False
    return bool(data)


def main() -> None:
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    print(listener.getsockname()[1], flush=True)
    waiting = selectors.DefaultSelector()
    waiting.register(listener, selectors.EVENT_READ)
    waiting.register(sys.stdin, selectors.EVENT_READ)
    end = time.monotonic() + LONGEST_LIFE
    while time.monotonic() < end:
        for key, _ in waiting.select(1.0):
            if key.fileobj is sys.stdin:
                return
            if key.fileobj is listener:
                connection, _ = listener.accept()
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                waiting.register(connection, selectors.EVENT_READ, bytearray())
            elif isinstance(key.fileobj, socket.socket) and not _serve(key.fileobj, key.data):
                waiting.unregister(key.fileobj)
                key.fileobj.close()


if __name__ == "__main__":
    main()
