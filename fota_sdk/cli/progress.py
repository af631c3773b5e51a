"""How far a command has come that reads many pages, told on a terminal while it reads."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any

from fota_sdk.cli.output import console_of
from fota_sdk.core.model import Models, fields_of

_TOTALS = ("total_device", "assigned_licenses")  # where the service says how many items there are in all
_QUICK = 0.5  # seconds for which nobody wonders


class Progress:
    """Counts pages and what is on them. It draws on standard error, and leaves nothing there.

    Args:
        drawn: Whether to draw at all; by default where standard error is a terminal.
        clock: Gives the seconds that go by.
    """

    def __init__(self, *, drawn: bool | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._drawn = sys.stderr.isatty() if drawn is None else drawn
        self._clock = clock
        self._begin = clock()
        self._pages = self._items = 0
        self._bar: Any = None

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the display away."""
        if self._bar is not None:
            self._bar.stop()

    def page(self, page: Any) -> None:
        """Take a page that was just read."""
        ((name, _),) = (each for each in fields_of(type(page)) if isinstance(each[1].kind, Models))
        self._pages += 1
        self._items += len(getattr(page, name) or ())
        if not self._drawn or self._clock() - self._begin < _QUICK:
            return
        total = next((value for key in _TOTALS if isinstance(value := getattr(page, key, None), int)), None)
        of = "" if total is None else f" of {total:,}"
        text = f"{self._items:,}{of} {name.removesuffix('_list')}s, page {self._pages}"
        if self._bar is None:
            self._bar = _bar(text)
        self._bar.update(self._bar.task_ids[0], completed=self._items, total=total, description=text, refresh=True)


def _bar(text: str) -> Any:
    """Return a display that has begun."""
    from rich import progress

    bar = progress.Progress(
        progress.SpinnerColumn(),
        progress.TextColumn("reading: {task.description}", markup=False),
        progress.BarColumn(bar_width=20),
        console=console_of(err=True),
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
    bar.add_task(text)
    bar.start()
    return bar
