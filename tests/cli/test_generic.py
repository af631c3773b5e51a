"""An operation that is added as data has a command at once."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from fota_sdk import Campaign, FotaV3SuccessResult, V3AddOrRemoveDeviceRequest
from fota_sdk.controllers import campaigns_v3_controller
from fota_sdk.core.operation import Operation
from fota_sdk.sandbox import Sandbox
from tests.cli.command import Environment, run_here
from tests.cli.conftest import environment_of
from tests.conftest import ACCOUNT, CAMPAIGN_ID, IMEIS

READ = Operation(
    "v3.read_parcel", "GET", "/fota/v3/parcels/{acc}/{parcel_id}", answer=Campaign, repeatable=True, harmless=True
)
SEND = Operation(
    "v3.send_parcel",
    "POST",
    "/fota/v3/parcels/{acc}/{parcel_id}/devices",
    answer=FotaV3SuccessResult,
    body=V3AddOrRemoveDeviceRequest,
)


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[Environment]:
    monkeypatch.setattr(campaigns_v3_controller, "READ_PARCEL", READ, raising=False)
    monkeypatch.setattr(campaigns_v3_controller, "SEND_PARCEL", SEND, raising=False)
    with Sandbox() as sandbox:
        yield environment_of(sandbox)


def test_reading_takes_the_values_of_the_path(environment: Environment) -> None:
    done = run_here(environment, "v3", "read-parcel", "--parcel-id", "a/b", "--json")
    assert done.code == 0, done.err
    assert json.loads(done.out)["status"]
    assert run_here(environment, "v3", "read-parcel").code == 2
    assert "read-parcel" in run_here({}, "v3", "--help").out
    assert "--yes" not in run_here({}, "v3", "read-parcel", "--help").out


def test_sending_takes_a_file_and_asks(environment: Environment) -> None:
    body = json.dumps({"Type": "append", "deviceList": IMEIS})
    command = ("v3", "send-parcel", "--account", ACCOUNT, "--parcel-id", CAMPAIGN_ID, "--file", "-")
    dry = run_here(environment, *command, "--dry-run", "--json", given=body)
    assert json.loads(dry.out) == {
        "method": "POST",
        "url": f"{environment['FOTA_BASE_URL']}/fota/v3/parcels/{ACCOUNT}/{CAMPAIGN_ID}/devices",
        "body": {"Type": "append", "deviceList": IMEIS},
    }
    elsewhere = {**environment, "FOTA_BASE_URL": "https://fota.example/api"}
    assert run_here(elsewhere, *command, given=body).code == 2
    sent = run_here(environment, *command, "--json", given=body)
    assert sent.code in (0, 1), sent.err
    assert set(json.loads(sent.out)) == {"success"}
    assert run_here(environment, *command, given='{"Type": "append"}').code == 2


def test_the_other_version_has_it_not(environment: Environment) -> None:
    assert run_here(environment, "v2", "read-parcel").code == 2
