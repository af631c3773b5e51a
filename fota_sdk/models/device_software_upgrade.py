from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from fota_sdk.core.fields import wire
from fota_sdk.core.model import Model


@dataclass(slots=True, eq=False, repr=False)
class DeviceSoftwareUpgrade(Model):
    """One upgrade in the history of a device (V2)."""

    device_id: str = wire("deviceId", example="990013907884253")
    """Device: a 15-digit IMEI."""
    id: str = wire("id", example="60b5d639-ccdc-4db8-8824-069bd94c95bf")
    """Id of the campaign, a UUID."""
    account_name: str = wire("accountName", example="0000123456-00001")
    """Account that the response is about."""
    start_date: date = wire("startDate", example="2018-03-05")
    """Day of the upgrade, UTC."""
    status: str = wire("status", example="UpgradeSuccess")
    """What came of it: UpgradeSuccess, UpgradeFailed; open, see `DeviceStatus`."""
    reason: str = wire("reason", example="success")
    """Why, in the words of the service."""
    software_name: str | None = wire("softwareName", example="FOTA_Verizon_Model-A_02To03_HF")
    """Name of the package."""
