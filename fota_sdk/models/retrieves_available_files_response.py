from __future__ import annotations

from dataclasses import dataclass

from fota_sdk.core.fields import wire
from fota_sdk.core.model import Model


@dataclass(slots=True, eq=False, repr=False)
class RetrievesAvailableFilesResponse(Model):
    """A file that a campaign can send (V2)."""

    file_name: str | None = wire("fileName", example="configfile-Verizon_VZW1_hello-world.txt")
    """Name of the file, which a campaign takes as `file_name`."""
    file_version: str | None = wire("fileVersion", example="1.0")
    """Version of the file."""
    release_note: str | None = wire("releaseNote", example="Hello world initial file")
    """Release note; often empty."""
    make: str | None = wire("make", example="Verizon")
    """Maker of the devices that the file is for."""
    model: str | None = wire("model", example="VZW1")
    """Model of the devices that the file is for."""
    local_target_path: str | None = wire("localTargetPath", example="/VZWFOTA/hello-world.txt")
    """Where the file goes on the device."""
    distribution_type: str | None = wire("distributionType", example="HTTP")
    """How the devices get it: HTTP, OMA; open."""
    device_platform_id: str | None = wire("devicePlatformId", example="IoT")
    """Platform that the file is for, such as IoT."""
