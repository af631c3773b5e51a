from __future__ import annotations

import gzip
import socket
import threading
import time

import pytest
import requests

from fota_sdk import ApiError, ConnectError, DecodeError, FotaError, RequestTimeoutError, ServerError, Timeout
from tests.faults.calls import ALL, DELETE, GET, GOOD, NOT_REPEATABLE, POST, REPEATABLE, client_of
from tests.loopback import Connection, LoopbackServer, Request, Script, answer, url_of

DEADLINE = 0.8


def drips(head: bytes, piece: bytes, every: float = 0.03) -> Script:
    """Begin a response, and go on for longer than any test waits."""

    def script(request: Request, connection: Connection) -> None:
        connection.send(head)
        while not connection.wait(every):
            connection.send(piece)

    return script


def hangs(head: bytes = b"") -> Script:
    def script(request: Request, connection: Connection) -> None:
        connection.send(head)
        connection.wait(30)

    return script


ENDLESS: dict[str, Script] = {
    "no response": hangs(),
    "headers that hang": hangs(b"HTTP/1.1 200 OK\r\nX-"),
    "headers that drip": drips(b"HTTP/1.1 200 OK\r\nX: ", b"a"),
    "header lines without end": drips(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
    "100 Continue for ever": drips(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "100 Continue without a pause": drips(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 50, every=0),
    "a body that hangs": hangs(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"),
    "a body that drips": drips(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n", b" "),
    "a body without a length": drips(b"HTTP/1.1 200 OK\r\n\r\n", b" "),
    "chunks that drip": drips(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "an error that drips": drips(b"HTTP/1.1 400 Bad\r\nContent-Length: 5000\r\n\r\n", b" "),
    "a redirect that drips": drips(b"HTTP/1.1 302 F\r\nLocation: /x\r\nContent-Length: 5000\r\n\r\n", b" "),
    "a redirect that hangs": hangs(b"HTTP/1.1 303 F\r\nLocation: http://[\r\nContent-Length: 5000\r\n\r\n"),
}


@pytest.mark.parametrize("fault", ENDLESS)
def test_the_deadline_holds_against_a_service_that_does_not_finish(fault: str) -> None:
    with LoopbackServer(ENDLESS[fault]) as server, client_of(server, timeout=DEADLINE) as client:
        begin = time.monotonic()
        with pytest.raises(RequestTimeoutError) as caught:
            DELETE(client)
        assert DEADLINE * 0.9 < time.monotonic() - begin < DEADLINE * 2
        assert len(server.requests) == 1
    assert caught.value.outcome_unknown


@pytest.mark.parametrize("fault", ["no response", "headers that drip", "a body that drips"])
@pytest.mark.parametrize("call", ["GET", "PUT dates", "POST"])
def test_it_holds_for_every_kind_of_call(call: str, fault: str) -> None:
    with LoopbackServer(ENDLESS[fault]) as server, client_of(server, timeout=DEADLINE) as client:
        begin = time.monotonic()
        with pytest.raises(RequestTimeoutError) as caught:
            ALL[call](client)
        assert time.monotonic() - begin < DEADLINE * 2
    assert caught.value.outcome_unknown == (call != "GET")


def test_it_holds_for_a_host_with_many_addresses_of_which_none_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as listener:
        listener.bind(("0.0.0.0", 0))  # all of 127.0.0.0/8
        listener.listen(0)
        port = listener.getsockname()[1]
        many = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (f"127.0.0.{last}", port)) for last in range(1, 7)]
        real = socket.getaddrinfo
        monkeypatch.setattr(
            socket, "getaddrinfo", lambda host, *args, **kwargs: many if host == "localhost" else real(host, *args)
        )
        waiting = [socket.socket() for _ in range(4)]
        try:
            for sock in waiting:
                sock.setblocking(False)
                sock.connect_ex(("127.0.0.1", port))
            with client_of(f"http://localhost:{port}", timeout=DEADLINE, max_attempts=1) as client:
                begin = time.monotonic()
                with pytest.raises(ConnectError) as caught:
                    POST(client)
                assert time.monotonic() - begin < DEADLINE * 2
        finally:
            for sock in waiting:
                sock.close()
    assert not caught.value.outcome_unknown


@pytest.mark.parametrize("fault", [name for name in ENDLESS if "header" not in name and "100" not in name])
def test_it_holds_through_a_callers_session_too(fault: str) -> None:
    with requests.Session() as session, LoopbackServer(ENDLESS[fault]) as server:
        with client_of(server, timeout=DEADLINE, session=session) as client:
            begin = time.monotonic()
            with pytest.raises(RequestTimeoutError):
                DELETE(client)
            assert time.monotonic() - begin < DEADLINE * 2


@pytest.mark.parametrize("call", NOT_REPEATABLE)
def test_silence_alone_does_not_give_up_what_may_not_be_repeated(call: str) -> None:
    def slow(request: Request, connection: Connection) -> None:
        connection.wait(0.4)
        answer(GOOD)(request, connection)

    with LoopbackServer(slow) as server, client_of(server, timeout=Timeout(10, read=0.1)) as client:
        ALL[call](client)
        assert len(server.requests) == 1


@pytest.mark.parametrize("call", REPEATABLE)
def test_silence_gives_up_an_attempt_that_may_be_repeated(call: str, pauses: list[float]) -> None:
    with LoopbackServer(hangs(), answer(GOOD)) as server, client_of(server, timeout=Timeout(10, read=0.1)) as client:
        begin = time.monotonic()
        ALL[call](client)
        assert time.monotonic() - begin < 5
        assert len(server.requests) == 2


def test_the_deadline_counts_pauses_and_attempts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fota_sdk.core.retry.jitter", lambda: 0.2)
    with (
        LoopbackServer(answer({}, status=503)) as server,
        client_of(server, timeout=DEADLINE, max_attempts=50) as client,
    ):
        begin = time.monotonic()
        with pytest.raises(ServerError) as caught:
            GET(client)
        assert time.monotonic() - begin < DEADLINE * 2
        assert 2 <= caught.value.attempts == len(server.requests) < 6


def test_a_connection_that_is_never_accepted_is_a_connect_error(pauses: list[float]) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port = listener.getsockname()[1]
        waiting = [socket.socket() for _ in range(4)]
        try:
            for sock in waiting:
                sock.setblocking(False)
                sock.connect_ex(("127.0.0.1", port))
            timeout = Timeout(10, connect=0.2)
            with client_of(url_of(port), timeout=timeout, max_attempts=2) as client:
                begin = time.monotonic()
                with pytest.raises(ConnectError) as caught:
                    POST(client)
                assert time.monotonic() - begin < 5
        finally:
            for sock in waiting:
                sock.close()
    assert caught.value.attempts == 2
    assert not caught.value.outcome_unknown


def test_a_service_that_does_not_take_the_body_is_given_up_at_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        body = {"Type": "append", "deviceList": ["990013907884253"] * 400_000}
        with client_of(url_of(listener.getsockname()[1]), timeout=1.5) as client:
            begin = time.monotonic()
            with pytest.raises(RequestTimeoutError) as caught:
                client.campaigns_v2.update_campaign_firmware_devices("0000123456-00001", "x", body)
            assert time.monotonic() - begin < 3
    assert caught.value.outcome_unknown


def test_sending_a_large_body_may_take_longer_than_connecting() -> None:
    body = {"Type": "append", "deviceList": ["990013907884253"] * 400_000}
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            sock, _ = listener.accept()
            with sock:
                time.sleep(0.5)
                sock.settimeout(10)
                received = b""
                while b"\r\n\r\n" not in received:
                    received += sock.recv(65536)
                head, _, begin = received.partition(b"\r\n\r\n")
                length = int(head.lower().partition(b"content-length: ")[2].split()[0])
                got = len(begin)
                while got < length:
                    got += len(sock.recv(65536))
                content = b'{"requestId":"1"}'
                sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(content) + content)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        with client_of(url_of(listener.getsockname()[1]), timeout=Timeout(20, connect=0.2)) as client:
            result = client.campaigns_v2.update_campaign_firmware_devices("0000123456-00001", "x", body)
        thread.join(10)
    assert result.request_id == "1"


def test_a_call_waits_its_turn_for_a_connection_within_its_own_deadline() -> None:
    arrived, go_on = threading.Event(), threading.Event()

    def held(request: Request, connection: Connection) -> None:
        arrived.set()
        go_on.wait(10)
        answer(GOOD)(request, connection)

    with LoopbackServer(held) as server, client_of(server, max_connections=1, timeout=20) as client:
        first = threading.Thread(target=GET, args=(client,))
        first.start()
        assert arrived.wait(10)
        begin = time.monotonic()
        with pytest.raises(RequestTimeoutError, match="no connection became free") as caught:
            POST(client.with_options(timeout=DEADLINE))
        assert time.monotonic() - begin < DEADLINE * 2
        go_on.set()
        first.join(10)
        GET(client)
        assert [request.method for request in server.requests] == ["GET", "GET"]
    assert not caught.value.outcome_unknown
    assert caught.value.attempts == 0


def bomb(status: int) -> Script:
    return answer(content=gzip.compress(b" " * 200_000_000), status=status, headers={"Content-Encoding": "gzip"})


@pytest.mark.parametrize(("status", "error"), [(200, DecodeError), (400, ApiError), (302, ApiError)])
def test_a_body_that_grows_without_end_is_cut(status: int, error: type[FotaError]) -> None:
    import tracemalloc

    with LoopbackServer(bomb(status)) as server, client_of(server, timeout=30, max_attempts=1) as client:
        tracemalloc.start()
        try:
            with pytest.raises(error) as caught:
                GET(client)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert peak < 80 * 1024 * 1024
    response = getattr(caught.value, "response", None)
    assert response is not None
    assert len(response.text) <= 16 * 1024 * 1024


@pytest.mark.parametrize("timeout", [None, Timeout(None)])
def test_no_limit_has_to_be_written_and_works(timeout: Timeout | None) -> None:
    with LoopbackServer(answer(GOOD)) as server, client_of(server, timeout=timeout) as client:
        for call in ALL.values():
            call(client)
