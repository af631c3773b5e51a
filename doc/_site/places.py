"""Where each public name is described."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from _make.classes import members_of
from _make.markdown import ROLLOUT, functions, place_of, public, rollout_names
from _make.methods import attribute_of, controllers
from fota_sdk.core.controller import Controller
from fota_sdk.core.model import Model, fields_of

PACKAGE = "fota_sdk"


@dataclass(frozen=True)
class Place:
    """The section that describes a name.

    Attributes:
        page: As Sphinx names it, without a suffix.
        anchor: Of its heading; empty where the whole page describes it.
        kind: What the Python domain of Sphinx calls the thing.
    """

    page: str
    anchor: str
    kind: str


@cache
def places() -> dict[str, Place]:
    """Return the place of each public class, function and method, by its name in the package."""
    return _places() | _places_of_rollouts()


def _places() -> dict[str, Place]:
    found = {name: _place(place_of(name), "function") for name in functions()}
    for name, thing in public().items():
        found[name] = place = _place(place_of(name), "exception" if issubclass(thing, Exception) else "class")
        if not issubclass(thing, Controller):
            fields = {field for field, _ in fields_of(thing)} if issubclass(thing, Model) else set()
            for member, value in members_of(thing, without=fields):
                anchor = member if issubclass(thing, Model) else f"{name}{member}".lower()
                found[f"{name}.{member}"] = Place(place.page, anchor, _kind(value))
    for controller in controllers():
        page = found[controller.__name__].page
        for member, value in members_of(controller):
            found[f"{controller.__name__}.{member}"] = Place(page, member.replace("_", "-"), _kind(value))
    return found


def _places_of_rollouts() -> dict[str, Place]:
    found = {}
    for name, thing in rollout_names().items():
        is_class = isinstance(thing, type)
        kind = "function" if not is_class else "exception" if issubclass(thing, Exception) else "class"
        found[f"rollout.{name}"] = _place(place_of(name, ROLLOUT), kind)
        for member, value in members_of(thing) if is_class else ():
            found[f"rollout.{name}.{member}"] = _place(f"{ROLLOUT}#{name}-{member}".lower(), _kind(value))
    return found


@cache
def full_names() -> dict[str, str]:
    """Return the name in the package of each name that texts use, such as ``campaigns_v3.cancel_campaign``."""
    classes = {each.__name__: attribute_of(each) for each in controllers()}
    names = {name: name for name in places()}
    # The other words of roll-outs stand for other things elsewhere.
    told = tuple(f"rollout.{name}" for name in ("Rollout", "EnvironmentClients", "StepReport", "read_fleet"))
    names |= {name.removeprefix("rollout."): name for name in places() if name.startswith(told)}
    for name in places():
        owner, _, member = name.partition(".")
        if owner in classes and member:
            names[f"{classes[owner]}.{member}"] = name
    return names | {attribute: name for name, attribute in classes.items()}


def full_name(code: str) -> str | None:
    """Return the name in the package that a piece of code begins with, or None."""
    whole = code.partition("(")[0]
    for name in (whole.removeprefix("client."), whole.partition(".")[0]):
        if name in full_names():
            return full_names()[name]
    return None


def _kind(member: object) -> str:
    return "property" if isinstance(member, property) else "method"


def _place(place: str | None, kind: str) -> Place:
    path, _, anchor = (place or "").partition("#")
    return Place(path.removesuffix(".md"), anchor, kind)
