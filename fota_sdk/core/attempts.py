"""The attempts of a call inside its deadline: tokens, exchange, renewal, pauses, and the error that ends it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from fota_sdk.core import retry
from fota_sdk.core.operation import how_to_verify
from fota_sdk.core.parsing import parse_response
from fota_sdk.core.response import ApiResponse
from fota_sdk.core.retry import Budget, Failure, Outcome
from fota_sdk.core.secret import HeaderValues, Secret
from fota_sdk.core.timeout import clock
from fota_sdk.exceptions import (
    IN_DOUBT,
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
    one_line,
)

if TYPE_CHECKING:
    from fota_sdk.core.auth import Token
    from fota_sdk.core.exchange import Responses
    from fota_sdk.core.operation import Operation, PreparedCall
    from fota_sdk.core.timeout import CallLimits, Deadline
    from fota_sdk.core.transport import Transport

Result = TypeVar("Result")

_log = logging.getLogger("fota_sdk")
_log.addHandler(logging.NullHandler())

_HEADERS = {"api_token": ("Authorization", "Bearer "), "session_token": ("VZ-M2M-Token", "")}
_LONGEST_ACCOUNT = 600
_LONGEST_ID = 200

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
class CallState(Generic[Result]):
    """A call, and what is known of it while it is under way.

    Attributes:
        operation: What is called.
        prepared: What is sent.
        headers: Its headers without the tokens.
        tokens: Its tokens, by ``"api_token"`` and ``"session_token"``.
        deadline: When to give up.
        limits: How long an attempt may take, and how many there may be.
        sent: How often it was sent, or tried to be sent.
        in_doubt: Whether the service may have carried it out. While an attempt is under way this is assumed, so that it
            holds whatever ends the attempt, Ctrl-C and a raising hook included.
    """

    operation: Operation[Result]
    prepared: PreparedCall
    headers: HeaderValues
    tokens: Mapping[str, Token]
    deadline: Deadline
    limits: CallLimits
    sent: int = 0
    in_doubt: bool = False


class Attempts:
    """Carries out prepared calls.

    Args:
        transport: Sends one request.
        budget: How many retries there may be in all.
    """

    def __init__(self, transport: Transport, budget: Budget) -> None:
        self.transport = transport
        self.budget = budget

    def run(self, call: CallState[Result]) -> ApiResponse[Result]:
        """Send a call until it succeeds, is refused, or may not be retried.

        Args:
            call: The call; it is kept up to date.

        Raises:
            FotaError: With `operation`, `attempts` and `outcome_unknown` of the whole call.
        """
        begin = clock()
        try:
            result = self._with_retries(call)
        except FotaError as error:  # of a token
            _log_call(call, getattr(error, "response", None), type(error).__name__, begin)
            raise
        if isinstance(result, ApiResponse):
            _log_call(call, result, str(result.status_code), begin)
            self.budget.give_back()
            return result
        failed = _finished(result, call)
        _log_call(call, getattr(failed, "response", None), type(failed).__name__, begin)
        try:
            raise failed
        finally:
            del failed, result  # the traceback holds this frame, which must not hold the error that holds the traceback

    def _with_retries(self, call: CallState[Result]) -> ApiResponse[Result] | Failure:
        attempt = 1
        renewed: set[str] = set()
        rejected: tuple[str, Secret, Failure] | None = None
        while True:
            used = self._tokens(call)
            if rejected is not None:
                name, token, refusal = rejected
                if used[name] == token:  # there is no other one
                    return refusal
                _log_retry(call, refusal.error, 0.0)
                rejected = None
            result = self._attempt(call, used)
            if isinstance(result, ApiResponse):
                return result
            refused = result.refused_token
            if refused is not None and refused in used and refused not in renewed:
                renewed.add(refused)
                rejected = (refused, used[refused], result)
                call.tokens[refused].reject(used[refused])
                continue
            pause = self._pause(call, attempt, result)
            if pause is None:
                result.error._may_pass = refused is None and result.outcome.may_pass
                return result
            _log_retry(call, result.error, pause)
            retry.sleep(pause)
            attempt += 1

    def _tokens(self, call: CallState[Any]) -> dict[str, Secret]:
        try:
            self.transport.check_usable(call.prepared.url)
            return {name: token.get(call.deadline, call.limits) for name, token in call.tokens.items()}
        except FotaError as error:
            error.operation = error.operation or call.operation.name
            if call.sent:
                error.attempts = call.sent
            if call.in_doubt:
                _mark_doubt(error, call, "An earlier attempt was made.")
            raise

    def _attempt(self, call: CallState[Result], used: Mapping[str, Secret]) -> ApiResponse[Result] | Failure:
        operation = call.operation
        headers = dict(call.headers)
        for name, token in used.items():
            header, scheme = _HEADERS[name]
            headers[header] = Secret(scheme + token.reveal())
        # Giving up on silence only pays where the attempt may be retried; otherwise the response would be lost.
        timeout = call.limits.timeout
        silence = timeout.read if operation.effect.is_retried else None
        doubt_before = call.in_doubt
        call.sent += 1
        call.in_doubt = operation.effect.leaves_doubt
        try:
            responses = self.transport.exchange(
                call.prepared, headers, call.deadline, connect=timeout.connect, silence=silence
            )
        except FotaError as error:  # of a call that a hook of the caller's session made
            if call.in_doubt:
                _mark_doubt(error, call, f"It ended {operation.name}, which was sent.")
            raise
        result = responses if isinstance(responses, Failure) else _read(operation, responses)
        # What succeeded stays in doubt until it has left the library: anything may still raise before.
        if isinstance(result, Failure):
            may_have_acted = result.outcome.may_have_acted and result.refused_token not in used
            call.in_doubt = doubt_before or (may_have_acted and operation.effect.leaves_doubt)
            call.sent -= result.outcome is Outcome.NOT_TRIED
        return result

    def _pause(self, call: CallState[Any], attempt: int, failure: Failure) -> float | None:
        if attempt >= call.limits.max_attempts:
            return None
        pause = retry.pause_before_retry(
            call.operation,
            attempt,
            failure.outcome,
            retry_after=getattr(failure.error, "retry_after", None),
            chance=retry.jitter(),
        )
        if pause is None or pause >= call.deadline.left() or not self.budget.take(failure.outcome):
            return None
        return pause


def _read(operation: Operation[Result], responses: Responses) -> ApiResponse[Result] | Failure:
    """Return what the last response means; one that a hook has put another for may have been the one that acted."""
    *replaced, last = responses
    assert last is not None
    result = parse_response(operation, last)
    if isinstance(result, Failure) and any(map(partial(_may_have_acted, operation), replaced)):
        return result._replace(outcome=Outcome.REPLACED, refused_token=None)
    return result


def _may_have_acted(operation: Operation[Any], response: ApiResponse[Any] | None) -> bool:
    if response is None:
        return True
    result = parse_response(operation, response)
    return isinstance(result, ApiResponse) or result.outcome.may_have_acted


def _finished(failure: Failure, call: CallState[Any]) -> FotaError:
    """Complete an error with what is known of the whole call, in attributes and in words."""
    error, operation = failure.error, call.operation
    error.operation = operation.name
    error.attempts = call.sent
    error.outcome_unknown = call.in_doubt
    what = clip(error.what_happened, _LONGEST_ACCOUNT)
    if call.sent > 1:
        what = f"{what.removesuffix('.')}, after {call.sent} attempts"
    error.what_happened = what if what.endswith((".", "!", "?")) else f"{what}."
    if call.in_doubt:
        error.what_happened += f" {IN_DOUBT}"
        error.what_to_do = _look(operation)
    else:
        refused = isinstance(error, ApiError) and error.status_code in range(400, 500)
        if operation.effect.leaves_doubt and (refused or isinstance(error, RequestTimeoutError)):
            error.what_happened += " It was not carried out."
        error.what_to_do = _what_to_do(failure)
    return error


def _mark_doubt(error: FotaError, call: CallState[Any], why: str) -> None:
    """Say in an error of something else that the outcome of this call is unknown."""
    error.outcome_unknown = True
    error.what_happened = f"{error.what_happened.rstrip('.')}. {why} {IN_DOUBT}"
    error.what_to_do = _look(call.operation)


def _look(operation: Operation[Any]) -> str:
    verify = how_to_verify(operation)
    return f"Look before you retry it: {verify}." if verify else "Look before you retry it."


def _what_to_do(failure: Failure) -> str:
    if failure.refused_token is not None:
        return f"Check {failure.refused_token}, or the credentials that it is fetched with."
    known = (text for kind, text in _WHAT_TO_DO.items() if isinstance(failure.error, kind))
    return next(known, "It is safe to call again.")


# Logs hold these facts and no others: never a header, a body or a path, which hold tokens and accounts.


def _log_call(call: CallState[Any], response: ApiResponse[Any] | None, ended: str, begin: float) -> None:
    if not _log.isEnabledFor(logging.DEBUG):
        return
    name, milliseconds = call.operation.name, round((clock() - begin) * 1000, 1)
    request_id = None if response is None else response.request_id
    extra = {
        "fota_operation": name,
        "fota_attempt": call.sent,
        "fota_status": None if response is None else response.status_code,
        "fota_milliseconds": milliseconds,
        "fota_request_id": None if request_id is None else one_line(request_id, _LONGEST_ID),
    }
    _log.debug("%s: %s after %d attempts in %s ms", name, ended, call.sent, milliseconds, extra=extra)


def _log_retry(call: CallState[Any], error: FotaError, pause: float) -> None:
    name, what = call.operation.name, type(error).__name__
    extra = {"fota_operation": name, "fota_attempt": call.sent, "fota_pause": pause}
    _log.warning("%s: attempt %d failed (%s), retrying in %.2f s", name, call.sent, what, pause, extra=extra)
