"""What another process can ask of a sandbox that is served: its clock, and faults."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from typing import Any

import click

from fota_sdk import ApiError, ConfigurationError, ConnectError, DecodeError, FotaClient
from fota_sdk.cli.errors import report, sending
from fota_sdk.cli.exit_codes import DONE, NO_SERVICE, REFUSED, WRONG_USAGE
from fota_sdk.cli.output import say
from fota_sdk.configuration import arguments_from_environment, is_loopback

_REFUSAL, _CRASH = "INVALID_PARAMETER", "SANDBOX_CRASHED"
_WHAT_TO_DO = "Start one with fota sandbox, and take over the variables that it prints."


def ask_clock(method: str, amounts: dict[str, float] | None) -> int:
    """Show the time of the sandbox of FOTA_BASE_URL, and return the exit code.

    Args:
        method: HTTP method: POST puts the clock forward.
        amounts: By how much, as `Sandbox.advance` takes it; None where it stays.
    """
    look = "See what its clock says: fota sandbox now"
    return _ask(method, "/sandbox/clock", amounts, "has a clock", look, lambda told: _text(told, "now"))


def inject(call: str, arguments: Mapping[str, Any]) -> int:
    """Inject a fault into the sandbox of FOTA_BASE_URL, and return the exit code.

    Args:
        call: The method of `Sandbox`.
        arguments: What it takes.
    """
    show = _variables if call == "expire_tokens" else _waiting
    return _ask("POST", "/sandbox/faults", {call: arguments}, "takes faults", "It may wait for a call now.", show)


def _ask(
    method: str, path: str, body: Any, ability: str, look: str, show: Callable[[Mapping[str, Any]], str | None]
) -> int:
    """Call a route of the sandbox, show what it tells, and return the exit code."""
    try:
        settings = arguments_from_environment({"api_token": "none", "session_token": "none"})  # the routes take none
    except ConfigurationError as error:
        return report(error, _WHAT_TO_DO)
    url = settings.get("base_url")
    if url is None:
        return _fail(WRONG_USAGE, "no sandbox is named: FOTA_BASE_URL is not set")
    if not is_loopback(url):
        return _fail(WRONG_USAGE, f"FOTA_BASE_URL names no sandbox: {url} is not on this machine, and nothing was sent")
    try:
        with FotaClient(**settings) as client, sending(look):
            response = client.request(method, path, body=body).body
            shown = show(response) if isinstance(response, dict) else None
    except ConnectError:
        return _fail(NO_SERVICE, f"there is no sandbox at {url}: nothing listens there")
    except DecodeError:
        shown = None
    except ApiError as error:
        if error.error_code == _REFUSAL:
            say(f"error: the sandbox refuses it: {error.error_message} Nothing was changed.")
            return REFUSED
        if error.outcome_unknown or error.error_code == _CRASH:
            raise
        shown = None
    if shown is None:
        return _fail(
            NO_SERVICE, f"what answers at {url} is no sandbox that {ability}; maybe it is one of an earlier release"
        )
    click.echo(shown)
    return DONE


def _waiting(told: Mapping[str, Any]) -> str | None:
    waiting = told.get("waiting")
    return f"calls that are to meet a fault: {waiting}" if isinstance(waiting, int) else None


def _variables(told: Mapping[str, Any]) -> str | None:
    """Return what a shell needs to go on with the new tokens, as serving prints it."""
    tokens = {"FOTA_API_TOKEN": _text(told, "api_token"), "FOTA_SESSION_TOKEN": _text(told, "session_token")}
    lines = [f"export {name}={shlex.quote(token)}" for name, token in tokens.items() if token is not None]
    return "\n".join(lines) if len(lines) == len(tokens) else None


def _text(told: Mapping[str, Any], key: str) -> str | None:
    value = told.get(key)
    return value if isinstance(value, str) else None


def _fail(code: int, what: str) -> int:
    say(f"error: {what}")
    say(f"  {_WHAT_TO_DO}")
    return code
