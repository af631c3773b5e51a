from __future__ import annotations

from dataclasses import dataclass

from fota_sdk.core.fields import wire
from fota_sdk.core.model import Model


@dataclass(slots=True, eq=False, repr=False)
class UploadConfigurationFilesResponse(Model):
    """A file that was uploaded (V2)."""

    file_name: str | None = wire("fileName", example="configfile-Verizon_VZW1_hello-world.txt")
    """Name that the service gave the file, which a campaign takes as `file_name`; it may differ from the uploaded
    one."""
    file_version: str | None = wire("fileVersion", example="1.0")
    """Version of the file."""
    launch_date: str | None = wire("launchDate", example="2020-08-31")
    """When it was uploaded: a day YYYY-MM-DD, or a time that `parse_time` reads."""
    release_note: str | None = wire("releaseNote", example="note")
    """Release note; often empty."""
    model: str | None = wire("model", example="VZW1")
    """Model of the devices that the file is for."""
    make: str | None = wire("make", example="Verizon")
    """Maker of the devices that the file is for."""
    distribution_type: str | None = wire("distributionType", example="HTTP")
    """How the devices get it: HTTP, LWM2M, OMD-DM; open."""
    device_platform_id: str | None = wire("devicePlatformId", example="IoT")
    """Platform that the file is for, such as IoT."""
    local_target_path: str | None = wire("localTargetPath", example="/VZWFOTA/hello-world.txt")
    """Where the file goes on the device."""
