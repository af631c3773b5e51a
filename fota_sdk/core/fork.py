"""What a forked child has to make anew: a lock that another thread of the parent held, a connection in use there."""

from __future__ import annotations

import os
import weakref
from typing import Protocol


class Renewable(Protocol):
    """Something that a child process cannot take over as it is."""

    def renew(self) -> None:
        """Make locks and connections anew."""


_alive: weakref.WeakSet[Renewable] = weakref.WeakSet()


def renew_after_fork(thing: Renewable) -> None:
    """Have a thing renewed in every child that is forked while it lives."""
    _alive.add(thing)


def _renew_all() -> None:
    for thing in list(_alive):
        thing.renew()


if hasattr(os, "register_at_fork"):  # not on Windows, which has no fork
    os.register_at_fork(after_in_child=_renew_all)
