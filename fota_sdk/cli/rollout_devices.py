"""``devices``, ``events`` and ``report``: what became of each device, what happened, and a page with pictures of it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

import click

from fota_sdk.cli import options
from fota_sdk.cli.exit_codes import DONE, WRONG_USAGE
from fota_sdk.cli.output import printable, say, show_csv, show_table
from fota_sdk.cli.rollout_journal import argument, opened
from fota_sdk.cli.rollout_words import some, stamp
from fota_sdk.exceptions import number_of

if TYPE_CHECKING:
    from fota_sdk.rollout import Device, RolloutPlan

_STATES = (
    *("waiting", "queued", "in_progress", "succeeded", "failed", "rejected"),
    *("timed_out", "removed", "cancelled"),
)
_COLUMNS = ("imei", "account", "wave", "campaign", "campaign_id", "state", "status", "reason", "changed_at")
_SHOWN = 200
_SHOWN_REASONS = 10


def devices_command() -> click.Command:
    """Return ``devices``."""

    def devices(
        journal: str,
        state: str | None,
        wave: str | None,
        account: str | None,
        imei: str | None,
        not_succeeded: bool,
        as_csv: bool,
        as_json: bool,
    ) -> int:
        if not_succeeded and state is not None:
            raise click.UsageError("give --state or --not-succeeded")
        from fota_sdk.rollout.json_data import json_data

        number = int(wave) if wave is not None and wave.isdecimal() else wave
        with opened(journal) as asked:
            if account is not None and account not in asked.rollout.accounts:
                say(f"error: the roll-out has no account {account}; it has {some(asked.rollout.accounts)}")
                return WRONG_USAGE
            found = asked.rollout.devices(
                state=state, wave=number, account=account, imei=imei, not_succeeded=not_succeeded
            )
            is_narrowed = not_succeeded or (state, wave, account) != (None, None, None)
            if as_csv:
                show_csv(_COLUMNS, map(json_data, found))
            elif as_json:
                _write_list(map(json_data, found))
            else:
                return _show(found, imei, asked.rollout.plan, is_narrowed=is_narrowed)
        return DONE

    return click.Command(
        "devices",
        callback=devices,
        params=[
            click.Option(
                ["--state"],
                type=click.Choice(_STATES),
                metavar="STATE",
                help=f"Only devices in this state: {', '.join(_STATES)}.",
            ),
            click.Option(
                ["--not-succeeded"], is_flag=True, help="Only devices that have not succeeded, or not yet, and why."
            ),
            click.Option(["--wave"], metavar="WAVE", help="Only devices of this wave, by its number or its name."),
            click.Option(["--account"], metavar="ACCOUNT", help="Only devices of this account."),
            click.Option(["--imei"], metavar="IMEI", help="Only this device, with all that is known of it."),
            options.as_csv("Print CSV, each device whole."),
            options.as_json(),
            argument(),
        ],
        help="Tell which devices are where, what became of them and why; the most frequent reasons are counted below.",
        short_help="Tell which devices are where, what became of them and why.",
        epilog=options.example(
            "fota rollout devices --state failed spring.rollout",
            "fota rollout devices --imei 990013907884253 spring.rollout",
            "fota rollout devices --not-succeeded --csv spring.rollout > left.csv",
        ),
    )


def events_command() -> click.Command:
    """Return ``events``."""

    def events(journal: str, as_json: bool) -> int:
        from fota_sdk.rollout.json_data import json_data

        with opened(journal) as asked:
            found = asked.rollout.events()
            if as_json:
                _write_list(json_data(event) for event in found)
                return DONE
            for event in found:
                click.echo(f"{stamp(event.at)} {printable(event.text)}")
        return DONE

    return click.Command(
        "events",
        callback=events,
        params=[options.as_json(), argument()],
        help="Tell what happened so far, the oldest first: each campaign, each decision, and what persons asked for.",
        short_help="Tell what happened so far.",
        epilog=options.example("fota rollout events spring.rollout"),
    )


def report_command() -> click.Command:
    """Return ``report``."""

    def report(journal: str, file: str) -> int:
        from fota_sdk.rollout.report import write_report

        with opened(journal) as asked:
            try:
                has_plots = write_report(asked.rollout, file, now=asked.now())
            except OSError as error:
                raise click.UsageError(f"{file} cannot be written: {error.strerror or error}") from None
        if not has_plots:
            say("the page has no plots; they need the extra report, or matplotlib")
        click.echo(file)
        return DONE

    return click.Command(
        "report",
        callback=report,
        params=[argument(), click.Argument(["file"], type=click.Path(dir_okay=False), metavar="FILE.html")],
        help="Write a page with pictures: progress of the waves, devices over the days, shares of failures, reasons. "
        "It loads nothing from elsewhere.",
        short_help="Write a page with pictures of how it went.",
        epilog=options.example("fota rollout report spring.rollout spring.html"),
    )


def _write_list(items: Iterator[Any]) -> None:
    """Print a JSON list while its items come, so that it takes no memory."""
    begin = "["
    for item in items:
        click.echo(f"{begin}\n{json.dumps(item)}", nl=False)
        begin = ","
    click.echo("[]" if begin == "[" else "\n]")


def _show(found: Iterator[Device], imei: str | None, plan: RolloutPlan, *, is_narrowed: bool) -> int:
    """Print devices for people: the first ones, and how many there are for which reason."""
    first = list(islice(found, _SHOWN))
    if first == [] and imei is not None:
        among = "is none of the devices asked for" if is_narrowed else "is not in this roll-out"
        say(f"error: {imei} {among}")
        return WRONG_USAGE
    if len(first) == 1 and imei is not None:
        show_table(f"Device {imei}", (), list(_facts(first[0], plan)))
        return DONE
    if first == []:
        click.echo("none")
        return DONE
    headings = ("imei", "account", "wave", "campaign", "state", "reason")
    show_table("", headings, [[_text(getattr(device, name)) for name in headings] for device in first])
    reasons: Counter[tuple[str, str | None]] = Counter()
    count = 0
    for device in chain(first, found):
        count += 1
        reasons[device.state, device.reason or device.status] += 1
    if count > len(first):
        click.echo(f"... and {count - len(first):,} more; --csv and --json tell all")
    click.echo(f"{number_of(count, 'device')}:")
    for (state, reason), number in reasons.most_common(_SHOWN_REASONS):
        click.echo(f"  {number:,} {state}{'' if reason is None else f': {printable(reason)}'}")
    if len(reasons) > _SHOWN_REASONS:
        click.echo(f"  ... and {len(reasons) - _SHOWN_REASONS} more reasons")
    return DONE


def _facts(device: Device, plan: RolloutPlan) -> Iterator[tuple[str, str]]:
    wave = plan.wave[device.wave - 1].name
    for name in _COLUMNS[1:]:
        value = getattr(device, name)
        text = stamp(value) if name == "changed_at" and value is not None else _text(value)
        if name == "wave" and wave is not None:
            text += f" ({wave})"
        yield name.replace("_", " "), text


def _text(value: object) -> str:
    return "-" if value is None else str(value)
