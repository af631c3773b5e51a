"""Firmware versions are read for a hundred devices at once, and a device is asked to report its own."""

from __future__ import annotations

import uuid

import pytest

from fota_sdk.sandbox import Sandbox
from tests.conftest import ACCOUNT, IMEIS
from tests.sandbox.wire import Wire, accepted, ask, imeis, refused

FIRMWARE = f"/fota/v3/firmware/{ACCOUNT}"


def test_versions_are_read_in_the_order_of_the_request(sandbox: Sandbox) -> None:
    answer = accepted(ask(sandbox, "PUT", f"{FIRMWARE}/devices", {"deviceList": IMEIS}))
    assert answer["accountName"] == ACCOUNT
    versions = answer["deviceFirmwarVersionList"]
    assert [version["deviceId"] for version in versions] == list(IMEIS)
    assert {version["status"] for version in versions} == {"FirmwareVersionUpdateSuccess"}
    assert {version["firmwareVersion"] for version in versions} == {"SR1.2.0.0-10512"}


def test_a_hundred_devices_at_once(sandbox: Sandbox) -> None:
    devices = imeis(101)
    accepted(ask(sandbox, "PUT", f"{FIRMWARE}/devices", {"deviceList": devices[:100]}))
    assert "100 devices" in refused(ask(sandbox, "PUT", f"{FIRMWARE}/devices", {"deviceList": devices}))
    refused(ask(sandbox, "PUT", f"{FIRMWARE}/devices", {"deviceList": []}))


def test_each_request_for_a_report_has_an_id_of_its_own(sandbox: Sandbox) -> None:
    answers = [accepted(ask(sandbox, "PUT", f"{FIRMWARE}/async/{IMEIS[0]}")) for _ in range(2)]
    assert {answer["accountName"] for answer in answers} == {ACCOUNT}
    assert len({uuid.UUID(answer["requestId"]) for answer in answers}) == 2


@pytest.mark.parametrize("device", ["1", "99001390788425x"])
def test_a_report_is_asked_of_an_imei(sandbox: Sandbox, device: str) -> None:
    assert "15 digits" in refused(ask(sandbox, "PUT", f"{FIRMWARE}/async/{device}"))


def test_a_device_that_does_not_exist_fails_by_itself() -> None:
    with Sandbox(devices=IMEIS[:1]) as sandbox:
        answer = accepted(ask(sandbox, "PUT", f"{FIRMWARE}/devices", {"deviceList": IMEIS[:2]}))
        first, second = answer["deviceFirmwarVersionList"]
        assert (first["status"], first["firmwareVersion"]) == ("FirmwareVersionUpdateSuccess", "SR1.2.0.0-10512")
        assert (second["status"], second["firmwareVersion"]) == ("FirmwareVersionUpdateFailed", "")
        accepted(ask(sandbox, "PUT", f"{FIRMWARE}/async/{IMEIS[0]}"))
        assert "does not exist" in refused(ask(sandbox, "PUT", f"{FIRMWARE}/async/{IMEIS[1]}"))


def test_the_version_is_the_one_that_an_upgrade_has_brought(v3: Wire) -> None:
    v3.scheduled(0, 1, deviceList=IMEIS[:1])
    v3.sandbox.advance(days=3)
    answer = accepted(ask(v3.sandbox, "PUT", f"{FIRMWARE}/devices", {"deviceList": IMEIS[:2]}))
    versions = [version["firmwareVersion"] for version in answer["deviceFirmwarVersionList"]]
    assert versions == ["SR1.2.0.0-10657", "SR1.2.0.0-10512"]
