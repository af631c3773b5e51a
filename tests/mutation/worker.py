"""Runs tests against mutants, each in a child of a process that has the libraries loaded; in a copy of the checkout."""

from __future__ import annotations

import contextlib
import importlib
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mutation.mutants import Mutant

_LIBRARIES = ("click", "hypothesis", "jsonpickle", "OpenSSL", "responses", "rich", "sqlite3", "trustme")
_WITHOUT = ("cacheprovider", "schemathesis", "anyio")
_ALREADY_LOADED = "ignore::pytest.PytestAssertRewriteWarning"
_OPTIONS = ["-qx", "-otimeout=30", f"-W{_ALREADY_LOADED}", *(f"-pno:{plugin}" for plugin in _WITHOUT)]


def load_libraries() -> None:
    """Load what nearly all tests need and no mutant is in."""
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"  # a mutant may be as long and as old as its original
    for name in _LIBRARIES:
        importlib.import_module(name)


def time_of(tests: list[str]) -> float:
    """Return how long tests take where nothing is changed; what Python compiles for them is kept.

    Raises:
        SystemExit: They fail.
    """
    begin = time.monotonic()
    output = Path("without-a-mutant.txt")
    if not passes(tests, 600, output, compile_once=True):
        raise SystemExit(f"{output.read_text()[-2000:]}\nthese fail without a mutant: {' '.join(tests)}")
    return time.monotonic() - begin


def passes(tests: list[str], limit: float, output: Path = Path(os.devnull), *, compile_once: bool = False) -> bool:
    """Return whether tests pass within a time limit."""
    begin = time.monotonic()
    child = os.fork()
    if child == 0:
        os.setsid()
        sys.dont_write_bytecode = not compile_once
        with output.open("w") as stream:
            os.dup2(stream.fileno(), 1)
            os.dup2(stream.fileno(), 2)
        os._exit(pytest.main([*_OPTIONS, *tests]))
    while time.monotonic() - begin < limit:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            _end_group(child)
            return status == 0
        time.sleep(0.02)
    _end_group(child)
    os.waitpid(child, 0)
    return False


def _end_group(leader: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)


@contextlib.contextmanager
def applied(mutant: Mutant) -> Iterator[None]:
    """Put a mutant in the place of its module, for as long as the block lasts."""
    path = Path(mutant.path)
    original = path.read_text(encoding="utf-8")
    for compiled in path.parent.glob(f"__pycache__/{path.stem}.*"):
        compiled.unlink()
    path.write_text(mutant.code, encoding="utf-8")
    try:
        yield
    finally:
        path.write_text(original, encoding="utf-8")
