from __future__ import annotations

from dataclasses import dataclass

from fota_sdk.core.fields import wire
from fota_sdk.core.model import Model


@dataclass(slots=True, eq=False, repr=False)
class FirmwarePackage(Model):
    """One step, from a version to another, that a campaign can make (V3)."""

    firmware_name: str = wire("firmwareName", example="SEQUANSCommunications_GM01Q_SR1.2.0.0-10512_SR1.2.0.0-10657")
    """Name of the package, which a campaign takes as it is."""
    firmware_from: str = wire("firmwareFrom", example="SR1.2.0.0-10512")
    """Version that a device must run."""
    firmware_to: str = wire("firmwareTo", example="SR1.2.0.0-10657")
    """Version that it runs afterwards."""
    launch_date: str = wire("launchDate", example="2012-04-23T18:25:43.511Z")
    """When it was released; `parse_time` reads it, and gives None for the year 0001, which means unknown."""
    release_note: str = wire("releaseNote", example="")
    """Release note; often empty."""
    model: str = wire("model", example="GM01Q")
    """Model of the devices that it fits."""
    make: str = wire("make", example="SEQUANS Communications")
    """Maker of the devices that it fits."""
    protocol: str = wire("protocol", example="LWM2M")
    """Protocol of the devices, which a campaign takes as it is: LWM2M, OMD-DM; open."""
