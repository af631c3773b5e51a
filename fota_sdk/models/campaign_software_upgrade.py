from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from fota_sdk.core.fields import wire
from fota_sdk.core.model import Model
from fota_sdk.models.rules import dates_in_order
from fota_sdk.models.v2_time_window import V2TimeWindow


@dataclass(slots=True, eq=False, repr=False)
class CampaignSoftwareUpgrade(Model):
    """A software upgrade to schedule (V2)."""

    _rules: ClassVar[Any] = (dates_in_order,)

    campaign_name: str | None = wire("campaignName", example="FOTA_Verizon_Upgrade")
    """Label of the campaign, free text."""
    software_name: str = wire("softwareName", example="FOTA_Verizon_Model-A_02To03_HF")
    """Name of the package, as in the service's list of available software."""
    software_from: str = wire("softwareFrom", example="FOTA_Verizon_Model-A_00To01_HF")
    """Version that the devices run now."""
    software_to: str = wire("softwareTo", example="FOTA_Verizon_Model-A_02To03_HF")
    """Version that the devices are to run."""
    distribution_type: str = wire("distributionType", example="HTTP")
    """How the devices get it: HTTP, or OMA; open."""
    start_date: date | str = wire("startDate", example="2020-08-21")
    """First day, UTC."""
    end_date: date | str = wire("endDate", example="2020-08-22")
    """Last day, UTC; not before the first."""
    download_after_date: date | str | None = wire("downloadAfterDate", example="2020-08-21")
    """First day on which devices may download; absent: at once."""
    download_time_window_list: list[V2TimeWindow] | None = wire("downloadTimeWindowList")
    """Hours in which devices may download; absent: any."""
    install_after_date: date | str | None = wire("installAfterDate", example="2020-08-21")
    """First day on which devices may install; absent: at once."""
    install_time_window_list: list[V2TimeWindow] | None = wire(
        "installTimeWindowList", example=[{"startTime": 22, "endTime": 23}]
    )
    """Hours in which devices may install; absent: any."""
    device_list: list[str] | tuple[str, ...] = wire("deviceList", example=["990013907884253", "990013907835578"])
    """Devices to upgrade: 15-digit IMEIs."""
