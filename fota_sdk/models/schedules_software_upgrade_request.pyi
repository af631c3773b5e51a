# Made from schedules_software_upgrade_request.py by "python doc/make.py"; what is to change is changed there.

from dataclasses import dataclass
from typing import Any, overload

from fota_sdk.core.annotations import Given
from fota_sdk.core.model import Model
from fota_sdk.models.download_time_window import DownloadTimeWindow

@dataclass(slots=True, eq=False, repr=False)
class SchedulesSoftwareUpgradeRequest(Model):
    campaign_name: str | None = ...
    software_name: str = ...
    software_from: str = ...
    software_to: str = ...
    distribution_type: str = ...
    start_date: str = ...
    end_date: str = ...
    download_after_date: str | None = ...
    download_time_window_list: Given[list[DownloadTimeWindow], list[DownloadTimeWindow] | None] = ...
    install_after_date: str | None = ...
    install_time_window_list: Given[list[DownloadTimeWindow], list[DownloadTimeWindow] | None] = ...
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
        start_date: str,
        end_date: str,
        download_after_date: str | None,
        download_time_window_list: list[DownloadTimeWindow] | None,
        install_after_date: str | None,
        install_time_window_list: list[DownloadTimeWindow] | None,
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
        start_date: str,
        end_date: str,
        device_list: list[str] | tuple[str, ...],
        campaign_name: str | None = ...,
        download_after_date: str | None = ...,
        download_time_window_list: list[DownloadTimeWindow] | None = ...,
        install_after_date: str | None = ...,
        install_time_window_list: list[DownloadTimeWindow] | None = ...,
        additional_properties: dict[str, Any] = ...,
    ) -> None: ...
