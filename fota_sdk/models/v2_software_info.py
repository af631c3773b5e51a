from __future__ import annotations

from dataclasses import dataclass

from fota_sdk.core.fields import wire
from fota_sdk.core.model import Model


@dataclass(slots=True, eq=False, repr=False)
class V2SoftwareInfo(Model):
    """Software that is installed on a device (V2)."""

    name: str = wire("name", example="FOTA_Verizon_Model-A_02To03_HF")
    """Name of the software, which a campaign takes as `software_from`."""
    version: str = wire("version", example="3")
    """Version of it."""
    upgrade_time: str = wire("upgradeTime", example="2020-09-08T19:00:51.541Z")
    """When it was installed; `parse_time` reads it."""
