"""Roll-outs as `decide` sees them: made by hand, and what the journal makes of a decision, without a journal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

from fota_sdk.rollout import Decision, Reason, RolloutPlan, Wave
from fota_sdk.rollout.decide import decide
from fota_sdk.rollout.snapshot import AccountRow, CampaignRow, Snapshot, WaveRow
from fota_sdk.rollout.states import CampaignState, DeviceState, ReasonKind, RolloutState, WaveState

A, B, C = "0000123456-00001", "0000123456-00002", "0000123456-00003"
NOW = datetime.combine(date.today(), datetime.min.time(), timezone.utc) + timedelta(hours=9)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TODAY = NOW.date()
PACKAGE = {
    "v3": {"firmware_name": "n", "firmware_from": "1", "firmware_to": "2"},
    "v2": {"software_name": "n", "software_from": "1", "software_to": "2", "distribution_type": "HTTP"},
}


def plan(*waves: Wave, api: str = "v3", **others: Any) -> RolloutPlan:
    """A plan with no stop rules but those that are given; without waves it has three."""
    some = (Wave(devices=10), Wave(share="50%"), Wave(share="100%"))
    given = {"name": "Spring", "campaign": PACKAGE[api], "api": api, "wave": waves or some, "stop": (), **others}
    return RolloutPlan(**given)


def fleet(sizes: Mapping[str, tuple[int, ...]], state: str = RolloutState.RUNNING) -> Snapshot:
    """A roll-out that nothing was sent for: how many devices each account has in each wave."""
    waves = max(len(each) for each in sizes.values())
    shares = {(account, wave): size for account, each in sizes.items() for wave, size in enumerate(each, 1)}
    return Snapshot(
        state=state,
        reasons=(),
        waves=tuple(WaveRow(number, WaveState.WAITING) for number in range(1, waves + 1)),
        accounts=tuple(AccountRow(account) for account in sizes),
        campaigns=(),
        sizes=shares,
        waiting=dict(shares),
        acknowledged={},
    )


def waves(snapshot: Snapshot, *states: str, **facts: Any) -> Snapshot:
    """The same with its waves in some states; the facts are those of the last one that is named."""
    rows = [replace(wave, state=state) for wave, state in zip(snapshot.waves, states, strict=False)]
    rows[-1] = replace(rows[-1], **facts)
    return replace(snapshot, waves=(*rows, *snapshot.waves[len(rows) :]))


def campaign(snapshot: Snapshot, account: str, wave: int, counts: Mapping[str, int], **facts: Any) -> Snapshot:
    """The same with one more campaign, which has started if nothing else is said; its devices do not wait any more."""
    size = sum(counts.values())
    key = (account, wave)
    row = CampaignRow(
        number=len(snapshot.campaigns) + 1,
        account=account,
        wave=wave,
        size=size,
        counts=dict(counts),
        **{
            "state": CampaignState.SCHEDULED,
            "start": TODAY,
            "status": "CampaignScheduled",
            "is_reported": True,
            **facts,
        },
    )
    waiting = {**snapshot.waiting, key: snapshot.waiting[key] - size}
    return replace(snapshot, campaigns=(*snapshot.campaigns, row), waiting=waiting)


def done(snapshot: Snapshot, account: str, wave: int, succeeded: int, **others: int) -> Snapshot:
    """The same with one more campaign that is over."""
    counts = {DeviceState.SUCCEEDED: succeeded, **others}
    return campaign(snapshot, account, wave, counts, state=CampaignState.ENDED, status="CampaignEnded")


def reason(kind: str, account: str | None = None, since: datetime = NOW) -> Reason:
    return Reason(kind, account, f"because of {kind}", since)


def because(snapshot: Snapshot, *reasons: Reason) -> Snapshot:
    """The same with some reasons; those without an account have paused it."""
    is_paused = any(each.account is None for each in reasons) and snapshot.state == RolloutState.RUNNING
    state = RolloutState.PAUSED if is_paused else snapshot.state
    return replace(snapshot, state=state, reasons=(*snapshot.reasons, *reasons))


def without(snapshot: Snapshot, *kinds: str) -> Snapshot:
    """The same without reasons of some kinds."""
    return replace(snapshot, reasons=tuple(each for each in snapshot.reasons if each.kind not in kinds))


def account(snapshot: Snapshot, name: str, **facts: Any) -> Snapshot:
    """The same with an account that is otherwise."""
    rows = [replace(each, **facts) if each.name == name else each for each in snapshot.accounts]
    return replace(snapshot, accounts=tuple(rows))


def recorded(snapshot: Snapshot, decision: Decision) -> Snapshot:
    """What the journal is after a decision."""
    waiting = dict(snapshot.waiting)
    campaigns = []
    for row in snapshot.campaigns:
        if row.number in decision.take_back and row.state == CampaignState.INTENDED:
            waiting[row.account, row.wave] += row.open_devices
            row = replace(row, state=CampaignState.CANCELLED, size=row.size - row.open_devices, counts={})
        elif row.number in decision.take_back:
            row = replace(row, state=CampaignState.CANCELLING)
        campaigns.append(row)
    for intent in decision.make:
        waiting[intent.account, intent.wave] -= intent.size
        campaigns.append(
            CampaignRow(
                number=len(campaigns) + 1,
                account=intent.account,
                wave=intent.wave,
                state=CampaignState.INTENDED,
                size=intent.size,
                counts={DeviceState.QUEUED: intent.size},
            )
        )
    return replace(
        snapshot,
        state=decision.state,
        reasons=decision.reasons,
        waves=decision.waves,
        campaigns=tuple(campaigns),
        waiting=waiting,
    )


def after(snapshot: Snapshot, of: RolloutPlan, now: datetime = NOW) -> Snapshot:
    """What the journal is after what is decided now."""
    return recorded(snapshot, decide(snapshot, of, now))


def kinds(decision: Decision) -> list[tuple[str, str | None]]:
    """Why it is paused, and which accounts are held."""
    return [reason.key for reason in decision.reasons]


def sizes(decision: Decision) -> list[tuple[str, int, int]]:
    """What is to be made: account, wave, size."""
    return [(intent.account, intent.wave, intent.size) for intent in decision.make]


PAUSING = (ReasonKind.USER, ReasonKind.STOP_RULE, ReasonKind.GATE, ReasonKind.DRIFT)
HOLDING = (
    ReasonKind.USER,
    ReasonKind.STOP_RULE,
    ReasonKind.LICENCES,
    ReasonKind.PILOT_LIMIT,
    ReasonKind.REFUSED,
    ReasonKind.IN_DOUBT,
    ReasonKind.TWINS,
)
