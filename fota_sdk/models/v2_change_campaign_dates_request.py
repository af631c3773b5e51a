from __future__ import annotations

import copy
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from fota_sdk.core.annotations import Self
from fota_sdk.core.fields import wire
from fota_sdk.core.model import Model
from fota_sdk.exceptions import ValidationError
from fota_sdk.models.campaign_software import CampaignSoftware
from fota_sdk.models.rules import dates_in_order
from fota_sdk.models.v2_time_window import V2TimeWindow


@dataclass(slots=True, eq=False, repr=False)
class V2ChangeCampaignDatesRequest(Model):
    """The whole new set of dates and windows of a software campaign (V2)."""

    _rules: ClassVar[Any] = (dates_in_order,)

    start_date: date | str = wire("startDate", example="2020-08-21")
    """First day, UTC."""
    end_date: date | str = wire("endDate", example="2020-08-22")
    """Last day, UTC; not before the first."""
    download_after_date: date | str | None = wire("downloadAfterDate", example="2020-08-21")
    """First day on which devices may download; absent: at once."""
    download_time_window_list: list[V2TimeWindow] | None = wire("downloadTimeWindowList")
    """Hours in which devices may download; the service keeps existing ones."""
    install_after_date: date | str | None = wire("installAfterDate", example="2020-08-21")
    """First day on which devices may install; absent: at once."""
    install_time_window_list: list[V2TimeWindow] | None = wire(
        "installTimeWindowList", example=[{"startTime": 22, "endTime": 23}]
    )
    """Hours in which devices may install; the service keeps existing ones."""

    @classmethod
    def from_campaign(cls, campaign: CampaignSoftware) -> Self:
        """Return a request that changes nothing yet: the dates and windows of a campaign, all of which are needed.

        Args:
            campaign: As the service returned it; the copy shares nothing with it.

        Raises:
            ValidationError: It is something else.
        """
        if not isinstance(campaign, CampaignSoftware):
            raise ValidationError([("campaign", f"must be a campaign of V2, got {type(campaign).__name__}")])
        return cls(
            start_date=campaign.start_date,
            end_date=campaign.end_date,
            download_after_date=campaign.download_after_date,
            download_time_window_list=copy.deepcopy(campaign.download_time_window_list),
            install_after_date=campaign.install_after_date,
            install_time_window_list=copy.deepcopy(campaign.install_time_window_list),
        )
