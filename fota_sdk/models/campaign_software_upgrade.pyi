# Made from campaign_software_upgrade.py by "python doc/make.py"; what is to change is changed there.

from dataclasses import dataclass
from datetime import date
from typing import Any, overload

from fota_sdk.core.annotations import Given
from fota_sdk.core.model import Model
from fota_sdk.models.v2_time_window import V2TimeWindow

@dataclass(slots=True, eq=False, repr=False)
class CampaignSoftwareUpgrade(Model):
    campaign_name: str | None = ...
    software_name: str = ...
    software_from: str = ...
    software_to: str = ...
    distribution_type: str = ...
    start_date: Given[date, date | str] = ...
    end_date: Given[date, date | str] = ...
    download_after_date: Given[date, date | str | None] = ...
    download_time_window_list: Given[list[V2TimeWindow], list[V2TimeWindow] | None] = ...
    install_after_date: Given[date, date | str | None] = ...
    install_time_window_list: Given[list[V2TimeWindow], list[V2TimeWindow] | None] = ...
    device_list: Given[list[str], list[str] | tuple[str, ...]] = ...
    @overload
    def __init__(self, *, additional_properties: dict[str, Any] = ...) -> None: ...
    @overload
    def __init__(
        self,
        campaign_name: str | None,
        software_name: str,
        software_from: str,
        software_to: str,
        distribution_type: str,
        start_date: date | str,
        end_date: date | str,
        download_after_date: date | str | None,
        download_time_window_list: list[V2TimeWindow] | None,
        install_after_date: date | str | None,
        install_time_window_list: list[V2TimeWindow] | None,
        device_list: list[str] | tuple[str, ...],
        *,
        additional_properties: dict[str, Any] = ...,
    ) -> None: ...
    @overload
    def __init__(
        self,
        *,
        software_name: str,
        software_from: str,
        software_to: str,
        distribution_type: str,
        start_date: date | str,
        end_date: date | str,
        device_list: list[str] | tuple[str, ...],
        campaign_name: str | None = ...,
        download_after_date: date | str | None = ...,
        download_time_window_list: list[V2TimeWindow] | None = ...,
        install_after_date: date | str | None = ...,
        install_time_window_list: list[V2TimeWindow] | None = ...,
        additional_properties: dict[str, Any] = ...,
    ) -> None: ...
