"""The pages of the client and of the errors, and sections for classes and their members in general."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import Any

from _make import docstrings
from _make.markdown import (
    NOTE,
    ROLLOUT,
    default_of,
    fence,
    functions,
    is_result_exception,
    join,
    link,
    linked,
    public,
    signature,
    table,
    type_words,
)
from fota_sdk import FotaClient, OAuthClientCredentials, SessionLogin, Timeout, exceptions
from fota_sdk.controllers import GROUPS
from fota_sdk.core.controller import Controller
from fota_sdk.core.model import Model
from fota_sdk.exceptions import FotaError
from fota_sdk.rollout import Doubt, EnvironmentClients, Gate, RolloutPlan, Schedule, StopRule, Watch, Wave

CLIENT, ERRORS = "client.md", "errors.md"
_PLAIN = {"Headers": "Mapping[str, str]", "Body": "Any"}  # names that callers do not meet, and what they mean
_CLIENT_INTRODUCTION = """
How to get tokens to it: {authentication}. What it promises: {reliability}.

```python
from fota_sdk import Environment, FotaClient

client = FotaClient.from_environment(environment=Environment.STAGING)
print(client)
client.close()
```
""".strip()
_ERRORS_INTRODUCTION = (
    "Every error that the package raises by itself is one of these. {page} says how to go on after each."
)


def pages() -> dict[str, str]:
    """Return the two pages by path."""
    return {CLIENT: _client(), ERRORS: _errors()}


def members_of(owner: type, without: Iterable[str] = ()) -> list[tuple[str, Any]]:
    """Return the public methods and properties that a class itself defines."""
    members = []
    for name, member in vars(owner).items():
        if isinstance(member, (classmethod, staticmethod)):
            member = member.__func__
        if name.startswith("_") or name in without or not (inspect.isfunction(member) or isinstance(member, property)):
            continue
        members.append((name, member))
    return members


def member_parts(name: str, member: Any, page: str) -> list[str]:
    """Return what is to be said of a method or property."""
    doc = docstrings.read(member)
    if isinstance(member, property):
        returned = str(inspect.signature(member.fget).return_annotation) if member.fget else ""
        return [linked(doc.text, page), f"Type: {type_words(returned, page)}."]
    rows = _parameters(member, doc, page)
    return [
        linked(doc.text, page),
        fence("python", signature(member, name)),
        table(("Parameter", "Type", "Default", "Description"), rows) if any(row[-1] for row in rows) else "",
        f"Returns: {linked(doc.returns, page)}" if doc.returns else "",
        _raises(doc, page),
    ]


def class_parts(thing: type, page: str) -> list[str]:
    """Return the section of a class: what it is, its constants, arguments or attributes, and its members."""
    doc, members = docstrings.read(thing), members_of(thing)
    parts = [f"## {thing.__name__}", linked(doc.text, page)]
    constants = {name: getattr(value, "value", value) for name, value in vars(thing).items() if name.isupper()}
    if constants:
        parts.append(table(("Name", "Value"), ([f"`{name}`", f"`{value}`"] for name, value in constants.items())))
    if _is_built_by_callers(thing):
        parts.append(fence("python", _constructor(thing)))
        parts.append(table(("Argument", "Type", "Default", "Description"), _parameters(_init_of(thing), doc, page)))
    else:
        attributes = doc.items("Attributes")
        rows = _attributes(thing, {name: text for name, text in attributes.items() if name not in dict(members)}, page)
        parts.append(table(("Attribute", "Type", "Description"), rows) if rows else "")
    parts.append(_raises(doc, page))
    for name, member in members:
        # A dot is no part of an anchor: Rollout.plan would have that of RolloutPlan.
        dot = ": " if page == ROLLOUT else "."
        parts += [f"### {thing.__name__}{dot}{name}", *member_parts(name, member, page)]
    return parts


def _is_built_by_callers(thing: type) -> bool:
    of_rollouts = (EnvironmentClients, RolloutPlan, Wave, Gate, StopRule, Schedule, Watch, Doubt)
    return thing in (FotaClient, OAuthClientCredentials, SessionLogin, Timeout, *of_rollouts)


def _init_of(thing: Any) -> Any:
    return thing.__init__


def _attributes(thing: type, texts: dict[str, str], page: str) -> list[list[str]]:
    types = {**inspect.get_annotations(_init_of(thing)), **inspect.get_annotations(thing)}
    return [
        [
            f"`{name}`",
            type_words(_PLAIN.get(types[name], str(types[name])), page) if name in types else "",
            linked(text, page),
        ]
        for name, text in texts.items()
    ]


def _constructor(thing: type) -> str:
    stub = signature(_init_of(thing), "__init__")
    return f"class {thing.__name__}:\n" + "\n".join(f"    {line}" for line in stub.splitlines())


def _parameters(function: Any, doc: docstrings.Docstring, page: str) -> list[list[str]]:
    rows = []
    texts = doc.items("Args", "Attributes")
    for parameter in inspect.signature(function).parameters.values():
        if parameter.name in ("self", "cls"):
            continue
        default = "" if parameter.default is parameter.empty else default_of(parameter)
        shown = {"": "required", "unset": "as it was"}.get(default, f"`{default}`")
        text = linked(texts.get(parameter.name, ""), page)
        rows.append([f"`{parameter.name}`", type_words(str(parameter.annotation), page), shown, text])
    return rows


def _raises(doc: docstrings.Docstring, page: str) -> str:
    raised = doc.items("Raises")
    if not raised:
        return ""
    return "Raises:\n\n" + "\n".join(
        f"* {linked(f'`{name}`', page)}: {linked(text, page)}" for name, text in raised.items()
    )


def _client() -> str:
    others = [
        thing
        for thing in public().values()
        if thing is not FotaClient and not issubclass(thing, (Controller, Model, FotaError))
    ]
    parts = class_parts(FotaClient, CLIENT)
    groups = "\n".join(f"* {_group(getattr(FotaClient, name), name)}" for name in GROUPS)
    parts[2:2] = ["Its operations stand in groups:", groups]
    return join(
        [
            "# The client",
            NOTE,
            _CLIENT_INTRODUCTION.format(
                authentication=link(CLIENT, "authentication.md", "Authentication"),
                reliability=link(CLIENT, "reliability.md", "Reliability"),
            ),
            *parts,
            *(part for thing in others for part in class_parts(thing, CLIENT)),
            *(part for name, each in functions().items() for part in (f"## {name}", *member_parts(name, each, CLIENT))),
        ]
    )


def _group(controller: type, name: str) -> str:
    summary = docstrings.read(controller).summary
    return f"`{name}`, {linked(f'`{controller.__name__}`', CLIENT)}: {summary[0].lower()}{summary[1:]}"


def _errors() -> str:
    errors = [thing for thing in public().values() if issubclass(thing, FotaError)]
    tree = inspect.cleandoc(exceptions.__doc__ or "").partition("\n\n")[2]
    ordered = sorted(errors, key=lambda thing: tree.index(f"{thing.__name__} "))
    return join(
        [
            "# Errors",
            NOTE,
            _ERRORS_INTRODUCTION.format(page=link(ERRORS, "errors-and-what-to-do.md", "Errors and what to do")),
            fence("text", tree),
            *(part for thing in ordered for part in _error(thing)),
        ]
    )


def _error(thing: type) -> list[str]:
    heading, text, *rest = class_parts(thing, ERRORS)
    bases = " and ".join(linked(f"`{base.__name__}`", ERRORS) for base in thing.__bases__)
    own = f"It has a page of its own: {linked(f'`{thing.__name__}`', ERRORS)}." if is_result_exception(thing) else ""
    return [heading, text, f"Base: {bases}.", own, *rest]
