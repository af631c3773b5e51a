from __future__ import annotations

from dataclasses import dataclass

from fota_sdk.core.fields import wire
from fota_sdk.core.model import Model


@dataclass(slots=True, eq=False, repr=False)
class V3SoftwareInfo(Model):
    """Software or a file that is on a device (V3)."""

    name: str = wire("name", example="VZ_MDM_IOT")
    """Name of the software or file."""
    version: str = wire("version", example="0.14")
    """Version of it."""
    upgrade_time: str = wire("upgradeTime", example="2012-04-23T18:25:43.511Z")
    """When it was installed; `parse_time` reads it."""
