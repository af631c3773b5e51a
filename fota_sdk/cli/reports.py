"""``find`` and ``report``: which campaigns there are, and what became of the devices of one."""

from __future__ import annotations

from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any

import click

import fota_sdk  # whose names are loaded when they are used, with the models that they need
from fota_sdk.cli import options
from fota_sdk.cli.answers import data_of
from fota_sdk.cli.bodies import DayType
from fota_sdk.cli.change import example
from fota_sdk.cli.connection import connect
from fota_sdk.cli.errors import sending
from fota_sdk.cli.exits import DONE
from fota_sdk.cli.output import say, show_facts, show_json, show_rows, show_table
from fota_sdk.cli.status import StatusType
from fota_sdk.cli.versions import Version

if TYPE_CHECKING:
    from fota_sdk import CampaignReport

_SHOWN = 20
_NO_PROOF = (
    "Not finding a campaign proves nothing: it can be in a status that the service does not report, or not be reported "
    "yet."
)


def find_command(version: Version) -> click.Command:
    """Return ``find``."""

    def find(account: str, name: str | None, status: tuple[str, ...], since: str | None, as_json: bool) -> int:
        api: Any = version.name
        day = None if since is None else date.fromisoformat(since)
        with connect() as client, sending("", harmless=True):
            found = fota_sdk.find_campaigns(client, account, api=api, name=name, status=status or None, since=day)
        if as_json:
            show_json(data_of(found))
        else:
            _show_campaigns(found)
        if not found:
            say(_NO_PROOF)
        return DONE

    return click.Command(
        "find",
        callback=find,
        params=[
            options.account(),
            click.Option(["--name"], help="Name of the campaign, exactly as it was scheduled."),
            click.Option(
                ["--status"], type=StatusType(), multiple=True, help="Status, such as scheduled; may be repeated."
            ),
            click.Option(["--since"], type=DayType(), help="Only campaigns whose first day is this one or later, UTC."),
            options.as_json(),
        ],
        help="Find campaigns of the account, in every status that the service reports.\n\n"
        f"Ten reports are read, or one for each --status, with all their pages. {_NO_PROOF}",
        short_help="Find campaigns of the account, by name, status or first day.",
        epilog=example(f"fota {version.name} find --account 0000123456-00001 --name Pilot"),
    )


def report_command(version: Version) -> click.Command:
    """Return ``report``."""

    def report(account: str, campaign_id: str, devices: bool, as_json: bool) -> int:
        api: Any = version.name
        with connect() as client, sending("", harmless=True):
            told = fota_sdk.campaign_report(client, account, campaign_id, api=api)
        if as_json:
            show_json(_report_data(told))
        else:
            _show_report(told, devices=devices)
        return DONE

    return click.Command(
        "report",
        callback=report,
        params=[
            options.account(),
            click.Option(["--devices"], is_flag=True, help="Show each device, too."),
            options.as_json(),
            options.campaign_id(),
        ],
        help="Tell what became of the devices of a campaign: how many have each status and reason.\n\n"
        "A campaign that has ended says nothing about success: its devices do. With --json each device is told, too.",
        short_help="Tell what became of the devices of a campaign.",
        epilog=example(f"fota {version.name} report --account 0000123456-00001 CAMPAIGN_ID"),
    )


def _show_campaigns(found: list[Any]) -> None:
    if not found:
        click.echo("none")
        return
    headings = ("id", "name", "status", "first day", "last day")
    rows = [(each.id, each.campaign_name, each.status, each.start_date, each.end_date) for each in found]
    show_table("Campaigns", headings, [["-" if cell is None else str(cell) for cell in row] for row in rows])


def _show_report(told: CampaignReport[Any], *, devices: bool) -> None:
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
    if devices:
        show_rows("Devices", data_of(list(told.devices)))


def _report_data(told: CampaignReport[Any]) -> dict[str, Any]:
    return {
        "campaignId": told.campaign_id,
        "totalDevice": told.total_device,
        "missing": told.missing,
        "counts": [
            {"status": status, "resultReason": reason, "devices": count}
            for (status, reason), count in told.counts.items()
        ],
        "deviceList": data_of(list(told.devices)),
    }
