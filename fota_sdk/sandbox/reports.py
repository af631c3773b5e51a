"""Reports on campaigns and their devices. The shapes of the answers are guesses."""

from __future__ import annotations

from collections.abc import Mapping

from fota_sdk.sandbox.campaigns import Campaigns
from fota_sdk.sandbox.life_cycle import (
    ABORTED,
    CANCELLED,
    ENDED,
    FAILED,
    PENDING,
    PRE_SCHEDULED,
    QUEUED,
    REQUEST_FAILED,
    SCHEDULED,
)
from fota_sdk.sandbox.messages import Json, refuse

_PAGE = 100
_STATUSES = (PENDING, REQUEST_FAILED, QUEUED, PRE_SCHEDULED, SCHEDULED, ENDED, CANCELLED, ABORTED, FAILED)
_OF_DEVICES = {
    SCHEDULED: ("UpgradePending", "Upgrade pending"),
    ENDED: ("UpgradeSuccess", "DownloadInstallSucceeded"),
    CANCELLED: (CANCELLED, "Cancelled by user"),
    ABORTED: (ABORTED, "Aborted by user"),
    REQUEST_FAILED: ("DeviceRejected", "Internal error"),
    FAILED: ("UpgradeFailed", "Internal error"),
}


def campaigns_by_status(campaigns: Campaigns, account: str, query: Mapping[str, str]) -> Json:
    """Answer a page of the campaigns in a status, the oldest first."""
    status = query.get("campaignStatus")
    if status not in _STATUSES:
        raise refuse(f"campaignStatus is required: one of {', '.join(_STATUSES)}.")
    found = campaigns.with_status(account, status, _last_seen(query, "lastSeenCampaignId"))
    answer: Json = {"hasMoreData": len(found) > _PAGE, "campaignList": found[:_PAGE]}
    return answer if found == [] else {**answer, "lastSeenCampaignId": found[:_PAGE][-1]["id"]}


def devices_of_campaign(campaigns: Campaigns, account: str, campaign_id: str, query: Mapping[str, str]) -> Json:
    """Answer a page of the devices of a campaign."""
    status, devices = campaigns.devices_of(account, campaign_id)
    last_seen = _last_seen(query, "lastSeenDeviceId")
    if last_seen is not None and last_seen not in devices:
        raise refuse("LastSeenDeviceId Not Valid.")
    found = devices if last_seen is None else devices[devices.index(last_seen) + 1 :]
    word, reason = _OF_DEVICES.get(status, ("Accepted", "Passed all checks"))
    listed = [{"deviceId": device, "status": word, "resultReason": reason} for device in found[:_PAGE]]
    answer: Json = {
        "totalDevice": len(devices),
        "hasMoreData": len(found) > _PAGE,
        "maxPageSize": _PAGE,
        "deviceList": listed,
    }
    return answer if found == [] else {**answer, "lastSeenDeviceId": listed[-1]["deviceId"]}


def _last_seen(query: Mapping[str, str], key: str) -> str | None:
    value = query.get(key)
    return None if value in ("", "0") else value  # the vendor's ways to ask for the first page
