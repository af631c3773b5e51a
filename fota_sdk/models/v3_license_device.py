from __future__ import annotations

from dataclasses import dataclass

from fota_sdk.core.fields import wire
from fota_sdk.core.model import Model


@dataclass(slots=True, eq=False, repr=False)
class V3LicenseDevice(Model):
    """A device that has a license (V3)."""

    device_id: str = wire("deviceId", example="990013907884253")
    """Device: a 15-digit IMEI."""
    assignment_time: str | None = wire("assignmentTime", example="2017-11-29 20:15:42.738 +0000 UTC")
    """When the license was given; `parse_time` reads it."""
