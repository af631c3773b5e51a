from __future__ import annotations

from dataclasses import dataclass

from fota_sdk.core.fields import wire
from fota_sdk.core.model import Model


@dataclass(slots=True, eq=False, repr=False)
class V2ListOfLicensesToRemove(Model):
    """A page of the candidate list: devices that lose their licenses first, if fewer are bought (V2)."""

    count: int = wire("count", example=2)
    """How many devices are on the list."""
    has_more_data: bool = wire("hasMoreData", example=False)
    """Whether there is another page."""
    update_time: str = wire("updateTime", example="2018-03-22 00:06:00.069 +0000 UTC")
    """When the list last changed; `parse_time` reads it."""
    device_list: list[str] = wire("deviceList", example=["990013907884253", "990013907835578"])
    """Devices of this page: 15-digit IMEIs."""
