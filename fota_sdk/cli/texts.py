"""What the documentation of the methods says, in the words of a shell."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

from fota_sdk import controllers
from fota_sdk.cli.versions import Endpoint
from fota_sdk.core.model import fields_of

_SENTENCE = re.compile(r"(.+?[.])(?:\s|$)", re.DOTALL)
_ARGUMENTS = re.compile(r"^Args:\n((?:    .*\n?|\n)*)", re.MULTILINE)
_ARGUMENT = re.compile(r"^    (\w+): (.*(?:\n        .*)*)", re.MULTILINE)
_VERSION = re.compile(r"\s*\([^)]*V[23]\)")
_OF_PYTHON_ALONE = re.compile(r"; open\b|\s*\bNone [^.;]*[.;]")


def summary_of(endpoint: Endpoint) -> str:
    """Return what a method does, in one sentence; its request where Python runs without docstrings."""
    sentence = _SENTENCE.match(_doc_of(_method_of(endpoint)))
    if sentence is None:
        return f"{endpoint.operation.method} {endpoint.operation.path}"
    return _in_a_shell(" ".join(sentence[1].split()), endpoint)


def arguments_of(endpoint: Endpoint) -> dict[str, str]:
    """Return the texts of a method's arguments by name; nothing where Python runs without docstrings."""
    section = _ARGUMENTS.search(_doc_of(_method_of(endpoint)))
    found = [] if section is None else _ARGUMENT.findall(section[1])
    return {name: _in_a_shell(" ".join(text.split()), endpoint) for name, text in found}


def defaults_of(endpoint: Endpoint) -> dict[str, str]:
    """Return what a method sends for an argument that is not given, by name."""
    parameters = inspect.signature(_method_of(endpoint)).parameters.values()
    return {each.name: each.default for each in parameters if isinstance(each.default, str)}


def title_of(group: str) -> str:
    """Return what a group is about, in a few words."""
    doc = _doc_of(_class_of(group)) or group.replace("_", " ").capitalize()
    return _VERSION.sub("", re.split("[.:;]", doc)[0])


def _class_of(group: str) -> Any:
    return getattr(controllers, controllers.class_name_of(group))


def _method_of(endpoint: Endpoint) -> Callable[..., Any]:
    method: Callable[..., Any] = getattr(_class_of(endpoint.group), endpoint.method)
    return method


def _doc_of(documented: Any) -> str:
    return inspect.cleandoc(documented.__doc__ or "")


def _in_a_shell(text: str, endpoint: Endpoint) -> str:
    """Return a text without what only Python has: its names of the fields, and None."""
    body = endpoint.operation.body
    keys = {} if body is None else {name: declaration.wire for name, declaration in fields_of(body)}
    text = re.sub(r"`(\w+)`", lambda name: keys.get(name[1], name[1]), text)
    return _OF_PYTHON_ALONE.sub("", text.replace(" is None ", " is missing "))
