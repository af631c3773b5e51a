"""What persons ask for is obeyed in the order in which they asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fota_sdk.rollout import Rollout, RolloutPlan
from fota_sdk.sandbox import Sandbox

_PACKAGE = {
    "firmware_name": "SEQUANSCommunications_GM01Q_SR1.2.0.0-10512_SR1.2.0.0-10657",
    "firmware_from": "SR1.2.0.0-10512",
    "firmware_to": "SR1.2.0.0-10657",
}
_ACCOUNT = "0000123456-00001"


@pytest.fixture
def step(tmp_path: Path) -> Iterator[tuple[Rollout, Sandbox]]:
    plan = RolloutPlan(name="Spring", campaign=_PACKAGE)
    with Sandbox(devices=["990013907884253"]) as sandbox, sandbox.mocked():
        rows = [("990013907884253", _ACCOUNT)]
        with Rollout.create(tmp_path / "r", plan, rows, sleep=lambda _: None) as rollout:
            rollout.start()
            yield rollout, sandbox


@pytest.mark.parametrize("account", [None, _ACCOUNT])
def test_a_pause_that_is_resumed_before_a_step_obeys_it_leaves_nothing(
    step: tuple[Rollout, Sandbox], account: str | None
) -> None:
    rollout, sandbox = step
    rollout.pause("look first", account)
    rollout.resume("looked", account)
    report = rollout.step(lambda _: sandbox.client())
    assert report.state == "running"
    assert report.reasons == ()


@pytest.mark.parametrize("account", [None, _ACCOUNT])
def test_a_pause_after_a_resume_stays(step: tuple[Rollout, Sandbox], account: str | None) -> None:
    rollout, sandbox = step
    rollout.pause("look first", account)
    rollout.resume("looked", account)
    rollout.pause("look again", account)
    report = rollout.step(lambda _: sandbox.client())
    assert [(reason.kind, reason.account, reason.text) for reason in report.reasons] == [
        ("user", account, "look again")
    ]
