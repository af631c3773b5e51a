"""Options that were not given send nothing, whatever click passes for them."""

from __future__ import annotations

import json
from typing import Any

import click
import pytest

from fota_sdk.sandbox import Sandbox
from tests.cli.command import SCHEDULE, Environment, day, run_here, scheduled
from tests.conftest import IMEIS

V2 = {
    "softwareName": "FOTA_2",
    "softwareFrom": "1",
    "softwareTo": "2",
    "distributionType": "HTTP",
    "startDate": day(3),
    "endDate": day(9),
    "deviceList": [IMEIS[0]],
}
V3 = {
    "firmwareName": "GM01Q_2",
    "firmwareFrom": "1",
    "firmwareTo": "2",
    "protocol": "LWM2M",
    "startDate": day(3),
    "endDate": day(9),
    "deviceList": [IMEIS[0]],
}
DEVICE = ("--device", IMEIS[0])
BODIES: list[tuple[str, tuple[str, ...], Any]] = [
    ("v2", (*SCHEDULE["v2"], *DEVICE), V2),
    ("v3", (*SCHEDULE["v3"], *DEVICE), V3),
    ("v3", (*SCHEDULE["v3"], *DEVICE, "--auto-add-devices"), {**V3, "autoAddDevicesFlag": True}),
    ("v3", (*SCHEDULE["v3"], *DEVICE, "--no-auto-assign-license"), {**V3, "autoAssignLicenseFlag": False}),
    ("v2", ("dates", "--end", day(12), "ID"), {"startDate": day(3), "endDate": day(12)}),
    ("v3", ("dates", "--start", day(4), "ID"), {"startDate": day(4), "endDate": day(9)}),
    *(
        (version, ("devices", kind, *DEVICE, "ID"), {"Type": kind, "deviceList": [IMEIS[0]]})
        for version in ("v2", "v3")
        for kind in ("append", "remove")
    ),
    ("v2", ("cancel", "ID"), None),
    ("v3", ("cancel", "ID"), None),
]
EMPTY = {"flags that are False": False, "empty texts": "", "empty lists": (), "nothing": None}


@pytest.mark.parametrize(("version", "command", "body"), BODIES)
def test_the_body_is_what_was_given(
    environment: Environment, version: str, command: tuple[str, ...], body: Any
) -> None:
    assert dry_body(environment, version, command) == body


@pytest.mark.parametrize("default", EMPTY.values(), ids=EMPTY)
@pytest.mark.parametrize(("version", "command", "body"), BODIES)
def test_the_body_is_what_was_given_whatever_click_takes_for_absent(
    environment: Environment,
    monkeypatch: pytest.MonkeyPatch,
    version: str,
    command: tuple[str, ...],
    body: Any,
    default: object,
) -> None:
    of_body = {"protocol", "distribution_type"}

    def process_value(self: click.Option, ctx: click.Context, value: Any) -> Any:
        processed = before(self, ctx, value)
        is_of_body = (self.name or "").endswith(("_flag", "_list", "_name", "_date")) or self.name in of_body
        return default if is_of_body and not processed and processed is not False else processed

    before = click.Option.process_value
    monkeypatch.setattr(click.Option, "process_value", process_value)
    assert dry_body(environment, version, command) == body


def dry_body(environment: Environment, version: str, command: tuple[str, ...]) -> Any:
    campaign_id = scheduled(environment, version) if "ID" in command else ""
    arguments = [campaign_id if part == "ID" else part for part in command]
    done = run_here(environment, version, *arguments, "--dry-run", "--json")
    assert done.code == 0, done.err
    return json.loads(done.out)["body"]


def test_a_file_keeps_what_no_option_was_given_for(environment: Environment, sandbox: Sandbox) -> None:
    given = json.dumps({**V3, "protocol": "OMA", "autoAddDevicesFlag": True})
    assert run_here(environment, "v3", "schedule", "--file", "-", given=given).code == 0
    assert sandbox.requests[-1].body == json.loads(given)
