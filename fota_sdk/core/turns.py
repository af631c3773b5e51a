"""How many of something may be under way at once, counted so that no interrupt can lose a turn."""

from __future__ import annotations

import queue
import threading
import weakref


class Turn:
    """Leave to begin. One that is lost, to Ctrl-C between any two steps, comes back when nothing holds it any more."""

    __slots__ = ("_free",)

    def __init__(self, free: queue.SimpleQueue[Turn]) -> None:
        self._free = weakref.ref(free)

    def __del__(self) -> None:
        free = self._free()
        if free is not None:
            free.put(Turn(free))


class Turns:
    """A fixed number of turns.

    Args:
        count: How many may be taken at once.
    """

    def __init__(self, count: int) -> None:
        self._free: queue.SimpleQueue[Turn] = queue.SimpleQueue()
        for _ in range(count):
            self._free.put(Turn(self._free))

    def take(self, seconds: float) -> Turn | None:
        """Return a turn, within so many seconds; None where none became free.

        It is free again when it is given back, or when nothing holds it any more.

        Args:
            seconds: How long to wait.
        """
        try:
            if seconds <= 0:
                return self._free.get_nowait()
            return self._free.get(timeout=min(seconds, threading.TIMEOUT_MAX))
        except queue.Empty:
            return None

    def give_back(self, turn: Turn) -> None:
        """Let others have a turn.

        Args:
            turn: What `take` returned; it is not used any more.
        """
        self._free.put(turn)
