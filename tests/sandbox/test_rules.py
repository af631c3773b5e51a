"""For each documented rule: it is enforced, and its allowed neighbour passes."""

from __future__ import annotations

import re
from typing import Any

import pytest

from fota_sdk.sandbox import Sandbox
from tests.conftest import ACCOUNT, IMEIS
from tests.sandbox.test_life_cycle import to_midnight
from tests.sandbox.wire import BODIES, Wire, accepted, day, imeis, refused

OTHER = "990013907835573"
V2_WINDOWS = {
    "downloadTimeWindowList": [{"startTime": 3, "endTime": 4}],
    "installTimeWindowList": [{"startTime": 5, "endTime": 6}],
}


def started(wire: Wire, **changes: Any) -> str:
    """Return a campaign of tomorrow to the day after next but one, on its first day."""
    campaign_id = wire.scheduled(1, 4, **changes)
    to_midnight(wire.sandbox, 1)
    assert wire.status(campaign_id) == "CampaignScheduled"
    return campaign_id


# answers


def test_V2_answers_what_it_was_asked(v2: Wire) -> None:  # noqa: N802
    campaign = accepted(v2.schedule(downloadAfterDate=day(1), installAfterDate=day(2)))
    sent = {**BODIES["v2"], "startDate": day(1), "endDate": day(2)}
    sent |= {"downloadAfterDate": day(1), "installAfterDate": day(2)}
    del sent["deviceList"]
    assert campaign.items() >= sent.items()
    assert set(campaign) == {*sent, "id", "accountName", "make", "model", "status"}
    assert campaign["accountName"] == ACCOUNT
    assert v2.read(campaign["id"]) == (200, campaign)
    result = accepted(v2.devices(campaign["id"], "append", [OTHER]))
    assert set(result) == {"accountName", "campaignId", "requestId"}
    assert (result["accountName"], result["campaignId"]) == (ACCOUNT, campaign["id"])
    assert v2.cancel(campaign["id"]) == (200, {"success": True})


def test_V3_answers_what_it_was_asked(v3: Wire) -> None:  # noqa: N802
    campaign = accepted(v3.schedule(autoAssignLicenseFlag=False, autoAddDevicesFlag=True))
    sent = {**BODIES["v3"], "startDate": day(1), "endDate": day(2)}
    del sent["deviceList"]
    assert campaign.items() >= sent.items()
    assert set(campaign) == {*sent, "id", "accountName", "make", "model", "status"}
    flags = {"autoAssignLicenseFlag": False, "autoAddDevicesFlag": True}
    assert v3.read(campaign["id"]) == (200, {**campaign, **flags})
    assert v3.cancel(campaign["id"]) == (200, {"success": True})


# cancelling


def test_a_campaign_that_has_not_started_can_be_cancelled_once(wire: Wire) -> None:
    campaign_id = wire.scheduled()
    assert wire.cancel(campaign_id) == (200, {"success": True})
    assert "CampaignCancelled can not be cancelled" in refused(wire.cancel(campaign_id))


def test_a_V2_campaign_that_has_started_is_aborted_once(v2: Wire) -> None:  # noqa: N802
    campaign_id = started(v2)
    assert v2.cancel(campaign_id) == (200, {"success": True})
    assert "CampaignAborted" in refused(v2.cancel(campaign_id))


def test_a_V3_campaign_that_has_started_runs_to_its_end(v3: Wire) -> None:  # noqa: N802
    campaign_id = started(v3)
    words = refused(v3.cancel(campaign_id))
    assert "CampaignScheduled can not be cancelled" in words
    assert v3.status(campaign_id) == "CampaignScheduled"

    # What the refusal says to do can be done, and no more than that.
    (earliest,) = re.findall(r"new dates may bring its end forward, to (\d{4}-\d{2}-\d{2}) at the earliest", words)
    assert earliest == day(2)
    refused(v3.dates(campaign_id, 1, 1))
    accepted(v3.dates(campaign_id, 1, 2))
    v3.sandbox.advance(days=2)
    assert v3.status(campaign_id) == "CampaignEnded"


def test_a_campaign_that_is_over_can_be_neither_cancelled_nor_changed(wire: Wire) -> None:
    ended, failed = wire.scheduled(1, 1), wire.scheduled(1, 1)
    wire.sandbox.fail(failed)
    cancelled = wire.scheduled(1, 1)
    wire.cancel(cancelled)
    wire.sandbox.advance(days=3)
    statuses = {ended: "CampaignEnded", failed: "CampaignRequestFailed", cancelled: "CampaignCancelled"}
    for campaign_id, status in statuses.items():
        assert status in refused(wire.cancel(campaign_id))
        for words in (
            refused(wire.dates(campaign_id, 5, 6)),
            refused(wire.devices(campaign_id, "append", [OTHER])),
        ):
            assert status in words
            assert "schedule another one" in words
        assert wire.status(campaign_id) == status


# devices


@pytest.mark.parametrize("minutes", [0, 1, 2])
def test_devices_may_change_before_the_start(wire: Wire, minutes: int) -> None:
    campaign_id = wire.scheduled()
    wire.sandbox.advance(minutes=minutes)
    for kind in ("append", "remove"):
        accepted(wire.devices(campaign_id, kind, [OTHER]))


def test_devices_may_not_change_after_it(wire: Wire) -> None:
    campaign_id = started(wire)
    for kind in ("append", "remove"):
        words = refused(wire.devices(campaign_id, kind, [OTHER]))
        assert "CampaignScheduled" in words
        assert "schedule another one" in words
    assert wire.imeis(campaign_id) == sorted(IMEIS)


def test_V2_devices_change_a_minute_later(v2: Wire) -> None:  # noqa: N802
    campaign_id = v2.scheduled()
    first = accepted(v2.devices(campaign_id, "append", [OTHER, IMEIS[0]]))["requestId"]
    v2.sandbox.advance(seconds=30)
    second = accepted(v2.devices(campaign_id, "remove", IMEIS[1:]))["requestId"]
    assert first != second
    assert v2.imeis(campaign_id) == sorted(IMEIS)
    v2.sandbox.advance(seconds=30)
    assert v2.imeis(campaign_id) == sorted([*IMEIS, OTHER])
    v2.sandbox.advance(seconds=30)
    assert v2.imeis(campaign_id) == sorted([IMEIS[0], OTHER])


def test_V3_devices_change_at_once_and_each_is_answered(v3: Wire) -> None:  # noqa: N802
    campaign_id = v3.scheduled()
    answer = accepted(v3.devices(campaign_id, "append", [OTHER, IMEIS[0]]))
    assert answer == {
        "accountName": ACCOUNT,
        "campaignId": campaign_id,
        "deviceList": [
            {"deviceId": OTHER, "status": "AddDeviceSucceed", "Reason": "Device added Successfully"},
            {"deviceId": IMEIS[0], "status": "AddDeviceFailed", "Reason": "Device is already in the campaign"},
        ],
    }
    assert v3.imeis(campaign_id) == sorted([*IMEIS, OTHER])
    answer = accepted(v3.devices(campaign_id, "remove", [*IMEIS, IMEIS[2]]))
    # The reference shows this status for both kinds of change.
    assert [device["status"] for device in answer["deviceList"]] == [*["AddDeviceSucceed"] * 3, "AddDeviceFailed"]
    assert v3.imeis(campaign_id) == [OTHER]


def test_the_check_digit_is_not_looked_at(wire: Wire) -> None:
    accepted(wire.schedule(deviceList=["990013907884250", "000000000000000"]))
    assert "IMEI" in refused(wire.schedule(deviceList=["99001390788425"]))


# dates


def test_a_start_date_may_be_today_but_not_past(wire: Wire) -> None:
    assert "start date" in refused(wire.schedule(-1, 2))
    campaign_id = wire.scheduled(0, 0)
    assert "start date" in refused(wire.dates(campaign_id, -1, 2))
    accepted(wire.dates(campaign_id, 1, 2))
    accepted(wire.dates(campaign_id, 0, 2))


def test_a_start_date_that_is_past_meanwhile_may_stay(wire: Wire) -> None:
    to_midnight(wire.sandbox, 1)
    wire.sandbox.advance(hours=23, minutes=59)
    campaign_id = wire.scheduled(1, 3)
    wire.sandbox.advance(seconds=40)
    assert wire.status(campaign_id) == "CampaignRequestPending"
    accepted(wire.dates(campaign_id, 1, 4))


def test_a_campaign_may_end_on_its_first_day_but_not_before(wire: Wire) -> None:
    campaign_id = accepted(wire.schedule(2, 2))["id"]
    assert "end date" in refused(wire.schedule(2, 1))
    assert "end date" in refused(wire.dates(campaign_id, 2, 1))
    accepted(wire.dates(campaign_id, 1, 1))


def test_before_the_start_both_dates_may_move(wire: Wire) -> None:
    campaign_id = wire.scheduled(1, 2)
    changed = accepted(wire.dates(campaign_id, 5, 7))
    assert (changed["startDate"], changed["endDate"]) == (day(5), day(7))
    flags = {} if wire.version == "v2" else {"autoAssignLicenseFlag": False, "autoAddDevicesFlag": False}
    assert accepted(wire.read(campaign_id)) == {**changed, **flags}


def test_after_the_start_the_start_date_stays(wire: Wire) -> None:
    campaign_id = started(wire)
    assert "has started" in refused(wire.dates(campaign_id, 2, 9))
    accepted(wire.dates(campaign_id, 1, 9))


def test_after_the_start_the_end_is_at_least_24_hours_away(wire: Wire) -> None:
    campaign_id = started(wire)
    assert "24 hours" in refused(wire.dates(campaign_id, 1, 1))
    assert accepted(wire.dates(campaign_id, 1, 2))["endDate"] == day(2)
    wire.sandbox.advance(days=1)
    assert "24 hours" in refused(wire.dates(campaign_id, 1, 2))
    accepted(wire.dates(campaign_id, 1, 3))


# windows


def test_V2_keeps_its_windows_and_adds_the_new_ones(v2: Wire) -> None:  # noqa: N802
    campaign_id = v2.scheduled(1, 4)
    to_midnight(v2.sandbox, 1)
    changed = accepted(v2.dates(campaign_id, 1, 9, **V2_WINDOWS))
    assert changed["downloadTimeWindowList"] == [{"startTime": 20, "endTime": 21}, {"startTime": 3, "endTime": 4}]
    assert changed["installTimeWindowList"] == [{"startTime": 22, "endTime": 23}, {"startTime": 5, "endTime": 6}]
    again = accepted(v2.dates(campaign_id, 1, 9, **V2_WINDOWS))
    assert again == changed
    assert accepted(v2.dates(campaign_id, 1, 9)) == changed


def test_V2_adds_windows_before_the_start_too(v2: Wire) -> None:  # noqa: N802
    campaign_id = v2.scheduled()
    changed = accepted(v2.dates(campaign_id, 1, 2, **V2_WINDOWS))
    assert changed["downloadTimeWindowList"] == [{"startTime": 20, "endTime": 21}, {"startTime": 3, "endTime": 4}]


def test_V3_windows_are_replaced_before_the_start(v3: Wire) -> None:  # noqa: N802
    campaign_id = v3.scheduled()
    windows = [{"startTime": 0, "endTime": 24}]
    assert accepted(v3.dates(campaign_id, 1, 2, campaignTimeWindowList=windows))["campaignTimeWindowList"] == windows
    assert "campaignTimeWindowList" not in accepted(v3.dates(campaign_id, 1, 2))


def test_V3_windows_stay_after_it(v3: Wire) -> None:  # noqa: N802
    campaign_id = started(v3)
    known = BODIES["v3"]["campaignTimeWindowList"]
    for windows in ([{"startTime": 0, "endTime": 24}], [*known, {"startTime": 0, "endTime": 1}], []):
        assert "windows" in refused(v3.dates(campaign_id, 1, 9, campaignTimeWindowList=windows))
    assert accepted(v3.dates(campaign_id, 1, 9, campaignTimeWindowList=known))["campaignTimeWindowList"] == known
    assert accepted(v3.dates(campaign_id, 1, 9))["campaignTimeWindowList"] == known


# the pilot rule


@pytest.fixture(params=["v2", "v3"])
def piloted(request: pytest.FixtureRequest) -> Any:
    with Sandbox(pilot_rule=True) as sandbox:
        yield Wire(sandbox, request.param)


def test_without_the_pilot_rule_any_number_goes(wire: Wire) -> None:
    accepted(wire.schedule(deviceList=imeis(500)))


def test_without_a_pilot_20_devices_go_and_21_do_not(piloted: Wire) -> None:
    assert "20 devices" in refused(piloted.schedule(deviceList=imeis(21)))
    campaign_id = piloted.scheduled(deviceList=imeis(20))
    assert "20 devices" in refused(piloted.schedule(deviceList=[OTHER]))
    assert "20 devices" in refused(piloted.devices(campaign_id, "append", [OTHER]))
    accepted(piloted.devices(campaign_id, "append", imeis(20)))


def test_a_change_that_is_still_to_come_counts(piloted: Wire) -> None:
    campaign_id = piloted.scheduled(deviceList=imeis(19))
    accepted(piloted.devices(campaign_id, "append", imeis(20)[19:]))
    assert "20 devices" in refused(piloted.devices(campaign_id, "append", [OTHER]))


def test_what_was_cancelled_does_not_count(piloted: Wire) -> None:
    campaign_id = piloted.scheduled(deviceList=imeis(20))
    piloted.cancel(campaign_id)
    accepted(piloted.schedule(deviceList=[OTHER]))


def test_the_limit_is_one_of_a_package_and_an_account(piloted: Wire) -> None:
    package = "softwareName" if piloted.version == "v2" else "firmwareName"
    accepted(piloted.schedule(deviceList=imeis(20)))
    accepted(piloted.schedule(deviceList=[OTHER], **{package: "another"}))
    accepted(Wire(piloted.sandbox, piloted.version, "0000123456-00002").schedule(deviceList=[OTHER]))


@pytest.mark.parametrize(("size", "lifted"), [(4, False), (5, True)])
def test_a_pilot_of_5_devices_that_has_ended_lifts_the_limit(piloted: Wire, size: int, lifted: bool) -> None:
    pilot = piloted.scheduled(1, 1, deviceList=imeis(size))
    to_midnight(piloted.sandbox, 1)
    assert "20 devices" in refused(piloted.schedule(9, 9, deviceList=imeis(21)))
    piloted.sandbox.advance(days=1)
    assert piloted.status(pilot) == "CampaignEnded"
    assert (piloted.schedule(9, 9, deviceList=imeis(100))[0] == 200) is lifted


# reports


def test_the_report_tells_the_campaigns_in_a_status(wire: Wire) -> None:
    first, second = wire.scheduled(1, 1), wire.scheduled(1, 1, campaignName="another")
    report = accepted(wire.report("?campaignStatus=CampaignRequestPending"))
    assert [campaign["id"] for campaign in report["campaignList"]] == [first, second]
    assert (report["hasMoreData"], report["lastSeenCampaignId"]) == (False, second)
    assert report["campaignList"][1]["campaignName"] == "another"
    wire.cancel(first)
    (cancelled,) = accepted(wire.report("?campaignStatus=CampaignCancelled"))["campaignList"]
    assert cancelled["id"] == first
    empty = accepted(wire.report("?campaignStatus=CampaignEnded"))
    assert empty == {"hasMoreData": False, "campaignList": []}
    other = Wire(wire.sandbox, wire.version, "0000123456-00002")
    assert accepted(other.report("?campaignStatus=CampaignRequestPending"))["campaignList"] == []


def test_the_report_has_pages(wire: Wire) -> None:
    ids = [wire.scheduled() for _ in range(101)]
    first = accepted(wire.report("?campaignStatus=CampaignRequestPending"))
    assert (first["hasMoreData"], first["lastSeenCampaignId"]) == (True, ids[99])
    wire.cancel(ids[99])
    rest = accepted(wire.report(f"?campaignStatus=CampaignRequestPending&lastSeenCampaignId={ids[99]}"))
    assert [campaign["id"] for campaign in rest["campaignList"]] == ids[100:]
    assert rest["hasMoreData"] is False


@pytest.mark.parametrize("query", ["", "?campaignStatus=", "?campaignStatus=x", "?lastSeenCampaignId=0"])
def test_the_report_wants_a_status(wire: Wire, query: str) -> None:
    assert "campaignStatus" in refused(wire.report(query))


def test_the_report_wants_a_last_seen_campaign_that_is_one(wire: Wire) -> None:
    wire.scheduled()
    query = "?campaignStatus=CampaignRequestPending&lastSeenCampaignId="
    assert "lastSeenCampaignId" in refused(wire.report(query + "x"))
    assert len(accepted(wire.report(query + "0"))["campaignList"]) == 1


def test_the_report_of_devices_has_pages_and_states(wire: Wire) -> None:
    devices = imeis(1020)
    campaign_id = wire.scheduled(1, 1, deviceList=devices)
    first = accepted(wire.devices_of(campaign_id))
    assert (first["totalDevice"], first["hasMoreData"], first["lastSeenDeviceId"]) == (1020, True, devices[999])
    assert (first["maxPageSize"], len(first["deviceList"])) == (1000, 1000)
    times = {"updatedTime"} if wire.version == "v3" else set()
    assert set(first["deviceList"][0]) == {"deviceId", "status", "resultReason", *times}
    rest = accepted(wire.devices_of(campaign_id, f"?lastSeenDeviceId={devices[999]}"))
    assert [device["deviceId"] for device in rest["deviceList"]] == devices[1000:]
    assert "LastSeenDeviceId" in refused(wire.devices_of(campaign_id, "?lastSeenDeviceId=x"))
    wire.sandbox.advance(days=3)
    assert accepted(wire.devices_of(campaign_id))["deviceList"][0]["status"] == "UpgradeSuccess"
