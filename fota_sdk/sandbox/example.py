"""Operations that the sandbox keeps no state for: the body is checked, and the response is made up."""

from __future__ import annotations

from collections.abc import Mapping
from types import NoneType
from typing import TYPE_CHECKING, Any

from fota_sdk.core.example import example_of
from fota_sdk.core.fields import Day, Findings, Text
from fota_sdk.core.model import Model, check_model, fields_of, read_model
from fota_sdk.sandbox.messages import Json, refuse
from fota_sdk.sandbox.rules import check_account

if TYPE_CHECKING:
    from fota_sdk.core.operation import Operation
    from fota_sdk.sandbox.clock import Clock
    from fota_sdk.sandbox.messages import Call, Handler


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


def handler(operation: Operation[Any], clock: Clock) -> Handler:
    """Return what answers an operation from the examples that its response declares."""

    def respond(call: Call) -> Any:
        check_account(call.account)
        for parameter in operation.query:
            if parameter.required and call.query.get(parameter.key, "") == "":
                raise refuse(f"{parameter.key} is required.")
        if operation.body is not None:
            check_body(operation.body, call.body)
        values = {**call.values, "account_name": call.account}
        today = clock.now().date().isoformat()
        if operation.item is not None:
            return [example_response(operation.item, values, today)]
        if operation.response in (NoneType, object):
            return {}
        response = example_response(operation.response, values, today)
        return response if operation.cursor is None else {**response, "hasMoreData": False}

    return respond
