"""The attempts of a call inside its deadline: tokens, exchange, renewal, pauses, and the error that ends it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from fota_sdk.core import retry
from fota_sdk.core.answer import read
from fota_sdk.core.auth import Token, rejected_token
from fota_sdk.core.response import ApiResponse
from fota_sdk.core.retry import Budget, Failure, Outcome
from fota_sdk.core.timeout import clock
from fota_sdk.exceptions import (
    ApiError,
    AuthenticationError,
    ConflictError,
    ConnectError,
    FotaError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    RedirectError,
    RequestTimeoutError,
    ServerError,
    clip,
)

if TYPE_CHECKING:
    from fota_sdk.core.operation import Operation, PreparedCall
    from fota_sdk.core.timeout import Deadline, Timeout
    from fota_sdk.core.transport import Transport

Promised = TypeVar("Promised")

_log = logging.getLogger("fota_sdk")
_log.addHandler(logging.NullHandler())

_HEADERS = {"api_token": ("Authorization", "Bearer "), "session_token": ("VZ-M2M-Token", "")}
_LONGEST_ACCOUNT = 600

_WHAT_TO_DO: dict[type[FotaError], str] = {
    ServerError: "Call again later.",
    AuthenticationError: "Check api_token and session_token, or the credentials that they are fetched with.",
    PermissionDeniedError: "Check that the account and the credentials belong together and may use this service.",
    NotFoundError: "Check base_url, path, account and campaign id.",
    ConflictError: "Read the campaign to see its present state.",
    RateLimitError: "Call again later, and less often.",
    RedirectError: "Check base_url.",
    ApiError: "Correct the request before sending it again.",
    ConnectError: "Check network, proxy and base_url; it is safe to call again.",
}


@dataclass
class Course(Generic[Promised]):
    """A call, and what is known of it while it is under way.

    Attributes:
        operation: What is called.
        prepared: What is sent.
        headers: Its headers without the tokens.
        tokens: Its tokens, by ``"api_token"`` and ``"session_token"``.
        deadline: When to give up.
        sent: How often it was sent, or tried to be sent.
        in_doubt: Whether the service may have carried it out. While an attempt is under way this is assumed, so that it
            holds whatever ends the attempt, Ctrl-C and a raising hook included.
    """

    operation: Operation[Promised]
    prepared: PreparedCall
    headers: Mapping[str, str]
    tokens: Mapping[str, Token]
    deadline: Deadline
    sent: int = 0
    in_doubt: bool = False


class Attempts:
    """Carries out prepared calls.

    Args:
        transport: Sends one request.
        budget: How many repeats there may be in all.
        timeout: Limits of a call.
        max_attempts: How often a request is tried at most.
    """

    def __init__(self, transport: Transport, budget: Budget, timeout: Timeout, max_attempts: int) -> None:
        self.transport = transport
        self.budget = budget
        self.timeout = timeout
        self.max_attempts = max_attempts

    def run(self, course: Course[Promised]) -> ApiResponse[Promised]:
        """Send a call until it is answered, refused, or may not be repeated.

        Args:
            course: The call; it is kept up to date.

        Raises:
            FotaError: With `operation`, `attempts` and `outcome_unknown` of the whole call.
        """
        begin = clock()
        try:
            response = self._repeat(course)
        except FotaError as error:
            _log_call(course, getattr(error, "response", None), type(error).__name__, begin)
            raise
        _log_call(course, response, str(response.status_code), begin)
        self.budget.give_back()
        return response

    def _repeat(self, course: Course[Promised]) -> ApiResponse[Promised]:
        attempt = 1
        renewed: set[str] = set()
        rejected: tuple[str, str, FotaError] | None = None
        while True:
            used = self._tokens(course)
            if rejected is not None:
                name, token, error = rejected
                if used[name] == token:  # there is no other one
                    raise _finished(error, course) from error.__cause__
                _log_repeat(course, error, 0.0)
                rejected = None
            result = self._attempt(course, used)
            if isinstance(result, ApiResponse):
                return result
            refused = rejected_token(course.operation, result.error)
            if refused is not None and refused in used and refused not in renewed:
                renewed.add(refused)
                rejected = (refused, used[refused], result.error)
                course.tokens[refused].reject(used[refused])
                continue
            pause = self._pause(course, attempt, result)
            if pause is None:
                result.error._may_pass = refused is None and result.outcome.may_pass
                raise _finished(result.error, course) from result.error.__cause__
            _log_repeat(course, result.error, pause)
            retry.sleep(pause)
            attempt += 1

    def _tokens(self, course: Course[Any]) -> dict[str, str]:
        try:
            self.transport.check_open()
            return {name: token.get(course.deadline) for name, token in course.tokens.items()}
        except FotaError as error:
            error.operation = error.operation or course.operation.name
            if course.sent:
                error.attempts = course.sent
            if course.in_doubt:
                error.outcome_unknown = True
                error.args = (f"{error.args[0]} An earlier attempt was made. {_in_doubt(course.operation)}",)
            raise

    def _attempt(self, course: Course[Promised], used: Mapping[str, str]) -> ApiResponse[Promised] | Failure:
        operation = course.operation
        headers = dict(course.headers)
        for name, token in used.items():
            header, scheme = _HEADERS[name]
            headers[header] = scheme + token
        # Giving up on silence only pays where the attempt may be repeated; otherwise the answer would be lost.
        silence = self.timeout.read if operation.repeatable else None
        doubt_before = course.in_doubt
        course.sent += 1
        course.in_doubt = not operation.harmless
        answer = self.transport.exchange(
            course.prepared, headers, course.deadline, connect=self.timeout.connect, silence=silence
        )
        result = answer if isinstance(answer, Failure) else read(operation, answer)
        may_have_acted = False
        if isinstance(result, Failure):
            may_have_acted = result.outcome.may_have_acted and rejected_token(operation, result.error) not in used
            course.sent -= result.outcome is Outcome.NOT_TRIED
        course.in_doubt = doubt_before or (may_have_acted and not operation.harmless)
        return result

    def _pause(self, course: Course[Any], attempt: int, failure: Failure) -> float | None:
        if attempt >= self.max_attempts:
            return None
        pause = retry.pause_before_repeat(
            course.operation,
            attempt,
            failure.outcome,
            retry_after=getattr(failure.error, "retry_after", None),
            chance=retry.jitter(),
        )
        if pause is None or pause >= course.deadline.left() or not self.budget.take(failure.outcome):
            return None
        return pause


def _finished(error: FotaError, course: Course[Any]) -> FotaError:
    """Complete an error with what is known of the whole call, in attributes and in words."""
    operation = course.operation
    error.operation = operation.name
    error.attempts = course.sent
    error.outcome_unknown = course.in_doubt
    what = clip(str(error.args[0]), _LONGEST_ACCOUNT)
    if course.sent > 1:
        what += f", after {course.sent} attempts"
    words = [what if what.endswith(".") else f"{what}."]
    if course.in_doubt:
        words.append(_in_doubt(operation))
    else:
        refused = isinstance(error, ApiError) and error.status_code in range(400, 500)
        if not operation.harmless and (refused or isinstance(error, RequestTimeoutError)):
            words.append("It was not carried out.")
        words.append(_what_to_do(operation, error))
    error.args = (" ".join(words),)
    return error


def _in_doubt(operation: Operation[Any]) -> str:
    look = f": client.{operation.tells}" if operation.tells else ""
    return f"The service may have carried this out. Look before you repeat it{look}."


def _what_to_do(operation: Operation[Any], error: FotaError) -> str:
    rejected = rejected_token(operation, error)
    if rejected is not None:
        return f"Check {rejected}, or the credentials that it is fetched with."
    return next((text for kind, text in _WHAT_TO_DO.items() if isinstance(error, kind)), "It is safe to call again.")


# Logs hold these facts and no others: never a header, a body or a path, which hold tokens and accounts.


def _log_call(course: Course[Any], response: ApiResponse[Any] | None, ended: str, begin: float) -> None:
    if not _log.isEnabledFor(logging.DEBUG):
        return
    name, milliseconds = course.operation.name, round((clock() - begin) * 1000, 1)
    extra = {
        "fota_operation": name,
        "fota_attempt": course.sent,
        "fota_status": None if response is None else response.status_code,
        "fota_milliseconds": milliseconds,
        "fota_request_id": None if response is None else response.request_id,
    }
    _log.debug("%s: %s after %d attempts in %s ms", name, ended, course.sent, milliseconds, extra=extra)


def _log_repeat(course: Course[Any], error: FotaError, pause: float) -> None:
    name, what = course.operation.name, type(error).__name__
    extra = {"fota_operation": name, "fota_attempt": course.sent, "fota_pause": pause}
    _log.warning("%s: attempt %d failed (%s), repeating in %.2f s", name, course.sent, what, pause, extra=extra)
