from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from fota_sdk.core.fields import Day, Flag, Text, wire
from fota_sdk.core.model import Model, Models
from fota_sdk.models.v3_time_window import V3TimeWindow


@dataclass(slots=True, eq=False, repr=False)
class Campaign(Model):
    """A firmware campaign, as reading it answers it (V3)."""

    id: str | None = wire(
        "id", Text(), "Id of the campaign, a UUID.", required=True, example="f858b8c4-2153-11ec-8c44-aeb16d1aa652"
    )
    account_name: str | None = wire(
        "accountName", Text(), "Account that the campaign belongs to.", required=True, example="0000123456-00001"
    )
    campaign_name: str | None = wire("campaignName", Text(), "Label of the campaign.", example="Smart FOTA - test 4")
    firmware_name: str | None = wire(
        "firmwareName",
        Text(),
        "Name of the package.",
        example="SEQUANSCommunications_GM01Q_SR1.2.0.0-10512_SR1.2.0.0-10657",
    )
    firmware_from: str | None = wire("firmwareFrom", Text(), "Version to upgrade from.", example="SR1.2.0.0-10512")
    firmware_to: str | None = wire("firmwareTo", Text(), "Version to upgrade to.", example="SR1.2.0.0-10657")
    protocol: str | None = wire(
        "protocol", Text(), "Protocol of the devices, such as LWM2M; open.", required=True, example="LWM2M"
    )
    make: str | None = wire("make", Text(), "Maker of the devices.", required=True, example="SEQUANS Communications")
    model: str | None = wire("model", Text(), "Model of the devices.", required=True, example="GM01Q")
    start_date: date | None = wire("startDate", Day(), "First day, UTC.", required=True, example="2021-09-29")
    end_date: date | None = wire("endDate", Day(), "Last day, UTC.", required=True, example="2021-10-01")
    campaign_time_window_list: list[V3TimeWindow] | None = wire(
        "campaignTimeWindowList", Models(V3TimeWindow), "Hours in which the campaign may act."
    )
    status: str | None = wire(
        "status",
        Text(),
        "Where the campaign stands; known values in `CampaignStatus`, others pass through.",
        required=True,
        example="CampaignPreScheduled",
    )
    auto_assign_license_flag: bool | None = wire(
        "autoAssignLicenseFlag", Flag(), "Whether devices without a licence are given a free one.", example=False
    )
    auto_add_devices_flag: bool | None = wire(
        "autoAddDevicesFlag", Flag(), "Whether matching devices join while the campaign runs.", example=False
    )
