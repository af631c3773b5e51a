"""The look of doc/scheduling.md for a campaign whose id was lost: each status, each page, and no guess."""

from __future__ import annotations

from typing import Any

import pytest
import responses

from fota_sdk import ApiError, DecodeError, FotaClient
from fota_sdk.sandbox import Sandbox
from tests.conftest import ACCOUNT
from tests.docs.scheduling import IN_REPORTS, SCRIPT, STATUSES, other_campaign

pytestmark = pytest.mark.pages


def find(client: FotaClient, marker: str) -> list[str]:
    names: dict[str, Any] = {"__name__": "spring_rollout"}
    exec(compile(SCRIPT, "spring_rollout.py", "exec"), names)
    found: list[str] = names["find"](client, ACCOUNT, marker)
    return found


def page(*campaigns: dict[str, Any], more: Any = False, **others: Any) -> dict[str, Any]:
    return {"campaignList": list(campaigns), "hasMoreData": more, **others}


ROUTE = f"https://thingspace.verizon.com/api/fota/v3/reports/{ACCOUNT}/firmware/campaigns"


@responses.activate
def test_the_look_asks_for_every_status(client: FotaClient) -> None:
    responses.get(ROUTE, json=page())
    assert find(client, "0a1b2c3d") == []
    asked = [call.request.params for call in responses.calls]  # type: ignore[attr-defined]  # responses adds it
    assert sorted(query["campaignStatus"] for query in asked) == sorted(STATUSES)


@responses.activate
def test_the_look_reads_every_page(client: FotaClient) -> None:
    responses.get(ROUTE, json=page({"id": "1"}, more=True, lastSeenCampaignId="1"))
    responses.get(ROUTE, json={"campaignList": None, "hasMoreData": True, "lastSeenCampaignId": "2"})
    responses.get(ROUTE, json=page({"id": "3", "campaignName": "0a1b2c3d Spring"}))
    responses.get(ROUTE, json=page())
    assert find(client, "0a1b2c3d") == ["3"]
    cursors = [call.request.params.get("lastSeenCampaignId") for call in responses.calls[:4]]  # type: ignore[union-attr]
    assert cursors == ["0", "1", "2", "0"]


def test_the_look_finds_it_beyond_the_first_page_of_the_sandbox(fota_client: FotaClient, fota_sandbox: Sandbox) -> None:
    for number in range(102):
        body = {**other_campaign(fota_sandbox.today), "campaignName": f"{number:08x} Spring"}
        last = fota_client.campaigns_v3.schedule_campaign_firmware_upgrade(ACCOUNT, body)
    assert find(fota_client, f"{101:08x}") == [last.id]


@responses.activate
def test_a_campaign_that_moves_on_during_the_look_counts_once(client: FotaClient) -> None:
    responses.get(ROUTE, json=page({"id": "1", "campaignName": "0a1b2c3d Spring rollout"}))
    assert find(client, "0a1b2c3d") == ["1"]


@pytest.mark.parametrize(
    ("campaign", "found"),
    [
        ({"id": "1", "campaignName": "0a1b2c3d Spring rollout"}, ["1"]),
        ({"id": "1", "campaignName": "0a1b2c3d Spr"}, ["1"]),
        ({"id": "1", "campaignName": "0a1b2c3d"}, ["1"]),
        ({"id": "1", "campaignName": "0a1b2c3"}, []),
        ({"id": "1", "campaignName": "Spring rollout"}, []),
        ({"id": "1", "campaignName": ""}, []),
        ({"id": "1", "campaignName": None}, []),
        ({"id": "1"}, []),
    ],
)
@responses.activate
def test_a_name_may_be_cut_or_absent(client: FotaClient, campaign: dict[str, Any], found: list[str]) -> None:
    responses.get(ROUTE, json=page(campaign))
    assert find(client, "0a1b2c3d") == found


@pytest.mark.parametrize(
    "body",
    [
        *({}, [], None, "text", page(more=None), page(more="false"), {"campaignList": []}),
        *(page(more=True), page(more=True, lastSeenCampaignId=None), {"campaignList": 5, "hasMoreData": False}),
        *(page({"campaignName": 5}), page("text")),  # type: ignore[arg-type]
        page({"id": "1"}, more=True, lastSeenCampaignId="1"),  # again and again
    ],
)
@responses.activate
def test_a_report_that_is_not_understood_is_an_error_and_not_an_empty_one(client: FotaClient, body: Any) -> None:
    responses.get(ROUTE, json=body)
    with pytest.raises(DecodeError):
        find(client, "0a1b2c3d")


def asks_for(status: str) -> Any:
    return responses.matchers.query_param_matcher({"campaignStatus": status, "lastSeenCampaignId": "0"})


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("code", [400, 401, 404])
@responses.activate
def test_only_a_status_that_no_report_is_known_to_take_may_be_refused(
    client: FotaClient, status: str, code: int
) -> None:
    refused = asks_for(status)
    responses.get(ROUTE, status=code, json={"errorCode": "INVALID_PARAMETER"}, match=[refused])
    for other in STATUSES:
        if other != status:
            responses.get(ROUTE, json=page(), match=[asks_for(other)])
    if status not in IN_REPORTS and code == 400:
        assert find(client, "0a1b2c3d") == []
    else:
        with pytest.raises(ApiError):
            find(client, "0a1b2c3d")
