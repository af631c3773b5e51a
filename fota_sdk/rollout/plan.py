"""The plan of a roll-out: what goes to which devices, in which waves, and what stops it."""

from __future__ import annotations

import dataclasses
import math
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from importlib import import_module
from pathlib import Path
from typing import Any

from fota_sdk.core.fork import late_imports
from fota_sdk.exceptions import ValidationError
from fota_sdk.models.campaign_firmware_upgrade import CampaignFirmwareUpgrade
from fota_sdk.models.campaign_software_upgrade import CampaignSoftwareUpgrade
from fota_sdk.models.v2_time_window import V2TimeWindow
from fota_sdk.models.v3_time_window import V3TimeWindow
from fota_sdk.rollout import plan_values as values

Window = Mapping[str, Any] | V3TimeWindow | V2TimeWindow


def _ruled(rule: values.Rule, default: Any) -> Any:
    """Declare a key that holds one value: what it takes, and its default."""
    return field(default=default, metadata={"rule": rule})


@dataclass(frozen=True)
class Wave:
    """A part of the fleet. One of `devices` and `share` says how far the roll-out reaches once this wave has begun.

    Attributes:
        devices: How many devices of each account the roll-out has reached in total with this wave.
        share: What share of each account's devices it has reached in total, such as ``"10%"``.
        name: A name for it; otherwise it is called by its number.
        approval: ``"auto"``; or ``"manual"``: the wave begins only once somebody has approved it.
        success: Takes the place of the gate's `success` for this wave.
        soak: Takes the place of the gate's `soak` for this wave.
    """

    devices: int | None = _ruled(values.integer(1, 1_000_000), None)
    share: str | None = _ruled(values.share(above_zero=True), None)
    name: str | None = _ruled(values.label, None)
    approval: str = _ruled(values.one_of("auto", "manual"), "auto")
    success: str | None = _ruled(values.share(), None)
    soak: str | None = _ruled(values.duration("0h", "30d"), None)

    @property
    def share_value(self) -> float | None:
        """The share as a number from 0 to 1; None where the wave counts devices."""
        return None if self.share is None else float(values.parsed(values.share_of(self.share), "share"))

    def reach(self, size: int) -> int:
        """Return how many devices of an account with so many devices the roll-out has reached with this wave.

        A share of a device counts as one, so that a wave of an account never stays empty.
        """
        if self.share is None:
            return min(size, int(values.parsed(self.devices, "devices")))
        share: Fraction = values.parsed(values.share_of(self.share), "share")
        return math.ceil(share * size)


@dataclass(frozen=True)
class Gate:
    """What has to hold before the next wave.

    Attributes:
        success: Share of the wave's devices, those removed from it apart, that have succeeded.
        soak: How long to wait after that was reached.
    """

    success: str = _ruled(values.share(), "90%")
    soak: str = _ruled(values.duration("0h", "30d"), "24h")

    @property
    def success_share(self) -> float:
        """The share as a number from 0 to 1."""
        return float(values.parsed(values.share_of(self.success), "success"))

    @property
    def soak_time(self) -> timedelta:
        """The waiting time."""
        time: timedelta = values.parsed(values.duration_of(self.soak), "soak")
        return time


@dataclass(frozen=True)
class StopRule:
    """What pauses the roll-out, or holds one account.

    Attributes:
        kind: Which devices count: ``"failed"``, ``"rejected"``, ``"timed_out"``.
        share: The rule trips where their share is above this.
        min_finished: How many devices must have finished before a share says anything.
        confidence: How sure it must be that the share is above (Wilson's lower bound); 0 takes the plain ratio.
        max_count: The most devices that are tolerated: the rule trips above it.
        per: ``"rollout"`` counts all devices together, ``"account"`` those of each account.
    """

    kind: str = field(metadata={"rule": values.one_of("failed", "rejected", "timed_out")})
    share: str | None = _ruled(values.share(above_zero=True), None)
    min_finished: int = _ruled(values.integer(1, 1_000_000), 20)
    confidence: float = _ruled(values.number(0.5, 0.999, also=0), 0.95)
    max_count: int | None = _ruled(values.integer(1), None)
    per: str = _ruled(values.one_of("rollout", "account"), "rollout")

    @property
    def share_value(self) -> float | None:
        """The share as a number from 0 to 1; None where the rule counts devices."""
        return None if self.share is None else float(values.parsed(values.share_of(self.share), "share"))


def _as_hours(window: Any) -> Any:
    """Return a window as a mapping, so that those of both versions are equal to what a file holds."""
    if isinstance(window, (V2TimeWindow, V3TimeWindow)):
        return {"start_time": window.start_time, "end_time": window.end_time, **window.additional_properties}
    return dict(window) if isinstance(window, Mapping) else window


@dataclass(frozen=True)
class Schedule:
    """When campaigns run.

    Attributes:
        lead: How many days ahead a campaign starts, at least.
        days: How many days it lasts.
        per_day: How many devices of an account start on one day, at most; None: all that there are.
        windows: Hours, UTC, in which campaigns may act; none: at any time. In V2 they hold for downloads and installs.
    """

    lead: int = _ruled(values.integer(1, 30, "a whole number of days"), 1)
    days: int = _ruled(values.integer(1, 31, "a whole number of days"), 7)
    per_day: int | None = _ruled(values.integer(1, None, "a whole number of devices"), None)
    windows: tuple[Window, ...] = ()

    def __post_init__(self) -> None:
        if isinstance(self.windows, (list, tuple)):
            object.__setattr__(self, "windows", tuple(map(_as_hours, self.windows)))


@dataclass(frozen=True)
class Watch:
    """How often to look at what became of the devices.

    Attributes:
        every: Time between two looks at a campaign; None: six hours, and one hour on its first day.
        calls_per_second: The most calls a second.
    """

    every: str | None = _ruled(values.duration("10m", "24h"), None)
    calls_per_second: float = _ruled(values.number(0.1, 100), 10)

    def interval(self, first_day: bool) -> timedelta:
        """Return the time between two looks.

        Args:
            first_day: Whether the campaign is in its first day.
        """
        if self.every is None:
            return timedelta(hours=1 if first_day else 6)
        time: timedelta = values.parsed(values.duration_of(self.every), "every")
        return time


@dataclass(frozen=True)
class Doubt:
    """What to do about a campaign whose request may or may not have been carried out.

    Attributes:
        settle: How long to look for it before its absence says anything.
        when_absent: ``"ask"`` a person then; or ``"resend"``, where further evidence says that it is not there.
    """

    settle: str = _ruled(values.duration("1h", "7d"), "24h")
    when_absent: str = _ruled(values.one_of("ask", "resend"), "ask")

    @property
    def settle_time(self) -> timedelta:
        """The time to look for it."""
        time: timedelta = values.parsed(values.duration_of(self.settle), "settle")
        return time


_WAVES = (Wave(devices=20), Wave(share="1%"), Wave(share="10%"), Wave(share="100%"))
_STOP = (
    StopRule("failed", "5%"),
    StopRule("failed", "5%", per="account"),
    StopRule("rejected", "20%", per="account"),
)


@dataclass(frozen=True)
class RolloutPlan:
    """What goes to which devices, in which waves, and what stops it.

    Values are kept as they are written in a plan file. A plan that is built in Python is looked at by `validate`.

    Attributes:
        name: Name of the roll-out; each campaign's name ends in it.
        campaign: Fields of the schedule request, by their names in Python: the package and its versions. Not among them
            are the campaign's name, dates, windows and devices, which the roll-out sets.
        devices: Path of the CSV file of devices, relative to the plan file; None where a script gives the devices.
        api: ``"v3"`` (firmware) or ``"v2"`` (software).
        accounts: For an account ``{"credentials": "ACME"}``, the prefix of its environment variables.
        wave: The waves in their order; the last one reaches ``"100%"``.
        gate: What has to hold after each wave.
        stop: What pauses the roll-out.
        schedule: When campaigns run.
        campaign_size: The most devices of one campaign.
        order: ``"hash"`` shuffles the devices of each account; ``"file"`` keeps their order.
        watch: How often to look.
        doubt: What to do about a request whose outcome is unknown.
        source: Path of the file that the plan was read from; no part of what makes plans equal.
    """

    name: str = field(metadata={"rule": values.label})
    campaign: Mapping[str, Any]
    devices: str | None = _ruled(values.path, None)
    api: str = _ruled(values.one_of("v3", "v2"), "v3")
    accounts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    wave: tuple[Wave, ...] = _WAVES
    gate: Gate = Gate()
    stop: tuple[StopRule, ...] = _STOP
    schedule: Schedule = Schedule()
    campaign_size: int = _ruled(values.integer(1, 10_000), 1000)
    order: str = _ruled(values.one_of("hash", "file"), "hash")
    watch: Watch = Watch()
    doubt: Doubt = Doubt()
    source: str | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        # Copies, so that nothing outside changes a plan, and lists count as the tuples that they stand for.
        for name in ("wave", "stop"):
            if isinstance(getattr(self, name), list):
                object.__setattr__(self, name, tuple(getattr(self, name)))
        if isinstance(self.campaign, Mapping):
            object.__setattr__(self, "campaign", dict(self.campaign))
        if isinstance(self.accounts, Mapping):
            copies = {key: dict(each) if isinstance(each, Mapping) else each for key, each in self.accounts.items()}
            object.__setattr__(self, "accounts", copies)

    @classmethod
    def from_file(cls, path: str | os.PathLike[str]) -> RolloutPlan:
        """Return the plan that a TOML file holds."""
        plan = cls.from_dictionary(_read_toml(path))
        if plan.devices is None:
            raise ValidationError([("devices", "is required")])
        return dataclasses.replace(plan, source=os.fspath(path))

    @classmethod
    def from_dictionary(cls, dictionary: Mapping[str, Any]) -> RolloutPlan:
        """Return the plan that a mapping in the keys of a plan file stands for."""
        given = dict(dictionary)
        for key, section in _TABLES.items():
            if key in given:
                given[key] = section(**given[key])
        for key, section in _ARRAYS.items():
            if key in given:
                given[key] = tuple(section(**each) for each in given[key])
        return cls(**given)

    def to_dictionary(self) -> dict[str, Any]:
        """Return the plan as JSON data; what is None is left out, what is a default is not."""
        data = dataclasses.asdict(self)
        del data["source"]
        return data

    def validate(self) -> None:
        """Check all that is certain without the service and the devices."""

    def gate_of(self, number: int) -> Gate:
        """Return what has to hold after a wave: its own values, and those of the plan where it has none.

        Args:
            number: Number of the wave, from 1.
        """
        wave = self.wave[number - 1]
        return Gate(
            self.gate.success if wave.success is None else wave.success,
            self.gate.soak if wave.soak is None else wave.soak,
        )

    def wave_name(self, number: int) -> str:
        """Return the name of a wave; where it has none, ``"wave 2"``.

        Args:
            number: Number of the wave, from 1.
        """
        name = self.wave[number - 1].name
        return f"wave {number}" if name is None else name

    def wave_number(self, text: str | int) -> int | None:
        """Return the number of a wave, from 1; None where there is no such wave.

        Args:
            text: Its number, or its name in any case.
        """
        if isinstance(text, int):
            return text if not isinstance(text, bool) and 1 <= text <= len(self.wave) else None
        wanted = _folded(text)
        for number in range(1, len(self.wave) + 1):
            if wanted in (str(number), _folded(self.wave_name(number))):
                return number
        return None

    def request(
        self, name: str, start: date | str, end: date | str, devices: Sequence[str]
    ) -> CampaignFirmwareUpgrade | CampaignSoftwareUpgrade:
        """Return the request that schedules one campaign, validated."""
        windows = list(self.schedule.windows)
        parts: dict[str, Any] = {
            "campaign_name": name,
            "start_date": start,
            "end_date": end,
            "device_list": list(devices),
            **self.campaign,
        }
        request: CampaignFirmwareUpgrade | CampaignSoftwareUpgrade
        if self.api == "v2":
            if windows:
                for key in ("download_time_window_list", "install_time_window_list"):
                    parts[key] = [V2TimeWindow(**_as_hours(window)) for window in windows]
            request = CampaignSoftwareUpgrade(**parts)
        else:
            if windows:
                parts["campaign_time_window_list"] = [V3TimeWindow(**_as_hours(window)) for window in windows]
            request = CampaignFirmwareUpgrade(**parts)
        request.validate()
        return request


_TABLES: dict[str, type[Any]] = {"gate": Gate, "schedule": Schedule, "watch": Watch, "doubt": Doubt}
_ARRAYS: dict[str, type[Any]] = {"wave": Wave, "stop": StopRule}


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _read_toml(path: str | os.PathLike[str]) -> dict[str, Any]:
    with late_imports:
        toml: Any = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    data: dict[str, Any] = toml.loads(Path(path).read_bytes().decode("utf-8-sig"))
    return data
