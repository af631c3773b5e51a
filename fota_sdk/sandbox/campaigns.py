"""The campaigns that the sandbox keeps in memory, and the service's rules for them."""

from __future__ import annotations

import re
import threading
import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

Json = dict[str, Any]

_ACCOUNT = re.compile(r"\d{10}-\d{5}", re.ASCII)
_DEVICE = re.compile(r"\d{15}", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_PENDING = "CampaignRequestPending"
_CANCELLED = "CampaignCancelled"


class Refused(Exception):  # noqa: N818 - an answer, not a failure of the sandbox
    """The service answers with an error."""

    def __init__(self, status: int, body: Json) -> None:
        super().__init__(status, body)
        self.status = status
        self.body = body


def refuse(message: str, code: str = "INVALID_PARAMETER", status: int = 400) -> Refused:
    """Return a refusal in the shape of the service's own errors."""
    return Refused(status, {"errorCode": code, "errorMessage": message})


@dataclass(frozen=True)
class Version:
    """What the bodies of one version of the API hold.

    Attributes:
        texts: Keys of required texts of a schedule.
        days: Keys of optional days, of schedules and of new dates.
        windows: Keys of window lists.
        flags: Keys of optional flags of a schedule.
        made_up: What the service knows of the devices and adds to its answers.
        keeps_windows: Whether new dates leave the windows in place that the campaign already has.
    """

    texts: tuple[str, ...]
    days: tuple[str, ...]
    windows: tuple[str, ...]
    flags: tuple[str, ...]
    made_up: Json
    keeps_windows: bool


V2 = Version(
    texts=("softwareName", "softwareFrom", "softwareTo", "distributionType"),
    days=("downloadAfterDate", "installAfterDate"),
    windows=("downloadTimeWindowList", "installTimeWindowList"),
    flags=(),
    made_up={"make": "Verizon", "model": "Model-A"},
    keeps_windows=True,
)
V3 = Version(
    texts=("firmwareName", "firmwareFrom", "firmwareTo", "protocol"),
    days=(),
    windows=("campaignTimeWindowList",),
    flags=("autoAssignLicenseFlag", "autoAddDevicesFlag"),
    made_up={"make": "SEQUANS Communications", "model": "GM01Q"},
    keeps_windows=False,
)


@dataclass
class Campaign:
    """A campaign.

    Attributes:
        account: Whose it is.
        information: What every answer tells of it.
        devices: Which no answer tells.
        flags: What only reading it tells.
    """

    account: str
    information: Json
    devices: list[str]
    flags: Json


class Campaigns:
    """The campaigns of one version of the API, for any number of threads."""

    def __init__(self, version: Version) -> None:
        self._version = version
        self._campaigns: dict[str, Campaign] = {}
        self._lock = threading.Lock()

    def schedule(self, account: str, body: Json) -> Json:
        """Accept a new campaign."""
        _check_account(account)
        name = body.get("campaignName")
        if name is not None and not isinstance(name, str):
            raise refuse("campaignName must be a string.")
        wanted = {key: _text(body, key) for key in self._version.texts}
        dates = self._dates(body)
        devices = _devices(body)
        flags = {key: body[key] for key in self._version.flags if body.get(key) is not None}
        if not all(isinstance(flag, bool) for flag in flags.values()):
            raise refuse("The flags must be booleans.")
        information = {
            "id": str(uuid.uuid4()),
            "accountName": account,
            **({} if name is None else {"campaignName": name}),
            **wanted,
            **self._version.made_up,
            **dates,
            "status": _PENDING,
        }
        with self._lock:
            self._campaigns[information["id"]] = Campaign(account, information, devices, flags)
            return dict(information)

    def read(self, account: str, campaign_id: str) -> Json:
        """Answer what is known of a campaign."""
        with self._lock:
            campaign = self._find(account, campaign_id)
            return {**campaign.information, **campaign.flags}

    def cancel(self, account: str, campaign_id: str) -> Json:
        """Cancel a campaign that has not started."""
        with self._lock:
            information = self._find(account, campaign_id).information
            if information["status"] != _PENDING:
                raise refuse(f"Campaign in status {information['status']} can not be cancelled.")
            information["status"] = _CANCELLED
        return {"success": True}

    def change_dates(self, account: str, campaign_id: str, body: Json) -> Json:
        """Take new dates and windows."""
        dates = self._dates(body)
        with self._lock:
            information = self._changeable(account, campaign_id).information
            for key in self._version.windows:
                if self._version.keeps_windows:
                    kept = information.get(key, [])
                    dates[key] = kept + [window for window in dates.get(key, []) if window not in kept]
                information.pop(key, None)
                if not dates.get(key):
                    dates.pop(key, None)
            information.update(dates)
            return dict(information)

    def change_devices(self, account: str, campaign_id: str, body: Json) -> tuple[Json, str, list[str]]:
        """Add or remove devices; return the answer's first keys, what was done, and to which devices."""
        kind = _text(body, "Type")
        if kind not in ("append", "remove"):
            raise refuse("Type must be append or remove.")
        devices = _devices(body)
        with self._lock:
            campaign = self._changeable(account, campaign_id)
            if kind == "append":
                campaign.devices += [device for device in devices if device not in campaign.devices]
            else:
                campaign.devices = [device for device in campaign.devices if device not in devices]
        return {"accountName": account, "campaignId": campaign_id}, kind, devices

    def _find(self, account: str, campaign_id: str) -> Campaign:
        _check_account(account)
        try:
            uuid.UUID(campaign_id)
        except ValueError:
            raise refuse("Invalid UUID: campaign id must be hexadecimal.") from None
        campaign = self._campaigns.get(campaign_id)
        if campaign is None or campaign.account != account:
            raise refuse("Campaign does not exist.")
        return campaign

    def _changeable(self, account: str, campaign_id: str) -> Campaign:
        campaign = self._find(account, campaign_id)
        status = campaign.information["status"]
        if status != _PENDING:
            raise refuse(f"Campaign in status {status} can not be changed.")
        return campaign

    def _dates(self, body: Json) -> Json:
        start, end = _day(body, "startDate"), _day(body, "endDate")
        if end < start:
            raise refuse("Invalid end date: it is before the start date.")
        dates: Json = {"startDate": start, "endDate": end}
        dates.update({key: _day(body, key) for key in self._version.days if body.get(key) is not None})
        dates.update({key: _windows(body, key) for key in self._version.windows if body.get(key) is not None})
        return dates


def _check_account(account: str) -> None:
    if not _ACCOUNT.fullmatch(account):
        raise refuse("Invalid account name format.")


def _text(body: Json, key: str) -> str:
    text = body.get(key)
    if not isinstance(text, str) or text == "":
        raise refuse(f"{key} is required.")
    return text


def _day(body: Json, key: str) -> str:
    text = _text(body, key)
    try:
        if _DAY.fullmatch(text) and date.fromisoformat(text):
            return text
    except ValueError:
        pass
    raise refuse(f"Invalid {key}.")


def _windows(body: Json, key: str) -> list[Json]:
    windows = body[key]
    if not isinstance(windows, list):
        raise refuse(f"{key} must be a list.")
    for window in windows:
        if not isinstance(window, dict) or not _in_order(window.get("startTime"), window.get("endTime")):
            raise refuse(f"Invalid time window in {key}.")
    return list(windows)


def _in_order(start: Any, end: Any) -> bool:
    return type(start) is int and type(end) is int and 0 <= start < end <= 24


def _devices(body: Json) -> list[str]:
    devices = body.get("deviceList")
    if not isinstance(devices, list) or not devices:
        raise refuse("Device list is empty.")
    if not all(isinstance(device, str) and _DEVICE.fullmatch(device) for device in devices):
        raise refuse("Invalid device id format: an IMEI has 15 digits.")
    return list(devices)
