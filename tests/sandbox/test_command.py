"""``python -m fota_sdk.sandbox``."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fota_sdk import CampaignStatus, FotaClient
from fota_sdk.sandbox.__main__ import main
from tests.sandbox.wire import BODIES, day


def started(command: list[str]) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


@pytest.mark.skipif(sys.platform == "win32", reason="signals reach a child in another way there")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=str)
def test_it_prints_its_variables_serves_and_ends_well(number: signal.Signals) -> None:
    command = [sys.executable, "-m", "fota_sdk.sandbox", "--speed", "60"]
    with started(command) as process:
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


@pytest.mark.skipif(sys.platform == "win32", reason="a shell")
def test_a_shell_takes_its_variables_over_and_ends_it_in_the_background(tmp_path: Path) -> None:
    script = """
        "$1" -m fota_sdk.sandbox > env.sh &
        while [ "$(grep -c . env.sh)" != 4 ]; do sleep 0.1; done
        . ./env.sh
        "$1" -c 'from fota_sdk import FotaClient; print(FotaClient.from_environment())'
        kill -INT $!
        wait $!
        echo ended with $?
    """
    command = ["sh", "-c", script, "sh", sys.executable]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=30, check=True)
    assert run.stdout.startswith("FotaClient(base_url='http://127.0.0.1:")
    assert run.stdout.endswith("ended with 0\n")
    assert "Traceback" not in run.stderr


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[..., str]]:
    """Runs the command in this process, to its failure; returns what it tells."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def told(*arguments: str) -> str:
        monkeypatch.setattr(sys, "argv", ["sandbox", *arguments])
        assert main() == 2
        output = capsys.readouterr()
        assert output.out == ""
        return output.err

    yield told
    for number, handler in handlers.items():
        signal.signal(number, handler)


def test_it_says_when_its_port_is_taken(told: Callable[..., str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert "cannot be started" in told("--port", str(taken.getsockname()[1]))


@pytest.mark.parametrize(
    ("argument", "value", "words"), [("--speed", "0", "speed must be"), ("--port", "70000", "port must be")]
)
def test_it_says_when_an_argument_cannot_be_used(
    told: Callable[..., str], argument: str, value: str, words: str
) -> None:
    assert words in told(argument, value)
