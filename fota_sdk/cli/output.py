"""What the command prints: facts and tables, for people on a terminal, for pipes, and as JSON.

rich is loaded on a terminal only, so that nothing in a pipe ever holds a colour code, and cron jobs start quickly.
"""

from __future__ import annotations

import errno
import json
import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import timezone
from itertools import islice
from typing import TYPE_CHECKING, Any, TextIO

import click

from fota_sdk.cli.outcome import REASONS, is_taken, reason_of
from fota_sdk.times import parse_time

if TYPE_CHECKING:
    from rich.console import Console

_SHOWN_DEVICES = 3
_SHOWN_ROWS = 20
_OF_A_DEVICE = {"deviceId", "status", *REASONS}
_LONGEST_TABLE = 1000  # rows; a terminal shows lines faster than it lays out a table

_NOTHING: tuple[Any, ...] = (None, "", [])
_NEVER = "0001-01-01"  # the day by which the service says "never" or "unknown"

# What writing fails with, where the fault is not ours.
_OUTPUT_FAULTS = (errno.EPIPE, errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)

# Controls, line and paragraph separators, what Unicode calls Bidi_Control, and lone surrogates.
_STEERING = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


class Told(click.ClickException):
    """Ends a command with exit code 2 and words that are told as they are, without click's own before them."""

    def show(self, file: Any = None) -> None:
        """Tell them."""
        click.echo(self.message, file)


def printable(text: str) -> str:
    """Return a text on one line, without what could steer a terminal; the service may have sent it.

    All else stays as it was given: str.isprintable() is no help, it refuses the ideographic space, the no-break space
    and the joiners inside of emoji.
    """
    return _STEERING.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


def say(text: str) -> None:
    """Tell the person at the command on one line what is not the result; nobody may be there to read it."""
    with suppress(OSError):
        click.echo(printable(text), err=True)


def is_output_fault(error: BaseException) -> bool:
    """Return whether an error says that the output can no longer be written: its reader has gone, or a disk is full."""
    return isinstance(error, OSError) and error.errno in _OUTPUT_FAULTS


def show_json(data: Any) -> None:
    """Print the result for machines: one JSON value."""
    click.echo(json.dumps(data, indent=2 if sys.stdout.isatty() else None))


def show_csv(keys: Sequence[str], rows: Iterable[Mapping[str, Any]], *, headings: bool = True) -> None:
    """Print things of one kind as CSV, one on each line: an empty cell where one says nothing."""
    import csv

    lines = csv.writer(sys.stdout, lineterminator="\n")
    if headings:
        lines.writerow(keys)
    for row in rows:
        lines.writerow([printable(text_of(key, row[key])) if row.get(key) not in _NOTHING else "" for key in keys])


def show_facts(title: str, facts: Mapping[str, Any], *, err: bool = False) -> None:
    """Print the keys and values of one thing."""
    rows = [(words_of(key), text_of(key, value)) for key, value in facts.items()]
    show_table(title, (), rows, err=err)


def show_table(title: str, headings: Sequence[str], rows: Sequence[Sequence[str]], *, err: bool = False) -> None:
    """Print rows below each other: a table where a terminal has room for one, plain lines elsewhere.

    A terminal wraps plain lines by itself, so that a value is shown in full however narrow it is, and is copied in one
    piece.
    """
    if _draw(title, headings, rows, err=err):
        return
    lines = _printable(headings, rows)
    if title:
        click.echo(printable(title), err=err)
    widths = [max(map(len, column)) for column in list(zip(*lines, strict=True))[:-1]]
    for line in lines:
        cells = [cell.ljust(width) for cell, width in zip(line, widths, strict=False)]
        click.echo("  ".join([*cells, line[-1]]).rstrip(), err=err)


def _printable(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[list[str]]:
    return [list(map(printable, row)) for row in ([headings] if headings else []) + list(rows)]


def _draw(
    title: str, headings: Sequence[str], rows: Sequence[Sequence[str]], *, err: bool, sizes: Sequence[int] = ()
) -> bool:
    """Draw a table on a terminal that has room for it; return whether it was drawn."""
    if not (sys.stderr if err else sys.stdout).isatty() or len(rows) > _LONGEST_TABLE:
        return False
    from fota_sdk.cli.drawing import draw_table

    lines = _printable(headings, rows)
    return draw_table(console_of(err=err), printable(title), lines, has_headings=bool(headings), sizes=sizes)


def can_redraw(*, err: bool) -> bool:
    """Return whether there is a terminal on which something can be drawn anew."""
    is_terminal = (sys.stderr if err else sys.stdout).isatty()
    return is_terminal and os.environ.get("TERM", "").lower() not in ("dumb", "unknown")


def console_of(*, err: bool) -> Console:
    """Return where rich draws. A width of 0, or one that is no number, is no width; the terminal's own is taken."""
    from rich.console import Console

    names = ("COLUMNS", "LINES")
    if all(re.fullmatch("0*[1-9][0-9]{0,5}", os.environ.get(name, "1"), re.ASCII) for name in names):
        return Console(stderr=err, highlight=False)
    columns, lines = _terminal_size(sys.stderr if err else sys.stdout)
    return Console(stderr=err, highlight=False, width=columns, height=lines)


def _terminal_size(stream: TextIO) -> tuple[int, int]:
    with suppress(OSError, ValueError):  # it is no terminal after all
        size = os.get_terminal_size(stream.fileno())
        return size.columns or 80, size.lines or 24
    return 80, 24


def show_dictionary(title: str, facts: Mapping[str, Any], *, brief: bool = False) -> None:
    """Print a response of the service: what it says once, and a table of each list of objects.

    Args:
        title: What to show above it.
        facts: The response in wire names.
        brief: Whether it tells what became of devices, so that of those that went well the first ones are enough.
    """
    tables = {key: value for key, value in facts.items() if _is_table(value)}
    others = {key: value for key, value in facts.items() if key not in tables}
    if others:
        show_facts(title, others)
    for key, rows in tables.items():
        show = _show_devices if brief and all(row.keys() <= _OF_A_DEVICE for row in rows) else show_rows
        show(words_of(key) if others else title, rows)


def show_rows(title: str, rows: Sequence[Mapping[str, Any]], columns: Sequence[Sequence[str]] | None = None) -> None:
    """Print things of one kind: below each other, or one by one where a terminal is too narrow for that.

    Args:
        title: What to show above them.
        rows: The things, in wire names.
        columns: The keys to show, in short, where a row tells something by them; those of one column stand below each
            other where a terminal has no room for a column each. By default all keys are shown.
    """
    if not rows:
        click.echo("none")
        return
    telling = {key for row in rows for key, value in row.items() if value not in _NOTHING}
    stacks = [[key for key in stack if key in telling] for stack in columns or ()]
    sizes = [len(stack) for stack in stacks if stack]
    keys = [key for stack in stacks for key in stack] or list(dict.fromkeys(key for row in rows for key in row))
    if not keys:
        click.echo(f"{len(rows)} of which the service tells nothing")
        return
    headings = [words_of(key) for key in keys]
    show = text_of if columns is None else short_text_of
    cells = [[show(key, row[key]) if key in row else "" for key in keys] for row in rows]
    if not sys.stdout.isatty() or len(rows) > _LONGEST_TABLE:
        show_table(title, headings, cells)
    elif not _draw(title, headings, cells, err=False) and not (
        sizes and _draw(title, headings, cells, err=False, sizes=sizes)
    ):
        for number, row in enumerate(cells, 1):
            show_table(f"{title}, {number} of {len(rows)}", (), list(zip(headings, row, strict=True)))


def _is_table(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(map(_is_object, value)) and not _are_windows(value)


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


def _are_windows(rows: list[Any]) -> bool:
    return all(_is_object(row) and {"startTime", "endTime"} <= row.keys() for row in rows)


def _show_devices(title: str, devices: Sequence[Mapping[str, Any]]) -> None:
    """Print what became of each device: of all that were not taken, of the first others, and a count by status."""
    counts: dict[str, int] = {}
    for device in devices:
        status = str(device.get("status", "no status"))
        counts[status] = counts.get(status, 0) + 1
    others = [device for device in devices if not is_taken(device)]
    shown = [*others, *islice(filter(is_taken, devices), max(0, _SHOWN_ROWS - len(others)))]
    rows = [[str(device.get("deviceId", "")), str(device.get("status", "")), _reason(device)] for device in shown]
    show_table(title, ("device", "status", "reason"), rows)
    if len(devices) > len(rows):
        click.echo(f"... and {len(devices) - len(rows)} more; --json shows all")
    click.echo("devices: " + ", ".join(f"{count} {printable(status)}" for status, count in counts.items()))


def _reason(device: Mapping[str, Any]) -> str:
    reason = reason_of(device)
    return "" if reason is None else str(reason)


def words_of(key: str) -> str:
    """Return a key of the service as words: ``campaignTimeWindowList`` as ``time window``."""
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in key).strip()
    if words.endswith("window list"):
        words = words.removesuffix(" list")
    return words if words in ("campaign id", "campaign list") else words.removeprefix("campaign ").removesuffix(" flag")


def text_of(key: str, value: Any) -> str:
    """Return a value of the service as a text on one line."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        if value and _are_windows(value):
            return windows_text(value)
        if all(isinstance(item, str) for item in value):
            return _list_text(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def short_text_of(key: str, value: Any) -> str:
    """Return a value as a table of many columns has room for it: times to the minute, and names of what has one."""
    if isinstance(value, str) and key.endswith(("Date", "Time")):
        time = parse_time(value)
        if time is not None:
            return time.astimezone(timezone.utc).strftime("%Y-%m-%d" if key.endswith("Date") else "%Y-%m-%d %H:%M")
        return "-" if value.startswith(_NEVER) else value
    if isinstance(value, list) and all(_is_object(item) and isinstance(item.get("name"), str) for item in value):
        return ", ".join(item["name"] for item in value) or "none"
    return text_of(key, value)


def windows_text(windows: Iterable[Mapping[str, Any]]) -> str:
    """Return time windows as a person writes them: ``18-22, 0-4 (hours, UTC)``."""
    return ", ".join(f"{window['startTime']}-{window['endTime']}" for window in windows) + " (hours, UTC)"


def _list_text(texts: list[str]) -> str:
    if len(texts) <= _SHOWN_DEVICES:
        return ", ".join(texts) or "none"
    return f"{len(texts)}: {', '.join(texts[:_SHOWN_DEVICES])}, ..."
