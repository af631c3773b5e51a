"""What persons ask of a roll-out: checked when they ask, obeyed by the next step or by the one that runs."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from fota_sdk.rollout.decide import counted
from fota_sdk.rollout.errors import RolloutError
from fota_sdk.rollout.journal import Journal, Request
from fota_sdk.rollout.snapshot import Snapshot
from fota_sdk.rollout.states import CampaignState, ReasonKind, RolloutState, WaveState

PAUSE, RESUME, APPROVE, STOP, RESOLVE = "pause", "resume", "approve", "stop", "resolve"

_OF_ROLLOUT = (ReasonKind.USER, ReasonKind.STOP_RULE, ReasonKind.GATE, ReasonKind.DRIFT)
_OF_ACCOUNT = (
    ReasonKind.USER,
    ReasonKind.STOP_RULE,
    ReasonKind.LICENCES,
    ReasonKind.PILOT_LIMIT,
    ReasonKind.REFUSED,
)
_DOUBTS = {ReasonKind.IN_DOUBT, ReasonKind.TWINS}
_OVER = (RolloutState.STOPPED, RolloutState.FINISHED)


def check(journal: Journal, kind: str, detail: dict[str, Any]) -> None:
    """Refuse what cannot be asked of the roll-out as it is.

    Raises:
        RolloutError: It cannot be asked; what to do instead is said.
    """
    snapshot = journal.snapshot()
    if snapshot.state in _OVER:
        raise RolloutError(f"the roll-out is {snapshot.state}", "Nothing can be asked of it any more.")
    account = detail.get("account")
    if account is not None and account not in {each.name for each in snapshot.accounts}:
        raise RolloutError(f"the roll-out has no account {account}", "`devices` tells which it has.")
    if kind == RESUME and not any(each.kind == PAUSE and _account(each) == account for each in journal.requests()):
        _check_resume(snapshot, account)
    if kind == APPROVE and detail["wave"] not in {wave.number for wave in snapshot.waves}:
        raise RolloutError(f"the roll-out has no wave {detail['wave']}", f"It has waves 1 to {len(snapshot.waves)}.")
    if kind == RESOLVE:
        _check_resolve(journal, detail["campaign"], detail["id"])


def _check_resolve(journal: Journal, number: int, campaign_id: str | None) -> None:
    state = journal.state_of(number)
    if state != CampaignState.SENDING:
        what = "there is no such campaign" if state is None else f"it is {state}"
        doubts = ", ".join(map(str, journal.numbers(CampaignState.SENDING)))
        there = "No campaign is in doubt." if doubts == "" else f"In doubt: {doubts}."
        raise RolloutError(f"campaign {number} is not in doubt: {what}", there)
    other = None if campaign_id is None else journal.number_of(campaign_id)
    if other not in (None, number):
        raise RolloutError(f"{campaign_id} is the id of campaign {other}", f"Look which one campaign {number} has.")


def _check_resume(snapshot: Snapshot, account: str | None) -> None:
    reasons = [reason for reason in snapshot.reasons if reason.account == account]
    kinds = {reason.kind for reason in reasons}
    if snapshot.state == RolloutState.STOPPING and not kinds & _DOUBTS:
        raise RolloutError("the roll-out is stopping", "A new one takes the devices that are left: `devices`.")
    whom = "the roll-out is not paused" if account is None else f"account {account} is not held"
    if kinds == set():
        held = ", ".join(sorted(snapshot.holds))
        raise RolloutError(whom, f"Held: {held}; resume each by its account." if account is None and held else "")
    if kinds <= {ReasonKind.APPROVAL}:
        raise RolloutError(f"the roll-out only waits: {reasons[0].text}", "Approve it.")
    if kinds <= _DOUBTS and _has_doubts(snapshot, account):
        raise RolloutError(f"account {account} is in doubt: {reasons[0].text}", "Resolve it.")


def _has_doubts(snapshot: Snapshot, account: str | None) -> bool:
    return any(each.account == account and each.state == CampaignState.SENDING for each in snapshot.campaigns)


def obey(journal: Journal, now: datetime) -> list[str]:
    """Obey what persons have asked for; return what was done. Once the roll-out is over, nothing is."""
    done = []
    for request in journal.requests():
        state = journal.facts["state"]
        with journal.transaction():
            if state not in _OVER:
                _obey(journal, request, now)
            journal.obeyed(request, now)
        too_late = f" (too late: the roll-out is {state})" if state in _OVER else ""
        done.append(f"{request.words}{too_late}")
    return done


def _account(request: Request) -> str | None:
    account: str | None = request.detail.get("account")
    return account


def _obey(journal: Journal, request: Request, now: datetime) -> None:
    account = _account(request)
    if request.kind == PAUSE:
        journal.pause(account, request.comment, now)
    elif request.kind == STOP:
        journal.stop()
    elif request.kind == APPROVE:
        journal.approve(request.detail["wave"])
    elif request.kind == RESOLVE:
        _resolve(journal, request.detail["campaign"], request.detail["id"], now)
    elif request.kind == RESUME:
        if request.detail["requeue"]:
            journal.requeue(_next_wave(journal.snapshot()))
        _resume(journal, account, set(request.detail["reasons"]))


def _resume(journal: Journal, account: str | None, known: set[str]) -> None:
    """Lift the reasons that were known to whom asked, and pauses that were asked for before.

    What was found since is for another decision.
    """
    kinds = {ReasonKind.USER, *known}.intersection(_OF_ROLLOUT if account is None else _OF_ACCOUNT)
    if ReasonKind.STOP_RULE in kinds:
        _acknowledge(journal, account)
    journal.resume(account, sorted(kinds))
    if account is not None and known & _DOUBTS and not _has_doubts(journal.snapshot(), account):
        journal.vouch(account)


def _acknowledge(journal: Journal, account: str | None) -> None:
    """Let stop rules count anew from here on: for the roll-out, or for one account."""
    states: Counter[str] = Counter()
    for campaign in journal.snapshot().campaigns:
        if campaign.is_reported and account in (None, campaign.account):
            states.update(campaign.counts)
    for place, rule in enumerate(journal.plan.stop):
        if (rule.per == "rollout") == (account is None):
            journal.acknowledge(place, account, *counted(rule, states))


def _next_wave(snapshot: Snapshot) -> int:
    waiting = [wave.number for wave in snapshot.waves if wave.state == WaveState.WAITING]
    return min(waiting, default=len(snapshot.waves))


def _resolve(journal: Journal, number: int, campaign_id: str | None, now: datetime) -> None:
    if journal.state_of(number) != CampaignState.SENDING:
        return  # it was found meanwhile
    if campaign_id is None:
        journal.absent(number, now)
    elif journal.number_of(campaign_id) is None:  # otherwise it was found to be another one meanwhile
        journal.claim(number, campaign_id)
