"""``fota v2`` and ``fota v3``: one set of commands for both, made from their operations."""

from __future__ import annotations

from typing import Any

import click

from fota_sdk.cli import change, generic, schedule, wait
from fota_sdk.cli.group import Group
from fota_sdk.cli.versions import VERSIONS, Version

# Operations that have commands made for them. Any other one gets a command by its name.
_OWN = {
    "schedule_campaign_firmware_upgrade": schedule.schedule_command,
    "get_campaign_information": change.show_command,
    "update_campaign_dates": schedule.dates_command,
    "update_campaign_firmware_devices": change.devices_command,
    "cancel_campaign": change.cancel_command,
}

_HELP = """{subject}.

Every command names the account: --account, or the variable FOTA_ACCOUNT. Dates are days in UTC, hours are taken as UTC.
"""


def command(name: str) -> click.Command:
    """Return the group of commands of a version of the API."""
    version = VERSIONS[name]
    group = Group(name, help=_HELP.format(subject=version.subject))
    for made in _commands(version):
        group.add_command(made)
    return group


def _commands(version: Version) -> list[click.Command]:
    operations = version.operations()
    made: list[Any] = [build(version) for name, build in _OWN.items() if name in operations]
    made.append(wait.wait_command(version))
    made += [generic.command_of(version, name) for name in operations if name not in _OWN]
    return made
