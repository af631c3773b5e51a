"""``run``: step again and again until a roll-out is over."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from fota_sdk.cli import options
from fota_sdk.cli.exit_codes import DONE, INTERRUPTED, WRONG_USAGE
from fota_sdk.cli.options import SecondsType
from fota_sdk.cli.output import say
from fota_sdk.cli.rollout_journal import Opened, argument, opened
from fota_sdk.cli.rollout_step import deadline_option, moved_option
from fota_sdk.cli.rollout_words import OVER, PLANNED
from fota_sdk.times import span

if TYPE_CHECKING:
    from fota_sdk.cli.rollout_picture import Display

_EVERY = 1800.0
_TICK = 1.0  # seconds between two looks at the clock, and for what persons ask


def run_command() -> click.Command:
    """Return ``run``."""

    def run(journal: str, every: float, deadline: float | None, moved: bool) -> int:
        with opened(journal, moved=moved) as running, Interrupt() as interrupt:
            return _run(running, every, deadline, interrupt)

    return click.Command(
        "run",
        callback=run,
        params=[
            click.Option(
                ["--every"],
                type=SecondsType(),
                default=_EVERY,
                help="Time between two steps, such as 10m or 1h.  [default: 30m]",
            ),
            deadline_option(),
            moved_option(),
            argument(),
        ],
        help="Step again and again until the roll-out is finished or stopped. A pause does not end it: what is asked "
        "for from elsewhere, such as resume, is obeyed within seconds.\n\nOn a terminal this draws how it stands, "
        "elsewhere it prints a line for each step. Ctrl-C ends it after the step that works; it can be run again at "
        "any time.",
        short_help="Step again and again until it is over.",
        epilog=options.example("fota rollout run --every 30m spring.rollout"),
    )


class Interrupt:
    """Ctrl-C and SIGTERM, which end a run between two steps; the second one ends it at once."""

    def __init__(self) -> None:
        self.number: int | None = None
        self._is_held = False
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Interrupt:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._before[number] = signal.signal(number, self._hear)
        return self

    def __exit__(self, *error: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let the first one wait until this is done.

        Raises:
            KeyboardInterrupt: There was one.
        """
        self._is_held = True
        try:
            yield
        finally:
            self._is_held = False
        if self.number is not None:
            raise KeyboardInterrupt

    def _hear(self, number: int, frame: FrameType | None) -> None:
        is_second, self.number = self.number is not None, number
        if is_second or not self._is_held:
            raise KeyboardInterrupt
        say("ends after this step; once more ends it at once, and the next step looks what became of it")


def _run(running: Opened, every: float, deadline: float | None, interrupt: Interrupt) -> int:
    from fota_sdk.cli.rollout_picture import display

    if running.rollout.status().state == PLANNED:
        say(f"error: it was not started: {running.command('start')}")
        return WRONG_USAGE
    try:
        with display(of_steps=True) as shown:
            while True:
                passed = _stopwatch(running)
                with interrupt.held():
                    state = _step(running, deadline, shown)
                if state in OVER:
                    return DONE
                _wait(running, every, passed, shown)
    except KeyboardInterrupt:
        say("no longer run; nothing is lost, go on at any time:")
        say(f"  {running.command('run')}")
        return DONE if interrupt.number == signal.SIGTERM else INTERRUPTED


def _step(running: Opened, deadline: float | None, shown: Display) -> str:
    """Step once, and show what came of it; return the state of the roll-out."""
    from fota_sdk.cli.rollout_view import view_of
    from fota_sdk.rollout import RolloutBusyError

    actions: tuple[str, ...]
    try:
        actions = running.rollout.step(running.clients, deadline=deadline).actions
    except RolloutBusyError:  # somebody else carries it on, which is as good
        actions = ("another step is running; this one did nothing",)
    view = view_of(running)
    shown.step(view, actions)
    return view.status.state


def _wait(running: Opened, every: float, passed: Callable[[], float], shown: Display) -> None:
    """Wait until the next step is due, or a person asks for something.

    Args:
        running: The roll-out.
        every: How many seconds lie between the beginnings of two steps.
        passed: Tells how many have passed.
        shown: Shows how it stands meanwhile.
    """
    from fota_sdk.cli.rollout_view import view_of

    while (seconds := passed()) < every:
        view = view_of(running)
        left = span(timedelta(seconds=every - seconds))
        shown.show(view, f"next step in {left}; Ctrl-C ends this, not the roll-out")
        time.sleep(_TICK)  # in any case: where another step works, it obeys
        if view.status.pending_requests:
            return


def _stopwatch(running: Opened) -> Callable[[], float]:
    """Return what tells the seconds that have passed: by the clock of a sandbox, which may be put forward."""
    if running.is_in_sandbox:
        begin = running.now()
        return lambda: (running.now() - begin).total_seconds()
    start = time.monotonic()
    return lambda: time.monotonic() - start
