"""The pages made from the code are as the code is, and do not contradict the reference."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

import fota_sdk
from fota_sdk.controllers import GROUPS, class_name_of
from tests.docs.pages import ROOT, page_names, prose_of, text_of
from tests.unit.operations import FAMILY, Facts, each_of_family

pytestmark = pytest.mark.pages


def is_error(name: str) -> bool:
    thing = getattr(fota_sdk, name)
    return isinstance(thing, type) and issubclass(thing, fota_sdk.FotaError)


def section_of(facts: Facts) -> str:
    """Return the section that describes an operation."""
    heading = facts.python_method.replace("_", " ").title()
    page = text_of(f"doc/controllers/{facts.group.replace('_', '-')}.md")
    return page.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def part_of(facts: Facts, heading: str) -> str:
    return section_of(facts).partition(f"\n### {heading}")[2].partition("\n### ")[0]


def target_of(facts: Facts) -> tuple[str, list[str]]:
    """Return the path of the example call with its values, and the keys of its query."""
    path, _, query = facts.target.removeprefix("/api").partition("?")
    return path, [part.partition("=")[0] for part in query.split("&") if part]


def test_no_page_is_out_of_date() -> None:
    done = subprocess.run(
        [sys.executable, "doc/make.py", "--check"], cwd=ROOT, capture_output=True, text=True, timeout=50
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), done.stdout


@each_of_family
def test_parameters_stand_there_in_the_order_of_the_facts_with_place_and_default(facts: Facts) -> None:
    row = re.compile(r"^\| `(\w+)` \| .+? \| ([^|]+) \| ([^|]+) \| \S.*\|$", re.MULTILINE)
    rows = {name: (place, default) for name, place, default in row.findall(part_of(facts, "Parameters"))}
    assert list(rows) == list(facts.defaults)
    for name, default in facts.defaults.items():
        key = re.sub("_(.)", lambda match: match[1].upper(), name)
        place = "form" if facts.is_form else "query"
        required = name in facts.required or name == "fileupload"
        assert rows[name] == (
            "path" if name in facts.in_path else "JSON body" if name == "body" else f"{place}, `{key}`",
            "required" if required else f"`{json.dumps(default)}`".replace("null", "None"),
        )
    sent = set(target_of(facts)[1])
    assert sent <= {place.partition("`")[2].rstrip("`") for place, _ in rows.values()}


@each_of_family
def test_route_signature_response_type_and_error_are_those_of_the_facts(facts: Facts) -> None:
    section = section_of(facts)
    (method, path) = re.findall(r"^`([A-Z]+) (/fota/\S+)`\. ", section, re.MULTILINE)[0]
    assert (method, re.sub(r"\{\w+\}", "([^/]+)", path)) == (facts.method, re.sub(r"\{\w+\}", "([^/]+)", path))
    assert re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", path), target_of(facts)[0])
    assert re.findall(r"^(?:def .*|\)) -> ([\w\[\]]+): \.\.\.$", section, re.MULTILINE) == [facts.answer_type]
    said = part_of(facts, "Response type").strip().removeprefix("list of ")
    model = facts.answer_type.removeprefix("list[").rstrip("]")
    assert said.startswith("Nothing" if facts.is_nothing else f"[`{model}`](../models/")
    errors = re.findall(r"^\| 400 \| .*`(\w+)`", part_of(facts, "Errors"), re.MULTILINE)
    assert errors == [facts.refusal.__name__]


EFFECTS = {
    "READS": "It is safe: it changes nothing. The client [retries]",
    "SETS": "It is idempotent: twice is the same as once. The client [retries]",
    "ASKS": "each call has its own cost: the client never [retries]",
    "ACTS": "It is not idempotent: the client never [retries]",
    "SCHEDULES": "and refuses the same call after such a failure",
}


@each_of_family
def test_what_a_retry_may_do_is_said(facts: Facts) -> None:
    section = section_of(facts)
    assert [effect for effect, text in EFFECTS.items() if text in section][-1] == facts.effect
    assert (") shows whether it was." in section) is (facts.effect in ("SETS", "ACTS"))
    assert ("not finding it is no proof" in section) is (facts.effect == "SCHEDULES")
    assert ("\n**Deprecated**" in section) is facts.deprecated


@each_of_family
def test_the_example_response_has_the_keys_of_the_model(facts: Facts) -> None:
    found = re.findall(r"```json\n(.*?)```", part_of(facts, "Example response"), re.DOTALL)
    assert len(found) == (0 if facts.is_nothing else 1)
    for text in found:
        answer = json.loads(text)
        assert isinstance(answer, list) is facts.is_list
        model = getattr(fota_sdk, facts.answer_type.removeprefix("list[").rstrip("]"))
        read = model.from_dictionary(answer[0] if facts.is_list else answer)
        assert (read.validate(), read.additional_properties) == (None, {})


@each_of_family
def test_the_example_calls_the_method(facts: Facts) -> None:
    (script,) = re.findall(r"```python\n(.*?)```", part_of(facts, "Example\n"), re.DOTALL)
    given = list(facts.defaults) if facts.is_form else facts.required
    call = f"{facts.group}.{facts.python_method}("
    arguments = re.sub(r"\s+", "", script.partition(call)[2].partition(")")[0]).rstrip(",").split(",")
    assert [argument.partition("=")[0] for argument in arguments] == given


@each_of_family
def test_pages_are_read_by_a_loop_where_there_are_any(facts: Facts) -> None:
    part = part_of(facts, "All pages")
    assert (f"{facts.group}.paginated.{facts.python_method}(" in part) is (facts.cursor is not None)


@pytest.mark.parametrize("group", GROUPS)
def test_what_is_beside_the_operations_has_an_example_that_uses_it(group: str) -> None:
    page = text_of(f"doc/controllers/{group.replace('_', '-')}.md")
    names = {"with_raw_response", "dry_run"}
    names |= {"wait_for_status"} if group.startswith("campaigns_") else set()
    names |= {"paginated"} if any(facts.group == group and facts.cursor for facts in FAMILY) else set()
    for name in names:
        section = page.partition(f"\n## {name.replace('_', ' ').title()}\n")[2].partition("\n## ")[0]
        (script,) = re.findall(r"### Example\n\n```python\n(.*?)```", section, re.DOTALL)
        assert re.search(rf"{group}\.{name}\b", script)


_MADE = r"doc/(controllers/|models/|client|errors\.|rollout-reference)"
MADE = [page for page in page_names() if re.match(_MADE, page)]


@pytest.mark.parametrize("page", MADE)
def test_every_row_of_a_table_has_its_description_and_every_section_begins_with_one(page: str) -> None:
    text = text_of(page)
    assert re.findall(r"^\|.*\|  \|$", text, re.MULTILINE) == []
    assert re.findall(r"^#+ (?!Example|Parameters).+\n\n(?:#|Type:|```).*$", text, re.MULTILINE) == []


@pytest.mark.parametrize("page", page_names())
def test_a_table_is_rows_and_nothing_else(page: str) -> None:
    lines = [
        line for part in prose_of(page).split("\n\n") if re.search(r"^\|", part, re.M) for line in part.splitlines()
    ]
    assert [line for line in lines if not re.fullmatch(r"\|.*\|", line)] == []


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


# moving from the vendor's SDK


@each_of_family
def test_moving_names_each_method_once_with_its_class(facts: Facts) -> None:
    row = rf"^\| `(\w+)` \| \[`{facts.group}\.{facts.python_method}`\]\((\S+)\) \| (.+) \|$"
    ((controller, place, differs),) = re.findall(row, text_of("doc/moving.md"), re.MULTILINE)
    assert controller == class_name_of(facts.group)
    assert place.endswith(f"{facts.group.replace('_', '-')}.md#{facts.python_method.replace('_', '-')}")
    assert ("deprecated" in differs) is facts.deprecated
    assert ("[pages](#pages)" in differs) is (facts.cursor is not None)
    assert differs.startswith("None") is facts.is_nothing
    assert ("list" in differs.partition(";")[0].partition(",")[0]) >= facts.is_list
