"""Examples of calls, as source text. Those of a group follow each other, and run against the sandbox."""

from __future__ import annotations

import json

from _make.examples import brackets, build, value_of
from _make.methods import Method, methods_of
from fota_sdk.core.controller import Controller
from fota_sdk.core.model import Models, fields_of
from fota_sdk.core.operation import Effect

_WAIT = """
from fota_sdk import WaitError

try:
    ended = {group}.wait_for_status({account}, campaign_id, timeout=3600)
    print(ended.status)
except WaitError as error:
    print("time is over" if error.timed_out else "it ended otherwise", error.campaign)
"""


def example_of(method: Method) -> str:
    """Return the call of a method, with all that it needs."""
    operation, lines = method.operation, []
    if operation.body is not None:
        lines.append(build(operation.body, "body"))
    elif operation.form:
        lines.append("from pathlib import Path\n")
    elif "campaign_id" in method.declared and _scheduling(method.controller) is None:
        lines.append("from fota_sdk import find_campaigns\n")
    lines += [_argument(name, method) for name in _given(method) if name != "body"]
    if not method.has_response:
        return "\n".join([*lines, "", _call(method)])
    result = "campaign" if method == _scheduling(method.controller) else "result"
    return "\n".join([*lines, "", _call(method, head=f"{result} = "), f"print({result})"])


def loop_of(method: Method) -> str:
    """Return the loop over all pages of a method."""
    item, arguments = _list_of(method).removesuffix("_list"), ", ".join(_arguments(method))
    return f"for {item} in {method.group}.paginated.{method.name}({arguments}):\n    print({item})"


def example_of_view(name: str, controller: type[Controller]) -> str:
    """Return an example of what a controller has beside its operations; it comes after theirs."""
    methods = methods_of(controller)
    plain = [method for method in methods if method.operation.body is None and not method.operation.form]
    first, last = next((each for each in plain if each.has_response), plain[0]), plain[-1]
    if name == "with_raw_response":
        shown = 'print(response.status_code, response.headers["Content-Type"], response.body)'
        return f"response = {_through(name, first)}\n{shown}"
    if name == "dry_run":
        return f"prepared = {_through(name, last)}\nprint(prepared.method, prepared.url, prepared.body)"
    if name == "paginated":
        paged = next(method for method in methods if method.operation.cursor is not None)
        shown = f"print(page.has_more_data, page.{paged.operation.cursor}, page.{_list_of(paged)})"
        return f"for page in {_through(name, paged)}.pages():\n    {shown}"
    account = next(iter(methods[0].declared))
    return _WAIT.format(group=methods[0].group, account=account).strip()


def _through(view: str, method: Method) -> str:
    return f"{method.group}.{view}.{method.name}({', '.join(_arguments(method))})"


def _call(method: Method, head: str = "") -> str:
    return brackets(f"{head}{method.group}.{method.name}(", _arguments(method), ")")


def _given(method: Method) -> list[str]:
    """Return the arguments that an example gives: those that a call needs, and all of a form."""
    declared = method.declared
    named = [each.name for each in method.parameters]
    return [name for name in named if name not in declared or declared[name].required or declared[name].place == "form"]


def _arguments(method: Method) -> list[str]:
    forms = {name for name, each in method.declared.items() if each.place == "form"}
    return [f"{name}={name}" if name in forms else name for name in _given(method)]


def _argument(name: str, method: Method) -> str:
    if name == "fileupload":
        return 'fileupload = Path("hello-world.txt")\nfileupload.write_text("Hello, world!")'
    if name != "campaign_id":
        return f"{name} = {json.dumps(value_of(name, *method.models))}"
    if _scheduling(method.controller) is not None:
        return "campaign_id = campaign.id  # of the campaign that was scheduled above"
    account, version = next(iter(method.declared)), method.operation.name.partition(".")[0]
    return f'campaign_id = find_campaigns(client, {account}, api="{version}")[0].id  # of any campaign that there is'


def _scheduling(controller: type[Controller]) -> Method | None:
    """Return the method of a group whose campaign the examples go on with."""
    return next((each for each in methods_of(controller) if each.operation.effect is Effect.SCHEDULES), None)


def _list_of(method: Method) -> str:
    """Return the attribute of a page that holds its items."""
    (page,) = method.models
    return next(name for name, declaration in fields_of(page) if isinstance(declaration.kind, Models))
