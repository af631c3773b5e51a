"""The clock that campaigns live by."""

from __future__ import annotations

import math
import threading
import time
from datetime import datetime, timedelta, timezone

from fota_sdk.exceptions import ConfigurationError

_FASTEST = 1_000_000
_LATEST = datetime(9999, 1, 1, tzinfo=timezone.utc)


class Clock:
    """Starts at the time of the machine, and goes on as fast as asked.

    Args:
        speed: How many of its seconds pass in a second.

    Raises:
        ConfigurationError: The speed is no number above 0, or too large a one.
    """

    def __init__(self, speed: float) -> None:
        if isinstance(speed, bool) or not isinstance(speed, (int, float)) or not 0 < speed <= _FASTEST:
            raise ConfigurationError(f"speed must be a number above 0 and at most {_FASTEST}, got {speed!r}")
        self._speed = speed
        self._started_at = time.monotonic()
        self._now = datetime.now(timezone.utc)
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """Return the time in UTC."""
        with self._lock:
            passed = (time.monotonic() - self._started_at) * self._speed
            try:
                return min(self._now + timedelta(seconds=passed), _LATEST)
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
            if not is_number or not math.isfinite(amount) or amount < 0:
                raise ConfigurationError(f"{name} must be a number from 0, got {amount!r}")
        with self._lock:
            try:
                later = self._now + timedelta(**amounts)
            except OverflowError:
                later = _LATEST
            if later >= _LATEST:
                raise ConfigurationError("the clock cannot be put forward beyond the year 9998")
            self._now = later
