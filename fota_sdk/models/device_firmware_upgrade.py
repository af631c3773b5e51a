from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from fota_sdk.core.fields import wire
from fota_sdk.core.model import Model


@dataclass(slots=True, eq=False, repr=False)
class DeviceFirmwareUpgrade(Model):
    """One upgrade in the history of a device (V3)."""

    device_id: str = wire("deviceId", example="990013907884253")
    """Device: a 15-digit IMEI."""
    campaign_id: str = wire("campaignId", also=("id",), example="60b5d639-ccdc-4db8-8824-069bd94c95bf")
    """Id of the campaign, a UUID."""
    account_name: str = wire("accountName", example="0000123456-00001")
    """Account that the response is about."""
    start_date: date = wire("startDate", example="2022-01-25")
    """Day of the upgrade, UTC."""
    status: str = wire("status", example="UpgradeSuccess")
    """What came of it: UpgradeSuccess, UpgradeFailed; open, see `DeviceStatus`."""
    reason: str = wire("reason", example="Upgrade completed successfully")
    """Why, in the words of the service."""
    firmware_name: str | None = wire(
        "firmwareName", example="SEQUANSCommunications_GM01Q_SR1.2.0.0-10512_SR1.2.0.0-10657"
    )
    """Name of the package."""
    firmware_from: str | None = wire("firmwareFrom", example="SR1.2.0.0-10512")
    """Version to upgrade from."""
    firmware_to: str | None = wire("firmwareTo", example="SR1.2.0.0-10657")
    """Version to upgrade to."""
    report_updated_time: str | None = wire("reportUpdatedTime", example="2022-01-26 03:45:01.608 +0000 UTC")
    """When this entry was written; `parse_time` reads it."""
