from __future__ import annotations

from dataclasses import dataclass

from fota_sdk.core.fields import wire
from fota_sdk.core.model import Model
from fota_sdk.models.v3_device import V3Device


@dataclass(slots=True, eq=False, repr=False)
class DeviceListResult(Model):
    """The devices that were looked up (V3). It has no further pages."""

    account_name: str = wire("accountName", example="0000123456-00001")
    """Account that the response is about."""
    device_count: int = wire("deviceCount", example=1)
    """How many devices the response holds."""
    device_list: list[V3Device] = wire("deviceList")
    """One entry a device; compare them with those that were asked for."""
