"""``find`` and ``report``, and what points to them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from fota_sdk.sandbox import Sandbox
from tests.cli.command import COLUMNS, SCHEDULE, Environment, day, run_here, run_on_terminal_here, scheduled
from tests.cli.conftest import environment_of
from tests.conftest import ACCOUNT, CAMPAIGN_ID, IMEIS

each_version = pytest.mark.parametrize("version", ["v2", "v3"])
NO_PROOF = "Not finding a campaign proves nothing"


@pytest.fixture
def fleet() -> Iterator[Sandbox]:
    """A sandbox of one test."""
    with Sandbox() as sandbox:
        yield sandbox


@each_version
def test_find_looks_in_every_status(fleet: Sandbox, version: str) -> None:
    environment = environment_of(fleet)
    ended, pending = (scheduled(environment, version, "--name", name, "--device", IMEIS[0]) for name in ("One", "Two"))
    assert run_here(environment, version, "cancel", ended).code == 0
    done = run_here(environment, version, "find", "--json")
    assert (done.code, done.err) == (0, "")
    found = {campaign["id"]: campaign["campaignName"] for campaign in json.loads(done.out)}
    assert found == {ended: "One", pending: "Two"}
    assert run_here(environment, version, "find").out.splitlines() == [
        "Campaigns",
        "id" + " " * 36 + "name  status                  first day   last day",
        f"{pending}  Two   CampaignRequestPending  {day(3)}  {day(9)}",
        f"{ended}  One   CampaignCancelled       {day(3)}  {day(9)}",
    ]


NARROWED = [
    (("--name", "Two"), ["Two"]),
    (("--name", "two"), []),
    (("--status", "cancelled"), ["One"]),
    (("--status", "CampaignCancelled", "--status", "request-pending"), ["One", "Two"]),
    (("--status", "scheduled"), []),
    (("--since", day(3)), ["One", "Two"]),
    (("--since", day(4)), []),
    (("--name", "Two", "--status", "cancelled"), []),
]


@each_version
@pytest.mark.parametrize(("options", "names"), NARROWED)
def test_find_is_narrowed(fleet: Sandbox, version: str, options: tuple[str, ...], names: list[str]) -> None:
    environment = environment_of(fleet)
    cancelled = scheduled(environment, version, "--name", "One", "--device", IMEIS[0])
    scheduled(environment, version, "--name", "Two", "--device", IMEIS[0])
    assert run_here(environment, version, "cancel", cancelled).code == 0
    done = run_here(environment, version, "find", *options, "--json")
    assert done.code == 0, done.err
    assert sorted(campaign["campaignName"] for campaign in json.loads(done.out)) == names
    assert (NO_PROOF in done.err) == (names == [])
    if names == []:
        assert run_here(environment, version, "find", *options).out == "none\n"


@pytest.mark.parametrize("options", [("--since", "tomorrow"), ("--status", "")])
def test_find_refuses_what_cannot_be_looked_for(
    environment: Environment, sandbox: Sandbox, options: tuple[str, ...]
) -> None:
    asked = len(sandbox.requests)
    assert run_here(environment, "v3", "find", *options).code == 2
    assert len(sandbox.requests) == asked


def test_a_report_that_cannot_be_read_is_not_an_empty_one(environment: Environment, sandbox: Sandbox) -> None:
    sandbox.fail_next(503, operation="v3.get_campaign_history_by_status")
    done = run_here({**environment, "FOTA_MAX_ATTEMPTS": "1"}, "v3", "find", "--json")
    assert (done.code, done.out) == (3, "")


def page(*devices: tuple[str, str, str | None], total: int | None = None, cursor: str | None = None) -> Any:
    rows = [{"deviceId": name, "status": status, "resultReason": reason} for name, status, reason in devices]
    rows = [{key: value for key, value in row.items() if value is not None} for row in rows]
    further = {} if total is None else {"totalDevice": total}
    return {
        **further,
        **({} if cursor is None else {"lastSeenDeviceId": cursor}),
        "hasMoreData": cursor is not None,
        "maxPageSize": 2,
        "deviceList": rows,
    }


PAGES = [
    page(("1", "UpgradeSuccess", "Done"), ("2", "UpgradeFailed", None), total=5, cursor="2"),
    page(("3", "UpgradeSuccess", "Done"), ("2", "UpgradeFailed", "Battery"), total=5),
]


@each_version
def test_report_counts_the_devices(environment: Environment, sandbox: Sandbox, version: str) -> None:
    for form in ((), ("--devices",), ("--json",)):
        for each in PAGES:
            sandbox.fail_next(200, each, operation=f"{version}.get_campaign_device_status")
        done = run_here(environment, version, "report", *form, CAMPAIGN_ID)
        assert (done.code, done.err) == (0, "")
        if form == ("--json",):
            assert json.loads(done.out) == {
                "campaignId": CAMPAIGN_ID,
                "totalDevice": 5,
                "missing": 2,
                "counts": [
                    {"status": "UpgradeSuccess", "resultReason": "Done", "devices": 2},
                    {"status": "UpgradeFailed", "resultReason": "Battery", "devices": 1},
                ],
                "deviceList": [
                    {"deviceId": "1", "status": "UpgradeSuccess", "resultReason": "Done"},
                    {"deviceId": "2", "status": "UpgradeFailed", "resultReason": "Battery"},
                    {"deviceId": "3", "status": "UpgradeSuccess", "resultReason": "Done"},
                ],
            }
            continue
        devices = [
            "Devices",
            "device id  status          result reason",
            "1          UpgradeSuccess  Done",
            "2          UpgradeFailed   Battery",
            "3          UpgradeSuccess  Done",
        ]
        assert done.out.splitlines() == [
            f"Campaign {CAMPAIGN_ID}",
            "devices        5",
            "in the report  3",
            "missing in it  2",
            "devices  status          reason",
            "2        UpgradeSuccess  Done",
            "1        UpgradeFailed   Battery",
            *(devices if form else []),
        ]


def test_report_says_what_the_service_does_not_say(environment: Environment, sandbox: Sandbox) -> None:
    sandbox.fail_next(200, page(), times=3, operation="v3.get_campaign_device_status")
    assert run_here(environment, "v3", "report", CAMPAIGN_ID).out.splitlines()[1:] == [
        "devices        -",
        "in the report  0",
        "missing in it  -",
    ]
    assert run_here(environment, "v3", "report", "--devices", CAMPAIGN_ID).out.endswith("\nnone\n")
    told = json.loads(run_here(environment, "v3", "report", "--json", CAMPAIGN_ID).out)
    assert (told["totalDevice"], told["missing"], told["counts"], told["deviceList"]) == (None, None, [], [])


def test_many_reasons_are_cut_and_said_to_be(environment: Environment, sandbox: Sandbox) -> None:
    devices = [(str(number), "UpgradePending", f"at {number}") for number in range(25)]
    sandbox.fail_next(200, page(*devices, total=25), operation="v3.get_campaign_device_status")
    lines = run_here(environment, "v3", "report", CAMPAIGN_ID).out.splitlines()
    assert len(lines) == 4 + 1 + 20 + 1
    assert lines[-1] == "... and 5 more reasons; --devices shows each device"


def test_report_of_the_sandbox_on_a_terminal(environment: Environment) -> None:
    campaign_id = scheduled(environment, "v3")
    done = run_on_terminal_here(environment, "v3", "report", "--devices", campaign_id)
    assert done.code == 0, done.text
    assert "╭─" in done.text
    assert max(map(len, done.text.splitlines())) <= COLUMNS
    assert IMEIS[1] in done.text


def test_a_campaign_that_ended_leads_to_its_report() -> None:
    with Sandbox() as fleet:
        environment = environment_of(fleet)
        campaign_id = scheduled(environment, "v3")
        fleet.advance(days=11)
        done = run_here(environment, "v3", "wait", campaign_id)
        assert done.code == 0
        assert f"  fota v3 report --account {ACCOUNT} {campaign_id}\n" in done.err
        told = run_here(environment, "v3", "report", campaign_id)
        assert "2        UpgradeSuccess  Upgrade completed successfully" in told.out


@each_version
def test_a_lost_schedule_is_found_by_the_command_that_is_told(fleet: Sandbox, version: str) -> None:
    environment = environment_of(fleet)
    fleet.lose_next_answer(f"{version}.schedule_campaign_firmware_upgrade")
    named = ("--name", "Pilot 1; rm", "--device", IMEIS[0])
    lost = run_here(environment, version, *SCHEDULE[version], *named)
    assert lost.code == 4
    look = f"find --account {ACCOUNT} --name 'Pilot 1; rm'"
    assert f"looked for it: fota {version} {look}\n" in lost.err
    found = run_here(environment, version, "find", "--account", ACCOUNT, "--name", "Pilot 1; rm", "--json")
    assert [campaign["status"] for campaign in json.loads(found.out)] == ["CampaignRequestPending"]
