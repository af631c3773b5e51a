"""A look over a list of devices before it is sent: what is wrong with it, and on which line.

Nothing is repaired. `DeviceReport.devices` holds the devices as they were given, in their order; only lines that are
empty hold no device. What would be refused is an error, what may be meant so is a warning.
"""

from __future__ import annotations

import csv
import os
import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import accumulate, chain, compress, islice
from pathlib import Path
from typing import TextIO

from fota_sdk.exceptions import ValidationError, clip

_DIGITS = 15
_LONGEST_VALUE = 40
_CHUNK = 10_000
_ROWS = 1_000
_LINE_END = re.compile("\r\n|\r|\n")
_HEADINGS = frozenset(("imei", "imeis", "device", "devices", "deviceid", "device_id", "device id"))
# Every second digit counts twice, and the two digits of what becomes ten or more are added up.
_SINGLE = bytes(max(0, character - 48) if 48 <= character < 58 else 0 for character in range(256))
_DOUBLE = bytes((0, 2, 4, 6, 8, 1, 3, 5, 7, 9)[digit] for digit in _SINGLE)
_IS_WRONG = bytes(total % 10 != 0 for total in range(256))


@dataclass(frozen=True)
class DeviceFinding:
    """What is odd about one device of a list.

    Attributes:
        line: Its line in the file, or its place in the list, from 1.
        value: The device as it was given, cut where it is long.
        problem: What is odd, in words.
        is_error: True where the service would refuse it; False for a warning.
    """

    line: int
    value: str
    problem: str
    is_error: bool

    def __str__(self) -> str:
        shown = f" {self.value!r}" if self.value else ""
        return f"line {self.line}:{shown} {self.problem}"


class DeviceReport:
    """What a look over a list of devices found.

    Attributes:
        devices: The devices as they were given, in their order; empty lines hold none.
    """

    devices: list[str]

    def __init__(self, devices: list[str], lines: Sequence[int], empty: Sequence[int]) -> None:
        """Look over devices; `lines` says where each stands, `empty` where there was none."""
        self.devices = devices
        self._lines = lines
        self._empty = empty
        self._malformed: list[int] = []
        self._wrong_check_digit = array("L")
        for start in range(0, len(devices), _CHUNK):
            self._look(start, devices[start : start + _CHUNK])
        self._duplicates = _duplicates(devices)

    @property
    def errors(self) -> list[DeviceFinding]:
        """What the service would refuse: a device that is not 15 digits and nothing else. In the order of lines."""
        return list(self._errors())

    @property
    def warnings(self) -> list[DeviceFinding]:
        """What may be meant so: a wrong check digit, a device that came before, an empty line. In order of lines."""
        return list(self._warnings())

    def findings(self) -> Iterator[DeviceFinding]:
        """Give errors and warnings one by one, in the order of lines; of very many the first ones cost little."""
        return merge(self._errors(), self._warnings(), key=_line)

    @property
    def counts(self) -> dict[str, int]:
        """How many findings there are of each sort, without those that there are none of."""
        counts = {
            "not 15 digits": len(self._malformed),
            "wrong check digit": len(self._wrong_check_digit),
            "duplicate": len(self._duplicates),
            "empty line": len(self._empty),
        }
        return {sort: count for sort, count in counts.items() if count > 0}

    def __repr__(self) -> str:
        found = "".join(f", {sort}: {count}" for sort, count in self.counts.items())
        return f"<DeviceReport devices: {len(self.devices)}{found}>"

    def _errors(self) -> Iterator[DeviceFinding]:
        for place in self._malformed:
            device = self.devices[place]
            yield DeviceFinding(self._lines[place], clip(device, _LONGEST_VALUE), _fault(device), True)

    def _warnings(self) -> Iterator[DeviceFinding]:
        empty = (DeviceFinding(line, "", "is empty and holds no device", False) for line in self._empty)
        wrong = (self._warning(place, "has a wrong check digit (the last one)") for place in self._wrong_check_digit)
        again = (
            self._warning(place, f"is the same device as on line {self._lines[first]}")
            for place, first in self._duplicates
        )
        return merge(empty, wrong, again, key=_line)

    def _warning(self, place: int, problem: str) -> DeviceFinding:
        device = clip(self.devices[place], _LONGEST_VALUE)
        return DeviceFinding(self._lines[place], device, problem, False)

    def _look(self, start: int, devices: list[str]) -> None:
        """Look over some of the devices at once: as columns of digits, not one by one."""
        text = "".join(devices)
        places: Sequence[int] = range(start, start + len(devices))
        if set(map(len, devices)) != {_DIGITS} or not (text.isascii() and text.isdigit()):
            faults = list(map(_fault, devices))
            self._malformed += compress(places, faults)
            places = [place for place, fault in zip(places, faults, strict=True) if fault == ""]
            text = "".join(self.devices[place] for place in places)
        self._wrong_check_digit.extend(compress(places, _wrong_check_digits(text.encode("ascii"))))


def _line(finding: DeviceFinding) -> int:
    return finding.line


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


def read_devices(source: str | os.PathLike[str] | TextIO, *, column: str | None = None) -> DeviceReport:
    """Look over the devices of a text file (one a line) or of a CSV file.

    The file is CSV where a column is named, or where its first line holds a comma, a semicolon, a tab or a quote.
    Without `column` the one whose heading says IMEI or device is taken. A text file may begin with such a heading too.

    Args:
        source: Path of the file, or a text stream such as ``sys.stdin``.
        column: Heading of the column that holds the devices; or its number from 1, where there are no headings.

    Raises:
        ValidationError: There is no such column, or the file is no text in UTF-8.
        OSError: The file cannot be read.
    """
    try:
        if isinstance(source, (str, os.PathLike)):
            with Path(source).open(encoding="utf-8-sig", newline="") as stream:
                return _read(stream, column)
        return _read(source, column)
    except (UnicodeDecodeError, csv.Error) as error:
        hint = "; save it as CSV (UTF-8)" if isinstance(error, UnicodeDecodeError) else ""
        raise ValidationError([("devices", f"the file cannot be read as text in UTF-8: {error}{hint}")]) from None


def _read(stream: TextIO, column: str | None) -> DeviceReport:
    lines = iter(stream)
    first = next(lines, "").removeprefix("\ufeff")
    delimiter = next((mark for mark in ",;\t" if mark in first), ",")
    if column is None and first.isascii() and not set(first) & set(',;\t"'):
        return _read_text(first, lines)
    reader = csv.reader(chain([first] if first else [], lines), delimiter=delimiter)
    headings = next(reader, [])
    place, has_headings = _place(headings, column)
    values: list[str] = []
    numbers = array("L")
    if not has_headings:
        values.append(headings[place] if place < len(headings) else "")
        numbers.append(reader.line_num)
    line = reader.line_num
    while rows := list(islice(reader, _ROWS)):
        values += [row[place] if place < len(row) else "" for row in rows]
        numbers.extend(_lines_of(rows, line, reader.line_num))
        line = reader.line_num
    return _report(values, numbers)


def _lines_of(rows: list[list[str]], before: int, last: int) -> Iterable[int]:
    """Return the line on which each row ends, after a line."""
    if last - before == len(rows):
        return range(before + 1, last + 1)
    return (before + lines for lines in accumulate(1 + sum(map(_line_ends, row)) for row in rows))


def _line_ends(cell: str) -> int:
    return len(_LINE_END.findall(cell))


def _read_text(first: str, lines: Iterator[str]) -> DeviceReport:
    values = [line.rstrip("\r\n") for line in chain([first] if first else [], lines)]
    begin = 1 if first.strip().lower() in _HEADINGS else 0
    return _report(values[begin:], range(begin + 1, len(values) + 1))


def _place(headings: list[str], column: str | None) -> tuple[int, bool]:
    """Return which column holds the devices, and whether the first line is one of headings."""
    names = [heading.strip() for heading in headings]
    if column is None:
        matching = [place for place, name in enumerate(names) if name.lower() in _HEADINGS]
        reason = "say which column holds the devices"
    else:
        matching = [place for place, name in enumerate(names) if name == column.strip()]
        reason = (
            f"there is no column {clip(column, _LONGEST_VALUE)!r}" if not matching else "two columns have this name"
        )
        if not matching and column.isascii() and column.isdigit() and len(column) < 5 and int(column) > 0:
            return int(column) - 1, False
    if len(matching) == 1:
        return matching[0], True
    raise ValidationError([("column", f"{reason}; the file has {clip(', '.join(map(repr, names)), 300) or 'none'}")])


def _report(values: list[str], lines: Sequence[int]) -> DeviceReport:
    if "" not in values:
        return DeviceReport(values, lines, [])
    empty = [line for value, line in zip(values, lines, strict=True) if value == ""]
    kept = array("L", (line for value, line in zip(values, lines, strict=True) if value != ""))
    return DeviceReport([value for value in values if value != ""], kept, empty)


def _fault(device: str) -> str:
    """Return what keeps a text from being a device; nothing where it is one."""
    if len(device) == _DIGITS and device.isascii() and device.isdigit():
        return ""
    if device != device.strip():
        return "has white space around it"
    if not (device.isascii() and device.isdigit()):
        return "holds something that is no digit; an IMEI has 15 digits"
    return f"has {len(device)} digits; an IMEI has {_DIGITS}"


def _wrong_check_digits(digits: bytes) -> bytes:
    """Return for each IMEI of a row of them 1 where its check digit (Luhn) is wrong, else 0.

    A column of digits is one large number with a byte for each IMEI. So all totals are added up at once; none is over
    15 x 9 = 135, so none runs over into its neighbour.
    """
    totals = 0
    for column in range(_DIGITS):
        counted = digits[column::_DIGITS].translate(_DOUBLE if column % 2 == 1 else _SINGLE)
        totals += int.from_bytes(counted, "little")
    return totals.to_bytes(len(digits) // _DIGITS, "little").translate(_IS_WRONG)


def _duplicates(devices: list[str]) -> list[tuple[int, int]]:
    """Return the place of each device that came before, with the place where it did."""
    if len(set(devices)) == len(devices):
        return []
    first: dict[str, int] = {}
    return [(place, first[device]) for place, device in enumerate(devices) if first.setdefault(device, place) != place]
