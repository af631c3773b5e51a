"""What a script that uses every group looks like to a type checker; it also runs, against the sandbox.

Check with ``mypy --strict tests/typing`` and ``pyright tests/typing``.
"""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING

from fota_sdk import (
    ApiResponse,
    CallbackSummary,
    CampaignReport,
    CheckInHistoryItem,
    DeviceFirmwareList,
    DeviceFirmwareVersion,
    DeviceFirmwareVersionUpdateResult,
    DeviceIMEI,
    DeviceListResult,
    DeviceLog,
    DeviceLoggingRequest,
    DeviceLoggingStatus,
    DeviceSoftwareUpgrade,
    DeviceStatus,
    DownloadTimeWindow,
    FirmwareIMEI,
    FirmwarePackage,
    FotaClient,
    FotaV2CallbackRegistrationResult,
    FotaV2Subscription,
    FotaV2SuccessResult,
    FotaV3CallbackRegistrationRequest,
    FotaV3CallbackRegistrationResult,
    FotaV3CallbackSummary,
    FotaV3Subscription,
    FotaV3SuccessResult,
    Pages,
    PreparedCall,
    RetrievesAvailableFilesResponse,
    RetrievesAvailableFilesResponseList,
    SchedulesSoftwareUpgradeRequest,
    SoftwarePackage,
    UploadAndScheduleFileRequest,
    UploadAndScheduleFileResponse,
    UploadConfigurationFilesResponse,
    V2AccountDevice,
    V2AccountDeviceList,
    V2CampaignMetaInfo,
    V2DeviceStatus,
    V2LicenseDevice,
    V2LicenseIMEI,
    V2LicensesAssignedRemovedResult,
    V2LicenseSummary,
    V2ListOfLicensesToRemove,
    V2ListOfLicensesToRemoveRequest,
    V2ListOfLicensesToRemoveResult,
    V3AccountDevice,
    V3AccountDeviceList,
    V3CampaignHistory,
    V3CampaignMetaInfo,
    V3Device,
    V3DeviceStatus,
    V3LicenseAssignedRemovedResult,
    V3LicenseDevice,
    V3LicenseIMEI,
    V3LicenseSummary,
    V3SoftwareInfo,
    campaign_report,
    find_campaigns,
    parse_time,
)

if TYPE_CHECKING:
    from typing_extensions import assert_type
else:

    def assert_type(value, _):
        return value


IMEI = "990013907884253"
ID = "60b5d639-ccdc-4db8-8824-069bd94c95bf"
URL = {"url": "https://fota.example/callback"}


def devices(client: FotaClient, acc: str) -> None:
    """Find devices and packages for them."""
    every = client.account_devices.paginated.get_account_device_information(acc, protocol="HTTP")
    assert_type(every, Pages[V3AccountDeviceList, V3AccountDevice])
    for device in every:
        assert_type(device, V3AccountDevice)
        assert_type(device.fota_eligible, bool)
        assert_type(device.software_list, list[V3SoftwareInfo])
        assert_type(device.file_list, list[V3SoftwareInfo] | None)
    for page in every.pages():
        assert_type(page.last_seen_device_id, str | None)
    page = client.account_devices.get_account_device_information(acc)
    assert_type(page.device_list, list[V3AccountDevice])
    named = client.account_devices.list_account_devices_information(acc, DeviceIMEI(device_list=[IMEI]))
    assert_type(named, DeviceListResult)
    assert_type(named.device_list, list[V3Device])

    packages = client.firmware_v3.list_available_firmware(acc, "LWM2M")
    assert_type(packages, list[FirmwarePackage])
    assert_type([parse_time(package.launch_date) for package in packages], list[datetime | None])
    read = client.firmware_v3.synchronize_device_firmware(acc, FirmwareIMEI((IMEI,)))
    assert_type(read, DeviceFirmwareList)
    assert_type(read.device_firmwar_version_list, list[DeviceFirmwareVersion] | None)
    assert_type(client.firmware_v3.report_device_firmware(acc, IMEI), DeviceFirmwareVersionUpdateResult)


def reports(client: FotaClient, acc: str) -> None:
    """Find campaigns, and what became of their devices."""
    v2, v3 = client.software_management_reports_v2, client.software_management_reports_v3
    assert_type(v2.list_available_software(acc), list[SoftwarePackage])
    assert_type(v2.with_raw_response.list_available_software(acc), ApiResponse[list[SoftwarePackage]])
    assert_type(v2.paginated.list_account_devices(acc), Pages[V2AccountDeviceList, V2AccountDevice])
    assert_type(v2.get_device_firmware_upgrade_history(acc, IMEI), list[DeviceSoftwareUpgrade])
    history = v3.paginated.get_campaign_history_by_status(acc, "CampaignEnded")
    assert_type(history, Pages[V3CampaignHistory, V3CampaignMetaInfo])
    assert_type([campaign.start_date.year for campaign in history], list[int])

    assert_type(find_campaigns(client, acc), list[V3CampaignMetaInfo])
    assert_type(
        find_campaigns(client, acc, api="v2", name="tonight", status=["CampaignEnded"]), list[V2CampaignMetaInfo]
    )
    for campaign in find_campaigns(client, acc, since="2030-01-01"):
        report = campaign_report(client, acc, campaign.id)
        assert_type(report, CampaignReport[V3DeviceStatus])
        assert_type(report.missing, int | None)
        assert_type([DeviceStatus.is_success(device.status) for device in report.devices], list[bool])
    for software in find_campaigns(client, acc, api="v2"):
        assert_type(campaign_report(client, acc, software.id, api="v2"), CampaignReport[V2DeviceStatus])


def licenses(client: FotaClient, acc: str) -> None:
    """Assign licences and take them back."""
    v2, v3 = client.software_management_licenses_v2, client.software_management_licenses_v3
    assert_type(v2.paginated.get_account_license_status(acc), Pages[V2LicenseSummary, V2LicenseDevice])
    assert_type(v3.paginated.get_account_licenses_status(acc), Pages[V3LicenseSummary, V3LicenseDevice])
    assert_type(v3.get_account_licenses_status(acc).device_list, list[V3LicenseDevice] | None)
    assert_type(v2.assign_licenses_to_devices(acc, V2LicenseIMEI([IMEI])), V2LicensesAssignedRemovedResult)
    assert_type(v3.assign_licenses_to_devices(acc, V3LicenseIMEI([IMEI])), V3LicenseAssignedRemovedResult)
    assert_type(v3.remove_licenses_from_devices(acc, {"deviceList": [IMEI]}).device_list, list[V3DeviceStatus])
    body = V2ListOfLicensesToRemoveRequest([IMEI], mtype="append", count=1)
    assert_type(v2.create_list_of_licenses_to_remove(acc, body), V2ListOfLicensesToRemoveResult)
    assert_type(v2.list_licenses_to_remove(acc), V2ListOfLicensesToRemove)
    assert_type(v2.delete_list_of_licenses_to_remove(acc), FotaV2SuccessResult)
    assert_type(client.software_management_subscriptions_v2.get_account_subscription_status(acc), FotaV2Subscription)
    assert_type(client.software_management_subscriptions_v3.get_account_subscription_status(acc), FotaV3Subscription)


def callbacks(client: FotaClient, acc: str) -> None:
    """Have the service call back."""
    v2, v3 = client.software_management_callbacks_v2, client.software_management_callbacks_v3
    assert_type(v2.register_callback(acc, URL), FotaV2CallbackRegistrationResult)
    assert_type(v2.list_registered_callbacks(acc), CallbackSummary)
    assert_type(v2.deregister_callback(acc), FotaV2SuccessResult)
    body = FotaV3CallbackRegistrationRequest(url=URL["url"])
    assert_type(v3.update_callback(acc, body), FotaV3CallbackRegistrationResult)
    registered = v3.list_registered_callbacks(acc)
    assert_type(registered, FotaV3CallbackSummary)
    assert_type(registered.url, str | None)
    assert_type(v3.deregister_callback(acc), FotaV3SuccessResult)


def logging(client: FotaClient, account: str) -> None:
    """Look at what a device does."""
    group = client.client_logging
    assert_type(group.enable_logging_for_devices(account, DeviceLoggingRequest([IMEI])), list[DeviceLoggingStatus])
    assert_type(group.enable_device_logging(account, IMEI), DeviceLoggingStatus)
    assert_type(group.list_devices_with_logging_enabled(account), list[DeviceLoggingStatus])
    assert_type(group.list_device_logs(account, IMEI), list[DeviceLog])
    assert_type(group.dry_run.disable_logging_for_devices(account, IMEI), PreparedCall)
    assert_type(group.with_raw_response.disable_logging_for_devices(account, IMEI), ApiResponse[None])
    group.disable_device_logging(account, IMEI)
    assert_type(client.server_logging.get_device_check_in_history(account, IMEI), list[CheckInHistoryItem])


def files(client: FotaClient, acc: str) -> None:
    """Upload a file and send it to devices."""
    group = client.configuration_files
    content = BytesIO(b"hello world")
    content.name = "hello-world.txt"
    uploaded = group.upload_config_file(acc, content, file_version="1.0", make="Verizon", model="VZW1")
    assert_type(uploaded, UploadConfigurationFilesResponse)
    listed = group.get_list_of_files(acc, "HTTP")
    assert_type(listed, RetrievesAvailableFilesResponseList)
    assert_type(listed.available_files_response, list[RetrievesAvailableFilesResponse] | None)
    campaign = UploadAndScheduleFileRequest(
        campaign_name="files",
        file_name=uploaded.file_name or "hello-world.txt",
        file_version="1.0",
        distribution_type="HTTP",
        start_date="2030-08-21",
        end_date="2030-08-22",
        download_time_window_list=[DownloadTimeWindow(start_time="20", end_time="21")],
        device_list=[IMEI],
    )
    assert_type(client.campaigns_v2.dry_run.schedule_file_upgrade(acc, campaign), PreparedCall)
    scheduled = client.campaigns_v2.schedule_file_upgrade(acc, campaign)
    assert_type(scheduled, UploadAndScheduleFileResponse)
    assert_type(scheduled.id, str)
    software = SchedulesSoftwareUpgradeRequest()
    software.software_name, software.software_from, software.software_to = "a", "b", "c"
    software.distribution_type = "HTTP"
    software.start_date = software.end_date = "2030-08-21"
    software.device_list = [IMEI]
    assert_type(client.campaigns_v2.schedule_sw_upgrade_http_devices(acc, software), UploadAndScheduleFileResponse)


def main(client: FotaClient, account: str) -> None:
    """Run the whole script."""
    devices(client, account)
    reports(client, account)
    licenses(client, account)
    callbacks(client, account)
    logging(client, account)
    files(client, account)
