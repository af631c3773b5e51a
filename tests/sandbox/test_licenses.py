"""Licences: a pool that runs out, what pins them to a device, and how they are listed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from fota_sdk.exceptions import ConfigurationError
from fota_sdk.sandbox import Sandbox
from tests.conftest import ACCOUNT, IMEIS
from tests.sandbox.wire import Wire, accepted, ask, imeis, refused

FIRST, SECOND, THIRD = IMEIS[:3]
GONE = "Removal not allowed for devices that have ever upgraded firmware"


@pytest.fixture
def monthly() -> Iterator[Sandbox]:
    """An account with two licences, without which no device may join a campaign."""
    with Sandbox(purchase="MRC", licenses=2) as sandbox:
        yield sandbox


@pytest.fixture
def by_event() -> Iterator[Sandbox]:
    with Sandbox(purchase="EVNT") as sandbox:
        yield sandbox


def change(sandbox: Sandbox, version: str, act: str, *devices: str) -> Any:
    path = f"/fota/{version}/licenses/{ACCOUNT}/{act}"
    return accepted(ask(sandbox, "POST", path, {"deviceList": list(devices)}))


def told(answer: Any) -> list[tuple[str, str]]:
    return [(device["status"], device["resultReason"]) for device in answer["deviceList"]]


def status(sandbox: Sandbox, version: str, query: str = "?lastSeenDeviceId=0") -> Any:
    return accepted(ask(sandbox, "GET", f"/fota/{version}/licenses/{ACCOUNT}{query}"))


def subscription(sandbox: Sandbox, version: str = "v3") -> tuple[str, int, int]:
    answer = accepted(ask(sandbox, "GET", f"/fota/{version}/subscriptions/{ACCOUNT}"))
    return answer["purchaseType"], answer["licenseCount"], answer["licenseUsedCount"]


# assigning and removing

WORDS = {
    "v2": ("Success", "Failure", "Success", "Failure", "licTotalCount"),
    "v3": ("LicenseAssignSuccess", "LicenseAssignFailed", "LicenseRemoveSuccess", "LicenseRemoveFailed", "licCount"),
}


@pytest.mark.parametrize("version", ["v2", "v3"])
def test_licenses_run_out_and_come_back(monthly: Sandbox, version: str) -> None:
    assigned, refused_, removed, kept, total = WORDS[version]
    answer = change(monthly, version, "assign", FIRST, FIRST, SECOND, THIRD)
    assert told(answer) == [
        (assigned, "Success"),
        (refused_, "Device license preexisting"),
        (assigned, "Success"),
        (refused_, "No license available"),
    ]
    assert (answer["accountName"], answer[total], answer["licUsedCount"]) == (ACCOUNT, 2, 2)

    answer = change(monthly, version, "remove", FIRST, FIRST)
    assert told(answer) == [(removed, "Success"), (kept, "No license attached to device")]
    assert (answer[total], answer["licUsedCount"]) == (2, 1)
    assert told(change(monthly, version, "assign", THIRD)) == [(assigned, "Success")]


def test_both_versions_share_the_licenses(monthly: Sandbox) -> None:
    change(monthly, "v2", "assign", FIRST)
    assert told(change(monthly, "v3", "assign", FIRST)) == [("LicenseAssignFailed", "Device license preexisting")]
    assert told(change(monthly, "v3", "remove", FIRST)) == [("LicenseRemoveSuccess", "Success")]
    assert [status(monthly, version)["assignedLicenses"] for version in ("v2", "v3")] == [0, 0]


def test_accounts_do_not_share_them(monthly: Sandbox) -> None:
    change(monthly, "v3", "assign", FIRST, SECOND)
    path = "/fota/v3/licenses/0000123456-00002/assign"
    answer = accepted(ask(monthly, "POST", path, {"deviceList": [FIRST]}))
    assert (told(answer), answer["licUsedCount"]) == ([("LicenseAssignSuccess", "Success")], 1)


@pytest.mark.parametrize(
    ("body", "words"),
    [({}, "empty"), ({"deviceList": []}, "empty"), ({"deviceList": ["1"]}, "15 digits"), ({"deviceList": 5}, "empty")],
)
@pytest.mark.parametrize("act", ["assign", "remove"])
def test_devices_must_be_imeis(monthly: Sandbox, act: str, body: Any, words: str) -> None:
    for version in ("v2", "v3"):
        assert words in refused(ask(monthly, "POST", f"/fota/{version}/licenses/{ACCOUNT}/{act}", body))


def test_zero_licenses_are_a_number_of_licenses() -> None:
    with Sandbox(licenses=0) as sandbox:
        assert told(change(sandbox, "v3", "assign", FIRST)) == [("LicenseAssignFailed", "No license available")]
        assert subscription(sandbox) == ("TS-HFOTA-MRC", 0, 0)


# what pins a licence


@pytest.mark.parametrize("version", ["v2", "v3"])
def test_an_upgrade_pins_the_license(monthly: Sandbox, version: str) -> None:
    wire = Wire(monthly, version)
    change(monthly, version, "assign", FIRST, SECOND)
    wire.scheduled(0, 1, deviceList=[FIRST])
    monthly.advance(days=3)
    failed = "Failure" if version == "v2" else "LicenseRemoveFailed"
    succeeded = "Success" if version == "v2" else "LicenseRemoveSuccess"
    assert told(change(monthly, version, "remove", FIRST, SECOND)) == [(failed, GONE), (succeeded, "Success")]
    assert status(monthly, version)["assignedLicenses"] == 1


def test_a_campaign_that_has_not_started_does_not_pin_it(monthly: Sandbox) -> None:
    change(monthly, "v3", "assign", FIRST)
    Wire(monthly, "v3").scheduled(5, 6, deviceList=[FIRST])
    assert told(change(monthly, "v3", "remove", FIRST)) == [("LicenseRemoveSuccess", "Success")]


def test_a_failed_upgrade_does_not_pin_it(monthly: Sandbox) -> None:
    change(monthly, "v3", "assign", FIRST)
    monthly.fail_device(FIRST)
    Wire(monthly, "v3").scheduled(0, 1, deviceList=[FIRST])
    monthly.advance(days=3)
    assert told(change(monthly, "v3", "remove", FIRST)) == [("LicenseRemoveSuccess", "Success")]


def test_an_upgrade_in_progress_pins_it(monthly: Sandbox) -> None:
    change(monthly, "v3", "assign", FIRST)
    monthly.silence_device(FIRST)
    Wire(monthly, "v3").scheduled(0, 5, deviceList=[FIRST])
    monthly.advance(hours=1)
    assert told(change(monthly, "v3", "remove", FIRST)) == [("LicenseRemoveFailed", GONE)]
    monthly.advance(days=6)
    assert told(change(monthly, "v3", "remove", FIRST)) == [("LicenseRemoveSuccess", "Success")]


def test_an_upgrade_before_the_license_does_not_pin_it() -> None:
    with Sandbox() as sandbox:
        Wire(sandbox, "v3").scheduled(0, 1, deviceList=[FIRST])
        sandbox.advance(days=3)
        change(sandbox, "v3", "assign", FIRST)
        assert told(change(sandbox, "v3", "remove", FIRST)) == [("LicenseRemoveSuccess", "Success")]


# campaigns

SCHEDULES = {
    "plain V2": ("v2", ""),
    "software": ("v2", "software/"),
    "file": ("v2", "files/"),
    "V3": ("v3", "firmware/"),
}


def schedule(sandbox: Sandbox, name: str, **changes: Any) -> tuple[int, Any]:
    version, place = SCHEDULES[name]
    body = Wire(sandbox, version).body(**changes)
    if name == "file":
        body |= {"fileName": "configfile-Verizon_VZW1_hello-world.txt", "fileVersion": "1.0"}
    return ask(sandbox, "POST", f"/fota/{version}/campaigns/{place}{ACCOUNT}", body)


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_device_needs_a_license_before_it_is_scheduled(monthly: Sandbox, name: str) -> None:
    change(monthly, "v3", "assign", FIRST)
    words = refused(schedule(monthly, name, deviceList=[FIRST, SECOND]))
    assert SECOND in words
    assert FIRST not in words
    accepted(schedule(monthly, name, deviceList=[FIRST]))


@pytest.mark.parametrize("name", SCHEDULES)
@pytest.mark.parametrize("purchase", [None, "EVNT", "EVNT,MRC", "MRC,EVNT"])
def test_accounts_that_pay_by_upgrade_need_none(purchase: str | None, name: str) -> None:
    with Sandbox(purchase=purchase) as sandbox:
        accepted(schedule(sandbox, name))


@pytest.mark.parametrize("version", ["v2", "v3"])
def test_a_device_needs_a_license_before_it_joins(monthly: Sandbox, version: str) -> None:
    wire = Wire(monthly, version)
    change(monthly, version, "assign", FIRST, SECOND)
    campaign = wire.scheduled(deviceList=[FIRST])
    assert THIRD in refused(wire.devices(campaign, "append", [THIRD]))
    accepted(wire.devices(campaign, "append", [SECOND]))
    accepted(wire.devices(campaign, "remove", [THIRD]))


def test_the_flag_of_a_schedule_assigns_licenses(monthly: Sandbox) -> None:
    accepted(schedule(monthly, "V3", deviceList=[FIRST, SECOND], autoAssignLicenseFlag=True))
    assert [device["deviceId"] for device in status(monthly, "v3")["deviceList"]] == sorted([FIRST, SECOND])


@pytest.mark.parametrize("name", ["plain V2", "software", "file"])
def test_V2_knows_no_such_flag(monthly: Sandbox, name: str) -> None:  # noqa: N802
    refused(schedule(monthly, name, deviceList=[FIRST], autoAssignLicenseFlag=True))
    assert status(monthly, "v2")["assignedLicenses"] == 0


def test_the_flag_assigns_nothing_where_too_few_are_left(monthly: Sandbox) -> None:
    words = refused(schedule(monthly, "V3", deviceList=[FIRST, SECOND, THIRD], autoAssignLicenseFlag=True))
    assert "More licenses are needed, 3, than are left, 2." in words
    assert status(monthly, "v3")["assignedLicenses"] == 0


def test_a_refused_schedule_gives_its_licenses_back(monthly: Sandbox) -> None:
    change(monthly, "v3", "assign", FIRST)
    refused(schedule(monthly, "V3", deviceList=[FIRST, SECOND], autoAssignLicenseFlag=True, firmwareName=""))
    assert [device["deviceId"] for device in status(monthly, "v3")["deviceList"]] == [FIRST]


def test_a_schedule_that_is_refused_for_another_reason_takes_none(sandbox: Sandbox) -> None:
    for changes in ({"firmwareName": ""}, {"startDate": "2020-08-20"}, {"campaignName": 5}):
        refused(schedule(sandbox, "V3", deviceList=[FIRST], autoAssignLicenseFlag=True, **changes))
    assert status(sandbox, "v3")["assignedLicenses"] == 0


def licensed(sandbox: Sandbox) -> list[str]:
    return [device["deviceId"] for device in status(sandbox, "v3")["deviceList"]]


def test_a_rejected_device_takes_no_license(monthly: Sandbox) -> None:
    monthly.reject_device(FIRST)
    accepted(schedule(monthly, "V3", deviceList=[FIRST, SECOND, THIRD], autoAssignLicenseFlag=True))
    assert licensed(monthly) == sorted([SECOND, THIRD])


def test_a_device_whose_facts_do_not_fit_takes_no_license() -> None:
    with Sandbox(licenses=1) as sandbox:
        sandbox.add_devices([FIRST], is_eligible=False)
        sandbox.add_devices([SECOND])
        accepted(schedule(sandbox, "V3", deviceList=[FIRST, SECOND], autoAssignLicenseFlag=True))
        assert licensed(sandbox) == [SECOND]


def test_a_device_in_another_campaign_takes_no_license() -> None:
    with Sandbox(purchase="EVNT,MRC", licenses=1) as sandbox:
        accepted(schedule(sandbox, "V3", deviceList=[FIRST]))
        accepted(schedule(sandbox, "V3", deviceList=[FIRST], autoAssignLicenseFlag=True))
        assert licensed(sandbox) == []


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_rejected_device_needs_no_license(monthly: Sandbox, name: str) -> None:
    change(monthly, "v3", "assign", FIRST)
    monthly.reject_device(SECOND)
    accepted(schedule(monthly, name, deviceList=[FIRST, SECOND]))


@pytest.mark.parametrize("version", ["v2", "v3"])
def test_a_rejected_device_that_would_join_needs_no_license(monthly: Sandbox, version: str) -> None:
    wire = Wire(monthly, version)
    change(monthly, version, "assign", FIRST)
    campaign = wire.scheduled(deviceList=[FIRST])
    monthly.reject_device(SECOND)
    accepted(wire.devices(campaign, "append", [SECOND]))


@pytest.mark.parametrize("flags", [{}, {"autoAssignLicenseFlag": False}])
def test_without_the_flag_none_is_assigned(flags: Any) -> None:
    with Sandbox() as sandbox:
        accepted(schedule(sandbox, "V3", **flags))
        assert status(sandbox, "v3")["assignedLicenses"] == 0


def test_the_flag_has_nothing_to_assign_where_accounts_pay_by_upgrade(by_event: Sandbox) -> None:
    accepted(schedule(by_event, "V3", autoAssignLicenseFlag=True))
    assert subscription(by_event) == ("TS-HFOTA-EVNT", 0, 0)


# accounts without monthly licences


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        *(
            ("POST", f"/fota/{version}/licenses/{ACCOUNT}/{act}", {"deviceList": [FIRST]})
            for version in ("v2", "v3")
            for act in ("assign", "remove")
        ),
        ("GET", f"/fota/v2/licenses/{ACCOUNT}/cancel", None),
        ("POST", f"/fota/v2/licenses/{ACCOUNT}/cancel", {"deviceList": [FIRST]}),
        ("DELETE", f"/fota/v2/licenses/{ACCOUNT}/cancel", None),
    ],
)
def test_accounts_that_pay_by_upgrade_have_no_licenses(by_event: Sandbox, method: str, path: str, body: Any) -> None:
    assert "no monthly licenses" in refused(ask(by_event, method, path, body))
    with Sandbox(purchase="EVNT,MRC") as both:
        accepted(ask(both, method, path, body))


def test_their_license_status_is_empty(by_event: Sandbox) -> None:
    answer = status(by_event, "v3")
    assert (answer["totalLicenses"], answer["assignedLicenses"], answer["deviceList"]) == (0, 0, [])


# subscriptions


@pytest.mark.parametrize("version", ["v2", "v3"])
@pytest.mark.parametrize(
    ("options", "purchase", "count"),
    [
        ({}, "TS-HFOTA-EVNT,TS-HFOTA-MRC", 1_000_000),
        ({"licenses": 7}, "TS-HFOTA-MRC", 7),
        ({"purchase": "MRC", "licenses": 7}, "TS-HFOTA-MRC", 7),
        ({"purchase": "MRC,EVNT", "licenses": 7}, "TS-HFOTA-EVNT,TS-HFOTA-MRC", 7),
        ({"purchase": "EVNT"}, "TS-HFOTA-EVNT", 0),
    ],
)
def test_a_subscription_tells_how_an_account_pays(version: str, options: Any, purchase: str, count: int) -> None:
    with Sandbox(**options) as sandbox:
        assert subscription(sandbox, version) == (purchase, count, 0)
        if count > 0:
            change(sandbox, version, "assign", FIRST)
            assert subscription(sandbox, version) == (purchase, count, 1)


@pytest.mark.parametrize(
    "options",
    [
        {"purchase": ""},
        {"purchase": "mrc"},
        {"purchase": "MRC,"},
        {"purchase": 5},
        {"licenses": -1},
        {"licenses": True},
        {"licenses": 1.5},
        {"licenses": 1_000_001},
        {"purchase": "EVNT", "licenses": 1},
    ],
)
def test_what_cannot_be_bought(options: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"purchase|licenses"):
        Sandbox(**options)


# pages


def test_pages_follow_the_cursor() -> None:
    devices = imeis(1001)
    with Sandbox() as sandbox:
        change(sandbox, "v2", "assign", *reversed(devices))
        first = status(sandbox, "v2")
        assert [device["deviceId"] for device in first["deviceList"]] == devices[:1000]
        counters = {"accountName": ACCOUNT, "totalLicense": 1_000_000, "assignedLicenses": 1001, "maxPageSize": 1000}
        assert {key: first[key] for key in counters} == counters
        assert (first["hasMoreData"], first["lastSeenDeviceId"]) == (True, devices[999])

        last = status(sandbox, "v2", f"?lastSeenDeviceId={first['lastSeenDeviceId']}")
        assert [device["deviceId"] for device in last["deviceList"]] == devices[1000:]
        assert last["hasMoreData"] is False

        after = status(sandbox, "v2", f"?lastSeenDeviceId={devices[-1]}")
        assert (after["deviceList"], after["hasMoreData"], "lastSeenDeviceId" in after) == ([], False, False)


@pytest.mark.parametrize("query", ["", "?lastSeenDeviceId=", "?lastSeenDeviceId=0", f"?lastSeenDeviceId={1:015}"])
@pytest.mark.parametrize("version", ["v2", "v3"])
def test_a_cursor_need_not_be_a_device(monthly: Sandbox, version: str, query: str) -> None:
    change(monthly, version, "assign", FIRST)
    assert [device["deviceId"] for device in status(monthly, version, query)["deviceList"]] == [FIRST]


@pytest.mark.parametrize("cursor", ["x", "-1", "1" * 16, "%C2%B2", "1%0A"])
def test_a_cursor_that_is_no_imei_is_refused(monthly: Sandbox, cursor: str) -> None:
    words = refused(ask(monthly, "GET", f"/fota/v3/licenses/{ACCOUNT}?lastSeenDeviceId={cursor}"))
    assert "LastSeenDeviceId" in words


def test_a_device_that_lost_its_license_leaves_its_cursor_valid(monthly: Sandbox) -> None:
    lower, upper = sorted([FIRST, SECOND])
    change(monthly, "v3", "assign", lower, upper)
    change(monthly, "v3", "remove", lower)
    page = status(monthly, "v3", f"?lastSeenDeviceId={lower}")
    assert [device["deviceId"] for device in page["deviceList"]] == [upper]


def test_each_version_writes_the_time_in_its_own_way(monthly: Sandbox) -> None:
    change(monthly, "v3", "assign", FIRST)
    day = monthly.today.isoformat()
    (v2,), (v3,) = (status(monthly, version)["deviceList"] for version in ("v2", "v3"))
    assert (v2["assignmentTime"][:11], v2["assignmentTime"][-1]) == (f"{day}T", "Z")
    assert (v3["assignmentTime"][:11], v3["assignmentTime"][-10:]) == (f"{day} ", " +0000 UTC")


# the candidate list


def candidates(sandbox: Sandbox, *devices: str, **more: Any) -> tuple[int, Any]:
    return ask(sandbox, "POST", f"/fota/v2/licenses/{ACCOUNT}/cancel", {"deviceList": list(devices), **more})


def listed(sandbox: Sandbox) -> list[str]:
    answer = accepted(ask(sandbox, "GET", f"/fota/v2/licenses/{ACCOUNT}/cancel"))
    assert answer["count"] == len(answer["deviceList"])
    assert answer["hasMoreData"] is False
    assert answer["updateTime"].endswith(" +0000 UTC")
    return list(answer["deviceList"])


def test_a_candidate_list_is_replaced_unless_it_is_appended_to(sandbox: Sandbox) -> None:
    assert listed(sandbox) == []
    assert accepted(candidates(sandbox, FIRST)) == {"count": 1, "deviceList": [FIRST]}
    both = {"count": 2, "deviceList": [FIRST, SECOND]}
    assert accepted(candidates(sandbox, SECOND, FIRST, type="append", count=2)) == both
    assert listed(sandbox) == [FIRST, SECOND]
    accepted(candidates(sandbox, THIRD))
    assert listed(sandbox) == [THIRD]


def test_a_candidate_list_of_another_type_or_without_devices_is_refused(sandbox: Sandbox) -> None:
    accepted(candidates(sandbox, FIRST))
    for answered in (candidates(sandbox, SECOND, type="replace"), candidates(sandbox), candidates(sandbox, "1")):
        refused(answered)
    assert listed(sandbox) == [FIRST]


def test_a_candidate_list_is_dropped(sandbox: Sandbox) -> None:
    accepted(candidates(sandbox, FIRST))
    for _ in range(2):
        assert accepted(ask(sandbox, "DELETE", f"/fota/v2/licenses/{ACCOUNT}/cancel")) == {"success": True}
        assert listed(sandbox) == []


def test_what_is_kept_of_candidates_is_bounded(sandbox: Sandbox) -> None:
    many = [f"99{number:013}" for number in range(600_000)]
    accepted(candidates(sandbox, *many))
    path = "/fota/v2/licenses/0000123456-00002/cancel"
    assert "1,000,000 devices" in refused(ask(sandbox, "POST", path, {"deviceList": many}))
    accepted(candidates(sandbox, *many))
    accepted(ask(sandbox, "DELETE", f"/fota/v2/licenses/{ACCOUNT}/cancel"))
    accepted(ask(sandbox, "POST", path, {"deviceList": many}))


def test_being_a_candidate_changes_nothing(monthly: Sandbox) -> None:
    change(monthly, "v2", "assign", FIRST)
    accepted(candidates(monthly, FIRST))
    assert status(monthly, "v2")["assignedLicenses"] == 1


# devices of an inventory


def test_a_device_that_does_not_exist_gets_none() -> None:
    with Sandbox(devices=[FIRST], licenses=2) as sandbox:
        assert told(change(sandbox, "v2", "assign", FIRST, SECOND)) == [
            ("Success", "Success"),
            ("Failure", "Device does not exist."),
        ]
        assert told(change(sandbox, "v3", "remove", SECOND)) == [("LicenseRemoveFailed", "Device does not exist.")]


def test_licenses_that_were_declared_count() -> None:
    with Sandbox(licenses=2) as sandbox:
        sandbox.add_devices([FIRST], is_licensed=True)
        sandbox.add_devices([SECOND, THIRD])
        assert subscription(sandbox) == ("TS-HFOTA-MRC", 2, 1)
        reasons = [reason for _, reason in told(change(sandbox, "v3", "assign", FIRST, SECOND, THIRD))]
        assert reasons == ["Device license preexisting", "Success", "No license available"]


@pytest.mark.parametrize(
    ("options", "fits", "words"),
    [
        ({"licenses": 2}, 2, "3 devices .* 2 licenses"),
        ({"licenses": 0}, 0, "1 devices .* 0 licenses"),
        ({"purchase": "EVNT"}, 0, "1 devices .* 0 licenses"),
    ],
    ids=repr,
)
def test_no_more_devices_are_declared_with_a_license_than_the_account_has(options: Any, fits: int, words: str) -> None:
    devices = imeis(fits + 1)
    with Sandbox(**options) as sandbox:
        sandbox.add_devices(devices[:fits], is_licensed=True)
        for _ in range(2):
            with pytest.raises(ConfigurationError, match=words):
                sandbox.add_devices(devices[fits:], is_licensed=True)
        assert subscription(sandbox)[1:] == (fits, fits)
        sandbox.add_devices(devices[fits:])


def test_a_declaration_that_is_refused_declares_nothing(by_event: Sandbox) -> None:
    with pytest.raises(ConfigurationError):
        by_event.add_devices([SECOND], is_licensed=True)
    wire = Wire(by_event, "v3")
    report = accepted(wire.devices_of(wire.scheduled(deviceList=[FIRST])))
    assert report["deviceList"][0]["status"] != "DeviceRejected"


def test_devices_that_are_declared_anew_count_once() -> None:
    first, second, third = imeis(3)
    with Sandbox(licenses=2) as sandbox:
        sandbox.add_devices([first, second, first], is_licensed=True)
        sandbox.add_devices([second, first], is_licensed=True, model="GM02S")
        with pytest.raises(ConfigurationError, match="3 devices"):
            sandbox.add_devices([second, third], is_licensed=True)
        sandbox.add_devices([second], is_licensed=False)
        sandbox.add_devices([third], is_licensed=True)
        assert licensed(sandbox) == [first, third]
        sandbox.add_devices([second, third], account="0000123456-00002", is_licensed=True)


def test_licenses_of_an_open_inventory_end_with_it() -> None:
    with Sandbox(licenses=1) as sandbox:
        change(sandbox, "v3", "assign", FIRST)
        sandbox.add_devices([SECOND], is_licensed=True)
        assert licensed(sandbox) == [SECOND]


@pytest.mark.parametrize(("version", "query"), [("v2", "distributionType=HTTP"), ("v3", "protocol=LWM2M")])
def test_the_device_list_tells_who_has_one(version: str, query: str) -> None:
    with Sandbox() as sandbox:
        change(sandbox, version, "assign", FIRST)
        answer = accepted(ask(sandbox, "GET", f"/fota/{version}/devices/{ACCOUNT}?lastSeenDeviceId=0&{query}"))
        listed = {device["deviceId"]: device["licenseAssigned"] for device in answer["deviceList"]}
        assert {device for device, is_licensed in listed.items() if is_licensed} == {FIRST}


def test_pages_have_the_size_that_was_asked_for() -> None:
    with Sandbox(page_size=2) as sandbox:
        change(sandbox, "v3", "assign", *imeis(3))
        page = status(sandbox, "v3")
        assert (len(page["deviceList"]), page["maxPageSize"], page["hasMoreData"]) == (2, 2, True)
