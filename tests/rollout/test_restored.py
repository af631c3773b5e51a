"""A journal that was copied, restored or lost: nothing is doubled, and what is at the service is found."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from fota_sdk.rollout import JournalError, Rollout
from tests.rollout.deaths import Killed, Points
from tests.rollout.fleet_on_sandbox import ACCOUNT, OTHER_ACCOUNT, Fleet


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Fleet]:
    with Fleet(tmp_path) as fleet:
        fleet.create()
        yield fleet


def backup(fleet: Fleet) -> Path:
    """Return a copy of the journal as it is now, made as backups of SQLite are made."""
    copy = fleet.path.with_suffix(".backup")
    copy.unlink(missing_ok=True)
    with closing(sqlite3.connect(fleet.path)) as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))
    return copy


def restore(fleet: Fleet, copy: Path) -> None:
    for suffix in ("-wal", "-shm"):
        Path(f"{fleet.path}{suffix}").unlink(missing_ok=True)
    shutil.copy(copy, fleet.path)


def refused(fleet: Fleet) -> None:
    """A step refuses the journal, and sends nothing."""
    before = len(fleet.sandbox.requests)
    with pytest.raises(JournalError, match="moved"):
        fleet.step()
    assert len(fleet.sandbox.requests) == before


def test_a_copy_is_refused_where_it_is_not_at_home(fleet: Fleet) -> None:
    fleet.step()
    copy = backup(fleet)
    home, fleet.path = fleet.path, copy
    refused(fleet)
    fleet.path = home
    fleet.step()


def test_an_older_journal_is_refused(fleet: Fleet) -> None:
    copy = backup(fleet)
    fleet.step()
    restore(fleet, copy)
    refused(fleet)


def test_a_journal_that_is_older_than_a_step_that_was_killed_is_refused(fleet: Fleet) -> None:
    copy = backup(fleet)
    fleet.revive(Points("after POST"))
    with pytest.raises(Killed):
        fleet.step()
    fleet.revive()
    assert fleet.writes == ["POST"]
    restore(fleet, copy)
    refused(fleet)


def test_a_backup_from_within_a_step_is_as_good_as_one_from_between_two(tmp_path: Path) -> None:
    wrong = {}
    for at in range(1, 18):
        folder = tmp_path / str(at)
        folder.mkdir()
        with Fleet(folder) as fleet:
            fleet.create()
            copies: list[Path] = []
            fleet.revive(Points(at, lambda fleet=fleet, copies=copies: copies.append(backup(fleet)), is_fatal=False))
            fleet.step()
            fleet.revive()
            restore(fleet, copies[0])
            fleet.step(moved=True)
            fleet.run()
            if fleet.audit():
                wrong[at] = fleet.audit()
    assert wrong == {}


@pytest.mark.parametrize("history_names", ["whole", "absent", "cut"])
def test_a_rollout_whose_journal_was_lost_is_not_begun_again(history_names: str, tmp_path: Path) -> None:
    with Fleet(tmp_path, history_names=history_names) as fleet:
        fleet.create()
        with fleet.open() as rollout:
            assert [finding for finding in rollout.preflight(fleet.clients) if finding.is_error] == []
        fleet.step()
        for path in tmp_path.iterdir():
            path.unlink()
        with Rollout.create(fleet.path, fleet.plan, fleet.devices, sleep=lambda seconds: None) as rollout:
            errors = [finding for finding in rollout.preflight(fleet.clients) if finding.is_error]
        assert [(finding.account, len(finding.devices)) for finding in errors] == [(ACCOUNT, 2), (OTHER_ACCOUNT, 2)]
        assert ("Was its journal lost?" in errors[0].text) == (history_names != "absent")
