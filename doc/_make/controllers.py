"""The pages of the controllers, and what they know of each operation."""

from __future__ import annotations

import inspect
import sys
from dataclasses import dataclass
from typing import Any

from _make import classes, docstrings
from _make.examples import build, json_of, value_of
from _make.markdown import (
    NOTE,
    fence,
    join,
    link,
    linked,
    page_of_module,
    place_of,
    public,
    signature,
    table,
    type_words,
    words,
)
from fota_sdk.core.controller import Controller
from fota_sdk.core.model import Model, fields_of
from fota_sdk.core.operation import Operation, operations_of

# Of what a controller has beside its operations; on the page they come last, when the campaign is cancelled.
_EXAMPLES = {
    "with_raw_response": """
answer = {group}.with_raw_response.get_campaign_information({account}, campaign_id)
print(answer.status_code, answer.headers["Content-Type"], answer.body.status)
""",
    "dry_run": """
prepared = {group}.dry_run.cancel_campaign({account}, campaign_id)
print(prepared.method, prepared.url, prepared.body)
""",
    "wait_for_status": """
from fota_sdk import WaitError

try:
    ended = {group}.wait_for_status({account}, campaign_id, timeout=3600)
    print(ended.status)
except WaitError as error:
    print("time is over" if error.timed_out else "it ended otherwise", error.campaign)
""",
}


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
    def function(self) -> Any:
        """The method itself."""
        return getattr(self.controller, self.name)

    @property
    def doc(self) -> docstrings.Docstring:
        """What the method says of itself."""
        return docstrings.read(self.function)

    @property
    def parameters(self) -> list[inspect.Parameter]:
        """The parameters without ``self``."""
        return list(inspect.signature(self.function).parameters.values())[1:]

    @property
    def place(self) -> str:
        """The section that describes it."""
        return f"{page_of_module('controllers', self.controller)}#{self.name.replace('_', '-')}"


def controllers() -> list[type[Controller]]:
    """Return the public controllers."""
    return [thing for thing in public().values() if issubclass(thing, Controller)]


def methods_of(controller: type[Controller]) -> list[Method]:
    """Return the operations of a controller, DELETE last, so that examples can follow each other."""
    operations = operations_of(sys.modules[controller.__module__])
    return [Method(controller, each) for each in sorted(operations, key=lambda each: each.method == "DELETE")]


def pages() -> dict[str, str]:
    """Return the page of each controller by its path."""
    return {page_of_module("controllers", each): _page(each) for each in controllers()}


def attribute_of(controller: type[Controller]) -> str:
    """Return the attribute of the client that holds a controller."""
    return controller.__module__.rpartition(".")[2].removesuffix("_controller")


def _page(controller: type[Controller]) -> str:
    page, attribute, methods = (
        page_of_module("controllers", controller),
        attribute_of(controller),
        methods_of(controller),
    )
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
    return [
        f"## {words(method.name)}",
        linked(doc.text, page),
        f"`{operation.method} {operation.path}`. {_repeating(operation, page)}",
        fence("python", signature(method.function, method.name)),
        "### Parameters",
        table(("Parameter", "Type", "Required", "Description"), (_row(p, doc, page) for p in method.parameters)),
        "### Response type",
        _answer(operation, page),
        "### Example",
        fence("python", _example(method)),
        *(
            ["### Example answer *(as JSON)*", fence("json", json_of(operation.answer))]
            if operation.answer is not None and issubclass(operation.answer, Model)
            else []
        ),
        "### Errors",
        table(
            ("HTTP status", "When", "Error"),
            (_error(name, text, operation, page) for name, text in doc.items("Raises").items()),
        ),
    ]


def _other(name: str, member: Any, page: str, controller: type[Controller]) -> list[str]:
    account = next(name for name in inspect.signature(controller.wait_for_status).parameters if name != "self")
    example = _EXAMPLES[name].format(group=attribute_of(controller), account=account)
    return [
        f"## {words(name)}",
        *classes.member_parts(name, member, page),
        "### Example",
        fence("python", example.strip()),
    ]


def _repeating(operation: Operation[Any], page: str) -> str:
    again = link(page, "reliability.md#what-is-repeated", "may be repeated")
    if operation.repeatable:
        return f"The client {again.replace('may be repeated', 'may repeat')} it after a failure."
    return f"After a failure in which it may have been carried out it is never sent again; see what {again}."


def _row(parameter: inspect.Parameter, doc: docstrings.Docstring, page: str) -> list[str]:
    required = "yes" if parameter.default is parameter.empty else "no"
    text = doc.items("Args").get(parameter.name, "")
    return [f"`{parameter.name}`", type_words(parameter.annotation, page), required, linked(text, page)]


def _answer(operation: Operation[Any], page: str) -> str:
    if operation.answer is None:
        return "Any JSON."
    place = place_of(operation.answer.__name__)
    name = f"`{operation.answer.__name__}`"
    return name if place is None else link(page, place, name)


def _error(name: str, text: str, operation: Operation[Any], page: str) -> list[str]:
    status = {"ValidationError": "none", operation.refusal.__name__: "400"}.get(name, "any other, or none")
    return [status, linked(text, page), linked(f"`{name}`", page)]


def _example(method: Method) -> str:
    operation = method.operation
    lines = [build(operation.body, "body")] if operation.body is not None else []
    for parameter in method.parameters:
        if parameter.name == "campaign_id":
            lines.append("campaign_id = campaign.id  # of the campaign that was scheduled above")
        elif parameter.name != "body":
            lines.append(f'{parameter.name} = "{value_of(parameter.name)}"')
    answer = operation.answer
    fields = fields_of(answer) if isinstance(answer, type) and issubclass(answer, Model) else ()
    creates = operation.method == "POST" and any(declaration.wire == "id" for _, declaration in fields)
    result = "campaign" if creates else "result"
    arguments = ", ".join(parameter.name for parameter in method.parameters)
    lines.append(f"\n{result} = {attribute_of(method.controller)}.{method.name}({arguments})\nprint({result})")
    return "\n".join(lines).strip()
