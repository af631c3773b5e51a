from __future__ import annotations

from dataclasses import dataclass

from fota_sdk.core.fields import wire
from fota_sdk.core.model import Model


@dataclass(slots=True, eq=False, repr=False)
class FirmwareIMEI(Model):
    """Devices whose firmware versions are to be read anew (V3)."""

    device_list: list[str] | tuple[str, ...] = wire("deviceList", example=["990013907884253"])
    """Devices to read: 15-digit IMEIs; the vendor asks for at most 100."""
