"""Processes that die at a chosen point: after a commit, or on either side of a request that changes something."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from unittest.mock import patch

import requests

CHANGING = ("POST", "DELETE", "PUT")


class Killed(BaseException):
    """The process has died."""


def _raise() -> None:
    raise Killed


class Points:
    """The points of a process, counted as it passes them; it may die at one of them.

    What is durable changes at these points only, so that a death between two of them is like one at the first of them.
    Once it is dead, nothing more happens: whatever the code does to tidy up meets `Killed` again.

    Args:
        at: At which point it dies, from 1, or at the first one that its name begins so; None lets it live.
        die: What happens there.
        is_fatal: Whether that ends the process.
    """

    def __init__(
        self, at: int | str | None = None, die: Callable[[], object] = _raise, *, is_fatal: bool = True
    ) -> None:
        self.names: list[str] = []
        self.is_dead = False
        self.commits = 0
        self._at = at
        self._die = die
        self._is_fatal = is_fatal

    def alive(self) -> None:
        if self.is_dead:
            raise Killed

    def reach(self, name: str) -> None:
        self.alive()
        self.names.append(name)
        if len(self.names) == self._at or (isinstance(self._at, str) and name.startswith(self._at)):
            self.is_dead = self._is_fatal
            self._die()

    @contextmanager
    def around(self, method: str, path: str) -> Iterator[None]:
        """Pass the points on both sides of a request."""
        self.alive()
        if method in CHANGING:
            self.reach(f"before {method} {path}")
        yield
        if method in CHANGING:
            self.reach(f"after {method} {path}")
        self.alive()


@contextmanager
def mortal(points: Callable[[], Points], *, durable: bool = False) -> Iterator[None]:
    """Let what uses SQLite and requests in this process pass points.

    Args:
        points: Gives those of the process that is simulated at the time.
        durable: Whether commits wait for the disk, which takes longest by far, and matters only where machines die.
    """

    class Connection(sqlite3.Connection):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            self._kept = 0  # of its changes, those that are committed; the end of a mere reading is no point
            super().__init__(*arguments, **options)
            self.set_trace_callback(self._traced)
            if not durable:
                with suppress(sqlite3.OperationalError):  # another process holds the lock: nothing will be written
                    super().execute("PRAGMA synchronous = OFF")

        def _traced(self, statement: str) -> None:
            points().commits += statement == "COMMIT" and self.total_changes > self._kept

        def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
            points().alive()
            if sql == "PRAGMA synchronous = FULL" and not durable:
                sql = "PRAGMA synchronous = OFF"
            cursor = super().execute(sql, *parameters)
            self._committed()
            return cursor

        def executemany(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
            points().alive()
            cursor = super().executemany(sql, *parameters)
            self._committed()
            return cursor

        def commit(self) -> None:
            points().alive()
            super().commit()
            self._committed()

        def _committed(self) -> None:
            if not self.in_transaction and self.total_changes > self._kept:
                self._kept = self.total_changes
                points().reach("commit")

        def rollback(self) -> None:
            if not points().is_dead:  # the end of a process rolls back by itself
                super().rollback()

    connect, send = sqlite3.connect, requests.Session.send

    def connected(*arguments: Any, **options: Any) -> sqlite3.Connection:
        return connect(*arguments, **{"factory": Connection, **options})

    def sent(session: requests.Session, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        with points().around(str(request.method), request.path_url.partition("/fota/")[2]):
            return send(session, request, **options)

    with patch.object(sqlite3, "connect", connected), patch.object(requests.Session, "send", sent):
        yield
