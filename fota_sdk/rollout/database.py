"""An SQLite file with transactions, in which times are seconds since 1970 and days are texts."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import date, datetime, timezone
from typing import Any

from fota_sdk.rollout.errors import JournalError

_WAIT = 30.0  # seconds that a write waits for another one; all of them are short
_CACHE = -16_384  # KiB


class Database:
    """A database that is open.

    Args:
        path: Where it is.
    """

    _owner = 0  # no process, as long as it could not be opened

    def __init__(self, path: str) -> None:
        self._file = path
        self._open()

    def _open(self) -> None:
        self._turn = threading.RLock()
        self._opened = sqlite3.connect(self._file, timeout=_WAIT, isolation_level=None, check_same_thread=False)
        self._owner = os.getpid()
        self._opened.execute("PRAGMA synchronous = FULL")
        self._opened.execute(f"PRAGMA cache_size = {_CACHE}")
        self._opened.execute("PRAGMA journal_size_limit = 4194304")

    @property
    def _connection(self) -> sqlite3.Connection:
        """The connection of this process.

        One that came over a fork holds no locks, whatever it believes: what is written by it can be lost. So it makes
        way for another one, unless the parent was writing at that moment: closing it would change what it writes.

        Raises:
            JournalError: The parent was writing.
        """
        if self._owner != os.getpid():
            if self._opened.in_transaction:
                raise JournalError(
                    f"{self._file} was being written when this process was forked; this process wrote nothing",
                    "Open it anew in a process that is begun by itself: Rollout.open(path).",
                )
            self._opened.close()
            self._open()
        return self._opened

    def close(self) -> None:
        """Close it; a second time does nothing."""
        if self._owner == os.getpid():
            self._opened.close()

    @contextmanager
    def transaction(self, begin: str = "BEGIN IMMEDIATE") -> Iterator[None]:
        """Write all of it or nothing; one inside of another is part of that one, those of other threads wait."""
        connection = self._connection
        with self._turn:
            if connection.in_transaction:
                yield
                return
            try:  # from the first statement on: what an interrupt leaves open would swallow all later ones
                connection.execute(begin)
                yield
                connection.commit()
            except BaseException:
                connection.rollback()
                raise

    def at_once(self) -> AbstractContextManager[None]:
        """Read all of it as it was at one moment, whatever is written meanwhile."""
        return self.transaction("BEGIN")

    def _cursor(self, sql: str, *values: Any) -> sqlite3.Cursor:
        return self._connection.execute(sql, [plain(value) for value in values])

    def _do(self, sql: str, *values: Any) -> int:
        """Carry out a statement; return how many rows it has changed."""
        return self._cursor(sql, *values).rowcount

    def _rows(self, sql: str, *values: Any) -> list[Any]:
        return self._cursor(sql, *values).fetchall()

    def _row(self, sql: str, *values: Any) -> Any:
        return self._cursor(sql, *values).fetchone()

    def _value(self, sql: str, *values: Any) -> Any:
        row = self._row(sql, *values)
        return None if row is None else row[0]

    def _insert(self, table: str, columns: Mapping[str, Any], where_there_is_one: str = "") -> None:
        marks = ", ".join("?" * len(columns))
        sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks}) {where_there_is_one}"
        self._do(sql, *columns.values())

    def _update(self, table: str, where: Mapping[str, Any], /, **columns: Any) -> int:
        assignments = ", ".join(f"{name} = ?" for name in columns)
        condition = " AND ".join(f"{name} = ?" for name in where) or "TRUE"
        return self._do(f"UPDATE {table} SET {assignments} WHERE {condition}", *columns.values(), *where.values())


def plain(value: Any) -> Any:
    """Return a value as a column holds it."""
    if isinstance(value, datetime):
        return int(value.timestamp())
    if isinstance(value, str) and not value.isascii():  # JSON can hold half a character
        return value.encode(errors="replace").decode()
    return value.isoformat() if isinstance(value, date) else value


def moment(seconds: int) -> datetime:
    """Return the time that a column holds."""
    return datetime.fromtimestamp(seconds, timezone.utc)


def maybe_moment(seconds: int | None) -> datetime | None:
    """Return the time that a column holds; None where there is none."""
    return None if seconds is None else moment(seconds)


def maybe_day(text: str | None) -> date | None:
    """Return the day that a column holds; None where there is none."""
    return None if text is None else date.fromisoformat(text)
