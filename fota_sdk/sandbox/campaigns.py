"""The campaigns that the sandbox keeps in memory, and the service's rules for what may be done with them."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from fota_sdk.exceptions import ConfigurationError
from fota_sdk.sandbox.clock import Clock
from fota_sdk.sandbox.life_cycle import (
    ABORTED,
    BEFORE_START,
    CANCELLED,
    ENDED,
    FAILED,
    REQUEST_FAILED,
    SCHEDULED,
    Plan,
    midnight,
)
from fota_sdk.sandbox.messages import Json, refuse
from fota_sdk.sandbox.rules import Version, check_account, read_devices, read_text

_CHANGE_TAKES = timedelta(minutes=1)
_LEAST_NOTICE = timedelta(hours=24)
_PILOT_DEVICES = 20
_SMALLEST_PILOT = 5
_NO_CAMPAIGN = (
    "Campaign does not exist. The sandbox knows those that were scheduled in it, by the account and version of the API "
    "that scheduled them: schedule one, and take the id of its response."
)


@dataclass
class Campaign:
    """A campaign.

    Attributes:
        information: What every answer tells of it, without its status.
        devices: Which no answer tells.
        flags: What only reading it tells.
        created: When it was asked for.
        doomed: The status after which it fails.
        stopped: The final status that a cancellation has left it in.
        changes: What is still to be done with its devices: when, what, and which.
    """

    information: Json
    devices: list[str]
    flags: Json
    created: datetime
    doomed: str | None = None
    stopped: str | None = None
    changes: list[tuple[datetime, str, list[str]]] = field(default_factory=list)

    def bring_devices_to(self, now: datetime | None) -> list[str]:
        """Carry out the changes that are due (None: show what all of them will lead to) and return the devices."""
        if now is None:
            devices = self.devices
            for _, kind, changed in self.changes:
                devices = changed_devices(devices, kind, changed)
            return devices
        for _, kind, changed in [change for change in self.changes if change[0] <= now]:
            self.devices = changed_devices(self.devices, kind, changed)
        self.changes = [change for change in self.changes if change[0] > now]
        return self.devices


def changed_devices(devices: list[str], kind: str, changed: list[str]) -> list[str]:
    """Return what a list of devices becomes when some are added or removed."""
    if kind == "append":
        return list(dict.fromkeys([*devices, *changed]))
    gone = set(changed)
    return [device for device in devices if device not in gone]


class Campaigns:
    """The campaigns of one version of the API, for any number of threads.

    Args:
        version: Which one.
        clock: What they live by.
        pilot_rule: Whether a package goes to 20 devices at most until a pilot campaign has ended.
    """

    def __init__(self, version: Version, clock: Clock, *, pilot_rule: bool) -> None:
        self._version = version
        self._clock = clock
        self._pilot_rule = pilot_rule
        self._campaigns: dict[str, Campaign] = {}
        self._lock = threading.Lock()

    def schedule(self, account: str, body: Json, *, file: Json | None = None) -> Json:
        """Accept a new campaign.

        Args:
            account: Whose.
            body: What is asked for.
            file: What is known of the file that it sends, which needs no devices; None where it sends none.
        """
        check_account(account)
        wanted, flags = self._version.read_schedule(body)
        dates = self._version.read_dates(body)
        needs_devices = file is None or body.get("deviceList") is not None
        devices = changed_devices([], "append", read_devices(body)) if needs_devices else []
        campaign_id = str(uuid.uuid4())
        with self._lock:
            now = self._clock.now()
            _check_not_past(dates, "start", now)
            self._check_pilot(account, wanted[self._version.texts[0]], devices, now)
            information = {"id": campaign_id, "accountName": account, **wanted, **(file or {}), **dates}
            campaign = self._campaigns[campaign_id] = Campaign(information, devices, flags, now)
            return self._shown(campaign, now)

    def read(self, account: str, campaign_id: str) -> Json:
        """Answer what is known of a campaign."""
        with self._lock:
            campaign = self._find(account, campaign_id)
            return {**self._shown(campaign, self._clock.now()), **campaign.flags}

    def cancel(self, account: str, campaign_id: str) -> Json:
        """Cancel a campaign that has not started, or abort one that has, where the version does that."""
        with self._lock:
            campaign = self._find(account, campaign_id)
            now = self._clock.now()
            status = self._status(campaign, now)
            if status in BEFORE_START:
                campaign.stopped = CANCELLED
            elif status == SCHEDULED and self._version.can_abort:
                campaign.stopped = ABORTED
            else:
                raise refuse(f"Campaign in status {status} can not be cancelled.")
        return {"success": True}

    def change_dates(self, account: str, campaign_id: str, body: Json) -> Json:
        """Take new dates and windows."""
        dates = self._version.read_dates(body)
        with self._lock:
            campaign = self._find(account, campaign_id)
            now = self._clock.now()
            status = self._status(campaign, now)
            known = campaign.information
            if status in BEFORE_START:
                if dates["startDate"] != known["startDate"]:
                    _check_not_past(dates, "start", now)
                _check_not_past(dates, "end", now)
            elif status == SCHEDULED:
                self._check_started(known, dates, now)
            else:
                raise refuse(f"Campaign in status {status} can not be changed.")
            for key in self._version.windows:
                windows = self._new_windows(known.get(key, []), dates.pop(key, None), started=status == SCHEDULED)
                known.pop(key, None)
                if windows != []:
                    known[key] = windows
            known.update(dates)
            return self._shown(campaign, now)

    def change_devices(self, account: str, campaign_id: str, body: Json) -> Json:
        """Add or remove devices: at once, or a while after the answer."""
        kind = read_text(body, "Type")
        if kind not in ("append", "remove"):
            raise refuse("Type must be append or remove.")
        devices = read_devices(body)
        with self._lock:
            campaign = self._find(account, campaign_id)
            now = self._clock.now()
            status = self._status(campaign, now)
            if status not in self._version.devices_change_in:
                raise refuse(f"Devices can not be changed: the campaign is in status {status}.")
            if kind == "append":
                self._check_pilot(account, campaign.information[self._version.texts[0]], devices, now)
            answer = {"accountName": account, "campaignId": campaign.information["id"]}
            if self._version.changes_later:
                campaign.changes.append((now + _CHANGE_TAKES, kind, devices))
                return {**answer, "requestId": str(uuid.uuid4())}
            results = list(_results(campaign.devices, kind, devices))
            campaign.devices = changed_devices(campaign.devices, kind, devices)
            return {**answer, "deviceList": results}

    def fail(self, campaign_id: str) -> bool:
        """Make the next step of a campaign its failure; return whether it is one of these campaigns.

        Raises:
            ConfigurationError: It has started or is over, so that no step of it can fail.
        """
        with self._lock:
            key = _id_of(campaign_id)
            campaign = None if key is None else self._campaigns.get(key)
            if campaign is None:
                return False
            status = self._status(campaign, self._clock.now())
            if status not in BEFORE_START:
                raise ConfigurationError(f"a campaign can fail before it has started; this one is {status}")
            campaign.doomed = status
            return True

    def with_status(self, account: str, status: str, after: str | None) -> list[Json]:
        """Return an account's campaigns in a status, the oldest first.

        Args:
            account: Whose.
            status: Which.
            after: Id of a campaign; only those that were asked for after it are returned.
        """
        check_account(account)
        with self._lock:
            now = self._clock.now()
            shown = [self._shown(campaign, now) for campaign in self._of(account)]
        if after is not None:
            # The campaign that was last seen may be in another status by now.
            places = [place for place, information in enumerate(shown) if information["id"] == after]
            if places == []:
                raise refuse("lastSeenCampaignId is not valid.")
            shown = shown[places[0] + 1 :]
        return [information for information in shown if information["status"] == status]

    def upgrades(self, account: str, device: str, since: datetime | None) -> bool:
        """Return whether a device is being upgraded, or was upgraded since a time (None: ever)."""
        with self._lock:
            now = self._clock.now()
            return any(
                self._status(campaign, now) in (SCHEDULED, ENDED)
                and (since is None or midnight(date.fromisoformat(campaign.information["endDate"])) >= since)
                and device in campaign.bring_devices_to(now)
                for campaign in self._of(account)
            )

    def devices_of(self, account: str, campaign_id: str) -> tuple[str, list[str]]:
        """Return the status and the devices of a campaign."""
        with self._lock:
            campaign = self._find(account, campaign_id)
            now = self._clock.now()
            return self._status(campaign, now), list(campaign.bring_devices_to(now))

    def _of(self, account: str) -> Iterator[Campaign]:
        return (one for one in self._campaigns.values() if one.information["accountName"] == account)

    def _find(self, account: str, campaign_id: str) -> Campaign:
        check_account(account)
        key = _id_of(campaign_id)
        if key is None:
            raise refuse("Invalid uuid: a campaign id is 32 hexadecimal digits.")
        campaign = self._campaigns.get(key)
        if campaign is None or campaign.information["accountName"] != account:
            raise refuse(_NO_CAMPAIGN)
        return campaign

    def _status(self, campaign: Campaign, now: datetime) -> str:
        if campaign.stopped is not None:
            return campaign.stopped
        start, end = (date.fromisoformat(campaign.information[key]) for key in ("startDate", "endDate"))
        return Plan(campaign.created, start, end, self._version.checks_network, campaign.doomed).status_at(now)

    def _shown(self, campaign: Campaign, now: datetime) -> Json:
        return {**campaign.information, "status": self._status(campaign, now)}

    def _check_started(self, known: Json, dates: Json, now: datetime) -> None:
        """Refuse what can no longer change once a campaign has started."""
        if dates["startDate"] != known["startDate"]:
            raise refuse("Invalid start date: the campaign has started.")
        if date.fromisoformat(dates["endDate"]) < (now + _LEAST_NOTICE).date():
            raise refuse(
                f"Invalid end date: it must be at least 24 hours from now: the sandbox's clock says {now.date()} (UTC)."
            )
        if not self._version.keeps_windows:
            for key in self._version.windows:
                if dates.get(key, known.get(key, [])) != known.get(key, []):
                    raise refuse("Time windows can not be changed: the campaign has started.")

    def _new_windows(self, known: list[Json], wanted: list[Json] | None, *, started: bool) -> list[Json]:
        wanted = [] if wanted is None else wanted
        if self._version.keeps_windows:
            return known + [window for window in wanted if window not in known]
        return known if started else wanted

    def _check_pilot(self, account: str, package: str, devices: list[str], now: datetime) -> None:
        if not self._pilot_rule:
            return
        aboard = set(devices)
        for campaign in self._of(account):
            if campaign.information[self._version.texts[0]] == package:
                status = self._status(campaign, now)
                if status == ENDED and len(campaign.bring_devices_to(now)) >= _SMALLEST_PILOT:
                    return
                if status not in (CANCELLED, ABORTED, FAILED, REQUEST_FAILED):
                    aboard.update(campaign.bring_devices_to(None))
        if len(aboard) > _PILOT_DEVICES:
            raise refuse(
                f"{package} is limited to {_PILOT_DEVICES} devices until a campaign of it "
                f"with at least {_SMALLEST_PILOT} devices has ended."
            )


def _check_not_past(dates: Json, which: str, now: datetime) -> None:
    if date.fromisoformat(dates[f"{which}Date"]) < now.date():
        raise refuse(f"Invalid {which} date: it is in the past: the sandbox's clock says {now.date()} (UTC).")


def _id_of(text: str) -> str | None:
    """Return a campaign id as the sandbox writes it, None where it is none."""
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return None


def _results(present: list[str], kind: str, devices: list[str]) -> Iterator[Json]:
    aboard = set(present)
    for device in devices:
        # The reference shows this status for both kinds of change, and no other one.
        status, reason = "AddDeviceSucceed", f"Device {'added' if kind == 'append' else 'removed'} Successfully"
        if (device in aboard) == (kind == "append"):
            status = "AddDeviceFailed"
            reason = f"Device is {'already' if kind == 'append' else 'not'} in the campaign"
        (aboard.add if kind == "append" else aboard.discard)(device)
        yield {"deviceId": device, "status": status, "Reason": reason}
