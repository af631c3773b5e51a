"""A client for firmware and software campaigns over the air: the ThingSpace FOTA API, Campaigns V2 and V3."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from fota_sdk.client import FotaClient as FotaClient
    from fota_sdk.configuration import Environment as Environment
    from fota_sdk.controllers.campaigns_v2_controller import CampaignsV2Controller as CampaignsV2Controller
    from fota_sdk.controllers.campaigns_v3_controller import CampaignsV3Controller as CampaignsV3Controller
    from fota_sdk.core.auth import (
        OAuthClientCredentials as OAuthClientCredentials,
        SessionLogin as SessionLogin,
        TokenSource as TokenSource,
    )
    from fota_sdk.core.operation import PreparedCall as PreparedCall
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
    from fota_sdk.models.campaign import Campaign as Campaign
    from fota_sdk.models.campaign_firmware_upgrade import CampaignFirmwareUpgrade as CampaignFirmwareUpgrade
    from fota_sdk.models.campaign_software import CampaignSoftware as CampaignSoftware
    from fota_sdk.models.campaign_software_upgrade import CampaignSoftwareUpgrade as CampaignSoftwareUpgrade
    from fota_sdk.models.campaign_status import CampaignStatus as CampaignStatus
    from fota_sdk.models.device_list_change import DeviceListChange as DeviceListChange
    from fota_sdk.models.firmware_campaign import FirmwareCampaign as FirmwareCampaign
    from fota_sdk.models.fota_v2_success_result import FotaV2SuccessResult as FotaV2SuccessResult
    from fota_sdk.models.fota_v3_success_result import FotaV3SuccessResult as FotaV3SuccessResult
    from fota_sdk.models.v2_add_or_remove_device_request import V2AddOrRemoveDeviceRequest as V2AddOrRemoveDeviceRequest
    from fota_sdk.models.v2_add_or_remove_device_result import V2AddOrRemoveDeviceResult as V2AddOrRemoveDeviceResult
    from fota_sdk.models.v2_change_campaign_dates_request import (
        V2ChangeCampaignDatesRequest as V2ChangeCampaignDatesRequest,
    )
    from fota_sdk.models.v2_time_window import V2TimeWindow as V2TimeWindow
    from fota_sdk.models.v3_add_or_remove_device_request import V3AddOrRemoveDeviceRequest as V3AddOrRemoveDeviceRequest
    from fota_sdk.models.v3_add_or_remove_device_result import V3AddOrRemoveDeviceResult as V3AddOrRemoveDeviceResult
    from fota_sdk.models.v3_change_campaign_dates_request import (
        V3ChangeCampaignDatesRequest as V3ChangeCampaignDatesRequest,
    )
    from fota_sdk.models.v3_device_list_item import V3DeviceListItem as V3DeviceListItem
    from fota_sdk.models.v3_time_window import V3TimeWindow as V3TimeWindow

# Each name is imported when it is first used, so that a script loads no more than it needs.
_MODULE_OF = {
    "ApiError": "exceptions",
    "ApiResponse": "core.response",
    "AuthenticationError": "exceptions",
    "Campaign": "models.campaign",
    "CampaignFirmwareUpgrade": "models.campaign_firmware_upgrade",
    "CampaignSoftware": "models.campaign_software",
    "CampaignSoftwareUpgrade": "models.campaign_software_upgrade",
    "CampaignStatus": "models.campaign_status",
    "CampaignsV2Controller": "controllers.campaigns_v2_controller",
    "CampaignsV3Controller": "controllers.campaigns_v3_controller",
    "ConfigurationError": "exceptions",
    "ConflictError": "exceptions",
    "ConnectError": "exceptions",
    "DecodeError": "exceptions",
    "DeviceFinding": "device_report",
    "DeviceFindingKind": "device_report",
    "DeviceListChange": "models.device_list_change",
    "DeviceReport": "device_report",
    "Environment": "configuration",
    "FirmwareCampaign": "models.firmware_campaign",
    "FotaClient": "client",
    "FotaError": "exceptions",
    "FotaV2ResultException": "exceptions",
    "FotaV2SuccessResult": "models.fota_v2_success_result",
    "FotaV3ResultException": "exceptions",
    "FotaV3SuccessResult": "models.fota_v3_success_result",
    "NotFoundError": "exceptions",
    "OAuthClientCredentials": "core.auth",
    "PermissionDeniedError": "exceptions",
    "PreparedCall": "core.operation",
    "RateLimitError": "exceptions",
    "RedirectError": "exceptions",
    "RepeatRefusedError": "exceptions",
    "RequestTimeoutError": "exceptions",
    "ServerError": "exceptions",
    "SessionLogin": "core.auth",
    "Timeout": "core.timeout",
    "TokenSource": "core.auth",
    "TransportError": "exceptions",
    "V2AddOrRemoveDeviceRequest": "models.v2_add_or_remove_device_request",
    "V2AddOrRemoveDeviceResult": "models.v2_add_or_remove_device_result",
    "V2ChangeCampaignDatesRequest": "models.v2_change_campaign_dates_request",
    "V2TimeWindow": "models.v2_time_window",
    "V3AddOrRemoveDeviceRequest": "models.v3_add_or_remove_device_request",
    "V3AddOrRemoveDeviceResult": "models.v3_add_or_remove_device_result",
    "V3ChangeCampaignDatesRequest": "models.v3_change_campaign_dates_request",
    "V3DeviceListItem": "models.v3_device_list_item",
    "V3TimeWindow": "models.v3_time_window",
    "ValidationError": "exceptions",
    "WaitError": "exceptions",
    "inspect_devices": "devices",
    "read_devices": "devices",
}

__all__ = [
    "ApiError",
    "ApiResponse",
    "AuthenticationError",
    "Campaign",
    "CampaignFirmwareUpgrade",
    "CampaignSoftware",
    "CampaignSoftwareUpgrade",
    "CampaignStatus",
    "CampaignsV2Controller",
    "CampaignsV3Controller",
    "ConfigurationError",
    "ConflictError",
    "ConnectError",
    "DecodeError",
    "DeviceFinding",
    "DeviceFindingKind",
    "DeviceListChange",
    "DeviceReport",
    "Environment",
    "FirmwareCampaign",
    "FotaClient",
    "FotaError",
    "FotaV2ResultException",
    "FotaV2SuccessResult",
    "FotaV3ResultException",
    "FotaV3SuccessResult",
    "NotFoundError",
    "OAuthClientCredentials",
    "PermissionDeniedError",
    "PreparedCall",
    "RateLimitError",
    "RedirectError",
    "RepeatRefusedError",
    "RequestTimeoutError",
    "ServerError",
    "SessionLogin",
    "Timeout",
    "TokenSource",
    "TransportError",
    "V2AddOrRemoveDeviceRequest",
    "V2AddOrRemoveDeviceResult",
    "V2ChangeCampaignDatesRequest",
    "V2TimeWindow",
    "V3AddOrRemoveDeviceRequest",
    "V3AddOrRemoveDeviceResult",
    "V3ChangeCampaignDatesRequest",
    "V3DeviceListItem",
    "V3TimeWindow",
    "ValidationError",
    "WaitError",
    "__version__",
    "inspect_devices",
    "read_devices",
]


if not TYPE_CHECKING:  # type checkers are to find mistyped names by themselves

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
