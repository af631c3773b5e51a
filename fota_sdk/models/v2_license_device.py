from __future__ import annotations

from dataclasses import dataclass

from fota_sdk.core.fields import wire
from fota_sdk.core.model import Model


@dataclass(slots=True, eq=False, repr=False)
class V2LicenseDevice(Model):
    """A device that has a license (V2)."""

    device_id: str = wire("deviceId", example="990013907884253")
    """Device: a 15-digit IMEI."""
    assignment_time: str | None = wire("assignmentTime", example="2017-11-29T16:03:42.000Z")
    """When the license was given; `parse_time` reads it."""
