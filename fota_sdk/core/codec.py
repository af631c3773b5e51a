"""JSON in and out: the one module that touches jsonpickle.

Responses are only ever parsed, by the standard library; ``jsonpickle.decode`` is never called, so that tags such as
``py/reduce`` stay plain data. Requests are encoded by a jsonpickle backend of our own, which neither other
libraries' settings nor other installed packages can change. jsonpickle is imported when the first body is encoded.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from functools import cache
from typing import Any, cast

from fota_sdk.core.fork import late_imports
from fota_sdk.exceptions import ValidationError

_DEEPEST_DATA = 100
_SURROGATE = re.compile("[\ud800-\udfff]")
HALF_A_CHARACTER = "must not hold lone surrogates, which are no characters"
UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
UNSENDABLE = "must not hold control characters or lone surrogates"
"""What is said of a text outside of a body that has something unprintable."""


class NotJsonError(ValueError):
    """A text is not JSON; the message says where and why."""


def _refuse_constant(name: str) -> None:
    raise NotJsonError(f"{name} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise NotJsonError(f"{text[:20]} is too large a number")
    return number


_decoder = json.JSONDecoder(parse_constant=_refuse_constant, parse_float=_finite)


def parse_json(text: bytes | bytearray | str) -> Any:
    """Return the data of a JSON text; of equal keys in one object the last one counts.

    Raises:
        NotJsonError: It is not UTF-8, not JSON, holds NaN or Infinity, or is nested too deeply to be read.
    """
    try:
        return _decoder.decode(text if isinstance(text, str) else text.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise NotJsonError(f"not UTF-8 at byte {error.start}") from None
    except RecursionError:
        raise NotJsonError("nested too deeply") from None
    except json.JSONDecodeError as error:
        if error.doc == "":
            raise NotJsonError("the text is empty") from None
        raise NotJsonError(f"{error.msg} at character {error.pos} of {len(error.doc)}") from None
    except NotJsonError:
        raise
    except ValueError as error:
        raise NotJsonError(str(error)) from None


def is_unicode(text: str) -> bool:
    """Return whether a text holds whole characters: lone surrogates have no form on the wire that all parsers take."""
    return text.isascii() or _SURROGATE.search(text) is None


def check_json(value: Any, path: str, findings: list[tuple[str, str]], around: tuple[int, ...] = ()) -> None:
    """Report what is not JSON data: other types, NaN, Infinity, lone surrogates, keys but texts, endless nesting.

    Args:
        value: What is to be sent.
        path: Where it stands.
        findings: Takes what is wrong.
        around: Ids of the lists and dictionaries that the value is part of.
    """
    if isinstance(value, str):
        if not is_unicode(value):
            findings.append((path, HALF_A_CHARACTER))
        return
    if value is None or isinstance(value, (bool, int)):
        return
    if isinstance(value, float):
        if not math.isfinite(value):
            findings.append((path, f"must be a finite number, got {value!r}"))
        return
    if not isinstance(value, (list, tuple, dict)):
        findings.append((path, f"must be JSON data, got {type(value).__name__}"))
        return
    if id(value) in around or len(around) >= _DEEPEST_DATA:
        what = "in itself" if id(value) in around else f"deeper than {_DEEPEST_DATA} levels"
        findings.append((path, f"is nested {what}"))
        return
    around = (*around, id(value))
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                findings.append((path, f"must have str keys, got {type(key).__name__}"))
                continue
            place = f"{path}.{key}" if path else key
            if not is_unicode(key):
                findings.append((place, HALF_A_CHARACTER))
            check_json(item, place, findings, around)
    else:
        for index, item in enumerate(value):
            check_json(item, f"{path}[{index}]", findings, around)


def own_copy(data: dict[str, Any]) -> dict[str, Any]:
    """Return JSON data with lists and dictionaries of its own at every level; a tuple becomes a list, as in JSON.

    Args:
        data: JSON data; it may be nested deeper than functions can call themselves, and hold itself.
    """
    copied = dict(data)
    copies: dict[int, Any] = {id(data): copied}
    unfinished: list[Any] = [copied]
    while unfinished:
        part = unfinished.pop()
        items = part.items() if isinstance(part, dict) else enumerate(part)
        for key, value in [(key, value) for key, value in items if isinstance(value, (dict, list, tuple))]:
            if id(value) not in copies:
                copies[id(value)] = dict(value) if isinstance(value, dict) else list(value)
                unfinished.append(copies[id(value)])
            part[key] = copies[id(value)]
    return copied


def encode_json(data: Any) -> str:
    """Return JSON data as compact ASCII text.

    Raises:
        ValidationError: It holds something that is not JSON data.
    """
    try:
        return _encoder()(data)
    except (TypeError, ValueError, RecursionError):
        findings: list[tuple[str, str]] = []
        check_json(data, "", findings)
        raise ValidationError(findings or [("", "cannot be encoded as JSON")]) from None


@cache
def _encoder() -> Callable[[Any], str]:
    """Return what encodes: a jsonpickle backend of our own, on `json` alone."""
    options: dict[str, Any] = {"allow_nan": False, "separators": (",", ":")}
    try:
        with late_imports:  # jsonpickle looks for further packages, when it is imported and when a backend is made
            from jsonpickle.backend import JSONBackend

            backend: JSONBackend = JSONBackend(fallthrough=False)
    except Exception:  # noqa: BLE001 - one of those packages is broken, or its import was cut short before
        return json.JSONEncoder(**options).encode
    backend.set_preferred_backend("json")
    backend.set_encoder_options("json", **options)
    return cast("Callable[[Any], str]", backend.encode)
