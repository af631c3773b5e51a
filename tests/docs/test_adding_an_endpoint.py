"""Three steps bring an endpoint into every part of the project, and the tests say what is missing then."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import QUICKLY
from tests.docs.additions import ADDITIONS, GROUP, PAGED, PLAIN, Addition
from tests.docs.pages import ROOT

pytestmark = pytest.mark.pages

COMPLETENESS = ("-m", "pytest", "-v", *QUICKLY, "tests/docs/test_completeness.py")

each_addition = pytest.mark.parametrize("addition", ADDITIONS, ids=lambda addition: addition.name)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout with two more operations and a group, and its pages made."""
    copy = tmp_path_factory.mktemp("copy")
    for name in ("fota_sdk", "doc", "tests"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "CHANGELOG.md"):
        shutil.copy(ROOT / name, copy)
    for addition in ADDITIONS:
        addition.add_to(copy)
    before = python(copy, "doc/make.py", "--check")
    assert before.returncode == 1
    assert f"out of date: {PLAIN.page}" in before.stdout
    assert f"missing: {GROUP.page}" in before.stdout
    assert "missing: doc/models/firmware-note.md" in before.stdout
    assert python(copy, "doc/make.py").returncode == 0
    assert python(copy, "doc/make.py", "--check").returncode == 0
    return copy


def python(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the copy, on the package of the copy."""
    environment = {**os.environ, "PYTHONPATH": str(checkout), "PYTEST_ADDOPTS": ""}
    return subprocess.run(
        [sys.executable, *arguments], cwd=checkout, env=environment, capture_output=True, text=True, timeout=50
    )


def described(checkout: Path, addition: Addition) -> dict[str, Any]:
    """Return what openapi.json says of an operation."""
    method, _, path = addition.route.partition(" ")
    document = json.loads((checkout / "doc/openapi.json").read_text())
    path = path.replace("device_id", "deviceId")
    found: dict[str, Any] = document["paths"][path][method.lower()]
    return found


@each_addition
def test_its_section_appears_on_the_page_of_its_group(checkout: Path, addition: Addition) -> None:
    heading = addition.python_method.replace("_", " ").title()
    section = (checkout / addition.page).read_text().partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    assert f"`{addition.route}`. It is safe" in section
    assert f"{addition.group}.{addition.python_method}(" in section
    assert "| 400 | The service refused it (400). |" in section


def test_the_pages_show_query_pages_and_list(checkout: Path) -> None:
    paged, group = ((checkout / each.page).read_text() for each in (PAGED, GROUP))
    assert "| `severity` | `str` | query, `severity` | required | How urgent" in paged
    assert '| `protocol` | `str` | query, `protocol` | `"LWM2M"` | Protocol of' in paged
    assert "for device in account_devices.paginated.list_device_alerts(acc, severity):" in paged
    assert "list of [`DeviceTag`](../models/device-tag.md)" in group
    model = (checkout / "doc/models/firmware-note.md").read_text()
    assert "| `text` | `text` | `str` | no | What is new in it. |" in model
    used = (checkout / "doc/models/device-tag.md").read_text()
    assert "[`device_tags.list_device_tags`](../controllers/device-tags.md#list-device-tags)" in used


def test_their_descriptions_appear_in_openapi(checkout: Path) -> None:
    for addition in ADDITIONS:
        assert described(checkout, addition)["operationId"] == addition.name
    found = [(each["name"], each["in"], each["required"]) for each in described(checkout, PAGED)["parameters"]]
    assert found == [
        ("acc", "path", True),
        ("severity", "query", True),
        ("lastSeenDeviceId", "query", False),
        ("protocol", "query", False),
    ]
    answer = described(checkout, GROUP)["responses"]["200"]["content"]["application/json"]["schema"]
    assert answer == {"type": ["array", "null"], "items": {"$ref": "#/components/schemas/DeviceTag"}}


def test_the_sandbox_answers_them(checkout: Path) -> None:
    script = """
from fota_sdk.sandbox import Sandbox
with Sandbox() as sandbox, sandbox.client() as client:
    account = sandbox.account
    print(type(client.firmware_v3.get_firmware_note(account, "990013907884253")).__name__)
    print([device.severity for device in client.account_devices.paginated.list_device_alerts(account, "high")])
    print([tag.name for tag in client.device_tags.list_device_tags(account)])
    print(client.account_devices.dry_run.list_device_alerts(account, "a b").url.partition("?")[2])
"""
    done = python(checkout, "-c", script)
    assert done.stdout.splitlines() == [
        "FirmwareNote",
        "['high']",
        "['depot']",
        "severity=a%20b&lastSeenDeviceId=0&protocol=LWM2M",
    ], done.stderr


@each_addition
def test_the_command_knows_it(checkout: Path, addition: Addition) -> None:
    done = python(checkout, "-m", "fota_sdk.cli", "v3", "--help")
    command = addition.python_method.replace("_", "-")
    assert re.search(rf"^ +{command}\b", done.stdout, re.MULTILINE), done.stdout + done.stderr


def test_the_tests_say_that_their_own_are_missing(checkout: Path) -> None:
    done = python(checkout, *COMPLETENESS)
    assert done.returncode == 1
    missing = re.findall(r"^FAILED \S+::(\S+)", done.stdout, re.MULTILINE)
    assert sorted(missing) == sorted(f"test_an_operation_is_tested[{each.group}-{each.name}]" for each in ADDITIONS)
    for addition in ADDITIONS:
        assert f"tests/unit/operations has no facts about {addition.name}" in done.stdout


def test_the_tests_are_content_with_the_facts_and_hold_the_operations_to_them(checkout: Path) -> None:
    for addition in ADDITIONS:
        addition.add_facts_to(checkout)
    chosen = " or ".join(addition.python_method for addition in ADDITIONS)
    done = python(checkout, *COMPLETENESS, "tests/unit/test_family_declarations.py", "-k", chosen)
    assert done.returncode == 0, done.stdout
    for addition in ADDITIONS:
        tests = re.findall(rf"::(\w+)\[.*{addition.name}\] PASSED", done.stdout)
        assert "test_an_operation_is_tested" in tests
        assert "test_it_is_declared_as_the_facts_say" in tests
