"""What is mistyped is refused with what is close to it."""

from __future__ import annotations

import pytest

from fota_sdk.sandbox import Sandbox
from tests.cli.command import SCHEDULE, Environment, run_here
from tests.conftest import IMEIS

COMMANDS = [
    (("chek",), "check"),
    (("v3", "shedule"), "schedule"),
    (("v3", "canel"), "cancel"),
    (("v2", "list-registered-callback"), "list-registered-callbacks"),
    (("v3", "devices", "apend"), "append"),
    (("schedule",), "v3 schedule"),
    (("list",), "v3 list"),
]


@pytest.mark.parametrize(("command", "meant"), COMMANDS, ids=lambda value: " ".join(value) if value is tuple else None)
def test_a_mistyped_command_says_which_is_close(command: tuple[str, ...], meant: str) -> None:
    done = run_here({}, *command)
    assert (done.code, done.out) == (2, "")
    assert f"No such command {command[-1]!r}. Did you mean " in done.err
    assert repr(meant) in done.err


WORDS = [
    (("v3", "devices", "add"), ["append"]),
    (("v3", "devices", "delete"), ["remove"]),
    (("v3", "devices", "rm"), ["remove"]),
    (("v3", "status"), ["show", "report"]),
    (("v2", "create"), ["schedule"]),
    (("v3", "delete"), ["cancel"]),
    (("v3", "abort"), ["cancel"]),
    (("v3", "campaigns"), ["list"]),
    (("v3", "firmware"), ["packages"]),
    (("v3", "inventory"), ["account-devices"]),
    (("v3", "follow"), ["wait"]),
    (("v3", "results"), ["report"]),
    (("v3", "cancel-campaign"), ["cancel"]),
    (("v3", "get_campaign_information"), ["show"]),
    (("v3", "LIST"), ["list"]),
    (("V3",), ["v3"]),
    (("status",), ["v3 show", "v3 report", "v2 show", "v2 report"]),
    (("help",), ["--help"]),
    (("v3", "help"), ["--help"]),
    (("version",), ["--version"]),
]


@pytest.mark.parametrize(("command", "meant"), WORDS, ids=lambda value: " ".join(value) if value is tuple else None)
def test_a_command_by_another_word_is_told_with_the_one_that_there_is(
    command: tuple[str, ...], meant: list[str]
) -> None:
    done = run_here({}, *command)
    assert (done.code, done.out) == (2, "")
    assert f"Did you mean {' or '.join(map(repr, meant))}?\n" in done.err


@pytest.mark.parametrize("command", [("xyzzy",), ("v3", "xyzzy"), ("v3", "devices", "xyzzy")])
def test_a_command_that_is_close_to_none_is_no_more_than_refused(command: tuple[str, ...]) -> None:
    done = run_here({}, *command)
    assert (done.code, "No such command 'xyzzy'.\n" in done.err) == (2, True)


def test_an_option_before_the_command_is_refused_as_an_option() -> None:
    assert "No such option" in run_here({}, "v3", "--jsn").err


STATUSES = [("scheduld", "scheduled"), ("CampaignEndet", "ended"), ("canceled", "cancelled"), ("PRE_SCHEDULED", None)]


@pytest.mark.parametrize(("status", "meant"), STATUSES)
@pytest.mark.parametrize("command", [("list", "--status"), ("wait", "x", "--timeout", "1", "--until")])
def test_a_mistyped_status_says_which_is_close(
    environment: Environment, sandbox: Sandbox, command: tuple[str, ...], status: str, meant: str | None
) -> None:
    asked = len(sandbox.requests)
    done = run_here(environment, "v3", *command, status)
    if meant is None:
        assert "no known status" not in done.err
        return
    assert done.code == 2
    assert f"{status!r} is no known status. Did you mean {meant}?" in done.err
    assert len(sandbox.requests) == asked


@pytest.mark.parametrize("command", [("list", "--status"), ("wait", "x", "--timeout", "1", "--until")])
def test_a_status_that_is_close_to_none_is_taken_as_it_is_with_a_warning(
    environment: Environment, sandbox: Sandbox, command: tuple[str, ...]
) -> None:
    asked = len(sandbox.requests)
    done = run_here(environment, "v3", *command, "running")
    assert "'running' is no known status, and is taken as it is; known are request-pending, " in done.err
    assert len(sandbox.requests) > asked


@pytest.mark.parametrize("status", ["scheduled", "CampaignScheduled", "PRE_SCHEDULED"])
def test_a_known_status_is_taken_without_a_word(environment: Environment, sandbox: Sandbox, status: str) -> None:
    assert "known status" not in run_here(environment, "v3", "list", "--status", status).err


DAYS = [
    ("2030/01/31", "2030-01-31"),
    ("2030-1-5", "2030-01-05"),
    ("20300131", "2030-01-31"),
    ("31.01.2030", "2030-01-31"),
    ("01/31/2030", "2030-01-31"),
    ("01/02/2030", "2030-01-02 or 2030-02-01"),
    ("31 Jan 2030", "2030-01-31"),
    ("2030-01-31T00:00:00Z", "2030-01-31"),
    ("2030-02-30", "2030-02-28"),
]


@pytest.mark.parametrize(("written", "meant"), DAYS)
def test_a_mistyped_date_says_which_is_close(environment: Environment, written: str, meant: str) -> None:
    done = run_here(environment, "v3", *SCHEDULE["v3"], "--device", IMEIS[0], "--start", written)
    assert done.code == 2
    assert f"Did you mean {meant}?" in done.err


@pytest.mark.parametrize(
    "written", ["soon", "31", "01/31", "2030-13-01", "2030", "", "9" * 400, "2030-01-311", "0000-01-01"]
)
def test_a_date_that_is_close_to_none_is_no_more_than_refused(environment: Environment, written: str) -> None:
    done = run_here(environment, "v3", *SCHEDULE["v3"], "--device", IMEIS[0], "--start", written)
    assert (done.code, "Did you mean" in done.err) == (2, False)
