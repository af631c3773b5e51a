"""``list`` and ``report``, and what points to them."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from fota_sdk.sandbox import Sandbox
from tests.cli.command import COLUMNS, SCHEDULE, Done, Environment, day, run_here, run_on_terminal_here, scheduled
from tests.cli.conftest import environment_of
from tests.conftest import ACCOUNT, CAMPAIGN_ID, IMEIS

each_version = pytest.mark.parametrize("version", ["v2", "v3"])
HISTORY = "v3.get_campaign_history_by_status"
NO_PROOF = "Not finding a campaign proves nothing"


@pytest.fixture
def fleet() -> Iterator[Sandbox]:
    """A sandbox of one test."""
    with Sandbox() as sandbox:
        yield sandbox


@each_version
def test_list_looks_in_every_status(fleet: Sandbox, version: str) -> None:
    environment = environment_of(fleet)
    ended, pending = (scheduled(environment, version, "--name", name, "--device", IMEIS[0]) for name in ("One", "Two"))
    assert run_here(environment, version, "cancel", ended).code == 0
    done = run_here(environment, version, "list", "--json")
    assert (done.code, done.err) == (0, "")
    found = {campaign["id"]: campaign["campaignName"] for campaign in json.loads(done.out)}
    assert found == {ended: "One", pending: "Two"}
    assert run_here(environment, version, "list").out.splitlines() == [
        "Campaigns",
        "id" + " " * 36 + "name  status                  start date  end date",
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
    (("--until", day(3)), ["One", "Two"]),
    (("--until", day(2)), []),
    (("--name", "Two", "--status", "cancelled"), []),
]


@each_version
@pytest.mark.parametrize(("options", "names"), NARROWED)
def test_list_is_narrowed(fleet: Sandbox, version: str, options: tuple[str, ...], names: list[str]) -> None:
    environment = environment_of(fleet)
    cancelled = scheduled(environment, version, "--name", "One", "--device", IMEIS[0])
    scheduled(environment, version, "--name", "Two", "--device", IMEIS[0])
    assert run_here(environment, version, "cancel", cancelled).code == 0
    done = run_here(environment, version, "list", *options, "--json")
    assert done.code == 0, done.err
    assert sorted(campaign["campaignName"] for campaign in json.loads(done.out)) == names
    assert (NO_PROOF in done.err) == (names == [])
    if names == []:
        assert run_here(environment, version, "list", *options).out == "none\n"


def test_find_is_another_name_of_list_that_no_help_tells(environment: Environment, sandbox: Sandbox) -> None:
    named = ("--account", sandbox.account, "--status", "ended", "--json")
    assert run_here(environment, "v3", "find", *named) == run_here(environment, "v3", "list", *named)
    assert "Usage: fota v3 find" in run_here({}, "v3", "find", "--help").out
    assert not re.search(r"^  find ", run_here({}, "v3", "--help").out, re.MULTILINE)


def campaign(name: str | None, first_day: str | None) -> dict[str, Any]:
    told = {"id": f"id-{name}-{first_day}", "campaignName": name, "startDate": first_day, "status": "CampaignEnded"}
    return {key: value for key, value in told.items() if value is not None}


@each_version
def test_the_latest_campaigns_come_first(environment: Environment, sandbox: Sandbox, version: str) -> None:
    listed = [campaign("a", day(1)), campaign("b", None), campaign("c", day(3)), campaign("d", day(2))]
    answer = {"hasMoreData": False, "campaignList": listed}
    sandbox.fail_next(200, answer, operation=f"{version}.get_campaign_history_by_status")
    done = run_here(environment, version, "list", "--status", "ended", "--json")
    assert [each["campaignName"] for each in json.loads(done.out)] == ["b", "c", "d", "a"]


def test_a_name_that_is_not_found_says_which_is_close(environment: Environment, sandbox: Sandbox) -> None:
    answer = {"hasMoreData": False, "campaignList": [campaign("Pilot 2", day(1)), campaign(None, day(1))]}
    sandbox.fail_next(200, answer, times=2, operation=HISTORY)
    done = run_here(environment, "v3", "list", "--status", "ended", "--name", "pilot 2")
    assert (done.out, done.err.rpartition(". ")[2]) == ("none\n", "Did you mean 'Pilot 2'?\n")
    done = run_here(environment, "v3", "list", "--status", "ended", "--name", "Nightly")
    assert "Did you mean" not in done.err


@pytest.mark.parametrize("columns", [80, 140])
def test_campaigns_are_a_table_on_a_terminal(environment: Environment, sandbox: Sandbox, columns: int) -> None:
    listed = [campaign("Pilot " * 9, day(1)), campaign("Nightly", day(2))]
    listed[0] |= {"id": CAMPAIGN_ID, "status": "CampaignRequestPending", "endDate": day(9)}
    sandbox.fail_next(200, {"hasMoreData": False, "campaignList": listed}, operation=HISTORY)
    done = run_on_terminal_here({**environment, "COLUMNS": str(columns)}, "v3", "list", "--status", "ended")
    assert done.code == 0
    assert max(map(len, done.text.splitlines())) <= columns
    assert ("╭" in done.text) == (columns == 140)
    for value in (CAMPAIGN_ID, "CampaignRequestPending", day(1), day(9), "Nightly"):
        assert value in done.text
    assert done.text.count("Pilot") == 9


@pytest.mark.parametrize("options", [("--since", "tomorrow"), ("--until", "tomorrow"), ("--status", "")])
def test_list_refuses_what_cannot_be_looked_for(
    environment: Environment, sandbox: Sandbox, options: tuple[str, ...]
) -> None:
    asked = len(sandbox.requests)
    assert run_here(environment, "v3", "list", *options).code == 2
    assert len(sandbox.requests) == asked


def test_a_report_that_cannot_be_read_is_not_an_empty_one(environment: Environment, sandbox: Sandbox) -> None:
    sandbox.fail_next(503, operation=HISTORY)
    done = run_here({**environment, "FOTA_MAX_ATTEMPTS": "1"}, "v3", "list", "--json")
    assert (done.code, done.out) == (3, "")


def page(*devices: tuple[str, str | None, str | None], total: int | None = None, cursor: str | None = None) -> Any:
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


@each_version
def test_list_as_csv_has_a_line_for_each_campaign(fleet: Sandbox, version: str) -> None:
    environment = environment_of(fleet)
    headings = run_here(environment, version, "list", "--csv")
    assert headings.code == 0
    assert headings.out.startswith("accountName,id,")
    assert headings.out.count("\n") == 1
    known = scheduled(environment, version, "--name", "One, two", "--device", IMEIS[0])
    (row,) = csv.DictReader(run_here(environment, version, "list", "--csv").out.splitlines())
    assert (row["id"], row["campaignName"], row["status"]) == (known, "One, two", "CampaignRequestPending")


@each_version
def test_list_refuses_days_in_the_wrong_order(environment: Environment, sandbox: Sandbox, version: str) -> None:
    asked = len(sandbox.requests)
    done = run_here(environment, version, "list", "--since", day(5), "--until", day(4))
    assert (done.code, done.out) == (2, "")
    assert f"--until {day(4)} is before --since {day(5)}" in done.err
    assert len(sandbox.requests) == asked
    assert run_here(environment, version, "list", "--since", day(5), "--until", day(5)).code == 0


CSV = {
    "v2": "deviceId,status,resultReason\n1,UpgradeSuccess,Done\n2,UpgradeFailed,Battery\n3,UpgradeSuccess,Done\n",
    "v3": "deviceId,status,resultReason,updatedTime,recentAttemptTime,nextAttemptTime\n"
    "1,UpgradeSuccess,Done,,,\n2,UpgradeFailed,Battery,,,\n3,UpgradeSuccess,Done,,,\n",
}


@each_version
def test_report_as_csv_has_a_line_for_each_device(environment: Environment, sandbox: Sandbox, version: str) -> None:
    for each in PAGES:
        sandbox.fail_next(200, each, operation=f"{version}.get_campaign_device_status")
    assert run_here(environment, version, "report", "--csv", CAMPAIGN_ID) == Done(0, CSV[version])
    sandbox.fail_next(200, page(), operation=f"{version}.get_campaign_device_status")
    done = run_here(environment, version, "report", "--csv", CAMPAIGN_ID)
    assert done.out == CSV[version].partition("\n")[0] + "\n"


def test_a_device_without_a_status_is_in_none_of_that_name(environment: Environment, sandbox: Sandbox) -> None:
    sandbox.fail_next(200, page(("1", None, "Done")), operation="v3.get_campaign_device_status")
    done = run_here(environment, "v3", "report", "--csv", "--status", "none", CAMPAIGN_ID)
    assert (done.code, done.out) == (0, CSV["v3"].partition("\n")[0] + "\n")
    assert "in status none. Statuses in it: none." in " ".join(done.err.split())


def test_what_the_service_says_in_csv_stays_in_its_cell(environment: Environment, sandbox: Sandbox) -> None:
    reason = 'a "b", c\nd\x1b[2J'
    sandbox.fail_next(200, page(("1", "UpgradeFailed", reason)), operation="v3.get_campaign_device_status")
    done = run_here(environment, "v3", "report", "--csv", CAMPAIGN_ID)
    (device,) = csv.DictReader(done.out.splitlines())
    assert device["resultReason"] == 'a "b", c\\x0ad\\x1b[2J'
    assert done.out.count("\n") == 2


def test_report_as_csv_and_as_json_is_refused(environment: Environment, sandbox: Sandbox) -> None:
    asked = len(sandbox.requests)
    done = run_here(environment, "v3", "report", "--csv", "--json", CAMPAIGN_ID)
    assert (done.code, "--csv and --json do not go together" in done.err) == (2, True)
    assert len(sandbox.requests) == asked


@each_version
def test_report_shows_the_devices_in_a_status(environment: Environment, sandbox: Sandbox, version: str) -> None:
    def report(*form: str) -> Done:
        for each in PAGES:
            sandbox.fail_next(200, each, operation=f"{version}.get_campaign_device_status")
        return run_here(environment, version, "report", *form, CAMPAIGN_ID)

    heading, *rows = CSV[version].splitlines(keepends=True)
    assert report("--csv", "--status", "UpgradeFailed") == Done(0, heading + rows[1])
    assert report("--csv", "--status", "upgradefailed", "--status", "UpgradeSuccess") == Done(0, CSV[version])
    told = json.loads(report("--json", "--status", "UpgradeFailed").out)
    assert ([each["deviceId"] for each in told["deviceList"]], len(told["counts"])) == (["2"], 2)
    lines = report("--status", "UpgradeFailed").out.splitlines()
    assert [line.split()[0] for line in lines[lines.index("Devices") + 2 :]] == ["2"]
    none = report("--csv", "--status", "UpgradeFailed", "--status", "Upgraded")
    assert (none.code, none.out) == (0, heading + rows[1])
    words = "No device of the report is in status Upgraded. Statuses in it: UpgradeSuccess, UpgradeFailed."
    assert words in " ".join(none.err.split())


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
    look = f"list --account {ACCOUNT} --name 'Pilot 1; rm'"
    assert f"looked for it: fota {version} {look}\n" in lost.err
    found = run_here(environment, version, "list", "--account", ACCOUNT, "--name", "Pilot 1; rm", "--json")
    assert [campaign["status"] for campaign in json.loads(found.out)] == ["CampaignRequestPending"]
