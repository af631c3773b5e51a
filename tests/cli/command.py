"""Runs the real command: with pipes, or on a terminal of 80 columns."""

from __future__ import annotations

import contextlib
import fcntl
import io
import json
import os
import pty
import re
import select
import shlex
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from unittest.mock import patch

from fota_sdk.cli import main
from tests.conftest import IMEIS

COMMAND = [sys.executable, "-W", "error", "-m", "fota_sdk.cli"]
COLUMNS = 80
_LONGEST = 30.0

Environment = dict[str, str]


@dataclass(frozen=True)
class Done:
    """A command that has ended."""

    code: int
    out: str
    err: str = ""

    @property
    def text(self) -> str:
        """What a terminal shows, without colours and movements."""
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", self.out).replace("\r\n", "\n").replace("\r", "\n")


def day(days: int) -> str:
    """Return a day counted from today, as options take it."""
    return (date.today() + timedelta(days=days)).isoformat()


def run(environment: Environment, *arguments: str, given: str | bytes | None = None) -> Done:
    """Run the command with pipes."""
    content = given.encode() if isinstance(given, str) else given
    done = subprocess.run(
        [*COMMAND, *arguments],
        env=environment,
        input=content,
        stdin=subprocess.DEVNULL if content is None else None,
        capture_output=True,
        timeout=_LONGEST,
        check=False,
    )
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


def run_with_streams(environment: Environment, redirection: str, *arguments: str) -> int:
    """Run the command in a shell that has redirected a stream; return its exit code."""
    command = " ".join(shlex.quote(part) for part in (*COMMAND, *arguments))
    return subprocess.run(["sh", "-c", f"{command} {redirection}"], env=environment, timeout=30, check=False).returncode


def run_on_terminal_here(environment: Environment, *arguments: str, given: str = "") -> Done:
    """Run the command in this process as if on a terminal, with lines that are typed."""
    screen = Terminal()
    code = _run_here(
        {"TERM": "xterm-256color", "COLUMNS": str(COLUMNS), **environment}, arguments, Terminal(given), screen, screen
    )
    return Done(code, screen.getvalue())


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def run_here(environment: Environment, *arguments: str, given: str | None = None) -> Done:
    """Run the command in this process, for tables of many cases; it is the same but for its start."""
    out, err = io.StringIO(), io.StringIO()
    code = _run_here(environment, arguments, io.StringIO("" if given is None else given), out, err)
    return Done(code, out.getvalue(), err.getvalue())


def _run_here(environment: Environment, arguments: Sequence[str], given: Any, out: Any, err: Any) -> int:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("FOTA_")}
    with (
        patch.dict(os.environ, {**ours, **environment}, clear=True),
        patch.object(sys, "stdin", given),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        return main(list(arguments))


def interrupted(environment: Environment, *arguments: str, when: Callable[[], Any]) -> Done:
    """Run the command with pipes, and press Ctrl-C once something has happened.

    The exit code is the one that a shell tells: where the signal came while a text was executed, as for a data class,
    Python ends by the signal itself, although it was caught.
    """
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        await_(when)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=_LONGEST)
    finally:
        process.kill()
        process.wait()
    return Done(process.returncode if process.returncode >= 0 else 128 - process.returncode, out, err)


def await_(condition: Callable[[], Any]) -> None:
    """Wait until something holds."""
    end = time.monotonic() + _LONGEST
    while condition() is False:
        assert time.monotonic() < end
        time.sleep(0.02)


def on_terminal(
    environment: Environment, *arguments: str, answers: tuple[tuple[str, str], ...] = (), columns: int = COLUMNS
) -> Done:
    """Run the command on a terminal.

    Args:
        environment: Its variables.
        arguments: What follows ``fota``.
        answers: What to wait for in its output, and what to type then, one after the other.
        columns: How wide the terminal is.
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        env={"TERM": "xterm-256color", **environment},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=_take_terminal,
    )
    os.close(theirs)
    try:
        shown = _converse(ours, list(answers))
        return Done(process.wait(_LONGEST), shown)
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def _take_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _converse(terminal: int, answers: list[tuple[str, str]]) -> str:
    shown = b""
    asked = 0
    end = time.monotonic() + _LONGEST
    while time.monotonic() < end:
        if not select.select([terminal], [], [], 0.2)[0]:
            continue
        more = b""
        with contextlib.suppress(OSError):  # how Linux tells that nobody has the other end any more
            more = os.read(terminal, 65536)
        if more == b"":
            return shown.decode()
        shown += more
        if answers and answers[0][0] in shown[asked:].decode("utf-8", "ignore"):
            asked = len(shown)
            time.sleep(0.1)  # nobody types before the program has begun to read
            os.write(terminal, answers.pop(0)[1].encode())
    raise AssertionError(f"the command does not end; it shows: {shown.decode()}")


SCHEDULE = {
    "v3": ("schedule", "--firmware", "GM01Q_2", "--from", "1", "--to", "2", "--start", day(3), "--end", day(9)),
    "v2": (
        *("schedule", "--software", "FOTA_2", "--from", "1", "--to", "2", "--start", day(3), "--end", day(9)),
        *("--distribution-type", "HTTP"),
    ),
}


def scheduled(environment: Environment, version: str, *more: str) -> str:
    """Schedule a campaign with the command; return its id."""
    devices = more if more else ("--device", IMEIS[0], "--device", IMEIS[1])
    done = run_here(environment, version, *SCHEDULE[version], *devices, "--json")
    assert done.code == 0, done.err
    return str(json.loads(done.out)["id"])
