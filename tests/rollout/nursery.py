"""A process that forks others, each of which carries out one step of a roll-out: `python -m tests.rollout.nursery`.

It reads jobs from its standard input, a JSON object a line, and tells what its children do, a JSON object a line.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from fota_sdk import FotaClient
from fota_sdk.rollout import Rollout, RolloutBusyError
from tests.rollout.deaths import Points, mortal

KILLED = 9
_LONGEST = 50  # seconds after which a child ends, whatever it waits for


@dataclass(frozen=True)
class Job:
    """What the children of one job do.

    Attributes:
        journal: Path of the journal.
        client: Arguments of their client.
        now: The time, ISO 8601.
        children: How many of them there are, all at once.
        die_at: The point at which they die; None lets them live.
        hold: Path of a FIFO: the first use of the client waits until somebody has opened it for writing.
        orphan: Whether a child leaves a process behind that lives until that FIFO is opened.
        pause: Whether they ask for a pause, in place of a step.
        forked: Whether they open the journal, and leave the step to a child while they close it.
    """

    journal: str
    client: dict[str, Any]
    now: str
    children: int = 1
    die_at: int | None = None
    hold: str | None = None
    orphan: bool = False
    pause: bool = False
    forked: bool = False


def tell(**facts: Any) -> None:
    """Tell something, in one write, so that lines of several processes do not mix."""
    os.write(1, f"{json.dumps({'pid': os.getpid(), **facts})}\n".encode())


def wait(fifo: str) -> None:
    with open(fifo, "rb"):  # noqa: PTH123 - it waits, which is what counts
        pass


def work(job: Job) -> None:
    points = Points(job.die_at, lambda: os._exit(KILLED))
    now = datetime.fromisoformat(job.now)
    is_first = True
    with mortal(lambda: points, durable=True), FotaClient(**job.client) as client:

        def clients(account: str) -> FotaClient:
            nonlocal is_first
            if is_first and job.hold is not None:
                is_first = False
                if job.orphan:
                    fork(partial(wait, job.hold))
                tell(event="working")
                wait(job.hold)
            return client

        try:
            with Rollout.open(job.journal, now=lambda: now, sleep=lambda seconds: None) as rollout:
                if job.pause:
                    rollout.pause("asked by another process")
                elif job.forked:
                    rollout.status()
                    child = fork(lambda: rollout.step(clients))
                else:
                    rollout.step(clients)
            if job.forked:
                tell(event="closed")
                if os.waitpid(child, 0)[1] != 0:
                    os._exit(1)
        except RolloutBusyError:
            tell(event="busy")
        else:
            tell(event="done", points=points.names)


def fork(work: Callable[[], object]) -> int:
    """Have a child do something, and nothing else."""
    child = os.fork()
    if child != 0:
        return child
    signal.alarm(_LONGEST)
    status = 1
    try:
        work()
        status = 0
    finally:
        os._exit(status)


def main() -> None:
    for line in sys.stdin:
        job = Job(**json.loads(line))
        children = [fork(partial(work, job)) for _ in range(job.children)]
        codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
        tell(event="over", codes=codes)


if __name__ == "__main__":
    main()
