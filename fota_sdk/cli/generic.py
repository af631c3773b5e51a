"""A command for an operation that has none made for it."""

from __future__ import annotations

from typing import Any

import click

from fota_sdk.cli import options
from fota_sdk.cli.bodies import check_required, read_body
from fota_sdk.cli.change import How, change, changing, example, show_answer
from fota_sdk.cli.connection import connect
from fota_sdk.cli.errors import sending
from fota_sdk.cli.exits import DONE
from fota_sdk.cli.versions import Version, is_account, placeholders


def command_of(version: Version, method: str) -> click.Command:
    """Return the command of an operation: an option for each value of its path, and a file for its body."""
    operation = version.operation(method)
    names = placeholders(operation)
    name = method.replace("_", "-")

    def run(file: Any = None, *, as_json: bool, **given: Any) -> int:
        values = tuple("" if given[each] is None else given[each] for each in names)
        body = None
        if operation.body is not None:
            body = read_body(file)
            check_required(operation.body, body)
        if not operation.effect.leaves_doubt:
            with connect() as client, sending("", harmless=True):
                answer = version.call(client, method, values, body)
            show_answer(name, answer, as_json)
            return DONE
        how = How(as_json, given["yes"], given["dry_run"])
        return change(version, (method, values), body, f"{name} {' '.join(values)}?", how)

    parameters: list[click.Parameter] = [_path_option(each) for each in names]
    if operation.body is not None:
        parameters.append(options.json_file(required=True))
    parameters += [options.as_json()] if not operation.effect.leaves_doubt else changing()
    shown = " ".join(f"--{each.replace('_', '-')} ..." for each in names if not is_account(each))
    return click.Command(
        name,
        callback=run,
        params=parameters,
        help=f"{operation.method} {operation.path}",
        epilog=example(f"fota {version.name} {name} --account 0000123456-00001 {shown}".rstrip()),
    )


def _path_option(placeholder: str) -> click.Option:
    if is_account(placeholder):
        option = options.account()
        option.name = placeholder
        return option
    return click.Option([f"--{placeholder.replace('_', '-')}", placeholder], required=True)
