"""The errors of the package.

FotaError                      operation, attempts, outcome_unknown
├─ ConfigurationError          the client cannot be built as configured, or is closed
├─ ValidationError             refused before anything was sent; findings
├─ RepeatRefusedError          a retry of a schedule after an outcome unknown; first
├─ TransportError              no complete HTTP response
│  ├─ ConnectError             this attempt sent nothing
│  └─ RequestTimeoutError      the deadline or the read limit ran out
├─ DecodeError                 a 2xx response that is not what the operation promises; response, data
├─ WaitError                   a waiter gave up; timed_out, campaign
└─ ApiError                    an HTTP response that refuses; status_code, error_code, ...
   ├─ FotaV2ResultException    400 of a V2 operation
   ├─ FotaV3ResultException    400 of a V3 operation
   ├─ AuthenticationError      401, or a token refused with another status, or a login
   ├─ PermissionDeniedError    403
   ├─ NotFoundError            404
   ├─ ConflictError            409
   ├─ RateLimitError           429
   ├─ RedirectError            3xx; location
   └─ ServerError              5xx
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from fota_sdk.core.response import ApiResponse

IN_DOUBT = "The service may have carried this out."

_LONGEST_TEXT = 999
_SHOWN_FINDINGS = 10
_LONGEST_FINDINGS = 880
# What forges a line, steers a terminal, turns the direction of writing, or is no character.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


class FotaError(Exception):
    """Base of every error that this package raises by itself.

    Attributes:
        operation: Name of the operation, such as ``"v3.cancel_campaign"``; None before a call.
        attempts: How often the request was sent, or tried to be sent; 0 where it never came to that.
        outcome_unknown: True where the service may have carried the call out although it failed here.
        what_happened: The first part of the text: what went wrong, and whether it may have taken effect.
        what_to_do: The second part: what to do next; empty where the first part says all there is to say.
    """

    operation: str | None = None
    attempts: int = 0
    outcome_unknown: bool = False
    what_happened: str = ""
    what_to_do: str = ""
    _may_pass: bool = False  # whether the same call may succeed later, as after an outage: a wait then goes on

    def __init__(
        self,
        what_happened: str = "",
        what_to_do: str = "",
        *,
        operation: str | None = None,
        attempts: int = 0,
        outcome_unknown: bool = False,
    ) -> None:
        super().__init__(what_happened, what_to_do)
        self.what_happened = what_happened
        self.what_to_do = what_to_do
        self.operation = operation
        self.attempts = attempts
        self.outcome_unknown = outcome_unknown

    def __str__(self) -> str:
        text = self.what_happened
        if self.what_to_do != "":
            text = f"{text if text.endswith(('.', '!', '?')) else f'{text}.'} {self.what_to_do}"
        return one_line(f"{self.operation}: {text}" if self.operation else text, _LONGEST_TEXT)

    def __repr__(self) -> str:
        return clip(f"{type(self).__name__}({str(self)!r}", _LONGEST_TEXT - 1) + ")"

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.args, self.__dict__)


class ConfigurationError(FotaError, ValueError):
    """The client cannot be built as configured, or is closed. Nothing was sent."""


class ValidationError(FotaError, ValueError):
    """A call or a model was refused before anything was sent.

    Attributes:
        findings: All that was found, each ``(path, message)``. The path is that of the value in the JSON body
            (``campaignTimeWindowList[0].endTime``), or the name of the argument.
    """

    findings: tuple[tuple[str, str], ...]

    def __init__(self, findings: str | Iterable[tuple[str, str]] = (), *, operation: str | None = None) -> None:
        self.findings = (("", findings),) if isinstance(findings, str) else tuple(findings)
        super().__init__(_summary(self.findings, sending=operation is not None), operation=operation)


class RepeatRefusedError(FotaError):
    """A retry of a schedule whose outcome is unknown, refused: nothing was sent.

    Attributes:
        first: The error of the call whose outcome is unknown.
    """

    first: FotaError | None

    def __init__(
        self,
        what_happened: str = "",
        what_to_do: str = "",
        *,
        first: FotaError | None = None,
        operation: str | None = None,
        attempts: int = 0,
    ) -> None:
        super().__init__(what_happened, what_to_do, operation=operation, attempts=attempts, outcome_unknown=True)
        self.first = first


class TransportError(FotaError):
    """There is no complete HTTP response."""


class ConnectError(TransportError):
    """This attempt sent nothing: name lookup, connection, proxy, or a certificate that was refused."""


class RequestTimeoutError(TransportError, TimeoutError):
    """The deadline of the call, or the longest allowed silence, ran out."""

    _may_pass = True


class DecodeError(FotaError):
    """A 2xx response that is not what the operation promises.

    Attributes:
        response: The response as it came.
        data: The parsed JSON where the body is JSON, so that the id of an accepted campaign is never lost.
    """

    response: ApiResponse[Any] | None
    data: Any

    def __init__(
        self,
        what_happened: str = "",
        what_to_do: str = "",
        *,
        response: ApiResponse[Any] | None = None,
        data: Any = None,
        operation: str | None = None,
        attempts: int = 0,
        outcome_unknown: bool = False,
    ) -> None:
        super().__init__(
            what_happened, what_to_do, operation=operation, attempts=attempts, outcome_unknown=outcome_unknown
        )
        self.response = response
        self.data = data


class WaitError(FotaError):
    """A waiter gave up.

    Attributes:
        timed_out: True where time was over; False where the campaign ended otherwise than awaited.
        campaign: The last campaign that was read; None where none was.
    """

    timed_out: bool
    campaign: Any

    def __init__(
        self,
        what_happened: str = "",
        what_to_do: str = "",
        *,
        timed_out: bool = False,
        campaign: Any = None,
        operation: str | None = None,
        attempts: int = 0,
    ) -> None:
        super().__init__(what_happened, what_to_do, operation=operation, attempts=attempts)
        self.timed_out = timed_out
        self.campaign = campaign


class ApiError(FotaError):
    """An HTTP response that refuses the call.

    Attributes:
        status_code: HTTP status; None where there was no response.
        reason: Reason phrase of the response, such as ``"Bad Request"``.
        error_code: The service's code, from ``errorCode``, ``fault.code`` (of a fault in XML too) or ``error``.
        error_message: The service's words as they are, from ``errorMessage``, ``fault.message`` or
            ``error_description``; words in other places, in lists and in objects stand in the message alone.
        headers: Headers of the response, read-only and case-insensitive.
        response: The whole response; ``response.body`` is its parsed JSON, None where it is not JSON.
        request_id: The response's ``X-Request-ID`` or ``X-Correlation-ID``.
        retry_after: Seconds that the response asks to wait before a retry.
    """

    status_code: int | None
    reason: str | None
    error_code: str | None
    error_message: str | None
    headers: Mapping[str, str] | None
    response: ApiResponse[Any] | None
    request_id: str | None
    retry_after: float | None

    def __init__(
        self,
        what_happened: str = "",
        what_to_do: str = "",
        *,
        response: ApiResponse[Any] | None = None,
        error_code: str | None = None,
        error_message: str | None = None,
        retry_after: float | None = None,
        operation: str | None = None,
        attempts: int = 0,
        outcome_unknown: bool = False,
    ) -> None:
        super().__init__(
            what_happened, what_to_do, operation=operation, attempts=attempts, outcome_unknown=outcome_unknown
        )
        self.response = response
        self.status_code = self.reason = self.headers = self.request_id = None
        if response is not None:
            self.status_code = response.status_code
            self.reason = response.reason_phrase
            self.headers = response.headers
            self.request_id = response.request_id
        self.error_code = error_code
        self.error_message = error_message
        self.retry_after = retry_after


class FotaV2ResultException(ApiError):  # noqa: N818 - the name that the V2 reference gives it
    """400 of a V2 operation."""


class FotaV3ResultException(ApiError):  # noqa: N818 - the name that the V3 reference gives it
    """400 of a V3 operation."""


class AuthenticationError(ApiError):
    """A token was refused; or a token or login call was refused, or its response held no usable token.

    A token is refused by a 401, by the gateway's fault 900901, or by an ``errorCode`` that ends in
    ``SessionToken.Expired`` or ``SessionToken.Invalid``, whatever the status. Where that status has a class of its
    own, the error is caught as that too. The error of a refused session, for which the service has a 400, is caught as
    `FotaV2ResultException` or `FotaV3ResultException` too, with any status.
    """


class PermissionDeniedError(ApiError):
    """403: the credentials are known, but do not allow this."""


class NotFoundError(ApiError):
    """404: no such account, campaign or route."""


class ConflictError(ApiError):
    """409: the call does not fit the present state."""


class RateLimitError(ApiError):
    """429: too many calls; ``retry_after`` says how long to wait, where the service said it."""


class RedirectError(ApiError):
    """3xx. Redirects are never followed, because they would take the tokens along.

    Attributes:
        location: Where the response points to.
    """

    @property
    def location(self) -> str | None:
        """The response's ``Location`` header."""
        return None if self.headers is None else self.headers.get("Location")


class ServerError(ApiError):
    """5xx: the service failed."""


def clip(text: str, longest: int) -> str:
    """Return the text, printable whatever it holds, cut to a length with its loss marked."""
    text = text[: longest + 1].encode("utf-8", "backslashreplace").decode("utf-8")
    return text if len(text) <= longest else text[: longest - 3] + "..."


def number_of(count: int, what: str) -> str:
    """Return a number of things: ``1 device``, ``1,080 devices``."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def one_line(text: str, longest: int) -> str:
    """Return the text on one line, with escapes for what would steer a log or a terminal, cut as by `clip`."""
    return clip(_UNPRINTABLE.sub(_escaped, text[: longest + 1]), longest)


def _escaped(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode("ascii")


def _summary(findings: tuple[tuple[str, str], ...], *, sending: bool) -> str:
    shown = findings[:_SHOWN_FINDINGS]
    longest = _LONGEST_FINDINGS // max(1, len(shown))
    parts = [one_line(f"{path}: {message}" if path else message, longest) for path, message in shown]
    more = len(findings) - len(shown)
    return ("nothing was sent; " if sending else "") + "; ".join(parts) + (f"; and {more} more" if more else "")


def authentication_error(*kinds: type[ApiError]) -> type[ApiError]:
    """Return the class of an `AuthenticationError` that is caught as each of these kinds too."""
    others = tuple(dict.fromkeys(kind for kind in kinds if not issubclass(AuthenticationError, kind)))
    return AuthenticationError if others == () else _authentication_error_and(others)


@cache
def _authentication_error_and(others: tuple[type[ApiError], ...]) -> type[ApiError]:
    # Its name is the one to catch it by, so it cannot be the one to pickle it by.
    members = {"__doc__": AuthenticationError.__doc__, "__module__": __name__, "__reduce__": _reduce_by_bases}
    return type(AuthenticationError.__name__, (AuthenticationError, *others), members)


def _reduce_by_bases(error: FotaError) -> tuple[Any, ...]:
    return _rebuild_by_bases, (type(error).__bases__[1:], error.args, error.__dict__)


def _rebuild_by_bases(others: tuple[type[ApiError], ...], args: tuple[Any, ...], state: dict[str, Any]) -> FotaError:
    return _rebuild(_authentication_error_and(others), args, state)


def _rebuild(cls: type[FotaError], args: tuple[Any, ...], state: dict[str, Any]) -> FotaError:
    error = cls.__new__(cls)
    error.args = args
    error.__dict__.update(state)
    return error
