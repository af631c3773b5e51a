"""The table of waves, each with a bar, as lines of styled pieces: for a terminal and for a pipe alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fota_sdk.cli.output import printable
from fota_sdk.rollout import DeviceState, RolloutStatus, WaveState, WaveStatus

Piece = tuple[str, str]
"""A text, and its style in the words of rich."""

Line = list[Piece]

OTHERS = (DeviceState.TIMED_OUT, DeviceState.CANCELLED, DeviceState.REMOVED)
"""The states of devices that ended neither well nor with a failure nor rejected."""

_OPEN = (DeviceState.WAITING, *DeviceState.OPEN)
_HEADINGS = ("wave", "state", "devices", "succeeded", "failed", "rejected", "open", "other")
_TEXTS = 2  # of the columns are texts, and the bar follows the next one
_SHORTEST_BAR, _LONGEST_BAR = 6, 30
_GAP = "  "
_STYLES = ("green", "bold red", "yellow", "cyan", "dim")
_LEGEND = ("succeeded", "failed", "rejected, other", "in a campaign", "waiting")
_STYLE_OF_STATE = {
    WaveState.RUNNING: "bold cyan",
    WaveState.SOAKING: "cyan",
    WaveState.PASSED: "green",
    WaveState.FAILED: "bold red",
    WaveState.WAITING: "dim",
}


@dataclass(frozen=True)
class Marks:
    """What a bar is drawn with: a letter for each part of it. They differ, so that it can be read without colours."""

    letters: str

    @staticmethod
    def of(encoding: str) -> Marks:
        """Return those that an encoding has."""
        return BLOCKS if encoding.lower().startswith("utf") else ASCII


BLOCKS = Marks("█▓▒░·")
ASCII = Marks("#x%-.")


def table_lines(status: RolloutStatus, width: int, marks: Marks) -> list[Line]:
    """Return the table of waves, with its headings and what the bars mean; without bars where there is no room.

    Args:
        status: The roll-out.
        width: How wide it may be.
        marks: What to draw the bars with.
    """
    columns = _columns(status)
    rows = [_cells(wave, columns) for wave in status.waves]
    widths = [max(map(len, column)) for column in zip(_HEADINGS[:columns], *rows, strict=True)]
    room = min(_LONGEST_BAR, width - sum(widths) - len(_GAP) * columns)
    bar = room if room >= _SHORTEST_BAR else 0
    lines = [_line(_HEADINGS[:columns], widths, [(" " * bar, "")] if bar else [], "bold")]
    for wave, cells in zip(status.waves, rows, strict=True):
        lines.append(
            _line(cells, widths, _bar(wave, bar, marks) if bar else [], "", _STYLE_OF_STATE.get(wave.state, ""))
        )
    return [*lines, list(_legend(marks))] if bar else lines


def _columns(status: RolloutStatus) -> int:
    """Return how many columns there are: the last one only where there is something in it."""
    has_others = any(wave.counts[state] > 0 for wave in status.waves for state in OTHERS)
    return len(_HEADINGS) if has_others else len(_HEADINGS) - 1


def _cells(wave: WaveStatus, columns: int) -> list[str]:
    label = wave.name if wave.name == f"wave {wave.number}" else f"{wave.number} {wave.name}"
    counts = (
        wave.devices,
        wave.counts[DeviceState.SUCCEEDED],
        wave.counts[DeviceState.FAILED],
        wave.counts[DeviceState.REJECTED],
        sum(wave.counts[state] for state in _OPEN),
        sum(wave.counts[state] for state in OTHERS),
    )
    return [printable(label), wave.state, *(f"{count:,}" for count in counts)][:columns]


def _line(cells: Sequence[str], widths: Sequence[int], bar: Line, style: str, style_of_state: str = "") -> Line:
    line: Line = []
    for place, (cell, width) in enumerate(zip(cells, widths, strict=True)):
        text = cell.ljust(width) if place < _TEXTS else cell.rjust(width)
        line.append((text, style_of_state if place == 1 and style_of_state else style))
        line.append((_GAP, ""))
        if place == _TEXTS and bar:
            line += [*bar, (_GAP, "")]
    return line[:-1]


def _bar(wave: WaveStatus, width: int, marks: Marks) -> Line:
    counts = (
        wave.counts[DeviceState.SUCCEEDED],
        wave.counts[DeviceState.FAILED],
        wave.counts[DeviceState.REJECTED] + sum(wave.counts[state] for state in OTHERS),
        sum(wave.counts[state] for state in DeviceState.OPEN),
        wave.counts[DeviceState.WAITING],
    )
    parts = parts_of_bar(counts, width)
    drawn = [(letter * part, style) for letter, part, style in zip(marks.letters, parts, _STYLES, strict=True)]
    return [*drawn, (" " * (width - sum(parts)), "")]


def _legend(marks: Marks) -> Iterator[Piece]:
    for letter, words, style in zip(marks.letters, _LEGEND, _STYLES, strict=True):
        yield letter, style
        yield f" {words}{_GAP}", "dim"


def parts_of_bar(counts: Sequence[int], width: int) -> list[int]:
    """Return how many cells of a bar each count gets: its share, but one at least where there is something.

    Args:
        counts: What the parts stand for.
        width: How many cells there are, one for each part at least.
    """
    total = sum(counts)
    if total == 0:
        return [0] * len(counts)
    exact = [count * width / total for count in counts]
    parts = [max(int(each), 1 if count > 0 else 0) for each, count in zip(exact, counts, strict=True)]
    while sum(parts) > width:  # the largest part lends what the smallest ones got
        parts[parts.index(max(parts))] -= 1
    while sum(parts) < width:
        lacks = [share - part for share, part in zip(exact, parts, strict=True)]
        parts[lacks.index(max(lacks))] += 1
    return parts
