"""The pages of the models and of the two result exceptions."""

from __future__ import annotations

import inspect
import json
from dataclasses import fields
from typing import Any

from _make import classes, docstrings
from _make.examples import build, json_of, value_of
from _make.markdown import (
    NOTE,
    fence,
    is_result_exception,
    join,
    link,
    linked,
    place_of,
    public,
    table,
    type_words,
    words,
)
from _make.methods import Method, controllers, methods_of
from fota_sdk.core.docs import docs_of
from fota_sdk.core.fields import Integer
from fota_sdk.core.model import Model, Models, fields_of
from fota_sdk.exceptions import ApiError

INDEX = "models/index.md"
ERROR = {"errorCode": "INVALID_PARAMETER", "errorMessage": "Campaign does not exist."}
_ANCHOR = "#what-every-model-can-do"
_COMMON = "Unknown keys are kept in `additional_properties`. {link} has `validate()`, `to_json()` and their like."
_EVERY_MODEL = """
A model is built empty and filled by attributes, or by arguments. Its attributes have Python's names, its JSON keys
those of the service. Two models are equal where they stand for the same JSON: a date equals its text, and a tuple the
list of the same values. A mapping that stands for a request may hold models.

Type checkers take a request that is built empty, or with all that is required, by position or by name: a missing field
is an error there. They see a day of a request as a `date` and a list as a list, unless something else was set: look for
None where a campaign may have no windows.

A field that is typed without None is one that the service requires in a request or promises in a response. A model is
built all the same without it: `validate()` names what is missing in a request. In a response nothing is invented: where
the service leaves out what it promises, the attribute is None.
""".strip()
_WIRE = {"error_code": "errorCode", "error_message": "errorMessage"}


def pages() -> dict[str, str]:
    """Return the page of each model and result exception, and their index, by path."""
    made = {INDEX: _index()}
    for name, thing in public().items():
        page = (place_of(name) or "").partition("#")[0]
        if issubclass(thing, Model):
            made[page] = _model(thing, page)
        elif issubclass(thing, ApiError) and is_result_exception(thing):
            made[page] = _exception(thing, page)
    return made


def models() -> list[type[Model]]:
    """Return the public models."""
    return [thing for thing in public().values() if issubclass(thing, Model)]


def summary_of(model: type[Model]) -> str:
    """Return the sentence that says what a model is."""
    return docstrings.read(model).text


def default_of(model: type[Model], name: str) -> Any:
    """Return the value of a field that nobody sets."""
    return next(field.default for field in fields(model) if field.name == name)


def used_by(thing: type) -> list[tuple[Method, str]]:
    """Return the methods that take or return a model or raise an error, and which of it."""
    uses = []
    for method in (each for controller in controllers() for each in methods_of(controller)):
        operation = method.operation
        for role, used in (("body", (operation.body,)), ("response", method.models), ("400", (operation.refusal,))):
            if thing in used:
                uses.append((method, role))
    return uses


def _model(model: type[Model], page: str) -> str:
    name = model.__name__
    holders = [
        each for each in models() for _, d in fields_of(each) if isinstance(d.kind, Models) and d.kind.item is model
    ]
    own = [(each, member) for each, member in classes.members_of(model) if each not in _field_names(model)]
    return join(
        [
            f"# {words(name)}",
            NOTE,
            linked(summary_of(model), page),
            "## Structure",
            f"`{name}`",
            "## Fields",
            table(("Name", "JSON key", "Type", "Required", "Description"), _rows(model, page)),
            _COMMON.format(link=link(page, INDEX + _ANCHOR, "What every model can do")),
            *(part for each, member in own for part in (f"## {each}", *classes.member_parts(each, member, page))),
            "## Used by",
            "\n".join(
                [*_uses(model, page), *(f"* {linked(f'`{each.__name__}`', page)}" for each in dict.fromkeys(holders))]
            ),
            "## Example",
            fence("python", build(model, "example") + "\nprint(example.to_json())"),
            "## Example *(as JSON)*",
            fence("json", json_of(model)),
        ]
    )


def _field_names(model: type[Model]) -> set[str]:
    return {name for name, _ in fields_of(model)}


def _rows(model: type[Model], page: str) -> list[list[str]]:
    rows, texts = [], docs_of(model)
    annotations = {field.name: str(field.type) for field in fields(model)}
    for name, declaration in fields_of(model):
        kind = type_words(annotations[name], page)
        if isinstance(declaration.kind, Integer):
            kind += _range(declaration.kind)
        default = default_of(model, name)
        text = linked(texts[name], page) + ("" if default is None else f" Default: `{default!r}`.")
        if declaration.also:
            text += f" Read from {' or '.join(f'`{key}`' for key in declaration.also)} too."
        rows.append([f"`{name}`", f"`{declaration.wire}`", kind, "yes" if declaration.required else "no", text])
    return rows


def _range(kind: Integer) -> str:
    return "" if kind.maximum is None else f", {kind.minimum} to {kind.maximum}"


def _uses(thing: type, page: str) -> list[str]:
    return [
        f"* {link(page, method.place, f'`{method.group}.{method.name}`')} ({role})" for method, role in used_by(thing)
    ]


def _exception(error: type[ApiError], page: str) -> str:
    inherited = docstrings.read(ApiError).items("Attributes")
    annotations = inspect.get_annotations(ApiError)
    method = next(method for method, _ in used_by(error) if method.operation.method == "GET")
    values = ", ".join(f'"{value_of(each.name)}"' for each in method.parameters)
    script = "\n".join(
        [
            f"from fota_sdk import FotaClient, {error.__name__}",
            "",
            "with FotaClient.from_environment() as client:",
            "    try:",
            f"        client.{method.group}.{method.name}({values})",
            f"    except {error.__name__} as error:",
            "        print(error.error_code, error.error_message)",
        ]
    )
    return join(
        [
            f"# {words(error.__name__)}",
            NOTE,
            linked(docstrings.read(error).text, page),
            f"It is an {linked('`ApiError`', page)}: {link(page, 'errors-and-what-to-do.md', 'what to do')} about it.",
            "## Structure",
            f"`{error.__name__}`",
            "## Fields",
            table(
                ("Name", "JSON key", "Type", "Description"),
                (
                    [
                        f"`{name}`",
                        f"`{_WIRE[name]}`" if name in _WIRE else "",
                        type_words(annotations[name], page),
                        linked(text, page),
                    ]
                    for name, text in inherited.items()
                ),
            ),
            "## Used by",
            "\n".join(_uses(error, page)),
            "## Example",
            fence("python", script),
            "## Example *(as JSON)*",
            fence("json", json.dumps(ERROR, indent=2)),
        ]
    )


def _index() -> str:
    rows = []
    for name, thing in public().items():
        if issubclass(thing, Model) or is_result_exception(thing):
            rows.append([linked(f"`{name}`", INDEX), linked(docstrings.read(thing).summary, INDEX)])
    return join(
        [
            "# Models",
            NOTE,
            "The JSON objects of the service, and the two errors that carry one.",
            table(("Name", "What it is"), rows),
            "## What every model can do",
            _EVERY_MODEL,
            *(
                part
                for name, member in classes.members_of(Model)
                for part in (f"### {name}", *classes.member_parts(name, member, INDEX))
            ),
            "### additional_properties",
            linked(
                docstrings.parse(inspect.cleandoc(Model.__doc__ or "")).items("Attributes")["additional_properties"],
                INDEX,
            ),
        ]
    )
