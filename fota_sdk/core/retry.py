"""What is retried, and after which pause."""

from __future__ import annotations

import random
import re
import time
from datetime import timezone
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, NamedTuple

from fota_sdk.core.fork import late_imports
from fota_sdk.exceptions import FotaError

if TYPE_CHECKING:
    from fota_sdk.core.operation import Operation


class Outcome(Enum):
    """How an attempt failed, as far as retrying it goes."""

    NEVER_SENT = auto()
    """Nothing reached the service: name lookup, refused, connect timeout, proxy."""
    THROTTLED = auto()
    """429."""
    LOST = auto()
    """500, 502, 503, 504; or a timeout, reset or cut body once a byte may have left."""
    UNREADABLE = auto()
    """Another 5xx, a status that does not exist, or a 2xx that is not what was promised."""
    REPLACED = auto()
    """A response that refuses, which a hook has put in the place of one that may have carried the call out."""
    REFUSED = auto()
    """A certificate, a redirect, or another 4xx."""
    NOT_TRIED = auto()
    """There was no time or no connection left for this attempt, or its file is not what it was."""

    @property
    def may_have_acted(self) -> bool:
        """Whether the service may have carried the call out."""
        return self in (Outcome.LOST, Outcome.UNREADABLE, Outcome.REPLACED)

    @property
    def may_pass(self) -> bool:
        """Whether the same call may succeed later."""
        return self in (Outcome.NEVER_SENT, Outcome.THROTTLED, Outcome.LOST, Outcome.NOT_TRIED)


class Failure(NamedTuple):
    """An attempt that failed: what to raise, and what it means for retrying.

    Attributes:
        error: What to raise.
        outcome: What it means for retrying.
        refused_token: The token that the service refused: ``"api_token"``, ``"session_token"``, or None for neither.
    """

    error: FotaError
    outcome: Outcome
    refused_token: str | None = None


_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 8.0
_LONGEST_WAIT = 1e9
_SECONDS = re.compile(r"\d{1,9}", re.ASCII)


def pause_before_retry(
    operation: Operation[Any], attempt: int, outcome: Outcome, *, retry_after: float | None = None, chance: float = 1.0
) -> float | None:
    """Return the seconds to wait before the next attempt; None where there is to be none.

    Args:
        operation: What was tried.
        attempt: Which attempt failed, from 1.
        outcome: How it failed.
        retry_after: What the response asks for; it takes the place of our own pause.
        chance: A random number from 0 to 1: the share of the longest pause that is taken (full jitter).
    """
    is_retried = outcome in (Outcome.NEVER_SENT, Outcome.THROTTLED) or (
        outcome is Outcome.LOST and operation.effect.is_retried
    )
    if not is_retried:
        return None
    if retry_after is not None:
        return retry_after
    return float(chance * min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** (attempt - 1)))


def parse_retry_after(header: str | None) -> float | None:
    """Return the seconds that a ``Retry-After`` header asks for; None for nonsense."""
    if header is None:
        return None
    header = header.strip()
    if _SECONDS.fullmatch(header):
        return float(header)
    with late_imports:
        from email.utils import parsedate_to_datetime

    try:
        moment = parsedate_to_datetime(header)
        # HTTP dates are UTC, also in the old form that does not say so.
        seconds = (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp() - time.time()
    except (ValueError, TypeError, OverflowError, OSError, IndexError):
        return None
    return min(max(0.0, seconds), _LONGEST_WAIT)


class Budget:
    """How many retries a client may make, so that an outage does not multiply its load.

    A retry takes from it, a success gives a little back; where it does not suffice nothing is retried.
    """

    FULL = 500
    _COST = 14
    _COST_THROTTLED = 5

    def __init__(self) -> None:
        # Without a lock, which an interrupt or a fork could leave locked. Were one of two simultaneous changes lost, an
        # outage would see one retry more or less.
        self._left = self.FULL

    def take(self, outcome: Outcome) -> bool:
        """Take the price of a retry; return False where there is not enough."""
        cost = self._COST_THROTTLED if outcome is Outcome.THROTTLED else self._COST
        if self._left < cost:
            return False
        self._left -= cost
        return True

    def give_back(self) -> None:
        """Give back what a success earns."""
        self._left = min(self.FULL, self._left + 1)


sleep = time.sleep
jitter = random.random
