"""One campaign: where it stands, and when its devices are done, as functions of time.

Nothing happens to a campaign as time goes by. What a report shows is computed when it is asked for, from the plan, the
outcomes that were asked for and the time: a device has its turn at a moment of the open time that its IMEI decides.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from fota_sdk.sandbox.life_cycle import (
    ABORTED,
    CANCELLED,
    ENDED,
    FAILED,
    REQUEST_FAILED,
    SCHEDULED,
    Plan,
)
from fota_sdk.sandbox.messages import Json
from fota_sdk.sandbox.outcomes import FAILS, IS_SILENT, Outcome, Outcomes
from fota_sdk.sandbox.rules import Version
from fota_sdk.sandbox.turns import Turns


@dataclass(eq=False)
class Campaign:
    """A campaign.

    Attributes:
        version: The version of the API that it belongs to.
        outcomes: What becomes of its devices.
        information: What every response says of it, without its status.
        devices: Its devices, and why each was rejected; None where it was not.
        flags: What only reading it tells.
        created: When it was asked for.
        doomed: The status after which it fails.
        stopped: The final status that a cancellation has left it in, and since when.
        changes: What is still to be done with its devices: when, and what they become.
    """

    version: Version
    outcomes: Outcomes
    information: Json
    devices: dict[str, str | None]
    flags: Json
    created: datetime
    doomed: str | None = None
    stopped: tuple[str, datetime] | None = None
    changes: list[tuple[datetime, str, dict[str, str | None]]] = field(default_factory=list)
    _turns: list[Turns] = field(init=False)
    _order: list[str] | None = None
    _all_done: tuple[int, datetime | None] | None = None
    _ends: tuple[int, array[float], array[float]] | None = None

    def __post_init__(self) -> None:
        self._turns = [Turns(self.version, self.information, self.created, self.started)]

    @property
    def started(self) -> datetime:
        """When its devices begin."""
        return self._plan(None).started

    @property
    def package(self) -> str:
        """The firmware or software that it brings."""
        return str(self.information[self.version.texts.package])

    @property
    def sends_file(self) -> bool:
        """Whether it brings a configuration file, and leaves software as it is."""
        return "fileName" in self.information

    def status_at(self, now: datetime) -> str:
        """Return its status."""
        if self.stopped is not None and self.stopped[1] <= now:
            return self.stopped[0]
        return self._plan(now).status_at(now)

    def shown(self, now: datetime) -> Json:
        """Return what responses say of it."""
        return {**self.information, "status": self.status_at(now)}

    def is_live(self, now: datetime) -> bool:
        """Return whether it is neither over nor given up."""
        return self.status_at(now) not in (ENDED, CANCELLED, ABORTED, FAILED, REQUEST_FAILED)

    def change_plan(self, information: Json, now: datetime) -> None:
        """Take new dates and windows; devices whose turn has not come get another one, the others keep theirs."""
        has_started = self.status_at(now) == SCHEDULED
        self.information = information
        turns = Turns(self.version, information, now if has_started else self.created, self.started)
        self._turns = [*self._turns, turns] if has_started else [turns]
        self._all_done = self._ends = None

    def members(self, now: datetime | None) -> dict[str, str | None]:
        """Return its devices once the changes that are due are carried out (None: once all of them are)."""
        if now is None:
            devices = self.devices
            for _, kind, changed in self.changes:
                devices = changed_devices(devices, kind, changed)
            return devices
        if self.changes == []:
            return self.devices
        due = [change for change in self.changes if change[0] <= now]
        for _, kind, changed in due:
            self.set_devices(changed_devices(self.devices, kind, changed))
        if due != []:
            self.changes = [change for change in self.changes if change[0] > now]
        return self.devices

    def drop_changes(self, now: datetime) -> None:
        """Leave its devices as they are now, whatever was still to be done with them."""
        self.members(now)
        self.changes = []

    def set_devices(self, devices: dict[str, str | None]) -> None:
        """Take other devices."""
        self.devices = devices
        self._order = self._all_done = self._ends = None

    def has_any(self, imeis: Collection[str]) -> bool:
        """Return whether any of these devices is or will be in it; of one that is to leave it, True too."""
        return not all(held.keys().isdisjoint(imeis) for held in (self.devices, *(each[2] for each in self.changes)))

    def page(self, after: str, size: int, now: datetime) -> tuple[list[str], bool]:
        """Return devices with larger IMEIs than `after`, in their order, and whether there are more."""
        members = self.members(now)
        if self._order is None:
            self._order = sorted(members)
        begin = bisect_right(self._order, after)
        return self._order[begin : begin + size], len(self._order) > begin + size

    def finished_at(self, imei: str) -> tuple[datetime, Outcome] | None:
        """Return when the upgrade of a device finishes as planned, and to what it comes; None: it never does."""
        turn = self.turn(imei)
        if turn is None:
            return None
        outcome = self.outcomes.at(imei, turn)
        return None if outcome.kind == IS_SILENT else (turn, outcome)

    def turn(self, imei: str) -> datetime | None:
        """Return when the upgrade of a device finishes, or would if it were not silent; None: there is no time."""
        if len(self._turns) == 1:
            return self._turns[0].turn(imei)
        for turns, following in zip(self._turns, [*self._turns[1:], None], strict=True):
            turn = turns.turn(imei)
            if turn is not None and (following is None or turn < following.since):
                return turn
        return None

    def upgraded_at(self, imei: str, now: datetime) -> datetime | None:
        """Return when a device was upgraded successfully; None: it was not."""
        finished = self.finished(imei, now)
        return finished[0] if finished is not None and finished[1].kind != FAILS else None

    def finished(self, imei: str, now: datetime) -> tuple[datetime, Outcome] | None:
        """Return when a device was done, and to what that came; None: it is not, or never will be."""
        until = self.until(now)
        if until is None or self.members(now).get(imei, "") is not None:
            return None
        finished = self.finished_at(imei)
        return finished if finished is not None and finished[0] <= until else None

    def until(self, now: datetime) -> datetime | None:
        """Return up to when devices have been done by now; None: none ever is, as the campaign fails."""
        if self.doomed is not None:
            return None
        return now if self.stopped is None else min(now, self.stopped[1])

    def finished_count(self, now: datetime) -> tuple[int, int]:
        """Return how many of its devices are done, and how many of these failed."""
        until = self.until(now)
        if until is None:
            return 0, 0
        devices = self.members(now)
        if self._ends is None or self._ends[0] != self.outcomes.revision:
            self._ends = (self.outcomes.revision, *self._sorted_ends(devices))
        _, ends, failures = self._ends
        return bisect_right(ends, until.timestamp()), bisect_right(failures, until.timestamp())

    def _sorted_ends(self, devices: Mapping[str, str | None]) -> tuple[array[float], array[float]]:
        """Return when devices are done, and when those that fail are, as seconds."""
        finished = [self.finished_at(imei) for imei, rejection in devices.items() if rejection is None]
        ends = sorted((end[0].timestamp(), end[1].kind) for end in finished if end is not None)
        failures = (moment for moment, kind in ends if kind == FAILS)
        return array("d", (moment for moment, _ in ends)), array("d", failures)

    def is_busy_with(self, imei: str, now: datetime) -> bool:
        """Return whether a device waits for its upgrade in it."""
        is_aboard = self.members(now).get(imei, "") is None
        if any(kind == "append" and changed.get(imei, "") is None for _, kind, changed in self.changes):
            return True
        return is_aboard and self.finished(imei, now) is None

    def _plan(self, now: datetime | None) -> Plan:
        start, end = (date.fromisoformat(self.information[key]) for key in ("startDate", "endDate"))
        plan = Plan(self.created, start, end, self.version.checks_network, self.doomed)
        if now is None or self.doomed is not None or now < plan.started:
            return plan
        return Plan(self.created, start, end, self.version.checks_network, None, self._done(now))

    def _done(self, now: datetime) -> datetime | None:
        """Return when its last device is done; None where one never is."""
        devices = self.members(now)
        if self._all_done is None or self._all_done[0] != self.outcomes.revision:
            self._all_done = (self.outcomes.revision, self._last_end(devices))
        return self._all_done[1]

    def _last_end(self, devices: Mapping[str, str | None]) -> datetime | None:
        if devices == {}:  # of a file, which names none
            return None
        last = self.created
        for imei, rejection in devices.items():
            if rejection is None:
                finished = self.finished_at(imei)
                if finished is None:
                    return None
                last = max(last, finished[0])
        return last


def changed_devices(
    devices: dict[str, str | None], kind: str, changed: Mapping[str, str | None]
) -> dict[str, str | None]:
    """Return what the devices of a campaign become when some are added or removed."""
    if kind == "append":
        return {**changed, **devices}
    return {imei: rejection for imei, rejection in devices.items() if imei not in changed}
