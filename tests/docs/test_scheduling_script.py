"""The script for cron makes one campaign of one intent, and tells the truth about it, whatever goes wrong."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from fota_sdk import find_campaigns
from fota_sdk.sandbox import Sandbox
from tests.conftest import ACCOUNT
from tests.docs.scheduling import (
    DONE,
    FAILED,
    LOOK,
    NO_PROOF,
    NOT_CONFIGURED,
    RECORD,
    STATUSES,
    other_campaign,
    record,
    run,
    schedules,
)

# from midnight on, so that no test depends on the time of day
pytestmark = [pytest.mark.pages, pytest.mark.fota_sandbox(today=date.today())]

VERSIONS = ("v3", "v2")


@pytest.fixture
def lenient_reports(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reports that take every status, also the one that they are not known to take."""
    monkeypatch.setattr("fota_sdk.sandbox.reports._STATUSES", STATUSES)


def lost_campaign(sandbox: Sandbox, version: Any = "v3") -> str:
    """Let the script lose its response; return the id that it did not learn."""
    sandbox.lose_next_answer()
    lost = run(version)
    assert lost.code == LOOK
    assert "may have carried this out" in lost.err
    assert lost.err.endswith(f"{NO_PROOF}\n")
    with sandbox.client() as client:
        (campaign,) = find_campaigns(client, sandbox.account, api=version)
    assert campaign.campaign_name == f"{record()['marker']} Spring rollout"
    return str(campaign.id)


# what happens on most days


def test_it_schedules_once_and_tells_the_status_afterwards(folder: Path, fota_sandbox: Sandbox) -> None:
    first, *others = run(), run(), run()
    assert [each.code for each in (first, *others)] == [DONE] * 3
    assert first.out == f"Spring rollout: accepted as {record()['campaign']}, CampaignRequestPending\n"
    assert [each.out for each in others] == ["Spring rollout: CampaignRequestPending\n"] * 2
    assert schedules(fota_sandbox) == 1


@pytest.mark.parametrize("lost", [False, True])
@pytest.mark.parametrize("version", VERSIONS)
def test_it_leaves_a_record_and_nothing_else(folder: Path, fota_sandbox: Sandbox, version: str, lost: bool) -> None:
    if lost:
        lost_campaign(fota_sandbox, version)
    assert run(version).code == DONE
    assert sorted(path.name for path in folder.iterdir()) == ["devices.txt", "spring_rollout.json"]


def test_no_devices_file_and_no_variables_are_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "devices.txt").unlink()
    assert run().code == FAILED
    monkeypatch.delenv("FOTA_ACCOUNT")
    assert run().code == NOT_CONFIGURED
    monkeypatch.delenv("FOTA_API_TOKEN")
    assert run().code == NOT_CONFIGURED
    assert not RECORD.exists()


def test_what_the_client_refuses_leaves_no_record(
    folder: Path, fota_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOTA_ACCOUNT", "..")
    assert "nothing was sent" in run().err
    assert [path.name for path in folder.iterdir()] == ["devices.txt"]
    monkeypatch.setenv("FOTA_ACCOUNT", ACCOUNT)
    assert run().code == DONE


@pytest.mark.parametrize(("status", "times"), [(400, 1), (401, 1), (403, 1), (404, 1), (429, 3)])
def test_a_refusal_leaves_the_way_free_and_its_record_aside(
    folder: Path, fota_sandbox: Sandbox, status: int, times: int
) -> None:
    fota_sandbox.fail_next(status=status, times=times, headers={"Retry-After": "0"})
    refused = run()
    assert (refused.code, str(status) in refused.err) == (FAILED, True)
    assert json.loads((folder / "spring_rollout.refused").read_text())["campaign"] is None
    assert run().code == DONE
    assert schedules(fota_sandbox) == times + 1


def test_after_a_refusal_another_intent_begins(folder: Path, fota_sandbox: Sandbox) -> None:
    fota_sandbox.fail_next(status=400)
    assert [run().code, run().code, run().code] == [FAILED, DONE, DONE]
    assert schedules(fota_sandbox) == 2
    assert record()["marker"] != json.loads((folder / "spring_rollout.refused").read_text())["marker"]


@pytest.mark.parametrize("minutes", [0, 1, 2])
def test_a_campaign_that_failed_asks_for_somebody(folder: Path, fota_sandbox: Sandbox, minutes: int) -> None:
    assert run().code == DONE
    fota_sandbox.advance(minutes=minutes)
    fota_sandbox.fail(record()["campaign"])
    fota_sandbox.advance(days=2)
    assert run().code == LOOK


# after a lost response


@pytest.mark.parametrize("reports", ["lenient", "strict"])
@pytest.mark.parametrize(
    ("version", "later", "status"),
    [
        ("v3", {"minutes": 0}, "CampaignRequestPending"),
        ("v3", {"minutes": 1}, "CampaignRequestQueued"),
        *(("v3", {"minutes": minutes}, "CampaignPreScheduled") for minutes in (2, 3, 4, 30)),
        ("v3", {"days": 3}, "CampaignScheduled"),
        ("v3", {"days": 30}, "CampaignEnded"),
        ("v2", {"minutes": 0}, "CampaignRequestPending"),
        *(("v2", {"minutes": minutes}, "CampaignRequestQueued") for minutes in (1, 2, 30)),
        ("v2", {"days": 3}, "CampaignScheduled"),
        ("v2", {"days": 30}, "CampaignEnded"),
    ],
)
def test_the_campaign_is_found_whenever_the_look_comes(
    folder: Path,
    fota_sandbox: Sandbox,
    request: pytest.FixtureRequest,
    version: str,
    later: dict[str, float],
    status: str,
    reports: str,
) -> None:
    campaign_id = lost_campaign(fota_sandbox, version)
    fota_sandbox.advance(**later)
    if reports == "lenient":
        request.getfixturevalue("lenient_reports")
    look = run(version)
    if (reports, status) == ("strict", "CampaignPreScheduled"):
        assert look.code == LOOK
        assert "none found" in look.err
        assert look.err.endswith(f"{NO_PROOF}\n")
        assert record()["campaign"] is None
        fota_sandbox.advance(days=3)
        look, status = run(version), "CampaignScheduled"
    assert look.code == DONE
    assert look.out.splitlines() == [f"Spring rollout: found as {campaign_id}", f"Spring rollout: {status}"]
    assert record()["campaign"] == campaign_id
    assert run(version).out == f"Spring rollout: {status}\n"
    assert schedules(fota_sandbox) == 1


@pytest.mark.parametrize("version", VERSIONS)
def test_looks_at_every_minute_make_no_other_campaign(folder: Path, fota_sandbox: Sandbox, version: str) -> None:
    lost_campaign(fota_sandbox, version)
    codes = []
    for _ in range(6):
        fota_sandbox.advance(minutes=2)
        codes.append(run(version).code)
    fota_sandbox.advance(days=3)
    codes.append(run(version).code)
    fota_sandbox.advance(days=30)
    codes.append(run(version).code)
    assert codes == ([LOOK] * 6 if version == "v3" else [DONE] * 6) + [DONE, DONE]
    assert schedules(fota_sandbox) == 1


@pytest.mark.parametrize(
    ("version", "end", "status"),
    [
        ("v3", lambda client, sandbox, lost: client.campaigns_v3.cancel_campaign(ACCOUNT, lost), "CampaignCancelled"),
        ("v2", lambda client, sandbox, lost: client.campaigns_v2.cancel_campaign(ACCOUNT, lost), "CampaignCancelled"),
        (
            "v2",
            lambda client, sandbox, lost: (sandbox.advance(days=3), client.campaigns_v2.cancel_campaign(ACCOUNT, lost)),
            "CampaignAborted",
        ),
        ("v3", lambda client, sandbox, lost: sandbox.fail(lost), "CampaignRequestFailed"),
        ("v3", lambda client, sandbox, lost: (sandbox.advance(minutes=1), sandbox.fail(lost)), "CampaignFailed"),
        ("v2", lambda client, sandbox, lost: (sandbox.advance(minutes=1), sandbox.fail(lost)), "CampaignFailed"),
    ],
)
def test_a_lost_campaign_that_ended_badly_is_found_and_asks_for_somebody(
    folder: Path, fota_sandbox: Sandbox, version: str, end: Callable[..., Any], status: str
) -> None:
    campaign_id = lost_campaign(fota_sandbox, version)
    with fota_sandbox.client() as client:
        end(client, fota_sandbox, campaign_id)
    fota_sandbox.advance(days=3)
    look = run(version)
    assert (look.code, look.out.splitlines()[-1]) == (LOOK, f"Spring rollout: {status}")
    assert record()["campaign"] == campaign_id
    assert schedules(fota_sandbox) == 1


def test_a_look_that_fails_leaves_all_as_it_is(folder: Path, fota_sandbox: Sandbox) -> None:
    campaign_id = lost_campaign(fota_sandbox)
    before = RECORD.read_bytes()
    fota_sandbox.expire_tokens()
    failed = run()
    assert (failed.code, RECORD.read_bytes()) == (LOOK, before)
    assert failed.err.endswith(f"{NO_PROOF}\n")
    os.environ.update(FOTA_API_TOKEN=fota_sandbox.api_token, FOTA_SESSION_TOKEN=fota_sandbox.session_token)
    assert (run().code, record()["campaign"]) == (DONE, campaign_id)
    assert schedules(fota_sandbox) == 1


def test_two_campaigns_with_the_marker_are_for_a_person(folder: Path, fota_sandbox: Sandbox) -> None:
    first = lost_campaign(fota_sandbox)
    (body,) = [request.body for request in fota_sandbox.requests if request.method == "POST"]
    with fota_sandbox.client() as client:
        second = client.campaigns_v3.schedule_campaign_firmware_upgrade(ACCOUNT, body).id
    look = run()
    assert look.code == LOOK
    assert first in look.err
    assert str(second) in look.err
    assert record()["campaign"] is None


def test_a_find_without_an_id_leaves_the_doubt(folder: Path, fota_sandbox: Sandbox) -> None:
    RECORD.write_text(json.dumps({"marker": "0a1b2c3d", "campaign": None}))
    report = {"hasMoreData": False, "campaignList": [{"campaignName": "0a1b2c3d Spring rollout"}]}
    fota_sandbox.fail_next(200, report, operation="v3.get_campaign_history_by_status")
    look = run()
    assert (look.code, "[None]" in look.err, record()["campaign"]) == (LOOK, True, None)


def test_what_a_person_may_do_works(folder: Path, fota_sandbox: Sandbox) -> None:
    campaign_id = lost_campaign(fota_sandbox)
    fota_sandbox.advance(minutes=5)
    assert run().code == LOOK
    without_id = RECORD.read_text()
    RECORD.write_text(without_id.replace("null", f'"{campaign_id}"'))
    assert run().out == "Spring rollout: CampaignPreScheduled\n"
    RECORD.write_text(without_id)
    RECORD.rename("spring_rollout.absent")
    assert run().code == DONE
    assert record()["marker"] not in without_id


def test_the_id_in_a_response_that_cannot_be_read_is_kept(folder: Path, fota_sandbox: Sandbox) -> None:
    with fota_sandbox.client() as client:
        body = other_campaign(fota_sandbox.today)
        campaign_id = client.campaigns_v3.schedule_campaign_firmware_upgrade(ACCOUNT, body).id
    fota_sandbox.fail_next(200, {"id": campaign_id, "startDate": "soon"})
    assert run().code == LOOK
    assert record()["campaign"] == campaign_id
    assert run().out == "Spring rollout: CampaignRequestPending\n"


@pytest.mark.parametrize(
    "answer", [{"status": "CampaignRequestPending"}, {"id": 5, "startDate": 1}, {"id": None}, {}, [], "<html>", b""]
)
def test_a_response_without_an_id_leaves_the_doubt(folder: Path, fota_sandbox: Sandbox, answer: Any) -> None:
    fota_sandbox.fail_next(200, answer)
    run()
    assert record()["campaign"] is None
    assert [run().code, run().code] == [LOOK] * 2
    assert schedules(fota_sandbox) == 1
