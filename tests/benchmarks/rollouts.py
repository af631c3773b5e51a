"""``python -m tests.benchmarks.rollouts``: a roll-out to many devices against a service on this machine.

It ends with 1 where a goal is missed. Own CPU time is that of this process alone; the service has one of its own.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import resource
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from unittest.mock import patch

from fota_sdk.rollout import EnvironmentClients, Rollout, RolloutPlan, Schedule, StopRule, Watch
from tests.benchmarks.processes import Process, environment

_PACKAGE = {
    "firmware_name": "SEQUANSCommunications_GM01Q_SR1.2.0.0-10512_SR1.2.0.0-10657",
    "firmware_from": "SR1.2.0.0-10512",
    "firmware_to": "SR1.2.0.0-10657",
}
_MOST_STEPS = 1000
_IDLE_STEPS = 5


@dataclass(frozen=True)
class Figures:
    """What a roll-out has cost.

    Attributes:
        devices: How many devices it had.
        steps: How many steps it took.
        days: How many days, by its clock.
        calls: How many calls.
        writes: How many of them have changed something.
        most_calls: The most calls of one step.
        cpu: Seconds of this process's own CPU time, the creation included.
        wall: Seconds that went by.
        resident: The most memory of this process, in MB.
        journal: Size of the journal with its log, in MB.
        idle: Seconds of own CPU time of a step that has nothing to do, once all campaigns are scheduled.
    """

    devices: int
    steps: int
    days: float
    calls: int
    writes: int
    most_calls: int
    cpu: float
    wall: float
    resident: float
    journal: float
    idle: float

    def __str__(self) -> str:
        return (
            f"{self.devices:>9,} devices: {self.steps} steps in {self.days:.1f} days, {self.calls:,} calls "
            f"({self.writes:,} writes, at most {self.most_calls:,} a step), own CPU {self.cpu:.1f} s "
            f"({self.cpu / self.devices * 1e6:.0f} us a device), wall {self.wall:.1f} s, "
            f"resident {self.resident:.0f} MB, journal {self.journal:.1f} MB, an idle step {self.idle * 1000:.0f} ms"
        )


class Service:
    """The service in a process of its own.

    Args:
        latency: After how many seconds it answers.
    """

    def __init__(self, latency: float = 0.0) -> None:
        self._process = Process("tests.benchmarks.rollout_service", str(latency))
        self.url = f"http://127.0.0.1:{self._process.read()}"

    def set_clock(self, now: datetime) -> None:
        """Set its time."""
        self._ask("/clock", json.dumps(now.isoformat()).encode())

    @property
    def counters(self) -> dict[str, int]:
        """How many calls there were, and how many of them wrote."""
        counters: dict[str, int] = self._ask("/counters", None)
        return counters

    def _ask(self, path: str, body: bytes | None) -> Any:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(urllib.request.Request(self.url + path, body), timeout=60) as response:
            return json.load(response)

    def close(self) -> None:
        """End it."""
        self._process.close()


@contextmanager
def service(latency: float = 0.0) -> Iterator[Service]:
    """Run the service while it is needed; the environment leads to it, also that of workers that are started then."""
    running = Service(latency)
    own = {"FOTA_BASE_URL": running.url, "FOTA_API_TOKEN": "none", "FOTA_SESSION_TOKEN": "none"}
    try:
        with patch.dict(os.environ, {**environment(), **own}, clear=True):
            yield running
    finally:
        running.close()


def roll_out(running: Service, devices: int, accounts: int, executor: Executor | None = None) -> Figures:
    """Bring a package to a fleet, and return what that cost."""
    now = datetime.now(timezone.utc).replace(microsecond=0)
    begin = now
    plan = RolloutPlan(
        name="Benchmark",
        campaign=_PACKAGE,
        schedule=Schedule(days=3),
        watch=Watch(every="6h", calls_per_second=100),
        stop=(StopRule("failed", "5%"), StopRule("failed", "10%", per="account")),
    )
    names = [f"{number:010d}-00001" for number in range(accounts)]
    fleet = ((f"99{number:013d}", names[number % accounts]) for number in range(devices))
    with (
        tempfile.TemporaryDirectory() as folder,
        EnvironmentClients(plan) as clients,
    ):
        path = Path(folder) / "rollout"
        cpu, wall = time.process_time(), time.monotonic()
        first = running.counters
        with Rollout.create(path, plan, fleet, now=lambda: now, sleep=lambda _: None) as rollout:
            rollout.start()
            steps = most_calls = 0
            idle = idle_cpu = idle_wall = 0.0
            while steps < _MOST_STEPS:
                running.set_clock(now)
                before = running.counters
                report = rollout.step(clients, executor=executor)
                steps += 1
                after = running.counters
                most_calls = max(most_calls, after["calls"] - before["calls"])
                if after["writes"] > before["writes"]:
                    cpu_then, wall_then = time.process_time(), time.monotonic()
                    idle = _idle(rollout, clients)
                    if running.counters != after:
                        raise RuntimeError("a step that has nothing to do has asked the service")
                    idle_cpu += time.process_time() - cpu_then
                    idle_wall += time.monotonic() - wall_then
                if report.state == "finished":
                    break
                if report.needs_person:
                    raise RuntimeError(f"the roll-out is {report.state}: {report.reasons}")
                now = max(now + timedelta(hours=6), report.next_at or now)
            cpu, wall = time.process_time() - cpu - idle_cpu, time.monotonic() - wall - idle_wall
            last = running.counters
            status = rollout.status()
            if status.state != "finished" or status.counts["waiting"] != 0:
                raise RuntimeError(f"the roll-out is {status.state} after {steps} steps")
            size = sum(each.stat().st_size for each in Path(folder).iterdir()) / 1e6
    return Figures(
        devices,
        steps,
        (now - begin) / timedelta(days=1),
        last["calls"] - first["calls"],
        last["writes"] - first["writes"],
        most_calls,
        cpu,
        wall,
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        size,
        idle,
    )


def _idle(rollout: Rollout, clients: EnvironmentClients) -> float:
    """Measure what a step costs right after another one, when nothing is to be done."""
    begin = time.process_time()
    for _ in range(_IDLE_STEPS):
        rollout.step(clients)
    return (time.process_time() - begin) / _IDLE_STEPS


@contextmanager
def _cluster() -> Iterator[Executor]:
    """Run a Dask cluster on this machine, with as many threads as a step has by itself."""
    from distributed import Client, LocalCluster

    with (
        tempfile.TemporaryDirectory() as folder,
        LocalCluster(
            n_workers=2, threads_per_worker=4, host="127.0.0.1", dashboard_address="127.0.0.1:0", local_directory=folder
        ) as cluster,
        Client(cluster) as client,
        client.get_executor(pure=False) as executor,
    ):
        yield executor


def _executors(running: Service, devices: int, accounts: int) -> None:
    threads = roll_out(running, devices, accounts)
    print(f"  threads        1.00  ({threads.wall:.1f} s)", flush=True)

    def compare(name: str, executor: Executor) -> None:
        roll_out(running, 100, 1, executor)  # workers load what they need
        print(f"  {name:13}  {roll_out(running, devices, accounts, executor).wall / threads.wall:.2f}", flush=True)

    with ThreadPoolExecutor(1) as one:
        compare("one by one", one)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as processes:
        compare("two processes", processes)
    if importlib.util.find_spec("distributed") is None:
        print("  Dask           -     (distributed is not installed)")
        return
    with _cluster() as cluster:
        compare("Dask", cluster)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.rollouts")
    parser.add_argument("--devices", type=int, default=1_000_000)
    parser.add_argument("--accounts", type=int, default=200)
    parser.add_argument("--executors", action="store_true", help="compare executors, with 10,000 devices")
    given = parser.parse_args(arguments)
    if given.executors:
        for latency in (0.0, 0.05):
            print(f"10,000 devices, 20 accounts, responses after {latency * 1000:.0f} ms; wall time to that of threads")
            with service(latency) as running:
                _executors(running, 10_000, 20)
        return 0
    with service() as running:
        small = roll_out(running, 10_000, max(1, given.accounts // 100))
        print(small, flush=True)
        large = roll_out(running, given.devices, given.accounts)
        print(large, flush=True)
    growth = large.cpu / large.devices / (small.cpu / small.devices)
    goals = {
        "calls at most 66,000": large.calls <= 66_000,
        "at most 2,500 calls a step": large.most_calls <= 2_500,
        "resident at most 250 MB": large.resident <= 250,
        "journal at most 120 MB": large.journal <= 120,
        "own CPU at most 120 s": large.cpu <= 120,
        f"an idle step at most 50 ms ({large.idle * 1000:.0f} ms)": large.idle <= 0.05,
        f"a device costs no more than with 10,000 (ratio {growth:.2f}, at most 1.2)": growth <= 1.2,
    }
    for goal, is_reached in goals.items():
        print(f"{'reached' if is_reached else 'MISSED '}  {goal}")
    return 0 if all(goals.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
