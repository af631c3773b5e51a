"""One step of a roll-out: idempotent, so that it may be called at any time, by anything, and killed at any point."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from fota_sdk.client import FotaClient
from fota_sdk.exceptions import FotaError, clip, number_of
from fota_sdk.models.campaign_status import CampaignStatus
from fota_sdk.rollout import service
from fota_sdk.rollout.asking import Asking, is_refusal
from fota_sdk.rollout.decide import decide, is_to_end, may_send
from fota_sdk.rollout.doubt import SOON, Search
from fota_sdk.rollout.journal import Journal
from fota_sdk.rollout.json_data import json_data
from fota_sdk.rollout.outcome import REMOVAL_TAKES, Observation, Outcome, outcome_of
from fota_sdk.rollout.plan import RolloutPlan
from fota_sdk.rollout.records import Draft
from fota_sdk.rollout.requests import drift, obey
from fota_sdk.rollout.service import AccountFacts, Clients, Target
from fota_sdk.rollout.snapshot import Intent, Reason, Snapshot, changes, wait_for_person
from fota_sdk.rollout.states import CampaignState, DeviceState, ReasonKind, RolloutState, WaveState
from fota_sdk.times import midnight

AT_REST = (RolloutState.PLANNED, RolloutState.STOPPED, RolloutState.FINISHED)
_TOGETHER = 25
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class StepReport:
    """What a step has done, and how the roll-out stands after it.

    Attributes:
        state: One of `RolloutState`.
        reasons: Why it is paused, and which accounts are held.
        actions: What was done, a sentence each, in their order.
        calls: How many calls the service was asked for.
        next_at: When the next step has something to do, UTC; None where it waits for a person, or is over.
    """

    state: str
    reasons: tuple[Reason, ...]
    actions: tuple[str, ...]
    calls: int
    next_at: datetime | None

    @property
    def needs_person(self) -> bool:
        """Whether it is paused, or an account is held, other than by a person."""
        return wait_for_person(self.state, self.reasons)

    def to_dictionary(self) -> dict[str, Any]:
        """Return it as JSON data; times are ISO 8601, UTC."""
        data: dict[str, Any] = json_data(self)
        return {**data, "needs_person": self.needs_person}


@dataclass
class Step:
    """A step; the lock of the journal is held around it.

    Args:
        journal: The journal.
        clients: Gives the client of an account.
        now: The time, which stands still for the step.
        executor: Carries out reads; None for threads of its own.
        deadline: After how many seconds nothing new is begun; None for no limit.
        sleep: Waits for a number of seconds.
        clock: Gives the time that it is meanwhile.
    """

    journal: Journal
    clients: Clients
    now: datetime
    executor: Executor | None
    deadline: float | None
    sleep: Callable[[float], object]
    clock: Callable[[], datetime]

    def __post_init__(self) -> None:
        self._plan = self.journal.plan
        self._asking = Asking(self.journal, self.clients, self.now, self.executor, self.deadline, self.sleep)
        self._actions = self._asking.actions
        self._is_doubtful = False  # whether it is not known of a campaign of this step if it was accepted
        self._to_cancel: list[int] = []
        self._to_send: list[Draft] = []

    def run(self) -> StepReport:
        """Do all that is due.

        Raises:
            AuthenticationError: The service refuses the credentials; what was done before stays done.
            ConfigurationError: A client cannot be built.
        """
        self._actions += obey(self.journal, self.now)
        if self.journal.facts["state"] not in AT_REST:
            self._settle_doubts()
            self._observe()
            self._verify()
            self._decide()
            self._act()
            self._asking.close()
        return self._report()

    def _report(self) -> StepReport:
        snapshot = self.journal.snapshot()
        next_at = next_time(snapshot, self.journal, self.now)
        self.journal.end_step(self.now, next_at)
        return StepReport(snapshot.state, snapshot.reasons, tuple(self._actions), self._asking.pace.calls, next_at)

    # What the service is asked, in any order

    def _settle_doubts(self) -> None:
        doubts: dict[str, list[Draft]] = {}
        for draft in self.journal.drafts(CampaignState.SENDING):
            doubts.setdefault(draft.account, []).append(draft)
        for account, drafts in doubts.items():
            if self._asking.may_ask(account):
                with self._asking.about(account):
                    self._actions += self._search(account).settle(drafts)

    def _search(self, account: str) -> Search:
        return Search(self.journal, self.clients(account), account, self.now, self._asking.pace.take)

    def _observe(self) -> None:
        tasks = ((target.account, 2, service.look, (target,)) for target in self.journal.due(self.now))
        observations = self._asking.read_all(tasks)
        while (some := list(islice(observations, _TOGETHER))) != []:
            with self.journal.transaction():  # a look that is lost is had again, so that many share a commit
                for observation in some:
                    self._record(observation)

    def _verify(self) -> None:
        """After a move: look for campaigns that are not in the journal, once it is known how those stand that are."""
        for account, until, vouched in self.journal.unverified():
            if self._asking.may_ask(account):
                with self._asking.about(account):
                    self._actions.append(self._search(account).verify(until, vouched))

    def _record(self, observation: Observation) -> None:
        """Take in what a look has shown, and what it means for the roll-out or the account."""
        number = observation.number
        state, final_at, start = self.journal.progress(number)
        start = start if observation.start is None else observation.start
        known = self.journal.known_devices(number)
        outcome = outcome_of(state, final_at, known, observation, self.now, self._plan.doubt.settle_time)
        account = self.journal.target(number).account
        with self.journal.transaction():
            look_at = next_look(self._plan, start, observation, outcome, self.now)
            self.journal.observed(observation, outcome, look_at, self.now)
            left = outcome.counts.get(DeviceState.CANCELLED, 0)
            if outcome.called_off and left > 0:
                self.journal.hold(drift(self.journal.called_off(), self.now), self.now)
            if outcome.state == CampaignState.REFUSED:
                self._refuse(number, account, outcome.size, f"it became {observation.status}")

    # Decisions

    def _decide(self) -> None:
        """Decide, and record all of it before anything is sent."""
        snapshot = self.journal.snapshot()
        decision = decide(snapshot, self._plan, self.now)
        if changes(decision, snapshot):
            self._actions += self.journal.record(decision, snapshot, self.now)
            intents = self._licensed(decision.make)
            with self.journal.transaction():
                for intent in intents:
                    self.journal.intend(intent, self.now)
            snapshot = self.journal.snapshot()
        sendable = {account.name for account in snapshot.accounts if may_send(snapshot, account, self.now)}
        self._to_cancel = [] if self._asking.is_late else self.journal.numbers(CampaignState.CANCELLING)
        self._to_send = []
        if snapshot.state == RolloutState.RUNNING and not self._is_doubtful:
            drafts = self.journal.drafts(CampaignState.INTENDED)
            self._to_send = [draft for draft in drafts if draft.account in sendable]

    def _licensed(self, intents: tuple[Intent, ...]) -> list[Intent]:
        """Return the intents whose devices have the licenses that they need; hold the accounts of the others."""
        wanted: dict[str, list[Intent]] = {}
        for intent in intents:
            wanted.setdefault(intent.account, []).append(intent)
        allowed: list[Intent] = []
        tasks = ((account, 1, service.licenses, (account,)) for account in wanted)
        for facts in self._asking.read_all(tasks):
            text = self._lack(facts, wanted[facts.account])
            if text is None:
                allowed += wanted[facts.account]
            else:
                self.journal.hold(Reason(ReasonKind.LICENCES, facts.account, text, self.now), self.now)
                self._actions.append(f"account {facts.account} is held: {text}")
        order = {intent: place for place, intent in enumerate(intents)}
        return sorted(allowed, key=order.__getitem__)

    def _lack(self, facts: AccountFacts, intents: list[Intent]) -> str | None:
        """Return what licenses an account lacks for the next campaigns."""
        if not facts.wants_licenses:
            return None
        devices = self.journal.next_devices(intents)
        size = number_of(len(devices), "device")
        without = [imei for imei in devices if imei not in facts.licensed]
        if not without:
            return None
        if self._plan.campaign.get("auto_assign_license_flag") is True:
            if facts.free_licenses is None or facts.free_licenses >= len(without):
                return None
            return f"{number_of(len(without), 'license')} needed for the next {size}, free: {facts.free_licenses}"
        return f"no license is assigned to {len(without)} of the next {size}, such as {without[0]}"

    # What is sent, one after the other

    def _act(self) -> None:
        """Cancel, then schedule; what persons ask for meanwhile goes first."""
        while True:
            if self._to_cancel or self._to_send:
                self._asking.pace.wait()  # now, so that nobody asks for something between the look and what is sent
            if self.journal.has_requests:
                self._actions += obey(self.journal, self.now)
                self._decide()
            if self._asking.is_late:
                return
            if self._to_cancel:
                self._cancel(self.journal.target(self._to_cancel.pop(0)))
            elif self._to_send:
                self._schedule(self._to_send.pop(0))
            else:
                return

    def _cancel(self, target: Target) -> None:
        """Read a campaign, and cancel it where it has not ended; after its start with V2 alone, and not for a pause."""
        if not self._asking.may_ask(target.account):
            return
        client, api = self.clients(target.account), self._plan.api
        with self._asking.about(target.account):
            self._asking.pace.take(1)
            status = service.campaign_of(client, api, target.account, target.id).status
            if api == "v3" and status == CampaignStatus.SCHEDULED:
                self.journal.unstoppable(target.number, "it has started", self.now)
                self._actions.append(f"campaign {target.number} has started and runs to its end")
                return
            if status == CampaignStatus.SCHEDULED and not is_to_end(self.journal.snapshot(), target.account):
                self.journal.goes_on(target.number, status, self.now)
                self._actions.append(f"campaign {target.number} has started and goes on")
                return
            if not CampaignStatus.is_final(status):
                self._asking.pace.take(1)
                self._delete(client, target)
            self._asking.pace.take(2)
            observation = service.look(self.clients, api, target)
            self._asking.pace.correct(observation.calls - 2)
            self._record(observation)

    def _delete(self, client: FotaClient, target: Target) -> None:
        try:
            done = service.cancel(client, self._plan.api, target.account, target.id)
        except FotaError as error:
            if not error.outcome_unknown and not is_refusal(error):
                raise
            self._actions.append(f"campaign {target.number} could not be cancelled: {clip(str(error), 300)}")
        else:
            words = "was cancelled" if done else "was not cancelled, says the service"
            self._actions.append(f"campaign {target.number} {words}")

    def _schedule(self, draft: Draft) -> None:
        """Send a campaign: first the record that it may be there, then the request, then what became of it."""
        if not self._asking.may_ask(draft.account):
            return
        if self.clock().date() > self.now.date():
            self._to_send = []  # it would start a day too early; the next step sends it
            return
        start = self.now.date() + timedelta(days=self._plan.schedule.lead)
        end = start + timedelta(days=self._plan.schedule.days - 1)
        request = self._plan.request(draft.name, start, end, self.journal.devices_in(draft.number))
        client = self.clients(draft.account)
        self._asking.pace.take(1)
        digest = hashlib.sha256(request.to_json().encode()).hexdigest()
        self.journal.sending(draft.number, digest, start, end, self.now)
        try:
            accepted = service.schedule(client, self._plan.api, draft.account, request)
        except FotaError as error:
            self._not_accepted(draft, len(request.device_list), error)
        else:
            first_day = start if accepted.start is None else accepted.start
            look_at = usual_look(self._plan, first_day, self.now)
            self.journal.scheduled(draft.number, accepted, look_at, self.now)
            devices = number_of(len(request.device_list), "device")
            what = f"campaign {draft.number} was scheduled: {devices} of {draft.account}"
            self._actions.append(f"{what}, wave {draft.wave}, from {start}")

    def _not_accepted(self, draft: Draft, size: int, error: FotaError) -> None:
        if error.outcome_unknown:
            self._is_doubtful = True
            self._to_send = []
            self._actions.append(
                f"campaign {draft.number} may have been scheduled, and is looked for from the next step on; nothing "
                f"more is scheduled in this one: {clip(error.what_happened, 300)}"
            )
        elif is_refusal(error):
            self._refuse(draft.number, draft.account, size, clip(str(error), 300))
        else:
            self.journal.not_sent(draft.number)
            self._asking.failed(draft.account, error)

    def _refuse(self, number: int, account: str, size: int, why: str) -> None:
        """Record a refusal, and hold the account: for a while where it may be the pilot limit.

        That holds for each account, or for all accounts of a customer together.
        """
        accepted = (self.journal.accepted_devices(account), self.journal.accepted_devices())
        is_pilot = any(0 < devices <= service.PILOT < devices + size for devices in accepted)
        kind = ReasonKind.PILOT_LIMIT if is_pilot else ReasonKind.REFUSED
        text = f"campaign {number} of {number_of(size, 'device')} was refused: {why}"
        if is_pilot:
            text += f"; it may be the limit of {service.PILOT} devices, and is retried daily"
        again = self.now + _DAY if is_pilot else None
        self.journal.refused(number, Reason(kind, account, text, self.now), self.now, again)
        self._to_send = [draft for draft in self._to_send if draft.account != account]
        self._actions.append(text)


def usual_look(plan: RolloutPlan, start: date | None, now: datetime) -> datetime:
    """Return when a campaign is usually looked at again: on its first day more often, as soon as that has begun.

    Args:
        plan: The plan.
        start: Its first day, UTC; None where it is not known.
        now: When.
    """
    usual = now + plan.watch.interval(start == now.date())
    if start is None or start <= now.date():
        return usual
    return min(usual, midnight(start) + plan.watch.interval(True))


def next_look(
    plan: RolloutPlan, start: date | None, observation: Observation, outcome: Outcome, now: datetime
) -> datetime | None:
    """Return when a campaign is looked at again; None where there is nothing more to see."""
    if outcome.state not in CampaignState.AT_SERVICE:
        return None
    soon = now + REMOVAL_TAKES
    if outcome.final_at is not None:
        settled = outcome.final_at + plan.doubt.settle_time
        return min(soon, settled) if outcome.is_waiting else settled
    usual = usual_look(plan, start, now)
    if outcome.is_waiting:
        return min(soon, usual)
    if observation.next_attempt is not None:
        return max(usual, min(observation.next_attempt, now + _DAY))
    return usual


def next_time(snapshot: Snapshot, journal: Journal, now: datetime) -> datetime | None:
    """Return when the next step has something to do; None where it waits for a person, or is over."""
    if snapshot.state in AT_REST:
        return None
    plan = journal.plan
    times = journal.times(now)
    times += [max(until, now + SOON) for _, until, _ in journal.unverified()]
    times += [now] if changes(decide(snapshot, plan, now), snapshot) else []
    times += [now + SOON for campaign in snapshot.campaigns if campaign.state == CampaignState.SENDING]
    times += [now + SOON for campaign in snapshot.campaigns if campaign.state == CampaignState.CANCELLING]
    if snapshot.state == RolloutState.RUNNING:
        for wave in snapshot.waves:
            if wave.state == WaveState.SOAKING and wave.reached_at is not None:
                times.append(wave.reached_at + plan.gate_of(wave.number).soak_time)
        sendable = {account.name for account in snapshot.accounts if may_send(snapshot, account, now)}
        intended = [each for each in snapshot.campaigns if each.state == CampaignState.INTENDED]
        times += [now for campaign in intended if campaign.account in sendable]
        tomorrow = midnight(now.date() + _DAY)
        if plan.schedule.per_day is not None and decide(snapshot, plan, tomorrow).make != ():
            times.append(tomorrow)
    return None if times == [] else max(now, min(times))
