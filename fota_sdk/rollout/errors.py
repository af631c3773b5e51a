"""The errors of roll-outs.

FotaError
└─ RolloutError                what was asked of a roll-out cannot be done; nothing was sent for it
   ├─ RolloutBusyError         another step holds the lock of the journal
   └─ JournalError             the journal cannot be used: missing, damaged, newer, moved, or restored
"""

from __future__ import annotations

from fota_sdk.exceptions import FotaError


class RolloutError(FotaError):
    """What was asked of a roll-out cannot be done. Nothing was sent for it."""


class RolloutBusyError(RolloutError):
    """Another step holds the lock of the journal; this one did nothing."""


class JournalError(RolloutError):
    """The journal cannot be used: it is missing, is none, is newer than this release, was moved or was restored."""
