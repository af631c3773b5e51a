from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from fota_sdk.core.fields import wire
from fota_sdk.core.model import Model
from fota_sdk.models.v2_time_window import V2TimeWindow


@dataclass(slots=True, eq=False, repr=False)
class CampaignSoftware(Model):
    """A software campaign, as the service returns it (V2)."""

    id: str = wire("id", example="60b5d639-ccdc-4db8-8824-069bd94c95bf")
    """Id of the campaign, a UUID."""
    account_name: str = wire("accountName", example="0000123456-00001")
    """Account that the campaign belongs to."""
    campaign_name: str | None = wire("campaignName", example="FOTA_Verizon_Upgrade")
    """Label of the campaign."""
    software_name: str = wire("softwareName", example="FOTA_Verizon_Model-A_02To03_HF")
    """Name of the package."""
    distribution_type: str = wire("distributionType", example="HTTP")
    """How the devices get it: HTTP, LWM2M, OMD-DM; open."""
    make: str = wire("make", example="Verizon")
    """Maker of the devices."""
    model: str = wire("model", example="Model-A")
    """Model of the devices."""
    software_from: str = wire("softwareFrom", example="FOTA_Verizon_Model-A_00To01_HF")
    """Version to upgrade from."""
    software_to: str = wire("softwareTo", example="FOTA_Verizon_Model-A_02To03_HF")
    """Version to upgrade to."""
    start_date: date = wire("startDate", example="2020-08-21")
    """First day, UTC."""
    end_date: date = wire("endDate", example="2020-08-22")
    """Last day, UTC."""
    download_after_date: date | None = wire("downloadAfterDate", example="2020-08-21")
    """First day on which devices may download."""
    download_time_window_list: list[V2TimeWindow] | None = wire("downloadTimeWindowList")
    """Hours in which devices may download."""
    install_after_date: date | None = wire("installAfterDate", example="2020-08-21")
    """First day on which devices may install."""
    install_time_window_list: list[V2TimeWindow] | None = wire(
        "installTimeWindowList", example=[{"startTime": 22, "endTime": 23}]
    )
    """Hours in which devices may install."""
    status: str = wire("status", example="CampaignRequestPending")
    """Where the campaign stands; known values in `CampaignStatus`, others pass through."""
