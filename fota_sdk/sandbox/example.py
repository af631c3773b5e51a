"""Operations that the sandbox keeps no state for: the body is checked, and the answer is made up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fota_sdk.core.fields import Day, FieldDeclaration, Findings, Flag, Integer, Text, Texts
from fota_sdk.core.model import Model, Models, check_model, decoder_of, fields_of
from fota_sdk.sandbox.messages import Json, refuse


def check_body(model: type[Model], body: Json) -> None:
    """Refuse a body in which something is certainly wrong."""
    findings: Findings = []
    instance = decoder_of(model)(body, findings)
    if findings == []:
        check_model(instance, findings)
    if findings != []:
        path, message = findings[0]
        raise refuse(f"Input binding error: {path if path != '' else 'the body'} {message}.")


def example_of(model: type[Model], values: Mapping[str, str], today: str) -> Json:
    """Return an answer made up from the declarations of a model.

    Args:
        model: What the operation answers.
        values: What is known, by names in Python: it is answered where a text field has that name.
        today: What every day is.
    """
    return {field.wire: _value(name, field, values, today) for name, field in fields_of(model)}


def _value(name: str, field: FieldDeclaration, values: Mapping[str, str], today: str) -> Any:
    kind = field.kind
    if isinstance(kind, Text):
        return values.get(name, field.wire)
    if isinstance(kind, Integer):
        return kind.minimum
    if isinstance(kind, Flag):
        return True
    if isinstance(kind, Day):
        return today
    if isinstance(kind, Texts):
        return [field.wire]
    if isinstance(kind, Models):
        return [example_of(kind.item, values, today)]
    raise TypeError(f"there is no example of a {type(kind).__name__}")
