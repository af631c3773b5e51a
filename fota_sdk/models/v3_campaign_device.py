from __future__ import annotations

from dataclasses import dataclass

from fota_sdk.core.fields import Text, wire
from fota_sdk.core.model import Model
from fota_sdk.models.v3_device_status import V3DeviceStatus


@dataclass(slots=True, eq=False, repr=False)
class V3CampaignDevice(Model):
    """A page of the devices of a campaign (V3)."""

    has_more_data: bool = wire("hasMoreData", example=False)
    """Whether there is another page."""
    max_page_size: int = wire("maxPageSize", example=1000)
    """Most entries that a page can have; says nothing about this one."""
    device_list: list[V3DeviceStatus] = wire("deviceList")
    """Devices of this page; may be empty."""
    total_device: int | None = wire("totalDevice", example=1)
    """How many devices the whole campaign has."""
    last_seen_device_id: str | None = wire("lastSeenDeviceId", kind=Text(digits=True), example="990013907884253")
    """Cursor: what the call for the next page takes; a number is read as its digits."""
