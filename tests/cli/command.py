"""Runs the real command: with pipes, or on a terminal of 80 columns."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

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
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", self.out).replace("\r", "")


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


def interrupted(environment: Environment, *arguments: str, when: Callable[[], Any]) -> Done:
    """Run the command with pipes, and press Ctrl-C once something has happened."""
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
    return Done(process.returncode, out, err)


def await_(condition: Callable[[], Any]) -> None:
    """Wait until something holds."""
    end = time.monotonic() + _LONGEST
    while condition() is False:
        assert time.monotonic() < end
        time.sleep(0.02)


def on_terminal(environment: Environment, *arguments: str, answers: tuple[tuple[str, str], ...] = ()) -> Done:
    """Run the command on a terminal.

    Args:
        environment: Its variables.
        arguments: What follows ``fota``.
        answers: What to wait for in its output, and what to type then, one after the other.
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, COLUMNS, 0, 0))
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        env={**environment, "TERM": "xterm-256color"},
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
            os.write(terminal, answers.pop(0)[1].encode())
    raise AssertionError(f"the command does not end; it shows: {shown.decode()}")
