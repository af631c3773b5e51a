"""What a disk does to the journal is told as an error of roll-outs, with what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from fota_sdk import FotaClient
from fota_sdk.rollout import JournalError, Rollout, RolloutPlan
from fota_sdk.sandbox import Sandbox

_PACKAGE = {
    "firmware_name": "SEQUANSCommunications_GM01Q_SR1.2.0.0-10512_SR1.2.0.0-10657",
    "firmware_from": "SR1.2.0.0-10512",
    "firmware_to": "SR1.2.0.0-10657",
}


CALLS: dict[str, Callable[[Rollout, FotaClient], object]] = {
    "plan": lambda rollout, client: rollout.plan,
    "service": lambda rollout, client: rollout.service,
    "accounts": lambda rollout, client: rollout.accounts,
    "campaigns": lambda rollout, client: rollout.campaigns(),
    "preflight": lambda rollout, client: rollout.preflight(lambda _: client),
    "start": lambda rollout, client: rollout.start(),
    "step": lambda rollout, client: rollout.step(lambda _: client),
    "preview": lambda rollout, client: rollout.preview(),
    "forecast": lambda rollout, client: rollout.forecast(),
    "status": lambda rollout, client: rollout.status(),
    "devices": lambda rollout, client: list(rollout.devices()),
    "events": lambda rollout, client: list(rollout.events()),
    "finished_by_day": lambda rollout, client: list(rollout.finished_by_day()),
    "top_reasons": lambda rollout, client: list(rollout.top_reasons()),
    "pause": lambda rollout, client: rollout.pause("why"),
    "resume": lambda rollout, client: rollout.resume("why"),
    "approve": lambda rollout, client: rollout.approve(1),
    "stop": lambda rollout, client: rollout.stop("why"),
    "resolve": lambda rollout, client: rollout.resolve(1, absent=True),
}
TOUCH_NO_JOURNAL = {"create", "open", "path", "close"}


def test_all_that_touches_the_journal_is_called_here() -> None:
    assert {name for name in vars(Rollout) if not name.startswith("_")} == CALLS.keys() | TOUCH_NO_JOURNAL


@pytest.mark.parametrize("call", CALLS)
def test_a_journal_that_cannot_be_used_is_told(tmp_path: Path, call: str) -> None:
    rows = [("990013907884253", "0000123456-00001")]
    with Sandbox() as sandbox, sandbox.mocked():
        client = sandbox.client()
        with Rollout.create(tmp_path / "r", RolloutPlan(name="Spring", campaign=_PACKAGE), rows) as rollout:
            if call != "start":
                rollout.start()
            tables = ("campaigns", "events", "accounts", "rollout", "devices", "reasons")
            with closing(sqlite3.connect(tmp_path / "r")) as other, other:  # stands for a disk that lost a part
                for table in tables:
                    other.execute(f"ALTER TABLE {table} RENAME TO lost_{table}")
            with pytest.raises(JournalError, match="cannot be read or written: no such table") as caught:
                CALLS[call](rollout, client)
    assert isinstance(caught.value.__cause__, sqlite3.Error)
    assert "See to its disk" in caught.value.what_to_do
    assert [each for each in sandbox.requests if each.method != "GET"] == []


def test_a_journal_that_sqlite_cannot_open_is_told(tmp_path: Path) -> None:
    folder = tmp_path.joinpath(*["deep" * 50] * 3)  # its path is too long for SQLite; so is told what is not readable
    folder.mkdir(parents=True)
    (folder / "r").touch()
    with pytest.raises(JournalError, match="unable to open database file"):
        Rollout.open(folder / "r")


@pytest.mark.parametrize("begin", [0, 100, 4096, 5000])
def test_a_lock_that_is_damaged_is_told_and_not_taken_for_the_journal(begin: int, tmp_path: Path) -> None:
    rows = [("990013907884253", "0000123456-00001")]
    with Sandbox() as sandbox, sandbox.mocked():
        client = sandbox.client()
        with Rollout.create(tmp_path / "r", RolloutPlan(name="Spring", campaign=_PACKAGE), rows) as rollout:
            rollout.start()
            lock = (tmp_path / "r-lock").read_bytes()
            rest = b"" if begin == 5000 else b"none" * (len(lock) // 4)
            (tmp_path / "r-lock").write_bytes(lock[:begin] + rest[: len(lock) - begin])
            with pytest.raises(JournalError, match="r-lock, the lock of the roll-out, cannot be used") as caught:
                rollout.step(lambda _: client)
            assert rollout.status().misplaced is None  # it takes a step to tell
        assert "remove it" in caught.value.what_to_do
        (tmp_path / "r-lock").unlink()
        with Rollout.open(tmp_path / "r", moved=True) as rollout:
            assert rollout.step(lambda _: client).state == "running"


def test_who_begins_beside_a_damaged_lock_is_not_sent_to_a_journal_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "r-lock").write_bytes(b"none" * 1024)
    plan = RolloutPlan(name="Spring", campaign=_PACKAGE)
    with pytest.raises(JournalError, match="cannot be used") as caught:
        Rollout.create(tmp_path / "r", plan, [("990013907884253", "0000123456-00001")])
    assert "fota rollout step" not in caught.value.what_to_do
