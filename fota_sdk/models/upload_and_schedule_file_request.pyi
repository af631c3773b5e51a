# Made from upload_and_schedule_file_request.py by "python doc/make.py"; what is to change is changed there.

from dataclasses import dataclass
from typing import Any, overload

from fota_sdk.core.annotations import Given
from fota_sdk.core.model import Model
from fota_sdk.models.download_time_window import DownloadTimeWindow

@dataclass(slots=True, eq=False, repr=False)
class UploadAndScheduleFileRequest(Model):
    campaign_name: str | None = ...
    file_name: str = ...
    file_version: str = ...
    distribution_type: str = ...
    start_date: str = ...
    end_date: str = ...
    download_after_date: str | None = ...
    download_time_window_list: Given[list[DownloadTimeWindow], list[DownloadTimeWindow] | None] = ...
    install_after_date: str | None = ...
    install_time_window_list: Given[list[DownloadTimeWindow], list[DownloadTimeWindow] | None] = ...
    device_list: Given[list[str], list[str] | tuple[str, ...] | None] = ...
    @overload
    def __init__(self, *, additional_properties: dict[str, Any] = ...) -> None: ...
    @overload
    def __init__(
        self,
        campaign_name: str | None,
        file_name: str,
        file_version: str,
        distribution_type: str,
        start_date: str,
        end_date: str,
        download_after_date: str | None = ...,
        download_time_window_list: list[DownloadTimeWindow] | None = ...,
        install_after_date: str | None = ...,
        install_time_window_list: list[DownloadTimeWindow] | None = ...,
        device_list: list[str] | tuple[str, ...] | None = ...,
        *,
        additional_properties: dict[str, Any] = ...,
    ) -> None: ...
    @overload
    def __init__(
        self,
        *,
        file_name: str,
        file_version: str,
        distribution_type: str,
        start_date: str,
        end_date: str,
        campaign_name: str | None = ...,
        download_after_date: str | None = ...,
        download_time_window_list: list[DownloadTimeWindow] | None = ...,
        install_after_date: str | None = ...,
        install_time_window_list: list[DownloadTimeWindow] | None = ...,
        device_list: list[str] | tuple[str, ...] | None = ...,
        additional_properties: dict[str, Any] = ...,
    ) -> None: ...
