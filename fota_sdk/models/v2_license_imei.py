from __future__ import annotations

from dataclasses import dataclass

from fota_sdk.core.fields import wire
from fota_sdk.core.model import Model


@dataclass(slots=True, eq=False, repr=False)
class V2LicenseIMEI(Model):
    """Devices to give licenses to, or to take them from (V2)."""

    device_list: list[str] | tuple[str, ...] = wire("deviceList", example=["990013907884253", "990013907835578"])
    """Devices to give licenses to, or to take them from: 15-digit IMEIs."""
    account_name: str | None = wire("accountName", example="0000123456-00001")
    """Account, which the path names already."""
