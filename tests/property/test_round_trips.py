"""What holds for every model and every JSON tree, not only for the ones that somebody thought of."""

from __future__ import annotations

import copy
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
    CampaignSoftwareUpgrade,
    DownloadTimeWindow,
    V2AddOrRemoveDeviceRequest,
    V2ChangeCampaignDatesRequest,
    V2TimeWindow,
    V3AddOrRemoveDeviceRequest,
    V3AddOrRemoveDeviceResult,
    V3ChangeCampaignDatesRequest,
    V3DeviceListItem,
    V3DeviceStatus,
    V3LicenseAssignedRemovedResult,
    V3TimeWindow,
    ValidationError,
)
from fota_sdk.core.model import Model, Models, fields_of
from tests.unit.family_models import REQUESTS as OTHER_REQUESTS

pytestmark = pytest.mark.fuzz

MODELS: list[Any] = [
    thing
    for thing in (getattr(fota_sdk, name) for name in fota_sdk.__all__)
    if isinstance(thing, type) and issubclass(thing, Model)
]
REQUESTS: list[Any] = [
    CampaignFirmwareUpgrade,
    CampaignSoftwareUpgrade,
    V2AddOrRemoveDeviceRequest,
    V2ChangeCampaignDatesRequest,
    V2TimeWindow,
    V3AddOrRemoveDeviceRequest,
    V3ChangeCampaignDatesRequest,
    V3TimeWindow,
    *(getattr(fota_sdk, name) for name in OTHER_REQUESTS),
]
WIRE_NAMES = sorted({key for model in MODELS for _, d in fields_of(model) for key in (d.wire, *d.also)})

every_request = pytest.mark.parametrize("model", REQUESTS, ids=lambda model: model.__name__)
every_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
many = settings(derandomize=True, max_examples=60, deadline=None)
some = settings(many, max_examples=20)  # of each model; what reads and writes them is the same for all

any_text = st.text(st.characters(), max_size=12)  # lone surrogates too: JSON of a response can hold them
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
    """Objects with keys of a model, and below them with those of its parts."""
    declared = [declaration for _, declaration in fields_of(model)]
    keys = st.sampled_from([key for declaration in declared for key in (declaration.wire, *declaration.also)])
    parts = [near_objects(declaration.kind.item) for declaration in declared if isinstance(declaration.kind, Models)]
    lists = [st.lists(part | near_values, max_size=3) for part in parts] or [st.lists(near_values, max_size=3)]
    return st.dictionaries(keys | any_text, st.one_of(near_values, json_scalars, *lists), max_size=6)


def windows(model: type[Any]) -> st.SearchStrategy[Any]:
    return (
        st.tuples(st.integers(0, 23), st.integers(1, 24), unknown_keys)
        .filter(lambda drawn: drawn[0] < drawn[1])
        .map(lambda drawn: model(drawn[0], drawn[1], additional_properties=drawn[2]))
    )


def text_windows() -> st.SearchStrategy[Any]:
    hours = st.none() | whole_text
    return (
        st.tuples(hours, hours, unknown_keys)
        .map(lambda drawn: DownloadTimeWindow(drawn[0], drawn[1], additional_properties=drawn[2]))
        .filter(lambda window: attempt(window.validate)[1] is None)
    ) | windows(V2TimeWindow).map(lambda window: DownloadTimeWindow(str(window.start_time), str(window.end_time)))


VALUES: dict[Any, st.SearchStrategy[Any]] = {
    str: whole_text,
    int: st.integers(0, 10**19),
    bool: st.booleans(),
    date: st.dates(),
    list[str]: st.lists(st.text(min_size=1, max_size=20), max_size=5),
    list[V2TimeWindow]: st.lists(windows(V2TimeWindow), max_size=3),
    list[V3TimeWindow]: st.lists(windows(V3TimeWindow), max_size=3),
    list[DownloadTimeWindow]: st.lists(text_windows(), max_size=3),
}


@st.composite
def valid(draw: st.DrawFn, model: type[Any]) -> Any:
    if model in (V2TimeWindow, V3TimeWindow):
        return draw(windows(model))
    if model is DownloadTimeWindow:
        return draw(text_windows())
    request = model(additional_properties=draw(unknown_keys))
    hints = get_type_hints(model)
    for name, _ in fields_of(model):
        options = get_args(hints[name]) if get_origin(hints[name]) in (Union, UnionType) else (hints[name],)
        values = st.dates().map(str) if name.endswith("_date") and options[0] is str else VALUES[options[0]]
        setattr(request, name, draw(values if type(None) not in options else st.none() | values))
    if "start_date" in hints:
        request.start_date, request.end_date = sorted((request.start_date, request.end_date))
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
    hints = get_type_hints(type(model))
    for name in [
        name for name, hint in hints.items() if name.endswith("_date") and hint in (date | str, date | str | None)
    ]:
        hints[name] = date  # a request may hold a text, but none is ever read
    # What the service leaves out against its promise reads as None.
    names = ["additional_properties", *(name for name, _ in fields_of(type(model)))]
    return all(getattr(model, name) is None or conforms(getattr(model, name), hints[name]) for name in names)


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
def test_a_text_is_a_day_for_requests_exactly_where_it_is_one_for_responses(text: str) -> None:
    _, unreadable = attempt(lambda: Campaign.from_dictionary({"startDate": text}))
    _, invalid = attempt(V3ChangeCampaignDatesRequest(text, date.max).validate)

    assert (unreadable is None) is (invalid is None) is is_a_day(text)


class OddDict(dict[str, Any]):
    """A dictionary that is not quite one."""


class OddText(str):
    """A text that is not quite one."""

    __slots__ = ()


RESULT_KEYS = st.sampled_from(["deviceId", "status", "resultReason", "Reason", "reason", "updatedTime", "new"])
RESULT_VALUES = st.one_of(st.text(max_size=3), st.none(), st.integers(), st.booleans(), st.builds(OddText, st.text()))


@pytest.mark.parametrize(
    ("item", "result", "reason"),
    [
        (V3DeviceListItem, V3AddOrRemoveDeviceResult, "Reason"),
        (V3DeviceStatus, V3LicenseAssignedRemovedResult, "resultReason"),
    ],
)
@settings(derandomize=True, max_examples=300, deadline=None)
@given(data=st.data())
def test_many_results_are_read_as_each_alone(item: Any, result: Any, reason: str, data: st.DataObject) -> None:
    like = st.fixed_dictionaries({"deviceId": st.text(), "status": st.text(), reason: st.text() | st.none()})
    odd = st.one_of(
        st.dictionaries(RESULT_KEYS, RESULT_VALUES),
        like.map(OddDict),
        st.fixed_dictionaries({"deviceId": st.text(), "status": st.text(), "reason": st.text()}),
        RESULT_VALUES,
    )
    regular, others = data.draw(st.lists(like, max_size=4)), data.draw(st.lists(odd, max_size=2))
    results = data.draw(st.sampled_from([others + regular, regular + others]))
    try:
        expected = [item.from_dictionary(each) for each in results]
    except ValidationError:
        with pytest.raises(ValidationError):
            result.from_dictionary({"deviceList": results})
    else:
        found = result.from_dictionary({"deviceList": results}).device_list
        assert found == expected
        assert [each.to_dictionary() for each in found] == [each.to_dictionary() for each in expected]


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
