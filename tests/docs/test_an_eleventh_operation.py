"""Three steps bring an endpoint into every part of the project, and the tests say what is missing then."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs import eleventh
from tests.docs.pages import ROOT

pytestmark = pytest.mark.pages

COMPLETENESS = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/docs/test_completeness.py")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout with an eleventh operation, and its pages made."""
    copy = tmp_path_factory.mktemp("copy")
    for name in ("fota_sdk", "doc", "tests"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "mkdocs.yml", "README.md", "CHANGELOG.md"):
        shutil.copy(ROOT / name, copy)
    eleventh.add_to(copy)
    before = python(copy, "doc/make.py", "--check")
    assert before.returncode == 1
    assert f"out of date: {eleventh.PAGE}" in before.stdout
    assert "missing: doc/models/fota-v3-quota.md" in before.stdout
    assert python(copy, "doc/make.py").returncode == 0
    assert python(copy, "doc/make.py", "--check").returncode == 0
    return copy


def python(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the copy, on the package of the copy."""
    environment = {**os.environ, "PYTHONPATH": str(checkout), "PYTEST_ADDOPTS": ""}
    return subprocess.run(
        [sys.executable, *arguments], cwd=checkout, env=environment, capture_output=True, text=True, timeout=50
    )


def test_its_section_and_its_model_appear_on_the_pages(checkout: Path) -> None:
    page = (checkout / eleventh.PAGE).read_text()
    section = page.partition("\n## Get Account Quota\n")[2].partition("\n## ")[0]
    assert "Returns what an account may use." in section
    assert f"`GET {eleventh.ROUTE}`" in section
    assert "[`FotaV3Quota`](../models/fota-v3-quota.md)" in section
    assert "large,small" in section
    model = (checkout / "doc/models/fota-v3-quota.md").read_text()
    assert "| `plan` | `plan` | `str` | no | Names of its plans, joined by commas. |" in model


def test_its_description_appears_in_openapi(checkout: Path) -> None:
    document = json.loads((checkout / "doc/openapi.json").read_text())
    assert document["paths"][eleventh.ROUTE]["get"]["operationId"] == eleventh.NAME
    assert list(document["components"]["schemas"]["FotaV3Quota"]["properties"]) == [
        "accountName",
        "plan",
    ]


def test_the_sandbox_answers_it(checkout: Path) -> None:
    script = """
from fota_sdk.sandbox import Sandbox
with Sandbox() as sandbox, sandbox.client() as client:
    print(type(client.campaigns_v3.get_account_quota(sandbox.account)).__name__)
"""
    done = python(checkout, "-c", script)
    assert done.stdout.strip() == "FotaV3Quota", done.stderr


def test_the_command_knows_it(checkout: Path) -> None:
    done = python(checkout, "-m", "fota_sdk.cli", "v3", "--help")
    assert re.search(rf"^  {eleventh.COMMAND}\b", done.stdout, re.MULTILINE), done.stdout + done.stderr


def test_the_tests_say_that_its_own_are_missing_and_are_content_with_them(checkout: Path) -> None:
    without = python(checkout, *COMPLETENESS)
    assert without.returncode == 1
    assert re.findall(r"^FAILED \S+::(\S+)", without.stdout, re.MULTILINE) == [
        f"test_an_operation_is_tested[{eleventh.NAME}]"
    ]
    assert "tests/unit/operations.py has no facts about it" in without.stdout.replace(eleventh.NAME, "it")
    eleventh.add_facts_to(checkout)
    with_facts = python(checkout, *COMPLETENESS, "-k", eleventh.NAME)
    assert with_facts.returncode == 0, with_facts.stdout
