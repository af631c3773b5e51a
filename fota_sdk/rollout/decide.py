"""What is to be done next: a function of the journal, the plan and the time, which reads and sends nothing.

The order is that of a careful person. First the stop rules are applied to what became of the devices. Then each wave is
held against its gate. What follows from both pauses the roll-out or holds an account. Only then, and only if nothing
pauses it, the next campaigns are made; and what a pause must not let start is taken back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from fota_sdk.rollout.plan import Gate, RolloutPlan, StopRule
from fota_sdk.rollout.rules import verdict
from fota_sdk.rollout.snapshot import (
    AccountRow,
    CampaignRow,
    Decision,
    GateCounts,
    Intent,
    Reason,
    Snapshot,
    WaveRow,
    gate_counts,
    wave_counts,
)
from fota_sdk.rollout.states import CampaignState, DeviceState, ReasonKind, RolloutState, WaveState

PILOT_PATIENCE = timedelta(days=7)
"""How long a campaign that the service's pilot limit has refused is retried, daily."""


def decide(snapshot: Snapshot, plan: RolloutPlan, now: datetime) -> Decision:
    """Return what is to be recorded and done at a time. What was recorded is not decided a second time."""
    if snapshot.state in (RolloutState.PLANNED, RolloutState.STOPPED, RolloutState.FINISHED):
        return Decision(snapshot.state, snapshot.reasons, snapshot.waves)
    anew = (ReasonKind.APPROVAL, ReasonKind.STOP_RULE)
    kept = [reason for reason in snapshot.reasons if reason.kind not in anew]
    judged = replace(snapshot, reasons=(*kept, *_tripped(snapshot, plan, now)))
    waves, found = _advanced(judged, plan, now)
    texts = {reason.text for reason in found}
    asked = (reason for reason in snapshot.reasons if reason.text in texts)  # the same, and not of another wave
    first = {reason.key: reason for reason in (*asked, *judged.reasons)}  # with numbers and time
    reasons = tuple(dict.fromkeys((*judged.reasons, *(first.get(reason.key, reason) for reason in found))))
    state = _state(snapshot, reasons, waves)
    decided = replace(judged, state=state, reasons=reasons, waves=waves)
    make = tuple(_campaigns(decided, plan, now)) if state == RolloutState.RUNNING else ()
    take_back = tuple(_taken_back(decided, plan, now))
    return Decision(state, decided.reasons, waves, make, take_back, _left_to_send(decided, take_back, now))


def _pauses(reasons: Iterable[Reason]) -> bool:
    return any(reason.account is None for reason in reasons)


# Stop rules


def _tripped(snapshot: Snapshot, plan: RolloutPlan, now: datetime) -> Iterator[Reason]:
    """Give a reason for the roll-out and each account where rules have tripped: all of them, with their numbers."""
    totals = _totals(snapshot)
    told = {reason.account: reason for reason in snapshot.reasons if reason.kind == ReasonKind.STOP_RULE}
    for place, rule in enumerate(plan.stop):
        for scope in _scopes(rule, snapshot):
            bad, of = counted(rule, totals.get(scope, Counter()))
            known_bad, known_of = snapshot.acknowledged.get((place, scope), (0, 0))
            fresh = max(0, bad - known_bad)
            # Devices that were acknowledged while they were open may wait again, and are not counted any more.
            text = verdict(rule, fresh, max(of - known_of, fresh))
            before = told.get(scope)
            if text is None or (before is not None and place in before.rules):
                continue
            if before is None:
                told[scope] = Reason(ReasonKind.STOP_RULE, scope, text, now, (place,))
            else:
                told[scope] = replace(before, text=f"{before.text}. {text}", rules=(*before.rules, place))
    yield from told.values()


def _scopes(rule: StopRule, snapshot: Snapshot) -> list[str | None]:
    return [None] if rule.per == "rollout" else [account.name for account in snapshot.accounts]


def _totals(snapshot: Snapshot) -> dict[str | None, Counter[str]]:
    """Count the devices of which something is known, by state, for each account and for all (None)."""
    totals: dict[str | None, Counter[str]] = {None: Counter()}
    for campaign in snapshot.campaigns:
        counts = known_counts(campaign)
        if len(counts) > 0:
            totals[None].update(counts)
            totals.setdefault(campaign.account, Counter()).update(counts)
    return totals


def known_counts(campaign: CampaignRow) -> Mapping[str, int]:
    """Count the devices of a campaign by state: those that a report has shown, and those that are done without one."""
    if campaign.is_reported:
        return campaign.counts
    return {state: count for state, count in campaign.counts.items() if state in DeviceState.FINAL}


def counted(rule: StopRule, states: Counter[str]) -> tuple[int, int]:
    """Return how many devices are of a rule's kind, and of how many.

    Failed and timed out are shares of the devices whose upgrade is over; rejected is a share of all that the service
    has looked at, because it rejects at once and the others take days.
    """
    bad = states[rule.kind]
    tried = states[DeviceState.SUCCEEDED] + states[DeviceState.FAILED]
    if rule.kind == DeviceState.FAILED:
        return bad, tried
    if rule.kind == DeviceState.TIMED_OUT:
        return bad, tried + bad
    return bad, bad + tried + states[DeviceState.TIMED_OUT] + sum(states[state] for state in DeviceState.OPEN)


# Waves and gates


def _advanced(snapshot: Snapshot, plan: RolloutPlan, now: datetime) -> tuple[tuple[WaveRow, ...], list[Reason]]:
    """Return the waves as they are now, and what they ask a person for."""
    is_paused = _pauses(snapshot.reasons)
    if snapshot.state == RolloutState.STOPPING:
        return snapshot.waves, []
    waves: list[WaveRow] = []
    reasons: list[Reason] = []
    for wave in snapshot.waves:  # one that asks for a person lets none after it pass
        is_next = all(_lets_pass(before) for before in waves)
        if wave.state == WaveState.WAITING and is_next and not is_paused:
            wave, wanted = _begun(wave, plan, now)
            reasons += wanted
        wave, missed = _measured(wave, wave_counts(snapshot, wave.number), plan.gate_of(wave.number), now)
        reasons += missed
        waves.append(wave)
    return tuple(waves), reasons


def _lets_pass(wave: WaveRow) -> bool:
    return wave.state == WaveState.PASSED or (wave.state == WaveState.FAILED and wave.is_acknowledged)


def _begun(wave: WaveRow, plan: RolloutPlan, now: datetime) -> tuple[WaveRow, list[Reason]]:
    if plan.wave[wave.number - 1].approval == "manual" and not wave.is_approved:
        name = plan.wave[wave.number - 1].name
        text = f"wave {wave.number}{'' if name is None else f' ({name})'} begins when it is approved"
        return wave, [Reason(ReasonKind.APPROVAL, None, text, now)]
    return replace(wave, state=WaveState.RUNNING), []


def _measured(wave: WaveRow, counts: GateCounts, gate: Gate, now: datetime) -> tuple[WaveRow, list[Reason]]:
    """Hold a wave against its gate: reached, then soaked; not yet; or ended below it."""
    if wave.state == WaveState.RUNNING and counts.reaches(gate.success_share):
        wave = replace(wave, state=WaveState.SOAKING, reached_at=now)
    if wave.state == WaveState.RUNNING and counts.have_ended:
        text = f"wave {wave.number} ended below its gate: {counts.words}; the gate wants {gate.success}"
        return replace(wave, state=WaveState.FAILED), [Reason(ReasonKind.GATE, None, text, now)]
    if wave.state == WaveState.SOAKING and wave.reached_at is not None:
        soak = timedelta() if counts.of == 0 else gate.soak_time
        if now >= wave.reached_at + soak:
            wave = replace(wave, state=WaveState.PASSED)
    return wave, []


# The state of the whole


def _state(snapshot: Snapshot, reasons: tuple[Reason, ...], waves: tuple[WaveRow, ...]) -> str:
    live = {campaign.state for campaign in snapshot.campaigns if campaign.is_live}
    is_known = all(account.is_verified for account in snapshot.accounts)
    if snapshot.state == RolloutState.STOPPING:
        return RolloutState.STOPPED if is_known and live <= {CampaignState.INTENDED} else RolloutState.STOPPING
    if _pauses(reasons):
        return RolloutState.PAUSED
    is_done = all(_lets_pass(wave) for wave in waves) and not live and sum(snapshot.waiting.values()) == 0
    return RolloutState.FINISHED if is_done and is_known else RolloutState.RUNNING


# Campaigns


def _campaigns(snapshot: Snapshot, plan: RolloutPlan, now: datetime) -> Iterator[Intent]:
    """Give the campaigns that start on the next day that the plan allows, as many as that day takes."""
    start = now.date() + timedelta(days=plan.schedule.lead)
    room = plan.schedule.per_day
    if room is not None:
        room -= sum(campaign.size for campaign in snapshot.campaigns if _starts_on(campaign, start))
    for wave in snapshot.waves:
        if wave.state == WaveState.WAITING:
            continue
        for account in snapshot.accounts:
            waiting = snapshot.waiting.get((account.name, wave.number), 0)
            if waiting == 0 or not may_send(snapshot, account, now):
                continue
            if _gate_before(snapshot, plan, account.name, wave.number) is not None:
                continue
            while waiting > 0 and (room is None or room > 0):
                size = min(waiting, plan.campaign_size, waiting if room is None else room)
                yield Intent(account.name, wave.number, size, start)
                waiting -= size
                room = None if room is None else room - size


def _starts_on(campaign: CampaignRow, day: date) -> bool:
    """Return whether a campaign takes room on a day: one that was not sent yet does, whatever day it was meant for."""
    is_sent = campaign.state != CampaignState.INTENDED and campaign.start is not None
    return campaign.is_live and (campaign.start == day or not is_sent)


def may_send(snapshot: Snapshot, account: AccountRow, now: datetime) -> bool:
    """Return whether campaigns may be scheduled for an account."""
    times = [time for time in (account.not_before, account.schedule_at) if time is not None]
    return account.is_verified and now >= max(times, default=now) and not _is_held(snapshot, account.name, now)


def _is_held(snapshot: Snapshot, account: str, now: datetime) -> bool:
    """Return whether an account is held, other than by the pilot limit while there is patience with it."""
    holds = snapshot.holds.get(account, [])
    return not all(hold.kind == ReasonKind.PILOT_LIMIT and now < hold.since + PILOT_PATIENCE for hold in holds)


def _left_to_send(snapshot: Snapshot, take_back: tuple[int, ...], now: datetime) -> tuple[int, ...]:
    """Return the campaigns that were made before and may be sent."""
    if snapshot.state != RolloutState.RUNNING:
        return ()
    sendable, taken = {each.name for each in snapshot.accounts if may_send(snapshot, each, now)}, set(take_back)
    left = (each for each in snapshot.campaigns if each.state == CampaignState.INTENDED and each.account in sendable)
    return tuple(each.number for each in left if each.number not in taken)


def _gate_before(snapshot: Snapshot, plan: RolloutPlan, account: str, wave: int) -> tuple[int, GateCounts] | None:
    """Return the wave before whose gate an account has not reached while it has something open there."""
    for number in range(1, wave):
        counts = gate_counts(snapshot, account, number)
        if counts.open > 0 and not counts.reaches(plan.gate_of(number).success_share):
            return number, counts
    return None


def behind(snapshot: Snapshot, plan: RolloutPlan) -> dict[str, str]:
    """Return the accounts that wait although a wave of theirs has begun, each with the gate that it waits for."""
    found: dict[str, str] = {}
    begun = [wave.number for wave in snapshot.waves if wave.state != WaveState.WAITING]
    for account in snapshot.accounts:
        waiting = [number for number in begun if snapshot.waiting.get((account.name, number), 0) > 0]
        before = None if waiting == [] else _gate_before(snapshot, plan, account.name, waiting[0])
        if before is not None and account.name not in snapshot.holds:
            number, counts = before
            found[account.name] = (
                f"wave {waiting[0]} waits there: of its own wave {number} {counts.words}, {counts.open} still open; "
                f"the gate wants {plan.gate_of(number).success}"
            )
    return found


def is_to_end(snapshot: Snapshot, account: str) -> bool:
    """Return whether what has started for an account is to end, where that is possible; a pause alone lets it go on."""
    is_ending = snapshot.state in (RolloutState.STOPPING, RolloutState.STOPPED)
    return is_ending or ReasonKind.STOP_RULE in _why(snapshot, account)


def _why(snapshot: Snapshot, account: str) -> set[str]:
    return snapshot.pauses | {hold.kind for hold in snapshot.holds.get(account, [])}


def _taken_back(snapshot: Snapshot, plan: RolloutPlan, now: datetime) -> Iterator[int]:
    """Give the campaigns that a stop, a stop rule or a person's pause does not let start, or, with V2, go on.

    Of an account that is held what was not sent yet is given back, whatever it is held for: nothing may depend on it.
    """
    accounts = [account.name for account in snapshot.accounts]
    ending = {account for account in accounts if is_to_end(snapshot, account)}
    paused = {account for account in accounts if ReasonKind.USER in _why(snapshot, account)}
    for campaign in snapshot.campaigns:
        is_stopped = campaign.account in ending
        is_wanted = is_stopped or campaign.account in paused
        if campaign.state == CampaignState.INTENDED:
            is_due = is_wanted or _is_held(snapshot, campaign.account, now)
        else:
            is_possible = not campaign.has_started or (is_stopped and plan.api == "v2")
            is_there = campaign.state == CampaignState.SCHEDULED and not campaign.is_over
            is_due = is_wanted and is_there and is_possible and not campaign.is_unstoppable
        if is_due:
            yield campaign.number
