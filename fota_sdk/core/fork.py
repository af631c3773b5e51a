"""What a forked child has to make anew: a lock that another thread of the parent held, a connection in use there."""

from __future__ import annotations

import logging  # noqa: F401 - its own hook has to be registered before ours; see below
import os
import threading
import weakref
from typing import Protocol


class ForkAware(Protocol):
    """What a child process cannot take over as it is."""

    def after_fork(self) -> None:
        """Make locks and connections anew."""


late_imports = threading.RLock()
"""Held by every import in the package that waits until it is needed.

A child that is forked meanwhile would find the module half imported and locked by a thread that it does not have.
"""

_alive: weakref.WeakSet[ForkAware] = weakref.WeakSet()


def register_after_fork(thing: ForkAware) -> None:
    """Have a thing renewed in every child that is forked while it lives."""
    _alive.add(thing)


def _renew_all() -> None:
    for thing in list(_alive):
        thing.after_fork()


def _begin_as_child() -> None:
    late_imports.release()
    _renew_all()


if hasattr(os, "register_at_fork"):  # not on Windows, which has no fork
    # Hooks run before a fork in the reverse order of their registration. So nothing that an import needs, such as the
    # lock of logging, is held already while the end of an import is awaited.
    os.register_at_fork(
        before=late_imports.acquire, after_in_parent=late_imports.release, after_in_child=_begin_as_child
    )
