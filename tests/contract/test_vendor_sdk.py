"""The vendor's own SDK calls all its FOTA methods against the sandbox, and its models read what it gets."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from fota_sdk.sandbox import Sandbox
from tests.benchmarks import vendor_environment
from tests.unit.operations import FAMILY, Facts, each_of_family

pytestmark = [
    pytest.mark.pages,
    pytest.mark.timeout(700),  # the first run makes the environment
]

CALLS = Path(__file__).with_name("vendor_calls.py")
HTTP = [f"9900139078{number:05}" for number in range(7)]
LWM2M = [f"9900139079{number:05}" for number in range(5)]

Line = dict[str, Any]


@pytest.fixture(scope="module")
def vendor_python() -> str:
    """The interpreter that has the vendor's SDK."""
    try:
        return vendor_environment.make()
    except vendor_environment.NoVendorError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def lines(vendor_python: str) -> list[Line]:
    """What came of each call, in their order; the last two calls are about a campaign that does not exist."""
    with sandbox_with_a_past() as sandbox:
        return lines_of(vendor_python, sandbox)


def lines_of(vendor_python: str, sandbox: Sandbox) -> list[Line]:
    tokens = (sandbox.api_token, sandbox.session_token)
    arguments = (sandbox.url, *tokens, sandbox.account, sandbox.today.isoformat(), ",".join(HTTP), ",".join(LWM2M))
    command = [vendor_python, "-I", str(CALLS), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@contextmanager
def sandbox_with_a_past() -> Iterator[Sandbox]:
    """A sandbox whose histories, reports and logs have something to show, and whose lists have a second page."""
    software = {
        "softwareName": "FOTA_Verizon_Model-A_02To03_HF",
        "softwareFrom": "FOTA_Verizon_Model-A_00To01_HF",
        "softwareTo": "FOTA_Verizon_Model-A_02To03_HF",
        "distributionType": "HTTP",
    }
    firmware = {
        "firmwareName": "SEQUANSCommunications_GM01Q_SR1.2.0.0-10512_SR1.2.0.0-10657",
        "firmwareFrom": "SR1.2.0.0-10512",
        "firmwareTo": "SR1.2.0.0-10657",
        "protocol": "LWM2M",
    }
    with Sandbox(page_size=2, purchase="EVNT,MRC", licenses=100) as sandbox, sandbox.client() as client:
        sandbox.add_devices(HTTP, make="Verizon", model="Model-A", software="FOTA_Verizon_Model-A_00To01_HF")
        sandbox.add_devices(LWM2M, make="SEQUANS Communications", model="GM01Q", firmware="SR1.2.0.0-10512")
        sandbox.silence_device(HTTP[1])
        sandbox.silence_device(LWM2M[1])
        today = sandbox.today
        for index, last_day in enumerate((1, 30)):
            of_all = {"campaignName": "Past", "startDate": today, "endDate": today + timedelta(days=last_day)}
            client.campaigns_v2.schedule_campaign_firmware_upgrade(
                sandbox.account, {**software, **of_all, "deviceList": [HTTP[index]]}
            )
            client.campaigns_v3.schedule_campaign_firmware_upgrade(
                sandbox.account, {**firmware, **of_all, "deviceList": [LWM2M[index]]}
            )
        client.client_logging.enable_device_logging(sandbox.account, HTTP[0])
        sandbox.advance(days=3)
        yield sandbox


def test_it_calls_every_operation(lines: list[Line]) -> None:
    assert {line["name"] for line in lines} == {facts.name for facts in FAMILY}


@each_of_family
def test_its_models_read_the_whole_response(lines: list[Line], facts: Facts) -> None:
    of_operation = [line for line in lines[:-2] if line["name"] == facts.name]
    expected = {"name": facts.name, "answer": facts.answer_type, "lost": []}
    assert of_operation == [expected] * max(len(of_operation), 1)


def test_its_exceptions_read_refusals(lines: list[Line]) -> None:
    assert [(line["name"], line["error"], line["code"]) for line in lines[-2:]] == [
        ("v2.cancel_campaign", "FotaV2ResultException", "INVALID_PARAMETER"),
        ("v3.cancel_campaign", "FotaV3ResultException", "INVALID_PARAMETER"),
    ]


def test_what_its_models_cannot_read_is_told(vendor_python: str) -> None:
    operation = "v3.report_device_firmware"
    with sandbox_with_a_past() as sandbox:
        sandbox.fail_next(200, {"requestId": "id", "unknown": 1}, operation=operation)
        (line,) = (line for line in lines_of(vendor_python, sandbox) if line["name"] == operation)
    assert line["lost"] == ["$.unknown", "$.accountName absent"]
