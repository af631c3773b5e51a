"""Whatever happens to a roll-out, in any order: what was promised holds all the time, and it comes to its end."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from fota_sdk import FotaError
from fota_sdk.rollout import Doubt, Gate, ReasonKind, RolloutPlan, Schedule, StopRule, Wave, decide, step
from fota_sdk.rollout.journal import Journal
from fota_sdk.rollout.outcome import Outcome, outcome_of
from fota_sdk.rollout.snapshot import Snapshot
from fota_sdk.rollout.step import Step
from fota_sdk.sandbox.campaign import Campaign
from tests.rollout.chaos import Chaos
from tests.rollout.deaths import Killed, Points
from tests.rollout.fleet_on_sandbox import ACCOUNT, OTHER_ACCOUNT, plan_of

THIRD_ACCOUNT = "0000123456-00003"
OPERATIONS = (
    *["schedule_campaign_firmware_upgrade"] * 4,
    *["cancel_campaign"] * 2,
    "get_campaign_information",
    "get_campaign_device_status",
    "get_campaign_history_by_status",
)
MISHAPS = ("lost", "cut", "500", "503", "429", "429 for an hour", "400", "400")
COMMENT = "somebody thought so"

hours = st.sampled_from([0, 1, 3, 6, 6, 12, 24])
scopes = st.sampled_from([None, None, ACCOUNT, OTHER_ACCOUNT])
places = st.integers(0, 30)
mishaps = st.tuples(st.sampled_from(OPERATIONS), st.sampled_from(MISHAPS), st.sampled_from([1, 1, 2, 5]))


@st.composite
def plans(draw: st.DrawFn, api: str) -> RolloutPlan:
    manual = draw(st.sampled_from(["auto", "auto", "manual"]))
    failed = StopRule("failed", "30%", min_finished=1, confidence=0)
    stop = draw(st.sampled_from([(), (failed,), (replace(failed, per="account"), StopRule("failed", max_count=2))]))
    return plan_of(
        api,
        wave=(Wave(devices=4), Wave(devices=6, approval=manual), Wave(share="100%")),
        gate=Gate(draw(st.sampled_from(["50%", "90%", "100%"])), draw(st.sampled_from(["0h", "12h"]))),
        stop=stop,
        campaign_size=draw(st.sampled_from([1, 2, 3, 10])),
        order="file",  # the same devices are in the same campaigns when it is run again
        schedule=Schedule(
            lead=draw(st.sampled_from([1, 1, 3])),
            days=draw(st.sampled_from([1, 3])),
            per_day=draw(st.sampled_from([None, 5])),
        ),
        doubt=Doubt(when_absent=draw(st.sampled_from(["ask", "resend"]))),
    )


class Machine(RuleBasedStateMachine):
    """A roll-out of 17 devices in three accounts, and all that happens to it."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.fleet: Chaos | None = None
        self.may_stop = self.knows_names = False

    @initialize(
        data=st.data(),
        api=st.sampled_from(["v3", "v2"]),
        names=st.sampled_from(["whole", "whole", "cut", "absent"]),
        lag=st.sampled_from([0, 6]),
        size=st.sampled_from([None, 2]),
        failing=st.sampled_from([0.0, 0.15, 0.3]),
        seed=st.integers(0, 99),
        may_stop=st.sampled_from([False, False, True]),
    )
    def begins(
        self,
        data: st.DataObject,
        api: str,
        names: str,
        lag: int,
        size: int | None,
        failing: float,
        seed: int,
        may_stop: bool,
    ) -> None:
        self.may_stop = may_stop
        self.knows_names = names != "absent"
        options: dict[str, Any] = {
            "history_names": names,
            "report_lag": timedelta(hours=lag),
            "page_size": size,
            "pilot_rule": False,
        }
        sizes = {ACCOUNT: 9, OTHER_ACCOUNT: 5, THIRD_ACCOUNT: 3}
        fleet = self.fleet = Chaos(Path(self.folder.name), data.draw(plans(api)), sizes, **options)
        fleet.__enter__()
        fleet.sandbox.outcomes(failed=failing, silent=failing / 3, retried=0.1, seed=seed)
        fleet.create()
        fleet.check()

    @property
    def world(self) -> Chaos:
        assert self.fleet is not None
        return self.fleet

    def live(self, place: int, *, started: bool = False) -> Campaign | None:
        """Return one of the campaigns that live and have not started, or may have; None where there is none."""
        now = self.world.sandbox._clock.now()
        live = [each for each in self.world.campaigns() if each.is_live(now) and (started or each.started > now)]
        return live[place % len(live)] if live else None

    def is_found_when_moved(self, campaign: Campaign) -> bool:
        """Return whether it would be found on later days; V3 shows it nowhere until then, as our documents warn."""
        world = self.world
        if world.plan.api == "v2":
            return True
        return world.backup is None and (world.plan.doubt.when_absent == "ask" or world.is_known(campaign))

    # Steps, what fails in them, and processes that die

    @rule(hours=hours, times=st.integers(1, 3))
    def days_pass(self, hours: int, times: int) -> None:
        for _ in range(times):
            self.world.advance(hours=hours)
            self.world.check_report(self.world.step())
            self.world.check()

    @rule(hours=hours, mishaps=st.lists(mishaps, min_size=1, max_size=3))
    def requests_fail(self, hours: int, mishaps: list[tuple[str, str, int]]) -> None:
        for operation, what, times in mishaps:
            self.fails(f"{self.world.plan.api}.{operation}", what, times)
        self.days_pass(hours, 1)

    @rule(hours=hours, mishap=mishaps, at=st.integers(1, 12))
    def dies_within_a_step(self, hours: int, mishap: tuple[str, str, int], at: int) -> None:
        self.fails(f"{self.world.plan.api}.{mishap[0]}", *mishap[1:])
        self.world.advance(hours=hours)
        self.world.revive(Points(at))
        with suppress(Killed):
            self.world.step()
        self.world.revive()
        self.world.check()

    @rule(hours=hours, method=st.sampled_from(["POST", "POST", "DELETE"]))
    def a_request_is_late(self, hours: int, method: str) -> None:
        self.world.late[method] = 1
        self.days_pass(hours, 1)

    @precondition(lambda self: self.world.is_waiting_for_requests)
    @rule()
    def late_requests_arrive(self) -> None:
        self.world.deliver()
        self.world.check()

    def fails(self, operation: str, what: str, times: int) -> None:
        """Let the next requests of an operation meet something."""
        sandbox = self.world.sandbox
        if what == "lost":
            sandbox.lose_next_answer(operation)
        elif what == "cut":
            sandbox.cut_next_answer(operation)
        elif what.startswith("429"):
            sandbox.throttle_next(times, retry_after=3600 if " " in what else None, operation=operation)
        elif what != "400" or ".get_" not in operation:
            sandbox.fail_next(int(what), times=times, operation=operation)

    # Persons

    @rule(what=st.sampled_from(["pause", "pause", "resume", "resume", "requeue", "approve", "stop"]), who=scopes)
    def a_person_asks(self, what: str, who: str | None) -> None:
        world = self.world
        if what == "pause":
            world.asks(lambda rollout: rollout.pause(COMMENT, who))
        elif what == "resume":
            world.asks(lambda rollout: rollout.resume(COMMENT, who), resumes=[who])
        elif what == "requeue":
            world.asks(lambda rollout: rollout.resume(COMMENT, requeue=True), resumes=[None], requeue=True)
        elif what == "approve":
            world.asks(lambda rollout: rollout.approve(2))
        elif self.may_stop:
            world.asks(lambda rollout: rollout.stop(COMMENT))

    @precondition(lambda self: self.knows_names)
    @rule()
    def somebody_takes_a_backup(self) -> None:
        self.world.take_backup()

    @precondition(lambda self: self.world.backup is not None)
    @rule(hours=hours)
    def somebody_puts_the_backup_back(self, hours: int) -> None:
        self.world.put_backup_back()
        self.days_pass(hours, 1)

    @rule(hours=hours, who=scopes)
    def somebody_pauses_while_a_step_runs(self, hours: int, who: str | None) -> None:
        self.world.interjection = lambda rollout: rollout.pause(COMMENT, who)
        self.days_pass(hours, 1)
        self.world.interjection = None

    @rule(hours=hours, times=st.integers(1, 3))
    def a_person_does_what_is_asked(self, hours: int, times: int) -> None:
        for _ in range(times):
            self.world.attend()
            self.days_pass(hours, 1)

    # Somebody else

    @rule(place=places)
    def the_service_gives_a_campaign_up(self, place: int) -> None:
        campaign = self.live(place)
        if campaign is not None:
            self.world.sandbox.fail(campaign.information["id"])

    @rule(place=places, what=st.sampled_from(["fail", "fail", "silence", "reject", "restore"]))
    def a_device_is_otherwise(self, place: int, what: str) -> None:
        imei, _ = self.world.devices[place % len(self.world.devices)]
        getattr(self.world.sandbox, f"{what}_device")(imei)

    @rule(place=places, what=st.sampled_from(["cancel", "cancel", "move", "remove"]))
    def somebody_changes_a_campaign(self, place: int, what: str) -> None:
        campaign = self.live(place, started=what == "cancel" and self.world.plan.api == "v2")
        if campaign is None or (what == "move" and not self.is_found_when_moved(campaign)):
            return
        client, api = self.world.client, self.world.plan.api
        group: Any = client.campaigns_v2 if api == "v2" else client.campaigns_v3
        account, campaign_id = campaign.information["accountName"], campaign.information["id"]

        def act() -> None:
            if what == "cancel":
                group.cancel_campaign(account, campaign_id)
            elif what == "remove":
                imei = sorted(campaign.devices)[place % len(campaign.devices)] if campaign.devices else ""
                group.update_campaign_firmware_devices(account, campaign_id, {"Type": "remove", "deviceList": [imei]})
            else:
                day = self.world.sandbox.today + timedelta(days=2 + place % 3)
                body = {"startDate": day, "endDate": day + timedelta(days=1)}
                group.update_campaign_dates(account, campaign_id, body)
                self.world.moved.add(campaign_id)

        with suppress(FotaError):  # it has started, or is over
            self.world.other(act)
        self.world.check()

    def teardown(self) -> None:
        try:
            if self.fleet is not None:
                try:
                    self.fleet.finish()
                finally:
                    self.fleet.__exit__()
        finally:
            self.folder.cleanup()


def run(examples: int, steps: int, **options: Any) -> None:
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            **options,
        ),
    )


@pytest.mark.timeout(240)
def test_whatever_happens_nothing_is_there_twice_and_nothing_is_lost() -> None:
    run(30, 25, derandomize=True)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_the_same_for_longer_and_otherwise_each_time() -> None:
    run(200, 40)


# What is made wrong on purpose, and has to be noticed


def without_stopping_at_a_refusal(patch: pytest.MonkeyPatch) -> None:
    refuse = Step._refuse

    def refused(step: Step, *given: Any) -> None:
        drafts = list(step._to_send)
        refuse(step, *given)
        step._to_send = drafts

    patch.setattr(Step, "_refuse", refused)


def without_stopping_at_an_unknown_outcome(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Step, "_not_accepted", lambda step, draft, size, error: step.journal.not_sent(draft.number))


def without_looking_for_requests_of_persons(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Journal, "has_requests", False)


def without_time_for_late_reports(patch: pytest.MonkeyPatch) -> None:
    def at_once(state: Any, final_at: Any, known: Any, seen: Any, now: Any, settle: timedelta) -> Outcome:
        return outcome_of(state, final_at, known, seen, now, timedelta())

    patch.setattr(step, "outcome_of", at_once)


def with_rules_that_untrip(patch: pytest.MonkeyPatch) -> None:
    tripped = decide._tripped

    def anew(snapshot: Snapshot, *given: Any) -> Any:
        kept = tuple(each for each in snapshot.reasons if each.kind != ReasonKind.STOP_RULE)
        return tripped(replace(snapshot, reasons=kept), *given)

    patch.setattr(decide, "_tripped", anew)


def with_campaigns_while_it_is_paused(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(decide, "_pauses", lambda reasons: False)


def with_more_devices_on_a_day(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(decide, "_starts_on", lambda campaign, day: False)


def without_a_next_step(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(step, "next_time", lambda snapshot, journal, now: None)


MUTANTS = (
    without_stopping_at_a_refusal,
    without_stopping_at_an_unknown_outcome,
    without_looking_for_requests_of_persons,
    without_time_for_late_reports,
    with_rules_that_untrip,
    with_campaigns_while_it_is_paused,
    with_more_devices_on_a_day,
    without_a_next_step,
)


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("mutate", MUTANTS, ids=lambda mutate: mutate.__name__)
def test_what_is_made_wrong_is_noticed(
    mutate: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    mutate(monkeypatch)
    with pytest.raises(AssertionError):
        run(600, 30, derandomize=True, phases=[Phase.generate])
