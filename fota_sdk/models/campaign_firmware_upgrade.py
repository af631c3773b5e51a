from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from fota_sdk.core.fields import wire
from fota_sdk.core.model import Model
from fota_sdk.models.rules import dates_in_order
from fota_sdk.models.v3_time_window import V3TimeWindow


@dataclass(slots=True, eq=False, repr=False)
class CampaignFirmwareUpgrade(Model):
    """A firmware upgrade to schedule (V3)."""

    _rules: ClassVar[Any] = (dates_in_order,)

    campaign_name: str | None = wire("campaignName", example="Smart FOTA - test 4")
    """Label of the campaign, free text."""
    firmware_name: str = wire("firmwareName", example="SEQUANSCommunications_GM01Q_SR1.2.0.0-10512_SR1.2.0.0-10657")
    """Name of the package, as in the service's list of available firmware."""
    firmware_from: str = wire("firmwareFrom", example="SR1.2.0.0-10512")
    """Version that the devices run now."""
    firmware_to: str = wire("firmwareTo", example="SR1.2.0.0-10657")
    """Version that the devices are to run."""
    protocol: str = wire("protocol", default="LWM2M", example="LWM2M")
    """Protocol of the devices: LWM2M unless said otherwise; open."""
    start_date: date | str = wire("startDate", example="2021-09-29")
    """First day, UTC."""
    end_date: date | str = wire("endDate", example="2021-10-01")
    """Last day, UTC; not before the first."""
    campaign_time_window_list: list[V3TimeWindow] | None = wire("campaignTimeWindowList")
    """Hours in which the campaign may act; absent: any."""
    device_list: list[str] | tuple[str, ...] = wire("deviceList", example=["990013907884253", "990013907835578"])
    """Devices to upgrade: 15-digit IMEIs."""
    auto_assign_license_flag: bool | None = wire("autoAssignLicenseFlag", example=False)
    """Whether devices without a license are given a free one; sent only if set."""
    auto_add_devices_flag: bool | None = wire("autoAddDevicesFlag", example=False)
    """Whether matching devices join while the campaign runs; sent only if set."""
