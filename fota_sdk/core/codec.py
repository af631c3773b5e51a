"""JSON in and out: the one module that touches jsonpickle.

Answers are only ever parsed, by the standard library; ``jsonpickle.decode`` is never called, so that tags such as
``py/reduce`` stay plain data. Requests are encoded by a jsonpickle backend of our own, which neither other
libraries' settings nor other installed packages can change. jsonpickle is imported when the first body is encoded.
"""

from __future__ import annotations

import json
import math
from functools import cache
from typing import TYPE_CHECKING, Any

from fota_sdk.exceptions import ValidationError

if TYPE_CHECKING:
    from jsonpickle.backend import JSONBackend

    from fota_sdk.core.model import Model

_DEEPEST_DATA = 100


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


def parse_json(text: bytes | str) -> Any:
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
        raise NotJsonError(f"{error.msg} at character {error.pos} of {len(error.doc)}") from None
    except NotJsonError:
        raise
    except ValueError as error:
        raise NotJsonError(str(error)) from None


def check_json(value: Any, path: str, findings: list[tuple[str, str]], depth: int = 0) -> None:
    """Report what is not JSON data: other types, NaN and Infinity, keys that are no text, endless nesting."""
    if value is None or isinstance(value, (bool, int, str)):
        return
    if depth > _DEEPEST_DATA:
        findings.append((path, f"is nested deeper than {_DEEPEST_DATA} levels"))
    elif isinstance(value, float):
        if not math.isfinite(value):
            findings.append((path, f"must be a finite number, got {value!r}"))
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            check_json(item, f"{path}[{index}]", findings, depth + 1)
    elif isinstance(value, dict):
        for key, item in value.items():
            if isinstance(key, str):
                check_json(item, f"{path}.{key}" if path else key, findings, depth + 1)
            else:
                findings.append((path, f"must have str keys, got {type(key).__name__} {str(key)[:40]!r}"))
    else:
        findings.append((path, f"must be JSON data, got {type(value).__name__}"))


def encode_json(data: Any) -> str:
    """Return JSON data as compact ASCII text.

    Raises:
        ValidationError: It holds something that is not JSON data.
    """
    try:
        return str(_backend().encode(data))
    except (TypeError, ValueError, RecursionError):
        findings: list[tuple[str, str]] = []
        check_json(data, "", findings)
        raise ValidationError(findings or [("", "cannot be encoded as JSON")]) from None


def encode_model(model: Model) -> str:
    """Return a model as compact ASCII text, unknown keys included.

    Raises:
        ValidationError: An attribute holds something that is not JSON data.
    """
    from jsonpickle.pickler import Pickler

    model_class: Any = type(model)
    _register(model_class)
    pickler = Pickler(unpicklable=False, make_refs=False, backend=_backend())
    return encode_json(pickler.flatten(model))


@cache
def _backend() -> JSONBackend:
    from jsonpickle.backend import JSONBackend

    backend = JSONBackend(fallthrough=False)
    backend.set_preferred_backend("json")
    backend.set_encoder_options("json", allow_nan=False, separators=(",", ":"))
    backend.set_decoder_options("json", parse_constant=_refuse_constant)
    return backend


@cache
def _register(model_class: Any) -> None:
    """Have jsonpickle take the finished wire data of a model, instead of walking through it."""
    from jsonpickle import handlers

    class Handler(handlers.BaseHandler):  # type: ignore[misc] # jsonpickle declares no types
        def flatten(self, obj: Model, data: dict[str, Any]) -> dict[str, Any]:
            return obj.to_dictionary()

        def restore(self, obj: Any) -> Any:
            raise TypeError("models are read by from_json, never by jsonpickle")

    handlers.register(model_class, Handler)
