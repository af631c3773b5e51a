from __future__ import annotations

from dataclasses import dataclass

from fota_sdk.core.fields import wire
from fota_sdk.core.model import Model


@dataclass(slots=True, eq=False, repr=False)
class V3DeviceStatus(Model):
    """One device with its state (V3): in a campaign, or after its license was assigned or removed."""

    device_id: str = wire("deviceId", example="990013907884253")
    """Device: a 15-digit IMEI."""
    status: str = wire("status", example="UpgradePending")
    """Its state: in a campaign one of `DeviceStatus`, after a change of licenses words such as LicenseAssignSuccess;
    open."""
    result_reason: str | None = wire(
        "resultReason",
        also=("Reason", "reason"),
        example="Upgrade pending, the device upgrade is estimated to be scheduled for 06 Oct 22 18:05 UTC",
    )
    """Why, in the words of the service."""
    updated_time: str | None = wire("updatedTime", example="2022-08-05T21:05:27.129Z")
    """When this state was written; `parse_time` reads it."""
    recent_attempt_time: str | None = wire("recentAttemptTime", example="2022-10-05T21:05:01.19Z")
    """When it was last tried; `parse_time` reads it."""
    next_attempt_time: str | None = wire("nextAttemptTime", example="2022-10-06T18:35:00Z")
    """When it is tried next; `parse_time` reads it."""
