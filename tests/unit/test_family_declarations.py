"""What is declared of the 53 operations, against the facts."""

from __future__ import annotations

import inspect
from collections import Counter
from dataclasses import FrozenInstanceError
from typing import Any

import pytest

import fota_sdk
from fota_sdk import FotaClient, controllers
from fota_sdk.core.operation import Effect, Operation
from tests.unit.operations import FAMILY, LEFT_OUT, PAGED, Facts, each_of_family

DECLARED: dict[str, tuple[str, Operation[Any]]] = {op.name: (group, op) for group, op in controllers.operations()}
LIST_LICENSES_TO_REMOVE = "v2.list_licenses_to_remove"


def test_the_family_is_whole() -> None:
    assert len(FAMILY) == 53
    assert Counter(facts.name[:2] for facts in FAMILY) == {"v2": 32, "v3": 21}
    assert len(list(controllers.operations())) == len(DECLARED) == 53
    assert {name: group for name, (group, _) in DECLARED.items()} == {facts.name: facts.group for facts in FAMILY}
    assert set(controllers.GROUPS) == {facts.group for facts in FAMILY}


def test_no_script_can_change_what_an_operation_is_declared_to_be() -> None:
    _, operation = DECLARED["v3.schedule_campaign_firmware_upgrade"]
    with pytest.raises(FrozenInstanceError):
        operation.effect = Effect.READS  # type: ignore[misc]


def written(answer: Any) -> str:
    """The name of a response's type as the facts write it."""
    if answer is type(None):
        return "None"
    item = getattr(answer, "__args__", None)
    return f"list[{item[0].__name__}]" if item else str(answer.__name__)


@each_of_family
def test_it_is_declared_as_the_facts_say(facts: Facts) -> None:
    _, operation = DECLARED[facts.name]
    assert operation.method == facts.method
    assert operation.refusal is facts.refusal
    assert written(operation.response) == facts.answer_type
    assert operation.effect.name == facts.effect
    assert operation.cursor == facts.cursor
    assert operation.deprecated is facts.deprecated
    assert (None if operation.body is None else operation.body.__name__) == (None if facts.is_form else facts.body_type)
    assert bool(operation.form) is facts.is_form


@each_of_family
def test_its_method_and_views_have_the_signature_of_the_vendor(client: FotaClient, facts: Facts) -> None:
    controller: Any = getattr(client, facts.group)
    assert type(controller) is getattr(fota_sdk, controllers.class_name_of(facts.group))
    views = [controller, controller.with_raw_response, controller.dry_run]
    if facts in PAGED:
        views.append(controller.paginated)
    for view in views:
        parameters = inspect.signature(getattr(view, facts.python_method)).parameters.values()
        found = {p.name: LEFT_OUT if p.default is p.empty else p.default for p in parameters}
        assert list(found.items()) == list(facts.defaults.items())
        assert all(p.kind is p.POSITIONAL_OR_KEYWORD for p in parameters)


@each_of_family
def test_the_values_of_its_route_are_the_arguments_of_its_method(facts: Facts) -> None:
    _, operation = DECLARED[facts.name]
    assert [p.name for p in operation.parameters] == [name for name in facts.defaults if name != "body"]
    needed = [*facts.required, "fileupload"] if facts.is_form else facts.required
    assert [p.name for p in operation.parameters if p.required] == [name for name in needed if name != "body"]
    assert [p.name for p in operation.parameters if p.place == "path"] == facts.in_path


@pytest.mark.parametrize("group", controllers.GROUPS)
def test_a_group_and_its_views_have_the_methods_of_the_facts_and_no_others(client: FotaClient, group: str) -> None:
    controller: Any = getattr(client, group)
    methods = {facts.python_method for facts in FAMILY if facts.group == group}
    paged = {facts.python_method for facts in PAGED if facts.group == group}
    views = {"with_raw_response", "dry_run", *(["paginated"] if paged else [])}
    waiting = {"wait_for_status"} if group.startswith("campaigns_") else set()
    assert public(controller) == methods | views | waiting
    assert public(controller.with_raw_response) == public(controller.dry_run) == methods
    assert (public(controller.paginated) if paged else set()) == paged


def public(view: Any) -> set[str]:
    return {name for name in dir(view) if not name.startswith("_")}


def test_exactly_these_four_schedule_and_are_guarded() -> None:
    assert {name for name, (_, operation) in DECLARED.items() if operation.effect is Effect.SCHEDULES} == {
        "v2.schedule_campaign_firmware_upgrade",
        "v2.schedule_file_upgrade",
        "v2.schedule_sw_upgrade_http_devices",
        "v3.schedule_campaign_firmware_upgrade",
    }


def test_exactly_these_eight_are_answered_in_pages() -> None:
    assert {facts.name for facts in PAGED} == {
        "v2.get_account_license_status",
        "v2.get_campaign_device_status",
        "v2.get_campaign_history_by_status",
        "v2.list_account_devices",
        "v3.get_account_device_information",
        "v3.get_account_licenses_status",
        "v3.get_campaign_device_status",
        "v3.get_campaign_history_by_status",
    }
    assert LIST_LICENSES_TO_REMOVE not in {facts.name for facts in PAGED}


def test_exactly_these_may_be_answered_with_no_body() -> None:
    assert {name for name, (_, operation) in DECLARED.items() if operation.may_be_empty} == {
        "v2.list_registered_callbacks",
        "v3.list_registered_callbacks",
    }


@each_of_family
def test_what_leaves_a_doubt_names_the_read_that_ends_it(client: FotaClient, facts: Facts) -> None:
    _, operation = DECLARED[facts.name]
    if not operation.effect.leaves_doubt:
        return
    group, _, method = operation.verified_by.partition(".")
    assert callable(getattr(getattr(client, group), method))
    assert any((other.group, other.python_method, other.effect) == (group, method, "READS") for other in FAMILY)


@each_of_family
def test_what_reads_and_what_is_sent_with_get_are_the_same_but_for_one_look_up(facts: Facts) -> None:
    reads_by_post = facts.name == "v3.list_account_devices_information"
    assert (facts.method == "GET") is (facts.effect == "READS" and not reads_by_post)


# One wording each, in all groups.
WORDINGS = {
    "account": "account: Billing account, such as 0000123456-00001.",
    "acc": "acc: Billing account, such as 0000123456-00001.",
    "campaign_id": "campaign_id: Id of the campaign, from its schedule response.",
    "device_id": "device_id: Device: a 15-digit IMEI.",
    "last_seen_device_id": "_device_id: Cursor of the page before, from its response; by default the first page.",
    "last_seen_campaign_id": "_campaign_id: Cursor of the page before, from its response; by default the first page.",
    "body": ", as a model or as a mapping in wire names.",
}


@each_of_family
def test_every_method_is_described_with_its_arguments_and_errors(client: FotaClient, facts: Facts) -> None:
    controller: Any = getattr(client, facts.group)
    for view in (controller, controller.with_raw_response, controller.dry_run):
        doc = inspect.getdoc(getattr(view, facts.python_method)) or ""
        arguments = doc.partition("Args:\n")[2].partition("Raises:\n")[0]
        assert [
            line.strip().partition(":")[0]
            for line in arguments.splitlines()
            if line[:4].isspace() and line[4:5].isalpha()
        ] == [*facts.defaults]
        assert facts.refusal.__name__ in doc.partition("Raises:\n")[2]
        words = " ".join(arguments.split())
        for name in facts.defaults:
            assert WORDINGS.get(name, name) in words
    group = inspect.getdoc(type(controller)) or ""
    for word in ("ValidationError", "FotaError", "outcome_unknown", "Source:"):
        assert word in group
