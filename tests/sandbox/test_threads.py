"""Many threads at once lose nothing and get nothing twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.conftest import ACCOUNT
from tests.sandbox.wire import BODIES, Wire, accepted, day

PENDING = "?campaignStatus=CampaignRequestPending"


def test_200_calls_of_50_threads_lose_nothing(wire: Wire) -> None:
    sandbox = wire.sandbox
    with sandbox.client(max_connections=50, max_attempts=1) as client, ThreadPoolExecutor(50) as threads:
        controller: Any = {"v2": client.campaigns_v2, "v3": client.campaigns_v3}[wire.version]

        def schedule(number: int) -> Any:
            body = {**BODIES[wire.version], "startDate": day(1), "endDate": day(2), "campaignName": f"number {number}"}
            return controller.schedule_campaign_firmware_upgrade(ACCOUNT, body).id

        ids = list(threads.map(schedule, range(200)))
    assert len(set(ids)) == 200
    names: list[str] = []
    last_seen = "0"
    for _ in range(2):
        report = accepted(wire.report(f"{PENDING}&lastSeenCampaignId={last_seen}"))
        names += [campaign["campaignName"] for campaign in report["campaignList"]]
        last_seen = report["lastSeenCampaignId"]
    assert sorted(names) == sorted(f"number {number}" for number in range(200))
    assert len([request for request in sandbox.requests if request.method == "POST"]) == 200


def test_50_failures_meet_50_of_200_calls_of_50_threads(v3: Wire) -> None:
    v3.sandbox.fail_next(503, times=50)
    with ThreadPoolExecutor(50) as threads:
        statuses = list(threads.map(lambda _: v3.schedule()[0], range(200)))
    assert (statuses.count(503), statuses.count(200)) == (50, 150)


def test_threads_that_change_the_same_campaign_lose_no_device(v3: Wire) -> None:
    campaign_id = v3.scheduled(deviceList=["990013907800000"])
    imeis = [f"9900139079{number:05}" for number in range(50)]
    with ThreadPoolExecutor(50) as threads:
        answers = list(threads.map(lambda imei: v3.devices(campaign_id, "append", [imei]), imeis))
    assert {status for status, _ in answers} == {200}
    assert sorted(v3.imeis(campaign_id)) == sorted(["990013907800000", *imeis])
