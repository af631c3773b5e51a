"""Finding campaigns over all reports, and what became of the devices of one."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator
from datetime import date, datetime, timezone
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import responses
from requests import PreparedRequest

from fota_sdk import (
    AuthenticationError,
    CampaignReport,
    CampaignStatus,
    DecodeError,
    FotaClient,
    FotaV2ResultException,
    FotaV3ResultException,
    PermissionDeniedError,
    V2CampaignMetaInfo,
    V2DeviceStatus,
    V3CampaignMetaInfo,
    V3DeviceStatus,
    ValidationError,
    campaign_report,
    controllers,
    find_campaigns,
)
from fota_sdk.sandbox import Sandbox
from tests.conftest import ACCOUNT, CAMPAIGN_ID, IMEIS
from tests.sandbox.wire import BODIES, day

HOST = "https://thingspace.verizon.com/api"
HISTORY = {
    "v2": f"{HOST}/fota/v2/reports/{ACCOUNT}/campaigns",
    "v3": f"{HOST}/fota/v3/reports/{ACCOUNT}/firmware/campaigns",
}
DEVICES = {
    "v2": f"{HOST}/fota/v2/reports/{ACCOUNT}/campaigns/{CAMPAIGN_ID}/devices",
    "v3": f"{HOST}/fota/v3/reports/{ACCOUNT}/campaigns/{CAMPAIGN_ID}/devices",
}
REFUSALS = {"v2": FotaV2ResultException, "v3": FotaV3ResultException}
STATUSES = [  # facts 1.7, in the order of a campaign's life
    "CampaignRequestPending",
    "CampaignRequestQueued",
    "CampaignQueued",
    "CampaignPreScheduled",
    "CampaignScheduled",
    "CampaignRequestFailed",
    "CampaignFailed",
    "CampaignCancelled",
    "CampaignAborted",
    "CampaignEnded",
]
UNLISTED = {"CampaignQueued", "CampaignPreScheduled"}  # of which the service's description says nothing (facts 8)

each_api = pytest.mark.parametrize("api", ["v2", "v3"])


class Service:
    """Answers reports by status and cursor, with what a test puts there."""

    def __init__(self, mocked: responses.RequestsMock, api: str) -> None:
        self.asked: list[tuple[str | None, str | None]] = []
        self.answers: dict[Any, Any] = {}
        for url in (HISTORY[api], DEVICES[api]):
            mocked.add_callback("GET", url, self._serve)

    def _serve(self, request: PreparedRequest) -> tuple[int, dict[str, str], str]:
        query = {key: value for key, (value,) in parse_qs(urlsplit(str(request.url)).query).items()}
        status = query.get("campaignStatus")
        cursor = query.get("lastSeenCampaignId", query.get("lastSeenDeviceId"))
        self.asked.append((status, cursor))
        key = (status, cursor) if (status, cursor) in self.answers else status if cursor == "0" else None
        answer = self.answers.get(key, {"hasMoreData": False, "campaignList": None})
        code, body = answer if isinstance(answer, tuple) else (200, answer)
        return code, {}, json.dumps(body)


@pytest.fixture
def service(api: str) -> Iterator[Service]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mocked:
        yield Service(mocked, api)


def page(*campaigns: dict[str, Any], then: str | None = None) -> dict[str, Any]:
    return {"hasMoreData": then is not None, "campaignList": list(campaigns), "lastSeenCampaignId": then}


def campaign(identifier: str, **more: Any) -> dict[str, Any]:
    return {"id": identifier, "campaignName": "night", "startDate": "2031-02-03", **more}


def ids(found: list[Any]) -> list[str]:
    return [each.id for each in found]


# find_campaigns


def test_no_known_status_is_left_out() -> None:
    known = {value for name, value in vars(CampaignStatus).items() if name.isupper() and isinstance(value, str)}
    assert set(STATUSES) == known


@each_api
def test_all_statuses_are_asked_for_in_the_order_of_a_campaigns_life(
    client: FotaClient, service: Service, api: Any
) -> None:
    service.answers = {
        "CampaignScheduled": page(campaign("a"), campaign("b"), then="b"),
        ("CampaignScheduled", "b"): page(campaign("c")),
        "CampaignEnded": page(campaign("d")),
    }
    found = find_campaigns(client, ACCOUNT, api=api)
    assert ids(found) == ["a", "b", "c", "d"]
    assert {type(each) for each in found} == {{"v2": V2CampaignMetaInfo, "v3": V3CampaignMetaInfo}[api]}
    expected = [(status, "0") for status in STATUSES]
    expected.insert(5, ("CampaignScheduled", "b"))
    assert service.asked == expected


def test_firmware_campaigns_are_the_default(client: FotaClient) -> None:
    with responses.RequestsMock() as mocked:
        Service(mocked, "v3")
        mocked.remove("GET", DEVICES["v3"])
        assert find_campaigns(client, ACCOUNT) == []


@each_api
def test_a_campaign_that_moves_on_meanwhile_comes_once_as_it_was_read_last(
    client: FotaClient, service: Service, api: Any
) -> None:
    service.answers = {
        "CampaignRequestPending": page(campaign("a", status="CampaignRequestPending"), campaign("b")),
        "CampaignScheduled": page(campaign("a", status="CampaignScheduled"), campaign("a", status="CampaignScheduled")),
    }
    found = find_campaigns(client, ACCOUNT, api=api)
    assert [(each.id, each.status) for each in found] == [("a", "CampaignScheduled"), ("b", None)]


@each_api
def test_campaigns_without_an_id_are_all_kept(client: FotaClient, service: Service, api: Any) -> None:
    nameless = {"campaignName": "night"}
    service.answers = {"CampaignEnded": page(nameless, nameless), "CampaignFailed": page(nameless)}
    assert len(find_campaigns(client, ACCOUNT, api=api)) == 3


@each_api
def test_a_name_is_found_exactly(client: FotaClient, service: Service, api: Any) -> None:
    names = ["night", "Night", "night ", "night 2", "", None]
    service.answers = {
        "CampaignEnded": page(*(campaign(str(n), campaignName=name) for n, name in enumerate(names)), {"id": "absent"})
    }
    assert ids(find_campaigns(client, ACCOUNT, api=api, name="night")) == ["0"]
    assert ids(find_campaigns(client, ACCOUNT, api=api, name="")) == ["4"]
    assert len(find_campaigns(client, ACCOUNT, api=api)) == 7


@each_api
def test_since_keeps_the_campaigns_that_begin_then_or_later_or_do_not_tell(
    client: FotaClient, service: Service, api: Any
) -> None:
    days = ["2031-02-02", "2031-02-03", "2031-02-04", None]
    service.answers = {
        "CampaignEnded": page(*(campaign(str(number), startDate=day) for number, day in enumerate(days)))
    }
    for since in (date(2031, 2, 3), "2031-02-03"):
        assert ids(find_campaigns(client, ACCOUNT, api=api, since=since)) == ["1", "2", "3"]


@each_api
@pytest.mark.parametrize(
    ("status", "asked"),
    [
        ("CampaignEnded", ["CampaignEnded"]),
        (["CampaignEnded", "CampaignFailed"], ["CampaignEnded", "CampaignFailed"]),
        (("CampaignPreScheduled",), ["CampaignPreScheduled"]),
        ({"CampaignEnded": 1}, ["CampaignEnded"]),
        (["new", "CampaignEnded"], ["new", "CampaignEnded"]),
    ],
    ids=["one", "several", "a tuple", "keys", "an unknown one"],
)
def test_only_the_statuses_that_are_named_are_asked_for(
    client: FotaClient, service: Service, api: Any, status: Any, asked: list[str]
) -> None:
    find_campaigns(client, ACCOUNT, api=api, status=status)
    assert service.asked == [(each, "0") for each in asked]
    find_campaigns(client, ACCOUNT, api=api, status=(each for each in asked))
    assert service.asked == [(each, "0") for each in asked] * 2


@each_api
@pytest.mark.parametrize("refused", STATUSES)
def test_a_400_is_passed_over_for_an_unlisted_status_alone(
    client: FotaClient, service: Service, api: Any, refused: str
) -> None:
    service.answers = {status: page(campaign(status)) for status in STATUSES}
    service.answers[refused] = (400, {"errorCode": "INVALID_PARAMETER", "errorMessage": "campaignStatus"})
    if refused in UNLISTED:
        found = find_campaigns(client, ACCOUNT, api=api)
        assert ids(found) == [status for status in STATUSES if status != refused]
        assert len(service.asked) == 10
    else:
        with pytest.raises(REFUSALS[api]):
            find_campaigns(client, ACCOUNT, api=api)
    for status in (refused, [refused], [*STATUSES]):  # who names a status wants to know
        with pytest.raises(REFUSALS[api]):
            find_campaigns(client, ACCOUNT, api=api, status=status)


@each_api
@pytest.mark.parametrize("status", sorted(UNLISTED))
def test_a_session_that_ends_meanwhile_is_never_passed_over(
    client: FotaClient, service: Service, api: Any, status: str
) -> None:
    service.answers = {status: (400, {"errorCode": "REQUEST_FAILED.SessionToken.Expired", "errorMessage": "expired"})}
    with pytest.raises(AuthenticationError):
        find_campaigns(client, ACCOUNT, api=api)


@each_api
def test_another_refusal_and_a_page_without_a_way_on_end_the_search(
    client: FotaClient, service: Service, api: Any
) -> None:
    service.answers = {"CampaignQueued": (403, {"fault": {"code": "900910", "message": "no"}})}
    with pytest.raises(PermissionDeniedError):
        find_campaigns(client, ACCOUNT, api=api)
    service.answers = {"CampaignPreScheduled": {"hasMoreData": True, "campaignList": [campaign("a")]}}
    with pytest.raises(DecodeError):
        find_campaigns(client, ACCOUNT, api=api)


WRONG: list[tuple[dict[str, Any], list[str]]] = [
    ({"api": "v1"}, ["api"]),
    ({"api": None}, ["api"]),
    ({"api": "V3"}, ["api"]),
    ({"api": ["v3"]}, ["api"]),
    ({"name": 5}, ["name"]),
    ({"name": ["night"]}, ["name"]),
    ({"status": ""}, ["status"]),
    ({"status": []}, ["status"]),
    ({"status": ["CampaignEnded", None]}, ["status"]),
    ({"status": 5}, ["status"]),
    ({"status": b"CampaignEnded"}, ["status"]),
    ({"status": "ended"}, ["status"]),
    ({"status": ["CampaignEnded", "CampaignScheduld"]}, ["status"]),
    ({"since": "yesterday"}, ["since"]),
    ({"since": "2031-2-3"}, ["since"]),
    ({"since": datetime(2031, 2, 3, tzinfo=timezone.utc)}, ["since"]),
    ({"since": 20310203}, ["since"]),
    ({"since": ""}, ["since"]),
    ({"api": 3, "name": b"", "status": False, "since": 0}, ["api", "name", "status", "since"]),
]


@pytest.mark.parametrize("api", ["v3"])
@pytest.mark.parametrize(("wrong", "places"), WRONG, ids=[repr(wrong)[:40] for wrong, _ in WRONG])
def test_what_cannot_be_looked_for_is_refused_and_nothing_is_sent(
    client: FotaClient, service: Service, api: str, wrong: dict[str, Any], places: list[str]
) -> None:
    with pytest.raises(ValidationError) as caught:
        find_campaigns(client, ACCOUNT, **wrong)
    assert [place for place, _ in caught.value.findings] == places
    assert service.asked == []


def test_arguments_in_the_wrong_order_are_refused(client: Any) -> None:
    for call in (lambda: find_campaigns(ACCOUNT, client), lambda: campaign_report(ACCOUNT, client, CAMPAIGN_ID)):
        with pytest.raises(ValidationError) as caught:
            call()
        assert caught.value.findings == (("client", "must be a FotaClient, got str"),)


@each_api
def test_a_mistyped_status_is_refused_with_the_known_one(client: FotaClient, service: Service, api: Any) -> None:
    with pytest.raises(ValidationError) as caught:
        find_campaigns(client, ACCOUNT, api=api, status=["ended", "Paused", "CampaignCanceled"])
    assert caught.value.findings == (
        ("status", "'ended' is no known status; did you mean 'CampaignEnded'?"),
        ("status", "'CampaignCanceled' is no known status; did you mean 'CampaignCancelled'?"),
    )
    assert service.asked == []


@each_api
@pytest.mark.parametrize("account", [None, "", "..", "a\n", 5])
def test_a_wrong_account_or_campaign_is_refused_and_nothing_is_sent(
    client: FotaClient, service: Service, api: Any, account: Any
) -> None:
    with pytest.raises(ValidationError):
        find_campaigns(client, account, api=api)
    with pytest.raises(ValidationError):
        campaign_report(client, account, CAMPAIGN_ID, api=api)
    with pytest.raises(ValidationError):
        campaign_report(client, ACCOUNT, account, api=api)
    with pytest.raises(ValidationError, match="api"):
        campaign_report(client, ACCOUNT, CAMPAIGN_ID, api=account)
    assert service.asked == []


@each_api
def test_each_page_is_told_of_once_it_was_read(client: FotaClient, service: Service, api: Any) -> None:
    service.answers = {
        "CampaignEnded": page(campaign("a"), then="a"),
        ("CampaignEnded", "a"): page(campaign("b"), campaign("c")),
    }
    told: list[tuple[int, int]] = []

    def take(read: Any) -> None:
        told.append((len(service.asked), len(read.campaign_list or ())))

    find_campaigns(client, ACCOUNT, api=api, status="CampaignEnded", on_page=take)
    assert told == [(1, 1), (2, 2)]
    service.answers = {(None, "0"): {"hasMoreData": False, "deviceList": [{"deviceId": "1"}] * 3}}
    devices: list[int] = []
    campaign_report(
        client, ACCOUNT, CAMPAIGN_ID, api=api, on_page=lambda read: devices.append(len(read.device_list or ()))
    )
    assert devices == [3]


@each_api
def test_what_on_page_raises_ends_the_call(client: FotaClient, service: Service, api: Any) -> None:
    def refuse(read: object) -> None:
        raise KeyError(type(read).__name__)

    for call in (
        lambda: find_campaigns(client, ACCOUNT, api=api, on_page=refuse),
        lambda: campaign_report(client, ACCOUNT, CAMPAIGN_ID, api=api, on_page=refuse),
    ):
        service.answers = {(None, "0"): {"hasMoreData": False, "deviceList": []}}
        with pytest.raises(KeyError, match="Campaign"):
            call()
    assert len(service.asked) == 2


def test_what_cannot_be_called_is_refused(client: FotaClient) -> None:
    odd: Any = "print"
    with pytest.raises(ValidationError, match="on_page: must be callable, got str"):
        find_campaigns(client, ACCOUNT, on_page=odd)
    with pytest.raises(ValidationError, match="on_page: must be callable, got str"):
        campaign_report(client, ACCOUNT, CAMPAIGN_ID, on_page=odd)


# campaign_report


def devices(*results: tuple[str, str, str | None], then: str | None = None, **more: Any) -> dict[str, Any]:
    listed = [{"deviceId": device, "status": status, "resultReason": reason} for device, status, reason in results]
    return {
        "hasMoreData": then is not None,
        "maxPageSize": 1000,
        "lastSeenDeviceId": then,
        "deviceList": listed,
        **more,
    }


DONE = ("UpgradeSuccess", "DownloadInstallSucceeded")
NOT_DONE = ("UpgradeFailed", "RovaClientDownloadFailed")


@each_api
def test_each_device_comes_once_with_its_counts(client: FotaClient, service: Service, api: Any) -> None:
    service.answers = {
        (None, "0"): devices(("1", *NOT_DONE), ("2", *DONE), totalDevice=4, then="2"),
        (None, "2"): devices(("1", *DONE), ("3", "DeviceRejected", None), totalDevice=4),
    }
    report = campaign_report(client, ACCOUNT, CAMPAIGN_ID, api=api)
    assert {type(device) for device in report.devices} == {{"v2": V2DeviceStatus, "v3": V3DeviceStatus}[api]}
    assert [(device.device_id, device.status) for device in report.devices] == [
        ("1", "UpgradeSuccess"),  # the later entry counts
        ("2", "UpgradeSuccess"),
        ("3", "DeviceRejected"),
    ]
    assert report.campaign_id == CAMPAIGN_ID
    assert list(report.counts.items()) == [(DONE, 2), (("DeviceRejected", None), 1)]
    assert list(report.by_status.items()) == [("UpgradeSuccess", 2), ("DeviceRejected", 1)]
    assert (report.total_device, report.missing) == (4, 1)
    assert repr(report) == (
        f"<CampaignReport {CAMPAIGN_ID} devices: 3 (UpgradeSuccess: 2, DeviceRejected: 1), missing: 1>"
    )
    assert pickle.loads(pickle.dumps(report)) == report


@each_api
@pytest.mark.parametrize(
    ("first", "last", "total", "missing"),
    [
        ({}, {}, None, None),
        ({"totalDevice": None}, {"totalDevice": None}, None, None),
        ({"totalDevice": "2"}, {"totalDevice": "2"}, 2, 0),
        ({"totalDevice": 0}, {}, 0, -2),
        ({"totalDevice": 2}, {}, 2, 0),
        ({}, {"totalDevice": 3}, 3, 1),
        ({"totalDevice": 2}, {"totalDevice": 5}, 5, 3),  # devices joined meanwhile
        ({"totalDevice": 1}, {"totalDevice": 1}, 1, -1),
    ],
)
def test_what_is_missing_is_counted_by_what_the_service_said_last(
    client: FotaClient, service: Service, api: Any, first: Any, last: Any, total: Any, missing: Any
) -> None:
    service.answers = {
        (None, "0"): devices(("1", *DONE), then="1", **first),
        (None, "1"): devices(("2", *DONE), **last),
    }
    report = campaign_report(client, ACCOUNT, CAMPAIGN_ID, api=api)
    assert (report.total_device, report.missing) == (total, missing)
    assert ("missing" in repr(report)) is (missing not in (None, 0))


@each_api
def test_a_report_without_devices_and_devices_without_an_id_are_read_too(
    client: FotaClient, service: Service, api: Any
) -> None:
    service.answers = {(None, "0"): {"hasMoreData": False, "deviceList": None, "totalDevice": 2}}
    report: CampaignReport[Any] = campaign_report(client, ACCOUNT, CAMPAIGN_ID, api=api)
    assert (report.devices, report.counts, report.missing) == ((), {}, 2)
    service.answers = {(None, "0"): {"hasMoreData": False, "deviceList": [{"status": "x"}, {"status": "x"}, {}]}}
    report = campaign_report(client, ACCOUNT, CAMPAIGN_ID, api=api)
    assert report.by_status == {"x": 2, None: 1}


@each_api
def test_a_report_that_cannot_be_read_to_its_end_is_none(client: FotaClient, service: Service, api: Any) -> None:
    service.answers = {(None, "0"): devices(("1", *DONE), then="1"), (None, "1"): (400, {"errorCode": "X"})}
    with pytest.raises(REFUSALS[api]):
        campaign_report(client, ACCOUNT, CAMPAIGN_ID, api=api)
    service.answers[None, "1"] = {**devices(("2", *DONE)), "hasMoreData": True}
    with pytest.raises(DecodeError):
        campaign_report(client, ACCOUNT, CAMPAIGN_ID, api=api)


@pytest.mark.parametrize("group", ["CampaignsV2Controller", "CampaignsV3Controller"])
def test_waiting_for_the_end_names_what_tells_of_success(group: str) -> None:
    assert "campaign_report" in getattr(controllers, group).wait_for_status.__doc__


# on the sandbox


@each_api
def test_a_campaign_is_found_and_reported_over_its_life(api: Any) -> None:
    body = {**BODIES[api], "startDate": day(1), "endDate": day(2), "campaignName": "tonight"}
    other: Any = {"v2": "v3", "v3": "v2"}[api]
    with Sandbox() as sandbox, sandbox.client() as client:
        made: Any = getattr(client, f"campaigns_{api}").schedule_campaign_firmware_upgrade(sandbox.account, body)
        looked_for: dict[str, Any] = {"name": "tonight", "since": day(1)}
        assert ids(find_campaigns(client, sandbox.account, api=api, **looked_for)) == [made.id]
        assert find_campaigns(client, sandbox.account, api=api, name="tonight", since=day(2)) == []
        assert find_campaigns(client, sandbox.account, api=other, **looked_for) == []
        sandbox.advance(days=5)
        (found,) = find_campaigns(client, sandbox.account, api=api, **looked_for)
        assert (found.id, found.status) == (made.id, "CampaignEnded")
        report: CampaignReport[Any] = campaign_report(client, sandbox.account, made.id, api=api)
        assert {device.device_id for device in report.devices} == set(IMEIS)
        assert (report.total_device, report.missing) == (len(IMEIS), 0)
        assert report.by_status == {"UpgradeSuccess": len(IMEIS)}
