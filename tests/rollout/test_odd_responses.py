"""Responses that nobody expects: without an id, without a report, with text that is none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fota_sdk.rollout import StopRule, Wave
from tests.rollout.fleet_on_sandbox import ACCOUNT, Fleet, plan_of
from tests.rollout.test_doubts import holds

POST = "v3.schedule_campaign_firmware_upgrade"
REPORT = "v3.get_campaign_device_status"


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Fleet]:
    with Fleet(tmp_path, plan_of(wave=(Wave(share="100%"),)), {ACCOUNT: 2}) as fleet:
        fleet.create()
        yield fleet


@pytest.mark.parametrize("response", [{}, {"id": None}, {"id": ""}])
def test_a_campaign_that_was_accepted_without_an_id_is_in_doubt(response: dict[str, Any], fleet: Fleet) -> None:
    fleet.sandbox.fail_next(200, {"status": "CampaignRequestPending", **response}, operation=POST)
    fleet.step()
    with fleet.open() as rollout:
        assert rollout.status().doubts == (1,)
    fleet.run()
    assert fleet.audit() == []


def test_a_reason_that_is_no_text_is_kept_as_far_as_it_is_one(fleet: Fleet) -> None:
    fleet.step()
    fleet.advance(days=1)
    devices = [
        {"deviceId": imei, "status": "UpgradeFailed", "resultReason": "broken \ud83d."} for imei, _ in fleet.devices
    ]
    report = {"totalDevice": 2, "hasMoreData": False, "maxPageSize": 1000, "deviceList": devices}
    fleet.sandbox.fail_next(200, report, operation=REPORT)
    fleet.step()
    with fleet.open() as rollout:
        assert {(device.state, device.reason) for device in rollout.devices()} == {("failed", "broken ?.")}


def test_a_campaign_that_was_cancelled_before_its_start_may_have_no_report(fleet: Fleet) -> None:
    fleet.step()
    (campaign,) = fleet.at_service()
    fleet.client.campaigns_v3.cancel_campaign(ACCOUNT, campaign.id)
    fleet.advance(hours=12)
    fleet.sandbox.fail_next(400, operation=REPORT)
    fleet.step()
    assert (None, "drift") in holds(fleet)
    assert fleet.states() == {"cancelled": 2}


@pytest.mark.parametrize("minutes", [0, 5], ids=["CampaignRequestFailed", "CampaignFailed"])
def test_a_campaign_that_the_service_gave_up_may_have_no_report(minutes: int, fleet: Fleet) -> None:
    fleet.step()
    (campaign,) = fleet.at_service()
    fleet.advance(minutes=minutes)
    fleet.sandbox.fail(campaign.id)
    for _ in range(4):
        fleet.advance(hours=12)
        fleet.sandbox.fail_next(400, operation=REPORT)
        fleet.step()
    assert holds(fleet) == [(ACCOUNT, "refused")]
    assert fleet.states() == {"waiting": 2}


def test_devices_that_time_out_without_ever_being_in_a_report_trip_their_rule(tmp_path: Path) -> None:
    rule = StopRule("timed_out", max_count=1)
    with Fleet(tmp_path, plan_of(wave=(Wave(share="100%"),), stop=(rule,)), {ACCOUNT: 2}) as fleet:
        fleet.create()
        for _ in range(20):
            empty = {"totalDevice": 0, "hasMoreData": False, "maxPageSize": 1000, "deviceList": []}
            fleet.sandbox.fail_next(200, empty, operation=REPORT)
            fleet.step()
            fleet.advance(hours=6)
        assert fleet.states() == {"timed_out": 2}
        assert (None, "stop_rule") in holds(fleet)
