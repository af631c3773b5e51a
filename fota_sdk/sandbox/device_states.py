"""Where the devices of a campaign stand, in the words of the reports."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from fota_sdk.sandbox.campaign import Campaign
from fota_sdk.sandbox.life_cycle import CANCELLED, ENDED, FAILED, PENDING, QUEUED, REQUEST_FAILED, SCHEDULED, latest
from fota_sdk.sandbox.outcomes import FAILS, IS_RETRIED, IS_SILENT, Outcome
from fota_sdk.sandbox.turns import day_after
from fota_sdk.sandbox.windows import Windows

ACCEPTED = "Accepted"
REJECTED = "DeviceRejected"
UPGRADE_PENDING = "UpgradePending"
UPGRADE_FAILED = "UpgradeFailed"
UPGRADE_SUCCESS = "UpgradeSuccess"

_UPGRADE_TAKES = 1800  # seconds of open time
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class DeviceState(NamedTuple):
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


class DeviceStates:
    """The states of a campaign's devices at one time: what is the same for all of them is worked out once.

    Args:
        campaign: Whose; its devices stay as they are for as long as this is used.
        now: The time.
    """

    def __init__(self, campaign: Campaign, now: datetime) -> None:
        self._campaign = campaign
        self._now = now
        self._status = status = campaign.status_at(now)
        self._until = campaign.until(now)
        self._started = campaign.started
        self._windows = Windows(campaign.information.get(campaign.version.windows[-1], ()))
        self._first = self._windows.next_open(self._started)
        self._end = day_after(campaign.information["endDate"])
        self._of_all: DeviceState | None = None
        if status in (REQUEST_FAILED, FAILED):
            word = REJECTED if status == REQUEST_FAILED else UPGRADE_FAILED
            self._of_all = DeviceState(word, "Internal error", campaign.created)

    def of(self, imei: str) -> DeviceState:
        """Return where one of the devices stands."""
        campaign = self._campaign
        rejection = campaign.devices[imei]
        if rejection is not None:
            return DeviceState(REJECTED, rejection, campaign.created)
        if self._of_all is not None:
            return self._of_all
        turn = campaign.turn(imei)
        outcome = campaign.outcomes.at(imei, self._now if turn is None else turn)
        if turn is not None and self._until is not None and turn <= self._until and outcome.kind != IS_SILENT:
            version = campaign.version
            word, reason = (
                (UPGRADE_FAILED, version.failure) if outcome.kind == FAILS else (UPGRADE_SUCCESS, version.success)
            )
            return DeviceState(word, outcome.reason or reason, turn, turn)
        if campaign.stopped is not None and campaign.stopped[1] <= self._now:
            reason = "Cancelled by user" if self._status == CANCELLED else "Aborted by user"
            return DeviceState(self._status, reason, campaign.stopped[1])
        if campaign.version.checks_network:
            return self._waiting_for_network(imei, turn, outcome)
        if self._status in (SCHEDULED, ENDED):
            return DeviceState(UPGRADE_PENDING, "Upgrade pending", self._started)
        return DeviceState(ACCEPTED, "Passed all checks", campaign.created)

    def _waiting_for_network(self, imei: str, turn: datetime | None, outcome: Outcome) -> DeviceState:
        """Return where a device of V3 stands that is not done."""
        campaign, now = self._campaign, self._now
        if self._status in (PENDING, QUEUED):
            words = "Device data received from the network"
            return DeviceState("ReceivedDeviceDataFromNetwork", words, campaign.created)
        if outcome.kind == IS_SILENT:
            return self._unreachable() if now >= self._started else self._pending(None)
        if turn is None:
            return self._pending(None)
        windows, first = self._windows, self._first
        begins = max(first, windows.moment(windows.open_until(turn) - _UPGRADE_TAKES))
        if now >= begins:
            reason = f"Upgrade scheduled, begins at {_words(begins)} and is estimated to end at {_words(turn)}"
            return DeviceState("UpgradeScheduled", reason, begins, begins, turn)
        if first == begins or campaign.outcomes.at(imei, first).kind != IS_RETRIED:
            return self._pending(begins)
        if now < first:
            return self._pending(first)
        reason = f"Request to the FOTA server failed, next try at {_words(begins)}"
        return DeviceState("RequestToFotaServerFailed", reason, first, first, begins)

    def _pending(self, begins: datetime | None) -> DeviceState:
        reason = "Upgrade pending"
        if begins is not None:
            reason += f", the device upgrade is estimated to be scheduled for {_words(begins)}"
        created = self._campaign.created
        return DeviceState(UPGRADE_PENDING, reason, created, created, begins)

    def _unreachable(self) -> DeviceState:
        """A device that does not report is tried once a day, in the windows, as long as the campaign lasts."""
        first, end = self._first, self._end
        tries = max(0, (min(self._now, end - timedelta(seconds=1)) - first).days + 1)
        if tries == 0:
            return self._pending(first if first < end else None)
        recent = first + timedelta(days=tries - 1)
        following = latest(recent, timedelta(days=1))
        if following < end:
            reason = f"Device is not reachable, try count {tries}, next try at {_words(following)}"
            return DeviceState("NoDeviceDataFromNetwork", reason, recent, recent, following)
        reason = f"Device is not reachable, no retry available, try count {tries}"
        return DeviceState("NoDeviceDataFromNetwork", reason, recent, recent)


def _words(moment: datetime) -> str:
    month = _MONTHS[moment.month - 1]  # of strftime, it would be in the language of the process
    return f"{moment.day:02} {month} {moment.year % 100:02} {moment.hour:02}:{moment.minute:02} UTC"
