"""The clock that campaigns live by."""

from __future__ import annotations

import math
import threading
from datetime import date, datetime, time, timedelta, timezone

from fota_sdk.core.timeout import clock
from fota_sdk.exceptions import ConfigurationError

_FASTEST = 1_000_000
_FIRST_YEAR = 1970
_LATEST = datetime(9999, 1, 1, tzinfo=timezone.utc)


class Clock:
    """Shows the time of the machine, plus what the clock was put forward by and what it gained by its speed.

    A test that freezes its time, or travels in it, takes this clock along: both are on the same day.

    Args:
        speed: How many of its seconds pass in a second.
        today: The day at whose beginning, UTC, it starts; None for the time of the machine.

    Raises:
        ConfigurationError: The speed is no number above 0, or too large a one; or the day is none.
    """

    def __init__(self, speed: float, today: date | None = None) -> None:
        if isinstance(speed, bool) or not isinstance(speed, (int, float)) or not 0 < speed <= _FASTEST:
            raise ConfigurationError(f"speed must be a number above 0 and at most {_FASTEST}, got {speed!r}")
        self._gain = speed - 1
        self._started_at = clock()
        self._ahead = _ahead_at(today)
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """Return the time in UTC."""
        try:
            gained = timedelta(seconds=(clock() - self._started_at) * self._gain)
            return min(datetime.now(timezone.utc) + self._ahead + gained, _LATEST)
        except OverflowError:
            return _LATEST

    def advance(self, *, days: float, hours: float, minutes: float, seconds: float) -> None:
        """Put the clock forward.

        Raises:
            ConfigurationError: An amount is negative or no number, or the calendar ends before.
        """
        amounts = {"days": days, "hours": hours, "minutes": minutes, "seconds": seconds}
        for name, amount in amounts.items():
            is_number = isinstance(amount, (int, float)) and not isinstance(amount, bool)
            if not is_number or not 0 <= amount < math.inf:
                raise ConfigurationError(f"{name} must be a number from 0, got {amount!r:.50}")
        with self._lock:
            try:
                ahead = self._ahead + timedelta(**amounts)
                is_too_late = datetime.now(timezone.utc) + ahead >= _LATEST
            except OverflowError:
                ahead, is_too_late = self._ahead, True
            if is_too_late:
                raise ConfigurationError("the clock cannot be put forward beyond the year 9998")
            self._ahead = ahead


def _ahead_at(today: date | None) -> timedelta:
    """Return what the time of the machine lacks to the beginning of a day."""
    if today is None:
        return timedelta()
    if not isinstance(today, date) or isinstance(today, datetime) or not _FIRST_YEAR <= today.year < _LATEST.year:
        raise ConfigurationError(f"today must be a date from {_FIRST_YEAR} to {_LATEST.year - 1}, got {today!r}")
    return datetime.combine(today, time(), timezone.utc) - datetime.now(timezone.utc)
