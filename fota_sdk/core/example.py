"""Models filled with the examples of their declarations, for documentation and stand-ins."""

from __future__ import annotations

from typing import Any

from fota_sdk.core.model import AnyModel, Models, fields_of


def example_of(model: type[AnyModel]) -> AnyModel:
    """Return a model of which each field holds the example of its declaration."""
    values: dict[str, Any] = {}
    for _, declaration in fields_of(model):
        example = declaration.example
        if example is None and isinstance(declaration.kind, Models):
            example = [example_of(declaration.kind.item).to_dictionary()]
        if example is not None:
            values[declaration.wire] = example
    return model.from_dictionary(values)
