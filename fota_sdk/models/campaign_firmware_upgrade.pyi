# Made from campaign_firmware_upgrade.py by "python doc/make.py"; what is to change is changed there.

from dataclasses import dataclass
from datetime import date
from typing import Any, overload

from fota_sdk.core.annotations import Given
from fota_sdk.core.model import Model
from fota_sdk.models.v3_time_window import V3TimeWindow

@dataclass(slots=True, eq=False, repr=False)
class CampaignFirmwareUpgrade(Model):
    campaign_name: str | None = ...
    firmware_name: str = ...
    firmware_from: str = ...
    firmware_to: str = ...
    protocol: str = ...
    start_date: Given[date, date | str] = ...
    end_date: Given[date, date | str] = ...
    campaign_time_window_list: Given[list[V3TimeWindow], list[V3TimeWindow] | None] = ...
    device_list: Given[list[str], list[str] | tuple[str, ...]] = ...
    auto_assign_license_flag: bool | None = ...
    auto_add_devices_flag: bool | None = ...
    @overload
    def __init__(self, *, additional_properties: dict[str, Any] = ...) -> None: ...
    @overload
    def __init__(
        self,
        campaign_name: str | None,
        firmware_name: str,
        firmware_from: str,
        firmware_to: str,
        protocol: str,
        start_date: date | str,
        end_date: date | str,
        campaign_time_window_list: list[V3TimeWindow] | None,
        device_list: list[str] | tuple[str, ...],
        auto_assign_license_flag: bool | None = ...,
        auto_add_devices_flag: bool | None = ...,
        *,
        additional_properties: dict[str, Any] = ...,
    ) -> None: ...
    @overload
    def __init__(
        self,
        *,
        firmware_name: str,
        firmware_from: str,
        firmware_to: str,
        start_date: date | str,
        end_date: date | str,
        device_list: list[str] | tuple[str, ...],
        campaign_name: str | None = ...,
        protocol: str = ...,
        campaign_time_window_list: list[V3TimeWindow] | None = ...,
        auto_assign_license_flag: bool | None = ...,
        auto_add_devices_flag: bool | None = ...,
        additional_properties: dict[str, Any] = ...,
    ) -> None: ...
