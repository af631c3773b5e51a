"""A file of the devices of a sandbox: their IMEIs, or CSV with a column for each fact."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any, NoReturn

from fota_sdk.device_rows import SAMPLE, Row, choose_delimiter, declared_delimiter, is_heading, read_rows
from fota_sdk.devices import read_devices
from fota_sdk.exceptions import ConfigurationError
from fota_sdk.sandbox.device import HTTP, LWM2M
from fota_sdk.sandbox.fleet import OMA
from fota_sdk.sandbox.rules import is_account
from fota_sdk.sandbox.sandbox import Sandbox
from fota_sdk.times import parse_time

_PROTOCOLS = (LWM2M, HTTP, *sorted(OMA))
_OF_ROLLOUTS = "wave"
"""A column of the device file of a roll-out that says nothing of the device."""
_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}

Declared = tuple[list[str], dict[str, Any]]
"""Devices that have the same facts, and these as `Sandbox.add_devices` takes them."""


def read_device_file(path: str) -> list[Declared]:
    """Return the devices of a text or CSV file, together where their facts are equal.

    Args:
        path: Where it is; ``-`` is standard input.

    Raises:
        ConfigurationError: The file holds no devices, or something that cannot be used; it names line and column.
        ValidationError: It is no readable CSV.
        OSError: It cannot be read.
    """
    text = _text_of(path)
    report = read_devices(io.StringIO(text, newline=""))
    if report.errors != []:
        raise ConfigurationError(f"{path}: {report.errors[0]}")
    if report.devices == []:
        raise ConfigurationError(f"{path}: there are no devices in it")
    rows = _rows_of(text)
    _, headings = next(rows)
    return [(report.usable, {})] if len(headings) < 2 else _Table(path, headings).declared(rows)


def _text_of(path: str) -> str:
    content = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path}: it cannot be read as text in UTF-8: {error}") from None


def _rows_of(text: str) -> Iterator[tuple[int, Row]]:
    """Give the rows and the lines on which they end; the text is one that `read_devices` has read."""
    lines: Iterator[str] = io.StringIO(text, newline="")
    sample = list(islice(lines, SAMPLE))
    delimiter = declared_delimiter(sample[0])
    before = 0 if delimiter is None else 1
    sample = sample[before:]
    for rows in read_rows(chain(sample, lines), delimiter or choose_delimiter(sample, None), before):
        yield from zip(rows.ends, rows.cells, strict=True)


class _Table:
    """The columns of a file with facts."""

    def __init__(self, path: str, headings: Row) -> None:
        self._path = path
        names = [heading.strip() for heading in headings]
        self._place = next(place for place, name in enumerate(names) if is_heading(name))
        self._imei = names.pop(self._place)
        facts = [_fact_of(name) for name in names]
        for name, fact in zip(names, facts, strict=True):
            if fact not in ("", _OF_ROLLOUTS, *_READERS):
                known = ", ".join(["imei", *_READERS])
                raise ConfigurationError(f"{path}: line 1, column {name}: there is no such fact; columns are {known}")
            if fact != "" and facts.count(fact) > 1:
                raise ConfigurationError(f"{path}: line 1, column {name}: {fact} is there twice")
        self._columns = list(zip(names, facts, strict=True))

    def declared(self, rows: Iterator[tuple[int, Row]]) -> list[Declared]:
        """Return the devices of all rows."""
        alike: dict[tuple[str, ...], Declared] = {}
        seen: dict[tuple[str, str], tuple[int, Declared]] = {}
        for line, row in rows:
            cells = [cell.strip() for cell in row]
            imei = cells.pop(self._place) if self._place < len(cells) else ""
            if imei == "":
                if any(cells):
                    self._refuse(line, self._imei, "is empty, and there are facts beside it")
                continue
            group = alike.get(tuple(cells))
            if group is None:
                group = alike[tuple(cells)] = ([], self._read(line, cells))
            first, other = seen.setdefault((group[1].get("account", Sandbox.account), imei), (line, group))
            if other[1] != group[1]:
                self._refuse(line, self._imei, f"is the same device as on line {first}, with other facts")
            if first == line:
                group[0].append(imei)
        return list(alike.values())

    def _read(self, line: int, cells: list[str]) -> dict[str, Any]:
        facts = {}
        for cell, (name, fact) in zip(cells, self._columns, strict=False):  # those at the end may be left away
            if cell == "" or fact == _OF_ROLLOUTS:
                continue
            if fact == "":
                self._refuse(line, "without a heading", f"nothing says what {cell!r:.50} is")
            try:
                facts[fact] = _READERS[fact](cell)
            except ValueError as error:
                self._refuse(line, name, f"{error}, got {cell!r:.50}")
        return facts

    def _refuse(self, line: int, column: str, problem: str) -> NoReturn:
        raise ConfigurationError(f"{self._path}: line {line}, column {column}: {problem}")


def _fact_of(heading: str) -> str:
    name = heading.lower()
    return f"is_{name}" if f"is_{name}" in _READERS else name


def _flag(cell: str) -> bool:
    if cell.lower() not in _FLAGS:
        raise ValueError("must be true, yes, 1, false, no or 0")
    return _FLAGS[cell.lower()]


def _protocol(cell: str) -> str:
    if cell not in _PROTOCOLS:
        raise ValueError(f"must be one of {', '.join(_PROTOCOLS)}")
    return cell


def _account(cell: str) -> str:
    if not is_account(cell):
        raise ValueError("must be ten digits, a hyphen and five digits")
    return cell


def _moment(cell: str) -> datetime:
    moment = parse_time(cell)
    if moment is None:
        raise ValueError("must be a time such as 2022-10-05T21:05:01Z")
    return moment


_READERS: dict[str, Callable[[str], Any]] = {
    "account": _account,
    "make": str,
    "model": str,
    "protocol": _protocol,
    "firmware": str,
    "software": str,
    "is_eligible": _flag,
    "is_licensed": _flag,
    "licensed_at": _moment,
    "is_active": _flag,
    "mdn": str,
    "last_upgrade": _moment,
}
