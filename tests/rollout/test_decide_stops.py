"""What is decided: stop rules, and what a pause or a stop takes back. Each test is a sentence of the design."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fota_sdk.rollout import CampaignState, ReasonKind, RolloutState, StopRule, WaveState
from fota_sdk.rollout.decide import decide
from fota_sdk.rollout.snapshot import Snapshot
from tests.rollout.snapshots import (
    DAY,
    NOW,
    TODAY,
    A,
    B,
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

FAILED = plan(stop=(StopRule("failed", "5%"),))
EACH_FAILED = plan(stop=(StopRule("failed", "5%", per="account"),))
REJECTED = plan(stop=(StopRule("rejected", "20%", confidence=0, per="account"),))


# Stop rules


def test_a_rule_over_the_rollout_pauses_all_of_it_with_its_numbers() -> None:
    decision = decide(waves(done(fleet({A: (30,), B: (30,)}), A, 1, 17, failed=3), WaveState.RUNNING), FAILED, NOW)
    assert (decision.state, decision.make) == (RolloutState.PAUSED, ())
    assert [(each.key, each.text) for each in decision.reasons] == [
        (
            (ReasonKind.STOP_RULE, None),
            "3 of 20 devices failed (15.0%, at least 6.2% with 95.0% confidence); the rule allows 5%",
        )
    ]


def test_a_rule_over_the_rollout_adds_up_its_accounts() -> None:
    snapshot = done(done(fleet({A: (30,), B: (30,)}), A, 1, 9, failed=1), B, 1, 8, failed=2)
    assert kinds(decide(snapshot, FAILED, NOW)) == [(ReasonKind.STOP_RULE, None)]
    assert kinds(decide(snapshot, EACH_FAILED, NOW)) == []


def test_a_rule_over_accounts_holds_that_one_and_the_others_go_on() -> None:
    snapshot = waves(done(fleet({A: (30,), B: (30,)}), A, 1, 17, failed=3), WaveState.RUNNING)
    decision = decide(snapshot, EACH_FAILED, NOW)
    assert (decision.state, kinds(decision)) == (RolloutState.RUNNING, [(ReasonKind.STOP_RULE, A)])
    assert sizes(decision) == [(B, 1, 30)]


@pytest.mark.parametrize(
    ("kind", "counts", "trips"),
    [
        # failed: of those whose upgrade was tried to its end
        ("failed", {"succeeded": 18, "failed": 2}, True),
        ("failed", {"succeeded": 19, "failed": 1}, False),
        ("failed", {"succeeded": 17, "failed": 2, "timed_out": 20, "rejected": 20, "in_progress": 20}, False),
        ("failed", {"timed_out": 20, "rejected": 20, "removed": 20, "cancelled": 20}, False),
        # timed out: of those whose upgrade is over
        ("timed_out", {"succeeded": 18, "timed_out": 2}, True),
        ("timed_out", {"succeeded": 9, "failed": 9, "timed_out": 2}, True),
        ("timed_out", {"succeeded": 18, "failed": 20, "timed_out": 2}, False),
        ("timed_out", {"succeeded": 10, "timed_out": 9, "queued": 20}, False),  # 19 are over
        # rejected: of all that the service has looked at
        ("rejected", {"queued": 18, "rejected": 2}, True),
        ("rejected", {"queued": 38, "rejected": 2}, False),
        ("rejected", {"in_progress": 10, "succeeded": 4, "failed": 3, "timed_out": 1, "rejected": 2}, True),
        ("rejected", {"rejected": 19}, False),  # too few
    ],
)
def test_each_kind_is_a_share_of_what_it_speaks_of(kind: str, counts: dict[str, int], trips: bool) -> None:
    of = plan(stop=(StopRule(kind, "5%", confidence=0),))
    snapshot = waves(campaign(fleet({A: (100,)}), A, 1, counts), WaveState.RUNNING)
    assert kinds(decide(snapshot, of, NOW)) == ([(ReasonKind.STOP_RULE, None)] if trips else [])


def test_devices_count_only_once_a_report_has_shown_them() -> None:
    snapshot = done(fleet({A: (200,)}), A, 1, 4, rejected=16)
    snapshot = campaign(snapshot, A, 1, {"queued": 100}, is_reported=False)
    assert kinds(decide(snapshot, REJECTED, NOW)) == [(ReasonKind.STOP_RULE, A)]
    shown = campaign(snapshot, A, 1, {"queued": 80})
    assert kinds(decide(shown, REJECTED, NOW)) == []


def test_devices_that_timed_out_count_though_no_report_has_shown_them() -> None:
    of = plan(stop=(StopRule("timed_out", max_count=5),))
    snapshot = done(fleet({A: (100,)}), A, 1, 0, timed_out=6)
    unseen = replace(snapshot, campaigns=(replace(snapshot.campaigns[0], is_reported=False),))
    assert kinds(decide(unseen, of, NOW)) == [(ReasonKind.STOP_RULE, None)]


def test_rules_of_all_waves_and_campaigns_are_counted_together() -> None:
    snapshot = done(done(fleet({A: (10, 10, 10)}), A, 1, 8, failed=2), A, 2, 9, failed=1)
    assert kinds(decide(waves(snapshot, WaveState.PASSED, WaveState.RUNNING), FAILED, NOW)) == [
        (ReasonKind.STOP_RULE, None)
    ]


def test_a_number_of_devices_trips_whatever_the_share() -> None:
    of = plan(stop=(StopRule("failed", max_count=1),))
    assert kinds(decide(done(fleet({A: (9,)}), A, 1, 1, failed=1), of, NOW)) == []
    assert kinds(decide(done(fleet({A: (9,)}), A, 1, 1, failed=2), of, NOW)) == [(ReasonKind.STOP_RULE, None)]


def test_the_first_verdict_stays_with_its_numbers_and_its_time() -> None:
    tripped = after(done(fleet({A: (90,)}), A, 1, 17, failed=3), FAILED, NOW)
    more = decide(done(tripped, A, 1, 0, failed=20), FAILED, NOW + DAY)
    assert more.reasons == tripped.reasons


@pytest.mark.parametrize("account", [None, A])
def test_rules_that_trip_together_or_one_after_the_other_are_all_told(account: str | None) -> None:
    per = "rollout" if account is None else "account"
    rules = StopRule("failed", "5%"), StopRule("failed", max_count=2), StopRule("timed_out", "30%")
    of = plan(stop=tuple(replace(rule, per=per) for rule in rules))
    tripped = after(done(waves(fleet({A: (90,)}), WaveState.PASSED), A, 1, 17, failed=3), of, NOW)
    more = decide(done(tripped, A, 1, 0, timed_out=20), of, NOW + DAY)
    assert [(each.key, each.since) for each in more.reasons] == [((ReasonKind.STOP_RULE, account), NOW)]
    assert more.reasons[0].text.split(". ") == [
        "3 of 20 devices failed (15.0%, at least 6.2% with 95.0% confidence); the rule allows 5%",
        "3 devices failed; the rule allows 2",
        "20 of 40 devices timed out (50.0%, at least 37.4% with 95.0% confidence); the rule allows 30%",
    ]


def test_a_reason_knows_which_rules_have_tripped_however_much_alike_they_are() -> None:
    of = plan(stop=(StopRule("failed", "5%"), StopRule("rejected", "5%"), StopRule("failed", "5%", min_finished=40)))
    tripped = after(done(waves(fleet({A: (90,)}), WaveState.PASSED), A, 1, 17, failed=3), of, NOW)
    assert [each.rules for each in tripped.reasons] == [(0,)]
    more = decide(done(tripped, A, 1, 17, failed=3), of, NOW + DAY)
    assert [each.rules for each in more.reasons] == [(0, 2)]
    assert [text.partition(" (")[0] for text in more.reasons[0].text.split(". ")] == [
        "3 of 20 devices failed",
        "6 of 40 devices failed",
    ]


def test_a_rule_does_not_untrip_when_the_share_falls_again() -> None:
    tripped = after(done(fleet({A: (990,)}), A, 1, 17, failed=3), FAILED, NOW)
    better = decide(done(tripped, A, 1, 900), FAILED, NOW + DAY)
    assert (better.state, better.reasons) == (RolloutState.PAUSED, tripped.reasons)


def test_what_a_person_has_acknowledged_counts_no_more() -> None:
    snapshot = replace(done(fleet({A: (90,)}), A, 1, 17, failed=3), acknowledged={(0, None): (3, 20)})
    assert kinds(decide(snapshot, FAILED, NOW)) == []
    assert kinds(decide(done(snapshot, A, 1, 17, failed=2), FAILED, NOW)) == []  # 19 more
    decision = decide(done(snapshot, A, 1, 17, failed=3), FAILED, NOW)
    assert [each.text.partition(" (")[0] for each in decision.reasons] == ["3 of 20 devices failed"]


def test_it_is_acknowledged_for_each_rule_and_account_by_itself() -> None:
    of = plan(stop=(StopRule("failed", "5%"), StopRule("failed", "5%", per="account")))
    snapshot = waves(fleet({A: (30,), B: (30,)}), WaveState.PASSED)
    snapshot = done(done(snapshot, A, 1, 17, failed=3), B, 1, 17, failed=3)
    assert kinds(decide(replace(snapshot, acknowledged={(0, None): (6, 40)}), of, NOW)) == [
        (ReasonKind.STOP_RULE, A),
        (ReasonKind.STOP_RULE, B),
    ]
    known = {(0, None): (6, 40), (1, A): (3, 20)}
    assert kinds(decide(replace(snapshot, acknowledged=known), of, NOW)) == [(ReasonKind.STOP_RULE, B)]


def test_devices_that_wait_again_after_they_were_acknowledged_make_no_share_of_more_than_all() -> None:
    # 90 of 100 were open when a person acknowledged them, and were given back.
    of = plan(stop=(StopRule("rejected", "20%", per="account"),))
    snapshot = replace(done(fleet({A: (500,)}), A, 1, 0, rejected=10), acknowledged={(0, A): (10, 100)})
    snapshot = campaign(snapshot, A, 1, {"rejected": 80, "queued": 20})
    assert [each.text.partition(" (")[0] for each in decide(snapshot, of, NOW).reasons] == [
        "80 of 80 devices were rejected"
    ]


# What is taken back

BEFORE = {"state": CampaignState.SCHEDULED, "status": "CampaignPreScheduled", "start": TODAY + DAY}
STARTED = {"state": CampaignState.SCHEDULED, "status": "CampaignScheduled"}


def three(account: str = A) -> Snapshot:
    """A campaign that is not sent yet, one that has not started, and one that has."""
    snapshot = waves(fleet({A: (10, 10), B: (10, 10)}), WaveState.RUNNING)
    snapshot = campaign(snapshot, account, 1, {"queued": 1}, state=CampaignState.INTENDED, status=None, start=None)
    return campaign(campaign(snapshot, account, 1, {"queued": 1}, **BEFORE), account, 1, {"in_progress": 1}, **STARTED)


@pytest.mark.parametrize(
    ("api", "kind", "numbers"),
    [
        ("v3", ReasonKind.USER, (1, 2)),
        ("v3", ReasonKind.STOP_RULE, (1, 2)),
        ("v3", ReasonKind.GATE, ()),
        ("v3", ReasonKind.DRIFT, ()),
        ("v2", ReasonKind.USER, (1, 2)),
        ("v2", ReasonKind.STOP_RULE, (1, 2, 3)),  # V2 can cancel what has started
        ("v2", ReasonKind.GATE, ()),
        ("v2", ReasonKind.DRIFT, ()),
    ],
)
def test_a_pause_takes_back_what_it_must_not_let_start(api: str, kind: str, numbers: tuple[int, ...]) -> None:
    decision = decide(because(three(), reason(kind)), plan(api=api), NOW)
    assert (decision.state, decision.take_back, decision.make) == (RolloutState.PAUSED, numbers, ())


@pytest.mark.parametrize(("api", "numbers"), [("v3", (1, 2)), ("v2", (1, 2, 3))])
def test_a_stop_takes_back_all_that_it_can(api: str, numbers: tuple[int, ...]) -> None:
    decision = decide(replace(three(), state=RolloutState.STOPPING), plan(api=api), NOW)
    assert (decision.state, decision.take_back, decision.make) == (RolloutState.STOPPING, numbers, ())


@pytest.mark.parametrize(
    ("api", "kind", "numbers"),
    [
        ("v3", ReasonKind.USER, (1, 2)),
        ("v3", ReasonKind.STOP_RULE, (1, 2)),
        ("v2", ReasonKind.STOP_RULE, (1, 2, 3)),
        ("v3", ReasonKind.LICENCES, (1,)),
        ("v3", ReasonKind.REFUSED, (1,)),
        ("v3", ReasonKind.IN_DOUBT, (1,)),
        ("v2", ReasonKind.TWINS, (1,)),
        ("v3", ReasonKind.PILOT_LIMIT, ()),  # for as long as it is tried again
    ],
)
def test_a_hold_of_an_account_takes_back_what_is_of_that_account(api: str, kind: str, numbers: tuple[int, ...]) -> None:
    assert decide(because(three(), reason(kind, A)), plan(api=api), NOW).take_back == numbers
    assert decide(because(three(B), reason(kind, A)), plan(api=api), NOW).take_back == ()


@pytest.mark.parametrize("state", [CampaignState.SENDING, CampaignState.CANCELLING, CampaignState.ENDED])
def test_what_is_in_doubt_or_cancelled_or_over_is_not_taken_back(state: str) -> None:
    snapshot = campaign(fleet({A: (10,)}), A, 1, {"queued": 1}, **{**BEFORE, "state": state})
    assert decide(because(snapshot, reason(ReasonKind.USER)), plan(), NOW).take_back == ()


def test_what_the_service_has_refused_to_cancel_is_not_taken_back_again() -> None:
    snapshot = campaign(fleet({A: (10,)}), A, 1, {"queued": 1}, **BEFORE, is_unstoppable=True)
    assert decide(because(snapshot, reason(ReasonKind.USER)), plan(), NOW).take_back == ()


@pytest.mark.parametrize("status", ["CampaignCancelled", "CampaignAborted", "CampaignEnded", "CampaignFailed"])
def test_what_is_over_at_the_service_is_not_taken_back(status: str) -> None:
    # Somebody else may have cancelled it, and that is for a person to see.
    snapshot = campaign(fleet({A: (10,)}), A, 1, {"queued": 1}, status=status)
    decision = decide(replace(snapshot, state=RolloutState.STOPPING), plan(api="v2"), NOW)
    assert (decision.state, decision.take_back) == (RolloutState.STOPPING, ())


def test_a_campaign_whose_status_is_not_known_is_taken_back() -> None:
    snapshot = campaign(fleet({A: (10,)}), A, 1, {"queued": 1}, status=None)
    assert decide(because(snapshot, reason(ReasonKind.USER)), plan(), NOW).take_back == (1,)


# Stopping


def test_a_stop_begins_nothing_and_ends_when_no_campaign_is_live() -> None:
    stopping = replace(waves(done(fleet({A: (10, 10)}), A, 1, 10), WaveState.RUNNING), state=RolloutState.STOPPING)
    decision = decide(stopping, plan(), NOW)
    assert (decision.state, decision.waves, decision.make) == (RolloutState.STOPPED, stopping.waves, ())


@pytest.mark.parametrize("state", [CampaignState.SENDING, CampaignState.SCHEDULED, CampaignState.CANCELLING])
def test_a_stop_waits_for_campaigns_that_are_or_may_be_at_the_service(state: str) -> None:
    snapshot = campaign(fleet({A: (10,)}), A, 1, {"in_progress": 1}, state=state)
    assert decide(replace(snapshot, state=RolloutState.STOPPING), plan(), NOW).state == RolloutState.STOPPING


def test_a_stop_does_not_wait_for_campaigns_that_were_not_sent() -> None:
    snapshot = campaign(fleet({A: (10,)}), A, 1, {"queued": 1}, state=CampaignState.INTENDED, status=None, start=None)
    decision = decide(replace(snapshot, state=RolloutState.STOPPING), plan(), NOW)
    assert (decision.state, decision.take_back) == (RolloutState.STOPPED, (1,))


def test_a_stop_while_it_is_paused_is_a_stop() -> None:
    snapshot = because(fleet({A: (10,)}), reason(ReasonKind.USER))
    assert decide(replace(snapshot, state=RolloutState.STOPPING), plan(), NOW).state == RolloutState.STOPPED


def test_after_resuming_what_was_taken_back_is_made_anew() -> None:
    paused = after(because(three(), reason(ReasonKind.USER)), plan(), NOW)
    assert paused.waiting[A, 1] == 8
    assert sizes(decide(without(paused, ReasonKind.USER), plan(), NOW)) == [(A, 1, 8), (B, 1, 10)]
