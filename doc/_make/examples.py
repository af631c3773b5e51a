"""Examples of use, as source text, from the examples of the declarations."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from _make.markdown import public
from fota_sdk import CampaignStatus
from fota_sdk.core.example import example_of
from fota_sdk.core.fields import Day
from fota_sdk.core.model import Model, Models, fields_of
from fota_sdk.core.route import FIRST_CURSOR

_WIDTH = 100
_IN_NO_REPORT = ("PRE_SCHEDULED", "QUEUED")  # of the statuses of a campaign, as far as is known
_LISTED = re.compile(r": ([\w-]+(?:, [\w-]+)* or [\w-]+); open")
# Of arguments that no model has a field of the same name for, or one that says something else.
_ARGUMENTS = {
    "campaign_status": CampaignStatus.REQUEST_PENDING,
    "device_ids": "990013907884253",
    "last_seen_campaign_id": FIRST_CURSOR,
    "last_seen_device_id": FIRST_CURSOR,
}
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
    if isinstance(value, Model):
        items = []
        for name, declaration in fields_of(type(value)):
            each = getattr(value, name)
            if isinstance(declaration.kind, Day) and isinstance(each, str):
                day = source(date.fromisoformat(each), days)
                items.append(f"{name}={day if day == 'tomorrow' else f'({day})'}.isoformat()")
            elif each is not None:
                items.append(f"{name}={source(each, days, indent + '    ')}")
        return brackets(f"{type(value).__name__}(", items, ")", indent)
    if isinstance(value, list):
        return brackets("[", [source(each, days, indent + "    ") for each in value], "]", indent)
    return json.dumps(value) if isinstance(value, str) else repr(value)


def value_of(argument: str, *models: type[Model]) -> str:
    """Return the example of an argument: that of a field of the same name, in these models or in any."""
    if argument in _ARGUMENTS:
        return _ARGUMENTS[argument]
    for thing in (*models, *(each for each in public().values() if issubclass(each, Model))):
        for name, declaration in fields_of(thing):
            if name == _ALIASES.get(argument, argument) and isinstance(declaration.example, str):
                return declaration.example
    return "example"


def values_of(argument: str, text: str) -> list[str]:
    """Return the known values of an argument whose text lists them, such as "LWM2M, OMDADM or HTTP; open"."""
    if argument == "campaign_status":
        return [value for name, value in vars(CampaignStatus).items() if name.isupper() and name not in _IN_NO_REPORT]
    listed = _LISTED.search(text)
    return [] if listed is None else re.split(r", | or ", listed[1])


def brackets(head: str, items: list[str], tail: str, indent: str = "") -> str:
    """Return items between brackets, broken where they do not fit a line."""
    line = f"{head}{', '.join(items)}{tail}"
    if "\n" not in line and len(indent) + len(line) <= _WIDTH - 20:
        return line
    return "\n".join([head, *(f"{indent}    {item}," for item in items), f"{indent}{tail}"])


def _days(value: Any) -> Iterator[date]:
    if isinstance(value, date):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _days(each)
    elif isinstance(value, Model):
        for name, declaration in fields_of(type(value)):
            each = getattr(value, name)
            is_text = isinstance(declaration.kind, Day) and isinstance(each, str)
            yield from _days(date.fromisoformat(each) if is_text else each)


def _parts(model: type[Model]) -> Iterator[type[Model]]:
    for _, declaration in fields_of(model):
        if isinstance(declaration.kind, Models):
            yield declaration.kind.item
            yield from _parts(declaration.kind.item)
