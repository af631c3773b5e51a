"""``devices append``, ``devices remove`` and ``devices check``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from fota_sdk.cli import device_list, options
from fota_sdk.cli.change import Call, How, change
from fota_sdk.cli.exit_codes import DONE, WRONG_USAGE
from fota_sdk.cli.group import Group
from fota_sdk.cli.output import say, show_facts, show_json, show_table
from fota_sdk.cli.question import counted
from fota_sdk.cli.versions import ACCOUNT, Version

if TYPE_CHECKING:
    from fota_sdk import DeviceFinding, DeviceReport

_SHOWN = 20
_LATER = "asked for; the service tells later what became of each device"


def devices_command(version: Version) -> click.Command:
    """Return the group ``devices``."""
    group = Group("devices", help="Add devices to a campaign, remove some, or look over a list of them.")
    group.add_command(_devices_command(version, "append", "Add devices to a campaign", "to"))
    group.add_command(_devices_command(version, "remove", "Remove devices from a campaign", "from"))
    group.add_command(_check_command(version))
    return group


def _devices_command(version: Version, kind: str, title: str, preposition: str) -> click.Command:
    def change_devices(
        account: str,
        campaign_id: str,
        device: tuple[str, ...],
        devices: str | None,
        column: str | None,
        **how: bool,
    ) -> int:
        report = device_list.given_devices(device, devices, column)
        if report is None:
            raise click.UsageError("no devices: give --device IMEI, or --devices FILE")
        device_list.tell(report)
        body = {"Type": kind, "deviceList": report.devices}
        what = f"{kind.capitalize()} {counted(len(report.devices))} {preposition} campaign {campaign_id}"
        values = {ACCOUNT: account, "campaign_id": campaign_id}
        call = Call(version.endpoint("update_campaign_firmware_devices"), values, body)
        later = (_LATER,) if version.name == "v2" else ()
        return change(version, call, lambda client: what, How(**how), hint=lambda response: later)

    return click.Command(
        kind,
        callback=change_devices,
        params=[options.account(), *device_list.device_options(), *options.changing(), options.campaign_id()],
        help=f"{title}, while it waits to be scheduled.\n\n{device_list.HELP}",
        epilog=options.example(
            f"fota {version.name} devices {kind} --account 0000123456-00001 \\\n"
            "      --devices imeis.csv --column IMEI CAMPAIGN_ID"
        ),
    )


def _check_command(version: Version) -> click.Command:
    def check(file: str, column: str | None, usable: bool, as_json: bool) -> int:
        if usable and as_json:
            raise click.UsageError("--usable and --json do not go together")
        report = device_list.given_devices((), file, column)
        assert report is not None
        errors = report.errors
        if usable:
            device_list.tell_findings(report)
            for device in report.usable:
                click.echo(device)
        elif as_json:
            show_json(_data_of(report))
        else:
            show_facts("", {"devices": len(report.devices), "usable": len(report.usable), **report.counts})
            _show_findings(errors, report.warnings)
        if errors and not usable:
            say("a list with errors is not sent: correct it, or send what --usable prints")
        return WRONG_USAGE if errors else DONE

    return click.Command(
        "check",
        callback=check,
        params=[
            device_list.column_option(),
            click.Option(["--usable"], is_flag=True, help="Print the devices without an error, each once, one a line."),
            options.as_json(),
            click.Argument(["file"], type=click.Path(allow_dash=True, dir_okay=False)),
        ],
        help="Look over a list of devices as schedule does, and send nothing.\n\nThe file holds one device a line, or "
        "is CSV, in UTF-8; - is standard input. The exit code is 2 where a device has an error. With --json all "
        "findings are told, and usable lists each device without an error once.",
        short_help="Look over a list of devices, and send nothing.",
        epilog=options.example(f"fota {version.name} devices check imeis.csv --column IMEI"),
    )


def _show_findings(errors: Sequence[DeviceFinding], warnings: Sequence[DeviceFinding]) -> None:
    kinds = {"error": errors, "warning": warnings}
    rows = [
        (kind, str(each.line), each.value, each.problem) for kind, found in kinds.items() for each in found[:_SHOWN]
    ]
    if rows:
        show_table("Findings", ("", "line", "device", "problem"), rows)
    more = [f"{len(found) - _SHOWN} more {kind}s" for kind, found in kinds.items() if len(found) > _SHOWN]
    if more:
        click.echo(f"... and {', '.join(more)}; --json shows all")


def _data_of(report: DeviceReport) -> dict[str, Any]:
    keys = {"is_error": "isError"}
    findings = [{keys.get(key, key): value for key, value in vars(each).items()} for each in report.findings()]
    return {"devices": len(report.devices), "usable": report.usable, "counts": report.counts, "findings": findings}
