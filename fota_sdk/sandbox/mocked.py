"""The sandbox without a socket, behind the mock library `responses`."""

from __future__ import annotations

import re
import time
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from fota_sdk.exceptions import ConfigurationError
from fota_sdk.sandbox.application import Application
from fota_sdk.sandbox.messages import Fate, Request
from fota_sdk.sandbox.server import headers_of

if TYPE_CHECKING:
    import requests
    import responses

_METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS")


def mock_of(application: Application, base_urls: Collection[str]) -> responses.RequestsMock:
    """Return a mock that has an application answer for base URLs; it works while it is entered.

    Raises:
        ConfigurationError: responses is not installed.
    """
    try:
        import responses
    except ImportError:
        raise ConfigurationError("mocked() needs responses: pip install 'fota-sdk[testing]'") from None

    mock = responses.RequestsMock(assert_all_requests_are_fired=False)
    for base_url in base_urls:
        for method in _METHODS:
            mock.add_callback(
                method, re.compile(re.escape(base_url) + "(?=/)"), lambda sent: _answer(application, sent)
            )
    return mock


def _answer(application: Application, sent: requests.PreparedRequest) -> Any:
    import requests

    body = b"" if sent.body is None else sent.body
    request = Request(
        str(sent.method),
        sent.path_url,
        {name.lower(): _text(value) for name, value in sent.headers.items()},
        body.encode() if isinstance(body, str) else bytes(body),
    )
    answer = application.answer(request)
    patience = _patience(sent)
    if answer.delay > patience:
        time.sleep(patience)
        return requests.ReadTimeout("Read timed out.")
    time.sleep(answer.delay)
    if answer.fate is Fate.LOST:
        return requests.ConnectionError("Remote end closed connection without response")
    content = answer.content if answer.fate is Fate.WHOLE else answer.content[: len(answer.content) // 2]
    return answer.status, headers_of(answer), content


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("latin-1")


def _patience(sent: requests.PreparedRequest) -> float:
    """Return how many seconds the caller waits for an answer."""
    timeout = getattr(sent, "req_kwargs", {}).get("timeout")
    if isinstance(timeout, tuple):
        timeout = timeout[-1]
    return timeout if isinstance(timeout, (int, float)) else float("inf")
