"""An operation that is declared, with its method, has a command at once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from fota_sdk import Campaign, FotaV3SuccessResult, V3AddOrRemoveDeviceRequest
from fota_sdk.controllers import campaigns_v3_controller
from fota_sdk.controllers.campaigns_v3_controller import CampaignsV3Controller, CampaignsV3DryRun
from fota_sdk.core.controller import dry
from fota_sdk.core.operation import Effect, Operation
from fota_sdk.sandbox import Sandbox
from tests.cli.command import Environment, run_here
from tests.cli.conftest import environment_of
from tests.conftest import ACCOUNT, CAMPAIGN_ID, IMEIS

READ = Operation("v3.read_parcel", "GET", "/fota/v3/parcels/{acc}/{parcel_id}{?size}", Campaign, Effect.READS)
SEND = Operation(
    "v3.send_parcel",
    "POST",
    "/fota/v3/parcels/{acc}/{parcel_id}/devices",
    FotaV3SuccessResult,
    body=V3AddOrRemoveDeviceRequest,
    verified_by="campaigns_v3.read_parcel",
)


def read_parcel(self: Any, acc: str, parcel_id: str, size: str | None = "L") -> Campaign:
    """Returns a parcel, where
    it is. And then more.

    Args:
        acc: Billing account.
        parcel_id: Number of the parcel,
            as `it` says: 12.
        size: Size: S or L; open. None leaves it out.

    Raises:
        FotaV3ResultException: The service refused it (400).
    """
    answer: Campaign = self._call(READ, acc=acc, parcel_id=parcel_id, size=size)
    return answer


def send_parcel(
    self: Any, acc: str, parcel_id: str, body: V3AddOrRemoveDeviceRequest | Mapping[str, Any]
) -> FotaV3SuccessResult:
    """Sends a parcel by `mtype`; `device_list` is None where it is empty."""
    answer: FotaV3SuccessResult = self._call(SEND, body, acc=acc, parcel_id=parcel_id)
    return answer


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[Environment]:
    for operation, method in ((READ, read_parcel), (SEND, send_parcel)):
        monkeypatch.setattr(campaigns_v3_controller, method.__name__.upper(), operation, raising=False)
        monkeypatch.setattr(CampaignsV3Controller, method.__name__, method, raising=False)
        monkeypatch.setattr(CampaignsV3DryRun, method.__name__, dry(method), raising=False)
    with Sandbox() as sandbox:
        yield environment_of(sandbox)


def test_reading_takes_the_parameters(environment: Environment) -> None:
    done = run_here(environment, "v3", "read-parcel", "--parcel-id", "a/b", "--json")
    assert done.code == 0, done.err
    assert json.loads(done.out)["status"]
    assert run_here(environment, "v3", "read-parcel").code == 2


@pytest.mark.parametrize(("options", "query"), [((), "?size=L"), (("--size", "S"), "?size=S")])
def test_what_is_not_given_is_as_the_method_has_it(
    environment: Environment, options: tuple[str, ...], query: str
) -> None:
    done = run_here(environment, "v3", "read-parcel", "--parcel-id", "a/b", *options, "--dry-run")
    assert done.out == f"GET {environment['FOTA_BASE_URL']}/fota/v3/parcels/{ACCOUNT}/a%2Fb{query}\n"


def test_what_is_wrong_is_told_by_its_option(environment: Environment) -> None:
    done = run_here(environment, "v3", "read-parcel", "--parcel-id", "..", "--size", "")
    assert done.code == 2
    assert "--parcel-id: must not be '..'" in done.err
    assert "--size: must not be empty" in done.err


def test_the_help_is_that_of_the_method_in_the_words_of_a_shell(environment: Environment) -> None:
    text = " ".join(run_here({}, "v3", "read-parcel", "--help").out.split())
    assert "Returns a parcel, where it is. Options:" in text
    assert "--parcel-id TEXT Number of the parcel, as it says: 12. [required]" in text
    assert "--size TEXT Size: S or L. [default: L]" in text
    assert "--yes" not in text
    sending = " ".join(run_here({}, "v3", "send-parcel", "--help").out.split())
    assert "Sends a parcel by Type; deviceList is missing where it is empty. Options:" in sending
    assert '{ "Type": "append", "deviceList": [ "990013907833573" ] }' in sending
    listed = " ".join(run_here({}, "v3", "--help").out.split())
    assert "read-parcel Returns a parcel, where it is. send-parcel Sends" in listed


def test_the_help_does_without_docstrings(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_parcel, "__doc__", None)
    monkeypatch.setattr(CampaignsV3Controller, "__doc__", None)
    text = " ".join(run_here({}, "v3", "read-parcel", "--help").out.split())
    assert "GET /fota/v3/parcels/{acc}/{parcel_id} Options:" in text
    assert "--parcel-id TEXT parcelId [required]" in text
    assert "\nCampaigns v3:\n  read-parcel " in run_here({}, "v3", "--help").out


def test_sending_takes_a_file_and_asks(environment: Environment) -> None:
    body = json.dumps({"Type": "append", "deviceList": IMEIS})
    command = ("v3", "send-parcel", "--account", ACCOUNT, "--parcel-id", CAMPAIGN_ID, "--file", "-")
    prepared = run_here(environment, *command, "--dry-run", "--json", given=body)
    assert json.loads(prepared.out) == {
        "method": "POST",
        "url": f"{environment['FOTA_BASE_URL']}/fota/v3/parcels/{ACCOUNT}/{CAMPAIGN_ID}/devices",
        "body": {"Type": "append", "deviceList": IMEIS},
    }
    elsewhere = {**environment, "FOTA_BASE_URL": "https://fota.example/api"}
    assert run_here(elsewhere, *command, given=body).code == 2
    sent = run_here(environment, *command, "--json", given=body)
    assert sent.code in (0, 1), sent.err
    assert set(json.loads(sent.out)) == {"success"}
    incomplete = run_here(environment, *command, given='{"Type": "append"}')
    assert incomplete.code == 2
    assert "deviceList: is required" in incomplete.err


def test_the_other_version_has_it_not(environment: Environment) -> None:
    assert run_here(environment, "v2", "read-parcel").code == 2
