"""What the command prints: facts and tables, for people on a terminal, for pipes, and as JSON.

rich is loaded on a terminal only, so that nothing in a pipe ever holds a colour code, and cron jobs start quickly.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import click

_SHOWN_DEVICES = 3
_SHOWN_ROWS = 20


def printable(text: str) -> str:
    """Return a text on one line, without what could steer a terminal; the service may have sent it."""
    return "".join(character if character.isprintable() else f"\\x{ord(character):02x}" for character in text)


def say(text: str) -> None:
    """Tell the person at the command on one line what is not the result; nobody may be there to read it."""
    with suppress(OSError):
        click.echo(printable(text), err=True)


def show_json(data: Any) -> None:
    """Print the result for machines: one JSON object."""
    click.echo(json.dumps(data, indent=2 if sys.stdout.isatty() else None))


def show_facts(title: str, facts: Mapping[str, Any], *, err: bool = False) -> None:
    """Print the keys and values of one thing."""
    rows = [(words_of(key), text_of(key, value)) for key, value in facts.items()]
    show_table(title, (), rows, err=err)


def show_table(title: str, headings: Sequence[str], rows: Sequence[Sequence[str]], *, err: bool = False) -> None:
    """Print rows below each other; the last column may be long."""
    stream = sys.stderr if err else sys.stdout
    if stream.isatty():
        _show_rich_table(title, headings, rows, err)
        return
    if title:
        click.echo(printable(title), err=err)
    lines = [list(map(printable, row)) for row in ([headings] if headings else []) + list(rows)]
    widths = [max(map(len, column)) for column in list(zip(*lines, strict=True))[:-1]]
    for line in lines:
        cells = [cell.ljust(width) for cell, width in zip(line, widths, strict=False)]
        click.echo("  ".join([*cells, line[-1]]).rstrip(), err=err)


def _show_rich_table(title: str, headings: Sequence[str], rows: Sequence[Sequence[str]], err: bool) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.ROUNDED, show_header=len(headings) > 0)
    columns = len(rows[0]) if rows else len(headings)
    for place in range(columns):
        heading = headings[place] if headings else ""
        table.add_column(heading, style="" if place > 0 else "cyan", overflow="fold", no_wrap=place == 0)
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
    console = Console(stderr=err)
    if title:
        console.print(Text(printable(title), style="bold"))
    console.print(table)


def show_dictionary(title: str, facts: dict[str, Any]) -> None:
    """Print an answer of the service."""
    rows = facts.get("deviceList")
    if isinstance(rows, list) and rows and all(isinstance(row, dict) for row in rows):
        _show_devices(title, rows)
    else:
        show_facts(title, facts)


def _show_devices(title: str, devices: list[dict[str, Any]]) -> None:
    """Print what became of each device, where there are many of the first ones, and a count by status."""
    counts: dict[str, int] = {}
    for device in devices:
        status = str(device.get("status", "no status"))
        counts[status] = counts.get(status, 0) + 1
    rows = [
        [str(device.get("deviceId", "")), str(device.get("status", "")), str(device.get("Reason", ""))]
        for device in devices[:_SHOWN_ROWS]
    ]
    show_table(title, ("device", "status", "reason"), rows)
    if len(devices) > len(rows):
        click.echo(f"... and {len(devices) - len(rows)} more; --json shows all")
    click.echo("devices: " + ", ".join(f"{count} {printable(status)}" for status, count in counts.items()))


def words_of(key: str) -> str:
    """Return a key of the service as words: ``campaignTimeWindowList`` as ``time window``."""
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in key).strip()
    if words.endswith("window list"):
        words = words.removesuffix(" list")
    return words if words == "campaign id" else words.removeprefix("campaign ").removesuffix(" flag")


def text_of(key: str, value: Any) -> str:
    """Return a value of the service as a text on one line."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        if value and all(isinstance(item, dict) and {"startTime", "endTime"} <= item.keys() for item in value):
            return windows_text(value)
        if all(isinstance(item, str) for item in value):
            return _list_text(value)
    return value if isinstance(value, str) else json.dumps(value)


def windows_text(windows: Iterable[Mapping[str, Any]]) -> str:
    """Return time windows as a person writes them: ``18-22, 0-4 (hours, UTC)``."""
    return ", ".join(f"{window['startTime']}-{window['endTime']}" for window in windows) + " (hours, UTC)"


def _list_text(texts: list[str]) -> str:
    if len(texts) <= _SHOWN_DEVICES:
        return ", ".join(texts) or "none"
    return f"{len(texts)}: {', '.join(texts[:_SHOWN_DEVICES])}, ..."
