from __future__ import annotations

from dataclasses import dataclass

from fota_sdk.core.fields import wire
from fota_sdk.core.model import Model
from fota_sdk.models.device_list_change import CHANGE


@dataclass(slots=True, eq=False, repr=False)
class V2ListOfLicensesToRemoveRequest(Model):
    """Devices for the candidate list (V2).

    Without `mtype` the service replaces the whole list.
    """

    device_list: list[str] | tuple[str, ...] = wire("deviceList", example=["990013907884253", "990013907835578"])
    """Devices in the order in which they are to lose their licenses: 15-digit IMEIs."""
    mtype: str | None = wire("type", kind=CHANGE, example="append")
    """What to do: "append" adds to the list, see `DeviceListChange`; absent: the devices replace the list; open."""
    count: int | None = wire("count", example=2)
    """How many devices the request names; 0 or more."""
