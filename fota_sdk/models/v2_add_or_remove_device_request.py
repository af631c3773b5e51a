from __future__ import annotations

from dataclasses import dataclass

from fota_sdk.core.fields import wire
from fota_sdk.core.model import Model
from fota_sdk.models.device_list_change import CHANGE


@dataclass(slots=True, eq=False, repr=False)
class V2AddOrRemoveDeviceRequest(Model):
    """Devices to add to, or remove from, a software campaign (V2)."""

    mtype: str = wire("Type", kind=CHANGE, also=("type",), example="append")
    """What to do: "append" or "remove", see `DeviceListChange`; open."""
    device_list: list[str] | tuple[str, ...] = wire("deviceList", example=["990013907833573"])
    """Devices to add or remove: 15-digit IMEIs."""
