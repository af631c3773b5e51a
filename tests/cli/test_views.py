"""Commands for what is looked for most: each shows what an operation returns, all pages of it."""

from __future__ import annotations

import csv
import json
import re
from typing import Any

import pytest
from rich.cells import cell_len

from fota_sdk.cli.versions import VERSIONS
from fota_sdk.cli.views import VIEWS, View
from fota_sdk.core.example import example_of
from fota_sdk.core.operation import Operation
from fota_sdk.sandbox import Sandbox
from tests.cli.command import COLUMNS, Done, Environment, run_here, run_on_terminal_here, scheduled
from tests.cli.conftest import environment_of
from tests.conftest import ACCOUNT, IMEIS

NAMES = ["packages", "account-devices", "licenses", "subscription", "callbacks", "history"]
each_view = pytest.mark.parametrize("view", VIEWS.values(), ids=list(VIEWS))
each_version = pytest.mark.parametrize("version", ["v2", "v3"])
PACKAGE = "SEQUANSCommunications_GM01Q_SR1.2.0.0-10512_SR1.2.0.0-10657"


def operation_of(view: View, version: str) -> Operation[Any]:
    return VERSIONS[version].at(view.methods[version]).operation


def command_of(view: View, version: str, *more: str) -> tuple[str, ...]:
    return (version, view.name, *((IMEIS[0],) if view.argument is not None else ()), *more)


def answer_of(operation: Operation[Any]) -> Any:
    """Return a response such as the service gives."""
    if operation.item is not None:
        return [example_of(operation.item).to_dictionary()] * 2
    return example_of(operation.response).to_dictionary()


def texts_of(data: Any) -> list[str]:
    """Return the texts that a response holds, without its dates and times."""
    if isinstance(data, (dict, list)):
        return [text for each in (data.values() if isinstance(data, dict) else data) for text in texts_of(each)]
    return [data] if isinstance(data, str) and data != "" and not re.match(r"\d{4}-\d\d-\d\d", data) else []


def test_they_are_all_there() -> None:
    assert list(VIEWS) == NAMES


@each_version
@each_view
def test_json_is_what_the_service_tells(view: View, version: str, environment: Environment, sandbox: Sandbox) -> None:
    operation = operation_of(view, version)
    data = answer_of(operation)
    sandbox.fail_next(200, data, operation=operation.name)
    done = run_here(environment, *command_of(view, version, "--json"))
    assert (done.code, done.err) == (0, "")
    told = json.loads(done.out)
    if operation.cursor is None:
        assert told == data
    elif view.name == "licenses":
        assert told == {key: data[key] for key in told}
        assert told["deviceList"] != []
    else:
        assert told == data["deviceList"]


@each_version
@each_view
def test_a_terminal_of_80_columns_has_a_table(
    view: View, version: str, environment: Environment, sandbox: Sandbox
) -> None:
    operation = operation_of(view, version)
    data = answer_of(operation)
    sandbox.fail_next(200, data, operation=operation.name)
    done = run_on_terminal_here(environment, *command_of(view, version))
    assert done.code == 0
    assert max(map(cell_len, done.text.splitlines())) <= COLUMNS
    assert ("─" in done.text) == (view.name != "callbacks")  # whose address is as long as a line
    assert "1 of " not in done.text  # nor is anything shown one by one
    shown = {text for key in (*view.facts, *sum(view.columns, ())) for text in texts_of(list_of(data, key))}
    assert [text for text in shown if not all(word in done.text for word in text.split())] == []


def list_of(data: Any, key: str) -> list[Any]:
    """Return what a response tells by a key, in its items or above them; of a list of things their names."""
    rows = data if isinstance(data, list) else [data, *data.get("deviceList", [])]
    values = [row[key] for row in rows if key in row]
    return [[each["name"] for each in value] if isinstance(value, list) else value for value in values]


@each_version
@each_view
def test_a_pipe_has_a_line_for_each_item(view: View, version: str, environment: Environment, sandbox: Sandbox) -> None:
    operation = operation_of(view, version)
    data = answer_of(operation)
    sandbox.fail_next(200, data, operation=operation.name)
    done = run_here(environment, *command_of(view, version))
    assert (done.code, done.err) == (0, "")
    items = data if isinstance(data, list) else data.get("deviceList", [])
    if items:
        assert len(done.out.splitlines()) == 2 + len(items) + (1 + len(view.facts) - 1 if view.facts else 0)
    else:
        assert len(done.out.splitlines()) == 1 + len(data)


each_list = pytest.mark.parametrize(
    "view", [view for view in VIEWS.values() if view.columns], ids=lambda view: view.name
)


@each_version
@each_list
def test_csv_has_a_line_for_each_item_in_the_names_of_the_service(
    view: View, version: str, environment: Environment, sandbox: Sandbox
) -> None:
    operation = operation_of(view, version)
    data = answer_of(operation)
    sandbox.fail_next(200, data, operation=operation.name)
    done = run_here(environment, *command_of(view, version, "--csv"))
    assert (done.code, done.err) == (0, "")
    items = data if isinstance(data, list) else data["deviceList"]
    rows = list(csv.DictReader(done.out.splitlines()))
    assert len(rows) == len(items)
    for row, item in zip(rows, items, strict=True):
        assert item.keys() <= row.keys()
        for key, value in item.items():
            cell = {True: "yes", False: "no"}.get(value) if isinstance(value, bool) else value
            assert row[key] == (json.dumps(value) if isinstance(value, list) else cell)


@each_version
def test_csv_has_headings_where_there_is_nothing_and_what_came_before_a_fault(
    version: str, environment: Environment, sandbox: Sandbox
) -> None:
    there = {**environment, "FOTA_MAX_ATTEMPTS": "1"}
    operation = operation_of(VIEWS["licenses"], version)
    sandbox.fail_next(200, {"accountName": ACCOUNT, "hasMoreData": False}, operation=operation.name)
    assert run_here(there, version, "licenses", "--csv") == Done(0, "deviceId,assignmentTime\n")
    page = {"hasMoreData": True, "lastSeenDeviceId": "1", "deviceList": [{"deviceId": "1"}]}
    sandbox.fail_next(200, {**page, "accountName": ACCOUNT}, operation=operation.name)
    sandbox.fail_next(503, operation=operation.name)
    done = run_here(there, version, "licenses", "--csv")
    assert (done.code, done.out) == (3, "deviceId,assignmentTime\n1,\n")
    assert "--last-seen-device-id 1 goes on from there" in done.err


@each_version
@pytest.mark.parametrize("command", [("list",), ("packages",), ("history", IMEIS[0])])
def test_csv_and_json_do_not_go_together(
    version: str, command: tuple[str, ...], environment: Environment, sandbox: Sandbox
) -> None:
    asked = len(sandbox.requests)
    done = run_here(environment, version, *command, "--csv", "--json")
    assert (done.code, done.out, "--csv and --json do not go together" in done.err) == (2, "", True)
    assert len(sandbox.requests) == asked


@pytest.mark.parametrize("name", ["subscription", "callbacks"])
def test_what_is_no_list_has_no_csv(name: str) -> None:
    error = run_here({}, "v3", name, "--csv").err
    assert "No such option" in error  # older releases of click write the option without quotes
    assert "--csv" in error


LINES = [
    (
        ("v3", "packages"),
        ["firmware name", "make", "model", "firmware from", "firmware to", "launch date"],
        [PACKAGE, "SEQUANS Communications", "GM01Q", "SR1.2.0.0-10512", "SR1.2.0.0-10657", "2020-08-31"],
    ),
    (
        ("v2", "packages"),
        ["software name", "make", "model", "launch date", "distribution type"],
        ["FOTA_Verizon_Model-A_02To03_HF", "Verizon", "Model-A", "2020-08-31", "HTTP"],
    ),
    (
        ("v3", "account-devices"),
        ["device id", "make", "model", "firmware", "status", "fota eligible", "license assigned"],
        [IMEIS[2], "SEQUANS Communications", "GM01Q", "SR1.2.0.0-10512", "Active", "yes", "no"],
    ),
    (
        ("v2", "account-devices"),
        ["device id", "software list", "make", "model", "distribution type", "fota eligible", "license assigned"],
        [IMEIS[2], "FOTA_Verizon_Model-A_00To01_HF", "Verizon", "Model-A", "HTTP", "yes", "no"],
    ),
]


@pytest.mark.parametrize(("command", "headings", "cells"), LINES, ids=lambda value: " ".join(value))
def test_the_columns_are_those_that_count(
    command: tuple[str, ...], headings: list[str], cells: list[str], environment: Environment, sandbox: Sandbox
) -> None:
    _, first, second, *_ = run_here(environment, *command).out.splitlines()
    assert re.split(r"  +", first) == headings
    assert re.split(r"  +", second) == cells


@each_version
def test_the_history_of_a_device(version: str) -> None:
    with Sandbox() as sandbox:
        environment = environment_of(sandbox)
        assert run_here(environment, version, "history", IMEIS[0]) == Done(0, "none\n")
        campaign_id = scheduled(environment, version)
        sandbox.advance(days=11)
        done = run_here(environment, version, "history", IMEIS[0])
        assert (done.code, done.err) == (0, "")
        assert re.search(rf"^{campaign_id}  .*UpgradeSuccess", done.out, re.MULTILINE)
        (entry,) = json.loads(run_here(environment, version, "history", IMEIS[0], "--json").out)
        assert entry["deviceId"] == IMEIS[0]


def test_a_history_needs_a_device(environment: Environment, sandbox: Sandbox) -> None:
    asked = len(sandbox.requests)
    assert "Missing argument 'IMEI'" in run_here(environment, "v3", "history").err
    assert "IMEI: must not be '..'" in run_here(environment, "v3", "history", "..").err
    assert len(sandbox.requests) == asked


@each_version
def test_licenses_tell_the_counts_once_and_the_devices_of_all_pages(
    version: str, environment: Environment, sandbox: Sandbox
) -> None:
    total = "totalLicense" if version == "v2" else "totalLicenses"
    counts = {"accountName": ACCOUNT, total: 5, "assignedLicenses": 3}
    time = "2017-11-29 20:15:42.738 +0000 UTC"
    pages = [
        {**counts, "hasMoreData": True, "lastSeenDeviceId": "2", "deviceList": [{"deviceId": "1"}, {"deviceId": "2"}]},
        {**counts, "hasMoreData": False, "deviceList": [{"deviceId": "3", "assignmentTime": time}]},
    ]
    operation = operation_of(VIEWS["licenses"], version)
    for form in ((), ("--json",)):
        for page in pages:
            sandbox.fail_next(200, page, operation=operation.name)
        done = run_here(environment, version, "licenses", *form)
        assert (done.code, done.err) == (0, "")
        if form:
            told = json.loads(done.out)
            assert told.pop("deviceList") == [{"deviceId": "1"}, {"deviceId": "2"}, pages[1]["deviceList"][0]]
            assert told == counts
        else:
            assert done.out.endswith("Devices\ndevice id  assignment time\n1\n2\n3          2017-11-29 20:15\n")
            assert re.search(r"^assigned licenses +3$", done.out, re.MULTILINE)


@each_version
def test_what_there_is_none_of_is_said(version: str, environment: Environment, sandbox: Sandbox) -> None:
    empty: dict[str, Any] = {"packages": [], "history": [], "callbacks": {}}
    for name, view in VIEWS.items():
        data = empty.get(name, {"accountName": ACCOUNT, "hasMoreData": False, "assignedLicenses": 0})
        sandbox.fail_next(200, data, times=2, operation=operation_of(view, version).name)
        done = run_here(environment, *command_of(view, version))
        assert (done.code, done.err) == (0, "")
        if name != "subscription":
            assert done.out.endswith(f"{view.empty}\n")
        told = json.loads(run_here(environment, *command_of(view, version, "--json")).out)
        assert told in (data, [], {"accountName": ACCOUNT, "assignedLicenses": 0, "deviceList": []})


NOTHING: list[tuple[list[Any], str]] = [
    ([{}, {}], "2 of which the service tells nothing\n"),
    ([{"new": 1}], "Account devices\nnew\n1\n"),
]


@pytest.mark.parametrize(("items", "told"), NOTHING)
def test_items_that_have_none_of_the_columns_are_told(
    items: list[Any], told: str, environment: Environment, sandbox: Sandbox
) -> None:
    page = {"hasMoreData": False, "deviceList": items}
    sandbox.fail_next(200, page, times=2, operation="v3.get_account_device_information")
    assert run_here(environment, "v3", "account-devices") == Done(0, told)
    assert run_on_terminal_here(environment, "v3", "account-devices").code == 0


def test_packages_are_those_for_the_devices_of_v3_unless_it_is_said_otherwise(environment: Environment) -> None:
    assert "?protocol=LWM2M\n" in run_here(environment, "v3", "packages", "--dry-run").out
    assert "?protocol=OMD-DM\n" in run_here(environment, "v3", "packages", "--protocol", "OMD-DM", "--dry-run").out


@each_version
def test_a_page_that_cannot_be_read_leaves_no_whole_list(
    version: str, environment: Environment, sandbox: Sandbox
) -> None:
    there = {**environment, "FOTA_MAX_ATTEMPTS": "1"}
    first = {
        "accountName": ACCOUNT,
        "hasMoreData": True,
        "lastSeenDeviceId": "1",
        "assignedLicenses": 2,
        "deviceList": [{"deviceId": "1"}],
    }
    for name in ("account-devices", "licenses"):
        operation = operation_of(VIEWS[name], version)
        sandbox.fail_next(200, first, operation=operation.name)
        sandbox.fail_next(503, operation=operation.name)
        done = run_here(there, version, name, "--json")
        assert done.code == 3
        assert "--last-seen-device-id 1 goes on from there" in done.err
        with pytest.raises(json.JSONDecodeError):
            json.loads(done.out)


@each_version
@each_view
def test_the_help_is_for_a_shell(view: View, version: str) -> None:
    done = run_here({}, *command_of(view, version)[:2], "--help")
    assert done.code == 0
    assert max(map(len, done.out.splitlines())) <= COLUMNS
    assert re.search(rf"^  Example:\n    fota {version} {view.name} --account ", done.out, re.MULTILINE)
    assert ("All pages are read" in done.out) == (operation_of(view, version).cursor is not None)


@each_version
def test_a_doubt_leads_to_the_short_command(version: str, environment: Environment, sandbox: Sandbox) -> None:
    sandbox.lose_next_answer(f"{version}.deregister_callback")
    done = run_here({**environment, "FOTA_MAX_ATTEMPTS": "1"}, version, "deregister-callback")
    assert done.code == 4
    assert f"Look first: fota {version} callbacks --account {ACCOUNT}\n" in done.err
