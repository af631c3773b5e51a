"""The sandbox on a socket of this machine, served by waitress."""

from __future__ import annotations

import logging
import re
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fota_sdk.core.fork import late_imports
from fota_sdk.core.timeout import clock
from fota_sdk.exceptions import ConfigurationError
from fota_sdk.sandbox.application import BASE_PATH, crash
from fota_sdk.sandbox.messages import LARGEST_BODY, Delivery, Request, Response, refuse

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_LONGEST_STOP = 10
_LOOK_AFTER = 0.1
_PHRASES = {status.value: status.phrase for status in HTTPStatus}
_ORIGIN = re.compile("^https?://[^/?#]*", re.IGNORECASE)
"""What a client that thinks it speaks to a proxy puts before the path: RFC 9112, 3.2.2, has every server take it."""

_quiet = logging.Logger("fota_sdk.sandbox.queue", logging.CRITICAL)  # calls may well wait for a thread here


class Server:
    """Serves on loopback, from the moment it is built until `close`.

    Args:
        respond: Returns the response to a request.
        port: Where to listen; 0 takes a free port.

    Raises:
        ConfigurationError: waitress is not installed.
        OSError: The port is taken.
    """

    def __init__(self, respond: Callable[[Request], Response], port: int) -> None:
        try:
            with late_imports:
                import encodings.idna  # noqa: F401 - listening at a host loads it

                from waitress import channel, parser, task, wasyncore
                from waitress.server import create_server
        except ImportError:
            raise ConfigurationError("the sandbox needs waitress: pip install waitress") from None
        self._respond = respond
        self._gone: type[Exception] = channel.ClientDisconnected
        self._closing = threading.Event()
        self._sockets: dict[int, Any] = {}
        self._close_all = wasyncore.close_all
        try:
            self._server: Any = create_server(
                self._serve,
                map=self._sockets,
                host="127.0.0.1",
                port=port,
                threads=16,
                ident=None,
                connection_limit=1_000_000,
                asyncore_use_poll=True,  # select() ends with the 1024th file
                channel_request_lookahead=1,  # tells when a client has gone
            )
        except BaseException:
            self._close_all(self._sockets)
            raise
        self._server.channel_class = _channel_class(channel.HTTPChannel, task.ErrorTask, parser)
        self._server.task_dispatcher.queue_logger = _quiet
        self.url = f"http://127.0.0.1:{self._server.effective_port}{BASE_PATH}"
        self._thread = threading.Thread(target=self._server.run, name="fota-sandbox", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop serving; a second time does nothing."""
        self._closing.set()
        if self._thread.is_alive():
            # First those that answer: they write to a pipe which would then be closed, or another file by then.
            self._server.task_dispatcher.shutdown()
            # All sockets are closed by the thread that serves them; its loop ends with the last one. An earlier
            # response may wake it before the pipe has been written to, so it waits for that.
            pulled = threading.Event()
            self._server.trigger.pull_trigger(lambda: pulled.wait(_LONGEST_STOP) and self._close_all(self._sockets))
            pulled.set()
            self._thread.join(_LONGEST_STOP)

    def _serve(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            response = self._respond(_request(environ))
            is_awaited = self._wait(response.delay, environ["waitress.client_disconnected"])
        except Exception:  # noqa: BLE001 - whatever it is, it is not the fault of the request
            response, is_awaited = crash(), True
        if not is_awaited or response.delivery is Delivery.LOST:
            raise self._gone  # waitress then closes the connection without a word
        start_response(f"{response.status} {_PHRASES.get(response.status, 'Status')}", headers_of(response))
        if environ["REQUEST_METHOD"] == "HEAD":
            return []
        return [response.content] if response.delivery is Delivery.WHOLE else self._half(response)

    def _wait(self, seconds: float, has_gone: Callable[[], bool]) -> bool:
        """Wait, and return whether the response can still leave afterwards."""
        until = clock() + seconds
        while (left := until - clock()) > 0:
            if self._closing.wait(min(left, _LOOK_AFTER)) or has_gone():
                return False
        return True

    def _half(self, response: Response) -> Iterator[bytes]:
        yield response.content[: len(response.content) // 2]
        raise self._gone


def _request(environ: WSGIEnvironment) -> Request:
    headers = {
        "authorization": environ.get("HTTP_AUTHORIZATION", ""),
        "vz-m2m-token": environ.get("HTTP_VZ_M2M_TOKEN", ""),
        "content-type": environ.get("CONTENT_TYPE", ""),
    }
    # The raw target tells "a%2Fb" from "a/b"; PATH_INFO does not.
    target: str = _ORIGIN.sub("", environ["REQUEST_URI"], count=1)
    body = environ["wsgi.input"].read(LARGEST_BODY + 1)
    return Request(environ["REQUEST_METHOD"], target, headers, body)


def headers_of(response: Response) -> list[tuple[str, str]]:
    """Return the headers that a response travels with."""
    given = {name.lower() for name, _ in response.headers}
    own = [
        ("Content-Type", response.content_type),
        ("Content-Length", str(len(response.content))),
        ("X-Request-ID", str(uuid.uuid4())),
    ]
    return [*(header for header in own if header[0].lower() not in given), *response.headers]


def _channel_class(channel: Any, error_task: Any, parser: Any) -> Any:
    """Return waitress's channel, except that what is no HTTP is refused in the shape of the service's errors."""

    class JsonErrorTask(error_task):  # type: ignore[misc] # waitress declares no types
        def execute(self) -> None:
            error = self.request.error
            status = 400 if error.code == 501 else error.code  # 500 is a crash of ours, 501 an encoding of the caller
            response = refuse(f"{error.reason}: {error.body}", status=status).response
            self.status = f"{status} {_PHRASES.get(status, 'Status')}"
            self.response_headers += headers_of(response)
            self.set_close_on_finish()
            self.content_length = len(response.content)
            self.write(response.content)

    class StrictParser(parser.HTTPRequestParser):  # type: ignore[misc] # waitress declares no types
        def parse_header(self, header_plus: bytes) -> None:
            try:
                super().parse_header(header_plus)
            except ValueError:  # from urllib, of a target that is no URL
                raise parser.ParsingError("Invalid request target") from None

        def received(self, data: bytes) -> int:
            consumed: int = super().received(data)
            if self.completed:  # with no body to come, or refused: "100 Continue" would leave both sides waiting
                self.expect_continue = False
            return consumed

    class JsonErrorChannel(channel):  # type: ignore[misc] # waitress declares no types
        error_task_class = JsonErrorTask
        parser_class = StrictParser

    return JsonErrorChannel
