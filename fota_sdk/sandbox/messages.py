"""Requests and answers as the sandbox sees them, however they travel."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

Json = dict[str, Any]

LARGEST_BODY = 16 * 1024 * 1024


class Fate(Enum):
    """What becomes of an answer on its way."""

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
class Answer:
    """What the service answers.

    Attributes:
        status: HTTP status.
        content: The body.
        content_type: What the body is.
        headers: Further headers.
        delay: Seconds until it leaves.
        fate: What becomes of it on its way.
    """

    status: int
    content: bytes
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    delay: float = 0.0
    fate: Fate = Fate.WHOLE


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


class Refused(Exception):  # noqa: N818 - an answer, not a failure of the sandbox
    """The service answers with an error.

    Args:
        status: HTTP status.
        body: JSON data.
        headers: Further headers.
    """

    def __init__(self, status: int, body: Json, headers: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(status, body)
        self.answer = Answer(status, json.dumps(body).encode(), headers=headers)


def refuse(message: str, code: str = "INVALID_PARAMETER", status: int = 400) -> Refused:
    """Return a refusal in the shape of the service's own errors."""
    return Refused(status, {"errorCode": code, "errorMessage": message})


def fault(status: int, code: str, message: str, *headers: tuple[str, str]) -> Refused:
    """Return a refusal in the shape of the gateway's errors."""
    return Refused(status, {"fault": {"code": code, "message": message, "description": message}}, headers)
