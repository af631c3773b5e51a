"""``fota rollout step``: one step, its dry run, and its exit codes."""

from __future__ import annotations

import json
import platform
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from fota_sdk.rollout.lock import StepLock
from tests.cli.command import interrupted, run, run_here
from tests.cli.rollouts import OTHER, PLAN, WAVES, Field, field_of
from tests.conftest import ACCOUNT


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Field]:
    """A roll-out that was started, and has not been stepped."""
    with field_of(tmp_path) as field:
        field.start()
        yield field


def test_a_step_schedules_the_first_wave_and_says_what_it_did(started: Field) -> None:
    done = started.on("step")
    start = started.sandbox.today + timedelta(days=1)
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[:4] == [
        "wave 1 is running",
        f"campaign 1 was scheduled: 5 devices of {ACCOUNT}, wave 1, from {start}",
        f"campaign 2 was scheduled: 5 devices of {OTHER}, wave 1, from {start}",
        "Spring running, wave 1 is running; 0 succeeded, 0 failed",
    ]
    assert lines[4].startswith("next: ")
    assert lines[4].endswith(": looks again")
    assert started.scheduled() == 2


def test_a_step_that_has_nothing_to_do_says_how_it_stands(started: Field) -> None:
    started.on("step")
    done = started.on("step")
    assert done.code == 0
    assert done.out.startswith("Spring running, wave 1 is running; 0 succeeded, 0 failed\nnext: ")
    assert started.scheduled() == 2


def test_the_plan_stands_for_the_journal_beside_it(started: Field) -> None:
    assert started.run("step", str(started.plan)).code == 0
    assert started.scheduled() == 2


def test_steps_go_by_the_clock_of_the_sandbox(started: Field) -> None:
    started.until(lambda status: status["state"] == "paused")
    assert started.states() == ("paused", ["passed", "waiting", "waiting"])
    assert started.status()["stepped_at"][:10] == started.sandbox.today.isoformat()


def test_quiet_prints_nothing_unless_a_person_is_needed(started: Field) -> None:
    done = started.on("step", "--quiet")
    assert (done.code, done.out, done.err) == (0, "", "")
    started.until(lambda status: status["state"] == "paused")
    done = started.on("step", "--quiet")
    assert done.code == 7
    assert f"let it begin: fota rollout approve {started.journal} 2\n" in done.out
    succeeded = started.status()["waves"][0]["counts"]["succeeded"]  # which devices a wave has is drawn
    assert done.out.splitlines()[:2] == [
        f"Spring waits for approval; {succeeded} succeeded, 0 failed",
        "paused, approval: wave 2 begins when it is approved",
    ]
    assert succeeded >= 9


def test_a_step_as_json(started: Field) -> None:
    done = started.on("step", "--json")
    assert done.code == 0
    told = json.loads(done.out)
    assert list(told) == ["state", "reasons", "actions", "calls", "next_at", "needs_person"]
    assert (told["state"], len(told["actions"]), told["needs_person"]) == ("running", 3, False)


def test_a_deadline_leaves_the_rest_for_the_next_step(started: Field) -> None:
    done = started.on("step", "--deadline", "0.000001")
    assert done.code == 0
    assert started.scheduled() == 0
    started.on("step")
    assert started.scheduled() == 2


# Exit codes


def test_7_is_a_person_who_is_needed(started: Field) -> None:
    done = started.until(lambda status: status["state"] == "paused")
    assert done.code == 7
    assert "paused, approval: wave 2 begins when it is approved\n" in done.out
    assert started.on("status").code == 7


def test_a_pause_of_a_person_needs_nobody(started: Field) -> None:
    started.on("pause")
    assert started.on("step").code == 0
    assert started.on("status").code == 0


def test_8_is_another_step_that_is_running(started: Field) -> None:
    with StepLock(str(started.journal)).held():
        done = started.on("step")
        assert (done.code, done.out) == (8, "")
        assert done.err.startswith(f"error: another step of the roll-out {started.journal} is running; this one did")
        assert started.on("status").code == 0
        assert started.on("pause").code == 0
    assert started.scheduled() == 0
    assert started.on("step").code == 0


def test_3_is_a_token_that_is_refused(started: Field) -> None:
    done = run_here({**started.environment, "FOTA_SESSION_TOKEN": "another"}, "rollout", "step", str(started.journal))
    assert done.code == 3
    assert "SessionToken.Invalid" in done.err
    assert "of accounts to which the plan gives credentials, those with their prefix.\n" in done.err
    assert started.scheduled() == 0
    assert started.on("step").code == 0


def test_2_is_a_secret_that_is_missing(started: Field) -> None:
    done = run_here({**started.environment, "FOTA_SESSION_TOKEN": ""}, "rollout", "step", str(started.journal))
    assert done.code == 2
    assert done.err.endswith("\n  Set FOTA_SESSION_TOKEN, or FOTA_USERNAME with FOTA_PASSWORD.\n")


def test_a_secret_that_is_missing_is_told_with_the_prefix_of_its_account(tmp_path: Path) -> None:
    tables = "".join(f'[accounts."{account}"]\ncredentials = "ACME"\n\n' for account in (ACCOUNT, OTHER))
    with field_of(tmp_path) as field:
        tokens = {name: field.environment.pop(name) for name in ("FOTA_API_TOKEN", "FOTA_SESSION_TOKEN")}
        field.environment.update({f"ACME_{name}": token for name, token in tokens.items()})
        field.start(PLAN + tables + WAVES)
        without = {**field.environment, "ACME_FOTA_API_TOKEN": ""}
        done = run_here(without, "rollout", "step", str(field.journal))
        assert done.code == 2
        assert done.err.splitlines() == [
            f"error: there is no API token for account {ACCOUNT}",
            "  Set ACME_FOTA_API_TOKEN, or ACME_FOTA_CLIENT_ID with ACME_FOTA_CLIENT_SECRET.",
        ]
        assert field.on("step").code == 0
        assert field.scheduled() == 2


def test_ctrl_c_in_a_step_says_that_the_next_one_goes_on(started: Field) -> None:
    started.sandbox.delay_next(4, operation="v3.schedule_campaign_firmware_upgrade")
    done = interrupted(
        started.environment, "rollout", "step", str(started.journal), when=lambda: started.status()["doubts"] != []
    )
    assert done.code == 130
    assert "interrupted; the journal knows how far it came, and the next step goes on there\n" in done.err
    started.sandbox.advance(hours=1)
    done = started.on("step")
    assert done.code == 0
    assert "campaign 1 is not found yet; it is looked for until " in done.out or "found at the service" in done.out


def test_2_is_a_roll_out_that_was_not_started(tmp_path: Path) -> None:
    from fota_sdk.rollout import Rollout, RolloutPlan

    with field_of(tmp_path) as field:
        rows = ((imei, ACCOUNT) for imei in field.of(ACCOUNT))
        Rollout.create(field.journal, RolloutPlan.from_file(field.write()), rows).close()
        done = field.on("step")
        assert done.code == 2
        assert done.err == f"it was not started, so nothing was done: fota rollout start {field.journal}\n"


def test_a_rate_limit_puts_the_accounts_off(started: Field) -> None:
    once = {**started.environment, "FOTA_MAX_ATTEMPTS": "1"}
    started.sandbox.throttle_next(2)
    done = run_here(once, "rollout", "step", str(started.journal))
    assert done.code == 0
    assert f"nothing is sent for {ACCOUNT} for 1 min: RateLimitError: " in done.out


@pytest.mark.parametrize("url", ["", "http://127.0.0.1:9/api"])
@pytest.mark.parametrize("command", ["step", "run"])
def test_a_shell_that_leads_elsewhere_is_refused(started: Field, command: str, url: str) -> None:
    elsewhere = {**started.environment, "FOTA_BASE_URL": url}
    done = run_here(elsewhere, "rollout", command, str(started.journal))
    there = url or "https://thingspace.verizon.com/api"
    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines()[0] == (
        f"error: the roll-out began at {started.sandbox.url}, and the clients lead to {there}; nothing was sent"
    )


COMMANDS = [
    ("step",),
    ("run",),
    ("status",),
    ("devices",),
    ("events",),
    ("report", "x.html"),
    ("pause",),
    ("resume",),
    ("approve", "1"),
    ("resolve", "1", "--absent"),
    ("stop",),
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_a_wrong_path_is_told_with_what_there_is(started: Field, command: tuple[str, ...]) -> None:
    name, *more = command
    done = started.run(name, str(started.folder / "sprung.rollout"), *more)
    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines() == [
        f"error: there is no journal at {started.folder / 'sprung.rollout'}; nothing was changed",
        "  There is spring.rollout. Check the path, or begin with: fota rollout start PLAN.toml",
    ]
    assert not (started.folder / "sprung.rollout").exists()


def test_a_plan_that_was_not_started_is_told(started: Field) -> None:
    plan = started.folder / "summer.toml"
    shutil.copy(started.plan, plan)
    done = started.run("step", str(plan))
    assert done.code == 2
    assert f"begin with: fota rollout start {plan}\n" in done.err


def test_what_is_no_journal_is_told(started: Field) -> None:
    done = started.run("step", str(started.folder / "fleet.csv"))
    assert done.code == 2
    assert "fleet.csv cannot be read as a journal" in done.err


def test_a_journal_that_was_copied_is_refused_without_moved(started: Field) -> None:
    started.on("step")
    copy = started.folder / "copy.rollout"
    shutil.copy(started.journal, copy)
    done = started.run("step", str(copy))
    assert done.code == 2
    assert "it was moved, copied or restored; nothing was sent" in done.err
    assert "--moved" in done.err
    assert started.run("step", "--moved", str(copy)).code == 0
    assert started.scheduled() == 2


def test_a_journal_that_is_refused_says_so_wherever_it_is_looked_at(started: Field) -> None:
    started.on("step")
    copy = started.folder / "copy.rollout"
    shutil.copy(started.journal, copy)
    why = f"the journal belongs to {started.journal} on {platform.node()}: it was moved, copied or restored, and steps"
    go_on = f": fota rollout step {copy} --moved\n"
    shown = started.run("status", str(copy)).out
    assert f"moved: {why} refuse it\n    if it is the only copy in use, go on with it{go_on}" in shown
    dry = started.run("step", "--dry-run", str(copy))
    assert f"warning: {why} refuse it\n" in dry.err
    assert "moved: " not in started.on("status").out
    assert dry.err != started.on("step", "--dry-run").err == ""


def test_what_is_asked_of_a_copy_is_said_to_reach_no_step(started: Field) -> None:
    started.on("step")
    copy = started.folder / "copy.rollout"
    shutil.copy(started.journal, copy)
    done = started.run("pause", str(copy))
    assert "steps refuse it\nAsk this of the journal that is in use. " in done.err
    assert done.err.endswith(f"  fota rollout step {copy} --moved\n")


def test_a_restored_journal_says_that_it_is_older(started: Field) -> None:
    started.on("step")
    copy = started.folder / "backup"
    shutil.copy(started.journal, copy)
    started.on("step")
    shutil.copy(copy, started.journal)
    assert "moved: the journal is older than its last step: it was moved" in started.on("status").out
    started.journal.with_name(f"{started.journal.name}-lock").unlink()
    assert f"moved: the journal has lost its lock, {started.journal}-lock: " in started.on("status").out


def test_a_lock_that_cannot_be_read_hinders_no_look(started: Field) -> None:
    started.on("step")
    started.journal.with_name(f"{started.journal.name}-lock").write_bytes(b"no database" * 1000)
    done = started.on("status")
    assert (done.code, "moved: " in done.out) == (0, False), done.err


def test_the_real_command_steps(started: Field) -> None:
    done = run(started.environment, "rollout", "step", str(started.journal))
    assert done.code == 0, done.err
    assert started.scheduled() == 2


# What would happen


def test_a_dry_run_tells_what_a_step_would_do_now(started: Field) -> None:
    done = started.on("step", "--dry-run")
    start = started.sandbox.today + timedelta(days=1)
    assert (done.code, done.err) == (0, "")
    first, *lines = done.out.splitlines()
    assert first.endswith("UTC), now, if no device changes until then:")
    assert lines == [
        "  wave 1 begins",
        f"  schedules 10 devices of wave 1 for {start}",
        f"    {ACCOUNT}: 5 devices of wave 1, from {start}",
        f"    {OTHER}: 5 devices of wave 1, from {start}",
    ]
    assert started.scheduled() == 0
    assert started.status()["stepped_at"] is None


def test_a_dry_run_looks_at_tomorrow(started: Field) -> None:
    done = started.on("step", "--dry-run", "--days", "1")
    start = started.sandbox.today + timedelta(days=2)
    assert done.out.startswith("A step tomorrow ")
    assert f"schedules 10 devices of wave 1 for {start}\n" in done.out
    same = started.on("step", "--dry-run", "--at", f"{started.sandbox.today + timedelta(days=1)}T23:00")
    assert f"schedules 10 devices of wave 1 for {start}\n" in same.out


def test_a_dry_run_that_finds_nothing_says_so(started: Field) -> None:
    started.on("step")
    done = started.on("step", "--dry-run", "--days", "1")
    assert done.out.splitlines()[1:] == [
        "  schedules nothing and cancels nothing",
        "    wave 1: 0 of 10 devices succeeded (0.0%); the gate wants 90%",
    ]


def test_a_dry_run_in_a_pause_says_that_it_is_one(started: Field) -> None:
    started.on("pause", "--comment", "alarms")
    started.on("step")
    done = started.on("step", "--dry-run", "--days", "1")
    assert "    paused, by a person: alarms\n" in done.out


def test_a_dry_run_says_what_it_does_not_take_into_account(started: Field) -> None:
    started.on("pause", "--comment", "alarms")
    done = started.on("step", "--dry-run")
    assert done.err == "not taken into account, though the next step obeys it first: pause: alarms\n"


def test_a_dry_run_as_json(started: Field) -> None:
    told = json.loads(started.on("step", "--dry-run", "--json").out)
    start = str(started.sandbox.today + timedelta(days=1))
    assert told["make"][0] == {"account": ACCOUNT, "wave": 1, "size": 5, "start": start}
    assert (told["state"], told["take_back"]) == ("running", [])


def test_many_campaigns_of_a_dry_run_are_cut_and_said_to_be(tmp_path: Path) -> None:
    with field_of(tmp_path) as field:
        field.start(f"campaign_size = 1\n{PLAN}{WAVES.replace('devices = 5', 'devices = 8')}")
        lines = field.on("step", "--dry-run").out.splitlines()
    assert len(lines) == 1 + 2 + 10 + 1
    assert lines[-1] == "    ... and 6 more campaigns; --json tells all"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--days", "1"), "--at and --days say which time --dry-run looks at"),
        (("--at", "2030-01-01"), "--at and --days say which time --dry-run looks at"),
        (("--dry-run", "--days", "1", "--at", "2030-01-01"), "give --at or --days"),
        (("--dry-run", "--at", "tomorrow"), "is not a time such as 2026-11-28"),
        (("--dry-run", "--at", "2020-01-01"), "that time is over"),
        (("--dry-run", "--at", "9999-12-31"), "that time is more than 3660 days away"),
        (("--dry-run", "--at", "9999-12-31T23:59-12:00"), "that time is more than 3660 days away"),
        (("--dry-run", "--days", "-1"), "-1"),
        (("--dry-run", "--days", "nan"), "'nan' is not a number from 0 to 3660"),
        (("--dry-run", "--days", "3661"), "'3661' is not a number from 0 to 3660"),
        (("--deadline", "soon"), "is not a time such as 90, 15m"),
    ],
)
def test_wrong_options_are_told_and_nothing_is_done(started: Field, options: tuple[str, ...], words: str) -> None:
    done = started.on("step", *options)
    assert (done.code, done.out) == (2, "")
    assert words in done.err
    assert started.scheduled() == 0
