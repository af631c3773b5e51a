"""Writing Markdown: tables, fences, types, and links between the pages of public names."""

from __future__ import annotations

import dataclasses
import inspect
import json
import os
import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import fota_sdk
from fota_sdk import rollout
from fota_sdk.core.controller import Controller
from fota_sdk.core.model import Model
from fota_sdk.exceptions import FotaError

NOTE = '<!-- Made from the code by "python doc/make.py"; what is to change is changed there. -->'
ROLLOUT = "rollout-reference.md"
_CODE = re.compile(r"``(.+?)``|`([^`]+)`")
_ALIASES = {  # names of types that callers do not meet
    "Api": 'Literal["v2", "v3"]',
    "Clients": "Callable[[str], FotaClient]",
    "FleetRow": "tuple[str, ...]",
    "FileSource": "str | PathLike[str] | IO[bytes]",
    "Window": "Mapping[str, Any] | V3TimeWindow | V2TimeWindow",
}
_ALIAS = re.compile(rf"\b(?:{'|'.join(_ALIASES)})\b")
_UNSET = re.compile(r"\| _Unset | \| _Unset")
_NAME = re.compile(r"\b[A-Z]\w+")
_LONGEST_DEFAULT = 60


def public() -> dict[str, type]:
    """Return the classes that the package offers, by name."""
    return {name: thing for name, thing in _offered().items() if inspect.isclass(thing)}


def functions() -> dict[str, Callable[..., Any]]:
    """Return the functions that the package offers, by name."""
    return {name: thing for name, thing in _offered().items() if inspect.isfunction(thing)}


def _offered() -> dict[str, Any]:
    names: list[str] = vars(fota_sdk)["__all__"]  # which type checkers do not see
    return {name: getattr(fota_sdk, name) for name in names}


def page_of_module(folder: str, thing: type) -> str:
    """Return the page of a class that has a page of its own, named as its module."""
    stem = thing.__module__.rpartition(".")[2].removesuffix("_controller")
    return f"{folder}/{stem.replace('_', '-')}.md"


def rollout_names() -> dict[str, Any]:
    """Return what `fota_sdk.rollout` offers, by name."""
    return {name: getattr(rollout, name) for name in rollout.__all__}


@cache
def place_of(name: str, page: str = "") -> str | None:
    """Return the page, and where it is a section the anchor, that describes a public name.

    The words of roll-outs are names on their own page alone, as other pages have them for other things.
    """
    if page == ROLLOUT and name in rollout_names():
        return f"{ROLLOUT}#{name.lower()}"
    thing = public().get(name)
    if thing is None:
        return f"client.md#{name}" if name in functions() else None
    if issubclass(thing, Controller):
        return page_of_module("controllers", thing)
    if issubclass(thing, Model):
        return page_of_module("models", thing)
    if is_result_exception(thing):
        return f"models/{kebab(name)}.md"
    return f"{'errors' if issubclass(thing, FotaError) else 'client'}.md#{name.lower()}"


def is_result_exception(thing: type) -> bool:
    """Return whether the reference gives an error a page among the models."""
    return thing.__name__.endswith("ResultException")


def words(name: str) -> str:
    """Return a name as the words of a heading."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).replace("_", " ").title()


def kebab(name: str) -> str:
    """Return a name as file names have it."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()


def link(page: str, target: str, text: str) -> str:
    """Return a link from one page to another, both named by their paths below ``doc/``."""
    path, _, anchor = target.partition("#")
    relative = "" if path == page else os.path.relpath(path, os.path.dirname(page) or ".").replace(os.sep, "/")  # noqa: PTH120 - a path of pages, not of files
    return f"[{text}]({relative}{'#' + anchor if anchor else ''})"


def linked(text: str, page: str) -> str:
    """Return a text in which each public name between backticks leads to its page."""

    def replace(match: re.Match[str]) -> str:
        code = match[1] or match[2]
        place = place_of(re.split(r"[.(]", code)[0], page)
        return f"`{code}`" if place is None or place == page else link(page, place, f"`{code}`")

    return _CODE.sub(replace, text)


def type_words(annotation: str, page: str) -> str:
    """Return an annotation for a table: its alternatives but None, joined by "or", with links."""
    alternatives = [
        part for part in re.split(r" \| (?![^\[]*\])", _spelled(annotation)) if part not in ("None", "_Unset")
    ]
    return " or ".join(_type(part, page) for part in alternatives) or "`None`"


def _type(text: str, page: str) -> str:
    text = text.replace(" | ", " or ")  # a bar would end the cell of a table
    places = [place for name in _NAME.findall(text) if (place := place_of(name, page)) is not None]
    return link(page, places[0], f"`{text}`") if len(places) == 1 and places[0] != page else f"`{text}`"


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table; None of it has a row of its own where there is nothing to show."""
    heads = list(heads)
    lines = [heads, ["---"] * len(heads), *(list(row) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def fence(language: str, text: str) -> str:
    """Return a block of code."""
    return f"```{language}\n{text.rstrip()}\n```"


def join(parts: Iterable[str]) -> str:
    """Return a page of its parts, an empty line between them."""
    return "\n\n".join(part for part in parts if part) + "\n"


def signature(function: Callable[..., Any], name: str) -> str:
    """Return the stub of a function, broken where it does not fit a line."""
    shown = inspect.signature(function)
    parameters = [_shown(parameter) for parameter in shown.parameters.values()]
    first_keyword = [p.kind is p.KEYWORD_ONLY for p in shown.parameters.values()]
    if True in first_keyword and not any(p.kind is p.VAR_POSITIONAL for p in shown.parameters.values()):
        parameters.insert(first_keyword.index(True), "*")
    returned = f" -> {shown.return_annotation}" if isinstance(shown.return_annotation, str) else ""
    line = f"def {name}({', '.join(parameters)}){returned}: ..."
    if len(line) <= 100:
        return line
    return "\n".join([f"def {name}(", *(f"    {each}," for each in parameters), f"){returned}: ..."])


def default_of(parameter: inspect.Parameter) -> str:
    """Return how the default of a parameter reads."""
    default = parameter.default
    if isinstance(default, str) and type(default) is str:
        return json.dumps(default)
    if repr(default) == "<factory>":  # of a dataclass
        return f"{parameter.annotation}()" if str(parameter.annotation).isidentifier() else "{}"
    if callable(default):
        return "..."
    return str(default) if type(default).__module__ == "fota_sdk.configuration" else _brief(default)


def _brief(value: object) -> str:
    """Return a value as one writes it: of a dataclass without what is so by default."""
    if isinstance(value, tuple):
        return f"({', '.join(map(_brief, value))}{',' if len(value) == 1 else ''})"
    if not dataclasses.is_dataclass(value):
        return repr(value)
    given = {each.name: getattr(value, each.name) for each in dataclasses.fields(value) if each.repr}
    defaults = {each.name: each.default for each in dataclasses.fields(value)}
    arguments = (f"{name}={each!r}" for name, each in given.items() if each != defaults[name])
    return f"{type(value).__name__}({', '.join(arguments)})"


def _spelled(annotation: str) -> str:
    return _ALIAS.sub(lambda match: _ALIASES[match[0]], annotation)


def _shown(parameter: inspect.Parameter) -> str:
    text = parameter.name
    if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
        text = f"{'*' if parameter.kind is parameter.VAR_POSITIONAL else '**'}{text}"
    if parameter.annotation is not parameter.empty:
        text += f": {_spelled(_UNSET.sub('', str(parameter.annotation)))}"
    if parameter.default is not parameter.empty:
        default = default_of(parameter)
        text += f" = {'...' if default == 'unset' or len(default) > _LONGEST_DEFAULT else default}"
    return text
