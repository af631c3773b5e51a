"""Every operation of both versions from the command: what it sends, asks, prints and tells."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import NoneType
from typing import Any

import pytest

from fota_sdk import FotaClient
from fota_sdk.cli.versions import VERSIONS, Endpoint
from fota_sdk.cli.views import VIEWS
from fota_sdk.core.example import example_of
from fota_sdk.core.operation import Effect, Parameter
from fota_sdk.sandbox import Sandbox
from tests.cli.command import COLUMNS, Done, Environment, run_here, run_on_terminal_here
from tests.conftest import ACCOUNT, CAMPAIGN_ID, IMEIS

BY_HAND = {
    "schedule_campaign_firmware_upgrade",
    "get_campaign_information",
    "update_campaign_dates",
    "update_campaign_firmware_devices",
    "cancel_campaign",
}
ENDPOINTS = {
    f"{name} {endpoint.command}": endpoint
    for name, version in VERSIONS.items()
    for endpoint in version.endpoints()
    if endpoint.method not in BY_HAND
}
ELSEWHERE = "https://fota.example/api"
each_operation = pytest.mark.parametrize("endpoint", ENDPOINTS.values(), ids=ENDPOINTS)

VALUES = {
    "account": ACCOUNT,
    "acc": ACCOUNT,
    "campaign_id": CAMPAIGN_ID,
    "campaign_status": "CampaignEnded",
    "device_id": IMEIS[0],
    "device_ids": IMEIS[1],
    "distribution_type": "HTTP",
    "file_version": "1.0",
    "last_seen_campaign_id": "c/1",
    "last_seen_device_id": "d 1",
    "local_target_path": "/a",
    "make": "Verizon",
    "model": "M",
    "protocol": "OMD-DM",
    "start_index": "7",
}


@pytest.fixture
def upload(tmp_path: Path) -> Path:
    file = tmp_path / "hello.txt"
    file.write_text("hello")
    return file


def flag_of(parameter: Parameter) -> str:
    own = {"acc": "--account", "fileupload": "--file"}
    return own.get(parameter.name, "--" + parameter.name.replace("_", "-"))


def command_of(endpoint: Endpoint, upload: Path, *, every: bool = False, without: str = "") -> tuple[str, ...]:
    """Return a command with the parameters that it requires, or with every one."""
    words = [endpoint.operation.name.partition(".")[0], endpoint.command]
    for parameter in endpoint.operation.parameters:
        if (parameter.required or every) and parameter.name != without:
            words += [flag_of(parameter), VALUES.get(parameter.name, str(upload))]
    return (*words, "--file", "-") if endpoint.operation.body is not None else tuple(words)


def body_of(endpoint: Endpoint) -> str | None:
    body = endpoint.operation.body
    return None if body is None else example_of(body).to_json()


def arguments_of(endpoint: Endpoint, upload: Path, *, every: bool) -> dict[str, Any]:
    operation = endpoint.operation
    given = {each.name: VALUES.get(each.name, upload) for each in operation.parameters if each.required or every}
    return given if operation.body is None else {**given, "body": example_of(operation.body)}


def test_all_53_are_there() -> None:
    assert len(ENDPOINTS) + 2 * len(BY_HAND) == 53


@each_operation
@pytest.mark.parametrize("every", [False, True], ids=["required", "every"])
def test_what_it_sends_is_what_the_method_sends(
    endpoint: Endpoint, every: bool, environment: Environment, upload: Path
) -> None:
    without_secrets = {**environment, "FOTA_API_TOKEN": "", "FOTA_SESSION_TOKEN": "", "FOTA_BASE_URL": ELSEWHERE}
    command = command_of(endpoint, upload, every=every)
    done = run_here(without_secrets, *command, "--dry-run", "--json", given=body_of(endpoint))
    assert done.code == 0, done.err
    with FotaClient(api_token="a", session_token="b", base_url=ELSEWHERE) as client:
        dry_run = getattr(client, endpoint.group).dry_run
        prepared = getattr(dry_run, endpoint.method)(**arguments_of(endpoint, upload, every=every))
    sent = json.loads(done.out)
    assert (sent["method"], sent["url"]) == (prepared.method, prepared.url)
    assert sent["body"] == (None if prepared.body is None else json.loads(prepared.body))
    if prepared.form is not None:
        assert sent["form"] == {"parts": list(prepared.form.names()), "bytes": prepared.form.length}
    told = run_here(without_secrets, *command, "--dry-run", given=body_of(endpoint))
    assert told.out.startswith(f"{prepared.method} {prepared.url}\n")
    assert told.err == "this was not sent (--dry-run)\n"


def answer_of(endpoint: Endpoint) -> Any:
    """Return a response such as the service gives; None where it gives none."""
    operation = endpoint.operation
    if operation.response is NoneType:
        return None
    return (
        [example_of(operation.item).to_dictionary()]
        if operation.item
        else example_of(operation.response).to_dictionary()
    )


def answer_twice(sandbox: Sandbox, endpoint: Endpoint) -> Any:
    """Have the sandbox give the same response twice, whatever the first call changes, and return it."""
    data = answer_of(endpoint)
    sandbox.fail_next(200, b"" if data is None else data, times=2, operation=endpoint.operation.name)
    return data


@each_operation
def test_it_prints_the_response(endpoint: Endpoint, environment: Environment, sandbox: Sandbox, upload: Path) -> None:
    data = answer_twice(sandbox, endpoint)
    command, given = command_of(endpoint, upload), body_of(endpoint)
    done = run_here(environment, *command, "--json", given=given)
    assert json.loads(done.out) == data
    told = run_here(environment, *command, given=given)
    assert told.code == done.code
    assert told.out != ""
    for value in data.values() if isinstance(data, dict) else ():
        assert not isinstance(value, str) or value in told.out


@each_operation
def test_it_asks_unless_it_only_reads(endpoint: Endpoint, environment: Environment, upload: Path) -> None:
    text = run_here({}, *command_of(endpoint, upload)[:2], "--help").out
    reads = endpoint.operation.effect is Effect.READS
    assert ("--yes" in text) != reads
    if not reads:
        there = {**environment, "FOTA_BASE_URL": ELSEWHERE}
        done = run_here(there, *command_of(endpoint, upload), given=body_of(endpoint))
        assert (done.code, done.out) == (2, "")
        assert "there is no terminal to ask on" in done.err


@each_operation
def test_what_it_requires_is_told_where_it_is_missing(
    endpoint: Endpoint, environment: Environment, sandbox: Sandbox, upload: Path
) -> None:
    asked = len(sandbox.requests)
    for parameter in endpoint.operation.parameters:
        if parameter.required:
            account = parameter.name in ("account", "acc")
            there = {**environment, "FOTA_ACCOUNT": ""} if account else environment
            done = run_here(there, *command_of(endpoint, upload, without=parameter.name), given=body_of(endpoint))
            assert done.code == 2
            assert ("no account" if account else f"Missing option '{flag_of(parameter)}'") in done.err
    if endpoint.operation.body is not None:
        done = run_here(environment, *command_of(endpoint, upload)[:-2])
        assert (done.code, "Missing option '--file'" in done.err) == (2, True)
    assert len(sandbox.requests) == asked


@each_operation
def test_a_value_given_twice_is_refused(
    endpoint: Endpoint, environment: Environment, sandbox: Sandbox, upload: Path
) -> None:
    asked = len(sandbox.requests)
    flags = {flag_of(each): VALUES.get(each.name, str(upload)) for each in endpoint.operation.parameters}
    del flags["--account"]  # the later one wins, as in an alias that sets it
    if endpoint.operation.body is not None:
        flags["--file"] = "-"
    for flag, value in flags.items():
        command = (*command_of(endpoint, upload, every=True), flag, value)
        done = run_here(environment, *command, given=body_of(endpoint))
        assert (done.code, done.out) == (2, "")
        assert f"'{flag}': takes one value; run the command once for each" in done.err
    assert len(sandbox.requests) == asked


def test_names_of_methods_and_arguments_are_taken_too(environment: Environment) -> None:
    command = ("v2", "list_account_devices", "--last_seen_device_id", "0", "--distribution_type", "HTTP", "--dry_run")
    done = run_here(environment, *command)
    assert done.code == 0, done.err
    assert "/devices/0000123456-00001?lastSeenDeviceId=0&distributionType=HTTP" in done.out


OF_PYTHON = re.compile(r"`|\b[a-z]+_[a-z_]+\b|\b(None|True|False|str|client|model|mapping|dict)\b(?!s)|wire name")


@each_operation
def test_the_help_is_for_a_shell(endpoint: Endpoint, upload: Path) -> None:
    version, name = command_of(endpoint, upload)[:2]
    done = run_here({}, version, name, "--help")
    assert done.code == 0
    words, _, file = done.out.partition("Such a file:")
    assert max(map(len, words.splitlines())) <= COLUMNS
    assert (file == "") == (endpoint.operation.body is None)
    assert re.search(rf"^  Example:\n    fota {version} {name} --account ", done.out, re.MULTILINE)
    assert OF_PYTHON.findall(words.replace("--model TEXT", "")) == []
    assert ("marks this as deprecated" in " ".join(words.split())) == endpoint.operation.deprecated
    assert ("wakes the device" in words) == (endpoint.operation.effect is Effect.ASKS)
    for parameter in endpoint.operation.parameters:
        assert re.search(rf"^  {flag_of(parameter)} [A-Z]+ +\S", done.out, re.MULTILINE)


@pytest.mark.parametrize("version", VERSIONS)
def test_the_help_of_a_version_has_a_section_for_each_group(version: str) -> None:
    text = run_here({}, version, "--help").out
    assert max(map(len, text.splitlines())) <= COLUMNS
    assert OF_PYTHON.findall(text) == []
    sections = re.findall(r"^([A-Z].*):\n((?:  .*\n?)+)", text, re.MULTILINE)
    names = {title: re.findall(r"^  ([a-z][a-z0-9-]+)", rows, re.MULTILINE) for title, rows in sections}
    assert list(names)[:2] == ["Options", "Commands"]
    assert names["Commands"] == ["schedule", "show", "dates", "devices", "cancel", "wait", "list", "report", *VIEWS]
    groups: dict[str, list[str]] = {}
    for endpoint in ENDPOINTS.values():
        if endpoint.operation.name.startswith(version):
            groups.setdefault(endpoint.group, []).append(endpoint.command)
    assert list(names.values())[2:] == list(groups.values())
    assert "Licenses of devices" in names


def test_an_upload_sends_the_file(environment: Environment, sandbox: Sandbox, upload: Path) -> None:
    endpoint = ENDPOINTS["v2 upload-config-file"]
    done = run_here(environment, *command_of(endpoint, upload, every=True), "--json")
    assert done.code == 0, done.err
    assert json.loads(done.out)["fileName"]
    assert sandbox.requests[-1].path == f"/fota/v2/files/{ACCOUNT}"


@pytest.mark.parametrize("name", ["absent", "."])
def test_what_is_no_file_is_not_uploaded(name: str, environment: Environment, sandbox: Sandbox, tmp_path: Path) -> None:
    asked = len(sandbox.requests)
    done = run_here(environment, "v2", "upload-config-file", "--file", str(tmp_path / name))
    assert done.code == 2
    assert "--file" in done.err
    assert len(sandbox.requests) == asked


def test_a_success_without_a_response_is_told(environment: Environment) -> None:
    command = ("v2", "disable-device-logging", "--device-id", IMEIS[0])
    assert run_here(environment, *command) == Done(0, "done\n")
    assert run_here(environment, *command, "--json") == Done(0, "null\n")


def test_responses_without_anything_are_told(environment: Environment, sandbox: Sandbox) -> None:
    sandbox.fail_next(200, "", operation="v3.list_registered_callbacks")
    assert run_here(environment, "v3", "list-registered-callbacks") == Done(0, "the response is empty\n")
    sandbox.fail_next(200, [], times=2, operation="v2.list_device_logs")
    command = ("v2", "list-device-logs", "--device-id", IMEIS[0])
    assert run_here(environment, *command) == Done(0, "none\n")
    assert run_here(environment, *command, "--json") == Done(0, "[]\n")


def test_what_the_service_sends_in_a_list_stays_on_its_line(environment: Environment, sandbox: Sandbox) -> None:
    rows = [{"deviceId": "1\nx", "eventLog": "\x1b[2J"}, {"deviceId": "2", "new": {"a": 1}}]
    sandbox.fail_next(200, rows, operation="v2.list_device_logs")
    done = run_here(environment, "v2", "list-device-logs", "--device-id", IMEIS[0])
    assert done.out == (
        'list-device-logs\ndevice id  event log  new\n1\\x0ax     \\x1b[2J\n2                     {"a": 1}\n'
    )


def test_a_short_status_is_taken(environment: Environment) -> None:
    command = ("v3", "get-campaign-history-by-status", "--campaign-status", "request-pending", "--dry-run")
    assert "?campaignStatus=CampaignRequestPending&" in run_here(environment, *command).out


# Pages

PAGED = [
    ("v2 list-account-devices", "lastSeenDeviceId", "deviceList", "deviceId"),
    ("v2 get-account-license-status", "lastSeenDeviceId", "deviceList", "deviceId"),
    ("v2 get-campaign-history-by-status", "lastSeenCampaignId", "campaignList", "id"),
    ("v2 get-campaign-device-status", "lastSeenDeviceId", "deviceList", "deviceId"),
    ("v3 get-account-device-information", "lastSeenDeviceId", "deviceList", "deviceId"),
    ("v3 get-account-licenses-status", "lastSeenDeviceId", "deviceList", "deviceId"),
    ("v3 get-campaign-history-by-status", "lastSeenCampaignId", "campaignList", "id"),
    ("v3 get-campaign-device-status", "lastSeenDeviceId", "deviceList", "deviceId"),
]
each_paged = pytest.mark.parametrize(("name", "cursor", "items", "key"), PAGED, ids=[each[0] for each in PAGED])


def test_these_are_all_with_pages() -> None:
    paged = {name for name, endpoint in ENDPOINTS.items() if endpoint.operation.cursor is not None}
    assert {name for name, *_ in PAGED} == paged
    for name in ENDPOINTS:
        assert ("--all" in run_here({}, *name.split(), "--help").out) == (name in paged)


def pages_of(cursor: str, items: str, key: str) -> list[dict[str, Any]]:
    return [
        {"hasMoreData": True, cursor: "p1", items: [{key: "1"}, {key: "2"}]},
        {"hasMoreData": True, cursor: "p2", items: None},
        {"hasMoreData": False, items: [{key: "3"}]},
    ]


@each_paged
def test_all_pages_are_one_list(
    name: str, cursor: str, items: str, key: str, environment: Environment, sandbox: Sandbox, upload: Path
) -> None:
    endpoint = ENDPOINTS[name]
    command = command_of(endpoint, upload)
    for form in ((), ("--json",)):
        for page in pages_of(cursor, items, key):
            sandbox.fail_next(200, page, operation=endpoint.operation.name)
        done = run_here(environment, *command, "--all", *form)
        assert (done.code, done.err) == (0, "")
        if form:
            assert done.out == f'[\n{{"{key}": "1"}},\n{{"{key}": "2"}},\n{{"{key}": "3"}}\n]\n'
        else:
            assert done.out.split("\n", 1)[1] == f"{'id' if key == 'id' else 'device id'}\n1\n2\n3\n"


@each_paged
def test_one_page_says_that_there_are_more(
    name: str, cursor: str, items: str, key: str, environment: Environment, sandbox: Sandbox, upload: Path
) -> None:
    endpoint = ENDPOINTS[name]
    page = pages_of(cursor, items, key)[0]
    sandbox.fail_next(200, page, times=2, operation=endpoint.operation.name)
    told = run_here(environment, *command_of(endpoint, upload))
    assert (told.code, told.err) == (0, "there are more pages: --all reads them all\n")
    assert re.search(r"^last seen (device|campaign) id +p1$", told.out, re.MULTILINE)
    done = run_here(environment, *command_of(endpoint, upload), "--json")
    assert (json.loads(done.out), done.err) == (page, "")


def test_no_items_at_all_are_a_list(environment: Environment, sandbox: Sandbox) -> None:
    command = ("v3", "get-account-device-information", "--all")
    for form, out in (((), "none\n"), (("--json",), "[]\n")):
        sandbox.fail_next(200, {"hasMoreData": False}, operation="v3.get_account_device_information")
        assert run_here(environment, *command, *form) == Done(0, out)


def test_a_walk_begins_where_it_is_told(environment: Environment) -> None:
    command = ("v3", "get-account-device-information", "--all", "--last-seen-device-id", "p2", "--dry-run")
    assert run_here(environment, *command).out.endswith("?lastSeenDeviceId=p2&protocol=LWM2M\n")


@pytest.mark.parametrize(
    ("fault", "code"), [((503, None), 3), ((400, None), 1), ((200, {"hasMoreData": "no"}), 3), ((200, "<html>"), 3)]
)
def test_a_walk_that_breaks_keeps_what_was_read_and_is_no_whole_list(
    fault: tuple[int, Any], code: int, environment: Environment, sandbox: Sandbox
) -> None:
    operation = "v3.get_account_device_information"
    there = {**environment, "FOTA_MAX_ATTEMPTS": "1"}
    for form in ((), ("--json",)):
        sandbox.fail_next(200, pages_of("lastSeenDeviceId", "deviceList", "deviceId")[0], operation=operation)
        sandbox.fail_next(*fault, operation=operation)
        done = run_here(there, "v3", "get-account-device-information", "--all", *form)
        assert done.code == code
        assert done.err.startswith("error: ")
        assert "--last-seen-device-id p1 goes on from there" in done.err
        if form:
            assert done.out == '[\n{"deviceId": "1"},\n{"deviceId": "2"}\n'
        else:
            assert done.out == "get-account-device-information\ndevice id\n1\n2\n"
    sandbox.fail_next(*fault, operation=operation)
    done = run_here(there, "v3", "get-account-device-information", "--all", "--json")
    assert (done.code, done.out) == (code, "")


# Doubt

LOOK = {
    "v2 schedule-file-upgrade": "list --account {account} --name FOTA_Verizon_Upgrade",
    "v2 schedule-sw-upgrade-http-devices": "list --account {account} --name FOTA_Verizon_Upgrade",
    "v2 enable-logging-for-devices": "list-devices-with-logging-enabled --account {account}",
    "v2 disable-logging-for-devices": "list-devices-with-logging-enabled --account {account}",
    "v2 enable-device-logging": "list-devices-with-logging-enabled --account {account}",
    "v2 disable-device-logging": "list-devices-with-logging-enabled --account {account}",
    "v2 upload-config-file": "get-list-of-files --account {account} --distribution-type DISTRIBUTION_TYPE",
    "v2 update-callback": "callbacks --account {account}",
    "v2 register-callback": "callbacks --account {account}",
    "v2 deregister-callback": "callbacks --account {account}",
    "v2 assign-licenses-to-devices": "account-devices --account {account}",
    "v2 remove-licenses-from-devices": "account-devices --account {account}",
    "v2 create-list-of-licenses-to-remove": "list-licenses-to-remove --account {account}",
    "v2 delete-list-of-licenses-to-remove": "list-licenses-to-remove --account {account}",
    "v3 synchronize-device-firmware": "list-account-devices-information --account {account} --file JSON",
    "v3 update-callback": "callbacks --account {account}",
    "v3 register-callback": "callbacks --account {account}",
    "v3 deregister-callback": "callbacks --account {account}",
    "v3 assign-licenses-to-devices": "list-account-devices-information --account {account} --file JSON",
    "v3 remove-licenses-from-devices": "list-account-devices-information --account {account} --file JSON",
}


@each_operation
def test_a_lost_response_is_a_doubt_where_something_may_have_changed(
    endpoint: Endpoint, environment: Environment, sandbox: Sandbox, upload: Path
) -> None:
    version = endpoint.operation.name[:2]
    look = LOOK.get(f"{version} {endpoint.command}")
    assert (look is not None) == endpoint.operation.effect.leaves_doubt
    sandbox.lose_next_answer(endpoint.operation.name)
    there = {**environment, "FOTA_MAX_ATTEMPTS": "1"}
    done = run_here(there, *command_of(endpoint, upload), given=body_of(endpoint))
    assert (done.code, done.out) == (3 if look is None else 4, "")
    if look is not None:
        assert f": fota {version} {look.format(account=ACCOUNT)}\n" in done.err


# What became of each device

TWO = json.dumps({"deviceList": IMEIS[:2]})
OUTCOMES: list[tuple[str, str, Any, int, str]] = [
    (
        "v2 assign-licenses-to-devices",
        TWO,
        {"deviceList": [{"deviceId": IMEIS[0], "status": "Success"}, {"deviceId": IMEIS[1], "status": "Success"}]},
        0,
        "",
    ),
    (
        "v2 assign-licenses-to-devices",
        TWO,
        {
            "deviceList": [
                {"deviceId": IMEIS[0], "status": "Success"},
                {"deviceId": IMEIS[1], "status": "Failure", "resultReason": "Device does not exist."},
            ]
        },
        1,
        f"  {IMEIS[1]}: Failure: Device does not exist.\n",
    ),
    (
        "v3 remove-licenses-from-devices",
        TWO,
        {"deviceList": [{"deviceId": IMEIS[0], "status": "LicenseRemoveSuccess"}]},
        4,
        f"  {IMEIS[1]}\n",
    ),
    (
        "v3 synchronize-device-firmware",
        TWO,
        {
            "deviceFirmwarVersionList": [
                {"deviceId": IMEIS[0], "status": "FirmwareVersionUpdateSuccess"},
                {"deviceId": IMEIS[1], "status": "FirmwareVersionUpdateFailure", "reason": "asleep"},
            ]
        },
        1,
        f"  {IMEIS[1]}: FirmwareVersionUpdateFailure: asleep\n",
    ),
    (
        "v2 enable-logging-for-devices",
        json.dumps({"deviceIds": IMEIS[:2]}),
        [{"deviceId": IMEIS[0], "expiryDate": "2030-01-01"}, {"deviceId": IMEIS[1], "expiryDate": "2030-01-01"}],
        0,
        "",
    ),
    (
        "v2 enable-logging-for-devices",
        json.dumps({"deviceIds": IMEIS[:2]}),
        [{"deviceId": IMEIS[0], "expiryDate": "2030-01-01"}],
        4,
        f"  {IMEIS[1]}\n",
    ),
    ("v2 deregister-callback", "", {"success": False}, 1, "did not do it"),
    ("v3 update-callback", '{"url": "https://a.example"}', {}, 0, ""),
]


@pytest.mark.parametrize(("name", "given", "answer", "code", "told"), OUTCOMES)
def test_the_code_of_a_response(
    name: str, given: str, answer: Any, code: int, told: str, environment: Environment, sandbox: Sandbox, upload: Path
) -> None:
    sandbox.fail_next(200, answer, operation=ENDPOINTS[name].operation.name)
    done = run_here(environment, *command_of(ENDPOINTS[name], upload), "--json", given=given)
    assert done.code == code, done.err
    assert json.loads(done.out) == answer
    assert told in done.err
    assert (done.err == "") == (code == 0)


@pytest.mark.parametrize("name", ["v2 schedule-file-upgrade", "v2 schedule-sw-upgrade-http-devices"])
def test_a_schedule_tells_how_to_follow_it(name: str, environment: Environment, sandbox: Sandbox, upload: Path) -> None:
    answer_twice(sandbox, ENDPOINTS[name])
    command = command_of(ENDPOINTS[name], upload)
    done = run_here(environment, *command, given=body_of(ENDPOINTS[name]))
    assert done.code == 0, done.err
    assert f"to follow it:\n  fota v2 wait --account {ACCOUNT} {CAMPAIGN_ID}\n" in done.err
    assert run_here(environment, *command, "--json", given=body_of(ENDPOINTS[name])).err == ""


@pytest.mark.parametrize(("count", "form"), [(2, "device list, 2 of 2"), (1, "fota eligible  yes")])
def test_what_is_too_wide_for_a_terminal_is_shown_one_by_one(
    count: int, form: str, environment: Environment, sandbox: Sandbox
) -> None:
    device = {f"key{number}": "value" * 2 for number in range(12)} | {"fotaEligible": True}
    answer = {"accountName": "a", "deviceCount": count, "deviceList": [device] * count}
    sandbox.fail_next(200, answer, operation="v3.list_account_devices_information")
    given = ("v3", "list-account-devices-information", "--file", "-")
    done = run_on_terminal_here(environment, *given, given=TWO)
    assert done.code == 0, done.text
    assert max(map(len, done.text.splitlines())) <= COLUMNS
    assert form in done.text.replace("│ yes", " yes").replace(" │ ", "  ")
    assert done.text.count("valuevalue") == 12 * count
