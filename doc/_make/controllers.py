"""The pages of the controllers."""

from __future__ import annotations

import inspect
from types import NoneType
from typing import Any

from _make import calls, classes, docstrings
from _make.examples import json_of
from _make.markdown import (
    NOTE,
    default_of,
    fence,
    join,
    link,
    linked,
    page_of_module,
    place_of,
    signature,
    table,
    type_words,
    words,
)
from _make.methods import Method, attribute_of, controllers, method_named, methods_of
from fota_sdk.core.controller import Controller
from fota_sdk.core.operation import Effect, Operation

_RETRIES = "reliability.md#what-is-retried"
_EFFECTS = {
    Effect.READS: "It is safe: it changes nothing. The client {retries} it, and a failure leaves no doubt.",
    Effect.SETS: (
        "It is idempotent: twice is the same as once. The client {retries} it; where every attempt fails it may have "
        "been carried out all the same."
    ),
    Effect.ASKS: (
        "It changes nothing that lasts, but each call has its own cost: the client never {retries} it once it may have "
        "been carried out, and a failure leaves no doubt."
    ),
    Effect.ACTS: "It is not idempotent: the client never {retries} it once it may have been carried out.",
    Effect.SCHEDULES: (
        "It is not idempotent: the client never {retries} it once it may have been carried out, and refuses the same "
        "call after such a failure (`RepeatRefusedError`)."
    ),
}
_DEPRECATED = "**Deprecated** in the service's description, which names no successor. The client does not warn of it."
_PAGES = (
    "A response is one page; `has_more_data` says whether there are more. [`paginated`](#paginated) gives all of them: "
    "the loop asks for a page when it comes to it, and each loop asks anew. Pages are no snapshot: where the account "
    "changes meanwhile, something may come twice or not at all, so count by id."
)


def pages() -> dict[str, str]:
    """Return the page of each controller by its path."""
    return {page_of_module("controllers", each): _page(each) for each in controllers()}


def _page(controller: type[Controller]) -> str:
    page, attribute = page_of_module("controllers", controller), attribute_of(controller)
    methods = methods_of(controller)
    use = f"from fota_sdk import FotaClient\n\nclient = FotaClient.from_environment()\n{attribute} = client.{attribute}"
    others = classes.members_of(controller, without={method.name for method in methods})
    contents = [link(page, method.place, words(method.name)) for method in methods]
    contents += [link(page, f"{page}#{name.replace('_', '-')}", words(name)) for name, _ in others]
    return join(
        [
            f"# {words(attribute)}",
            NOTE,
            linked(docstrings.read(controller).text, page),
            fence("python", use),
            "The examples of this page follow each other, from top to bottom.",
            "## Class name",
            f"`{controller.__name__}`",
            "## Methods",
            "\n".join(f"* {each}" for each in contents),
            *(part for method in methods for part in _section(method, page)),
            *(part for name, member in others for part in _other(name, member, page, controller)),
        ]
    )


def _section(method: Method, page: str) -> list[str]:
    operation, doc = method.operation, method.doc
    is_paged = operation.cursor is not None
    return [
        f"## {words(method.name)}",
        _DEPRECATED if operation.deprecated else "",
        linked(doc.text, page),
        f"`{operation.method} {operation.path}`. {_effect(operation, page)}",
        fence("python", signature(method.function, method.name)),
        "### Parameters",
        table(
            ("Parameter", "Type", "Place", "Default", "Description"),
            (_row(parameter, method, page) for parameter in method.parameters),
        ),
        "### Response type",
        _returned(operation, page),
        "### Example",
        fence("python", calls.example_of(method)),
        *(["### All pages", _PAGES, fence("python", calls.loop_of(method))] if is_paged else []),
        *(["### Example response *(as JSON)*", fence("json", _json(method))] if method.models else []),
        "### Errors",
        table(
            ("HTTP status", "When", "Error"), (_error(name, text, page) for name, text in doc.items("Raises").items())
        ),
    ]


def _other(name: str, member: Any, page: str, controller: type[Controller]) -> list[str]:
    return [
        f"## {words(name)}",
        *classes.member_parts(name, member, page),
        "### Example",
        fence("python", calls.example_of_view(name, controller)),
    ]


def _effect(operation: Operation[Any], page: str) -> str:
    text = linked(_EFFECTS[operation.effect], page).format(retries=link(page, _RETRIES, "retries"))
    if not operation.verified_by:
        return text
    shown_by = link(page, method_named(operation.verified_by).place, f"`{operation.verified_by}`")
    if operation.effect is Effect.SCHEDULES:
        return f"{text} {linked('`find_campaigns`', page)} looks for it with {shown_by}; not finding it is no proof."
    return f"{text} {shown_by} shows whether it was."


def _row(parameter: inspect.Parameter, method: Method, page: str) -> list[str]:
    declared = method.declared.get(parameter.name)
    if declared is None:
        place, required = "JSON body", True
    else:
        place = declared.place if declared.place == "path" else f"{declared.place}, `{declared.key}`"
        required = declared.required
    default = "required" if required else f"`{default_of(parameter)}`"
    text = linked(method.doc.items("Args").get(parameter.name, ""), page)
    return [f"`{parameter.name}`", type_words(parameter.annotation, page), place, default, text]


def _returned(operation: Operation[Any], page: str) -> str:
    if operation.response is NoneType:
        return "Nothing: the status is all, and the body is not looked at."
    if operation.response is object:
        return "Any JSON."
    model = operation.item or operation.response
    name = f"`{model.__name__}`"
    place = place_of(model.__name__)
    text = name if place is None else link(page, place, name)
    if operation.item is not None:
        return f"list of {text}; empty where there is nothing"
    return f"{text}. No body at all reads as one without fields." if operation.may_be_empty else text


def _json(method: Method) -> str:
    (model,) = method.models
    text = json_of(model)
    return text if method.operation.item is None else "[\n  " + text.replace("\n", "\n  ") + "\n]"


def _error(name: str, text: str, page: str) -> list[str]:
    status = {"ValidationError": "none", "FotaError": "any other, or none"}.get(name, "400")
    return [status, linked(text, page), linked(f"`{name}`", page)]
