"""The lock of a journal: one step at a time, whoever runs it, on one machine."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from fota_sdk.rollout.errors import RolloutBusyError

_PATIENCE = 0.1  # seconds; of two that begin at the same moment none would get it without


class StepLock:
    """A lock that the operating system takes back when its process ends, however it ends.

    It is SQLite's lock of a file beside the journal, kept as long as a step works. The file remembers how many steps
    have begun, so that a journal that was restored from a backup is noticed. Nothing but SQLite may open that file:
    POSIX takes all locks of a process away as soon as it closes one descriptor of the file.

    Args:
        journal: Path of the journal.
    """

    def __init__(self, journal: str) -> None:
        self._path = f"{journal}-lock"

    @contextmanager
    def held(self) -> Iterator[sqlite3.Connection]:
        """Hold the lock.

        Raises:
            RolloutBusyError: Another step holds it.
        """
        is_new = not Path(self._path).exists()
        with closing(sqlite3.connect(self._path, timeout=_PATIENCE, isolation_level=None)) as connection:
            try:
                connection.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError as error:
                if "locked" not in str(error):
                    raise
                raise RolloutBusyError(
                    "another step of this roll-out is running; this one did nothing",
                    "Wait until it has ended. `status` and `pause` work meanwhile.",
                ) from None
            if is_new:
                Path(self._path).chmod(0o600)
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")  # transactions end, the lock stays
            connection.execute("CREATE TABLE IF NOT EXISTS seen (steps INTEGER NOT NULL)")
            connection.execute("COMMIT")
            yield connection


def steps_seen(lock: sqlite3.Connection) -> int:
    """Return how many steps the lock has seen; 0 where it is new."""
    row = lock.execute("SELECT steps FROM seen").fetchone()
    return 0 if row is None else int(row[0])


def note_steps(lock: sqlite3.Connection, steps: int) -> None:
    """Let the lock remember how many steps there were, whatever becomes of this one."""
    lock.execute("BEGIN")
    lock.execute("DELETE FROM seen")
    lock.execute("INSERT INTO seen VALUES (?)", (steps,))
    lock.execute("COMMIT")
