from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from fota_sdk.core.fields import Day, Text, Texts, wire
from fota_sdk.core.model import Model, Models
from fota_sdk.models.rules import dates_in_order
from fota_sdk.models.v2_time_window import V2TimeWindow


@dataclass(slots=True, eq=False, repr=False)
class CampaignSoftwareUpgrade(Model):
    """A software upgrade to schedule (V2)."""

    _rules: ClassVar[Any] = (dates_in_order,)

    campaign_name: str | None = wire(
        "campaignName", Text(), "Label of the campaign, free text.", example="FOTA_Verizon_Upgrade"
    )
    software_name: str | None = wire(
        "softwareName",
        Text(),
        "Name of the package, as in the service's list of available software.",
        required=True,
        example="FOTA_Verizon_Model-A_02To03_HF",
    )
    software_from: str | None = wire(
        "softwareFrom",
        Text(),
        "Version that the devices run now.",
        required=True,
        example="FOTA_Verizon_Model-A_00To01_HF",
    )
    software_to: str | None = wire(
        "softwareTo",
        Text(),
        "Version that the devices are to run.",
        required=True,
        example="FOTA_Verizon_Model-A_02To03_HF",
    )
    distribution_type: str | None = wire(
        "distributionType", Text(), "How the devices get it: HTTP, or OMA; open.", required=True, example="HTTP"
    )
    start_date: date | str | None = wire("startDate", Day(), "First day, UTC.", required=True, example="2020-08-21")
    end_date: date | str | None = wire(
        "endDate", Day(), "Last day, UTC; not before the first.", required=True, example="2020-08-22"
    )
    download_after_date: date | str | None = wire(
        "downloadAfterDate", Day(), "First day on which devices may download; absent: at once.", example="2020-08-21"
    )
    download_time_window_list: list[V2TimeWindow] | None = wire(
        "downloadTimeWindowList", Models(V2TimeWindow), "Hours in which devices may download; absent: any."
    )
    install_after_date: date | str | None = wire(
        "installAfterDate", Day(), "First day on which devices may install; absent: at once.", example="2020-08-21"
    )
    install_time_window_list: list[V2TimeWindow] | None = wire(
        "installTimeWindowList",
        Models(V2TimeWindow),
        "Hours in which devices may install; absent: any.",
        example=[{"startTime": 22, "endTime": 23}],
    )
    device_list: list[str] | tuple[str, ...] | None = wire(
        "deviceList",
        Texts(),
        "Devices to upgrade: 15-digit IMEIs.",
        required=True,
        example=["990013907884253", "990013907835578"],
    )
