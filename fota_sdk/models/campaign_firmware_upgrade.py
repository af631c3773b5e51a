from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from fota_sdk.core.fields import Day, Flag, Text, Texts, wire
from fota_sdk.core.model import Model, Models
from fota_sdk.models.rules import dates_in_order
from fota_sdk.models.v3_time_window import V3TimeWindow


@dataclass(slots=True, eq=False, repr=False)
class CampaignFirmwareUpgrade(Model):
    """A firmware upgrade to schedule (V3)."""

    _rules: ClassVar[Any] = (dates_in_order,)

    campaign_name: str | None = wire(
        "campaignName", Text(), "Label of the campaign, free text.", example="Smart FOTA - test 4"
    )
    firmware_name: str | None = wire(
        "firmwareName",
        Text(),
        "Name of the package, as in the service's list of available firmware.",
        required=True,
        example="SEQUANSCommunications_GM01Q_SR1.2.0.0-10512_SR1.2.0.0-10657",
    )
    firmware_from: str | None = wire(
        "firmwareFrom", Text(), "Version that the devices run now.", required=True, example="SR1.2.0.0-10512"
    )
    firmware_to: str | None = wire(
        "firmwareTo", Text(), "Version that the devices are to run.", required=True, example="SR1.2.0.0-10657"
    )
    protocol: str | None = wire(
        "protocol",
        Text(),
        "Protocol of the devices: LWM2M unless said otherwise; open.",
        required=True,
        default="LWM2M",
        example="LWM2M",
    )
    start_date: date | str | None = wire("startDate", Day(), "First day, UTC.", required=True, example="2021-09-29")
    end_date: date | str | None = wire(
        "endDate", Day(), "Last day, UTC; not before the first.", required=True, example="2021-10-01"
    )
    campaign_time_window_list: list[V3TimeWindow] | None = wire(
        "campaignTimeWindowList", Models(V3TimeWindow), "Hours in which the campaign may act; absent: any."
    )
    device_list: list[str] | tuple[str, ...] | None = wire(
        "deviceList",
        Texts(),
        "Devices to upgrade: 15-digit IMEIs.",
        required=True,
        example=["990013907884253", "990013907835578"],
    )
    auto_assign_license_flag: bool | None = wire(
        "autoAssignLicenseFlag",
        Flag(),
        "Whether devices without a licence are given a free one; sent only if set.",
        example=False,
    )
    auto_add_devices_flag: bool | None = wire(
        "autoAddDevicesFlag",
        Flag(),
        "Whether matching devices join while the campaign runs; sent only if set.",
        example=False,
    )
