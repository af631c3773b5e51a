"""What a roll-out shows to persons: its status, its devices, its history."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fota_sdk.exceptions import FotaError
from fota_sdk.rollout.database import maybe_moment, moment
from fota_sdk.rollout.decide import behind
from fota_sdk.rollout.journal import Journal
from fota_sdk.rollout.json_data import json_data
from fota_sdk.rollout.plan import RolloutPlan
from fota_sdk.rollout.snapshot import Reason, Snapshot, runs_to_its_end, wait_for_person, wave_counts
from fota_sdk.rollout.states import CampaignState, DeviceState, RolloutState, WaveState

_OVER = (RolloutState.STOPPED, RolloutState.FINISHED)
_LATE = 3  # times the usual interval
_FAILING = 8  # times in a row


@dataclass(frozen=True)
class WaveStatus:
    """How a wave stands.

    Attributes:
        number: From 1.
        name: Its name.
        state: One of `WaveState`.
        devices: How many devices it has.
        counts: How many of them have which state, one of `DeviceState`.
        gate: What its gate looks at, with its numbers.
        reached_at: When its gate was reached.
        passes_at: When it will have soaked; None where that is not known yet.
    """

    number: int
    name: str
    state: str
    devices: int
    counts: dict[str, int]
    gate: str
    reached_at: datetime | None
    passes_at: datetime | None


@dataclass(frozen=True)
class RolloutStatus:
    """How a roll-out stands.

    Attributes:
        name: Its name.
        marker: What the names of its campaigns begin with.
        state: One of `RolloutState`.
        reasons: Why it is paused, and which accounts are held.
        waves: In their order.
        accounts: How many accounts it has.
        campaigns: How many campaigns have which state.
        doubts: Numbers of the campaigns that may or may not be at the service.
        not_stoppable: How many open devices are in campaigns that a stop would not end.
        stoppable: How many open devices are in campaigns that a stop would cancel.
        foreign_devices: How many devices of its campaigns are none of its own.
        unknown_words: How many devices have a status that is not known.
        pending_requests: What persons have asked for that no step has obeyed yet.
        created_at: When it was created.
        started_at: When it was started; None before.
        stepped_at: When the last step ended; None before the first.
        next_at: When the next step has something to do; None where it waits for a person, or is over.
        is_late: Whether no step has run for three times the usual interval, or the clock was set back by as much.
        failing_accounts: Accounts that could not be asked for eight times in a row; nothing is sent for them meanwhile.
        unverified: Accounts for which nothing is scheduled since the journal was moved or restored, each with the time
            before which reports may lack campaigns that it does not know.
        plan_differs: Whether the plan's file says something else by now; None where that cannot be told.
        misplaced: Why steps refuse the journal as it lies here, which was moved, copied or restored; None where they do
            not.
        behind: Accounts that wait although their next wave has begun, each with what it waits for: before they go on,
            accounts reach the gates of their own devices, too.
    """

    name: str
    marker: str
    state: str
    reasons: tuple[Reason, ...]
    waves: tuple[WaveStatus, ...]
    accounts: int
    campaigns: dict[str, int]
    doubts: tuple[int, ...]
    not_stoppable: int
    stoppable: int
    foreign_devices: int
    unknown_words: int
    pending_requests: tuple[str, ...]
    created_at: datetime
    started_at: datetime | None
    stepped_at: datetime | None
    next_at: datetime | None
    is_late: bool
    failing_accounts: tuple[str, ...]
    unverified: dict[str, datetime]
    plan_differs: bool | None
    misplaced: str | None
    behind: dict[str, str]

    @property
    def needs_person(self) -> bool:
        """Whether it is paused or an account held other than by a person, an account is failing, or no step runs."""
        return self.is_late or self.failing_accounts != () or wait_for_person(self.state, self.reasons)

    @property
    def counts(self) -> dict[str, int]:
        """How many devices have which state, in all waves."""
        total: Counter[str] = Counter()
        for wave in self.waves:
            total.update(wave.counts)
        return {state: total[state] for state in DeviceState.ALL}

    def to_dictionary(self) -> dict[str, Any]:
        """Return it as JSON data; times are ISO 8601, UTC."""
        data: dict[str, Any] = json_data(self)
        data["needs_person"] = self.needs_person
        return data


@dataclass(frozen=True)
class Device:
    """A device of a roll-out.

    Attributes:
        imei: Which.
        account: Billing account.
        wave: Number of its wave.
        campaign: Number of its campaign; None while it waits.
        campaign_id: The service's id of that campaign, where it is known.
        state: One of `DeviceState`.
        status: The service's word, where there is one.
        reason: The service's reason; kept for final states.
        changed_at: When its state was last seen to change.
    """

    imei: str
    account: str
    wave: int
    campaign: int | None
    campaign_id: str | None
    state: str
    status: str | None
    reason: str | None
    changed_at: datetime | None


@dataclass(frozen=True)
class Event:
    """Something that happened.

    Attributes:
        number: In the order of happening.
        at: When.
        kind: What kind, such as ``scheduled`` or ``stop_rule``.
        account: The account that it is about.
        wave: The wave that it is about.
        campaign: The campaign that it is about.
        text: What happened, in a sentence.
    """

    number: int
    at: datetime
    kind: str
    account: str | None
    wave: int | None
    campaign: int | None
    text: str


def status_of(journal: Journal, now: datetime) -> RolloutStatus:
    """Return how a roll-out stands at one moment."""
    with journal.at_once():
        return _status_of(journal, now)


def _status_of(journal: Journal, now: datetime) -> RolloutStatus:
    facts, snapshot, plan = journal.facts, journal.snapshot(), journal.plan
    still_open = [campaign for campaign in snapshot.campaigns if campaign.state in CampaignState.LIVE]
    fixed = sum(campaign.open_devices for campaign in still_open if runs_to_its_end(campaign, plan.api, now.date()))
    foreign, unknown = journal.oddities()
    return RolloutStatus(
        name=facts["name"],
        marker=facts["id"],
        state=snapshot.state,
        reasons=snapshot.reasons,
        waves=tuple(_wave(snapshot, plan, place) for place in range(len(snapshot.waves))),
        accounts=len(snapshot.accounts),
        campaigns=dict(Counter(campaign.state for campaign in snapshot.campaigns)),
        doubts=tuple(journal.numbers(CampaignState.SENDING)),
        not_stoppable=fixed,
        stoppable=sum(campaign.open_devices for campaign in still_open) - fixed,
        foreign_devices=foreign,
        unknown_words=unknown,
        pending_requests=tuple(each.words for each in journal.requests()),
        created_at=facts["created_at"],
        started_at=facts["started_at"],
        stepped_at=facts["stepped_at"],
        next_at=facts["next_at"],
        is_late=_is_late(snapshot.state, facts, plan, now),
        failing_accounts=() if snapshot.state in _OVER else tuple(journal.failing(_FAILING)),
        unverified={} if snapshot.state in _OVER else {account: until for account, until, _ in journal.unverified()},
        plan_differs=_differs(plan),
        misplaced=journal.misplaced(),
        behind={} if snapshot.state in _OVER else behind(snapshot, plan),
    )


def _wave(snapshot: Snapshot, plan: RolloutPlan, place: int) -> WaveStatus:
    wave = snapshot.waves[place]
    counts: Counter[str] = Counter()
    for (_, number), states in snapshot.bound.items():
        if number == wave.number:
            counts.update(states)
    counts[DeviceState.WAITING] = sum(count for (_, n), count in snapshot.waiting.items() if n == wave.number)
    gate = plan.gate_of(wave.number)
    is_soaking = wave.state == WaveState.SOAKING and wave.reached_at is not None
    return WaveStatus(
        number=wave.number,
        name=plan.wave_name(wave.number),
        state=wave.state,
        devices=sum(size for (_, number), size in snapshot.sizes.items() if number == wave.number),
        counts={state: counts[state] for state in DeviceState.ALL},
        gate=f"{wave_counts(snapshot, wave.number).words}; the gate wants {gate.success}",
        reached_at=wave.reached_at,
        passes_at=wave.reached_at + gate.soak_time if is_soaking and wave.reached_at is not None else None,
    )


def _is_late(state: str, facts: dict[str, Any], plan: RolloutPlan, now: datetime) -> bool:
    is_at_rest = state == RolloutState.PAUSED and facts["next_at"] is None
    if is_at_rest or state in (RolloutState.PLANNED, *_OVER):
        return False
    since: datetime = facts["stepped_at"] or facts["started_at"] or facts["created_at"]
    due: datetime = max(since, facts["next_at"] or since)
    long = _LATE * plan.watch.interval(False)
    return now >= due + long or now <= since - long


def _differs(plan: RolloutPlan) -> bool | None:
    if plan.source is None:
        return None
    try:
        return RolloutPlan.from_file(plan.source) != plan
    except FileNotFoundError:
        return None
    except (FotaError, OSError, ValueError):
        return True


def devices_of(
    journal: Journal,
    state: str | None,
    wave: int | None,
    account: str | None,
    imei: str | None,
    *,
    not_succeeded: bool = False,
) -> Iterator[Device]:
    """Give devices of a roll-out, in the order of accounts, waves and ranks."""
    wanted = {"devices.state": state, "devices.wave": wave, "accounts.name": account, "imei": imei}
    given = {column: value for column, value in wanted.items() if value is not None}
    others = [f"devices.state <> '{DeviceState.SUCCEEDED}'"] if not_succeeded else []
    where = " AND ".join([*(f"{column} = ?" for column in given), *others]) or "TRUE"
    rows = journal.select(
        "SELECT imei, accounts.name, devices.wave, campaign, campaigns.id, devices.state, words.status, words.reason, "
        "changed_at FROM devices JOIN accounts ON accounts.id = devices.account "
        "LEFT JOIN campaigns ON campaigns.number = campaign LEFT JOIN words ON words.id = word "
        f"WHERE {where} ORDER BY devices.account, devices.wave, rank",
        *given.values(),
    )
    for number, of_account, of_wave, campaign, campaign_id, is_in, status, reason, at in rows:
        why = None if reason == "" else reason
        yield Device(number, of_account, of_wave, campaign, campaign_id, is_in, status, why, maybe_moment(at))


def events_of(journal: Journal, after: int) -> Iterator[Event]:
    """Give what happened after an event, the oldest first."""
    sql = "SELECT number, at, kind, account, wave, campaign, text FROM events WHERE number > ? ORDER BY number"
    for number, at, *rest in journal.select(sql, after):
        yield Event(number, moment(at), *rest)


def finished_by_day(journal: Journal) -> Iterator[tuple[int, str, int]]:
    """Give day (since 1970, UTC), final state, and how many devices came to it on that day."""
    marks = ", ".join("?" * len(DeviceState.FINAL))
    sql = (
        f"SELECT changed_at / 86400, state, count(*) FROM devices WHERE state IN ({marks}) AND changed_at NOTNULL "
        "GROUP BY 1, 2 ORDER BY 1, 2"
    )
    return ((int(day), str(state), int(count)) for day, state, count in journal.select(sql, *DeviceState.FINAL))


def top_reasons(journal: Journal) -> Iterator[tuple[str, str, int]]:
    """Give final state, the service's reason, and how many devices were not upgraded for it; the most first."""
    states = [state for state in DeviceState.FINAL if state != DeviceState.SUCCEEDED]
    marks = ", ".join("?" * len(states))
    for state, status, reason, count in journal.select(
        "SELECT state, words.status, words.reason, count(*) FROM devices LEFT JOIN words ON words.id = word "
        f"WHERE state IN ({marks}) GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 2, 3",
        *states,
    ):
        yield state, reason or status or "", count
