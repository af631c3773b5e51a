"""The times that the service writes, the instants at which days begin, and spans as persons write them."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, timezone

_NUMBERS = ("year", "month", "day", "hour", "minute", "second")
_TIME = r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)"
_DAY_FIRST = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)[Tt ]" + _TIME + r"(?:\.(?P<fraction>\d+))?"
    r"(?: ?(?:UTC|[Zz]|(?P<zone>[+-]\d\d:?[0-5]\d)(?: (?:[A-Z]{1,5}|[+-]\d{2,4}))?))?",
    re.ASCII,
)
_SPAN = re.compile(r"(\d+(?:\.\d+)?)([smhd]?)", re.ASCII)
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_MONTH_FIRST = re.compile(r"(?P<month>\d\d)/(?P<day>\d\d)/(?P<year>\d{4}) " + _TIME, re.ASCII)


def parse_time(text: str | None) -> datetime | None:
    """Return the time that a text of the service stands for.

    Three shapes are read: ``2022-10-05T21:05:01.19Z``, ``2021-06-03 00:03:56.079 +0000 UTC``, and
    ``10/22/2020 19:29:50``, in which the month comes first. Digits below a microsecond are cut off.

    Args:
        text: A time as a response holds it.

    Returns:
        A time with its zone. Where the text names none it is taken as UTC, which is an assumption. None for a time in
        the year 1, by which the service says "never" or "unknown", and for whatever has no such shape, a day without a
        time of day included.
    """
    found = isinstance(text, str) and (_DAY_FIRST.fullmatch(text) or _MONTH_FIRST.fullmatch(text))
    if not found:
        return None
    parts = found.groupdict()
    year, month, day, hour, minute, second = (int(parts[name]) for name in _NUMBERS)
    microsecond = int((parts.get("fraction") or "0").ljust(6, "0")[:6])
    try:
        time = datetime(year, month, day, hour, minute, second, microsecond, _zone(parts.get("zone")))
    except ValueError:
        return None
    return time if time.year > 1 else None


def midnight(day: date) -> datetime:
    """Return the instant at which a day begins, UTC."""
    return datetime.combine(day, time(), timezone.utc)


def seconds_of(text: str) -> float | None:
    """Return the seconds that a text such as ``90``, ``15m``, ``2h`` or ``3d`` stands for; None for any other text."""
    found = _SPAN.fullmatch(text)
    return None if found is None else float(found[1]) * _UNITS[found[2]]


def span(time: timedelta) -> str:
    """Return a time span with its two largest units, to the minute."""
    minutes = round(time / timedelta(minutes=1))
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days > 0:
        return f"{days} d {hours} h" if hours > 0 else f"{days} d"
    if hours > 0:
        return f"{hours} h {minutes} min" if minutes > 0 else f"{hours} h"
    return f"{minutes} min"


def _zone(offset: str | None) -> timezone:
    if offset is None:
        return timezone.utc
    digits = offset[1:].replace(":", "")
    size = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-size if offset[0] == "-" else size)
