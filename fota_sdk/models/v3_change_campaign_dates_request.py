from __future__ import annotations

import copy
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from fota_sdk.core.annotations import Self
from fota_sdk.core.fields import wire
from fota_sdk.core.model import Model
from fota_sdk.exceptions import ValidationError
from fota_sdk.models.campaign import Campaign
from fota_sdk.models.firmware_campaign import FirmwareCampaign
from fota_sdk.models.rules import dates_in_order
from fota_sdk.models.v3_time_window import V3TimeWindow


@dataclass(slots=True, eq=False, repr=False)
class V3ChangeCampaignDatesRequest(Model):
    """The whole new set of dates and windows of a firmware campaign (V3)."""

    _rules: ClassVar[Any] = (dates_in_order,)

    start_date: date | str = wire("startDate", example="2021-09-29")
    """First day, UTC."""
    end_date: date | str = wire("endDate", example="2021-10-01")
    """Last day, UTC; not before the first."""
    campaign_time_window_list: list[V3TimeWindow] | None = wire("campaignTimeWindowList")
    """Hours in which the campaign may act; absent: any."""

    @classmethod
    def from_campaign(cls, campaign: Campaign | FirmwareCampaign) -> Self:
        """Return a request that changes nothing yet: the dates and windows of a campaign, all of which are needed.

        Args:
            campaign: As the service returned it; the copy shares nothing with it.

        Raises:
            ValidationError: It is something else.
        """
        if not isinstance(campaign, (Campaign, FirmwareCampaign)):
            raise ValidationError([("campaign", f"must be a campaign of V3, got {type(campaign).__name__}")])
        return cls(
            start_date=campaign.start_date,
            end_date=campaign.end_date,
            campaign_time_window_list=copy.deepcopy(campaign.campaign_time_window_list),
        )
