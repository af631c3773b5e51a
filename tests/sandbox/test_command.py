"""``python -m fota_sdk.sandbox``."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys

import pytest

from fota_sdk import CampaignStatus, FotaClient
from tests.sandbox.wire import BODIES, day


@pytest.mark.skipif(sys.platform == "win32", reason="signals reach a child in another way there")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=str)
def test_it_prints_its_variables_serves_and_ends_well(number: signal.Signals) -> None:
    command = [sys.executable, "-m", "fota_sdk.sandbox", "--speed", "60"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            lines = [process.stdout.readline().strip() for _ in range(4)]
            variables = dict(line.removeprefix("export ").split("=", 1) for line in lines)
            assert list(variables) == ["FOTA_BASE_URL", "FOTA_API_TOKEN", "FOTA_SESSION_TOKEN", "FOTA_ACCOUNT"]
            client = FotaClient(
                base_url=variables["FOTA_BASE_URL"],
                api_token=variables["FOTA_API_TOKEN"],
                session_token=variables["FOTA_SESSION_TOKEN"],
            )
            with client:
                campaign = client.campaigns_v3.schedule_campaign_firmware_upgrade(
                    variables["FOTA_ACCOUNT"], {**BODIES["v3"], "startDate": day(1), "endDate": day(2)}
                )
            assert campaign.status == CampaignStatus.REQUEST_PENDING
            process.send_signal(number)
            rest, errors = process.communicate(timeout=15)
        finally:
            process.kill()
    assert process.returncode == 0
    assert rest == ""
    assert "Traceback" not in errors


def test_it_says_when_its_port_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        run = subprocess.run(
            [sys.executable, "-m", "fota_sdk.sandbox", "--port", str(taken.getsockname()[1])],
            capture_output=True,
            text=True,
            timeout=30,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            check=False,
        )
    assert run.returncode == 2
    assert "cannot be started" in run.stderr
    assert "Traceback" not in run.stderr
    assert run.stdout == ""


def test_it_says_when_its_speed_is_none() -> None:
    command = [sys.executable, "-m", "fota_sdk.sandbox", "--speed", "0"]
    run = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert run.returncode == 2
    assert "speed must be a number above 0" in run.stderr
    assert "Traceback" not in run.stderr
