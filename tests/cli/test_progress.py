"""How far a command has come that reads many pages is shown on a terminal, and nowhere else."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest

from fota_sdk import V3CampaignDevice
from fota_sdk.cli import progress
from fota_sdk.cli.progress import Progress
from fota_sdk.sandbox import Sandbox
from tests.cli.command import Done, Environment, Terminal, on_terminal, run_here, run_on_terminal_here
from tests.conftest import CAMPAIGN_ID

DEVICES = "v3.get_campaign_device_status"
COMMANDS = [
    (DEVICES, ("v3", "report", CAMPAIGN_ID)),
    (DEVICES, ("v3", "get-campaign-device-status", "--campaign-id", CAMPAIGN_ID, "--all")),
    ("v3.get_account_device_information", ("v3", "account-devices")),
]


def pages(count: int, total: int | None = 1200) -> list[dict[str, Any]]:
    further = {} if total is None else {"totalDevice": total}
    return [
        {
            **further,
            "hasMoreData": number < count - 1,
            "lastSeenDeviceId": f"p{number}",
            "deviceList": [{"deviceId": f"{number}-{place}", "status": "UpgradeSuccess"} for place in range(400)],
        }
        for number in range(count)
    ]


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take every command for one that people begin to wonder about."""
    monkeypatch.setattr(progress, "_QUICK", 0.0)


@pytest.mark.parametrize(("operation", "command"), COMMANDS)
def test_a_terminal_shows_how_far_it_is(
    operation: str, command: tuple[str, ...], environment: Environment, sandbox: Sandbox, slow: None
) -> None:
    for page in pages(3):
        sandbox.fail_next(200, page, operation=operation)
    done = run_on_terminal_here(environment, *command)
    assert done.code == 0
    of = " of 1,200" if operation == DEVICES else ""
    for number, count in enumerate(("400", "800", "1,200"), 1):
        assert f"reading: {count}{of} devices, page {number} " in done.text


def test_a_list_of_campaigns_counts_them(environment: Environment, slow: None) -> None:
    assert "reading: 0 campaigns, page 8 " in run_on_terminal_here(environment, "v3", "list").text


@pytest.mark.parametrize(("operation", "command"), COMMANDS)
@pytest.mark.parametrize("form", [(), ("--json",)])
def test_elsewhere_it_shows_nothing(
    operation: str,
    command: tuple[str, ...],
    form: tuple[str, ...],
    environment: Environment,
    sandbox: Sandbox,
    slow: None,
) -> None:
    for page in pages(2):
        sandbox.fail_next(200, page, operation=operation)
    done = run_here(environment, *command, *form)
    assert (done.code, done.err) == (0, "")


@pytest.mark.parametrize("term", ["dumb", "unknown"])
def test_a_terminal_that_cannot_be_drawn_on_shows_nothing(
    term: str, environment: Environment, sandbox: Sandbox, slow: None
) -> None:
    for page in pages(2):
        sandbox.fail_next(200, page, operation=DEVICES)
    assert "reading" not in run_on_terminal_here({**environment, "TERM": term}, "v3", "report", CAMPAIGN_ID).text


def test_nothing_is_drawn_into_a_list_that_is_printed_meanwhile(
    environment: Environment, sandbox: Sandbox, slow: None
) -> None:
    for page in pages(2):
        sandbox.fail_next(200, page, operation="v3.get_account_device_information")
    done = run_on_terminal_here(environment, "v3", "account-devices", "--json")
    assert len(json.loads(done.text)) == 800


def test_it_is_gone_before_an_error_is_told(environment: Environment, sandbox: Sandbox, slow: None) -> None:
    sandbox.fail_next(200, pages(2)[0], operation=DEVICES)
    sandbox.fail_next(400, operation=DEVICES)
    done = run_on_terminal_here(environment, "v3", "report", CAMPAIGN_ID)
    assert done.code == 1
    shown, _, error = done.out.partition("error: ")
    assert "reading: 400 of 1,200 devices" in shown
    assert shown.endswith("\x1b[2K")  # the line is cleared, and the cursor stands on it
    assert "reading" not in error


def test_what_is_quick_shows_nothing(environment: Environment) -> None:
    assert "reading" not in on_terminal(environment, "v3", "list", "--status", "ended").text


def test_it_is_shown_once_people_begin_to_wonder() -> None:
    screen = Terminal()
    clock = iter((0.0, 0.1, 0.4, 0.6))
    with contextlib.redirect_stderr(screen), Progress(clock=lambda: next(clock)) as shown:
        for page in pages(3, total=None):
            assert screen.getvalue() == ""
            shown.page(V3CampaignDevice.from_dictionary(page))
        assert "reading: 1,200 devices, page 3 " in Done(0, screen.getvalue()).text
