"""Times of a roll-out, and what else it tells, in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone

from fota_sdk.times import span

_DAYS = {-1: "yesterday", 0: "today", 1: "tomorrow"}
_SHOWN = 3
_MINUTE = timedelta(minutes=1)
PLANNED, OVER = "planned", ("stopped", "finished")
"""States of a roll-out, known here so that a help does not load it."""


def when(at: datetime, now: datetime, zone: timezone | None = None) -> str:
    """Return a time as people here say it, as UTC, and how far away it is.

    Args:
        at: The time.
        now: What time it is.
        zone: The zone of the people; None for that of this machine.
    """
    local, today = at.astimezone(zone), now.astimezone(zone)
    day = _DAYS.get((local.date() - today.date()).days)
    if day is None:
        day = f"{local:%a} {local.day} {local:%b}" + ("" if local.year == today.year else f" {local.year}")
    utc = at.astimezone(timezone.utc)
    return f"{day} {local:%H:%M} ({utc:%Y-%m-%d %H:%M} UTC), {away(at, now)}"


def away(at: datetime, now: datetime) -> str:
    """Return how far a time is from now: ``in 3 h 12 min``, ``2 d ago``, ``now``."""
    if abs(at - now) < _MINUTE:
        return "now"
    return f"in {span(at - now)}" if at > now else f"{span(now - at)} ago"


def stamp(at: datetime) -> str:
    """Return a time for a line of a log."""
    return f"{at.astimezone(timezone.utc):%Y-%m-%d %H:%MZ}"


def listed(parts: list[str]) -> str:
    """Return parts of a sentence: ``a``, ``a and b``, ``a, b and c``."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def some(names: Sequence[str]) -> str:
    """Return the first names, and how many more there are."""
    more = [f"{len(names) - _SHOWN} more"] if len(names) > _SHOWN else []
    return listed([*names[:_SHOWN], *more])


def refused_words(misplaced: str) -> str:
    """Return that steps refuse a journal, and why."""
    return f"the journal {misplaced}: it was moved, copied or restored, and steps refuse it"
