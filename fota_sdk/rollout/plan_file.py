"""Reading a TOML file, with a word on what people write instead of TOML."""

from __future__ import annotations

import os
import re
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from fota_sdk.core.fork import late_imports
from fota_sdk.exceptions import ConfigurationError, ValidationError

_DATABASE = b"SQLite format 3\0"
_LINE = re.compile(r"at line (\d+)")
# What a line looks like, and what is said to that. The line itself is not shown: it may hold a secret in a wrong place.
_HINTS = (
    (re.compile(r"\s*[\w-]+\s*:"), "write name = ..., as TOML does, not name: ..."),
    (re.compile(".*[\u2018-\u201f]"), 'quotes are straight: "'),
    (re.compile(r'.*"[^"]*\\'), r"put a path with \ into single quotes"),
    (
        re.compile(r"[^=]*=\s*(?!true\b|false\b)(?:[A-Za-z]|\d[\d.]*\s*[A-Za-z%])"),
        "texts stand in quotes, also shares and durations",
    ),
)


def read_toml(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Return what a TOML file holds.

    Raises:
        ValidationError: It is not TOML, or not in UTF-8.
        ConfigurationError: Python has no reader for TOML.
        OSError: The file cannot be read.
    """
    loads = _reader()
    try:
        content = Path(path).read_bytes()
        if content.startswith(_DATABASE):
            raise ValidationError([(os.fspath(path), "is a database, such as a journal is, and no plan in TOML")])
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValidationError([(os.fspath(path), f"is no text in UTF-8: {error}; save it as UTF-8")]) from None
    try:
        data: dict[str, Any] = loads(text)
    except (ValueError, RecursionError) as error:
        raise ValidationError([(os.fspath(path), f"is not TOML: {error}{_hint(text, str(error))}")]) from None
    return data


def _reader() -> Any:
    name = "tomllib" if sys.version_info >= (3, 11) else "tomli"
    try:
        with late_imports:
            return import_module(name).loads
    except ModuleNotFoundError:
        raise ConfigurationError(
            "a plan file is TOML, and this Python cannot read it without tomli",
            "Run pip install tomli, or give the plan to RolloutPlan.from_dictionary",
        ) from None


def _hint(text: str, problem: str) -> str:
    found = _LINE.search(problem)
    lines = text.split("\n")
    if found is None or not 1 <= int(found[1]) <= len(lines):
        return ""
    line = lines[int(found[1]) - 1]
    return next((f"; {hint}" for shape, hint in _HINTS if shape.match(line)), "")
