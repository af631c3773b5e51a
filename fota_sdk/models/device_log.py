from __future__ import annotations

from dataclasses import dataclass

from fota_sdk.core.fields import wire
from fota_sdk.core.model import Model


@dataclass(slots=True, eq=False, repr=False)
class DeviceLog(Model):
    """An entry of a device's log (V2)."""

    device_id: str = wire("deviceId", example="990013907884253")
    """Device: a 15-digit IMEI."""
    log_time: str = wire("logTime", example="2020-10-22T19:29:50.901Z")
    """When it was logged; `parse_time` reads it."""
    log_type: str = wire("logType", example="Event")
    """Kind of entry, such as Event or SoftwareUpdate; open."""
    event_log: str = wire("eventLog", example="Downloaded")
    """What was logged."""
    binary_log_file_base_64: str = wire("binaryLogFileBase64", example="AA==")
    """File of the entry in base64; may be empty."""
    binary_log_filename: str = wire("binaryLogFilename", example="event.bin")
    """Name of that file; may be empty."""
