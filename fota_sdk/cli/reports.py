"""``list`` and ``report``: which campaigns there are, and what became of the devices of one."""

from __future__ import annotations

from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any

import click

import fota_sdk  # whose names are loaded when they are used, with the models that they need
from fota_sdk.cli import options
from fota_sdk.cli.bodies import DayType
from fota_sdk.cli.connection import connect
from fota_sdk.cli.errors import sending
from fota_sdk.cli.exit_codes import DONE
from fota_sdk.cli.output import say, show_csv, show_facts, show_json, show_rows, show_table
from fota_sdk.cli.progress import Progress
from fota_sdk.cli.responses import data_of, keys_of
from fota_sdk.cli.status import StatusType
from fota_sdk.cli.suggestions import close_to, did_you_mean
from fota_sdk.cli.versions import Version
from fota_sdk.cli.views import CAMPAIGNS, DEVICES_OF_CAMPAIGN

if TYPE_CHECKING:
    from fota_sdk import CampaignReport

_SHOWN = 20
_NO_PROOF = (
    "Not finding a campaign proves nothing: it can be in a status that the service does not report, or not be reported "
    "yet."
)


def list_command(version: Version) -> click.Command:
    """Return ``list``."""

    def list_(
        account: str,
        name: str | None,
        status: tuple[str, ...],
        since: str | None,
        until: str | None,
        as_csv: bool,
        as_json: bool,
    ) -> int:
        if since is not None and until is not None and until < since:
            raise click.UsageError(f"--until {until} is before --since {since}")
        api: Any = version.name
        with connect() as client, sending("", safe=True), Progress() as progress:
            every = fota_sdk.find_campaigns(
                client, account, api=api, status=status or None, since=_day(since), on_page=progress.page
            )
        last = _day(until)
        every = [each for each in every if last is None or each.start_date is None or each.start_date <= last]
        found = [each for each in every if name is None or each.campaign_name == name]
        found.sort(key=lambda each: each.start_date or date.max, reverse=True)
        if as_json:
            show_json(data_of(found))
        elif as_csv:
            campaign = fota_sdk.V2CampaignMetaInfo if api == "v2" else fota_sdk.V3CampaignMetaInfo
            show_csv(keys_of(campaign), data_of(found))
        else:
            show_rows("Campaigns", data_of(found), CAMPAIGNS)
        if not found:
            names = {each.campaign_name for each in every if each.campaign_name is not None}
            say(_NO_PROOF + did_you_mean(map(repr, close_to(name or "", names))))
        return DONE

    return click.Command(
        "list",
        callback=list_,
        params=[
            options.account(),
            click.Option(["--name"], help="Name of the campaign, exactly as it was scheduled."),
            click.Option(
                ["--status"], type=StatusType(), multiple=True, help="Status, such as scheduled; may be repeated."
            ),
            click.Option(["--since"], type=DayType(), help="Only campaigns whose first day is this one or later, UTC."),
            click.Option(["--until"], type=DayType(), help="Only campaigns whose first day is this one or earlier."),
            options.as_csv("Print a line of CSV for each campaign."),
            options.as_json(),
        ],
        help="List campaigns of the account, in every status that the service reports, the latest first.\n\n"
        f"Ten reports are read, or one for each --status, with all their pages. {_NO_PROOF}",
        short_help="List campaigns of the account, by name, status or first day.",
        epilog=options.example(f"fota {version.name} list --account 0000123456-00001 --name Pilot"),
    )


def report_command(version: Version) -> click.Command:
    """Return ``report``."""

    def report(
        account: str, campaign_id: str, devices: bool, status: tuple[str, ...], as_csv: bool, as_json: bool
    ) -> int:
        api: Any = version.name
        with connect() as client, sending("", safe=True), Progress() as progress:
            told = fota_sdk.campaign_report(client, account, campaign_id, api=api, on_page=progress.page)
        shown = data_of(_in_status(told, status))
        if as_json:
            show_json(_report_data(told, shown))
        elif as_csv:
            device = fota_sdk.V2DeviceStatus if api == "v2" else fota_sdk.V3DeviceStatus
            show_csv(keys_of(device), shown)
        else:
            _show_report(told)
            if devices or status != ():
                show_rows("Devices", shown, DEVICES_OF_CAMPAIGN)
        return DONE

    return click.Command(
        "report",
        callback=report,
        params=[
            options.account(),
            click.Option(["--devices"], is_flag=True, help="Show each device, too."),
            click.Option(
                ["--status"],
                multiple=True,
                help="Show the devices in this status, such as UpgradeFailed; may be repeated.",
            ),
            options.as_csv("Print a line of CSV for each device."),
            options.as_json(),
            options.campaign_id(),
        ],
        help="Show what became of the devices of a campaign: how many have each status and reason.\n\n"
        "A campaign that has ended says nothing about success: its devices do. With --json and --csv each device is "
        "told, or each in a --status.",
        short_help="Show what became of the devices of a campaign.",
        epilog=options.example(f"fota {version.name} report --account 0000123456-00001 CAMPAIGN_ID"),
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _in_status(told: CampaignReport[Any], status: tuple[str, ...]) -> list[Any]:
    """Return the devices in some statuses, or all where none is given; say so where there are none of a status."""
    if status == ():
        return list(told.devices)
    known = [each for each in told.by_status if each is not None]
    there = {each.lower() for each in known}
    missing = [each for each in status if each.lower() not in there]
    if missing != []:
        say(f"No device of the report is in status {', '.join(missing)}. Statuses in it: {', '.join(known) or 'none'}.")
    wanted = {each.lower() for each in status}
    return [device for device in told.devices if device.status is not None and device.status.lower() in wanted]


def _show_report(told: CampaignReport[Any]) -> None:
    counts = {"devices": told.total_device, "in the report": len(told.devices), "missing in it": told.missing}
    show_facts(f"Campaign {told.campaign_id}", counts)
    rows = [
        (str(count), "-" if status is None else status, reason or "")
        for (status, reason), count in islice(told.counts.items(), _SHOWN)
    ]
    if rows:
        show_table("", ("devices", "status", "reason"), rows)
    if len(told.counts) > len(rows):
        click.echo(f"... and {len(told.counts) - len(rows)} more reasons; --devices shows each device")


def _report_data(told: CampaignReport[Any], devices: Any) -> dict[str, Any]:
    return {
        "campaignId": told.campaign_id,
        "totalDevice": told.total_device,
        "missing": told.missing,
        "counts": [
            {"status": status, "resultReason": reason, "devices": count}
            for (status, reason), count in told.counts.items()
        ],
        "deviceList": devices,
    }
