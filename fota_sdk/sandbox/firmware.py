"""Firmware versions, as the device management server knows them."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from fota_sdk.sandbox.messages import Json, refuse
from fota_sdk.sandbox.reports import precise
from fota_sdk.sandbox.rules import check_account, check_device, read_devices

if TYPE_CHECKING:
    from fota_sdk.sandbox.device import Device
    from fota_sdk.sandbox.fleet import Fleet
    from fota_sdk.sandbox.messages import Handler

MOST_DEVICES = 100


class Firmware:
    """Reads the versions of devices; nothing is kept.

    Args:
        fleet: The devices, and what their upgrades have brought.
    """

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet

    def synchronize(self, account: str, body: Json) -> Json:
        """Return the version of each device."""
        check_account(account)
        devices = read_devices(body)
        if len(devices) > MOST_DEVICES:
            raise refuse(f"At most {MOST_DEVICES} devices can be synchronized at once, got {len(devices)}.")
        now = precise(self._fleet.clock.now())
        # The misspelling is the service's own.
        return {
            "accountName": account,
            "deviceFirmwarVersionList": [self._version(account, device, now) for device in devices],
        }

    def ask_to_report(self, account: str, device: str) -> Json:
        """Have a device report its version: the request is named, and no operation takes its name."""
        check_account(account)
        check_device(device)
        if self._find(account, device) is None:
            raise refuse("Device does not exist.")
        return {"accountName": account, "requestId": str(uuid.uuid4())}

    def _find(self, account: str, imei: str) -> Device | None:
        with self._fleet.lock:
            device = self._fleet.inventory.find(account, imei)
            if device is None:
                return None
            (current,) = self._fleet.current(account, [device], self._fleet.clock.now())
            return current

    def _version(self, account: str, imei: str, now: str) -> Json:
        device = self._find(account, imei)
        if device is None:
            # The service's words for a failure are not known.
            failure = {"status": "FirmwareVersionUpdateFailed", "reason": "Device does not exist."}
            return {"deviceId": imei, **failure, "firmwareVersion": ""}
        success = {"status": "FirmwareVersionUpdateSuccess", "reason": "success"}
        return {
            "deviceId": imei,
            **success,
            "firmwareVersion": device.firmware,
            "firmwareVersionUpdateTime": now,
        }


def handlers(firmware: Firmware) -> dict[str, Handler]:
    """Return the handlers of the operations on firmware versions, by their names."""
    return {
        "v3.synchronize_device_firmware": lambda call: firmware.synchronize(call.account, call.body),
        "v3.report_device_firmware": lambda call: firmware.ask_to_report(call.account, call.values["device_id"]),
    }
