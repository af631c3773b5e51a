"""Every command, with pipes and on a terminal."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from fota_sdk.cli.wait import Lines
from fota_sdk.core import wait
from fota_sdk.sandbox import Sandbox
from tests.cli.command import (
    COLUMNS,
    SCHEDULE,
    Done,
    Environment,
    day,
    on_terminal as on_real_terminal,
    run,
    run_here,
    run_on_terminal_here,
    scheduled,
)
from tests.conftest import ACCOUNT, IMEIS

ESCAPE = "\x1b"
each_version = pytest.mark.parametrize("version", ["v2", "v3"])


def answer_of(done: Done) -> dict[str, Any]:
    """Return the one JSON object that a command prints."""
    assert done.code == 0, done.err
    answer = json.loads(done.out)
    assert isinstance(answer, dict)
    return answer


def last_body(sandbox: Sandbox) -> Any:
    return sandbox.requests[-1].body


def test_all_of_v3_through_a_pipe(environment: Environment, sandbox: Sandbox) -> None:
    window = ("--window", "18-22", "--window", "0-4")
    done = run(
        environment, "v3", *SCHEDULE["v3"], "--name", "Pilot", *window, "--device", IMEIS[0], "--no-auto-add-devices"
    )
    assert done.code == 0
    assert ESCAPE not in done.out + done.err
    assert "18-22, 0-4 (hours, UTC)" in done.out
    assert last_body(sandbox) == {
        "campaignName": "Pilot",
        "firmwareName": "GM01Q_2",
        "firmwareFrom": "1",
        "firmwareTo": "2",
        "protocol": "LWM2M",
        "startDate": day(3),
        "endDate": day(9),
        "campaignTimeWindowList": [{"startTime": 18, "endTime": 22}, {"startTime": 0, "endTime": 4}],
        "deviceList": [IMEIS[0]],
        "autoAddDevicesFlag": False,
    }
    found = re.search(r"^id +(\S+)$", done.out, re.MULTILINE)
    assert found is not None
    campaign_id = found[1]
    assert f"\n  fota v3 wait --account {ACCOUNT} {campaign_id}\n" in done.err

    shown = run(environment, "v3", "show", campaign_id)
    assert (shown.code, shown.err) == (0, "")
    assert re.search(r"^status +CampaignRequestPending$", shown.out, re.MULTILINE)

    changed = run_here(environment, "v3", "dates", "--end", day(10), campaign_id)
    assert changed.code == 0
    assert re.search(rf"end date +{day(9)} +{day(10)}", changed.err)
    assert last_body(sandbox) == {
        "startDate": day(3),
        "endDate": day(10),
        "campaignTimeWindowList": [{"startTime": 18, "endTime": 22}, {"startTime": 0, "endTime": 4}],
    }

    more = run_here(environment, "v3", "devices", "append", "--device", IMEIS[1], campaign_id)
    assert more.code == 0
    assert f"{IMEIS[1]}  AddDeviceSucceed  Device added Successfully" in more.out
    assert last_body(sandbox) == {"Type": "append", "deviceList": [IMEIS[1]]}
    less = run_here(environment, "v3", "devices", "remove", "--device", IMEIS[1], campaign_id)
    assert less.code == 0
    assert last_body(sandbox) == {"Type": "remove", "deviceList": [IMEIS[1]]}

    cancelled = run_here(environment, "v3", "cancel", campaign_id)
    assert cancelled.code == 0
    assert "success  yes" in cancelled.out
    awaited = run_here(environment, "v3", "wait", "--until", "cancelled", campaign_id)
    assert awaited.code == 0
    assert awaited.out.endswith("Z CampaignCancelled\n")


def test_all_of_v2_as_json(environment: Environment, sandbox: Sandbox) -> None:
    windows = ("--window", "1-2", "--install-window", "3-5", "--download-after", day(4))
    campaign = answer_of(run(environment, "v2", *SCHEDULE["v2"], *windows, "--device", IMEIS[0], "--json"))
    assert campaign["status"] == "CampaignRequestPending"
    body = last_body(sandbox)
    assert body["downloadTimeWindowList"] == [{"startTime": 1, "endTime": 2}]
    assert body["installTimeWindowList"] == [{"startTime": 3, "endTime": 5}]
    assert body["downloadAfterDate"] == day(4)
    campaign_id = campaign["id"]

    assert answer_of(run(environment, "v2", "show", campaign_id, "--json")) == campaign
    changed = run_here(environment, "v2", "dates", "--download-window", "6-8", campaign_id, "--json")
    assert answer_of(changed)["downloadTimeWindowList"] == [
        {"startTime": 1, "endTime": 2},  # V2 keeps what a campaign has
        {"startTime": 6, "endTime": 8},
    ]
    assert "the service answers otherwise: download time window 1-2, 6-8" in changed.err
    assert answer_of(run_here(environment, "v2", "devices", "append", "--device", IMEIS[1], campaign_id, "--json"))[
        "requestId"
    ]
    assert answer_of(run_here(environment, "v2", "devices", "remove", "--device", IMEIS[1], campaign_id, "--json"))[
        "requestId"
    ]
    assert answer_of(run_here(environment, "v2", "cancel", campaign_id, "--json")) == {"success": True}
    awaited = run_here(environment, "v2", "wait", "--until", "CampaignCancelled", campaign_id, "--json")
    assert answer_of(awaited)["status"] == "CampaignCancelled"
    assert awaited.err.endswith("Z CampaignCancelled\n")


def widest(done: Done) -> int:
    return max(map(len, done.text.splitlines()))


@each_version
def test_all_of_it_on_a_terminal(environment: Environment, sandbox: Sandbox, version: str) -> None:
    on_terminal = on_real_terminal if version == "v3" else run_on_terminal_here
    done = on_terminal(environment, version, *SCHEDULE[version], "--window", "18-22", "--device", IMEIS[0])
    found = re.search(r"\bid +│ (\S{36})", done.text)
    assert found is not None
    campaign_id = found[1]
    commands: list[tuple[str, ...]] = [
        ("show",),
        ("dates", "--end", day(12)),
        ("devices", "append", "--device", IMEIS[1]),
        ("devices", "remove", "--device", IMEIS[1]),
        ("cancel",),
        ("wait", "--until", "cancelled"),
    ]
    for command in commands:
        done = on_terminal(environment, version, *command, campaign_id)
        assert done.code == 0, done.text
        assert "╭─" in done.text
        assert widest(done) <= COLUMNS
    assert campaign_id in done.text
    assert "CampaignCancelled" in done.text


def test_there_are_no_colours_where_they_are_not_wanted(environment: Environment) -> None:
    coloured = on_real_terminal(environment, "demo", "--fast")
    plain = on_real_terminal({**environment, "NO_COLOR": "1"}, "demo", "--fast")
    assert "\x1b[1;36m" in coloured.out
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]m", plain.out)
    piped = run({**environment, "FORCE_COLOR": "1", "CLICOLOR_FORCE": "1"}, "demo", "--fast")
    assert ESCAPE not in piped.out + piped.err


def test_a_wait_on_a_terminal_shows_the_way_of_the_campaign(environment: Environment, sandbox: Sandbox) -> None:
    campaign_id = scheduled(environment, "v3", "--name", "Long " * 40, "--device", IMEIS[0])
    sandbox.advance(minutes=2)
    done = run_on_terminal_here(environment, "v3", "wait", "--until", "pre-scheduled", campaign_id)
    assert done.code == 0
    assert re.search(r"00:00:00 +CampaignPreScheduled", done.text)
    assert widest(done) <= COLUMNS


def test_a_wait_on_a_terminal_that_cannot_be_drawn_on_tells_lines(environment: Environment) -> None:
    campaign_id = scheduled(environment, "v3")
    wanted = ("v3", "wait", "--until", "request-pending", campaign_id)
    done = on_real_terminal({**environment, "TERM": "dumb"}, *wanted)
    assert done.code == 0
    assert done.out.endswith("Z CampaignRequestPending\r\n")
    assert ESCAPE not in done.out


def test_a_wait_on_a_terminal_without_utf_8_is_drawn_in_ascii(environment: Environment) -> None:
    narrow = {**environment, "PYTHONIOENCODING": "ascii"}
    campaign_id = scheduled(environment, "v3")
    done = on_real_terminal(narrow, "v3", "wait", campaign_id, answers=(("read 1 times", "\x03"),))
    assert done.code == 130
    assert re.search(r"^\| [-\\|/] watched for", done.text, re.MULTILINE)
    assert "\\u" not in done.text


def test_a_wait_in_a_pipe_tells_each_change(environment: Environment, sandbox: Sandbox) -> None:
    with Sandbox(speed=120) as fast:
        there = {**environment, "FOTA_BASE_URL": fast.url}
        there |= {"FOTA_API_TOKEN": fast.api_token, "FOTA_SESSION_TOKEN": fast.session_token}
        campaign_id = scheduled(there, "v3")
        done = run(
            there, "v3", "wait", "--until", "pre-scheduled", "--interval", "0.1", "--timeout", "20s", campaign_id
        )
    assert done.code == 0
    statuses = [line.partition("Z ")[2] for line in done.out.splitlines()]
    assert statuses[-1] == "CampaignPreScheduled"
    assert len(set(statuses)) == len(statuses)


def test_a_wait_in_a_pipe_is_never_silent_for_long(
    environment: Environment, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(wait, "clock", lambda: sum(pauses))
    monkeypatch.setattr(wait, "sleep", pauses.append)
    told: list[float] = []

    class Told(Lines):
        def __init__(self, *, err: bool) -> None:
            super().__init__(err=err, clock=lambda: sum(pauses))

        def poll(self, campaign: Any) -> None:
            before = self._told
            super().poll(campaign)
            if not told or self._told != before:
                told.append(self._told)

    monkeypatch.setattr("fota_sdk.cli.wait.Lines", Told)
    done = run_here(environment, "v3", "wait", "--timeout", "2h", scheduled(environment, "v3"))
    assert done.code == 5
    statuses = [line.partition("Z ")[2] for line in done.out.splitlines()]
    assert statuses == ["CampaignRequestPending"] + ["still CampaignRequestPending"] * (len(told) - 1)
    silences = [later - earlier for earlier, later in pairwise(told)]
    assert len(told) > 29
    assert max(silences) <= 240
    assert min(silences[:-1]) > 90  # nor is every look told


def test_what_was_done_is_told_whatever_the_encoding(environment: Environment) -> None:
    narrow = {**environment, "PYTHONIOENCODING": "latin-1"}
    named = ("--name", "漢", "--device", IMEIS[0])
    done = run(narrow, "v3", *SCHEDULE["v3"], *named)
    assert done.code == 0
    assert re.search(r"^name +\\u6f22$", done.out, re.MULTILINE)


def test_what_the_service_names_stays_on_its_line(environment: Environment, sandbox: Sandbox) -> None:
    body: Any = {"id": "x", "campaignName": "a\nstatus  CampaignEnded", "status": "b\nc"}
    for command in (("show", "x"), ("wait", "--until", "b\nc", "x")):
        sandbox.fail_next(200, body, operation="v3.get_campaign_information")
        done = run_here(environment, "v3", *command)
        assert "b\\x0ac\n" in done.out
        assert "\nstatus  CampaignEnded" not in done.out


def test_a_command_that_is_told_can_be_pasted_into_a_shell(environment: Environment, sandbox: Sandbox) -> None:
    sandbox.fail_next(200, {"id": "x; rm y", "status": "z"}, operation="v3.schedule_campaign_firmware_upgrade")
    there = {**environment, "FOTA_ACCOUNT": "a $b"}
    done = run_here(there, "v3", *SCHEDULE["v3"], "--device", IMEIS[0])
    assert "\n  fota v3 wait --account 'a $b' 'x; rm y'\n" in done.err
    sandbox.fail_next(503, operation="v3.cancel_campaign")
    lost = run_here({**there, "FOTA_MAX_ATTEMPTS": "1"}, "v3", "cancel", "x;y")
    assert lost.code == 4
    assert "fota v3 show --account 'a $b' 'x;y'\n" in lost.err


# What a schedule is made from


def test_options_win_over_the_file(environment: Environment, sandbox: Sandbox, tmp_path: Path) -> None:
    request = {
        "firmwareName": "F",
        "firmwareFrom": "1",
        "firmwareTo": "2",
        "protocol": "OMA",
        "startDate": day(2),
        "endDate": day(20),
        "deviceList": [IMEIS[2]],
        "newKey": {"kept": [1, None]},
    }
    file = tmp_path / "campaign.json"
    file.write_text(json.dumps(request))
    assert run_here(environment, "v3", "schedule", "--file", str(file)).code == 0
    assert last_body(sandbox) == request
    more = ("--end", day(7), "--device", IMEIS[0])
    assert run_here(environment, "v3", "schedule", "--file", "-", *more, given=json.dumps(request)).code == 0
    assert last_body(sandbox) == {**request, "endDate": day(7), "deviceList": [IMEIS[0]]}


@pytest.mark.parametrize(
    ("text", "options"),
    [
        (f"site,IMEI\na,{IMEIS[0]}\nb,{IMEIS[1]}\n", ()),
        (f"site,serial\na,{IMEIS[0]}\nb,{IMEIS[1]}\n", ("--column", "serial")),
        (f"{IMEIS[0]}\n{IMEIS[1]}\n", ()),
    ],
)
def test_devices_come_from_a_file_or_standard_input(
    environment: Environment, sandbox: Sandbox, tmp_path: Path, text: str, options: tuple[str, ...]
) -> None:
    file = tmp_path / "imeis.csv"
    file.write_text(text)
    assert run_here(environment, "v3", *SCHEDULE["v3"], "--devices", str(file), *options).code == 0
    assert last_body(sandbox)["deviceList"] == IMEIS[:2]
    assert run_here(environment, "v3", *SCHEDULE["v3"], "--devices", "-", *options, given=text).code == 0
    assert last_body(sandbox)["deviceList"] == IMEIS[:2]


@pytest.mark.parametrize("text", [f"{IMEIS[0]},a\n{IMEIS[1]},b\n", f'"{IMEIS[0]}"\n"{IMEIS[1]}"\n'])
def test_a_file_without_headings_is_refused_with_the_way_out(
    environment: Environment, sandbox: Sandbox, text: str
) -> None:
    asked = len(sandbox.requests)
    done = run_here(environment, "v3", *SCHEDULE["v3"], "--devices", "-", given=text)
    assert done.code == 2
    assert "--column 1 takes the first column, where there are no headings" in done.err
    assert len(sandbox.requests) == asked
    assert run_here(environment, "v3", *SCHEDULE["v3"], "--devices", "-", "--column", "1", given=text).code == 0
    assert last_body(sandbox)["deviceList"] == IMEIS[:2]


def test_odd_devices_are_told_and_sent_as_they_are(environment: Environment, sandbox: Sandbox) -> None:
    text = f"{IMEIS[0]}\n\n990013907884254\n{IMEIS[0]}\n"
    done = run_here(environment, "v3", *SCHEDULE["v3"], "--devices", "-", given=text)
    assert done.code == 0
    assert last_body(sandbox)["deviceList"] == [IMEIS[0], "990013907884254", IMEIS[0]]
    assert "wrong check digit: 1, duplicate: 1, empty line: 1" in done.err
    for line in (
        "line 2: is empty and holds no device",
        "line 3: '990013907884254' has a wrong check digit (the last one)",
        f"line 4: {IMEIS[0]!r} is the same device as on line 1",
    ):
        assert f"  warning: {line}\n" in done.err


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f'IMEI,Note\n{IMEIS[0]},"depot\n{IMEIS[1]},fine\n', "line 2 opens a quote that is not closed"),
        (f'IMEI,Note\n{IMEIS[0]},"depot\n{IMEIS[1]},fine"\n', "quoted rows: 1"),
        (f"Name,IMSI,IMEI\nSmith, John,{IMEIS[0]},{IMEIS[1]}\n", "row length: 1"),
    ],
)
def test_a_file_that_leaves_a_device_in_doubt_is_never_sent(
    environment: Environment, sandbox: Sandbox, text: str, told: str
) -> None:
    asked = len(sandbox.requests)
    done = run_here(environment, "v3", *SCHEDULE["v3"], "--devices", "-", "--yes", given=text)
    assert done.code == 2
    assert told in done.err
    assert len(sandbox.requests) == asked


def test_standard_input_is_utf_8_as_files_are(environment: Environment) -> None:
    arguments = ("v3", *SCHEDULE["v3"], "--dry-run", "--json", "--devices", "-")
    given = f"\ufeffIMEI,Straße\r\n{IMEIS[0]},Köln\r\n".encode()
    done = run({**environment, "PYTHONIOENCODING": "cp1252"}, *arguments, given=given)
    assert answer_of(done)["body"]["deviceList"] == [IMEIS[0]]


@pytest.mark.parametrize("where", ["option", "file", "body"])
def test_what_is_no_device_is_never_sent(
    environment: Environment, sandbox: Sandbox, tmp_path: Path, where: str
) -> None:
    asked = len(sandbox.requests)
    file = tmp_path / "f"
    file.write_text(json.dumps({"deviceList": ["99001390788425"]}) if where == "body" else "99001390788425\n")
    options = {
        "option": ("--device", "99001390788425"),
        "file": ("--devices", str(file)),
        "body": ("--file", str(file)),
    }
    done = run_here(environment, "v3", *SCHEDULE["v3"], *options[where], "--yes")
    assert done.code == 2
    assert "line 1: '99001390788425' has 14 digits; an IMEI has 15" in done.err
    assert len(sandbox.requests) == asked


# Dry runs


@each_version
def test_a_dry_run_prints_the_request_and_sends_nothing(
    environment: Environment, sandbox: Sandbox, version: str
) -> None:
    without_secrets = {**environment, "FOTA_API_TOKEN": "", "FOTA_SESSION_TOKEN": ""}
    campaign_id = scheduled(environment, version)
    asked = len(sandbox.requests)
    bodies: list[tuple[tuple[str, ...], str, Any]] = [
        (SCHEDULE[version], "POST", [IMEIS[0]]),
        (("devices", "append", campaign_id), "PUT", [IMEIS[0]]),
        (("cancel", campaign_id), "DELETE", None),
    ]
    for command, method, devices in bodies:
        more = () if devices is None else ("--device", IMEIS[0])
        prepared = answer_of(run_here(without_secrets, version, *command, *more, "--dry-run", "--json"))
        assert prepared["method"] == method
        assert prepared["url"].startswith(sandbox.url)
        assert (None if devices is None else prepared["body"]["deviceList"]) == devices
        told = run_here(without_secrets, version, *command, *more, "--dry-run")
        assert told.out.startswith(f"{method} {prepared['url']}\n")
        assert "not sent" in told.err
        assert (IMEIS[0] in told.out) == (devices is not None)
    assert len(sandbox.requests) == asked


@each_version
def test_a_dry_run_shows_a_summary_and_the_first_devices(environment: Environment, version: str) -> None:
    devices = "".join(f"9900139{number:08d}\n" for number in range(5000))
    command = (version, *SCHEDULE[version], "--window", "18-22", "--devices", "-", "--dry-run")
    told = run_here(environment, *command, given=devices)
    assert told.code == 0
    first = ", ".join(devices.split()[:3])
    assert re.search(rf"^device list +5000: {first}, \.\.\.$", told.out, re.MULTILINE)
    assert re.search(rf"^start date +{day(3)}$", told.out, re.MULTILINE)
    assert re.search(r"time window +18-22 \(hours, UTC\)$", told.out, re.MULTILINE)
    assert len(told.out.splitlines()) < 15
    prepared = answer_of(run_here(environment, *command, "--json", given=devices))
    assert prepared["body"]["deviceList"] == devices.split()


def test_a_dry_run_of_dates_reads_and_changes_nothing(environment: Environment, sandbox: Sandbox) -> None:
    campaign_id = scheduled(environment, "v3", "--window", "1-2", "--device", IMEIS[0])
    prepared = answer_of(run_here(environment, "v3", "dates", "--end", day(11), campaign_id, "--dry-run", "--json"))
    assert prepared["body"] == {
        "startDate": day(3),
        "endDate": day(11),
        "campaignTimeWindowList": [{"startTime": 1, "endTime": 2}],
    }
    assert sandbox.requests[-1].method == "GET"


def test_dates_that_change_nothing_are_not_sent(environment: Environment, sandbox: Sandbox) -> None:
    campaign_id = scheduled(environment, "v3")
    done = run_here(environment, "v3", "dates", "--end", day(9), campaign_id)
    assert done.code == 0
    assert "nothing was sent" in done.err
    assert sandbox.requests[-1].method == "GET"


# The rest


def test_check_goes_step_by_step(environment: Environment) -> None:
    done = run(environment, "check")
    assert done.code == 0
    assert [line.split()[0] for line in done.out.splitlines()] == ["yes"] * 5
    assert answer_of(run_here(environment, "check", "--json"))["ok"] is True
    assert widest(run_on_terminal_here(environment, "check")) <= COLUMNS


CHECKS: list[tuple[Environment, str, int, str]] = [
    ({"FOTA_API_TOKEN": ""}, "settings", 2, "FOTA_API_TOKEN"),
    ({"FOTA_TIMEOUT": "x"}, "settings", 2, "FOTA_TIMEOUT"),
    ({"FOTA_BASE_URL": "http://127.0.0.1:9/api", "FOTA_MAX_ATTEMPTS": "1"}, "service", 3, "could not be reached"),
    ({"FOTA_API_TOKEN": "wrong"}, "api_token", 3, "(it ends after an hour), or FOTA_CLIENT_ID"),
    ({"FOTA_API_TOKEN": "", "FOTA_CLIENT_ID": "x", "FOTA_CLIENT_SECRET": "y"}, "api_token", 3, "FOTA_CLIENT_ID"),
    ({"FOTA_SESSION_TOKEN": "wrong"}, "session_token", 3, "FOTA_PASSWORD"),
    ({"FOTA_SESSION_TOKEN": "", "FOTA_USERNAME": "x", "FOTA_PASSWORD": "y"}, "session_token", 3, "FOTA_PASSWORD"),
    ({"FOTA_ACCOUNT": "123"}, "account", 1, "--account"),
]


@pytest.mark.parametrize(("variables", "failed", "code", "advice"), CHECKS)
def test_check_names_the_step_that_fails(
    environment: Environment, variables: Environment, failed: str, code: int, advice: str
) -> None:
    done = run_here({**environment, **variables}, "check", "--json")
    assert done.code == code
    answer = json.loads(done.out)
    assert (answer["ok"], answer["failed"]) == (False, failed)
    assert answer["steps"][failed] is False
    assert advice in done.err


def test_check_says_that_an_account_cannot_be_one_before_it_sends_anything(
    environment: Environment, sandbox: Sandbox
) -> None:
    asked = len(sandbox.requests)
    done = run_here(environment, "check", "--account", "..", "--json")
    assert done.code == 2
    answer = json.loads(done.out)
    assert answer["failed"] == "account"
    assert list(answer["steps"].values()) == [True, None, None, None, False]
    assert "--account: must not be '..'" in done.err
    assert len(sandbox.requests) == asked


def test_check_goes_as_far_as_it_can_without_an_account(environment: Environment, sandbox: Sandbox) -> None:
    asked = len(sandbox.requests)
    done = run_here({**environment, "FOTA_ACCOUNT": ""}, "check")
    assert done.code == 2
    assert [line.split()[0] for line in done.out.splitlines()] == ["yes", "-", "-", "-", "no"]
    assert "--account: is missing; give it, or set FOTA_ACCOUNT" in done.err
    assert len(sandbox.requests) == asked
    nothing = run_here({}, "check")
    assert [line.split()[0] for line in nothing.out.splitlines()] == ["no", "-", "-", "-", "-"]
    assert "Set FOTA_API_TOKEN" in nothing.err


@pytest.mark.parametrize("command", [("list",), ("callbacks",)])
def test_a_fixed_token_that_is_refused_may_have_ended(environment: Environment, command: tuple[str, ...]) -> None:
    for name in ("FOTA_API_TOKEN", "FOTA_SESSION_TOKEN"):
        done = run_here({**environment, name: "ended"}, "v3", *command)
        assert done.code == 3
        assert "A token ends: for the API after an hour, a session after 20 minutes without use" in done.err


NO_SERVICE: list[tuple[int, Any]] = [
    (400, {"fault": {"code": "900906", "message": "No matching resource found for given API Request"}}),
    (400, {"errorMessage": "no code"}),
    (400, "<html>"),
    (404, {"errorCode": "X", "errorMessage": "no such thing"}),
]


@pytest.mark.parametrize(("status", "body"), NO_SERVICE)
def test_check_takes_nothing_but_the_service_s_own_words_for_the_service(
    environment: Environment, sandbox: Sandbox, status: int, body: Any
) -> None:
    sandbox.fail_next(status, body, operation="v3.get_campaign_information")
    done = run_here(environment, "check", "--json")
    assert done.code == 3
    assert json.loads(done.out)["failed"] == "service"
    assert "FOTA_BASE_URL" in done.err


def test_check_does_not_pass_a_base_url_without_its_path(environment: Environment) -> None:
    for more in ({}, {"FOTA_API_TOKEN": "", "FOTA_CLIENT_ID": "x", "FOTA_CLIENT_SECRET": "y"}):
        wrong = {**environment, **more, "FOTA_BASE_URL": environment["FOTA_BASE_URL"].removesuffix("/api")}
        done = run_here(wrong, "check", "--json")
        assert done.code == 3
        assert json.loads(done.out)["failed"] == "service"
        assert "FOTA_BASE_URL" in done.err


def test_no_command_shows_a_secret(environment: Environment, sandbox: Sandbox) -> None:
    secrets = (sandbox.api_token, sandbox.session_token)
    for variables in (
        {},
        {"FOTA_API_TOKEN": "wr0ng"},
        {"FOTA_SESSION_TOKEN": "wr0ng"},
        {"FOTA_BASE_URL": "https://u:p4ss@h"},
    ):
        for command in (("check",), ("v3", "show", "x"), ("v3", *SCHEDULE["v3"], "--device", IMEIS[0], "--dry-run")):
            done = run_here({**environment, **variables}, *command)
            assert not [secret for secret in (*secrets, "wr0ng", "p4ss") if secret in done.out + done.err]


def test_no_option_takes_a_secret() -> None:
    for command in (("v3", "show"), ("v2", "schedule"), ("check",), ("demo",)):
        text = run_here({}, *command, "--help").out
        assert not re.search(r"--\S*(token|secret|password)", text)


def test_the_account_can_be_given_as_an_option(environment: Environment, sandbox: Sandbox) -> None:
    there = {**environment, "FOTA_ACCOUNT": "0000000000-00000"}
    done = run_here(there, "v3", *SCHEDULE["v3"], "--account", ACCOUNT, "--device", IMEIS[0], "--json")
    assert answer_of(done)["accountName"] == ACCOUNT
