# Made from v3_change_campaign_dates_request.py by "python doc/make.py"; what is to change is changed there.

from dataclasses import dataclass
from datetime import date
from typing import Any, overload

from fota_sdk.core.annotations import Given, Self
from fota_sdk.core.model import Model
from fota_sdk.models.campaign import Campaign
from fota_sdk.models.firmware_campaign import FirmwareCampaign
from fota_sdk.models.v3_time_window import V3TimeWindow

@dataclass(slots=True, eq=False, repr=False)
class V3ChangeCampaignDatesRequest(Model):
    start_date: Given[date, date | str] = ...
    end_date: Given[date, date | str] = ...
    campaign_time_window_list: Given[list[V3TimeWindow], list[V3TimeWindow] | None] = ...
    @overload
    def __init__(self, *, additional_properties: dict[str, Any] = ...) -> None: ...
    @overload
    def __init__(
        self,
        start_date: date | str,
        end_date: date | str,
        campaign_time_window_list: list[V3TimeWindow] | None = ...,
        *,
        additional_properties: dict[str, Any] = ...,
    ) -> None: ...
    @classmethod
    def from_campaign(cls, campaign: Campaign | FirmwareCampaign) -> Self: ...
