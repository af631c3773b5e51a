"""Examples of use, as source text, from the examples of the declarations."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

from _make.markdown import public
from fota_sdk.core.example import example_of
from fota_sdk.core.model import Model, Models, fields_of

_WIDTH = 100
_DAY = re.compile(r"\d{4}-\d\d-\d\d")  # where the service takes a text for a day
_ALIASES = {"acc": "account_name", "account": "account_name"}  # what the fields of models call it


def json_of(model: type[Model]) -> str:
    """Return the example of a model as JSON text."""
    return json.dumps(example_of(model).to_dictionary(), indent=2)


def build(model: type[Model], variable: str) -> str:
    """Return a script that builds the example of a model; its days are counted from today."""
    days = sorted(set(_days(example_of(model))))
    names = {model.__name__, *(item.__name__ for item in _parts(model))}
    statement = f"{variable} = {source(example_of(model), days)}"
    imports = f"from fota_sdk import {', '.join(sorted(names))}"
    if not days:
        return f"{imports}\n\n{statement}"
    return (
        f"from datetime import date, timedelta\n\n{imports}\n\ntomorrow = date.today() + timedelta(days=1)\n{statement}"
    )


def source(value: Any, days: list[date], indent: str = "") -> str:
    """Return the Python text of an example."""
    if isinstance(value, date):
        distance = (value - days[0]).days
        return "tomorrow" if distance == 0 else f"tomorrow + timedelta(days={distance})"
    if _is_day(value):
        day = source(date.fromisoformat(value), days)
        return f"str({day})"
    if isinstance(value, Model):
        given = [(name, getattr(value, name)) for name, _ in fields_of(type(value))]
        items = [f"{name}={source(each, days, indent + '    ')}" for name, each in given if each is not None]
        return _brackets(f"{type(value).__name__}(", items, ")", indent)
    if isinstance(value, list):
        return _brackets("[", [source(each, days, indent + "    ") for each in value], "]", indent)
    return json.dumps(value) if isinstance(value, str) else repr(value)


@cache
def value_of(argument: str) -> str:
    """Return the example of a path value: that of a field of the same name, in any model."""
    for thing in public().values():
        if issubclass(thing, Model):
            for name, declaration in fields_of(thing):
                if name == _ALIASES.get(argument, argument) and isinstance(declaration.example, str):
                    return declaration.example
    return "example"


def wire_name(argument: str) -> str:
    """Return what the service calls a path value: ``campaign_id`` is ``campaignId``."""
    return re.sub(r"_(\w)", lambda match: match[1].upper(), argument)


def _brackets(head: str, items: list[str], tail: str, indent: str) -> str:
    line = f"{head}{', '.join(items)}{tail}"
    if "\n" not in line and len(indent) + len(line) <= _WIDTH - 20:
        return line
    return "\n".join([head, *(f"{indent}    {item}," for item in items), f"{indent}{tail}"])


def _is_day(value: Any) -> bool:
    return isinstance(value, str) and _DAY.fullmatch(value) is not None


def _days(value: Any) -> Iterator[date]:
    if isinstance(value, date):
        yield value
    elif _is_day(value):
        yield date.fromisoformat(value)
    elif isinstance(value, list):
        for each in value:
            yield from _days(each)
    elif isinstance(value, Model):
        for name, _ in fields_of(type(value)):
            yield from _days(getattr(value, name))


def _parts(model: type[Model]) -> Iterator[type[Model]]:
    for _, declaration in fields_of(model):
        if isinstance(declaration.kind, Models):
            yield declaration.kind.item
            yield from _parts(declaration.kind.item)
