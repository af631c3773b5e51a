"""How a model declares its fields, and what kinds of value they hold.

Each kind knows three things about a value: how it is read from JSON, how it is written, and what is certainly wrong
with it. Findings are ``(path, message)`` with the path relative to the value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

from fota_sdk.core.codec import HALF_A_CHARACTER, is_unicode
from fota_sdk.core.fork import late_imports

Value = TypeVar("Value")
Findings = list[tuple[str, str]]

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_LONG = 10**20  # no number of the service has so many digits
_CLOSE = 0.85  # a capital letter alone is no misspelling
_DAY_HINT = "must be a date or a str YYYY-MM-DD"


class FieldDeclaration(NamedTuple):
    """What a model says of one of its fields.

    Attributes:
        wire: Key in the JSON object.
        kind: What it holds.
        required: Whether the service requires it, or promises it in a response.
        also: Other keys that are accepted when reading; the first that is there counts.
        example: A value as it stands in JSON; None where the example of the whole does without.
    """

    wire: str
    kind: Kind[Any]
    required: bool
    also: tuple[str, ...] = ()
    example: Any = None


def wire(
    key: str,
    *,
    kind: Kind[Any] | None = None,
    also: tuple[str, ...] = (),
    default: Any = None,
    example: Any = None,
) -> Any:
    """Declare a field of a model: its key in the JSON object, and what its annotation does not say.

    Args:
        key: Key in the JSON object.
        kind: What it holds, where that is more than its type: a range, digits, a list that may be null.
        also: Other keys that are accepted when reading.
        default: Value of a model that is built without it.
        example: A value as it stands in JSON.
    """
    return field(default=default, metadata={"wire": key, "kind": kind, "also": also, "example": example})


class Kind(Generic[Value]):
    """What a field holds.

    Attributes:
        as_is: The type whose values `decode` returns as they are; None where it always has something to do.
        null: What makes the value that a null stands for; None where it stands for None.
    """

    as_is: ClassVar[type | None] = None
    null: Callable[[], Any] | None = None

    def decode(self, value: Any, findings: Findings) -> Value | None:
        """Return the value that JSON data stands for; report a wrong type."""
        raise NotImplementedError

    def encode(self, value: Any) -> Any:
        """Return the JSON data of a value; a value of a wrong type stays as it is."""
        return value

    def comparable(self, value: Any) -> Any:
        """Return the form in which values are compared, of those that stand for the same JSON data."""
        return list(value) if isinstance(value, tuple) else value

    def check(self, value: Any, findings: Findings) -> None:
        """Report what is certainly wrong with a value that is to be sent."""
        raise NotImplementedError


@dataclass(frozen=True)
class Text(Kind[str]):
    """A text; the service alone knows which ones it takes.

    Attributes:
        digits: Whether a whole number is read as its digits.
        known: Texts that are known to be taken; one that is close to them is a misspelling, any other one is sent.
    """

    as_is: ClassVar[type | None] = str
    digits: bool = False
    known: tuple[str, ...] = ()

    def decode(self, value: Any, findings: Findings) -> str | None:
        if isinstance(value, str):
            return value
        if self.digits and isinstance(value, int) and not isinstance(value, bool) and abs(value) < _LONG:
            return str(value)
        findings.append(("", f"must be a string, got {json_type(value)}{_as_text(value)}"))
        return None

    def check(self, value: Any, findings: Findings) -> None:
        if not isinstance(value, str):
            findings.append(("", f"must be a str, got {type(value).__name__}{_as_text(value)}"))
        elif not is_unicode(value):
            findings.append(("", HALF_A_CHARACTER))
        elif (meant := meant_by(value, self.known)) is not None:
            findings.append(("", f"is no known value, got {_brief(value)}; did you mean {meant!r}?"))


@dataclass(frozen=True)
class Integer(Kind[int]):
    """A whole number within a range; where it has no end, the service alone knows it."""

    as_is: ClassVar[type | None] = int
    minimum: int = 0
    maximum: int | None = None

    def decode(self, value: Any, findings: Findings) -> int | None:
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
            return int(value)
        findings.append(("", f"must be an integer, got {json_type(value)}"))
        return None

    def check(self, value: Any, findings: Findings) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            findings.append(("", f"must be an int, got {type(value).__name__}"))
        elif self.maximum is None:
            if not self.minimum <= value < _LONG:
                findings.append(("", f"must be {self.minimum} or more, got {_brief(value)}"))
        elif not self.minimum <= value <= self.maximum:
            findings.append(("", f"must be from {self.minimum} to {self.maximum}, got {_brief(value)}"))


class Flag(Kind[bool]):
    """True or False."""

    as_is = bool

    def decode(self, value: Any, findings: Findings) -> bool | None:
        if isinstance(value, bool):
            return value
        findings.append(("", f"must be a boolean, got {json_type(value)}"))
        return None

    def check(self, value: Any, findings: Findings) -> None:
        if not isinstance(value, bool):
            findings.append(("", f"must be a bool, got {type(value).__name__}"))


@dataclass(frozen=True)
class Day(Kind["date | str"]):
    """A day, in JSON ``YYYY-MM-DD``.

    Attributes:
        text: Whether it is kept as that text.
    """

    text: bool = False

    def decode(self, value: Any, findings: Findings) -> date | str | None:
        if self.text and isinstance(value, str):
            return value
        if isinstance(value, str):
            # fromisoformat alone takes week dates and basic dates too, on some Pythons only.
            if len(value) == 10 and value[4] == "-" == value[7]:
                try:
                    return date.fromisoformat(value)
                except ValueError:
                    pass
            findings.append(("", f"must be a date YYYY-MM-DD, got {_brief(value)}"))
        elif isinstance(value, date):
            self.check(value, findings)
            return value.isoformat() if self.text else value
        else:
            findings.append(("", f"must be a date YYYY-MM-DD, got {json_type(value)}"))
        return None

    def encode(self, value: Any) -> Any:
        return value.isoformat() if isinstance(value, date) else value

    comparable = encode

    def check(self, value: Any, findings: Findings) -> None:
        if isinstance(value, datetime):
            findings.append(("", "must be a date without a time; a datetime gives one by .date()"))
        elif isinstance(value, str):
            if as_day(value) is None:
                findings.append(("", f"{_DAY_HINT}, got {_brief(value)}"))
        elif not isinstance(value, date):
            findings.append(("", f"{_DAY_HINT}, got {type(value).__name__}"))


class Texts(Kind["list[str]"]):
    """A list of non-empty texts, in the order given."""

    def decode(self, value: Any, findings: Findings) -> list[str] | None:
        if not isinstance(value, (list, tuple)):
            findings.append(("", f"must be an array of strings, got {json_type(value)}"))
            return None
        for index, text in enumerate(value):
            if not isinstance(text, str):
                findings.append((f"[{index}]", f"must be a string, got {json_type(text)}"))
        return list(value)

    def check(self, value: Any, findings: Findings) -> None:
        if not isinstance(value, (list, tuple)):
            hint = ""
            if isinstance(value, str):
                hint = "; put it into a list"
            elif isinstance(value, Iterable):
                hint = "; list(...) makes one of it"
            findings.append(("", f"must be a list of str, got {type(value).__name__}{hint}"))
        elif not _are_plain(value):
            for index, text in enumerate(value):
                if not isinstance(text, str):
                    findings.append((f"[{index}]", f"must be a str, got {type(text).__name__}"))
                elif text == "":
                    findings.append((f"[{index}]", "must not be empty"))
                elif not is_unicode(text):
                    findings.append((f"[{index}]", HALF_A_CHARACTER))


def _are_plain(values: Sequence[Any]) -> bool:
    """Return whether all values are texts of ASCII, and none is empty; 100,000 are looked at in a millisecond."""
    try:
        return "".join(values).isascii() and all(values)
    except TypeError:  # one is no text
        return False


def as_day(value: object) -> date | None:
    """Return the day that a date or a ``YYYY-MM-DD`` text names; None for anything else."""
    if isinstance(value, str) and _DAY.fullmatch(value):
        with late_imports:
            from dateutil.parser import isoparse

        try:
            return isoparse(value).date()
        except ValueError:
            return None
    return value if isinstance(value, date) and not isinstance(value, datetime) else None


def nest(findings: Findings, start: int, parent: str) -> None:
    """Put the path of the parent before the paths of the findings from a place on."""
    for place in range(start, len(findings)):
        path, message = findings[place]
        findings[place] = (f"{parent}.{path}" if path and path[0] != "[" else parent + path, message)


def json_type(value: object) -> str:
    """Return what JSON calls the type of a value, or the name of a Python type that JSON does not have."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, (int, float)):
        return "a number"
    if isinstance(value, str):
        return "a string"
    if isinstance(value, (list, tuple)):
        return "an array"
    if isinstance(value, Mapping):
        return "an object"
    return type(value).__name__


def _as_text(value: object) -> str:
    """Return how to make the text that a field takes of a day."""
    return "; .isoformat() makes a str of it" if isinstance(value, date) and not isinstance(value, datetime) else ""


def meant_by(text: str, known: Sequence[str]) -> str | None:
    """Return the known text that another one is close to; None for a known one, and for a word of its own."""
    if text in known or not known:
        return None
    with late_imports:
        import difflib

    close = difflib.get_close_matches(text, known, n=1, cutoff=_CLOSE)
    return close[0] if close else None


def _brief(value: object) -> str:
    if isinstance(value, int):
        return str(value) if abs(value) < _LONG else "a very large number"
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "..."
