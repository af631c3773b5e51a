"""What a fleet consists of: its devices in little memory, the look over its rows, and what that finds."""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import compress
from typing import Final, NamedTuple

from fota_sdk.device_report import DeviceFinding, DeviceFindingKind
from fota_sdk.device_rows import Rows
from fota_sdk.device_shape import Shape
from fota_sdk.exceptions import clip
from fota_sdk.imei import DIGITS, fault_of, wrong_check_digits
from fota_sdk.rollout.plan import RolloutPlan
from fota_sdk.rollout.plan_check import is_account

FleetDevice = tuple[str, str] | tuple[str, str, str]
"""A device and its account, and the wave that it is to go with where the file says so."""

_PORTION = 1_000
_MOST_FINDINGS = 10_000
_LONGEST_VALUE = 40
_LONGEST_NAMES = 300
_SHORTENED = re.compile(r"\d{1,10}-\d{1,5}", re.ASCII)


class FleetFindingKind(DeviceFindingKind):
    """Known kinds of findings about a fleet: those about a list of devices, and more. The set is open."""

    ACCOUNT: Final = "account"
    WAVE: Final = "wave"
    NO_DEVICE: Final = "no device"


class Columns(NamedTuple):
    """Where the cells of a row are that count."""

    device: int
    account: int
    wave: int | None


class _Texts(dict[str, int]):
    """Numbers for texts that come again and again; 0 for those that are not accepted, which are not kept.

    Args:
        accepts: Whether a text is one of them.
    """

    def __init__(self, accepts: Callable[[str], bool]) -> None:
        super().__init__()
        self.texts = [""]
        self._accepts = accepts

    def __missing__(self, text: str) -> int:
        if not self._accepts(text):
            return 0
        self[text] = len(self.texts)
        self.texts.append(text.strip())
        return self[text]


class Devices:
    """Devices in little memory: their digits one after the other, and numbers for account, wave and line of each."""

    def __init__(self, plan: RolloutPlan | None) -> None:
        self.digits = bytearray()
        self.lines = array("L")  # as `Rows.ends` is
        self.accounts = _Texts(is_account)
        self.account_of = array("I")
        self.waves = _Texts(lambda text: text.strip() == "" or plan is None or plan.wave_number(text) is not None)
        self.wave_of = array("I")

    def __len__(self) -> int:
        return len(self.lines)

    def __iter__(self) -> Iterator[FleetDevice]:
        accounts = map(self.accounts.texts.__getitem__, self.account_of)
        if not self.wave_of:
            return zip(self.imeis(), accounts, strict=True)
        waves = map(self.waves.texts.__getitem__, self.wave_of)
        return (
            (imei, account) if wave == "" else (imei, account, wave)
            for imei, account, wave in zip(self.imeis(), accounts, waves, strict=True)
        )

    def imeis(self) -> Iterator[str]:
        """Give the IMEIs."""
        for start in range(0, len(self.digits), DIGITS * _PORTION):
            text = self.digits[start : start + DIGITS * _PORTION].decode("ascii")
            yield from [text[place : place + DIGITS] for place in range(0, len(text), DIGITS)]

    def sizes_of_accounts(self) -> dict[str, int]:
        """Return how many devices each account has."""
        counts = Counter(self.account_of)
        return {text: counts[number] for number, text in enumerate(self.accounts.texts) if number in counts and number}

    def duplicates(self) -> Iterator[tuple[str, int, int]]:
        """Give each device that came before, its place, and the place where it did first."""
        first: dict[str, int] = {}
        for place, imei in enumerate(self.imeis()):
            if first.setdefault(imei, place) != place:
                yield imei, place, first[imei]


class Findings:
    """What is found: of each kind the first ones, and how many there are."""

    def __init__(self) -> None:
        self.kept: list[DeviceFinding] = []
        self._counts: Counter[tuple[str, bool]] = Counter()

    def report(self, line: int, value: str, problem: str, kind: str, *, is_error: bool = True) -> None:
        """Keep a finding, or count it where there are very many of its kind."""
        self._counts[kind, is_error] += 1
        if self._counts[kind, is_error] <= _MOST_FINDINGS:
            self.kept.append(DeviceFinding(line, clip(value, _LONGEST_VALUE), problem, is_error, kind))

    def counts_of_kinds(self) -> dict[str, int]:
        """Return how many findings there are of each kind."""
        counts: Counter[str] = Counter()
        for (kind, _), count in self._counts.items():
            counts[kind] += count
        return dict(counts)

    def more_errors(self) -> list[tuple[str, str]]:
        """Return what is said of the errors that are not kept."""
        return [
            ("devices", f"{count - _MOST_FINDINGS:,} more lines: {kind}")
            for (kind, is_error), count in self._counts.items()
            if is_error and count > _MOST_FINDINGS
        ]


class Reader:
    """Looks over rows, many at once where nothing is wrong with them."""

    def __init__(self, columns: Columns, shape: Shape, plan: RolloutPlan | None) -> None:
        self._columns = columns
        self._shape = shape
        self._plan = plan
        self._devices = Devices(plan)
        self._seen: set[str] = set()
        self._findings = Findings()

    def read(self, rows: Rows, skip: int = 0) -> None:
        """Take rows, without the first ones that are headings."""
        for odd in self._shape.odd_rows(rows):
            self._findings.report(odd.line, odd.value, odd.problem, odd.kind, is_error=odd.is_error)
        lines: Sequence[int] = rows.ends[skip:]
        imeis, accounts = (rows.column(place)[skip:] for place in (self._columns.device, self._columns.account))
        account_of = list(map(self._devices.accounts.__getitem__, accounts))
        waves = [""] * len(imeis)
        wave_of: list[int] = []
        if self._columns.wave is not None:
            waves = rows.column(self._columns.wave)[skip:]
            wave_of = list(map(self._devices.waves.__getitem__, waves))
        if 0 in account_of or 0 in wave_of or not _are_imeis(imeis):
            sound = [self._look(*each) for each in zip(lines, imeis, accounts, waves, strict=True)]
            imeis, lines = list(compress(imeis, sound)), list(compress(lines, sound))
            account_of, wave_of = list(compress(account_of, sound)), list(compress(wave_of, sound))
        digits = "".join(imeis).encode("ascii")
        for place in compress(range(len(imeis)), wrong_check_digits(digits)):
            problem, kind = "has a wrong check digit (the last one)", FleetFindingKind.WRONG_CHECK_DIGIT
            self._findings.report(lines[place], imeis[place], problem, kind, is_error=False)
        self._seen.update(imeis)
        self._devices.digits += digits
        self._devices.lines.extend(lines)
        self._devices.account_of.extend(account_of)
        self._devices.wave_of.extend(wave_of)

    def finish(self) -> tuple[Devices, Findings]:
        """Return what was read, and what was found."""
        devices = self._devices
        there_are_duplicates = len(self._seen) < len(devices)
        self._seen.clear()
        if there_are_duplicates:
            for imei, place, first in devices.duplicates():
                problem = f"is the same device as on line {devices.lines[first]}"
                if devices.account_of[place] != devices.account_of[first] != 0:
                    problem += f", where it is in account {devices.accounts.texts[devices.account_of[first]]}"
                self._findings.report(devices.lines[place], imei, problem, FleetFindingKind.DUPLICATE)
        return devices, self._findings

    def _look(self, line: int, imei: str, account: str, wave: str) -> bool:
        """Report what is wrong with the cells of a row; return whether its device is an IMEI."""
        if imei.strip() == "":
            beside = [what for what, cell in (("an account", account), ("a wave", wave)) if cell.strip() != ""]
            if beside:
                self._findings.report(line, "", f"there is {beside[0]}, and no device", FleetFindingKind.NO_DEVICE)
            else:
                kind = FleetFindingKind.EMPTY_LINE
                self._findings.report(line, "", "is empty and holds no device", kind, is_error=False)
            return False
        fault = fault_of(imei)
        if fault != "":
            self._findings.report(line, imei, fault, FleetFindingKind.NOT_15_DIGITS)
        if self._devices.accounts[account] == 0:
            self._findings.report(line, imei, _fault_of_account(account), FleetFindingKind.ACCOUNT)
        if self._devices.waves[wave] == 0:
            self._findings.report(line, imei, self._fault_of_wave(wave), FleetFindingKind.WAVE)
        return fault == ""

    def _fault_of_wave(self, wave: str) -> str:
        assert self._plan is not None
        names = ", ".join(repr(self._plan.wave_name(number)) for number in range(1, len(self._plan.wave) + 1))
        shown = clip(repr(wave), _LONGEST_VALUE)
        return f"is to go with wave {shown}, which the plan does not have; it has {clip(names, _LONGEST_NAMES)}"


def _are_imeis(texts: Sequence[str]) -> bool:
    # isdigit of bytes takes a tenth of the time that it takes of a text; what is not ASCII holds a question mark there.
    return set(map(len, texts)) == {DIGITS} and "".join(texts).encode("ascii", "replace").isdigit()


def _fault_of_account(account: str) -> str:
    if account.strip() == "":
        return "has no account"
    reason = "ten digits, a hyphen, five digits"
    if is_account(account.strip()):
        reason = "it has white space around it"
    elif _SHORTENED.fullmatch(account):
        reason += "; a spreadsheet may have taken its zeros away"
    return f"has account {clip(repr(account), _LONGEST_VALUE)}, which is none: {reason}"
