"""A look over a list of devices before it is sent: what is wrong with it, and on which line.

Nothing is repaired. `DeviceReport.devices` holds the devices as they were given, in their order; only lines that are
empty hold no device. What would be refused, or may be another device than is meant, is an error; what may be meant so
is a warning.
"""

from __future__ import annotations

import io
import os
import sys
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path
from typing import TextIO

from fota_sdk.device_report import DeviceReport, OddRow
from fota_sdk.device_rows import (
    DELIMITERS,
    SAMPLE,
    Rows,
    begin,
    choose_delimiter,
    find_column,
    is_heading,
    read_rows,
    utf_8_expected,
)
from fota_sdk.device_shape import shape_of
from fota_sdk.exceptions import ValidationError

_MOST_COLUMNS = 9_999


def inspect_devices(devices: Iterable[str]) -> DeviceReport:
    """Look over devices that a script holds; `line` of a finding is the place in the list, from 1.

    Args:
        devices: Texts; a list, or anything that gives them one by one.

    Raises:
        ValidationError: It is a single text, or holds something that is none.
    """
    if isinstance(devices, (str, bytes)) or not isinstance(devices, Iterable):
        raise ValidationError([("devices", f"must be a list of str, got {type(devices).__name__}")])
    given = list(devices)
    for place, device in enumerate(given):
        if not isinstance(device, str):
            raise ValidationError([(f"devices[{place}]", f"must be a str, got {type(device).__name__}")])
    return _report(given, range(1, len(given) + 1))


def read_devices(source: str | os.PathLike[str] | TextIO, *, column: str | int | None = None) -> DeviceReport:
    """Look over the devices of a text file (one a line) or of a CSV file, in UTF-8 with or without a byte order mark.

    The file is CSV where a column is named, or where its first line holds a comma, a semicolon, a tab or a quote.
    Without `column` the one whose heading says IMEI or device is taken. A text file may begin with such a heading too.

    Cells are separated by the comma, semicolon or tab under which that column is there and, where that leaves several,
    holds the most devices; a first line such as ``sep=;`` says it in any case. A row that has more cells than the
    headings is an error, as its device may be another one; so is a row with fewer, where a cell before its device may
    be missing, while cells left away at its end are a warning. Without headings the first row says how many there are.

    A quote opens a cell only at its beginning; elsewhere it is a plain character. A quoted cell may hold line breaks.
    Where it seems to hold whole rows, as it does when its own quote is missing and that of a later row closes it, it is
    an error if there is something like a device among them, and a warning otherwise.

    Args:
        source: Path of the file, or a text stream such as ``sys.stdin``. Standard input is read as UTF-8 whatever its
            encoding, as long as nothing was read from it; any other stream as it was opened.
        column: Heading of the column that holds the devices, in either case; or its number from 1, where there are no
            headings.

    Raises:
        ValidationError: There is no such column, the delimiter cannot be told, a quote is not closed at the end of its
            cell (the message names the line), or the file is no text in UTF-8.
        OSError: The file cannot be read.
    """
    name = _column_name(column)
    with utf_8_expected():
        if isinstance(source, (str, os.PathLike)):
            with Path(source).open(encoding="utf-8-sig", newline="") as stream:
                return _read(stream, name)
        _expect_utf8(source)
        return _read(source, name)


def _column_name(column: str | int | None) -> str | None:
    if column is None or isinstance(column, str):
        return column
    if isinstance(column, bool) or not isinstance(column, int):
        problem = f"must be a heading (str) or a number from 1 (int), got {type(column).__name__}"
        raise ValidationError([("column", problem)])
    if not 1 <= column <= _MOST_COLUMNS:
        raise ValidationError([("column", f"must be a number from 1 to {_MOST_COLUMNS}")])
    return str(column)


def _expect_utf8(stream: object) -> None:
    """Let standard input be read as files are: its encoding is that of the terminal, not of what is put into it."""
    if stream is sys.stdin and isinstance(stream, io.TextIOWrapper):
        with suppress(io.UnsupportedOperation):  # the script has begun to read it
            stream.reconfigure(encoding="utf-8-sig", errors="strict")


def _read(stream: Iterable[str], column: str | None) -> DeviceReport:
    if not isinstance(stream, Iterable):
        raise ValidationError([("devices", f"must be a path or a text stream, got {type(stream).__name__}")])
    lines, first, delimiter = begin(iter(stream))
    before = 0 if delimiter is None else 1
    if column is None and not set(first) & {*DELIMITERS, '"', delimiter}:
        return _read_text(lines, before)
    sample = list(islice(lines, SAMPLE))
    delimiter = delimiter or choose_delimiter(sample, column)
    return _read_csv(read_rows(chain(sample, lines), delimiter, before), column, delimiter)


def _read_text(lines: Iterator[str], before: int) -> DeviceReport:
    values = [line.rstrip("\r\n") for line in lines]
    begin = 1 if values and is_heading(values[0]) else 0
    return _report(values[begin:], range(before + begin + 1, before + len(values) + 1))


def _read_csv(portions: Iterator[Rows], column: str | None, delimiter: str) -> DeviceReport:
    first = next(portions, Rows([[]], 0, [], 0))
    place, has_headings = find_column(first.cells[0], column)
    shape = shape_of(first.cells[0], place, has_headings, delimiter)
    values: list[str] = []
    ends = array("L")
    odd: list[OddRow] = []
    for rows in chain([first], portions):
        values += rows.column(place)
        ends.extend(rows.ends)
        odd += shape.odd_rows(rows)
    begin = 1 if has_headings else 0
    return _report(values[begin:], ends[begin:], odd)


def _report(values: list[str], lines: Sequence[int], odd_rows: Sequence[OddRow] = ()) -> DeviceReport:
    if "" not in values:
        return DeviceReport(values, lines, [], odd_rows)
    empty = [line for value, line in zip(values, lines, strict=True) if value == ""]
    kept = array("L", (line for value, line in zip(values, lines, strict=True) if value != ""))
    return DeviceReport([value for value in values if value != ""], kept, empty, odd_rows)
