"""The client that a command uses, and the questions that it asks before it changes something."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any

import click

from fota_sdk import FotaClient, OAuthClientCredentials, SessionLogin
from fota_sdk.cli.output import Told, printable
from fota_sdk.configuration import is_loopback


class Declined(Told):
    """The question was answered no, or could not be asked."""


def connect() -> FotaClient:
    """Return a client as the environment configures it; on a terminal, ask for secrets that are missing.

    Raises:
        ConfigurationError: A variable is missing or wrong.
    """
    arguments: dict[str, Any] = {}
    if on_terminal():
        given = {name for name, value in os.environ.items() if name.startswith("FOTA_") and value != ""}
        if not given & {"FOTA_API_TOKEN", "FOTA_CLIENT_SECRET"}:
            arguments["api_token"] = _ask_api_token(given)
        if not given & {"FOTA_SESSION_TOKEN", "FOTA_PASSWORD"}:
            arguments["session_token"] = _ask_session_token(given)
    return FotaClient.from_environment(**arguments)


def connect_dry() -> FotaClient:
    """Return a client that is only to prepare calls, which takes no secrets."""
    return FotaClient.from_environment(api_token="none", session_token="none")  # noqa: S106 - these are none


def agree(url: str, question: str | Callable[[], str], *, yes: bool) -> None:
    """Ask before something is changed.

    Args:
        url: Where the request goes; nothing is asked where that is on this machine.
        question: What to ask; or what returns it, and may show what it is about, where it is asked.
        yes: Whether it was answered beforehand.

    Raises:
        Declined: The answer is no, or there is nobody to ask.
    """
    if yes or is_loopback(url):
        return
    if not on_terminal():
        raise Declined("nothing was sent: there is no terminal to ask on. Add --yes to go ahead without a question.")
    text = question if isinstance(question, str) else question()
    if not click.confirm(printable(text), err=True):
        raise Declined("nothing was sent")


def on_terminal() -> bool:
    """Return whether there is somebody to ask."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def _ask_api_token(given: set[str]) -> str | OAuthClientCredentials:
    if "FOTA_CLIENT_ID" in given:
        return OAuthClientCredentials(os.environ["FOTA_CLIENT_ID"], _ask("Client secret"))
    return _ask("API token")


def _ask_session_token(given: set[str]) -> str | SessionLogin:
    if "FOTA_USERNAME" in given:
        return SessionLogin(os.environ["FOTA_USERNAME"], _ask("Password"))
    return _ask("Session token")


def _ask(what: str) -> str:
    answer: str = click.prompt(f"{what} (not shown)", hide_input=True, err=True)
    return answer
