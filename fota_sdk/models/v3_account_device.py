from __future__ import annotations

from dataclasses import dataclass

from fota_sdk.core.fields import wire
from fota_sdk.core.model import Model
from fota_sdk.models.v3_software_info import V3SoftwareInfo


@dataclass(slots=True, eq=False, repr=False)
class V3AccountDevice(Model):
    """A device in the list of an account (V3)."""

    device_id: str = wire("deviceId", example="990013907884253")
    """Device: a 15-digit IMEI."""
    mdn: str = wire("mdn", example="5550000001")
    """Telephone number of the device: ten digits."""
    model: str = wire("model", example="GM01Q")
    """Model of the device."""
    make: str = wire("make", example="SEQUANS COMMUNICATIONS")
    """Maker of the device."""
    firmware: str = wire("firmware", example="SR1.2.0.0-10512")
    """Version that the device runs; a package fits where its `firmware_from` is the same."""
    fota_eligible: bool = wire("fotaEligible", example=True)
    """Whether this service can upgrade it over the air."""
    status: str = wire("status", example="Active")
    """Whether it is connected, such as Active; open."""
    license_assigned: bool = wire("licenseAssigned", example=True)
    """Whether it has a license."""
    protocol: str = wire("protocol", example="LWM2M")
    """How the device is managed: LWM2M, OMADM, HTTP, NONE; open."""
    software_list: list[V3SoftwareInfo] = wire("softwareList")
    """Software that is installed."""
    file_list: list[V3SoftwareInfo] | None = wire("fileList")
    """Files that are on the device."""
    create_time: str | None = wire("createTime", example="2021-06-03 00:03:56.079 +0000 UTC")
    """When the record of the device was made; `parse_time` reads it."""
    upgrade_time: str | None = wire("upgradeTime", example="2021-06-03 00:03:56.079 +0000 UTC")
    """When its firmware or software last changed; `parse_time` reads it."""
    update_time: str | None = wire("updateTime", example="2021-06-03 00:03:56.079 +0000 UTC")
    """When the record of the device last changed; `parse_time` reads it."""
    refresh_time: str | None = wire("refreshTime", example="2021-06-03 00:03:56.079 +0000 UTC")
    """When the device was last refreshed; `parse_time` reads it."""
