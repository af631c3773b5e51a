"""A look over a list of devices before it is sent: what is wrong with it, and on which line.

Nothing is repaired. `DeviceReport.devices` holds the devices as they were given, in their order; only lines that are
empty hold no device. What would be refused, or may be another device than is meant, is an error; what may be meant so
is a warning.
"""

from __future__ import annotations

import io
import os
import re
import sys
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import TextIO

from fota_sdk.device_report import DeviceFindingKind, DeviceReport, OddRow
from fota_sdk.device_rows import (
    DELIMITERS,
    SAMPLE,
    Row,
    Rows,
    choose_delimiter,
    declared_delimiter,
    find_column,
    is_heading,
    line_ends,
    read_rows,
)
from fota_sdk.exceptions import ValidationError
from fota_sdk.imei import could_be_meant

_MOST_COLUMNS = 9_999
_SAVE_AS = "save it as CSV (UTF-8), not as Unicode text, which is UTF-16"


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
        column: Heading of the column that holds the devices; or its number from 1, where there are no headings.

    Raises:
        ValidationError: There is no such column, the delimiter cannot be told, a quote is not closed at the end of its
            cell (the message names the line), or the file is no text in UTF-8.
        OSError: The file cannot be read.
    """
    name = _column_name(column)
    try:
        if isinstance(source, (str, os.PathLike)):
            with Path(source).open(encoding="utf-8-sig", newline="") as stream:
                return _read(stream, name)
        _expect_utf8(source)
        return _read(source, name)
    except UnicodeDecodeError as error:
        problem = f"the file cannot be read as text in UTF-8: {error}; {_SAVE_AS}"
        raise ValidationError([("devices", problem)]) from None


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
    lines = iter(stream)
    first = next(lines, "")
    if not isinstance(first, str):
        raise ValidationError([("devices", f"must be a path or a stream of text, got one of {type(first).__name__}")])
    first = first.removeprefix("\ufeff")
    if "\0" in first:
        raise ValidationError([("devices", f"the file is no text in UTF-8: it holds NUL characters; {_SAVE_AS}")])
    before = 0
    delimiter = declared_delimiter(first)
    if delimiter is not None:
        before, first = 1, next(lines, "")
    lines = chain([first] if first else [], lines)
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
    shape = _shape_of(first.cells[0], place, has_headings, delimiter)
    values: list[str] = []
    ends = array("L")
    odd: list[OddRow] = []
    for rows in chain([first], portions):
        values += [row[place] if place < len(row) else "" for row in rows.cells]
        ends.extend(rows.ends)
        odd += shape.odd_rows(rows)
    begin = 1 if has_headings else 0
    return _report(values[begin:], ends[begin:], odd)


@dataclass(frozen=True)
class _Shape:
    """What the rows of a CSV file look like.

    Attributes:
        place: Which cell holds the device.
        least: How many cells a row has at least; headings that are empty at the end need none.
        most: How many it has at most.
        delimiter: What separates them.
        measure: What says how many, in words.
    """

    place: int
    least: int
    most: int
    delimiter: str
    measure: str

    def odd_rows(self, rows: Rows) -> Iterator[OddRow]:
        """Give what is odd about rows, in the order of lines."""
        are_lines = rows.last - rows.before == len(rows.cells)
        if are_lines and all(self.least <= length <= self.most for length in set(map(len, rows.cells))):
            return
        begin = rows.before
        for row, end in zip(rows.cells, rows.ends, strict=True):
            device = row[self.place] if self.place < len(row) else ""
            if end - begin > 1:
                yield from self._quoted_rows(row, device, begin + 1, end)
            problem, is_error = self._fault_of_length(row, device)
            if problem != "":
                yield OddRow(end, end, device, problem, is_error, DeviceFindingKind.ROW_LENGTH)
            begin = end

    def _quoted_rows(self, row: Row, device: str, line: int, end: int) -> Iterator[OddRow]:
        """Give the cells that seem to hold rows, which are lost if so: the quote that opens them is not theirs.

        Whatever rows a cell has swallowed, they left a delimiter in it, or it is the cell of the device.
        """
        for cell in row:
            breaks = line_ends(cell)
            pieces = re.split(rf"[\r\n{re.escape(self.delimiter)}]", cell) if breaks > 0 else []
            is_error = any(map(could_be_meant, pieces))
            if is_error or (breaks > 0 and self.delimiter in cell):
                problem = f"stands in a row with a quoted cell of {breaks + 1} lines, which opens here and "
                problem += "seems to hold devices: close its quote" if is_error else "may hold rows: see to its quote"
                yield OddRow(end, line, device, problem, is_error, DeviceFindingKind.QUOTED_ROWS)
            line += breaks

    def _fault_of_length(self, row: Row, device: str) -> tuple[str, bool]:
        """Return what the number of cells says against a row, if anything, and whether its device is in doubt."""
        count = f"stands in a row of {len(row)} cell{'' if len(row) == 1 else 's'}, {self.measure}"
        if len(row) > self.most and any(cell.strip() != "" for cell in row):
            return f"{count}: is there a cell with {self.delimiter!r} in it and no quotes around it?", True
        if len(row) < self.least and device != "":
            earlier = row[max(0, self.place - (self.most - len(row))) : self.place]
            if any(map(could_be_meant, earlier)):
                return f"{count}: a cell before it may be the device", True
            return f"{count}: taken for cells left away at its end", False
        return "", False


def _shape_of(first: Row, place: int, has_headings: bool, delimiter: str) -> _Shape:
    filled = max((number for number, cell in enumerate(first, 1) if cell.strip() != ""), default=0)
    measure = f"where there are {len(first)} headings" if has_headings else f"where the first row has {len(first)}"
    return _Shape(place, max(filled, place + 1), len(first), delimiter, measure)


def _report(values: list[str], lines: Sequence[int], odd_rows: Sequence[OddRow] = ()) -> DeviceReport:
    if "" not in values:
        return DeviceReport(values, lines, [], odd_rows)
    empty = [line for value, line in zip(values, lines, strict=True) if value == ""]
    kept = array("L", (line for value, line in zip(values, lines, strict=True) if value != ""))
    return DeviceReport([value for value in values if value != ""], kept, empty, odd_rows)
