"""``step``: all that is due, or what would be."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Any

import click

from fota_sdk.cli import options
from fota_sdk.cli.exit_codes import DONE, NEEDS_PERSON, WRONG_USAGE
from fota_sdk.cli.options import AmountType, SecondsType, Written
from fota_sdk.cli.output import printable, say, show_json
from fota_sdk.cli.rollout_journal import Opened, argument, opened
from fota_sdk.cli.rollout_words import PLANNED, refused_words, stamp, when
from fota_sdk.exceptions import number_of

_SHOWN = 10
_SLACK = timedelta(minutes=1)
_FARTHEST = timedelta(days=3660)


class MomentType(Written):
    """A time, as ``2026-11-28``, ``2026-11-28T14:30``, or with a zone; without one it is UTC."""

    name = "WHEN"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Return the time."""
        text = re.sub(r"[zZ]$", "+00:00", str(value))
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            self.fail(f"{value!r} is not a time such as 2026-11-28 or 2026-11-28T14:30 (UTC).", param, ctx)
        return moment if moment.tzinfo is not None else moment.replace(tzinfo=timezone.utc)


def step_command() -> click.Command:
    """Return ``step``."""

    def step(
        journal: str,
        deadline: float | None,
        moved: bool,
        dry_run: bool,
        at: datetime | None,
        days: float | None,
        quiet: bool,
        as_json: bool,
    ) -> int:
        if (at is not None or days is not None) and not dry_run:
            raise click.UsageError("--at and --days say which time --dry-run looks at; a step works now")
        if at is not None and days is not None:
            raise click.UsageError("give --at or --days")
        if dry_run:
            with opened(journal) as looked_at:
                now = looked_at.now()
                return _preview(looked_at, now + timedelta(days=days or 0) if at is None else at, now, as_json)
        with opened(journal, moved=moved) as stepping:
            return _step(stepping, deadline, quiet, as_json)

    return click.Command(
        "step",
        callback=step,
        params=[
            deadline_option(),
            moved_option(),
            click.Option(
                ["--dry-run"],
                is_flag=True,
                help="Show what a step would schedule and cancel if no device changed; do nothing.",
            ),
            click.Option(["--at"], type=MomentType(), help="With --dry-run: at this time; UTC where it names no zone."),
            click.Option(
                ["--days"],
                type=AmountType(_FARTHEST.days),
                metavar="N",
                help="With --dry-run: so many days from now; 1 is tomorrow at this hour.",
            ),
            click.Option(
                ["--quiet", "-q"], is_flag=True, help="Print nothing unless a person is needed, so that cron mails."
            ),
            options.as_json(),
            argument(),
        ],
        help="Do all that is due: look at campaigns, decide, cancel and schedule. To be called again and again, by "
        "cron for instance: whatever ends a step, the next one goes on where it stopped.\n\n"
        "The exit code is 7 where a person is needed, and 8 where another step is running; then nothing was done.",
        short_help="Do all that is due; to be called again and again.",
        epilog=options.example(
            "fota rollout step spring.rollout", "fota rollout step --dry-run --days 1 spring.rollout"
        ),
    )


def deadline_option() -> click.Option:
    """Return ``--deadline``."""
    return click.Option(
        ["--deadline"],
        type=SecondsType(),
        help="After how long a step begins nothing new, such as 5m; the rest stays due.  [default: no limit]",
    )


def moved_option() -> click.Option:
    """Return ``--moved``."""
    return click.Option(
        ["--moved"],
        is_flag=True,
        help="Go on although the journal is on another machine or path than before, or was restored from a backup. "
        "It must be the only copy in use.",
    )


def _step(opened: Opened, deadline: float | None, quiet: bool, as_json: bool) -> int:
    from fota_sdk.cli.rollout_picture import line_of, show_notes
    from fota_sdk.cli.rollout_view import view_of

    try:
        report = opened.rollout.step(opened.clients, deadline=deadline)
    except KeyboardInterrupt:
        say("interrupted; the journal knows how far it came, and the next step goes on there")
        raise
    view = view_of(opened)
    if as_json:
        show_json({**report.to_dictionary(), "needs_person": view.status.needs_person})
    elif not quiet or view.status.needs_person:
        for action in report.actions:
            click.echo(printable(action))
        click.echo(printable(line_of(view.status)))
        show_notes(view)
    if report.state == PLANNED:
        say(f"it was not started, so nothing was done: {opened.command('start')}")
        return WRONG_USAGE
    return NEEDS_PERSON if view.status.needs_person else DONE


def _preview(opened: Opened, at: datetime, now: datetime, as_json: bool) -> int:
    from fota_sdk.cli.rollout_view import effects, hindrances, view_of
    from fota_sdk.rollout.json_data import json_data

    if at < now - _SLACK:
        raise click.UsageError(f"that time is over: it is {stamp(now)}")
    if at > now + _FARTHEST:
        raise click.UsageError(f"that time is more than {_FARTHEST.days} days away: it is {stamp(now)}")
    decision, status = opened.rollout.preview(at), opened.rollout.status()
    if as_json:
        show_json({"at": at.astimezone(timezone.utc).isoformat(), **json_data(decision)})
        return DONE
    click.echo(f"A step {when(at, now)}, if no device changes until then:")
    found = list(effects(decision, status))
    for effect in found or ["schedules nothing and cancels nothing"]:
        click.echo(f"  {effect}")
    for hindrance in [] if found else hindrances(view_of(opened)):
        click.echo(printable(f"    {hindrance}"))
    for intent in decision.make[:_SHOWN]:
        click.echo(
            f"    {intent.account}: {number_of(intent.size, 'device')} of wave {intent.wave}, from {intent.start}"
        )
    if len(decision.make) > _SHOWN:
        click.echo(f"    ... and {len(decision.make) - _SHOWN:,} more campaigns; --json tells all")
    if status.misplaced is not None:
        say(f"warning: {refused_words(status.misplaced)}")
    if status.state == PLANNED:
        say(f"it was not started: {opened.command('start')}")
    for request in status.pending_requests:
        say(f"not taken into account, though the next step obeys it first: {request}")
    return DONE
