from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from fota_sdk.core.fields import Day, Text, wire
from fota_sdk.core.model import Model, Models
from fota_sdk.models.v3_time_window import V3TimeWindow


@dataclass(slots=True, eq=False, repr=False)
class FirmwareCampaign(Model):
    """A firmware campaign, as scheduling it and changing its dates answer it (V3)."""

    id: str | None = wire("id", Text(), "Id of the campaign, a UUID.", required=True)
    account_name: str | None = wire("accountName", Text(), "Account that the campaign belongs to.", required=True)
    campaign_name: str | None = wire("campaignName", Text(), "Label of the campaign.")
    firmware_name: str | None = wire("firmwareName", Text(), "Name of the package.")
    firmware_from: str | None = wire("firmwareFrom", Text(), "Version to upgrade from.", required=True)
    firmware_to: str | None = wire("firmwareTo", Text(), "Version to upgrade to.", required=True)
    protocol: str | None = wire("protocol", Text(), "Protocol of the devices, such as LWM2M; open.", required=True)
    make: str | None = wire("make", Text(), "Maker of the devices.", required=True)
    model: str | None = wire("model", Text(), "Model of the devices.", required=True)
    start_date: date | None = wire("startDate", Day(), "First day, UTC.", required=True)
    end_date: date | None = wire("endDate", Day(), "Last day, UTC.", required=True)
    campaign_time_window_list: list[V3TimeWindow] | None = wire(
        "campaignTimeWindowList", Models(V3TimeWindow), "Hours in which the campaign may act."
    )
    status: str | None = wire(
        "status",
        Text(),
        "Where the campaign stands; known values in `CampaignStatus`, others pass through.",
        required=True,
    )
