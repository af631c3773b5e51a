"""The script for cron does what its page promises when things go wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fota_sdk.sandbox import Sandbox
from tests.conftest import IMEIS
from tests.docs.pages import blocks_of

pytestmark = pytest.mark.pages

DONE, FAILED, NOT_CONFIGURED, LOOK = 0, 1, 2, 3


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fota_sandbox: Sandbox) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FOTA_BASE_URL", fota_sandbox.url)
    monkeypatch.setenv("FOTA_API_TOKEN", fota_sandbox.api_token)
    monkeypatch.setenv("FOTA_SESSION_TOKEN", fota_sandbox.session_token)
    monkeypatch.setenv("FOTA_ACCOUNT", fota_sandbox.account)
    (tmp_path / "devices.txt").write_text("\n".join(IMEIS))
    return tmp_path


def run() -> Any:
    (script,) = [block.text for block in blocks_of("doc/scheduling.md") if block.file == "spring_rollout.py"]
    with pytest.raises(SystemExit) as stop:
        exec(compile(script, "spring_rollout.py", "exec"), {"__name__": "__main__"})
    return stop.value.code


def schedules(sandbox: Sandbox) -> int:
    return [request.method for request in sandbox.requests].count("POST")


def test_it_schedules_once_and_tells_the_status_afterwards(
    folder: Path, fota_sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    assert [run(), run(), run()] == [DONE] * 3
    assert schedules(fota_sandbox) == 1
    assert capsys.readouterr().out.splitlines()[1:] == ["Spring rollout: CampaignRequestPending"] * 2


def test_a_lost_answer_is_never_scheduled_again(folder: Path, fota_sandbox: Sandbox) -> None:
    fota_sandbox.lose_next_answer()
    assert [run(), run()] == [LOOK] * 2
    assert schedules(fota_sandbox) == 1
    assert json.loads((folder / "spring_rollout.json").read_text()) == {"campaign": None}


def test_a_run_that_was_killed_is_not_taken_for_none(folder: Path, fota_sandbox: Sandbox) -> None:
    (folder / "spring_rollout.json").touch()
    assert run() == LOOK
    assert schedules(fota_sandbox) == 0


def test_a_refusal_leaves_the_way_free(folder: Path, fota_sandbox: Sandbox) -> None:
    fota_sandbox.fail_next(status=400)
    assert [run(), run()] == [FAILED, DONE]
    assert schedules(fota_sandbox) == 2


def test_no_devices_file_and_no_variables_are_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "devices.txt").unlink()
    assert run() == FAILED
    monkeypatch.delenv("FOTA_ACCOUNT")
    assert run() == NOT_CONFIGURED
    monkeypatch.delenv("FOTA_API_TOKEN")
    assert run() == NOT_CONFIGURED


def test_a_campaign_that_failed_asks_for_somebody(folder: Path, fota_sandbox: Sandbox) -> None:
    assert run() == DONE
    fota_sandbox.fail(json.loads((folder / "spring_rollout.json").read_text())["campaign"])
    fota_sandbox.advance(minutes=2)
    assert run() == LOOK
