"""``fota sandbox``: serving one, and the clock of one that is served elsewhere."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from fota_sdk.sandbox import Sandbox
from tests.cli.command import COLUMNS, SCHEDULE, Done, Environment, run, run_here
from tests.cli.conftest import environment_of
from tests.conftest import IMEIS
from tests.loopback import LoopbackServer, Script, answer

SCHEDULE_ONE = ("v3", *SCHEDULE["v3"], "--device", IMEIS[0])


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """One whose clock may move."""
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def environment(sandbox: Sandbox) -> Environment:
    return {"FOTA_BASE_URL": sandbox.url}  # no tokens: the clock takes none


def time_of(done: Done) -> datetime:
    assert (done.code, done.err) == (0, "")
    return datetime.strptime(done.out, "%Y-%m-%dT%H:%M:%SZ\n")


def now(environment: Environment) -> datetime:
    return time_of(run_here(environment, "sandbox", "now"))


def at(server: LoopbackServer) -> Environment:
    return {"FOTA_BASE_URL": server.url}


# the clock


def test_now_shows_the_time_of_the_sandbox(environment: Environment, sandbox: Sandbox) -> None:
    sandbox.advance(days=400)
    before = sandbox.today
    assert before <= now(environment).date() <= sandbox.today


def test_advance_puts_it_forward_and_shows_the_new_time(environment: Environment) -> None:
    before = now(environment)
    after = time_of(run_here(environment, "sandbox", "advance", "--days", "1", "--hours", "6", "--minutes", "0.5"))
    further = timedelta(days=1, hours=6, seconds=30)
    assert further <= after - before < further + timedelta(minutes=1)
    assert after <= now(environment)


def test_it_needs_nothing_but_the_base_url_and_takes_the_variables_that_a_sandbox_prints(sandbox: Sandbox) -> None:
    time_of(run(environment_of(sandbox), "sandbox", "now"))
    time_of(run_here({**environment_of(sandbox), "FOTA_API_TOKEN": ""}, "sandbox", "now"))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "how far: give --days, --hours or --minutes"),
        (("--days", "-1"), "'-1' is not a number from 0"),
        (("--hours", "nan"), "'nan' is not a number from 0"),
        (("--minutes", "inf"), "'inf' is not a number from 0"),
        (("--days", "one"), "'one' is not a number from 0"),
        (("--days", "1", "--days", "1"), "takes one value"),
        (("6h",), "6h"),
    ],
    ids=repr,
)
def test_an_amount_that_is_none_is_wrong_usage(
    environment: Environment, arguments: tuple[str, ...], words: str
) -> None:
    before = now(environment)
    done = run_here(environment, "sandbox", "advance", *arguments)
    assert done.code == 2
    assert words in done.err
    assert done.out == ""
    assert now(environment) - before < timedelta(minutes=1)


def test_an_amount_may_be_zero(environment: Environment) -> None:
    time_of(run_here(environment, "sandbox", "advance", "--days", "0"))


def test_what_the_sandbox_refuses_is_told_in_its_words(environment: Environment) -> None:
    done = run_here(environment, "sandbox", "advance", "--days", "10000000")
    assert done.code == 1
    words = "the clock cannot be put forward beyond the year 9998. Nothing was changed."
    assert done.err == f"error: the sandbox refuses it: {words}\n"


# faults

LIST = ("v3", "list", "--status", "scheduled")
ONCE = {"FOTA_MAX_ATTEMPTS": "1"}


@pytest.mark.parametrize(
    ("fault", "command", "code", "words"),
    [
        (("lose-next-answer",), SCHEDULE_ONE, 4, "The service may have carried this out"),
        (("cut-next-answer", "--operation", "v3.schedule_campaign_firmware_upgrade"), SCHEDULE_ONE, 4, "may have"),
        (("delay-next", "--seconds", "5"), SCHEDULE_ONE, 4, "did not answer in time"),
        (("fail-next",), LIST, 3, "503"),
        (("fail-next", "--status", "400"), LIST, 1, "400"),
        (("throttle-next", "--retry-after", "9"), LIST, 3, "429"),
        (("expire-tokens",), LIST, 3, "401"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else None,
)
def test_a_fault_meets_the_next_call_of_another_process(
    environment: Environment, sandbox: Sandbox, fault: tuple[str, ...], command: tuple[str, ...], code: int, words: str
) -> None:
    there = {**environment_of(sandbox), **ONCE, "FOTA_TIMEOUT": "1" if fault[0] == "delay-next" else "30"}
    assert run_here(environment, "sandbox", *fault).code == 0
    done = run_here(there, *command)
    assert done.code == code
    assert words in done.err


def test_it_says_how_many_calls_are_to_meet_a_fault(environment: Environment) -> None:
    for count in (3, 6):
        done = run_here(environment, "sandbox", "fail-next", "--times", "3")
        assert done == Done(0, f"calls that are to meet a fault: {count}\n")


def test_a_shell_goes_on_with_the_tokens_that_expire_tokens_prints(environment: Environment, sandbox: Sandbox) -> None:
    done = run_here(environment, "sandbox", "expire-tokens")
    assert done == Done(
        0, f"export FOTA_API_TOKEN={sandbox.api_token}\nexport FOTA_SESSION_TOKEN={sandbox.session_token}\n"
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("delay-next",), "Missing option '--seconds'"),
        (("fail-next", "--status", "99"), "'--status': 99 is not in the range"),
        (("fail-next", "--times", "0"), "'--times': 0 is not in the range"),
    ],
)
def test_a_fault_that_cannot_be_is_wrong_usage(
    environment: Environment, arguments: tuple[str, ...], words: str
) -> None:
    done = run_here(environment, "sandbox", *arguments)
    assert (done.code, words in done.err) == (2, True)


def test_an_operation_that_does_not_exist_is_told_with_close_ones(environment: Environment) -> None:
    done = run_here(environment, "sandbox", "lose-next-answer", "--operation", "v3.schedule_campaign")
    assert done.code == 1
    assert "operation must be one of the client's, such as " in done.err
    assert "v3.schedule_campaign_firmware_upgrade" in done.err


# no sandbox

both = pytest.mark.parametrize(
    "command", [("now",), ("advance", "--days", "1"), ("lose-next-answer",), ("expire-tokens",)], ids=" ".join
)


@both
@pytest.mark.parametrize("variables", [{}, {"FOTA_BASE_URL": ""}], ids=repr)
def test_without_a_base_url_it_says_where_that_comes_from(command: tuple[str, ...], variables: Environment) -> None:
    done = run_here(variables, "sandbox", *command)
    assert done.code == 2
    assert done.err.startswith("error: no sandbox is named: FOTA_BASE_URL is not set")
    assert "fota sandbox" in done.err.splitlines()[1]


@both
@pytest.mark.parametrize("url", ["https://thingspace.verizon.com/api", "https://localhost.example/api"])
def test_a_base_url_elsewhere_is_refused_and_nothing_is_sent(command: tuple[str, ...], url: str) -> None:
    done = run_here({"FOTA_BASE_URL": url}, "sandbox", *command)
    assert done.code == 2
    assert f"{url} is not on this machine" in done.err
    assert "nothing was sent" in done.err


@both
def test_a_base_url_that_is_none_is_refused(command: tuple[str, ...]) -> None:
    done = run_here({"FOTA_BASE_URL": "http://example.com"}, "sandbox", *command)
    assert done.code == 2
    assert "FOTA_BASE_URL" in done.err


@both
def test_where_nothing_listens_it_says_that_there_is_no_sandbox(command: tuple[str, ...]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"http://127.0.0.1:{free.getsockname()[1]}/api"
    done = run_here({"FOTA_BASE_URL": url}, "sandbox", *command)
    assert done.code == 3
    assert done.err.startswith(f"error: there is no sandbox at {url}: nothing listens there")
    assert "fota sandbox" in done.err.splitlines()[1]


@both
@pytest.mark.parametrize(
    "other",
    [
        answer({}, status=404),
        answer({"fault": {"code": "900906", "message": "No matching resource found"}}, status=400),
        answer({"errorCode": "X", "errorMessage": "y"}, status=400),
        answer({"status": "fine"}),
        answer([]),
        answer({"now": 5}),
        answer(content=b"<html>"),
    ],
    ids=["404", "no route", "refusal", "other JSON", "list", "no text", "HTML"],
)
def test_what_is_no_sandbox_is_told(command: tuple[str, ...], other: Script) -> None:
    with LoopbackServer(other) as server:
        done = run_here(at(server), "sandbox", *command)
    assert done.code == 3
    assert done.err.startswith(f"error: what answers at {server.url} is no sandbox that ")
    assert done.out == ""


def test_an_advance_without_a_response_says_how_to_see_what_became_of_it() -> None:
    with LoopbackServer(lambda request, connection: connection.close()) as server:
        done = run_here(at(server), "sandbox", "advance", "--days", "1")
    assert done.code == 4
    assert done.err.splitlines()[-1].strip() == "See what its clock says: fota sandbox now"


# the program


def test_without_a_command_it_serves(sandbox: Sandbox) -> None:
    port = sandbox.url.rpartition(":")[2].partition("/")[0]
    done = run_here({}, "sandbox", "--port", port)  # which is taken
    assert done.code == 2
    assert "the sandbox cannot be started" in done.err


@pytest.mark.parametrize(("word", "close"), [("advnce", " Did you mean 'advance'?"), ("serv", ""), ("8080", "")])
def test_another_command_is_refused(word: str, close: str) -> None:
    done = run_here({}, "sandbox", word)
    assert done.code == 2
    assert done.err.rstrip().endswith(f"No such command '{word}'.{close}")


def test_its_help_tells_its_options_and_its_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(COLUMNS))
    done = run_here({}, "sandbox", "--help")
    assert done.code == 0
    assert max(map(len, done.out.splitlines())) <= COLUMNS
    for told in ("--port", "fota sandbox now", "fota sandbox advance --days 1"):
        assert told in re.sub(r"\s+", " ", done.out)
