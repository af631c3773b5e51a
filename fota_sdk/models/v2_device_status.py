from __future__ import annotations

from dataclasses import dataclass

from fota_sdk.core.fields import wire
from fota_sdk.core.model import Model


@dataclass(slots=True, eq=False, repr=False)
class V2DeviceStatus(Model):
    """One device with its state (V2): in a campaign, or after its license was assigned or removed."""

    device_id: str = wire("deviceId", example="990013907884253")
    """Device: a 15-digit IMEI."""
    status: str = wire("status", example="UpgradeSuccess")
    """Its state: in a campaign one of `DeviceStatus`, after a change of licenses words such as Success; open."""
    result_reason: str | None = wire("resultReason", example="DownloadInstallSucceeded")
    """Why, in the words of the service."""
