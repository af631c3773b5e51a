"""What an error of the library means for a shell: an exit code, and words on standard error."""

from __future__ import annotations

import os
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar

from fota_sdk import exceptions
from fota_sdk.cli.exit_codes import (
    ENDED_OTHERWISE,
    NO_SERVICE,
    OUTCOME_UNKNOWN,
    REFUSED,
    TIME_OVER,
    WRONG_USAGE,
)
from fota_sdk.cli.output import is_output_fault, say

_SHOWN_FINDINGS = 10
_ARGUMENTS = {
    "acc": "--account",
    "account": "--account",
    "campaign_id": "CAMPAIGN_ID",
    "column": "--column",
    "devices": "--devices",
    "interval": "--interval",
    "timeout": "--timeout",
    "until": "--until",
}
VARIABLES = (
    "FOTA_API_TOKEN (or FOTA_CLIENT_ID, FOTA_CLIENT_SECRET) and FOTA_SESSION_TOKEN (or FOTA_USERNAME, FOTA_PASSWORD)"
)
"""What tokens come from, in words."""
_CREDENTIALS = (
    f"Check {VARIABLES}; fota check says which of them it is. A token ends: for the API after an hour, a session after "
    "20 minutes without use."
)

# What was called, and the command that tells whether it was carried out.
_look: ContextVar[str] = ContextVar("look", default="")
_refused: ContextVar[str] = ContextVar("refused", default="")  # what to do where the service says no


class Unfinished(exceptions.FotaError):
    """The command was interrupted, or failed by a fault of its own, after it had begun to send a change."""


def begin() -> None:
    """Take note that nothing has been sent yet."""
    _look.set("")
    _refused.set("")


@contextmanager
def sending(look: str, *, refused: str = "", safe: bool = False) -> Iterator[None]:
    """Send something and show its response.

    Args:
        look: How to see what became of it, should that stay unknown.
        refused: What to do where the service refuses it; empty where there is no more to say than of any request.
        safe: Whether it changes nothing, so that there is nothing to be in doubt about.

    Raises:
        Unfinished: It changes something, and was stopped by something else than an error of the library.
    """
    _look.set(look)
    _refused.set(refused)
    try:
        yield
    except exceptions.FotaError:
        raise
    except (Exception, KeyboardInterrupt) as error:
        if safe or is_output_fault(error):
            raise
        what = "interrupted" if isinstance(error, KeyboardInterrupt) else "a fault of fota itself"
        raise Unfinished(
            f"{what} after the request may have been sent. {exceptions.IN_DOUBT}", outcome_unknown=True
        ) from error


def report(error: exceptions.FotaError, advice: str | None = None) -> int:
    """Tell an error on standard error, with what to do; return the exit code."""
    if isinstance(error, Unfinished) and isinstance(error.__cause__, Exception):
        with suppress(OSError):
            traceback.print_exception(error.__cause__)
    _say(*_what_happened(error), *_details(error), _what_to_do(error) if advice is None else advice)
    return exit_code(error)


def exit_code(error: exceptions.FotaError) -> int:
    """Return the exit code that an error stands for; where the outcome is unknown, whatever else it is."""
    if error.outcome_unknown:
        return OUTCOME_UNKNOWN
    if isinstance(error, exceptions.WaitError):
        return TIME_OVER if error.timed_out else ENDED_OTHERWISE
    if isinstance(error, (exceptions.ValidationError, exceptions.ConfigurationError)):
        return WRONG_USAGE
    if is_refusal(error):
        return REFUSED
    return NO_SERVICE


def is_refusal(error: exceptions.FotaError) -> bool:
    """Return whether the service was there, took the tokens, and said no."""
    others = (exceptions.AuthenticationError, exceptions.PermissionDeniedError, exceptions.RateLimitError)
    if not isinstance(error, exceptions.ApiError) or isinstance(error, others) or is_about_session(error):
        return False
    return error.status_code is not None and 400 <= error.status_code < 500


def is_about_session(error: exceptions.FotaError) -> bool:
    """Return whether the service refused the session token, which it does with a 400."""
    code = error.error_code if isinstance(error, exceptions.ApiError) else None
    return code is not None and ".SessionToken." in code


def _what_happened(error: exceptions.FotaError) -> list[str]:
    """Return lines."""
    if isinstance(error, exceptions.ApiError) and error.error_message is not None:
        return _refusal(error)
    if isinstance(error, exceptions.ValidationError):
        findings = [(_ARGUMENTS.get(path, path), message) for path, message in error.findings]
        shown = [f"{path}: {message}" if path else message for path, message in findings[:_SHOWN_FINDINGS]]
        more = len(error.findings) - len(shown)
        return ["nothing was sent:", *shown, *([f"and {more} more"] if more > 0 else [])]
    return [error.what_happened]


def _refusal(error: exceptions.ApiError) -> list[str]:
    """Return the service's own words, whole."""
    status = f"{error.status_code} {error.reason or ''}".strip()
    said = ": ".join(text for text in (error.error_code, error.error_message) if text is not None)
    changes = _look.get() != "" and is_refusal(error) and not error.outcome_unknown
    carried_out = f" {exceptions.IN_DOUBT}" if error.outcome_unknown else " Nothing was changed." if changes else ""
    tried = [f"It was tried {error.attempts} times."] if error.attempts > 1 else []
    return [f"the service answered {status}: {said}{_stop(said)}{carried_out}", *tried]


def _stop(text: str) -> str:
    return "" if text.endswith((".", "!", "?")) else "."


def _details(error: exceptions.FotaError) -> list[str]:
    request_id = getattr(error, "request_id", None)
    return [] if request_id is None else [f"Request id, for the vendor's support: {request_id}"]


def _what_to_do(error: exceptions.FotaError) -> str:
    """Return what the library says, save where that speaks of Python and a shell has another way."""
    if error.outcome_unknown:
        return _look.get()
    if isinstance(error, exceptions.ConfigurationError) and not _has_tokens():
        return f"Set {VARIABLES}."
    if isinstance(error, exceptions.AuthenticationError) or is_about_session(error):
        return _CREDENTIALS
    if isinstance(error, exceptions.ValidationError):
        is_column = any(path == "column" for path, _ in error.findings)
        return "--column 1 takes the first column, where there are no headings." if is_column else ""
    advice: dict[type[exceptions.FotaError], str] = {
        exceptions.PermissionDeniedError: "Check that account and credentials belong together; fota check helps.",
        exceptions.NotFoundError: "Check the account, the campaign id, and FOTA_BASE_URL where it is set.",
        exceptions.ConflictError: "Look at the campaign's present state with show.",
        exceptions.RateLimitError: "Call again later, and less often.",
        exceptions.RedirectError: "Check FOTA_BASE_URL, or the network between here and the service.",
        exceptions.ServerError: "Call again later.",
        exceptions.ConnectError: "Check network, proxy, and FOTA_BASE_URL where it is set; it is safe to call again.",
    }
    if is_refusal(error):
        advice[exceptions.ApiError] = _refused.get() or "Correct what it names, then call again."
    return next((text for kind, text in advice.items() if isinstance(error, kind)), error.what_to_do)


def _has_tokens() -> bool:
    given = {name for name, value in os.environ.items() if value != ""}
    pairs = ({"FOTA_API_TOKEN", "FOTA_CLIENT_ID"}, {"FOTA_SESSION_TOKEN", "FOTA_USERNAME"})
    return all(given & pair for pair in pairs)


def _say(first: str, *others: str) -> None:
    say(f"error: {first}")
    for text in others:
        if text != "":
            say(f"  {text}")
