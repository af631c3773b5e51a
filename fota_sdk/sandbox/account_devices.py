"""The devices of an account, and the packages that there are for them, in the shapes of both versions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone

from fota_sdk.sandbox.device import HTTP, Device
from fota_sdk.sandbox.fleet import Fleet
from fota_sdk.sandbox.messages import Handler, Json, refuse
from fota_sdk.sandbox.reports import cursor_of, precise, spaced
from fota_sdk.sandbox.rules import LARGEST_PAGE, V2, V3, Version, check_account, read_devices

_CREATED = datetime(2020, 1, 1, tzinfo=timezone.utc)  # of all devices: nothing depends on it
_CREATED_TEXT = spaced(_CREATED)
_NEVER = "0001-01-01 00:00:00 +0000 UTC"


class AccountDevices:
    """Answers what an account has.

    Args:
        fleet: The devices of all accounts.
    """

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet

    def page(self, version: Version, account: str, query: Mapping[str, str]) -> Json:
        """Answer a page of the devices of an account, in the order of IMEIs."""
        check_account(account)
        protocol = query.get("distributionType" if version is V2 else "protocol", "")
        size = self._fleet.page_size()
        with self._fleet.lock:
            wanted = None if protocol in ("", "all") else protocol
            devices = self._fleet.devices(account, cursor_of(query), version, wanted, size + 1)
        shown = [(_shown_by_v2 if version is V2 else _shown_by_v3)(device) for device in devices[:size]]
        response: Json = {
            "accountName": account,
            "hasMoreData": len(devices) > size,
            "maxPageSize": size,
            "deviceList": shown,
        }
        return response if shown == [] else {**response, "lastSeenDeviceId": shown[-1]["deviceId"]}

    def named(self, account: str, body: Json) -> Json:
        """Answer what is known of named devices; of one that does not exist, that it was not found."""
        check_account(account)
        imeis = list(dict.fromkeys(read_devices(body)))
        if len(imeis) > LARGEST_PAGE:
            raise refuse(f"Device list has more than {LARGEST_PAGE} devices.")
        with self._fleet.lock:
            now = self._fleet.clock.now()
            found = [self._fleet.inventory.find(account, imei, V3.protocol) for imei in imeis]
            known = self._fleet.current(account, [device for device in found if device is not None], now)
        present = {device.imei: device for device in known}
        devices = []
        for imei in imeis:
            device = present.get(imei)
            if device is None:
                devices.append({"deviceId": imei, "requestStatus": "Failure", "resultReason": "Device not found"})
            else:
                shown = _shown_by_v3(device)
                shown["statusTime"] = shown.pop("upgradeTime")
                devices.append({**shown, "lastConnectionTime": precise(device.last_upgrade or _CREATED)})
        return {"accountName": account, "deviceCount": len(devices), "deviceList": devices}

    def software(self, account: str, query: Mapping[str, str]) -> list[Json]:
        """Answer the packages that a campaign of V2 can install."""
        check_account(account)
        protocol = query.get("distributionType", "")
        return [
            {
                "softwareName": package.name,
                "launchDate": "2020-08-31",
                "releaseNote": "",
                "model": package.model,
                "make": package.make,
                "distributionType": package.protocol,
                "devicePlatformId": "IoT",
            }
            for package in self._fleet.packages(account, V2, None if protocol in ("", "all") else protocol)
        ]

    def firmware(self, account: str, query: Mapping[str, str]) -> list[Json]:
        """Answer the packages that a campaign of V3 can install."""
        check_account(account)
        protocol = query.get("protocol", "")
        if protocol == "":
            raise refuse("protocol is required.")
        return [
            {
                "firmwareName": package.name,
                "firmwareFrom": package.before,
                "firmwareTo": package.after,
                "launchDate": "2020-08-31T00:00:00.000Z",
                "releaseNote": "",
                "model": package.model,
                "make": package.make,
                "protocol": package.protocol,
            }
            for package in self._fleet.packages(account, V3, None if protocol == "all" else protocol)
        ]


def _records(device: Device) -> Json:
    upgraded, changed = _NEVER, _CREATED_TEXT
    if device.last_upgrade is not None:
        upgraded = changed = spaced(device.last_upgrade)
    return {"createTime": _CREATED_TEXT, "upgradeTime": upgraded, "updateTime": changed, "refreshTime": changed}


def _installed(device: Device) -> list[Json]:
    if device.protocol != HTTP:
        return []
    name, number = device.software
    when = _CREATED if device.last_upgrade is None else device.last_upgrade
    return [{"name": name, "version": number, "upgradeTime": precise(when)}]


def _shown_by_v2(device: Device) -> Json:
    return {
        "deviceId": device.imei,
        "mdn": device.mdn,
        "model": device.model,
        "make": device.make,
        "fotaEligible": device.is_eligible,
        "appFotaEligible": device.is_eligible,
        "licenseAssigned": device.is_licensed,
        "distributionType": device.protocol,
        "softwareList": _installed(device),
        **_records(device),
    }


def _shown_by_v3(device: Device) -> Json:
    return {
        "deviceId": device.imei,
        "mdn": device.mdn,
        "model": device.model,
        "make": device.make,
        "firmware": "" if device.protocol == HTTP else device.firmware,
        "fotaEligible": device.is_eligible,
        "status": "Active" if device.is_active else "Inactive",
        "licenseAssigned": device.is_licensed,
        "protocol": device.protocol,
        "softwareList": _installed(device),
        **_records(device),
    }


def handlers(devices: AccountDevices) -> dict[str, Handler]:
    """Return the handlers of the operations on the devices and packages of an account, by their names."""
    return {
        "v2.list_account_devices": lambda call: devices.page(V2, call.account, call.query),
        "v3.get_account_device_information": lambda call: devices.page(V3, call.account, call.query),
        "v3.list_account_devices_information": lambda call: devices.named(call.account, call.body),
        "v2.list_available_software": lambda call: devices.software(call.account, call.query),
        "v3.list_available_firmware": lambda call: devices.firmware(call.account, call.query),
    }
