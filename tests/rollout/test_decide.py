"""What is decided: waves, gates, approval, accounts, sizes. Each test is a sentence of the design."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from fota_sdk.rollout import CampaignState, Decision, Gate, ReasonKind, RolloutState, Schedule, Wave, WaveState
from fota_sdk.rollout.decide import decide
from fota_sdk.rollout.snapshot import GateCounts, Snapshot, gate_counts
from tests.rollout.snapshots import (
    DAY,
    HOLDING,
    HOUR,
    NOW,
    PAUSING,
    TODAY,
    A,
    B,
    C,
    account,
    after,
    because,
    campaign,
    done,
    fleet,
    kinds,
    plan,
    reason,
    sizes,
    waves,
    without,
)

PLAN = plan()


def states(of: Snapshot | Decision) -> list[str]:
    return [wave.state for wave in of.waves]


# The whole


@pytest.mark.parametrize("state", [RolloutState.PLANNED, RolloutState.STOPPED, RolloutState.FINISHED])
def test_before_its_start_and_after_its_end_nothing_is_decided(state: str) -> None:
    snapshot = campaign(fleet({A: (10, 10)}, state), A, 1, {"queued": 10}, status=None)
    decision = decide(because(snapshot, reason(ReasonKind.STOP_RULE, A)), PLAN, NOW)
    assert (decision.state, decision.waves, decision.make, decision.take_back) == (state, snapshot.waves, (), ())


def test_it_is_finished_when_all_waves_have_passed_and_nothing_is_open() -> None:
    snapshot = waves(done(fleet({A: (10,)}), A, 1, 10), WaveState.SOAKING, reached_at=NOW - DAY)
    assert decide(snapshot, PLAN, NOW).state == RolloutState.FINISHED


def test_it_is_not_finished_while_devices_are_open_although_the_last_wave_has_passed() -> None:
    snapshot = campaign(done(fleet({A: (10,)}), A, 1, 9), A, 1, {"in_progress": 1})
    decision = decide(waves(snapshot, WaveState.SOAKING, reached_at=NOW - DAY), PLAN, NOW)
    assert (states(decision), decision.state) == ([WaveState.PASSED], RolloutState.RUNNING)


def test_it_is_not_finished_while_devices_wait_in_an_account_that_is_held() -> None:
    snapshot = because(done(fleet({A: (10,), B: (10,)}), A, 1, 10), reason(ReasonKind.LICENCES, B))
    decision = decide(waves(snapshot, WaveState.SOAKING, reached_at=NOW - DAY), PLAN, NOW)
    assert (states(decision), decision.state) == ([WaveState.PASSED], RolloutState.RUNNING)


def test_a_wave_that_failed_and_was_acknowledged_does_not_keep_it_from_finishing() -> None:
    snapshot = waves(done(fleet({A: (10,)}), A, 1, 1, failed=9), WaveState.FAILED, is_acknowledged=True)
    assert decide(snapshot, PLAN, NOW).state == RolloutState.FINISHED


@pytest.mark.parametrize(
    ("state", "then"),
    [(RolloutState.RUNNING, RolloutState.FINISHED), (RolloutState.STOPPING, RolloutState.STOPPED)],
)
def test_it_is_not_over_while_there_may_be_campaigns_that_the_journal_does_not_know(state: str, then: str) -> None:
    snapshot = replace(waves(done(fleet({A: (10,)}), A, 1, 10), WaveState.PASSED), state=state)
    assert decide(snapshot, PLAN, NOW).state == then
    assert decide(account(snapshot, A, is_verified=False), PLAN, NOW).state == state


@pytest.mark.parametrize("kind", PAUSING)
def test_a_reason_pauses_it_until_none_is_left(kind: str) -> None:
    snapshot = because(fleet({A: (10,)}), reason(kind), reason(ReasonKind.USER))
    decision = decide(snapshot, PLAN, NOW)
    assert (decision.state, decision.make) == (RolloutState.PAUSED, ())
    assert decide(without(snapshot, kind, ReasonKind.USER), PLAN, NOW).state == RolloutState.RUNNING


# Waves


def test_the_first_wave_begins_and_no_other_one() -> None:
    decision = decide(fleet({A: (10, 30, 60), B: (10, 5, 5)}), PLAN, NOW)
    assert states(decision) == [WaveState.RUNNING, WaveState.WAITING, WaveState.WAITING]
    assert sizes(decision) == [(A, 1, 10), (B, 1, 10)]


def test_the_next_wave_begins_when_the_one_before_has_soaked() -> None:
    reached = after(waves(done(fleet({A: (10, 30)}), A, 1, 9, failed=1), WaveState.RUNNING), PLAN, NOW)
    assert states(reached) == [WaveState.SOAKING, WaveState.WAITING]
    assert states(after(reached, PLAN, NOW + DAY - timedelta(seconds=1))) == [WaveState.SOAKING, WaveState.WAITING]
    decision = decide(reached, PLAN, NOW + DAY)
    assert (states(decision), sizes(decision)) == ([WaveState.PASSED, WaveState.RUNNING], [(A, 2, 30)])


def test_without_soak_the_next_wave_begins_at_once() -> None:
    decision = decide(waves(done(fleet({A: (10, 30)}), A, 1, 10), WaveState.RUNNING), plan(gate=Gate(soak="0h")), NOW)
    assert (states(decision), sizes(decision)) == ([WaveState.PASSED, WaveState.RUNNING], [(A, 2, 30)])


def test_a_wave_without_devices_passes_without_soak() -> None:
    decision = decide(fleet({A: (0, 0, 7)}), PLAN, NOW)
    assert states(decision) == [WaveState.PASSED, WaveState.PASSED, WaveState.RUNNING]
    assert sizes(decision) == [(A, 3, 7)]


def test_a_wave_all_of_whose_devices_were_removed_tells_nothing_of_the_package_and_ends_below_its_gate() -> None:
    snapshot = waves(done(fleet({A: (10, 7)}), A, 1, 0, removed=10), WaveState.RUNNING)
    decision = decide(snapshot, PLAN, NOW)
    assert states(decision) == [WaveState.FAILED, WaveState.WAITING]
    (found,) = decision.reasons
    assert found.text == (
        "wave 1 ended below its gate: none is left of its devices, 10 were removed from their campaigns; "
        "the gate wants 90%"
    )


# Gates: reached, not yet, ended below


@pytest.mark.parametrize(
    ("counts", "state"),
    [
        ({"succeeded": 9, "in_progress": 1}, WaveState.SOAKING),
        ({"succeeded": 9, "failed": 1}, WaveState.SOAKING),
        ({"succeeded": 8, "in_progress": 2}, WaveState.RUNNING),
        ({"succeeded": 8, "failed": 1, "queued": 1}, WaveState.RUNNING),
        ({"failed": 9, "queued": 1}, WaveState.RUNNING),  # it cannot be reached any more, but is not over
        ({"succeeded": 8, "failed": 2}, WaveState.FAILED),
        ({"succeeded": 8, "rejected": 2}, WaveState.FAILED),
        ({"succeeded": 8, "timed_out": 2}, WaveState.FAILED),
        ({"succeeded": 8, "cancelled": 2}, WaveState.FAILED),
        ({"succeeded": 8, "removed": 2}, WaveState.SOAKING),
        ({"succeeded": 7, "removed": 2, "failed": 1}, WaveState.FAILED),
    ],
)
def test_a_gate_has_three_verdicts(counts: dict[str, int], state: str) -> None:
    snapshot = waves(campaign(fleet({A: (10, 30)}), A, 1, counts), WaveState.RUNNING)
    decision = decide(snapshot, PLAN, NOW)
    assert states(decision) == [state, WaveState.WAITING]
    assert kinds(decision) == ([(ReasonKind.GATE, None)] if state == WaveState.FAILED else [])


@pytest.mark.parametrize(
    ("counts", "have_ended", "words"),
    [
        (GateCounts(succeeded=8, of=10, open=0, held=0, removed=0), True, "8 of 10 devices succeeded (80.0%)"),
        (GateCounts(succeeded=8, of=10, open=2, held=0, removed=0), False, "8 of 10 devices succeeded (80.0%)"),
        (GateCounts(succeeded=0, of=0, open=0, held=0, removed=0), False, "0 of 0 devices succeeded"),
        (
            GateCounts(succeeded=0, of=0, open=0, held=0, removed=1),
            True,
            "none is left of its devices, 1 were removed from their campaigns",
        ),
        (
            GateCounts(succeeded=0, of=0, open=0, held=2, removed=1),
            False,
            "none is left of its devices, 1 were removed from their campaigns",
        ),
    ],
)
def test_a_gate_has_ended_where_there_were_devices_and_none_is_open_or_held(
    counts: GateCounts, have_ended: bool, words: str
) -> None:
    assert (counts.have_ended, counts.words) == (have_ended, words)


def test_devices_of_an_account_that_is_held_are_not_open() -> None:
    snapshot = because(done(fleet({A: (10, 5)}), A, 1, 4, failed=1), reason(ReasonKind.REFUSED, A))
    snapshot = replace(snapshot, waiting={**snapshot.waiting, (A, 1): 5})
    assert gate_counts(snapshot, A, 1) == GateCounts(succeeded=4, of=5, open=0, held=5, removed=0)


def test_an_account_that_has_no_device_in_a_wave_does_not_keep_it_from_its_end() -> None:
    snapshot = waves(fleet({A: (10, 5), B: (10,)}), WaveState.PASSED, WaveState.RUNNING)
    snapshot = done(done(done(snapshot, A, 1, 10), B, 1, 10), A, 2, 1, failed=4)
    decision = decide(snapshot, plan(Wave(devices=20), Wave(share="100%")), NOW)
    assert kinds(decision) == [(ReasonKind.GATE, None)]


def test_a_gate_counts_devices_that_were_not_sent_yet() -> None:
    snapshot = waves(done(fleet({A: (10, 30)}), A, 1, 8), WaveState.RUNNING)
    assert states(decide(snapshot, PLAN, NOW))[0] == WaveState.RUNNING


def test_a_gate_looks_at_all_accounts_together() -> None:
    snapshot = done(done(fleet({A: (90, 1), B: (10, 1)}), A, 1, 90), B, 1, 0, failed=10)
    assert states(decide(waves(snapshot, WaveState.RUNNING), PLAN, NOW))[0] == WaveState.SOAKING


def test_a_wave_may_have_a_gate_of_its_own() -> None:
    of = plan(Wave(devices=10, success="50%", soak="1h"), Wave(share="100%"))
    snapshot = waves(done(fleet({A: (10, 10)}), A, 1, 5, failed=5), WaveState.RUNNING)
    reached = after(snapshot, of, NOW)
    assert states(reached)[0] == WaveState.SOAKING
    assert states(after(reached, of, NOW + HOUR))[0] == WaveState.PASSED


def test_a_wave_that_ended_below_its_gate_pauses_with_its_numbers() -> None:
    decision = decide(waves(done(fleet({A: (10, 30)}), A, 1, 8, failed=2), WaveState.RUNNING), PLAN, NOW)
    assert (decision.state, decision.make) == (RolloutState.PAUSED, ())
    assert [each.text for each in decision.reasons] == [
        "wave 1 ended below its gate: 8 of 10 devices succeeded (80.0%); the gate wants 90%"
    ]


def test_who_resumes_after_that_goes_on_with_the_next_wave_and_is_not_asked_again() -> None:
    paused = after(waves(done(fleet({A: (10, 30)}), A, 1, 8, failed=2), WaveState.RUNNING), PLAN, NOW)
    resumed = waves(without(paused, ReasonKind.GATE), WaveState.FAILED, is_acknowledged=True)
    decision = decide(resumed, PLAN, NOW + DAY)
    assert (decision.state, states(decision)) == (RolloutState.RUNNING, [WaveState.FAILED, WaveState.RUNNING])
    assert sizes(decision) == [(A, 2, 30)]


def test_a_wave_is_measured_while_the_rollout_is_paused_but_none_begins() -> None:
    snapshot = because(waves(done(fleet({A: (10, 30)}), A, 1, 10), WaveState.RUNNING), reason(ReasonKind.USER))
    paused = after(after(snapshot, PLAN, NOW), PLAN, NOW + DAY)
    assert (paused.state, states(paused)) == (RolloutState.PAUSED, [WaveState.PASSED, WaveState.WAITING])
    assert states(decide(without(paused, ReasonKind.USER), PLAN, NOW + DAY))[1] == WaveState.RUNNING


# Approval

MANUAL = plan(Wave(devices=10), Wave(share="100%", name="the rest", approval="manual"), gate=Gate(soak="0h"))


def test_a_wave_that_wants_approval_pauses_when_its_turn_has_come() -> None:
    assert decide(fleet({A: (10, 30)}), MANUAL, NOW).reasons == ()
    decision = decide(waves(done(fleet({A: (10, 30)}), A, 1, 10), WaveState.RUNNING), MANUAL, NOW)
    assert (decision.state, kinds(decision)) == (RolloutState.PAUSED, [(ReasonKind.APPROVAL, None)])
    assert decision.reasons[0].text == "wave 2 (the rest) begins when it is approved"
    assert (states(decision), decision.make) == ([WaveState.PASSED, WaveState.WAITING], ())


def test_an_approved_wave_begins_and_nothing_pauses_any_more() -> None:
    waiting = after(waves(done(fleet({A: (10, 30)}), A, 1, 10), WaveState.RUNNING), MANUAL, NOW)
    approved = waves(waiting, WaveState.PASSED, WaveState.WAITING, is_approved=True)
    decision = decide(approved, MANUAL, NOW + HOUR)
    assert (decision.state, decision.reasons, sizes(decision)) == (RolloutState.RUNNING, (), [(A, 2, 30)])


def test_approval_ahead_of_its_turn_lets_the_wave_begin_without_a_pause() -> None:
    snapshot = waves(fleet({A: (10, 30)}), WaveState.WAITING, WaveState.WAITING, is_approved=True)
    snapshot = waves(done(snapshot, A, 1, 10), WaveState.RUNNING)
    decision = decide(snapshot, MANUAL, NOW)
    assert (decision.state, states(decision)) == (RolloutState.RUNNING, [WaveState.PASSED, WaveState.RUNNING])


def test_the_first_wave_may_want_approval_too() -> None:
    decision = decide(fleet({A: (10,)}), plan(Wave(share="100%", approval="manual")), NOW)
    assert (kinds(decision), decision.make) == ([(ReasonKind.APPROVAL, None)], ())


def test_approval_is_asked_for_since_when_it_was_first_asked_for() -> None:
    waiting = after(fleet({A: (10,)}), plan(Wave(share="100%", approval="manual")), NOW)
    again = decide(waiting, plan(Wave(share="100%", approval="manual")), NOW + DAY)
    assert [each.since for each in again.reasons] == [NOW]


def test_who_approved_one_wave_is_asked_for_the_next_one_where_that_one_passes_at_once() -> None:
    of = plan(Wave(devices=10), *(Wave(share=share, approval="manual") for share in ("50%", "100%")))
    asked = after(waves(done(fleet({A: (10, 0, 0)}), A, 1, 10), WaveState.PASSED), of, NOW)
    assert [each.text for each in asked.reasons] == ["wave 2 begins when it is approved"]
    decision = decide(waves(asked, WaveState.PASSED, WaveState.WAITING, is_approved=True), of, NOW + HOUR)
    assert states(decision) == [WaveState.PASSED, WaveState.PASSED, WaveState.WAITING]
    assert [(each.text, each.since) for each in decision.reasons] == [("wave 3 begins when it is approved", NOW + HOUR)]


def test_nobody_is_asked_to_approve_while_something_else_pauses() -> None:
    snapshot = waves(done(fleet({A: (10, 30)}), A, 1, 10), WaveState.RUNNING)
    assert kinds(decide(because(snapshot, reason(ReasonKind.USER)), MANUAL, NOW)) == [(ReasonKind.USER, None)]


# Accounts


@pytest.mark.parametrize("kind", [kind for kind in HOLDING if kind != ReasonKind.PILOT_LIMIT])
def test_an_account_that_is_held_gets_nothing_and_the_others_go_on(kind: str) -> None:
    decision = decide(because(fleet({A: (10,), B: (10,)}), reason(kind, A)), PLAN, NOW)
    assert (decision.state, sizes(decision)) == (RolloutState.RUNNING, [(B, 1, 10)])


def test_devices_that_wait_in_an_account_that_is_held_keep_no_wave_from_its_gate() -> None:
    snapshot = because(done(fleet({A: (10, 30), B: (10, 30)}), A, 1, 9, failed=1), reason(ReasonKind.LICENCES, B))
    assert states(decide(waves(snapshot, WaveState.RUNNING), PLAN, NOW))[0] == WaveState.SOAKING


@pytest.mark.parametrize("state", [CampaignState.INTENDED, CampaignState.SENDING])
def test_nor_do_those_of_a_campaign_that_is_not_known_to_be_at_the_service(state: str) -> None:
    snapshot = done(fleet({A: (10, 30), B: (10, 30)}), A, 1, 9, failed=1)
    snapshot = campaign(snapshot, B, 1, {"queued": 10}, state=state, status=None, start=None, is_reported=False)
    snapshot = waves(snapshot, WaveState.RUNNING)
    assert states(decide(snapshot, PLAN, NOW))[0] == WaveState.RUNNING
    assert states(decide(because(snapshot, reason(ReasonKind.IN_DOUBT, B)), PLAN, NOW))[0] == WaveState.SOAKING


def test_devices_that_are_under_way_in_an_account_that_is_held_are_waited_for() -> None:
    snapshot = campaign(done(fleet({A: (10, 30), B: (10, 30)}), A, 1, 10), B, 1, {"in_progress": 10})
    snapshot = because(waves(snapshot, WaveState.RUNNING), reason(ReasonKind.REFUSED, B))
    assert states(decide(snapshot, PLAN, NOW))[0] == WaveState.RUNNING


def test_where_all_accounts_are_held_a_wave_waits() -> None:
    snapshot = because(fleet({A: (10, 30), B: (10, 30)}), reason(ReasonKind.LICENCES, A), reason(ReasonKind.USER, B))
    decision = decide(snapshot, PLAN, NOW)
    assert (states(decision), decision.make) == ([WaveState.RUNNING, WaveState.WAITING], ())


def test_an_account_that_was_held_catches_up_wave_by_wave() -> None:
    snapshot = done(done(fleet({A: (10, 10, 80), B: (10, 10, 80)}), A, 1, 10), A, 2, 10)
    snapshot = waves(snapshot, WaveState.PASSED, WaveState.PASSED, WaveState.RUNNING)
    assert sizes(decide(snapshot, PLAN, NOW)) == [(B, 1, 10), (A, 3, 80)]
    below = campaign(snapshot, B, 1, {"succeeded": 8, "in_progress": 2})
    assert sizes(decide(below, PLAN, NOW)) == [(A, 3, 80)]
    reached = campaign(snapshot, B, 1, {"succeeded": 9, "in_progress": 1})
    assert sizes(decide(reached, PLAN, NOW)) == [(B, 2, 10), (A, 3, 80)]


def test_an_account_whose_wave_is_over_below_the_gate_goes_on_once_the_wave_has_passed() -> None:
    # What is wrong with one account is for the stop rules of that account.
    snapshot = done(done(fleet({A: (90, 10), B: (10, 10)}), A, 1, 90), B, 1, 0, failed=10)
    decision = decide(waves(snapshot, WaveState.PASSED), PLAN, NOW)
    assert sizes(decision) == [(A, 2, 10), (B, 2, 10)]


def test_nothing_is_made_for_an_account_before_its_time() -> None:
    snapshot = account(fleet({A: (10,), B: (10,)}), A, not_before=NOW + HOUR)
    assert sizes(decide(snapshot, PLAN, NOW)) == [(B, 1, 10)]
    assert sizes(decide(snapshot, PLAN, NOW + HOUR)) == [(A, 1, 10), (B, 1, 10)]


def test_nothing_is_made_for_an_account_whose_campaigns_are_not_known() -> None:
    snapshot = account(fleet({A: (10,), B: (10,)}), A, is_verified=False)
    assert sizes(decide(snapshot, PLAN, NOW)) == [(B, 1, 10)]


def test_under_the_pilot_limit_it_is_tried_again_daily_for_seven_days() -> None:
    snapshot = because(fleet({A: (0, 30)}), reason(ReasonKind.PILOT_LIMIT, A))
    snapshot = account(waves(snapshot, WaveState.PASSED, WaveState.RUNNING), A, schedule_at=NOW + DAY)
    assert sizes(decide(snapshot, PLAN, NOW + DAY - HOUR)) == []
    assert sizes(decide(snapshot, PLAN, NOW + DAY)) == [(A, 2, 30)]
    assert sizes(decide(snapshot, PLAN, NOW + 7 * DAY - HOUR)) == [(A, 2, 30)]
    assert sizes(decide(snapshot, PLAN, NOW + 7 * DAY)) == []


def test_under_the_pilot_limit_and_held_for_something_else_nothing_is_tried() -> None:
    snapshot = because(fleet({A: (30,)}), reason(ReasonKind.PILOT_LIMIT, A), reason(ReasonKind.LICENCES, A))
    assert sizes(decide(snapshot, PLAN, NOW + DAY)) == []


# Sizes and days


def test_campaigns_start_so_many_days_ahead() -> None:
    decision = decide(fleet({A: (10,)}), plan(schedule=Schedule(lead=3)), NOW)
    assert [intent.start for intent in decision.make] == [TODAY + 3 * DAY]


def test_no_campaign_is_larger_than_it_may_be() -> None:
    decision = decide(fleet({A: (25,), B: (10,)}), plan(campaign_size=10), NOW)
    assert sizes(decision) == [(A, 1, 10), (A, 1, 10), (A, 1, 5), (B, 1, 10)]


def test_no_more_devices_start_on_a_day_than_may_in_all_accounts_together() -> None:
    of = plan(campaign_size=10, schedule=Schedule(per_day=12))
    first = decide(fleet({A: (15,), B: (15,)}), of, NOW)
    assert sizes(first) == [(A, 1, 10), (A, 1, 2)]
    snapshot = after(fleet({A: (15,), B: (15,)}), of, NOW)
    assert sizes(decide(snapshot, of, NOW)) == []
    sent = [
        replace(each, state=CampaignState.SCHEDULED, status="CampaignRequestPending", start=TODAY + DAY)
        for each in snapshot.campaigns
    ]
    assert sizes(decide(replace(snapshot, campaigns=tuple(sent)), of, NOW + HOUR)) == []
    assert sizes(decide(replace(snapshot, campaigns=tuple(sent)), of, NOW + DAY)) == [(A, 1, 3), (B, 1, 9)]


def test_what_was_not_sent_yesterday_takes_its_room_today() -> None:
    of = plan(schedule=Schedule(per_day=12))
    snapshot = after(fleet({A: (15,)}), of, NOW)
    assert sizes(decide(snapshot, of, NOW + DAY)) == []


def test_a_campaign_that_somebody_has_moved_to_a_later_day_takes_no_room_before_it() -> None:
    of = plan(schedule=Schedule(per_day=12))
    snapshot = campaign(fleet({A: (24,)}), A, 1, {"queued": 12}, status="CampaignRequestPending", start=TODAY + 9 * DAY)
    assert sizes(decide(snapshot, of, NOW)) == [(A, 1, 12)]
    assert sizes(decide(snapshot, of, NOW + 8 * DAY)) == []


def test_devices_that_wait_for_their_day_keep_the_wave_open() -> None:
    of = plan(schedule=Schedule(per_day=5), gate=Gate(soak="0h"))
    snapshot = waves(done(fleet({A: (10, 30)}), A, 1, 5), WaveState.RUNNING)
    decision = decide(snapshot, of, NOW)
    assert (states(decision), sizes(decision)) == ([WaveState.RUNNING, WaveState.WAITING], [(A, 1, 5)])


def test_accounts_are_served_in_their_order_and_waves_in_theirs() -> None:
    snapshot = waves(fleet({C: (1, 1), A: (1, 1), B: (1, 1)}), WaveState.PASSED, WaveState.RUNNING)
    snapshot = done(done(done(snapshot, A, 1, 1), B, 1, 1), C, 1, 1)
    assert sizes(decide(snapshot, PLAN, NOW)) == [(C, 2, 1), (A, 2, 1), (B, 2, 1)]
