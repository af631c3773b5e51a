"""Client logs, which are turned on for a few devices and a few days, and the check-ins of all devices."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from fota_sdk.sandbox.accounts import PerAccount
from fota_sdk.sandbox.device import HTTP, Device
from fota_sdk.sandbox.messages import Json, refuse
from fota_sdk.sandbox.reports import precise
from fota_sdk.sandbox.rules import check_account, check_device, read_devices
from fota_sdk.times import midnight

if TYPE_CHECKING:
    from fota_sdk.sandbox.clock import Clock
    from fota_sdk.sandbox.inventory import Inventory
    from fota_sdk.sandbox.messages import Call, Handler

MOST_DEVICES = 20
_LASTS = timedelta(days=7)
_FIRST_LOG_AFTER = timedelta(hours=24)
_KEPT = timedelta(days=30)
_CHECK_INS = 7
_MINUTES_OF_A_DAY = 24 * 60
_OPERATING_SYSTEM, _SUCCESS, _NO_FAILURE = "1", "0", "0"


@dataclass(frozen=True)
class _Period:
    """A time in which a device has logging enabled."""

    since: datetime
    until: datetime

    def logs_at(self, now: datetime) -> Iterator[datetime]:
        """Give the times of the logs that there are by now: one a day, the oldest first."""
        moment = self.since + _FIRST_LOG_AFTER
        while moment <= min(self.until, now):
            yield moment
            moment += timedelta(days=1)


class DeviceLogging:
    """The client logs of all accounts, for any number of threads.

    Args:
        inventory: Which devices there are.
        clock: What logging ends by.
    """

    def __init__(self, inventory: Inventory, clock: Clock) -> None:
        self._inventory = inventory
        self._clock = clock
        self._periods: PerAccount[dict[str, list[_Period]]] = PerAccount(dict)
        self._lock = threading.Lock()

    def enabled(self, account: str) -> list[Json]:
        """Return the devices whose logging is enabled, in the order of their IMEIs."""
        with self._lock:
            enabled = _enabled(self._periods.read(account), self._clock.now())
        return [_status(device, enabled[device]) for device in sorted(enabled)]

    def enable(self, account: str, devices: list[str]) -> list[Json]:
        """Enable logging for some devices; where it is enabled, it begins its seven days anew."""
        for device in devices:
            self.find(account, device)
        with self._lock:
            now = self._clock.now()
            periods = self._periods.read(account)
            enabled = _enabled(periods, now)
            if len({*enabled, *devices}) > MOST_DEVICES:
                raise refuse(f"Logging is limited to {MOST_DEVICES} devices of an account: {len(enabled)} have it.")
            periods = self._periods.change(account)
            _drop_old(periods, now)
            for device in dict.fromkeys(devices):
                known = periods.setdefault(device, [])
                since = known.pop().since if device in enabled else now
                known.append(_Period(since, now + _LASTS))
            return [_status(device, periods[device][-1]) for device in devices]

    def disable(self, account: str, devices: list[str]) -> None:
        """Disable logging for some devices; where it is disabled, nothing is left to do."""
        for device in devices:
            self.find(account, device)
        with self._lock:
            now = self._clock.now()
            periods = self._periods.read(account)
            for device in _enabled(periods, now).keys() & set(devices):
                since = periods[device].pop().since
                if now - since >= _FIRST_LOG_AFTER:  # else there is no log to remember it for
                    periods[device].append(_Period(since, now))
            _drop_old(periods, now)

    def logs(self, account: str, device: str) -> list[Json]:
        """Return the logs of a device that are not older than 30 days, the oldest first."""
        self.find(account, device)
        with self._lock:
            now = self._clock.now()
            known = list(self._periods.read(account).get(device, []))
        moments = [moment for period in known for moment in period.logs_at(now) if moment > now - _KEPT]
        return [
            {
                "deviceId": device,
                "logTime": precise(moment),
                "logType": "Event",
                "eventLog": "The device checked in.",
                "binaryLogFileBase64": "",
                "binaryLogFilename": "",
            }
            for moment in moments
        ]

    def check_ins(self, account: str, device: str) -> list[Json]:
        """Return the last check-ins of a device: one a day, always at its own time of day, the newest first."""
        if not self.find(account, device).is_active:
            return []
        now = self._clock.now()
        moment = midnight(now.date()) + timedelta(minutes=int(device) % _MINUTES_OF_A_DAY)
        last = moment if moment <= now else moment - timedelta(days=1)
        return [
            {
                "deviceId": device,
                "clientType": _OPERATING_SYSTEM,
                "result": _SUCCESS,
                "failureType": _NO_FAILURE,
                "timeCompleted": f"{last - timedelta(days=days):%m/%d/%Y %H:%M:%S}",
            }
            for days in range(_CHECK_INS)
        ]

    def find(self, account: str, device: str) -> Device:
        """Return an HTTP device.

        Raises:
            Refused: There is no such device, or it is not one of HTTP.
        """
        check_account(account)
        check_device(device)
        found = self._inventory.find(account, device, HTTP)
        if found is None:
            raise refuse("Device does not exist.")
        if found.is_declared and found.protocol != HTTP:
            raise refuse(f"Logging is for HTTP devices; this one is of {found.protocol}.")
        return found


def _enabled(periods: dict[str, list[_Period]], now: datetime) -> dict[str, _Period]:
    return {device: known[-1] for device, known in periods.items() if known != [] and known[-1].until > now}


def _drop_old(periods: dict[str, list[_Period]], now: datetime) -> None:
    """Forget the periods whose last log is too old to be kept."""
    for device in list(periods):
        periods[device] = [period for period in periods[device] if period.until > now - _KEPT]
        if periods[device] == []:
            del periods[device]


def _status(device: str, period: _Period) -> Json:
    return {"deviceId": device, "expiryDate": period.until.date().isoformat()}


def handlers(logging: DeviceLogging) -> dict[str, Handler]:
    """Return the handlers of the operations on client logs and check-ins, by their names."""

    def disable_one(call: Call) -> None:
        logging.disable(call.account, [call.values["device_id"]])

    def disable_query(call: Call) -> None:
        devices = call.query.get("deviceIds", "")
        if devices == "":
            raise refuse("deviceIds is required.")
        logging.disable(call.account, devices.split(","))

    return {
        "v2.list_devices_with_logging_enabled": lambda call: logging.enabled(call.account),
        "v2.enable_logging_for_devices": lambda call: logging.enable(
            call.account, read_devices(call.body, "deviceIds")
        ),
        "v2.disable_logging_for_devices": disable_query,
        "v2.enable_device_logging": lambda call: logging.enable(call.account, [call.values["device_id"]])[0],
        "v2.disable_device_logging": disable_one,
        "v2.list_device_logs": lambda call: logging.logs(call.account, call.values["device_id"]),
        "v2.get_device_check_in_history": lambda call: logging.check_ins(call.account, call.values["device_id"]),
    }
