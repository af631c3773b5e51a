"""Time windows: the hours of each day in which something may happen, and the moments within them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

_DAY = 86400
_ZERO = datetime(1, 1, 1, tzinfo=timezone.utc)


class Windows:
    """The open time of each day, UTC.

    Args:
        windows: Objects with ``startTime`` and ``endTime``, in hours; none of them: the whole day is open.
    """

    def __init__(self, windows: Sequence[dict[str, Any]]) -> None:
        hours = {hour for window in windows for hour in range(window["startTime"], window["endTime"])}
        self._hours = sorted(hours) if hours else list(range(24))
        self._is_open = [hour in self._hours for hour in range(24)]
        self._before = [3600 * sum(self._is_open[:hour]) for hour in range(24)]
        self._a_day = len(self._hours) * 3600

    def open_until(self, moment: datetime) -> float:
        """Return how many open seconds there are from the beginning of the calendar to a moment."""
        days, rest = divmod((moment - _ZERO).total_seconds(), _DAY)
        hour, seconds = divmod(rest, 3600)
        today = self._before[int(hour)] + (seconds if self._is_open[int(hour)] else 0)
        return days * self._a_day + today

    def moment(self, opened: float) -> datetime:
        """Return the moment at which so many open seconds have passed."""
        days, rest = divmod(opened, self._a_day)
        place, seconds = divmod(rest, 3600)
        return _ZERO + timedelta(days=days, seconds=self._hours[int(place)] * 3600 + seconds)

    def next_open(self, moment: datetime) -> datetime:
        """Return the first moment that is open, at or after a moment."""
        return max(moment, self.moment(self.open_until(moment)))
