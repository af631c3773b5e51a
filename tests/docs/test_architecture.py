"""Parts of the package import what doc/architecture.md says: nothing upward, and no circle."""

from __future__ import annotations

import re
from graphlib import TopologicalSorter

import pytest

from tests.docs.pages import ROOT, text_of
from tests.mutation.proofs import modules_in_parts, proofs_of
from tests.unit.imports import PATHS, imported_by, part_of

PUBLIC_NAMES = "fota_sdk"  # the package itself, which imports each of its names when somebody asks for it
ROW = re.compile(r"^\| `(\w+)/?` \| [^|]+ \| ([^|]*)\|$", re.MULTILINE)
MAY_IMPORT = {part: set(re.findall(r"`(\w+)`", others)) for part, others in ROW.findall(text_of("doc/architecture.md"))}
MAY_IMPORT["exceptions"] = {"core"}  # of it, what a response is


@pytest.mark.parametrize("part", sorted({part_of(module) for module in PATHS} - {PUBLIC_NAMES}))
def test_a_part_imports_what_the_page_says(part: str) -> None:
    modules = [module for module in PATHS if part_of(module) == part]
    imported = {part_of(other) for module in modules for other in imported_by(module)} - {part, PUBLIC_NAMES}
    assert imported == MAY_IMPORT[part]


def test_the_page_names_parts_that_there_are_in_an_order_in_which_nothing_is_imported_upward() -> None:
    parts = list(MAY_IMPORT)
    assert set(parts) == {part_of(module) for module in PATHS} - {PUBLIC_NAMES}
    upward = {(part, other) for part in parts for other in MAY_IMPORT[part] if parts.index(other) > parts.index(part)}
    assert upward == {("core", "exceptions")}


def test_errors_know_of_the_core_only_what_a_response_is() -> None:
    assert imported_by("fota_sdk.exceptions") == {"fota_sdk.core.response"}


def test_no_modules_import_each_other_in_a_circle() -> None:
    TopologicalSorter({module: imported_by(module) - {PUBLIC_NAMES} for module in PATHS}).prepare()


def test_what_lies_below_the_client_imports_no_public_names() -> None:
    importing = {part_of(module) for module in PATHS if PUBLIC_NAMES in imported_by(module)}
    assert importing == {"client", "cli"}


def test_each_module_of_the_roll_outs_has_its_place_on_the_page() -> None:
    modules = {path.name for name, path in PATHS.items() if part_of(name) == "rollout"} - {"__init__.py"}
    assert modules == set(re.findall(r"`(\w+\.py)`", text_of("doc/architecture.md").partition("## Roll-outs")[2]))


@pytest.mark.parametrize("begin", modules_in_parts())
def test_the_tests_that_are_to_notice_mutants_are_there(begin: str) -> None:
    modules = [path.relative_to(ROOT).as_posix() for path in PATHS.values()]
    named = {test for path in modules if path.startswith(begin) for stage in proofs_of(path) for test in stage}
    assert {test for test in named if not (ROOT / test).is_file()} == set()
    assert named != set()
