"""The processes that a benchmark starts: workers, the service, and programs whose start is measured."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).parents[2]
_NOT_FOR_CHILDREN = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NETRC")
_NOT_FOR_CHILDREN_BEGINNINGS = ("FOTA_", "PYTHON")


class WorkerError(Exception):
    """A process ended instead of answering."""


def environment() -> dict[str, str]:
    """Return this process's environment without what would send calls, or the search for modules, elsewhere."""
    return {
        name: value
        for name, value in os.environ.items()
        if name.upper() not in _NOT_FOR_CHILDREN
        and not name.upper().endswith("_PROXY")
        and not name.startswith(_NOT_FOR_CHILDREN_BEGINNINGS)
    }


class Process:
    """A module of this package that runs until its input ends."""

    def __init__(self, *command: str, python: str = sys.executable) -> None:
        self._command = command
        self._process = subprocess.Popen(
            [python, "-s", "-m", *command],
            cwd=ROOT,  # which -m puts first, so that the modules of this checkout are taken
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def read(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise WorkerError(f"{' '.join(self._command)} ended; its last words are above")
        return line.strip()

    def ask(self, command: str) -> str:
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):  # it has ended, which reading tells
            self._process.stdin.write(command + "\n")
            self._process.stdin.flush()
        return self.read()

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def __enter__(self) -> Process:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def worker(contestant: str, url: str, python: str) -> Process:
    return Process("tests.benchmarks.worker", contestant, url, python=python)


def processor_time(python: str, program: str) -> float:
    """Run a program, without its output, in a new interpreter; return the processor time, as user and as system."""
    nowhere = (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)
    pid = os.posix_spawn(python, [python, "-I", "-c", program], environment(), file_actions=[nowhere])
    _, status, usage = os.wait4(pid, 0)
    if status != 0:
        raise WorkerError(f"this program failed, see above: {program}")
    return usage.ru_utime + usage.ru_stime
