"""The last allowed and the first refused value of a rule, where time decides."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from fota_sdk import ConfigurationError
from fota_sdk.sandbox import Sandbox
from tests.conftest import ACCOUNT, IMEIS
from tests.sandbox.test_life_cycle import to_midnight
from tests.sandbox.test_rules import OTHER
from tests.sandbox.test_tokens import EXPIRED, LET_IN, Watch, log_in, read
from tests.sandbox.wire import Wire, accepted, ask, day, imeis, refused, tokens_of


def late_today(wire: Wire) -> str:
    """Return a campaign of a day that is over before the campaign has left its first status."""
    to_midnight(wire.sandbox, 1)
    wire.sandbox.advance(hours=23, minutes=59, seconds=20)
    campaign_id = wire.scheduled(1, 1)
    wire.sandbox.advance(seconds=20)
    assert wire.sandbox.today.isoformat() == day(2)
    return campaign_id


def test_late_in_the_day_an_end_tomorrow_is_24_hours_away(wire: Wire) -> None:
    campaign_id = wire.scheduled(1, 4)
    to_midnight(wire.sandbox, 1)
    wire.sandbox.advance(hours=20)
    assert day(1) in refused(wire.dates(campaign_id, 1, 1))
    assert accepted(wire.dates(campaign_id, 1, 2))["endDate"] == day(2)


def test_a_campaign_that_is_pending_over_its_own_end_ends_when_it_was_checked(wire: Wire) -> None:
    campaign_id = late_today(wire)
    assert wire.status(campaign_id) == "CampaignRequestPending"
    wire.sandbox.advance(minutes=2)
    assert wire.status(campaign_id) == "CampaignEnded"


def test_a_V3_campaign_over_its_own_end_is_still_queued_in_between(v3: Wire) -> None:  # noqa: N802
    campaign_id = late_today(v3)
    v3.sandbox.advance(minutes=1)
    assert v3.status(campaign_id) == "CampaignRequestQueued"


def test_new_dates_of_a_pending_campaign_end_today_at_the_earliest(wire: Wire) -> None:
    campaign_id = late_today(wire)
    told = refused(wire.dates(campaign_id, 1, 1))
    assert "end date" in told
    assert f"the sandbox's clock says {day(2)} (UTC)" in told
    assert accepted(wire.dates(campaign_id, 1, 2))["endDate"] == day(2)


def test_a_change_of_V2_devices_is_not_seen_after_45_seconds(v2: Wire) -> None:  # noqa: N802
    campaign_id = v2.scheduled()
    accepted(v2.devices(campaign_id, "append", [OTHER]))
    v2.sandbox.advance(seconds=45)
    assert v2.imeis(campaign_id) == sorted(IMEIS)
    v2.sandbox.advance(seconds=15)
    assert v2.imeis(campaign_id) == sorted([*IMEIS, OTHER])


def test_new_dates_of_V2_change_its_other_days_too(v2: Wire) -> None:  # noqa: N802
    campaign_id = v2.scheduled(downloadAfterDate=day(1), installAfterDate=day(1))
    days = {"downloadAfterDate": day(2), "installAfterDate": day(3)}
    assert accepted(v2.dates(campaign_id, 1, 4, **days)).items() >= days.items()
    assert accepted(v2.read(campaign_id)).items() >= days.items()
    assert accepted(v2.dates(campaign_id, 1, 5)).items() >= days.items()


def test_a_campaign_that_failed_while_pending_is_never_queued(wire: Wire) -> None:
    failing, other = wire.scheduled(), wire.scheduled()
    wire.sandbox.fail(failing)
    wire.sandbox.advance(minutes=1)
    assert (wire.status(failing), wire.status(other)) == ("CampaignRequestFailed", "CampaignRequestQueued")
    with pytest.raises(ConfigurationError, match="CampaignRequestFailed"):
        wire.sandbox.fail(failing)
    wire.sandbox.fail(other)
    to_midnight(wire.sandbox, 1)
    assert wire.status(other) == "CampaignFailed"


@pytest.mark.parametrize("minutes", [0, 1])
@pytest.mark.parametrize("version", ["v2", "v3"])
def test_what_failed_does_not_count_for_the_pilot_rule(version: str, minutes: int) -> None:
    with Sandbox(pilot_rule=True) as sandbox:
        wire = Wire(sandbox, version)
        failing = wire.scheduled(1, 9, deviceList=imeis(20))
        sandbox.advance(minutes=minutes)
        sandbox.fail(failing)
        assert "20 devices" in refused(wire.schedule(3, 3, deviceList=[OTHER]))
        to_midnight(sandbox, 1)
        accepted(wire.schedule(3, 3, deviceList=[OTHER]))
        assert "20 devices" in refused(wire.schedule(3, 3, deviceList=imeis(21)))


def test_what_was_aborted_does_not_count_for_the_pilot_rule() -> None:
    with Sandbox(pilot_rule=True) as sandbox:
        wire = Wire(sandbox, "v2")
        campaign_id = wire.scheduled(1, 9, deviceList=imeis(20))
        to_midnight(sandbox, 1)
        assert "20 devices" in refused(wire.schedule(3, 3, deviceList=[OTHER]))
        wire.cancel(campaign_id)
        assert wire.status(campaign_id) == "CampaignAborted"
        accepted(wire.schedule(3, 3, deviceList=[OTHER]))
        assert "20 devices" in refused(wire.schedule(3, 3, deviceList=imeis(21)))


@pytest.mark.parametrize(("idle", "expected"), [(1199.9, LET_IN), (1200.1, (400, EXPIRED))])
def test_a_session_dies_at_20_idle_minutes_and_not_before(
    sandbox: Sandbox, idle: float, expected: tuple[int, str]
) -> None:
    watch = sandbox._tokens._time = Watch()
    session = log_in(sandbox)[1]["sessionToken"]
    watch.now += idle
    assert read(sandbox, session=session) == expected


@pytest.mark.parametrize("scheme", ["bearer", "BEARER"])
def test_the_name_of_the_scheme_may_be_written_in_any_case(sandbox: Sandbox, scheme: str) -> None:
    headers = {**tokens_of(sandbox), "Authorization": f"{scheme} {sandbox.api_token}"}
    assert "exist" in refused(ask(sandbox, "GET", f"/fota/v3/campaigns/{ACCOUNT}/{uuid.uuid4()}", headers=headers))


@pytest.mark.parametrize("written", [str.upper, lambda text: text.replace("-", ""), lambda text: f"%7B{text}%7D"])
def test_a_campaign_id_may_be_written_in_any_way_that_a_UUID_may(wire: Wire, written: Any) -> None:  # noqa: N802
    campaign_id = wire.scheduled()
    assert accepted(wire.read(written(campaign_id))) == accepted(wire.read(campaign_id))
    wire.sandbox.fail(campaign_id.upper())
    assert wire.cancel(written(campaign_id))[0] == 200
    assert wire.status(campaign_id) == "CampaignCancelled"


@pytest.mark.parametrize(("seconds", "carried_out"), [(30, False), (60, True)])
@pytest.mark.parametrize("kind", ["append", "remove"])
def test_a_cancelled_campaign_keeps_the_devices_that_it_had_then(
    v2: Wire, kind: str, seconds: int, carried_out: bool
) -> None:
    first, second = imeis(2)
    campaign_id = v2.scheduled(2, 3, deviceList=[first] if kind == "append" else [first, second])
    accepted(v2.devices(campaign_id, kind, [second]))
    v2.sandbox.advance(seconds=seconds)
    accepted(v2.cancel(campaign_id))
    v2.sandbox.advance(days=1)
    listed = [device["deviceId"] for device in accepted(v2.devices_of(campaign_id))["deviceList"]]
    assert listed == ([first, second] if (kind == "append") == carried_out else [first])
