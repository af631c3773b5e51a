"""Responses of the service and requests that are not sent, printed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from fota_sdk.cli.exit_codes import DONE
from fota_sdk.cli.outcome import Outcome, outcome_of
from fota_sdk.cli.output import printable, say, show_csv, show_dictionary, show_facts, show_json, show_rows
from fota_sdk.core.model import Model, Models, fields_of

if TYPE_CHECKING:
    from fota_sdk import PreparedCall
    from fota_sdk.cli.views import View

_DEVICE_KEYS = ("deviceList", "deviceIds")  # of a request


def show_response(title: str, response: Any, as_json: bool, *, brief: bool = False) -> None:
    """Print a response: a model, a list of models, or None where the status is all.

    Args:
        title: What to show above it.
        response: What the method has returned.
        as_json: Whether to print JSON.
        brief: Whether it tells what became of devices, so that of those that went well the first ones are enough.
    """
    data = data_of(response)
    if as_json:
        show_json(data)
    elif isinstance(data, list):
        show_rows(title, data)
    elif data is None:
        click.echo("done")
    elif data == {}:
        click.echo("the response is empty")
    else:
        show_dictionary(title, data, brief=brief)


def show_view(view: View, item: type[Model], response: Any, as_json: bool, as_csv: bool) -> None:
    """Print a response as a view has it.

    Args:
        view: How it is shown.
        item: What it is a list of, where it is one.
        response: What the method has returned.
        as_json: Whether to print JSON.
        as_csv: Whether to print CSV.
    """
    data = data_of(response)
    if as_json:
        show_json(data)
    elif as_csv:
        show_csv(keys_of(item), data)
    elif isinstance(data, list) and data:
        show_rows(view.title, data, view.columns)
    elif isinstance(data, dict) and any(value is not None for value in data.values()):
        show_facts(view.title, data)
    else:
        click.echo(view.empty)


def keys_of(model: type[Model]) -> list[str]:
    """Return what the service may tell of a thing, in wire names."""
    return [declaration.wire for _, declaration in fields_of(model)]


def data_of(response: Any) -> Any:
    """Return a response in wire names."""
    if isinstance(response, list):
        return [data_of(each) for each in response]
    return response.to_dictionary() if isinstance(response, Model) else response


def outcome_of_response(promised: Any, response: Any, body: Any) -> Outcome:
    """Return what a response says; of each device that was sent, where its type declares that it tells them.

    Args:
        promised: The model of the response, or of what it is a list of; another type declares nothing.
        response: What the method has returned.
        body: The request in wire names; None where there is none.
    """
    fields = dict(fields_of(promised)) if isinstance(promised, type) and issubclass(promised, Model) else {}
    lists = {
        field.wire: dict(fields_of(field.kind.item)) for field in fields.values() if isinstance(field.kind, Models)
    }
    if isinstance(response, list):
        lists = {"": fields}
    told = {key: item for key, item in lists.items() if "device_id" in item}
    key, item = next(iter(told.items()), ("deviceList", {"status": None}))
    return outcome_of(
        data_of(response),
        devices=devices_of(body) if told else (),
        key=key,
        tells_success="success" in fields,
        in_words="status" in item,
    )


def devices_of(body: Any) -> Sequence[str]:
    """Return the devices that a request in wire names is for."""
    given: Mapping[str, Any] = body if isinstance(body, dict) else {}
    return next((given[key] for key in _DEVICE_KEYS if key in given), ())


def show_request(prepared: PreparedCall, as_json: bool) -> int:
    """Print a request that is not sent: its facts and first devices, or as JSON all of it."""
    body = None if prepared.body is None else json.loads(prepared.body)
    form = prepared.form
    if as_json:
        parts = {} if form is None else {"form": {"parts": list(form.names()), "bytes": form.length}}
        show_json({"method": prepared.method, "url": prepared.url, "body": body, **parts})
        return DONE
    click.echo(printable(f"{prepared.method} {prepared.url}"))
    if body is not None:
        show_facts("", body)
    if form is not None:
        click.echo(f"a form of {form.length} bytes: {', '.join(form.names())}")
    say("this was not sent (--dry-run)")
    return DONE
