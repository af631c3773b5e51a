"""The campaigns that the sandbox keeps in memory, and the service's rules for what may be done with them."""

from __future__ import annotations

import itertools
import random
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from fota_sdk.exceptions import ConfigurationError
from fota_sdk.sandbox.campaign import Campaign, changed_devices
from fota_sdk.sandbox.device_states import DeviceState, DeviceStates
from fota_sdk.sandbox.fleet import Fleet
from fota_sdk.sandbox.life_cycle import (
    ABORTED,
    BEFORE_START,
    CANCELLED,
    SCHEDULED,
)
from fota_sdk.sandbox.messages import Handler, Json, refuse
from fota_sdk.sandbox.rules import Version, check_account, read_devices, read_text

if TYPE_CHECKING:
    from fota_sdk.sandbox.licenses import Licenses

_CHANGE_TAKES = timedelta(minutes=1)
_LEAST_NOTICE = timedelta(hours=24)
_PILOT_DEVICES = 20
_SMALLEST_PILOT = 5
_NO_CAMPAIGN = (
    "Campaign does not exist. The sandbox has those that were scheduled since it began, V2 and V3 apart: schedule one, "
    "and take the id of its response."
)

_numbers = itertools.count(random.getrandbits(28) << 3)


def _new_id() -> str:
    """Return a UUID that is larger than all earlier ones, so that the order of ids is that of the schedules."""
    return str(uuid.UUID(int=next(_numbers) << 96 | random.getrandbits(96), version=4))


class Campaigns:
    """The campaigns of one version of the API, for any number of threads.

    Args:
        version: Which one.
        fleet: What they share with those of the other version.
        licenses: What their devices may need.
        pilot_rule: For whom a package goes to 20 devices at most until a pilot has succeeded: ``"account"`` or
            ``"customer"``; None for nobody.
    """

    def __init__(self, version: Version, fleet: Fleet, licenses: Licenses, *, pilot_rule: str | None) -> None:
        self._version = version
        self._fleet = fleet
        self._licenses = licenses
        self._clock = fleet.clock
        self._pilot_rule = pilot_rule
        self._campaigns: dict[str, Campaign] = {}
        self._lock = fleet.lock

    @property
    def version(self) -> Version:
        """The version of the API that they belong to."""
        return self._version

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
        devices = list(dict.fromkeys(read_devices(body))) if needs_devices else []
        with self._lock:
            now = self._clock.now()
            _check_not_past(dates, "start", now)
            self._check_pilot(account, wanted[self._version.texts.package], devices, now)
            fits = self._fleet.make_and_model(account, self._version, wanted, devices)
            information = {"id": _new_id(), "accountName": account, **wanted, **fits, **(file or {}), **dates}
            admitted = self._fleet.admitted(account, self._version, information, devices, now)
            self._licenses.take(account, admitted, auto_assign=flags.get("autoAssignLicenseFlag") is True)
            campaign = Campaign(self._version, self._fleet.outcomes, information, admitted, flags, now)
            self._campaigns[information["id"]] = campaign
            self._fleet.add(campaign)
            return campaign.shown(now)

    def read(self, account: str, campaign_id: str) -> Json:
        """Answer what is known of a campaign."""
        with self._lock:
            campaign = self._find(account, campaign_id)
            flags = {key: campaign.flags.get(key, False) for key in self._version.flags}
            return {**campaign.shown(self._clock.now()), **flags}

    def cancel(self, account: str, campaign_id: str) -> Json:
        """Cancel a campaign that has not started, or abort one that has, where the version does that."""
        with self._lock:
            campaign = self._find(account, campaign_id)
            now = self._clock.now()
            status = campaign.status_at(now)
            if status in BEFORE_START:
                campaign.stopped = CANCELLED, now
            elif status == SCHEDULED and self._version.can_abort:
                campaign.stopped = ABORTED, now
            else:
                raise refuse(f"Campaign in status {status} can not be cancelled.{_in_place_of_it(status, now)}")
            campaign.drop_changes(now)
        return {"success": True}

    def change_dates(self, account: str, campaign_id: str, body: Json) -> Json:
        """Take new dates and windows."""
        dates = self._version.read_dates(body)
        with self._lock:
            campaign = self._find(account, campaign_id)
            now = self._clock.now()
            status = campaign.status_at(now)
            known = campaign.information
            if status in BEFORE_START:
                if dates["startDate"] != known["startDate"]:
                    _check_not_past(dates, "start", now)
                _check_not_past(dates, "end", now)
            elif status == SCHEDULED:
                self._check_started(known, dates, now)
            else:
                raise refuse(f"Campaign in status {status} can not be changed: it is over, schedule another one.")
            changed = {key: value for key, value in known.items() if key not in self._version.windows}
            for key in self._version.windows:
                windows = self._new_windows(known.get(key, []), dates.pop(key, None), started=status == SCHEDULED)
                if windows != []:
                    changed[key] = windows
            campaign.change_plan({**changed, **dates}, now)
            return campaign.shown(now)

    def change_devices(self, account: str, campaign_id: str, body: Json) -> Json:
        """Add or remove devices: at once, or a while after the response."""
        kind = read_text(body, "Type")
        if kind not in ("append", "remove"):
            raise refuse("Type must be append or remove.")
        devices = read_devices(body)
        with self._lock:
            campaign = self._find(account, campaign_id)
            now = self._clock.now()
            status = campaign.status_at(now)
            if status not in self._version.devices_change_in:
                raise refuse(
                    f"Devices can not be changed: the campaign is in status {status}; "
                    "schedule another one for those that it lacks."
                )
            if kind == "append":
                self._check_pilot(account, campaign.information[self._version.texts.package], devices, now)
            asked: dict[str, str | None] = {}
            if kind == "remove":
                asked.update(dict.fromkeys(devices))
            else:
                information = campaign.information
                asked = self._fleet.admitted(account, self._version, information, devices, now)
                self._licenses.take(account, asked, auto_assign=False)
            response = {"accountName": account, "campaignId": campaign.information["id"]}
            if self._version.changes_later:
                campaign.changes.append((now + _CHANGE_TAKES, kind, asked))
                return {**response, "requestId": str(uuid.uuid4())}
            results = list(_results(campaign.devices, kind, devices, asked))
            joining = {imei: rejection for imei, rejection in asked.items() if rejection is None}
            campaign.set_devices(changed_devices(campaign.devices, kind, joining))
            return {**response, "deviceList": results}

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
            status = campaign.status_at(self._clock.now())
            if status not in BEFORE_START:
                raise ConfigurationError(f"a campaign can fail before it has started; this one is {status}")
            campaign.doomed = status
            return True

    def with_status(self, account: str, status: str, after: str, size: int) -> tuple[list[Json], bool]:
        """Return a page of an account's campaigns that a report shows in a status, and whether there are more.

        Args:
            account: Whose.
            status: Which.
            after: Only campaigns with larger ids than this one.
            size: How many at most.
        """
        check_account(account)
        with self._lock:
            then = self._fleet.report_time()
            found: list[Json] = []
            for campaign in self._of(account):
                is_known = campaign.created <= then or not self._fleet.lags
                if is_known and campaign.information["id"] > after and campaign.status_at(then) == status:
                    if len(found) == size:
                        return found, True
                    found.append(campaign.shown(then))
        return found, False

    def devices_of(
        self, account: str, campaign_id: str, after: str, size: int
    ) -> tuple[int, list[tuple[str, DeviceState]], bool]:
        """Return how many devices a campaign has, a page of them as a report shows them, and whether there are more."""
        with self._lock:
            campaign = self._find(account, campaign_id)
            then = self._fleet.report_time()
            imeis, has_more = campaign.page(after, size, self._clock.now())
            states = DeviceStates(campaign, then)
            return len(campaign.devices), [(imei, states.of(imei)) for imei in imeis], has_more

    def upgrades_of(self, account: str, imei: str) -> list[tuple[Campaign, DeviceState]]:
        """Return the finished upgrades of a device, the newest first: the campaign, and what became of it there."""
        check_account(account)
        with self._lock:
            then = self._fleet.report_time()
            upgrades = [
                (campaign, DeviceStates(campaign, then).of(imei))
                for campaign in self._fleet.holding(account, [imei])
                if campaign.version is self._version and campaign.finished(imei, then) is not None
            ]
        return sorted(upgrades, key=lambda upgrade: upgrade[1].updated, reverse=True)

    def _of(self, account: str) -> Iterator[Campaign]:
        return (each for each in self._fleet.campaigns_of(account) if each.version is self._version)

    def _find(self, account: str, campaign_id: str) -> Campaign:
        check_account(account)
        key = _id_of(campaign_id)
        if key is None:
            raise refuse("Invalid uuid: a campaign id is 32 hexadecimal digits.")
        campaign = self._campaigns.get(key)
        if campaign is None or campaign.information["accountName"] != account:
            raise refuse(_NO_CAMPAIGN)
        return campaign

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

    def _check_pilot(self, account: str, package: str, devices: Iterable[str], now: datetime) -> None:
        if self._pilot_rule is None:
            return
        campaigns: Iterable[Campaign] = self._fleet.campaigns_of(account)
        if self._pilot_rule == "customer":
            campaigns = self._fleet.campaigns_of_customer(account)
        campaigns = [each for each in campaigns if each.version is self._version and each.package == package]
        counts = [campaign.finished_count(now) for campaign in campaigns]
        finished, failed = (sum(column) for column in zip((0, 0), *counts, strict=True))
        if finished >= _SMALLEST_PILOT and failed * 2 <= finished:
            return
        aboard = set(devices)
        for campaign in campaigns:
            if campaign.is_live(now):
                aboard.update(campaign.members(None))
        if len(aboard) > _PILOT_DEVICES:
            raise refuse(
                f"{package} is limited to {_PILOT_DEVICES} devices until at least {_SMALLEST_PILOT} devices "
                "were upgraded, half of them or more with success."
            )


def _in_place_of_it(status: str, now: datetime) -> str:
    """Return what can be done where a campaign cannot be cancelled; nothing where it is over."""
    if status != SCHEDULED:
        return ""
    earliest = (now + _LEAST_NOTICE).date()
    return f" It has started and runs to its end; new dates may bring its end forward, to {earliest} at the earliest."


def _check_not_past(dates: Json, which: str, now: datetime) -> None:
    if date.fromisoformat(dates[f"{which}Date"]) < now.date():
        raise refuse(f"Invalid {which} date: it is in the past: the sandbox's clock says {now.date()} (UTC).")


def _id_of(text: str) -> str | None:
    """Return a campaign id as the sandbox writes it, None where it is none."""
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return None


def _results(
    present: Mapping[str, str | None], kind: str, devices: list[str], asked: Mapping[str, str | None]
) -> Iterator[Json]:
    aboard = set(present)
    for device in devices:
        # The reference shows this status for both kinds of change, and no other one.
        status, reason = "AddDeviceSucceed", f"Device {'added' if kind == 'append' else 'removed'} Successfully"
        rejection = asked[device]
        if (device in aboard) == (kind == "append"):
            status = "AddDeviceFailed"
            reason = f"Device is {'already' if kind == 'append' else 'not'} in the campaign"
        elif rejection is not None:
            status, reason = "AddDeviceFailed", rejection
        else:
            (aboard.add if kind == "append" else aboard.discard)(device)
        yield {"deviceId": device, "status": status, "Reason": reason}


def handlers(version: str, campaigns: Campaigns) -> dict[str, Handler]:
    """Return the handlers of the operations on campaigns, by their names."""

    def on(act: Callable[..., Json]) -> Handler:
        return lambda call: act(call.account, call.values["campaign_id"])

    def changing(act: Callable[..., Json]) -> Handler:
        return lambda call: act(call.account, call.values["campaign_id"], call.body)

    return {
        f"{version}.schedule_campaign_firmware_upgrade": lambda call: campaigns.schedule(call.account, call.body),
        f"{version}.get_campaign_information": on(campaigns.read),
        f"{version}.cancel_campaign": on(campaigns.cancel),
        f"{version}.update_campaign_dates": changing(campaigns.change_dates),
        f"{version}.update_campaign_firmware_devices": changing(campaigns.change_devices),
    }
