"""``schedule`` and ``dates``: commands whose request is made from many options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from fota_sdk.cli import device_list, options
from fota_sdk.cli.bodies import body_options, check_required, given_values, read_body
from fota_sdk.cli.change import Call, How, change, to_follow
from fota_sdk.cli.connection import agree, connect
from fota_sdk.cli.errors import sending
from fota_sdk.cli.exit_codes import DONE
from fota_sdk.cli.look import look_of, status_of
from fota_sdk.cli.output import say, show_table, text_of, words_of
from fota_sdk.cli.question import counted, devices_in, place_of
from fota_sdk.cli.responses import devices_of, show_request, show_response
from fota_sdk.cli.versions import ACCOUNT, Values, Version

if TYPE_CHECKING:
    from fota_sdk import DeviceReport, FotaClient
    from fota_sdk.core.model import Model

_SCHEDULE = "schedule_campaign_firmware_upgrade"
_DATES = "update_campaign_dates"
_READ = "get_campaign_information"
_WINDOWS = {
    "v2": "V2 keeps the windows that a campaign has, and adds those that are given.",
    "v3": "A window given takes the place of all windows.",
}


def schedule_command(version: Version) -> click.Command:
    """Return ``schedule``."""
    endpoint = version.endpoint(_SCHEDULE)
    model: Any = endpoint.operation.body

    def schedule(
        account: str,
        file: str | None,
        device: tuple[str, ...],
        devices: str | None,
        column: str | None,
        as_json: bool,
        yes: bool,
        dry_run: bool,
        **given: Any,
    ) -> int:
        if file == "-" and devices == "-":
            raise click.UsageError("--file - and --devices - do not go together; standard input is read only once")
        body = {**model().to_dictionary(), **({} if file is None else read_body(file)), **given_values(model, given)}
        _put_devices(body, device_list.given_devices(device, devices, column))
        check_required(model, body)
        return change(
            version,
            Call(endpoint, {ACCOUNT: account}, body),
            lambda client: f"Schedule {_named(body)} for {counted(len(devices_of(body)))}",
            How(as_json, yes, dry_run),
            hint=lambda response: to_follow(version, account, response),
        )

    return click.Command(
        "schedule",
        callback=schedule,
        params=[
            options.account(),
            *body_options(model),
            *device_list.device_options(),
            options.json_file(required=False),
            *options.changing(),
        ],
        help=f"Schedule a {version.package} campaign for a list of devices.\n\n"
        "The request comes from options, from a JSON file in the service's own names (--file), or from both; options "
        f"win.\n\n{device_list.HELP}",
        epilog=_schedule_example(version),
    )


def dates_command(version: Version) -> click.Command:
    """Return ``dates``."""
    endpoint = version.endpoint(_DATES)
    model: Any = endpoint.operation.body

    def dates(account: str, campaign_id: str, as_json: bool, yes: bool, dry_run: bool, **given: Any) -> int:
        changes = given_values(model, given)
        if not changes:
            raise click.UsageError("nothing to change: give at least one of the dates or windows")
        values = {ACCOUNT: account, "campaign_id": campaign_id}
        with connect() as client:
            with sending("", safe=True):
                campaign = version.endpoint(_READ).call(client, values)
            now = model.from_campaign(campaign).to_dictionary()
            body = {**now, **changes}
            prepared = endpoint.prepare(client, values, body)
            _show_difference(now, body)
            if dry_run:
                return show_request(prepared, as_json)
            if body == now:
                say("the campaign is like this already; nothing was sent")
                show_response(f"Campaign {campaign_id}", campaign, as_json)
                return DONE
            agree(prepared.url, lambda: _question(version, client, prepared.url, values), yes=yes)
            with sending(look_of(version, endpoint, values), refused=status_of(version, values)):
                response = endpoint.call(client, values, body)
                _tell_otherwise(body, response)
                show_response(f"Campaign {campaign_id}", response, as_json)
        return DONE

    return click.Command(
        "dates",
        callback=dates,
        params=[options.account(), *body_options(model, stays=True), *options.changing(), options.campaign_id()],
        help="Change dates and windows of a campaign.\n\n"
        "The service wants the full set, so the campaign is read first; what is not given stays as it is. "
        f"{_WINDOWS[version.name]} --dry-run reads the campaign too, and changes nothing.",
        epilog=options.example(f"fota {version.name} dates --account 0000123456-00001 --end 2030-01-31 CAMPAIGN_ID"),
    )


def _named(body: dict[str, Any]) -> str:
    name = body.get("campaignName")
    return f"campaign {name!r}" if isinstance(name, str) and name != "" else "a campaign"


def _question(version: Version, client: FotaClient, url: str, values: Values) -> str:
    devices = devices_in(version, client, values)
    return f"Change campaign {values['campaign_id']} with {devices}, {place_of(url, values[ACCOUNT])}?"


def _put_devices(body: dict[str, Any], report: DeviceReport | None) -> None:
    """Put the devices into a request, and tell what the look over them found."""
    if report is not None:
        body["deviceList"] = report.devices
    else:
        report = device_list.report_of(body)
    if "deviceList" not in body:
        raise click.UsageError("no devices: give --device IMEI, --devices FILE, or deviceList in --file")
    if report is not None:
        device_list.tell(report)


def _show_difference(now: dict[str, Any], body: dict[str, Any]) -> None:
    rows = [
        (words_of(key), text_of(key, now.get(key)), text_of(key, body.get(key)))
        for key in body
        if body.get(key) != now.get(key)
    ]
    if rows:
        show_table("To be changed", ("", "now", "then"), rows, err=True)


def _tell_otherwise(body: dict[str, Any], response: Model) -> None:
    """Tell where the service answers other than it was asked: V2 keeps the windows that a campaign has."""
    answered = response.to_dictionary()
    for key, wanted in body.items():
        if answered.get(key) != wanted:
            say(f"the service answers otherwise: {words_of(key)} {text_of(key, answered.get(key))}")


def _schedule_example(version: Version) -> str:
    package = "GM01Q_SR1.2.0.0-10512_SR1.2.0.0-10657"
    lines = [
        f"fota {version.name} schedule --account 0000123456-00001 --name Pilot \\",
        f"    --{version.package} {package} \\",
        "    --from SR1.2.0.0-10512 --to SR1.2.0.0-10657 \\",
        "    --start 2030-01-01 --end 2030-01-31 --window 18-22 \\",
        "    --devices imeis.csv --column IMEI",
    ]
    if version.name == "v2":
        lines[2] = "    --from SR1.2.0.0-10512 --to SR1.2.0.0-10657 --distribution-type HTTP \\"
    return options.example(*lines)
