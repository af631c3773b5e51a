"""A client for firmware and software campaigns over the air: the ThingSpace FOTA API, Campaigns V2 and V3."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from fota_sdk.client import FotaClient as FotaClient
    from fota_sdk.configuration import Environment as Environment
    from fota_sdk.controllers.account_devices_controller import AccountDevicesController as AccountDevicesController
    from fota_sdk.controllers.campaigns_v2_controller import CampaignsV2Controller as CampaignsV2Controller
    from fota_sdk.controllers.campaigns_v3_controller import CampaignsV3Controller as CampaignsV3Controller
    from fota_sdk.controllers.client_logging_controller import ClientLoggingController as ClientLoggingController
    from fota_sdk.controllers.configuration_files_controller import (
        ConfigurationFilesController as ConfigurationFilesController,
    )
    from fota_sdk.controllers.firmware_v3_controller import FirmwareV3Controller as FirmwareV3Controller
    from fota_sdk.controllers.server_logging_controller import ServerLoggingController as ServerLoggingController
    from fota_sdk.controllers.software_management_callbacks_v2_controller import (
        SoftwareManagementCallbacksV2Controller as SoftwareManagementCallbacksV2Controller,
    )
    from fota_sdk.controllers.software_management_callbacks_v3_controller import (
        SoftwareManagementCallbacksV3Controller as SoftwareManagementCallbacksV3Controller,
    )
    from fota_sdk.controllers.software_management_licenses_v2_controller import (
        SoftwareManagementLicensesV2Controller as SoftwareManagementLicensesV2Controller,
    )
    from fota_sdk.controllers.software_management_licenses_v3_controller import (
        SoftwareManagementLicensesV3Controller as SoftwareManagementLicensesV3Controller,
    )
    from fota_sdk.controllers.software_management_reports_v2_controller import (
        SoftwareManagementReportsV2Controller as SoftwareManagementReportsV2Controller,
    )
    from fota_sdk.controllers.software_management_reports_v3_controller import (
        SoftwareManagementReportsV3Controller as SoftwareManagementReportsV3Controller,
    )
    from fota_sdk.controllers.software_management_subscriptions_v2_controller import (
        SoftwareManagementSubscriptionsV2Controller as SoftwareManagementSubscriptionsV2Controller,
    )
    from fota_sdk.controllers.software_management_subscriptions_v3_controller import (
        SoftwareManagementSubscriptionsV3Controller as SoftwareManagementSubscriptionsV3Controller,
    )
    from fota_sdk.core.auth import (
        OAuthClientCredentials as OAuthClientCredentials,
        SessionLogin as SessionLogin,
        TokenSource as TokenSource,
    )
    from fota_sdk.core.operation import PreparedCall as PreparedCall
    from fota_sdk.core.paging import Pages as Pages
    from fota_sdk.core.response import ApiResponse as ApiResponse
    from fota_sdk.core.timeout import Timeout as Timeout
    from fota_sdk.device_report import (
        DeviceFinding as DeviceFinding,
        DeviceFindingKind as DeviceFindingKind,
        DeviceReport as DeviceReport,
    )
    from fota_sdk.devices import inspect_devices as inspect_devices, read_devices as read_devices
    from fota_sdk.exceptions import (
        ApiError as ApiError,
        AuthenticationError as AuthenticationError,
        ConfigurationError as ConfigurationError,
        ConflictError as ConflictError,
        ConnectError as ConnectError,
        DecodeError as DecodeError,
        FotaError as FotaError,
        FotaV2ResultException as FotaV2ResultException,
        FotaV3ResultException as FotaV3ResultException,
        NotFoundError as NotFoundError,
        PermissionDeniedError as PermissionDeniedError,
        RateLimitError as RateLimitError,
        RedirectError as RedirectError,
        RepeatRefusedError as RepeatRefusedError,
        RequestTimeoutError as RequestTimeoutError,
        ServerError as ServerError,
        TransportError as TransportError,
        ValidationError as ValidationError,
        WaitError as WaitError,
    )
    from fota_sdk.models.callback_summary import CallbackSummary as CallbackSummary
    from fota_sdk.models.campaign import Campaign as Campaign
    from fota_sdk.models.campaign_firmware_upgrade import CampaignFirmwareUpgrade as CampaignFirmwareUpgrade
    from fota_sdk.models.campaign_software import CampaignSoftware as CampaignSoftware
    from fota_sdk.models.campaign_software_upgrade import CampaignSoftwareUpgrade as CampaignSoftwareUpgrade
    from fota_sdk.models.campaign_status import CampaignStatus as CampaignStatus
    from fota_sdk.models.check_in_history_item import CheckInHistoryItem as CheckInHistoryItem
    from fota_sdk.models.device_firmware_list import DeviceFirmwareList as DeviceFirmwareList
    from fota_sdk.models.device_firmware_upgrade import DeviceFirmwareUpgrade as DeviceFirmwareUpgrade
    from fota_sdk.models.device_firmware_version import DeviceFirmwareVersion as DeviceFirmwareVersion
    from fota_sdk.models.device_firmware_version_update_result import (
        DeviceFirmwareVersionUpdateResult as DeviceFirmwareVersionUpdateResult,
    )
    from fota_sdk.models.device_imei import DeviceIMEI as DeviceIMEI
    from fota_sdk.models.device_list_change import DeviceListChange as DeviceListChange
    from fota_sdk.models.device_list_result import DeviceListResult as DeviceListResult
    from fota_sdk.models.device_log import DeviceLog as DeviceLog
    from fota_sdk.models.device_logging_request import DeviceLoggingRequest as DeviceLoggingRequest
    from fota_sdk.models.device_logging_status import DeviceLoggingStatus as DeviceLoggingStatus
    from fota_sdk.models.device_software_upgrade import DeviceSoftwareUpgrade as DeviceSoftwareUpgrade
    from fota_sdk.models.device_status import DeviceStatus as DeviceStatus
    from fota_sdk.models.download_time_window import DownloadTimeWindow as DownloadTimeWindow
    from fota_sdk.models.firmware_campaign import FirmwareCampaign as FirmwareCampaign
    from fota_sdk.models.firmware_imei import FirmwareIMEI as FirmwareIMEI
    from fota_sdk.models.firmware_package import FirmwarePackage as FirmwarePackage
    from fota_sdk.models.fota_v2_callback_registration_request import (
        FotaV2CallbackRegistrationRequest as FotaV2CallbackRegistrationRequest,
    )
    from fota_sdk.models.fota_v2_callback_registration_result import (
        FotaV2CallbackRegistrationResult as FotaV2CallbackRegistrationResult,
    )
    from fota_sdk.models.fota_v2_subscription import FotaV2Subscription as FotaV2Subscription
    from fota_sdk.models.fota_v2_success_result import FotaV2SuccessResult as FotaV2SuccessResult
    from fota_sdk.models.fota_v3_callback_registration_request import (
        FotaV3CallbackRegistrationRequest as FotaV3CallbackRegistrationRequest,
    )
    from fota_sdk.models.fota_v3_callback_registration_result import (
        FotaV3CallbackRegistrationResult as FotaV3CallbackRegistrationResult,
    )
    from fota_sdk.models.fota_v3_callback_summary import FotaV3CallbackSummary as FotaV3CallbackSummary
    from fota_sdk.models.fota_v3_subscription import FotaV3Subscription as FotaV3Subscription
    from fota_sdk.models.fota_v3_success_result import FotaV3SuccessResult as FotaV3SuccessResult
    from fota_sdk.models.retrieves_available_files_response import (
        RetrievesAvailableFilesResponse as RetrievesAvailableFilesResponse,
    )
    from fota_sdk.models.retrieves_available_files_response_list import (
        RetrievesAvailableFilesResponseList as RetrievesAvailableFilesResponseList,
    )
    from fota_sdk.models.schedules_software_upgrade_request import (
        SchedulesSoftwareUpgradeRequest as SchedulesSoftwareUpgradeRequest,
    )
    from fota_sdk.models.software_package import SoftwarePackage as SoftwarePackage
    from fota_sdk.models.upload_and_schedule_file_request import (
        UploadAndScheduleFileRequest as UploadAndScheduleFileRequest,
    )
    from fota_sdk.models.upload_and_schedule_file_response import (
        UploadAndScheduleFileResponse as UploadAndScheduleFileResponse,
    )
    from fota_sdk.models.upload_configuration_files_response import (
        UploadConfigurationFilesResponse as UploadConfigurationFilesResponse,
    )
    from fota_sdk.models.v2_account_device import V2AccountDevice as V2AccountDevice
    from fota_sdk.models.v2_account_device_list import V2AccountDeviceList as V2AccountDeviceList
    from fota_sdk.models.v2_add_or_remove_device_request import V2AddOrRemoveDeviceRequest as V2AddOrRemoveDeviceRequest
    from fota_sdk.models.v2_add_or_remove_device_result import V2AddOrRemoveDeviceResult as V2AddOrRemoveDeviceResult
    from fota_sdk.models.v2_campaign_device import V2CampaignDevice as V2CampaignDevice
    from fota_sdk.models.v2_campaign_history import V2CampaignHistory as V2CampaignHistory
    from fota_sdk.models.v2_campaign_meta_info import V2CampaignMetaInfo as V2CampaignMetaInfo
    from fota_sdk.models.v2_change_campaign_dates_request import (
        V2ChangeCampaignDatesRequest as V2ChangeCampaignDatesRequest,
    )
    from fota_sdk.models.v2_device_status import V2DeviceStatus as V2DeviceStatus
    from fota_sdk.models.v2_license_device import V2LicenseDevice as V2LicenseDevice
    from fota_sdk.models.v2_license_imei import V2LicenseIMEI as V2LicenseIMEI
    from fota_sdk.models.v2_license_summary import V2LicenseSummary as V2LicenseSummary
    from fota_sdk.models.v2_licenses_assigned_removed_result import (
        V2LicensesAssignedRemovedResult as V2LicensesAssignedRemovedResult,
    )
    from fota_sdk.models.v2_list_of_licenses_to_remove import V2ListOfLicensesToRemove as V2ListOfLicensesToRemove
    from fota_sdk.models.v2_list_of_licenses_to_remove_request import (
        V2ListOfLicensesToRemoveRequest as V2ListOfLicensesToRemoveRequest,
    )
    from fota_sdk.models.v2_list_of_licenses_to_remove_result import (
        V2ListOfLicensesToRemoveResult as V2ListOfLicensesToRemoveResult,
    )
    from fota_sdk.models.v2_software_info import V2SoftwareInfo as V2SoftwareInfo
    from fota_sdk.models.v2_time_window import V2TimeWindow as V2TimeWindow
    from fota_sdk.models.v3_account_device import V3AccountDevice as V3AccountDevice
    from fota_sdk.models.v3_account_device_list import V3AccountDeviceList as V3AccountDeviceList
    from fota_sdk.models.v3_add_or_remove_device_request import V3AddOrRemoveDeviceRequest as V3AddOrRemoveDeviceRequest
    from fota_sdk.models.v3_add_or_remove_device_result import V3AddOrRemoveDeviceResult as V3AddOrRemoveDeviceResult
    from fota_sdk.models.v3_campaign_device import V3CampaignDevice as V3CampaignDevice
    from fota_sdk.models.v3_campaign_history import V3CampaignHistory as V3CampaignHistory
    from fota_sdk.models.v3_campaign_meta_info import V3CampaignMetaInfo as V3CampaignMetaInfo
    from fota_sdk.models.v3_change_campaign_dates_request import (
        V3ChangeCampaignDatesRequest as V3ChangeCampaignDatesRequest,
    )
    from fota_sdk.models.v3_device import V3Device as V3Device
    from fota_sdk.models.v3_device_list_item import V3DeviceListItem as V3DeviceListItem
    from fota_sdk.models.v3_device_status import V3DeviceStatus as V3DeviceStatus
    from fota_sdk.models.v3_license_assigned_removed_result import (
        V3LicenseAssignedRemovedResult as V3LicenseAssignedRemovedResult,
    )
    from fota_sdk.models.v3_license_device import V3LicenseDevice as V3LicenseDevice
    from fota_sdk.models.v3_license_imei import V3LicenseIMEI as V3LicenseIMEI
    from fota_sdk.models.v3_license_summary import V3LicenseSummary as V3LicenseSummary
    from fota_sdk.models.v3_software_info import V3SoftwareInfo as V3SoftwareInfo
    from fota_sdk.models.v3_time_window import V3TimeWindow as V3TimeWindow
    from fota_sdk.reports import (
        CampaignReport as CampaignReport,
        campaign_report as campaign_report,
        find_campaigns as find_campaigns,
    )
    from fota_sdk.times import parse_time as parse_time

# Each name is imported when it is first used, so that a script loads no more than it needs.
_MODULE_OF = {
    "AccountDevicesController": "controllers.account_devices_controller",
    "ApiError": "exceptions",
    "ApiResponse": "core.response",
    "AuthenticationError": "exceptions",
    "CallbackSummary": "models.callback_summary",
    "Campaign": "models.campaign",
    "CampaignFirmwareUpgrade": "models.campaign_firmware_upgrade",
    "CampaignReport": "reports",
    "CampaignSoftware": "models.campaign_software",
    "CampaignSoftwareUpgrade": "models.campaign_software_upgrade",
    "CampaignStatus": "models.campaign_status",
    "CampaignsV2Controller": "controllers.campaigns_v2_controller",
    "CampaignsV3Controller": "controllers.campaigns_v3_controller",
    "CheckInHistoryItem": "models.check_in_history_item",
    "ClientLoggingController": "controllers.client_logging_controller",
    "ConfigurationError": "exceptions",
    "ConfigurationFilesController": "controllers.configuration_files_controller",
    "ConflictError": "exceptions",
    "ConnectError": "exceptions",
    "DecodeError": "exceptions",
    "DeviceFinding": "device_report",
    "DeviceFindingKind": "device_report",
    "DeviceFirmwareList": "models.device_firmware_list",
    "DeviceFirmwareUpgrade": "models.device_firmware_upgrade",
    "DeviceFirmwareVersion": "models.device_firmware_version",
    "DeviceFirmwareVersionUpdateResult": "models.device_firmware_version_update_result",
    "DeviceIMEI": "models.device_imei",
    "DeviceListChange": "models.device_list_change",
    "DeviceListResult": "models.device_list_result",
    "DeviceLog": "models.device_log",
    "DeviceLoggingRequest": "models.device_logging_request",
    "DeviceLoggingStatus": "models.device_logging_status",
    "DeviceReport": "device_report",
    "DeviceSoftwareUpgrade": "models.device_software_upgrade",
    "DeviceStatus": "models.device_status",
    "DownloadTimeWindow": "models.download_time_window",
    "Environment": "configuration",
    "FirmwareCampaign": "models.firmware_campaign",
    "FirmwareIMEI": "models.firmware_imei",
    "FirmwarePackage": "models.firmware_package",
    "FirmwareV3Controller": "controllers.firmware_v3_controller",
    "FotaClient": "client",
    "FotaError": "exceptions",
    "FotaV2CallbackRegistrationRequest": "models.fota_v2_callback_registration_request",
    "FotaV2CallbackRegistrationResult": "models.fota_v2_callback_registration_result",
    "FotaV2ResultException": "exceptions",
    "FotaV2Subscription": "models.fota_v2_subscription",
    "FotaV2SuccessResult": "models.fota_v2_success_result",
    "FotaV3CallbackRegistrationRequest": "models.fota_v3_callback_registration_request",
    "FotaV3CallbackRegistrationResult": "models.fota_v3_callback_registration_result",
    "FotaV3CallbackSummary": "models.fota_v3_callback_summary",
    "FotaV3ResultException": "exceptions",
    "FotaV3Subscription": "models.fota_v3_subscription",
    "FotaV3SuccessResult": "models.fota_v3_success_result",
    "NotFoundError": "exceptions",
    "OAuthClientCredentials": "core.auth",
    "Pages": "core.paging",
    "PermissionDeniedError": "exceptions",
    "PreparedCall": "core.operation",
    "RateLimitError": "exceptions",
    "RedirectError": "exceptions",
    "RepeatRefusedError": "exceptions",
    "RequestTimeoutError": "exceptions",
    "RetrievesAvailableFilesResponse": "models.retrieves_available_files_response",
    "RetrievesAvailableFilesResponseList": "models.retrieves_available_files_response_list",
    "SchedulesSoftwareUpgradeRequest": "models.schedules_software_upgrade_request",
    "ServerError": "exceptions",
    "ServerLoggingController": "controllers.server_logging_controller",
    "SessionLogin": "core.auth",
    "SoftwareManagementCallbacksV2Controller": "controllers.software_management_callbacks_v2_controller",
    "SoftwareManagementCallbacksV3Controller": "controllers.software_management_callbacks_v3_controller",
    "SoftwareManagementLicensesV2Controller": "controllers.software_management_licenses_v2_controller",
    "SoftwareManagementLicensesV3Controller": "controllers.software_management_licenses_v3_controller",
    "SoftwareManagementReportsV2Controller": "controllers.software_management_reports_v2_controller",
    "SoftwareManagementReportsV3Controller": "controllers.software_management_reports_v3_controller",
    "SoftwareManagementSubscriptionsV2Controller": "controllers.software_management_subscriptions_v2_controller",
    "SoftwareManagementSubscriptionsV3Controller": "controllers.software_management_subscriptions_v3_controller",
    "SoftwarePackage": "models.software_package",
    "Timeout": "core.timeout",
    "TokenSource": "core.auth",
    "TransportError": "exceptions",
    "UploadAndScheduleFileRequest": "models.upload_and_schedule_file_request",
    "UploadAndScheduleFileResponse": "models.upload_and_schedule_file_response",
    "UploadConfigurationFilesResponse": "models.upload_configuration_files_response",
    "V2AccountDevice": "models.v2_account_device",
    "V2AccountDeviceList": "models.v2_account_device_list",
    "V2AddOrRemoveDeviceRequest": "models.v2_add_or_remove_device_request",
    "V2AddOrRemoveDeviceResult": "models.v2_add_or_remove_device_result",
    "V2CampaignDevice": "models.v2_campaign_device",
    "V2CampaignHistory": "models.v2_campaign_history",
    "V2CampaignMetaInfo": "models.v2_campaign_meta_info",
    "V2ChangeCampaignDatesRequest": "models.v2_change_campaign_dates_request",
    "V2DeviceStatus": "models.v2_device_status",
    "V2LicenseDevice": "models.v2_license_device",
    "V2LicenseIMEI": "models.v2_license_imei",
    "V2LicenseSummary": "models.v2_license_summary",
    "V2LicensesAssignedRemovedResult": "models.v2_licenses_assigned_removed_result",
    "V2ListOfLicensesToRemove": "models.v2_list_of_licenses_to_remove",
    "V2ListOfLicensesToRemoveRequest": "models.v2_list_of_licenses_to_remove_request",
    "V2ListOfLicensesToRemoveResult": "models.v2_list_of_licenses_to_remove_result",
    "V2SoftwareInfo": "models.v2_software_info",
    "V2TimeWindow": "models.v2_time_window",
    "V3AccountDevice": "models.v3_account_device",
    "V3AccountDeviceList": "models.v3_account_device_list",
    "V3AddOrRemoveDeviceRequest": "models.v3_add_or_remove_device_request",
    "V3AddOrRemoveDeviceResult": "models.v3_add_or_remove_device_result",
    "V3CampaignDevice": "models.v3_campaign_device",
    "V3CampaignHistory": "models.v3_campaign_history",
    "V3CampaignMetaInfo": "models.v3_campaign_meta_info",
    "V3ChangeCampaignDatesRequest": "models.v3_change_campaign_dates_request",
    "V3Device": "models.v3_device",
    "V3DeviceListItem": "models.v3_device_list_item",
    "V3DeviceStatus": "models.v3_device_status",
    "V3LicenseAssignedRemovedResult": "models.v3_license_assigned_removed_result",
    "V3LicenseDevice": "models.v3_license_device",
    "V3LicenseIMEI": "models.v3_license_imei",
    "V3LicenseSummary": "models.v3_license_summary",
    "V3SoftwareInfo": "models.v3_software_info",
    "V3TimeWindow": "models.v3_time_window",
    "ValidationError": "exceptions",
    "WaitError": "exceptions",
    "campaign_report": "reports",
    "find_campaigns": "reports",
    "inspect_devices": "devices",
    "parse_time": "times",
    "read_devices": "devices",
}


if not TYPE_CHECKING:  # type checkers are to find mistyped names by themselves
    __all__ = ["__version__", *_MODULE_OF]  # noqa: PLE0604 - they are texts, which the linter does not see

    def __getattr__(name: str) -> Any:
        module = _MODULE_OF.get(name)
        if module is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from fota_sdk.core.fork import late_imports

        with late_imports:
            value = getattr(import_module(f"{__name__}.{module}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULE_OF})
