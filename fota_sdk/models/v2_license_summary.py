from __future__ import annotations

from dataclasses import dataclass

from fota_sdk.core.fields import Text, wire
from fota_sdk.core.model import Model
from fota_sdk.models.v2_license_device import V2LicenseDevice


@dataclass(slots=True, eq=False, repr=False)
class V2LicenseSummary(Model):
    """The licenses of an account, with a page of the devices that have one (V2)."""

    account_name: str = wire("accountName", example="0000123456-00001")
    """Account that the response is about."""
    assigned_licenses: int = wire("assignedLicenses", example=4319)
    """How many licenses are on devices; may be 0."""
    has_more_data: bool = wire("hasMoreData", example=False)
    """Whether there is another page."""
    max_page_size: int = wire("maxPageSize", example=1000)
    """Most entries that a page can have; says nothing about this one."""
    total_license: int | None = wire("totalLicense", example=5000)
    """How many licenses were bought."""
    last_seen_device_id: str | None = wire("lastSeenDeviceId", kind=Text(digits=True), example="990013907884253")
    """Cursor: what the call for the next page takes; a number is read as its digits."""
    device_list: list[V2LicenseDevice] | None = wire("deviceList")
    """Devices of this page that have a license; may be absent."""
