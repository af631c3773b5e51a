"""Devices of a command: from options, a file or standard input, with a look over them before they are sent."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING, Any

import click

from fota_sdk import DeviceReport, inspect_devices, read_devices
from fota_sdk.cli.output import say

if TYPE_CHECKING:
    from fota_sdk import DeviceFinding

HELP = """The devices are looked over before anything is sent. One that is not 15 digits, or has white space around it,
is an error, and so is a row of a CSV file that leaves in doubt which device is meant: nothing is sent. A wrong check
digit, a device that came before and an empty line are warnings: the devices are sent as they are given. Nothing is
repaired."""
_SHOWN = 10


def device_options() -> list[click.Parameter]:
    """Return the options that say which devices."""
    return [
        click.Option(["--device", "device"], multiple=True, metavar="IMEI", help="A device; may be repeated."),
        click.Option(
            ["--devices", "devices"],
            type=click.Path(allow_dash=True, dir_okay=False),
            metavar="FILE",
            help="The devices, one a line or as CSV, in UTF-8; - is standard input.",
        ),
        column_option(),
    ]


def column_option() -> click.Option:
    """Return ``--column``."""
    text = "Heading of the CSV column that holds the devices, or its number where there are no headings."
    return click.Option(["--column"], help=text)


def given_devices(device: tuple[str, ...], devices: str | None, column: str | None) -> DeviceReport | None:
    """Return the devices that options name, looked over; None where they name none.

    Raises:
        UsageError: The options do not fit together, or the file cannot be read.
        ValidationError: The file has no such column, or is no text.
    """
    if device and devices is not None:
        raise click.UsageError("--device and --devices do not go together; put all devices into the file")
    if column is not None and devices is None:
        raise click.UsageError("--column says where the devices are in the file of --devices, which is missing")
    if devices is None:
        return inspect_devices(device) if device else None
    try:
        report = read_devices(sys.stdin if devices == "-" else devices, column=column)
    except OSError as error:
        raise click.UsageError(f"{devices} cannot be read: {error.strerror or error}") from None
    if not report.devices:
        raise click.UsageError(f"{'standard input' if devices == '-' else devices} holds no device")
    return report


def tell(report: DeviceReport) -> None:
    """Tell what the look over devices that are to be sent found.

    Raises:
        ClickException: There is a device that the service would refuse.
    """
    tell_findings(report)
    if report.errors:
        raise click.ClickException(
            "nothing was sent: correct these devices, or send those that devices check --usable prints"
        )
    if report.counts:
        say("they are sent as they are given")


def tell_findings(report: DeviceReport) -> None:
    """Tell how many devices were looked over, and the first ones of what was found; nothing where nothing was."""
    counts = report.counts
    if not counts:
        return
    found = ", ".join(f"{sort}: {count}" for sort, count in counts.items())
    say(f"devices looked over: {len(report.devices)}; {found}")
    errors = report.errors
    warnings = (finding for finding in report.findings() if not finding.is_error)
    tell_some("error", errors, len(errors))
    tell_some("warning", warnings, sum(counts.values()) - len(errors))


def tell_some(word: str, findings: Iterable[DeviceFinding], count: int) -> None:
    """Tell the first ones of some findings, and how many more there are."""
    for finding in islice(findings, min(_SHOWN, count)):
        say(f"  {word}: {finding}")
    if count > _SHOWN:
        say(f"  ... and {count - _SHOWN} more")


def report_of(body: dict[str, Any]) -> DeviceReport | None:
    """Look over the devices of a body in wire names; None where it holds no list of texts."""
    devices = body.get("deviceList")
    if not isinstance(devices, list) or not all(isinstance(device, str) for device in devices):
        return None
    return inspect_devices(devices)
