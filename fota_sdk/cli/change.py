"""``show``, ``devices append``, ``devices remove`` and ``cancel``."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from fota_sdk.cli import device_list, options
from fota_sdk.cli.connection import agree, connect, connect_dry
from fota_sdk.cli.errors import sending
from fota_sdk.cli.exits import DONE, OUTCOME_UNKNOWN
from fota_sdk.cli.group import Group
from fota_sdk.cli.outcome import Outcome, outcome_of
from fota_sdk.cli.output import json_text, printable, say, show_dictionary, show_json
from fota_sdk.cli.versions import Version
from fota_sdk.core.model import Model, Models, fields_of

if TYPE_CHECKING:
    from fota_sdk import PreparedCall

_LATER = "asked for; the service tells later what became of each device"


def show_command(version: Version) -> click.Command:
    """Return ``show``."""

    def show(account: str, campaign_id: str, as_json: bool) -> int:
        with connect() as client, sending("", harmless=True):
            campaign = version.call(client, "get_campaign_information", (account, campaign_id))
        show_answer(f"Campaign {campaign_id}", campaign, as_json)
        return DONE

    return click.Command(
        "show",
        callback=show,
        params=[options.account(), options.as_json(), options.campaign_id()],
        help="Show a campaign: its status, dates and windows.\n\nThe service does not tell its devices.",
        epilog=example(f"fota {version.name} show --account 0000123456-00001 CAMPAIGN_ID"),
    )


def cancel_command(version: Version) -> click.Command:
    """Return ``cancel``."""

    def cancel(account: str, campaign_id: str, **how: bool) -> int:
        call = ("cancel_campaign", (account, campaign_id))
        return change(version, call, None, f"Cancel campaign {campaign_id}?", How(**how))

    return click.Command(
        "cancel",
        callback=cancel,
        params=[options.account(), *changing(), options.campaign_id()],
        help="Cancel a campaign that has not started.",
        epilog=example(f"fota {version.name} cancel --account 0000123456-00001 CAMPAIGN_ID"),
    )


def devices_command(version: Version) -> click.Command:
    """Return the group ``devices``."""
    group = Group("devices", help="Add devices to a campaign, or remove some.")
    group.add_command(_devices_command(version, "append", "Add devices to a campaign", "to"))
    group.add_command(_devices_command(version, "remove", "Remove devices from a campaign", "from"))
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
        question = f"{kind.capitalize()} {len(report.devices)} devices {preposition} campaign {campaign_id}?"
        call = ("update_campaign_firmware_devices", (account, campaign_id))
        later = (_LATER,) if version.name == "v2" else ()
        return change(version, call, body, question, How(**how), hint=lambda answer: later)

    return click.Command(
        kind,
        callback=change_devices,
        params=[options.account(), *device_list.device_options(), *changing(), options.campaign_id()],
        help=f"{title}, while it waits to be scheduled.\n\n{device_list.HELP}",
        epilog=example(
            f"fota {version.name} devices {kind} --account 0000123456-00001 \\\n"
            "      --devices imeis.csv --column IMEI CAMPAIGN_ID"
        ),
    )


@dataclass(frozen=True)
class How:
    """How a change is to be made.

    Attributes:
        as_json: Whether to print JSON.
        yes: Whether not to ask.
        dry_run: Whether to send nothing.
    """

    as_json: bool
    yes: bool
    dry_run: bool


def change(
    version: Version,
    call: tuple[str, tuple[str, ...]],
    body: Any,
    question: str,
    how: How,
    *,
    preview: Callable[[PreparedCall], object] = lambda prepared: None,
    hint: Callable[[Any], tuple[str, ...]] = lambda answer: (),
) -> int:
    """Ask, send something that changes a campaign, and print the answer; or print what would be sent.

    Args:
        version: Version of the API.
        call: The method, and the values of its path: account, and campaign id where there is one.
        body: The request in wire names; None where there is none.
        question: What to ask.
        how: With or without a question, and in which form.
        preview: Shows what the question is about.
        hint: Says in lines what people may do with the answer.
    """
    method, values = call
    if how.dry_run:
        with connect_dry() as client:
            return show_request(version.prepare(client, method, values, body), how.as_json)
    with connect() as client:
        agree(client, question, yes=how.yes, check=lambda: preview(version.prepare(client, method, values, body)))
        look = look_of(version, method, values)
        with sending(look):
            answer = version.call(client, method, values, body)
            outcome = _outcome_of(answer, body)
            title = f"Campaign {values[1]}" if len(values) > 1 else "Accepted"
            _tell(outcome, look)
            with nullcontext() if outcome.code == DONE else suppress(OSError):  # it counts more than a lost output
                show_answer(title, answer, how.as_json)
    for line in () if how.as_json or outcome.code != DONE else hint(answer):
        say(line)
    return outcome.code


def _outcome_of(answer: Any, body: Any) -> Outcome:
    """Return what an answer says; of each device that was sent, where its type declares that it tells them."""
    fields = fields_of(type(answer)) if isinstance(answer, Model) else ()
    kinds = {name: declaration.kind for name, declaration in fields}
    devices = body.get("deviceList", ()) if isinstance(kinds.get("device_list"), Models) else ()
    return outcome_of(_data_of(answer), devices=devices, tells_success="success" in kinds)


def _tell(outcome: Outcome, look: str) -> None:
    if outcome.code == DONE:
        return
    first, *others = outcome.lines
    say(f"error: {first}")
    for line in others:
        say(line)
    if outcome.code == OUTCOME_UNKNOWN:
        say(f"  {look}")


def look_of(version: Version, method: str, values: tuple[str, ...]) -> str:
    """Return what tells whether a call was carried out."""
    if len(values) > 1:
        account, campaign_id = map(shlex.quote, values)
        return f"Look first: fota {version.name} show --account {account} {campaign_id}"
    tells = version.operation(method).tells
    return (
        "Do not send it again before you have looked for it in the service's report of campaigns"
        f"{f': in Python, client.{tells}' if tells else ''}"
    )


def changing() -> list[click.Parameter]:
    """Return the options of all commands that change something."""
    return [options.yes(), options.dry_run(), options.as_json()]


def show_answer(title: str, answer: Any, as_json: bool) -> None:
    """Print an answer."""
    data = _data_of(answer)
    if as_json or not isinstance(data, dict):
        show_json(data)
    else:
        show_dictionary(title, data)


def _data_of(answer: Any) -> Any:
    return answer.to_dictionary() if isinstance(answer, Model) else answer


def show_request(prepared: PreparedCall, as_json: bool) -> int:
    """Print a request that is not sent."""
    body = None if prepared.body is None else json.loads(prepared.body)
    if as_json:
        show_json({"method": prepared.method, "url": prepared.url, "body": body})
        return DONE
    click.echo(printable(f"{prepared.method} {prepared.url}"))
    if body is not None:
        click.echo(json_text(body))
    say("this was not sent (--dry-run)")
    return DONE


def example(*lines: str) -> str:
    """Return the example at the end of a command's help."""
    return "\b\nExample:\n  " + "\n  ".join(lines)
