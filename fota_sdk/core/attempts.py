"""The attempts of a call inside its deadline: tokens, exchange, renewal, pauses, and the error that ends it."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from fota_sdk.core import retry
from fota_sdk.core.answer import read
from fota_sdk.core.auth import Token, rejected_token
from fota_sdk.core.response import ApiResponse
from fota_sdk.core.retry import Budget, Failure
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
    NotFoundError: "Check account and campaign id.",
    ConflictError: "Read the campaign to see its present state.",
    RateLimitError: "Call again later, and less often.",
    RedirectError: "Check base_url.",
    ApiError: "Correct the request before sending it again.",
    ConnectError: "Check network, proxy and base_url; it is safe to call again.",
}


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
    ) -> ApiResponse[Promised]:
        """Send a call until it is answered, refused, or may not be repeated.

        Args:
            operation: What is called.
            prepared: What is sent.
            headers: Its headers without the tokens.
            tokens: Its tokens, by ``"api_token"`` and ``"session_token"``.
            deadline: When to give up.

        Raises:
            FotaError: With `operation`, `attempts` and `outcome_unknown` of the whole call.
        """
        attempt, sent, in_doubt = 1, 0, False
        renewed: set[str] = set()
        refused: tuple[str, str] | None = None
        failure: Failure | None = None
        while True:
            self.transport.check_open()
            try:
                used = {name: token.get(deadline) for name, token in tokens.items()}
            except FotaError as error:
                error.operation = error.operation or operation.name
                error.outcome_unknown = error.outcome_unknown or in_doubt
                raise
            if refused is not None and failure is not None:
                name, token = refused
                if used[name] == token:  # there is no other one
                    raise _finished(failure.error, operation, sent, in_doubt) from failure.error.__cause__
                refused = None
            sent += 1
            result = self._attempt(operation, prepared, headers, used, deadline, sent)
            if isinstance(result, ApiResponse):
                self.budget.give_back()
                return result
            failure = result
            name = rejected_token(failure.error) or ""
            if name not in tokens and failure.outcome.may_have_acted and not operation.harmless:
                in_doubt = True
            if name in tokens and name not in renewed:
                renewed.add(name)
                refused = (name, used[name])
                tokens[name].reject(used[name])
                continue
            pause = self._pause(operation, attempt, failure, deadline)
            if pause is None:
                raise _finished(failure.error, operation, sent, in_doubt) from failure.error.__cause__
            _log.warning(
                "%s: attempt %d failed (%s), repeating in %.2f s",
                operation.name,
                sent,
                type(failure.error).__name__,
                pause,
                extra={"fota_operation": operation.name, "fota_attempt": sent, "fota_pause": pause},
            )
            retry.sleep(pause)
            attempt += 1

    def _attempt(
        self,
        operation: Operation[Promised],
        prepared: PreparedCall,
        headers: Mapping[str, str],
        used: Mapping[str, str],
        deadline: Deadline,
        sent: int,
    ) -> ApiResponse[Promised] | Failure:
        all_headers = dict(headers)
        for name, token in used.items():
            header, scheme = _HEADERS[name]
            all_headers[header] = scheme + token
        begin = time.monotonic()
        # Giving up on silence only pays where the attempt may be repeated; otherwise the answer would be lost.
        silence = self.timeout.read if operation.repeatable else None
        result = self.transport.exchange(prepared, all_headers, deadline, connect=self.timeout.connect, silence=silence)
        if _log.isEnabledFor(logging.DEBUG):
            _log_attempt(operation, sent, result, time.monotonic() - begin)
        return read(operation, result) if isinstance(result, Answer) else result

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


def _finished(error: FotaError, operation: Operation[Any], sent: int, in_doubt: bool) -> FotaError:
    """Complete an error with what is known of the whole call, in attributes and in words."""
    error.operation = operation.name
    error.attempts = sent
    error.outcome_unknown = in_doubt
    what = clip(str(error.args[0]).rstrip("."), _LONGEST_ACCOUNT)
    words = [f"{what} (attempt {sent})." if sent > 1 else f"{what}."]
    if in_doubt:
        look = f": client.{operation.tells}" if operation.tells else ""
        words.append(f"The service may have carried this out. Look before you repeat it{look}.")
    else:
        refused = isinstance(error, ApiError) and error.status_code in range(400, 500)
        if not operation.harmless and (refused or isinstance(error, RequestTimeoutError)):
            words.append("It was not carried out.")
        words.append(_what_to_do(error))
    error.args = (" ".join(words),)
    return error


def _what_to_do(error: FotaError) -> str:
    if rejected_token(error) is not None:
        return _WHAT_TO_DO[AuthenticationError]
    return next((text for kind, text in _WHAT_TO_DO.items() if isinstance(error, kind)), "It is safe to call again.")


def _log_attempt(operation: Operation[Any], sent: int, result: Answer | Failure, seconds: float) -> None:
    """Log one line of allowed facts: never a header, a body or a path, which hold tokens and accounts."""
    status = result.status if isinstance(result, Answer) else None
    request_id = result.headers.get("X-Request-ID") if isinstance(result, Answer) else None
    extra = {
        "fota_operation": operation.name,
        "fota_attempt": sent,
        "fota_status": status,
        "fota_milliseconds": round(seconds * 1000, 1),
        "fota_request_id": request_id,
    }
    ended = status if status is not None else type(getattr(result, "error", None)).__name__
    _log.debug("%s: attempt %d: %s in %.1f ms", operation.name, sent, ended, seconds * 1000, extra=extra)
