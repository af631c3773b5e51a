from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from fota_sdk.core.fields import Day, Text, wire
from fota_sdk.core.model import Model, Models
from fota_sdk.models.v2_time_window import V2TimeWindow


@dataclass(slots=True, eq=False, repr=False)
class CampaignSoftware(Model):
    """A software campaign, as the service answers it (V2)."""

    id: str | None = wire(
        "id", Text(), "Id of the campaign, a UUID.", required=True, example="60b5d639-ccdc-4db8-8824-069bd94c95bf"
    )
    account_name: str | None = wire(
        "accountName", Text(), "Account that the campaign belongs to.", required=True, example="0000123456-00001"
    )
    campaign_name: str | None = wire("campaignName", Text(), "Label of the campaign.", example="FOTA_Verizon_Upgrade")
    software_name: str | None = wire(
        "softwareName", Text(), "Name of the package.", required=True, example="FOTA_Verizon_Model-A_02To03_HF"
    )
    distribution_type: str | None = wire(
        "distributionType", Text(), "How the devices get it: HTTP, LWM2M, OMD-DM; open.", required=True, example="HTTP"
    )
    make: str | None = wire("make", Text(), "Maker of the devices.", required=True, example="Verizon")
    model: str | None = wire("model", Text(), "Model of the devices.", required=True, example="Model-A")
    software_from: str | None = wire(
        "softwareFrom", Text(), "Version to upgrade from.", required=True, example="FOTA_Verizon_Model-A_00To01_HF"
    )
    software_to: str | None = wire(
        "softwareTo", Text(), "Version to upgrade to.", required=True, example="FOTA_Verizon_Model-A_02To03_HF"
    )
    start_date: date | None = wire("startDate", Day(), "First day, UTC.", required=True, example="2020-08-21")
    end_date: date | None = wire("endDate", Day(), "Last day, UTC.", required=True, example="2020-08-22")
    download_after_date: date | None = wire(
        "downloadAfterDate", Day(), "First day on which devices may download.", example="2020-08-21"
    )
    download_time_window_list: list[V2TimeWindow] | None = wire(
        "downloadTimeWindowList", Models(V2TimeWindow), "Hours in which devices may download."
    )
    install_after_date: date | None = wire(
        "installAfterDate", Day(), "First day on which devices may install.", example="2020-08-21"
    )
    install_time_window_list: list[V2TimeWindow] | None = wire(
        "installTimeWindowList",
        Models(V2TimeWindow),
        "Hours in which devices may install.",
        example=[{"startTime": 22, "endTime": 23}],
    )
    status: str | None = wire(
        "status",
        Text(),
        "Where the campaign stands; known values in `CampaignStatus`, others pass through.",
        required=True,
        example="CampaignRequestPending",
    )
