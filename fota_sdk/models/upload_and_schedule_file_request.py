from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from fota_sdk.core.fields import Day, wire
from fota_sdk.core.model import Model
from fota_sdk.models.download_time_window import DownloadTimeWindow
from fota_sdk.models.rules import dates_in_order


@dataclass(slots=True, eq=False, repr=False)
class UploadAndScheduleFileRequest(Model):
    """A file to send to devices (V2)."""

    _rules: ClassVar[Any] = (dates_in_order,)

    campaign_name: str | None = wire("campaignName", example="FOTA_Verizon_Upgrade")
    """Label of the campaign, free text; one of its own finds the campaign again."""
    file_name: str = wire("fileName", example="configfile-Verizon_VZW1_hello-world.txt")
    """Name of the file, as the upload or the list of files names it."""
    file_version: str = wire("fileVersion", example="1.0")
    """Version of the file."""
    distribution_type: str = wire("distributionType", example="HTTP")
    """How the devices get it: HTTP, or OMA; open."""
    start_date: str = wire("startDate", kind=Day(text=True), example="2021-02-08")
    """First day, UTC: YYYY-MM-DD."""
    end_date: str = wire("endDate", kind=Day(text=True), example="2021-02-09")
    """Last day, UTC: YYYY-MM-DD; not before the first."""
    download_after_date: str | None = wire("downloadAfterDate", kind=Day(text=True), example="2021-02-08")
    """First day on which devices may download: YYYY-MM-DD; absent: at once."""
    download_time_window_list: list[DownloadTimeWindow] | None = wire("downloadTimeWindowList")
    """Hours in which devices may download; absent: any."""
    install_after_date: str | None = wire("installAfterDate", kind=Day(text=True), example="2021-02-08")
    """First day on which devices may install: YYYY-MM-DD; absent: at once."""
    install_time_window_list: list[DownloadTimeWindow] | None = wire(
        "installTimeWindowList", example=[{"startTime": "22", "endTime": "23"}]
    )
    """Hours in which devices may install; absent: any."""
    device_list: list[str] | tuple[str, ...] | None = wire("deviceList", example=["990013907884253", "990013907835578"])
    """Devices to send the file to: 15-digit IMEIs."""
