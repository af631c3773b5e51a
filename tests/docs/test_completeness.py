"""Whatever is declared is there everywhere: method, models, page, description, sandbox, command and tests."""

from __future__ import annotations

import http.client
import inspect
import json
import re
from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest

import fota_sdk
import fota_sdk.sandbox
from fota_sdk import FotaClient, controllers
from fota_sdk.cli import main
from fota_sdk.core.model import Model
from fota_sdk.core.operation import Operation, operations_of
from fota_sdk.sandbox import Sandbox
from tests.conftest import ACCOUNT
from tests.docs.pages import ROOT, page_names, text_of
from tests.unit.operations import OPERATIONS

pytestmark = pytest.mark.pages

MODULES = [import_module(each.name) for each in iter_modules(controllers.__path__, f"{controllers.__name__}.")]
DECLARED = [operation for module in MODULES for operation in operations_of(module)]
COMMANDS = {
    "schedule_campaign_firmware_upgrade": "schedule",
    "get_campaign_information": "show",
    "update_campaign_dates": "dates",
    "update_campaign_firmware_devices": "devices",
    "cancel_campaign": "cancel",
}

each_declared = pytest.mark.parametrize("operation", DECLARED, ids=lambda operation: operation.name)


def method_of(operation: Operation[Any]) -> str:
    return operation.name.partition(".")[2]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


# operations


def test_there_are_operations() -> None:
    assert len(DECLARED) >= 10
    assert len({operation.name for operation in DECLARED}) == len(DECLARED)


@each_declared
def test_an_operation_has_its_method_in_all_three_forms(operation: Operation[Any], client: FotaClient) -> None:
    controller: Any = getattr(client, f"campaigns_{operation.name[:2]}")
    for view in (controller, controller.with_raw_response, controller.dry_run):
        assert callable(getattr(view, method_of(operation), None))
    placeholders = re.findall(r"\{(\w+)\}", operation.path)
    arguments = list(inspect.signature(getattr(controller, method_of(operation))).parameters)
    assert arguments == [*placeholders, *(["body"] if operation.body is not None else [])]


@each_declared
def test_the_models_of_an_operation_are_public(operation: Operation[Any]) -> None:
    for model in (operation.body, operation.answer):
        if model is not None and issubclass(model, Model):
            assert getattr(fota_sdk, model.__name__, None) is model
    assert getattr(fota_sdk, operation.refusal.__name__, None) is operation.refusal


@each_declared
def test_an_operation_has_its_section_on_a_page(operation: Operation[Any]) -> None:
    heading = method_of(operation).replace("_", " ").title()
    section = text_of(f"doc/controllers/campaigns-{operation.name[:2]}.md").partition(f"\n## {heading}\n")[2]
    assert f"`{operation.method} {operation.path}`" in section.partition("\n## ")[0]


@each_declared
def test_an_operation_is_in_the_openapi_document(operation: Operation[Any]) -> None:
    document = json.loads((ROOT / "doc" / "openapi.json").read_text(encoding="utf-8"))
    described = [
        (path, method.upper())
        for path, methods in document["paths"].items()
        for method, each in methods.items()
        if each["operationId"] == operation.name
    ]
    assert len(described) == 1
    assert re.sub(r"\{\w+\}", "{}", described[0][0]) == re.sub(r"\{\w+\}", "{}", operation.path)
    assert described[0][1] == operation.method


@each_declared
def test_an_operation_has_its_route_in_the_sandbox(operation: Operation[Any], sandbox: Sandbox) -> None:
    path = re.sub(r"\{\w+\}", ACCOUNT, operation.path)
    # Who has no token is turned away from a route that there is; other routes are not known.
    assert status_of(sandbox, operation.method, path) == 401
    assert status_of(sandbox, operation.method, f"{path}/and/more") == 400


def status_of(sandbox: Sandbox, method: str, path: str) -> int:
    host, _, base = sandbox.url.removeprefix("http://").partition("/")
    connection = http.client.HTTPConnection(host, timeout=10)
    try:
        connection.request(method, f"/{base}{path}", body=b"{}")
        return connection.getresponse().status
    finally:
        connection.close()


@each_declared
def test_an_operation_has_its_command(operation: Operation[Any], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([operation.name[:2], "--help"]) == 0
    command = COMMANDS.get(method_of(operation), method_of(operation).replace("_", "-"))
    assert re.search(rf"^  {command}\b", capsys.readouterr().out, re.MULTILINE)


@each_declared
def test_an_operation_is_tested(operation: Operation[Any]) -> None:
    facts = [facts for facts in OPERATIONS if facts.name == operation.name]
    assert facts, f"tests/unit/operations.py has no facts about {operation.name}, so nothing tests it"
    assert facts[0].http_method == operation.method


# names


@pytest.mark.parametrize("name", sorted(set(fota_sdk.__all__) - {"__version__"}))
def test_a_public_name_has_a_page_or_a_section(name: str) -> None:
    described = re.compile(rf"^(?:#+ {name}|`{name}`)$", re.MULTILINE)
    assert [page for page in page_names() if page.startswith("doc/") and described.search(text_of(page))] != []


@pytest.mark.parametrize("name", sorted(fota_sdk.sandbox.__all__))
def test_a_name_of_the_sandbox_is_on_its_page(name: str) -> None:
    assert re.search(rf"\b{name}\b", text_of("doc/sandbox.md"))


def test_every_page_of_a_model_is_that_of_a_public_name() -> None:
    kebab = {re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower() for name in fota_sdk.__all__}
    assert {path.stem for path in (ROOT / "doc" / "models").glob("*.md")} - {"index"} <= kebab


def test_the_changelog_knows_the_version() -> None:
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert "## [Unreleased]" in changes
    assert f"## [{fota_sdk.__version__}]" in changes
