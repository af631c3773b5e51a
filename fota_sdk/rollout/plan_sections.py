"""The sections of a plan. Values are kept as they are written; properties say what they stand for."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from fota_sdk.models.v2_time_window import V2TimeWindow
from fota_sdk.models.v3_time_window import V3TimeWindow
from fota_sdk.rollout import plan_values as values

Window = Mapping[str, Any] | V3TimeWindow | V2TimeWindow


def ruled(rule: values.Rule, default: Any) -> Any:
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

    devices: int | None = ruled(values.integer(1, 1_000_000), None)
    share: str | None = ruled(values.share(above_zero=True), None)
    name: str | None = ruled(values.name, None)
    approval: str = ruled(values.one_of("auto", "manual"), "auto")
    success: str | None = ruled(values.share(), None)
    soak: str | None = ruled(values.duration("0h", "30d"), None)

    @property
    def share_value(self) -> float | None:
        """The share as a number from 0 to 1; None where the wave counts devices."""
        return None if self.share is None else float(values.known(values.share_of(self.share), "share"))

    def reach(self, size: int) -> int:
        """Return how many devices of an account with so many devices the roll-out has reached with this wave.

        A share of a device counts as one, so that a wave of an account never stays empty.
        """
        if self.share is None:
            return min(size, values.known(self.devices, "devices"))
        return math.ceil(values.known(values.share_of(self.share), "share") * size)


@dataclass(frozen=True)
class Gate:
    """What has to hold before the next wave.

    Attributes:
        success: Share of the wave's devices, those removed from it apart, that have succeeded.
        soak: How long to wait after that was reached.
    """

    success: str = ruled(values.share(), "90%")
    soak: str = ruled(values.duration("0h", "30d"), "24h")

    @property
    def success_share(self) -> float:
        """The share as a number from 0 to 1."""
        return float(values.known(values.share_of(self.success), "success"))

    @property
    def soak_time(self) -> timedelta:
        """The waiting time."""
        return values.known(values.duration_of(self.soak), "soak")


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
    share: str | None = ruled(values.share(above_zero=True), None)
    min_finished: int = ruled(values.integer(1, 1_000_000), 20)
    confidence: float = ruled(values.number(0.5, 0.999, also=0), 0.95)
    max_count: int | None = ruled(values.integer(1), None)
    per: str = ruled(values.one_of("rollout", "account"), "rollout")

    @property
    def share_value(self) -> float | None:
        """The share as a number from 0 to 1; None where the rule counts devices."""
        return None if self.share is None else float(values.known(values.share_of(self.share), "share"))


@dataclass(frozen=True)
class Schedule:
    """When campaigns run.

    Attributes:
        lead: How many days ahead a campaign starts, at least.
        days: How many days it lasts.
        per_day: How many devices of all accounts start on one day, at most; None: all that there are.
        windows: Hours, UTC, in which campaigns may act; none: at any time. In V2 they hold for downloads and installs.
    """

    lead: int = ruled(values.integer(1, 30, "a whole number of days"), 1)
    days: int = ruled(values.integer(1, 31, "a whole number of days"), 7)
    per_day: int | None = ruled(values.integer(1, None, "a whole number of devices"), None)
    windows: tuple[Window, ...] = ()

    def __post_init__(self) -> None:
        # Windows of either version are equal to what a file holds.
        if isinstance(self.windows, (list, tuple)):
            object.__setattr__(self, "windows", tuple(map(_hours_of, self.windows)))

    @property
    def hours(self) -> list[dict[str, int]]:
        """The windows, each as ``{"start_time": 18, "end_time": 22}``."""
        return [dict(_hours_of(window)) for window in self.windows]


def _hours_of(window: Any) -> Any:
    if isinstance(window, (V2TimeWindow, V3TimeWindow)):
        return {"start_time": window.start_time, "end_time": window.end_time, **window.additional_properties}
    return dict(window) if isinstance(window, Mapping) else window


@dataclass(frozen=True)
class Watch:
    """How often to look at what became of the devices.

    Attributes:
        every: Time between two looks at a campaign; None: six hours, and one hour on its first day.
        calls_per_second: The most calls a second.
    """

    every: str | None = ruled(values.duration("10m", "24h"), None)
    calls_per_second: float = ruled(values.number(0.1, 100), 10)

    def interval(self, first_day: bool) -> timedelta:
        """Return the time between two looks.

        Args:
            first_day: Whether the campaign is in its first day.
        """
        if self.every is None:
            return timedelta(hours=1 if first_day else 6)
        return values.known(values.duration_of(self.every), "every")


@dataclass(frozen=True)
class Doubt:
    """What to do about a campaign whose request may or may not have been carried out.

    Attributes:
        settle: How long to look for it before its absence says anything.
        when_absent: ``"ask"`` a person then; or ``"resend"``, where further evidence says that it is not there. No
            evidence tells of a V3 campaign that somebody moves to later days before a report has shown it, so
            ``"resend"`` is for accounts in which nobody does.
    """

    settle: str = ruled(values.duration("1h", "7d"), "24h")
    when_absent: str = ruled(values.one_of("ask", "resend"), "ask")

    @property
    def settle_time(self) -> timedelta:
        """The time to look for it."""
        return values.known(values.duration_of(self.settle), "settle")


TABLES: dict[str, type[Any]] = {"gate": Gate, "schedule": Schedule, "watch": Watch, "doubt": Doubt}
ARRAYS: dict[str, type[Any]] = {"wave": Wave, "stop": StopRule}
