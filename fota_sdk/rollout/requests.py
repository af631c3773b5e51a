"""What persons ask of a roll-out: checked when they ask, obeyed by the next step or by the one that runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fota_sdk.exceptions import number_of
from fota_sdk.rollout.decide import counted, known_counts
from fota_sdk.rollout.errors import RolloutError, find_command
from fota_sdk.rollout.journal import Journal
from fota_sdk.rollout.records import Request
from fota_sdk.rollout.snapshot import CampaignRow, Reason, Snapshot
from fota_sdk.rollout.states import CampaignState, DeviceState, ReasonKind, RolloutState, WaveState

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
        raise _refusal(f"the roll-out is {snapshot.state}", _left(journal))
    account = detail.get("account")
    if account is not None and account not in {each.name for each in snapshot.accounts}:
        whose = f"Each device with its account: {journal.command('devices', '--csv')}"
        raise _refusal(f"the roll-out has no account {account}", whose)
    if snapshot.state == RolloutState.STOPPING and kind in (PAUSE, APPROVE, STOP):
        raise _refusal("the roll-out is stopping", f"Steps end it: {journal.command('step')}")
    if kind == RESUME and not any(each.kind == PAUSE and _account(each) == account for each in journal.requests()):
        _check_resume(journal, snapshot, account)
    if kind == APPROVE:
        _check_approve(journal, snapshot, detail["wave"])
    if kind == RESOLVE:
        _check_resolve(journal, detail["campaign"], detail["id"])


def _refusal(what: str, what_to_do: str) -> RolloutError:
    return RolloutError(f"{what}; nothing was changed", what_to_do)


def _left(journal: Journal) -> str:
    return f"A new roll-out takes the devices that are left: {journal.command('devices', '--not-succeeded', '--csv')}"


def _status(journal: Journal) -> str:
    return f"How it stands: {journal.command('status')}"


def _check_approve(journal: Journal, snapshot: Snapshot, number: int) -> None:
    wave = next(each for each in snapshot.waves if each.number == number)
    planned = journal.plan.wave[number - 1]
    label = f"wave {number}" if planned.name is None else f"wave {number} ({planned.name})"
    is_asked_for = any(each.kind == APPROVE and each.detail["wave"] == number for each in journal.requests())
    what = ""
    if wave.state != WaveState.WAITING:
        what = f"{label} has begun before, and is {wave.state}"
    elif planned.approval != "manual":
        what = f"{label} needs no approval: its approval is automatic, and it begins by itself"
    elif wave.is_approved or is_asked_for:
        what = f"{label} is approved already, and begins once its turn comes"
    if what != "":
        raise _refusal(what, _status(journal))


def _check_resolve(journal: Journal, number: int, campaign_id: str | None) -> None:
    state = journal.state_of(number)
    if state != CampaignState.SENDING:
        what = "there is no such campaign" if state is None else f"it is {state}"
        doubts = ", ".join(map(str, journal.numbers(CampaignState.SENDING)))
        there = "No campaign is in doubt." if doubts == "" else f"In doubt: {doubts}."
        raise _refusal(f"campaign {number} is not in doubt: {what}", f"{there} {_status(journal)}")
    other = None if campaign_id is None else journal.number_of(campaign_id)
    if other not in (None, number):
        draft = next(each for each in journal.drafts(CampaignState.SENDING) if each.number == number)
        find = find_command(journal.plan.api, draft.account, draft.name)
        raise _refusal(f"{campaign_id} is the id of campaign {other}", f"Look which one campaign {number} has: {find}")


def _check_resume(journal: Journal, snapshot: Snapshot, account: str | None) -> None:
    reasons = [reason for reason in snapshot.reasons if reason.account == account]
    kinds = {reason.kind for reason in reasons}
    if snapshot.state == RolloutState.STOPPING and not kinds & _DOUBTS:
        raise _refusal("the roll-out is stopping", _left(journal))
    if kinds == set() and account is not None:
        raise _refusal(f"account {account} is not held", _status(journal))
    if kinds == set():
        held = sorted(snapshot.holds)
        each = [] if held == [] else [f"{number_of(len(held), 'account')} held; resume each by itself:"]
        each += [journal.command("resume", "--account", held[0])] if held else [_status(journal)]
        raise _refusal("the roll-out is not paused", " ".join(each))
    if kinds <= {ReasonKind.APPROVAL}:
        wave = _next_wave(snapshot)
        approve = f"Approve it: {journal.command('approve', str(wave))}"
        raise _refusal(f"the roll-out only waits: {reasons[0].text}", approve)
    doubts = [each.number for each in snapshot.campaigns if _is_doubt(each, account)]
    if kinds <= _DOUBTS and doubts:
        number = str(doubts[0])
        raise _refusal(
            f"account {account} is in doubt: {reasons[0].text}",
            f"Look at what is known, and resolve it (--absent where it certainly is not at the service): "
            f"{journal.command('resolve', number, '--id', 'CAMPAIGN_ID')}",
        )


def _is_doubt(campaign: CampaignRow, account: str | None) -> bool:
    return campaign.account == account and campaign.state == CampaignState.SENDING


def _has_doubts(snapshot: Snapshot, account: str | None) -> bool:
    return any(_is_doubt(each, account) for each in snapshot.campaigns)


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
        _resume(journal, account, request.detail, now)


def known_to_who_resumes(journal: Journal, account: str | None) -> dict[str, Any]:
    """Return what a person knows who asks to go on: what is found until it is obeyed is for another decision."""
    snapshot = journal.snapshot()
    reasons = {each.kind: each for each in snapshot.reasons if each.account == account}
    tripped = reasons[ReasonKind.STOP_RULE].rules if ReasonKind.STOP_RULE in reasons else ()
    states: Counter[str] = Counter()
    for campaign in snapshot.campaigns:
        if account in (None, campaign.account):
            states.update(known_counts(campaign))
    return {
        "reasons": {kind: reason.text for kind, reason in reasons.items()},
        "called_off": list(journal.called_off()),
        "counts": [(place, *counted(journal.plan.stop[place], _done(states))) for place in tripped],
    }


def _done(states: Counter[str]) -> Counter[str]:
    """Leave out the devices that are open: what becomes of them is counted anew."""
    return Counter({state: count for state, count in states.items() if state not in DeviceState.OPEN})


def _resume(journal: Journal, account: str | None, detail: Mapping[str, Any], now: datetime) -> None:
    """Lift the reasons that were known to whom asked, and pauses that were asked for before.

    Stop rules that had tripped count anew from what was counted then.
    """
    known = dict(detail["reasons"])
    snapshot = journal.snapshot()
    refused = {each.text for each in snapshot.reasons if each.key == (ReasonKind.REFUSED, account)}
    kinds = {ReasonKind.USER, *known}.intersection(_OF_ROLLOUT if account is None else _OF_ACCOUNT)
    if not refused <= set(known.values()):  # another campaign was refused since
        kinds.discard(ReasonKind.REFUSED)
    for place, bad, of in detail["counts"]:
        journal.acknowledge(place, account, bad, of)
    journal.resume(account, sorted(kinds))
    if detail["requeue"]:
        journal.requeue(detail["called_off"], _next_wave(journal.snapshot()))
    if ReasonKind.DRIFT in kinds:
        journal.leave_out(detail["called_off"])
        if called_off := journal.called_off():  # since then
            journal.hold(drift(called_off, now), now)
    if account is not None and known.keys() & _DOUBTS and not _has_doubts(snapshot, account):
        journal.vouch(account, known.get(ReasonKind.IN_DOUBT, ""))


def drift(called_off: Mapping[int, int], now: datetime) -> Reason:
    """Return why the roll-out pauses where somebody else has cancelled campaigns: how many devices of which."""
    numbers = list(called_off)
    which, whose = f"{len(numbers)} campaigns were", "their"
    if len(numbers) == 1:
        which, whose = f"campaign {numbers[0]} was", "its"
    text = f"{which} cancelled by somebody else; not upgraded: {sum(called_off.values())} of {whose} devices"
    return Reason(ReasonKind.DRIFT, None, text, now)


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
