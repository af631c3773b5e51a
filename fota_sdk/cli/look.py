"""The command that tells whether something was carried out whose outcome is unknown."""

from __future__ import annotations

import shlex
from typing import Any

from fota_sdk.cli.versions import ACCOUNT, Endpoint, Values, Version, is_account
from fota_sdk.cli.views import VIEWS
from fota_sdk.core.operation import Effect

# Commands that are shorter, or read more, than that of the operation.
_OWN = {"get_campaign_information": "show", "get_campaign_device_status": "report"}


def look_of(version: Version, endpoint: Endpoint, values: Values, body: Any = None) -> str:
    """Return what to do before a retry."""
    operation = endpoint.operation
    if operation.effect is Effect.SCHEDULES:
        name = body.get("campaignName") if isinstance(body, dict) else None
        wanted = ["--name", name] if isinstance(name, str) and name != "" else []
        search = shlex.join(["fota", version.name, "list", "--account", values[ACCOUNT], *wanted])
        return f"Do not send it again before you have looked for it: {search}"
    verified_by = operation.verified_by.partition(".")[2]
    if verified_by in _OWN:
        command = ["fota", version.name, _OWN[verified_by], "--account", values[ACCOUNT], values["campaign_id"]]
        return f"Look first: {shlex.join(command)}"
    view = next((view for view in VIEWS.values() if view.methods[version.name] == operation.verified_by), None)
    if view is not None and view.argument is None:
        return "Look first: " + shlex.join(["fota", version.name, view.name, "--account", values[ACCOUNT]])
    verifier = version.find(verified_by)
    return "" if verifier is None else f"Look first: {_command(version, verifier, values)}"


def status_of(version: Version, values: Values) -> str:
    """Return what to do where a change of a campaign is refused; empty where it is of something else."""
    if "campaign_id" not in values:
        return ""
    show = shlex.join(["fota", version.name, "show", "--account", values[ACCOUNT], values["campaign_id"]])
    return f"Correct what it names. What a campaign allows depends on its status: {show}"


def _command(version: Version, endpoint: Endpoint, values: Values) -> str:
    words = ["fota", version.name, endpoint.command, "--account", values[ACCOUNT]]
    for name, *_, required in endpoint.operation.parameters:
        if required and not is_account(name):
            words += [f"--{name.replace('_', '-')}", str(values.get(name, name.upper()))]
    every = ["--all"] if endpoint.operation.cursor is not None else []
    file = ["--file", "JSON"] if endpoint.operation.body is not None else []
    return shlex.join([*words, *every, *file])
