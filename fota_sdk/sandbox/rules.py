"""What the bodies of requests must hold, and how the two versions of the API differ."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from fota_sdk.sandbox.device import is_imei
from fota_sdk.sandbox.life_cycle import PENDING, PRE_SCHEDULED, QUEUED
from fota_sdk.sandbox.messages import Json, refuse

LARGEST_PAGE = 1000

_ACCOUNT = re.compile(r"\d{10}-\d{5}", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class Texts(NamedTuple):
    """Keys of the required texts of a schedule: its package, what it brings devices from and to, and how."""

    package: str
    old: str
    new: str
    protocol: str


@dataclass(frozen=True)
class Version:
    """One version of the API.

    Attributes:
        texts: Keys of the required texts of a schedule.
        days: Keys of optional days, of schedules and of new dates.
        windows: Keys of window lists.
        flags: Keys of optional flags of a schedule.
        protocol: How the devices are managed whose protocol nothing tells.
        success: Reason of an upgrade that succeeded.
        failure: Reason of an upgrade that failed.
        keeps_windows: Whether new dates leave the windows in place that the campaign already has.
        changes_later: Whether devices change a while after the response, and not with it.
        checks_network: Whether a campaign is pre-scheduled before it starts.
        can_abort: Whether a campaign that has started can be ended.
        devices_change_in: In which statuses devices may change.
    """

    texts: Texts
    days: tuple[str, ...]
    windows: tuple[str, ...]
    flags: tuple[str, ...]
    protocol: str
    success: str
    failure: str
    keeps_windows: bool
    changes_later: bool
    checks_network: bool
    can_abort: bool
    devices_change_in: tuple[str, ...]

    def read_schedule(self, body: Json) -> tuple[Json, Json]:
        """Return what a schedule says of the campaign besides dates and devices, and its flags."""
        name = body.get("campaignName")
        if name is not None and not isinstance(name, str):
            raise refuse("campaignName must be a string.")
        wanted = {key: read_text(body, key) for key in self.texts}
        flags = {key: body[key] for key in self.flags if body.get(key) is not None}
        if not all(isinstance(flag, bool) for flag in flags.values()):
            raise refuse("The flags must be booleans.")
        return {**({} if name is None else {"campaignName": name}), **wanted}, flags

    def read_dates(self, body: Json) -> Json:
        """Return the days and windows of a schedule, or of new dates."""
        start, end = _read_day(body, "startDate"), _read_day(body, "endDate")
        if end < start:
            raise refuse("Invalid end date: it is before the start date.")
        dates: Json = {"startDate": start, "endDate": end}
        dates.update({key: _read_day(body, key) for key in self.days if body.get(key) is not None})
        dates.update({key: _read_windows(body, key) for key in self.windows if body.get(key) is not None})
        return dates


V2 = Version(
    texts=Texts("softwareName", "softwareFrom", "softwareTo", "distributionType"),
    days=("downloadAfterDate", "installAfterDate"),
    windows=("downloadTimeWindowList", "installTimeWindowList"),
    flags=(),
    protocol="HTTP",
    success="DownloadInstallSucceeded",
    failure="RovaClientDownloadFailed",
    keeps_windows=True,
    changes_later=True,
    checks_network=False,
    can_abort=True,
    devices_change_in=(PENDING, QUEUED),
)
V3 = Version(
    texts=Texts("firmwareName", "firmwareFrom", "firmwareTo", "protocol"),
    days=(),
    windows=("campaignTimeWindowList",),
    flags=("autoAssignLicenseFlag", "autoAddDevicesFlag"),
    protocol="LWM2M",
    success="Upgrade completed successfully",
    failure="Upgrade failed",
    keeps_windows=False,
    changes_later=False,
    checks_network=True,
    can_abort=False,
    devices_change_in=(PENDING, QUEUED, PRE_SCHEDULED),
)


def is_account(text: str) -> bool:
    """Return whether a text is ten digits, a hyphen and five digits."""
    return _ACCOUNT.fullmatch(text) is not None


def check_account(account: str) -> None:
    """Refuse an account that is not ten digits, a hyphen and five digits."""
    if not is_account(account):
        raise refuse("Invalid account name format.")


def read_text(body: Json, key: str) -> str:
    """Return a required text."""
    text = body.get(key)
    if not isinstance(text, str) or text == "":
        raise refuse(f"{key} is required.")
    return text


def check_device(device: str) -> None:
    """Refuse a device that is not 15 digits."""
    _check_devices([device])


def read_devices(body: Json, key: str = "deviceList") -> list[str]:
    """Return the devices of a request, in their order."""
    devices = body.get(key)
    if not isinstance(devices, list) or devices == []:
        raise refuse("Device list is empty.")
    _check_devices(devices)
    return devices


def _check_devices(devices: list[Any]) -> None:
    if not all(map(is_imei, devices)):
        raise refuse("Invalid device id format: an IMEI has 15 digits.")


def _read_day(body: Json, key: str) -> str:
    text = read_text(body, key)
    try:
        if _DAY.fullmatch(text) and date.fromisoformat(text):
            return text
    except ValueError:
        pass
    raise refuse(f"Invalid {key}.")


def _read_windows(body: Json, key: str) -> list[Json]:
    windows = body[key]
    if not isinstance(windows, list):
        raise refuse(f"{key} must be a list.")
    for window in windows:
        if not isinstance(window, dict) or not _in_order(window.get("startTime"), window.get("endTime")):
            raise refuse(f"Invalid time window in {key}.")
    return [{"startTime": window["startTime"], "endTime": window["endTime"]} for window in windows]


def _in_order(start: Any, end: Any) -> bool:
    return type(start) is int and type(end) is int and 0 <= start < end <= 24
