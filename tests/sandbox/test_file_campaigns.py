"""The two V2 schedules whose hours are texts make campaigns like any other of V2."""

from __future__ import annotations

from typing import Any

import pytest

from fota_sdk.sandbox import Sandbox
from tests.conftest import ACCOUNT, IMEIS
from tests.sandbox.test_configuration_files import TEXTS, form, upload
from tests.sandbox.wire import Wire, accepted, ask, day, imeis, refused

NAME = "configfile-Verizon_VZW1_hello-world.txt"
SOFTWARE = {
    "campaignName": "tonight",
    "softwareName": "FOTA_Verizon_Model-A_02To03_HF",
    "softwareFrom": "FOTA_Verizon_Model-A_00To01_HF",
    "softwareTo": "FOTA_Verizon_Model-A_02To03_HF",
}
FILE = {"campaignName": "tonight", "fileName": NAME, "fileVersion": "1.0"}
BODIES = {"software": SOFTWARE, "files": FILE}
BOTH = pytest.mark.parametrize("kind", BODIES)


def body_of(kind: str, **changes: Any) -> dict[str, Any]:
    return {
        **BODIES[kind],
        "distributionType": "HTTP",
        "startDate": day(1),
        "endDate": day(2),
        "downloadAfterDate": day(1),
        "downloadTimeWindowList": [{"startTime": "20", "endTime": "21"}],
        "installTimeWindowList": [{"startTime": "0", "endTime": "24"}],
        "deviceList": IMEIS,
        **changes,
    }


def schedule(sandbox: Sandbox, kind: str, **changes: Any) -> tuple[int, Any]:
    body = {key: value for key, value in body_of(kind, **changes).items() if value is not None}
    return ask(sandbox, "POST", f"/fota/v2/campaigns/{kind}/{ACCOUNT}", body)


@BOTH
def test_the_response_has_its_hours_as_texts_and_everything_else_as_numbers(v2: Wire, kind: str) -> None:
    campaign = accepted(schedule(v2.sandbox, kind))
    asked = body_of(kind)
    devices = asked.pop("deviceList")
    assert {key: campaign[key] for key in asked} == asked
    assert campaign["status"] == "CampaignRequestPending"
    assert "deviceList" not in campaign

    read = accepted(v2.read(campaign["id"]))
    assert read["downloadTimeWindowList"] == [{"startTime": 20, "endTime": 21}]
    assert read["installTimeWindowList"] == [{"startTime": 0, "endTime": 24}]
    assert read["campaignName"] == "tonight"
    assert sorted(v2.imeis(campaign["id"])) == sorted(devices)


def test_a_file_campaign_names_the_file_where_software_stands(v2: Wire) -> None:
    campaign = accepted(schedule(v2.sandbox, "files"))
    read = accepted(v2.read(campaign["id"]))
    assert (read["fileName"], read["fileVersion"]) == (NAME, "1.0")
    assert {read[key] for key in ("softwareName", "softwareFrom", "softwareTo")} == {NAME}


@BOTH
def test_all_operations_of_v2_take_the_campaign(v2: Wire, kind: str) -> None:
    campaign = accepted(schedule(v2.sandbox, kind))["id"]
    (listed,) = accepted(v2.report("?campaignStatus=CampaignRequestPending"))["campaignList"]
    assert listed["id"] == campaign
    accepted(v2.devices(campaign, "append", imeis(1)))
    assert accepted(v2.dates(campaign, 2, 3))["startDate"] == day(2)
    assert accepted(v2.cancel(campaign)) == {"success": True}
    assert v2.status(campaign) == "CampaignCancelled"


@BOTH
def test_its_devices_are_done_in_the_end(v2: Wire, kind: str) -> None:
    campaign = accepted(schedule(v2.sandbox, kind))["id"]
    v2.sandbox.advance(days=4)
    assert v2.status(campaign) == "CampaignEnded"
    devices = accepted(v2.devices_of(campaign))["deviceList"]
    assert {(device["status"], device["resultReason"]) for device in devices} == {
        ("UpgradeSuccess", "DownloadInstallSucceeded")
    }


@BOTH
def test_hours_may_be_numbers(v2: Wire, kind: str) -> None:
    window = [{"startTime": 20, "endTime": 21}]
    campaign = accepted(schedule(v2.sandbox, kind, installTimeWindowList=window))
    assert campaign["installTimeWindowList"] == [{"startTime": "20", "endTime": "21"}]


WINDOWS = [
    {"startTime": "21", "endTime": "20"},
    {"startTime": "20", "endTime": "25"},
    {"startTime": "x", "endTime": "20"},
    {"startTime": "-1", "endTime": "20"},
    {"startTime": "1.0", "endTime": "20"},
    {"startTime": "", "endTime": "20"},
    {"startTime": "\u0661", "endTime": "20"},
    {"startTime": "20"},
    {},
    "20",
    None,
]


@BOTH
@pytest.mark.parametrize("window", WINDOWS, ids=str)
def test_hours_that_are_none_are_refused(v2: Wire, kind: str, window: Any) -> None:
    assert "downloadTimeWindowList" in refused(schedule(v2.sandbox, kind, downloadTimeWindowList=[window]))


@BOTH
def test_windows_must_be_a_list(v2: Wire, kind: str) -> None:
    assert "installTimeWindowList" in refused(schedule(v2.sandbox, kind, installTimeWindowList=5))


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        *(("files", key) for key in ("fileName", "fileVersion", "distributionType", "startDate", "endDate")),
        *(("software", key) for key in ("softwareName", "softwareFrom", "softwareTo", "distributionType", "startDate")),
    ],
)
def test_what_is_required(v2: Wire, kind: str, key: str) -> None:
    for value in (None, ""):
        assert key in refused(schedule(v2.sandbox, kind, **{key: value}))


def test_software_needs_devices_and_a_file_may_do_without(v2: Wire) -> None:
    assert "Device list is empty" in refused(schedule(v2.sandbox, "software", deviceList=None))
    assert "Device list is empty" in refused(schedule(v2.sandbox, "files", deviceList=[]))
    campaign = accepted(schedule(v2.sandbox, "files", deviceList=None))
    assert v2.imeis(campaign["id"]) == []


def test_once_files_are_uploaded_a_campaign_sends_one_of_them(v2: Wire) -> None:
    accepted(schedule(v2.sandbox, "files", fileName="another"))
    accepted(upload(v2.sandbox, form(TEXTS)))
    assert "File does not exist" in refused(schedule(v2.sandbox, "files", fileName="another"))
    campaign = accepted(schedule(v2.sandbox, "files", deviceList=imeis(1)))
    assert (campaign["make"], campaign["model"]) == ("Verizon", "VZW1")


@BOTH
def test_the_pilot_rule_holds(kind: str) -> None:
    with Sandbox(pilot_rule=True) as sandbox:
        accepted(schedule(sandbox, kind, deviceList=imeis(20)))
        with Sandbox(pilot_rule=True) as another:
            assert "20 devices" in refused(schedule(another, kind, deviceList=imeis(21)))


def test_in_a_closed_inventory_the_file_must_be_there() -> None:
    with Sandbox() as sandbox:
        sandbox.add_devices(IMEIS, protocol="HTTP", make="Verizon", model="VZW1")
        assert "File does not exist" in refused(schedule(sandbox, "files"))
        accepted(upload(sandbox, form(TEXTS)))
        accepted(schedule(sandbox, "files"))


def test_make_and_model_of_a_file_must_be_those_of_the_device(v2: Wire) -> None:
    v2.sandbox.add_devices(IMEIS[:1], protocol="HTTP", make="verizon", model="VZW1")
    v2.sandbox.add_devices(IMEIS[1:2], protocol="HTTP", make="Verizon", model="VZW2")
    accepted(upload(v2.sandbox, form(TEXTS)))
    campaign = accepted(schedule(v2.sandbox, "files", deviceList=IMEIS[:2]))["id"]
    report = accepted(v2.devices_of(campaign))["deviceList"]
    states = {device["deviceId"]: device["status"] for device in report}
    assert states == {IMEIS[0]: "Accepted", IMEIS[1]: "DeviceRejected"}


def test_a_file_leaves_the_software_of_a_device_as_it_is(v2: Wire) -> None:
    v2.sandbox.add_devices(IMEIS[:1], protocol="HTTP", make="Verizon", model="VZW1", software=("before", "3"))
    accepted(upload(v2.sandbox, form(TEXTS)))
    campaign = accepted(schedule(v2.sandbox, "files", deviceList=IMEIS[:1]))["id"]
    v2.sandbox.advance(days=4)
    assert v2.status(campaign) == "CampaignEnded"
    path = f"/fota/v2/devices/{ACCOUNT}?lastSeenDeviceId=0&distributionType=HTTP"
    (device,) = accepted(ask(v2.sandbox, "GET", path))["deviceList"]
    assert (device["softwareList"][0]["name"], device["softwareList"][0]["version"]) == ("before", "3")
