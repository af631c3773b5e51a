"""``--all``: every page of an answer, printed as one list."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from fota_sdk import FotaError
from fota_sdk.cli.answers import data_of
from fota_sdk.cli.errors import report
from fota_sdk.cli.exits import DONE
from fota_sdk.cli.output import say, show_rows
from fota_sdk.cli.versions import Endpoint, Values, Version
from fota_sdk.core.model import Models, fields_of

if TYPE_CHECKING:
    from fota_sdk import FotaClient


def show_pages(version: Version, client: FotaClient, endpoint: Endpoint, values: Values, as_json: bool) -> int:
    """Read all pages and print their items; JSON is written while they are read, so that it takes no memory.

    Where a page cannot be read, what came before is printed, and a JSON list is not closed, so that nobody takes it for
    the whole.
    """
    shown = _JsonList() if as_json else _Table(endpoint.command)
    cursor = str(endpoint.operation.cursor)
    last = None
    code = DONE
    try:
        for page in version.pages(client, endpoint.method, values).pages():
            shown.add(list(_items_of(page)))
            last = getattr(page, cursor)
    except FotaError as error:
        if last is None:
            raise
        code = report(error)
        say(f"  What is printed ends before that; --{cursor.replace('_', '-')} {last} goes on from there.")
    shown.end(is_whole=code == DONE)
    return code


def _items_of(page: Any) -> Iterator[Any]:
    """Return what a page is a page of, in wire names."""
    for name, declaration in fields_of(type(page)):
        if isinstance(declaration.kind, Models):
            yield from map(data_of, getattr(page, name) or ())


class _JsonList:
    def __init__(self) -> None:
        self._begin = "["

    def add(self, items: list[Any]) -> None:
        if items:
            click.echo(self._begin + ",".join(f"\n{json.dumps(item)}" for item in items), nl=False)
            self._begin = ","

    def end(self, *, is_whole: bool) -> None:
        if is_whole:
            click.echo("[]" if self._begin == "[" else "\n]")
        elif self._begin == ",":
            click.echo("")


class _Table:
    def __init__(self, title: str) -> None:
        self._title = title
        self._rows: list[Any] = []

    def add(self, items: list[Any]) -> None:
        self._rows += items

    def end(self, *, is_whole: bool) -> None:
        if is_whole or self._rows:
            show_rows(self._title, self._rows)
