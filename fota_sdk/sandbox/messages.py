"""Requests and responses as the sandbox sees them, however they travel."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from fota_sdk.core.codec import NotJsonError, parse_json

Json = dict[str, Any]

LARGEST_BODY = 16 * 1024 * 1024


class Delivery(Enum):
    """What becomes of a response on its way."""

    WHOLE = "whole"
    CUT = "cut"
    LOST = "lost"


@dataclass(frozen=True)
class Request:
    """A request as it arrived.

    Attributes:
        method: HTTP method.
        target: Path and query as they were sent, still percent-encoded.
        headers: By their names in small letters.
        body: At least `LARGEST_BODY` bytes and one more, where it is larger than that.
    """

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Response:
    """What the service responds.

    Attributes:
        status: HTTP status.
        content: The body.
        content_type: What the body is.
        headers: Further headers.
        delay: Seconds until it leaves.
        delivery: What becomes of it on its way.
    """

    status: int
    content: bytes
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    delay: float = 0.0
    delivery: Delivery = Delivery.WHOLE


@dataclass(frozen=True)
class Call:
    """A request whose operation is known.

    Attributes:
        request: The request.
        values: What stands in the path in place of the names of the template.
        query: What stands in the query, by the keys of the operation.
        body: The JSON object; an empty one where the operation takes none.
    """

    request: Request
    values: Mapping[str, str]
    query: Mapping[str, str]
    body: Json

    @property
    def account(self) -> str:
        """The account that the path names."""
        return self.values["account"] if "account" in self.values else self.values["acc"]


Handler = Callable[[Call], Any]
"""Carries a call out and returns the JSON data of its response; a refusal is raised."""


class Refused(Exception):  # noqa: N818 - a response, not a failure of the sandbox
    """The service answers with an error.

    Args:
        status: HTTP status.
        body: JSON data.
        headers: Further headers.
    """

    def __init__(self, status: int, body: Json, headers: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(status, body)
        self.response = Response(status, json.dumps(body).encode(), headers=headers)


def refuse(message: str, code: str = "INVALID_PARAMETER", status: int = 400) -> Refused:
    """Return a refusal in the shape of the service's own errors."""
    return Refused(status, {"errorCode": code, "errorMessage": message})


def fault(status: int, code: str, message: str, *headers: tuple[str, str], description: str | None = None) -> Refused:
    """Return a refusal in the shape of the gateway's errors; without a description the message is one too."""
    description = message if description is None else description
    return Refused(status, {"fault": {"code": code, "message": message, "description": description}}, headers)


def missing_credentials() -> Refused:
    """Return the gateway's refusal of a request without credentials."""
    return fault(401, "900902", "Missing Credentials", description="Required OAuth credentials not provided")


def object_of(content: bytes) -> Json:
    """Return the JSON object that a body holds; what is none is refused."""
    try:
        body = parse_json(content)
    except NotJsonError:
        raise refuse("Input binding error: the body is not JSON.") from None
    if not isinstance(body, dict):
        raise refuse("Input binding error: the body is not a JSON object.")
    return body
