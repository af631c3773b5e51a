"""Transactions of a journal: whole or not at all, whoever else uses it."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from fota_sdk.rollout.database import Database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    path = str(tmp_path / "some.db")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE notes (text TEXT)")
    with closing(Database(path)) as database:
        yield database


def notes(database: Database) -> list[str]:
    with closing(sqlite3.connect(database._file)) as connection:
        return [text for (text,) in connection.execute("SELECT text FROM notes ORDER BY text")]


def test_a_transaction_of_one_thread_is_none_of_another_one(database: Database) -> None:
    is_written = threading.Event()

    def write() -> None:
        with database.transaction():
            database._insert("notes", {"text": "theirs"})
        is_written.set()

    thread = threading.Thread(target=write)
    with pytest.raises(ZeroDivisionError), database.transaction():
        database._insert("notes", {"text": "ours"})
        thread.start()
        assert not is_written.wait(0.2)
        raise ZeroDivisionError
    thread.join()
    assert notes(database) == ["theirs"]


def test_a_transaction_that_was_interrupted_as_it_began_is_over(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Interrupted(sqlite3.Connection):
        def execute(self, sql: str, *values: object) -> sqlite3.Cursor:
            cursor = super().execute(sql, *values)  # type: ignore[arg-type]
            if sql.startswith("BEGIN"):
                raise KeyboardInterrupt
            return cursor

    opened = database._opened
    database._opened = sqlite3.connect(database._file, isolation_level=None, factory=Interrupted)
    opened.close()
    with pytest.raises(KeyboardInterrupt), database.transaction():
        pass
    assert not database._opened.in_transaction
