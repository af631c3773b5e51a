"""Calls the 53 FOTA methods of the vendor's SDK, in the order of a roll-out, and prints one JSON line for each call.

It runs in the vendor's environment, which has nothing of ours, with the sandbox's URL, tokens, account and day as
arguments, then the IMEIs of its devices: HTTP and LWM2M ones, separated by commas. The first of each has been upgraded,
the second is in a campaign that has started.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from verizon.configuration import Configuration, Environment, Server
from verizon.http.auth.thingspace_oauth import ThingspaceOauthCredentials
from verizon.http.auth.vz_m2m_token import VZM2mTokenCredentials
from verizon.models.campaign_firmware_upgrade import CampaignFirmwareUpgrade
from verizon.models.campaign_software_upgrade import CampaignSoftwareUpgrade
from verizon.models.campaign_status_enum import CampaignStatusEnum
from verizon.models.device_imei import DeviceIMEI
from verizon.models.device_logging_request import DeviceLoggingRequest
from verizon.models.firmware_imei import FirmwareIMEI
from verizon.models.firmware_protocol_enum import FirmwareProtocolEnum
from verizon.models.fota_v2_callback_registration_request import FotaV2CallbackRegistrationRequest
from verizon.models.fota_v3_callback_registration_request import FotaV3CallbackRegistrationRequest
from verizon.models.oauth_token import OauthToken
from verizon.models.schedules_software_upgrade_request import SchedulesSoftwareUpgradeRequest
from verizon.models.upload_and_schedule_file_request import UploadAndScheduleFileRequest
from verizon.models.v2_add_or_remove_device_request import V2AddOrRemoveDeviceRequest
from verizon.models.v2_change_campaign_dates_request import V2ChangeCampaignDatesRequest
from verizon.models.v2_license_imei import V2LicenseIMEI
from verizon.models.v2_list_of_licenses_to_remove_request import V2ListOfLicensesToRemoveRequest
from verizon.models.v3_add_or_remove_device_request import V3AddOrRemoveDeviceRequest
from verizon.models.v3_change_campaign_dates_request import V3ChangeCampaignDatesRequest
from verizon.models.v3_license_imei import V3LicenseIMEI
from verizon.verizon_client import VerizonClient

UNKNOWN_CAMPAIGN = "00000000-0000-4000-8000-000000000000"

url, api_token, session_token, ACCOUNT, today, http_devices, lwm2m_devices = sys.argv[1:]
HTTP, LWM2M = http_devices.split(","), lwm2m_devices.split(",")
START = date.fromisoformat(today) + timedelta(days=1)
END = START + timedelta(days=1)
DATES = {"startDate": START.isoformat(), "endDate": END.isoformat()}

# The SDK has no option for another place, but it reads this table at each call.
Configuration.environments[Environment.PRODUCTION].update(
    {Server.SOFTWARE_MANAGEMENT_V2: f"{url}/fota/v2", Server.SOFTWARE_MANAGEMENT_V3: f"{url}/fota/v3"}
)
client = VerizonClient(
    thingspace_oauth_credentials=ThingspaceOauthCredentials(
        "id", "secret", oauth_token=OauthToken(access_token=api_token, token_type="bearer")
    ),
    vz_m2m_token_credentials=VZM2mTokenCredentials(session_token),
)


def call(version: str, method: Callable[..., Any], *arguments: Any) -> Any:
    """Call a method; print what came of it and return its response, None where there is none."""
    line: dict[str, Any] = {"name": f"{version}.{method.__name__}"}
    answer = None
    try:
        response = method(*arguments)
        answer = response.body
        line["answer"] = type_of(answer)
        line["lost"] = [] if response.text == "" else list(lost(json.loads(response.text), answer))
    except Exception as error:  # noqa: BLE001 - whatever it is, the other calls are made too
        line["error"] = type(error).__name__
        line["code"] = getattr(error, "error_code", None)
        line["text"] = str(error)
    print(json.dumps(line))
    return answer


def type_of(answer: Any) -> str:
    if isinstance(answer, list):
        return f"list[{' | '.join(sorted({type(entry).__name__ for entry in answer}))}]"
    # where a method promises nothing, the SDK gives the text of the response
    return "None" if answer in (None, "") else type(answer).__name__


def lost(sent: Any, read: Any, path: str = "$") -> Any:
    """Give the paths of what was sent and is not in the model, or is required by the model and was not sent.

    The models read 0 and empty texts and lists as None, so those are not looked for.
    """
    if isinstance(sent, dict):
        names = {key: name for name, key in getattr(read, "_names", {}).items()}
        for key, value in sent.items():
            yield from lost(value, getattr(read, names[key], None) if key in names else None, f"{path}.{key}")
        optional = getattr(read, "_optionals", [])
        yield from (f"{path}.{key} absent" for key, name in names.items() if name not in optional and key not in sent)
    elif isinstance(sent, list) and isinstance(read, list) and len(sent) == len(read):
        for index, (of_sent, of_read) in enumerate(zip(sent, read, strict=True)):
            yield from lost(of_sent, of_read, f"{path}[{index}]")
    elif sent and read != sent and not is_time(read):
        yield path


def is_time(read: Any) -> bool:
    return isinstance(getattr(read, "datetime", read), date)


def campaign_id(campaign: Any) -> str:
    return getattr(campaign, "id", UNKNOWN_CAMPAIGN)


def subscribe() -> None:
    call("v2", client.software_management_subscriptions_v2.get_account_subscription_status, ACCOUNT)
    call("v3", client.software_management_subscriptions_v3.get_account_subscription_status, ACCOUNT)


def listen(version: str, callbacks: Any, request: Any) -> None:
    body = request(url="https://example.com/fota")
    call(version, callbacks.register_callback, ACCOUNT, body)
    call(version, callbacks.update_callback, ACCOUNT, body)
    call(version, callbacks.list_registered_callbacks, ACCOUNT)
    call(version, callbacks.deregister_callback, ACCOUNT)


def look_at_devices() -> None:
    call("v2", client.software_management_reports_v2.list_account_devices, ACCOUNT, "0", "HTTP")
    call("v2", client.software_management_reports_v2.list_available_software, ACCOUNT, "HTTP")
    call("v3", client.account_devices.get_account_device_information, ACCOUNT, "0")
    call("v3", client.account_devices.list_account_devices_information, ACCOUNT, DeviceIMEI(LWM2M))
    call("v3", client.firmware_v3.list_available_firmware, ACCOUNT, FirmwareProtocolEnum.LW_M2M)
    call("v3", client.firmware_v3.synchronize_device_firmware, ACCOUNT, FirmwareIMEI(LWM2M))
    call("v3", client.firmware_v3.report_device_firmware, ACCOUNT, LWM2M[0])


def license_devices() -> None:
    v2, v3 = client.software_management_licenses_v2, client.software_management_licenses_v3
    call("v2", v2.assign_licenses_to_devices, ACCOUNT, V2LicenseIMEI(HTTP))
    call("v2", v2.get_account_license_status, ACCOUNT, "0")
    call("v2", v2.create_list_of_licenses_to_remove, ACCOUNT, V2ListOfLicensesToRemoveRequest(HTTP, count=len(HTTP)))
    call("v2", v2.list_licenses_to_remove, ACCOUNT, "0")
    call("v2", v2.delete_list_of_licenses_to_remove, ACCOUNT)
    call("v2", v2.remove_licenses_from_devices, ACCOUNT, V2LicenseIMEI(HTTP[-1:]))
    call("v3", v3.assign_licenses_to_devices, ACCOUNT, V3LicenseIMEI(LWM2M))
    call("v3", v3.get_account_licenses_status, ACCOUNT, "0")
    call("v3", v3.remove_licenses_from_devices, ACCOUNT, V3LicenseIMEI(LWM2M[-1:]))


def report(version: str, reports: Any, device: str) -> None:
    for status in CampaignStatusEnum.CAMPAIGNENDED, CampaignStatusEnum.CAMPAIGNSCHEDULED:
        history = call(version, reports.get_campaign_history_by_status, ACCOUNT, status)
        for campaign in getattr(history, "campaign_list", []):
            call(version, reports.get_campaign_device_status, ACCOUNT, campaign.id, "0")
    call(version, reports.get_device_firmware_upgrade_history, ACCOUNT, device)


def upgrade_software() -> None:
    campaigns, reports = client.campaigns_v2, client.software_management_reports_v2
    software = {
        "campaignName": "Pilot",
        "softwareName": "FOTA_Verizon_Model-A_02To03_HF",
        "softwareFrom": "FOTA_Verizon_Model-A_00To01_HF",
        "softwareTo": "FOTA_Verizon_Model-A_02To03_HF",
        "distributionType": "HTTP",
        **DATES,
        "downloadAfterDate": START.isoformat(),
        "installAfterDate": START.isoformat(),
    }
    hours = {
        "downloadTimeWindowList": [{"startTime": 20, "endTime": 21}],
        "installTimeWindowList": [{"startTime": 22, "endTime": 23}],
    }
    body = CampaignSoftwareUpgrade.from_dictionary({**software, **hours, "deviceList": HTTP[2:3]})
    pilot = campaign_id(call("v2", campaigns.schedule_campaign_firmware_upgrade, ACCOUNT, body))
    call("v2", campaigns.get_campaign_information, ACCOUNT, pilot)
    body = V2AddOrRemoveDeviceRequest("append", HTTP[3:4])
    call("v2", campaigns.update_campaign_firmware_devices, ACCOUNT, pilot, body)
    body = V2ChangeCampaignDatesRequest(START, END + timedelta(days=1))
    call("v2", campaigns.update_campaign_dates, ACCOUNT, pilot, body)
    call("v2", campaigns.cancel_campaign, ACCOUNT, pilot)
    report("v2", reports, HTTP[0])

    hours_as_texts = {
        "downloadTimeWindowList": [{"startTime": "20", "endTime": "21"}],
        "installTimeWindowList": [{"startTime": "22", "endTime": "23"}],
    }
    body = SchedulesSoftwareUpgradeRequest.from_dictionary({**software, **hours_as_texts, "deviceList": HTTP[4:5]})
    call("v2", campaigns.schedule_sw_upgrade_http_devices, ACCOUNT, body)


def upgrade_firmware() -> None:
    campaigns, reports = client.campaigns_v3, client.software_management_reports_v3
    body = CampaignFirmwareUpgrade.from_dictionary(
        {
            "campaignName": "Pilot",
            "firmwareName": "SEQUANSCommunications_GM01Q_SR1.2.0.0-10512_SR1.2.0.0-10657",
            "firmwareFrom": "SR1.2.0.0-10512",
            "firmwareTo": "SR1.2.0.0-10657",
            "protocol": "LWM2M",
            **DATES,
            "campaignTimeWindowList": [{"startTime": 18, "endTime": 22}],
            "autoAssignLicenseFlag": False,
            "autoAddDevicesFlag": False,
            "deviceList": LWM2M[2:3],
        }
    )
    pilot = campaign_id(call("v3", campaigns.schedule_campaign_firmware_upgrade, ACCOUNT, body))
    call("v3", campaigns.get_campaign_information, ACCOUNT, pilot)
    body = V3AddOrRemoveDeviceRequest("append", LWM2M[3:4])
    call("v3", campaigns.update_campaign_firmware_devices, ACCOUNT, pilot, body)
    body = V3ChangeCampaignDatesRequest(START, END + timedelta(days=1))
    call("v3", campaigns.update_campaign_dates, ACCOUNT, pilot, body)
    call("v3", campaigns.cancel_campaign, ACCOUNT, pilot)
    report("v3", reports, LWM2M[0])


def send_a_file() -> None:
    files = client.configuration_files
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hello-world.txt"
        path.write_text("Hello, world!")
        with path.open("rb") as file:
            uploaded = call(
                "v2", files.upload_config_file, ACCOUNT, file, "1.0", "Verizon", "Model-A", "/VZWFOTA/hello"
            )
    call("v2", files.get_list_of_files, ACCOUNT, "HTTP")
    body = UploadAndScheduleFileRequest.from_dictionary(
        {
            "campaignName": "File",
            "fileName": getattr(uploaded, "file_name", ""),
            "fileVersion": "1.0",
            "distributionType": "HTTP",
            **DATES,
            "deviceList": HTTP[5:6],
        }
    )
    call("v2", client.campaigns_v2.schedule_file_upgrade, ACCOUNT, body)


def log() -> None:
    logging = client.client_logging
    call("v2", logging.enable_logging_for_devices, ACCOUNT, DeviceLoggingRequest(HTTP[:2]))
    call("v2", logging.enable_device_logging, ACCOUNT, HTTP[2])
    call("v2", logging.list_devices_with_logging_enabled, ACCOUNT)
    call("v2", logging.list_device_logs, ACCOUNT, HTTP[0])
    call("v2", logging.disable_logging_for_devices, ACCOUNT, HTTP[0])
    call("v2", logging.disable_device_logging, ACCOUNT, HTTP[1])
    call("v2", client.server_logging.get_device_check_in_history, ACCOUNT, HTTP[0])


def be_refused() -> None:
    call("v2", client.campaigns_v2.cancel_campaign, ACCOUNT, UNKNOWN_CAMPAIGN)
    call("v3", client.campaigns_v3.cancel_campaign, ACCOUNT, UNKNOWN_CAMPAIGN)


subscribe()
listen("v2", client.software_management_callbacks_v2, FotaV2CallbackRegistrationRequest)
listen("v3", client.software_management_callbacks_v3, FotaV3CallbackRegistrationRequest)
look_at_devices()
license_devices()
upgrade_software()
upgrade_firmware()
send_a_file()
log()
be_refused()
