from __future__ import annotations

from dataclasses import dataclass

from fota_sdk.core.fields import wire
from fota_sdk.core.model import Model
from fota_sdk.models.v3_device_list_item import V3DeviceListItem


@dataclass(slots=True, eq=False, repr=False)
class V3AddOrRemoveDeviceResult(Model):
    """What became of each device of a change (V3)."""

    account_name: str = wire("accountName", example="0000123456-00001")
    """Account that the campaign belongs to."""
    campaign_id: str = wire("campaignId", example="f858b8c4-2153-11ec-8c44-aeb16d1aa652")
    """Id of the campaign."""
    device_list: list[V3DeviceListItem] = wire("deviceList")
    """One entry a device; look at the status of each."""
