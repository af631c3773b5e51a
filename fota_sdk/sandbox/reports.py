"""Reports on campaigns and their devices, page by page."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Literal, get_args

from fota_sdk.exceptions import ConfigurationError
from fota_sdk.sandbox.campaigns import Campaigns
from fota_sdk.sandbox.device import is_imei
from fota_sdk.sandbox.device_states import UPGRADE_SUCCESS
from fota_sdk.sandbox.fleet import Fleet
from fota_sdk.sandbox.life_cycle import (
    ABORTED,
    CANCELLED,
    ENDED,
    FAILED,
    PENDING,
    QUEUED,
    REQUEST_FAILED,
    SCHEDULED,
)
from fota_sdk.sandbox.messages import Handler, Json, refuse
from fota_sdk.sandbox.rules import V2, V3, Version, check_device

HistoryNames = Literal["whole", "absent", "cut"]
"""How a campaign history shows the names of campaigns: as they are, not at all, or their first 20 characters."""

_CUT_NAME = 20
_TO_MILLISECONDS = len("2020-08-20T00:00:00.000")
_CAMPAIGNS = 100  # no page tells the service's own number
_STATUSES = (PENDING, REQUEST_FAILED, QUEUED, SCHEDULED, ENDED, CANCELLED, ABORTED, FAILED)


def campaigns_by_status(campaigns: Campaigns, account: str, query: Mapping[str, str], size: int) -> Json:
    """Answer a page of the campaigns in a status, in the order of ids."""
    status = query.get("campaignStatus")
    if status not in _STATUSES:
        problem = "campaignStatus is required" if status is None else f"There is no campaignStatus {status!r:.50}"
        raise refuse(f"{problem}: one of {', '.join(_STATUSES)}.")
    after = query.get("lastSeenCampaignId", "")
    if after not in ("", "0"):
        try:
            after = str(uuid.UUID(after))
        except ValueError:
            raise refuse("lastSeenCampaignId is not valid.") from None
    found, has_more = campaigns.with_status(account, status, after, size)
    response: Json = {"hasMoreData": has_more, "campaignList": found}
    return response if found == [] else {**response, "lastSeenCampaignId": found[-1]["id"]}


def devices_of_campaign(
    campaigns: Campaigns, account: str, campaign_id: str, query: Mapping[str, str], size: int
) -> Json:
    """Answer a page of the devices of a campaign, in the order of IMEIs."""
    total, devices, has_more = campaigns.devices_of(account, campaign_id, cursor_of(query), size)
    listed = [{"deviceId": imei, "status": state.status, "resultReason": state.reason} for imei, state in devices]
    if campaigns.version is V3:
        text_of = lru_cache(maxsize=None)(precise)  # many devices have moments in common
        for shown, (_, state) in zip(listed, devices, strict=True):
            shown["updatedTime"] = text_of(state.updated)
            if state.recent_attempt is not None:
                shown["recentAttemptTime"] = text_of(state.recent_attempt)
            if state.next_attempt is not None:
                shown["nextAttemptTime"] = text_of(state.next_attempt)
    response: Json = {"totalDevice": total, "hasMoreData": has_more, "maxPageSize": size, "deviceList": listed}
    return response if listed == [] else {**response, "lastSeenDeviceId": listed[-1]["deviceId"]}


def upgrades_of_device(campaigns: Campaigns, account: str, imei: str) -> list[Json]:
    """Answer the finished upgrades of a device, the newest first."""
    check_device(imei)
    return [
        {
            "deviceId": imei,
            "id" if campaigns.version is V2 else "campaignId": campaign.information["id"],
            "accountName": account,
            **_package_of(campaigns.version, campaign.information),
            "startDate": campaign.information["startDate"],
            **({} if campaigns.version is V2 else {"reportUpdatedTime": spaced(state.updated)}),
            "status": state.status,
            "reason": "success" if state.status == UPGRADE_SUCCESS and campaigns.version is V2 else state.reason,
        }
        for campaign, state in campaigns.upgrades_of(account, imei)
    ]


def _package_of(version: Version, information: Json) -> Json:
    return {key: information[key] for key in (version.texts[:1] if version is V2 else version.texts[:3])}


def cursor_of(query: Mapping[str, str]) -> str:
    """Return the IMEI after which a page begins."""
    cursor = query.get("lastSeenDeviceId", "")
    if cursor in ("", "0"):
        return ""
    if not is_imei(cursor):
        raise refuse("LastSeenDeviceId Not Valid: it is 0, or an IMEI of 15 digits.")
    return cursor


def precise(moment: datetime) -> str:
    """Return a time as the vendor's pages write most of them."""
    return f"{moment.isoformat(timespec='milliseconds')[:_TO_MILLISECONDS]}Z"


def spaced(moment: datetime) -> str:
    """Return a time as the vendor's pages write those of records."""
    return f"{moment.isoformat(' ', 'milliseconds')[:_TO_MILLISECONDS]} +0000 UTC"


def check_history_names(names: object) -> None:
    """Refuse what is no way to show names.

    Raises:
        ConfigurationError: It is none.
    """
    if names not in get_args(HistoryNames):
        raise ConfigurationError(f"history_names must be one of {', '.join(get_args(HistoryNames))}; got {names!r}")


def _with_names(names: HistoryNames, history: Json) -> Json:
    if names == "whole":
        return history
    shown = [dict(campaign) for campaign in history["campaignList"]]
    for campaign in shown:
        name = campaign.pop("campaignName", None)
        if name is not None and names == "cut":
            campaign["campaignName"] = name[:_CUT_NAME]
    return {**history, "campaignList": shown}


def handlers(version: str, campaigns: Campaigns, fleet: Fleet, names: HistoryNames) -> dict[str, Handler]:
    """Return the handlers of the reports on campaigns, by their names."""
    campaigns_on_page, devices_on_page = fleet.page_size(_CAMPAIGNS), fleet.page_size()
    return {
        f"{version}.get_campaign_history_by_status": lambda call: _with_names(
            names, campaigns_by_status(campaigns, call.account, call.query, campaigns_on_page)
        ),
        f"{version}.get_campaign_device_status": lambda call: devices_of_campaign(
            campaigns, call.account, call.values["campaign_id"], call.query, devices_on_page
        ),
        f"{version}.get_device_firmware_upgrade_history": lambda call: upgrades_of_device(
            campaigns, call.account, call.values["device_id"]
        ),
    }
