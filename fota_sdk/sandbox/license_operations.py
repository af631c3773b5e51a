"""The operations on licenses and subscriptions, in the words of V2 and of V3."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from fota_sdk.sandbox.accounts import PerAccount
from fota_sdk.sandbox.messages import Json, refuse
from fota_sdk.sandbox.reports import cursor_of, precise, spaced
from fota_sdk.sandbox.rules import read_devices

if TYPE_CHECKING:
    from fota_sdk.sandbox.clock import Clock
    from fota_sdk.sandbox.licenses import Licenses
    from fota_sdk.sandbox.messages import Call, Handler

_MOST_CANDIDATES = 1_000_000


@dataclass
class _Candidates:
    """Devices whose license goes first if an account is to have fewer, in this order."""

    changed: datetime
    devices: list[str] = field(default_factory=list)


class CandidateLists:
    """The lists of licenses to remove, one for each account. Being on it changes nothing by itself.

    Args:
        licenses: Which accounts have any.
        clock: When a list is changed.
    """

    def __init__(self, licenses: Licenses, clock: Clock) -> None:
        self._licenses = licenses
        self._clock = clock
        self._lists: PerAccount[_Candidates] = PerAccount(lambda: _Candidates(clock.now()))
        self._kept = 0
        self._lock = threading.Lock()

    def read(self, account: str) -> Json:
        """Return the whole list: no source says how it pages."""
        self._licenses.check_monthly(account)
        with self._lock:
            known = self._lists.read(account)
            devices = list(known.devices)
            return {
                "count": len(devices),
                "hasMoreData": False,
                "updateTime": spaced(known.changed),
                "deviceList": devices,
            }

    def put(self, account: str, body: Json) -> Json:
        """Replace the list, or add to it where the type is ``append``."""
        self._licenses.check_monthly(account)
        kind = body.get("type")
        if kind not in (None, "append"):
            raise refuse("type must be append, or be left out to replace the list.")
        devices = list(dict.fromkeys(read_devices(body)))
        with self._lock:
            known = self._lists.read(account)
            wanted = list(dict.fromkeys([*known.devices, *devices])) if kind == "append" else devices
            if self._kept - len(known.devices) + len(wanted) > _MOST_CANDIDATES:
                raise refuse(f"The sandbox keeps {_MOST_CANDIDATES:,} devices on all candidate lists at most.")
            self._replace(self._lists.change(account), wanted)
        return {"count": len(wanted), "deviceList": wanted}

    def delete(self, account: str) -> Json:
        """Drop the list; where there is none, nothing is left to do."""
        self._licenses.check_monthly(account)
        with self._lock:
            self._replace(self._lists.read(account), [])
        return {"success": True}

    def _replace(self, known: _Candidates, wanted: list[str]) -> None:
        self._kept += len(wanted) - len(known.devices)
        known.devices, known.changed = wanted, self._clock.now()


def handlers(licenses: Licenses, candidates: CandidateLists) -> dict[str, Handler]:
    """Return the handlers of the operations on licenses and subscriptions, by their names."""
    return {
        "v2.get_account_subscription_status": lambda call: _subscription(licenses, call.account),
        "v3.get_account_subscription_status": lambda call: _subscription(licenses, call.account),
        "v2.get_account_license_status": lambda call: _status_v2(licenses, call),
        "v3.get_account_licenses_status": lambda call: _status_v3(licenses, call),
        "v2.assign_licenses_to_devices": lambda call: _result_v2(
            licenses, call.account, licenses.assign(call.account, read_devices(call.body))
        ),
        "v2.remove_licenses_from_devices": lambda call: _result_v2(
            licenses, call.account, licenses.remove(call.account, read_devices(call.body))
        ),
        "v3.assign_licenses_to_devices": lambda call: _result_v3(
            licenses, call.account, "LicenseAssign", licenses.assign(call.account, read_devices(call.body))
        ),
        "v3.remove_licenses_from_devices": lambda call: _result_v3(
            licenses, call.account, "LicenseRemove", licenses.remove(call.account, read_devices(call.body))
        ),
        "v2.list_licenses_to_remove": lambda call: candidates.read(call.account),
        "v2.create_list_of_licenses_to_remove": lambda call: candidates.put(call.account, call.body),
        "v2.delete_list_of_licenses_to_remove": lambda call: candidates.delete(call.account),
    }


def _subscription(licenses: Licenses, account: str) -> Json:
    return {
        "accountName": account,
        "licenseUsedCount": licenses.used(account),
        "purchaseType": licenses.subscription.purchase_type,
        "licenseCount": licenses.subscription.count,
        "updateTime": precise(licenses.bought_at),
    }


def _status_v2(licenses: Licenses, call: Call) -> Json:
    devices, has_more = licenses.page(call.account, cursor_of(call.query))
    listed = [{"deviceId": device, "assignmentTime": precise(since)} for device, since in devices]
    return {"totalLicense": licenses.subscription.count, **_page(licenses, call.account, listed, has_more)}


def _status_v3(licenses: Licenses, call: Call) -> Json:
    devices, has_more = licenses.page(call.account, cursor_of(call.query))
    listed = [{"deviceId": device, "assignmentTime": spaced(since)} for device, since in devices]
    return {"totalLicenses": licenses.subscription.count, **_page(licenses, call.account, listed, has_more)}


def _page(licenses: Licenses, account: str, listed: list[Json], has_more: bool) -> Json:
    page: Json = {
        "accountName": account,
        "assignedLicenses": licenses.used(account),
        "hasMoreData": has_more,
        "maxPageSize": licenses.page_size,
        "deviceList": listed,
    }
    return page if listed == [] else {**page, "lastSeenDeviceId": listed[-1]["deviceId"]}


def _result_v2(licenses: Licenses, account: str, results: Iterable[tuple[str, bool, str]]) -> Json:
    devices = [
        {"deviceId": device, "status": "Success" if is_done else "Failure", "resultReason": reason}
        for device, is_done, reason in results
    ]
    counts = {"licTotalCount": licenses.subscription.count, "licUsedCount": licenses.used(account)}
    return {"accountName": account, **counts, "deviceList": devices}


def _result_v3(licenses: Licenses, account: str, act: str, results: Iterable[tuple[str, bool, str]]) -> Json:
    devices = [
        {"deviceId": device, "status": f"{act}{'Success' if is_done else 'Failed'}", "resultReason": reason}
        for device, is_done, reason in results
    ]
    counts = {"licCount": licenses.subscription.count, "licUsedCount": licenses.used(account)}
    return {"accountName": account, **counts, "deviceList": devices}
