"""Rounds in which every contestant has its turn, in an order that changes from round to round."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from tests.benchmarks import starts
from tests.benchmarks.processes import ROOT, Process, processor_time, worker
from tests.benchmarks.rows import Row

Values = dict[str, list[float]]


def alternate(contestants: Sequence[str], rounds: int, measure: Callable[[str], float]) -> Values:
    """Measure each contestant once a round; who begins moves on, and every other round goes backwards."""
    values: Values = {name: [] for name in contestants}
    for number in range(rounds):
        first = number // 2 % len(contestants)
        order = [*contestants[first:], *contestants[:first]]
        for name in order if number % 2 == 0 else reversed(order):
            values[name].append(measure(name))
    return values


@dataclass
class Bench:
    """What is needed to measure rows.

    Args:
        url: Where the service is.
        pythons: The interpreter of each contestant.
        rounds: How many rounds, where the row does not want fewer.
        target: How many seconds one measurement is to take, about.
    """

    url: str
    pythons: dict[str, str]
    rounds: int
    target: float

    def measure(self, row: Row, workers: dict[str, Process]) -> Values:
        """Return what each contestant that can do the row took in each round."""
        rounds = min(self.rounds, row.most_rounds)
        if row.kind == "start":
            return self._start(row, rounds)
        if row.kind == "size":
            return {"ours": [_installed_size()]}
        for process in workers.values():
            process.ask("forget")
        able = {name: process for name, process in workers.items() if process.ask(_prepare(row)) == "ready"}
        if row.kind == "memory":
            return self._memory(row, list(able), rounds)
        counts = {name: self._count(row, process) for name, process in able.items()}
        if row.kind == "growth":
            return self._growth(row, able, counts, rounds)
        values = alternate(list(able), rounds, lambda name: float(able[name].ask(f"time {row.mode} {counts[name]}")))
        return {name: [1 / each for each in times] for name, times in values.items()} if row.kind == "rate" else values

    def _count(self, row: Row, process: Process) -> int:
        """Return how often a task has to run to take about as long as one measurement is to take."""
        count = row.least_runs
        for _ in range(4):
            seconds = float(process.ask(f"time {row.mode} {count}"))
            enough = seconds * count >= self.target
            count = max(row.least_runs, min(count * 50, int(self.target / max(seconds, 1e-9))))
            if enough:
                break
        return count

    def _growth(self, row: Row, workers: dict[str, Process], counts: dict[str, int], rounds: int) -> Values:
        for process in workers.values():
            process.ask(_prepare(row, times=10))

        def measure(name: str) -> float:
            answer = workers[name].ask(f"time {row.mode} {counts[name]} {max(1, counts[name] // 10)}")
            few, many = map(float, answer.split())
            return many / few / 10

        return alternate(list(workers), rounds, measure)

    def _memory(self, row: Row, able: list[str], rounds: int) -> Values:
        def measure(name: str) -> float:
            with worker(name, self.url, self.pythons[name]) as process:
                process.ask(_prepare(row))
                return float(process.ask("peak"))

        return alternate(able, rounds, measure)

    def _start(self, row: Row, rounds: int) -> Values:
        # An interpreter that does nothing has its turn too; what it took is taken off.
        programs = starts.programs(row.task, self.url)
        pythons = {name: python for name, python in self.pythons.items() if name in programs}
        idle = {python: f"idle {python}" for python in pythons.values()}
        runs = {name: (python, programs[name]) for name, python in pythons.items()}
        runs.update({name: (python, starts.IDLE) for python, name in idle.items()})
        for run in runs.values():
            processor_time(*run)  # writes what the interpreter keeps of modules
        values = alternate(list(runs), rounds, lambda name: processor_time(*runs[name]))
        return {
            name: [each - median(values[idle[python]]) for each in values[name]] for name, python in pythons.items()
        }


def _installed_size() -> float:
    """Return how many bytes the files of the package have, as they are installed, without what Python makes of them."""
    files = (path for path in (ROOT / "fota_sdk").rglob("*") if path.is_file() and path.parent.name != "__pycache__")
    return float(sum(path.stat().st_size for path in files))


def _prepare(row: Row, times: int = 1) -> str:
    return f"prepare {row.task} {row.devices * times} {row.threads}"
