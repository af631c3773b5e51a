"""What the guide to roll-outs tells in tables is as the code has it: keys, defaults, reasons, commands."""

from __future__ import annotations

import dataclasses
import re
import sys
from typing import Any

import pytest

import fota_sdk.rollout
from fota_sdk.rollout import ReasonKind, RolloutPlan
from fota_sdk.rollout.plan_sections import ARRAYS, TABLES
from tests.cli.command import run_here
from tests.docs.pages import prose_of, text_of

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

pytestmark = pytest.mark.pages

PAGE = "doc/rollout.md"
TITLES = {**{name: f"[{name}]" for name in TABLES}, **{name: f"[[{name}]]" for name in ARRAYS}}


def rows_of(heading: str) -> list[list[str]]:
    section = prose_of(PAGE).partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("| ")]
    return [row for row in rows if row[0] not in ("Key", "Reason", "Code")]


def keys_of(cell: str) -> list[tuple[str, str]]:
    """Return section and key for each key that the first cell of a row names; of one that names none, the section."""
    section, *keys = re.findall(r"`(.+?)`", cell)
    if not section.startswith("["):
        section, keys = "", [section, *keys]
    return [(section, key) for key in keys] or [(section, "")]


def fields() -> dict[tuple[str, str], dataclasses.Field[Any]]:
    """Return the fields that take a value, by section and key."""
    found = {("", each.name): each for each in dataclasses.fields(RolloutPlan) if "rule" in each.metadata}
    for name, section in {**TABLES, **ARRAYS}.items():
        found |= {(TITLES[name], each.name): each for each in dataclasses.fields(section)}
    return found


def test_the_table_of_the_plan_has_every_key_once() -> None:
    told = [key for cell, *_ in rows_of("The plan, key by key") for key in keys_of(cell)]
    sections = [
        ("[campaign]", ""),
        ('[accounts."0000123456-00001"]', "credentials"),
        ("[[wave]]", ""),
        ("[[stop]]", ""),
    ]
    assert sorted(told) == sorted([*fields(), *sections])


def test_the_table_of_the_plan_has_the_defaults() -> None:
    told = {key: default for cell, _, default in rows_of("The plan, key by key") for key in keys_of(cell)}
    literal = {key: re.match("`(.+?)`(?:$|:)", told[key]) for key in fields()}
    shown = {key: tomllib.loads(f"value = {found[1]}")["value"] for key, found in literal.items() if found}
    assert len(shown) >= 15
    defaults = {key: fields()[key].default for key in shown}
    assert {key: list(value) if isinstance(value, tuple) else value for key, value in defaults.items()} == shown
    others = {key: fields()[key].default for key in fields() if key not in shown}
    needed = {key for key, default in others.items() if default is dataclasses.MISSING} | {("", "devices")}
    assert {key for key in others if told[key] == "required"} == needed
    assert {default for key, default in others.items() if key not in needed} == {None}


@pytest.mark.parametrize("heading", ["What a pause means"])
def test_every_reason_stands_in_a_table(heading: str) -> None:
    kinds = {value for name, value in vars(ReasonKind).items() if name.isupper()}
    assert {cell.strip("`") for cell, *_ in rows_of(heading)} == kinds


COMMANDS = sorted(set(re.findall(r"`(fota (?:rollout|v2|v3) [^`]+)`", prose_of(PAGE))))


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_in_a_text_is_there_with_its_options(command: str) -> None:
    _, *words = command.split()
    done = run_here({}, *words[:2], "--help")
    assert done.code == 0
    options = [word for word in words if word.startswith("--")]
    assert [option for option in options if not re.search(rf"(?<!\S){option}\b", done.out)] == []


def test_the_commands_of_the_reasons_are_checked() -> None:
    assert len(COMMANDS) > 15


@pytest.mark.parametrize("name", fota_sdk.rollout.__all__)
def test_a_name_of_roll_outs_is_in_the_reference(name: str) -> None:
    assert f"\n## {name}\n" in text_of("doc/rollout-reference.md")
