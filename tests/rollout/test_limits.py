"""What the service, the plan and the calendar do not let through: licenses, the pilot rule, stop rules, clocks."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from fota_sdk.rollout import Gate, StopRule, Watch, Wave
from tests.rollout.fleet_on_sandbox import ACCOUNT, OTHER_ACCOUNT, TODAY, Fleet, plan_of
from tests.rollout.test_doubts import holds, told

# Licences


def test_an_account_without_licences_is_held_before_a_campaign_is_intended(tmp_path: Path) -> None:
    with Fleet(tmp_path, purchase="MRC", licenses=100) as fleet:
        mine = [imei for imei, account in fleet.devices if account == ACCOUNT]
        body = {"deviceList": mine}
        fleet.client.software_management_licenses_v3.assign_licenses_to_devices(ACCOUNT, body)
        fleet.create()
        fleet.step()
        assert holds(fleet) == [(OTHER_ACCOUNT, "licences")]
        assert fleet.writes == ["POST"]
        assert told(fleet)["intended"] == 1
        others = [imei for imei, account in fleet.devices if account == OTHER_ACCOUNT]
        body = {"deviceList": others}
        fleet.client.software_management_licenses_v3.assign_licenses_to_devices(OTHER_ACCOUNT, body)
        fleet.ask(lambda rollout: rollout.resume("they have licenses now", account=OTHER_ACCOUNT))
        fleet.run()
        assert fleet.audit() == []


def test_where_too_few_licences_are_free_for_those_that_would_be_assigned_the_account_is_held(tmp_path: Path) -> None:
    plan = plan_of(wave=(Wave(share="100%"),))
    plan.campaign["auto_assign_license_flag"] = True  # type: ignore[index]
    with Fleet(tmp_path, plan, purchase="MRC", licenses=6) as fleet:
        fleet.create()
        fleet.step()
        assert holds(fleet) == [(ACCOUNT, "licences")]
        fleet.run(ticks=3)
        assert {campaign.account for campaign in fleet.at_service()} == {OTHER_ACCOUNT}


# The pilot rule of the service

PILOT = plan_of(wave=(Wave(devices=20), Wave(share="100%")), gate=Gate("0%", "0h"), stop=(), campaign_size=100)


def test_what_the_pilot_rule_refuses_is_tried_again_daily_for_seven_days(tmp_path: Path) -> None:
    with Fleet(tmp_path, PILOT, {ACCOUNT: 60}) as fleet:
        for imei, _ in fleet.devices:
            fleet.sandbox.fail_device(imei)
        fleet.create()
        sent = []
        for _ in range(60):
            fleet.step()
            sent.append(fleet.writes.count("POST"))
            fleet.advance(hours=6)
        assert holds(fleet) == [(ACCOUNT, "pilot_limit")]
        tries = sent[-1] - 1
        assert tries == 7
        first = sent.index(2)
        assert sent[first : first + 25 : 4] == [2, 3, 4, 5, 6, 7, 8]
        assert [len(each.words) for each in fleet.at_service()] == [20]
        assert fleet.states() == {"failed": 20, "waiting": 40}


def test_what_the_pilot_rule_gives_up_after_it_was_accepted_is_tried_no_longer(tmp_path: Path) -> None:
    with Fleet(tmp_path, PILOT, {ACCOUNT: 60}, pilot_rule=False) as fleet:
        fleet.create()
        for _ in range(60):
            fleet.step()
            for each in fleet.at_service():
                if len(each.words) == 40 and each.status == "CampaignRequestPending":
                    fleet.sandbox.fail(each.id)
            fleet.advance(hours=6)
        assert holds(fleet) == [(ACCOUNT, "pilot_limit")]
        assert fleet.writes.count("POST") - 1 <= 8
        assert fleet.states() == {"succeeded": 20, "waiting": 40}


def test_once_the_pilot_rule_lets_it_through_the_rollout_goes_on_by_itself(tmp_path: Path) -> None:
    with Fleet(tmp_path, PILOT, {ACCOUNT: 30}) as fleet:
        for imei, _ in fleet.devices[:4]:
            fleet.sandbox.fail_device(imei)
        fleet.create()
        fleet.run()
        assert fleet.state() == "finished"
        assert fleet.states()["waiting"] == 0
        assert holds(fleet) == []


def test_a_pilot_limit_over_all_accounts_of_a_customer_is_tried_again_too(tmp_path: Path) -> None:
    sizes = {ACCOUNT: 20, OTHER_ACCOUNT: 20}
    with Fleet(tmp_path, PILOT, sizes, pilot_rule="customer") as fleet:
        fleet.create()
        fleet.step()
        assert holds(fleet) == [(OTHER_ACCOUNT, "pilot_limit")]
        fleet.run()
        assert fleet.states() == {"succeeded": 40}
        assert holds(fleet) == []


# Stop rules


def test_what_has_started_when_a_rule_trips_runs_to_its_end_with_v3_and_is_aborted_with_v2(tmp_path: Path) -> None:
    written = {}
    for api in ("v3", "v2"):
        folder = tmp_path / api
        folder.mkdir()
        rule = StopRule("failed", max_count=1)
        plan = plan_of(api, wave=(Wave(share="100%"),), stop=(rule,), campaign_size=10, gate=Gate("0%", "0h"))
        with Fleet(folder, plan) as fleet:
            for imei, _ in fleet.devices:
                fleet.sandbox.fail_device(imei)
            fleet.create()
            for _ in range(12):
                fleet.step()
                fleet.advance(hours=6)
            assert holds(fleet) == [(None, "stop_rule")]
            written[api] = fleet.writes
            if api == "v3":
                assert fleet.states() == {"failed": 13}
            else:
                assert fleet.states()["waiting"] > 0
                assert {each.status for each in fleet.at_service()} <= {"CampaignAborted", "CampaignEnded"}
    assert "DELETE" not in written["v3"]
    assert "DELETE" in written["v2"]


@pytest.mark.parametrize("account", [None, ACCOUNT])
def test_a_pause_lets_a_v2_campaign_go_on_that_has_started_since_it_was_last_looked_at(
    account: str | None, tmp_path: Path
) -> None:
    plan = plan_of("v2", wave=(Wave(share="100%"),), campaign_size=10, watch=Watch("24h"))
    with Fleet(tmp_path, plan, {ACCOUNT: 8}) as fleet:
        fleet.create()
        fleet.step()
        fleet.advance(hours=23, minutes=40)
        fleet.ask(lambda rollout: rollout.pause("alarms", account))
        fleet.step()
        assert fleet.writes == ["POST"]
        assert [each.status for each in fleet.at_service()] == ["CampaignScheduled"]
        fleet.step()
        assert fleet.writes == ["POST"]
        fleet.ask(lambda rollout: rollout.stop("for good"))
        fleet.step()
        assert fleet.writes == ["POST", "DELETE"]


def test_status_says_how_many_devices_a_stop_would_not_reach(tmp_path: Path) -> None:
    with Fleet(tmp_path, plan_of(wave=(Wave(share="100%"),), campaign_size=10)) as fleet:
        fleet.create()
        fleet.step()
        with fleet.open() as rollout:
            assert (rollout.status().stoppable, rollout.status().not_stoppable) == (13, 0)
        fleet.advance(days=1)
        with fleet.open() as rollout:  # nobody has looked since: what begins today may have begun
            assert (rollout.status().stoppable, rollout.status().not_stoppable) == (0, 13)
        fleet.step()
        with fleet.open() as rollout:
            assert (rollout.status().stoppable, rollout.status().not_stoppable) == (0, fleet.states()["in_progress"])
            assert rollout.status().not_stoppable >= 10


def test_a_stop_cancels_no_v2_campaign_that_has_ended_and_whose_reports_may_be_late(tmp_path: Path) -> None:
    with Fleet(tmp_path, plan_of("v2", wave=(Wave(share="100%"),)), {ACCOUNT: 3}) as fleet:
        fleet.sandbox.silence_device(fleet.devices[0][0])
        fleet.create()
        fleet.step()
        fleet.advance(days=1)
        fleet.step()
        with fleet.open() as rollout:
            assert (rollout.status().stoppable, rollout.status().not_stoppable) == (3, 0)
        fleet.advance(days=1, hours=6)
        fleet.step()
        assert [each.status for each in fleet.at_service()] == ["CampaignEnded"]
        with fleet.open() as rollout:
            assert rollout.preview(stop=True).take_back == ()
            assert (rollout.status().stoppable, rollout.status().not_stoppable) == (0, 1)


# Time


def test_a_rollout_without_steps_asks_for_a_person_after_three_times_the_usual_interval(tmp_path: Path) -> None:
    with Fleet(tmp_path) as fleet:
        fleet.create()
        report = fleet.step()
        assert report.next_at is not None
        due = report.next_at - fleet.time
        fleet.time += due + timedelta(hours=18) - timedelta(seconds=1)
        with fleet.open() as rollout:
            assert not rollout.status().needs_person
        fleet.time += timedelta(seconds=1)
        with fleet.open() as rollout:
            assert rollout.status().needs_person


@pytest.mark.parametrize("days", [1, 30])
def test_a_clock_that_is_set_back_stops_nothing_and_moves_no_look_back(days: int, tmp_path: Path) -> None:
    with Fleet(tmp_path) as fleet:
        fleet.create()
        fleet.step()
        fleet.advance(hours=12)
        first = fleet.step()
        fleet.time -= timedelta(days=days)
        again = fleet.step()
        assert first.next_at is not None
        assert again.next_at is not None
        assert again.next_at >= first.next_at
        assert fleet.writes == ["POST", "POST"]
        with fleet.open() as rollout:
            times = [event.at for event in rollout.events()]
        assert times == sorted(times)
        fleet.time += timedelta(days=days)
        fleet.run()
        assert fleet.audit() == []


def test_after_a_long_time_without_a_step_the_next_one_takes_all_in(tmp_path: Path) -> None:
    with Fleet(tmp_path) as fleet:
        fleet.create()
        fleet.step()
        fleet.advance(days=60)
        fleet.run()
        assert fleet.audit() == []
        assert fleet.time.date() < TODAY + timedelta(days=80)
