"""``fota v2`` and ``fota v3``: one set of commands for both, made from their operations."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import click

from fota_sdk.cli import change, devices, generic, reports, schedule, texts, wait
from fota_sdk.cli.group import Group
from fota_sdk.cli.versions import VERSIONS, Endpoint, Version
from fota_sdk.cli.views import VIEWS

# Commands made by hand, in the order of the help.
_OWN: dict[str, Callable[[Version], click.Command]] = {
    "schedule": schedule.schedule_command,
    "show": change.show_command,
    "dates": schedule.dates_command,
    "devices": devices.devices_command,
    "cancel": change.cancel_command,
    "wait": wait.wait_command,
    "list": reports.list_command,
    "report": reports.report_command,
    **{name: partial(generic.view_command, view=view) for name, view in VIEWS.items()},
}

# Names that scripts use.
_FORMER = {"find": "list"}

# Methods that these commands call in a better way. Any other one gets a command by its name.
_CALLED = (
    "schedule_campaign_firmware_upgrade",
    "get_campaign_information",
    "update_campaign_dates",
    "update_campaign_firmware_devices",
    "cancel_campaign",
)

_HELP = """{subject}.

Every command names the account: --account, or the variable FOTA_ACCOUNT. Dates are days in UTC, hours are taken as UTC.
"""


def command(name: str) -> click.Group:
    """Return the group of commands of a version of the API."""
    version = VERSIONS[name]
    return VersionGroup(version, name, help=_HELP.format(subject=version.subject))


class VersionGroup(Group):
    """The commands of a version: those made by hand, then those of the operations, which are made when needed."""

    def __init__(self, version: Version, name: str, help: str) -> None:  # noqa: A002 - as click calls it
        super().__init__(name, help=help)
        self._version = version

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands."""
        return [*_OWN, *(endpoint.command for endpoint in self._endpoints())]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Make a command, from as few groups of operations as its name allows."""
        own = _OWN.get(_FORMER.get(cmd_name, cmd_name))
        if own is not None:
            return own(self._version)
        endpoint = self._version.find(cmd_name.replace("-", "_"))
        if endpoint is None or endpoint.method in _CALLED:
            return None
        return generic.command_of(self._version, endpoint)

    def sections(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Return the commands made by hand, then those of each group of operations."""
        by_group: dict[str, list[click.Command]] = {}
        for endpoint in self._endpoints():
            by_group.setdefault(endpoint.group, []).append(generic.command_of(self._version, endpoint))
        return [
            ("Commands", self._rows([make(self._version) for make in _OWN.values()])),
            *((texts.title_of(group), self._rows(made)) for group, made in by_group.items()),
        ]

    def _endpoints(self) -> list[Endpoint]:
        return [endpoint for endpoint in self._version.endpoints() if endpoint.method not in _CALLED]
