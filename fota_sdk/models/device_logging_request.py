from __future__ import annotations

from dataclasses import dataclass

from fota_sdk.core.fields import wire
from fota_sdk.core.model import Model


@dataclass(slots=True, eq=False, repr=False)
class DeviceLoggingRequest(Model):
    """Devices to turn logging on for (V2)."""

    device_ids: list[str] | tuple[str, ...] = wire("deviceIds", example=["990013907884253", "990013907835578"])
    """Devices to log: 15-digit IMEIs; an account may have 20 that log."""
