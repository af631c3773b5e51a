"""What others do with the campaigns of a roll-out, and what the service says that nobody expects."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from fota_sdk import V3AddOrRemoveDeviceRequest, V3ChangeCampaignDatesRequest
from fota_sdk.rollout import Watch, Wave
from tests.rollout.fleet_on_sandbox import ACCOUNT, Fleet, imei, plan_of
from tests.rollout.test_doubts import holds

ONE_WAVE = plan_of(wave=(Wave(share="100%"),), campaign_size=10)


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Fleet]:
    with Fleet(tmp_path, ONE_WAVE) as fleet:
        fleet.create()
        fleet.step()
        yield fleet


def id_of(fleet: Fleet, account: str = ACCOUNT) -> str:
    (campaign,) = fleet.at_service([account])
    return campaign.id


def step_for(fleet: Fleet, hours: int) -> None:
    """Step every six hours."""
    for _ in range(0, hours, 6):
        fleet.advance(hours=6)
        fleet.step()


# Cancelled


@pytest.mark.parametrize("requeue", [False, True])
def test_a_campaign_that_others_cancel_pauses_the_rollout_and_its_devices_go_on_if_wanted(
    requeue: bool, fleet: Fleet
) -> None:
    fleet.client.campaigns_v3.cancel_campaign(ACCOUNT, id_of(fleet))
    step_for(fleet, 6)
    assert holds(fleet) == [(None, "drift")]
    assert fleet.states() == {"cancelled": 8, "queued": 5}
    fleet.ask(lambda rollout: rollout.resume("it was a mistake", requeue=requeue))
    fleet.step()
    assert holds(fleet) == []
    assert fleet.writes.count("POST") == (3 if requeue else 2)
    fleet.run({} if requeue else {1: lambda rollout: rollout.resume("5 of 13 are enough")})
    assert fleet.states() == ({"succeeded": 13} if requeue else {"cancelled": 8, "succeeded": 5})


def test_who_takes_devices_back_takes_none_that_were_left_out_before(tmp_path: Path) -> None:
    plan = plan_of(wave=(Wave(share="50%"), Wave(share="100%")), campaign_size=2)
    with Fleet(tmp_path, plan, {ACCOUNT: 8}, pilot_rule=False) as fleet:
        fleet.create()

        def cancel(*, requeue: bool) -> None:
            live = [each.id for each in fleet.at_service() if each.status != "CampaignCancelled"]
            for each in live:
                fleet.client.campaigns_v3.cancel_campaign(ACCOUNT, each)
            step_for(fleet, 6)
            with fleet.open() as rollout:
                texts = [reason.text for reason in rollout.status().reasons if reason.kind == "drift"]
            assert texts == ["2 campaigns were cancelled by somebody else; not upgraded: 4 of their devices"]
            fleet.ask(lambda rollout: rollout.resume("it was a mistake", requeue=requeue))
            fleet.step()

        fleet.step()
        cancel(requeue=False)
        cancel(requeue=True)
        fleet.run()
        assert fleet.states() == {"cancelled": 4, "succeeded": 4}


def test_a_v2_campaign_that_others_abort_keeps_what_was_upgraded(tmp_path: Path) -> None:
    with Fleet(tmp_path, plan_of("v2", wave=(Wave(share="100%"),), campaign_size=10)) as fleet:
        fleet.create()
        fleet.step()
        step_for(fleet, 30)
        campaign = id_of(fleet)
        fleet.client.campaigns_v2.cancel_campaign(ACCOUNT, campaign)
        step_for(fleet, 30)
        (at_service,) = fleet.at_service([ACCOUNT])
        succeeded = sum(word == "UpgradeSuccess" for word in at_service.words.values())
        assert 0 < succeeded < 8
        with fleet.open() as rollout:
            states = [device.state for device in rollout.devices(account=ACCOUNT)]
        assert (states.count("succeeded"), states.count("cancelled")) == (succeeded, 8 - succeeded)
        assert (None, "drift") in holds(fleet)


def test_a_campaign_that_others_cancel_while_it_is_being_cancelled_is_no_drift(fleet: Fleet) -> None:
    fleet.ask(lambda rollout: rollout.pause("look"))
    fleet.mishaps[3] = lambda operation: fleet.client.campaigns_v3.cancel_campaign(ACCOUNT, id_of(fleet))
    fleet.step()
    assert holds(fleet) == [(None, "user")]
    assert fleet.states() == {"waiting": 13}


# Dates


def change_dates(fleet: Fleet, days: int, length: int) -> None:
    campaign = fleet.client.campaigns_v3.get_campaign_information(ACCOUNT, id_of(fleet))
    request = V3ChangeCampaignDatesRequest.from_campaign(campaign)
    request.start_date = fleet.time.date() + timedelta(days=days)
    request.end_date = request.start_date + timedelta(days=length)
    fleet.client.campaigns_v3.update_campaign_dates(ACCOUNT, id_of(fleet), request)


def test_dates_that_others_change_are_taken_over(fleet: Fleet) -> None:
    change_dates(fleet, days=10, length=3)
    step_for(fleet, 6)
    with closing(sqlite3.connect(fleet.path)) as connection:
        ((start, end),) = connection.execute("SELECT start_date, end_date FROM campaigns WHERE number = 1")
    assert start == (fleet.time.date() + timedelta(days=10)).isoformat()
    assert end == (fleet.time.date() + timedelta(days=13)).isoformat()
    fleet.run()
    assert fleet.audit() == []


def test_a_campaign_that_others_postpone_can_still_be_cancelled_on_the_day_it_was_meant_to_start(fleet: Fleet) -> None:
    change_dates(fleet, days=10, length=3)
    fleet.advance(days=2)
    fleet.step()
    fleet.ask(lambda rollout: rollout.pause("look"))
    fleet.step()
    assert fleet.writes.count("DELETE") == 1
    assert {campaign.status for campaign in fleet.at_service([ACCOUNT])} == {"CampaignCancelled"}


# Devices


def change_devices(fleet: Fleet, kind: str, *devices: str) -> None:
    request = V3AddOrRemoveDeviceRequest(mtype=kind, device_list=list(devices))
    fleet.client.campaigns_v3.update_campaign_firmware_devices(ACCOUNT, id_of(fleet), request)


def test_devices_that_others_add_are_counted_apart(fleet: Fleet) -> None:
    stranger = imei(900000)
    fleet.sandbox.add_devices([stranger])
    change_devices(fleet, "append", stranger)
    fleet.run()
    with fleet.open() as rollout:
        status = rollout.status()
        assert (status.state, status.foreign_devices, status.waves[0].devices) == ("finished", 1, 13)
        assert stranger not in {device.imei for device in rollout.devices()}


def test_devices_that_others_remove_count_as_removed_after_two_looks_an_hour_apart(fleet: Fleet) -> None:
    removed = fleet.devices[0][0]
    change_devices(fleet, "remove", removed)
    step_for(fleet, 6)
    assert "removed" not in fleet.states()
    fleet.advance(minutes=59)
    fleet.step()
    assert "removed" not in fleet.states()
    fleet.advance(minutes=1)
    fleet.step()
    assert fleet.states()["removed"] == 1
    fleet.run()
    with fleet.open() as rollout:
        status = rollout.status()
        assert status.state == "finished"
        assert "12 of 12 devices succeeded" in status.waves[0].gate  # out of the denominator
        (device,) = rollout.devices(state="removed")
        assert device.imei == removed


def test_a_device_that_is_back_in_its_report_was_not_removed(fleet: Fleet) -> None:
    device = fleet.devices[0][0]
    change_devices(fleet, "remove", device)
    step_for(fleet, 6)
    change_devices(fleet, "append", device)
    fleet.advance(hours=1)
    fleet.step()
    assert "removed" not in fleet.states()
    fleet.run()
    assert fleet.audit() == []


# Words


LOOK, REPORT = "v3.get_campaign_information", "v3.get_campaign_device_status"


def report_of(words: dict[str, str]) -> dict[str, Any]:
    devices = [{"deviceId": imei, "status": word, "resultReason": "-"} for imei, word in words.items()]
    return {"totalDevice": len(devices), "hasMoreData": False, "maxPageSize": 1000, "deviceList": devices}


def test_a_word_of_a_device_that_is_not_known_changes_nothing_and_is_shown(tmp_path: Path) -> None:
    with Fleet(tmp_path, ONE_WAVE, {ACCOUNT: 3}) as fleet:
        fleet.create()
        fleet.step()
        fleet.advance(days=1)
        words = dict(zip((each for each, _ in fleet.devices), ("UpgradeParked", "UpgradePending"), strict=False))
        fleet.sandbox.fail_next(200, report_of({**words, fleet.devices[2][0]: "UpgradeScheduled"}), operation=REPORT)
        fleet.step()
        assert fleet.states() == {"queued": 1, "in_progress": 2}
        with fleet.open() as rollout:
            assert rollout.status().unknown_words == 1
            (device,) = rollout.devices(imei=fleet.devices[0][0])
        assert device.status == "UpgradeParked"
        fleet.run()
        with fleet.open() as rollout:
            assert rollout.status().unknown_words == 0
        assert fleet.audit() == []


def test_devices_of_a_campaign_in_a_status_that_is_not_known_are_looked_at(tmp_path: Path) -> None:
    with Fleet(tmp_path, replace(ONE_WAVE, watch=Watch("6h")), {ACCOUNT: 8}) as fleet:
        fleet.create()
        fleet.step()
        found = id_of(fleet)
        for _ in range(12):
            fleet.advance(hours=6)
            campaign = fleet.client.campaigns_v3.get_campaign_information(ACCOUNT, found).to_dictionary()
            if campaign["status"] in ("CampaignScheduled", "CampaignEnded"):
                fleet.sandbox.fail_next(200, {**campaign, "status": "In Progress"}, operation=LOOK)
            if fleet.step().state == "finished":
                break
        assert fleet.states() == {"succeeded": 8}


@pytest.mark.parametrize("minutes", [0, 5], ids=["CampaignRequestFailed", "CampaignFailed"])
@pytest.mark.parametrize("api", ["v3", "v2"])
def test_a_campaign_that_the_service_gives_up_holds_its_account_and_gives_its_devices_back(
    api: str, minutes: int, tmp_path: Path
) -> None:
    with Fleet(tmp_path, plan_of(api)) as fleet:
        fleet.create()
        fleet.step()
        fleet.advance(minutes=minutes)
        fleet.sandbox.fail(id_of(fleet))
        step_for(fleet, 60)
        assert holds(fleet) == [(ACCOUNT, "refused")]
        with fleet.open() as rollout:
            assert {device.state for device in rollout.devices(account=ACCOUNT)} == {"waiting"}
        fleet.ask(lambda rollout: rollout.resume("the service works again", account=ACCOUNT))
        fleet.run()
        with fleet.open() as rollout:
            assert {device.state for device in rollout.devices()} == {"succeeded"}


def test_a_campaign_that_gave_its_devices_back_is_left_with_those_that_are_done(fleet: Fleet) -> None:
    with fleet.open() as rollout:
        sizes = [campaign.size for campaign in rollout.campaigns()]
    assert sum(sizes) > 0
    fleet.ask(lambda rollout: rollout.pause("look"))
    fleet.step()
    with fleet.open() as rollout:
        assert [campaign.size for campaign in rollout.campaigns()] == [0] * len(sizes)
