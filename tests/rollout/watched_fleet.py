"""A fleet whose every request and every step is looked at: what must hold, whatever happens.

What the service has is read where the sandbox keeps it, so that looking costs nothing and changes nothing.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from contextlib import closing
from sqlite3 import connect
from typing import Any

from fota_sdk.rollout import CampaignState, DeviceState, ReasonKind, Rollout, StepReport, WaveState
from fota_sdk.rollout.decide import decide
from fota_sdk.rollout.journal import Journal
from fota_sdk.rollout.snapshot import changes
from fota_sdk.sandbox.campaign import Campaign
from fota_sdk.sandbox.outcomes import FAILS
from tests.rollout.fleet_on_sandbox import OVER, Fleet

_WAVES = (WaveState.WAITING, WaveState.RUNNING, WaveState.SOAKING, WaveState.PASSED)
_ELSEWHERE = "already in another upgrade"
_SUMS = f"SELECT number, state, size, {', '.join(DeviceState.BOUND)} FROM campaigns"


class WatchedFleet(Fleet):
    """A fleet that knows what it was like when it was last looked at.

    Attributes:
        moved: Campaigns whose first day somebody else has changed.
        resumed: For whom somebody has asked to go on: the roll-out (None), or accounts.
        requeued: Whether somebody has let devices wait again whose campaign was cancelled.
        is_restored: Whether the journal is an older one, which has forgotten what it knew.
    """

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.moved: set[str] = set()
        self.resumed: set[str | None] = set()
        self.requeued = self.is_restored = False
        self.tripped: set[str | None] = set()
        self.forget()

    def forget(self) -> None:
        """Take what is seen next as the first that was ever seen."""
        self.tripped = set()
        self._seen: dict[str, str] = {}
        self._waves: list[str] = []
        self._state = "planned"

    def check_request(self, request: Any) -> None:
        """A campaign is sent only where nothing forbids it, with the devices that are bound to it."""
        account = request.path_url.rpartition("/")[2]
        body = json.loads(request.body)
        number = int(re.findall(r"\.([0-9]{4,}) ", body["campaignName"])[0])
        with closing(connect(self.path)) as journal:
            ((state,),) = journal.execute("SELECT state FROM rollout")
            ((pending,),) = journal.execute("SELECT count(*) FROM requests WHERE done_at ISNULL")
            forbidding = journal.execute(
                "SELECT kind FROM reasons LEFT JOIN accounts ON accounts.id = account WHERE account = 0 "
                "OR (accounts.name = ? AND kind <> ?)",
                (account, ReasonKind.PILOT_LIMIT),
            ).fetchall()
            bound = [imei for (imei,) in journal.execute("SELECT imei FROM devices WHERE campaign = ?", (number,))]
        if state != "running" or forbidding or pending:
            self.faults.append(f"campaign {number} was sent while it is {state}, {forbidding}, {pending} requests")
        if sorted(bound) != sorted(body["deviceList"]) or not 1 <= len(bound) <= self.plan.campaign_size:
            self.faults.append(f"campaign {number} was sent with {body['deviceList']}; bound to it are {bound}")

    def check(self) -> None:
        """Hold the service and the journal against what must always be."""
        self._check_service()
        with self.open() as rollout:
            self._check_journal(rollout)
        assert self.faults == [], "\n".join(self.faults)

    def campaigns(self) -> list[Campaign]:
        """Return what the service has, as it has it."""
        return [each for account in self.sizes for each in self.sandbox._fleet.campaigns_of(account)]

    def _check_service(self) -> None:
        now = self.sandbox._clock.now()
        campaigns = self.campaigns()
        names = Counter(each.information["campaignName"] for each in campaigns)
        self.faults += [f"{name} is there {count} times" for name, count in names.items() if count > 1]
        busy: Counter[str] = Counter()
        starting: Counter[str] = Counter()
        for each in campaigns:
            members = each.members(now)
            told = [why for why in members.values() if why is not None and _ELSEWHERE in why]
            if told:
                self.faults.append(f"{each.information['campaignName']} has devices of another campaign")
            if each.is_live(now):
                busy.update(imei for imei in members if each.is_busy_with(imei, now))
            if each.stopped is None and each.doomed is None and each.information["id"] not in self.moved:
                starting[each.information["startDate"]] += sum(why is None for why in members.values())
        self.faults += [f"{imei} is in {count} live campaigns" for imei, count in busy.items() if count > 1]
        most = self.plan.schedule.per_day
        if most is not None and max(starting.values(), default=0) > most:
            self.faults.append(f"more than {most} devices start on a day: {starting}")

    def _check_journal(self, rollout: Rollout) -> None:
        status, devices = rollout.status(), {device.imei: device for device in rollout.devices()}
        states = {imei: device.state for imei, device in devices.items()}
        if {state: count for state, count in status.counts.items() if count > 0} != Counter(states.values()):
            self.faults.append(f"the counters say {status.counts}, the devices {Counter(states.values())}")
        if sorted(devices) != sorted(imei for imei, _ in self.devices):
            self.faults.append("the journal has lost devices")
        self._check_counters()
        for imei, state in self._seen.items():
            is_back = state == DeviceState.CANCELLED and (self.requeued or self.is_restored)
            if state in DeviceState.FINAL and states[imei] != state and not is_back:
                self.faults.append(f"{imei} was {state} and is {states[imei]}")
        self._seen = states
        if self._state in OVER and status.state != self._state:
            self.faults.append(f"it was {self._state} and is {status.state}")
        self._state = status.state
        waves = [wave.state for wave in status.waves]
        for before, now in zip(self._waves, waves, strict=False):
            is_back = before == WaveState.FAILED or (now in _WAVES and _WAVES.index(now) < _WAVES.index(before))
            if before != now and is_back:
                self.faults.append(f"a wave was {before} and is {now}")
        self._waves = waves
        tripped = {each.account for each in status.reasons if each.kind == ReasonKind.STOP_RULE}
        gone = self.tripped - tripped
        if gone - self.resumed:
            self.faults.append(f"a rule has gone by itself: {gone}")
        self.tripped, self.resumed = tripped, self.resumed & tripped

    def _check_counters(self) -> None:
        """The counters of campaigns and of shares are the sums over the devices."""
        with closing(connect(self.path)) as journal:
            in_campaigns: dict[int, Counter[str]] = {}
            in_shares: dict[tuple[int, int], Counter[str]] = {}
            for account, wave, campaign, state in journal.execute("SELECT account, wave, campaign, state FROM devices"):
                in_shares.setdefault((account, wave), Counter())[state] += 1
                if campaign is not None:
                    in_campaigns.setdefault(campaign, Counter())[state] += 1
                if (campaign is None) != (state == DeviceState.WAITING):
                    self.faults.append(f"a device is {state} in campaign {campaign}")
            for number, state, size, *counts in journal.execute(_SUMS):
                told = Counter(dict(zip(DeviceState.BOUND, counts, strict=True)))
                found = in_campaigns.get(number, Counter())
                if +told != found or size != found.total():
                    self.faults.append(f"campaign {number} ({state}) counts {size}: {+told}; it has {found}")
                if state not in CampaignState.LIVE and any(found[each] for each in DeviceState.OPEN):
                    self.faults.append(f"campaign {number} is {state} with open devices")
            for account, wave, size, waiting in journal.execute("SELECT account, wave, size, waiting FROM shares"):
                found = in_shares.get((account, wave), Counter())
                if (size, waiting) != (found.total(), found[DeviceState.WAITING]):
                    self.faults.append(f"share {account}, {wave} counts {size}, {waiting}; it has {found}")

    def check_report(self, report: StepReport) -> None:
        """A step tells when the next one has something to do; none at all only where a person has, or it is over."""
        journal = Journal(self.path)
        with closing(journal):
            is_stable = not changes(decide(journal.snapshot(), self.plan, self.time), journal.snapshot())
        if report.next_at is None and report.state not in OVER and report.reasons == ():
            self.faults.append(f"it is {report.state} and wants no step any more")
        if not is_stable and (report.next_at is None or report.next_at > self.time):
            self.faults.append(f"there is something to do, but the next step is wanted at {report.next_at}")

    def audit_devices(self) -> None:
        """Hold the journal against what the service did with each device."""
        now = self.sandbox._clock.now()
        campaigns = {each.information["id"]: each for each in self.campaigns()}
        with self.open() as rollout:
            devices = list(rollout.devices())
            state = rollout.status().state
        for device in devices:
            upgraded = [each for each in campaigns.values() if each.upgraded_at(device.imei, now) is not None]
            if len(upgraded) > 1:
                self.faults.append(f"{device.imei} was upgraded {len(upgraded)} times")
            campaign = None if device.campaign_id is None else campaigns[device.campaign_id]
            if not self._is_true(device.imei, device.state, campaign, state, upgraded):
                truth = None if campaign is None else (campaign.status_at(now), campaign.finished(device.imei, now))
                self.faults.append(f"{device} is not what the service says: {truth}, upgraded by {upgraded}")
        assert self.faults == [], "\n".join(self.faults)

    def _is_true(self, imei: str, state: str, campaign: Campaign | None, whole: str, upgraded: list[Campaign]) -> bool:
        if campaign is None:
            return state == DeviceState.WAITING and whole == "stopped" and (upgraded == [] or self.is_restored)
        now = self.sandbox._clock.now()
        end = campaign.finished(imei, now)
        rejected = campaign.members(now).get(imei) is not None
        given_up = campaign.doomed is not None
        return {
            DeviceState.SUCCEEDED: end is not None and end[1].kind != FAILS,
            DeviceState.FAILED: given_up or (end is not None and end[1].kind == FAILS),
            DeviceState.REJECTED: given_up or rejected,
            DeviceState.TIMED_OUT: end is None and not campaign.is_live(now),
            DeviceState.CANCELLED: end is None and campaign.stopped is not None,
            DeviceState.REMOVED: imei not in campaign.members(now),
        }.get(state, False)
