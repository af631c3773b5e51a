"""What is asked before something is changed, and who is asked for secrets."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fota_sdk.sandbox import Sandbox
from tests.cli.command import SCHEDULE, Environment, day, on_terminal, run, run_here, run_on_terminal_here, scheduled
from tests.conftest import CAMPAIGN_ID, IMEIS
from tests.loopback import LoopbackServer, answer

CHANGES = [
    (*SCHEDULE["v3"], "--device", IMEIS[0]),
    ("devices", "append", "--device", IMEIS[0], CAMPAIGN_ID),
    ("devices", "remove", "--device", IMEIS[0], CAMPAIGN_ID),
    ("cancel", CAMPAIGN_ID),
]


@pytest.fixture
def proxy() -> Iterator[LoopbackServer]:
    """What stands between here and a service that is not on this machine; it lets nothing through."""
    with LoopbackServer(answer({}, status=502)) as server:
        yield server


@pytest.fixture
def elsewhere(environment: Environment, proxy: LoopbackServer) -> Environment:
    """Variables that lead to a service that is not on this machine."""
    own = {name: value for name, value in environment.items() if not name.upper().endswith("_PROXY")}
    return {
        **own,
        "FOTA_BASE_URL": "https://fota.example/api",
        "HTTPS_PROXY": f"http://127.0.0.1:{proxy.port}",
        "FOTA_MAX_ATTEMPTS": "1",
    }


@pytest.mark.parametrize("command", CHANGES, ids=lambda command: " ".join(command[:2]))
def test_where_nobody_can_be_asked_nothing_is_sent(
    elsewhere: Environment, proxy: LoopbackServer, command: tuple[str, ...]
) -> None:
    for arguments in (command, (*command, "--json")):
        done = run_here(elsewhere, "v3", *arguments)
        assert (done.code, done.out) == (2, "")
        assert "there is no terminal to ask on. Add --yes" in done.err
    assert proxy.requests == []
    assert run_here(elsewhere, "v3", *command, "--yes").code == 3
    assert [request.method for request in proxy.requests] == ["CONNECT"]


def test_without_a_terminal_the_real_command_sends_nothing(elsewhere: Environment, proxy: LoopbackServer) -> None:
    assert run(elsewhere, "v3", *CHANGES[0], given="y\n").code == 2
    assert proxy.requests == []


def test_no_is_2_and_yes_sends(elsewhere: Environment, proxy: LoopbackServer) -> None:
    for typed in ("n\n", "\n", ""):
        done = run_on_terminal_here(elsewhere, "v3", *CHANGES[0], given=typed)
        assert done.code == 2
        assert proxy.requests == []
    assert on_terminal(elsewhere, "v3", *CHANGES[0], answers=(("[y/N]", "n\n"),)).code == 2
    assert proxy.requests == []
    done = on_terminal(elsewhere, "v3", *CHANGES[0], answers=(("[y/N]", "y\n"),))
    assert done.code == 3
    assert len(proxy.requests) == 1
    assert f"│ {IMEIS[0]}" in done.text  # it shows what it asks about
    assert run_on_terminal_here(elsewhere, "v3", *CHANGES[0], "--yes").code == 3
    assert len(proxy.requests) == 2


def test_what_is_wrong_is_told_before_a_question(elsewhere: Environment, proxy: LoopbackServer) -> None:
    done = run_on_terminal_here(elsewhere, "v3", *CHANGES[0], "--end", day(1))
    assert done.code == 2
    assert "must not be before startDate" in done.text
    assert proxy.requests == []


def test_odd_devices_are_told_before_the_question(elsewhere: Environment, proxy: LoopbackServer) -> None:
    done = on_terminal(
        elsewhere,
        "v3",
        *SCHEDULE["v3"],
        "--device",
        "990013907884254",
        answers=(("check digit (the last one)", ""), ("[y/N]", "n\n")),
    )
    assert done.code == 2
    assert proxy.requests == []


def test_this_machine_is_never_asked_about(environment: Environment) -> None:
    for change in (("dates", "--end", day(20)), ("cancel",)):
        assert run_here(environment, "v3", *change, scheduled(environment, "v3")).code == 0


def test_secrets_are_asked_for_on_a_terminal_and_not_shown(environment: Environment, sandbox: Sandbox) -> None:
    nothing = {**environment, "FOTA_API_TOKEN": "", "FOTA_SESSION_TOKEN": ""}
    campaign_id = scheduled(environment, "v3")
    done = on_terminal(
        nothing,
        *("v3", "show", campaign_id),
        answers=(("API token", f"{sandbox.api_token}\n"), ("Session token", f"{sandbox.session_token}\n")),
    )
    assert done.code == 0
    credentials = {**nothing, "FOTA_CLIENT_ID": sandbox.client_id, "FOTA_USERNAME": sandbox.username}
    fetched = on_terminal(
        credentials,
        *("v3", "show", campaign_id),
        answers=(("Client secret", f"{sandbox.client_secret}\n"), ("Password", f"{sandbox.password}\n")),
    )
    assert fetched.code == 0
    for secret in (sandbox.api_token, sandbox.session_token, sandbox.client_secret, sandbox.password):
        assert secret not in done.out + fetched.out
