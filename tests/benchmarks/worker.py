"""One contestant in a process of its own, told line by line what to do.

``prepare TASK DEVICES`` answers ``ready``, or ``absent`` where the contestant cannot do it. ``time MODE COUNT…`` runs
the prepared tasks, each so often, and answers the seconds that one run of each took; ``peak`` answers the bytes that
running the task took at most, what was there before not counted; ``forget`` drops what was prepared. It ends when its
input does.
"""

from __future__ import annotations

import gc
import importlib
import os
import sys
import time
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

Task = Callable[[], Any]


def _loop(task: Task, count: int, clock: Callable[[], float]) -> float:
    begin = clock()
    for _ in range(count):
        task()
    return (clock() - begin) / count


def _apart(task: Task, count: int, collector: bool) -> float:
    """Time each run by itself, after a full collection and without the release of its result."""
    total = 0.0
    for _ in range(count):
        gc.collect()
        if not collector:
            gc.disable()
        begin = time.process_time()
        result = task()
        total += time.process_time() - begin
        gc.enable()
        del result
    return total / count


def _threads(task: Task, count: int, threads: int) -> float:
    each = -(-count // threads)

    def run(_: int) -> None:
        for _ in range(each):
            task()

    with ThreadPoolExecutor(threads) as pool:
        begin = time.perf_counter()
        for _ in pool.map(run, range(threads)):
            pass
        return (time.perf_counter() - begin) / (each * threads)


def measure(task: Task, mode: str, count: int) -> float:
    """Return the seconds that one run takes, on the clock that the mode wants."""
    kind, _, number = mode.partition("-")
    if kind == "threads":
        return _threads(task, count, int(number))
    if kind == "collector":
        return _apart(task, count, number == "on")
    return _loop(task, count, time.process_time if kind == "cpu" else time.perf_counter)


def peak(task: Task) -> int:
    """Return the bytes that a run takes at most. A first run, not counted, fills what is kept for good."""
    task()
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    result = task()
    highest = tracemalloc.get_traced_memory()[1] - before
    tracemalloc.stop()
    del result
    return highest


class _Worker:
    def __init__(self, contestant: Any) -> None:
        self._contestant = contestant
        self._tasks: list[Task] = []

    def do(self, words: list[str]) -> str:
        if words[0] == "prepare":
            build = getattr(self._contestant, words[1], None)
            if build is None:
                return "absent"
            self._tasks.append(build(int(words[2])))
            return "ready"
        if words[0] == "time":
            counts = map(int, words[2:])
            return " ".join(
                repr(measure(task, words[1], count)) for task, count in zip(self._tasks, counts, strict=True)
            )
        if words[0] == "peak":
            return str(peak(self._tasks[0]))
        self._tasks.clear()
        gc.collect()
        return "ready"


def main(name: str, url: str) -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a contestant prints must not be taken for an answer
    worker = _Worker(importlib.import_module(f"tests.benchmarks.contestants.{name}").Contestant(url))
    for line in sys.stdin:
        print(worker.do(line.split()), file=answers, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
