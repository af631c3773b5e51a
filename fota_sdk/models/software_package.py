from __future__ import annotations

from dataclasses import dataclass

from fota_sdk.core.fields import wire
from fota_sdk.core.model import Model


@dataclass(slots=True, eq=False, repr=False)
class SoftwarePackage(Model):
    """A package that a campaign can install (V2). It names no version to upgrade from."""

    software_name: str = wire("softwareName", also=("software",), example="FOTA_Verizon_Model-A_02To03_HF")
    """Name of the package, which a campaign takes as `software_name`, and in all known examples as `software_to`."""
    launch_date: str = wire("launchDate", example="2020-08-31")
    """When it was released: a day YYYY-MM-DD, or a time that `parse_time` reads."""
    model: str = wire("model", example="Model-A")
    """Model of the devices that it fits."""
    make: str = wire("make", example="Verizon")
    """Maker of the devices that it fits."""
    distribution_type: str = wire("distributionType", example="HTTP")
    """How the devices get it: HTTP, LWM2M, OMD-DM; open."""
    device_platform_id: str = wire("devicePlatformId", example="IoT")
    """Platform that the package is for, such as IoT."""
    release_note: str | None = wire("releaseNote", example="")
    """Release note; often empty."""
