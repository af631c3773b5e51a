from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from fota_sdk.core.fields import Day, Text, wire
from fota_sdk.core.model import Model, Models
from fota_sdk.models.v2_time_window import V2TimeWindow


@dataclass(slots=True, eq=False, repr=False)
class CampaignSoftware(Model):
    """A software campaign, as the service answers it (V2)."""

    id: str | None = wire("id", Text(), "Id of the campaign, a UUID.", required=True)
    account_name: str | None = wire("accountName", Text(), "Account that the campaign belongs to.", required=True)
    campaign_name: str | None = wire("campaignName", Text(), "Label of the campaign.")
    software_name: str | None = wire("softwareName", Text(), "Name of the package.", required=True)
    distribution_type: str | None = wire(
        "distributionType", Text(), "How the devices get it: HTTP, LWM2M, OMD-DM; open.", required=True
    )
    make: str | None = wire("make", Text(), "Maker of the devices.", required=True)
    model: str | None = wire("model", Text(), "Model of the devices.", required=True)
    software_from: str | None = wire("softwareFrom", Text(), "Version to upgrade from.", required=True)
    software_to: str | None = wire("softwareTo", Text(), "Version to upgrade to.", required=True)
    start_date: date | None = wire("startDate", Day(), "First day, UTC.", required=True)
    end_date: date | None = wire("endDate", Day(), "Last day, UTC.", required=True)
    download_after_date: date | None = wire("downloadAfterDate", Day(), "First day on which devices may download.")
    download_time_window_list: list[V2TimeWindow] | None = wire(
        "downloadTimeWindowList", Models(V2TimeWindow), "Hours in which devices may download."
    )
    install_after_date: date | None = wire("installAfterDate", Day(), "First day on which devices may install.")
    install_time_window_list: list[V2TimeWindow] | None = wire(
        "installTimeWindowList", Models(V2TimeWindow), "Hours in which devices may install."
    )
    status: str | None = wire(
        "status",
        Text(),
        "Where the campaign stands; known values in `CampaignStatus`, others pass through.",
        required=True,
    )
