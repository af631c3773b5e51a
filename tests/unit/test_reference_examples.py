"""Every example of the two reference pages, as it stands there, against the response that stands there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import dateutil.parser
import pytest
import responses

from fota_sdk import (
    ApiError,
    Campaign,
    CampaignFirmwareUpgrade,
    CampaignSoftware,
    CampaignSoftwareUpgrade,
    FirmwareCampaign,
    FotaClient,
    FotaV2ResultException,
    FotaV2SuccessResult,
    FotaV3ResultException,
    FotaV3SuccessResult,
    V2AddOrRemoveDeviceRequest,
    V2AddOrRemoveDeviceResult,
    V2ChangeCampaignDatesRequest,
    V2TimeWindow,
    V3AddOrRemoveDeviceRequest,
    V3AddOrRemoveDeviceResult,
    V3ChangeCampaignDatesRequest,
    V3TimeWindow,
)

# ruff: noqa: E501 - what is copied from the pages stays as it is


def v2_devices_by_attributes() -> V2AddOrRemoveDeviceRequest:
    body = V2AddOrRemoveDeviceRequest()
    body.mtype = "remove"
    body.device_list = ["990013907884259", "990013907835573", "990013907833575"]
    return body


def v2_devices_by_arguments() -> V2AddOrRemoveDeviceRequest:
    return V2AddOrRemoveDeviceRequest(
        mtype="remove", device_list=["990013907884259", "990013907835573", "990013907833575"]
    )


def v2_dates_by_attributes() -> V2ChangeCampaignDatesRequest:
    body = V2ChangeCampaignDatesRequest()
    body.start_date = dateutil.parser.parse("2020-08-21").date()
    body.end_date = dateutil.parser.parse("2020-08-22").date()
    body.download_after_date = dateutil.parser.parse("2020-08-21").date()
    body.download_time_window_list = []

    body.download_time_window_list.append(V2TimeWindow())
    body.download_time_window_list[0].start_time = 3
    body.download_time_window_list[0].end_time = 4

    body.install_after_date = dateutil.parser.parse("2020-08-21").date()
    body.install_time_window_list = []

    body.install_time_window_list.append(V2TimeWindow())
    body.install_time_window_list[0].start_time = 5
    body.install_time_window_list[0].end_time = 6
    return body


def v2_dates_by_arguments() -> V2ChangeCampaignDatesRequest:
    return V2ChangeCampaignDatesRequest(
        start_date=dateutil.parser.parse("2020-08-21").date(),
        end_date=dateutil.parser.parse("2020-08-22").date(),
        download_after_date=dateutil.parser.parse("2020-08-21").date(),
        download_time_window_list=[V2TimeWindow(start_time=3, end_time=4)],
        install_after_date=dateutil.parser.parse("2020-08-21").date(),
        install_time_window_list=[V2TimeWindow(start_time=5, end_time=6)],
    )


def v2_schedule_by_attributes() -> CampaignSoftwareUpgrade:
    body = CampaignSoftwareUpgrade()
    body.campaign_name = "FOTA_Verizon_Upgrade"
    body.software_name = "FOTA_Verizon_Model-A_02To03_HF"
    body.software_from = "FOTA_Verizon_Model-A_00To01_HF"
    body.software_to = "FOTA_Verizon_Model-A_02To03_HF"
    body.distribution_type = "HTTP"
    body.start_date = dateutil.parser.parse("2020-08-21").date()
    body.end_date = dateutil.parser.parse("2020-08-22").date()
    body.download_after_date = dateutil.parser.parse("2020-08-21").date()
    body.download_time_window_list = []

    body.download_time_window_list.append(V2TimeWindow())
    body.download_time_window_list[0].start_time = 20
    body.download_time_window_list[0].end_time = 21

    body.install_after_date = dateutil.parser.parse("2020-08-21").date()
    body.install_time_window_list = []

    body.install_time_window_list.append(V2TimeWindow())
    body.install_time_window_list[0].start_time = 22
    body.install_time_window_list[0].end_time = 23

    body.device_list = ["990013907835573", "990013907884259"]
    return body


def v2_schedule_by_arguments() -> CampaignSoftwareUpgrade:
    return CampaignSoftwareUpgrade(
        campaign_name="FOTA_Verizon_Upgrade",
        software_name="FOTA_Verizon_Model-A_02To03_HF",
        software_from="FOTA_Verizon_Model-A_00To01_HF",
        software_to="FOTA_Verizon_Model-A_02To03_HF",
        distribution_type="HTTP",
        start_date=dateutil.parser.parse("2020-08-21").date(),
        end_date=dateutil.parser.parse("2020-08-22").date(),
        download_after_date=dateutil.parser.parse("2020-08-21").date(),
        download_time_window_list=[V2TimeWindow(start_time=20, end_time=21)],
        install_after_date=dateutil.parser.parse("2020-08-21").date(),
        install_time_window_list=[V2TimeWindow(start_time=22, end_time=23)],
        device_list=["990013907835573", "990013907884259"],
    )


def v3_schedule_by_attributes() -> CampaignFirmwareUpgrade:
    body = CampaignFirmwareUpgrade()
    body.firmware_name = "SEQUANSCommunications_GM01Q_SR1.2.0.0-10512_SR1.2.0.0-10657"
    body.firmware_from = "SR1.2.0.0-10512"
    body.firmware_to = "SR1.2.0.0-10657"
    body.protocol = "LWM2M"
    body.start_date = dateutil.parser.parse("2021-09-29").date()
    body.end_date = dateutil.parser.parse("2021-10-01").date()
    body.device_list = []
    body.device_list.append("15-digit IMEI")
    body.campaign_name = "Smart FOTA - test 4"
    body.campaign_time_window_list = []
    body.campaign_time_window_list.append(V3TimeWindow())
    body.campaign_time_window_list[0].start_time = 18
    body.campaign_time_window_list[0].end_time = 22
    return body


def v3_schedule_by_arguments() -> CampaignFirmwareUpgrade:
    return CampaignFirmwareUpgrade(
        firmware_name="SEQUANSCommunications_GM01Q_SR1.2.0.0-10512_SR1.2.0.0-10657",
        firmware_from="SR1.2.0.0-10512",
        firmware_to="SR1.2.0.0-10657",
        protocol="LWM2M",
        start_date=dateutil.parser.parse("2021-09-29").date(),
        end_date=dateutil.parser.parse("2021-10-01").date(),
        device_list=["15-digit IMEI"],
        campaign_name="Smart FOTA - test 4",
        campaign_time_window_list=[V3TimeWindow(start_time=18, end_time=22)],
    )


def v3_devices_by_attributes() -> V3AddOrRemoveDeviceRequest:
    body = V3AddOrRemoveDeviceRequest()
    body.mtype = "remove"
    body.device_list = []
    body.device_list.append("15-digit IMEI")
    return body


def v3_devices_by_arguments() -> V3AddOrRemoveDeviceRequest:
    return V3AddOrRemoveDeviceRequest(mtype="remove", device_list=["15-digit IMEI"])


def v3_dates_by_attributes() -> V3ChangeCampaignDatesRequest:
    body = V3ChangeCampaignDatesRequest()
    body.start_date = dateutil.parser.parse("2022-02-23").date()
    body.end_date = dateutil.parser.parse("2022-02-24").date()
    body.campaign_time_window_list = []
    body.campaign_time_window_list.append(V3TimeWindow())
    body.campaign_time_window_list[0].start_time = 14
    body.campaign_time_window_list[0].end_time = 18
    return body


def v3_dates_by_arguments() -> V3ChangeCampaignDatesRequest:
    return V3ChangeCampaignDatesRequest(
        start_date=dateutil.parser.parse("2022-02-23").date(),
        end_date=dateutil.parser.parse("2022-02-24").date(),
        campaign_time_window_list=[V3TimeWindow(start_time=14, end_time=18)],
    )


class Example(NamedTuple):
    """A call of a reference page, the request that it stands for, and the response of the page."""

    call: Callable[[FotaClient], Any]
    method: str
    url: str
    body: dict[str, Any] | None
    answer: dict[str, Any]
    answer_type: type[Any]
    refusal: type[ApiError]


V2_CANCEL = Example(
    lambda client: client.campaigns_v2.cancel_campaign("0000123456-00001", "60b5d639-ccdc-4db8-8824-069bd94c95bf"),
    "DELETE",
    "https://thingspace.verizon.com/api/fota/v2/campaigns/0000123456-00001/60b5d639-ccdc-4db8-8824-069bd94c95bf",
    None,
    {"success": True},
    FotaV2SuccessResult,
    FotaV2ResultException,
)

V2_GET = Example(
    lambda client: client.campaigns_v2.get_campaign_information(
        "0000123456-00001", "60b5d639-ccdc-4db8-8824-069bd94c95bf"
    ),
    "GET",
    "https://thingspace.verizon.com/api/fota/v2/campaigns/0000123456-00001/60b5d639-ccdc-4db8-8824-069bd94c95bf",
    None,
    {
        "id": "60b5d639-ccdc-4db8-8824-069bd94c95bf",
        "accountName": "0402196254-00001",
        "campaignName": "FOTA_Verizon_Upgrade",
        "softwareName": "FOTA_Verizon_Model-A_02To03_HF",
        "distributionType": "HTTP",
        "make": "Verizon",
        "model": "Model-A",
        "softwareFrom": "FOTA_Verizon_Model-A_00To01_HF",
        "softwareTo": "FOTA_Verizon_Model-A_02To03_HF",
        "startDate": "2020-08-21",
        "endDate": "2020-08-22",
        "downloadAfterDate": "2020-08-21",
        "downloadTimeWindowList": [{"startTime": 20, "endTime": 21}],
        "installAfterDate": "2020-08-21",
        "installTimeWindowList": [{"startTime": 22, "endTime": 23}],
        "status": "CampaignEnded",
    },
    CampaignSoftware,
    FotaV2ResultException,
)


def v2_devices(build: Callable[[], V2AddOrRemoveDeviceRequest]) -> Example:
    return Example(
        lambda client: client.campaigns_v2.update_campaign_firmware_devices(
            "0000123456-00001", "60b5d639-ccdc-4db8-8824-069bd94c95bf", build()
        ),
        "PUT",
        "https://thingspace.verizon.com/api/fota/v2/campaigns/0000123456-00001/60b5d639-ccdc-4db8-8824-069bd94c95bf",
        {"Type": "remove", "deviceList": ["990013907884259", "990013907835573", "990013907833575"]},
        {  # the page shows no response
            "accountName": "0000123456-00001",
            "campaignId": "60b5d639-ccdc-4db8-8824-069bd94c95bf",
            "requestId": "5c6d7e8f-0000-4000-8000-000000000001",
        },
        V2AddOrRemoveDeviceResult,
        FotaV2ResultException,
    )


def v2_dates(build: Callable[[], V2ChangeCampaignDatesRequest]) -> Example:
    return Example(
        lambda client: client.campaigns_v2.update_campaign_dates(
            "0000123456-00001", "60b5d639-ccdc-4db8-8824-069bd94c95bf", build()
        ),
        "PUT",
        "https://thingspace.verizon.com/api/fota/v2/campaigns/0000123456-00001/60b5d639-ccdc-4db8-8824-069bd94c95bf/dates",
        {
            "startDate": "2020-08-21",
            "endDate": "2020-08-22",
            "downloadAfterDate": "2020-08-21",
            "downloadTimeWindowList": [{"startTime": 3, "endTime": 4}],
            "installAfterDate": "2020-08-21",
            "installTimeWindowList": [{"startTime": 5, "endTime": 6}],
        },
        {
            "id": "60b5d639-ccdc-4db8-8824-069bd94c95bf",
            "accountName": "0402196254-00001",
            "campaignName": "FOTA_Verizon_Upgrade",
            "softwareName": "FOTA_Verizon_Model-A_02To03_HF",
            "distributionType": "HTTP",
            "make": "Verizon",
            "model": "Model-A",
            "softwareFrom": "FOTA_Verizon_Model-A_00To01_HF",
            "softwareTo": "FOTA_Verizon_Model-A_02To03_HF",
            "startDate": "2020-08-21",
            "endDate": "2020-08-22",
            "downloadAfterDate": "2020-08-21",
            "downloadTimeWindowList": [{"startTime": 3, "endTime": 4}, {"startTime": 5, "endTime": 6}],
            "installAfterDate": "2020-08-21",
            "installTimeWindowList": [{"startTime": 5, "endTime": 6}, {"startTime": 6, "endTime": 7}],
            "status": "RequestPending",
        },
        CampaignSoftware,
        FotaV2ResultException,
    )


def v2_schedule(build: Callable[[], CampaignSoftwareUpgrade]) -> Example:
    return Example(
        lambda client: client.campaigns_v2.schedule_campaign_firmware_upgrade("0000123456-00001", build()),
        "POST",
        "https://thingspace.verizon.com/api/fota/v2/campaigns/0000123456-00001",
        {
            "campaignName": "FOTA_Verizon_Upgrade",
            "softwareName": "FOTA_Verizon_Model-A_02To03_HF",
            "softwareFrom": "FOTA_Verizon_Model-A_00To01_HF",
            "softwareTo": "FOTA_Verizon_Model-A_02To03_HF",
            "distributionType": "HTTP",
            "startDate": "2020-08-21",
            "endDate": "2020-08-22",
            "downloadAfterDate": "2020-08-21",
            "downloadTimeWindowList": [{"startTime": 20, "endTime": 21}],
            "installAfterDate": "2020-08-21",
            "installTimeWindowList": [{"startTime": 22, "endTime": 23}],
            "deviceList": ["990013907835573", "990013907884259"],
        },
        {
            "id": "60b5d639-ccdc-4db8-8824-069bd94c95bf",
            "accountName": "0402196254-00001",
            "campaignName": "FOTA_Verizon_Upgrade",
            "softwareName": "FOTA_Verizon_Model-A_02To03_HF",
            "distributionType": "HTTP",
            "make": "Verizon",
            "model": "Model-A",
            "softwareFrom": "FOTA_Verizon_Model-A_00To01_HF",
            "softwareTo": "FOTA_Verizon_Model-A_02To03_HF",
            "startDate": "2020-08-21",
            "endDate": "2020-08-22",
            "downloadAfterDate": "2020-08-21",
            "downloadTimeWindowList": [{"startTime": 20, "endTime": 21}],
            "installAfterDate": "2020-08-21",
            "installTimeWindowList": [{"startTime": 22, "endTime": 23}],
            "status": "CampaignRequestPending",
        },
        CampaignSoftware,
        FotaV2ResultException,
    )


V3_GET = Example(
    lambda client: client.campaigns_v3.get_campaign_information(
        "0000123456-00001", "f858b8c4-2153-11ec-8c44-aeb16d1aa652"
    ),
    "GET",
    "https://thingspace.verizon.com/api/fota/v3/campaigns/0000123456-00001/f858b8c4-2153-11ec-8c44-aeb16d1aa652",
    None,
    {
        "id": "f858b8c4-2153-11ec-8c44-aeb16d1aa652",
        "accountName": "0642233522-00001",
        "campaignName": "Smart FOTA - test 4",
        "protocol": "LWM2M",
        "make": "SEQUANS Communications",
        "model": "GM01Q",
        "status": "CampaignPreScheduled",
        "startDate": "2021-09-29",
        "endDate": "2021-10-01",
        "firmwareName": "SEQUANSCommunications_GM01Q_SR1.2.0.0-10512_SR1.2.0.0-10657",
        "firmwareFrom": "SR1.2.0.0-10512",
        "firmwareTo": "SR1.2.0.0-10657",
        "campaignTimeWindowList": [{"startTime": 18, "endTime": 22}],
    },
    Campaign,
    FotaV3ResultException,
)

V3_CANCEL = Example(
    lambda client: client.campaigns_v3.cancel_campaign("0000123456-00001", "f858b8c4-2153-11ec-8c44-aeb16d1aa652"),
    "DELETE",
    "https://thingspace.verizon.com/api/fota/v3/campaigns/0000123456-00001/f858b8c4-2153-11ec-8c44-aeb16d1aa652",
    None,
    {"success": True},
    FotaV3SuccessResult,
    FotaV3ResultException,
)


def v3_schedule(build: Callable[[], CampaignFirmwareUpgrade]) -> Example:
    return Example(
        lambda client: client.campaigns_v3.schedule_campaign_firmware_upgrade("0000123456-00001", build()),
        "POST",
        "https://thingspace.verizon.com/api/fota/v3/campaigns/firmware/0000123456-00001",
        {
            "campaignName": "Smart FOTA - test 4",
            "firmwareName": "SEQUANSCommunications_GM01Q_SR1.2.0.0-10512_SR1.2.0.0-10657",
            "firmwareFrom": "SR1.2.0.0-10512",
            "firmwareTo": "SR1.2.0.0-10657",
            "protocol": "LWM2M",
            "startDate": "2021-09-29",
            "endDate": "2021-10-01",
            "campaignTimeWindowList": [{"startTime": 18, "endTime": 22}],
            "deviceList": ["15-digit IMEI"],
        },
        {
            "id": "f858b8c4-2153-11ec-8c44-aeb16d1aa652",
            "accountName": "0000123456-00001",
            "campaignName": "Smart FOTA - test 4",
            "firmwareName": "SEQUANSCommunications_GM01Q_SR1.2.0.0-10512_SR1.2.0.0-10657",
            "protocol": "LWM2M",
            "firmwareFrom": "SR1.2.0.0-10512",
            "firmwareTo": "SR1.2.0.0-10657",
            "make": "SEQUANS Communications",
            "model": "GM01Q",
            "status": "CampaignRequestPending",
            "startDate": "2021-09-29",
            "endDate": "2021-10-01",
            "campaignTimeWindowList": [{"startTime": 18, "endTime": 22}],
        },
        FirmwareCampaign,
        FotaV3ResultException,
    )


def v3_devices(build: Callable[[], V3AddOrRemoveDeviceRequest]) -> Example:
    return Example(
        lambda client: client.campaigns_v3.update_campaign_firmware_devices(
            "0000123456-00001", "f858b8c4-2153-11ec-8c44-aeb16d1aa652", build()
        ),
        "PUT",
        "https://thingspace.verizon.com/api/fota/v3/campaigns/firmware/0000123456-00001/f858b8c4-2153-11ec-8c44-aeb16d1aa652",
        {"Type": "remove", "deviceList": ["15-digit IMEI"]},
        {
            "accountName": "0000123456-00001",
            "campaignId": "f858b8c4-2153-11ec-8c44-aeb16d1aa652",
            "deviceList": [
                {"deviceId": "15-digit IMEI", "status": "AddDeviceSucceed", "Reason": "Device added Successfully"}
            ],
        },
        V3AddOrRemoveDeviceResult,
        FotaV3ResultException,
    )


def v3_dates(build: Callable[[], V3ChangeCampaignDatesRequest]) -> Example:
    return Example(
        lambda client: client.campaigns_v3.update_campaign_dates(
            "0000123456-00001", "f858b8c4-2153-11ec-8c44-aeb16d1aa652", build()
        ),
        "PUT",
        "https://thingspace.verizon.com/api/fota/v3/campaigns/firmware/0000123456-00001/f858b8c4-2153-11ec-8c44-aeb16d1aa652/dates",
        {
            "startDate": "2022-02-23",
            "endDate": "2022-02-24",
            "campaignTimeWindowList": [{"startTime": 14, "endTime": 18}],
        },
        {
            "id": "4e03b882-936a-11ec-931f-76f56843c393",
            "accountName": "0000123456-00001",
            "campaignName": "modify-campaign-test-1",
            "firmwareName": "NordicSemiconductorASA_nRF9160_ee58ac77-f1fd-4960-8dc4-4d32e118a6d4_4325d595-7b69-4474-ba39-9c177930aac3",
            "protocol": "LWM2M",
            "firmwareFrom": "ee58ac77-f1fd-4960-8dc4-4d32e118a6d4",
            "firmwareTo": "4325d595-7b69-4474-ba39-9c177930aac3",
            "make": "Nordic Semiconductor ASA",
            "model": "nRF9160",
            "status": "CampaignRequestQueued",
            "startDate": "2022-02-23",
            "endDate": "2022-02-24",
            "campaignTimeWindowList": [{"startTime": 14, "endTime": 18}],
        },
        FirmwareCampaign,
        FotaV3ResultException,
    )


every_example = pytest.mark.parametrize(
    "example",
    [
        pytest.param(v2_devices(v2_devices_by_attributes), id="v2 devices by attributes"),
        pytest.param(v2_devices(v2_devices_by_arguments), id="v2 devices by arguments"),
        pytest.param(V2_CANCEL, id="v2 cancel"),
        pytest.param(v2_dates(v2_dates_by_attributes), id="v2 dates by attributes"),
        pytest.param(v2_dates(v2_dates_by_arguments), id="v2 dates by arguments"),
        pytest.param(v2_schedule(v2_schedule_by_attributes), id="v2 schedule by attributes"),
        pytest.param(v2_schedule(v2_schedule_by_arguments), id="v2 schedule by arguments"),
        pytest.param(V2_GET, id="v2 get"),
        pytest.param(v3_schedule(v3_schedule_by_attributes), id="v3 schedule by attributes"),
        pytest.param(v3_schedule(v3_schedule_by_arguments), id="v3 schedule by arguments"),
        pytest.param(v3_devices(v3_devices_by_attributes), id="v3 devices by attributes"),
        pytest.param(v3_devices(v3_devices_by_arguments), id="v3 devices by arguments"),
        pytest.param(v3_dates(v3_dates_by_attributes), id="v3 dates by attributes"),
        pytest.param(v3_dates(v3_dates_by_arguments), id="v3 dates by arguments"),
        pytest.param(V3_GET, id="v3 get"),
        pytest.param(V3_CANCEL, id="v3 cancel"),
    ],
)


@pytest.fixture
def http() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as http:
        yield http


@every_example
def test_the_example_sends_the_request_that_it_shows(
    client: FotaClient, http: responses.RequestsMock, example: Example
) -> None:
    http.add(example.method, example.url, json=example.answer)

    example.call(client)

    assert len(http.calls) == 1
    request = http.calls[0].request
    assert request.method == example.method
    assert request.url == example.url
    assert (None if request.body is None else json.loads(request.body)) == example.body


@every_example
def test_the_example_returns_the_model_of_the_response_that_it_shows(
    client: FotaClient, http: responses.RequestsMock, example: Example
) -> None:
    http.add(example.method, example.url, json=example.answer)

    result = example.call(client)

    assert type(result) is example.answer_type
    assert result.to_dictionary() == example.answer
    assert result.additional_properties == {}


@every_example
def test_the_example_raises_the_exception_that_its_page_names_for_400(
    client: FotaClient, http: responses.RequestsMock, example: Example
) -> None:
    answer = {"errorCode": "INVALID_PARAMETER", "errorMessage": "The dates are not valid."}
    http.add(example.method, example.url, json=answer, status=400)

    with pytest.raises(example.refusal) as caught:
        example.call(client)

    assert type(caught.value) is example.refusal
    assert caught.value.status_code == 400
    assert caught.value.error_code == "INVALID_PARAMETER"
    assert caught.value.error_message == "The dates are not valid."
    assert len(http.calls) == 1


def test_both_ways_to_build_a_body_give_equal_models() -> None:
    assert v2_devices_by_attributes() == v2_devices_by_arguments()
    assert v2_dates_by_attributes() == v2_dates_by_arguments()
    assert v2_schedule_by_attributes() == v2_schedule_by_arguments()
    assert v3_schedule_by_attributes() == v3_schedule_by_arguments()
    assert v3_devices_by_attributes() == v3_devices_by_arguments()
    assert v3_dates_by_attributes() == v3_dates_by_arguments()
