"""What is asked before something is changed, and who is asked for secrets."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from fota_sdk.sandbox import Sandbox
from tests.cli.command import SCHEDULE, Environment, day, on_terminal, run, run_here, run_on_terminal_here, scheduled
from tests.conftest import ACCOUNT, CAMPAIGN_ID, IMEIS
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
    append = ("v3", *CHANGES[1])
    for typed in ("n\n", "\n", ""):
        assert run_on_terminal_here(elsewhere, *append, given=typed).code == 2
        assert proxy.requests == []
    assert on_terminal(elsewhere, *append, answers=(("[y/N]", "n\n"),)).code == 2
    assert proxy.requests == []
    done = on_terminal(elsewhere, *append, answers=(("[y/N]", "y\n"),))
    assert done.code == 3
    assert len(proxy.requests) == 1
    assert f"│ {IMEIS[0]}" in done.text  # it shows what it asks about
    assert run_on_terminal_here(elsewhere, *append, "--yes").code == 3
    assert len(proxy.requests) == 2


def test_what_is_wrong_is_told_before_a_question(elsewhere: Environment, proxy: LoopbackServer) -> None:
    done = run_on_terminal_here(elsewhere, "v3", *CHANGES[0], "--end", day(1))
    assert done.code == 2
    assert "must not be before startDate" in done.text
    assert proxy.requests == []


def test_odd_devices_are_told_before_the_question(elsewhere: Environment, proxy: LoopbackServer) -> None:
    done = on_terminal(
        elsewhere,
        *("v3", "devices", "append", "--device", "990013907884254", CAMPAIGN_ID),
        answers=(("check digit (the last one)", ""), ("[y/N]", "n\n")),
    )
    assert done.code == 2
    assert proxy.requests == []


@pytest.fixture
def real() -> Iterator[Sandbox]:
    """A sandbox in the place of the real service, in this process, where questions are asked."""
    with Sandbox() as sandbox, sandbox.mocked():
        yield sandbox


@pytest.fixture
def settings(real: Sandbox) -> Environment:
    """Variables that lead to the real service."""
    return {
        "FOTA_ACCOUNT": real.account,
        "FOTA_API_TOKEN": real.api_token,
        "FOTA_SESSION_TOKEN": real.session_token,
    }


def asked(settings: Environment, *command: str) -> str:
    """Return what a command says on a terminal before it asks, and the question, which is answered no."""
    done = run_on_terminal_here(settings, *command, given="n\n")
    assert done.code == 2
    return " ".join(done.text.partition(" [y/N]")[0].split())


def changes_of(sandbox: Sandbox) -> list[str]:
    return [request.method for request in sandbox.requests if request.method != "GET"]


PLACE = f"in account {ACCOUNT} at thingspace.verizon.com (production)?"
TWO = ("--device", IMEIS[0], "--device", IMEIS[1])


@pytest.mark.parametrize("version", ["v2", "v3"])
def test_a_question_names_environment_account_and_number_of_devices(
    settings: Environment, real: Sandbox, version: str
) -> None:
    campaign_id = scheduled(settings, version, *TWO, "--yes")
    real.advance(minutes=5)
    before = changes_of(real)
    questions = {
        (*SCHEDULE[version], *TWO): f"Schedule a campaign for 2 devices, {PLACE}",
        (*SCHEDULE[version], *TWO, "--name", "Pilot"): f"Schedule campaign 'Pilot' for 2 devices, {PLACE}",
        ("devices", "append", *TWO, campaign_id): f"Append 2 devices to campaign {campaign_id}, {PLACE}",
        (
            "devices",
            "remove",
            "--device",
            IMEIS[0],
            campaign_id,
        ): f"Remove 1 device from campaign {campaign_id}, {PLACE}",
        ("dates", "--end", day(20), campaign_id): f"Change campaign {campaign_id} with 2 devices, {PLACE}",
        ("cancel", campaign_id): f"Cancel campaign {campaign_id} with 2 devices, {PLACE}",
        ("deregister-callback",): f"deregister-callback, {PLACE}",
    }
    for command, question in questions.items():
        assert asked(settings, version, *command).endswith(question)
    body = json.dumps({"deviceList": IMEIS})
    done = run_on_terminal_here(settings, version, "assign-licenses-to-devices", "--file", "-", given=body)
    assert f"assign-licenses-to-devices for 3 devices, {PLACE}" in " ".join(done.text.split())
    assert changes_of(real) == before


@pytest.mark.parametrize(
    ("variables", "place"),
    [
        ({"FOTA_ENVIRONMENT": "staging"}, "staging.thingspace.verizon.com (staging)?"),
        ({"FOTA_BASE_URL": "https://fota.example/api"}, "fota.example?"),
        ({"FOTA_BASE_URL": "https://thingspace.verizon.com:444/api"}, "thingspace.verizon.com:444?"),
    ],
)
def test_a_question_names_the_host_wherever_it_is(settings: Environment, variables: Environment, place: str) -> None:
    assert asked({**settings, **variables}, "v3", *CHANGES[1]).endswith(f", in account {ACCOUNT} at {place}")


def test_where_the_number_of_devices_cannot_be_read_the_question_says_so(settings: Environment, real: Sandbox) -> None:
    for fault in ((503, None), (400, None), (200, {"hasMoreData": False, "deviceList": []})):
        real.fail_next(*fault, operation="v3.get_campaign_device_status")
        asked_for = asked(settings, "v3", "cancel", CAMPAIGN_ID)
        assert asked_for.endswith(f"Cancel campaign {CAMPAIGN_ID} with an unknown number of devices, {PLACE}")


def test_yes_reads_nothing_before(settings: Environment, real: Sandbox) -> None:
    run_on_terminal_here(settings, "v3", *CHANGES[0], "--yes")
    assert [request.method for request in real.requests] == ["POST"]


PACKAGES = {
    "v2": ("list_available_software", "--software", "FOTA_Verizon_Model-A_02To03_HF", "FOTA_Verizon_ModelA_02To03_HF"),
    "v3": (
        *("list_available_firmware", "--firmware"),
        "SEQUANSCommunications_GM01Q_SR1.2.0.0-10512_SR1.2.0.0-10657",
        "SEQUANSCommunications_GM01Q_SR1.2.0.0-10512_SR1.2.0.0-10567",
    ),
}


@pytest.mark.parametrize("version", ["v2", "v3"])
def test_a_mistyped_package_says_which_is_close_before_the_question(
    settings: Environment, real: Sandbox, version: str
) -> None:
    operation, option, name, mistyped = PACKAGES[version]
    schedule = (version, *SCHEDULE[version], *TWO, option)
    doubt = f"The service lists no package {mistyped!r}. Did you mean {name!r}?"
    assert doubt in asked(settings, *schedule, mistyped)
    assert "lists no package" not in asked(settings, *schedule, name)
    assert "lists no package 'x'. Schedule" in asked(settings, *schedule, "x")
    real.fail_next(503, operation=f"{version}.{operation}")
    assert "lists no package" not in asked(settings, *schedule, mistyped)  # nobody knows
    assert changes_of(real) == []


@pytest.mark.parametrize("version", ["v2", "v3"])
def test_a_mistyped_package_says_which_is_close_where_the_service_refuses_it(
    environment: Environment, sandbox: Sandbox, version: str
) -> None:
    operation, option, name, mistyped = PACKAGES[version]
    schedule = (version, *SCHEDULE[version], *TWO, option)
    post = f"{version}.schedule_campaign_firmware_upgrade"
    sandbox.fail_next(400, operation=post)
    done = run_here(environment, *schedule, mistyped, "--yes")
    assert done.code == 1
    assert done.err.startswith("error: the service answered 400")
    assert done.err.endswith(f"  The service lists no package {mistyped!r}. Did you mean {name!r}?\n")
    for package, fault in ((name, None), (mistyped, 503)):
        sandbox.fail_next(400, operation=post)
        if fault is not None:
            sandbox.fail_next(fault, operation=f"{version}.{operation}")
        told = run_here({**environment, "FOTA_MAX_ATTEMPTS": "1"}, *schedule, package, "--yes")
        assert (told.code, told.err.endswith("  Correct what it names, then call again.\n")) == (1, True)


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
