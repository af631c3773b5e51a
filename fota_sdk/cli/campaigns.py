"""``fota v2`` and ``fota v3``: one set of commands for both, made from their operations."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import click

from fota_sdk.cli import change, texts
from fota_sdk.cli.group import Group
from fota_sdk.cli.versions import VERSIONS, Endpoint, Version
from fota_sdk.cli.views import VIEWS, View
from fota_sdk.core.annotations import LazyModule

if TYPE_CHECKING:  # what freezes programs finds the modules here too
    from fota_sdk.cli import devices, generic, reports, schedule, wait
else:
    devices, generic, reports, schedule, wait = (
        LazyModule(f"fota_sdk.cli.{name}") for name in ("devices", "generic", "reports", "schedule", "wait")
    )


def _view_command(view: View, version: Version) -> click.Command:
    return generic.view_command(version, view)


# Commands made by hand, in the order of the help; each loads its module when it is made.
_OWN: dict[str, Callable[[Version], click.Command]] = {
    "schedule": lambda version: schedule.schedule_command(version),
    "show": change.show_command,
    "dates": lambda version: schedule.dates_command(version),
    "devices": lambda version: devices.devices_command(version),
    "cancel": change.cancel_command,
    "wait": lambda version: wait.wait_command(version),
    "list": lambda version: reports.list_command(version),
    "report": lambda version: reports.report_command(version),
    **{name: partial(_view_command, view) for name, view in VIEWS.items()},
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
