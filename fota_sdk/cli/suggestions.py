"""What is close to something that was mistyped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime

_LONGEST = 40  # characters of a date, however it is written
# What the commands are called elsewhere; those of a campaign have the names of their methods, too.
_WORDS = {
    "append": ("add", "insert"),
    "remove": ("delete", "rm", "drop"),
    "schedule": ("create", "new", "start", "upgrade", "deploy", "schedule-campaign-firmware-upgrade"),
    "show": ("status", "get", "info", "describe", "view", "get-campaign-information"),
    "dates": ("update", "change", "extend", "reschedule", "update-campaign-dates"),
    "devices": ("update-campaign-firmware-devices",),
    "cancel": ("abort", "stop", "delete", "cancel-campaign"),
    "wait": ("follow", "watch", "wait-for-status"),
    "list": ("ls", "campaigns", "find", "search", "find-campaigns"),
    "report": ("status", "result", "results", "outcome", "campaign-report"),
    "packages": ("firmware", "software"),
    "account-devices": ("inventory", "fleet"),
    "--help": ("help",),
    "--version": ("version",),
}


def close_to(text: str, known: Iterable[str]) -> list[str]:
    """Return what a text may be a misspelling of, the closest first."""
    from difflib import get_close_matches

    return get_close_matches(text, list(known))


def other_words(name: str, known: Iterable[str]) -> list[str]:
    """Return the commands that are meant by another word for them, or by their name in capitals."""
    lower = name.lower()
    return [each for each in known if lower == each or lower in _WORDS.get(each, ())]


def days_close_to(text: str) -> list[str]:
    """Return the days that a text may stand for which is not written as ISO writes a day; two where that is open."""
    begins_with_year = re.match(r"\d{4}", text, re.ASCII) is not None
    readings = (_day(text, day_first=day_first) for day_first in ((False,) if begins_with_year else (False, True)))
    return list(dict.fromkeys(day.isoformat() for day in (*readings, *_last_of_month(text)) if day is not None))


def _day(text: str, *, day_first: bool) -> date | None:
    from dateutil.parser import parse

    if len(text) > _LONGEST:
        return None
    try:  # what the text leaves open comes from the default, so that two of them tell whether it is a whole day
        first, second = (
            parse(text, dayfirst=day_first, default=default).date()
            for default in (datetime(2001, 1, 1), datetime(2002, 2, 2))
        )
    except (ValueError, OverflowError):
        return None
    return first if first == second else None


def _last_of_month(text: str) -> Iterator[date]:
    """Give the last day of a month that has not as many days as the text says."""
    from calendar import monthrange

    found = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])-(29|3[01])", text, re.ASCII)
    if found is not None and int(found[1]) > 0:
        year, month = int(found[1]), int(found[2])
        yield date(year, month, monthrange(year, month)[1])


def did_you_mean(close: Iterable[str]) -> str:
    """Return a question that follows a sentence; nothing where nothing is close."""
    names = " or ".join(close)
    return f" Did you mean {names}?" if names != "" else ""
