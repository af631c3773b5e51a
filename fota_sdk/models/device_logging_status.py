from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from fota_sdk.core.fields import wire
from fota_sdk.core.model import Model


@dataclass(slots=True, eq=False, repr=False)
class DeviceLoggingStatus(Model):
    """A device that logs (V2)."""

    device_id: str = wire("deviceId", example="990013907884253")
    """Device: a 15-digit IMEI."""
    expiry_date: date = wire("expiryDate", example="2020-10-19")
    """Day on which logging turns itself off, seven days after it was turned on."""
