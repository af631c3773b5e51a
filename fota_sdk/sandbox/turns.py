"""When the devices of a campaign have their turns."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from fota_sdk.sandbox.life_cycle import latest
from fota_sdk.sandbox.messages import Json
from fota_sdk.sandbox.outcomes import place_of
from fota_sdk.sandbox.rules import Version
from fota_sdk.sandbox.windows import Windows
from fota_sdk.times import midnight

_LONGEST_SPREAD = timedelta(days=7)


class Turns:
    """The turns by one state of a campaign's dates and windows: spread over the open time of the first seven days.

    Args:
        version: The version of the API.
        information: The dates and windows.
        since: From when on these hold.
        started: When the devices of the campaign begin.
    """

    def __init__(self, version: Version, information: Json, since: datetime, started: datetime) -> None:
        self.since = since
        begin = max(since, started)
        self._windows = Windows(())
        for number, key in enumerate(version.windows):
            begin = self._windows.next_open(begin)  # what is not downloaded is not installed
            if number < len(version.days) and version.days[number] in information:
                begin = max(begin, midnight(date.fromisoformat(information[version.days[number]])))
            self._windows = Windows(information.get(key, ()))
        end = min(day_after(information["endDate"]), latest(begin, _LONGEST_SPREAD))
        self._opened = self._windows.open_until(begin)
        self._open = self._windows.open_until(end) - self._opened

    def turn(self, imei: str) -> datetime | None:
        """Return when an upgrade of a device finishes; None: dates and windows leave no time for any."""
        return self._windows.moment(self._opened + place_of(imei) * self._open) if self._open > 0 else None


def day_after(day: str) -> datetime:
    """Return when a day is over, UTC."""
    return latest(midnight(date.fromisoformat(day)), timedelta(days=1))
