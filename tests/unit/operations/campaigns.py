"""The ten operations, typed by eye from the facts page (1.3, 1.4, 2) and the reference, never from the package."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest

from fota_sdk import ApiError, FotaClient, FotaV2ResultException, FotaV3ResultException
from tests.conftest import ACCOUNT, CAMPAIGN_ID, IMEIS

BASE_URL = "https://thingspace.verizon.com/api"


@dataclass(frozen=True)
class OperationFacts:
    """What the facts page says of one operation.

    `fields` are the attributes of the response by their wire names; `text_field` is one of them that holds a text.
    """

    name: str
    python_method: str
    arguments: tuple[str, ...]
    http_method: str
    path: str
    body: dict[str, Any] | None
    answer: dict[str, Any]
    answer_type: str
    fields: dict[str, str]
    refusal: type[ApiError]

    def __str__(self) -> str:
        return self.name

    @property
    def writes(self) -> bool:
        return self.http_method != "GET"

    @property
    def is_campaign(self) -> bool:
        return "status" in self.fields

    @property
    def account_argument(self) -> str:
        return self.arguments[0]

    def path_of(self, account: str = ACCOUNT, campaign_id: str = CAMPAIGN_ID) -> str:
        return re.sub(r"\{acc(ount)?\}", account, self.path).replace("{campaignId}", campaign_id)

    @property
    def url(self) -> str:
        return BASE_URL + self.path_of()

    def call(
        self,
        client: FotaClient,
        account: Any = ACCOUNT,
        campaign_id: Any = CAMPAIGN_ID,
        *,
        view: str | None = None,
    ) -> Any:
        """Call the operation on a client; `view` is "with_raw_response" or "dry_run"."""
        controller: Any = client.campaigns_v2 if self.name.startswith("v2.") else client.campaigns_v3
        if view is not None:
            controller = getattr(controller, view)
        values = {"account": account, "acc": account, "campaign_id": campaign_id, "body": self.body}
        return getattr(controller, self.python_method)(*[values[name] for name in self.arguments])


V2_WINDOWS = {
    "downloadAfterDate": "2020-08-21",
    "downloadTimeWindowList": [{"startTime": 20, "endTime": 21}],
    "installAfterDate": "2020-08-21",
    "installTimeWindowList": [{"startTime": 22, "endTime": 23}],
}
CAMPAIGN_SOFTWARE: dict[str, Any] = {
    "id": CAMPAIGN_ID,
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
    **V2_WINDOWS,
    "status": "CampaignRequestPending",
}
CAMPAIGN_SOFTWARE_FIELDS = {
    "id": "id",
    "account_name": "accountName",
    "campaign_name": "campaignName",
    "software_name": "softwareName",
    "distribution_type": "distributionType",
    "make": "make",
    "model": "model",
    "software_from": "softwareFrom",
    "software_to": "softwareTo",
    "start_date": "startDate",
    "end_date": "endDate",
    "download_after_date": "downloadAfterDate",
    "download_time_window_list": "downloadTimeWindowList",
    "install_after_date": "installAfterDate",
    "install_time_window_list": "installTimeWindowList",
    "status": "status",
}
FIRMWARE_CAMPAIGN: dict[str, Any] = {
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
}
FIRMWARE_CAMPAIGN_FIELDS = {
    "id": "id",
    "account_name": "accountName",
    "campaign_name": "campaignName",
    "firmware_name": "firmwareName",
    "firmware_from": "firmwareFrom",
    "firmware_to": "firmwareTo",
    "protocol": "protocol",
    "make": "make",
    "model": "model",
    "start_date": "startDate",
    "end_date": "endDate",
    "campaign_time_window_list": "campaignTimeWindowList",
    "status": "status",
}
CAMPAIGN_FIELDS = {
    **FIRMWARE_CAMPAIGN_FIELDS,
    "auto_assign_license_flag": "autoAssignLicenseFlag",
    "auto_add_devices_flag": "autoAddDevicesFlag",
}
V2_DEVICES_FIELDS = {"account_name": "accountName", "campaign_id": "campaignId", "request_id": "requestId"}
V3_DEVICES_FIELDS = {"account_name": "accountName", "campaign_id": "campaignId", "device_list": "deviceList"}

OPERATIONS = [
    OperationFacts(
        "v2.schedule_campaign_firmware_upgrade",
        "schedule_campaign_firmware_upgrade",
        ("account", "body"),
        "POST",
        "/fota/v2/campaigns/{account}",
        {
            "campaignName": "FOTA_Verizon_Upgrade",
            "softwareName": "FOTA_Verizon_Model-A_02To03_HF",
            "softwareFrom": "FOTA_Verizon_Model-A_00To01_HF",
            "softwareTo": "FOTA_Verizon_Model-A_02To03_HF",
            "distributionType": "HTTP",
            "startDate": "2020-08-21",
            "endDate": "2020-08-22",
            **V2_WINDOWS,
            "deviceList": IMEIS,
        },
        CAMPAIGN_SOFTWARE,
        "CampaignSoftware",
        CAMPAIGN_SOFTWARE_FIELDS,
        FotaV2ResultException,
    ),
    OperationFacts(
        "v2.get_campaign_information",
        "get_campaign_information",
        ("account", "campaign_id"),
        "GET",
        "/fota/v2/campaigns/{account}/{campaignId}",
        None,
        {**CAMPAIGN_SOFTWARE, "status": "CampaignEnded"},
        "CampaignSoftware",
        CAMPAIGN_SOFTWARE_FIELDS,
        FotaV2ResultException,
    ),
    OperationFacts(
        "v2.update_campaign_firmware_devices",
        "update_campaign_firmware_devices",
        ("account", "campaign_id", "body"),
        "PUT",
        "/fota/v2/campaigns/{account}/{campaignId}",
        {"Type": "remove", "deviceList": IMEIS},
        {"accountName": ACCOUNT, "campaignId": CAMPAIGN_ID, "requestId": "0c9a3dd3-8b5c-4f0e-a2b6-3c2f2f3c1a11"},
        "V2AddOrRemoveDeviceResult",
        V2_DEVICES_FIELDS,
        FotaV2ResultException,
    ),
    OperationFacts(
        "v2.cancel_campaign",
        "cancel_campaign",
        ("account", "campaign_id"),
        "DELETE",
        "/fota/v2/campaigns/{account}/{campaignId}",
        None,
        {"success": True},
        "FotaV2SuccessResult",
        {"success": "success"},
        FotaV2ResultException,
    ),
    OperationFacts(
        "v2.update_campaign_dates",
        "update_campaign_dates",
        ("account", "campaign_id", "body"),
        "PUT",
        "/fota/v2/campaigns/{account}/{campaignId}/dates",
        {"startDate": "2020-08-21", "endDate": "2020-08-22", **V2_WINDOWS},
        {**CAMPAIGN_SOFTWARE, "status": "RequestPending"},
        "CampaignSoftware",
        CAMPAIGN_SOFTWARE_FIELDS,
        FotaV2ResultException,
    ),
    OperationFacts(
        "v3.schedule_campaign_firmware_upgrade",
        "schedule_campaign_firmware_upgrade",
        ("acc", "body"),
        "POST",
        "/fota/v3/campaigns/firmware/{acc}",
        {
            "campaignName": "Smart FOTA - test 4",
            "firmwareName": "SEQUANSCommunications_GM01Q_SR1.2.0.0-10512_SR1.2.0.0-10657",
            "firmwareFrom": "SR1.2.0.0-10512",
            "firmwareTo": "SR1.2.0.0-10657",
            "protocol": "LWM2M",
            "startDate": "2021-09-29",
            "endDate": "2021-10-01",
            "campaignTimeWindowList": [{"startTime": 18, "endTime": 22}],
            "deviceList": IMEIS,
        },
        FIRMWARE_CAMPAIGN,
        "FirmwareCampaign",
        FIRMWARE_CAMPAIGN_FIELDS,
        FotaV3ResultException,
    ),
    OperationFacts(
        "v3.update_campaign_firmware_devices",
        "update_campaign_firmware_devices",
        ("acc", "campaign_id", "body"),
        "PUT",
        "/fota/v3/campaigns/firmware/{acc}/{campaignId}",
        {"Type": "append", "deviceList": IMEIS},
        {
            "accountName": ACCOUNT,
            "campaignId": CAMPAIGN_ID,
            "deviceList": [{"deviceId": IMEIS[0], "status": "AddDeviceSucceed", "Reason": "Device added Successfully"}],
        },
        "V3AddOrRemoveDeviceResult",
        V3_DEVICES_FIELDS,
        FotaV3ResultException,
    ),
    OperationFacts(
        "v3.update_campaign_dates",
        "update_campaign_dates",
        ("acc", "campaign_id", "body"),
        "PUT",
        "/fota/v3/campaigns/firmware/{acc}/{campaignId}/dates",
        {
            "startDate": "2022-02-23",
            "endDate": "2022-02-24",
            "campaignTimeWindowList": [{"startTime": 14, "endTime": 18}],
        },
        {**FIRMWARE_CAMPAIGN, "status": "CampaignRequestQueued"},
        "FirmwareCampaign",
        FIRMWARE_CAMPAIGN_FIELDS,
        FotaV3ResultException,
    ),
    OperationFacts(
        "v3.get_campaign_information",
        "get_campaign_information",
        ("acc", "campaign_id"),
        "GET",
        "/fota/v3/campaigns/{acc}/{campaignId}",
        None,
        {
            **FIRMWARE_CAMPAIGN,
            "status": "CampaignPreScheduled",
            "autoAssignLicenseFlag": True,
            "autoAddDevicesFlag": False,
        },
        "Campaign",
        CAMPAIGN_FIELDS,
        FotaV3ResultException,
    ),
    OperationFacts(
        "v3.cancel_campaign",
        "cancel_campaign",
        ("acc", "campaign_id"),
        "DELETE",
        "/fota/v3/campaigns/{acc}/{campaignId}",
        None,
        {"success": True},
        "FotaV3SuccessResult",
        {"success": "success"},
        FotaV3ResultException,
    ),
]

each_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=str)


def operation_named(name: str) -> OperationFacts:
    return next(operation for operation in OPERATIONS if operation.name == name)
