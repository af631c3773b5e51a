from __future__ import annotations

from dataclasses import dataclass

from fota_sdk.core.fields import Text, wire
from fota_sdk.core.model import Model


@dataclass(slots=True, eq=False, repr=False)
class V3DeviceListItem(Model):
    """What became of one device of a change (V3)."""

    device_id: str | None = wire("deviceId", Text(), "Device: a 15-digit IMEI.", example="990013907884253")
    status: str | None = wire(
        "status", Text(), "What became of it, such as AddDeviceSucceed; open.", example="AddDeviceSucceed"
    )
    reason: str | None = wire(
        "Reason", Text(), "Why, in the words of the service.", also="reason", example="Device added Successfully"
    )
