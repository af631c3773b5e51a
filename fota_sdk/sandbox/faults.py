"""Fault injection: what is to go wrong with the next calls."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

from fota_sdk.exceptions import ConfigurationError
from fota_sdk.sandbox.messages import Delivery, Response, fault as gateway_fault, refuse

_LONGEST_DELAY = 3600
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_HEADER_VALUE = re.compile(r"[\x20-\x7e\t]*")
_THROTTLED = {
    "fault": {
        "code": "900800",
        "message": "Message throttled out",
        "description": "You have exceeded your quota",
    }
}
"""The gateway's words as its maker has them: the vendor publishes none."""
_NOT_OURS = {
    "connection",
    "content-length",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "te",
    "trailer",
    "trailers",
    "transfer-encoding",
    "upgrade",
}
"""Headers that belong to the connection."""


@dataclass
class Fault:
    """What is to go wrong with a call.

    Attributes:
        operation: Which one it waits for; None for any.
        times: How many more calls it happens to.
        response: The response to a call that is not carried out; None where it is carried out.
        delay: Seconds until the response leaves.
        delivery: What becomes of the response on its way.
    """

    operation: str | None
    times: int = 1
    response: Response | None = None
    delay: float = 0.0
    delivery: Delivery = Delivery.WHOLE


class FaultInjection:
    """The faults that wait for their calls, in the order in which they were injected; each call meets one at most.

    Args:
        operations: Names of the operations that they may be injected into.
    """

    def __init__(self, operations: Collection[str]) -> None:
        self._operations = operations
        self._waiting: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        """Let a fault wait for its calls.

        Raises:
            ConfigurationError: There is no operation of that name.
        """
        if fault.operation is not None and fault.operation not in self._operations:
            close = get_close_matches(str(fault.operation), sorted(self._operations), cutoff=0.2)
            raise ConfigurationError(
                f"operation must be one of the client's, such as {', '.join(close) or 'v3.cancel_campaign'}; "
                f"got {fault.operation!r}"
            )
        with self._lock:
            self._waiting.append(fault)

    def waiting(self) -> int:
        """Return how many calls are still to meet a fault."""
        with self._lock:
            return sum(fault.times for fault in self._waiting)

    def take(self, operation: str) -> Fault | None:
        """Return what goes wrong with this call of an operation."""
        with self._lock:
            for place, fault in enumerate(self._waiting):
                if fault.operation in (None, operation):
                    fault.times -= 1
                    if fault.times == 0:
                        del self._waiting[place]
                    return fault
        return None


def failure(status: int, body: Any, times: int, operation: str | None, headers: Mapping[str, str] | None) -> Fault:
    """Return calls that meet an error, and are not carried out.

    Args:
        status: HTTP status.
        body: JSON data; a text or bytes as they are; None for the service's own shape.
        times: How many calls.
        operation: Which one; None for any.
        headers: Headers of the response.

    Raises:
        ConfigurationError: An argument cannot be used.
    """
    if isinstance(status, bool) or not isinstance(status, int) or not 200 <= status <= 599:
        raise ConfigurationError(f"status must be a whole number from 200 to 599, got {status!r}")
    if isinstance(times, bool) or not isinstance(times, int) or times < 1:
        raise ConfigurationError(f"times must be a whole number from 1, got {times!r}")
    response = replace(_response_of(status, body), headers=_headers(headers))
    return Fault(operation, times=times, response=response)


def delayed(seconds: float, operation: str | None) -> Fault:
    """Return a call whose response leaves late.

    Raises:
        ConfigurationError: The seconds are no number from 0 to an hour.
    """
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not 0 <= seconds <= _LONGEST_DELAY:
        raise ConfigurationError(f"seconds must be a number from 0 to {_LONGEST_DELAY}, got {seconds!r}")
    return Fault(operation, delay=seconds)


def throttling(times: int, retry_after: int | None, operation: str | None) -> Fault:
    """Return calls that meet the rate limit: 429, and not carried out.

    Args:
        times: How many calls.
        retry_after: Seconds that the header Retry-After names; None leaves it out.
        operation: Which one; None for any.

    Raises:
        ConfigurationError: An argument cannot be used.
    """
    if retry_after is None:
        return failure(429, _THROTTLED, times, operation, None)
    if isinstance(retry_after, bool) or not isinstance(retry_after, int) or not 0 <= retry_after <= _LONGEST_DELAY:
        raise ConfigurationError(f"retry_after must be whole seconds from 0 to {_LONGEST_DELAY}, got {retry_after!r}")
    return failure(429, _THROTTLED, times, operation, {"Retry-After": str(retry_after)})


def _response_of(status: int, body: Any) -> Response:
    if isinstance(body, bytes):
        return Response(status, body, "text/plain")
    if body is None:
        invalid = status == 401
        words = "Invalid Credentials" if invalid else "The sandbox was told to fail this call"
        refusal = refuse(words) if status == 400 else gateway_fault(status, "900901" if invalid else str(status), words)
        return refusal.response
    try:
        if isinstance(body, str):
            return Response(status, body.encode(), "text/plain")
        return Response(status, json.dumps(body, allow_nan=False).encode())
    except (TypeError, ValueError, RecursionError):
        raise ConfigurationError("body must be JSON data, a text or bytes") from None


def _headers(headers: Mapping[str, str] | None) -> tuple[tuple[str, str], ...]:
    if headers is None:
        return ()
    if not isinstance(headers, Mapping):
        raise ConfigurationError(f"headers must be a mapping of names to texts, got {type(headers).__name__}")
    for name, value in headers.items():
        if not isinstance(name, str) or not _HEADER_NAME.fullmatch(name) or name.lower() in _NOT_OURS:
            raise ConfigurationError(f"{name!r} is no header that a response may be given")
        if not isinstance(value, str) or not _HEADER_VALUE.fullmatch(value):
            raise ConfigurationError(f"header {name} must be a text of printable ASCII, got {value!r}")
    return tuple(headers.items())
