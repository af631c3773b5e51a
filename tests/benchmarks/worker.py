"""One contestant in a process of its own, told line by line what to do.

``prepare TASK DEVICES THREADS`` answers ``ready``, or ``absent`` where the contestant cannot do it; with threads, they
wait for their work from then on. ``time MODE COUNT…`` runs the prepared tasks, each so often, and answers the seconds
that one run of each took; ``peak`` answers the bytes that running the task took at most, what was there before not
counted; ``forget`` drops what was prepared. It ends when its input does.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import sys
import threading
import time
import tracemalloc
from collections.abc import Callable
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


class Crew:
    """Threads that run a task at once. They stay, and each has run it once before the first time that counts.

    Args:
        task: What each of them runs.
        number: How many threads.
    """

    def __init__(self, task: Task, number: int) -> None:
        self._task = task
        self._number = number
        self._each = 0
        self._begin = self._end = 0.0
        self._gate = threading.Barrier(number + 1, self._note_time)
        for _ in range(number):
            threading.Thread(target=self._run, daemon=True).start()
        self.time(number)

    def _note_time(self) -> None:
        # The gate calls this when the last has come and none has gone on, whichever thread runs first after that.
        self._begin, self._end = self._end, time.perf_counter()

    def _run(self) -> None:
        with contextlib.suppress(threading.BrokenBarrierError):
            while True:
                self._gate.wait()
                try:
                    for _ in range(self._each):
                        self._task()
                except BaseException:
                    self._gate.abort()
                    raise
                self._gate.wait()

    def time(self, count: int) -> float:
        """Return the seconds that one of so many runs takes, shared out among the threads.

        Raises:
            BrokenBarrierError: The task has failed in a thread.
        """
        self._each = -(-count // self._number)
        self._gate.wait()
        self._gate.wait()
        return (self._end - self._begin) / (self._each * self._number)

    def close(self) -> None:
        """Let the threads end."""
        self._gate.abort()


def measure(task: Task, mode: str, count: int) -> float:
    """Return the seconds that one run takes, on the clock that the mode wants."""
    kind, _, collector = mode.partition("-")
    if kind == "collector":
        return _apart(task, count, collector == "on")
    return _loop(task, count, time.process_time if kind == "cpu" else time.perf_counter)


def peak(task: Task) -> int:
    """Return the bytes that a run takes at most. A first run, not counted, fills what is kept for good."""
    task()
    gc.collect()
    tracemalloc.start()
    tracemalloc.reset_peak()
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
        self._crew: Crew | None = None

    def do(self, words: list[str]) -> str:
        if words[0] == "prepare":
            build = getattr(self._contestant, words[1], None)
            if build is None:
                return "absent"
            task = build(int(words[2]))
            task()  # loads, connects and builds what is kept
            self._tasks.append(task)
            if words[3] != "0":
                self._crew = Crew(self._tasks[-1], int(words[3]))
            return "ready"
        if words[0] == "time":
            counts = list(map(int, words[2:]))
            if self._crew is not None:
                return repr(self._crew.time(counts[0]))
            return " ".join(
                repr(measure(task, words[1], count)) for task, count in zip(self._tasks, counts, strict=True)
            )
        if words[0] == "peak":
            return str(peak(self._tasks[0]))
        self._tasks.clear()
        if self._crew is not None:
            self._crew.close()
            self._crew = None
        gc.collect()
        return "ready"


def main(name: str, url: str) -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a contestant prints must not be taken for a response
    worker = _Worker(importlib.import_module(f"tests.benchmarks.contestants.{name}").Contestant(url))
    for line in sys.stdin:
        print(worker.do(line.split()), file=answers, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
