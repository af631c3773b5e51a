"""How long a call may take."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import partial
from typing import NamedTuple

from fota_sdk.exceptions import ConfigurationError, clip

_FOREVER = float("inf")
LONGEST = 1_000_000  # seconds that all systems take as the timeout of a socket


# Seconds that never go back, and that go on where a test has frozen its time: tools that do so replace
# `time.monotonic`, also where it was imported from, and leave `clock_gettime` alone. Windows has no other clock.
clock: Callable[[], float] = (
    time.monotonic if sys.platform == "win32" else partial(time.clock_gettime, time.CLOCK_MONOTONIC)
)


@dataclass(frozen=True)
class Timeout:
    """Time limits of a call, in seconds; None is "no limit".

    Attributes:
        total: The whole call: tokens, attempts, pauses, headers and body.
        connect: One connection attempt.
        read: The longest silence of the service before an attempt that may be retried is given up. Attempts that
            may not be retried wait for ``total``, because giving up early would only lose the response.

    Raises:
        ConfigurationError: A value is not None or a positive number up to 1,000,000.
    """

    total: float | None = 60
    connect: float | None = 5
    read: float | None = 30

    def __post_init__(self) -> None:
        for field in fields(self):
            _check(getattr(self, field.name), field.name)

    @classmethod
    def of(cls, timeout: float | Timeout | None) -> Timeout:
        """Return the limits that ``timeout=`` of a client means.

        Args:
            timeout: Seconds for a whole call, limits that are returned as they are, or None for no limit at all.

        Raises:
            ConfigurationError: It is something else.
        """
        if isinstance(timeout, Timeout):
            return timeout
        if timeout is None:
            return cls(None, None, None)
        _check(timeout, "timeout")
        return cls(total=timeout)


class CallLimits(NamedTuple):
    """How long a call may take, and how often it is tried at most; the calls that bring its tokens have the same.

    Attributes:
        timeout: Limits in seconds.
        max_attempts: How often a request is tried at most.
    """

    timeout: Timeout
    max_attempts: int


def _check(seconds: object, name: str) -> None:
    if seconds is None:
        return
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not 0 < seconds <= LONGEST:
        raise ConfigurationError(
            f"{name} must be a positive number of seconds up to {LONGEST}, or None for no limit; "
            f"got {type(seconds).__name__} {clip(repr(seconds), 30)}"
        )


class Deadline:
    """The end of a call, by a monotonic clock."""

    __slots__ = ("_end",)

    def __init__(self, total: float | None) -> None:
        self._end = _FOREVER if total is None else clock() + total

    def left(self) -> float:
        """Return the seconds that are left: 0 or less when time is over, infinite without a limit."""
        return self._end - clock()

    def within(self, limit: float | None) -> float | None:
        """Return the smaller of what is left (at least a millisecond) and a limit; None where neither limits."""
        left = max(self.left(), 0.001)
        if limit is None:
            return None if left == _FOREVER else left
        return min(limit, left)
