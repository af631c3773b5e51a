"""The clock of a sandbox that another process serves."""

from __future__ import annotations

from typing import Any

import click

from fota_sdk import ApiError, ConfigurationError, ConnectError, DecodeError, FotaClient
from fota_sdk.cli.errors import report, sending
from fota_sdk.cli.exit_codes import DONE, NO_SERVICE, WRONG_USAGE
from fota_sdk.cli.output import say
from fota_sdk.configuration import arguments_from_environment, is_loopback

_PATH = "/sandbox/clock"
_REFUSAL, _CRASH = "INVALID_PARAMETER", "SANDBOX_CRASHED"
_WHAT_TO_DO = "Start one with fota sandbox, and take over the variables that it prints."


def ask(method: str, amounts: dict[str, float] | None) -> int:
    """Show the time of the sandbox of FOTA_BASE_URL, and return the exit code.

    Args:
        method: HTTP method: POST puts the clock forward.
        amounts: By how much, as `Sandbox.advance` takes it; None where it stays.
    """
    try:
        settings = arguments_from_environment({"api_token": "none", "session_token": "none"})  # the route takes none
    except ConfigurationError as error:
        return report(error, _WHAT_TO_DO)
    url = settings.get("base_url")
    if url is None:
        return _fail(WRONG_USAGE, "no sandbox is named: FOTA_BASE_URL is not set")
    if not is_loopback(url):
        return _fail(WRONG_USAGE, f"FOTA_BASE_URL names no sandbox: {url} is not on this machine, and nothing was sent")
    try:
        with FotaClient(**settings) as client, sending("See what its clock says: fota sandbox now"):
            now = _now_of(client.request(method, _PATH, body=amounts).body)
    except ConnectError:
        return _fail(NO_SERVICE, f"there is no sandbox at {url}: nothing listens there")
    except DecodeError:
        now = None
    except ApiError as error:
        if error.outcome_unknown or error.error_code in (_REFUSAL, _CRASH):
            raise
        now = None
    if now is None:
        return _fail(
            NO_SERVICE, f"what answers at {url} is no sandbox that has a clock; maybe it is one of an earlier release"
        )
    click.echo(now)
    return DONE


def _now_of(response: Any) -> str | None:
    now = response.get("now") if isinstance(response, dict) else None
    return now if isinstance(now, str) else None


def _fail(code: int, what: str) -> int:
    say(f"error: {what}")
    say(f"  {_WHAT_TO_DO}")
    return code
