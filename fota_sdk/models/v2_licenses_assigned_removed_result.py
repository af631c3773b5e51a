from __future__ import annotations

from dataclasses import dataclass

from fota_sdk.core.fields import wire
from fota_sdk.core.model import Model
from fota_sdk.models.v2_device_status import V2DeviceStatus


@dataclass(slots=True, eq=False, repr=False)
class V2LicensesAssignedRemovedResult(Model):
    """What became of each device whose license was assigned or removed (V2)."""

    account_name: str = wire("accountName", example="0000123456-00001")
    """Account that the response is about."""
    lic_total_count: int = wire("licTotalCount", example=1000)
    """How many licenses were bought."""
    lic_used_count: int = wire("licUsedCount", example=502)
    """How many licenses are on devices after the call; may be 0."""
    device_list: list[V2DeviceStatus] = wire("deviceList")
    """One entry a device; look at the status of each."""
