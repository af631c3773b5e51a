"""The record of what the sandbox was asked."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from typing import Any

from fota_sdk.core.codec import NotJsonError, parse_json

MOST_REQUESTS = 10_000
MOST_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True)
class RecordedRequest:
    """What the sandbox was asked.

    Attributes:
        method: HTTP method.
        path: Below the base URL, without the query.
        body: The parsed JSON; None where there is none, and for all calls that carry passwords or keys.
    """

    method: str
    path: str
    body: Any


class Record:
    """The last requests, for any number of threads: bounded in number and in bytes, and the last one always."""

    def __init__(self) -> None:
        self._kept: deque[tuple[str, str, bytes]] = deque()
        self._size = 0
        self._lock = threading.Lock()

    def add(self, method: str, path: str, content: bytes) -> None:
        """Keep a request, and forget the oldest ones where they are too many or too large."""
        request = method, path, content
        with self._lock:
            self._kept.append(request)
            self._size += _size_of(request)
            while len(self._kept) > 1 and (len(self._kept) > MOST_REQUESTS or self._size > MOST_BYTES):
                self._size -= _size_of(self._kept.popleft())

    @property
    def requests(self) -> list[RecordedRequest]:
        """A copy, the oldest first."""
        with self._lock:
            kept = list(self._kept)
        return [RecordedRequest(method, path, _parsed(content)) for method, path, content in kept]


def _size_of(request: tuple[str, str, bytes]) -> int:
    return sum(len(part) for part in request)


def _parsed(content: bytes) -> Any:
    try:
        return parse_json(content)
    except NotJsonError:
        return None
