"""``fota rollout plan`` and ``start``: what will happen is shown, and faults are told, before anything begins."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from fota_sdk.rollout import Rollout, RolloutPlan
from fota_sdk.rollout.fleet import read_fleet
from tests.cli.command import COLUMNS, Environment, run_here, run_on_terminal_here
from tests.cli.rollouts import OTHER, PACKAGE, PLAN, WAVES, Field, field_of, imei
from tests.conftest import ACCOUNT


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Field]:
    with field_of(tmp_path) as field:
        yield field


def test_plan_tells_what_will_happen(fleet: Field) -> None:
    done = fleet.run(
        "plan",
        str(fleet.write(PLAN + "[schedule]\nper_day = 12\nwindows = [{ start_time = 2, end_time = 5 }]\n" + WAVES)),
    )
    assert done.code == 0
    today = fleet.sandbox.today
    day = [str(today + timedelta(days=number)) for number in range(12)]
    assert done.out.splitlines() == [
        "Roll-out Spring",
        f"service      {fleet.sandbox.url}",
        f"firmware     {PACKAGE}",
        "from, to     SR1.2.0.0-10512, SR1.2.0.0-10657",
        f"devices      40 devices of 2 accounts: {ACCOUNT} and {OTHER}",
        "credentials  FOTA_*",
        "a campaign   at most 1,000 devices, for 7 days, 2-5 (hours, UTC), scheduled 1 day ahead",
        f"finished     {day[10]} at the earliest, where devices act within a day",
        "Waves, at the earliest",
        "wave     devices  campaigns  starts, UTC               most a day  begins",
        f"1 pilot  10       2          {day[1]}                10          at once",
        f"wave 2   10       2          {day[4]}                10          approved",
        f"wave 3   20       3          {day[7]} to {day[8]}  12          by itself",
        "Rules",
        "next wave begins   once 90% of the devices succeeded, and 24h have passed",
        "roll-out pauses    when more than 5% failed (of at least 20, 95% sure)",
        "account is held    when more than 5% failed (of at least 20, 95% sure)",
        "account is held    when more than 20% were rejected (of at least 20, 95% sure)",
        "cannot be stopped  up to 12 devices a day, once their campaigns have started (V3)",
        "looks              every 6 h, on the first day of a campaign every 1 h",
    ]
    assert done.err == f"nothing was sent or written; to begin:\n  fota rollout start {fleet.plan}\n"
    assert sorted(path.name for path in fleet.folder.iterdir()) == ["fleet.csv", "spring.toml"]


def test_plan_is_finished_when_the_last_devices_have_acted_not_when_the_last_wave_passes(fleet: Field) -> None:
    done = fleet.run("plan", str(fleet.write(PLAN + '[schedule]\nper_day = 1\n[[wave]]\nshare = "100%"\n')))
    last = fleet.sandbox.today + timedelta(days=len(fleet.devices))  # 90 %, the gate, are done four days earlier
    assert f"finished     {last + timedelta(days=1)} at the earliest" in done.out


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_plan_tells_the_same_as_json(fleet: Field) -> None:
    done = fleet.run("plan", "--json", str(fleet.write()))
    assert (done.code, done.err) == (0, "")
    told = json.loads(done.out)
    assert (told["devices"], told["accounts"], told["urls"]) == (40, [ACCOUNT, OTHER], [fleet.sandbox.url])
    assert told["plan"]["name"] == "Spring"
    assert [wave["devices"] for wave in told["waves"]] == [10, 10, 20]
    assert told["waves"][0]["first_day"] == (fleet.sandbox.today + timedelta(days=1)).isoformat()


def test_plan_points_at_waves_without_a_device(fleet: Field) -> None:
    plan = fleet.write()  # its pilot and half of the devices are left out by the column
    rows = (fleet.folder / "fleet.csv").read_text().split()
    (fleet.folder / "fleet.csv").write_text("\n".join([f"{rows[0]},wave", *(f"{row},3" for row in rows[1:])]))
    done = fleet.run("plan", str(plan))
    assert "empty waves  1 pilot and wave 2: see the plan, and the column wave of the file" in done.out


def test_plan_needs_no_secret_and_sends_nothing(fleet: Field) -> None:
    nothing = {**fleet.environment, "FOTA_API_TOKEN": "", "FOTA_SESSION_TOKEN": ""}
    assert run_here(nothing, "rollout", "plan", str(fleet.write())).code == 0
    assert fleet.sandbox.requests == []


def test_plan_of_software_says_that_it_can_be_cancelled_later_too(fleet: Field) -> None:
    campaign = """
[campaign]
software_name = "FOTA_Verizon_Model-A_02To03_HF"
software_from = "FOTA_Verizon_Model-A_00To01_HF"
software_to = "FOTA_Verizon_Model-A_02To03_HF"
distribution_type = "HTTP"
"""
    others = "stop = []\ncampaign_size = 3\nwave = [{ share = '100%' }]\ngate = { success = '95%', soak = '2d' }\n"
    done = fleet.run(
        "plan", str(fleet.write(f'name = "Spring"\ndevices = "fleet.csv"\napi = "v2"\n{others}{campaign}'))
    )
    assert done.code == 0, done.err
    assert "software     FOTA_Verizon_Model-A_02To03_HF\n" in done.out
    assert "wave 1  40       14         " in done.out
    assert "once 95% of the devices succeeded, and 2d have passed\n" in done.out
    assert "never because of failures: the plan has no [[stop]]\n" in done.out
    assert "nothing: V2 cancels campaigns after their start, too; at most 40 devices start on a day\n" in done.out


def test_a_wave_of_more_than_a_few_days_without_per_day_is_pointed_at(fleet: Field) -> None:
    done = fleet.run("plan", str(fleet.write()))
    assert (
        "up to 20 devices a day, once their campaigns have started (V3); [schedule] per_day makes it less" in done.out
    )


def test_credentials_of_an_account_without_a_device_are_told(fleet: Field) -> None:
    mistyped = '[accounts."0000123456-00020"]\ncredentials = "ACME"\n'
    done = fleet.run("plan", str(fleet.write(f"{PLAN}{mistyped}{WAVES}")))
    assert done.code == 0
    assert "credentials  FOTA_*\n" in done.out
    assert "not used     [accounts] of 0000123456-00020: no device of the file is there\n" in done.out


def test_accounts_with_credentials_of_their_own_are_told_where_they_are(fleet: Field) -> None:
    done = fleet.run("plan", str(fleet.write(f'{PLAN}[accounts."{OTHER}"]\ncredentials = "ACME"\n{WAVES}')))
    assert "credentials  FOTA_* and ACME_FOTA_*\n" in done.out


def test_plan_fits_a_terminal_of_80_columns(fleet: Field) -> None:
    done = run_on_terminal_here(fleet.environment, "rollout", "plan", str(fleet.write()))
    assert done.code == 0
    assert max(len(line) for line in done.text.splitlines() if not line.startswith("  fota ")) <= COLUMNS
    assert "╭" in done.text


# What is wrong with a plan or its devices: nothing is sent or written, all of it is told, and what to do


@pytest.fixture(params=["plan", "start"])
def command(request: pytest.FixtureRequest) -> str:
    """Both commands that read a plan."""
    return str(request.param)


def refused(fleet: Field, command: str, *words: str) -> list[str]:
    """Expect a command to refuse the plan with some words; return the lines of what it says."""
    found = names(fleet.folder)
    done = fleet.run(command, str(fleet.plan))
    assert (done.code, done.out) == (2, "")
    assert [each for each in words if each not in done.err] == [], done.err
    assert names(fleet.folder) == found
    assert fleet.sandbox.requests == []
    return done.err.splitlines()


def test_all_errors_of_a_plan_are_told_at_once(fleet: Field, command: str) -> None:
    fleet.write(PLAN + "[[wave]]\nshare = 50\n\n[[wave]]\nshare = '40%'\nnamed = 'x'\n\n[gate]\nsucces = '90%'\n")
    places = ("  wave[0].share: ", "  wave[1].named: ", "  gate.succes: ")
    lines = refused(fleet, command, f"error: {fleet.plan} cannot be used; nothing was sent or written:\n", *places)
    assert len(lines) == 5


def test_a_plan_that_is_no_toml_is_told_with_its_line(fleet: Field, command: str) -> None:
    fleet.write("name = Spring\n")
    refused(fleet, command, "line 1", "texts stand in quotes")


def test_a_journal_in_the_place_of_a_plan_is_told(fleet: Field) -> None:
    fleet.start()
    done = fleet.run("plan", str(fleet.journal))
    assert done.code == 2
    assert "is a database, such as a journal is, and no plan in TOML" in done.err


def test_a_plan_that_is_not_there_is_told(fleet: Field) -> None:
    done = fleet.run("start", str(fleet.folder / "summer.toml"))
    assert done.code == 2
    assert "summer.toml cannot be read: No such file or directory" in done.err


def test_a_file_of_devices_that_is_not_there_is_told(fleet: Field, command: str) -> None:
    fleet.write()
    (fleet.folder / "fleet.csv").unlink()
    refused(fleet, command, "fleet.csv, which ", "spring.toml names, cannot be read: No such file or directory")


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("990013907884253,0000123456-00001\n", ["has no headings"]),
        ("imei\n990013907884253\n", ["no column for the account"]),
        ("imei,account\n", ["holds no device"]),
        ("", ["is empty"]),
    ],
)
def test_a_file_that_is_no_fleet_is_told(fleet: Field, command: str, rows: str, words: list[str]) -> None:
    fleet.write()
    (fleet.folder / "fleet.csv").write_text(rows)
    refused(fleet, command, f"error: {fleet.folder / 'fleet.csv'} cannot be used; nothing was sent or written:", *words)


def test_faults_of_single_devices_are_told_with_their_lines(fleet: Field, command: str) -> None:
    fleet.write()
    rows = [
        f"{imei(1)},{ACCOUNT},",
        f"{imei(2)},12345,",
        f"{imei(1)},{ACCOUNT},",
        f"99001390788425,{ACCOUNT},",
        f"{imei(3)},{ACCOUNT},nine",
    ]
    (fleet.folder / "fleet.csv").write_text("imei,account,wave\n" + "\n".join(rows) + "\n")
    refused(
        fleet,
        command,
        "fleet.csv looked over: ",
        "  error: line 3:",
        "  error: line 4:",
        "  error: line 5:",
        "  error: line 6:",
        "error: nothing was sent or written: correct these lines, or leave them out\n",
    )


def test_all_faults_of_devices_are_told_and_of_many_warnings_the_first(fleet: Field, command: str) -> None:
    fleet.write()
    odd = [f"{each[:-1]}{(int(each[-1]) + 1) % 10}" for each in map(imei, range(30))]
    rows = [f"{each},{ACCOUNT}" for each in odd] + [f"{imei(number)},12345" for number in range(40)]
    (fleet.folder / "fleet.csv").write_text("imei,account\n" + "\n".join(rows) + "\n")
    lines = refused(fleet, command, "  ... and 20 more warnings; all of them, in Python: read_fleet(FILE).warnings\n")
    assert sum(line.startswith("  error: line ") for line in lines) == 40
    assert sum(line.startswith("  warning: line ") for line in lines) == 10


def test_all_that_has_to_be_mended_before_a_start_is_told(fleet: Field) -> None:
    accounts = [f"0000123456-{number:05}" for number in range(100, 115)]
    fleet.write()
    rows = [f"{imei(number)},{account}" for number, account in enumerate(accounts)]
    (fleet.folder / "fleet.csv").write_text("imei,account\n" + "\n".join(rows) + "\n")
    done = fleet.run("start", str(fleet.plan))
    assert done.code == 1
    assert [account for account in accounts if f"  error: {account}: " not in done.err] == []


def test_a_warning_about_a_device_is_told_and_does_not_hinder(fleet: Field) -> None:
    fleet.write()
    odd = f"{imei(1)[:-1]}{9 - int(imei(1)[-1])}"
    fleet.sandbox.add_devices([odd])
    (fleet.folder / "fleet.csv").write_text(f"imei,account\n{odd},{ACCOUNT}\n{imei(0)},{ACCOUNT}\n")
    done = fleet.run("start", str(fleet.plan))
    assert done.code == 0
    assert "wrong check digit: 1\n  warning: line 2:" in done.err


# Starting


def test_start_writes_the_journal_beside_the_plan_and_schedules_nothing(fleet: Field) -> None:
    done = fleet.run("start", str(fleet.write()))
    assert done.code == 0
    assert done.out.startswith("Roll-out Spring\n")
    assert done.out.endswith(f"Spring was started: {fleet.journal}\n")
    assert f"  fota rollout step {fleet.journal}\n  fota rollout run {fleet.journal}\n" in done.err
    assert stat.S_IMODE(fleet.journal.stat().st_mode) == 0o600
    assert fleet.states() == ("running", ["waiting"] * 3)
    assert fleet.scheduled() == 0


def test_start_writes_the_journal_where_it_is_told_to(fleet: Field) -> None:
    path = fleet.folder / "my journal"
    done = fleet.run("start", "--journal", str(path), str(fleet.write()))
    assert done.code == 0
    assert f"  fota rollout step '{path}'\n" in done.err
    assert path.exists()
    assert not fleet.journal.exists()


def test_a_journal_that_cannot_be_written_is_told(fleet: Field) -> None:
    path = fleet.folder / "nowhere" / "spring.rollout"
    done = fleet.run("start", "--journal", str(path), str(fleet.write()))
    assert done.code == 2
    assert f"error: {path} cannot be written: No such file or directory. Nothing was scheduled.\n" in done.err


def test_what_the_service_knows_may_refuse_a_start(fleet: Field) -> None:
    fleet.devices += [imei(100), imei(101)]
    done = fleet.run("start", str(fleet.write()))
    assert done.code == 1
    for account, device in ((ACCOUNT, imei(100)), (OTHER, imei(101))):
        assert (
            f"  error: {account}: device {device}: not among the account's devices of LWM2M: take out of "
            "the file, or correct protocol in the plan. "
            f"Which are there: fota v3 account-devices --account {account} --protocol LWM2M\n"
        ) in done.err
    assert done.err.endswith("not started; nothing was scheduled or written. Mend the errors, then start it again\n")
    assert names(fleet.folder) == ["fleet.csv", "spring.toml"]


def test_a_package_that_an_account_does_not_have_is_told_with_the_command_that_lists_them(fleet: Field) -> None:
    fleet.write(PLAN.replace('firmware_from = "SR1.2.0.0-10512"', 'firmware_from = "SR1.1"') + WAVES)
    done = fleet.run("start", str(fleet.plan))
    assert done.code == 1
    assert f"  error: {ACCOUNT}: the package {PACKAGE} is not available to it over LWM2M, from SR1.1 to " in done.err
    assert f". Which are: fota v3 packages --account {ACCOUNT}\n" in done.err


def test_a_distribution_type_that_devices_do_not_have_is_pointed_at(fleet: Field) -> None:
    software = "FOTA_Verizon_Model-A_02To03_HF"
    plan = PLAN.replace("[campaign]", 'api = "v2"\n\n[campaign]').replace("firmware_", "software_")
    plan = plan.replace(PACKAGE, software).replace("software_to", 'distribution_type = "OMD-DM"\nsoftware_to')
    fleet.write(plan + WAVES)
    done = fleet.run("start", str(fleet.plan))
    assert done.code == 1
    assert "not among the account's devices of OMD-DM: take out of the file, or correct distribution_type" in (done.err)
    assert f"Which are there: fota v2 account-devices --account {ACCOUNT}\n" in done.err


@pytest.mark.parametrize(("status", "code"), [(401, None), (400, "FOTA.REQUEST.SessionToken.Expired")])
def test_tokens_that_are_refused_end_a_start_and_nothing_more_is_asked(
    fleet: Field, status: int, code: str | None
) -> None:
    plan = str(fleet.write())
    fleet.sandbox.fail_next(status, {"errorCode": code, "errorMessage": "no"} if code else None)
    done = fleet.run("start", plan)
    assert done.code == 3
    assert "Check FOTA_API_TOKEN" in done.err
    assert "not started" not in done.err
    assert len(fleet.sandbox.requests) == 1
    assert names(fleet.folder) == ["fleet.csv", "spring.toml"]


def test_what_a_person_may_judge_does_not_refuse_a_start(fleet: Field) -> None:
    fleet.sandbox.add_devices([fleet.devices[0]], is_active=False)
    done = fleet.run("start", str(fleet.write()))
    assert done.code == 0
    assert f"  warning: {ACCOUNT}: device {fleet.devices[0]}: not active" in done.err


def test_a_secret_that_is_missing_is_told_before_anything_is_asked(fleet: Field) -> None:
    plan = fleet.write(f'{PLAN}[accounts."{OTHER}"]\ncredentials = "ACME"\n{WAVES}')
    done = run_on_terminal_here(fleet.environment, "rollout", "start", str(plan))
    assert done.code == 2
    assert "Set ACME_FOTA_API_TOKEN, or ACME_FOTA_CLIENT_ID with ACME_FOTA_CLIENT_SECRET." in done.text
    assert fleet.sandbox.requests == []
    assert not fleet.journal.exists()


def test_a_journal_in_the_place_of_its_plan_is_never_written_over_nor_taken_for_a_plan(fleet: Field) -> None:
    fleet.start()
    done = fleet.run("start", str(fleet.journal))
    assert done.code == 2
    assert done.err.endswith("  Another one of the same plan: fota rollout start --journal FILE PLAN.toml\n")


def test_a_journal_that_is_there_is_never_written_over(fleet: Field) -> None:
    fleet.start()
    before = fleet.journal.read_bytes()
    done = fleet.run("start", str(fleet.plan))
    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines() == [
        f"error: there is the journal {fleet.journal} already: Spring is running. Nothing was sent or written.",
        f"  Look at it: fota rollout status {fleet.journal}",
        f"  Another one of the same plan: fota rollout start --journal FILE {fleet.plan}",
    ]
    assert fleet.journal.read_bytes() == before


def test_something_else_at_the_path_of_the_journal_is_never_written_over(fleet: Field) -> None:
    fleet.write()
    fleet.journal.write_text("my notes")
    done = fleet.run("start", str(fleet.plan))
    assert done.code == 2
    assert "spring.rollout" in done.err
    assert fleet.journal.read_text() == "my notes"


def test_a_journal_that_a_script_has_written_is_started(fleet: Field) -> None:
    plan = RolloutPlan.from_file(fleet.write())
    Rollout.create(fleet.journal, plan, read_fleet(fleet.folder / "fleet.csv", plan)).close()
    assert fleet.states()[0] == "planned"
    assert f"start it: fota rollout start {fleet.journal}" in fleet.on("status").out
    done = fleet.run("start", str(fleet.journal))
    assert done.code == 0
    assert "Waves, at the earliest" in done.out
    assert fleet.states()[0] == "running"


# Asking


@pytest.fixture
def production(fleet: Field) -> Iterator[Environment]:
    """Variables that lead to production, where the sandbox answers."""
    fleet.write()
    with fleet.sandbox.mocked():
        yield {**fleet.environment, "FOTA_BASE_URL": ""}


def test_where_nobody_can_be_asked_nothing_begins_without_yes(fleet: Field, production: Environment) -> None:
    done = run_here(production, "rollout", "start", str(fleet.plan))
    assert done.code == 2
    assert "there is no terminal to ask on. Add --yes" in done.err
    assert not fleet.journal.exists()
    assert run_here(production, "rollout", "start", "--yes", str(fleet.plan)).code == 0
    assert fleet.journal.exists()


@pytest.mark.parametrize(("typed", "code"), [("n\n", 2), ("", 2), ("y\n", 0)])
def test_a_person_sees_what_will_happen_and_is_asked(
    fleet: Field, production: Environment, typed: str, code: int
) -> None:
    done = run_on_terminal_here(production, "rollout", "start", str(fleet.plan), given=typed)
    assert done.code == code
    assert "https://thingspace.verizon.com/api" in done.text
    assert "Start Spring with 40 devices? [y/N]" in done.text
    assert fleet.journal.exists() == (code == 0)
