"""The lock of a journal: one step at a time, whoever runs it, on one machine."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from fota_sdk.rollout.errors import JournalError, RolloutBusyError, command_on

_PATIENCE = 0.1  # seconds; of two that begin at the same moment none would get it without


class StepLock:
    """A lock that the operating system takes back when its process ends, however it ends.

    It is SQLite's lock of a file beside the journal, kept as long as a step works. The file remembers how far the
    journal had come, so that one that was restored from a backup is noticed. Nothing but SQLite may open that file:
    POSIX takes all locks of a process away as soon as it closes one descriptor of the file.

    Args:
        journal: Path of the journal.
    """

    def __init__(self, journal: str) -> None:
        self._journal = journal
        self._path = f"{journal}-lock"
        self._connection: sqlite3.Connection | None = None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock.

        Raises:
            RolloutBusyError: Another step holds it.
            JournalError: It cannot be used.
        """
        is_new = not Path(self._path).exists()
        with closing(self._opened()) as connection:
            try:
                connection.execute("BEGIN EXCLUSIVE")
                connection.execute("CREATE TABLE IF NOT EXISTS seen (steps INTEGER NOT NULL)")
                _steps(connection)
            except sqlite3.DatabaseError as error:
                if "locked" not in str(error):
                    raise self._useless(error) from error
                raise RolloutBusyError(
                    f"another step of the roll-out {self._journal} is running; this one did nothing",
                    "Wait until it has ended; status, pause and the like work meanwhile: "
                    f"{command_on(self._journal, 'status')}",
                ) from None
            if is_new:
                Path(self._path).chmod(0o600)
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")  # transactions end, the lock stays
            connection.execute("COMMIT")
            self._connection = connection
            try:
                yield
            finally:
                self._connection = None

    def _opened(self) -> sqlite3.Connection:
        try:
            return sqlite3.connect(self._path, timeout=_PATIENCE, isolation_level=None)
        except sqlite3.DatabaseError as error:
            raise self._useless(error) from error

    def _useless(self, error: sqlite3.DatabaseError) -> JournalError:
        return JournalError(
            f"{self._path}, the lock of the roll-out, cannot be used: {error}; nothing was sent",
            "See to its disk and its owner. If it is damaged, remove it, then do the same again.",
        )

    def read(self) -> int | None:
        """Return how far the journal had come, without holding the lock; None where the lock is new or lost.

        Raises:
            RolloutBusyError: A step holds it, or it cannot be read: it takes a step to tell.
        """
        if not Path(self._path).exists():
            return None
        url = f"{Path(self._path).absolute().as_uri()}?mode=ro"
        try:
            with closing(sqlite3.connect(url, timeout=0, uri=True)) as connection:
                return _steps(connection)
        except sqlite3.DatabaseError as error:
            if "no such table" in str(error):
                return None
            raise RolloutBusyError(f"the lock of the roll-out {self._journal} cannot be read: {error}") from None

    @property
    def seen(self) -> int | None:
        """How far the journal had come when the lock was last told; None where it is new, or not held."""
        return None if self._connection is None else _steps(self._connection)

    def note(self, steps: int) -> None:
        """Remember how far the journal has come, whatever becomes of this process; nothing where it is not held."""
        if self._connection is not None:
            self._connection.execute("BEGIN")
            self._connection.execute("DELETE FROM seen")
            self._connection.execute("INSERT INTO seen VALUES (?)", (steps,))
            self._connection.execute("COMMIT")


def _steps(connection: sqlite3.Connection) -> int | None:
    """Return how far the journal had come, as the lock tells; None where it is new.

    Raises:
        sqlite3.DatabaseError: It is damaged.
    """
    row = connection.execute("SELECT steps FROM seen").fetchone()
    if row is not None and not isinstance(row[0], int):
        raise sqlite3.DatabaseError("it holds no number of steps")
    return None if row is None else int(row[0])
