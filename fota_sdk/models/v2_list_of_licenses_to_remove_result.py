from __future__ import annotations

from dataclasses import dataclass

from fota_sdk.core.fields import wire
from fota_sdk.core.model import Model


@dataclass(slots=True, eq=False, repr=False)
class V2ListOfLicensesToRemoveResult(Model):
    """The devices that were put on the candidate list (V2)."""

    count: int = wire("count", example=2)
    """How many devices they are."""
    device_list: list[str] = wire("deviceList", example=["990013907884253", "990013907835578"])
    """The devices: 15-digit IMEIs."""
