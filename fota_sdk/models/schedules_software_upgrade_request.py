from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from fota_sdk.core.fields import Day, wire
from fota_sdk.core.model import Model
from fota_sdk.models.download_time_window import DownloadTimeWindow
from fota_sdk.models.rules import dates_in_order


@dataclass(slots=True, eq=False, repr=False)
class SchedulesSoftwareUpgradeRequest(Model):
    """A software upgrade of HTTP devices to schedule (V2). Its days and hours are texts."""

    _rules: ClassVar[Any] = (dates_in_order,)

    campaign_name: str | None = wire("campaignName", example="FOTA_Verizon_Upgrade")
    """Label of the campaign, free text; one of its own finds the campaign again."""
    software_name: str = wire("softwareName", example="FOTA_Verizon_Model-A_02To03_HF")
    """Name of the package, as in the service's list of available software."""
    software_from: str = wire("softwareFrom", example="FOTA_Verizon_Model-A_00To01_HF")
    """Software that the devices run now."""
    software_to: str = wire("softwareTo", example="FOTA_Verizon_Model-A_02To03_HF")
    """Software that the devices are to run."""
    distribution_type: str = wire("distributionType", example="HTTP")
    """How the devices get it: HTTP, or OMA; open."""
    start_date: str = wire("startDate", kind=Day(text=True), example="2020-08-21")
    """First day, UTC: YYYY-MM-DD."""
    end_date: str = wire("endDate", kind=Day(text=True), example="2020-08-22")
    """Last day, UTC: YYYY-MM-DD; not before the first."""
    download_after_date: str | None = wire("downloadAfterDate", kind=Day(text=True), example="2020-08-21")
    """First day on which devices may download: YYYY-MM-DD; absent: at once."""
    download_time_window_list: list[DownloadTimeWindow] | None = wire("downloadTimeWindowList")
    """Hours in which devices may download; absent: any."""
    install_after_date: str | None = wire("installAfterDate", kind=Day(text=True), example="2020-08-21")
    """First day on which devices may install: YYYY-MM-DD; absent: at once."""
    install_time_window_list: list[DownloadTimeWindow] | None = wire(
        "installTimeWindowList", example=[{"startTime": "22", "endTime": "23"}]
    )
    """Hours in which devices may install; absent: any."""
    device_list: list[str] | tuple[str, ...] = wire("deviceList", example=["990013907884253", "990013907835578"])
    """Devices to upgrade: 15-digit IMEIs."""
