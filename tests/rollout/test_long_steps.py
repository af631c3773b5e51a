"""Steps that take long: over midnight, and without the lock that somebody has deleted."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from fota_sdk.rollout import JournalError, Wave
from fota_sdk.rollout.journal import Journal
from tests.rollout.fleet_on_sandbox import ACCOUNT, TODAY, Fleet, plan_of

SEVERAL = plan_of(wave=(Wave(share="100%"),), campaign_size=2)


def test_what_midnight_finds_unsent_is_sent_for_another_day(tmp_path: Path) -> None:
    with Fleet(tmp_path, SEVERAL, {ACCOUNT: 8}, pilot_rule=False) as fleet:
        fleet.create()
        fleet.mishaps[2] = lambda operation: fleet.advance(days=1)
        fleet.step()
        assert fleet.writes == ["POST", "POST"]
        fleet.step()
        assert fleet.writes == ["POST"] * 4
        read = fleet.client.campaigns_v3.get_campaign_information
        starts = Counter(read(ACCOUNT, each.id).start_date for each in fleet.at_service())
        today = fleet.time.date()
        assert starts == {today: 2, today + timedelta(days=1): 2}


def test_what_a_deadline_leaves_is_sent_by_the_next_step(tmp_path: Path) -> None:
    with Fleet(tmp_path, SEVERAL, {ACCOUNT: 4}, pilot_rule=False) as fleet:
        fleet.create()
        fleet.step(deadline=0.000001)
        assert fleet.writes == []
        fleet.step(deadline=600)
        assert fleet.writes == ["POST", "POST"]


@pytest.mark.parametrize("hours", [-11, 0, 13])
def test_a_campaign_starts_tomorrow_by_the_day_of_the_service_wherever_the_roll_out_is(
    hours: int, tmp_path: Path
) -> None:
    with Fleet(tmp_path, SEVERAL, {ACCOUNT: 2}) as fleet:
        fleet.create()
        fleet.advance(hours=hours % 12)
        fleet.time = fleet.time.astimezone(timezone(timedelta(hours=hours)))
        fleet.step()
        (campaign,) = fleet.at_service()
        start = fleet.client.campaigns_v3.get_campaign_information(ACCOUNT, campaign.id).start_date
        assert start == TODAY + timedelta(days=1)


def test_a_lock_that_is_deleted_while_a_step_runs_lets_nothing_be_sent_twice(tmp_path: Path) -> None:
    with Fleet(tmp_path, SEVERAL, {ACCOUNT: 8}, pilot_rule=False) as fleet:
        fleet.create()

        def another(operation: str) -> None:
            Path(f"{fleet.path}-lock").unlink()
            with pytest.raises(JournalError, match="has lost its lock"):
                fleet.step()
            fleet.step(moved=True)

        fleet.mishaps[1] = another
        with suppress(JournalError, sqlite3.OperationalError):  # what the first one meets then
            fleet.step()
        fleet.faults.clear()  # of two steps each may have one in doubt
        fleet.run()
        assert fleet.audit() == []


def test_a_campaign_is_sent_by_one_alone_of_two_that_have_read_it(tmp_path: Path) -> None:
    with Fleet(tmp_path, SEVERAL, {ACCOUNT: 2}) as fleet:
        fleet.create()
        fleet.sandbox.throttle_next(operation="v3.schedule_campaign_firmware_upgrade")
        fleet.step()
        with closing(Journal(fleet.path)) as one, closing(Journal(fleet.path)) as other:
            assert one.drafts("intended") == other.drafts("intended")
            one.sending(1, "digest", TODAY, TODAY, fleet.time)
            with pytest.raises(JournalError, match="sent by another"):
                other.sending(1, "digest", TODAY, TODAY, fleet.time)


def test_who_looks_while_a_step_records_sees_all_devices_at_one_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = Journal._rows
    due: list[Callable[[], object]] = []

    def read(journal: Journal, sql: str, *values: Any) -> list[Any]:
        found = rows(journal, sql, *values)
        if "FROM shares" in sql and due != []:
            due.pop()()
        return found

    with Fleet(tmp_path) as fleet:
        fleet.create()
        due.append(fleet.step)
        with fleet.open() as rollout:
            monkeypatch.setattr(Journal, "_rows", read)
            assert sum(rollout.status().counts.values()) == len(fleet.devices)
            assert fleet.writes == ["POST", "POST"]


def test_status_may_be_asked_for_while_devices_are_read(tmp_path: Path) -> None:
    with Fleet(tmp_path, sizes={ACCOUNT: 300}) as fleet:
        fleet.create()
        with fleet.open() as rollout:
            assert {rollout.status().state for _ in rollout.devices()} == {"running"}
