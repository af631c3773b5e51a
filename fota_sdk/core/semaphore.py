"""A semaphore: how many of something may be under way at once, counted so that no interrupt can lose a permit."""

from __future__ import annotations

import threading
import weakref
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from fota_sdk.core.timeout import Deadline

Result = TypeVar("Result")


class Permit:
    """Permission to begin. One that Ctrl-C leaves in no hands at all comes back by itself."""

    __slots__ = ("_semaphore",)

    def __init__(self, semaphore: Semaphore) -> None:
        self._semaphore = weakref.ref(semaphore)

    def __del__(self) -> None:
        semaphore = self._semaphore()
        if semaphore is not None:
            semaphore.release([Permit(semaphore)])


class Semaphore:
    """A fixed number of permits.

    No lock guards them, which Ctrl-C or a fork could leave locked: a step of a deque is one of the interpreter's own.
    The locks that are waited for are made when somebody has to wait, so that they are those of gevent or eventlet where
    one of these has patched threads, be it after the client was made.

    Args:
        count: How many may be taken at once.
    """

    def __init__(self, count: int) -> None:
        self._free = deque(Permit(self) for _ in range(count))
        self._waiting: deque[Any] = deque()

    def run(self, seconds: float, work: Callable[[], Result]) -> Result | None:
        """Do some work with a permit of its own; return its result, or None where none became free.

        Args:
            seconds: How long to wait for a permit.
            work: What to do; it does not return None.
        """
        held: list[Permit] = []
        try:
            try:
                return work() if self.acquire(held, seconds) else None
            finally:
                self.release(held)
        finally:  # Ctrl-C may have come before the first time was over, and a traceback may keep what is held
            self.release(held)

    def acquire(self, held: list[Permit], seconds: float) -> bool:
        """Put a permit into a list, within so many seconds; return False where none became free.

        Args:
            held: What to hand to `release` when all is over, however it ends.
            seconds: How long to wait.
        """
        if self._taken(held):
            return True
        end = Deadline(seconds)
        while (left := end.left()) > 0:
            bell = threading.Lock()
            bell.acquire()
            self._waiting.append(bell)
            try:
                if self._taken(held) or (bell.acquire(timeout=min(left, threading.TIMEOUT_MAX)) and self._taken(held)):
                    return True
            finally:
                self._leave(bell)
        return self._taken(held)

    def release(self, held: list[Permit]) -> None:
        """Let others have the permits in a list.

        Args:
            held: It is empty afterwards.
        """
        while held:
            self._free.append(held.pop())
        self._ring()

    def _taken(self, held: list[Permit]) -> bool:
        try:
            held.append(self._free.pop())
        except IndexError:
            return False
        return True

    def _leave(self, bell: Any) -> None:
        try:
            self._waiting.remove(bell)
        except ValueError:  # it was rung, maybe for a permit that was not taken
            self._ring()

    def _ring(self) -> None:
        if self._free and self._waiting:
            with suppress(IndexError):  # another thread was quicker
                self._waiting.popleft().release()
