from __future__ import annotations

from dataclasses import dataclass

from fota_sdk.core.fields import wire
from fota_sdk.core.model import Model
from fota_sdk.models.v3_software_info import V3SoftwareInfo


@dataclass(slots=True, eq=False, repr=False)
class V3Device(Model):
    """A device that was looked up (V3). Nearly all of it may be missing."""

    device_id: str = wire("deviceId", example="990013907884253")
    """Device: a 15-digit IMEI."""
    request_status: str | None = wire("requestStatus", example="success")
    """Whether looking it up worked, in the words of the service; open."""
    result_reason: str | None = wire("resultReason", example="success")
    """Why looking it up failed, in the words of the service."""
    mdn: str | None = wire("mdn", example="5550000001")
    """Telephone number of the device: ten digits."""
    model: str | None = wire("model", example="GM01Q")
    """Model of the device."""
    make: str | None = wire("make", example="SEQUANS COMMUNICATIONS")
    """Maker of the device."""
    firmware: str | None = wire("firmware", example="SR1.2.0.0-10512")
    """Version that the device runs."""
    fota_eligible: bool | None = wire("fotaEligible", example=True)
    """Whether this service can upgrade it over the air."""
    status: str | None = wire("status", example="Active")
    """Whether it is connected, such as Active; open."""
    license_assigned: bool | None = wire("licenseAssigned", example=True)
    """Whether it has a license."""
    protocol: str | None = wire("protocol", example="LWM2M")
    """How the device is managed: LWM2M, OMADM, HTTP, NONE; open."""
    software_list: list[V3SoftwareInfo] | None = wire("softwareList")
    """Software that is installed."""
    file_list: list[V3SoftwareInfo] | None = wire("fileList")
    """Files that are on the device."""
    create_time: str | None = wire("createTime", example="2021-06-03 00:03:56.079 +0000 UTC")
    """When the record of the device was made; `parse_time` reads it."""
    status_time: str | None = wire("statusTime", example="2021-06-03 00:03:56.079 +0000 UTC")
    """When its firmware or software last changed; `parse_time` reads it."""
    update_time: str | None = wire("updateTime", example="2021-06-03 00:03:56.079 +0000 UTC")
    """When the record of the device last changed; `parse_time` reads it."""
    refresh_time: str | None = wire("refreshTime", example="2021-06-03 00:03:56.079 +0000 UTC")
    """When the device was last refreshed; `parse_time` reads it."""
    last_connection_time: str | None = wire("lastConnectionTime", example="2012-04-23T18:25:43.511Z")
    """When it was last looked whether the device can be reached; `parse_time` reads it."""
