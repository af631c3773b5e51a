"""Reading a model from a JSON object, by a function that is written out for it, as dataclasses write ``__init__``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from fota_sdk.core.fields import FieldDeclaration, Findings, Kind, nest

_HEAD = """
def decode(data, findings):
    instance = new(plain)
"""
_OTHER_KEY = """
    if {other!r} in data and data.get({key!r}) is None:
        data = renamed(data, {other!r}, {key!r})
"""
_START = """
    missing = 0
"""
_FIELD = """
    if {key!r} in data:
        value = data[{key!r}]
        if type(value) is as_is{place}:
            instance.{name} = value
        else:
            instance.{name} = converted(kind{place}, {key!r}, value, findings)
    else:
        missing += 1
        instance.{name} = None
"""
_END = """
    instance.__class__ = model
    if len(data) + missing > {count}:
        instance.additional_properties = {{key: value for key, value in data.items() if key not in known}}
    return instance
"""


def write_decoder(
    model: type[Any], fields: Iterable[tuple[str, FieldDeclaration]]
) -> Callable[[Mapping[str, Any], Findings], Any]:
    """Return the function that reads a model from a JSON object and reports wrong types.

    Its text is made of the parts above, of places, and of declared names and keys: nothing of it comes from outside.
    """
    fields = tuple(fields)
    keys = [declaration.wire for _, declaration in fields]
    # What a model does when an attribute is set, for which a response has no use, would take a third of the time.
    plain = type(model.__name__, (model,), {"__slots__": (), "__setattr__": object.__setattr__})
    names: dict[str, Any] = {"new": model.__new__, "model": model, "plain": plain, "known": frozenset(keys)}
    names |= {"renamed": _renamed, "converted": _converted}
    parts = [_HEAD]
    parts += [_OTHER_KEY.format(key=each.wire, other=other) for _, each in fields for other in each.also]
    parts.append(_START)
    for place, (name, declaration) in enumerate(fields):
        names[f"as_is{place}"] = declaration.kind.as_is
        names[f"kind{place}"] = declaration.kind
        parts.append(_FIELD.format(place=place, name=name, key=declaration.wire))
    parts.append(_END.format(count=len(keys)))
    # Compiled before: a Ctrl-C that comes within an exec of a text ends the process by SIGINT, handled or not.
    exec(compile("".join(parts), f"<decoder of {model.__name__}>", "exec"), names)  # noqa: S102 - see above
    decode: Callable[[Mapping[str, Any], Findings], Any] = names["decode"]
    return decode


def _renamed(data: Mapping[str, Any], other: str, key: str) -> dict[str, Any]:
    """Return an object with another key of a field under its own, which is absent or null."""
    return {key if each == other else each: value for each, value in data.items() if each != key}


def _converted(kind: Kind[Any], key: str, value: Any, findings: Findings) -> Any:
    if value is None:
        return None if kind.null is None else kind.null()
    known = len(findings)
    converted = kind.decode(value, findings)
    if len(findings) > known:
        nest(findings, known, key)
    return converted
