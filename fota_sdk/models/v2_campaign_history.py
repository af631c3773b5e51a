from __future__ import annotations

from dataclasses import dataclass

from fota_sdk.core.fields import Text, wire
from fota_sdk.core.model import Model, Models
from fota_sdk.models.v2_campaign_meta_info import V2CampaignMetaInfo


@dataclass(slots=True, eq=False, repr=False)
class V2CampaignHistory(Model):
    """A page of the campaigns that have a status (V2)."""

    has_more_data: bool = wire("hasMoreData", example=False)
    """Whether there is another page."""
    campaign_list: list[V2CampaignMetaInfo] = wire("campaignList", kind=Models(V2CampaignMetaInfo, nullable=True))
    """Campaigns of this page; a null is read as the empty list."""
    last_seen_campaign_id: str | None = wire(
        "lastSeenCampaignId", kind=Text(digits=True), example="60b5d639-ccdc-4db8-8824-069bd94c95bf"
    )
    """Cursor: what the call for the next page takes; a number is read as its digits."""
