"""A server on a raw loopback socket, which records what reaches it and answers as a test says."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any

_LONGEST_LIFE = 30.0


@dataclass(frozen=True)
class Request:
    """A request as it arrived, byte for byte."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


class Connection:
    """The server's end of one connection."""

    def __init__(self, sock: socket.socket, stopped: threading.Event) -> None:
        self.sock = sock
        self.stopped = stopped
        self.stream = sock.makefile("rb")

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def reset(self) -> None:
        """Close with RST instead of FIN."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()

    def close(self) -> None:
        # shutdown would send FIN; closing all that holds the socket lets SO_LINGER decide
        self.stream.close()
        self.sock.close()

    def wait(self, seconds: float) -> bool:
        """Pause; True when the test has ended meanwhile."""
        return self.stopped.wait(seconds)


Script = Callable[[Request, Connection], None]


def answer(
    body: Any = None, status: int = 200, headers: dict[str, str] | None = None, content: bytes | None = None
) -> Script:
    """Answer with JSON, or with bytes as they are."""
    payload = json.dumps(body).encode() if content is None else content
    given = {"Content-Type": "application/json", "Content-Length": str(len(payload)), **(headers or {})}
    head = "".join(f"{name}: {value}\r\n" for name, value in given.items())

    def script(request: Request, connection: Connection) -> None:
        connection.send(f"HTTP/1.1 {status} Status\r\n{head}\r\n".encode("latin-1") + payload)

    return script


def url_of(port: int, scheme: str = "http") -> str:
    """Return the base URL of a server on a port."""
    return f"{scheme}://127.0.0.1:{port}/api"


class LoopbackServer:
    """Serves the scripts one after the other, the last one for all further requests.

    Args:
        scripts: What to do with each request; a connection is kept alive unless the script closes it.
        wrap: Wraps accepted sockets, for TLS.
        port: Where to listen; 0 takes a free port.
    """

    def __init__(
        self, *scripts: Script, wrap: Callable[[socket.socket], socket.socket] | None = None, port: int = 0
    ) -> None:
        self._scripts = list(scripts)
        self._wrap = wrap
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self.requests: list[Request] = []
        self.connections = 0
        self.most_open = 0
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", port), backlog=128)
        self.port: int = self._listener.getsockname()[1]
        self.url = url_of(self.port, "http" if wrap is None else "https")
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def __enter__(self) -> LoopbackServer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def serve_next(self, *scripts: Script) -> None:
        """Serve other scripts from now on."""
        with self._lock:
            self._scripts[:] = scripts

    def close(self) -> None:
        self._stopped.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            still_open = list(self._open)
        for sock in still_open:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()
        self._thread.join(5)

    def _accept(self) -> None:
        while not self._stopped.is_set():
            try:
                sock, _ = self._listener.accept()
            except OSError:
                # The end, or for the moment there is no file descriptor left for a connection.
                if self._stopped.wait(0.02):
                    return
                continue
            threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError):
            sock.settimeout(_LONGEST_LIFE)
            self.connections += 1
            if self._wrap is not None:
                try:
                    sock = self._wrap(sock)
                except BaseException:
                    sock.close()
                    raise
            with self._lock:
                self._open.add(sock)
                self.most_open = max(self.most_open, len(self._open))
            try:
                self._serve_requests(Connection(sock, self._stopped))
            finally:
                with self._lock:
                    self._open.discard(sock)
                sock.close()

    def _serve_requests(self, connection: Connection) -> None:
        with connection.stream:
            while not self._stopped.is_set():
                request = _read_request(connection.stream)
                if request is None:
                    return
                with self._lock:
                    self.requests.append(request)
                    script = self._scripts.pop(0) if len(self._scripts) > 1 else self._scripts[0]
                script(request, connection)


def _read_request(stream: Any) -> Request | None:
    line = stream.readline()
    if not line:
        return None
    method, target, _ = line.decode("latin-1").rstrip("\r\n").split(" ")
    headers: list[tuple[str, str]] = []
    while (line := stream.readline()) not in (b"\r\n", b"\n", b""):
        name, _, value = line.decode("latin-1").partition(":")
        headers.append((name, value.strip()))
    length = next((int(value) for name, value in headers if name.lower() == "content-length"), 0)
    return Request(method, target, headers, stream.read(length))
