from __future__ import annotations

from dataclasses import dataclass

from fota_sdk.core.fields import Text, wire
from fota_sdk.core.model import Model, Models
from fota_sdk.models.v3_campaign_meta_info import V3CampaignMetaInfo


@dataclass(slots=True, eq=False, repr=False)
class V3CampaignHistory(Model):
    """A page of the campaigns that have a status (V3)."""

    has_more_data: bool = wire("hasMoreData", example=False)
    """Whether there is another page."""
    campaign_list: list[V3CampaignMetaInfo] = wire("campaignList", kind=Models(V3CampaignMetaInfo, nullable=True))
    """Campaigns of this page; a null is read as the empty list."""
    last_seen_campaign_id: str | None = wire(
        "lastSeenCampaignId", kind=Text(digits=True), example="f858b8c4-2153-11ec-8c44-aeb16d1aa652"
    )
    """Cursor: what the call for the next page takes; a number is read as its digits."""
