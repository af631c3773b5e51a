"""Every page of a response, printed as one list."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from fota_sdk import FotaError
from fota_sdk.cli.errors import report
from fota_sdk.cli.exit_codes import DONE
from fota_sdk.cli.output import say, show_csv, show_facts, show_rows
from fota_sdk.cli.progress import Progress
from fota_sdk.cli.responses import data_of, keys_of
from fota_sdk.cli.versions import Endpoint, Values
from fota_sdk.cli.views import View
from fota_sdk.core.model import Model, Models, fields_of

if TYPE_CHECKING:
    from fota_sdk import FotaClient


def show_pages(
    client: FotaClient,
    endpoint: Endpoint,
    values: Values,
    *,
    as_json: bool,
    as_csv: bool = False,
    view: View | None = None,
) -> int:
    """Read all pages and print their items; JSON and CSV are written while they are read, so that they take no memory.

    Where a page cannot be read, what came before is printed, and a JSON list is not closed, so that nobody takes it for
    the whole.

    Args:
        client: What reads.
        endpoint: What is called.
        values: The values of its parameters.
        as_json: Whether to print JSON.
        as_csv: Whether to print CSV.
        view: How to show it; by default with all keys.
    """
    shown = _JsonList(view) if as_json else _CsvLines() if as_csv else _Table(endpoint.command, view)
    cursor = str(endpoint.operation.cursor)
    last = None
    code = DONE
    # Nothing is drawn into a list that is written meanwhile on the same terminal.
    drawn = sys.stderr.isatty() and not ((as_json or as_csv) and sys.stdout.isatty())
    try:
        with Progress(drawn=drawn) as progress:
            for page in endpoint.pages(client, values).pages():
                shown.add(page)
                progress.page(page)
                last = getattr(page, cursor)
    except FotaError as error:
        if last is None:
            raise
        code = report(error)
        say(f"  What is printed ends before that; --{cursor.replace('_', '-')} {last} goes on from there.")
    shown.end(is_whole=code == DONE)
    return code


def _facts_of(view: View | None, page: Any) -> dict[str, Any]:
    """Return what a page says that is told once."""
    return {} if view is None else {key: value for key, value in data_of(page).items() if key in view.facts}


def _items_of(page: Any) -> tuple[str, type[Model], list[Any]]:
    """Return the key of what a page is a page of, its model, and that in wire names."""
    for name, declaration in fields_of(type(page)):
        if isinstance(declaration.kind, Models):
            return declaration.wire, declaration.kind.item, data_of(getattr(page, name) or [])
    raise TypeError(f"{type(page).__name__} has no list")


class _JsonList:
    """A list, or an object that ends with one where there is something to be told once."""

    def __init__(self, view: View | None) -> None:
        self._view = view
        self._begin = self._end = ""
        self._has_items = False

    def add(self, page: Any) -> None:
        key, _, items = _items_of(page)
        if self._end == "":
            facts = json.dumps(_facts_of(self._view, page)).removesuffix("}")
            self._begin, self._end = ("[", "]") if facts == "{" else (f"{facts}, {json.dumps(key)}: [", "]}")
        if items:
            begin = "," if self._has_items else self._begin
            click.echo(begin + ",".join(f"\n{json.dumps(item)}" for item in items), nl=False)
            self._has_items = True

    def end(self, *, is_whole: bool) -> None:
        if is_whole:
            click.echo(f"\n{self._end}" if self._has_items else self._begin + self._end)
        elif self._has_items:
            click.echo("")


class _CsvLines:
    def __init__(self) -> None:
        self._has_headings = False

    def add(self, page: Any) -> None:
        _, model, items = _items_of(page)
        show_csv(keys_of(model), items, headings=not self._has_headings)
        self._has_headings = True

    def end(self, *, is_whole: bool) -> None:
        """A list of lines ends as it is; that it is not whole is told elsewhere."""


class _Table:
    def __init__(self, title: str, view: View | None) -> None:
        self._title = title if view is None else view.title
        self._view = view
        self._facts: dict[str, Any] = {}
        self._rows: list[Any] = []

    def add(self, page: Any) -> None:
        self._facts = _facts_of(self._view, page)
        self._rows += _items_of(page)[2]

    def end(self, *, is_whole: bool) -> None:
        if self._facts:
            show_facts(self._title, self._facts)
        if self._rows:
            show_rows(
                "Devices" if self._facts else self._title,
                self._rows,
                None if self._view is None else self._view.columns,
            )
        elif is_whole:
            click.echo("none" if self._view is None else self._view.empty)
