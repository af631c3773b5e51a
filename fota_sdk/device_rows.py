"""The rows of a CSV file of devices: what separates their cells, and on which line each ends."""

from __future__ import annotations

import csv
import re
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import chain, islice

from fota_sdk.exceptions import ValidationError, clip
from fota_sdk.imei import could_be_meant

DELIMITERS = ",;\t"
SAMPLE = 100
_LONGEST_COLUMN = 40
_LINES = 250
_SAVE_AS = "save it as CSV (UTF-8); what Excel calls CSV alone, or Unicode text, is in another encoding"
_ARCHIVE = "PK\x03\x04"
_IS_ARCHIVE = f"the file is a workbook or another archive, and no CSV file; {_SAVE_AS}"
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
    if first.startswith(_ARCHIVE):
        raise ValidationError([("devices", _IS_ARCHIVE)])
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
        if error.object.startswith(_ARCHIVE.encode()):
            problem = _IS_ARCHIVE
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
    exactly = [place for place, heading in enumerate(headings) if heading.strip() == column.strip()]
    name = column.strip().casefold()
    return exactly or [place for place, heading in enumerate(headings) if heading.strip().casefold() == name]


def _numbered(headings: Row, column: str | None) -> list[int]:
    if column is None or not (column.isascii() and column.isdigit() and len(column) < 5):
        return []
    return [int(column) - 1] if 1 <= int(column) <= len(headings) else []


class Rows:
    """Rows of a file that follow each other.

    Attributes:
        before: The last line before them.
        ends: The line on which each ends.
        last: The last line that was read.
        error: What keeps the next row from being read; None where there is nothing.
    """

    def __init__(self, cells: list[Row], before: int, ends: Sequence[int], last: int, error: str | None = None) -> None:
        self._cells = cells
        self.before = before
        self.ends = ends
        self.last = last
        self.error = error

    @property
    def cells(self) -> list[Row]:
        """The cells of each row."""
        return self._cells

    @property
    def lengths(self) -> set[int]:
        """How many cells there are in a row."""
        return set(map(len, self._cells))

    def column(self, place: int) -> list[str]:
        """Return the cell of each row at a place; an empty text where it has none."""
        return [row[place] if place < len(row) else "" for row in self._cells]


class _PlainRows(Rows):
    """Rows without quotes, of one line and equally many cells each. They are never taken apart into rows.

    Args:
        flat: All cells, one row after the other; the last of each row ends with its line.
        width: How many cells a row has.
        before: The last line before them.
    """

    def __init__(self, flat: list[str], width: int, before: int) -> None:
        last = before + len(flat) // width
        super().__init__([], before, range(before + 1, last + 1), last)
        self._flat = flat
        self._width = width

    @property
    def cells(self) -> list[Row]:
        return [list(row) for row in zip(*map(self.column, range(self._width)), strict=True)]

    @property
    def lengths(self) -> set[int]:
        return {self._width}

    def column(self, place: int) -> list[str]:
        if place >= self._width:
            return [""] * len(self.ends)
        column = self._flat[place :: self._width]
        return column if place + 1 < self._width else "".join(column).split("\n")[:-1]


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
        if read.ends:
            yield read
        # A row that the last line of a portion leaves open may end in the next one.
        read_lines = read.ends[-1] - before if read.ends else 0
        before += read_lines
        portion = portion[read_lines:]
    if read.error is not None:
        raise _unreadable(portion, read, delimiter, before)


def _parse(lines: Sequence[str], delimiter: str, before: int, *, strict: bool) -> Rows:
    plain = _parse_plain(lines, delimiter, before)
    if plain is not None:
        return plain
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


def _parse_plain(lines: Sequence[str], delimiter: str, before: int) -> Rows | None:
    """Return rows as `csv` reads them, in half the time; None where there is anything for it to decide."""
    if not lines:
        return None
    text = "".join(lines).replace("\r\n", "\n")
    if '"' in text or "\r" in text or "\0" in text or len(text) > csv.field_size_limit():
        return None
    width = lines[0].count(delimiter) + 1
    flat = (text if text.endswith("\n") else text + "\n").replace("\n", "\n" + delimiter).split(delimiter)
    del flat[-1]
    ends = "".join(flat[width - 1 :: width])
    is_table = width > 1 and len(flat) == width * len(lines) and ends.count("\n") == len(lines)
    return _PlainRows(flat, width, before) if is_table else None


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
