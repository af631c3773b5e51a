"""The models of the rest of the family, against what the facts page says of them."""

from __future__ import annotations

import subprocess
import sys
import typing
from datetime import date
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from freezegun import freeze_time

import fota_sdk
from fota_sdk import (
    CallbackSummary,
    CheckInHistoryItem,
    DeviceFirmwareUpgrade,
    DownloadTimeWindow,
    FotaV3Subscription,
    RetrievesAvailableFilesResponse,
    RetrievesAvailableFilesResponseList,
    SchedulesSoftwareUpgradeRequest,
    SoftwarePackage,
    UploadAndScheduleFileRequest,
    V2CampaignDevice,
    V2CampaignHistory,
    V2CampaignMetaInfo,
    V2ListOfLicensesToRemoveRequest,
    V2TimeWindow,
    V3AccountDeviceList,
    V3CampaignHistory,
    V3DeviceStatus,
    V3LicenseAssignedRemovedResult,
    V3LicenseSummary,
    ValidationError,
)
from fota_sdk.core.docs import docs_of
from fota_sdk.core.model import Model, fields_of
from tests.conftest import IMEIS
from tests.unit.family_models import ALSO, FIELDS, REQUESTS, REQUIRED_TOO
from tests.unit.operations import FAMILY, Facts

MODELS: dict[str, Any] = {name: getattr(fota_sdk, name) for name in FIELDS}
every_model = pytest.mark.parametrize("name", FIELDS)
every_request = pytest.mark.parametrize("name", REQUESTS)

SAMPLES: dict[str, tuple[Any, Any]] = {
    "str": ("text", "text"),
    "int": (0, 0),
    "bool": (False, False),
    "date": (date(2030, 1, 2), "2030-01-02"),
    "list[str]": ([IMEIS[0]], [IMEIS[0]]),
}
NUMBER_FOR_TEXT = {"lastSeenDeviceId", "lastSeenCampaignId", "clientType"}


def sample(kind: str) -> tuple[Any, Any]:
    """A value of a field and the JSON that it stands for."""
    if kind in SAMPLES:
        return SAMPLES[kind]
    item = getattr(fota_sdk, kind.removeprefix("list[").removesuffix("]"))
    name, declaration = fields_of(item)[0]
    text: Any = 0 if kind.endswith("TimeWindow]") and "Download" not in kind else "text"
    text = False if "AccountDeviceList" in kind else text
    return [item(**{name: text})], [{declaration.wire: text}]


def paths(error: ValidationError) -> list[str]:
    return [path for path, _ in error.findings]


def findings_of(request: Any) -> dict[str, str]:
    """What validating finds, by path."""
    try:
        request.validate()
    except ValidationError as error:
        return dict(error.findings)
    return {}


def required_of(name: str) -> list[str]:
    return [wire for _, wire, _, required in FIELDS.get(name, []) if required or wire in REQUIRED_TOO.get(name, ())]


# Declarations


def test_the_table_holds_all_models_but_the_sixteen_of_the_campaigns() -> None:
    public = [getattr(fota_sdk, name) for name in fota_sdk.__all__]
    models = {thing.__name__ for thing in public if isinstance(thing, type) and issubclass(thing, Model)}

    assert len(FIELDS) == 55
    assert sum(map(len, FIELDS.values())) == 292
    assert len(models) == 71
    assert set(FIELDS) < models


def type_words(hint: Any) -> str:
    """A type as the facts page writes it."""
    if get_origin(hint) is list:
        return f"list[{type_words(get_args(hint)[0])}]"
    return str(hint.__name__)


@every_model
def test_a_model_declares_the_fields_of_the_facts_page_in_its_order(name: str) -> None:
    model = MODELS[name]
    hints = get_type_hints(model)
    declared = []
    for field, declaration in fields_of(model):
        options = get_args(hints[field]) if get_origin(hints[field]) in (Union, UnionType) else (hints[field],)
        optional = NoneType in options
        assert optional is not declaration.required
        others = [option for option in options[1:] if option is not NoneType]
        assert others == ([tuple[str, ...]] if name in REQUESTS and options[0] == list[str] else [])
        declared.append((field, declaration.wire, type_words(options[0]), declaration.required))

    required = required_of(name)
    assert declared == [(field, wire, kind, wire in required) for field, wire, kind, _ in FIELDS[name]]


@every_model
def test_a_model_takes_its_arguments_in_the_order_of_the_facts_page(name: str) -> None:
    values = [sample(kind)[0] for _, _, kind, _ in FIELDS[name]]

    filled = MODELS[name](*values)

    assert [getattr(filled, field) for field, _, _, _ in FIELDS[name]] == values
    with pytest.raises(TypeError):
        MODELS[name](*values, "one too many")


@every_model
def test_a_model_is_written_and_read_under_the_keys_of_the_facts_page(name: str) -> None:
    wire = {key: sample(kind)[1] for _, key, kind, _ in FIELDS[name]}

    filled = MODELS[name](**{field: sample(kind)[0] for field, _, kind, _ in FIELDS[name]})
    read = MODELS[name].from_dictionary(wire)

    assert list(filled.to_dictionary().items()) == list(wire.items())
    assert read == filled
    assert read.additional_properties == {}
    assert [type(getattr(read, field)) for field, _, _, _ in FIELDS[name]] == [
        type(sample(kind)[0]) for _, _, kind, _ in FIELDS[name]
    ]


@every_model
def test_what_is_absent_or_null_reads_as_none_and_nothing_is_invented(name: str) -> None:
    absent = MODELS[name].from_dictionary({})
    null = MODELS[name].from_dictionary({key: None for _, key, _, _ in FIELDS[name]})

    for field, key, _, _ in FIELDS[name]:
        assert getattr(absent, field) is None
        assert getattr(null, field) == ([] if key == "campaignList" else None)
    assert absent.to_dictionary() == MODELS[name]().to_dictionary() == {}


@pytest.mark.parametrize(
    ("name", "wire", "kind"),
    [(name, wire, kind) for name, rows in FIELDS.items() for _, wire, kind, _ in rows],
    ids=lambda value: value,
)
def test_a_field_refuses_json_of_another_type(name: str, wire: str, kind: str) -> None:
    wrong: list[Any] = {
        "str": [1.5, True, [], {}],
        "int": ["soon", 1.5, True, [], {}],
        "bool": ["true", 1, 0, [], {}],
        "date": ["soon", 20300102, True, [], {}],
        "list[str]": [IMEIS[0], 7, True, {}, [7]],
    }.get(kind, ["text", 7, True, {}, [7]])
    takes_number = wire in NUMBER_FOR_TEXT or name == "DownloadTimeWindow"
    for value in wrong if kind != "str" or takes_number else [*wrong, 7]:
        with pytest.raises(ValidationError) as caught:
            MODELS[name].from_dictionary({wire: value})
        assert paths(caught.value) == [f"{wire}[0]" if value and isinstance(value, list) else wire]


# Requests


@every_request
def test_an_empty_request_lacks_exactly_what_is_required(name: str) -> None:
    assert findings_of(MODELS[name]()) == dict.fromkeys(required_of(name), "is required")


@pytest.mark.parametrize("facts", [facts for facts in FAMILY if facts.body_type not in (None, "form")], ids=str)
def test_the_bodies_of_the_examples_are_valid_and_survive_a_round_trip(facts: Facts) -> None:
    model: Any = getattr(fota_sdk, facts.body_type or "")
    request = model.from_dictionary(facts.body)

    request.validate()
    assert request.to_dictionary() == facts.body
    assert request.additional_properties == {}
    assert model.from_json(request.to_json()) == request


SCHEDULES: list[Any] = [UploadAndScheduleFileRequest, SchedulesSoftwareUpgradeRequest]
every_schedule = pytest.mark.parametrize("model", SCHEDULES)
BODY_OF: dict[str | None, Any] = {facts.body_type: facts.body for facts in FAMILY}


def schedule(model: type[Any], **changes: Any) -> Any:
    request = model.from_dictionary(BODY_OF[model.__name__])
    for name, value in changes.items():
        setattr(request, name, value)
    return request


@every_schedule
@pytest.mark.parametrize("name", ["start_date", "end_date", "download_after_date", "install_after_date"])
@pytest.mark.parametrize(
    "text", ["", "soon", "20300102", "2030-1-2", "2030-02-30", "2030-01-02T00:00:00", "02/01/2030"]
)
def test_a_day_of_a_schedule_is_a_text_of_one_shape(model: type[Any], name: str, text: str) -> None:
    with pytest.raises(ValidationError, match="must be a date or a str YYYY-MM-DD") as caught:
        schedule(model, **{name: text}).validate()

    assert len(caught.value.findings) == 1


@every_schedule
def test_a_day_of_a_schedule_stays_a_text_whatever_it_was_given_as(model: type[Any]) -> None:
    mapping = BODY_OF[model.__name__] | {"startDate": date(2030, 1, 2), "endDate": "2030-01-02"}
    request = model.from_dictionary(mapping)

    request.validate()
    assert (request.start_date, request.end_date) == ("2030-01-02", "2030-01-02")
    assert schedule(model, end_date=date(2030, 1, 2)).to_dictionary()["endDate"] == "2030-01-02"


@every_schedule
def test_a_schedule_does_not_end_before_it_starts(model: type[Any]) -> None:
    with pytest.raises(ValidationError) as caught:
        schedule(model, start_date="2030-01-03", end_date="2030-01-02").validate()

    assert caught.value.findings == (("endDate", "must not be before startDate 2030-01-03, got 2030-01-02"),)


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        ("0", "1", {}),
        ("00", "24", {}),
        ("23", "24", {}),
        (None, "1", {}),
        ("22", None, {}),
        ("20:00", "8 pm", {}),  # whether the service takes it is not known
        ("24", "24", {"startTime": "must be from 0 to 23, got 24"}),
        ("1", "25", {"endTime": "must be from 1 to 24, got 25"}),
        ("1", "0", {"endTime": "must be from 1 to 24, got 0"}),
        ("99", "0", {"startTime": "must be from 0 to 23, got 99", "endTime": "must be from 1 to 24, got 0"}),
        ("22", "4", {"endTime": "must be after startTime 22, got 4; over midnight takes two windows"}),
        ("22", "22", {"endTime": "must be after startTime 22, got 22; over midnight takes two windows"}),
        (20, "21", {"startTime": "must be a str, got int"}),
    ],
)
def test_the_hours_of_a_text_window_are_checked_where_they_are_numbers(
    start: Any, end: Any, found: dict[str, str]
) -> None:
    window = DownloadTimeWindow(start, end)
    for request, path in (
        (window, ""),
        (schedule(UploadAndScheduleFileRequest, download_time_window_list=[window]), "downloadTimeWindowList[0]."),
    ):
        assert findings_of(request) == {path + key: message for key, message in found.items()}


def test_a_number_of_a_request_is_zero_or_more() -> None:
    V2ListOfLicensesToRemoveRequest([IMEIS[0]], count=0).validate()
    for count in (-1, 10**30, True):
        with pytest.raises(ValidationError) as caught:
            V2ListOfLicensesToRemoveRequest([IMEIS[0]], count=count).validate()
        assert paths(caught.value) == ["count"]


def test_where_a_text_is_wanted_a_day_is_refused_with_the_way_to_its_text() -> None:
    with pytest.raises(ValidationError, match=r"isoformat\(\)"):
        fota_sdk.V3AddOrRemoveDeviceRequest(date(2030, 1, 2), IMEIS).validate()  # type: ignore[arg-type] # on purpose
    with pytest.raises(ValidationError, match=r"isoformat\(\)"):
        SoftwarePackage.from_dictionary({"launchDate": date(2030, 1, 2)})


# Responses


def unknown_keys(value: Any) -> list[str]:
    """All keys in a model and below it that it does not declare."""
    if isinstance(value, list):
        return [key for item in value for key in unknown_keys(item)]
    if not isinstance(value, Model):
        return []
    below = [key for name, _ in fields_of(type(value)) for key in unknown_keys(getattr(value, name))]
    return [*value.additional_properties, *below]


@pytest.mark.parametrize("facts", [facts for facts in FAMILY if facts.answer is not None], ids=str)
def test_the_responses_of_the_examples_survive_a_round_trip(facts: Facts) -> None:
    kind = facts.answer_type
    model: Any = getattr(fota_sdk, kind.removeprefix("list[").removesuffix("]"))
    for data in facts.answer if kind.startswith("list[") else [facts.answer]:
        read = model.from_dictionary(data)
        assert unknown_keys(read) == []
        assert read.to_dictionary() == data
        assert model.from_json(read.to_json()) == read
        assert [wire for wire in required_of(model.__name__) if wire not in data] == []


@pytest.mark.parametrize(("place", "others"), ALSO.items(), ids=lambda value: value[0])
def test_other_keys_are_read_where_the_first_is_missing(place: tuple[str, str], others: tuple[str, ...]) -> None:
    name, wire = place
    field = next(field for field, key, _, _ in FIELDS[name] if key == wire)
    keys = [wire, *others]
    for first in range(len(keys)):
        given = {key: str(number) for number, key in list(enumerate(keys))[first:]}
        read = MODELS[name].from_dictionary(given)
        assert str(getattr(read, field)) == str(first)
        assert list(read.additional_properties) == keys[first + 1 :]
        assert MODELS[name].from_dictionary(read.to_dictionary()) == read


@pytest.mark.parametrize("key", ["Reason", "reason"])
def test_other_keys_are_read_in_lists_too(key: str) -> None:
    devices = [{"deviceId": imei, "status": "Failure", key: f"{imei} is unknown"} for imei in IMEIS]
    read = V3LicenseAssignedRemovedResult.from_dictionary({"licTotalCount": 0, "deviceList": devices})

    assert read.lic_count == 0
    assert [device.result_reason for device in read.device_list] == [f"{imei} is unknown" for imei in IMEIS]


@pytest.mark.parametrize("model", [V2CampaignHistory, V3CampaignHistory])
def test_a_null_list_of_campaigns_is_empty_and_an_absent_one_none(model: type[Any]) -> None:
    read = model.from_json('{"hasMoreData": false, "campaignList": null}')

    assert read.campaign_list == []
    assert read.to_dictionary() == {"hasMoreData": False, "campaignList": []}
    assert model.from_json('{"campaignList": null}').campaign_list is not read.campaign_list
    assert model.from_json('{"hasMoreData": false}').campaign_list is None


@pytest.mark.parametrize(
    ("model", "wire", "field"),
    [
        (V3AccountDeviceList, "lastSeenDeviceId", "last_seen_device_id"),
        (V2CampaignHistory, "lastSeenCampaignId", "last_seen_campaign_id"),
        (CheckInHistoryItem, "clientType", "client_type"),
        (DownloadTimeWindow, "startTime", "start_time"),
    ],
)
@pytest.mark.parametrize(
    ("number", "digits"), [(0, "0"), (990013907884253, "990013907884253"), (-1, "-1"), ("01", "01")]
)
def test_a_number_for_a_text_is_read_as_its_digits(
    model: type[Any], wire: str, field: str, number: Any, digits: str
) -> None:
    assert getattr(model.from_dictionary({wire: number}), field) == digits


@pytest.mark.parametrize("number", [1.0, True, 10**5000], ids=["1.0", "True", "huge"])
def test_no_digits_are_made_of_other_numbers(number: Any) -> None:
    with pytest.raises(ValidationError):
        DownloadTimeWindow.from_dictionary({"startTime": number})


def test_hours_as_texts_are_read_where_numbers_are_declared() -> None:
    wire = {"downloadTimeWindowList": [{"startTime": "20", "endTime": "21"}], "fileName": "a"}
    campaign = V2CampaignMetaInfo.from_dictionary(wire)

    assert campaign.download_time_window_list == [V2TimeWindow(20, 21)]
    assert campaign.software_name is None
    assert campaign.additional_properties == {"fileName": "a"}


def test_a_number_as_digits_is_read_where_a_number_is_declared() -> None:
    assert V2CampaignDevice.from_dictionary({"totalDevice": "1148"}).total_device == 1148


FILES: Any = [{"fileName": "a.txt", "launchDate": "2020-08-31"}, {"fileName": "b.txt"}]


@pytest.mark.parametrize(
    "data", [FILES, tuple(FILES), {"AvailableFilesResponse": FILES}], ids=["list", "tuple", "object"]
)
def test_a_list_of_files_is_read_from_an_array_too(data: Any) -> None:
    read = RetrievesAvailableFilesResponseList.from_dictionary(data)

    assert [file.file_name for file in read.available_files_response or []] == ["a.txt", "b.txt"]
    assert read.to_dictionary() == {"AvailableFilesResponse": FILES}


def test_an_array_of_files_may_be_empty_and_is_read_from_json() -> None:
    assert RetrievesAvailableFilesResponseList.from_json("[]").available_files_response == []
    with pytest.raises(ValidationError) as caught:
        RetrievesAvailableFilesResponseList.from_json('[{"fileName": 7}, null]')
    assert paths(caught.value) == ["AvailableFilesResponse[0].fileName", "AvailableFilesResponse[1]"]
    with pytest.raises(ValidationError, match="must be an object"):
        RetrievesAvailableFilesResponse.from_json("[]")


def test_zero_empty_text_false_and_empty_lists_stay_what_they_are() -> None:
    summary = V3LicenseSummary.from_dictionary({"assignedLicenses": 0, "hasMoreData": False, "deviceList": []})
    device = V3DeviceStatus.from_dictionary({"resultReason": "", "deviceId": ""})

    assert (summary.assigned_licenses, summary.has_more_data, summary.device_list) == (0, False, [])
    assert summary.total_licenses is None
    assert (device.result_reason, device.device_id) == ("", "")
    assert FotaV3Subscription.from_dictionary({"licenseCount": 0}).to_dictionary() == {"licenseCount": 0}


def test_a_null_under_one_key_does_not_hide_what_another_says() -> None:
    read = DeviceFirmwareUpgrade.from_dictionary({"id": "another", "campaignId": None})

    assert read.campaign_id == "another"
    assert read.additional_properties == {}
    assert (
        V3DeviceStatus.from_dictionary({"resultReason": None, "Reason": None, "reason": "why"}).result_reason == "why"
    )
    assert V3DeviceStatus.from_dictionary({"Reason": None, "reason": None}) == V3DeviceStatus()


def test_of_two_spellings_in_a_request_one_is_refused() -> None:
    summary = V3LicenseSummary(total_licenses=1, additional_properties={"totalLicense": 2})
    with pytest.raises(ValidationError) as caught:
        summary.validate()
    assert ("totalLicenses", "is given as 'totalLicense' too; use one of them") in caught.value.findings


# Types and texts


@pytest.mark.parametrize("name", [name for name in fota_sdk.__all__ if name != "__version__"])
def test_the_types_of_every_public_name_can_be_asked_for(name: str) -> None:
    thing = getattr(fota_sdk, name)
    typing.get_type_hints(thing)
    for member in vars(thing).values() if isinstance(thing, type) else ():
        member = getattr(member, "__func__", member)
        if callable(member) and str(getattr(member, "__module__", "")).startswith("fota_sdk"):
            typing.get_type_hints(member)


def test_the_types_are_read_while_a_test_freezes_the_time_too() -> None:
    before = fields_of(V2CampaignMetaInfo)

    with freeze_time("2030-01-02"):
        meanwhile = fields_of.__wrapped__(V2CampaignMetaInfo)  # type: ignore[attr-defined] # as if it were the first use

    kinds = [(type(one.declaration.kind), one.declaration.required) for one in before]
    assert [(type(one.declaration.kind), one.declaration.required) for one in meanwhile] == kinds


@pytest.mark.parametrize(
    "name", [*FIELDS, "Campaign", "CampaignFirmwareUpgrade", "V3TimeWindow", "FotaV2SuccessResult"]
)
def test_every_field_is_described_below_it_and_in_help(name: str) -> None:
    model = getattr(fota_sdk, name)
    texts = docs_of(model)

    assert list(texts) == [field for field, _ in fields_of(model)]
    for field, declaration in fields_of(model):
        text = texts[field]
        assert text[0].isupper() or text[0] == '"'
        assert text.endswith(".")
        assert f"    {field}: {text}" + (" Required." if declaration.required else "") in model.__doc__.splitlines()
    assert model.__doc__.startswith(vars(model)["__doc__"])
    assert model().__doc__ == model.__doc__


def test_a_model_without_sources_tells_its_summary_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_source(_: object) -> str:
        raise OSError("could not get source code")

    monkeypatch.setattr("inspect.getsource", no_source)

    assert docs_of(CallbackSummary) == {}
    assert CallbackSummary.__doc__ == "The callback listener of an account (V2)."


class WithTextsForSome:
    name: str
    """What it
    is called."""
    size: int
    kind: str

    def method(self) -> None:
        """Not the text of a field."""


def test_a_field_without_a_text_has_none_whatever_follows_it() -> None:
    assert docs_of(WithTextsForSome) == {"name": "What it is called."}


@pytest.mark.parametrize("options", [[], ["-OO"]], ids=["as usual", "without docstrings"])
def test_the_source_of_a_model_is_read_once_somebody_asks_for_its_texts(options: list[str]) -> None:
    script = """
import linecache
from fota_sdk import V3DeviceStatus
V3DeviceStatus.from_dictionary({"deviceId": "1"}).validate
print([name for name in linecache.cache if "v3_device_status" in name])
print("    device_id: Device: a 15-digit IMEI. Required." in V3DeviceStatus.__doc__.splitlines())
"""
    run = subprocess.run([sys.executable, *options, "-c", script], capture_output=True, text=True, timeout=30)
    assert (run.stdout, run.stderr) == ("[]\nTrue\n", "")


def test_an_annotation_that_no_kind_stands_for_is_refused_with_its_name() -> None:
    module = sys.modules[Model.__module__]
    with pytest.raises(TypeError, match="no kind of field holds <class 'float'>; name one by kind="):
        module._kind_of(float)  # type: ignore[attr-defined] # what a declaration of a field goes through
