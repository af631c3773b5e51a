"""Devices and packages of an account: what is listed, what fits a campaign and what is rejected, with neighbours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from fota_sdk import ConfigurationError
from fota_sdk.sandbox import Sandbox
from tests.conftest import ACCOUNT, IMEIS
from tests.sandbox.test_life_cycle import to_midnight
from tests.sandbox.wire import BODIES, Wire, accepted, ask, imeis, refused

FACTS: dict[str, dict[str, Any]] = {
    "v2": {"make": "Verizon", "model": "Model-A", "protocol": "HTTP", "software": BODIES["v2"]["softwareFrom"]},
    "v3": {"make": "SEQUANS Communications", "model": "GM01Q", "firmware": BODIES["v3"]["firmwareFrom"]},
}
FILTER = {"v2": "distributionType", "v3": "protocol"}
PROTOCOL = {"v2": "HTTP", "v3": "LWM2M"}


def states(wire: Wire, campaign_id: str) -> dict[str, tuple[str, str]]:
    listed = accepted(wire.devices_of(campaign_id))["deviceList"]
    return {each["deviceId"]: (each["status"], each["resultReason"]) for each in listed}


def rejected(wire: Wire, campaign_id: str) -> dict[str, str]:
    return {imei: why for imei, (word, why) in states(wire, campaign_id).items() if word == "DeviceRejected"}


def listed(wire: Wire, query: str = "") -> Any:
    return accepted(ask(wire.sandbox, "GET", f"/fota/{wire.version}/devices/{wire.account}{query}"))


def ids(page: Any) -> list[str]:
    return [device["deviceId"] for device in page["deviceList"]]


# which devices there are


def test_in_an_open_inventory_every_device_exists_and_fits(wire: Wire) -> None:
    assert rejected(wire, wire.scheduled(deviceList=["000000000000001"])) == {}
    assert {*ids(listed(wire))} == {"000000000000001", *IMEIS}


def test_a_closed_inventory_has_its_devices_and_no_others(wire: Wire) -> None:
    wire.sandbox.add_devices(imeis(2))
    campaign_id = wire.scheduled(deviceList=imeis(3))
    assert rejected(wire, campaign_id) == {imeis(3)[2]: "Device not found"}
    assert ids(listed(wire)) == imeis(2)
    other = Wire(wire.sandbox, wire.version, "0000123456-00002")
    assert ids(listed(other)) == []
    assert set(rejected(other, other.scheduled(deviceList=imeis(2)))) == set(imeis(2))


@pytest.mark.parametrize("version", ["v2", "v3"])
def test_the_devices_of_a_new_sandbox_fit_any_package(version: str) -> None:
    with Sandbox(devices=imeis(1)) as sandbox:
        wire = Wire(sandbox, version)
        assert set(rejected(wire, wire.scheduled(deviceList=imeis(2)))) == {imeis(2)[1]}


def test_an_inventory_may_be_empty_and_closed() -> None:
    with Sandbox(devices=[]) as sandbox:
        wire = Wire(sandbox, "v3")
        assert listed(wire) == {"accountName": ACCOUNT, "hasMoreData": False, "maxPageSize": 1000, "deviceList": []}
        assert set(rejected(wire, wire.scheduled())) == set(IMEIS)


@pytest.mark.parametrize(
    "arguments",
    [
        {"imeis": "990013907884253"},
        {"imeis": ["1"]},
        {"imeis": [990013907884253]},
        {"imeis": None},
        {"imeis": IMEIS, "colour": "red"},
        {"imeis": IMEIS, "make": ""},
        {"imeis": IMEIS, "is_eligible": 1},
        {"imeis": IMEIS, "software": ("a",)},
        {"imeis": IMEIS, "last_upgrade": datetime(2026, 1, 1)},
        {"imeis": IMEIS, "account": "1"},
    ],
    ids=repr,
)
def test_a_declaration_that_cannot_be_used_changes_nothing(wire: Wire, arguments: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        wire.sandbox.add_devices(**arguments)
    assert rejected(wire, wire.scheduled()) == {}


# what fits


@pytest.mark.parametrize(
    ("fact", "value", "reason"),
    [
        ("make", "Another", "Make or model of the device does not match"),
        ("model", "Another", "Make or model of the device does not match"),
        ("installed", "Another", "Software version of the device does not meet the prerequisite"),
        ("is_eligible", False, "Device is not FOTA capable"),
        ("protocol", "OMADM", "Device is not FOTA capable"),
        ("is_active", False, "Device is not active or not connected"),
    ],
)
def test_a_declared_fact_must_fit(wire: Wire, fact: str, value: Any, reason: str) -> None:
    facts = FACTS[wire.version]
    fact = {"v2": "software", "v3": "firmware"}[wire.version] if fact == "installed" else fact
    wire.sandbox.add_devices(imeis(3)[:2], **facts)
    wire.sandbox.add_devices(imeis(3)[2:], **{**facts, fact: value})
    assert rejected(wire, wire.scheduled(deviceList=imeis(3))) == {imeis(3)[2]: reason}


def test_a_make_is_compared_without_case(wire: Wire) -> None:
    wire.sandbox.add_devices(IMEIS, make=FACTS[wire.version]["make"].upper())
    assert rejected(wire, wire.scheduled()) == {}


def test_a_campaign_of_an_unknown_package_is_for_the_make_of_its_first_device(v3: Wire) -> None:
    v3.sandbox.add_devices(imeis(2)[:1], make="First", model="One")
    v3.sandbox.add_devices(imeis(2)[1:], make="Second", model="One")
    status, campaign = v3.schedule(deviceList=imeis(2), firmwareName="unknown")
    assert (status, campaign["make"], campaign["model"]) == (200, "First", "One")
    assert list(rejected(v3, campaign["id"])) == imeis(2)[1:]


# one campaign at a time


def test_a_device_in_an_unfinished_campaign_is_rejected_by_another(wire: Wire) -> None:
    first = wire.scheduled(1, 1)
    second = wire.scheduled(1, 2, deviceList=[*IMEIS, *imeis(1)])
    assert rejected(wire, first) == {}
    reason = "Device is already in another upgrade, which must finish first"
    assert rejected(wire, second) == dict.fromkeys(IMEIS, reason)


def test_a_device_is_free_again_when_its_campaign_is_over(wire: Wire) -> None:
    wire.scheduled(1, 1)
    cancelled = wire.scheduled(deviceList=imeis(1))
    wire.cancel(cancelled)
    assert rejected(wire, wire.scheduled(deviceList=imeis(1))) == {}
    wire.sandbox.advance(days=2)
    assert rejected(wire, wire.scheduled(3, 4)) == {}


def test_a_device_that_was_removed_is_free(wire: Wire) -> None:
    campaign_id = wire.scheduled()
    accepted(wire.devices(campaign_id, "remove", IMEIS[:1]))
    assert (rejected(wire, wire.scheduled(deviceList=IMEIS[:1])) == {}) is (wire.version == "v3")
    wire.sandbox.advance(minutes=1)
    assert set(rejected(wire, wire.scheduled(deviceList=IMEIS[:2]))) >= {IMEIS[1]}


def test_an_appended_device_counts_from_the_request_on(v2: Wire) -> None:
    campaign_id = v2.scheduled()
    accepted(v2.devices(campaign_id, "append", imeis(1)))
    assert list(rejected(v2, v2.scheduled(5, 5, deviceList=imeis(2)))) == imeis(1)
    v2.sandbox.advance(days=3)
    assert rejected(v2, v2.scheduled(6, 6, deviceList=imeis(1))) == {}


def test_V3_does_not_add_a_device_that_it_rejects(v3: Wire) -> None:  # noqa: N802
    v3.sandbox.add_devices(imeis(2))
    campaign_id = v3.scheduled(deviceList=imeis(1))
    (good, bad) = accepted(v3.devices(campaign_id, "append", imeis(3)[1:]))["deviceList"]
    assert (good["status"], bad["status"], bad["Reason"]) == ("AddDeviceSucceed", "AddDeviceFailed", "Device not found")
    assert v3.imeis(campaign_id) == imeis(2)


def test_a_V2_campaign_shows_a_device_that_it_rejects(v2: Wire) -> None:  # noqa: N802
    v2.sandbox.add_devices(imeis(1))
    campaign_id = v2.scheduled(deviceList=imeis(1))
    accepted(v2.devices(campaign_id, "append", imeis(2)[1:]))
    v2.sandbox.advance(minutes=1)
    assert rejected(v2, campaign_id) == {imeis(2)[1]: "Device not found"}


# lists and pages


@pytest.fixture(params=["v2", "v3"])
def paged(request: pytest.FixtureRequest) -> Iterator[Wire]:
    with Sandbox(page_size=2) as sandbox:
        yield Wire(sandbox, request.param)


def test_device_lists_have_pages_in_the_order_of_IMEIs(paged: Wire) -> None:  # noqa: N802
    paged.sandbox.add_devices(list(reversed(imeis(4))))
    first, second = listed(paged), listed(paged, f"?lastSeenDeviceId={imeis(2)[1]}")
    assert (ids(first), first["hasMoreData"], first["lastSeenDeviceId"], first["maxPageSize"]) == (
        imeis(2),
        True,
        imeis(2)[1],
        2,
    )
    assert (ids(second), second["hasMoreData"]) == (imeis(4)[2:], False)
    beyond = listed(paged, "?lastSeenDeviceId=999999999999999")
    assert (ids(beyond), beyond["hasMoreData"], "lastSeenDeviceId" in beyond) == ([], False, False)


@pytest.mark.parametrize("cursor", ["0", "", "000000000000000", "990013907800000"])
def test_a_cursor_need_not_be_a_device(paged: Wire, cursor: str) -> None:
    paged.sandbox.add_devices(["990013907800001", "990013907800002"])
    assert len(ids(listed(paged, f"?lastSeenDeviceId={cursor}"))) == 2
    campaign_id = paged.scheduled(deviceList=["990013907800001", "990013907800002"])
    assert len(states(paged, campaign_id)) == 2
    assert len(accepted(paged.devices_of(campaign_id, f"?lastSeenDeviceId={cursor}"))["deviceList"]) == 2


@pytest.mark.parametrize("cursor", ["x", "-1", "1.5", "12", "1000", "0000000000000000", "%D9%A1"])
def test_a_cursor_that_is_no_IMEI_is_refused(paged: Wire, cursor: str) -> None:  # noqa: N802
    campaign_id = paged.scheduled()
    assert "LastSeenDeviceId" in refused(paged.devices_of(campaign_id, f"?lastSeenDeviceId={cursor}"))
    path = f"/fota/{paged.version}/devices/{ACCOUNT}?lastSeenDeviceId={cursor}"
    assert "LastSeenDeviceId" in refused(ask(paged.sandbox, "GET", path))


def test_the_history_has_pages_in_the_order_of_ids(paged: Wire) -> None:
    known = [paged.scheduled(deviceList=[imei]) for imei in imeis(3)]
    assert known == sorted(known)
    first = accepted(paged.report("?campaignStatus=CampaignRequestPending&lastSeenCampaignId=0"))
    assert [each["id"] for each in first["campaignList"]] == known[:2]
    assert first["hasMoreData"] is True
    # any well-formed id may be a cursor
    for cursor, left in (("00000000-0000-4000-8000-000000000000", 2), ("ffffffff-ffff-4fff-bfff-ffffffffffff", 0)):
        page = accepted(paged.report(f"?campaignStatus=CampaignRequestPending&lastSeenCampaignId={cursor}"))
        assert len(page["campaignList"]) == left


@pytest.mark.parametrize("page_size", [0, -1, 1001, True, 1.5, "2"], ids=repr)
def test_a_page_size_that_no_page_has_is_refused(page_size: Any) -> None:
    with pytest.raises(ConfigurationError, match="page_size"):
        Sandbox(page_size=page_size)


@pytest.mark.parametrize(("wanted", "seen"), [("HTTP", 1), ("LWM2M", 2), ("OMD-DM", 3), ("OMADM", 3), ("x", 0)])
def test_lists_are_filtered_by_protocol(wire: Wire, wanted: str, seen: int) -> None:
    for number, protocol in ((1, "HTTP"), (2, "LWM2M"), (3, "OMADM")):
        wire.sandbox.add_devices([imeis(9)[number]], protocol=protocol)
    found = ids(listed(wire, f"?{FILTER[wire.version]}={wanted}"))
    assert found == ([imeis(9)[seen]] if seen else [])
    assert len(ids(listed(wire))) == 3


def test_the_details_of_a_device(sandbox: Sandbox) -> None:
    sandbox.add_devices(IMEIS[:1], **FACTS["v2"], is_licensed=False, mdn="5551234567")
    (device,) = listed(Wire(sandbox, "v2"))["deviceList"]
    assert (device["make"], device["model"], device["distributionType"]) == ("Verizon", "Model-A", "HTTP")
    assert (device["fotaEligible"], device["licenseAssigned"], device["mdn"]) == (True, False, "5551234567")
    assert [(each["name"], each["version"]) for each in device["softwareList"]] == [(FACTS["v2"]["software"], "1")]


def test_named_devices_are_answered_each(v3: Wire) -> None:
    v3.sandbox.add_devices(imeis(1), firmware="1.0", is_active=False)
    path = f"/fota/v3/devices/{ACCOUNT}"
    answer = accepted(ask(v3.sandbox, "POST", path, {"deviceList": imeis(2)}))
    known, unknown = answer["deviceList"]
    assert (answer["deviceCount"], known["firmware"], known["status"]) == (2, "1.0", "Inactive")
    assert unknown == {"deviceId": imeis(2)[1], "requestStatus": "Failure", "resultReason": "Device not found"}
    accepted(ask(v3.sandbox, "POST", path, {"deviceList": imeis(1000)}))
    assert "1000" in refused(ask(v3.sandbox, "POST", path, {"deviceList": imeis(1001)}))
    assert "empty" in refused(ask(v3.sandbox, "POST", path, {"deviceList": []}))


# packages


def packages(wire: Wire, protocol: str) -> Any:
    route = {"v2": "software", "v3": "firmware"}[wire.version]
    path = f"/fota/{wire.version}/{route}/{ACCOUNT}?{FILTER[wire.version]}={protocol}"
    return accepted(ask(wire.sandbox, "GET", path))


def test_an_open_inventory_has_the_example_package(wire: Wire) -> None:
    (package,) = packages(wire, PROTOCOL[wire.version])
    name = {"v2": "softwareName", "v3": "firmwareName"}[wire.version]
    assert package[name] == BODIES[wire.version][name]
    assert packages(wire, "x") == []


def test_each_kind_of_device_has_a_package_that_fits_it(v3: Wire) -> None:
    v3.sandbox.add_devices(imeis(2)[:1], make="First Maker", model="One", firmware="1.0")
    v3.sandbox.add_devices(imeis(2)[1:], make="First Maker", model="One", firmware="2.0")
    v3.sandbox.add_devices(IMEIS, **FACTS["v2"])
    first, second = packages(v3, "all")
    assert [each["firmwareFrom"] for each in (first, second)] == ["1.0", "2.0"]
    names = {key: first[key] for key in ("firmwareName", "firmwareFrom", "firmwareTo", "protocol")}
    campaign_id = v3.scheduled(deviceList=imeis(2), **names)
    assert rejected(v3, campaign_id) == {imeis(2)[1]: "Software version of the device does not meet the prerequisite"}


def test_V3_wants_a_protocol(v3: Wire) -> None:  # noqa: N802
    assert "protocol" in refused(ask(v3.sandbox, "GET", f"/fota/v3/firmware/{ACCOUNT}"))


# afterwards


def test_a_device_runs_the_new_version_afterwards_and_not_before(wire: Wire) -> None:
    wire.sandbox.add_devices(IMEIS, **FACTS[wire.version])
    wire.sandbox.fail_device(IMEIS[0])
    campaign_id = wire.scheduled(1, 1)

    def installed() -> dict[str, str]:
        found = listed(wire)["deviceList"]
        if wire.version == "v3":
            return {each["deviceId"]: each["firmware"] for each in found}
        return {each["deviceId"]: each["softwareList"][0]["name"] for each in found}

    old = BODIES[wire.version]["softwareFrom" if wire.version == "v2" else "firmwareFrom"]
    new = BODIES[wire.version]["softwareTo" if wire.version == "v2" else "firmwareTo"]
    to_midnight(wire.sandbox, 1)
    assert installed() == dict.fromkeys(IMEIS, old)
    wire.sandbox.advance(days=1)
    assert wire.status(campaign_id) == "CampaignEnded"
    assert installed() == {**dict.fromkeys(IMEIS, new), IMEIS[0]: old}
    again = wire.scheduled(5, 5)
    assert set(rejected(wire, again)) == set(IMEIS[1:])


def test_new_facts_replace_what_an_upgrade_brought(v3: Wire) -> None:
    v3.sandbox.add_devices(IMEIS, firmware=BODIES["v3"]["firmwareFrom"])
    v3.scheduled(1, 1)
    v3.sandbox.advance(days=2)
    v3.sandbox.add_devices(IMEIS[:1], firmware=BODIES["v3"]["firmwareFrom"])
    firmware = {each["deviceId"]: each["firmware"] for each in listed(v3)["deviceList"]}
    assert firmware[IMEIS[0]] == BODIES["v3"]["firmwareFrom"]
    assert firmware[IMEIS[1]] == BODIES["v3"]["firmwareTo"]
    assert set(rejected(v3, v3.scheduled(3, 3))) == set(IMEIS[1:])


def test_a_million_devices_are_declared_and_listed() -> None:
    with Sandbox() as sandbox:
        sandbox.add_devices([f"99{number:013}" for number in range(1_000_000)], make="m", firmware="1")
        page = listed(Wire(sandbox, "v3"), "?lastSeenDeviceId=990000000998999")
    assert (len(page["deviceList"]), page["hasMoreData"]) == (1000, False)


@pytest.mark.parametrize(
    ("query", "words"),
    [("", "campaignStatus is required"), ("?campaignStatus=running", "There is no campaignStatus 'running'")],
)
def test_a_status_that_is_none_is_told(paged: Wire, query: str, words: str) -> None:
    assert refused(paged.report(query)).startswith(f"{words}: one of CampaignRequestPending, ")
