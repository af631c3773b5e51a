"""The plots of a roll-out's report, as SVG that lies in the page; they need matplotlib, from the extra ``report``."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib.util import find_spec
from typing import Any, cast

from fota_sdk.core.fork import late_imports
from fota_sdk.rollout.states import DeviceState

COLOURS = {
    DeviceState.SUCCEEDED: "#2e8b57",
    DeviceState.FAILED: "#c0392b",
    DeviceState.REJECTED: "#d68910",
    DeviceState.TIMED_OUT: "#8e6bbf",
    DeviceState.REMOVED: "#7f8c8d",
    DeviceState.CANCELLED: "#a0a7ad",
}
"""Of the final states; told apart by their lightness, too."""

_INK = "#010203"  # stands for the colour of the page's text
_SIZE = (4.8, 2.5)  # inches; small, so that its texts can be read on a phone


@dataclass(frozen=True)
class Day:
    """What a day has brought.

    Attributes:
        day: Which, UTC.
        finished: How many devices came to which final state on it.
        share: Failed devices of all that had failed or succeeded by its end; None where there were none.
        bound: The least share that this speaks for.
    """

    day: date
    finished: dict[str, int]
    share: float | None
    bound: float


def are_available() -> bool:
    """Return whether plots can be drawn."""
    return find_spec("matplotlib") is not None


def finished_plot(days: Sequence[Day]) -> str:
    """Return a plot of how many devices came to which final state on which day."""
    figure, axes = _figure("devices")
    below = [0] * len(days)
    for state, colour in COLOURS.items():
        heights = [day.finished.get(state, 0) for day in days]
        if sum(heights) > 0:
            axes.bar([day.day for day in days], heights, bottom=below, color=colour, label=state.replace("_", " "))
            below = [low + height for low, height in zip(below, heights, strict=True)]
    axes.legend(frameon=False, ncols=3, fontsize=9, labelcolor=_INK, loc="lower left", bbox_to_anchor=(0, 1))
    return _svg(figure)


def failure_plot(days: Sequence[Day], allowed: float | None) -> str:
    """Return a plot of the share of failed devices, with the least that it speaks for, against what a rule allows."""
    figure, axes = _figure("failed, %")
    known = [day for day in days if day.share is not None]
    dates = [day.day for day in known]
    axes.plot(dates, [100 * (day.share or 0) for day in known], color=COLOURS["failed"], marker="o", label="failed")
    axes.plot(dates, [100 * day.bound for day in known], color=_INK, linestyle=":", marker=".", label="at least")
    if allowed is not None:
        axes.axhline(100 * allowed, color=_INK, linewidth=1, label="the rule allows")
    axes.set_ylim(bottom=0)
    axes.legend(frameon=False, ncols=3, fontsize=9, labelcolor=_INK, loc="lower left", bbox_to_anchor=(0, 1))
    return _svg(figure)


def _figure(label: str) -> tuple[Any, Any]:
    with late_imports:
        from matplotlib import dates
        from matplotlib.figure import Figure
        from matplotlib.ticker import MaxNLocator

    figure = Figure(figsize=_SIZE, layout="constrained")
    axes = figure.add_subplot()
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(_INK)
    axes.tick_params(colors=_INK, labelsize=9)
    axes.set_ylabel(label, color=_INK, fontsize=9)
    locator = cast(Any, dates.AutoDateLocator)(minticks=2, maxticks=6)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(cast(Any, dates.ConciseDateFormatter)(locator))
    axes.xaxis.get_offset_text().set_color(_INK)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=label == "devices"))
    return figure, axes


def _svg(figure: Any) -> str:
    """Return a figure as SVG without a prologue, in the colours of the page, and the same each time."""
    with late_imports:
        from matplotlib import rc_context

    target = io.StringIO()
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "fota", "font.family": "sans-serif"}):
        figure.savefig(target, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    text = target.getvalue()
    return text[text.index("<svg") :].replace(_INK, "currentColor")
