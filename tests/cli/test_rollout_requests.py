"""``fota rollout pause``, ``resume``, ``approve``, ``stop`` and ``resolve``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.command import Environment, run_here, run_on_terminal_here
from tests.cli.rollouts import OTHER, Field, field_of
from tests.conftest import ACCOUNT

POST = "v3.schedule_campaign_firmware_upgrade"


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Field]:
    with field_of(tmp_path) as field:
        field.start()
        yield field


@pytest.fixture
def elsewhere(started: Field) -> Environment:
    """Variables that lead to a service that is not on this machine; nothing is sent there."""
    return {**started.environment, "FOTA_BASE_URL": "https://fota.example/api"}


def test_what_is_asked_for_is_obeyed_by_the_next_step(started: Field) -> None:
    done = started.on("pause", "--comment", "alarms from the field")
    assert (done.code, done.out) == (0, "asked for: pause the roll-out\n")
    assert done.err.splitlines() == [
        "It is written down. The step that runs obeys, or the next one, from cron or by hand:",
        f"  fota rollout step {started.journal}",
    ]
    assert started.status()["state"] == "running"
    done = started.on("step")
    assert "pause: alarms from the field\n" in done.out
    assert started.status()["state"] == "paused"
    assert started.scheduled() == 0
    assert started.on("resume").code == 0
    started.on("step")
    assert started.scheduled() == 2


def test_what_was_asked_for_is_told_in_words(started: Field) -> None:
    asked = [
        ("pause", ("--account", ACCOUNT), f"pause {ACCOUNT}"),
        ("resume", ("--account", ACCOUNT), f"resume {ACCOUNT}"),
        ("approve", ("2",), "approve wave 2"),
        ("pause", (), "pause"),
        ("resume", ("--requeue",), "resume with requeue"),
        ("stop", ("--yes",), "stop"),
    ]
    for command, options, words in asked:
        assert started.on(command, *options, "--comment", "why").code == 0
        assert f"asked for: {words}: why; the next step obeys" in started.on("status").out
        assert f"\n{words}: why\n" in f"\n{started.on('step').out}"
    told = [line[18:] for line in started.on("events").out.splitlines()]
    assert [text for text in told if text.endswith(": why")] == [f"{words}: why" for _, _, words in asked]


def test_a_resolved_doubt_is_told_in_words(started: Field) -> None:
    started.sandbox.lose_next_answer("v3.schedule_campaign_firmware_upgrade")
    started.on("step")
    assert started.on("resolve", "1", "--absent", "--yes", "--comment", "the history is empty").code == 0
    assert "resolve campaign 1 as absent: the history is empty\n" in started.on("step").out


def test_pausing_twice_keeps_the_newer_words(started: Field) -> None:
    for comment in ("one", "two"):
        assert started.on("pause", "--comment", comment).code == 0
        started.on("step")
    assert "paused, by a person: two\n" in started.on("status").out
    started.on("resume")
    started.on("step")
    assert started.status()["state"] == "running"


def test_one_account_is_paused_and_the_others_go_on(started: Field) -> None:
    started.on("pause", "--account", ACCOUNT)
    done = started.on("step")
    assert done.code == 0
    assert started.scheduled() == 1
    assert f"go on: fota rollout resume {started.journal} --account {ACCOUNT}\n" in done.out
    done = started.on("resume", "--account", ACCOUNT)
    assert "acknowledged: the pause: no comment\n" in done.err
    started.on("step")
    assert started.scheduled() == 2


@pytest.mark.parametrize("whom", [(), ("--account", ACCOUNT)])
def test_what_a_person_has_paused_needs_no_person(started: Field, whom: tuple[str, ...]) -> None:
    started.on("pause", *whom)
    assert [started.on(command).code for command in ("step", "status")] == [0, 0]
    assert started.on("step", "--quiet").out == ""
    started.sandbox.fail_next(400, {"errorCode": "NO", "errorMessage": "Not today"}, operation=POST)
    started.on("resume", *whom)
    assert [started.on(command).code for command in ("step", "status")] == [7, 7]
    started.on("pause", *whom)
    assert [started.on(command).code for command in ("step", "status")] == [7, 7]


def test_once_it_is_stopped_no_person_is_needed_for_what_held_it_up(started: Field) -> None:
    started.sandbox.fail_next(400, {"errorCode": "NO", "errorMessage": "Not today"}, operation=POST)
    assert started.on("step").code == 7
    started.on("stop", "--yes")
    assert [started.on(command).code for command in ("step", "status")] == [0, 0]
    assert started.states()[0] == "stopping"
    assert [started.on(command).code for command in ("step", "status")] == [0, 0]
    assert started.states()[0] == "stopped"


def test_a_doubt_needs_a_person_while_it_is_stopping_too(started: Field) -> None:
    started.sandbox.fail_next(503, operation=POST)
    started.on("step")
    started.on("stop", "--yes")
    started.steps(days=3)
    assert started.states()[0] == "stopping"
    assert [started.on(command).code for command in ("step", "status")] == [7, 7]


def test_no_step_for_long_needs_a_person_in_a_pause_too_while_there_is_something_to_look_at(started: Field) -> None:
    started.on("step")
    started.sandbox.advance(days=1, hours=1)
    started.on("pause")
    started.on("step")
    assert started.on("status").code == 0
    started.sandbox.advance(days=3)
    assert started.on("status").code == 7


def test_a_pause_in_which_nothing_is_to_be_looked_at_may_last(started: Field) -> None:
    started.on("pause")
    started.on("step")
    started.sandbox.advance(days=30)
    assert started.on("status").code == 0


def test_what_needs_no_approval_is_told_and_not_written_down(started: Field) -> None:
    def told(wave: str) -> str:
        done = started.on("approve", wave)
        assert (done.code, done.out) == (2, "")
        return done.err

    assert told("3").startswith("error: wave 3 needs no approval: its approval is automatic, and it begins by itself;")
    assert started.on("approve", "2").code == 0
    assert told("2").startswith("error: wave 2 is approved already, and begins once its turn comes; nothing")
    started.on("step")
    assert told("2").startswith("error: wave 2 is approved already, and begins once its turn comes; nothing")
    assert told("pilot").startswith("error: wave 1 (pilot) has begun before, and is running; nothing was changed")
    started.until(lambda status: status["waves"][1]["state"] == "running")
    assert told("1").startswith("error: wave 1 (pilot) has begun before, and is passed; nothing was changed")
    assert f"fota rollout status {started.journal}\n" in told("2")
    assert started.status()["pending_requests"] == []


REFUSED = [
    (("resume",), "error: the roll-out is not paused"),
    (("resume", "--account", OTHER), f"error: account {OTHER} is not held"),
    (("pause", "--account", "0000123456-00009"), "error: the roll-out has no account 0000123456-00009"),
    (("resume", "--requeue", "--account", OTHER), "--requeue goes with the roll-out as a whole"),
    (("approve", "9"), "there is no wave 9; there are pilot, wave 2, wave 3"),
    (("approve", "canary"), "there is no wave 'canary'; there are pilot, wave 2, wave 3"),
    (("resolve", "7", "--absent"), "campaign 7 is not in doubt: there is no such campaign; nothing was changed\n"),
    (("resolve", "1", "--id", "x"), "campaign 1 is not in doubt: it is scheduled; nothing was changed\n  No"),
    (("resolve", "1"), "give --id where the campaign is at the service, or --absent"),
    (("resolve", "1", "--id", "x", "--absent"), "give --id where the campaign is at the service, or --absent"),
    (("resolve", "one", "--absent"), "'one' is not a valid integer"),
]


@pytest.mark.parametrize(("command", "words"), REFUSED, ids=lambda each: " ".join(each)[:30])
def test_what_cannot_be_asked_is_told_and_not_written_down(
    started: Field, command: tuple[str, ...], words: str
) -> None:
    started.on("step")
    name, *more = command
    done = started.on(name, *more)
    assert (done.code, done.out) == (2, "")
    assert words in done.err
    assert started.status()["pending_requests"] == []


@pytest.mark.parametrize("wave", ["2", "wave 2"])
def test_a_wave_is_approved_by_its_number_or_its_name(started: Field, wave: str) -> None:
    started.until(lambda status: status["state"] == "paused")
    assert started.states() == ("paused", ["passed", "waiting", "waiting"])
    done = started.on("resume")
    assert done.code == 2
    assert f"Approve it: fota rollout approve {started.journal} 2\n" in done.err
    assert started.on("approve", wave).code == 0
    started.on("step")
    assert started.states() == ("running", ["passed", "running", "waiting"])


def test_what_is_over_takes_no_more_requests(started: Field) -> None:
    started.on("stop")
    started.on("step")
    assert started.states()[0] == "stopped"
    for command in (("pause",), ("resume",), ("stop",), ("approve", "2"), ("resolve", "1", "--absent")):
        done = started.on(*command)
        assert done.code == 2
        assert "error: the roll-out is stopped; nothing was changed\n" in done.err


# Stopping


def test_a_dry_run_of_a_stop_tells_what_it_would_cancel(started: Field) -> None:
    started.on("step")
    done = started.on("stop", "--dry-run")
    assert (done.code, done.err) == (0, "nothing was changed\n")
    assert done.out.splitlines() == [
        "2 campaigns with 10 devices: cancelled",
        "30 devices not scheduled yet: stay as they are",
    ]
    assert started.status()["pending_requests"] == []


def test_what_has_started_runs_to_its_end(started: Field) -> None:
    started.steps(days=1.5)
    done = started.on("stop", "--dry-run")
    assert done.out.startswith("2 campaigns with ")
    assert "devices: not to be stopped, and run to their end\n" in done.out


def test_what_starts_today_runs_to_its_end_also_where_no_step_has_looked(started: Field) -> None:
    started.on("step")
    started.sandbox.advance(days=1)
    assert started.on("stop", "--dry-run").out.splitlines() == [
        "2 campaigns with 10 devices: not to be stopped, and run to their end",
        "30 devices not scheduled yet: stay as they are",
    ]


def test_what_is_in_doubt_is_told_apart(started: Field) -> None:
    started.sandbox.lose_next_answer(POST)
    started.on("step")
    assert "1 campaign with 5 devices: in doubt, and looked for first\n" in started.on("stop", "--dry-run").out


def test_a_stop_cancels_what_has_not_started(started: Field) -> None:
    started.on("step")
    done = started.on("stop", "--comment", "wrong package")
    assert done.out.startswith("2 campaigns with 10 devices: cancelled\n")
    started.on("step")
    done = started.steps(days=0.5)
    assert done.code == 0
    assert started.states()[0] == "stopped"


@pytest.mark.parametrize(("typed", "code"), [("n\n", 2), ("y\n", 0)])
def test_a_stop_is_asked_about(started: Field, elsewhere: Environment, typed: str, code: int) -> None:
    started.on("step")
    stop = ("rollout", "stop", str(started.journal))
    assert run_here(elsewhere, *stop).code == 2
    done = run_on_terminal_here(elsewhere, *stop, given=typed)
    assert done.code == code
    assert "2 campaigns with 10 devices: cancelled" in done.text
    assert "Stop Spring for good? There is no way back. [y/N]" in done.text
    assert started.status()["pending_requests"] == ([] if code else ["stop: no comment"])


# Doubt


def test_that_a_campaign_is_absent_is_asked_about(started: Field, elsewhere: Environment) -> None:
    started.sandbox.fail_next(503, operation=POST)
    started.on("step")
    resolve = ("rollout", "resolve", "--absent", str(started.journal), "1")
    done = run_here(elsewhere, *resolve)
    assert done.code == 2
    assert "Add --yes" in done.err
    done = run_on_terminal_here(elsewhere, *resolve, given="y\n")
    assert done.code == 0
    assert "Is it certain that campaign 1 is not at the service? Its devices are sent again. [y/N]" in done.text
    started.on("step")
    assert started.status()["doubts"] == []
    assert started.on("step").code == 0
    assert started.scheduled() == 3


def test_the_id_of_a_campaign_ends_its_doubt(started: Field) -> None:
    started.sandbox.lose_next_answer(POST)
    started.on("step")
    assert started.status()["doubts"] == [1]
    with started.sandbox.client() as client:
        history = client.software_management_reports_v3.get_campaign_history_by_status(
            ACCOUNT, "CampaignRequestPending"
        )
        (campaign,) = history.campaign_list or ()
    assert started.on("resolve", "1", "--id", str(campaign.id)).code == 0
    started.on("step")
    assert started.status()["doubts"] == []
    assert started.scheduled() == 2
