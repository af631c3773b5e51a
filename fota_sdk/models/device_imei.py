from __future__ import annotations

from dataclasses import dataclass

from fota_sdk.core.fields import wire
from fota_sdk.core.model import Model


@dataclass(slots=True, eq=False, repr=False)
class DeviceIMEI(Model):
    """Devices to look up (V3)."""

    device_list: list[str] | tuple[str, ...] = wire("deviceList", example=["990013907884253"])
    """Devices to look up: 15-digit IMEIs; a response holds 1,000 at most."""
