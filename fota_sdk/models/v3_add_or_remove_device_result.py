from __future__ import annotations

from dataclasses import dataclass

from fota_sdk.core.fields import Text, wire
from fota_sdk.core.model import Model, Models
from fota_sdk.models.v3_device_list_item import V3DeviceListItem


@dataclass(slots=True, eq=False, repr=False)
class V3AddOrRemoveDeviceResult(Model):
    """What became of each device of a change (V3)."""

    account_name: str | None = wire(
        "accountName", Text(), "Account that the campaign belongs to.", required=True, example="0000123456-00001"
    )
    campaign_id: str | None = wire(
        "campaignId", Text(), "Id of the campaign.", required=True, example="f858b8c4-2153-11ec-8c44-aeb16d1aa652"
    )
    device_list: list[V3DeviceListItem] | None = wire(
        "deviceList", Models(V3DeviceListItem), "One entry a device; look at the status of each.", required=True
    )
