"""What every model promises, whatever it stands for."""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle
import weakref
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

import fota_sdk
from fota_sdk import (
    ApiResponse,
    Campaign,
    CampaignFirmwareUpgrade,
    CampaignSoftware,
    CampaignSoftwareUpgrade,
    FirmwareCampaign,
    FotaV2SuccessResult,
    FotaV3SuccessResult,
    PreparedCall,
    V2AddOrRemoveDeviceRequest,
    V2AddOrRemoveDeviceResult,
    V2ChangeCampaignDatesRequest,
    V2TimeWindow,
    V3AddOrRemoveDeviceRequest,
    V3AddOrRemoveDeviceResult,
    V3ChangeCampaignDatesRequest,
    V3DeviceListItem,
    V3TimeWindow,
    ValidationError,
)
from fota_sdk.core.example import example_of
from fota_sdk.core.response import Headers
from tests.conftest import ACCOUNT, CAMPAIGN_ID, IMEIS, case_id
from tests.unit.family_models import FIELDS

FIRST, LAST = date(2030, 1, 2), date(2030, 1, 3)
SOFTWARE = CampaignSoftware(
    id=CAMPAIGN_ID,
    account_name=ACCOUNT,
    campaign_name="",
    software_name="Package",
    distribution_type="HTTP",
    make="Maker",
    model="Model",
    software_from="1.0",
    software_to="1.1",
    start_date=FIRST,
    end_date=LAST,
    download_after_date=FIRST,
    download_time_window_list=[V2TimeWindow(0, 1), V2TimeWindow(23, 24, additional_properties={"zone": "UTC"})],
    install_after_date=LAST,
    install_time_window_list=[],
    status="CampaignScheduled",
)
FIRMWARE = FirmwareCampaign(
    id=CAMPAIGN_ID,
    account_name=ACCOUNT,
    campaign_name="Spring",
    firmware_name="Package",
    firmware_from="1.0",
    firmware_to="1.1",
    protocol="LWM2M",
    make="Maker",
    model="Model",
    start_date=FIRST,
    end_date=LAST,
    campaign_time_window_list=[V3TimeWindow(0, 1), V3TimeWindow(23, 24, additional_properties={"zone": "UTC"})],
    status="CampaignScheduled",
    additional_properties={"new": {"deep": [None, 0]}},
)
CAMPAIGN = Campaign.from_dictionary(
    FIRMWARE.to_dictionary() | {"autoAssignLicenseFlag": True, "autoAddDevicesFlag": False}
)
FILLED: list[Any] = [
    V2TimeWindow(0, 24),
    V3TimeWindow(0, 24, additional_properties={"zone": "UTC"}),
    CampaignSoftwareUpgrade(
        campaign_name="Spring",
        software_name="Package",
        software_from="1.0",
        software_to="1.1",
        distribution_type="HTTP",
        start_date=FIRST,
        end_date=LAST,
        download_after_date=FIRST,
        download_time_window_list=[V2TimeWindow(0, 1)],
        install_after_date=LAST,
        install_time_window_list=[V2TimeWindow(1, 2)],
        device_list=IMEIS,
    ),
    V2AddOrRemoveDeviceRequest("append", IMEIS),
    V2ChangeCampaignDatesRequest(FIRST, LAST, FIRST, [V2TimeWindow(0, 1)], LAST, []),
    CampaignFirmwareUpgrade(
        campaign_name="Spring",
        firmware_name="Package",
        firmware_from="1.0",
        firmware_to="1.1",
        start_date=FIRST,
        end_date=LAST,
        campaign_time_window_list=[V3TimeWindow(0, 1)],
        device_list=IMEIS,
        auto_assign_license_flag=False,
        auto_add_devices_flag=True,
    ),
    V3AddOrRemoveDeviceRequest("remove", IMEIS, additional_properties={"new": [1, {"deep": None}]}),
    V3ChangeCampaignDatesRequest(FIRST, LAST, [V3TimeWindow(0, 1)]),
    SOFTWARE,
    V2AddOrRemoveDeviceResult(ACCOUNT, CAMPAIGN_ID, "request"),
    FotaV2SuccessResult(False),
    FIRMWARE,
    CAMPAIGN,
    V3AddOrRemoveDeviceResult(ACCOUNT, CAMPAIGN_ID, [V3DeviceListItem(IMEIS[0], "AddDeviceSucceed", "")]),
    V3DeviceListItem(IMEIS[0], "AddDeviceSucceed", "Device added Successfully"),
    FotaV3SuccessResult(True),
    *(example_of(getattr(fota_sdk, name)) for name in FIELDS),
]

every_model = pytest.mark.parametrize("filled", FILLED, ids=lambda model: type(model).__name__)
every_copy = pytest.mark.parametrize(
    "duplicate",
    [copy.copy, copy.deepcopy, *(lambda model, p=p: pickle.loads(pickle.dumps(model, p)) for p in range(2, 6))],
    ids=["copy", "deepcopy", "pickle 2", "pickle 3", "pickle 4", "pickle 5"],
)


class HostileRepr:
    def __repr__(self) -> str:
        raise RuntimeError("no repr today")


def paths(error: ValidationError) -> list[str]:
    return [path for path, _ in error.findings]


def test_there_is_a_filled_model_of_each_class() -> None:
    assert len({type(model) for model in FILLED}) == len(FILLED) == 71


# What is sent and what is read


@every_model
def test_what_is_written_is_read_back_as_an_equal_model(filled: Any) -> None:
    assert type(filled).from_dictionary(filled.to_dictionary()) == filled
    assert type(filled).from_json(filled.to_json()) == filled
    assert type(filled).from_json(filled.to_json().encode()) == filled
    assert json.loads(filled.to_json()) == filled.to_dictionary()


@pytest.mark.parametrize(
    ("model", "wire"),
    [
        (V3TimeWindow(0, 1), {"startTime": 0, "endTime": 1}),
        (FotaV3SuccessResult(False), {"success": False}),
        (V3ChangeCampaignDatesRequest(campaign_time_window_list=[]), {"campaignTimeWindowList": []}),
        (V3AddOrRemoveDeviceRequest("", []), {"Type": "", "deviceList": []}),
        (Campaign(auto_add_devices_flag=False, campaign_name=""), {"campaignName": "", "autoAddDevicesFlag": False}),
        (FotaV2SuccessResult(additional_properties={"a": 0, "b": False}), {"a": 0, "b": False}),
    ],
    ids=["hour 0", "False", "no windows", "empty text", "unset and False", "unknown keys"],
)
def test_values_that_python_counts_as_false_are_sent_and_read(model: Any, wire: dict[str, Any]) -> None:
    assert model.to_dictionary() == wire
    assert json.loads(model.to_json()) == wire
    assert type(model).from_dictionary(wire) == model
    assert type(model).from_json(json.dumps(wire)) == model


@every_model
def test_none_is_not_sent(filled: Any) -> None:
    empty = copy.copy(filled)
    for field in dataclasses.fields(filled):
        setattr(empty, field.name, {} if field.name == "additional_properties" else None)

    assert empty.to_dictionary() == {}
    assert empty.to_json() == "{}"


def test_null_is_read_as_none() -> None:
    campaign = Campaign.from_json('{"id": null, "startDate": null, "campaignTimeWindowList": null, "new": null}')

    assert (campaign.id, campaign.start_date, campaign.campaign_time_window_list) == (None, None, None)
    assert campaign.additional_properties == {"new": None}


def test_an_explicit_null_is_sent_through_additional_properties() -> None:
    request = V2ChangeCampaignDatesRequest(FIRST, LAST)
    request.additional_properties["downloadAfterDate"] = None

    request.validate()
    assert request.to_dictionary() == {"startDate": "2030-01-02", "endDate": "2030-01-03", "downloadAfterDate": None}
    assert request.to_json() == '{"startDate":"2030-01-02","endDate":"2030-01-03","downloadAfterDate":null}'


def test_days_are_written_as_iso_days_whether_date_or_text() -> None:
    request = V3ChangeCampaignDatesRequest(FIRST, "2030-01-03")

    assert request.to_dictionary() == {"startDate": "2030-01-02", "endDate": "2030-01-03"}


def test_a_tuple_of_devices_is_written_as_an_array_in_its_order() -> None:
    assert V3AddOrRemoveDeviceRequest("append", ("2", "1", "3")).to_dictionary()["deviceList"] == ["2", "1", "3"]


@pytest.mark.parametrize(
    ("written", "otherwise"),
    [
        (V3ChangeCampaignDatesRequest("2030-01-02", "2030-01-03"), V3ChangeCampaignDatesRequest(FIRST, LAST)),
        (V3AddOrRemoveDeviceRequest("append", tuple(IMEIS)), V3AddOrRemoveDeviceRequest("append", IMEIS)),
        (
            V3ChangeCampaignDatesRequest(FIRST, LAST, (V3TimeWindow(0, 1),)),  # type: ignore[arg-type] # sent as a list is
            V3ChangeCampaignDatesRequest(FIRST, LAST, [V3TimeWindow(0, 1)]),
        ),
        (
            V3TimeWindow(0, 1, additional_properties={"a": (1, ({"b": (2,)},))}),
            V3TimeWindow(0, 1, additional_properties={"a": [1, [{"b": [2]}]]}),
        ),
    ],
    ids=["days", "devices", "windows", "unknown keys"],
)
def test_models_that_send_the_same_are_equal_however_it_was_written(written: Any, otherwise: Any) -> None:
    assert written == otherwise
    assert otherwise == written
    assert type(written).from_json(written.to_json()) == written
    assert type(written).from_dictionary(written.to_dictionary()) == written


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (V3ChangeCampaignDatesRequest("2030-01-02"), V3ChangeCampaignDatesRequest(LAST)),
        (V3ChangeCampaignDatesRequest("soon"), V3ChangeCampaignDatesRequest("later")),
        (V3ChangeCampaignDatesRequest(FIRST), V3ChangeCampaignDatesRequest()),
        (V3AddOrRemoveDeviceRequest("append", ("1", "2")), V3AddOrRemoveDeviceRequest("append", ["2", "1"])),
        (V3AddOrRemoveDeviceRequest("append", ()), V3AddOrRemoveDeviceRequest("append")),
    ],
)
def test_models_that_send_something_else_are_not_equal(one: Any, other: Any) -> None:
    assert one != other
    assert other != one


def test_what_to_dictionary_returns_can_be_changed_without_changing_the_model() -> None:
    request = V3AddOrRemoveDeviceRequest("append", ["1"], additional_properties={"new": 1})
    wire = request.to_dictionary()
    wire["deviceList"].append("2")
    wire["new"] = 2

    assert request == V3AddOrRemoveDeviceRequest("append", ["1"], additional_properties={"new": 1})


def deep() -> dict[str, Any]:
    return {"a": {"b": [1, {"c": [2]}]}, "d": [[3]]}


def change_all(data: Any) -> None:
    """Change lists and dictionaries at every level."""
    for part in list(data.values() if isinstance(data, dict) else data):
        if isinstance(part, (dict, list)):
            change_all(part)
    if isinstance(data, dict):
        data["changed"] = True
    else:
        data.append("changed")


BUILDS: list[Callable[[dict[str, Any]], V3TimeWindow]] = [
    lambda extras: V3TimeWindow.from_dictionary({"startTime": 1, "endTime": 2, **extras}),
    lambda extras: V3TimeWindow(1, 2, additional_properties=extras),
]


@pytest.mark.parametrize("build", BUILDS, ids=["from_dictionary", "arguments"])
def test_what_is_nested_below_unknown_keys_is_not_shared(build: Callable[[dict[str, Any]], V3TimeWindow]) -> None:
    source = deep()
    window = build(source)
    same = V3TimeWindow(1, 2, additional_properties=deep())

    change_all(source)
    assert window == same
    change_all(window.to_dictionary())
    assert window == same
    change_all(copy.copy(window).additional_properties)
    assert window == same
    request = V3ChangeCampaignDatesRequest(FIRST, LAST, [window])
    change_all(request.to_dictionary())
    assert window == same
    source = deep()
    window = build(source)
    change_all(window.additional_properties)
    assert source == deep()


def test_unknown_keys_may_be_nested_deeply_or_hold_themselves() -> None:
    bottom = tree = nested(100_000)
    window = V3TimeWindow(1, 2, additional_properties=tree)
    while tree:
        tree = tree["deeper"]
    tree["new"] = 1
    copied = window.to_dictionary()
    for _ in range(100_000):
        copied = copied["deeper"]
    assert copied == {}
    assert "deeper" in bottom

    window = V3TimeWindow(additional_properties={"self": []})
    window.additional_properties["self"].append(window.additional_properties)
    wire = window.to_dictionary()
    assert wire["self"][0]["self"][0] is wire["self"][0]
    assert wire["self"][0] is not window.additional_properties


def test_the_model_does_not_change_with_the_dictionary_that_it_was_read_from() -> None:
    wire = {"Type": "append", "deviceList": ["1"], "new": 1}
    request = V3AddOrRemoveDeviceRequest.from_dictionary(wire)
    wire["deviceList"].append("2")  # type: ignore[attr-defined] # it is the list
    wire["new"] = 2

    assert request == V3AddOrRemoveDeviceRequest("append", ["1"], additional_properties={"new": 1})


# Unknown keys


def test_unknown_keys_survive_a_round_trip_at_every_level() -> None:
    wire = {
        "id": CAMPAIGN_ID,
        "region": {"name": "east", "codes": [1, 2.5, None, True]},
        "campaignTimeWindowList": [{"startTime": 18, "endTime": 22, "zone": "UTC"}],
    }

    campaign = Campaign.from_dictionary(wire)

    assert campaign.additional_properties == {"region": {"name": "east", "codes": [1, 2.5, None, True]}}
    assert campaign.campaign_time_window_list is not None
    assert campaign.campaign_time_window_list[0].additional_properties == {"zone": "UTC"}
    assert campaign.to_dictionary() == wire
    assert json.loads(campaign.to_json()) == wire


@pytest.mark.parametrize("model", [type(filled) for filled in FILLED], ids=lambda model: model.__name__)
def test_additional_properties_always_read_as_a_dict_that_no_other_model_has(model: type[Any]) -> None:
    built, other, read, read_too = model(), model(), model.from_dictionary({}), model.from_json("{}")

    for instance in (built, other, read, read_too):
        assert instance.additional_properties == {}
        assert type(instance.additional_properties) is dict
        assert instance.additional_properties is instance.additional_properties
        instance.additional_properties[f"key {id(instance)}"] = 1

    assert all(len(instance.additional_properties) == 1 for instance in (built, other, read, read_too))


@pytest.mark.parametrize("duplicate", [copy.copy, dataclasses.replace], ids=["copy", "replace"])
@pytest.mark.parametrize(
    "build",
    [
        lambda: V3TimeWindow(1, 2),
        lambda: V3TimeWindow(1, 2, additional_properties={"a": 1}),
        lambda: V3TimeWindow.from_json("{}"),
    ],
    ids=["empty", "filled", "read"],
)
def test_a_copy_has_additional_properties_of_its_own(build: Callable[[], Any], duplicate: Callable[[Any], Any]) -> None:
    original = build()

    duplicate(original).additional_properties["new"] = 1

    assert original == build()


def test_two_models_built_with_the_same_additional_properties_do_not_share_them() -> None:
    extras = {"zone": "UTC"}
    first, second = (V3TimeWindow(1, 2, additional_properties=extras) for _ in range(2))
    first.additional_properties["new"] = 1

    assert second.additional_properties == {"zone": "UTC"}


# Aliases


@pytest.mark.parametrize("model", [V2AddOrRemoveDeviceRequest, V3AddOrRemoveDeviceRequest])
def test_the_lower_case_type_is_read_as_mtype_and_sent_as_type(model: type[Any]) -> None:
    request = model.from_json('{"type": "append", "deviceList": ["1"]}')

    assert request == model("append", ["1"])
    assert request.additional_properties == {}
    assert request.to_dictionary() == {"Type": "append", "deviceList": ["1"]}


def test_the_lower_case_reason_is_read_as_reason() -> None:
    item = V3DeviceListItem.from_json('{"deviceId": "1", "reason": "Device added Successfully"}')

    assert item == V3DeviceListItem("1", None, "Device added Successfully")
    assert item.to_dictionary() == {"deviceId": "1", "Reason": "Device added Successfully"}


@pytest.mark.parametrize(
    ("model", "wire", "name"),
    [
        (V2AddOrRemoveDeviceRequest, {"type": "other", "Type": "append"}, "mtype"),
        (V3AddOrRemoveDeviceRequest, {"Type": "append", "type": "other"}, "mtype"),
        (V3DeviceListItem, {"reason": "other", "Reason": "append"}, "reason"),
    ],
)
def test_of_both_spellings_the_canonical_one_wins_and_the_other_is_kept(
    model: type[Any], wire: dict[str, str], name: str
) -> None:
    read = model.from_dictionary(wire)

    assert getattr(read, name) == "append"
    assert list(read.additional_properties.values()) == ["other"]
    assert read.to_dictionary() == wire


def test_a_lower_case_type_of_a_wrong_type_is_found_under_its_canonical_path() -> None:
    with pytest.raises(ValidationError) as caught:
        V3AddOrRemoveDeviceRequest.from_dictionary({"type": 7})

    assert paths(caught.value) == ["Type"]


# Models within mappings


@pytest.mark.parametrize(
    ("request_type", "key", "window"),
    [
        (CampaignFirmwareUpgrade, "campaignTimeWindowList", V3TimeWindow),
        (V3ChangeCampaignDatesRequest, "campaignTimeWindowList", V3TimeWindow),
        (CampaignSoftwareUpgrade, "downloadTimeWindowList", V2TimeWindow),
        (V2ChangeCampaignDatesRequest, "installTimeWindowList", V2TimeWindow),
    ],
)
def test_a_mapping_may_hold_the_models_that_stand_there(request_type: type[Any], key: str, window: type[Any]) -> None:
    given = window(1, 2, additional_properties={"zone": ["UTC"]})
    request = request_type.from_dictionary({key: [given, {"startTime": 3, "endTime": 4}]})

    assert request.to_dictionary()[key] == [
        {"startTime": 1, "endTime": 2, "zone": ["UTC"]},
        {"startTime": 3, "endTime": 4},
    ]
    change_all(given.additional_properties)
    given.start_time = 0
    assert request.to_dictionary()[key][0] == {"startTime": 1, "endTime": 2, "zone": ["UTC"]}


# Attributes


@pytest.mark.parametrize(
    ("model", "typo", "meant"),
    [
        (V3TimeWindow(), "strat_time", "start_time"),
        (V3TimeWindow(), "startTime", "start_time"),
        (V2TimeWindow(), "EndTime", "end_time"),
        (CampaignFirmwareUpgrade(), "firmwareName", "firmware_name"),
        (CampaignFirmwareUpgrade(), "device_lists", "device_list"),
        (CampaignFirmwareUpgrade(), "autoAddDevicesFlag", "auto_add_devices_flag"),
        (CampaignSoftwareUpgrade(), "download_time_windows_list", "download_time_window_list"),
        (V2AddOrRemoveDeviceRequest(), "Type", "mtype"),
        (V3AddOrRemoveDeviceRequest(), "type", "mtype"),
        (Campaign.from_dictionary({}), "Status", "status"),
        (Campaign.from_dictionary({}), "aditional_properties", "additional_properties"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_a_mistyped_attribute_raises_and_names_the_right_one(model: Any, typo: str, meant: str) -> None:
    with pytest.raises(AttributeError, match=rf"{type(model).__name__} has no attribute '{typo}'.*'{meant}'"):
        setattr(model, typo, 1)
    with pytest.raises(AttributeError, match=rf"{type(model).__name__} has no attribute '{typo}'.*'{meant}'"):
        getattr(model, typo)


def test_an_attribute_that_is_like_no_other_raises_without_a_suggestion() -> None:
    with pytest.raises(AttributeError) as caught:
        setattr(V3TimeWindow(), "zzz", 1)  # noqa: B010 - type checkers refuse the plain form, which is the point

    assert str(caught.value) == "V3TimeWindow has no attribute 'zzz'"


def test_a_mistyped_argument_raises() -> None:
    with pytest.raises(TypeError, match="startTime"):
        V3TimeWindow(startTime=1)  # type: ignore[call-arg] # which is the point


@every_model
def test_a_model_is_slotted(filled: Any) -> None:
    assert not hasattr(filled, "__dict__")


@every_model
def test_a_model_can_be_referred_to_weakly(filled: Any) -> None:
    for model in (copy.copy(filled), type(filled).from_json(filled.to_json()), type(filled)()):
        assert weakref.ref(model)() is model


def test_responses_and_prepared_calls_can_be_referred_to_weakly() -> None:
    response = ApiResponse(200, "OK", Headers(), b"", None)
    things = (response, response.headers, PreparedCall("GET", "https://x.example/"))

    assert [weakref.ref(thing)() for thing in things] == list(things)
    assert pickle.loads(pickle.dumps(response)).status_code == copy.deepcopy(response).status_code == 200


@every_model
def test_a_model_is_not_hashable(filled: Any) -> None:
    with pytest.raises(TypeError, match="unhashable"):
        hash(filled)


# Equality and copies


def test_models_are_equal_by_value() -> None:
    assert V3TimeWindow(1, 2) == V3TimeWindow(1, 2)
    assert V3TimeWindow(1, 2) != V3TimeWindow(1, 3)
    assert V3ChangeCampaignDatesRequest(FIRST, LAST, [V3TimeWindow(1, 2)]) == V3ChangeCampaignDatesRequest(
        FIRST, LAST, [V3TimeWindow(1, 2)]
    )
    assert V3ChangeCampaignDatesRequest(FIRST, LAST, [V3TimeWindow(1, 2)]) != V3ChangeCampaignDatesRequest(
        FIRST, LAST, [V3TimeWindow(1, 3)]
    )


def test_models_of_different_classes_are_never_equal() -> None:
    assert V3TimeWindow(1, 2) != V2TimeWindow(1, 2)
    assert FotaV2SuccessResult(True) != FotaV3SuccessResult(True)
    assert V3TimeWindow(1, 2) != {"startTime": 1, "endTime": 2}
    assert V3TimeWindow() != None  # noqa: E711 - the operator is what is tested


def test_models_with_different_unknown_keys_are_not_equal() -> None:
    assert V3TimeWindow(1, 2) != V3TimeWindow(1, 2, additional_properties={"zone": "UTC"})
    assert V3TimeWindow(1, 2, additional_properties={"zone": "CET"}) != V3TimeWindow(
        1, 2, additional_properties={"zone": "UTC"}
    )


def test_no_unknown_keys_are_equal_to_empty_ones() -> None:
    read = V3TimeWindow.from_dictionary({"startTime": 1, "endTime": 2})

    assert read == V3TimeWindow(1, 2)
    assert V3TimeWindow(1, 2) == read
    assert read == V3TimeWindow(1, 2, additional_properties={})


@every_copy
@every_model
def test_a_copy_is_equal(filled: Any, duplicate: Callable[[Any], Any]) -> None:
    read = type(filled).from_json(filled.to_json())

    for model in (filled, read, type(filled)()):
        duplicated = duplicate(model)
        assert type(duplicated) is type(model)
        assert duplicated is not model
        assert duplicated == model
        assert duplicated.to_dictionary() == model.to_dictionary()
        assert duplicated.additional_properties == model.additional_properties


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))])
def test_a_deep_copy_shares_nothing(duplicate: Callable[[Campaign], Campaign]) -> None:
    original = Campaign(campaign_time_window_list=[V3TimeWindow(1, 2)], additional_properties={"new": [1]})
    duplicated = duplicate(original)
    assert duplicated.campaign_time_window_list is not None
    duplicated.campaign_time_window_list[0].start_time = 0
    duplicated.additional_properties["new"].append(2)

    assert original == Campaign(campaign_time_window_list=[V3TimeWindow(1, 2)], additional_properties={"new": [1]})


# repr and str


@every_model
def test_a_repr_names_the_class_and_what_is_set_and_stays_short(filled: Any) -> None:
    assert repr(filled).startswith(f"{type(filled).__name__}(")
    assert repr(filled).endswith(")")
    assert len(repr(filled)) < 1000
    assert str(filled) == repr(filled)
    assert "None" not in repr(type(filled)())


def test_a_repr_reads_like_the_call_that_builds_the_model() -> None:
    assert repr(V3TimeWindow(0, 1)) == "V3TimeWindow(start_time=0, end_time=1)"
    assert repr(V3TimeWindow()) == "V3TimeWindow()"
    assert repr(V3ChangeCampaignDatesRequest(FIRST, "2030-01-03", [V3TimeWindow(0, 1)])) == (
        "V3ChangeCampaignDatesRequest(start_date=datetime.date(2030, 1, 2), end_date='2030-01-03', "
        "campaign_time_window_list=[V3TimeWindow(start_time=0, end_time=1)])"
    )
    assert repr(V3TimeWindow(0, additional_properties={"zone": "UTC"})) == (
        "V3TimeWindow(start_time=0, additional_properties={'zone': 'UTC'})"
    )


def nested(depth: int) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for _ in range(depth):
        tree = {"deeper": tree}
    return tree


def holding_itself(times: int) -> Campaign:
    campaign = Campaign()
    campaign.additional_properties.update({f"self {place}": campaign for place in range(times)})
    return campaign


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "build",
    [
        lambda: V3AddOrRemoveDeviceRequest("append", [f"{place:015}" for place in range(100_000)]),
        lambda: V3AddOrRemoveDeviceResult(device_list=[V3DeviceListItem("x" * 100, "y" * 100)] * 100_000),
        lambda: V3AddOrRemoveDeviceRequest("x" * 100_000, [HostileRepr()]),  # type: ignore[list-item] # on purpose
        lambda: V3AddOrRemoveDeviceRequest(HostileRepr(), HostileRepr()),  # type: ignore[arg-type] # on purpose
        lambda: Campaign(*["\ud800\x00é" * 300] * 15),  # type: ignore[arg-type] # on purpose
        lambda: Campaign(additional_properties=nested(100_000)),
        lambda: Campaign(additional_properties={f"key {place}": "x" * 1000 for place in range(1000)}),
        lambda: Campaign(additional_properties={"hostile": HostileRepr()}),
        lambda: V3TimeWindow(10**4000, -(10**5000)),
        lambda: holding_itself(1),
        lambda: holding_itself(2),
    ],
    ids=[
        "100,000 devices",
        "100,000 results",
        "device without repr",
        "attributes without repr",
        "long texts",
        "deeply nested",
        "many unknown keys",
        "unknown key without repr",
        "huge hours",
        "holding itself once",
        "holding itself twice",
    ],
)
def test_repr_and_str_stay_under_1000_characters_and_never_raise(build: Callable[[], Any]) -> None:
    model = build()

    for text in (repr(model), str(model), f"{model}"):
        assert text.startswith(type(model).__name__ + "(")
        assert len(text) < 1000
        text.encode("utf-8")


def test_a_repr_tells_how_many_devices_it_does_not_show() -> None:
    assert repr(V3AddOrRemoveDeviceRequest("append", ["1"] * 100_000)) == (
        "V3AddOrRemoveDeviceRequest(mtype='append', device_list=['1', '1', '1', ... 99997 more])"
    )


# What is not JSON


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not json",
        "{",
        '{"startTime": 1,}',
        "{'startTime': 1}",
        '{"startTime": 01}',
        '{"startTime": 1} {}',
        '{"startTime": 1}\0',
        "\ufeff{}",
        b"\xff\xfe{\x00}\x00",
        b'{"id": "\xff"}',
        '{"startTime": NaN}',
        '{"new": NaN}',
        '{"new": Infinity}',
        '{"new": [-Infinity]}',
        '{"new": 1e999}',
        '{"new": -1e999}',
        '{"new": ' + "9" * 5000 + "}",
        '{"startTime": ' + "9" * 5000 + "}",
        "[" * 100_000,
        '{"new": ' + "[" * 100_000 + "]" * 100_000 + "}",
        '{"a":' * 100_000,
    ],
    ids=lambda text: repr(text[:24]),
)
def test_a_text_that_is_not_json_is_refused(text: str | bytes) -> None:
    with pytest.raises(ValidationError) as caught:
        V3TimeWindow.from_json(text)

    assert paths(caught.value) == ["$"]
    assert len(str(caught.value)) < 1000


@pytest.mark.parametrize("text", [None, 7, {}, [], bytearray(b"\xff")], ids=repr)
def test_what_is_no_text_at_all_is_refused_too(text: Any) -> None:
    with pytest.raises(ValidationError):
        V3TimeWindow.from_json(text)


@pytest.mark.parametrize(
    "text", ["null", "true", "7", '"text"', "[]", '[{"startTime": 1}]'], ids=lambda text: f"json {text}"
)
def test_json_that_is_no_object_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="must be an object"):
        V3TimeWindow.from_json(text)
    with pytest.raises(ValidationError, match="must be an object"):
        V3TimeWindow.from_dictionary(json.loads(text))


def test_of_equal_keys_the_last_one_counts() -> None:
    assert V3TimeWindow.from_json('{"startTime": 1, "startTime": 2}') == V3TimeWindow(2)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1, 2}, b"bytes", object()], ids=case_id)
def test_to_json_refuses_what_has_no_form_in_json(value: Any) -> None:
    campaign = Campaign(additional_properties={"new": [value]})

    with pytest.raises(ValidationError) as caught:
        campaign.to_json()

    assert paths(caught.value) == ["new[0]"]


# Wrong types


def test_all_wrong_types_are_reported_with_their_json_paths() -> None:
    with pytest.raises(ValidationError) as caught:
        Campaign.from_dictionary(
            {
                "id": 7,
                "startDate": "soon",
                "endDate": 20300102,
                "campaignTimeWindowList": [
                    {"startTime": "x", "endTime": 1.5},
                    {"startTime": 1, "endTime": 2},
                    "3-4",
                    {"startTime": True, "endTime": None},
                ],
                "autoAddDevicesFlag": "yes",
                "new": object(),
            }
        )

    assert caught.value.findings == (
        ("id", "must be a string, got a number"),
        ("startDate", "must be a date YYYY-MM-DD, got 'soon'"),
        ("endDate", "must be a date YYYY-MM-DD, got a number"),
        ("campaignTimeWindowList[0].startTime", "must be an integer, got a string"),
        ("campaignTimeWindowList[0].endTime", "must be an integer, got a number"),
        ("campaignTimeWindowList[2]", "must be an object, got a string"),
        ("campaignTimeWindowList[3].startTime", "must be an integer, got a boolean"),
        ("autoAddDevicesFlag", "must be a boolean, got a string"),
    )


def test_wrong_types_deep_in_a_list_are_reported_with_their_json_paths() -> None:
    with pytest.raises(ValidationError) as caught:
        V3AddOrRemoveDeviceResult.from_json('{"deviceList": [{}, {"Reason": 7}, {"reason": []}, null]}')

    assert paths(caught.value) == ["deviceList[1].Reason", "deviceList[2].Reason", "deviceList[3]"]


def test_each_wrong_device_is_reported() -> None:
    with pytest.raises(ValidationError) as caught:
        V3AddOrRemoveDeviceRequest.from_dictionary({"Type": "append", "deviceList": ["1", 2, None, ["3"]]})

    assert paths(caught.value) == ["deviceList[1]", "deviceList[2]", "deviceList[3]"]


BAD_DAYS = [
    "",
    "1",
    "10",
    "sat",
    "may",
    "mon 5",
    "10-11-12",
    "01/02/03",
    "13/02/2020",
    "2020",
    "2020-08",
    "8pm",
    "10:30",
    "20200821",
    "2020-W34-5",
    "2020W345",
    "2020-234",
    "2020-8-21",
    "-2020-08-21",
    "2020-08-21T00:00:00",
    "2020-08-21Z",
    "2020/08/21",
    "٢٠٢٠-٠٨-٢١",
    "٢٠٢٠-08-21",
    "\uff12\uff10\uff12\uff10-\uff10\uff18-\uff12\uff11",
    "2020-08-2\uff11",
    "2020-08-21\0",
    " 2020-08-21",
    "2020-08-21 ",
    "2020-08-21\n",
    "2020-08- 1",
    "2020-08-+1",
    "2_20-08-21",
    "2020-02-30",
    "2021-02-29",
    "2020-13-01",
    "2020-00-01",
    "0000-01-01",
    "2020-08-2\ud800",
    "9" * 20,
    " " * 100_000,
]


@pytest.mark.parametrize("text", BAD_DAYS, ids=lambda text: ascii(text[:24]))
def test_a_text_that_is_not_exactly_an_iso_day_is_refused(text: str) -> None:
    with pytest.raises(ValidationError) as read:
        Campaign.from_dictionary({"startDate": text})
    with pytest.raises(ValidationError) as validated:
        V3ChangeCampaignDatesRequest(start_date=text, end_date=date.max).validate()

    assert paths(read.value) == paths(validated.value) == ["startDate"]
    assert len(str(read.value)) < 1000


@pytest.mark.parametrize("text", ["2020-08-21", "2020-02-29", "0001-01-01", "9999-12-31"])
def test_an_iso_day_is_accepted(text: str) -> None:
    assert Campaign.from_dictionary({"startDate": text}).start_date == date.fromisoformat(text)
    V3ChangeCampaignDatesRequest(start_date=text, end_date=date.max).validate()


def test_a_date_is_accepted_where_a_mapping_stands_for_a_request() -> None:
    assert V3ChangeCampaignDatesRequest.from_dictionary({"startDate": FIRST}).start_date == FIRST


def test_a_datetime_is_refused_with_the_way_to_its_date() -> None:
    with pytest.raises(ValidationError, match=r"\.date\(\)") as caught:
        V3ChangeCampaignDatesRequest.from_dictionary({"startDate": datetime(2030, 1, 2)})

    assert paths(caught.value) == ["startDate"]


@pytest.mark.parametrize(("text", "hour"), [("18", 18), ("0", 0), ("007", 7)])
def test_ascii_digits_are_read_as_an_integer(text: str, hour: int) -> None:
    window = V3TimeWindow.from_dictionary({"startTime": text})

    assert window.start_time == hour
    assert type(window.start_time) is int


@pytest.mark.parametrize(
    "value",
    [
        "",
        " 18",
        "18 ",
        "18\n",
        "٣",
        "\uff11\uff18",
        "²",
        "+5",
        "-5",
        "1_0",
        "0x1",
        "18.0",
        "1e1",
        "9" * 5000,
        18.0,
        True,
        [],
    ],
    ids=lambda value: ascii(value)[:24],
)
def test_anything_else_is_not_read_as_an_integer(value: Any) -> None:
    with pytest.raises(ValidationError) as caught:
        V3TimeWindow.from_dictionary({"startTime": value})

    assert paths(caught.value) == ["startTime"]


def test_an_integer_of_a_response_may_lie_outside_the_range_of_requests() -> None:
    assert V3TimeWindow.from_dictionary({"startTime": 99}).start_time == 99


# Requests made from campaigns


def test_the_v2_dates_request_of_a_campaign_holds_all_its_dates_and_windows() -> None:
    request = V2ChangeCampaignDatesRequest.from_campaign(SOFTWARE)

    assert type(request) is V2ChangeCampaignDatesRequest
    assert request.to_dictionary() == {
        "startDate": "2030-01-02",
        "endDate": "2030-01-03",
        "downloadAfterDate": "2030-01-02",
        "downloadTimeWindowList": [{"startTime": 0, "endTime": 1}, {"startTime": 23, "endTime": 24, "zone": "UTC"}],
        "installAfterDate": "2030-01-03",
        "installTimeWindowList": [],
    }
    request.validate()


@pytest.mark.parametrize("campaign", [FIRMWARE, CAMPAIGN], ids=lambda campaign: type(campaign).__name__)
def test_the_v3_dates_request_of_a_campaign_holds_all_its_dates_and_windows(
    campaign: Campaign | FirmwareCampaign,
) -> None:
    request = V3ChangeCampaignDatesRequest.from_campaign(campaign)

    assert type(request) is V3ChangeCampaignDatesRequest
    assert request.to_dictionary() == {
        "startDate": "2030-01-02",
        "endDate": "2030-01-03",
        "campaignTimeWindowList": [{"startTime": 0, "endTime": 1}, {"startTime": 23, "endTime": 24, "zone": "UTC"}],
    }
    request.validate()


def test_a_dates_request_shares_nothing_with_the_campaign_that_it_was_made_from() -> None:
    software, firmware = copy.deepcopy(SOFTWARE), copy.deepcopy(FIRMWARE)
    v2 = V2ChangeCampaignDatesRequest.from_campaign(software)
    v3 = V3ChangeCampaignDatesRequest.from_campaign(firmware)

    for windows in (v2.download_time_window_list, v2.install_time_window_list, v3.campaign_time_window_list):
        assert windows is not None
        for window in windows:
            window.start_time = 12
            window.additional_properties["new"] = 1
        windows.clear()
    for request in (v2, v3):
        request.additional_properties["new"] = 1

    assert software == SOFTWARE
    assert firmware == FIRMWARE


def test_a_dates_request_lacks_what_the_campaign_lacks() -> None:
    assert V2ChangeCampaignDatesRequest.from_campaign(CampaignSoftware()) == V2ChangeCampaignDatesRequest()
    assert V3ChangeCampaignDatesRequest.from_campaign(Campaign()) == V3ChangeCampaignDatesRequest()
