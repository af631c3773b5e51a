"""Client logs: for 20 devices and 7 days, first after 24 hours, kept for 30 days. Check-ins: once a day."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from fota_sdk.sandbox import Sandbox
from tests.conftest import ACCOUNT, IMEIS
from tests.sandbox.wire import accepted, ask, imeis, refused

FIRST, SECOND, THIRD = IMEIS[:3]
DEVICES = f"/fota/v2/logging/{ACCOUNT}/devices"


def enable(sandbox: Sandbox, *devices: str) -> tuple[int, Any]:
    return ask(sandbox, "PUT", DEVICES, {"deviceIds": list(devices)})


def enabled(sandbox: Sandbox) -> dict[str, str]:
    return {device["deviceId"]: device["expiryDate"] for device in accepted(ask(sandbox, "GET", DEVICES))}


def logs(sandbox: Sandbox, device: str = FIRST) -> list[Any]:
    return list(accepted(ask(sandbox, "GET", f"{DEVICES}/{device}/logs")))


def check_ins(sandbox: Sandbox, device: str = FIRST) -> list[Any]:
    return list(accepted(ask(sandbox, "GET", f"{DEVICES}/{device}/checkInHistory")))


def in_a_week(sandbox: Sandbox) -> str:
    return (sandbox.today + timedelta(days=7)).isoformat()


# enabling and disabling


def test_one_device(sandbox: Sandbox) -> None:
    answered = ask(sandbox, "PUT", f"{DEVICES}/{FIRST}")
    assert answered == (200, {"deviceId": FIRST, "expiryDate": in_a_week(sandbox)})
    assert enabled(sandbox) == {FIRST: in_a_week(sandbox)}
    for _ in range(2):
        assert ask(sandbox, "DELETE", f"{DEVICES}/{FIRST}") == (200, None)
        assert enabled(sandbox) == {}


def test_several_devices_each_time_they_are_named(sandbox: Sandbox) -> None:
    answer = accepted(enable(sandbox, SECOND, FIRST, SECOND))
    assert answer == [{"deviceId": device, "expiryDate": in_a_week(sandbox)} for device in (SECOND, FIRST, SECOND)]
    assert list(enabled(sandbox)) == sorted([FIRST, SECOND])


def test_the_query_names_the_device_to_disable(sandbox: Sandbox) -> None:
    accepted(enable(sandbox, FIRST, SECOND))
    assert ask(sandbox, "DELETE", f"{DEVICES}?deviceIds={FIRST}") == (200, None)
    assert list(enabled(sandbox)) == [SECOND]
    for query in ("", "?deviceIds=", "?deviceIds=1", f"?deviceIds={SECOND},1"):
        refused(ask(sandbox, "DELETE", DEVICES + query))
    assert list(enabled(sandbox)) == [SECOND]


def test_twenty_devices_of_an_account_have_logging(sandbox: Sandbox) -> None:
    devices = imeis(21)
    accepted(enable(sandbox, *devices[:19]))
    assert "20 devices" in refused(enable(sandbox, *devices[19:]))
    assert list(enabled(sandbox)) == devices[:19]
    accepted(enable(sandbox, *devices[:20]))
    assert "20 devices" in refused(ask(sandbox, "PUT", f"{DEVICES}/{devices[20]}"))
    accepted(ask(sandbox, "PUT", f"{DEVICES}/{devices[19]}"))

    other_account = DEVICES.replace(ACCOUNT, "0000123456-00002")
    accepted(ask(sandbox, "PUT", f"{other_account}/{devices[20]}"))

    ask(sandbox, "DELETE", f"{DEVICES}/{devices[0]}")
    accepted(ask(sandbox, "PUT", f"{DEVICES}/{devices[20]}"))


def test_logging_ends_after_seven_days(sandbox: Sandbox) -> None:
    accepted(enable(sandbox, *imeis(20)))
    sandbox.advance(days=6, hours=23)
    assert len(enabled(sandbox)) == 20
    sandbox.advance(hours=1)
    assert enabled(sandbox) == {}
    accepted(enable(sandbox, FIRST))


def test_enabling_again_begins_the_seven_days_anew(sandbox: Sandbox) -> None:
    accepted(enable(sandbox, FIRST))
    sandbox.advance(days=5)
    accepted(enable(sandbox, FIRST))
    sandbox.advance(days=6)
    assert list(enabled(sandbox)) == [FIRST]
    assert len(logs(sandbox)) == 11


@pytest.mark.parametrize("devices", [[], ["1"], [FIRST, 5]])
def test_devices_must_be_imeis(sandbox: Sandbox, devices: list[Any]) -> None:
    refused(ask(sandbox, "PUT", DEVICES, {"deviceIds": devices}))
    for method, path in [("PUT", ""), ("DELETE", ""), ("GET", "/logs"), ("GET", "/checkInHistory")]:
        assert "15 digits" in refused(ask(sandbox, method, f"{DEVICES}/1{path}"))


# logs


def test_the_first_log_comes_after_a_day_and_one_each_day(sandbox: Sandbox) -> None:
    accepted(enable(sandbox, FIRST))
    sandbox.advance(hours=23)
    assert logs(sandbox) == []
    sandbox.advance(hours=1)
    (log,) = logs(sandbox)
    assert log["deviceId"] == FIRST
    assert set(log) == {"deviceId", "logTime", "logType", "eventLog", "binaryLogFileBase64", "binaryLogFilename"}
    assert log["logTime"].startswith(f"{sandbox.today}T")
    sandbox.advance(days=20)
    assert len(logs(sandbox)) == 7
    assert logs(sandbox, SECOND) == []


def test_logs_are_kept_for_thirty_days_after_logging_has_ended(sandbox: Sandbox) -> None:
    accepted(enable(sandbox, FIRST))
    sandbox.advance(days=2)
    ask(sandbox, "DELETE", f"{DEVICES}/{FIRST}")
    sandbox.advance(days=28, hours=23)
    assert len(logs(sandbox)) == 2
    sandbox.advance(hours=1)
    assert len(logs(sandbox)) == 1
    sandbox.advance(days=1)
    assert logs(sandbox) == []


def test_without_a_day_of_logging_there_is_no_log(sandbox: Sandbox) -> None:
    accepted(enable(sandbox, FIRST))
    sandbox.advance(hours=20)
    ask(sandbox, "DELETE", f"{DEVICES}/{FIRST}")
    sandbox.advance(days=2)
    assert logs(sandbox) == []
    accepted(enable(sandbox, FIRST))
    sandbox.advance(hours=23)
    assert logs(sandbox) == []


# check-ins


def test_a_device_checks_in_once_a_day_at_its_own_time(sandbox: Sandbox) -> None:
    found = check_ins(sandbox)
    times = [datetime.strptime(each["timeCompleted"], "%m/%d/%Y %H:%M:%S") for each in found]
    assert {earlier - later for earlier, later in pairwise(times)} == {timedelta(days=1)}
    assert {each["deviceId"] for each in found} == {FIRST}
    assert (found[0]["clientType"], found[0]["result"], found[0]["failureType"]) == ("1", "0", "0")
    assert {each["timeCompleted"][-8:] for each in found} != {
        each["timeCompleted"][-8:] for each in check_ins(sandbox, SECOND)
    }

    sandbox.advance(days=1)
    assert check_ins(sandbox)[1:] == found[:-1]


def test_check_ins_do_not_lie_ahead(sandbox: Sandbox) -> None:
    for device in imeis(48):
        newest = datetime.strptime(check_ins(sandbox, device)[0]["timeCompleted"], "%m/%d/%Y %H:%M:%S")
        assert newest.date() in (sandbox.today, sandbox.today - timedelta(days=1))


# devices


def test_devices_that_are_not_there_or_not_of_http_are_refused() -> None:
    with Sandbox() as sandbox:
        sandbox.add_devices([FIRST], protocol="HTTP")
        sandbox.add_devices([SECOND], protocol="LWM2M")
        accepted(enable(sandbox, FIRST))
        for device, words in [(SECOND, "HTTP"), (THIRD, "does not exist")]:
            assert words in refused(enable(sandbox, FIRST, device))
            for method, path in [("PUT", ""), ("DELETE", ""), ("GET", "/logs"), ("GET", "/checkInHistory")]:
                assert words in refused(ask(sandbox, method, f"{DEVICES}/{device}{path}"))
        assert list(enabled(sandbox)) == [FIRST]


def test_a_device_whose_line_is_not_active_does_not_check_in() -> None:
    with Sandbox() as sandbox:
        sandbox.add_devices([FIRST], protocol="HTTP")
        sandbox.add_devices([SECOND], protocol="HTTP", is_active=False)
        assert len(check_ins(sandbox, FIRST)) == 7
        assert check_ins(sandbox, SECOND) == []
