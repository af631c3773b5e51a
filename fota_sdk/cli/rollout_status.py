"""``status``: how a roll-out stands, once or as long as one watches."""

from __future__ import annotations

import time

import click

from fota_sdk.cli import options
from fota_sdk.cli.exit_codes import DONE, NEEDS_PERSON
from fota_sdk.cli.output import say, show_json
from fota_sdk.cli.rollout_journal import argument, opened
from fota_sdk.cli.rollout_words import OVER

_PAUSE = 2.0  # seconds between two looks into the journal


def status_command() -> click.Command:
    """Return ``status``."""

    def status(journal: str, watch: bool, as_json: bool) -> int:
        if watch and as_json:
            raise click.UsageError("--watch is for people: give it or --json")
        return _watch(journal) if watch else _show(journal, as_json)

    return click.Command(
        "status",
        callback=status,
        params=[
            click.Option(["--watch"], is_flag=True, help="Go on showing it, until it is over or Ctrl-C."),
            options.as_json(),
            argument(),
        ],
        help="Show how a roll-out stands: its waves, why it is paused, what to do, and what happens next.\n\n"
        "Reads the journal alone, also while a step runs. With --watch a terminal shows it live, and elsewhere there "
        "is a line for each change. The exit code is 7 where a person is needed.",
        short_help="Show how a roll-out stands, and what to do next.",
        epilog=options.example("fota rollout status spring.rollout", "fota rollout status --watch spring.rollout"),
    )


def _show(journal: str, as_json: bool) -> int:
    from fota_sdk.cli.rollout_picture import show
    from fota_sdk.cli.rollout_view import view_of

    with opened(journal) as rollout:
        if as_json:
            status = rollout.rollout.status()
            show_json(status.to_dictionary())
        else:
            view = view_of(rollout)
            status = view.status
            show(view)
    return NEEDS_PERSON if status.needs_person else DONE


def _watch(journal: str) -> int:
    from fota_sdk.cli.rollout_picture import display
    from fota_sdk.cli.rollout_view import view_of

    with opened(journal) as rollout:
        try:
            with display() as shown:
                while True:
                    view = view_of(rollout)
                    shown.show(view)
                    if view.status.state in OVER:
                        return DONE
                    time.sleep(_PAUSE)
        except KeyboardInterrupt:
            say("no longer watched; the roll-out goes on")
            raise
