from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from fota_sdk.core.fields import wire
from fota_sdk.core.model import Model
from fota_sdk.models.v3_time_window import V3TimeWindow


@dataclass(slots=True, eq=False, repr=False)
class Campaign(Model):
    """A firmware campaign, as reading it returns it (V3)."""

    id: str = wire("id", example="f858b8c4-2153-11ec-8c44-aeb16d1aa652")
    """Id of the campaign, a UUID."""
    account_name: str = wire("accountName", example="0000123456-00001")
    """Account that the campaign belongs to."""
    campaign_name: str | None = wire("campaignName", example="Smart FOTA - test 4")
    """Label of the campaign."""
    firmware_name: str | None = wire(
        "firmwareName", example="SEQUANSCommunications_GM01Q_SR1.2.0.0-10512_SR1.2.0.0-10657"
    )
    """Name of the package."""
    firmware_from: str | None = wire("firmwareFrom", example="SR1.2.0.0-10512")
    """Version to upgrade from."""
    firmware_to: str | None = wire("firmwareTo", example="SR1.2.0.0-10657")
    """Version to upgrade to."""
    protocol: str = wire("protocol", example="LWM2M")
    """Protocol of the devices, such as LWM2M; open."""
    make: str = wire("make", example="SEQUANS Communications")
    """Maker of the devices."""
    model: str = wire("model", example="GM01Q")
    """Model of the devices."""
    start_date: date = wire("startDate", example="2021-09-29")
    """First day, UTC."""
    end_date: date = wire("endDate", example="2021-10-01")
    """Last day, UTC."""
    campaign_time_window_list: list[V3TimeWindow] | None = wire("campaignTimeWindowList")
    """Hours in which the campaign may act."""
    status: str = wire("status", example="CampaignPreScheduled")
    """Where the campaign stands; known values in `CampaignStatus`, others pass through."""
    auto_assign_license_flag: bool | None = wire("autoAssignLicenseFlag", example=False)
    """Whether devices without a license are given a free one."""
    auto_add_devices_flag: bool | None = wire("autoAddDevicesFlag", example=False)
    """Whether matching devices join while the campaign runs."""
