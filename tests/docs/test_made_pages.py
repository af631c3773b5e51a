"""The pages made from the code are as the code is, and do not contradict the reference."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

import fota_sdk
from tests.docs.pages import ROOT, page_names, text_of
from tests.unit.operations import OperationFacts, each_operation

pytestmark = pytest.mark.pages


def is_error(name: str) -> bool:
    thing = getattr(fota_sdk, name)
    return isinstance(thing, type) and issubclass(thing, fota_sdk.FotaError)


def section_of(operation: OperationFacts) -> str:
    """Return the section that describes an operation."""
    heading = operation.python_method.replace("_", " ").title()
    page = text_of(f"doc/controllers/campaigns-{operation.name[:2]}.md")
    return page.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def part_of(operation: OperationFacts, heading: str) -> str:
    return section_of(operation).partition(f"\n### {heading}")[2].partition("\n### ")[0]


def test_no_page_is_out_of_date() -> None:
    done = subprocess.run(
        [sys.executable, "doc/make.py", "--check"], cwd=ROOT, capture_output=True, text=True, timeout=50
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), done.stdout


@each_operation
def test_parameters_stand_there_in_the_order_of_the_reference(operation: OperationFacts) -> None:
    rows = re.findall(r"^\| `(\w+)` \| .+? \| (yes|no) \| \S.*\|$", part_of(operation, "Parameters"), re.MULTILINE)
    assert rows == [(name, "yes") for name in operation.arguments]


@each_operation
def test_signature_response_type_and_error_are_those_of_the_reference(operation: OperationFacts) -> None:
    section = section_of(operation)
    assert re.findall(r"^(?:def .*|\)) -> (\w+): \.\.\.$", section, re.MULTILINE) == [operation.answer_type]
    assert part_of(operation, "Response type").strip().startswith(f"[`{operation.answer_type}`](../models/")
    errors = re.findall(r"^\| 400 \| .*`(\w+)`", part_of(operation, "Errors"), re.MULTILINE)
    assert errors == [operation.refusal.__name__]


@each_operation
def test_the_example_answer_has_the_keys_of_the_facts_page(operation: OperationFacts) -> None:
    (answer,) = re.findall(r"```json\n(.*?)```", part_of(operation, "Example answer"), re.DOTALL)
    assert list(json.loads(answer)) == list(operation.fields.values())


@each_operation
def test_the_example_calls_the_method(operation: OperationFacts) -> None:
    (script,) = re.findall(r"```python\n(.*?)```", part_of(operation, "Example\n"), re.DOTALL)
    assert f"campaigns_{operation.name[:2]}.{operation.python_method}({', '.join(operation.arguments)})" in script


@pytest.mark.parametrize("version", ["v2", "v3"])
@pytest.mark.parametrize("name", ["with_raw_response", "dry_run", "wait_for_status"])
def test_what_is_beside_the_operations_has_an_example_that_uses_it(version: str, name: str) -> None:
    page = text_of(f"doc/controllers/campaigns-{version}.md")
    section = page.partition(f"\n## {name.replace('_', ' ').title()}\n")[2].partition("\n## ")[0]
    (script,) = re.findall(r"### Example\n\n```python\n(.*?)```", section, re.DOTALL)
    assert re.search(rf"campaigns_{version}\.{name}\b", script)


MADE = [page for page in page_names() if re.match(r"doc/(controllers/|models/|client|errors\.)", page)]


@pytest.mark.parametrize("page", MADE)
def test_every_row_of_a_table_has_its_description_and_every_section_begins_with_one(page: str) -> None:
    text = text_of(page)
    assert re.findall(r"^\|.*\|  \|$", text, re.MULTILINE) == []
    assert re.findall(r"^#+ (?!Example|Parameters).+\n\n(?:#|Type:|```).*$", text, re.MULTILINE) == []


def test_every_attribute_in_a_table_has_its_type() -> None:
    rows = re.findall(r"^\| `\w+` \|  \|.*$", text_of("doc/client.md") + text_of("doc/errors.md"), re.MULTILINE)
    assert rows == []


def test_the_page_of_errors_has_a_section_for_each() -> None:
    tree = text_of("doc/errors.md").partition("```text\n")[2].partition("```")[0]
    names = re.findall(r"^\W*(\w+) {2,}", tree, re.MULTILINE)
    assert {name for name in fota_sdk.__all__ if is_error(name)} == set(names)
    assert [name for name in names if f"\n## {name}\n" not in text_of("doc/errors.md")] == []


@pytest.mark.parametrize("name", sorted(name for name in fota_sdk.__all__ if name != "FotaError" and is_error(name)))
def test_the_guide_says_what_to_do_about_an_error(name: str) -> None:
    rows = re.findall(r"^\| (`.+?) \| .+ \| .+ \|$", text_of("doc/errors-and-what-to-do.md"), re.MULTILINE)
    assert [row for row in rows if f"`{name}`" in row]
