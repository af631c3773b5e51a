"""``plan`` and ``start``: what will happen, and that it begins."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from fota_sdk import ValidationError
from fota_sdk.cli import options
from fota_sdk.cli.exit_codes import DONE, REFUSED
from fota_sdk.cli.output import Told, say, show_json
from fota_sdk.cli.rollout_journal import Clock, Opened, command_on, journal_of, opened
from fota_sdk.cli.rollout_words import PLANNED
from fota_sdk.exceptions import number_of

if TYPE_CHECKING:
    from fota_sdk.rollout import RolloutPlan
    from fota_sdk.rollout.fleet import Fleet

_SHOWN = 10


def plan_command() -> click.Command:
    """Return ``plan``."""

    def plan(plan: str, as_json: bool) -> int:
        from fota_sdk.cli.rollout_outlook import outlook_data, show_outlook

        with _planned(plan) as (planned, _):
            if as_json:
                show_json(outlook_data(planned.rollout, planned.urls()))
            else:
                show_outlook(planned.rollout, planned.urls())
                say("nothing was sent or written; to begin:")
                say(f"  {shlex.join(['fota', 'rollout', 'start', plan])}")
        return DONE

    return click.Command(
        "plan",
        callback=plan,
        params=[options.as_json(), _plan_argument()],
        help="Check a plan and its devices, and show what will happen: waves, days, rules, and how many devices a day "
        "cannot be stopped once they have started.\n\nNothing is sent, and no secret is needed.",
        short_help="Check a plan and its devices, and show what will happen.",
        epilog=options.example("fota rollout plan spring.toml"),
    )


def start_command() -> click.Command:
    """Return ``start``."""

    def start(plan: str, journal: str | None, yes: bool) -> int:
        path = journal_of(plan) if journal is None else journal
        if Path(path).exists():
            return _start_created(path, plan, yes)
        with _planned(plan) as (planned, fleet):
            return _create(planned, fleet, path) if _is_agreed(planned, yes) else REFUSED

    return click.Command(
        "start",
        callback=start,
        params=[
            click.Option(
                ["--journal"],
                type=click.Path(dir_okay=False),
                metavar="FILE",
                help="Where to write the journal, on a local disk.  [default: the plan's path, ending in .rollout]",
            ),
            options.yes(),
            _plan_argument(),
        ],
        help="Begin a roll-out: check the plan, its devices, and what the service knows of them; ask; write the "
        "journal.\n\nThe plan is frozen with it. Nothing is scheduled yet: step or run do that. The exit code is 1 "
        "where the service knows of something that has to be mended first; then no journal is written.",
        short_help="Begin a roll-out; step or run carry it on.",
        epilog=options.example(
            "fota rollout start spring.toml", "fota rollout start --yes --journal /var/lib/spring.rollout spring.toml"
        ),
    )


def _plan_argument() -> click.Argument:
    return click.Argument(["plan"], type=click.Path(dir_okay=False), metavar="PLAN.toml")


@contextmanager
def _planned(path: str) -> Iterator[tuple[Opened, Fleet]]:
    """Give the roll-out that a plan stands for, in a journal that is gone afterwards, and its devices.

    Raises:
        Told: The plan or a device cannot be used.
    """
    from fota_sdk.rollout import EnvironmentClients, Rollout

    plan = _read_plan(path)
    fleet = _read_fleet(plan, path)
    clock = Clock()
    with (
        TemporaryDirectory(prefix="fota-") as folder,
        EnvironmentClients(plan) as clients,
        clock.of(clients, plan),
        Rollout.create(Path(folder) / "plan.rollout", plan, fleet, now=clock) as rollout,
    ):
        yield Opened(rollout, path, clients, clock), fleet


def _is_agreed(planned: Opened, yes: bool) -> bool:
    """Show what will happen and what the service knows of it, and ask; return whether nothing speaks against it.

    Raises:
        Declined: The answer is no.
    """
    from fota_sdk.cli.rollout_outlook import show_outlook

    rollout = planned.rollout
    for account in rollout.accounts:
        planned.clients(account)  # a variable that is missing is told before anything is asked
    show_outlook(rollout, planned.urls())
    say(f"asking the service what it knows of {number_of(len(rollout.accounts), 'account')}; this only reads")
    findings = sorted(rollout.preflight(planned.clients), key=lambda finding: not finding.is_error)
    errors = [finding for finding in findings if finding.is_error]
    shown = len(errors) + _SHOWN
    for finding in findings[:shown]:
        say(f"  {finding}")
    if len(findings) > shown:
        say(f"  ... and {len(findings) - shown:,} more warnings; all of them, in Python: Rollout.preflight(clients)")
    if errors:
        say("error: not started; nothing was scheduled or written. Mend the errors, then start it again")
        return False
    question = f"Start {rollout.plan.name} with {number_of(sum(w.devices for w in rollout.status().waves), 'device')}?"
    planned.agree(question, yes=yes)
    return True


def _create(planned: Opened, fleet: Fleet, path: str) -> int:
    from fota_sdk.rollout import Rollout
    from fota_sdk.rollout.clients import service_of

    try:
        place = service_of(planned.clients, planned.rollout.accounts)
        created = Rollout.create(path, planned.rollout.plan, fleet, now=planned.now, service=place)
    except OSError as error:
        what = f"error: {path} cannot be written: {error.strerror or error}. Nothing was scheduled."
        raise Told(f"{what}\n  Give another path for the journal: --journal FILE") from None
    with created as rollout:
        rollout.start()
    return _tell_started(planned.rollout.plan.name, path)


def _start_created(path: str, plan: str, yes: bool) -> int:
    """Start a roll-out whose journal is there already."""
    with opened(path) as created:
        name, state = created.rollout.plan.name, created.rollout.status().state
        if state != PLANNED:
            file = "PLAN.toml" if plan == path else plan
            other = shlex.join(["fota", "rollout", "start", "--journal", "FILE", file])
            raise Told(
                f"error: there is the journal {path} already: {name} is {state}. Nothing was sent or written.\n"
                f"  Look at it: {created.command('status')}\n"
                f"  Another one of the same plan: {other}"
            )
        if not _is_agreed(created, yes):
            return REFUSED
        created.rollout.start()
    return _tell_started(name, path)


def _tell_started(name: str, path: str) -> int:
    click.echo(f"{name} was started: {path}")
    say("Nothing is scheduled yet. What carries it on, from cron every half hour for instance, or as long as it takes:")
    say(f"  {command_on(path, 'step')}")
    say(f"  {command_on(path, 'run')}")
    return DONE


def _read_plan(path: str) -> RolloutPlan:
    from fota_sdk.rollout import RolloutPlan

    try:
        return RolloutPlan.from_file(path)
    except OSError as error:
        raise click.UsageError(f"{path} cannot be read: {error.strerror or error}") from None
    except ValidationError as error:
        raise _refused(path, error) from None


def _refused(path: str, error: ValidationError) -> Told:
    """Return an error with all that is wrong with a plan or a file of devices."""
    found = [message if place in ("", "devices", path) else f"{place}: {message}" for place, message in error.findings]
    return Told("\n  ".join([f"error: {path} cannot be used; nothing was sent or written:", *found]))


def _tell_findings(fleet: Fleet) -> None:
    """Tell all errors, and the first warnings."""
    try:
        fleet.raise_errors()
    except ValidationError as error:
        for _, message in error.findings:
            say(f"  error: {message}")
    for warning in fleet.warnings[:_SHOWN]:
        say(f"  warning: {warning}")
    if len(fleet.warnings) > _SHOWN:
        more = f"{len(fleet.warnings) - _SHOWN:,} more warnings"
        say(f"  ... and {more}; all of them, in Python: read_fleet(FILE).warnings")


def _read_fleet(plan: RolloutPlan, path: str) -> Fleet:
    """Return the devices of a plan; tell what is odd about their file."""
    from fota_sdk.rollout.fleet import read_fleet

    devices = plan.devices_path
    assert devices is not None  # from_file sees to it
    try:
        fleet = read_fleet(devices, plan)
    except OSError as error:
        raise click.UsageError(f"{devices}, which {path} names, cannot be read: {error.strerror or error}") from None
    except ValidationError as error:
        raise _refused(str(devices), error) from None
    if fleet.counts:
        found = ", ".join(f"{kind}: {count:,}" for kind, count in fleet.counts.items())
        say(f"{devices} looked over: {number_of(len(fleet), 'device')}; {found}")
        _tell_findings(fleet)
    if fleet.errors:
        raise Told("error: nothing was sent or written: correct these lines, or leave them out")
    return fleet
