from __future__ import annotations

from dataclasses import dataclass

from fota_sdk.core.fields import Text, wire
from fota_sdk.core.model import Model
from fota_sdk.models.v3_account_device import V3AccountDevice


@dataclass(slots=True, eq=False, repr=False)
class V3AccountDeviceList(Model):
    """A page of the devices of an account (V3)."""

    account_name: str = wire("accountName", example="0000123456-00001")
    """Account that the response is about."""
    has_more_data: bool = wire("hasMoreData", example=False)
    """Whether there is another page."""
    max_page_size: int = wire("maxPageSize", example=1000)
    """Most entries that a page can have; says nothing about this one."""
    device_list: list[V3AccountDevice] = wire("deviceList")
    """Devices of this page; may be empty."""
    last_seen_device_id: str | None = wire("lastSeenDeviceId", kind=Text(digits=True), example="990013907884253")
    """Cursor: what the call for the next page takes; a number is read as its digits."""
