"""How a campaign is followed until it has a status: when it is read again, and when to give up."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from fota_sdk.core.fields import Findings
from fota_sdk.core.timeout import LONGEST, clock
from fota_sdk.exceptions import FotaError, ValidationError, WaitError, clip

if TYPE_CHECKING:
    from fota_sdk.core.caller import Caller
    from fota_sdk.core.operation import Operation

Read = TypeVar("Read")

_GROWTH = 1.5
_LONGEST_PAUSE = 10  # times the first one
_LONGEST = 31_622_400  # a year; campaigns last for weeks
_LONGEST_FAILURE = 500
_SHORTEST_CALL = 0.05  # in less time no read can end well
_FOREVER = float("inf")
_RANGE = f"must be a positive number of seconds up to {_LONGEST} (a year)"


class Wait(NamedTuple):
    """What is awaited, for how long, and how often to look.

    Attributes:
        until: A status or several; None is any that `is_final` names.
        timeout: Seconds for the whole wait; None is "no limit".
        interval: Seconds of the first pause.
        on_poll: Called with each campaign that was read.
        is_final: Tells whether a status never changes again.
        meant: Tells which known status a text is a misspelling of; None for none.
    """

    until: str | Iterable[str] | None
    timeout: float | None
    interval: float
    on_poll: Callable[[Any], object] | None
    is_final: Callable[[str | None], bool]
    meant: Callable[[str], str | None]


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
        FotaError: A read failed in a way that does not pass by itself.
    """
    awaited = _checked(wait, operation)
    end = _FOREVER if wait.timeout is None else clock() + wait.timeout
    pause, looks, longest_read = wait.interval, 0, 0.0
    campaign: Any = None
    while True:
        begin = clock()
        looks += 1
        read = _read(caller.within(_left_for_a_call(end - begin)), operation, values)
        took = clock() - begin
        failure = read if isinstance(read, FotaError) else None
        if not isinstance(read, FotaError):
            campaign = read
            longest_read = max(longest_read, took)
            if wait.on_poll is not None:
                wait.on_poll(campaign)
            status = campaign.status
            if status in awaited or (not awaited and wait.is_final(status)):
                return read
            if wait.is_final(status):
                raise _ended_otherwise(awaited, operation, campaign, looks)
        left = end - clock()
        asked = _asked_pause(failure)
        if left <= max(2 * longest_read, _SHORTEST_CALL, asked):
            why = _asked_too_much(wait, asked) if 0 < left <= asked else f"time is over after {wait.timeout} s"
            raise _gave_up(why, operation, campaign, looks, failure) from failure
        # The last pause ends early enough for one more read.
        sleep(max(asked, min(pause, max(left - 2 * max(longest_read, took), left / 2))))
        pause = min(pause * _GROWTH, wait.interval * _LONGEST_PAUSE)


def _read(caller: Caller, operation: Operation[Read], values: Mapping[str, str]) -> Read | FotaError:
    """Return the campaign, or why it could not be read for the moment."""
    try:
        return caller.call(operation, **values)
    except FotaError as error:
        if not error._may_pass:
            raise
        return error.with_traceback(None)  # its frames lead to the one that is to hold it


def _asked_pause(failure: FotaError | None) -> float:
    """Return the seconds for which the service asks not to be called."""
    asked: float | None = getattr(failure, "retry_after", None)
    return 0.0 if asked is None else asked


def _left_for_a_call(seconds: float) -> float:
    return seconds if seconds == _FOREVER else min(seconds, LONGEST)


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
        else:
            findings += mistyped_statuses("until", statuses, wait.meant)
    if findings:
        raise ValidationError(findings, operation=operation.name)
    return frozenset(statuses)


def mistyped_statuses(place: str, statuses: Iterable[str], meant: Callable[[str], str | None]) -> Findings:
    """Return a finding for each status that is a misspelling of a known one, which `meant` returns."""
    return [
        (place, f"{clip(repr(status), 80)} is no known status; did you mean {known!r}?")
        for status in statuses
        if (known := meant(status)) is not None
    ]


def _is_seconds(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value <= _LONGEST


def _got(value: object) -> str:
    return f", got {type(value).__name__} {clip(repr(value), 30)}"


def _asked_too_much(wait: Wait, asked: float) -> str:
    return f"the service asks to wait {asked:.0f} s before the next call, and less is left of the {wait.timeout} s"


def _gave_up(why: str, operation: Operation[Any], campaign: Any, looks: int, failure: FotaError | None) -> WaitError:
    if campaign is None:
        last = "the campaign could not be read."
    else:
        last = f"its status {'is' if failure is None else 'was'} {clip(repr(campaign.status), 80)}."
    if failure is not None:
        last += f" The last read failed: {clip(failure.what_happened, _LONGEST_FAILURE)}"
    return WaitError(
        f"{why}: {last} The campaign goes on by itself.",
        "Wait again, with more time.",
        timed_out=True,
        campaign=campaign,
        operation=operation.name,
        attempts=looks,
    )


def _ended_otherwise(awaited: frozenset[str], operation: Operation[Any], campaign: Any, looks: int) -> WaitError:
    wanted = clip(" or ".join(sorted(awaited)), 300)
    return WaitError(
        f"the campaign is {campaign.status} and stays so; {wanted} was awaited.",
        "Read the campaign and its devices' report to see why.",
        campaign=campaign,
        operation=operation.name,
        attempts=looks,
    )


sleep = time.sleep
