"""The exit code of the command for every fault on every way out that it has, and what it says of the stage."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from unittest.mock import patch

import pytest

from fota_sdk.core import retry
from tests.cli.command import SCHEDULE, Done, Environment, day, run, run_here
from tests.conftest import ACCOUNT, CAMPAIGN_ID, IMEIS
from tests.faults.fault_table import ending_of, exit_code_of
from tests.faults.network_faults import CAMPAIGN, FAULTS, Fault, Scene, scene_of
from tests.faults.ways_out import WAYS, Way, names_of_this_machine, trusted_certificates
from tests.loopback import Connection, Request, answer

COMMANDS = {
    "schedule": ("v3", *SCHEDULE["v3"], "--device", IMEIS[0], "--yes"),
    "devices": ("v3", "devices", "append", "--device", IMEIS[0], "--yes", CAMPAIGN_ID),
    "cancel": ("v3", "cancel", "--yes", CAMPAIGN_ID),
    "dates": ("v3", "dates", "--end", day(9), "--yes", CAMPAIGN_ID),
    "read": ("v3", "show", CAMPAIGN_ID),
}
CELLS = {
    f"{operation}: {fault.name} - {way}": (operation, way, fault)
    for fault in FAULTS
    for way in WAYS
    for operation in COMMANDS
    # What waits for a limit takes that long, so there one command stands for all.
    if not way.callers_session and fault.is_possible(way) and (operation == "schedule" or not fault.waits)
}
# The names of these are looked up by the proxy, if at all.
OF_A_PROCESS = [
    "schedule: closed without a response - direct http",
    "schedule: closed without a response - CONNECT by http",
    "schedule: closed without a response - CONNECT by https",
    "schedule: closed without a response - SOCKS by socks5h",
    "schedule: connection to the proxy refused - CONNECT by http",
    "schedule: 407 from the proxy - CONNECT by http",
    "read: reset - CONNECT by http",
    "cancel: certificate of the service refused - CONNECT by http",
]


@pytest.fixture(scope="module", autouse=True)
def bundle() -> Iterator[str]:
    with names_of_this_machine(), trusted_certificates() as path, patch.object(retry, "jitter", lambda: 0.0):
        yield path


def of_one_call(operation: str, fault: Fault) -> Fault:
    """Let the read succeed that the command makes before it changes dates."""

    def script(request: Request, connection: Connection) -> None:
        (answer(CAMPAIGN) if request.method == "GET" else fault.script)(request, connection)

    return replace(fault, script=script) if operation == "dates" else fault


def variables(scene: Scene, fault: Fault, bundle: str) -> Environment:
    return {
        "FOTA_BASE_URL": scene.base_url,
        "FOTA_API_TOKEN": "api-token",
        "FOTA_SESSION_TOKEN": "session-token",
        "FOTA_ACCOUNT": ACCOUNT,
        "FOTA_TIMEOUT": "0.5" if fault.waits else "20",
        "REQUESTS_CA_BUNDLE": bundle,
        **{f"{scheme.upper()}_PROXY": url for scheme, url in scene.proxies.items()},
    }


def check(done: Done, operation: str, way: Way, fault: Fault) -> None:
    code = exit_code_of(operation, way, fault)
    assert done.code == code, done.err
    assert ("nothing was sent" in done.err) == (ending_of(way, fault).error == "ConnectError")
    assert ("The service may have carried this out." in done.err) == (code == 4)


@pytest.mark.parametrize("cell", CELLS)
def test_the_exit_code_says_whether_it_may_have_been_carried_out(cell: str, bundle: str) -> None:
    operation, way, fault = CELLS[cell]
    with scene_of(way, of_one_call(operation, fault)) as scene:
        check(run_here(variables(scene, fault, bundle), *COMMANDS[operation]), operation, way, fault)


@pytest.mark.parametrize("cell", OF_A_PROCESS)
def test_a_process_of_its_own_ends_with_the_same_code(cell: str, bundle: str) -> None:
    operation, way, fault = CELLS[cell]
    with scene_of(way, of_one_call(operation, fault)) as scene:
        environment = {**os.environ, **variables(scene, fault, bundle)}
        check(run(environment, *COMMANDS[operation]), operation, way, fault)
