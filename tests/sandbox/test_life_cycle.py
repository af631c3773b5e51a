"""Campaigns go through the documented statuses by the sandbox's clock, over HTTP and behind a mock alike."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from fota_sdk import ConfigurationError, find_campaigns
from fota_sdk.sandbox import Sandbox
from tests.conftest import IMEIS
from tests.sandbox.wire import Ask, Wire, accepted, ask, ask_mocked, day, refused

PENDING = "CampaignRequestPending"
QUEUED = "CampaignRequestQueued"
PRE_SCHEDULED = "CampaignPreScheduled"
SCHEDULED = "CampaignScheduled"
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def to_midnight(sandbox: Sandbox, after_today: int) -> None:
    """Put the clock to 00:00:30 UTC of a day, counted from the day of the clock."""
    now = sandbox._clock.now()
    midnight = datetime.combine(now.date() + timedelta(days=after_today), datetime.min.time(), timezone.utc)
    sandbox.advance(seconds=(midnight - now).total_seconds() + 30)


def minute(wire: Wire, campaign_id: str) -> Any:
    wire.sandbox.advance(minutes=1)
    return wire.read(campaign_id)


def cancel(wire: Wire, campaign_id: str) -> Any:
    return wire.cancel(campaign_id)


def fail(wire: Wire, campaign_id: str) -> Any:
    wire.sandbox.fail(campaign_id)
    return wire.read(campaign_id)


def start(wire: Wire, campaign_id: str) -> Any:
    to_midnight(wire.sandbox, 1)
    return wire.read(campaign_id)


def month(wire: Wire, campaign_id: str) -> Any:
    wire.sandbox.advance(days=30)
    return wire.read(campaign_id)


Step = Callable[[Wire, str], Any]
WALKS: list[tuple[str, list[Step], list[str]]] = [
    ("v2", [minute, start, month, month], [PENDING, QUEUED, SCHEDULED, "CampaignEnded", "CampaignEnded"]),
    ("v2", [cancel, month], [PENDING, "CampaignCancelled", "CampaignCancelled"]),
    ("v2", [minute, cancel, month], [PENDING, QUEUED, "CampaignCancelled", "CampaignCancelled"]),
    ("v2", [start, cancel, month], [PENDING, SCHEDULED, "CampaignAborted", "CampaignAborted"]),
    ("v2", [fail, minute, month], [PENDING, PENDING, "CampaignRequestFailed", "CampaignRequestFailed"]),
    ("v2", [minute, fail, minute, start, month], [PENDING, QUEUED, QUEUED, QUEUED, "CampaignFailed", "CampaignFailed"]),
    ("v3", [minute, minute, start, month], [PENDING, QUEUED, PRE_SCHEDULED, SCHEDULED, "CampaignEnded"]),
    ("v3", [cancel, month], [PENDING, "CampaignCancelled", "CampaignCancelled"]),
    ("v3", [minute, minute, cancel], [PENDING, QUEUED, PRE_SCHEDULED, "CampaignCancelled"]),
    ("v3", [start, cancel, month], [PENDING, SCHEDULED, SCHEDULED, "CampaignEnded"]),
    ("v3", [fail, minute, month], [PENDING, PENDING, "CampaignRequestFailed", "CampaignRequestFailed"]),
    ("v3", [minute, fail, minute, start], [PENDING, QUEUED, QUEUED, "CampaignFailed", "CampaignFailed"]),
    ("v3", [minute, minute, fail, minute, start], [PENDING, QUEUED, *[PRE_SCHEDULED] * 3, "CampaignFailed"]),
]


def walk(version: str, steps: list[Step], how: Ask) -> list[tuple[int, Any, str]]:
    """Walk a campaign; return each answer, with its ids made equal, and the status after it."""
    with Sandbox() as sandbox:
        wire = Wire(sandbox, version, how=how)
        seen = [wire.schedule(1, 3)]
        campaign_id = seen[0][1]["id"]
        statuses = [wire.status(campaign_id)]
        for step in steps:
            seen.append(step(wire, campaign_id))
            statuses.append(wire.status(campaign_id))
    return [
        (code, json.loads(UUID.sub("id", json.dumps(answer))), status)
        for (code, answer), status in zip(seen, statuses, strict=True)
    ]


@pytest.mark.parametrize(
    ("version", "steps", "expected"),
    WALKS,
    ids=[f"{version}-{'-'.join(step.__name__ for step in steps)}" for version, steps, _ in WALKS],
)
def test_a_campaign_walks_to_each_final_status_over_HTTP_and_behind_a_mock(  # noqa: N802
    version: str, steps: list[Step], expected: list[str]
) -> None:
    over_http, mocked = walk(version, steps, ask), walk(version, steps, ask_mocked)
    assert [status for _, _, status in over_http] == expected
    assert mocked == over_http
    assert [status for code, _, status in over_http if code != 200] == (
        [SCHEDULED] if (version, steps[:2]) == ("v3", [start, cancel]) else []
    )


def test_nothing_happens_before_its_minute(wire: Wire) -> None:
    campaign_id = wire.scheduled()
    wire.sandbox.advance(seconds=50)
    assert wire.status(campaign_id) == PENDING
    wire.sandbox.advance(seconds=10)
    assert wire.status(campaign_id) == QUEUED


def test_no_report_shows_a_campaign_that_is_pre_scheduled(sandbox: Sandbox) -> None:
    wire = Wire(sandbox, "v3")
    campaign_id = wire.scheduled(2, 2)
    sandbox.advance(minutes=3)
    assert wire.status(campaign_id) == PRE_SCHEDULED
    assert "campaignStatus" in refused(wire.report(f"?campaignStatus={PRE_SCHEDULED}"))
    with sandbox.client() as client:
        assert find_campaigns(client, sandbox.account) == []
        to_midnight(sandbox, 2)
        assert [each.id for each in find_campaigns(client, sandbox.account)] == [campaign_id]


def test_it_starts_at_midnight_of_the_start_date_and_not_before(wire: Wire) -> None:
    campaign_id = wire.scheduled(2, 2)
    to_midnight(wire.sandbox, 1)
    wire.sandbox.advance(hours=23, minutes=59)
    assert wire.status(campaign_id) == (QUEUED if wire.version == "v2" else PRE_SCHEDULED)
    wire.sandbox.advance(minutes=1)
    assert wire.status(campaign_id) == SCHEDULED


def test_it_lasts_to_the_end_of_the_last_day_where_a_device_is_not_done(wire: Wire) -> None:
    wire.sandbox.silence_device(IMEIS[0])
    campaign_id = wire.scheduled(1, 2)
    to_midnight(wire.sandbox, 2)
    wire.sandbox.advance(hours=23, minutes=59)
    assert wire.status(campaign_id) == SCHEDULED
    wire.sandbox.advance(minutes=1)
    assert wire.status(campaign_id) == "CampaignEnded"


def test_a_campaign_of_today_starts_when_it_was_checked(v2: Wire, v3: Wire) -> None:
    software, firmware = v2.scheduled(0, 1), v3.scheduled(0, 1)
    assert (v2.status(software), v3.status(firmware)) == (PENDING, PENDING)
    v2.sandbox.advance(minutes=1)
    assert (v2.status(software), v3.status(firmware)) == (SCHEDULED, QUEUED)
    v2.sandbox.advance(minutes=1)
    assert (v2.status(software), v3.status(firmware)) == (SCHEDULED, SCHEDULED)


def test_moved_dates_move_the_life_cycle(wire: Wire) -> None:
    wire.sandbox.silence_device(IMEIS[0])
    campaign_id = wire.scheduled(1, 2)
    assert wire.dates(campaign_id, 3, 4)[0] == 200
    to_midnight(wire.sandbox, 3)
    assert wire.status(campaign_id) == SCHEDULED
    assert wire.dates(campaign_id, 3, 9)[0] == 200
    wire.sandbox.advance(days=6)
    assert wire.status(campaign_id) == SCHEDULED
    wire.sandbox.advance(days=1)
    assert wire.status(campaign_id) == "CampaignEnded"


def test_the_last_day_of_all_is_a_day(wire: Wire) -> None:
    status, answer = wire.schedule(endDate="9999-12-31")
    assert status == 200
    assert wire.status(answer["id"]) == PENDING


def test_a_campaign_that_has_started_or_is_over_cannot_fail(wire: Wire) -> None:
    campaign_id = wire.scheduled(1, 9)
    wire.sandbox.advance(days=2)
    with pytest.raises(ConfigurationError, match=SCHEDULED):
        wire.sandbox.fail(campaign_id)
    wire.sandbox.advance(days=20)
    with pytest.raises(ValueError, match="CampaignEnded"):
        wire.sandbox.fail(campaign_id)


@pytest.mark.parametrize("campaign_id", ["60b5d639-ccdc-4db8-8824-069bd94c95bf", "", None, []], ids=repr)
def test_an_unknown_campaign_cannot_fail(sandbox: Sandbox, campaign_id: Any) -> None:
    with pytest.raises(ConfigurationError, match="no campaign"):
        sandbox.fail(campaign_id)


def test_failing_twice_is_failing_once(v3: Wire) -> None:
    campaign_id = v3.scheduled()
    v3.sandbox.fail(campaign_id)
    v3.sandbox.fail(campaign_id)
    v3.sandbox.advance(minutes=1)
    assert v3.status(campaign_id) == "CampaignRequestFailed"


def test_speed_is_how_fast_campaigns_live() -> None:
    with Sandbox(speed=1_000_000) as sandbox:
        wire = Wire(sandbox, "v3")
        status, answer = wire.schedule(endDate="9990-01-01", startDate="9990-01-01")
        assert status == 200
        campaign_id = answer["id"]
        while wire.status(campaign_id) == PENDING:
            pass
        assert wire.status(campaign_id) in (QUEUED, PRE_SCHEDULED)


@pytest.mark.parametrize(
    "hours", [-1, float("nan"), float("inf"), "1", None, True, 10**9, 10**400], ids=lambda each: repr(each)[:20]
)
def test_the_clock_goes_forward_only(sandbox: Sandbox, hours: Any) -> None:
    with pytest.raises(ConfigurationError):
        sandbox.advance(hours=hours)


def test_the_clock_says_which_day_is_past(wire: Wire) -> None:
    assert wire.schedule(0, 0)[0] == 200
    wire.sandbox.advance(days=1)
    assert wire.sandbox.today.isoformat() == day(1)
    told = f"in the past: the sandbox's clock says {day(1)} (UTC)"
    assert told in refused(wire.schedule(0, 3))
    assert accepted(wire.schedule(1, 3))["startDate"] == day(1)
