"""``check``: whether the service can be used from here, step by step."""

from __future__ import annotations

import os
import uuid
from dataclasses import dataclass
from typing import Any

import click

from fota_sdk import (
    ApiError,
    AuthenticationError,
    ConfigurationError,
    FotaError,
    FotaV3ResultException,
    PermissionDeniedError,
    RedirectError,
    TransportError,
    ValidationError,
)
from fota_sdk.cli import options
from fota_sdk.cli.connection import connect
from fota_sdk.cli.errors import is_about_session, is_refusal, report
from fota_sdk.cli.exit_codes import DONE, NO_SERVICE, REFUSED
from fota_sdk.cli.output import show_json, show_table

_STEPS = {
    "settings": "the settings can be used",
    "service": "the service answers",
    "api_token": "the API token is taken",
    "session_token": "the session token is taken",
    "account": "the account may be used",
}
_ADVICE = {
    "api_token": "Check FOTA_API_TOKEN (it ends after an hour), or FOTA_CLIENT_ID with FOTA_CLIENT_SECRET.",
    "session_token": "Check FOTA_SESSION_TOKEN (it ends after 20 minutes without use), or FOTA_USERNAME with "
    "FOTA_PASSWORD (five wrong ones lock the account).",
    "account": "Check --account, and that these credentials may use it.",
}
_NO_ROUTE = "900906"  # the gateway's word for a path behind which there is nothing
_WRONG_PLACE = "Something answers there, but not the service: check FOTA_BASE_URL, which ends with /api."
_VARIABLES = (
    *("FOTA_ENVIRONMENT", "FOTA_BASE_URL", "FOTA_API_TOKEN", "FOTA_CLIENT_ID", "FOTA_CLIENT_SECRET"),
    *("FOTA_SESSION_TOKEN", "FOTA_USERNAME", "FOTA_PASSWORD", "FOTA_TIMEOUT", "FOTA_MAX_ATTEMPTS"),
)


@dataclass(frozen=True)
class Result:
    """How far a call came.

    Attributes:
        failed: The step at which it ended; None where it passed them all.
        error: What ended it; None, or what a campaign that does not exist brings, where it passed.
        details: More of each step, by its name.
    """

    failed: str | None
    error: FotaError | None
    details: dict[str, str]


def command(name: str) -> click.Command:
    """Return the command."""

    def check(account: str | None, as_json: bool) -> int:
        result = _try(account)
        if as_json:
            _show_json(result)
        else:
            _show(result)
        if result.failed is None or result.error is None:
            return DONE
        code = report(result.error, _advice(result.failed, result.error))
        # What refuses there is not the service.
        return NO_SERVICE if code == REFUSED and result.failed == "service" else code

    return click.Command(
        name,
        callback=check,
        params=[options.account(required=False), options.as_json()],
        help="Say step by step whether the service can be used from here.\n\n"
        "Reads a campaign that does not exist, and says whether the service was reached, took both tokens, and let the "
        "account in. Nothing is changed, and no secret is shown.",
        epilog=options.example("fota check --account 0000123456-00001"),
    )


def _try(account: str | None) -> Result:
    used = ", ".join(name for name in _VARIABLES if os.environ.get(name, "") != "") or "no variable is set"
    details = {"settings": used}
    campaign_id = str(uuid.uuid4())
    try:
        with connect() as client:
            if account is None:
                raise ValidationError([("account", "is missing; give it, or set FOTA_ACCOUNT")])
            url = client.campaigns_v3.dry_run.get_campaign_information(account, campaign_id).url
            details["service"] = url.partition("/fota/")[0]
            client.campaigns_v3.get_campaign_information(account, campaign_id)
    except FotaError as error:
        return Result(_failed_step(error), error, details)
    return Result(None, None, details)


def _failed_step(error: FotaError) -> str | None:
    """Return the step that an error stands for; None where it says no more than that there is no such campaign."""
    if isinstance(error, ValidationError):  # of the call; the settings have been taken by then
        return "account"
    if isinstance(error, ConfigurationError) or error.operation is None or error.attempts == 0:
        return "settings"
    if isinstance(error, (TransportError, RedirectError)) or not isinstance(error, ApiError):
        return "service"
    if _is_no_route(error):
        return "service"
    if error.operation == "session.login" or is_about_session(error):
        return "session_token"
    if isinstance(error, AuthenticationError):
        return "api_token"
    if isinstance(error, PermissionDeniedError) or "account" in (error.error_message or "").lower():
        return "account"
    # Only the service itself says in words why; the gateway's codes are numbers, and anything may answer with a 400.
    code = error.error_code or ""
    return None if isinstance(error, FotaV3ResultException) and code != "" and not code.isdigit() else "service"


def _advice(failed: str, error: FotaError) -> str | None:
    if failed == "service" and (is_refusal(error) or _is_no_route(error)):
        return _WRONG_PLACE
    return _ADVICE.get(failed)


def _is_no_route(error: FotaError) -> bool:
    return isinstance(error, ApiError) and error.error_code == _NO_ROUTE


def _outcomes(result: Result) -> dict[str, bool | None]:
    """Return of each step whether it was passed; None where it was not come to."""
    if isinstance(result.error, ValidationError):  # nothing was sent, so nothing is known of the steps between
        return {**dict.fromkeys(_STEPS), "settings": True, "account": False}
    outcomes: dict[str, bool | None] = {}
    over = False
    for step in _STEPS:
        outcomes[step] = None if over else step != result.failed
        over = over or step == result.failed
    return outcomes


def _show(result: Result) -> None:
    words = {True: "yes", False: "no", None: "-"}
    show_table(
        "",
        (),
        [(words[passed], _STEPS[step], result.details.get(step, "")) for step, passed in _outcomes(result).items()],
    )


def _show_json(result: Result) -> None:
    outcome: dict[str, Any] = {"ok": result.failed is None, "steps": _outcomes(result), "failed": result.failed}
    outcome["error"] = None if result.failed is None else type(result.error).__name__
    show_json(outcome)
