"""What holds for every model and every JSON tree, not only for the ones that somebody thought of."""

from __future__ import annotations

import copy
import dataclasses
import json
from collections.abc import Callable
from datetime import date
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings, strategies as st

import fota_sdk
from fota_sdk import (
    Campaign,
    CampaignFirmwareUpgrade,
    CampaignSoftware,
    CampaignSoftwareUpgrade,
    DownloadTimeWindow,
    FirmwareCampaign,
    FotaV2SuccessResult,
    FotaV3SuccessResult,
    SchedulesSoftwareUpgradeRequest,
    UploadAndScheduleFileRequest,
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
from tests.unit import family_models

pytestmark = pytest.mark.fuzz

REQUESTS = [
    CampaignFirmwareUpgrade,
    CampaignSoftwareUpgrade,
    V2AddOrRemoveDeviceRequest,
    V2ChangeCampaignDatesRequest,
    V2TimeWindow,
    V3AddOrRemoveDeviceRequest,
    V3ChangeCampaignDatesRequest,
    V3TimeWindow,
    *(getattr(fota_sdk, name) for name in family_models.REQUESTS),
]
ANSWERS = [
    Campaign,
    CampaignSoftware,
    FirmwareCampaign,
    FotaV2SuccessResult,
    FotaV3SuccessResult,
    V2AddOrRemoveDeviceResult,
    V3AddOrRemoveDeviceResult,
    V3DeviceListItem,
    *(getattr(fota_sdk, name) for name in family_models.FIELDS if name not in family_models.REQUESTS),
]
WIRE_NAMES = [
    "accountName",
    "autoAddDevicesFlag",
    "autoAssignLicenseFlag",
    "campaignId",
    "campaignName",
    "campaignTimeWindowList",
    "deviceId",
    "deviceList",
    "distributionType",
    "downloadAfterDate",
    "downloadTimeWindowList",
    "endDate",
    "endTime",
    "firmwareFrom",
    "firmwareName",
    "firmwareTo",
    "id",
    "installAfterDate",
    "installTimeWindowList",
    "make",
    "model",
    "protocol",
    "Reason",
    "reason",
    "requestId",
    "softwareFrom",
    "softwareName",
    "softwareTo",
    "startDate",
    "startTime",
    "status",
    "success",
    "Type",
    "type",
    *sorted({wire for fields in family_models.FIELDS.values() for _, wire, _, _ in fields}),
    *(wire for others in family_models.ALSO.values() for wire in others),
]

every_request = pytest.mark.parametrize("model", REQUESTS, ids=lambda model: model.__name__)
every_model = pytest.mark.parametrize("model", REQUESTS + ANSWERS, ids=lambda model: model.__name__)
many = settings(derandomize=True, max_examples=60, deadline=None)
some = settings(many, max_examples=25)  # of each of the 71 models

any_text = st.text(st.characters(), max_size=12)  # lone surrogates too: JSON of an answer can hold them
whole_text = st.text(max_size=12)


def trees(texts: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    return st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
        lambda tree: st.lists(tree, max_size=3) | st.dictionaries(texts, tree, max_size=3),
        max_leaves=8,
    )


json_scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | any_text
json_trees = trees(any_text)
unknown_keys = st.dictionaries(whole_text.filter(lambda key: key not in WIRE_NAMES), trees(whole_text), max_size=3)

# Trees that look like answers, right up to the value that is wrong.
near_values = st.sampled_from(
    ["2030-01-02", "2030-02-30", "20300102", "2030-W01-1", "0", "24", "٣", "+5", "9" * 30, 0, 24, 18.0, "", True, None]
)


def near_objects(model: type[Any]) -> st.SearchStrategy[Any]:
    keys = st.sampled_from(keys_of(model)) | any_text
    return st.recursive(
        st.dictionaries(keys, near_values | json_scalars, max_size=6),
        lambda tree: st.dictionaries(keys, near_values | tree | st.lists(tree | near_values, max_size=3)),
        max_leaves=6,
    )


def keys_of(model: type[Any]) -> list[str]:
    """The JSON keys of a model and of the models in it."""
    keys = [each.metadata["wire"].key for each in dataclasses.fields(model) if "wire" in each.metadata]
    inner = {kind for hint in get_type_hints(model).values() for kind in models_in(hint)}
    return [*keys, *(key for each in sorted(inner, key=str) for key in keys_of(each)), "Reason", "software"]


def models_in(hint: Any) -> list[Any]:
    if hasattr(hint, "from_dictionary"):
        return [hint]
    return [found for inner in get_args(hint) for found in models_in(inner)]


def windows(model: type[Any]) -> st.SearchStrategy[Any]:
    return (
        st.tuples(st.integers(0, 23), st.integers(1, 24), unknown_keys)
        .filter(lambda drawn: drawn[0] < drawn[1])
        .map(lambda drawn: model(drawn[0], drawn[1], additional_properties=drawn[2]))
    )


VALUES: dict[str, st.SearchStrategy[Any]] = {
    "device_list": st.lists(st.text(min_size=1, max_size=20), max_size=5),
    "download_after_date": st.none() | st.dates(),
    "install_after_date": st.none() | st.dates(),
    "download_time_window_list": st.none() | st.lists(windows(V2TimeWindow), max_size=3),
    "install_time_window_list": st.none() | st.lists(windows(V2TimeWindow), max_size=3),
    "campaign_time_window_list": st.none() | st.lists(windows(V3TimeWindow), max_size=3),
    "auto_assign_license_flag": st.none() | st.booleans(),
    "auto_add_devices_flag": st.none() | st.booleans(),
    "campaign_name": st.none() | whole_text,
    "device_ids": st.lists(st.text(min_size=1, max_size=20), max_size=5),
    "count": st.none() | st.integers(0, 10**6),
    "mtype": whole_text,
}

# Days and hours are texts here.
text_days = st.dates().map(date.isoformat)
text_windows = st.lists(
    windows(V2TimeWindow).map(
        lambda window: DownloadTimeWindow(
            str(window.start_time), str(window.end_time), additional_properties=window.additional_properties
        )
    ),
    max_size=3,
)
TEXT_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "download_after_date": st.none() | text_days,
    "install_after_date": st.none() | text_days,
    "download_time_window_list": st.none() | text_windows,
    "install_time_window_list": st.none() | text_windows,
}
OF_TEXTS = (SchedulesSoftwareUpgradeRequest, UploadAndScheduleFileRequest)


@st.composite
def valid(draw: st.DrawFn, model: type[Any]) -> Any:
    if model in (V2TimeWindow, V3TimeWindow):
        return draw(windows(model))
    if model is DownloadTimeWindow:
        return draw(text_windows.filter(bool).map(lambda found: found[0]))
    values = {**VALUES, **TEXT_VALUES} if model in OF_TEXTS else VALUES
    request = model(additional_properties=draw(unknown_keys))
    for name in get_type_hints(model):
        if name not in ("start_date", "end_date", "additional_properties") and not name.startswith("_"):
            setattr(request, name, draw(values.get(name, whole_text)))
    if "start_date" in get_type_hints(model):
        days = text_days if model in OF_TEXTS else st.dates()
        request.start_date, request.end_date = sorted((draw(days), draw(days)))
    return request


def attempt(call: Callable[[], Any]) -> tuple[Any, ValidationError | None]:
    """What a call returns, or the one error that it may raise."""
    try:
        return call(), None
    except ValidationError as error:
        return None, error


@every_request
@given(data=st.data())
@some
def test_a_valid_request_is_read_back_as_it_was_written(model: type[Any], data: st.DataObject) -> None:
    request = data.draw(valid(model))
    request.validate()

    text = request.to_json()

    assert text == json.dumps(request.to_dictionary(), separators=(",", ":"))
    assert model.from_json(text) == request
    assert model.from_dictionary(request.to_dictionary()) == request
    assert model.from_json(text).to_json() == text
    model.from_json(text).validate()


@every_request
@given(data=st.data())
@some
def test_a_model_and_what_it_was_made_of_share_nothing(model: type[Any], data: st.DataObject) -> None:
    wire = data.draw(valid(model)).to_dictionary()
    before = copy.deepcopy(wire)
    read = model.from_dictionary(wire)
    for tree in (wire, read.to_dictionary()):
        empty(tree)

    assert read.to_dictionary() == before


def empty(tree: Any) -> None:
    """Take away all that lists and dictionaries hold, from the bottom up."""
    for part in list(tree.values() if isinstance(tree, dict) else tree):
        if isinstance(part, (dict, list)):
            empty(part)
    tree.clear()


@every_request
@given(half=st.characters(categories=["Cs"]), data=st.data())
@some
def test_half_a_character_anywhere_in_a_request_is_found(model: type[Any], half: str, data: st.DataObject) -> None:
    request = data.draw(valid(model))
    wire = request.to_dictionary()
    place = data.draw(st.sampled_from([key for key, value in wire.items() if type(value) is str] or ["new"]))
    wire[place] = data.draw(st.sampled_from([half, f"é{half}", f"{half}x"]))

    _, error = attempt(lambda: model.from_dictionary(wire).validate())
    assert error is not None
    assert [path for path, _ in error.findings] == [place]


@pytest.mark.parametrize("model", [V2TimeWindow, V3TimeWindow])
@given(start=st.integers(-3, 30), end=st.integers(-3, 30))
@many
def test_a_window_is_valid_exactly_where_its_hours_are(model: type[Any], start: int, end: int) -> None:
    _, error = attempt(model(start, end).validate)

    assert (error is None) is (0 <= start <= 23 and 1 <= end <= 24 and start < end)
    assert model.from_json(model(start, end).to_json()) == model(start, end)


@pytest.mark.parametrize("hours", [(0, 24), (0, 1), (23, 24)])
@pytest.mark.parametrize("model", [V2TimeWindow, V3TimeWindow])
def test_the_first_and_the_last_hour_are_read_back(model: type[Any], hours: tuple[int, int]) -> None:
    window = model.from_json(model(*hours).to_json())

    assert (window.start_time, window.end_time) == hours


def conforms(value: Any, hint: Any) -> bool:
    """Whether a value is of a declared type; a bool is no int, and a datetime no date."""
    if get_origin(hint) in (Union, UnionType):
        return any(conforms(value, option) for option in get_args(hint))
    if get_origin(hint) is list:
        return type(value) is list and all(conforms(item, get_args(hint)[0]) for item in value)
    if get_origin(hint) is tuple:
        return False  # a request may hold one, but none is ever read
    if get_origin(hint) is dict:
        return type(value) is dict
    if hasattr(hint, "from_dictionary"):
        return type(value) is hint and has_declared_types(value)
    return type(value) is hint


def has_declared_types(model: Any) -> bool:
    hints = {name: hint for name, hint in get_type_hints(type(model)).items() if not name.startswith("_")}
    for name in [name for name, hint in hints.items() if date in get_args(hint)]:
        hints[name] = date  # a request may hold a text, but none is ever read
    # What the service leaves out against its promise reads as None.
    return all(conforms(getattr(model, name), Union[hint, None]) for name, hint in hints.items())  # noqa: UP007 - a list[...] takes no bar on 3.10


@every_model
@given(data=st.data())
@some
def test_a_tree_is_read_into_declared_types_or_refused(model: type[Any], data: st.DataObject) -> None:
    tree = data.draw(json_trees | near_objects(model))
    read, refusal = attempt(lambda: model.from_dictionary(tree))
    if refusal is not None:
        assert refusal.findings
        assert len(str(refusal)) < 1000
        assert len(repr(refusal)) < 1000
        return

    assert type(read) is model
    assert has_declared_types(read)
    assert len(repr(read)) < 1000
    assert model.from_dictionary(read.to_dictionary()) == read
    assert model.from_json(json.dumps(tree)) == read
    attempt(read.validate)


@given(text=any_text | st.binary(max_size=40))
@many
def test_a_text_is_read_or_refused(text: str | bytes) -> None:
    read, refusal = attempt(lambda: Campaign.from_json(text))

    assert isinstance(read, Campaign) or (refusal is not None and refusal.findings)


@given(days=st.dates())
@many
def test_every_day_is_read_back_as_itself(days: date) -> None:
    assert Campaign.from_dictionary({"startDate": days.isoformat()}).start_date == days


def is_a_day(text: str) -> bool:
    """Whether a text is what `date.isoformat` writes."""
    parts = text.split("-")
    if [len(part) for part in parts] != [4, 2, 2] or not all(set(part) <= set("0123456789") for part in parts):
        return False
    try:
        return date(*map(int, parts)).isoformat() == text
    except ValueError:
        return False


# Most of these look like a day; drawing any text would hardly ever meet one.
@given(
    text=st.from_regex(r"(00|19|20|99)[0-9]{2}-?[01][0-9]-?[0-3][0-9]( |Z|T00)?", fullmatch=True)
    | st.text(st.sampled_from("0123456789-/:TWZ ٣\uff18"), min_size=1, max_size=12)
)
@many
def test_a_text_is_a_day_for_requests_exactly_where_it_is_one_for_answers(text: str) -> None:
    _, unreadable = attempt(lambda: Campaign.from_dictionary({"startDate": text}))
    _, invalid = attempt(V3ChangeCampaignDatesRequest(text, date.max).validate)

    assert (unreadable is None) is (invalid is None) is is_a_day(text)


class OddDict(dict[str, Any]):
    """A dictionary that is not quite one."""


class OddText(str):
    """A text that is not quite one."""

    __slots__ = ()


RESULT_KEYS = st.sampled_from(["deviceId", "status", "Reason", "reason", "new"])
RESULT_VALUES = st.one_of(st.text(max_size=3), st.none(), st.integers(), st.booleans(), st.builds(OddText, st.text()))
LIKE_RESULT = st.fixed_dictionaries({"deviceId": st.text(), "status": st.text(), "Reason": st.text() | st.none()})
ODD_RESULT = st.one_of(
    st.dictionaries(RESULT_KEYS, RESULT_VALUES),
    LIKE_RESULT.map(OddDict),
    st.fixed_dictionaries({"deviceId": st.text(), "status": st.text(), "reason": st.text()}),
    RESULT_VALUES,
)


@settings(max_examples=500)
@given(st.lists(LIKE_RESULT, max_size=4), st.lists(ODD_RESULT, max_size=2), st.booleans())
def test_many_results_are_read_as_each_alone(regular: list[Any], odd: list[Any], odd_first: bool) -> None:
    results = odd + regular if odd_first else regular + odd
    try:
        expected = [V3DeviceListItem.from_dictionary(result) for result in results]
    except ValidationError:
        with pytest.raises(ValidationError):
            V3AddOrRemoveDeviceResult.from_dictionary({"deviceList": results})
    else:
        found = V3AddOrRemoveDeviceResult.from_dictionary({"deviceList": results}).device_list
        assert found == expected
        assert [item.to_dictionary() for item in found or []] == [item.to_dictionary() for item in expected]


@pytest.mark.parametrize("place", [0, 999, 1000, 2500])
def test_a_wrong_result_is_found_at_its_place(place: int) -> None:
    results: list[Any] = [{"deviceId": str(number), "status": "a", "Reason": "b"} for number in range(3000)]
    results[place]["status"] = 5
    with pytest.raises(ValidationError) as caught:
        V3AddOrRemoveDeviceResult.from_dictionary({"deviceList": results})
    assert caught.value.findings == ((f"deviceList[{place}].status", "must be a string, got a number"),)
    results[place]["status"] = None
    read = V3AddOrRemoveDeviceResult.from_dictionary({"deviceList": results}).device_list
    assert read is not None
    assert [item.device_id for item in read] == [str(number) for number in range(3000)]
    assert [number for number, item in enumerate(read) if item.status is None] == [place]
