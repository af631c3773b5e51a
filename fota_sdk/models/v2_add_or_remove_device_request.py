from __future__ import annotations

from dataclasses import dataclass

from fota_sdk.core.fields import Text, Texts, wire
from fota_sdk.core.model import Model


@dataclass(slots=True, eq=False, repr=False)
class V2AddOrRemoveDeviceRequest(Model):
    """Devices to add to, or remove from, a software campaign (V2)."""

    mtype: str | None = wire(
        "Type",
        Text(),
        'What to do: "append" or "remove", see `DeviceListChange`; open.',
        required=True,
        also="type",
        example="append",
    )
    device_list: list[str] | tuple[str, ...] | None = wire(
        "deviceList", Texts(), "Devices to add or remove: 15-digit IMEIs.", required=True, example=["990013907833573"]
    )
