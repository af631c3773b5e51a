from __future__ import annotations

from dataclasses import dataclass

from fota_sdk.core.fields import wire
from fota_sdk.core.model import Model


@dataclass(slots=True, eq=False, repr=False)
class DeviceFirmwareVersion(Model):
    """The firmware version of a device, as the device management server knows it (V3)."""

    device_id: str = wire("deviceId", example="990013907884253")
    """Device: a 15-digit IMEI."""
    firmware_version: str = wire("firmwareVersion", example="SR1.2.0.0-10657")
    """Version that the device runs."""
    status: str | None = wire("status", example="FirmwareVersionUpdateSuccess")
    """Whether reading worked, such as FirmwareVersionUpdateSuccess; open."""
    reason: str | None = wire("reason", example="success")
    """Why, in the words of the service."""
    firmware_version_update_time: str | None = wire(
        "firmwareVersionUpdateTime", also=("VersionUpdateTime",), example="2022-08-05T21:05:27.129Z"
    )
    """When the version was reported; `parse_time` reads it."""
