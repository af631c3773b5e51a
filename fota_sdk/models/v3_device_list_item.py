from __future__ import annotations

from dataclasses import dataclass

from fota_sdk.core.fields import wire
from fota_sdk.core.model import Model


@dataclass(slots=True, eq=False, repr=False)
class V3DeviceListItem(Model):
    """What became of one device of a change (V3)."""

    device_id: str | None = wire("deviceId", example="990013907884253")
    """Device: a 15-digit IMEI."""
    status: str | None = wire("status", example="AddDeviceSucceed")
    """What became of it, such as AddDeviceSucceed; open. `DeviceListChange.is_success` tells whether it was done."""
    reason: str | None = wire("Reason", also=("reason",), example="Device added Successfully")
    """Why, in the words of the service."""
