"""Roll-outs that are made wrong on purpose: what the tests of kills and failures look at has to notice each of them.

| The mutant | What notices it |
|---|---|
| writes no record before a request | a kill behind the request |
| writes that record behind the request | a kill behind the request |
| binds devices outside of the transaction of their campaign | a kill between the two |
| takes an unknown outcome for a refusal | a lost response |
| goes on scheduling after an unknown outcome | a lost response |
| settles a doubt before reports are there | reports that are late |
| takes absence for a proof | a campaign that no report shows before it starts |
| counts that time from the request on, not from the start | a campaign that no report shows before it starts |
| adopts by package and dates without a look at the devices | a campaign of somebody else |
| records a campaign as cancelled without a look | a campaign that has started |
| gives devices back without a cancellation | a pause |
| holds no lock | two steps at once |
| does not notice that its journal was restored | a backup |
| does not look for campaigns after that | a backup |
| does not look for requests between two campaigns | a pause during a step |
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from fota_sdk.exceptions import FotaError
from fota_sdk.rollout import Doubt, JournalError, RolloutBusyError, Schedule, Wave, doubt, service
from fota_sdk.rollout.database import Database
from fota_sdk.rollout.doubt import Search
from fota_sdk.rollout.journal import Journal
from fota_sdk.rollout.lock import StepLock
from fota_sdk.rollout.records import Draft
from fota_sdk.rollout.service import Target
from fota_sdk.rollout.states import CampaignState
from fota_sdk.rollout.step import Step
from tests.rollout.deaths import Killed, Points
from tests.rollout.fleet_on_sandbox import ACCOUNT, Fleet, imei, plan_of
from tests.rollout.test_doubts import schedule_for
from tests.rollout.test_failures import MISHAPS, with_mishap
from tests.rollout.test_killed import finish
from tests.rollout.test_restored import backup, restore

Patch = pytest.MonkeyPatch


# What notices them: each returns what is wrong in the end, nothing where all is well


def kills(folder: Path) -> list[str]:
    """A death at each point of a roll-out, the earlier ones first."""
    for at in range(1, 200):
        place = folder / str(at)
        place.mkdir()
        points, faults = finish(place, "v3", Points(at), at_once=at % 2 == 0, ticks=30)
        if faults or not points.is_dead:
            return faults
    return []


def lost_answers(folder: Path) -> list[str]:
    """A lost response to the first campaign."""
    return with_mishap(folder, "v3", 1, MISHAPS["a lost response"])


def with_doubt(folder: Path, plan_changes: dict[str, Any], **options: Any) -> list[str]:
    """A campaign that is at the service and in no report yet, while a later one is, for it was cancelled."""
    plan = plan_of(wave=(Wave(share="100%"),), campaign_size=4, **plan_changes)
    with Fleet(folder, plan, {ACCOUNT: 8}, **options) as fleet:
        fleet.create()
        fleet.revive(Points("after POST"))
        with pytest.raises(Killed):
            fleet.step()
        fleet.revive()
        fleet.advance(minutes=15)
        fleet.step()
        fleet.ask(lambda rollout: rollout.pause("look", account=ACCOUNT))
        fleet.step()
        fleet.ask(lambda rollout: rollout.resume("go on", account=ACCOUNT))
        fleet.run(rest=lambda tick: {"hours": 6}, ticks=60)
        fleet.advance(days=3)
        return fleet.audit()


def late_reports(folder: Path) -> list[str]:
    return with_doubt(folder, {"doubt": Doubt("24h", "resend")}, report_lag=12 * 3600)


def late_start(folder: Path) -> list[str]:
    return with_doubt(folder, {"doubt": Doubt("24h", "resend"), "schedule": Schedule(lead=5, days=1)})


def others(folder: Path) -> list[str]:
    """A campaign of somebody else with the same package and dates, where histories show no names."""
    with Fleet(folder, history_names="absent") as fleet:
        fleet.create()
        strangers = [imei(900000), imei(900001)]
        fleet.sandbox.add_devices(strangers)
        theirs = schedule_for(fleet, None, strangers)
        fleet.revive(Points("before POST"))
        with pytest.raises(Killed):
            fleet.step()
        fleet.revive()
        fleet.step()
        with fleet.open() as rollout:
            return [device.imei for device in rollout.devices() if device.campaign_id == theirs]


def pause_after_start(folder: Path) -> list[str]:
    """A pause of an account while its campaigns run, which V3 does not let be cancelled."""
    with Fleet(folder, plan_of(wave=(Wave(share="100%"),), campaign_size=10)) as fleet:
        fleet.create()
        fleet.step()
        fleet.advance(hours=23)
        fleet.step()
        fleet.advance(hours=1)  # not looked at since: the journal does not know that they have started
        fleet.ask(lambda rollout: rollout.pause("look"))
        fleet.step()
        fleet.ask(lambda rollout: rollout.resume("go on"))
        fleet.run(ticks=20)
        return fleet.audit()


def two_steps(folder: Path) -> list[str]:
    """A second step that begins while the first one is about to send."""
    with Fleet(folder) as fleet:
        fleet.create()

        def second(operation: str) -> None:
            with fleet.open() as rollout:
                try:
                    rollout.step(fleet.clients)
                except RolloutBusyError:
                    return

        fleet.mishaps[1] = second
        try:
            fleet.step()
        except JournalError as error:  # a campaign is sent by one of them alone, also without the lock
            return [str(error)]
        fleet.run(ticks=20)
        return [fault for fault in fleet.audit() if "outcome" not in fault]


def backups(folder: Path) -> list[str]:
    """A backup from before the first step, that is restored behind it."""
    with Fleet(folder) as fleet:
        fleet.create()
        copy = backup(fleet)
        fleet.step()
        restore(fleet, copy)
        fleet.step(moved=True)
        fleet.run(ticks=20)
        return fleet.audit()


def pause_within(folder: Path) -> list[str]:
    """A pause while the first campaign is sent."""
    with Fleet(folder) as fleet:
        fleet.create()
        fleet.mishaps[1] = lambda operation: fleet.ask(lambda rollout: rollout.pause("look"))
        fleet.step()
        return fleet.writes[1:] if fleet.writes != ["POST", "DELETE"] else []


# The mutants


def no_record(patch: Patch) -> None:
    patch.setattr(Journal, "sending", lambda *given: None)


def record_behind(patch: Patch) -> None:
    schedule, sending = service.schedule, Journal.sending
    late: list[Callable[[], None]] = []

    def sent(*given: Any) -> Any:
        try:
            return schedule(*given)
        finally:
            late.pop()()

    patch.setattr(Journal, "sending", lambda *given: late.append(lambda: sending(*given)))
    patch.setattr(service, "schedule", sent)


def bound_outside(patch: Patch) -> None:
    intend = Journal.intend

    def intended(journal: Journal, *given: Any) -> Any:
        journal._connection.commit()
        with patch.context() as inner:
            inner.setattr(Database, "transaction", lambda journal: nullcontext())
            number = intend(journal, *given)
        journal._connection.execute("BEGIN IMMEDIATE")
        return number

    patch.setattr(Journal, "intend", intended)


def unknown_as_refused(patch: Patch) -> None:
    not_accepted = Step._not_accepted

    def mistaken(step: Step, draft: Draft, size: int, error: FotaError) -> None:
        if error.outcome_unknown:
            step.journal.not_sent(draft.number)
        else:
            not_accepted(step, draft, size, error)

    patch.setattr(Step, "_not_accepted", mistaken)


def goes_on(patch: Patch) -> None:
    not_accepted = Step._not_accepted

    def mistaken(step: Step, *given: Any) -> None:
        left = step._to_send
        not_accepted(step, *given)
        step._to_send = left

    patch.setattr(Step, "_not_accepted", mistaken)


def settles_early(patch: Patch) -> None:
    patch.setattr(Doubt, "settle_time", timedelta(hours=1))


def absence_proves(patch: Patch) -> None:
    patch.setattr(Search, "_is_absent", lambda *given: True)
    from_request_on(patch)


def from_request_on(patch: Patch) -> None:
    def sent(sent_at: datetime, start: object) -> datetime:
        return sent_at

    patch.setattr(doubt, "shown_at", sent)


def no_proof(patch: Patch) -> None:
    patch.setattr(Search, "_is_proven", lambda *given: True)


def cancelled_unseen(patch: Patch) -> None:
    def cancel(step: Step, target: Target) -> None:
        with suppress(FotaError):
            service.cancel(step.clients(target.account), "v3", target.account, target.id)
        with step.journal.transaction():
            step.journal._free(target.number, CampaignState.CANCELLED)

    patch.setattr(Step, "_cancel", cancel)


def given_back_early(patch: Patch) -> None:
    def taken_back(journal: Journal, number: int) -> None:
        journal._free(number, CampaignState.CANCELLED)

    patch.setattr(Journal, "_take_back", taken_back)


def no_lock(patch: Patch) -> None:
    patch.setattr(StepLock, "held", lambda lock: nullcontext())
    patch.setattr(StepLock, "seen", 0)


def not_noticed(patch: Patch) -> None:
    patch.setattr(StepLock, "seen", 0)


def not_looked_for(patch: Patch) -> None:
    patch.setattr(Search, "_unknown", lambda search: [])
    patch.setattr(Journal, "_all_shown_at", lambda journal, now: now)


def deaf(patch: Patch) -> None:
    patch.setattr(Journal, "has_requests", False)


MUTANTS: dict[str, tuple[Callable[[Patch], None], Callable[[Path], list[str]]]] = {
    "writes no record before a request": (no_record, kills),
    "writes that record behind the request": (record_behind, kills),
    "binds devices outside of the transaction": (bound_outside, kills),
    "takes an unknown outcome for a refusal": (unknown_as_refused, lost_answers),
    "goes on after an unknown outcome": (goes_on, lost_answers),
    "settles before reports are there": (settles_early, late_reports),
    "takes absence for a proof": (absence_proves, late_start),
    "counts from the request on": (from_request_on, late_start),
    "adopts without a look at the devices": (no_proof, others),
    "records a cancellation without a look": (cancelled_unseen, pause_after_start),
    "gives devices back without a cancellation": (given_back_early, kills),
    "holds no lock": (no_lock, two_steps),
    "does not notice a backup": (not_noticed, backups),
    "does not look for campaigns after a move": (not_looked_for, backups),
    "does not look for requests within a step": (deaf, pause_within),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_each_mutant_is_noticed(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    mutate, notice = MUTANTS[name]
    mutate(monkeypatch)
    assert notice(tmp_path) != []


@pytest.mark.parametrize(
    "notice",
    [lost_answers, late_reports, late_start, others, pause_after_start, two_steps, backups, pause_within],
    ids=lambda notice: notice.__name__,
)
def test_nothing_is_noticed_where_nothing_is_wrong(notice: Callable[[Path], list[str]], tmp_path: Path) -> None:
    assert notice(tmp_path) == []
