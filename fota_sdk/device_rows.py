"""The rows of a CSV file of devices: what separates their cells, on which line each ends, and whether it is whole."""

from __future__ import annotations

import csv
import re
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import chain, islice

from fota_sdk.device_report import DeviceFindingKind, OddRow
from fota_sdk.exceptions import ValidationError, clip
from fota_sdk.imei import could_be_meant

DELIMITERS = ",;\t"
SAMPLE = 100
_LONGEST_COLUMN = 40
_LINES = 250
_SAVE_AS = "save it as CSV (UTF-8), not as Unicode text, which is UTF-16"
_LINE_END = re.compile("\r\n|\r|\n")
_DECLARED = re.compile(r'"?sep=(\\t|\t|[^"\w\s])"?[\r\n]*', re.IGNORECASE)
_HEADINGS = frozenset(("imei", "imeis", "device", "devices", "deviceid", "device_id", "device id"))

Row = list[str]


def is_heading(text: str) -> bool:
    """Return whether a text says of what stands below it that it is devices."""
    return text.strip().lower() in _HEADINGS


def declared_delimiter(line: str) -> str | None:
    """Return the delimiter that a line such as ``sep=;`` declares, as Excel writes and reads it; else None."""
    found = _DECLARED.fullmatch(line)
    return None if found is None else found[1].replace("\\t", "\t")


def begin(lines: Iterator[str]) -> tuple[Iterator[str], str, str | None]:
    """Return the lines of a file without what is no row; the first of them; and the delimiter, where a line says it.

    Raises:
        ValidationError: It is no text, or none in UTF-8.
    """
    first = next(lines, "")
    if not isinstance(first, str):
        raise ValidationError([("devices", f"must be a path or a stream of text, got one of {type(first).__name__}")])
    first = first.removeprefix("\ufeff")
    if "\0" in first:
        raise ValidationError([("devices", f"the file is no text in UTF-8: it holds NUL characters; {_SAVE_AS}")])
    delimiter = declared_delimiter(first)
    if delimiter is not None:
        first = next(lines, "")
    return chain([first] if first else [], lines), first, delimiter


@contextmanager
def utf_8_expected() -> Iterator[None]:
    """Tell of a file that is read as UTF-8 and is not what it was expected to be.

    Raises:
        ValidationError: It is not.
    """
    try:
        yield
    except UnicodeDecodeError as error:
        problem = f"the file cannot be read as text in UTF-8: {error}; {_SAVE_AS}"
        raise ValidationError([("devices", problem)]) from None


def choose_delimiter(sample: Sequence[str], column: str | None) -> str:
    """Return the delimiter under which the column is there and, where that leaves several, holds most devices.

    Raises:
        ValidationError: More than one fits equally well.
    """
    readings = {delimiter: _parse(sample, delimiter, 0, strict=False).cells or [[]] for delimiter in DELIMITERS}
    columns = {delimiter: _columns(rows[0], column) for delimiter, rows in readings.items()}
    if not any(columns.values()):
        columns = {delimiter: _numbered(rows[0], column) for delimiter, rows in readings.items()}
    fit: dict[str, tuple[int, bool]] = {}
    for delimiter, rows in readings.items():
        if len(columns[delimiter]) == 1:
            (place,) = columns[delimiter]
            devices = sum(len(row) > place and could_be_meant(row[place]) for row in rows)
            fit[delimiter] = (devices, len(rows[0]) > 1)
    if not fit:
        return max(DELIMITERS, key=lambda delimiter: len(readings[delimiter][0]))
    best = max(fit.values())
    chosen, *others = (delimiter for delimiter, how_well in fit.items() if how_well == best)
    if others and best[1]:
        marks = " or ".join(map(repr, (chosen, *others)))
        problem = f"cannot tell whether {marks} separates the cells; say it in a first line, such as sep=;"
        raise ValidationError([("devices", problem)])
    return chosen


def find_column(headings: Row, column: str | None) -> tuple[int, bool]:
    """Return which column holds the devices, and whether the first row is one of headings.

    Raises:
        ValidationError: It is not there, or not alone.
    """
    matching = _columns(headings, column)
    if len(matching) == 1:
        return matching[0], True
    if not matching:
        for place in _numbered(headings, column):
            return place, False
    reason = "say which column holds the devices"
    if column is not None:
        name = clip(column, _LONGEST_COLUMN)
        reason = "two columns have this name" if matching else f"there is no column {name!r}"
    names = ", ".join(repr(heading.strip()) for heading in headings)
    raise ValidationError([("column", f"{reason}; the file has {clip(names, 300) or 'none'}")])


def _columns(headings: Row, column: str | None) -> list[int]:
    if column is None:
        return [place for place, heading in enumerate(headings) if is_heading(heading)]
    return [place for place, heading in enumerate(headings) if heading.strip() == column.strip()]


def _numbered(headings: Row, column: str | None) -> list[int]:
    if column is None or not (column.isascii() and column.isdigit() and len(column) < 5):
        return []
    return [int(column) - 1] if 1 <= int(column) <= len(headings) else []


@dataclass(frozen=True)
class Rows:
    """Rows of a file that follow each other.

    Attributes:
        cells: The cells of each.
        before: The last line before them.
        ends: The line on which each ends.
        last: The last line that was read.
        error: What keeps the next row from being read; None where there is nothing.
    """

    cells: list[Row]
    before: int
    ends: Sequence[int]
    last: int
    error: str | None = None


def read_rows(lines: Iterator[str], delimiter: str, before: int) -> Iterator[Rows]:
    """Give the rows of a file in portions.

    Args:
        lines: The lines of the file.
        delimiter: What separates cells.
        before: How many lines stand before these.

    Raises:
        ValidationError: A row cannot be read: a quote is not closed at the end of its cell.
    """
    portion: list[str] = []
    read = Rows([], before, [], before)
    while more := list(islice(lines, max(_LINES, len(portion)))):
        portion += more
        read = _parse(portion, delimiter, before, strict=True)
        if read.error is not None and read.last < before + len(portion):
            break
        if read.cells:
            yield read
        # A row that the last line of a portion leaves open may end in the next one.
        read_lines = read.ends[-1] - before if read.ends else 0
        before += read_lines
        portion = portion[read_lines:]
    if read.error is not None:
        raise _unreadable(portion, read, delimiter, before)


def _parse(lines: Sequence[str], delimiter: str, before: int, *, strict: bool) -> Rows:
    last = before + len(lines)
    with suppress(csv.Error):
        cells = list(csv.reader(lines, delimiter=delimiter, strict=strict))
        if len(cells) == len(lines):  # each row is a line, as in most files
            return Rows(cells, before, range(before + 1, last + 1), last)
    cells, ends = [], array("L")
    reader = csv.reader(lines, delimiter=delimiter, strict=strict)
    try:
        for row in reader:
            cells.append(row)
            ends.append(before + reader.line_num)
    except csv.Error as error:
        return Rows(cells, before, ends, before + reader.line_num, str(error))
    return Rows(cells, before, ends, last)


def _unreadable(lines: list[str], read: Rows, delimiter: str, before: int) -> ValidationError:
    """Return the error for a row that cannot be read; it names the line on which the quote at fault opens."""
    begin = read.ends[-1] if read.ends else before
    text = "".join(lines[begin - before : read.last - before])
    mark = re.escape(delimiter)
    whole = re.compile(rf'(?:"[^"]*(?:""[^"]*)*"|(?!")[^{mark}\r\n]*){mark}')
    at = 0
    while cell := whole.match(text, at):
        at = cell.end()
    line = begin + 1 + line_ends(text[:at])
    problem = f"cannot be read as CSV: {read.error}"
    if text[at : at + 1] == '"':
        problem = "opens a quote that is not closed at the end of its cell; close it, or double quotes within the cell"
    return ValidationError([("devices", f"line {line} {problem}")])


def line_ends(text: str) -> int:
    """Return how many lines end within a text."""
    return len(_LINE_END.findall(text))


@dataclass(frozen=True)
class Shape:
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


def shape_of(first: Row, place: int, has_headings: bool, delimiter: str) -> Shape:
    """Return the shape that the first row of a file gives to the others."""
    filled = max((number for number, cell in enumerate(first, 1) if cell.strip() != ""), default=0)
    measure = f"where there are {len(first)} headings" if has_headings else f"where the first row has {len(first)}"
    return Shape(place, max(filled, place + 1), len(first), delimiter, measure)
