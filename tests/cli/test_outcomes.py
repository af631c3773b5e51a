"""What the response to a change says of each device, as the exit code and in words."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fota_sdk.cli.outcome import outcome_of
from fota_sdk.sandbox import Sandbox
from tests.cli.command import SCHEDULE, Environment, run_here, run_on_terminal_here, run_with_streams, scheduled
from tests.conftest import CAMPAIGN_ID, IMEIS

CHANGE = "update_campaign_firmware_devices"
APPEND = ("devices", "append", "--device", IMEIS[0], "--device", IMEIS[1])


def row(device: str | None, status: str | None, reason: str | None = None) -> dict[str, Any]:
    keys = {"deviceId": device, "status": status, "Reason": reason}
    return {key: value for key, value in keys.items() if value is not None}


WORDS = [
    ("AddDeviceSucceed", 0),
    ("RemoveDeviceSucceed", 0),
    ("AddDeviceSucceeded", 0),
    ("Success", 0),
    ("LicenseAssignSuccess", 0),
    ("AddDeviceFailed", 1),
    ("RemoveDeviceFailed", 1),
    ("removedevicefailed", 1),
    ("Failure", 1),
    ("DeviceRejected", 1),
    ("AddDeviceUnsuccessful", 1),
    ("AddDeviceNotSuccess", 1),
    ("AddDevicePending", 4),
    ("Failed over, will be tried again", 4),
    ("", 4),
    (None, 4),
]


@pytest.mark.parametrize(("word", "code"), WORDS)
def test_the_code_of_a_word(word: str | None, code: int) -> None:
    assert outcome_of({"deviceList": [row(IMEIS[0], word)]}, devices=[IMEIS[0]]).code == code


ANSWERS: list[tuple[Any, int]] = [
    ([row(IMEIS[0], "AddDeviceSucceed"), row(IMEIS[1], "AddDeviceSucceed")], 0),
    ([row(IMEIS[0], "AddDeviceSucceed"), row(IMEIS[1], "AddDeviceFailed")], 1),
    ([row(IMEIS[0], "AddDeviceFailed"), row(IMEIS[1], "AddDeviceFailed")], 1),
    ([row(IMEIS[0], "AddDeviceFailed"), row(IMEIS[1], "Perhaps")], 1),
    ([row(IMEIS[0], "AddDeviceFailed")], 1),
    ([row(None, "AddDeviceFailed"), row(IMEIS[0], "AddDeviceSucceed"), row(IMEIS[1], "AddDeviceSucceed")], 1),
    ([row(IMEIS[0], "AddDeviceSucceed"), row(IMEIS[1], "Perhaps")], 4),
    ([row(IMEIS[0], "AddDeviceSucceed"), row(IMEIS[1], None)], 4),
    ([row(IMEIS[0], "AddDeviceSucceed")], 4),
    ([row(IMEIS[0], "AddDeviceSucceed"), row(IMEIS[0], "AddDeviceSucceed")], 4),
    ([row("01-" + each, "AddDeviceSucceed") for each in IMEIS[:2]], 0),  # ids in another form
    ([], 4),
    (None, 4),
]


@pytest.mark.parametrize(("rows", "code"), ANSWERS)
@pytest.mark.parametrize("form", [(), ("--json",)], ids=["text", "json"])
def test_the_code_of_a_v3_response(
    environment: Environment, sandbox: Sandbox, rows: Any, code: int, form: tuple[str, ...]
) -> None:
    answer = {"accountName": "0000123456-00001", "campaignId": CAMPAIGN_ID}
    answer |= {} if rows is None else {"deviceList": rows}
    sandbox.fail_next(200, answer, operation=f"v3.{CHANGE}")
    done = run_here(environment, "v3", *APPEND, CAMPAIGN_ID, *form)
    assert done.code == code, done.err
    if form:
        assert json.loads(done.out) == answer
    for each in rows or ():
        word = each.get("status")
        if word is not None and word != "AddDeviceSucceed":
            assert f"{each['deviceId']}: {word}" in done.err if "deviceId" in each else word in done.err
    assert (done.err == "") == (code == 0)
    assert (f"Look first: fota v3 report --account 0000123456-00001 {CAMPAIGN_ID}\n" in done.err) == (code == 4)


V2_ANSWERS: list[tuple[dict[str, Any], int]] = [
    ({"requestId": "x"}, 0),
    ({"requestId": "x", "success": True}, 0),
    ({"requestId": "x", "success": False}, 1),
    ({"requestId": "x", "deviceList": [row(IMEIS[0], "Failure", "Device does not exist.")]}, 1),
    ({"requestId": "x", "deviceList": [row(IMEIS[0], "Success")]}, 0),
    ({"requestId": "x", "deviceList": [IMEIS[0]]}, 0),
]


@pytest.mark.parametrize(("answer", "code"), V2_ANSWERS)
def test_the_code_of_a_v2_response(environment: Environment, sandbox: Sandbox, answer: Any, code: int) -> None:
    sandbox.fail_next(200, answer, operation=f"v2.{CHANGE}")
    done = run_here(environment, "v2", *APPEND, CAMPAIGN_ID, "--json")
    assert done.code == code, done.err
    assert json.loads(done.out) == answer


@pytest.mark.parametrize(
    ("answer", "code"), [({"success": True}, 0), ({"success": False}, 1), ({"success": None, "more": 1}, 4)]
)
@pytest.mark.parametrize("version", ["v2", "v3"])
def test_the_code_of_a_cancellation(
    environment: Environment, sandbox: Sandbox, version: str, answer: Any, code: int
) -> None:
    sandbox.fail_next(200, answer, operation=f"{version}.cancel_campaign")
    done = run_here(environment, version, "cancel", CAMPAIGN_ID, "--json")
    assert done.code == code, done.err


@pytest.mark.parametrize("kind", ["append", "remove"])
def test_a_device_that_the_service_refuses_is_named_with_its_reason(environment: Environment, kind: str) -> None:
    refused, reason = {
        "append": (IMEIS[0], "Device is already in the campaign"),
        "remove": (IMEIS[2], "Device is not in the campaign"),
    }[kind]
    taken = {"append": IMEIS[2], "remove": IMEIS[0]}[kind]
    campaign_id = scheduled(environment, "v3")
    done = run_here(environment, "v3", "devices", kind, "--device", refused, "--device", taken, campaign_id)
    assert done.code == 1
    assert "error: refused for 1 of 2 devices:\n" in done.err
    assert f"  {refused}: AddDeviceFailed: {reason}\n" in done.err
    assert taken not in done.err


def test_reading_devices_that_failed_is_no_failure(environment: Environment, sandbox: Sandbox) -> None:
    answer = {"id": CAMPAIGN_ID, "status": "CampaignEnded", "deviceList": [row(IMEIS[0], "UpgradeFailed")]}
    sandbox.fail_next(200, answer, operation="v3.get_campaign_information")
    assert run_here(environment, "v3", "show", CAMPAIGN_ID).code == 0


@pytest.mark.parametrize("run", [run_here, run_on_terminal_here])
def test_all_refused_devices_are_told_among_many_others(environment: Environment, sandbox: Sandbox, run: Any) -> None:
    devices = [f"99001390{number:07d}" for number in range(300)]
    rows = [row(each, "AddDeviceFailed" if each > devices[259] else "AddDeviceSucceed", "r") for each in devices]
    sandbox.fail_next(200, {"campaignId": CAMPAIGN_ID, "deviceList": rows}, operation=f"v3.{CHANGE}")
    options = [part for device in devices for part in ("--device", device)]
    done = run(environment, "v3", "devices", "append", *options, CAMPAIGN_ID)
    assert done.code == 1
    assert [device for device in devices[260:] if device not in done.out] == []
    assert "refused for 40 of 300 devices" in done.err + done.out
    assert "... and 30 more" in done.err + done.out
    assert "260 AddDeviceSucceed, 40 AddDeviceFailed" in done.out


@pytest.mark.parametrize("redirection", [">&-", ">/dev/full"])
def test_a_refusal_counts_more_than_a_lost_output(environment: Environment, redirection: str) -> None:
    again = ("v3", "devices", "append", "--device", IMEIS[0], scheduled(environment, "v3"))
    assert run_with_streams(environment, redirection, *again) == 1
    assert run_with_streams(environment, redirection, *again, "--json") == 1


def test_an_accepted_schedule_without_an_id_is_not_told_how_to_follow_it(
    environment: Environment, sandbox: Sandbox
) -> None:
    sandbox.fail_next(200, {"campaignName": "Pilot"}, operation="v3.schedule_campaign_firmware_upgrade")
    done = run_here(environment, "v3", *SCHEDULE["v3"], "--device", IMEIS[0])
    assert (done.code, "None" in done.err) == (0, False)
    assert "the service tells no id to follow it by" in done.err
