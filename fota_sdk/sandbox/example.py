"""Operations that the sandbox keeps no state for: the body is checked, and the response is made up."""

from __future__ import annotations

from collections.abc import Mapping

from fota_sdk.core.example import example_of
from fota_sdk.core.fields import Day, Findings, Text
from fota_sdk.core.model import Model, check_model, fields_of, read_model
from fota_sdk.sandbox.messages import Json, refuse


def check_body(model: type[Model], body: Json) -> None:
    """Refuse a body in which something is certainly wrong."""
    findings: Findings = []
    instance = read_model(model, body, findings)
    if instance is not None and findings == []:
        check_model(instance, findings)
    if findings != []:
        path, message = findings[0]
        raise refuse(f"Input binding error: {path if path != '' else 'the body'} {message}.")


def example_response(model: type[Model], values: Mapping[str, str], today: str) -> Json:
    """Return a response made up from the examples that a model declares.

    Args:
        model: What the operation returns.
        values: What is known, by names in Python: it is used where a text field has that name.
        today: What every day is.
    """
    response = example_of(model).to_dictionary()
    for name, field in fields_of(model):
        if isinstance(field.kind, Text) and name in values:
            response[field.wire] = values[name]
        elif isinstance(field.kind, Day):
            response[field.wire] = today
    return response
