"""How a campaign is followed until it has a status: when it is read again, and when to give up."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from fota_sdk.core.fields import Findings
from fota_sdk.exceptions import TransportError, ValidationError, WaitError, clip

if TYPE_CHECKING:
    from fota_sdk.core.caller import Caller
    from fota_sdk.core.operation import Operation

Read = TypeVar("Read")

_GROWTH = 1.5
_LONGEST_PAUSE = 10  # times the first one
_LONGEST = 31_622_400  # a year; campaigns last for weeks
_LONGEST_CALL = 1_000_000  # what a time limit of one call may be
_FOREVER = float("inf")
_RANGE = f"must be a positive number of seconds up to {_LONGEST} (a year)"


@dataclass(frozen=True)
class Wait:
    """What is awaited, for how long, and how often to look.

    Attributes:
        until: A status or several; None is any that `is_final` names.
        timeout: Seconds for the whole wait; None is "no limit".
        interval: Seconds of the first pause.
        on_poll: Called with each campaign that was read.
        is_final: Tells whether a status never changes again.
    """

    until: str | Iterable[str] | None
    timeout: float | None
    interval: float
    on_poll: Callable[[Any], object] | None
    is_final: Callable[[str | None], bool]


def wait_for_status(caller: Caller, operation: Operation[Read], wait: Wait, /, **values: str) -> Read:
    """Read a campaign until it has an awaited status; return it as it was read last.

    Args:
        caller: Carries out the reads, each within its own limits and within what is left of the wait.
        operation: What reads the campaign.
        wait: What is awaited.
        values: The values of the operation's path.

    Raises:
        ValidationError: An argument is wrong; nothing was sent.
        WaitError: Time is over, or the campaign ended otherwise.
        FotaError: A read failed, after its own repeats.
    """
    awaited = _checked(wait, operation)
    end = _FOREVER if wait.timeout is None else clock() + wait.timeout
    pause, reads, longest_read = wait.interval, 0, 0.0
    campaign: Any = None
    while True:
        begin = clock()
        try:
            campaign = caller.within(_left_for_a_call(end - begin)).call(operation, **values)
        except TransportError as error:
            if clock() < end:
                raise
            raise _time_over(wait, operation, campaign, reads + 1) from error
        reads += 1
        longest_read = max(longest_read, clock() - begin)
        if wait.on_poll is not None:
            wait.on_poll(campaign)
        status = campaign.status
        if status in awaited or (not awaited and wait.is_final(status)):
            return campaign  # type: ignore[no-any-return] # what the operation promises
        if wait.is_final(status):
            raise _ended_otherwise(awaited, operation, campaign, reads)
        # The last pause ends early enough for one more read.
        left = end - clock() - 2 * longest_read
        if left <= 0:
            raise _time_over(wait, operation, campaign, reads)
        sleep(min(pause, left))
        pause = min(pause * _GROWTH, wait.interval * _LONGEST_PAUSE)


def _left_for_a_call(seconds: float) -> float:
    return seconds if seconds == _FOREVER else min(seconds, _LONGEST_CALL)


def _checked(wait: Wait, operation: Operation[Any]) -> frozenset[str]:
    """Return the awaited statuses, none for any final one; refuse what cannot be waited with."""
    findings: Findings = []
    until: Any = wait.until
    if wait.timeout is not None and not _is_seconds(wait.timeout):
        findings.append(("timeout", f"{_RANGE}, or None for no limit{_got(wait.timeout)}"))
    if not _is_seconds(wait.interval):
        findings.append(("interval", f"{_RANGE}{_got(wait.interval)}"))
    on_poll: Any = wait.on_poll
    if on_poll is not None and not callable(on_poll):
        findings.append(("on_poll", f"must be callable, got {type(on_poll).__name__}"))
    statuses: list[Any] = []
    if until is not None:
        if isinstance(until, str):
            statuses = [until]
        elif isinstance(until, Iterable):
            statuses = list(until)
        if not statuses or not all(isinstance(status, str) and status != "" for status in statuses):
            findings.append(("until", "must be a status or several, such as CampaignStatus.ENDED"))
    if findings:
        raise ValidationError(findings, operation=operation.name)
    return frozenset(statuses)


def _is_seconds(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value <= _LONGEST


def _got(value: object) -> str:
    return f", got {type(value).__name__} {clip(repr(value), 30)}"


def _time_over(wait: Wait, operation: Operation[Any], campaign: Any, reads: int) -> WaitError:
    last = "it could not be read" if campaign is None else f"its status is {clip(repr(campaign.status), 80)}"
    return WaitError(
        f"time is over after {wait.timeout} s: {last}. The campaign goes on by itself; wait again, with more time.",
        timed_out=True,
        campaign=campaign,
        operation=operation.name,
        attempts=reads,
    )


def _ended_otherwise(awaited: frozenset[str], operation: Operation[Any], campaign: Any, reads: int) -> WaitError:
    wanted = clip(" or ".join(sorted(awaited)), 300)
    return WaitError(
        f"the campaign is {campaign.status} and stays so; {wanted} was awaited.",
        campaign=campaign,
        operation=operation.name,
        attempts=reads,
    )


clock = time.monotonic
sleep = time.sleep
