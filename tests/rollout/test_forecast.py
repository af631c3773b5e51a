"""How a roll-out goes at the earliest, and what it would do at some time."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from fota_sdk.rollout import Gate, Rollout, Schedule, StepReport, Watch, Wave
from fota_sdk.rollout.json_data import json_data
from tests.conftest import ACCOUNT
from tests.rollout.fleet_on_sandbox import Fleet, plan_of
from tests.rollout.plans import plan

OTHER = "0000123456-00002"
NOW = datetime.combine(date.today(), datetime.min.time(), timezone.utc) + timedelta(hours=10)
TODAY = NOW.date()
WAVES = (Wave(devices=2), Wave(share="50%", approval="manual"), Wave(share="100%"))


def imei(number: int) -> str:
    return f"{990013900000000 + number:015d}"


def made(folder: Path, devices: int = 40, **others: Any) -> Rollout:
    """Return a roll-out of two accounts with half of the devices each."""
    fleet = [(imei(number), (ACCOUNT, OTHER)[number % 2]) for number in range(devices)]
    return Rollout.create(folder / "a.rollout", plan(**{"wave": WAVES, **others}), fleet, now=lambda: NOW)


def days(rollout: Rollout) -> list[tuple[int, ...]]:
    """Return the devices, the campaigns, the first and the last day and the most devices a day of each wave."""
    found = []
    for wave in rollout.forecast():
        assert wave.first_day is not None
        assert wave.last_day is not None
        of_days = ((wave.first_day - TODAY).days, (wave.last_day - TODAY).days)
        found.append((wave.devices, wave.campaigns, *of_days, wave.most_a_day))
    return found


def test_a_wave_starts_once_the_one_before_has_succeeded_and_soaked(tmp_path: Path) -> None:
    # Scheduled today, started tomorrow, succeeded by the end of that day, soaked for another one.
    with made(tmp_path) as rollout:
        assert days(rollout) == [(4, 2, 1, 1, 4), (16, 2, 4, 4, 16), (20, 2, 7, 7, 20)]
        last = rollout.forecast()[-1].passes_at
    assert last == datetime.combine(TODAY + timedelta(days=9), datetime.min.time(), timezone.utc)


def test_devices_a_day_spread_a_wave_over_days(tmp_path: Path) -> None:
    with made(tmp_path, schedule=Schedule(per_day=6)) as rollout:
        assert days(rollout) == [(4, 2, 1, 1, 4), (16, 4, 4, 6, 6), (20, 5, 9, 12, 6)]


def test_a_campaign_takes_so_many_devices_at_most(tmp_path: Path) -> None:
    with made(tmp_path, campaign_size=3) as rollout:
        assert [campaigns for _, campaigns, *_ in days(rollout)] == [2, 6, 8]


def test_a_far_end_is_left_open(tmp_path: Path) -> None:
    with made(tmp_path, devices=8000, schedule=Schedule(per_day=1), wave=(Wave(devices=2), Wave(share="100%"))) as r:
        first, second = r.forecast()
    assert first.passes_at is not None
    assert second.passes_at is None


def test_what_is_paused_or_waits_for_approval_does_not_hold_up_a_forecast(tmp_path: Path) -> None:
    with made(tmp_path) as rollout:
        before = rollout.forecast()
        rollout.start()
        assert rollout.forecast() == before


def test_what_is_intended_and_not_sent_yet_is_in_a_forecast(tmp_path: Path) -> None:
    with Fleet(tmp_path, plan_of()) as fleet:
        fleet.create()
        with fleet.open() as rollout:
            before = rollout.forecast()
        fleet.sandbox.throttle_next(1, operation="v3.schedule_campaign_firmware_upgrade")
        fleet.step()
        with fleet.open() as rollout:
            assert [campaign.state for campaign in rollout.campaigns()] == ["intended", "scheduled"]
            assert rollout.forecast() == before


def test_a_forecast_tells_when_a_wave_that_has_passed_had_soaked(tmp_path: Path) -> None:
    with Fleet(tmp_path, plan_of(gate=Gate("100%", "24h"), watch=Watch("6h"))) as fleet:
        fleet.create()
        while fleet.step().state == "running":
            with fleet.open() as rollout:
                first, expected = rollout.status().waves[0], rollout.forecast()[0].passes_at
            if first.state == "passed":
                break
            fleet.advance(hours=6)
        assert first.reached_at is not None
        assert expected == first.reached_at + timedelta(days=1) == fleet.time


@pytest.mark.parametrize("at", [None, NOW + timedelta(days=3)])
def test_a_preview_tells_what_a_step_would_do(tmp_path: Path, at: datetime | None) -> None:
    with made(tmp_path) as rollout:
        rollout.start()
        decision = rollout.preview(at)
    start = (NOW if at is None else at).date() + timedelta(days=1)
    assert [(each.account, each.wave, each.size, each.start) for each in decision.make] == [
        (ACCOUNT, 1, 2, start),
        (OTHER, 1, 2, start),
    ]


def test_a_preview_tells_which_campaigns_a_step_would_send_that_were_made_before(tmp_path: Path) -> None:
    with Fleet(tmp_path, plan_of(wave=(Wave(share="100%"),), campaign_size=4)) as fleet:
        fleet.create()
        fleet.sandbox.throttle_next(1, retry_after=3600, operation="v3.schedule_campaign_firmware_upgrade")
        fleet.step()
        with fleet.open() as rollout:
            assert rollout.preview().send == ()
            later = rollout.preview(fleet.time + timedelta(hours=1))
            assert (later.send, later.take_back) == ((1, 2), ())
        fleet.advance(hours=1)
        fleet.sandbox.fail_next(400, operation="v3.schedule_campaign_firmware_upgrade")
        fleet.step()  # the first one is refused, and the account is held
        with fleet.open() as rollout:
            assert (rollout.preview().send, rollout.preview().take_back) == ((), (2,))


def test_the_accounts_are_told(tmp_path: Path) -> None:
    with made(tmp_path) as rollout:
        assert rollout.accounts == (ACCOUNT, OTHER)
        assert rollout.campaigns() == ()
        assert rollout.service is None
    with Rollout.create(tmp_path / "b.rollout", plan(), [(imei(0), ACCOUNT)], service="over there") as rollout:
        assert rollout.service == "over there"


def test_events_are_told_from_a_number_on(tmp_path: Path) -> None:
    with made(tmp_path) as rollout:
        rollout.start()
        (created, started) = rollout.events()
        assert list(rollout.events(after=created.number)) == [started]
        assert list(rollout.events(after=started.number)) == []


def test_what_is_told_is_json_data(tmp_path: Path) -> None:
    with made(tmp_path) as rollout:
        rollout.start()
        decision = json.loads(json.dumps(json_data(rollout.preview())))
        assert decision["make"][0] == {
            "account": ACCOUNT,
            "wave": 1,
            "size": 2,
            "start": (TODAY + timedelta(days=1)).isoformat(),
        }
        (_, started) = rollout.events()
    assert json_data(started)["at"] == NOW.isoformat()
    report = StepReport("running", (), ("one",), 3, NOW)
    assert report.to_dictionary() == {
        "state": "running",
        "reasons": [],
        "actions": ["one"],
        "calls": 3,
        "next_at": NOW.isoformat(),
        "needs_person": False,
    }
