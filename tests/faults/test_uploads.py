"""Uploads: sent whole or not at all, begun anew for a retry, and never held in memory."""

from __future__ import annotations

import gc
import io
import os
import signal
import socket
import sys
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from urllib3.connection import HTTPConnection

from fota_sdk import ApiError, ConnectError, FotaClient, RequestTimeoutError, ServerError, TransportError
from fota_sdk.core import retry
from fota_sdk.core.adapter import _limited
from fota_sdk.core.connection import Limits
from fota_sdk.core.multipart import Multipart
from fota_sdk.core.operation import Operation, PreparedCall
from fota_sdk.core.timeout import Deadline
from tests.faults.calls import GET, GOOD, client_of
from tests.faults.token_service import Service
from tests.loopback import Connection, LoopbackServer, Request, answer, url_of

UPLOAD: Operation[Any] = Operation("v2.upload_config_file", "POST", "/fota/v2/files/{acc}", object)
CONTENT = os.urandom(300_000)
LARGE = 32 * 1024 * 1024  # more than the buffers of a loopback connection hold


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "config.bin"
    path.write_bytes(CONTENT)
    yield path
    assert not is_open(path)


def is_open(path: Path) -> bool:
    """Return whether somebody in this process holds a file open."""
    files = [each for each in gc.get_objects() if isinstance(each, io.FileIO)]
    return any(not each.closed and str(each.name) == str(path) for each in files)


def enlarge(path: Path, size: int = LARGE) -> None:
    os.truncate(path, size)


def form_of(file: object) -> Multipart:
    form = Multipart.of({"fileVersion": "1.0"}, "fileupload", file, findings := [])
    assert form is not None, findings
    return form


def upload(client: FotaClient, form: Multipart) -> Any:
    return client._caller._send(UPLOAD, PreparedCall("POST", f"{client._base_url}/fota/v2/files/a", form=form)).body


def whole(form: Multipart) -> bytes:
    reader = form.open()
    try:
        return reader.read()
    finally:
        reader.close()


def arrived(request: Request, form: Multipart) -> bool:
    """Return whether a request holds a whole form, under its own headers."""
    assert request.header("Content-Type") == form.content_type
    assert request.header("Content-Length") == str(form.length)
    assert request.header("Transfer-Encoding") is None
    return request.body == whole(form)


def plain(server: LoopbackServer) -> str:
    """Return the URL of a server whose `wrap` only looks on."""
    return url_of(server.port)


def test_an_upload_arrives_whole_and_the_connection_serves_the_next_call(path: Path) -> None:
    with LoopbackServer(answer(GOOD)) as server, client_of(server) as client, path.open("rb") as file:
        for form in (form_of(path), form_of(file)):
            assert upload(client, form) == GOOD
            assert arrived(server.requests[-1], form)
        GET(client)
        assert server.connections == 1
        assert file.tell() == 0


@pytest.mark.parametrize("opened", [False, True], ids=["path", "file"])
def test_a_service_that_is_reached_at_last_gets_the_whole_form_once(
    path: Path, opened: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    with LoopbackServer(answer(GOOD)) as closed:
        port = closed.port
    servers: list[LoopbackServer] = []
    monkeypatch.setattr(retry, "sleep", lambda _: servers.append(LoopbackServer(answer(GOOD), port=port)))
    with client_of(url_of(port)) as client, path.open("rb") as file:
        form = form_of(file if opened else path)
        assert upload(client, form) == GOOD
        [server] = servers
        with server:
            assert [arrived(request, form) for request in server.requests] == [True]


@pytest.mark.parametrize("opened", [False, True], ids=["path", "file"])
def test_after_a_rate_limit_it_begins_anew(path: Path, opened: bool, pauses: list[float]) -> None:
    with LoopbackServer(answer({}, status=429), answer({}, status=429), answer(GOOD)) as server:
        with client_of(server) as client, path.open("rb") as file:
            file.seek(1000)
            form = form_of(file if opened else path)
            assert upload(client, form) == GOOD
            assert [arrived(request, form) for request in server.requests] == [True, True, True]
            assert file.tell() == 1000


@pytest.mark.parametrize("opened", [False, True], ids=["path", "file"])
def test_with_a_renewed_token_it_begins_anew(path: Path, opened: bool, service: Service) -> None:
    with service.client() as client, path.open("rb") as file:
        form = form_of(file if opened else path)
        assert upload(client, form) == GOOD
        service.tokens += 1  # the service forgets the token
        assert upload(client, form) == GOOD
        uploads = [request for request in service.server.requests if b"fileupload" in request.body]
        assert [arrived(request, form) for request in uploads] == [True, True, True]


def lose(request: Request, connection: Connection) -> None:
    connection.close()


@pytest.mark.parametrize(("script", "error"), [(lose, TransportError), (answer({}, status=503), ServerError)])
def test_after_a_lost_response_it_is_not_sent_again(path: Path, script: Any, error: Any, pauses: list[float]) -> None:
    with LoopbackServer(script) as server, client_of(server) as client:
        with pytest.raises(error) as caught:
            upload(client, form_of(path))
        assert len(server.requests) == 1
    assert caught.value.outcome_unknown
    assert caught.value.attempts == 1


def test_the_same_form_may_be_sent_once_more_by_the_caller(path: Path, pauses: list[float]) -> None:
    with LoopbackServer(lose, answer(GOOD)) as server, client_of(server) as client, path.open("rb") as file:
        form = form_of(file)
        with pytest.raises(TransportError):
            upload(client, form)
        assert upload(client, form_of(file)) == GOOD
        assert server.requests[0].body.count(CONTENT) == server.requests[1].body.count(CONTENT) == 1


@pytest.mark.parametrize("size", [1000, 2 * LARGE], ids=["shrinks", "grows"])
def test_a_file_that_changes_while_it_is_sent_ends_the_call_as_sent(path: Path, size: int, pauses: list[float]) -> None:
    enlarge(path)
    form = form_of(path)

    def change(sock: socket.socket) -> socket.socket:
        enlarge(path, size)
        return sock

    with LoopbackServer(answer(GOOD), wrap=change) as server, client_of(plain(server)) as client:
        with pytest.raises(TransportError, match=r"'config.bin' no longer gives the \d+ bytes") as caught:
            upload(client, form)
        assert server.connections == 1
    assert "sent in part. The service may have carried this out. Look before" in str(caught.value)
    assert caught.value.outcome_unknown
    assert caught.value.attempts == 1
    for request in server.requests:
        assert len(request.body) < form.length


@pytest.mark.parametrize("fault", ["gone", "another size", "a closed file"])
def test_a_file_that_changed_between_attempts_is_not_begun_again(
    path: Path, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = path.open("rb")
    acts: dict[str, Callable[[], Any]] = {
        "gone": path.unlink,
        "another size": lambda: enlarge(path, 5),
        "a closed file": file.close,
    }
    monkeypatch.setattr(retry, "sleep", lambda _: acts[fault]())
    with LoopbackServer(answer({}, status=429)) as server, client_of(server) as client:
        with pytest.raises(TransportError, match="this attempt sent nothing") as caught:
            upload(client, form_of(file if fault == "a closed file" else path))
        assert len(server.requests) == 1
    file.close()
    assert not isinstance(caught.value, ConnectError)
    assert not caught.value.outcome_unknown
    assert caught.value.attempts == 1


def test_a_service_that_takes_no_more_ends_the_call_at_its_deadline(path: Path) -> None:
    enlarge(path)
    over = threading.Event()

    def never_read(sock: socket.socket) -> socket.socket:
        over.wait(10)
        return sock

    with LoopbackServer(answer(GOOD), wrap=never_read) as server, client_of(plain(server), timeout=0.6) as client:
        begin = time.monotonic()
        with pytest.raises(RequestTimeoutError) as caught:
            upload(client, form_of(path))
        assert time.monotonic() - begin < 1.2
        over.set()
    assert caught.value.outcome_unknown
    assert not is_open(path)


@pytest.mark.skipif(sys.platform == "win32", reason="signals reach a thread on POSIX only")
@pytest.mark.parametrize("opened", [False, True], ids=["path", "file"])
def test_ctrl_c_in_the_middle_closes_the_file_and_the_connection(path: Path, opened: bool) -> None:
    enlarge(path)
    main, over = threading.main_thread().ident, threading.Event()
    assert main is not None

    def interrupt(sock: socket.socket) -> socket.socket:
        sock.recv(100_000)
        signal.pthread_kill(main, signal.SIGINT)
        over.wait(10)
        return sock

    with LoopbackServer(answer(GOOD), wrap=interrupt) as server, client_of(plain(server), timeout=9) as client:
        with path.open("rb") as file:
            file.seek(7)
            with pytest.raises(KeyboardInterrupt):
                upload(client, form_of(file if opened else path))
            assert file.tell() == 7
            assert not file.closed
        assert not is_open(path)
        over.set()
        server.close()
        assert all(len(request.body) < LARGE for request in server.requests)


class Draining:
    """A server that reads an upload without keeping it, and answers it."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = url_of(self._listener.getsockname()[1])
        self.received = 0
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def __enter__(self) -> Draining:
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()
        self._thread.join(10)

    def _serve(self) -> None:
        sock, _ = self._listener.accept()
        with sock:
            head, buffer = b"", bytearray(65536)
            while b"\r\n\r\n" not in head:
                head += sock.recv(65536)
            head, _, body = head.partition(b"\r\n\r\n")
            [length] = [int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
            self.received = len(body)
            while self.received < length and (count := sock.recv_into(buffer)):
                self.received += count
            sock.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{"id": "1"}')


@pytest.mark.parametrize("opened", [False, True], ids=["path", "file"])
def test_a_hundred_megabytes_cost_no_memory_to_speak_of(path: Path, opened: bool) -> None:
    enlarge(path, 100_000_000)
    with Draining() as server, client_of(server.url, timeout=50) as client, path.open("rb") as file:
        form = form_of(file if opened else path)
        tracemalloc.start()
        try:
            assert upload(client, form) == {"id": "1"}
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert server.received == form.length
    assert peak < 16 * 1024 * 1024


class RecordingSocket:
    """Takes down what is sent, one entry for each time."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []

    def sendall(self, data: Any) -> None:
        self.sent.append(bytes(data))

    def settimeout(self, seconds: float | None) -> None:
        """A loopback never waits."""

    def close(self) -> None:
        """There is nothing to close."""


def connection_of(sock: RecordingSocket) -> Any:
    kind = _limited(HTTPConnection)
    assert kind is not None
    connection: Any = kind("127.0.0.1")
    connection.timeout = Limits(Deadline(5), None, None)
    connection.sock = sock
    return connection


def send(connection: Any, body: Any) -> None:
    connection.request("POST", "/", body=body, headers={"Content-Length": "1", "Authorization": "secret"})


@pytest.mark.parametrize(
    "body", [None, b"", b"x" * 1000, b"x" * 65000, [b"x"] * 5000, [b"", b"x" * 30000, b"y" * 30000]]
)
def test_headers_and_a_small_body_leave_in_one_piece(body: Any) -> None:
    sock = RecordingSocket()
    send(connection_of(sock), body)
    [sent] = sock.sent
    head, _, rest = sent.partition(b"\r\n\r\n")
    assert b"Authorization: secret" in head
    assert rest == (b"".join(body) if isinstance(body, list) else body or b"")


@pytest.mark.parametrize("size", [1000, 16384, 65536, 1_000_000, 3_000_000])
def test_of_a_large_body_no_more_is_held_back_than_one_piece(size: int) -> None:
    pieces = [b"%d" % (number % 10) * size for number in range(3_000_000 // size)]
    sock = RecordingSocket()
    held_back: list[int] = []

    def body() -> Iterator[bytes]:
        for number, piece in enumerate(pieces):
            held_back.append(number * size - sum(map(len, sock.sent)))
            yield piece

    send(connection_of(sock), body())
    assert max(held_back) <= 65536
    assert max(map(len, sock.sent)) <= 65536
    assert b"".join(sock.sent).partition(b"\r\n\r\n")[2] == b"".join(pieces)


@pytest.mark.parametrize("before", [0, 100_000])
def test_a_body_that_breaks_off_leaves_nothing_held_back(before: int) -> None:
    def body() -> Iterator[bytes]:
        yield b"x" * before
        raise KeyboardInterrupt

    connection = connection_of(RecordingSocket())
    with pytest.raises(KeyboardInterrupt):
        send(connection, body())
    assert connection._held is None


def test_a_refusal_that_comes_before_the_end_of_an_upload_is_told_as_it_is(path: Path) -> None:
    enlarge(path)

    def refuse(sock: socket.socket) -> socket.socket:
        sock.recv(100_000)
        sock.sendall(b'HTTP/1.1 413 Too Large\r\nContent-Length: 25\r\n\r\n{"errorCode": "TooLarge"}\n')
        raise OSError

    with LoopbackServer(answer(GOOD), wrap=refuse) as server:
        with client_of(plain(server)) as client, pytest.raises(ApiError, match="TooLarge") as caught:
            upload(client, form_of(path))
        assert server.connections == 1
    assert caught.value.status_code == 413
    assert not caught.value.outcome_unknown


def test_a_refusal_of_a_large_upload_is_told_as_it_is(path: Path) -> None:
    with LoopbackServer(answer({"errorCode": "TooLarge", "errorMessage": "no"}, status=413)) as server:
        with client_of(server) as client, pytest.raises(ApiError, match="TooLarge") as caught:
            upload(client, form_of(path))
    assert caught.value.status_code == 413
    assert not caught.value.outcome_unknown
