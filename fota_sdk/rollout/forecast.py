"""How a roll-out goes at the earliest: a function of the journal, the plan and the time, which decides as steps do."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from fota_sdk.rollout.decide import decide
from fota_sdk.rollout.plan import RolloutPlan
from fota_sdk.rollout.snapshot import CampaignRow, Decision, Snapshot, WaveRow
from fota_sdk.rollout.states import CampaignState, DeviceState, RolloutState, WaveState
from fota_sdk.times import midnight

_DAY = timedelta(days=1)
_MOST_DECISIONS = 3000


@dataclass(frozen=True)
class WaveForecast:
    """How a wave goes at the earliest: its devices succeed on the first day of their campaigns, and nobody hesitates.

    Attributes:
        number: From 1.
        name: Its name.
        devices: How many devices it has.
        campaigns: How many campaigns they take; those that are scheduled already are among them.
        first_day: First day, UTC, on which campaigns of it start; None where none does within the forecast.
        last_day: Last day on which some do.
        most_a_day: How many devices start on one day, at most.
        passes_at: When the next wave may begin; None where that lies beyond the forecast.
    """

    number: int
    name: str
    devices: int
    campaigns: int
    first_day: date | None
    last_day: date | None
    most_a_day: int
    passes_at: datetime | None


def forecast(snapshot: Snapshot, plan: RolloutPlan, now: datetime) -> tuple[WaveForecast, ...]:
    """Return how the waves go at the earliest. Far ends are left open.

    Args:
        snapshot: The roll-out as it is.
        plan: Its plan.
        now: When.
    """
    starts: dict[int, Counter[date]] = {wave.number: Counter() for wave in snapshot.waves}
    campaigns: Counter[int] = Counter()
    sizes: Counter[int] = Counter()
    for (_, number), size in snapshot.sizes.items():
        sizes[number] += size
    passed = {
        wave.number: _soaked_at(wave, plan) if sizes[wave.number] > 0 else wave.reached_at
        for wave in snapshot.waves
        if wave.state == WaveState.PASSED
    }
    dated = _dated(snapshot, now.date() + timedelta(days=plan.schedule.lead))
    for campaign in dated.campaigns:
        if campaign.start is not None and campaign.size > 0:
            starts[campaign.wave][campaign.start] += campaign.size
            campaigns[campaign.wave] += 1
    plan = replace(plan, stop=())
    ideal = _unhindered(dated)
    for _ in range(_MOST_DECISIONS):
        decision = decide(ideal, plan, now)
        for wave in decision.waves:
            if wave.state == WaveState.PASSED or wave.is_acknowledged:
                passed.setdefault(wave.number, now)
        for each in decision.make:
            starts[each.wave][each.start] += each.size
            campaigns[each.wave] += 1
        ideal = _unhindered(_after(ideal, decision))
        later = now if decision.state == RolloutState.PAUSED else _next(ideal, plan, now)
        if decision.state == RolloutState.FINISHED or later is None:
            break
        now = later
        ideal = _succeeded(ideal, now)
    return tuple(
        WaveForecast(
            wave.number,
            plan.wave_name(wave.number),
            sizes[wave.number],
            campaigns[wave.number],
            min(starts[wave.number], default=None),
            max(starts[wave.number], default=None),
            max(starts[wave.number].values(), default=0),
            passed.get(wave.number),
        )
        for wave in snapshot.waves
    )


def _soaked_at(wave: WaveRow, plan: RolloutPlan) -> datetime | None:
    return None if wave.reached_at is None else wave.reached_at + plan.gate_of(wave.number).soak_time


def _dated(snapshot: Snapshot, start: date) -> Snapshot:
    """Let campaigns that were not sent yet start on a day."""
    campaigns = (replace(each, start=start) if each.start is None else each for each in snapshot.campaigns)
    return replace(snapshot, campaigns=tuple(campaigns))


def _unhindered(snapshot: Snapshot) -> Snapshot:
    """Return a roll-out that nothing hinders: all is resumed, approved and let through."""
    return replace(
        snapshot,
        state=RolloutState.RUNNING,
        reasons=(),
        waves=tuple(
            replace(wave, is_approved=True, is_acknowledged=wave.state == WaveState.FAILED) for wave in snapshot.waves
        ),
        accounts=tuple(
            replace(each, not_before=None, schedule_at=None, is_verified=True) for each in snapshot.accounts
        ),
    )


def _after(snapshot: Snapshot, decision: Decision) -> Snapshot:
    """Return a roll-out once what was decided is done."""
    waiting = Counter(snapshot.waiting)
    made = []
    for each in decision.make:
        waiting[each.account, each.wave] -= each.size
        counts = {DeviceState.QUEUED: each.size}
        made.append(CampaignRow(0, each.account, each.wave, CampaignState.SCHEDULED, each.size, counts, each.start))
    return replace(snapshot, waves=decision.waves, campaigns=(*snapshot.campaigns, *made), waiting=waiting)


def _done_at(campaign: CampaignRow) -> datetime:
    """Return when the devices of a campaign succeed: at the end of its first day."""
    assert campaign.start is not None
    return midnight(campaign.start + _DAY)


def _succeeded(snapshot: Snapshot, now: datetime) -> Snapshot:
    """Let the devices of all campaigns that have run for a day succeed."""
    campaigns: list[CampaignRow] = []
    ended: dict[tuple[str, int], CampaignRow] = {}  # those of an account and a wave in one, so that they stay few
    for campaign in snapshot.campaigns:
        is_done = campaign.start is not None and now >= _done_at(campaign)
        if campaign.is_live and not is_done:
            campaigns.append(campaign)
            continue
        counts = Counter(campaign.counts)
        if campaign.is_live:
            still_open = campaign.size - sum(counts[state] for state in DeviceState.FINAL)
            counts = Counter({state: counts[state] for state in DeviceState.FINAL})
            counts[DeviceState.SUCCEEDED] += still_open
        place = campaign.account, campaign.wave
        before = ended.get(place)
        if before is not None:
            counts.update(before.counts)
        size = campaign.size + (0 if before is None else before.size)
        ended[place] = replace(campaign, state=CampaignState.ENDED, size=size, counts=counts)
    return replace(snapshot, campaigns=(*ended.values(), *campaigns))


def _next(snapshot: Snapshot, plan: RolloutPlan, now: datetime) -> datetime | None:
    """Return when something changes next; None where nothing does any more."""
    times = [max(now, _done_at(campaign)) for campaign in snapshot.campaigns if campaign.is_live]
    for wave in snapshot.waves:
        soaked_at = _soaked_at(wave, plan)
        if wave.state == WaveState.SOAKING and soaked_at is not None:
            times.append(soaked_at)
    if plan.schedule.per_day is not None and sum(snapshot.waiting.values()) > 0:
        times.append(midnight(now.date() + _DAY))
    return min(times, default=None)
