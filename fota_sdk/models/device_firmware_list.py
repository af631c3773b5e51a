from __future__ import annotations

from dataclasses import dataclass

from fota_sdk.core.fields import wire
from fota_sdk.core.model import Model
from fota_sdk.models.device_firmware_version import DeviceFirmwareVersion


@dataclass(slots=True, eq=False, repr=False)
class DeviceFirmwareList(Model):
    """The firmware versions that were read (V3)."""

    account_name: str = wire("accountName", example="0000123456-00001")
    """Account that the response is about."""
    device_firmwar_version_list: list[DeviceFirmwareVersion] | None = wire("deviceFirmwarVersionList")
    """One entry a device."""
