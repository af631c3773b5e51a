"""The errors of roll-outs.

FotaError
└─ RolloutError                what was asked of a roll-out cannot be done; nothing was sent for it
   ├─ RolloutBusyError         another step holds the lock of the journal
   └─ JournalError             the journal cannot be used: missing, damaged, newer, moved, or restored
"""

from __future__ import annotations

import shlex
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

from fota_sdk.exceptions import FotaError

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")
Item = TypeVar("Item")


def command_on(journal: str, command: str, *arguments: str) -> str:
    """Return a command on a journal, to be copied into a shell."""
    return shlex.join(["fota", "rollout", command, journal, *arguments])


def find_command(api: str, account: str, name: str | None = None) -> str:
    """Return the command that looks for a campaign of an account."""
    return shlex.join(["fota", api, "list", "--account", account, *([] if name is None else ["--name", name])])


class RolloutError(FotaError):
    """What was asked of a roll-out cannot be done. Nothing was sent for it."""


class RolloutBusyError(RolloutError):
    """Another step holds the lock of the journal; this one did nothing."""


class JournalError(RolloutError):
    """The journal cannot be used: it is missing, is none, is newer than this release, was moved or was restored."""


def on_the_journal(method: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Let a method of what has a `path` tell what its disk does to the journal there as a `JournalError`."""

    @wraps(method)
    def told(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        with _telling(args[0]):
            return method(*args, **kwargs)

    return told


def rows_of_the_journal(method: Callable[Parameters, Iterator[Item]]) -> Callable[Parameters, Iterator[Item]]:
    """Do the same for a method that gives one after the other."""

    def given(owner: object, rows: Iterator[Item]) -> Iterator[Item]:
        with _telling(owner):
            yield from rows

    @wraps(method)
    def told(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Iterator[Item]:
        with _telling(args[0]):
            return given(args[0], method(*args, **kwargs))

    return told


@contextmanager
def _telling(owner: object) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        path = str(getattr(owner, "path", ""))
        raise JournalError(
            f"the journal {path} cannot be read or written: {error}; what was sent before may have been carried out, "
            "and is looked for by the next step",
            f"See to its disk and its owner, then go on: {command_on(path, 'step')}",
        ) from error
