"""What a look over a list of devices finds. Nothing is repaired."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import compress
from typing import Final, NamedTuple

from fota_sdk.exceptions import clip
from fota_sdk.imei import DIGITS, fault_of, wrong_check_digits

_LONGEST_VALUE = 40
_CHUNK = 10_000


class DeviceFindingKind:
    """Known kinds of findings about a list of devices. The set is open: a later version may find more."""

    NOT_15_DIGITS: Final = "not 15 digits"
    WRONG_CHECK_DIGIT: Final = "wrong check digit"
    DUPLICATE: Final = "duplicate"
    EMPTY_LINE: Final = "empty line"
    ROW_LENGTH: Final = "row length"
    QUOTED_ROWS: Final = "quoted rows"


@dataclass(frozen=True)
class DeviceFinding:
    """What is odd about one device of a list.

    Attributes:
        line: Its line in the file, or its place in the list, from 1.
        value: The device as it was given, cut where it is long.
        problem: What is odd, in words.
        is_error: True where the service would refuse it, or where it may be another device than the one that is meant;
            False for a warning.
        kind: What is odd, as a value to compare with: one of `DeviceFindingKind`.
    """

    line: int
    value: str
    problem: str
    is_error: bool
    kind: str

    def __str__(self) -> str:
        shown = f" {self.value!r}" if self.value else ""
        return f"line {self.line}:{shown} {self.problem}"


class OddRow(NamedTuple):
    """A row of a file that does not fit the other ones.

    Attributes:
        end: The line on which it ends, where its device stands for `DeviceReport`.
        line: The line to tell.
        value: Its device.
        problem: What is odd, in words.
        is_error: Whether another device may be meant.
        kind: One of `DeviceFindingKind`.
    """

    end: int
    line: int
    value: str
    problem: str
    is_error: bool
    kind: str


class DeviceReport:
    """What a look over a list of devices found.

    Attributes:
        devices: The devices as they were given, in their order; empty lines hold none.
    """

    devices: list[str]

    def __init__(
        self, devices: list[str], lines: Sequence[int], empty: Sequence[int], odd_rows: Sequence[OddRow] = ()
    ) -> None:
        """Look over devices; `lines` says where each stands, `empty` where there was none."""
        self.devices = devices
        self._lines = lines
        self._empty = empty
        self._odd_rows = odd_rows
        self._malformed: list[int] = []
        self._wrong_check_digit = array("L")
        for start in range(0, len(devices), _CHUNK):
            self._look(start, devices[start : start + _CHUNK])
        self._duplicates = _duplicates(devices)

    @property
    def usable(self) -> list[str]:
        """The devices to send: all of which no error is told, each once, in their order.

        Of a device that comes again the first one without an error stays. A device with a warning stays: a wrong check
        digit may be meant so, as some devices have a zero there, and what it was meant to be nobody can tell.
        """
        wrong = {self._lines[place] for place in self._malformed}
        wrong.update(row.end for row in self._odd_rows if row.is_error)
        if not wrong:
            return list(dict.fromkeys(self.devices)) if self._duplicates else list(self.devices)
        kept = (device for device, line in zip(self.devices, self._lines, strict=True) if line not in wrong)
        return list(dict.fromkeys(kept))

    @property
    def errors(self) -> list[DeviceFinding]:
        """What must not be sent, in the order of lines.

        A device that is not 15 digits and nothing else, which the service would refuse; and one whose row does not fit
        the other ones, so that it may be another device.
        """
        return list(self._errors())

    @property
    def warnings(self) -> list[DeviceFinding]:
        """What may be meant so, in the order of lines.

        A wrong check digit, a device that came before, an empty line, and a row that is odd but leaves no doubt about
        its device.
        """
        return list(self._warnings())

    def findings(self) -> Iterator[DeviceFinding]:
        """Give errors and warnings one by one, in the order of lines; of very many the first ones cost little."""
        return merge(self._errors(), self._warnings(), key=_line)

    @property
    def counts(self) -> dict[str, int]:
        """How many findings there are of each kind (`DeviceFindingKind`), without those that there are none of."""
        odd_rows = Counter(row.kind for row in self._odd_rows)
        counts = {
            DeviceFindingKind.NOT_15_DIGITS: len(self._malformed),
            DeviceFindingKind.WRONG_CHECK_DIGIT: len(self._wrong_check_digit),
            DeviceFindingKind.DUPLICATE: len(self._duplicates),
            DeviceFindingKind.EMPTY_LINE: len(self._empty),
            DeviceFindingKind.ROW_LENGTH: odd_rows[DeviceFindingKind.ROW_LENGTH],
            DeviceFindingKind.QUOTED_ROWS: odd_rows[DeviceFindingKind.QUOTED_ROWS],
        }
        return {kind: count for kind, count in counts.items() if count > 0}

    def __repr__(self) -> str:
        found = "".join(f", {kind}: {count}" for kind, count in self.counts.items())
        return f"<DeviceReport devices: {len(self.devices)}{found}>"

    def _errors(self) -> Iterator[DeviceFinding]:
        malformed = (
            self._finding(place, fault_of(self.devices[place]), DeviceFindingKind.NOT_15_DIGITS, is_error=True)
            for place in self._malformed
        )
        return merge(malformed, self._of_odd_rows(are_errors=True), key=_line)

    def _warnings(self) -> Iterator[DeviceFinding]:
        kinds = DeviceFindingKind
        empty = (
            DeviceFinding(line, "", "is empty and holds no device", False, kinds.EMPTY_LINE) for line in self._empty
        )
        wrong = (
            self._finding(place, "has a wrong check digit (the last one)", kinds.WRONG_CHECK_DIGIT)
            for place in self._wrong_check_digit
        )
        again = (
            self._finding(place, f"is the same device as on line {self._lines[first]}", kinds.DUPLICATE)
            for place, first in self._duplicates
        )
        return merge(empty, wrong, again, self._of_odd_rows(are_errors=False), key=_line)

    def _of_odd_rows(self, *, are_errors: bool) -> Iterator[DeviceFinding]:
        for _, line, value, problem, is_error, kind in self._odd_rows:
            if is_error is are_errors:
                yield DeviceFinding(line, clip(value, _LONGEST_VALUE), problem, is_error, kind)

    def _finding(self, place: int, problem: str, kind: str, *, is_error: bool = False) -> DeviceFinding:
        device = clip(self.devices[place], _LONGEST_VALUE)
        return DeviceFinding(self._lines[place], device, problem, is_error, kind)

    def _look(self, start: int, devices: list[str]) -> None:
        """Look over some of the devices at once: as columns of digits, not one by one."""
        text = "".join(devices)
        places: Sequence[int] = range(start, start + len(devices))
        # Of bytes it is found out ten times as fast whether they are digits.
        if set(map(len, devices)) != {DIGITS} or not (text.isascii() and text.encode("ascii").isdigit()):
            faults = list(map(fault_of, devices))
            self._malformed += compress(places, faults)
            places = [place for place, fault in zip(places, faults, strict=True) if fault == ""]
            text = "".join(self.devices[place] for place in places)
        self._wrong_check_digit.extend(compress(places, wrong_check_digits(text.encode("ascii"))))


def _line(finding: DeviceFinding) -> int:
    return finding.line


def _duplicates(devices: list[str]) -> list[tuple[int, int]]:
    """Return the place of each device that came before, with the place where it did."""
    if len(set(devices)) == len(devices):
        return []
    first: dict[str, int] = {}
    return [(place, first[device]) for place, device in enumerate(devices) if first.setdefault(device, place) != place]
