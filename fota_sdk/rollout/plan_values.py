"""The values of a plan: how shares and durations are written, and what each key takes.

A rule looks at a value as TOML or JSON gives it and returns what is wrong with it; nothing where it is right.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from fractions import Fraction
from typing import Any, TypeVar

from fota_sdk.core.fields import json_type
from fota_sdk.exceptions import ValidationError, clip

Rule = Callable[[Any], str]
Value = TypeVar("Value")

_SHARE = re.compile(r"(\d{1,3}(?:\.\d{1,6})?)%", re.ASCII)
_DURATION = re.compile(r"(\d{1,6}(?:\.\d{1,6})?)([mhd])", re.ASCII)
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_PREFIX = re.compile(r"[A-Z](?:[A-Z0-9_]*[A-Z0-9])?", re.ASCII)
_LONGEST_NAME = 40
_LONGEST_SHOWN = 60
_LONG = 10**20


def share_of(text: object) -> Fraction | None:
    """Return the share that a text such as ``"2.5%"`` stands for, without rounding; None where it is no such text."""
    found = _SHARE.fullmatch(text) if isinstance(text, str) else None
    return None if found is None else Fraction(found[1]) / 100


def duration_of(text: object) -> timedelta | None:
    """Return the duration that a text such as ``"24h"`` stands for; None where it is no such text."""
    found = _DURATION.fullmatch(text) if isinstance(text, str) else None
    return None if found is None else timedelta(**{_UNITS[found[2]]: float(found[1])})


def known(value: Value | None, key: str) -> Value:
    """Return the value that was read from a text.

    Raises:
        ValidationError: There is none, because the text is wrong and its plan was not validated.
    """
    if value is None:
        raise ValidationError([(key, "cannot be read; validate() says what is wrong with the plan")])
    return value


def share(*, above_zero: bool = False) -> Rule:
    """Return the rule for a percentage up to 100 %."""
    wanted = "above 0% and at most 100%" if above_zero else "from 0% to 100%"

    def fits(text: str) -> bool:
        read = share_of(text)
        return read is not None and (read > 0 if above_zero else read >= 0) and read <= 1

    def rule(value: Any) -> str:
        if isinstance(value, str) and fits(value):
            return ""
        meant = list(filter(fits, _percentages(value)))
        if meant:
            return f"must be {listed(list(map(quoted, meant)), 'or')}, in quotes and with its sign, got {shown(value)}"
        return f'must be a percentage {wanted}, such as "2.5%", got {shown(value)}'

    return rule


def duration(least: str, most: str) -> Rule:
    """Return the rule for a duration from one to another."""
    shortest, longest = known(duration_of(least), "least"), known(duration_of(most), "most")

    def fits(text: str) -> bool:
        read = duration_of(text)
        return read is not None and shortest <= read <= longest

    def rule(value: Any) -> str:
        if isinstance(value, str) and fits(value):
            return ""
        meant = [text for unit in _UNITS if fits(text := f"{value}{unit}")]
        if meant:
            return f"must be {listed(list(map(quoted, meant)), 'or')}, in quotes and with its unit, got {shown(value)}"
        hint = "" if duration_of(value) is not None else ', one number with its unit (m, h or d) such as "36h"'
        return f"must be a duration from {least} to {most}{hint}, got {shown(value)}"

    return rule


def integer(least: int, most: int | None = None, what: str = "a whole number") -> Rule:
    """Return the rule for a whole number."""
    wanted = f"must be {what} of {least} or more" if most is None else f"must be {what} from {least} to {most:,}"

    def rule(value: Any) -> str:
        fits = isinstance(value, int) and not isinstance(value, bool) and least <= value
        return "" if fits and (most is None or value <= most) else f"{wanted}{_unquoted(value)}, got {shown(value)}"

    return rule


def number(least: float, most: float, also: float | None = None) -> Rule:
    """Return the rule for a number in a range, or for one more."""
    wanted = f"must be a number from {least} to {most}" + ("" if also is None else f", or {also}")

    def rule(value: Any) -> str:
        fits = is_number(value) and (least <= value <= most or value == also)
        return "" if fits else f"{wanted}{_unquoted(value)}, got {shown(value)}"

    return rule


def one_of(*texts: str) -> Rule:
    """Return the rule for one of some texts."""
    wanted = f"must be {listed([quoted(text) for text in texts], 'or')}"

    def rule(value: Any) -> str:
        return "" if isinstance(value, str) and value in texts else f"{wanted}, got {shown(value)}"

    return rule


def name(value: Any) -> str:
    """Return what is wrong with a name: it becomes part of a campaign's name, and of what a terminal shows."""
    if not isinstance(value, str):
        return f"must be a text in quotes, got {shown(value)}"
    if 1 <= len(value) <= _LONGEST_NAME and value.isascii() and value.isprintable() and not value.isspace():
        return ""
    return f"must be 1 to {_LONGEST_NAME} printable ASCII characters, got {shown(value)}"


def file_path(value: Any) -> str:
    """Return what is wrong with the path of a file."""
    if not isinstance(value, str):
        return f"must be the path of a file in quotes, got {shown(value)}"
    if any(ord(character) < 32 for character in value):
        return f"holds a control character: put a path with \\ into single quotes, got {shown(value)}"
    return "" if value.strip() != "" else f"must be the path of a file, got {shown(value)}"


def credentials(value: Any) -> str:
    """Return what is wrong with the prefix of some variables. It is not shown: it may be a secret in a wrong place."""
    if isinstance(value, str) and len(value) <= _LONGEST_NAME and _PREFIX.fullmatch(value):
        return ""
    return (
        "must be the prefix of environment variables, in capitals, such as ACME for ACME_FOTA_CLIENT_ID: "
        "never a secret itself"
    )


def is_number(value: object) -> bool:
    """Return whether a value is a number; true and false are none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def shown(value: object) -> str:
    """Return a value as a message shows it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return clip(repr(value), _LONGEST_SHOWN)
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, int):
        return str(value) if abs(value) < _LONG else "a very large number"
    return json_type(value)


def quoted(text: str) -> str:
    """Return a text as it stands in a plan."""
    return f'"{text}"'


def listed(names: Sequence[str], word: str) -> str:
    """Return names as a sentence lists them."""
    return f" {word} ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _percentages(value: object) -> list[str]:
    """Return the texts that may be meant: whether 0.9 is a share or a percentage nobody can tell."""
    if isinstance(value, str):
        return [f"{value.strip(' %').replace(',', '.')}%"]
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return []
    return [f"{value}%", *([f"{value * 100:g}%"] if 0 < value <= 1 else [])]


def _unquoted(value: object) -> str:
    return ", without quotes" if isinstance(value, str) else ""
