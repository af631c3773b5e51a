"""The ten campaign operations of the reference pages, called as the tests of `campaigns` call them."""

from __future__ import annotations

from typing import Any

from tests.conftest import ACCOUNT, CAMPAIGN_ID
from tests.unit.operations.campaigns import operation_named
from tests.unit.operations.facts import Facts


def facts(name: str, signature: str, target: str, effect: str, body_type: str | None = None) -> Facts:
    shown = operation_named(name)
    values: dict[str, Any] = {signature.partition(",")[0]: ACCOUNT}
    if "campaign_id" in signature:
        values["campaign_id"] = CAMPAIGN_ID
    return Facts(
        name,
        f"campaigns_{name[:2]}",
        signature,
        shown.http_method,
        target,
        values,
        shown.answer,
        shown.answer_type,
        effect,
        body=shown.body,
        body_type=body_type,
    )


V2 = "/api/fota/v2/campaigns/0000123456-00001"
V3 = "/api/fota/v3/campaigns/0000123456-00001/60b5d639-ccdc-4db8-8824-069bd94c95bf"
V3_FIRMWARE = "/api/fota/v3/campaigns/firmware/0000123456-00001"
ID = "60b5d639-ccdc-4db8-8824-069bd94c95bf"

TEN_CAMPAIGNS = [
    facts(
        "v2.schedule_campaign_firmware_upgrade", "account, body", V2, "SCHEDULES", body_type="CampaignSoftwareUpgrade"
    ),
    facts("v2.get_campaign_information", "account, campaign_id", f"{V2}/{ID}", "READS"),
    facts(
        "v2.update_campaign_firmware_devices",
        "account, campaign_id, body",
        f"{V2}/{ID}",
        "ACTS",
        body_type="V2AddOrRemoveDeviceRequest",
    ),
    facts("v2.cancel_campaign", "account, campaign_id", f"{V2}/{ID}", "ACTS"),
    facts(
        "v2.update_campaign_dates",
        "account, campaign_id, body",
        f"{V2}/{ID}/dates",
        "SETS",
        body_type="V2ChangeCampaignDatesRequest",
    ),
    facts(
        "v3.schedule_campaign_firmware_upgrade",
        "acc, body",
        V3_FIRMWARE,
        "SCHEDULES",
        body_type="CampaignFirmwareUpgrade",
    ),
    facts(
        "v3.update_campaign_firmware_devices",
        "acc, campaign_id, body",
        f"{V3_FIRMWARE}/{ID}",
        "ACTS",
        body_type="V3AddOrRemoveDeviceRequest",
    ),
    facts(
        "v3.update_campaign_dates",
        "acc, campaign_id, body",
        f"{V3_FIRMWARE}/{ID}/dates",
        "SETS",
        body_type="V3ChangeCampaignDatesRequest",
    ),
    facts("v3.get_campaign_information", "acc, campaign_id", V3, "READS"),
    facts("v3.cancel_campaign", "acc, campaign_id", V3, "ACTS"),
]
