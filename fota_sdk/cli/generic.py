"""A command for an operation that has none made for it."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from fota_sdk import ValidationError
from fota_sdk.cli import options, texts
from fota_sdk.cli.bodies import read_body
from fota_sdk.cli.change import Call, How, change, to_follow
from fota_sdk.cli.connection import connect, connect_dry
from fota_sdk.cli.errors import sending
from fota_sdk.cli.exit_codes import DONE
from fota_sdk.cli.output import say
from fota_sdk.cli.pages import show_pages
from fota_sdk.cli.question import What, counted
from fota_sdk.cli.responses import devices_of, show_request, show_response, show_view
from fota_sdk.cli.status import StatusType
from fota_sdk.cli.versions import ACCOUNT, Endpoint, Version, is_account
from fota_sdk.cli.views import View
from fota_sdk.core.example import example_of
from fota_sdk.core.operation import Effect, Operation, Parameter

_ASKS = (
    "It changes nothing that lasts, but each call has its own effect, such as a message that wakes the device. So it "
    "asks first, and is not retried by itself."
)
_DEPRECATED = "The service's description marks this as deprecated."
_FILE = "The file that is sent; its name is sent without its folder."
_STATUS = "Status of the campaigns, such as scheduled or CampaignScheduled."
_ROOM = 75  # of a line of the help, for an example
_PAGES = "\n\nAll pages are read. JSON holds all that the service tells."
_CSV = "Print a line of CSV for each, in the service's own names."
_EVERY = "Read all pages, and print what is on them as one list."


def command_of(version: Version, endpoint: Endpoint) -> click.Command:
    """Return the command of an operation: an option for each parameter, and a file for its body or form."""
    operation = endpoint.operation
    own = {each.name: _option(endpoint, each) for each in operation.parameters}
    flags = {name: option.opts[0] for name, option in own.items()}

    def run(file: str | None = None, **given: Any) -> int:
        how = How(given.pop("as_json"), given.pop("yes", False), given.pop("dry_run"))
        every = given.pop("every", False)
        values = {name: value for name, value in given.items() if value is not None}
        body = None if operation.body is None or file is None else read_body(file)
        call = Call(endpoint, values, body)
        with _naming(flags):
            if operation.effect is not Effect.READS:
                return change(version, call, _what(call), how, hint=lambda response: _hint(version, call, response))
            return _read(call, how, every=every)

    summary = texts.summary_of(endpoint) + (" Deprecated." if operation.deprecated else "")
    return click.Command(
        endpoint.command,
        callback=run,
        params=[*own.values(), *_further_options(operation)],
        help="\n\n".join([texts.summary_of(endpoint), *_notes(operation)]),
        short_help=summary,
        epilog=_epilog(version, endpoint, own),
    )


def view_command(version: Version, view: View) -> click.Command:
    """Return the command of a view: as that of its operation, with all pages."""
    endpoint = version.at(view.methods[version.name])
    own = {each.name: _parameter(endpoint, each, view) for each in endpoint.operation.parameters}
    arguments = [each for each in own.values() if isinstance(each, click.Argument)]
    optional = [each for each in own.values() if isinstance(each, click.Option)]
    flags = {name: each.opts[0] if isinstance(each, click.Option) else str(each.metavar) for name, each in own.items()}
    words = ["--account 0000123456-00001", *(() if view.argument is None else ("990013907884253",))]

    def run(as_json: bool, dry_run: bool, as_csv: bool = False, **given: Any) -> int:
        values = {**view.values, **{name: value for name, value in given.items() if value is not None}}
        with _naming(flags):
            how = How(as_json, False, dry_run)
            call = Call(endpoint, values)
            return _read(call, how, every=True, view=view, as_csv=as_csv)

    return click.Command(
        view.name,
        callback=run,
        params=[
            *optional,
            options.dry_run(),
            *([options.as_csv(_CSV)] if view.columns else []),
            options.as_json(),
            *arguments,
        ],
        help=view.help + (_PAGES if endpoint.operation.cursor is not None else ""),
        short_help=view.help,
        epilog=options.example(f"fota {version.name} {view.name} {' '.join(words)}"),
    )


def _parameter(endpoint: Endpoint, parameter: Parameter, view: View) -> click.Parameter:
    """Return an option, or an argument, of a view."""
    if view.argument is not None and view.argument[0] == parameter.name:
        return click.Argument([parameter.name], metavar=view.argument[1])
    option = _option(endpoint, parameter)
    if parameter.name in view.values:
        option.required = False
        option.help = f"{option.help}  [default: {view.values[parameter.name]}]"
    return option


def _read(
    call: Call,
    how: How,
    *,
    every: bool,
    view: View | None = None,
    as_csv: bool = False,
) -> int:
    endpoint, operation = call.endpoint, call.endpoint.operation
    if how.dry_run:
        with connect_dry() as client:
            return show_request(call.prepare(client), how.as_json)
    with connect() as client, sending("", safe=True):
        if every and operation.cursor is not None:
            return show_pages(client, endpoint, call.values, as_json=how.as_json, as_csv=as_csv, view=view)
        response = call.send(client)
        if view is None:
            show_response(endpoint.command, response, how.as_json)
        else:
            show_view(view, operation.item or operation.response, response, how.as_json, as_csv)
        if operation.cursor is not None and response.has_more_data is True and not how.as_json:
            say("there are more pages: --all reads them all")
    return DONE


def _what(call: Call) -> What:
    words = [call.endpoint.command, *(str(value) for name, value in call.values.items() if name != ACCOUNT)]
    devices = devices_of(call.body)
    return lambda client: " ".join([*words, *([f"for {counted(len(devices))}"] if devices else [])])


def _hint(version: Version, call: Call, response: Any) -> tuple[str, ...]:
    return to_follow(version, call.values[ACCOUNT], response) if call.schedules else ()


@contextmanager
def _naming(flags: dict[str, str]) -> Iterator[None]:
    """Call the parameters as the command does, where one of them is refused."""
    try:
        yield
    except ValidationError as error:
        findings = [(flags.get(path, path), message) for path, message in error.findings]
        raise ValidationError(findings, operation=error.operation) from error


def _option(endpoint: Endpoint, parameter: Parameter) -> click.Option:
    name = parameter.name
    if is_account(name):
        return options.account()
    if parameter.place == "form" and parameter.required:
        return click.Option(
            ["--file", name],
            required=True,
            multiple=True,
            callback=options.only_one,
            type=click.Path(dir_okay=False),
            metavar="FILE",
            help=_FILE,
        )
    default = texts.defaults_of(endpoint).get(name)
    text = texts.arguments_of(endpoint).get(name, parameter.key)
    return click.Option(
        [f"--{name.replace('_', '-')}", name],
        required=parameter.required,
        multiple=True,
        callback=options.only_one,
        type=StatusType() if name == "campaign_status" else None,
        help=(_STATUS if name == "campaign_status" else text)
        + (f"  [default: {default}]" if default is not None else ""),
    )


def _further_options(operation: Operation[Any]) -> list[click.Parameter]:
    body = [] if operation.body is None else [options.json_file(required=True)]
    every = [] if operation.cursor is None else [click.Option(["--all", "every"], is_flag=True, help=_EVERY)]
    reads = operation.effect is Effect.READS
    return [*body, *every, *([options.dry_run(), options.as_json()] if reads else options.changing())]


def _notes(operation: Operation[Any]) -> list[str]:
    asks = [_ASKS] if operation.effect is Effect.ASKS else []
    return asks + ([_DEPRECATED] if operation.deprecated else [])


def _epilog(version: Version, endpoint: Endpoint, own: dict[str, click.Option]) -> str:
    """Return an example, and what its file may hold."""
    body = endpoint.operation.body
    words = [f"{each.opts[0]} ..." for each in own.values() if each.required]
    words += [] if body is None else ["--file request.json"]
    first = f"fota {version.name} {endpoint.command} --account 0000123456-00001"
    rest = " ".join(words)
    lines = [f"{first} {rest}".rstrip()] if len(first) + len(rest) < _ROOM else [f"{first} \\", f"    {rest}"]
    if body is None:
        return options.example(*lines)
    content = json.dumps(example_of(body).to_dictionary(), indent=2, ensure_ascii=False)
    return options.example(*lines) + "\n\n\b\nSuch a file:\n" + textwrap.indent(content, "  ")
