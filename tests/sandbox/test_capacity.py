"""What a sandbox keeps of campaigns is bounded in bytes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fota_sdk.sandbox import Sandbox, capacity
from tests.sandbox.wire import Wire, accepted, ask, ask_mocked, imeis

ROOM = 20_000


@pytest.fixture(params=[ask, ask_mocked], ids=["http", "mocked"])
def full(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox) -> Wire:
    """V3 of a sandbox with hardly any room left."""
    monkeypatch.setattr(capacity, "MOST_BYTES", ROOM)
    wire = Wire(sandbox, "v3", how=request.param)
    wire.scheduled(deviceList=imeis(1))
    wire.scheduled(campaignName="x" * (ROOM - 4_500))
    return wire


def is_full(answered: tuple[int, Any]) -> bool:
    status, answer = answered
    return status == 400 and answer["errorCode"] == "SANDBOX_FULL"


def test_what_is_too_much_is_refused_and_what_fits_is_not(full: Wire) -> None:
    assert is_full(full.schedule(deviceList=imeis(200)))
    campaign_id = full.scheduled()
    assert is_full(full.devices(campaign_id, "append", imeis(200)))
    accepted(full.devices(campaign_id, "append", imeis(1)))
    assert is_full(full.dates(campaign_id, 1, 2, note="x" * 2_000))


def test_both_versions_share_the_room_and_reading_and_cancelling_need_none(full: Wire) -> None:
    assert is_full(Wire(full.sandbox, "v2").schedule(deviceList=imeis(200)))
    campaign_id = full.scheduled()
    assert full.status(campaign_id) == "CampaignRequestPending"
    accepted(full.cancel(campaign_id))


def test_refused_requests_take_no_room(full: Wire) -> None:
    for _ in range(50):
        assert full.schedule(start=-1)[0] == 400
    full.scheduled()


def test_short_requests_count_for_what_they_leave_behind(monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox) -> None:
    monkeypatch.setattr(capacity, "MOST_BYTES", 4 * capacity.LEAST_BYTES)
    wire = Wire(sandbox, "v3")
    campaign_id = wire.scheduled(deviceList=imeis(1))
    for _ in range(3):
        accepted(wire.dates(campaign_id, 1, 2))
    assert is_full(wire.dates(campaign_id, 1, 2))
    assert is_full(wire.schedule(deviceList=imeis(1)))


def test_1600_campaigns_of_1000_devices_fit(sandbox: Sandbox) -> None:
    size = len(json.dumps(Wire(sandbox, "v3").body(deviceList=imeis(1000), campaignName="x" * 100)))
    room = capacity.Capacity()
    for _ in range(1600):
        for operation in ("schedule_campaign_firmware_upgrade", "update_campaign_dates"):
            room.check(f"v3.{operation}", size)
            room.use(f"v3.{operation}", size if operation.startswith("schedule") else 200)
