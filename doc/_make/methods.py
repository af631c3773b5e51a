"""The operations of the service, each with the method that calls it."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from types import NoneType
from typing import Any

from _make import docstrings
from _make.markdown import page_of_module
from fota_sdk import controllers as groups
from fota_sdk.core.controller import Controller
from fota_sdk.core.model import Model
from fota_sdk.core.operation import Operation, Parameter


@dataclass(frozen=True)
class Method:
    """An operation with the method that calls it.

    Attributes:
        controller: The class of the method.
        operation: What it calls.
    """

    controller: type[Controller]
    operation: Operation[Any]

    @property
    def name(self) -> str:
        """The name of the method."""
        return self.operation.name.rpartition(".")[2]

    @property
    def group(self) -> str:
        """The attribute of the client that holds the controller."""
        return attribute_of(self.controller)

    @property
    def function(self) -> Any:
        """The method itself."""
        return getattr(self.controller, self.name)

    @property
    def doc(self) -> docstrings.Docstring:
        """What the method says of itself."""
        return docstrings.read(self.function)

    @property
    def parameters(self) -> list[inspect.Parameter]:
        """The parameters of the method without ``self``."""
        return list(inspect.signature(self.function).parameters.values())[1:]

    @property
    def declared(self) -> dict[str, Parameter]:
        """The parameters of the operation by name; the body is none of them."""
        return {each.name: each for each in self.operation.parameters}

    @property
    def models(self) -> tuple[type[Model], ...]:
        """The model that a success is, or of which it is a list; none where the status is all."""
        promised = self.operation.item or self.operation.response
        return (promised,) if isinstance(promised, type) and issubclass(promised, Model) else ()

    @property
    def has_response(self) -> bool:
        """Whether a success has a body."""
        return self.operation.response is not NoneType

    @property
    def place(self) -> str:
        """The section that describes it."""
        return f"{page_of_module('controllers', self.controller)}#{self.name.replace('_', '-')}"


def controllers() -> list[type[Controller]]:
    """Return the class of each group."""
    return [controller_of(group) for group in groups.GROUPS]


def controller_of(group: str) -> type[Controller]:
    """Return the class of a group."""
    found: type[Controller] = getattr(groups, groups.class_name_of(group))
    return found


def attribute_of(controller: type[Controller]) -> str:
    """Return the attribute of the client that holds a controller."""
    return controller.__module__.rpartition(".")[2].removesuffix("_controller")


def methods_of(controller: type[Controller]) -> list[Method]:
    """Return the operations of a controller, DELETE last, so that examples can follow each other."""
    found = [Method(controller, each) for group, each in groups.operations() if group == attribute_of(controller)]
    return sorted(found, key=lambda method: method.operation.method == "DELETE")


def method_named(place: str) -> Method:
    """Return the method of a place such as ``campaigns_v3.cancel_campaign``."""
    group, _, name = place.partition(".")
    return next(method for method in methods_of(controller_of(group)) if method.name == name)
