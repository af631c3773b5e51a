"""The attempts of a call inside its deadline: tokens, exchange, renewal, pauses, and the error that ends it."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from fota_sdk.core import retry
from fota_sdk.core.answer import read
from fota_sdk.core.auth import Token, rejected_token
from fota_sdk.core.response import ApiResponse
from fota_sdk.core.retry import Budget, Failure, Outcome
from fota_sdk.core.transport import Answer
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
class Course:
    """What is known of a call while it is under way.

    Attributes:
        sent: How often the request was sent, or tried to be sent.
        in_doubt: Whether the service may have carried it out. While an attempt is under way this is assumed, so that it
            holds whatever ends the attempt, Ctrl-C and a raising hook included.
    """

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

    def run(
        self,
        operation: Operation[Promised],
        prepared: PreparedCall,
        headers: Mapping[str, str],
        tokens: Mapping[str, Token],
        deadline: Deadline,
        course: Course,
    ) -> ApiResponse[Promised]:
        """Send a call until it is answered, refused, or may not be repeated.

        Args:
            operation: What is called.
            prepared: What is sent.
            headers: Its headers without the tokens.
            tokens: Its tokens, by ``"api_token"`` and ``"session_token"``.
            deadline: When to give up.
            course: Is kept up to date.

        Raises:
            FotaError: With `operation`, `attempts` and `outcome_unknown` of the whole call.
        """
        begin = time.monotonic()
        try:
            response = self._repeat(operation, prepared, headers, tokens, deadline, course)
        except FotaError as error:
            _log_call(operation, course, getattr(error, "response", None), type(error).__name__, begin)
            raise
        _log_call(operation, course, response, str(response.status_code), begin)
        self.budget.give_back()
        return response

    def _repeat(
        self,
        operation: Operation[Promised],
        prepared: PreparedCall,
        headers: Mapping[str, str],
        tokens: Mapping[str, Token],
        deadline: Deadline,
        course: Course,
    ) -> ApiResponse[Promised]:
        attempt = 1
        renewed: set[str] = set()
        rejected: tuple[str, str, FotaError] | None = None
        while True:
            used = self._tokens(operation, tokens, deadline, course)
            if rejected is not None:
                name, token, error = rejected
                if used[name] == token:  # there is no other one
                    raise _finished(error, operation, course) from error.__cause__
                _log_repeat(operation, course, error, 0.0)
                rejected = None
            result = self._attempt(operation, prepared, headers, used, deadline, course)
            if isinstance(result, ApiResponse):
                return result
            refused = rejected_token(operation, result.error)
            if refused is not None and refused in tokens and refused not in renewed:
                renewed.add(refused)
                rejected = (refused, used[refused], result.error)
                tokens[refused].reject(used[refused])
                continue
            pause = self._pause(operation, attempt, result, deadline)
            if pause is None:
                raise _finished(result.error, operation, course) from result.error.__cause__
            _log_repeat(operation, course, result.error, pause)
            retry.sleep(pause)
            attempt += 1

    def _tokens(
        self, operation: Operation[Any], tokens: Mapping[str, Token], deadline: Deadline, course: Course
    ) -> dict[str, str]:
        try:
            self.transport.check_open()
            return {name: token.get(deadline) for name, token in tokens.items()}
        except FotaError as error:
            error.operation = error.operation or operation.name
            if course.sent:
                error.attempts = course.sent
            if course.in_doubt:
                error.outcome_unknown = True
                error.args = (f"{error.args[0]} An earlier attempt was made. {_in_doubt(operation)}",)
            raise

    def _attempt(
        self,
        operation: Operation[Promised],
        prepared: PreparedCall,
        headers: Mapping[str, str],
        used: Mapping[str, str],
        deadline: Deadline,
        course: Course,
    ) -> ApiResponse[Promised] | Failure:
        all_headers = dict(headers)
        for name, token in used.items():
            header, scheme = _HEADERS[name]
            all_headers[header] = scheme + token
        # Giving up on silence only pays where the attempt may be repeated; otherwise the answer would be lost.
        silence = self.timeout.read if operation.repeatable else None
        doubt_before = course.in_doubt
        course.sent += 1
        course.in_doubt = not operation.harmless
        answer = self.transport.exchange(prepared, all_headers, deadline, connect=self.timeout.connect, silence=silence)
        result = read(operation, answer) if isinstance(answer, Answer) else answer
        may_have_acted = False
        if isinstance(result, Failure):
            may_have_acted = result.outcome.may_have_acted and rejected_token(operation, result.error) not in used
            course.sent -= result.outcome is Outcome.NOT_TRIED
        course.in_doubt = doubt_before or (may_have_acted and not operation.harmless)
        return result

    def _pause(self, operation: Operation[Any], attempt: int, failure: Failure, deadline: Deadline) -> float | None:
        if attempt >= self.max_attempts:
            return None
        pause = retry.pause_before_repeat(
            operation,
            attempt,
            failure.outcome,
            retry_after=getattr(failure.error, "retry_after", None),
            chance=retry.jitter(),
        )
        if pause is None or pause >= deadline.left() or not self.budget.take(failure.outcome):
            return None
        return pause


def _finished(error: FotaError, operation: Operation[Any], course: Course) -> FotaError:
    """Complete an error with what is known of the whole call, in attributes and in words."""
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


def _log_call(
    operation: Operation[Any], course: Course, response: ApiResponse[Any] | None, ended: str, begin: float
) -> None:
    if not _log.isEnabledFor(logging.DEBUG):
        return
    milliseconds = round((time.monotonic() - begin) * 1000, 1)
    extra = {
        "fota_operation": operation.name,
        "fota_attempt": course.sent,
        "fota_status": None if response is None else response.status_code,
        "fota_milliseconds": milliseconds,
        "fota_request_id": None if response is None else response.request_id,
    }
    _log.debug("%s: %s after %d attempts in %s ms", operation.name, ended, course.sent, milliseconds, extra=extra)


def _log_repeat(operation: Operation[Any], course: Course, error: FotaError, pause: float) -> None:
    extra = {"fota_operation": operation.name, "fota_attempt": course.sent, "fota_pause": pause}
    what = type(error).__name__
    _log.warning(
        "%s: attempt %d failed (%s), repeating in %.2f s", operation.name, course.sent, what, pause, extra=extra
    )
