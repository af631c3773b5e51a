"""When the next step has something to do: what a step says of it is what happens then."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta, timezone
from pathlib import Path

import pytest

from fota_sdk.rollout import RolloutPlan
from fota_sdk.rollout.plan import Schedule, Watch
from tests.rollout.fleet_on_sandbox import ACCOUNT, TODAY, Fleet, plan_of
from tests.rollout.test_restored import schedule_for

MIDNIGHT = datetime.combine(TODAY + timedelta(days=1), time(), timezone.utc)
HOUR = timedelta(hours=1)


def plan_for(**schedule: int) -> RolloutPlan:
    return plan_of(schedule=replace(Schedule(), **schedule))


# The first day of a campaign


@pytest.mark.parametrize("hour", [19, 21, 23])
def test_the_first_look_on_the_first_day_of_a_campaign_is_an_hour_after_it_began(hour: int, tmp_path: Path) -> None:
    with Fleet(tmp_path) as fleet:
        fleet.advance(hours=hour)
        fleet.create()
        assert fleet.step().next_at == MIDNIGHT + HOUR


def test_where_the_plan_says_how_often_the_first_day_is_as_any_other(tmp_path: Path) -> None:
    with Fleet(tmp_path, plan_of(watch=Watch(every="4h"))) as fleet:
        fleet.advance(hours=22)
        fleet.create()
        assert fleet.step().next_at == fleet.time + 4 * HOUR


# A journal that was moved


def test_an_account_that_is_in_doubt_after_a_move_is_looked_through_each_hour_and_not_at_once(tmp_path: Path) -> None:
    with Fleet(tmp_path) as fleet:
        fleet.create()
        schedule_for(fleet, "by hand", [imei for imei, account in fleet.devices if account == ACCOUNT])
        fleet.path = fleet.path.rename(fleet.path.with_name("elsewhere"))
        fleet.step(moved=True)
        fleet.ask(lambda rollout: rollout.stop("enough"))
        fleet.advance(days=3)
        assert fleet.step().next_at == fleet.time + HOUR


# Devices that wait for another day


def test_devices_that_wait_for_another_day_are_scheduled_at_midnight(tmp_path: Path) -> None:
    with Fleet(tmp_path, plan_for(per_day=3)) as fleet:
        fleet.advance(hours=20)
        fleet.create()
        assert fleet.step().next_at == MIDNIGHT
        fleet.advance(seconds=(MIDNIGHT - fleet.time).total_seconds())
        fleet.step()
        assert fleet.writes.count("POST") == 3


def test_devices_of_waves_that_have_not_begun_wait_for_no_midnight(tmp_path: Path) -> None:
    with Fleet(tmp_path, plan_for(per_day=4)) as fleet:
        fleet.advance(hours=20)
        fleet.create()
        assert fleet.step().next_at == MIDNIGHT + HOUR


def test_devices_of_an_account_that_is_held_wait_for_no_midnight(tmp_path: Path) -> None:
    with Fleet(tmp_path, plan_for(per_day=4), purchase="MRC", licenses=100) as fleet:
        fleet.create()
        report = fleet.step()
        assert {reason.kind for reason in report.reasons} == {"licences"}
        assert report.next_at is None
