"""``fota rollout run``: step after step until it is over, whatever is asked for meanwhile."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fota_sdk.rollout.lock import StepLock
from tests.cli.command import COMMAND, Environment, await_, on_terminal, run_here
from tests.cli.rollouts import PLAN, Field, field_of

TWO_WAVES = "[[wave]]\ndevices = 5\n\n[[wave]]\nshare = '100%'\n"
POST = "v3.schedule_campaign_firmware_upgrade"


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Field]:
    with field_of(tmp_path, devices=12) as field:
        field.start(PLAN + TWO_WAVES)
        yield field


class Running:
    """A run under way, whose lines are read one by one."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def line(self) -> str:
        """Return the next line without its time; empty at the end."""
        return self.whole_line()[18:]

    def whole_line(self) -> str:
        """Return the next line; empty at the end."""
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def end(self) -> tuple[int, str]:
        """Wait for its end; return its exit code, and what it said on standard error."""
        _, err = self.process.communicate(timeout=30)
        return self.process.returncode, err


@contextmanager
def running(field: Field, *options: str, environment: Environment | None = None) -> Iterator[Running]:
    process = subprocess.Popen(
        [*COMMAND, "rollout", "run", *options, str(field.journal)],
        env=field.environment if environment is None else environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield Running(process)
    finally:
        process.kill()
        process.communicate()


def test_it_steps_by_the_clock_of_the_sandbox_until_the_roll_out_is_finished(started: Field) -> None:
    lines = []
    with running(started, "--every", "1d") as run:
        while (line := run.line()) != "":
            lines.append(line)
            started.sandbox.advance(days=1)
        code, err = run.end()
    assert (code, err) == (0, "")
    assert lines[0].startswith(
        "Spring running, wave 1 is running; 0 succeeded, 0 failed; wave 1 is running; campaign 1 "
    )
    assert lines[-1].startswith("Spring finished; 12 succeeded, 0 failed; ")
    assert len(lines) >= 6


def test_what_is_asked_for_is_obeyed_at_once_and_a_pause_does_not_end_it(started: Field) -> None:
    with running(started, "--every", "1d") as run:
        run.line()
        started.on("pause", "--comment", "alarms")
        assert run.line().startswith("Spring paused (user); 0 succeeded, 0 failed; pause: alarms; ")
        assert run.whole_line() == "  paused, by a person: alarms\n"
        assert run.whole_line() == f"      go on: fota rollout resume {started.journal}\n"
        started.on("resume")
        assert run.line().startswith("Spring running, wave 1 is running; ")
        started.on("stop")
        while "stop" not in (line := run.line()):
            pass
        assert line.startswith("Spring stopp")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
def test_a_signal_between_steps_ends_it(started: Field, number: signal.Signals, code: int) -> None:
    with running(started) as run:
        run.line()
        run.process.send_signal(number)
        found, err = run.end()
    assert found == code
    assert f"nothing is lost, go on at any time:\n  fota rollout run {started.journal}\n" in err
    assert started.status()["state"] == "running"


def test_ctrl_c_during_a_step_lets_it_end(started: Field) -> None:
    started.sandbox.delay_next(3, operation=POST)
    with running(started) as run:
        await_(lambda: started.status()["doubts"] != [])  # the request is about to leave, or has left
        run.process.send_signal(signal.SIGINT)
        assert "campaign 2 was scheduled" in run.line()
        code, err = run.end()
    assert code == 130
    assert err.startswith("ends after this step; once more ends it at once")
    assert started.status()["doubts"] == []
    assert started.scheduled() == 2


def test_another_step_that_is_running_does_not_end_it(started: Field) -> None:
    with StepLock(str(started.journal)).held(), running(started, "--every", "1h") as run:
        assert run.line().endswith("; another step is running; this one did nothing\n")
        started.sandbox.advance(hours=1)
        assert run.line().endswith("; another step is running; this one did nothing\n")


def test_a_token_that_is_refused_ends_it(started: Field) -> None:
    wrong = {**started.environment, "FOTA_SESSION_TOKEN": "another"}
    with running(started, environment=wrong) as run:
        code, err = run.end()
    assert code == 3
    assert "SessionToken.Invalid" in err


def test_a_roll_out_that_is_over_ends_it_at_once(started: Field) -> None:
    started.on("stop")
    started.on("step")
    done = started.on("run")
    assert done.code == 0
    assert done.out[18:].startswith("Spring stopped; ")


def test_a_roll_out_that_was_not_started_is_told(tmp_path: Path) -> None:
    from fota_sdk.rollout import Rollout, RolloutPlan
    from tests.conftest import ACCOUNT

    with field_of(tmp_path) as field:
        Rollout.create(field.journal, RolloutPlan.from_file(field.write()), [(field.devices[0], ACCOUNT)]).close()
        done = field.on("run")
    assert done.code == 2
    assert done.err == f"error: it was not started: fota rollout start {field.journal}\n"


def test_on_a_terminal_it_draws(started: Field) -> None:
    ended = on_terminal(
        started.environment,
        *("rollout", "run", str(started.journal)),
        answers=(("next step in", "\x03"),),
    )
    assert ended.code == 130
    assert "1 wave" not in ended.text
    assert "█ succeeded" in ended.text
    assert "campaign 1 was scheduled: 5 devices" in ended.text
    assert "no longer run; nothing is lost" in ended.text


def test_a_wrong_time_is_told(started: Field) -> None:
    assert run_here(started.environment, "rollout", "run", "--every", "often", str(started.journal)).code == 2
