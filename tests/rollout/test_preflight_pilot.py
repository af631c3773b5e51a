"""The look before the start says where the service's pilot limit may get in the way."""

from __future__ import annotations

from pathlib import Path

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
