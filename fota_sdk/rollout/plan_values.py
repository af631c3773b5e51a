"""The values of a plan: how shares and durations are written, and what each key takes.

A rule looks at a value as a TOML or JSON file gives it, and returns what is wrong with it; nothing where it is right.
"""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from fractions import Fraction
from typing import Any

from fota_sdk.core.fields import Findings, json_type
from fota_sdk.exceptions import ValidationError, clip

Rule = Callable[[Any], str]

ACCOUNT = re.compile(r"\d{10}-\d{5}", re.ASCII)
LONGEST_NAME = 40

_SHARE = re.compile(r"(\d{1,3}(?:\.\d{1,6})?)%", re.ASCII)
_DURATION = re.compile(r"(\d{1,6}(?:\.\d{1,6})?)([mhd])", re.ASCII)
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_PREFIX = re.compile(r"[A-Za-z](?:[A-Za-z0-9_]*[A-Za-z0-9])?", re.ASCII)
_LONGEST_SHOWN = 40
_TEXT_HINT = "a number loses what it ends in (1.10 becomes 1.1)"


def share_of(text: object) -> Fraction | None:
    """Return the share, 0 to 1, that a text such as ``"2.5%"`` stands for; None where it stands for none."""
    found = _SHARE.fullmatch(text) if isinstance(text, str) else None
    return None if found is None else Fraction(found[1]) / 100


def duration_of(text: object) -> timedelta | None:
    """Return the duration that a text such as ``"24h"`` stands for; None where it stands for none."""
    found = _DURATION.fullmatch(text) if isinstance(text, str) else None
    return None if found is None else timedelta(**{_UNITS[found[2]]: float(found[1])})


def parsed(value: Any, path: str) -> Any:
    """Return the value that a text was read as.

    Raises:
        ValidationError: It could not be read, because the plan it stands in was not validated.
    """
    if value is None:
        raise ValidationError([(path, "cannot be read; validate() says what is wrong with it")])
    return value


def share(*, above_zero: bool = False) -> Rule:
    """Return the rule for a percentage up to ``"100%"``."""
    wanted = "must be a percentage above 0% and at most 100%" if above_zero else "must be a percentage from 0% to 100%"

    def rule(value: Any) -> str:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return f"{wanted}, in quotes and with its sign, {_percentages(value)}"
        read = share_of(value)
        if read is None:
            return f'{wanted}, such as "2.5%", got {shown(value)}{_meant_as_share(value)}'
        return "" if read <= 1 and (read > 0 or not above_zero) else f"{wanted}, got {shown(value)}"

    return rule


def duration(least: str, most: str) -> Rule:
    """Return the rule for a duration from one to another."""
    low, high = duration_of(least), duration_of(most)
    assert low is not None
    assert high is not None

    def rule(value: Any) -> str:
        wanted = f"must be a duration from {least} to {most}"
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return f'{wanted}, in quotes and with its unit (m, h or d), such as "{value}h", got {shown(value)}'
        read = duration_of(value)
        if read is None:
            return f'{wanted}, one number and its unit (m, h or d), such as "36h" or "1.5d", got {shown(value)}'
        return "" if low <= read <= high else f"{wanted}, got {shown(value)}"

    return rule


def integer(least: int, most: int | None = None, what: str = "a whole number") -> Rule:
    """Return the rule for a whole number."""
    wanted = f"must be {what} of {least:,} or more" if most is None else f"must be {what} from {least:,} to {most:,}"

    def rule(value: Any) -> str:
        fits = isinstance(value, int) and not isinstance(value, bool) and least <= value
        return "" if fits and (most is None or value <= most) else f"{wanted}, got {shown(value)}"

    return rule


def number(least: float, most: float, also: float | None = None) -> Rule:
    """Return the rule for a number in a range, or one besides."""
    wanted = f"must be a number from {least} to {most}" + ("" if also is None else f", or {also}")

    def rule(value: Any) -> str:
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return "" if is_number and (least <= value <= most or value == also) else f"{wanted}, got {shown(value)}"

    return rule


def one_of(*texts: str) -> Rule:
    """Return the rule for one of some texts."""
    wanted = "must be " + " or ".join(f'"{text}"' for text in texts)

    def rule(value: Any) -> str:
        return "" if value in texts else f"{wanted}, got {shown(value)}"

    return rule


def label(value: Any) -> str:
    """Look at a name."""
    if not isinstance(value, str):
        return f"must be a text in quotes, got {shown(value)}"
    if value.strip() == "" or len(value) > LONGEST_NAME or not (value.isascii() and value.isprintable()):
        return f"must be 1 to {LONGEST_NAME} printable ASCII characters, got {shown(value)}"
    return ""


def path(value: Any) -> str:
    """Look at the path of a file."""
    if not isinstance(value, str):
        return f"must be the path of a file in quotes, got {shown(value)}"
    return "must be the path of a file, got an empty text" if value.strip() == "" else ""


def prefix(value: Any) -> str:
    """Look at the prefix of environment variables. What stands there is not shown: it may be a secret."""
    if isinstance(value, str) and _PREFIX.fullmatch(value) and len(value) <= LONGEST_NAME:
        return ""
    return "must be the prefix of environment variables, such as ACME for ACME_FOTA_CLIENT_ID: never a secret itself"


def shown(value: object) -> str:
    """Return a value as a message shows it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return clip(f"{value:,}", _LONGEST_SHOWN) if abs(value) < 10**20 else "a very large number"
    return clip(repr(value), _LONGEST_SHOWN) if isinstance(value, str) else json_type(value)


def check_section(section: type[Any], data: Any, where: str, all_keys: Mapping[str, str], findings: Findings) -> bool:
    """Report what is wrong with the keys of a section and with each value; return whether it is a section at all.

    Args:
        section: The dataclass whose fields are its keys; each field that is one value names its rule.
        data: What stands there.
        where: Its path; empty for the plan itself.
        all_keys: For each key of a plan the section that it belongs to, in words.
        findings: Takes what is found.
    """
    if not isinstance(data, Mapping):
        findings.append((where, f"must be a table, got {json_type(data)}"))
        return False
    fields = {field.name: field for field in dataclasses.fields(section) if field.init and field.compare}
    for key in data:
        if key not in fields:
            findings.append((join(where, str(key)), unknown_key(str(key), fields, all_keys)))
    for name, field in fields.items():
        rule = field.metadata.get("rule")
        if name not in data:
            if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
                findings.append((join(where, name), "is required"))
        elif rule is not None:
            problem = rule(data[name])
            if problem:
                findings.append((join(where, name), problem))
    return True


def unknown_key(key: str, known: Iterable[str], elsewhere: Mapping[str, str]) -> str:
    """Return the message for a key that is not known where it stands; it names what is close."""
    names = list(known)
    close = difflib.get_close_matches(key.lower().replace("-", "_"), names, n=1, cutoff=0.7)
    if close:
        return f"is no key of a plan; did you mean {close[0]}?"
    if key in elsewhere:
        return f"does not belong here, but {elsewhere[key]}"
    return f"is no key of a plan; known here: {', '.join(names)}"


def join(where: str, key: str) -> str:
    """Return the path of a key within a section."""
    return f"{where}.{clip(key, _LONGEST_SHOWN)}" if where else clip(key, _LONGEST_SHOWN)


def _percentages(value: float) -> str:
    if 0 < value < 1:
        return f'got {value}: "{value}%" or "{value * 100:g}%"?'
    return f'got {shown(value)}: "{value}%"?'


def _meant_as_share(value: object) -> str:
    if not isinstance(value, str):
        return ""
    written = value.strip().replace(",", ".").replace(" ", "").removesuffix("%") + "%"
    return f': "{written}"?' if share_of(written) is not None else ""
