"""Routes and wire names as the facts page gives them, typed by hand: nothing here is taken from the package."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, NamedTuple

import pytest
import responses

from fota_sdk import (
    Campaign,
    CampaignFirmwareUpgrade,
    CampaignSoftware,
    CampaignSoftwareUpgrade,
    CampaignStatus,
    DeviceListChange,
    DeviceStatus,
    FirmwareCampaign,
    FotaClient,
    FotaV2SuccessResult,
    FotaV3SuccessResult,
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
from fota_sdk.core.model import fields_of
from tests.conftest import ACCOUNT, CAMPAIGN_ID, IMEIS


class Request(NamedTuple):
    """A call and what it puts on the wire."""

    call: Callable[[FotaClient], Any]
    method: str
    path: str
    body: bytes | None
    answer: dict[str, Any]


SCHEDULE_V2 = CampaignSoftwareUpgrade(
    campaign_name="Spring",
    software_name="Package",
    software_from="1.0",
    software_to="1.1",
    distribution_type="HTTP",
    start_date=date(2030, 1, 2),
    end_date=date(2030, 1, 3),
    download_after_date=date(2030, 1, 2),
    download_time_window_list=[V2TimeWindow(0, 1), V2TimeWindow(22, 24)],
    install_after_date=date(2030, 1, 3),
    install_time_window_list=[V2TimeWindow(2, 3)],
    device_list=IMEIS,
)
SCHEDULE_V3 = CampaignFirmwareUpgrade(
    campaign_name="Spring",
    firmware_name="Package",
    firmware_from="1.0",
    firmware_to="1.1",
    start_date=date(2030, 1, 2),
    end_date=date(2030, 1, 3),
    campaign_time_window_list=[V3TimeWindow(0, 24)],
    device_list=IMEIS,
    auto_assign_license_flag=True,
    auto_add_devices_flag=False,
)
DATES_V2 = V2ChangeCampaignDatesRequest(date(2030, 1, 2), date(2030, 1, 3), None, [V2TimeWindow(0, 24)])
DATES_V3 = V3ChangeCampaignDatesRequest(date(2030, 1, 2), date(2030, 1, 3), [V3TimeWindow(0, 24)])
DEVICES_BODY = b'{"Type":"append","deviceList":["990013907884253","990013907835578","990013907833573"]}'

REQUESTS = {
    "v2.schedule_campaign_firmware_upgrade": Request(
        lambda client: client.campaigns_v2.schedule_campaign_firmware_upgrade(ACCOUNT, SCHEDULE_V2),
        "POST",
        "/api/fota/v2/campaigns/0000123456-00001",
        b'{"campaignName":"Spring","softwareName":"Package","softwareFrom":"1.0","softwareTo":"1.1",'
        b'"distributionType":"HTTP","startDate":"2030-01-02","endDate":"2030-01-03","downloadAfterDate":"2030-01-02",'
        b'"downloadTimeWindowList":[{"startTime":0,"endTime":1},{"startTime":22,"endTime":24}],'
        b'"installAfterDate":"2030-01-03","installTimeWindowList":[{"startTime":2,"endTime":3}],'
        b'"deviceList":["990013907884253","990013907835578","990013907833573"]}',
        {"id": CAMPAIGN_ID},
    ),
    "v2.get_campaign_information": Request(
        lambda client: client.campaigns_v2.get_campaign_information(ACCOUNT, CAMPAIGN_ID),
        "GET",
        "/api/fota/v2/campaigns/0000123456-00001/60b5d639-ccdc-4db8-8824-069bd94c95bf",
        None,
        {"id": CAMPAIGN_ID},
    ),
    "v2.update_campaign_firmware_devices": Request(
        lambda client: client.campaigns_v2.update_campaign_firmware_devices(
            ACCOUNT, CAMPAIGN_ID, V2AddOrRemoveDeviceRequest("append", IMEIS)
        ),
        "PUT",
        "/api/fota/v2/campaigns/0000123456-00001/60b5d639-ccdc-4db8-8824-069bd94c95bf",
        DEVICES_BODY,
        {"requestId": "1"},
    ),
    "v2.cancel_campaign": Request(
        lambda client: client.campaigns_v2.cancel_campaign(ACCOUNT, CAMPAIGN_ID),
        "DELETE",
        "/api/fota/v2/campaigns/0000123456-00001/60b5d639-ccdc-4db8-8824-069bd94c95bf",
        None,
        {"success": True},
    ),
    "v2.update_campaign_dates": Request(
        lambda client: client.campaigns_v2.update_campaign_dates(ACCOUNT, CAMPAIGN_ID, DATES_V2),
        "PUT",
        "/api/fota/v2/campaigns/0000123456-00001/60b5d639-ccdc-4db8-8824-069bd94c95bf/dates",
        b'{"startDate":"2030-01-02","endDate":"2030-01-03","downloadTimeWindowList":[{"startTime":0,"endTime":24}]}',
        {"id": CAMPAIGN_ID},
    ),
    "v3.schedule_campaign_firmware_upgrade": Request(
        lambda client: client.campaigns_v3.schedule_campaign_firmware_upgrade(ACCOUNT, SCHEDULE_V3),
        "POST",
        "/api/fota/v3/campaigns/firmware/0000123456-00001",
        b'{"campaignName":"Spring","firmwareName":"Package","firmwareFrom":"1.0","firmwareTo":"1.1",'
        b'"protocol":"LWM2M","startDate":"2030-01-02","endDate":"2030-01-03",'
        b'"campaignTimeWindowList":[{"startTime":0,"endTime":24}],'
        b'"deviceList":["990013907884253","990013907835578","990013907833573"],'
        b'"autoAssignLicenseFlag":true,"autoAddDevicesFlag":false}',
        {"id": CAMPAIGN_ID},
    ),
    "v3.update_campaign_firmware_devices": Request(
        lambda client: client.campaigns_v3.update_campaign_firmware_devices(
            ACCOUNT, CAMPAIGN_ID, V3AddOrRemoveDeviceRequest("append", IMEIS)
        ),
        "PUT",
        "/api/fota/v3/campaigns/firmware/0000123456-00001/60b5d639-ccdc-4db8-8824-069bd94c95bf",
        DEVICES_BODY,
        {"campaignId": CAMPAIGN_ID},
    ),
    "v3.update_campaign_dates": Request(
        lambda client: client.campaigns_v3.update_campaign_dates(ACCOUNT, CAMPAIGN_ID, DATES_V3),
        "PUT",
        "/api/fota/v3/campaigns/firmware/0000123456-00001/60b5d639-ccdc-4db8-8824-069bd94c95bf/dates",
        b'{"startDate":"2030-01-02","endDate":"2030-01-03","campaignTimeWindowList":[{"startTime":0,"endTime":24}]}',
        {"id": CAMPAIGN_ID},
    ),
    "v3.get_campaign_information": Request(
        lambda client: client.campaigns_v3.get_campaign_information(ACCOUNT, CAMPAIGN_ID),
        "GET",
        "/api/fota/v3/campaigns/0000123456-00001/60b5d639-ccdc-4db8-8824-069bd94c95bf",
        None,
        {"id": CAMPAIGN_ID},
    ),
    "v3.cancel_campaign": Request(
        lambda client: client.campaigns_v3.cancel_campaign(ACCOUNT, CAMPAIGN_ID),
        "DELETE",
        "/api/fota/v3/campaigns/0000123456-00001/60b5d639-ccdc-4db8-8824-069bd94c95bf",
        None,
        {"success": True},
    ),
}


@pytest.fixture
def http() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as http:
        yield http


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS)
def test_each_operation_sends_its_method_path_headers_and_bytes(
    client: FotaClient, http: responses.RequestsMock, request_: Request
) -> None:
    http.add(request_.method, "https://thingspace.verizon.com" + request_.path, json=request_.answer)

    request_.call(client)

    sent = http.calls[0].request
    assert sent.method == request_.method
    assert sent.url == "https://thingspace.verizon.com" + request_.path
    assert sent.headers["Authorization"] == "Bearer api-token"
    assert sent.headers["VZ-M2M-Token"] == "session-token"
    assert sent.headers["Accept"] == "application/json"
    assert sent.body == request_.body
    if request_.body is None:
        assert "Content-Type" not in sent.headers
    else:
        assert sent.headers["Content-Type"] == "application/json"


R, O = True, False  # noqa: E741 - required and optional, as the facts page writes them
Row = tuple[str, str, str, bool]

WINDOW: list[Row] = [("start_time", "startTime", "hour", R), ("end_time", "endTime", "hour", R)]
DEVICES_REQUEST: list[Row] = [("mtype", "Type", "str", R), ("device_list", "deviceList", "list[str]", R)]
SUCCESS: list[Row] = [("success", "success", "bool", R)]

REQUEST_MODELS: dict[type[Any], list[Row]] = {
    V2TimeWindow: WINDOW,
    V3TimeWindow: WINDOW,
    V2AddOrRemoveDeviceRequest: DEVICES_REQUEST,
    V3AddOrRemoveDeviceRequest: DEVICES_REQUEST,
    CampaignSoftwareUpgrade: [
        ("campaign_name", "campaignName", "str", O),
        ("software_name", "softwareName", "str", R),
        ("software_from", "softwareFrom", "str", R),
        ("software_to", "softwareTo", "str", R),
        ("distribution_type", "distributionType", "str", R),
        ("start_date", "startDate", "date", R),
        ("end_date", "endDate", "date", R),
        ("download_after_date", "downloadAfterDate", "date", O),
        ("download_time_window_list", "downloadTimeWindowList", "list[V2TimeWindow]", O),
        ("install_after_date", "installAfterDate", "date", O),
        ("install_time_window_list", "installTimeWindowList", "list[V2TimeWindow]", O),
        ("device_list", "deviceList", "list[str]", R),
    ],
    V2ChangeCampaignDatesRequest: [
        ("start_date", "startDate", "date", R),
        ("end_date", "endDate", "date", R),
        ("download_after_date", "downloadAfterDate", "date", O),
        ("download_time_window_list", "downloadTimeWindowList", "list[V2TimeWindow]", O),
        ("install_after_date", "installAfterDate", "date", O),
        ("install_time_window_list", "installTimeWindowList", "list[V2TimeWindow]", O),
    ],
    CampaignFirmwareUpgrade: [
        ("campaign_name", "campaignName", "str", O),
        ("firmware_name", "firmwareName", "str", R),
        ("firmware_from", "firmwareFrom", "str", R),
        ("firmware_to", "firmwareTo", "str", R),
        ("protocol", "protocol", "str", R),
        ("start_date", "startDate", "date", R),
        ("end_date", "endDate", "date", R),
        ("campaign_time_window_list", "campaignTimeWindowList", "list[V3TimeWindow]", O),
        ("device_list", "deviceList", "list[str]", R),
        ("auto_assign_license_flag", "autoAssignLicenseFlag", "bool", O),
        ("auto_add_devices_flag", "autoAddDevicesFlag", "bool", O),
    ],
    V3ChangeCampaignDatesRequest: [
        ("start_date", "startDate", "date", R),
        ("end_date", "endDate", "date", R),
        ("campaign_time_window_list", "campaignTimeWindowList", "list[V3TimeWindow]", O),
    ],
}

ANSWER_MODELS: dict[type[Any], list[Row]] = {
    CampaignSoftware: [
        ("id", "id", "str", R),
        ("account_name", "accountName", "str", R),
        ("campaign_name", "campaignName", "str", O),
        ("software_name", "softwareName", "str", R),
        ("distribution_type", "distributionType", "str", R),
        ("make", "make", "str", R),
        ("model", "model", "str", R),
        ("software_from", "softwareFrom", "str", R),
        ("software_to", "softwareTo", "str", R),
        ("start_date", "startDate", "date", R),
        ("end_date", "endDate", "date", R),
        ("download_after_date", "downloadAfterDate", "date", O),
        ("download_time_window_list", "downloadTimeWindowList", "list[V2TimeWindow]", O),
        ("install_after_date", "installAfterDate", "date", O),
        ("install_time_window_list", "installTimeWindowList", "list[V2TimeWindow]", O),
        ("status", "status", "str", R),
    ],
    V2AddOrRemoveDeviceResult: [
        ("account_name", "accountName", "str", R),
        ("campaign_id", "campaignId", "str", R),
        ("request_id", "requestId", "str", R),
    ],
    FotaV2SuccessResult: SUCCESS,
    FotaV3SuccessResult: SUCCESS,
    FirmwareCampaign: [
        ("id", "id", "str", R),
        ("account_name", "accountName", "str", R),
        ("campaign_name", "campaignName", "str", O),
        ("firmware_name", "firmwareName", "str", O),
        ("firmware_from", "firmwareFrom", "str", R),
        ("firmware_to", "firmwareTo", "str", R),
        ("protocol", "protocol", "str", R),
        ("make", "make", "str", R),
        ("model", "model", "str", R),
        ("start_date", "startDate", "date", R),
        ("end_date", "endDate", "date", R),
        ("campaign_time_window_list", "campaignTimeWindowList", "list[V3TimeWindow]", O),
        ("status", "status", "str", R),
    ],
    Campaign: [
        ("id", "id", "str", R),
        ("account_name", "accountName", "str", R),
        ("campaign_name", "campaignName", "str", O),
        ("firmware_name", "firmwareName", "str", O),
        ("firmware_from", "firmwareFrom", "str", O),
        ("firmware_to", "firmwareTo", "str", O),
        ("protocol", "protocol", "str", R),
        ("make", "make", "str", R),
        ("model", "model", "str", R),
        ("start_date", "startDate", "date", R),
        ("end_date", "endDate", "date", R),
        ("campaign_time_window_list", "campaignTimeWindowList", "list[V3TimeWindow]", O),
        ("status", "status", "str", R),
        ("auto_assign_license_flag", "autoAssignLicenseFlag", "bool", O),
        ("auto_add_devices_flag", "autoAddDevicesFlag", "bool", O),
    ],
    V3AddOrRemoveDeviceResult: [
        ("account_name", "accountName", "str", R),
        ("campaign_id", "campaignId", "str", R),
        ("device_list", "deviceList", "list[V3DeviceListItem]", R),
    ],
    V3DeviceListItem: [
        ("device_id", "deviceId", "str", O),
        ("status", "status", "str", O),
        ("reason", "Reason", "str", O),
    ],
}

MODELS = REQUEST_MODELS | ANSWER_MODELS
every_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)


def sample(kind: str, place: int) -> tuple[Any, Any]:
    """A value of a field and the JSON that it stands for; both differ from place to place."""
    day = date(2030, 1, place + 1)
    return {
        "str": (f"text {place}", f"text {place}"),
        "hour": (place, place),
        "bool": (place % 2 == 0, place % 2 == 0),
        "date": (day, f"2030-01-{place + 1:02}"),
        "list[str]": ([f"first {place}", f"second {place}"], [f"first {place}", f"second {place}"]),
        "list[V2TimeWindow]": ([V2TimeWindow(0, place)], [{"startTime": 0, "endTime": place}]),
        "list[V3TimeWindow]": ([V3TimeWindow(0, place)], [{"startTime": 0, "endTime": place}]),
        "list[V3DeviceListItem]": ([V3DeviceListItem(f"imei {place}")], [{"deviceId": f"imei {place}"}]),
    }[kind]


WRONG_JSON: dict[str, list[Any]] = {
    "str": [7, 1.5, True, [], {}],
    "hour": ["soon", 1.5, True, [], {}],
    "bool": ["true", 1, 0, [], {}],
    "date": ["soon", 20300102, True, [], {}],
    "list[str]": ["990013907884253", 7, True, {}, [7]],
    "list[V2TimeWindow]": ["0-24", 7, True, {}, [7]],
    "list[V3TimeWindow]": ["0-24", 7, True, {}, [7]],
    "list[V3DeviceListItem]": ["990013907884253", 7, True, {}, ["990013907884253"]],
}


def test_the_table_holds_the_sixteen_models() -> None:
    assert len(MODELS) == 16


@every_model
def test_a_model_takes_its_arguments_in_the_order_of_the_facts_page(model: type[Any]) -> None:
    rows = MODELS[model]
    values = [sample(kind, place)[0] for place, (_, _, kind, _) in enumerate(rows)]

    filled = model(*values)

    assert [getattr(filled, name) for name, _, _, _ in rows] == values
    with pytest.raises(TypeError):
        model(*values, "one too many")


@every_model
def test_a_model_is_written_under_the_wire_names_of_the_facts_page(model: type[Any]) -> None:
    rows = MODELS[model]
    filled = model(**{name: sample(kind, place)[0] for place, (name, _, kind, _) in enumerate(rows)})

    written = filled.to_dictionary()

    assert written == {wire: sample(kind, place)[1] for place, (_, wire, kind, _) in enumerate(rows)}
    assert list(written) == [wire for _, wire, _, _ in rows]


@every_model
def test_a_model_is_read_from_the_wire_names_of_the_facts_page(model: type[Any]) -> None:
    rows = MODELS[model]

    read = model.from_dictionary({wire: sample(kind, place)[1] for place, (_, wire, kind, _) in enumerate(rows)})

    for place, (name, _, kind, _) in enumerate(rows):
        assert getattr(read, name) == sample(kind, place)[0]
        assert type(getattr(read, name)) is type(sample(kind, place)[0])
    assert read.additional_properties == {}


@pytest.mark.parametrize(
    ("model", "wire", "kind"),
    [
        pytest.param(model, wire, kind, id=f"{model.__name__}.{wire}")
        for model, rows in MODELS.items()
        for _, wire, kind, _ in rows
    ],
)
def test_a_field_refuses_json_of_another_type(model: type[Any], wire: str, kind: str) -> None:
    for wrong in WRONG_JSON[kind]:
        with pytest.raises(ValidationError) as caught:
            model.from_dictionary({wire: wrong})
        (path, _), *others = caught.value.findings
        assert path == (f"{wire}[0]" if wrong and isinstance(wrong, list) else wire)
        assert others == []


@pytest.mark.parametrize("model", REQUEST_MODELS, ids=lambda model: model.__name__)
def test_an_empty_request_lacks_exactly_what_the_facts_page_requires(model: type[Any]) -> None:
    defaults = {"protocol"} if model is CampaignFirmwareUpgrade else set()

    with pytest.raises(ValidationError) as caught:
        model().validate()

    required = [wire for _, wire, _, required in REQUEST_MODELS[model] if required and wire not in defaults]
    assert [path for path, _ in caught.value.findings] == required
    assert all(message.startswith("is required") for _, message in caught.value.findings)


@pytest.mark.parametrize("model", REQUEST_MODELS, ids=lambda model: model.__name__)
def test_a_request_that_holds_only_what_is_required_is_valid(model: type[Any]) -> None:
    rows = REQUEST_MODELS[model]
    model(
        **{name: sample(kind, place)[0] for place, (name, _, kind, required) in enumerate(rows) if required}
    ).validate()


@pytest.mark.parametrize("model", ANSWER_MODELS, ids=lambda model: model.__name__)
def test_a_response_declares_as_required_what_the_facts_page_requires(model: type[Any]) -> None:
    declared = [(name, declaration.wire, declaration.required) for name, declaration in fields_of(model)]

    assert declared == [(name, wire, required) for name, wire, _, required in ANSWER_MODELS[model]]


@every_model
def test_every_default_is_none_save_the_protocol_of_a_firmware_upgrade(model: type[Any]) -> None:
    defaults = {"protocol": "LWM2M"} if model is CampaignFirmwareUpgrade else {}

    assert model().to_dictionary() == defaults
    assert [getattr(model(), name) for name, _, _, _ in MODELS[model]] == [
        defaults.get(name) for name, _, _, _ in MODELS[model]
    ]


@every_model
def test_an_absent_key_is_read_as_none_and_nothing_is_invented(model: type[Any]) -> None:
    read = model.from_dictionary({})

    assert [getattr(read, name) for name, _, _, _ in MODELS[model]] == [None] * len(MODELS[model])
    assert read.to_dictionary() == {}


def test_the_campaign_status_values_are_those_of_the_facts_page() -> None:
    assert {name: value for name, value in vars(CampaignStatus).items() if name.isupper()} == {
        "REQUEST_PENDING": "CampaignRequestPending",
        "REQUEST_FAILED": "CampaignRequestFailed",
        "REQUEST_QUEUED": "CampaignRequestQueued",
        "QUEUED": "CampaignQueued",
        "PRE_SCHEDULED": "CampaignPreScheduled",
        "SCHEDULED": "CampaignScheduled",
        "ENDED": "CampaignEnded",
        "CANCELLED": "CampaignCancelled",
        "ABORTED": "CampaignAborted",
        "FAILED": "CampaignFailed",
    }
    assert all(type(value) is str for name, value in vars(CampaignStatus).items() if name.isupper())


@pytest.mark.parametrize(
    ("status", "final"),
    [
        ("CampaignRequestPending", False),
        ("CampaignRequestFailed", True),
        ("CampaignRequestQueued", False),
        ("CampaignQueued", False),
        ("CampaignPreScheduled", False),
        ("CampaignScheduled", False),
        ("CampaignEnded", True),
        ("CampaignCancelled", True),
        ("CampaignAborted", True),
        ("CampaignFailed", True),
        ("RequestPending", False),
        ("pending", False),
        ("campaignended", False),
        ("", False),
        (None, False),
    ],
)
def test_a_status_is_final_where_the_life_cycle_ends(status: str | None, final: bool) -> None:
    assert CampaignStatus.is_final(status) is final


def test_the_device_list_changes_are_append_and_remove() -> None:
    assert {name: value for name, value in vars(DeviceListChange).items() if name.isupper()} == {
        "APPEND": "append",
        "REMOVE": "remove",
    }


def test_the_device_status_values_are_those_of_the_facts_page() -> None:
    assert {name: value for name, value in vars(DeviceStatus).items() if name.isupper()} == {
        "ACCEPTED": "Accepted",
        "DEVICE_REJECTED": "DeviceRejected",
        "UPGRADE_PENDING": "UpgradePending",
        "UPGRADE_SUCCESS": "UpgradeSuccess",
        "UPGRADE_FAILED": "UpgradeFailed",
        "UPGRADED_FAILED": "UpgradedFailed",
        "CAMPAIGN_CANCELLED": "CampaignCancelled",
        "CAMPAIGN_ABORTED": "CampaignAborted",
        "NO_DEVICE_DATA_FROM_NETWORK": "NoDeviceDataFromNetwork",
        "RECEIVED_DEVICE_DATA_FROM_NETWORK": "ReceivedDeviceDataFromNetwork",
        "REQUEST_TO_FOTA_SERVER_FAILED": "RequestToFotaServerFailed",
        "UPGRADE_SCHEDULED": "UpgradeScheduled",
    }


@pytest.mark.parametrize(
    ("status", "success", "final"),
    [
        ("UpgradeSuccess", True, True),
        ("UpgradeFailed", False, True),
        ("UpgradedFailed", False, True),
        ("DeviceRejected", False, True),
        ("CampaignCancelled", False, True),
        ("CampaignAborted", False, True),
        ("Accepted", False, False),
        ("UpgradePending", False, False),
        ("UpgradeScheduled", False, False),
        ("NoDeviceDataFromNetwork", False, False),
        ("ReceivedDeviceDataFromNetwork", False, False),
        ("RequestToFotaServerFailed", False, False),
        ("upgradesuccess", False, False),
        ("UpgradeSuccess ", False, False),
        ("Success", False, False),
        ("UpgradeSucceeded", False, False),
        ("", False, False),
        (None, False, False),
    ],
)
def test_a_device_is_upgraded_or_done_with_where_its_status_says_so(
    status: str | None, success: bool, final: bool
) -> None:
    assert DeviceStatus.is_success(status) is success
    assert DeviceStatus.is_final(status) is final


@pytest.mark.parametrize(
    ("status", "success", "refused"),
    [
        ("AddDeviceSucceed", True, False),
        ("RemoveDeviceSucceed", True, False),
        ("LicenseAssignSuccess", True, False),
        ("Success", True, False),
        ("adddevicesucceeded", True, False),
        ("AddDeviceFailed", False, True),
        ("RemoveDeviceFailed", False, True),
        ("DeviceRejected", False, True),
        ("AddDeviceUnsuccessful", False, True),
        ("AddDeviceNotSuccess", False, True),
        ("AddDevicePending", False, False),
        ("Failed over, will be tried again", False, False),
        ("", False, False),
        (None, False, False),
    ],
)
def test_a_device_of_a_change_is_taken_or_refused_where_its_status_says_so(
    status: str | None, success: bool, refused: bool
) -> None:
    assert DeviceListChange.is_success(status) is success
    assert DeviceListChange.is_refused(status) is refused
