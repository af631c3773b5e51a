from __future__ import annotations

from dataclasses import dataclass

from fota_sdk.core.fields import Text, wire
from fota_sdk.core.model import Model


@dataclass(slots=True, eq=False, repr=False)
class CheckInHistoryItem(Model):
    """A time at which a device asked the service for news (V2)."""

    device_id: str = wire("deviceId", example="990013907884253")
    """Device: a 15-digit IMEI."""
    client_type: str = wire("clientType", kind=Text(digits=True), example="1")
    """Kind of client that asked, as a code such as 1 for the operating system; a number is read as its digits."""
    result: str = wire("result", example="0")
    """What came of it, as a code; open."""
    failure_type: str = wire("failureType", example="0")
    """Kind of failure, as a code; open."""
    time_completed: str = wire("timeCompleted", example="10/22/2020 19:35:07")
    """When it was over; `parse_time` reads it."""
