"""An HTTP response as the caller sees it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Generic, TypeVar

from fota_sdk.core.charset import read_text

Body = TypeVar("Body")

LARGEST_BODY = 16 * 1024 * 1024


class Headers(Mapping[str, str]):
    """Headers of a response: read-only, looked up without regard to case."""

    __slots__ = ("__weakref__", "_by_lower_name")

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self._by_lower_name = {name.lower(): (name, value) for name, value in pairs}

    def __getitem__(self, name: object) -> str:
        if not isinstance(name, str):
            raise KeyError(name)
        return self._by_lower_name[name.lower()][1]

    def __iter__(self) -> Iterator[str]:
        return (name for name, _ in self._by_lower_name.values())

    def __len__(self) -> int:
        return len(self._by_lower_name)

    def __repr__(self) -> str:
        return f"Headers({list(self)})"


class ApiResponse(Generic[Body]):
    """An HTTP response with its decoded body. Nothing of the request is in it.

    Attributes:
        status_code: HTTP status, such as 200.
        reason_phrase: The words beside the status, such as ``"OK"``; often empty.
        headers: Headers of the response, read-only and case-insensitive.
        content: Bytes of the body, decompressed.
        body: What the operation returns: a model, the parsed JSON of ``client.request``, or for an error
            the parsed JSON (None where the body is not JSON).
        is_cut: Whether there was more text than is kept here, of a response beyond 16 MiB for instance.
    """

    __slots__ = ("__weakref__", "body", "content", "headers", "is_cut", "reason_phrase", "status_code")

    def __init__(
        self,
        status_code: int,
        reason_phrase: str,
        headers: Headers,
        content: bytes,
        body: Body,
        is_cut: bool = False,
    ) -> None:
        self.status_code = status_code
        self.reason_phrase = reason_phrase
        self.headers = headers
        self.body = body
        self.is_cut = is_cut
        self.content = content

    @property
    def text(self) -> str:
        """The body as text: in UTF-8, UTF-16 or UTF-32, or else in the charset that Content-Type names.

        What cannot be read so appears as U+FFFD.
        """
        return read_text(self.content, self.headers, is_cut=self.is_cut)[0]

    @property
    def request_id(self) -> str | None:
        """The response's ``X-Request-ID`` or ``X-Correlation-ID``."""
        return self.headers.get("X-Request-ID", self.headers.get("X-Correlation-ID"))

    def with_body(self, body: Any) -> ApiResponse[Any]:
        """Return the same response with another body.

        Args:
            body: What `body` is to hold.
        """
        return ApiResponse(self.status_code, self.reason_phrase, self.headers, self.content, body, self.is_cut)

    def cut(self, size: int) -> ApiResponse[Any]:
        """Return the same response with no more than the first bytes of its text, and without its parsed body.

        Args:
            size: How many bytes to keep.
        """
        is_cut = self.is_cut or len(self.content) > size
        return ApiResponse(self.status_code, self.reason_phrase, self.headers, self.content[:size], None, is_cut)

    def __repr__(self) -> str:
        return f"<ApiResponse [{self.status_code}] {len(self.content)} bytes>"
