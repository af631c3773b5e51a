"""What `validate()` finds, and how it says so."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from fota_sdk import (
    CampaignFirmwareUpgrade,
    CampaignSoftwareUpgrade,
    FotaError,
    V2AddOrRemoveDeviceRequest,
    V2ChangeCampaignDatesRequest,
    V2ListOfLicensesToRemoveRequest,
    V2TimeWindow,
    V3AddOrRemoveDeviceRequest,
    V3ChangeCampaignDatesRequest,
    V3TimeWindow,
    ValidationError,
)
from tests.conftest import IMEIS

FIRST, LAST = date(2030, 1, 2), date(2030, 1, 3)


def firmware(**changes: Any) -> CampaignFirmwareUpgrade:
    """A valid upgrade with some changes."""
    values: dict[str, Any] = {
        "campaign_name": "Spring",
        "firmware_name": "Package",
        "firmware_from": "1.0",
        "firmware_to": "1.1",
        "start_date": FIRST,
        "end_date": LAST,
        "campaign_time_window_list": [V3TimeWindow(18, 22)],
        "device_list": IMEIS,
    }
    return CampaignFirmwareUpgrade(**values | changes)


def software(**changes: Any) -> CampaignSoftwareUpgrade:
    """A valid upgrade with some changes."""
    values: dict[str, Any] = {
        "campaign_name": "Spring",
        "software_name": "Package",
        "software_from": "1.0",
        "software_to": "1.1",
        "distribution_type": "HTTP",
        "start_date": FIRST,
        "end_date": LAST,
        "download_time_window_list": [V2TimeWindow(18, 22)],
        "device_list": IMEIS,
    }
    return CampaignSoftwareUpgrade(**values | changes)


def findings(model: Any) -> list[tuple[str, str]]:
    try:
        model.validate()
    except ValidationError as error:
        return list(error.findings)
    return []


def paths(model: Any) -> list[str]:
    return [path for path, _ in findings(model)]


def test_a_complete_request_is_valid() -> None:
    assert findings(firmware()) == []
    assert findings(software()) == []


@pytest.mark.parametrize(("count", "problems"), [(0, []), (-1, ["must be 0 or more, got -1"])])
def test_a_count_may_be_0_and_not_negative(count: int, problems: list[str]) -> None:
    found = findings(V2ListOfLicensesToRemoveRequest(device_list=IMEIS, count=count))
    assert found == [("count", problem) for problem in problems]


# Windows


@pytest.mark.parametrize("window", [V2TimeWindow, V3TimeWindow])
@pytest.mark.parametrize(("start", "end"), [(0, 1), (0, 24), (23, 24), (22, 23), (3, 4)])
def test_a_window_that_ends_after_its_start_is_valid(window: type[Any], start: int, end: int) -> None:
    assert findings(window(start, end)) == []


@pytest.mark.parametrize("window", [V2TimeWindow, V3TimeWindow])
@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (-1, 4, [("startTime", "must be from 0 to 23, got -1")]),
        (24, 24, [("startTime", "must be from 0 to 23, got 24")]),
        (3, 25, [("endTime", "must be from 1 to 24, got 25")]),
        (0, 0, [("endTime", "must be from 1 to 24, got 0")]),
        (3, 0, [("endTime", "must be from 1 to 24, got 0")]),
        (3, -1, [("endTime", "must be from 1 to 24, got -1")]),
        (24, 25, [("startTime", "must be from 0 to 23, got 24"), ("endTime", "must be from 1 to 24, got 25")]),
        (10**30, 4, [("startTime", "must be from 0 to 23, got a very large number")]),
        ("3", 4, [("startTime", "must be an int, got str")]),
        (3.0, 4, [("startTime", "must be an int, got float")]),
        (False, 4, [("startTime", "must be an int, got bool")]),
        (0, True, [("endTime", "must be an int, got bool")]),
        (3, [4], [("endTime", "must be an int, got list")]),
        (None, 4, [("startTime", "is required")]),
        (3, None, [("endTime", "is required")]),
    ],
)
def test_an_hour_that_is_none_is_found(
    window: type[Any], start: Any, end: Any, expected: list[tuple[str, str]]
) -> None:
    assert findings(window(start, end)) == expected


def test_an_hour_too_large_to_be_printed_is_found() -> None:
    assert findings(V3TimeWindow(10**5000, 4)) == [("startTime", "must be from 0 to 23, got a very large number")]


@pytest.mark.parametrize("window", [V2TimeWindow, V3TimeWindow])
@pytest.mark.parametrize(("start", "end"), [(22, 2), (23, 1), (5, 5), (5, 4)])
def test_a_window_over_midnight_is_found_and_the_message_says_two_windows(
    window: type[Any], start: int, end: int
) -> None:
    ((path, message),) = findings(window(start, end))

    assert path == "endTime"
    assert f"must be after startTime {start}, got {end}" in message
    assert "two windows" in message


@pytest.mark.parametrize("start", [True, 1.0, "1"])
def test_an_hour_of_a_wrong_type_is_one_finding_and_not_compared(start: Any) -> None:
    assert paths(V3TimeWindow(start, 1)) == ["startTime"]


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (
            firmware(campaign_time_window_list=[V3TimeWindow(1, 2), V3TimeWindow(22, 2)]),
            ["campaignTimeWindowList[1].endTime"],
        ),
        (
            software(download_time_window_list=[V2TimeWindow(24, 2)], install_time_window_list=[V2TimeWindow(), None]),
            [
                "downloadTimeWindowList[0].startTime",
                "installTimeWindowList[0].startTime",
                "installTimeWindowList[0].endTime",
                "installTimeWindowList[1]",
            ],
        ),
        (
            V2ChangeCampaignDatesRequest(FIRST, LAST, None, [V2TimeWindow(0, 25)], None, [V2TimeWindow(-1, 24)]),
            ["downloadTimeWindowList[0].endTime", "installTimeWindowList[0].startTime"],
        ),
        (V3ChangeCampaignDatesRequest(FIRST, LAST, [V3TimeWindow(5, 5)]), ["campaignTimeWindowList[0].endTime"]),
    ],
)
def test_what_is_wrong_with_a_window_is_found_at_its_path(request_: Any, expected: list[str]) -> None:
    assert paths(request_) == expected


@pytest.mark.parametrize("windows", [[], (), (V3TimeWindow(1, 2),), [V3TimeWindow(1, 2), V3TimeWindow(1, 2)], None])
def test_any_number_of_windows_is_valid(windows: Any) -> None:
    assert findings(firmware(campaign_time_window_list=windows)) == []


@pytest.mark.parametrize(
    ("windows", "expected"),
    [
        ([V2TimeWindow(1, 2)], ("campaignTimeWindowList[0]", "must be a V3TimeWindow, got V2TimeWindow")),
        ([{"startTime": 1}], ("campaignTimeWindowList[0]", "must be a V3TimeWindow, got dict")),
        ([None], ("campaignTimeWindowList[0]", "must be a V3TimeWindow, got NoneType")),
        ([V3TimeWindow], ("campaignTimeWindowList[0]", "must be a V3TimeWindow, got type")),
        ([(1, 2)], ("campaignTimeWindowList[0]", "must be a V3TimeWindow, got tuple")),
        (V3TimeWindow(1, 2), ("campaignTimeWindowList", "must be a list of V3TimeWindow, got V3TimeWindow")),
        ("18-22", ("campaignTimeWindowList", "must be a list of V3TimeWindow, got str")),
        ({}, ("campaignTimeWindowList", "must be a list of V3TimeWindow, got dict")),
        (iter([V3TimeWindow(1, 2)]), ("campaignTimeWindowList", "must be a list of V3TimeWindow, got list_iterator")),
    ],
    ids=lambda value: type(value).__name__,
)
def test_windows_of_a_wrong_class_are_found(windows: Any, expected: tuple[str, str]) -> None:
    assert findings(firmware(campaign_time_window_list=windows)) == [expected]


# Dates


@pytest.mark.parametrize("build", [firmware, software])
@pytest.mark.parametrize(
    ("start", "end"),
    [
        (FIRST, LAST),
        (FIRST, FIRST),
        ("2030-01-02", "2030-01-03"),
        ("2030-01-02", "2030-01-02"),
        (FIRST, "2030-01-02"),
        ("2030-01-02", FIRST),
        (date(2001, 1, 1), date(2001, 1, 2)),
        ("0001-01-01", "9999-12-31"),
        (date.min, date.max),
    ],
)
def test_an_end_date_on_or_after_the_start_date_is_valid_even_in_the_past(
    build: Callable[..., Any], start: Any, end: Any
) -> None:
    assert findings(build(start_date=start, end_date=end)) == []


@pytest.mark.parametrize(
    "build",
    [
        firmware,
        software,
        lambda start_date, end_date: V2ChangeCampaignDatesRequest(start_date, end_date),
        lambda start_date, end_date: V3ChangeCampaignDatesRequest(start_date, end_date),
    ],
    ids=["firmware", "software", "v2 dates", "v3 dates"],
)
@pytest.mark.parametrize(
    ("start", "end"),
    [(LAST, FIRST), ("2030-01-03", "2030-01-02"), (LAST, "2030-01-02"), ("2030-01-03", FIRST)],
)
def test_an_end_date_before_the_start_date_is_found(build: Callable[..., Any], start: Any, end: Any) -> None:
    assert findings(build(start_date=start, end_date=end)) == [
        ("endDate", "must not be before startDate 2030-01-03, got 2030-01-02")
    ]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (datetime(2030, 1, 2), ".date()"),
        (datetime(2030, 1, 2, 23, 59), ".date()"),
        (20300102, "got int"),
        (1893542400.0, "got float"),
        (True, "got bool"),
        ("soon", "YYYY-MM-DD, got 'soon'"),
        ("2030-1-2", "YYYY-MM-DD, got '2030-1-2'"),
        ("20300102", "YYYY-MM-DD, got '20300102'"),
        ("2030-01-02T00:00:00", "YYYY-MM-DD, got"),
        ("2030-02-30", "YYYY-MM-DD, got"),
        ("", "YYYY-MM-DD, got ''"),
        ((2030, 1, 2), "got tuple"),
        (b"2030-01-02", "got bytes"),
    ],
    ids=repr,
)
@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("start_date", "startDate"),
        ("end_date", "endDate"),
        ("download_after_date", "downloadAfterDate"),
        ("install_after_date", "installAfterDate"),
    ],
)
def test_a_day_that_is_none_is_found(name: str, path: str, value: Any, message: str) -> None:
    ((found, said),) = findings(software(**{name: value}))

    assert found == path
    assert message in said


# Devices


@pytest.mark.parametrize("build", [V2AddOrRemoveDeviceRequest, V3AddOrRemoveDeviceRequest])
@pytest.mark.parametrize("devices", [IMEIS, tuple(IMEIS), [], (), ["1", "1"], ["not an imei"], [" "]], ids=repr)
def test_a_list_or_tuple_of_texts_is_valid(build: type[Any], devices: Any) -> None:
    assert findings(build("append", devices)) == []


def test_100_000_devices_are_valid() -> None:
    assert findings(firmware(device_list=[f"{place:015}" for place in range(100_000)])) == []


@pytest.mark.parametrize(
    ("devices", "got", "hint"),
    [
        ("990013907884253", "str", "list"),
        (b"990013907884253", "bytes", ""),
        ((imei for imei in IMEIS), "generator", "list(...)"),
        (iter(IMEIS), "list_iterator", "list(...)"),
        (map(str, IMEIS), "map", "list(...)"),
        (set(IMEIS), "set", "list(...)"),
        (dict.fromkeys(IMEIS), "dict", "list(...)"),
        (990013907884253, "int", ""),
        (True, "bool", ""),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
@pytest.mark.parametrize("build", [V2AddOrRemoveDeviceRequest, V3AddOrRemoveDeviceRequest])
def test_devices_that_are_no_list_are_found_with_a_hint(build: type[Any], devices: Any, got: str, hint: str) -> None:
    ((path, message),) = findings(build("append", devices))

    assert path == "deviceList"
    assert f"must be a list of str, got {got}" in message
    assert hint in message


@pytest.mark.parametrize("number", [990013907884253, 9.9, True])
def test_the_hint_for_a_number_of_devices_is_one_that_works(number: Any) -> None:
    ((_, message),) = findings(V3AddOrRemoveDeviceRequest("append", number))

    assert "list(...)" not in message, f"list({number!r}) is a TypeError"


def test_validation_leaves_a_generator_untouched() -> None:
    devices = (imei for imei in IMEIS)
    findings(V3AddOrRemoveDeviceRequest("append", devices))  # type: ignore[arg-type] # which is the point

    assert list(devices) == IMEIS


def test_each_wrong_device_is_found_at_its_place() -> None:
    devices: Any = ["1", 2, None, "", ["3"], b"4", "5", True]

    assert findings(V3AddOrRemoveDeviceRequest("append", devices)) == [
        ("deviceList[1]", "must be a str, got int"),
        ("deviceList[2]", "must be a str, got NoneType"),
        ("deviceList[3]", "must not be empty"),
        ("deviceList[4]", "must be a str, got list"),
        ("deviceList[5]", "must be a str, got bytes"),
        ("deviceList[7]", "must be a str, got bool"),
    ]


def test_a_single_empty_device_is_found() -> None:
    assert findings(V2AddOrRemoveDeviceRequest("append", ["1", ""])) == [("deviceList[1]", "must not be empty")]


# Texts and flags


@pytest.mark.parametrize("value", [7, 1.5, True, b"text", ["text"], {"text": 1}], ids=repr)
@pytest.mark.parametrize(
    ("build", "name", "path"),
    [
        (firmware, "campaign_name", "campaignName"),
        (firmware, "firmware_name", "firmwareName"),
        (firmware, "firmware_from", "firmwareFrom"),
        (firmware, "firmware_to", "firmwareTo"),
        (firmware, "protocol", "protocol"),
        (software, "campaign_name", "campaignName"),
        (software, "software_name", "softwareName"),
        (software, "software_from", "softwareFrom"),
        (software, "software_to", "softwareTo"),
        (software, "distribution_type", "distributionType"),
    ],
)
def test_a_text_of_another_type_is_found(build: Callable[..., Any], name: str, path: str, value: Any) -> None:
    assert findings(build(**{name: value})) == [(path, f"must be a str, got {type(value).__name__}")]


@pytest.mark.parametrize("build", [V2AddOrRemoveDeviceRequest, V3AddOrRemoveDeviceRequest])
def test_the_kind_of_change_is_an_open_text(build: type[Any]) -> None:
    assert [findings(build(kind, IMEIS)) for kind in ("append", "remove", "replace", "APPEND", "")] == [[]] * 5
    assert findings(build(1, IMEIS)) == [("Type", "must be a str, got int")]
    assert findings(build(None, IMEIS)) == [("Type", "is required")]


def test_protocol_and_distribution_type_are_open_texts() -> None:
    assert findings(firmware(protocol="a protocol of next year")) == []
    assert findings(software(distribution_type="by carrier pigeon")) == []


def test_texts_may_hold_anything() -> None:
    assert findings(firmware(campaign_name="", firmware_name="\0\u202e\U0001f680" + "x" * 100_000)) == []


HALF = "must not hold lone surrogates, which are no characters"


@pytest.mark.parametrize("half", ["\ud800", "Pilot M\udcfcnchen", "pilot \ud83d", "\ude80 pilot", "\udfff" * 100_000])
def test_half_a_character_is_found_wherever_it_stands(half: str) -> None:
    window = V3TimeWindow(1, 2, additional_properties={"a": [{"b": (half,)}]})
    request = firmware(
        campaign_name=half,
        campaign_time_window_list=[window],
        device_list=["é", half, *IMEIS],
        additional_properties={half: 1, "c": {half: {"d": half}}},
    )

    assert findings(request) == [
        (half, HALF),
        (f"c.{half}", HALF),
        (f"c.{half}.d", HALF),
        ("campaignName", HALF),
        ("campaignTimeWindowList[0].a[0].b[0]", HALF),
        ("deviceList[1]", HALF),
    ]


@pytest.mark.parametrize("devices", [["é"], ["漢", "\U0001f680"], ["\x7f", "\0"]])
def test_devices_of_whole_characters_are_valid_whatever_they_are(devices: list[str]) -> None:
    assert findings(V3AddOrRemoveDeviceRequest("append", devices)) == []


def test_one_half_character_among_100_000_devices_is_found_at_its_place() -> None:
    devices = [f"{place:015}" for place in range(100_000)]
    devices[77_777] += "\udc80"

    assert findings(firmware(device_list=devices)) == [("deviceList[77777]", HALF)]


@pytest.mark.parametrize("value", [0, 1, "true", "", [], {}], ids=repr)
@pytest.mark.parametrize(
    ("name", "path"),
    [("auto_assign_license_flag", "autoAssignLicenseFlag"), ("auto_add_devices_flag", "autoAddDevicesFlag")],
)
def test_a_flag_of_another_type_is_found(name: str, path: str, value: Any) -> None:
    assert findings(firmware(**{name: value})) == [(path, f"must be a bool, got {type(value).__name__}")]


@pytest.mark.parametrize("value", [None, True, False])
def test_flags_may_be_set_or_left_out(value: bool | None) -> None:
    assert findings(firmware(auto_assign_license_flag=value, auto_add_devices_flag=value)) == []


# Additional properties


def test_additional_properties_of_json_data_are_valid() -> None:
    extras = {"text": "x", "number": 1, "float": 1.5, "flag": False, "null": None, "deep": [{"a": [(1, 2)]}], "": ""}

    assert findings(firmware(additional_properties=extras)) == []


def test_a_wire_name_that_is_set_twice_is_found() -> None:
    request = firmware(additional_properties={"campaignName": "other", "protocol": None, "new": 1})

    assert findings(request) == [
        ("campaignName", "is set by campaign_name and by additional_properties; use one of them"),
        ("protocol", "is set by protocol and by additional_properties; use one of them"),
    ]


def test_a_wire_name_may_be_sent_where_its_attribute_is_none() -> None:
    request = V3ChangeCampaignDatesRequest(additional_properties={"startDate": None, "endDate": "2030-01-03"})

    assert findings(request) == []


BOTH = ("Type", "is given as 'type' too; use one of them")


@pytest.mark.parametrize("build", [V2AddOrRemoveDeviceRequest, V3AddOrRemoveDeviceRequest])
@pytest.mark.parametrize(
    ("mtype", "extras", "expected"),
    [
        ("append", {"type": "remove"}, [BOTH]),
        ("append", {"type": "append"}, [BOTH]),
        ("append", {"type": None}, [BOTH]),
        (None, {"Type": "append", "type": "remove"}, [BOTH]),
        ("append", {"TYPE": "remove", "mtype": 1}, []),
        (
            "append",
            {"Type": "remove", "type": "remove"},
            [("Type", "is set by mtype and by additional_properties; use one of them")],
        ),
    ],
)
def test_a_field_that_is_given_in_both_spellings_is_found(
    build: type[Any], mtype: Any, extras: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert findings(build(mtype, IMEIS, additional_properties=extras)) == expected


CHANGES = [(V2AddOrRemoveDeviceRequest, "Type"), (V3AddOrRemoveDeviceRequest, "Type")]
CHANGES += [(V2ListOfLicensesToRemoveRequest, "type")]


@pytest.mark.parametrize(("build", "key"), CHANGES)
@pytest.mark.parametrize(("mtype", "meant"), [("apend", "append"), ("append ", "append"), ("removed", "remove")])
def test_a_misspelled_change_is_found(build: type[Any], key: str, mtype: str, meant: str) -> None:
    expected = [(key, f"is no known value, got {mtype!r}; did you mean {meant!r}?")]
    assert findings(build(mtype=mtype, device_list=IMEIS)) == expected
    assert findings(build.from_dictionary({key: mtype, "deviceList": IMEIS})) == expected


@pytest.mark.parametrize(("build", "key"), CHANGES)
@pytest.mark.parametrize("mtype", ["append", "remove", "replace", "Append", "move", "x" * 10_000])
def test_another_change_is_sent_as_it_is(build: type[Any], key: str, mtype: str) -> None:
    assert findings(build(mtype=mtype, device_list=IMEIS)) == []


class HostileKey:
    def __str__(self) -> str:
        raise RuntimeError("no text today")


def cyclic() -> list[Any]:
    cycle: list[Any] = []
    cycle.append(cycle)
    return cycle


def cyclic_mapping() -> dict[str, Any]:
    cycle: dict[str, Any] = {}
    cycle["self"] = cycle
    return cycle


def nested(depth: int) -> list[Any]:
    tree: list[Any] = []
    for _ in range(depth):
        tree = [tree]
    return tree


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    ("value", "message"),
    [
        (Decimal("1.5"), "must be JSON data, got Decimal"),
        (object(), "must be JSON data, got object"),
        (b"bytes", "must be JSON data, got bytes"),
        ({1}, "must be JSON data, got set"),
        (FIRST, "must be JSON data, got date"),
        (V3TimeWindow(1, 2), "must be JSON data, got V3TimeWindow"),
        ((item for item in IMEIS), "must be JSON data, got generator"),
        (float("nan"), "finite"),
        (float("inf"), "finite"),
        (float("-inf"), "finite"),
        ({1: 2}, "must have str keys, got int"),
        ({None: 2}, "must have str keys, got NoneType"),
        ({(): 2}, "must have str keys, got tuple"),
        ({HostileKey(): 2}, "must have str keys, got HostileKey"),
        ({10**5000: 2}, "must have str keys, got int"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_a_value_that_is_not_json_is_found(value: Any, message: str) -> None:
    ((path, said),) = findings(V3TimeWindow(1, 2, additional_properties={"new": value}))

    assert path == "new"
    assert message in said


@pytest.mark.timeout(10)
@pytest.mark.parametrize("build", [cyclic, cyclic_mapping, lambda: nested(100_000)])
def test_a_value_without_an_end_is_found(build: Callable[[], Any]) -> None:
    ((path, message),) = findings(V3TimeWindow(1, 2, additional_properties={"new": build()}))

    assert path.startswith("new")
    assert "nested" in message


@pytest.mark.timeout(10)
def test_a_value_that_holds_itself_twice_is_found_in_no_time() -> None:
    cycle: list[Any] = []
    cycle += [cycle, cycle]

    assert findings(V3TimeWindow(1, 2, additional_properties={"new": cycle})) != []


def test_what_is_not_json_is_found_at_its_path() -> None:
    window = V3TimeWindow(1, 2, additional_properties={"zone": {"codes": [1, b"2"], 3: 4}})
    request = firmware(campaign_time_window_list=[window], additional_properties={"a": [object()], 7: 8})

    assert sorted(findings(request)) == [
        ("", "must have str keys, got int"),
        ("a[0]", "must be JSON data, got object"),
        ("campaignTimeWindowList[0].zone", "must have str keys, got int"),
        ("campaignTimeWindowList[0].zone.codes[1]", "must be JSON data, got bytes"),
    ]


@pytest.mark.parametrize("extras", [None, [], "text", 7, [("a", 1)]], ids=repr)
def test_additional_properties_that_are_no_dict_are_found(extras: Any) -> None:
    assert findings(V3TimeWindow(1, 2, additional_properties=extras)) == [
        ("additional_properties", f"must be a dict, got {type(extras).__name__}")
    ]


# The error


def test_all_findings_come_in_one_error() -> None:
    request = CampaignFirmwareUpgrade(
        campaign_name=7,  # type: ignore[arg-type] # all of this is wrong on purpose
        firmware_name="Package",
        start_date="2030-01-03",
        end_date=FIRST,
        campaign_time_window_list=[V3TimeWindow(22, 2), V3TimeWindow(-1, 25)],
        device_list=["1", ""],
        auto_add_devices_flag=1,  # type: ignore[arg-type]
        additional_properties={"new": object(), "firmwareName": "x"},
    )

    assert sorted(paths(request)) == [
        "autoAddDevicesFlag",
        "campaignName",
        "campaignTimeWindowList[0].endTime",
        "campaignTimeWindowList[1].endTime",
        "campaignTimeWindowList[1].startTime",
        "deviceList[1]",
        "endDate",
        "firmwareFrom",
        "firmwareName",
        "firmwareTo",
        "new",
    ]


def test_a_validation_error_is_a_fota_error_and_a_value_error() -> None:
    with pytest.raises(ValidationError) as caught:
        V3TimeWindow().validate()

    error = caught.value
    assert isinstance(error, FotaError)
    assert isinstance(error, ValueError)
    assert error.findings == (("startTime", "is required"), ("endTime", "is required"))
    assert type(error.findings) is tuple
    assert (error.operation, error.attempts, error.outcome_unknown) == (None, 0, False)


def test_the_message_holds_paths_and_messages() -> None:
    with pytest.raises(ValidationError) as caught:
        V3TimeWindow(24).validate()

    assert str(caught.value) == ("startTime: must be from 0 to 23, got 24; endTime: is required")


@pytest.mark.parametrize(("wrong", "more"), [(1, 0), (10, 0), (11, 1), (1000, 990), (100_000, 99_990)])
def test_the_message_shows_the_first_ten_findings_and_counts_the_rest(wrong: int, more: int) -> None:
    with pytest.raises(ValidationError) as caught:
        V3AddOrRemoveDeviceRequest("append", [""] * wrong).validate()

    message = str(caught.value)
    assert len(caught.value.findings) == wrong
    assert message.count("must not be empty") == min(wrong, 10)
    assert ("deviceList[9]" in message) is (wrong >= 10)
    assert "deviceList[10]" not in message
    assert message.endswith(f"and {more} more") is (more > 0)
    assert len(message) < 1000
    assert len(repr(caught.value)) < 1000


@pytest.mark.parametrize(
    "model",
    [
        V3TimeWindow(1, 2, additional_properties={"x" * 10_000 + str(place): object() for place in range(20)}),
        V3TimeWindow(1, 2, additional_properties={"\ud800" * 50 + str(place): object() for place in range(20)}),
        V3ChangeCampaignDatesRequest("x" * 100_000, "\ud800" * 100_000),
        V3TimeWindow(1, 2, additional_properties={"x": {("k" * 10_000,): 1}}),
        V3TimeWindow(type("N" * 10_000, (), {})(), 2),
    ],
    ids=["long keys", "lone surrogates", "long texts", "long wrong key", "long type name"],
)
def test_the_message_stays_short_and_printable_whatever_is_wrong(model: Any) -> None:
    with pytest.raises(ValidationError) as caught:
        model.validate()

    for text in (str(caught.value), repr(caught.value)):
        assert len(text) < 1000
        text.encode("utf-8")


@pytest.mark.parametrize("duplicate", [lambda error: pickle.loads(pickle.dumps(error)), copy.copy, copy.deepcopy])
def test_a_validation_error_can_be_pickled_and_copied(
    duplicate: Callable[[ValidationError], ValidationError],
) -> None:
    with pytest.raises(ValidationError) as caught:
        firmware(device_list=[1, ""], start_date=None).validate()
    duplicated = duplicate(caught.value)

    assert type(duplicated) is ValidationError
    assert duplicated.findings == caught.value.findings
    assert str(duplicated) == str(caught.value)
    assert duplicated.operation is None


@pytest.mark.parametrize("name", ["start_time", "end_time", "additional_properties"])
def test_an_attribute_that_was_deleted_is_one_that_is_not_set(name: str) -> None:
    window = V3TimeWindow(1, 2)
    delattr(window, name)
    unset = V3TimeWindow(1, 2)
    setattr(unset, name, {} if name == "additional_properties" else None)

    assert findings(window) == findings(unset)
    assert (window, repr(window), window.to_json()) == (unset, repr(unset), unset.to_json())
    assert copy.deepcopy(window) == pickle.loads(pickle.dumps(window)) == unset


ODD: list[Any] = [object(), V2TimeWindow, V2TimeWindow(1, 2), V3TimeWindow.__new__(V3TimeWindow), {1}, b"", 1j, ...]
ODD += [lambda: None, iter([]), [[]], [None], [object()], {None: None}, float("nan"), 10**5000, "\ud800", date.min]


@pytest.mark.parametrize("build", [firmware, software, V3ChangeCampaignDatesRequest, V2ChangeCampaignDatesRequest])
@pytest.mark.parametrize("odd", ODD, ids=lambda odd: type(odd).__name__)
def test_no_value_ends_validation_otherwise_than_with_findings(build: Callable[..., Any], odd: Any) -> None:
    for field in dataclasses.fields(build()):
        request = build()
        setattr(request, field.name, odd)
        findings(request)
        assert len(repr(request)) < 1000


def test_validation_does_not_change_the_model() -> None:
    request = firmware(start_date="2030-01-02", device_list=tuple(IMEIS))
    before = copy.deepcopy(request)
    request.validate()

    assert request == before
    assert request.start_date == "2030-01-02"
    assert request.device_list == tuple(IMEIS)
