"""An operation that the sandbox keeps no state for appears by itself, from its declaration."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from fota_sdk.controllers import campaigns_v3_controller
from fota_sdk.core.fields import Integer, wire
from fota_sdk.core.model import Model
from fota_sdk.core.operation import Operation
from fota_sdk.sandbox import Sandbox
from tests.conftest import ACCOUNT, IMEIS
from tests.sandbox.wire import ask, day, refused


@dataclass(slots=True, eq=False, repr=False)
class Licences(Model):
    """Devices to give licences to."""

    device_list: list[str] = wire("deviceList")
    count: int | None = wire("count", kind=Integer(1, 9))


@dataclass(slots=True, eq=False, repr=False)
class Licence(Model):
    """One of them."""

    device_id: str | None = wire("deviceId", example="990013907884253")
    valid: bool | None = wire("isValid", example=True)


@dataclass(slots=True, eq=False, repr=False)
class LicencesResult(Model):
    """What became of it."""

    account_name: str | None = wire("accountName", example="another")
    pool_id: str | None = wire("poolId", example="another")
    count: int | None = wire("licUsedCount", kind=Integer(3, 9), example=4)
    since: date | None = wire("since", example="2021-09-29")
    names: list[str] | None = wire("names", example=["one"])
    licences: list[Licence] | None = wire("deviceList")


PATH = f"/fota/v3/licenses/{ACCOUNT}/a%20pool/assign"


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch) -> Any:
    assign: Operation[Any] = Operation(
        "v3.assign_licences", "POST", "/fota/v3/licenses/{acc}/{pool_id}/assign", LicencesResult, body=Licences
    )
    nothing: Operation[Any] = Operation("v3.nothing", "GET", "/fota/v3/nothing/{acc}", object)
    monkeypatch.setattr(campaigns_v3_controller, "ASSIGN_LICENCES", assign, raising=False)
    monkeypatch.setattr(campaigns_v3_controller, "NOTHING", nothing, raising=False)
    with Sandbox() as sandbox:
        yield sandbox


def test_its_response_is_made_up_from_the_declared_examples(sandbox: Sandbox) -> None:
    assert ask(sandbox, "POST", PATH, {"deviceList": IMEIS, "unknown": 1}) == (
        200,
        {
            "accountName": ACCOUNT,
            "poolId": "a pool",
            "licUsedCount": 4,
            "since": day(0),
            "names": ["one"],
            "deviceList": [{"deviceId": IMEIS[0], "isValid": True}],
        },
    )
    assert ask(sandbox, "GET", f"/fota/v3/nothing/{ACCOUNT}") == (200, {})
    assert sandbox.requests[0].body == {"deviceList": IMEIS, "unknown": 1}


def test_its_tokens_account_and_body_are_checked(sandbox: Sandbox) -> None:
    assert ask(sandbox, "POST", PATH, {"deviceList": IMEIS}, {})[0] == 401
    assert "account" in refused(ask(sandbox, "POST", PATH.replace(ACCOUNT, "x"), {"deviceList": IMEIS}))
    for body in ({}, {"deviceList": 5}, {"deviceList": IMEIS, "count": 0}, {"deviceList": [""]}, [], b"x"):
        assert "Input binding error" in refused(ask(sandbox, "POST", PATH, body))
    assert ask(sandbox, "GET", PATH)[0] == 405


def test_a_fault_can_be_injected_into_it(sandbox: Sandbox) -> None:
    sandbox.fail_next(operation="v3.assign_licences")
    assert ask(sandbox, "POST", PATH, {"deviceList": IMEIS})[0] == 503
