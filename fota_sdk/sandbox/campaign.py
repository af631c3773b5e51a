"""One campaign: where it stands, and where each of its devices stands, as functions of time.

Nothing happens to a campaign as time goes by. What a report shows is computed when it is asked for, from the plan, the
outcomes that were asked for and the time: a device has its turn at a moment of the open time that its IMEI decides.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from fota_sdk.sandbox.life_cycle import (
    ABORTED,
    CANCELLED,
    ENDED,
    FAILED,
    PENDING,
    QUEUED,
    REQUEST_FAILED,
    SCHEDULED,
    Plan,
    latest,
)
from fota_sdk.sandbox.messages import Json
from fota_sdk.sandbox.outcomes import FAILS, IS_RETRIED, IS_SILENT, Outcome, Outcomes
from fota_sdk.sandbox.rules import Version
from fota_sdk.sandbox.turns import Turns, day_after
from fota_sdk.sandbox.windows import Windows

ACCEPTED = "Accepted"
REJECTED = "DeviceRejected"
UPGRADE_PENDING = "UpgradePending"
UPGRADE_FAILED = "UpgradeFailed"
UPGRADE_SUCCESS = "UpgradeSuccess"

_UPGRADE_TAKES = 1800  # seconds of open time


@dataclass(frozen=True, slots=True)
class DeviceState:
    """Where a device stands in a campaign.

    Attributes:
        status: The documented word.
        reason: Why.
        updated: When it got there.
        recent_attempt: When it was last tried.
        next_attempt: When it is tried next; None where it is not.
    """

    status: str
    reason: str
    updated: datetime
    recent_attempt: datetime | None = None
    next_attempt: datetime | None = None


@dataclass(eq=False)
class Campaign:
    """A campaign.

    Attributes:
        version: The version of the API that it belongs to.
        outcomes: What becomes of its devices.
        information: What every answer tells of it, without its status.
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

    def __post_init__(self) -> None:
        self._turns = [Turns(self.version, self.information, self.created, self.started)]

    @property
    def started(self) -> datetime:
        """When its devices begin."""
        return self._plan(None).started

    @property
    def package(self) -> str:
        """The firmware or software that it brings."""
        return str(self.information[self.version.texts[0]])

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
        """Return what answers tell of it."""
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
        self._all_done = None

    def members(self, now: datetime | None) -> dict[str, str | None]:
        """Return its devices once the changes that are due are carried out (None: once all of them are)."""
        if now is None:
            devices = self.devices
            for _, kind, changed in self.changes:
                devices = changed_devices(devices, kind, changed)
            return devices
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
        self._order = self._all_done = None

    def page(self, after: str, size: int, now: datetime) -> tuple[list[str], bool]:
        """Return devices with larger IMEIs than `after`, in their order, and whether there are more."""
        members = self.members(now)
        if self._order is None:
            self._order = sorted(members)
        begin = bisect_right(self._order, after)
        return self._order[begin : begin + size], len(self._order) > begin + size

    def finished_at(self, imei: str) -> tuple[datetime, Outcome] | None:
        """Return when the upgrade of a device finishes as planned, and to what it comes; None: it never does."""
        turn = self._turn(imei)
        if turn is None:
            return None
        outcome = self.outcomes.at(imei, turn)
        return None if outcome.kind == IS_SILENT else (turn, outcome)

    def _turn(self, imei: str) -> datetime | None:
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
        if self.members(now).get(imei, "") is not None or self.doomed is not None:
            return None
        finished = self.finished_at(imei)
        until = now if self.stopped is None else min(now, self.stopped[1])
        return finished if finished is not None and finished[0] <= until else None

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

    def state_of(self, imei: str, status: str, now: datetime) -> DeviceState:
        """Return where one of its devices stands.

        Args:
            imei: Which.
            status: The status of the campaign at that time.
            now: When.
        """
        rejection = self.devices[imei]
        if rejection is not None:
            return DeviceState(REJECTED, rejection, self.created)
        if status in (REQUEST_FAILED, FAILED):
            return DeviceState(REJECTED if status == REQUEST_FAILED else UPGRADE_FAILED, "Internal error", self.created)
        finished = self.finished(imei, now)
        if finished is not None:
            moment, outcome = finished
            word, reason = (
                (UPGRADE_FAILED, self.version.failure)
                if outcome.kind == FAILS
                else (UPGRADE_SUCCESS, self.version.success)
            )
            return DeviceState(word, outcome.reason or reason, moment, moment)
        if self.stopped is not None and self.stopped[1] <= now:
            reason = "Cancelled by user" if status == CANCELLED else "Aborted by user"
            return DeviceState(status, reason, self.stopped[1])
        if self.version.checks_network:
            return self._waiting_for_network(imei, status, now)
        if status in (SCHEDULED, ENDED):
            return DeviceState(UPGRADE_PENDING, "Upgrade pending", self.started)
        return DeviceState(ACCEPTED, "Passed all checks", self.created)

    def _waiting_for_network(self, imei: str, status: str, now: datetime) -> DeviceState:
        """Return where a device of V3 stands that is not done."""
        if status in (PENDING, QUEUED):
            return DeviceState("ReceivedDeviceDataFromNetwork", "Device data received from the network", self.created)
        started = self.started
        turn = self._turn(imei)
        if self.outcomes.at(imei, now if turn is None else turn).kind == IS_SILENT:
            return self._unreachable(started, now) if now >= started else self._pending(None)
        if turn is None:
            return self._pending(None)
        windows = self._windows
        begins = max(windows.next_open(started), windows.moment(windows.open_until(turn) - _UPGRADE_TAKES))
        if now >= begins:
            reason = f"Upgrade scheduled, begins at {_words(begins)} and is estimated to end at {_words(turn)}"
            return DeviceState("UpgradeScheduled", reason, begins, begins, turn)
        first = windows.next_open(started)
        if first == begins or self.outcomes.at(imei, first).kind != IS_RETRIED:
            return self._pending(begins)
        if now < first:
            return self._pending(first)
        reason = f"Request to the FOTA server failed, next try at {_words(begins)}"
        return DeviceState("RequestToFotaServerFailed", reason, first, first, begins)

    @property
    def _windows(self) -> Windows:
        return Windows(self.information.get(self.version.windows[-1], ()))

    def _pending(self, begins: datetime | None) -> DeviceState:
        reason = "Upgrade pending"
        if begins is not None:
            reason += f", the device upgrade is estimated to be scheduled for {_words(begins)}"
        return DeviceState(UPGRADE_PENDING, reason, self.created, self.created, begins)

    def _unreachable(self, started: datetime, now: datetime) -> DeviceState:
        """A device that does not report is tried once a day, in the windows, as long as the campaign lasts."""
        windows = self._windows
        end = day_after(self.information["endDate"])
        first = windows.next_open(started)
        tries = max(0, (min(now, end - timedelta(seconds=1)) - first).days + 1)
        if tries == 0:
            return self._pending(first if first < end else None)
        recent = first + timedelta(days=tries - 1)
        following = latest(recent, timedelta(days=1))
        if following < end:
            reason = f"Device is not reachable, try count {tries}, next try at {_words(following)}"
            return DeviceState("NoDeviceDataFromNetwork", reason, recent, recent, following)
        reason = f"Device is not reachable, no retry available, try count {tries}"
        return DeviceState("NoDeviceDataFromNetwork", reason, recent, recent)


def changed_devices(
    devices: dict[str, str | None], kind: str, changed: Mapping[str, str | None]
) -> dict[str, str | None]:
    """Return what the devices of a campaign become when some are added or removed."""
    if kind == "append":
        return {**changed, **devices}
    return {imei: rejection for imei, rejection in devices.items() if imei not in changed}


def _words(moment: datetime) -> str:
    return moment.strftime("%d %b %y %H:%M UTC")
