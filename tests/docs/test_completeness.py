"""Whatever is declared is there everywhere: method, models, page, description, sandbox, command and tests."""

from __future__ import annotations

import http.client
import inspect
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

import fota_sdk
import fota_sdk.sandbox
from fota_sdk import FotaClient, controllers
from fota_sdk.cli import main
from fota_sdk.core.model import Model, fields_of
from fota_sdk.core.operation import Effect, Operation
from fota_sdk.sandbox import Sandbox
from tests.conftest import ACCOUNT
from tests.docs.pages import ROOT, page_names, text_of
from tests.unit.operations import FAMILY

pytestmark = pytest.mark.pages

DECLARED = list(controllers.operations())
PAGED = [(group, operation) for group, operation in DECLARED if operation.cursor is not None]
COMMANDS = {
    "schedule_campaign_firmware_upgrade": "schedule",
    "get_campaign_information": "show",
    "update_campaign_dates": "dates",
    "update_campaign_firmware_devices": "devices",
    "cancel_campaign": "cancel",
}

each_declared = pytest.mark.parametrize(("group", "operation"), DECLARED, ids=lambda each: getattr(each, "name", None))
each_group = pytest.mark.parametrize("group", controllers.GROUPS)


def method_of(operation: Operation[Any]) -> str:
    return operation.name.partition(".")[2]


def public(view: Any) -> set[str]:
    return {name for name in dir(view) if not name.startswith("_")}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


# declarations


def test_there_are_operations() -> None:
    assert len(DECLARED) >= 53
    assert len({operation.name for _, operation in DECLARED}) == len(DECLARED)


@each_declared
def test_an_operation_has_its_method_in_every_form(group: str, operation: Operation[Any], client: FotaClient) -> None:
    controller: Any = getattr(client, group)
    views = [controller, controller.with_raw_response, controller.dry_run]
    views += [controller.paginated] if operation.cursor is not None else []
    for view in views:
        assert callable(getattr(view, method_of(operation), None))


@each_declared
def test_the_values_of_a_route_are_the_arguments_of_its_method(
    group: str, operation: Operation[Any], client: FotaClient
) -> None:
    arguments = dict(inspect.signature(getattr(getattr(client, group), method_of(operation))).parameters)
    assert ("body" in arguments) is (operation.body is not None)
    arguments.pop("body", None)
    assert [parameter.name for parameter in operation.parameters] == list(arguments)
    for parameter in operation.parameters:
        has_default = arguments[parameter.name].default is not inspect.Parameter.empty
        # The one that a form cannot do without is optional in the vendor's signature, and refused where it is left out.
        assert has_default is (parameter.place == "form" or not parameter.required)


@each_declared
def test_a_declaration_does_not_contradict_itself(group: str, operation: Operation[Any]) -> None:
    assert not (operation.body is not None and operation.form)
    if operation.method == "GET":
        assert operation.effect is Effect.READS
        assert operation.body is None
        assert not operation.form
    if operation.effect is not Effect.READS and operation.effect is not Effect.ASKS:
        assert operation.verified_by != ""


@pytest.mark.parametrize(("group", "operation"), PAGED, ids=lambda each: getattr(each, "name", None))
def test_a_cursor_is_optional_and_a_field_of_the_response_beside_has_more_data(
    group: str, operation: Operation[Any]
) -> None:
    (parameter,) = [each for each in operation.parameters if each.name == operation.cursor]
    assert (parameter.place, parameter.required) == ("query", False)
    assert {operation.cursor, "has_more_data"} <= {name for name, _ in fields_of(operation.response)}


@each_group
def test_the_views_of_a_group_have_its_operations_and_no_others(group: str, client: FotaClient) -> None:
    controller: Any = getattr(client, group)
    methods = {method_of(operation) for each, operation in DECLARED if each == group}
    assert public(controller.with_raw_response) == public(controller.dry_run) == methods
    paged = {method_of(operation) for each, operation in PAGED if each == group}
    assert (public(controller.paginated) if hasattr(controller, "paginated") else set()) == paged


@each_declared
def test_what_tells_of_a_call_is_a_method_that_reads(group: str, operation: Operation[Any]) -> None:
    if operation.verified_by == "":
        return
    (told,) = [other for each, other in DECLARED if f"{each}.{method_of(other)}" == operation.verified_by]
    assert told.effect is Effect.READS


def test_these_schedule_and_no_others() -> None:
    # An operation that schedules and is not declared so would be sent a second time after a lost response.
    assert {operation.name for _, operation in DECLARED if operation.effect is Effect.SCHEDULES} == {
        "v2.schedule_campaign_firmware_upgrade",
        "v2.schedule_file_upgrade",
        "v2.schedule_sw_upgrade_http_devices",
        "v3.schedule_campaign_firmware_upgrade",
    }
    assert {operation.name for _, operation in DECLARED if "schedule" in method_of(operation)} == {
        operation.name for _, operation in DECLARED if operation.effect is Effect.SCHEDULES
    }


# what follows from them


@each_declared
def test_the_models_of_an_operation_are_public(group: str, operation: Operation[Any]) -> None:
    for model in (operation.body, operation.item or operation.response):
        if isinstance(model, type) and issubclass(model, Model):
            assert getattr(fota_sdk, model.__name__, None) is model
    assert getattr(fota_sdk, operation.refusal.__name__, None) is operation.refusal
    assert hasattr(fota_sdk, controllers.class_name_of(group))


@each_declared
def test_an_operation_has_its_section_on_a_page(group: str, operation: Operation[Any]) -> None:
    heading = method_of(operation).replace("_", " ").title()
    page = text_of(f"doc/controllers/{group.replace('_', '-')}.md")
    section = page.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    assert f"`{operation.method} {operation.path}`" in section
    assert [name for name, *_ in operation.parameters if f"| `{name}` |" not in section] == []


@each_declared
def test_an_operation_is_in_the_openapi_document(group: str, operation: Operation[Any]) -> None:
    document = json.loads((ROOT / "doc" / "openapi.json").read_text(encoding="utf-8"))
    described = [
        (path, method.upper(), each)
        for path, methods in document["paths"].items()
        for method, each in methods.items()
        if each["operationId"] == operation.name
    ]
    ((path, method, each),) = described
    assert re.sub(r"\{\w+\}", "{}", path) == re.sub(r"\{\w+\}", "{}", operation.path)
    assert method == operation.method
    assert [(p["name"], p["in"], p["required"]) for p in each["parameters"]] == [
        (key, place, required) for _, key, place, required in operation.parameters if place != "form"
    ]


@each_declared
def test_an_operation_has_its_route_in_the_sandbox(group: str, operation: Operation[Any], sandbox: Sandbox) -> None:
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
def test_an_operation_has_its_command(
    group: str, operation: Operation[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([operation.name[:2], "--help"]) == 0
    command = COMMANDS.get(method_of(operation), method_of(operation).replace("_", "-"))
    assert re.search(rf"^ +{command}\b", capsys.readouterr().out, re.MULTILINE)


@each_declared
def test_an_operation_is_tested(group: str, operation: Operation[Any]) -> None:
    facts = [facts for facts in FAMILY if facts.name == operation.name]
    assert facts, f"tests/unit/operations has no facts about {operation.name}, so nothing tests it"
    assert (facts[0].group, facts[0].method) == (group, operation.method)


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
