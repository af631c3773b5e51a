"""What holds for every decision, whatever the roll-out looks like."""

from __future__ import annotations

import copy
import gc
import itertools
import time
from collections import Counter
from dataclasses import replace
from datetime import datetime
from typing import TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from fota_sdk.rollout import (
    CampaignState,
    Decision,
    DeviceState,
    Gate,
    Reason,
    ReasonKind,
    RolloutPlan,
    RolloutState,
    Schedule,
    StopRule,
    Wave,
    WaveState,
)
from fota_sdk.rollout.decide import PILOT_PATIENCE, decide
from fota_sdk.rollout.snapshot import AccountRow, CampaignRow, Snapshot, WaveRow, changes
from tests.rollout.snapshots import DAY, HOLDING, HOUR, NOW, PAUSING, TODAY, A, B, after, fleet, plan, recorded

many = settings(derandomize=True, max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
FINAL = (RolloutState.STOPPED, RolloutState.FINISHED)
ORDER = (WaveState.WAITING, WaveState.RUNNING, WaveState.SOAKING, WaveState.PASSED)
BEFORE_START = ("CampaignRequestPending", "CampaignRequestQueued", "CampaignPreScheduled", "CampaignOfTomorrow", None)
times = st.integers(-10 * 24, 10 * 24).map(lambda hours: NOW + hours * HOUR)


# Roll-outs of all kinds, as they may be

shares = st.sampled_from(["0.5%", "5%", "20%", "100%"])


@st.composite
def rules(draw: st.DrawFn) -> StopRule:
    return StopRule(
        draw(st.sampled_from(["failed", "rejected", "timed_out"])),
        draw(shares),
        min_finished=draw(st.sampled_from([1, 5, 20])),
        confidence=draw(st.sampled_from([0, 0.5, 0.95])),
        max_count=draw(st.sampled_from([None, None, 1, 10])),
        per=draw(st.sampled_from(["rollout", "account"])),
    )


@st.composite
def plans(draw: st.DrawFn) -> RolloutPlan:
    approvals = draw(st.lists(st.sampled_from(["auto", "auto", "manual"]), min_size=1, max_size=3))
    some = [Wave(devices=place + 1, approval=each) for place, each in enumerate(approvals)]
    some[-1] = Wave(share="100%", approval=approvals[-1])
    return plan(
        *some,
        api=draw(st.sampled_from(["v3", "v2"])),
        gate=Gate(draw(st.sampled_from(["0%", "50%", "90%", "100%"])), draw(st.sampled_from(["0h", "24h"]))),
        stop=tuple(draw(st.lists(rules(), max_size=3))),
        schedule=Schedule(lead=draw(st.integers(1, 3)), per_day=draw(st.none() | st.integers(1, 30))),
        campaign_size=draw(st.integers(1, 20)),
    )


Kind: TypeAlias = tuple[str, str | None, int | None, tuple[str, ...]]
"""State, status, first day from today, states of its devices."""

AT_SERVICE: list[Kind] = [
    (CampaignState.SCHEDULED, status, days, (*DeviceState.OPEN[:1], DeviceState.REJECTED))
    for status, days in itertools.product(BEFORE_START, (0, 1, 2, 5))
]
AT_SERVICE += [(CampaignState.SCHEDULED, "CampaignScheduled", days, DeviceState.BOUND) for days in (0, -1, -3)]
AT_SERVICE += [
    (state, status, -1, DeviceState.BOUND)
    for state in (CampaignState.SCHEDULED, CampaignState.CANCELLING)
    for status in ("CampaignEnded", "CampaignCancelled", "CampaignAborted", "CampaignFailed")
]
AT_SERVICE += [(CampaignState.CANCELLING, "CampaignPreScheduled", 1, DeviceState.OPEN)]
AT_SERVICE += [(CampaignState.ENDED, "CampaignEnded", -2, DeviceState.FINAL)] * 8
UNSENT: list[Kind] = [(CampaignState.INTENDED, None, None, DeviceState.OPEN[:1])] * 4
UNSENT += [(CampaignState.SENDING, None, days, DeviceState.OPEN[:1]) for days in (0, 1, 2)]


@st.composite
def campaigns(draw: st.DrawFn, number: int, account: str, wave: int, size: int) -> CampaignRow:
    state, status, days, kinds = draw(st.sampled_from(AT_SERVICE + UNSENT))
    one, other = draw(st.tuples(st.sampled_from(kinds), st.sampled_from(kinds)))
    some = draw(st.integers(0, size))
    counts = Counter({one: some}) + Counter({other: size - some})
    start = None if days is None else TODAY + days * DAY
    is_reported = draw(st.booleans()) and state not in (CampaignState.INTENDED, CampaignState.SENDING)
    is_unstoppable = state == CampaignState.SCHEDULED and draw(st.booleans())
    return CampaignRow(number, account, wave, state, size, counts, start, status, is_reported, is_unstoppable)


@st.composite
def wave_rows(draw: st.DrawFn, of: RolloutPlan) -> tuple[WaveRow, ...]:
    """Waves in order: some that let pass, one that is under way, and the rest, which wait."""
    rows: list[WaveRow] = []
    begun = draw(st.integers(0, len(of.wave)))
    for number in range(1, len(of.wave) + 1):
        state, acknowledged = WaveState.WAITING, False
        if number < begun:
            state = draw(st.sampled_from([WaveState.PASSED, WaveState.FAILED]))
            acknowledged = state == WaveState.FAILED
        elif number == begun:
            state = draw(st.sampled_from([*ORDER[1:], WaveState.FAILED]))
            acknowledged = draw(st.booleans()) if state == WaveState.FAILED else False
        reached = draw(times) if state in (WaveState.SOAKING, WaveState.PASSED) else None
        rows.append(WaveRow(number, state, reached, draw(st.booleans()), acknowledged))
    return tuple(rows)


@st.composite
def rollouts(draw: st.DrawFn) -> tuple[Snapshot, RolloutPlan]:
    """A roll-out that may be, and its plan."""
    of = draw(plans())
    names = draw(st.sampled_from([(A,), (A, B)]))
    rows = draw(wave_rows(of))
    sizes, waiting = {}, {}
    made: list[CampaignRow] = []
    for name in names:
        for row in rows:
            size = waiting[name, row.number] = draw(st.integers(0, 30))
            sizes[name, row.number] = size
            for _ in range(draw(st.integers(0, 2)) if row.state != WaveState.WAITING else 0):
                if waiting[name, row.number] > 0:
                    bound = draw(st.integers(1, waiting[name, row.number]))
                    made.append(draw(campaigns(len(made) + 1, name, row.number, bound)))
                    waiting[name, row.number] -= bound
    holds = draw(st.lists(st.tuples(st.sampled_from(HOLDING), st.sampled_from(names), times), max_size=2))
    pauses = draw(st.lists(st.tuples(st.sampled_from([*PAUSING, ReasonKind.APPROVAL]), st.none(), times), max_size=2))
    reasons = {(kind, who): Reason(kind, who, f"because of {kind}", since) for kind, who, since in [*holds, *pauses]}
    accounts = [
        AccountRow(name, draw(st.none() | times), draw(st.none() | times), draw(st.sampled_from([True, True, False])))
        for name in names
    ]
    known = st.tuples(st.integers(0, 20), st.integers(0, 60))
    acknowledged = {
        (place, None if rule.per == "rollout" else name): draw(known)
        for place, rule in enumerate(of.stop)
        for name in names
        if draw(st.booleans())
    }
    is_paused = any(reason.account is None for reason in reasons.values())
    state = draw(
        st.sampled_from([RolloutState.PLANNED, RolloutState.STOPPING, *FINAL])
        | st.just(RolloutState.PAUSED if is_paused else RolloutState.RUNNING)
    )
    snapshot = Snapshot(
        state, tuple(reasons.values()), rows, tuple(accounts), tuple(made), sizes, waiting, acknowledged
    )
    return snapshot, of


# What holds


@many
@given(rollouts(), times)
def test_it_is_a_function_that_changes_nothing(rollout: tuple[Snapshot, RolloutPlan], now: datetime) -> None:
    before = copy.deepcopy(rollout)
    assert decide(*rollout, now) == decide(*rollout, now) == decide(*before, now)
    assert rollout == before


@many
@given(rollouts(), times)
def test_what_was_recorded_is_not_decided_again(rollout: tuple[Snapshot, RolloutPlan], now: datetime) -> None:
    snapshot, of = rollout
    once = after(snapshot, of, now)
    again = decide(once, of, now)
    assert not changes(again, once)
    assert recorded(once, again) == once


@many
@given(rollouts(), times)
def test_campaigns_are_made_only_where_nothing_forbids_them(
    rollout: tuple[Snapshot, RolloutPlan], now: datetime
) -> None:
    snapshot, of = rollout
    decision = decide(snapshot, of, now)
    if decision.make:
        assert decision.state == RolloutState.RUNNING
        assert snapshot.state in (RolloutState.RUNNING, RolloutState.PAUSED)
        assert [each for each in decision.reasons if each.account is None] == []
    rows = {account.name: account for account in snapshot.accounts}
    for intent in decision.make:
        row = rows[intent.account]
        holds = [each for each in decision.reasons if each.account == intent.account]
        assert row.is_verified
        assert all(time is None or time <= now for time in (row.not_before, row.schedule_at))
        assert all(each.kind == ReasonKind.PILOT_LIMIT and now < each.since + PILOT_PATIENCE for each in holds)
        assert decision.waves[intent.wave - 1].state != WaveState.WAITING


@many
@given(rollouts(), times)
def test_campaigns_are_never_larger_than_the_plan_and_the_fleet_allow(
    rollout: tuple[Snapshot, RolloutPlan], now: datetime
) -> None:
    snapshot, of = rollout
    made = decide(snapshot, of, now).make
    assert all(1 <= intent.size <= of.campaign_size for intent in made)
    for place, waiting in snapshot.waiting.items():
        assert sum(intent.size for intent in made if (intent.account, intent.wave) == place) <= waiting
    start = now.date() + of.schedule.lead * DAY
    assert {intent.start for intent in made} <= {start}
    if of.schedule.per_day is not None and made:
        live = [each for each in snapshot.campaigns if each.state in CampaignState.LIVE]
        there = sum(each.size for each in live if each.start == start or each.start is None)
        assert there + sum(intent.size for intent in made) <= of.schedule.per_day


@many
@given(rollouts(), times)
def test_without_a_limit_a_day_all_that_may_go_goes(rollout: tuple[Snapshot, RolloutPlan], now: datetime) -> None:
    snapshot, of = rollout
    of = replace(of, schedule=Schedule())
    made = decide(snapshot, of, now).make
    for account, wave in {(intent.account, intent.wave) for intent in made}:
        sent = sum(each.size for each in made if (each.account, each.wave) == (account, wave))
        assert sent == snapshot.waiting[account, wave]


@many
@given(rollouts(), times)
def test_waves_go_in_order_and_never_back(rollout: tuple[Snapshot, RolloutPlan], now: datetime) -> None:
    snapshot, of = rollout
    decision = decide(snapshot, of, now)
    for before, row in zip(snapshot.waves, decision.waves, strict=True):
        if before.state == WaveState.FAILED or row.state == WaveState.FAILED:
            assert before.state in (WaveState.WAITING, WaveState.RUNNING, WaveState.FAILED)
            assert row.state == WaveState.FAILED
        else:
            assert ORDER.index(row.state) >= ORDER.index(before.state)
        assert before.reached_at in (None, row.reached_at)
        assert (row.is_approved, row.is_acknowledged) == (before.is_approved, before.is_acknowledged)
    for number, row in enumerate(decision.waves):
        if row.state != WaveState.WAITING:
            assert all(
                each.state == WaveState.PASSED or (each.state == WaveState.FAILED and each.is_acknowledged)
                for each in decision.waves[:number]
            )
        if row.state != snapshot.waves[number].state == WaveState.WAITING and of.wave[number].approval == "manual":
            assert row.is_approved


@many
@given(rollouts(), times)
def test_no_reason_goes_by_itself_but_a_question_for_approval(
    rollout: tuple[Snapshot, RolloutPlan], now: datetime
) -> None:
    snapshot, of = rollout
    decision = decide(snapshot, of, now)
    kept = {reason.key: reason for reason in decision.reasons}
    assert len(kept) == len(decision.reasons)
    for reason in snapshot.reasons:
        if reason.kind != ReasonKind.APPROVAL:
            assert kept[reason.key].since == reason.since
            assert kept[reason.key].text.startswith(reason.text)


@many
@given(rollouts(), times)
def test_what_is_over_stays_as_it_is(rollout: tuple[Snapshot, RolloutPlan], now: datetime) -> None:
    snapshot, of = rollout
    snapshot = replace(snapshot, state=RolloutState.STOPPED)
    for state in (RolloutState.PLANNED, *FINAL):
        same = replace(snapshot, state=state)
        assert decide(same, of, now) == Decision(state, snapshot.reasons, snapshot.waves)


@many
@given(rollouts(), times)
def test_the_state_follows_from_the_rest(rollout: tuple[Snapshot, RolloutPlan], now: datetime) -> None:
    snapshot, of = rollout
    decision = decide(snapshot, of, now)
    then = recorded(snapshot, decision)
    may_be_live = any(each.state in CampaignState.LIVE for each in then.campaigns)
    may_be_live = may_be_live or not all(each.is_verified for each in then.accounts)
    if snapshot.state == RolloutState.STOPPING:
        assert decision.state == (RolloutState.STOPPING if may_be_live else RolloutState.STOPPED)
    elif snapshot.state in (RolloutState.RUNNING, RolloutState.PAUSED):
        is_paused = any(reason.account is None for reason in decision.reasons)
        passed = all(
            row.state == WaveState.PASSED or (row.state == WaveState.FAILED and row.is_acknowledged)
            for row in then.waves
        )
        is_finished = passed and not may_be_live and sum(then.waiting.values()) == 0
        ended = RolloutState.FINISHED if is_finished else RolloutState.RUNNING
        assert decision.state == (RolloutState.PAUSED if is_paused else ended)


@many
@given(rollouts(), times)
def test_only_what_may_still_be_called_back_is_taken_back(rollout: tuple[Snapshot, RolloutPlan], now: datetime) -> None:
    snapshot, of = rollout
    decision = decide(snapshot, of, now)
    assert len(set(decision.take_back)) == len(decision.take_back)
    for number in decision.take_back:
        row = snapshot.campaigns[number - 1]
        assert row.state in (CampaignState.INTENDED, CampaignState.SCHEDULED)
        assert not row.is_unstoppable or row.state == CampaignState.INTENDED
        assert not row.has_started or of.api == "v2"


@many
@given(rollouts(), times, st.integers(0, 20 * 24))
def test_time_alone_carries_it_forward_only(rollout: tuple[Snapshot, RolloutPlan], now: datetime, hours: int) -> None:
    snapshot, of = rollout
    later = now + hours * HOUR
    early, late = decide(snapshot, of, now), decide(snapshot, of, later)
    for one, other in zip(early.waves, late.waves, strict=True):
        assert WaveState.FAILED in (one.state, other.state) or ORDER.index(other.state) >= ORDER.index(one.state)
    asked = {ReasonKind.APPROVAL, ReasonKind.GATE}  # a wave that has passed lets the next one ask and fail
    assert {each.key for each in early.reasons} <= {each.key for each in late.reasons}
    assert {each.kind for each in late.reasons} - {each.kind for each in early.reasons} <= asked
    stepped = decide(recorded(snapshot, early), of, later)
    for one, other in zip(late.waves, stepped.waves, strict=True):  # a step in between keeps nothing back
        assert WaveState.FAILED in (one.state, other.state) or ORDER.index(other.state) >= ORDER.index(one.state)


# Its cost


def large(accounts: int, campaigns_each: int) -> tuple[Snapshot, RolloutPlan]:
    of = plan(
        Wave(devices=20),
        Wave(share="1%"),
        Wave(share="10%"),
        Wave(share="100%"),
        stop=(
            StopRule("failed", "5%"),
            StopRule("failed", "5%", per="account"),
            StopRule("rejected", "20%", per="account"),
        ),
    )
    names = [f"0000{number:06}-00001" for number in range(accounts)]
    snapshot = fleet(dict.fromkeys(names, (20, 30, 450, 4500)))
    rows = tuple(
        CampaignRow(
            number=number + 1,
            account=names[number % accounts],
            wave=4,
            state=CampaignState.SCHEDULED,
            size=500,
            counts={DeviceState.SUCCEEDED: 400, DeviceState.IN_PROGRESS: 95, DeviceState.FAILED: 5},
            start=TODAY,
            status="CampaignScheduled",
            is_reported=True,
        )
        for number in range(accounts * campaigns_each)
    )
    passed = [replace(wave, state=WaveState.PASSED) for wave in snapshot.waves[:3]]
    waves = (*passed, replace(snapshot.waves[3], state=WaveState.RUNNING))
    reasons = tuple(Reason(ReasonKind.LICENCES, name, "none", NOW) for name in names[::10])
    return replace(snapshot, campaigns=rows, waves=waves, reasons=reasons), of


@pytest.mark.benchmark
def test_its_cost_grows_with_the_rollout_and_no_faster() -> None:
    def best(snapshot: Snapshot, of: RolloutPlan) -> float:
        taken = []
        for _ in range(5):
            fresh = replace(snapshot)  # without what the last decision has worked out
            begun = time.perf_counter()
            decide(fresh, of, NOW)
            taken.append(time.perf_counter() - begun)
        return min(taken)

    gc.disable()
    try:
        small, whole = best(*large(50, 8)), best(*large(200, 8))
    finally:
        gc.enable()
    assert whole < 4 * small * 2.5, f"1,600 campaigns: {whole:.4f} s; 400: {small:.4f} s"
