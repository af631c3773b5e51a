"""What a disk does to the journal is told as an error of roll-outs, with what to do."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from fota_sdk.rollout import JournalError, Rollout, RolloutPlan
from fota_sdk.sandbox import Sandbox

_PACKAGE = {
    "firmware_name": "SEQUANSCommunications_GM01Q_SR1.2.0.0-10512_SR1.2.0.0-10657",
    "firmware_from": "SR1.2.0.0-10512",
    "firmware_to": "SR1.2.0.0-10657",
}


@pytest.mark.parametrize("call", ["step", "pause", "status", "preview", "start"])
def test_a_journal_that_cannot_be_used_is_told(tmp_path: Path, call: str) -> None:
    rows = [("990013907884253", "0000123456-00001")]
    with Sandbox() as sandbox, sandbox.mocked():
        client = sandbox.client()
        with Rollout.create(tmp_path / "r", RolloutPlan(name="Spring", campaign=_PACKAGE), rows) as rollout:
            if call != "start":
                rollout.start()
            with closing(sqlite3.connect(tmp_path / "r")) as other, other:  # stands for a disk that lost a part
                other.execute("ALTER TABLE campaigns RENAME TO lost")
                other.execute("ALTER TABLE events RENAME TO gone")
            calls = {
                "step": lambda: rollout.step(lambda _: client),
                "pause": lambda: rollout.pause("why"),
                "status": rollout.status,
                "preview": rollout.preview,
                "start": rollout.start,
            }
            with pytest.raises(JournalError, match="cannot be read or written: no such table") as caught:
                calls[call]()
    assert isinstance(caught.value.__cause__, sqlite3.Error)
    assert "See to its disk" in caught.value.what_to_do
    assert [each for each in sandbox.requests if each.method != "GET"] == []
