"""The sandbox without a socket, behind the mock library `responses`."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fota_sdk.core.annotations import LazyModule
from fota_sdk.core.fork import late_imports
from fota_sdk.exceptions import ConfigurationError
from fota_sdk.sandbox.application import Application
from fota_sdk.sandbox.messages import Delivery, Request
from fota_sdk.sandbox.server import headers_of

if TYPE_CHECKING:
    import requests
    import responses
else:
    requests = LazyModule("requests")

STAND_IN = "http://127.0.0.1:9/api"
"""Base URL of clients of a sandbox that does not serve: without the mock, it leads nowhere."""

OTHER_HOSTS = ("https://mock.thingspace.verizon.com/api", "https://mock-staging.thingspace.verizon.com/api")
"""Base URLs that the vendor's SDKs have beside production and staging."""

_METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS")


def mock_of(application: Application, base_urls: Collection[str]) -> responses.RequestsMock:
    """Return a mock that has an application answer for base URLs; it works while it is entered.

    Raises:
        ConfigurationError: responses is not installed.
    """
    try:
        with late_imports:
            import responses
    except ImportError:
        raise ConfigurationError("mocked() needs responses: pip install responses") from None

    mock = responses.RequestsMock(assert_all_requests_are_fired=False)
    for base_url in base_urls:
        respond_at(base_url, application, mock)
    return mock


def respond_at(base_url: str, application: Application, mock: responses.RequestsMock) -> None:
    """Have an application answer for one more base URL."""
    for method in _METHODS:
        mock.add_callback(method, re.compile(re.escape(base_url) + "(?=/)"), lambda sent: _respond(application, sent))


@dataclass(eq=False)
class _Entered:
    mock: responses.RequestsMock
    thread: int
    is_left: bool = False


# A mock puts itself in the place of a function of requests, and puts back what it found there: out of order, that would
# be another mock.
_entered: list[_Entered] = []  # the newest last
_lock = threading.Lock()


@contextmanager
def entered(mock: responses.RequestsMock) -> Iterator[None]:
    """Let a mock work.

    Raises:
        ConfigurationError: Another thread has one at work, or, at the end, a newer one still is.
    """
    one = _Entered(mock, threading.get_ident())
    with _lock:
        if any(other.thread != one.thread for other in _entered):
            raise ConfigurationError(
                "another thread is inside of mocked(), which holds for all threads of the process; "
                "enter it once, around the threads"
            )
        mock.start()
        _entered.append(one)
    try:
        yield
    finally:
        _leave(one)


def _leave(one: _Entered) -> None:
    with _lock:
        one.is_left = True
        is_newest = _entered[-1] is one
        while _entered != [] and _entered[-1].is_left:
            mock = _entered.pop().mock
            mock.stop(allow_assert=False)
            mock.reset()
    if not is_newest:
        raise ConfigurationError(
            "mocked() was left while a newer one was open; leave the newest first. "
            "Requests stay mocked until that one is left, too"
        )


def _respond(application: Application, sent: requests.PreparedRequest) -> Any:
    request = Request(
        str(sent.method),
        sent.path_url,
        {name.lower(): _text(value) for name, value in sent.headers.items()},
        _content(sent.body),
    )
    response = application.respond(request)
    patience = _patience(sent)
    if response.delay > patience:
        time.sleep(patience)
        return requests.ReadTimeout("Read timed out.")
    if response.delay > 0:  # even a sleep of nothing lets others go first
        time.sleep(response.delay)
    if response.delivery is Delivery.LOST:
        return requests.ConnectionError("Remote end closed connection without response")
    half = response.content[: len(response.content) // 2]
    content = response.content if response.delivery is Delivery.WHOLE else half
    return response.status, headers_of(response), content


def _content(body: Any) -> bytes:
    """Return what would go over the wire: requests takes texts, bytes, files and iterables of them."""
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    if isinstance(body, (bytes, bytearray, memoryview)):
        return bytes(body)
    if hasattr(body, "read"):
        return _content(body.read())
    return b"".join(map(_content, body))


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("latin-1")


def _patience(sent: requests.PreparedRequest) -> float:
    """Return how many seconds the caller waits for a response."""
    timeout = getattr(sent, "req_kwargs", {}).get("timeout")
    if isinstance(timeout, tuple):
        timeout = timeout[-1]
    return timeout if isinstance(timeout, (int, float)) else float("inf")
