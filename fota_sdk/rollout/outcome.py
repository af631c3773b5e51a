"""What a look at a campaign means for its devices: a function of what is known and what was seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TypeAlias

from fota_sdk.models.campaign_status import CampaignStatus
from fota_sdk.rollout.states import (
    CampaignState,
    DeviceState,
    has_started,
    states_of_words,
    was_called_off,
    was_refused,
)

REMOVAL_TAKES = timedelta(hours=1)
"""How long a device must be missing from the reports of its campaign until it counts as removed."""

_REMOVAL_SECONDS = int(REMOVAL_TAKES.total_seconds())


Seen: TypeAlias = tuple[str, str, str | None]
"""A device as a report shows it: IMEI, status, reason."""

Known: TypeAlias = tuple[int, str, str, str | None, int | None]
"""A device as the journal has it: rank, IMEI, state, the service's last status, and when a report first lacked it."""

Change: TypeAlias = tuple[int, str, str | None, str | None, int | None]
"""What becomes of a device: rank, state, status, reason, and when a report first lacked it."""


@dataclass(frozen=True)
class Observation:
    """What one look at a campaign has shown.

    Attributes:
        number: Of the campaign.
        status: Its status.
        start: First day, as the service has it.
        end: Last day, as the service has it.
        devices: The devices of its report; None where none was read.
        total: How many devices the service counts in it; None where it does not say.
        next_attempt: When the first of the devices that are not done is retried; None where that is not known of
            each.
        calls: How many calls the look took.
    """

    number: int
    status: str
    start: date | None = None
    end: date | None = None
    devices: tuple[Seen, ...] | None = None
    total: int | None = None
    next_attempt: datetime | None = None
    calls: int = 0


@dataclass
class Outcome:
    """What a look changes.

    Attributes:
        state: The state of the campaign from now on.
        final_at: When its status was first seen to be final.
        changes: Devices that change.
        counts: How many devices have which state from now on.
        foreign: How many devices of the report are none of ours.
        unknown: How many of ours have a status that is not known.
        size: How many devices it had.
        is_waiting: Whether another look must tell before the next usual one: devices are missing.
        called_off: Whether somebody else has cancelled it.
    """

    state: str
    final_at: datetime | None = None
    changes: list[Change] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    foreign: int = 0
    unknown: int = 0
    size: int = 0
    is_waiting: bool = False
    called_off: bool = False


def outcome_of(
    state: str,
    final_at: datetime | None,
    known: Iterable[Known],
    observation: Observation,
    now: datetime,
    settle: timedelta,
) -> Outcome:
    """Return what a look changes.

    A state that is final stays. A word that is not known changes nothing. What a report lacks counts as removed only
    where it is whole and lacks it an hour later, too. Once a campaign is over, what is still open is settled only after
    the time in which reports may be old, unless it never started.

    Args:
        state: The campaign's state.
        final_at: When its status was first seen to be final; None before.
        known: Its devices.
        observation: What was seen.
        now: When.
        settle: How old a report may be.
    """
    seen = {device[0]: device for device in observation.devices or ()}
    is_whole = len(seen) > 0 and (observation.total is None or len(seen) >= observation.total)
    states = states_of_words(has_started=has_started(observation.status))
    outcome = Outcome(state, _final_since(observation.status, final_at, now))
    conclusion = _conclusion(state, observation, outcome.final_at, now, settle)
    was_given_up = was_refused(observation.status)  # then a failure of a device is that of its campaign
    at = int(now.timestamp())
    counts: Counter[str] = Counter()
    for rank, imei, device, word, missing_at in known:
        entry = seen.pop(imei, None)
        if device in DeviceState.FINAL:
            counts[device] += 1
            continue
        then, status, missing = device, word, missing_at
        if entry is not None:
            status, missing = entry[1], None
            shown = states.get(status, device)
            then = device if was_given_up and shown != DeviceState.SUCCEEDED else shown
        elif is_whole:
            missing = at if missing_at is None else missing_at
            then = DeviceState.REMOVED if at >= missing + _REMOVAL_SECONDS else device
        if conclusion is not None or then == DeviceState.CANCELLED:
            then = _settled(device, then, conclusion)
        counts[then] += 1
        if then != device or status != word or missing != missing_at:
            reason = entry[2] if entry is not None and (then in DeviceState.FINAL or status not in states) else None
            outcome.changes.append((rank, then, status, reason, missing))
        if then in DeviceState.OPEN:
            outcome.is_waiting |= missing is not None
            outcome.unknown += status is not None and status not in states
    outcome.counts = dict(counts)
    outcome.size = sum(counts.values())
    outcome.foreign = len(seen)
    if conclusion is not None:
        outcome.called_off = was_called_off(observation.status) and state != CampaignState.CANCELLING
        outcome.state = _concluded(observation.status)
    elif not any(counts[open_state] for open_state in DeviceState.OPEN):
        outcome.state = CampaignState.ENDED
    return outcome


def _settled(device: str, then: str, conclusion: str | None) -> str:
    """Return the state of a device once the end of its campaign is considered."""
    if then == DeviceState.CANCELLED:  # with its campaign, whose own end decides what that means
        if conclusion is None:
            return device
        return conclusion if conclusion == DeviceState.WAITING else DeviceState.CANCELLED
    return conclusion if conclusion is not None and then in DeviceState.OPEN else then


def _final_since(status: str, final_at: datetime | None, now: datetime) -> datetime | None:
    if not CampaignStatus.is_final(status):
        return None
    return now if final_at is None else final_at


def _conclusion(
    state: str, observation: Observation, final_at: datetime | None, now: datetime, settle: timedelta
) -> str | None:
    """Return what becomes of devices that are still open; None where that is not settled yet."""
    if final_at is None:
        return None
    never_started = observation.status in (CampaignStatus.CANCELLED, CampaignStatus.REQUEST_FAILED)
    if not never_started and now < final_at + settle:
        return None
    if was_refused(observation.status):
        return DeviceState.WAITING
    if was_called_off(observation.status):
        return DeviceState.WAITING if state == CampaignState.CANCELLING else DeviceState.CANCELLED
    return DeviceState.TIMED_OUT


def _concluded(status: str) -> str:
    if was_refused(status):
        return CampaignState.REFUSED
    return CampaignState.CANCELLED if was_called_off(status) else CampaignState.ENDED
