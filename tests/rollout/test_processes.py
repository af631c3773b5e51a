"""Several processes and one journal: one of them works, and what dies leaves nothing behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from fota_sdk import FotaClient
from fota_sdk.rollout import Rollout, RolloutBusyError, Watch
from tests.rollout.fleet_on_sandbox import Fleet, plan_of
from tests.rollout.nursery import KILLED, Job
from tests.rollout.test_killed import PAUSE, days

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")


class Nursery:
    """A process that forks others, and what they tell."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.rollout.nursery"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def begin(self, fleet: Fleet, **job: Any) -> None:
        assert self._process.stdin is not None
        client = {
            "base_url": fleet.sandbox.url,
            "api_token": fleet.sandbox.api_token,
            "session_token": fleet.sandbox.session_token,
            "max_attempts": 1,
        }
        asked = Job(str(fleet.path), client, fleet.time.isoformat(), **job)
        self._process.stdin.write(json.dumps(asdict(asked)) + "\n")
        self._process.stdin.flush()

    def next(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        told: dict[str, Any] = json.loads(self._process.stdout.readline())
        return told

    def until(self, event: str) -> list[dict[str, Any]]:
        """Return what is told up to an event, that included."""
        told = [self.next()]
        while told[-1]["event"] != event:
            told.append(self.next())
        return told

    def run(self, fleet: Fleet, **job: Any) -> list[dict[str, Any]]:
        self.begin(fleet, **job)
        return self.until("over")

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.kill()  # its children end by themselves
        self._process.wait(20)
        self._process.stdout.close()


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    nursery = Nursery()
    yield nursery
    nursery.close()


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Fleet]:
    with Fleet(tmp_path, is_served=True) as fleet:
        fleet.create()
        yield fleet


@pytest.fixture
def fifo(tmp_path: Path) -> Path:
    path = tmp_path / "go-on"
    os.mkfifo(path)
    return path


def go_on(fifo: Path) -> None:
    with fifo.open("wb"):
        pass


@pytest.mark.parametrize("is_new", [True, False], ids=["a new journal", "after a step"])
def test_of_twenty_steps_at_once_one_works(is_new: bool, nursery: Nursery, fleet: Fleet, fifo: Path) -> None:
    if not is_new:
        fleet.step()
        fleet.advance(hours=12)
    before = len(fleet.sandbox.requests)
    nursery.begin(fleet, children=20, hold=str(fifo))
    told = [nursery.next() for _ in range(20)]
    assert sorted(each["event"] for each in told) == ["busy"] * 19 + ["working"]
    assert len(fleet.sandbox.requests) == before
    go_on(fifo)
    assert nursery.until("over")[-1]["codes"] == [0] * 20
    fleet.run()
    assert fleet.audit() == []


def test_while_a_step_runs_others_are_refused_and_persons_are_served(
    nursery: Nursery, fleet: Fleet, fifo: Path
) -> None:
    nursery.begin(fleet, hold=str(fifo))
    nursery.until("working")
    for _ in range(3):
        with pytest.raises(RolloutBusyError):
            fleet.step()
    with fleet.open() as rollout:
        assert rollout.status().state == "running"
        assert len(list(rollout.devices())) == 13
        rollout.pause("wait")
        assert rollout.status().pending_requests == ("pause: wait",)
    go_on(fifo)
    nursery.until("over")
    assert fleet.writes == []
    assert [request.method for request in fleet.sandbox.requests if request.method == "POST"] == []
    assert fleet.state() == "paused"


@pytest.mark.parametrize("orphan", [False, True], ids=["alone", "with a worker that outlives it"])
def test_a_step_that_is_killed_frees_the_lock(orphan: bool, nursery: Nursery, fleet: Fleet, fifo: Path) -> None:
    nursery.begin(fleet, hold=str(fifo), orphan=orphan)
    os.kill(nursery.until("working")[-1]["pid"], signal.SIGKILL)
    assert nursery.until("over")[-1]["codes"] == [-signal.SIGKILL]
    fleet.step()
    assert fleet.writes == ["POST", "POST"]
    if orphan:
        go_on(fifo)
    fleet.run()
    assert fleet.audit() == []


def test_a_step_that_is_refused_within_the_process_that_works_lets_no_other_process_in(
    nursery: Nursery, fleet: Fleet
) -> None:
    told: list[str] = []

    def clients(account: str) -> FotaClient:
        if told == []:
            with pytest.raises(RolloutBusyError):
                fleet.step()
            told.extend(each["event"] for each in nursery.run(fleet))
        return fleet.client

    with fleet.open() as rollout:
        rollout.step(clients)
    assert told == ["busy", "over"]


def test_a_pause_from_another_process_stops_a_step_before_its_next_campaign(nursery: Nursery, fleet: Fleet) -> None:
    fleet.mishaps[1] = lambda operation: nursery.run(fleet, pause=True)
    report = fleet.step()
    assert fleet.writes == ["POST", "DELETE"]  # what was sent and has not started is taken back
    assert report.state == "paused"
    assert fleet.states() == {"waiting": 13}


def test_a_pause_that_comes_while_a_step_waits_for_its_turn_stops_it_too(tmp_path: Path) -> None:
    with Fleet(tmp_path, plan_of(watch=Watch(calls_per_second=5)), is_served=True) as fleet:
        fleet.create()

        def sleep(seconds: float) -> None:
            if fleet.writes == ["POST"]:
                fleet.ask(lambda rollout: rollout.pause("wait"))
            time.sleep(seconds)

        with Rollout.open(fleet.path, now=lambda: fleet.time, sleep=sleep) as rollout:
            rollout.step(fleet.clients)
        assert fleet.writes == ["POST", "DELETE"]


def test_a_step_in_a_forked_child_loses_nothing_when_the_parent_closes_its_journal(
    nursery: Nursery, fleet: Fleet, fifo: Path
) -> None:
    nursery.begin(fleet, hold=str(fifo), forked=True)
    nursery.until("closed")  # the child works, and the parent has closed the journal that both had open
    go_on(fifo)
    assert nursery.until("over")[-1]["codes"] == [0]
    assert fleet.writes == []
    assert len([request for request in fleet.sandbox.requests if request.method == "POST"]) == 2
    with fleet.open() as rollout:
        assert rollout.status().campaigns == {"scheduled": 2}
    fleet.run()
    assert fleet.audit() == []


@pytest.mark.parametrize("at", range(4, 13, 2))
@pytest.mark.parametrize("tick", [0, 5], ids=["while it schedules", "while it cancels"])
def test_a_process_that_ends_within_a_step_leaves_all_that_the_next_one_needs(
    tick: int, at: int, nursery: Nursery, tmp_path: Path
) -> None:
    with Fleet(tmp_path, is_served=True) as fleet:

        def ended(rollout: Rollout) -> None:
            if tick in PAUSE:
                PAUSE[tick](rollout)
            (over,) = nursery.run(fleet, die_at=at)
            assert over["codes"] == [KILLED]

        fleet.create()
        fleet.run({**PAUSE, tick: ended}, rest=days)
        assert fleet.audit() == []
