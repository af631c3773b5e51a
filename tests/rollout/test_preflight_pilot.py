"""The look before the start: where the pilot limit may get in the way, and what ends it."""

from __future__ import annotations

from pathlib import Path

import pytest

from fota_sdk import AuthenticationError, ConfigurationError, FotaClient
from fota_sdk.rollout import Rollout, RolloutPlan, Wave
from fota_sdk.sandbox import Sandbox

_PACKAGE = {
    "firmware_name": "SEQUANSCommunications_GM01Q_SR1.2.0.0-10512_SR1.2.0.0-10657",
    "firmware_from": "SR1.2.0.0-10512",
    "firmware_to": "SR1.2.0.0-10657",
}


def _texts(path: Path, devices: int) -> list[str]:
    plan = RolloutPlan(name="Spring", campaign=_PACKAGE, wave=(Wave(share="100%"),))
    rows = [(f"99{number:013d}", "0000123456-00001") for number in range(devices)]
    with Sandbox() as sandbox, sandbox.mocked():
        sandbox.add_devices([imei for imei, _ in rows])
        client = sandbox.client()
        with Rollout.create(path, plan, rows, sleep=lambda _: None) as rollout:
            return [finding.text for finding in rollout.preflight(lambda _: client)]


def test_a_first_wave_that_is_larger_than_a_pilot_is_told(tmp_path: Path) -> None:
    assert any("its first wave has 21 devices" in text for text in _texts(tmp_path / "large", 21))


def test_a_first_wave_of_a_pilot_is_not(tmp_path: Path) -> None:
    assert not any("first wave" in text for text in _texts(tmp_path / "small", 20))


def test_tokens_that_are_refused_end_the_look_and_no_other_account_is_asked_for(tmp_path: Path) -> None:
    plan = RolloutPlan(name="Spring", campaign=_PACKAGE, wave=(Wave(share="100%"),))
    rows = [("990013907884253", "0000123456-00001"), ("990013907835578", "0000123456-00002")]
    with Sandbox() as sandbox, sandbox.mocked(), Rollout.create(tmp_path / "journal", plan, rows) as rollout:
        client = sandbox.client()
        sandbox.fail_next(401)
        with pytest.raises(AuthenticationError):
            rollout.preflight(lambda _: client)
        assert len(sandbox.requests) == 1


def test_a_client_that_cannot_be_built_ends_the_look(tmp_path: Path) -> None:
    plan = RolloutPlan(name="Spring", campaign=_PACKAGE, wave=(Wave(share="100%"),))

    def clients(account: str) -> FotaClient:
        raise ConfigurationError(f"there is no API token for account {account}")

    with Rollout.create(tmp_path / "journal", plan, [("990013907884253", "0000123456-00001")]) as rollout:
        with pytest.raises(ConfigurationError):
            rollout.preflight(clients)
