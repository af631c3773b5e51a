"""A roll-out on a sandbox, step by step, and an audit of what the service has in the end."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor, Future
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any
from unittest.mock import patch

import requests

from fota_sdk import FotaClient, find_campaigns
from fota_sdk.rollout import Gate, Rollout, RolloutError, RolloutPlan, StepReport, Wave
from fota_sdk.sandbox import Sandbox
from fota_sdk.sandbox.reports import _STATUSES
from tests.rollout.deaths import Killed, Points, mortal

ACCOUNT = "0000123456-00001"
OTHER_ACCOUNT = "0000123456-00002"
TODAY = date.today()
OVER = ("finished", "stopped")

PACKAGES: dict[str, dict[str, Any]] = {
    "v3": {
        "firmware_name": "SEQUANSCommunications_GM01Q_SR1.2.0.0-10512_SR1.2.0.0-10657",
        "firmware_from": "SR1.2.0.0-10512",
        "firmware_to": "SR1.2.0.0-10657",
        "protocol": "LWM2M",
    },
    "v2": {
        "software_name": "FOTA_Verizon_Model-A_02To03_HF",
        "software_from": "FOTA_Verizon_Model-A_00To01_HF",
        "software_to": "FOTA_Verizon_Model-A_02To03_HF",
        "distribution_type": "HTTP",
    },
}
_FINAL_WORDS = {
    "UpgradeSuccess": "succeeded",
    "UpgradeFailed": "failed",
    "DeviceRejected": "rejected",
}

Act = Callable[[Rollout], object]


def imei(number: int) -> str:
    """Return a made-up IMEI with its check digit."""
    body = f"99001390{number:06}"
    total = sum(sum(divmod(int(digit) * (1 + place % 2), 10)) for place, digit in enumerate(body))
    return f"{body}{-total % 10}"


def plan_of(api: str = "v3", **changes: Any) -> RolloutPlan:
    """Return a plan of three waves that takes a week."""
    plan = RolloutPlan(
        name="Spring",
        api=api,
        campaign=PACKAGES[api],
        wave=(Wave(devices=2), Wave(devices=4), Wave(share="100%")),
        gate=Gate("100%", "0h"),
        campaign_size=4,
    )
    plan = replace(plan, schedule=replace(plan.schedule, days=1))
    return replace(plan, **changes)


class AtOnce(Executor):
    """Carries out a read as soon as it is asked for, without threads: so that many roll-outs take little time."""

    def submit(self, work: Callable[..., Any], *given: Any, **options: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(work(*given, **options))
        except Exception as error:  # noqa: BLE001 - as executors do
            future.set_exception(error)
        return future


@dataclass(frozen=True)
class AtService:
    """A campaign as the service has it."""

    id: str
    account: str
    name: str | None
    status: str
    words: dict[str, str]


def _resolved(rollout: Rollout, number: int, campaign_id: str) -> bool:
    """Resolve a doubt by an id, unless it is that of another campaign."""
    try:
        rollout.resolve(number, campaign_id=campaign_id)
    except RolloutError:
        return False
    return True


class Fleet:
    """Devices on a sandbox, and the journal of their roll-out. Every step is that of a process of its own.

    Args:
        folder: Where the journal goes.
        plan: Its plan.
        sizes: How many devices the accounts have.
        tries: How often the client sends a request.
        is_served: Whether other processes take part, at the same address.
        options: What the sandbox is made with.

    Attributes:
        faults: What was wrong while it ran.
        writes: The methods of the requests that change something, in their order.
        deaths: After how many points each further process dies, one after the other.
        takes_drift: Whether a person lets devices wait again whose campaign was cancelled by somebody else.
        mishaps: For such a request, counted from 1, what is done just before it arrives; it is given the operation.
    """

    def __init__(
        self,
        folder: Path,
        plan: RolloutPlan | None = None,
        sizes: Mapping[str, int] | None = None,
        *,
        tries: int = 1,
        is_served: bool = False,
        **options: Any,
    ) -> None:
        self.is_served = is_served
        self.path = folder / "spring.journal"
        self.plan = plan_of() if plan is None else plan
        self.sizes = {ACCOUNT: 8, OTHER_ACCOUNT: 5} if sizes is None else sizes
        self.tries = tries
        self.sandbox = Sandbox(today=TODAY, **{"pilot_rule": True, **options})
        self.time = datetime.combine(TODAY, time(), timezone.utc)
        self.points = Points()
        self.faults: list[str] = []
        self.writes: list[str] = []
        self.mishaps: dict[int, Callable[[str], object]] = {}
        self.deaths: list[int] = []
        self.takes_drift = False
        self.in_doubt = False
        self._stack = ExitStack()

    def __enter__(self) -> Fleet:
        self._stack.enter_context(self.sandbox)
        self._stack.enter_context(self.sandbox.mocked())
        if self.is_served:
            assert self.sandbox.url  # which starts its server
        send = requests.Session.send
        patched = patch.object(requests.Session, "send", lambda *given, **options: self._sent(send, *given, **options))
        self._stack.enter_context(patched)
        self._stack.enter_context(mortal(lambda: self.points))
        self.advance(minutes=30)
        self.devices = [
            (imei(1000 * number + place), account)
            for number, (account, size) in enumerate(self.sizes.items())
            for place in range(size)
        ]
        for account in self.sizes:
            self.sandbox.add_devices([each for each, of in self.devices if of == account], account=account)
        self.client = self.sandbox.client(max_attempts=self.tries)
        return self

    def __exit__(self, *raised: object) -> None:
        self.points = Points()
        self.client.close()
        self._stack.close()

    def _sent(self, send: Callable[..., requests.Response], session: Any, request: Any, **options: Any) -> Any:
        """Pass a request on, with the mishap that it is to meet."""
        if "/campaigns/" not in request.url:
            return send(session, request, **options)
        if request.method in ("POST", "DELETE"):
            word = "schedule_campaign_firmware_upgrade" if request.method == "POST" else "cancel_campaign"
            self.writes.append(request.method)
            self.mishaps.get(len(self.writes), lambda operation: None)(f"{self.plan.api}.{word}")
        if request.method != "POST":
            return send(session, request, **options)
        if self.in_doubt:
            self.faults.append("a campaign was sent in a step after an outcome unknown")
        self.in_doubt = True
        response = send(session, request, **options)
        self.in_doubt = response.status_code >= 500
        return response

    # The roll-out

    def revive(self, points: Points | None = None) -> None:
        """Begin a new process: nothing is left of what the last one had in its memory."""
        self.points = Points(self.deaths.pop(0) if self.deaths else None) if points is None else points
        self.client.close()
        self.client = self.sandbox.client(max_attempts=self.tries)

    def clients(self, account: str) -> FotaClient:
        return self.client

    def advance(self, **amounts: float) -> None:
        self.sandbox.advance(**amounts)
        self.time += timedelta(**amounts)

    def create(self) -> None:
        """Write the journal, and let it run; a process that dies is followed by another one."""
        while not self.path.exists() or self.state() == "planned":
            try:
                if not self.path.exists():
                    Rollout.create(self.path, self.plan, self.devices, now=lambda: self.time).close()
                self.ask(Rollout.start)
            except Killed:
                self.revive()

    def open(self, *, moved: bool = False) -> Rollout:
        return Rollout.open(self.path, now=lambda: self.time, sleep=lambda seconds: None, moved=moved)

    def step(self, *, moved: bool = False, **options: Any) -> StepReport:
        with self.open(moved=moved) as rollout:
            self.in_doubt = False
            return rollout.step(self.clients, **{"executor": AtOnce(), **options})

    def ask(self, act: Act) -> None:
        with self.open() as rollout:
            act(rollout)

    def state(self) -> str:
        with self.open() as rollout:
            return rollout.status().state

    def states(self) -> Counter[str]:
        with self.open() as rollout:
            return Counter(device.state for device in rollout.devices())

    def run(
        self,
        script: Mapping[int, Act] | None = None,
        *,
        rest: Callable[[int], dict[str, float]] = lambda tick: {"hours": 12},
        at_once: bool = True,
        ticks: int = 60,
    ) -> None:
        """Step until the roll-out is over; a process that dies is followed by another one.

        Args:
            script: What persons ask for in which tick, or later, once it can be asked for.
            rest: What lies between a tick and the next one.
            at_once: Whether a process that died is followed at once, or in the next tick.
            ticks: How many at most.
        """
        script = {} if script is None else script
        due: list[Act] = []
        for tick in range(ticks):
            due += [script[tick]] if tick in script else []
            while due != [] and self._asked(due[0]):
                del due[0]
            report = self._stepped()
            if report is None and at_once:
                report = self._stepped()
            if report is not None and report.state in OVER and due == []:
                return
            if report is not None and report.needs_person:
                self._asked(self._attend)
            self.advance(**rest(tick))
        self.faults.append(f"it is not over after {ticks} ticks")

    def _asked(self, act: Act) -> bool:
        try:
            self.ask(act)
        except RolloutError:
            return False
        except Killed:
            self.revive()
        return True

    def _stepped(self) -> StepReport | None:
        try:
            return self.step()
        except Killed:
            self.revive()
            return None

    def _attend(self, rollout: Rollout) -> None:
        """Do what a person does who is told that a campaign is in doubt: look for it, and tell the truth."""
        status = rollout.status()
        kinds = {reason.kind for reason in status.reasons}
        if "drift" in kinds and self.takes_drift:
            rollout.resume("they were ours", requeue=True)
        if not kinds & {"in_doubt", "twins"}:
            return
        found = self.at_service()
        devices = list(rollout.devices())
        for number in status.doubts:
            bound = {device.imei for device in devices if device.campaign == number}
            theirs = [each.id for each in found if not bound.isdisjoint(each.words)]
            if not any(_resolved(rollout, number, each) for each in theirs):
                rollout.resolve(number, absent=True)

    # The service

    def at_service(self, accounts: Iterable[str] | None = None) -> list[AtService]:
        """Return all campaigns that the service has, those too that it shows in no report."""
        api = self.plan.api
        reports: Any = getattr(self.client, f"software_management_reports_{api}").paginated
        found = []
        with patch("fota_sdk.sandbox.reports._STATUSES", (*_STATUSES, "CampaignPreScheduled")):
            for account in self.sizes if accounts is None else accounts:
                for each in find_campaigns(self.client, account, api=api):  # type: ignore[call-overload]
                    devices = reports.get_campaign_device_status(account, each.id)
                    words = {device.device_id: device.status for device in devices}
                    found.append(AtService(each.id, account, each.campaign_name, each.status, words))
        return found

    def audit(self) -> list[str]:
        """Return what is wrong: campaigns that are there twice, and devices that are not accounted for."""
        faults = list(self.faults)
        campaigns = self.at_service()
        names = Counter(campaign.name for campaign in campaigns)
        faults += [f"campaign {name} is there {count} times" for name, count in names.items() if name and count > 1]
        where: dict[str, list[AtService]] = defaultdict(list)
        for campaign in campaigns:
            for device in campaign.words:
                where[device].append(campaign)
        with self.open() as rollout:
            status = rollout.status()
            devices = list(rollout.devices())
            if not self.takes_drift:
                faults += [event.text for event in rollout.events() if event.kind == "drift"]
        counts = Counter(device.state for device in devices)
        if {state: count for state, count in status.counts.items() if count > 0} != counts:
            faults.append(f"the counters say {status.counts}, the devices {dict(counts)}")
        if sorted(device.imei for device in devices) != sorted(each for each, _ in self.devices):
            faults.append("the journal has lost devices")
        for device in devices:
            faults += self._faults_of(device.imei, device.state, device.campaign_id, where[device.imei])
        return faults

    def _faults_of(self, device: str, state: str, campaign_id: str | None, campaigns: list[AtService]) -> list[str]:
        truth = {each.id: _FINAL_WORDS.get(each.words[device]) for each in campaigns}
        done = {each: word for each, word in truth.items() if word is not None}
        faults = []
        if len(done) > 1:
            faults.append(f"{device} was upgraded {len(done)} times, or was in two live campaigns: {done}")
        if state in _FINAL_WORDS.values() and done != {campaign_id: state}:
            faults.append(f"{device} is {state} in {campaign_id}; the service says {truth}")
        if state == "waiting" and (done or any(not each.status.startswith("CampaignCan") for each in campaigns)):
            faults.append(f"{device} waits; the service says {truth}")
        if state not in ("waiting", *_FINAL_WORDS.values()) and campaign_id not in truth:
            faults.append(f"{device} is {state} in {campaign_id}; the service says {truth}")
        return faults
