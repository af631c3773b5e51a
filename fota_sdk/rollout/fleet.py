"""The fleet of a roll-out: a CSV file of devices with their accounts, and what is wrong with it.

Nothing is repaired. A fleet keeps some thirty bytes a device, so that a million of them stay small.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from operator import attrgetter
from pathlib import Path

from fota_sdk.core.fork import late_imports
from fota_sdk.device_report import DeviceFinding
from fota_sdk.device_rows import SAMPLE, Row, begin, choose_delimiter, is_heading, read_rows, utf_8_expected
from fota_sdk.device_shape import shape_of
from fota_sdk.exceptions import ValidationError, clip
from fota_sdk.imei import could_be_meant
from fota_sdk.rollout.fleet_rows import Columns, Devices, Findings, FleetDevice, FleetFindingKind, Reader
from fota_sdk.rollout.plan import RolloutPlan

__all__ = ["Fleet", "FleetDevice", "FleetFindingKind", "read_fleet"]

_LONGEST_NAMES = 300
_CLOSE = 0.75
_EXAMPLE = "its first line names the columns, such as imei,account"
_ACCOUNT_HEADINGS = frozenset(("account", "accounts", "accountname", "accountnumber", "accountid", "billingaccount"))
_WAVE_HEADINGS = frozenset(("wave", "waves", "wavename", "wavenumber"))


class Fleet:
    """The devices of a roll-out with their accounts, and what is odd about the file that holds them.

    It gives ``(imei, account)``, or ``(imei, account, wave)`` for a device that the file has a wave for, in the order
    of the file and as often as it is asked. Where there are errors it raises them instead.

    Attributes:
        findings: What is odd, in the order of lines. Errors are a text that is no IMEI or came before, a device without
            an account or in a wave that the plan does not have, and a row that does not fit the others; warnings a
            wrong check digit, an empty line, and cells left away at the end of a row.
        counts: How many findings there are of each kind (`FleetFindingKind`). Of a kind that has more than 10,000 the
            first ones are in `findings`.
    """

    def __init__(self, devices: Devices, findings: Findings) -> None:
        self._devices = devices
        self._more = findings.more_errors()
        self.findings = tuple(sorted(findings.kept, key=attrgetter("line")))
        self.counts = findings.counts_of_kinds()

    @property
    def errors(self) -> tuple[DeviceFinding, ...]:
        """The findings that keep the fleet from being used."""
        return tuple(finding for finding in self.findings if finding.is_error)

    @property
    def warnings(self) -> tuple[DeviceFinding, ...]:
        """The findings that may be meant so."""
        return tuple(finding for finding in self.findings if not finding.is_error)

    @property
    def accounts(self) -> dict[str, int]:
        """How many devices each account has, in the order of the file."""
        return self._devices.sizes_of_accounts()

    def raise_errors(self) -> None:
        """Raise what keeps the fleet from being used, if anything.

        Raises:
            ValidationError: With all errors; each names its line.
        """
        if self.errors != ():
            raise ValidationError([("devices", str(error)) for error in self.errors] + self._more)

    def __iter__(self) -> Iterator[FleetDevice]:
        self.raise_errors()
        return iter(self._devices)

    def __len__(self) -> int:
        return len(self._devices)

    def __repr__(self) -> str:
        found = "".join(f", {kind}: {count}" for kind, count in self.counts.items())
        return f"<Fleet devices: {len(self)}, accounts: {len(self.accounts)}{found}>"


def read_fleet(path: str | os.PathLike[str], plan: RolloutPlan | None = None) -> Fleet:
    """Read the devices of a roll-out from a CSV file in UTF-8, with or without a byte order mark.

    Its first line names the columns: one for the device (``imei``, ``device``, ``deviceId``), one for its account
    (``account``, ``accountName``), and, where devices are to go with a certain wave, ``wave`` (its number or its name;
    empty: any). Others are left alone, save one that is called almost like the wave, which is refused. What separates
    cells is found as by `read_devices`.

    Args:
        path: Where the file is.
        plan: The plan that has to have the waves that the file names; None: any may be named.

    Returns:
        The fleet, with what is wrong with single lines.

    Raises:
        ValidationError: The file is no fleet: no text in UTF-8, no such columns, no device, a quote that is not closed.
        OSError: It cannot be read.
    """
    with utf_8_expected(), Path(path).open(encoding="utf-8-sig", newline="") as stream:
        lines, _, delimiter = begin(stream)
        before = 0 if delimiter is None else 1
        sample = list(islice(lines, SAMPLE))
        if not sample:
            raise _refused(f"is empty; {_EXAMPLE}")
        delimiter = delimiter or choose_delimiter(sample, None)
        portions = read_rows(chain(sample, lines), delimiter, before)
        first = next(portions)
        columns = _find_columns(first.cells[0])
        reader = Reader(columns, shape_of(first.cells[0], columns.device, True, delimiter), plan)
        reader.read(first, skip=1)
        for rows in portions:
            reader.read(rows)
    fleet = Fleet(*reader.finish())
    if len(fleet) == 0 and fleet.errors == ():
        raise _refused("holds no device below its headings")
    return fleet


def _find_columns(headings: Row) -> Columns:
    if any(map(could_be_meant, headings)):
        raise _refused(f"has no headings; {_EXAMPLE}")
    names = [re.sub(r"[\s_-]+", "", heading).lower() for heading in headings]
    devices = [place for place, heading in enumerate(headings) if is_heading(heading)]
    imeis = [place for place in devices if names[place] in ("imei", "imeis")]
    accounts = [place for place, name in enumerate(names) if name in _ACCOUNT_HEADINGS]
    waves = [place for place, name in enumerate(names) if name in _WAVE_HEADINGS]
    device = _single(imeis or devices, headings, "device", "imei")
    account = _single(accounts, headings, "account", "account")
    if waves == []:
        _refuse_misspelt_wave(headings, names)
    return Columns(device, account, _single(waves, headings, "wave", "wave") if waves else None)


def _refuse_misspelt_wave(headings: Row, names: Sequence[str]) -> None:
    """Refuse a heading that may be meant for the wave: left alone, it would send devices before their time."""
    with late_imports:
        import difflib

    for close in difflib.get_close_matches("wave", names, n=1, cutoff=_CLOSE):
        raise _refused(f"has a column {headings[names.index(close)].strip()!r}: name it wave, or what is not like it")


def _single(places: Sequence[int], headings: Row, what: str, such_as: str) -> int:
    if len(places) == 1:
        return places[0]
    shown = clip(", ".join(repr(headings[place].strip()) for place in places or range(len(headings))), _LONGEST_NAMES)
    if places:
        raise _refused(f"has several columns for the {what}: {shown}; give all but one another heading")
    raise _refused(f"has no column for the {what}, such as {such_as!r}; its headings are {shown or 'none'}")


def _refused(problem: str) -> ValidationError:
    return ValidationError([("devices", f"the file {problem}")])
