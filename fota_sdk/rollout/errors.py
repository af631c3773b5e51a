"""The errors of roll-outs.

FotaError
└─ RolloutError                what was asked of a roll-out cannot be done; nothing was sent for it
   ├─ RolloutBusyError         another step holds the lock of the journal
   └─ JournalError             the journal cannot be used: missing, damaged, newer, moved, or restored
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from fota_sdk.exceptions import FotaError

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


class RolloutError(FotaError):
    """What was asked of a roll-out cannot be done. Nothing was sent for it."""


class RolloutBusyError(RolloutError):
    """Another step holds the lock of the journal; this one did nothing."""


class JournalError(RolloutError):
    """The journal cannot be used: it is missing, is none, is newer than this release, was moved or was restored."""


def on_the_journal(method: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Let a method tell what its disk does to the journal as a `JournalError`."""

    @wraps(method)
    def told(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        try:
            return method(*args, **kwargs)
        except sqlite3.Error as error:
            raise JournalError(
                f"the journal cannot be read or written: {error}",
                "See to its disk and its owner. What a step had begun is looked for by the next one.",
            ) from error

    return told
