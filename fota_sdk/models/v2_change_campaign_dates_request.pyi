# Made from v2_change_campaign_dates_request.py by "python doc/make.py"; what is to change is changed there.

from dataclasses import dataclass
from datetime import date
from typing import Any, overload

from fota_sdk.core.annotations import Given, Self
from fota_sdk.core.model import Model
from fota_sdk.models.campaign_software import CampaignSoftware
from fota_sdk.models.v2_time_window import V2TimeWindow

@dataclass(slots=True, eq=False, repr=False)
class V2ChangeCampaignDatesRequest(Model):
    start_date: Given[date, date | str] = ...
    end_date: Given[date, date | str] = ...
    download_after_date: Given[date, date | str | None] = ...
    download_time_window_list: Given[list[V2TimeWindow], list[V2TimeWindow] | None] = ...
    install_after_date: Given[date, date | str | None] = ...
    install_time_window_list: Given[list[V2TimeWindow], list[V2TimeWindow] | None] = ...
    @overload
    def __init__(self, *, additional_properties: dict[str, Any] = ...) -> None: ...
    @overload
    def __init__(
        self,
        start_date: date | str,
        end_date: date | str,
        download_after_date: date | str | None = ...,
        download_time_window_list: list[V2TimeWindow] | None = ...,
        install_after_date: date | str | None = ...,
        install_time_window_list: list[V2TimeWindow] | None = ...,
        *,
        additional_properties: dict[str, Any] = ...,
    ) -> None: ...
    @classmethod
    def from_campaign(cls, campaign: CampaignSoftware) -> Self: ...
