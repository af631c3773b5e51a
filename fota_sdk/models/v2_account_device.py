from __future__ import annotations

from dataclasses import dataclass

from fota_sdk.core.fields import wire
from fota_sdk.core.model import Model
from fota_sdk.models.v2_software_info import V2SoftwareInfo


@dataclass(slots=True, eq=False, repr=False)
class V2AccountDevice(Model):
    """A device of an account (V2)."""

    device_id: str = wire("deviceId", example="990013907884253")
    """Device: a 15-digit IMEI."""
    mdn: str = wire("mdn", example="5550000001")
    """Telephone number of the device: ten digits."""
    model: str = wire("model", example="Model-A")
    """Model of the device."""
    make: str = wire("make", example="Verizon")
    """Maker of the device."""
    fota_eligible: bool = wire("fotaEligible", example=True)
    """Whether this service can upgrade it over the air."""
    app_fota_eligible: bool = wire("appFotaEligible", example=True)
    """Whether its application can be upgraded over the air."""
    license_assigned: bool = wire("licenseAssigned", example=True)
    """Whether it has a license."""
    distribution_type: str = wire("distributionType", example="HTTP")
    """How the device gets software: HTTP, LWM2M, OMD-DM; open."""
    software_list: list[V2SoftwareInfo] = wire("softwareList")
    """Software that is installed."""
    create_time: str | None = wire("createTime", example="2021-06-03 00:03:56.079 +0000 UTC")
    """When the record of the device was made; `parse_time` reads it."""
    upgrade_time: str | None = wire("upgradeTime", example="2021-06-03 00:03:56.079 +0000 UTC")
    """When its firmware or software last changed; `parse_time` reads it."""
    update_time: str | None = wire("updateTime", example="2021-06-03 00:03:56.079 +0000 UTC")
    """When the record of the device last changed; `parse_time` reads it."""
    refresh_time: str | None = wire("refreshTime", example="2021-06-03 00:03:56.079 +0000 UTC")
    """When the device was last refreshed; `parse_time` reads it."""
