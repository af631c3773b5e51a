"""What one step does with what it meets, and when it wants the next one."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, time, timedelta, timezone
from pathlib import Path

import pytest

from fota_sdk.rollout import Rollout, Schedule, Watch, Wave
from tests.rollout.deaths import Killed, Points
from tests.rollout.fleet_on_sandbox import ACCOUNT, OTHER_ACCOUNT, Fleet, plan_of
from tests.rollout.test_asked_meanwhile import Meanwhile

SCHEDULE = "v3.schedule_campaign_firmware_upgrade"
CANCEL = "v3.cancel_campaign"


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Fleet]:
    """Two accounts whose devices are all in the first wave, in campaigns of 4."""
    with Fleet(tmp_path, plan_of(wave=(Wave(share="100%"),)), pilot_rule=False) as fleet:
        fleet.create()
        yield fleet


def accounts_asked(fleet: Fleet) -> list[str]:
    """Return for which accounts a campaign was asked for, in order."""
    return [each.path.rpartition("/")[2] for each in fleet.sandbox.requests if each.method == "POST"]


# Refusals


def test_after_a_refusal_nothing_more_is_sent_for_that_account_in_the_same_step(fleet: Fleet) -> None:
    fleet.sandbox.fail_next(400, operation=SCHEDULE)
    report = fleet.step()
    assert accounts_asked(fleet) == [ACCOUNT, OTHER_ACCOUNT, OTHER_ACCOUNT]
    assert [reason.key for reason in report.reasons] == [("refused", ACCOUNT)]


# Persons who ask


def test_who_approved_a_wave_without_devices_is_told_which_one_waits_then(tmp_path: Path) -> None:
    few = (Wave(devices=8), *(Wave(share=share, approval="manual") for share in ("50%", "100%")))
    with Fleet(tmp_path, plan_of(wave=few), {ACCOUNT: 2}) as fleet:
        fleet.create()
        fleet.run(ticks=5)
        fleet.ask(lambda rollout: rollout.approve(2))
        text = "wave 3 begins when it is approved"
        report = fleet.step()
        assert [(reason.text, reason.since) for reason in report.reasons] == [(text, fleet.time)]
        assert f"the roll-out is paused (approval): {text}" in report.actions


# Persons who ask meanwhile


@pytest.mark.parametrize("act", [lambda rollout: rollout.stop("enough"), lambda rollout: rollout.pause("wait")])
def test_what_is_asked_of_a_rollout_that_finishes_meanwhile_changes_nothing(
    fleet: Fleet, act: Callable[[Rollout], object]
) -> None:
    fleet.step()
    fleet.advance(days=3)
    report = fleet.step(executor=Meanwhile(lambda: fleet.ask(act)))
    assert (report.state, report.reasons, report.next_at) == ("finished", (), None)
    with fleet.open() as rollout:
        assert rollout.status().state == "finished"
        assert rollout.status().pending_requests == ()


def test_a_pause_that_no_step_has_obeyed_yet_can_be_resumed(fleet: Fleet) -> None:
    fleet.ask(lambda rollout: rollout.pause("look"))
    fleet.ask(lambda rollout: rollout.pause("look here", ACCOUNT))
    fleet.ask(lambda rollout: rollout.resume("never mind"))
    fleet.ask(lambda rollout: rollout.resume("never mind", ACCOUNT))
    report = fleet.step()
    assert (report.state, report.reasons) == ("running", ())
    assert ACCOUNT in accounts_asked(fleet)


# When the next step is due


def test_a_stop_wants_another_step_until_it_is_stopped(fleet: Fleet) -> None:
    fleet.step()
    fleet.ask(lambda rollout: rollout.stop("enough"))
    report = fleet.step()
    assert (report.state, report.next_at) == ("stopping", fleet.time)
    report = fleet.step()
    assert (report.state, report.next_at) == ("stopped", None)


def test_what_was_given_back_after_it_was_resumed_is_sent_by_a_step_at_once(fleet: Fleet) -> None:
    fleet.step()
    fleet.ask(lambda rollout: rollout.pause("look"))
    fleet.sandbox.fail_next(503, operation=CANCEL, times=4)
    fleet.step()
    fleet.ask(lambda rollout: rollout.resume("go on"))
    report = fleet.step()  # cancels what was to be cancelled
    assert (report.state, report.next_at) == ("running", fleet.time)
    posts = len(accounts_asked(fleet))
    fleet.step()
    assert len(accounts_asked(fleet)) == posts + 4


def test_a_campaign_that_the_service_does_not_cancel_is_told_and_the_others_are_cancelled(fleet: Fleet) -> None:
    fleet.step()
    fleet.ask(lambda rollout: rollout.pause("look"))
    fleet.sandbox.fail_next(400, operation=CANCEL)
    actions = [action.partition(":")[0] for action in fleet.step().actions]
    assert "campaign 1 could not be cancelled" in actions
    assert [f"campaign {number} was cancelled" in actions for number in (1, 2, 3, 4)] == [False, True, True, True]


# The next step


def test_nothing_is_read_before_the_next_step_is_due(fleet: Fleet) -> None:
    due = fleet.step().next_at
    assert due is not None
    assert due > fleet.time
    assert fleet.step().calls == 0


def test_devices_for_which_a_day_has_no_room_want_a_step_on_the_next_one(tmp_path: Path) -> None:
    plan = plan_of(wave=(Wave(share="100%"),), watch=Watch(every="24h"))
    with Fleet(tmp_path, replace(plan, schedule=replace(plan.schedule, per_day=6)), pilot_rule=False) as fleet:
        fleet.create()
        next_at = fleet.step().next_at
        assert next_at is not None
        assert next_at.isoformat() == f"{fleet.time.date() + timedelta(days=1)}T00:00:00+00:00"


def test_devices_that_are_tried_again_later_are_not_looked_at_before(tmp_path: Path) -> None:
    plan = plan_of(wave=(Wave(share="100%"),))
    window = {"start_time": 18, "end_time": 22}
    plan = replace(plan, schedule=replace(plan.schedule, days=3, windows=(window,)))
    with Fleet(tmp_path, plan, {ACCOUNT: 4}, pilot_rule=False) as fleet:
        fleet.create()
        fleet.step()
        for imei, _ in fleet.devices:
            fleet.sandbox.silence_device(imei)
        fleet.advance(days=1, hours=22)  # the first window is over
        next_at = fleet.step().next_at
        assert fleet.states() == {"in_progress": 4}
        assert next_at == datetime.combine(fleet.time.date() + timedelta(days=1), time(18), timezone.utc)


# Calls


@pytest.mark.parametrize("lead", [1, 5])  # before it starts, a campaign whose report has shown all is read alone
def test_a_step_counts_the_calls_that_it_made_each_page_by_itself(lead: int, tmp_path: Path) -> None:
    plan = plan_of(wave=(Wave(share="100%"),), schedule=Schedule(lead=lead))
    with Fleet(tmp_path, plan, pilot_rule=False, page_size=2) as fleet:
        fleet.create()
        for _ in range(4):
            before = len(fleet.sandbox.requests)
            assert fleet.step().calls == len(fleet.sandbox.requests) - before
            fleet.advance(hours=23)


@pytest.mark.parametrize("names", ["whole", "absent"])
def test_a_search_counts_the_calls_that_it_made_each_page_by_itself(names: str, tmp_path: Path) -> None:
    plan = plan_of(wave=(Wave(share="100%"),), campaign_size=3)
    with Fleet(tmp_path, plan, pilot_rule=False, page_size=2, history_names=names) as fleet:
        fleet.create()
        fleet.step()
        with closing(sqlite3.connect(fleet.path)) as journal:  # as if none of their responses had come
            journal.execute("UPDATE campaigns SET state = 'sending', id = NULL")
            journal.commit()
        before = len(fleet.sandbox.requests)
        report = fleet.step()
        searches = sum("/reports/" in request.path for request in fleet.sandbox.requests[before:])
        assert searches > 2 * 10
        assert report.calls == len(fleet.sandbox.requests) - before
        assert set(fleet.states()) == {"queued"}


def test_the_look_before_the_start_keeps_to_the_pace_on_each_page(tmp_path: Path) -> None:
    plan = plan_of(watch=Watch(calls_per_second=0.1))
    with Fleet(tmp_path, plan, page_size=2, purchase="MRC", licenses=100) as fleet:
        fleet.create()
        waited: list[float] = []
        with Rollout.open(fleet.path, now=lambda: fleet.time, sleep=waited.append) as rollout:
            rollout.preflight(fleet.clients)
        last_taken = 10  # the history of an account, in one
        assert max(waited) > 10 * (len(fleet.sandbox.requests) - last_taken - 1)


def test_a_step_counts_the_calls_of_a_cancellation(fleet: Fleet) -> None:
    fleet.step()
    fleet.ask(lambda rollout: rollout.pause("look"))
    before = len(fleet.sandbox.requests)
    assert fleet.step().calls == len(fleet.sandbox.requests) - before


@pytest.mark.parametrize("claims", [False, True])
def test_a_step_counts_the_calls_that_settle_a_doubt(claims: bool, fleet: Fleet) -> None:
    fleet.revive(Points("after POST"))
    with pytest.raises(Killed):
        fleet.step()
    fleet.revive()
    fleet.advance(days=1)
    if claims:
        (campaign,) = fleet.at_service([ACCOUNT])
        fleet.ask(lambda rollout: rollout.resolve(1, campaign_id=campaign.id))
    before = len(fleet.sandbox.requests)
    report = fleet.step()
    assert any(action.startswith("campaign 1 was found at the service") for action in report.actions)
    assert report.calls == len(fleet.sandbox.requests) - before
