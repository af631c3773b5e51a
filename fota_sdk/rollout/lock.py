"""The lock of a journal: one step at a time, whoever runs it, on one machine."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from fota_sdk.rollout.errors import RolloutBusyError


class StepLock:
    """A lock that the operating system takes back when its process ends, however it ends.

    It is a transaction on a file beside the journal, held for as long as a step works. The file keeps how many steps
    it has seen, so that a journal that was restored from a backup is noticed.

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
        os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
        with closing(sqlite3.connect(self._path, timeout=0, isolation_level=None)) as connection:
            try:
                connection.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError as error:
                if "locked" not in str(error):
                    raise
                raise RolloutBusyError(
                    "another step of this roll-out is running; this one did nothing",
                    "Wait until it has ended. `status` and `pause` work meanwhile.",
                ) from None
            connection.execute("CREATE TABLE IF NOT EXISTS seen (steps INTEGER NOT NULL)")
            yield connection
            connection.execute("COMMIT")


def steps_seen(lock: sqlite3.Connection) -> int:
    """Return how many steps the lock has seen; 0 where it is new."""
    row = lock.execute("SELECT steps FROM seen").fetchone()
    return 0 if row is None else int(row[0])


def note_steps(lock: sqlite3.Connection, steps: int) -> None:
    """Let the lock remember how many steps there were."""
    lock.execute("DELETE FROM seen")
    lock.execute("INSERT INTO seen VALUES (?)", (steps,))
