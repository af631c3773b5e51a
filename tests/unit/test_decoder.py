"""The function that is written out for each model: what it is made of, and what it does with odd objects."""

from __future__ import annotations

import ast
from collections import UserDict
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

import fota_sdk
from fota_sdk import V3DeviceListItem, V3TimeWindow
from fota_sdk.core import decoder
from fota_sdk.core.fields import Findings, Integer, json_type, wire
from fota_sdk.core.model import Model, decoder_of, fields_of


@dataclass(slots=True, eq=False, repr=False)
class Odd(Model):
    """A model whose keys look like code."""

    quote: str | None = wire("'); raise SystemExit(\"")
    line: str | None = wire("a\nimport os", also=("b\\", '"""'))
    brace: int | None = wire("{place}{key!r}{}", kind=Integer(0, 9))
    name: bool | None = wire("data")
    empty: str | None = wire("")


KEYS = ["'); raise SystemExit(\"", "a\nimport os", "{place}{key!r}{}", "data", ""]


def test_a_key_is_a_key_whatever_it_looks_like() -> None:
    wire_data = dict(zip(KEYS, ["a", "b", 3, False, ""], strict=True))
    read = Odd.from_dictionary(wire_data | {"new": 1})

    assert [getattr(read, name) for name, _ in fields_of(Odd)] == ["a", "b", 3, False, ""]
    assert read.additional_properties == {"new": 1}
    assert read.to_dictionary() == wire_data | {"new": 1}
    assert Odd.from_dictionary({'"""': "c"}).line == Odd.from_dictionary({"b\\": "c"}).line == "c"


def test_what_is_run_is_made_of_constants_places_and_declared_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    monkeypatch.setattr(
        decoder, "compile", lambda text, *how: written.append(text) or compile(text, *how), raising=False
    )

    decoder.write_decoder(Odd, fields_of(Odd))

    (function,) = ast.parse(written[0]).body
    assert isinstance(function, ast.FunctionDef)
    texts = {node.value for node in ast.walk(function) if isinstance(node, ast.Constant) and type(node.value) is str}
    assert texts == {*KEYS, "b\\", '"""'}
    called = {ast.unparse(node.func) for node in ast.walk(function) if isinstance(node, ast.Call)}
    assert called == {"new", "data.get", "type", "len", "converted", "renamed", "data.items"}
    stored = {
        node.attr for node in ast.walk(function) if isinstance(node, ast.Attribute) and type(node.ctx) is ast.Store
    }
    assert stored == {*(name for name, _ in fields_of(Odd)), "additional_properties", "__class__"}


class WithMore(V3DeviceListItem):
    """A user's own model."""

    __slots__ = ()


@pytest.mark.parametrize("model", [V3DeviceListItem, WithMore])
def test_a_model_that_was_read_is_one_as_any_other(model: type[V3DeviceListItem]) -> None:
    nested = {"new": [1]}

    read = model.from_dictionary({"deviceId": "1", **nested})
    nested["new"].append(2)

    assert type(read) is model
    assert read == model("1", additional_properties={"new": [1]})
    with pytest.raises(AttributeError, match="did you mean 'reason'"):
        read.raeson = "why"  # type: ignore[attr-defined]


def test_one_call_alone_runs_what_was_written() -> None:
    sources = Path(fota_sdk.__file__).parent.rglob("*.py")
    calls = [
        path.name
        for path in sources
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "exec"
    ]
    assert calls == ["decoder.py"]


@pytest.mark.parametrize("made", [dict, UserDict, MappingProxyType], ids=lambda made: str(made.__name__))
def test_any_mapping_is_read(made: Any) -> None:
    data = {"deviceId": "1", "reason": "why", "new": [1]}

    read = V3DeviceListItem.from_dictionary(made(data))

    assert read == V3DeviceListItem("1", None, "why", additional_properties={"new": [1]})
    assert data == {"deviceId": "1", "reason": "why", "new": [1]}


class Text(str):
    """A text that is not quite one."""

    __slots__ = ()


class Number(int):
    """A number that is not quite one."""


def test_values_of_a_subclass_are_read_too() -> None:
    assert V3DeviceListItem.from_dictionary({"deviceId": Text("1")}).device_id == "1"
    assert V3TimeWindow.from_dictionary({"startTime": Number(3)}).start_time == 3


def test_the_function_is_made_once_for_each_model() -> None:
    assert decoder_of(V3TimeWindow) is decoder_of(V3TimeWindow)
    assert decoder_of(V3TimeWindow) is not decoder_of(V3DeviceListItem)


def test_it_reports_and_goes_on() -> None:
    findings: Findings = [("earlier", "stays")]

    read = decoder_of(V3TimeWindow)({"startTime": "x", "endTime": 5}, findings)

    assert findings == [("earlier", "stays"), ("startTime", "must be an integer, got a string")]
    assert (read.start_time, read.end_time) == (None, 5)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "null"),
        (False, "a boolean"),
        (0, "a number"),
        (0.5, "a number"),
        ("", "a string"),
        ([], "an array"),
        ((), "an array"),
        ({}, "an object"),
        (b"", "bytes"),
    ],
)
def test_a_value_is_called_what_json_calls_it(value: object, words: str) -> None:
    assert json_type(value) == words
