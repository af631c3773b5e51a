"""Every exit code, from the real command; and Ctrl-C."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from fota_sdk import (
    ApiError,
    AuthenticationError,
    ConfigurationError,
    ConflictError,
    ConnectError,
    DecodeError,
    FotaError,
    FotaV2ResultException,
    FotaV3ResultException,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    RedirectError,
    RepeatRefusedError,
    RequestTimeoutError,
    ServerError,
    TransportError,
    ValidationError,
    WaitError,
)
from fota_sdk.cli.errors import Unfinished, exit_code
from fota_sdk.rollout import RolloutError
from fota_sdk.sandbox import Sandbox
from tests.cli.command import (
    COMMAND,
    SCHEDULE,
    Environment,
    day,
    interrupted,
    on_terminal,
    run,
    run_here,
    run_with_streams,
    scheduled,
)
from tests.conftest import CAMPAIGN_ID, IMEIS

POST = "v3.schedule_campaign_firmware_upgrade"
GET = "v3.get_campaign_information"
CANCEL = "v3.cancel_campaign"
ONE = ("v3", *SCHEDULE["v3"], "--device", IMEIS[0])


@pytest.fixture(autouse=True)
def nothing_is_left_over(sandbox: Sandbox) -> Iterator[None]:
    yield
    assert sandbox._application.faults.take(GET) is None


def test_0_is_done(environment: Environment) -> None:
    assert run(environment, "v3", "show", scheduled(environment, "v3")).code == 0


def test_1_is_refused(environment: Environment) -> None:
    done = run(environment, "v3", "show", CAMPAIGN_ID)
    assert (done.code, done.out) == (1, "")
    assert "error: the service answered 400 Bad Request: INVALID_PARAMETER: Campaign does not exist. " in done.err
    assert "Request id, for the vendor's support: " in done.err


@pytest.mark.parametrize("version", ["v2", "v3"])
def test_a_refused_change_of_a_campaign_may_be_a_matter_of_its_status(environment: Environment, version: str) -> None:
    known = scheduled(environment, version)
    assert run_here(environment, version, "cancel", known).code == 0
    for command in (("cancel",), ("dates", "--end", day(20)), ("devices", "append", "--device", IMEIS[2])):
        done = run_here(environment, version, *command, known)
        assert done.code == 1
        assert done.err.endswith(
            "  Correct what it names. What a campaign allows depends on its status: "
            f"fota {version} show --account {environment['FOTA_ACCOUNT']} {known}\n"
        )


def test_1_is_success_false(environment: Environment, sandbox: Sandbox) -> None:
    for version in ("v2", "v3"):
        sandbox.fail_next(200, {"success": False}, operation=f"{version}.cancel_campaign")
        done = (run if version == "v2" else run_here)(environment, version, "cancel", CAMPAIGN_ID, "--json")
        assert done.code == 1
        assert json.loads(done.out) == {"success": False}
        assert "did not do it" in done.err


REFUSALS = [
    (400, 1),
    (404, 1),
    (405, 1),
    (409, 1),
    (422, 1),
    (401, 3),
    (403, 3),
    (429, 3),
    (500, 3),
    (503, 3),
    (302, 3),
]


@pytest.mark.parametrize(("status", "code"), REFUSALS)
def test_the_code_of_a_status(environment: Environment, sandbox: Sandbox, status: int, code: int) -> None:
    sandbox.fail_next(status, operation=GET)
    done = run_here({**environment, "FOTA_MAX_ATTEMPTS": "1"}, "v3", "show", CAMPAIGN_ID)
    assert (done.code, done.out) == (code, "")
    assert done.err.startswith("error: ")


def test_3_is_a_session_that_is_not_let_in(environment: Environment) -> None:
    done = run_here({**environment, "FOTA_SESSION_TOKEN": "another"}, "v3", "show", CAMPAIGN_ID)
    assert done.code == 3
    assert "SessionToken.Invalid" in done.err
    assert "FOTA_SESSION_TOKEN" in done.err


@pytest.mark.parametrize("body", ["<html>", "[]", '{"fault": 1}', ""])
def test_3_is_a_response_that_cannot_be_read(environment: Environment, sandbox: Sandbox, body: str) -> None:
    sandbox.fail_next(200, body, operation=GET)
    assert run_here(environment, "v3", "show", CAMPAIGN_ID).code == 3


def test_3_is_nobody_there(environment: Environment) -> None:
    nobody = {**environment, "FOTA_BASE_URL": "http://127.0.0.1:9/api", "FOTA_MAX_ATTEMPTS": "1"}
    for command in (("show", CAMPAIGN_ID), ONE[1:], ("cancel", CAMPAIGN_ID)):
        done = run_here(nobody, "v3", *command)
        assert done.code == 3
        assert "nothing was sent" in done.err
    assert run(nobody, "v3", "show", CAMPAIGN_ID).code == 3


def test_4_is_outcome_unknown(environment: Environment, sandbox: Sandbox) -> None:
    sandbox.lose_next_answer(POST)
    done = run(environment, *ONE)
    assert (done.code, done.out) == (4, "")
    assert "The service may have carried this out.\n  Do not send it again before you have looked" in done.err
    assert "before you have looked for it: fota v3 list --account 0000123456-00001\n" in done.err
    assert done.err.count("carried") == 1
    sandbox.fail_next(503, operation=POST)
    assert run_here(environment, *ONE).code == 4
    campaign_id = scheduled(environment, "v3")
    sandbox.cut_next_answer(CANCEL)
    done = run_here(environment, "v3", "cancel", campaign_id)
    assert done.code == 4
    assert f"fota v3 show --account 0000123456-00001 {campaign_id}" in done.err


CODES: dict[type[FotaError], int] = {
    FotaError: 3,
    ConfigurationError: 2,
    ValidationError: 2,
    TransportError: 3,
    ConnectError: 3,
    RequestTimeoutError: 3,
    DecodeError: 3,
    WaitError: 6,
    ApiError: 3,
    FotaV2ResultException: 1,
    FotaV3ResultException: 1,
    AuthenticationError: 3,
    PermissionDeniedError: 3,
    NotFoundError: 1,
    ConflictError: 1,
    RateLimitError: 3,
    RedirectError: 3,
    ServerError: 3,
}
STATUS: dict[type[FotaError], int] = {
    FotaV2ResultException: 400,
    FotaV3ResultException: 400,
    AuthenticationError: 401,
    PermissionDeniedError: 403,
    NotFoundError: 404,
    ConflictError: 409,
    RateLimitError: 429,
    RedirectError: 303,
    ServerError: 503,
}


def kinds_of(error: type[FotaError]) -> list[type[FotaError]]:
    """Return an error and those that are made of it, but for those of roll-outs, which have codes of their own."""
    return [error, *(kind for each in error.__subclasses__() if each is not RolloutError for kind in kinds_of(each))]


@pytest.mark.parametrize("kind", kinds_of(FotaError))
def test_the_code_of_an_error_is_4_wherever_the_outcome_is_unknown(kind: type[FotaError]) -> None:
    error = kind("text")
    if isinstance(error, ApiError):
        error.status_code = STATUS.get(kind)
    error.outcome_unknown = True
    assert exit_code(error) == 4
    if kind in CODES:  # the others are always in doubt
        error.outcome_unknown = False
        assert exit_code(error) == CODES[kind]
    else:
        assert kind in (RepeatRefusedError, Unfinished)


LOST: list[tuple[str, Any]] = [
    ("closed", None),
    ("cut", None),
    ("500", (500, None)),
    ("503", (503, "<html>")),
    ("no JSON", (200, "<html>")),
    ("another object", (200, {"fault": {"code": "1"}})),
    ("wrong type", (200, {"id": 5, "success": 5, "campaignId": 5})),
    ("empty", (200, "")),
]


@pytest.mark.parametrize("fault", LOST, ids=lambda fault: fault[0])
@pytest.mark.parametrize("form", [(), ("--json",)], ids=["text", "json"])
def test_4_is_every_way_to_lose_the_response_to_a_change(
    environment: Environment, sandbox: Sandbox, fault: tuple[str, Any], form: tuple[str, ...]
) -> None:
    calls = [
        ("v3.schedule_campaign_firmware_upgrade", ONE),
        ("v3.update_campaign_firmware_devices", ("v3", "devices", "remove", "--device", IMEIS[0], CAMPAIGN_ID)),
        ("v3.cancel_campaign", ("v3", "cancel", CAMPAIGN_ID)),
    ]
    for operation, command in calls:
        if fault[1] is None:
            (sandbox.lose_next_answer if fault[0] == "closed" else sandbox.cut_next_answer)(operation)
        else:
            status, body = fault[1]
            sandbox.fail_next(status, body, operation=operation)
        done = run_here({**environment, "FOTA_MAX_ATTEMPTS": "1"}, *command, *form)
        assert (done.code, done.out) == (4, "")
        assert done.err.count("The service may have carried this out.") == 1


@pytest.mark.parametrize(
    ("module", "name"), [("fota_sdk.cli.versions.Endpoint", "call"), ("fota_sdk.cli.change", "show_response")]
)
@pytest.mark.parametrize("stop", [KeyboardInterrupt(), RuntimeError("a fault"), RecursionError(), OSError("odd")])
def test_4_is_a_change_that_is_stopped_by_anything_else(
    environment: Environment, monkeypatch: pytest.MonkeyPatch, module: str, name: str, stop: BaseException
) -> None:
    def fail(*arguments: object, **more: object) -> None:
        raise stop

    campaign_id = scheduled(environment, "v3")
    monkeypatch.setattr(f"{module}.{name}", fail)
    done = run_here(environment, "v3", "cancel", campaign_id)
    assert (done.code, done.out) == (4, "")
    assert "The service may have carried this out.\n  Look first: fota v3 show" in done.err
    assert ("Traceback" in done.err) == (not isinstance(stop, KeyboardInterrupt))
    reading = run_here(environment, "v3", "show", campaign_id)
    assert reading.code == (130 if isinstance(stop, KeyboardInterrupt) else 70)


def test_5_is_time_over(environment: Environment) -> None:
    campaign_id = scheduled(environment, "v3")
    done = run(environment, "v3", "wait", "--timeout", "0.5", "--interval", "0.2", "--json", campaign_id)
    assert done.code == 5
    assert json.loads(done.out)["status"] == "CampaignRequestPending"
    assert "time is over after 0.5 s" in done.err


def test_6_is_ended_otherwise(environment: Environment, sandbox: Sandbox) -> None:
    campaign_id = scheduled(environment, "v3")
    sandbox.fail(campaign_id)
    sandbox.advance(minutes=1)
    for command in ((), ("--until", "scheduled"), ("--until", "scheduled", "--until", "ended")):
        done = run_here(environment, "v3", "wait", *command, campaign_id)
        assert done.code == 6
        assert done.out.endswith("Z CampaignRequestFailed\n")
        assert "CampaignRequestFailed" in done.err
    assert run(environment, "v3", "wait", campaign_id).code == 6
    assert run_here(environment, "v3", "wait", "--until", "request-failed", campaign_id).code == 0


def test_a_campaign_that_ended_by_itself_is_0(environment: Environment) -> None:
    with Sandbox() as later:
        there = {**environment, "FOTA_BASE_URL": later.url}
        there |= {"FOTA_API_TOKEN": later.api_token, "FOTA_SESSION_TOKEN": later.session_token}
        campaign_id = scheduled(there, "v3")
        later.advance(days=11)
        assert run_here(there, "v3", "wait", campaign_id).code == 0


# 130


def test_130_is_ctrl_c(environment: Environment, sandbox: Sandbox) -> None:
    campaign_id = scheduled(environment, "v3")
    asked = len(sandbox.requests)
    done = interrupted(environment, "v3", "wait", campaign_id, when=lambda: len(sandbox.requests) > asked)
    assert done.code == 130
    assert "no longer watched; the campaign goes on" in done.err
    assert "Traceback" not in done.err


def test_ctrl_c_on_a_terminal_leaves_the_display(environment: Environment) -> None:
    campaign_id = scheduled(environment, "v3")
    done = on_terminal(environment, "v3", "wait", campaign_id, answers=(("read 1 times", "\x03"),))
    assert done.code == 130
    assert "no longer watched" in done.text
    assert done.out.rindex("\x1b[?25h") > done.out.rindex("\x1b[?25l")  # the cursor is there again
    assert "Traceback" not in done.text


def test_ctrl_c_while_something_is_sent_says_that_it_may_have_been_done(
    environment: Environment, sandbox: Sandbox
) -> None:
    asked = len(sandbox.requests)
    sandbox.delay_next(3, POST)
    done = interrupted(environment, *ONE, when=lambda: len(sandbox.requests) > asked)
    assert (done.code, done.out) == (4, "")  # a script that takes 130 for "not scheduled" would schedule it again
    assert "interrupted" in done.err
    assert "The service may have carried this out.\n  Do not send it again before you have looked" in done.err
    assert "Traceback" not in done.err


def test_ctrl_c_at_a_question_is_130_and_the_end_of_input_is_2(environment: Environment) -> None:
    elsewhere = {**environment, "FOTA_BASE_URL": "https://fota.example/api"}
    append = ("devices", "append", "--device", IMEIS[0], CAMPAIGN_ID)
    for key, code in (("\x03", 130), ("\x04", 2)):
        done = on_terminal(elsewhere, "v3", *append, answers=(("[y/N]", key),))
        assert done.code == code
        assert "Traceback" not in done.text


# 2


NOTHING_SENT: list[tuple[tuple[str, ...], str]] = [
    (("v4",), "No such command 'v4'"),
    (("v3", "show"), "Missing argument 'CAMPAIGN_ID'"),
    (("v3", "show", "--account", "..", "x"), "--account: must not be '..'"),
    (("v3", "cancel", ".."), "CAMPAIGN_ID: must not be '..'"),
    (("v3", "schedule"), "no devices: give --device IMEI, --devices FILE"),
    (("v3", "schedule", "--device", IMEIS[0]), "missing: --firmware, --from, --to, --start, --end"),
    ((*ONE, "--start", "01.02.2030"), "is not written as YYYY-MM-DD"),
    ((*ONE, "--start", "2030-02-30"), "'2030-02-30' is no day of the calendar"),
    ((*ONE, "--start", "20300201"), "is not written as YYYY-MM-DD"),
    ((*ONE, "--end", day(1)), "endDate: must not be before startDate"),
    ((*ONE, "--window", "22-4"), "Perhaps you mean --window 22-24 --window 0-4"),
    ((*ONE, "--window", "4-4"), "does not end after its start"),
    ((*ONE, "--window", "18"), "is not written as START-END"),
    ((*ONE, "--window", "0-25"), "an hour from 0 to 23"),
    ((*ONE, "--devices", "x.csv"), "do not go together"),
    (("v3", *SCHEDULE["v3"], "--devices", "nowhere.csv"), "nowhere.csv cannot be read: No such file or directory"),
    (("v3", *SCHEDULE["v3"], "--devices", "-"), "standard input holds no device"),
    ((*ONE, "--column", "IMEI"), "--devices, which is missing"),
    ((*ONE, "--file", "nowhere.json"), "nowhere.json cannot be read: No such file or directory"),
    (("v3", "schedule", "--file", "-", "--devices", "-"), "--file - and --devices - do not go together"),
    (("v3", "dates", CAMPAIGN_ID), "nothing to change"),
    (("v3", "devices", "append", CAMPAIGN_ID), "no devices"),
    (("v3", "devices", "append", "--device", "123", CAMPAIGN_ID), "has 3 digits; an IMEI has 15"),
    (("v3", "wait", "--timeout", "soon", CAMPAIGN_ID), "is not a time such as 90, 15m, 2h or 3d"),
    (("v3", "wait", "--interval", "0", CAMPAIGN_ID), "is not a time"),
    (("v3", "wait", "--timeout", "367d", CAMPAIGN_ID), "up to a year"),
    (("rollout", "run", "--every", "99999999999999d", "spring.rollout"), "up to a year"),
    (("v3", "wait", "--until", "", CAMPAIGN_ID), "a status is a word"),
]


@pytest.mark.parametrize(
    ("command", "message"), NOTHING_SENT, ids=lambda value: (value if isinstance(value, str) else " ".join(value))[:60]
)
def test_2_is_wrong_usage(environment: Environment, sandbox: Sandbox, command: tuple[str, ...], message: str) -> None:
    asked = len(sandbox.requests)
    done = run_here(environment, *command)
    assert (done.code, done.out) == (2, "")
    assert message in " ".join(done.err.split())
    assert len(sandbox.requests) == asked


BODIES = [
    ("{", "is not JSON"),
    ('{"campaignName": "a", "campaignName": "b"}', "'campaignName' is given twice"),
    ('{"campaignTimeWindowList": [{"startTime": 1, "endTime": 2, "endTime": 3}]}', "'endTime' is given twice"),
    ("[]", "must hold a JSON object"),
    ("[" * 100_000, "is not JSON"),
    ('{"deviceList": [3]}', "deviceList[0]: must be a string"),
    ('{"deviceList": "990013907884253"}', "deviceList: must be an array of strings"),
    (f'{{"deviceList": ["{IMEIS[0]}"], "campaign_name": "x"}}', "campaign_name: is the name in Python"),
    (f'{{"deviceList": ["{IMEIS[0]}"], "campaignTimeWindowsList": []}}', "did you mean 'campaignTimeWindowList'?"),
    (f'{{"deviceList": ["{IMEIS[0]}"], "startDate": "tomorrow"}}', "startDate"),
]


@pytest.mark.parametrize(("body", "message"), BODIES, ids=lambda value: value[:30])
def test_2_is_a_file_that_holds_something_else(
    environment: Environment, sandbox: Sandbox, body: str, message: str
) -> None:
    asked = len(sandbox.requests)
    options = [part for part in SCHEDULE["v3"] if "startDate" not in body or part not in ("--start", day(3))]
    done = run_here(environment, "v3", *options, "--file", "-", given=body)
    assert done.code == 2
    assert message in done.err
    assert len(sandbox.requests) == asked


def test_2_is_a_missing_account_or_secret(environment: Environment) -> None:
    for name in ("FOTA_ACCOUNT", "FOTA_API_TOKEN", "FOTA_SESSION_TOKEN"):
        done = run_here({**environment, name: ""}, "v3", "show", CAMPAIGN_ID)
        assert done.code == 2
        assert name in done.err
        assert "pass it" not in done.err


def test_a_reader_that_has_gone_is_141(environment: Environment) -> None:
    reads, writes = os.pipe()
    os.close(reads)
    try:
        done = subprocess.run(
            [*COMMAND, "check"],
            env=environment,
            stdout=writes,
            stderr=subprocess.PIPE,
            text=True,
            timeout=30,
            check=False,
        )
    finally:
        os.close(writes)
    assert (done.returncode, done.stderr) == (141, "")


def test_what_the_service_says_cannot_steer_the_terminal(environment: Environment, sandbox: Sandbox) -> None:
    body: Any = {"errorCode": "X\x1b[2J", "errorMessage": "a\rb\x07\nerror: c\u2028d"}
    sandbox.fail_next(400, body, operation=GET)
    done = run_here(environment, "v3", "show", CAMPAIGN_ID)
    assert "X\\x1b[2J: a\\x0db\\x07\\x0aerror: c\\x2028d" in done.err
    assert done.err.count("\n") == 3
    assert "\x1b" not in done.err


@pytest.mark.parametrize("redirection", ["<&-", ">&-", "2>&-", "2>/dev/full"])
def test_a_stream_that_is_not_there_changes_no_exit_code(environment: Environment, redirection: str) -> None:
    assert run_with_streams(environment, redirection, "v3", "show", CAMPAIGN_ID) == 1
    assert run_with_streams(environment, redirection, "v3", "bogus") == 2
    assert run_with_streams(environment, redirection, *ONE) == 0


def test_an_output_that_cannot_be_written_is_141(environment: Environment) -> None:
    for arguments in (ONE, ("--help",), ("check", "--json")):
        assert run_with_streams(environment, ">/dev/full", *arguments) == 141
