"""The sandbox: requests written by hand, then whole stories with our own client."""

from __future__ import annotations

import gc
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from fota_sdk import (
    CampaignFirmwareUpgrade,
    CampaignSoftwareUpgrade,
    CampaignStatus,
    ConfigurationError,
    ConnectError,
    DeviceListChange,
    FotaClient,
    FotaV2ResultException,
    FotaV3ResultException,
    V2AddOrRemoveDeviceRequest,
    V2ChangeCampaignDatesRequest,
    V2TimeWindow,
    V3AddOrRemoveDeviceRequest,
    V3ChangeCampaignDatesRequest,
    V3TimeWindow,
)
from fota_sdk.sandbox import Sandbox
from tests.conftest import ACCOUNT, CAMPAIGN_ID, IMEIS
from tests.unit.operations import OperationFacts, each_operation, operation_named

V2 = operation_named("v2.schedule_campaign_firmware_upgrade")
V3 = operation_named("v3.schedule_campaign_firmware_upgrade")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


def ask(
    sandbox: Sandbox, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
) -> tuple[int, Any]:
    """Send a request by hand; return status and parsed body. `body` may be bytes."""
    tokens = {"Authorization": f"Bearer {sandbox.api_token}", "VZ-M2M-Token": sandbox.session_token}
    content = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    connection = http.client.HTTPConnection(urlsplit(sandbox.url).netloc, timeout=10)
    try:
        connection.request(method, "/api" + path, content, tokens if headers is None else headers)
        response = connection.getresponse()
        assert response.getheader("Content-Type") == "application/json"
        assert response.getheader("X-Request-ID")
        return response.status, json.loads(response.read())
    finally:
        connection.close()


def scheduled(sandbox: Sandbox, operation: OperationFacts) -> dict[str, Any]:
    status, answer = ask(sandbox, operation.http_method, operation.path_of(), operation.body)
    assert status == 200
    return dict(answer)


def test_it_shows_where_it_is() -> None:
    with Sandbox() as sandbox:
        assert sandbox.url.startswith("http://127.0.0.1:")
        assert sandbox.url.endswith("/api")
        assert sandbox.account == "0000123456-00001"
        assert sandbox.api_token not in repr(sandbox)
        with Sandbox() as other:
            assert other.url != sandbox.url
            assert other.api_token != sandbox.api_token


# by hand


def test_V2_answers_as_the_service_does(sandbox: Sandbox) -> None:  # noqa: N802
    status, campaign = ask(sandbox, "POST", f"/fota/v2/campaigns/{ACCOUNT}", V2.body)
    assert status == 200
    assert V2.body is not None
    assert campaign.items() >= {key: value for key, value in V2.body.items() if key != "deviceList"}.items()
    assert set(campaign) == {*V2.body, "id", "accountName", "make", "model", "status"} - {"deviceList"}
    assert campaign["accountName"] == ACCOUNT
    assert campaign["status"] == "CampaignRequestPending"
    path = f"/fota/v2/campaigns/{ACCOUNT}/{campaign['id']}"
    assert ask(sandbox, "GET", path) == (200, campaign)

    status, result = ask(sandbox, "PUT", path, {"Type": "append", "deviceList": ["990013907835573"]})
    assert status == 200
    assert set(result) == {"accountName", "campaignId", "requestId"}
    assert result["campaignId"] == campaign["id"]

    dates = {"startDate": "2020-08-23", "endDate": "2020-08-24", "downloadAfterDate": "2020-08-23"}
    status, changed = ask(sandbox, "PUT", path + "/dates", dates)
    assert status == 200
    assert changed.items() >= dates.items()
    assert changed["downloadTimeWindowList"] == campaign["downloadTimeWindowList"]

    assert ask(sandbox, "DELETE", path) == (200, {"success": True})
    assert ask(sandbox, "GET", path) == (200, {**changed, "status": "CampaignCancelled"})


def test_V3_answers_as_the_service_does(sandbox: Sandbox) -> None:  # noqa: N802
    assert V3.body is not None
    body = {**V3.body, "autoAssignLicenseFlag": False, "autoAddDevicesFlag": True}
    status, campaign = ask(sandbox, "POST", f"/fota/v3/campaigns/firmware/{ACCOUNT}", body)
    assert status == 200
    assert campaign["accountName"] == ACCOUNT
    assert campaign["status"] == "CampaignRequestPending"
    assert "deviceList" not in campaign
    path = f"/fota/v3/campaigns/{ACCOUNT}/{campaign['id']}"
    status, read = ask(sandbox, "GET", path)
    assert status == 200
    assert read.items() >= campaign.items()

    firmware = f"/fota/v3/campaigns/firmware/{ACCOUNT}/{campaign['id']}"
    for kind, word in (("append", "AddDeviceSucceed"), ("remove", "AddDeviceSucceed")):
        status, result = ask(sandbox, "PUT", firmware, {"Type": kind, "deviceList": ["990013907835573"]})
        assert status == 200
        assert (result["accountName"], result["campaignId"]) == (ACCOUNT, campaign["id"])
        (item,) = result["deviceList"]
        assert set(item) == {"deviceId", "status", "Reason"}
        assert (item["deviceId"], item["status"]) == ("990013907835573", word)

    dates = {
        "startDate": "2021-09-30",
        "endDate": "2021-09-30",
        "campaignTimeWindowList": [{"startTime": 0, "endTime": 24}],
    }
    status, changed = ask(sandbox, "PUT", firmware + "/dates", dates)
    assert status == 200
    assert changed.items() >= dates.items()

    assert ask(sandbox, "DELETE", path) == (200, {"success": True})
    assert ask(sandbox, "GET", path)[1]["status"] == "CampaignCancelled"


@each_operation
def test_a_call_without_good_tokens_is_refused_as_at_the_gateway(sandbox: Sandbox, operation: OperationFacts) -> None:
    bearer = {"Authorization": f"Bearer {sandbox.api_token}"}
    session = {"VZ-M2M-Token": sandbox.session_token}

    def refused(headers: dict[str, str]) -> tuple[int, Any]:
        return ask(sandbox, operation.http_method, operation.path_of(), operation.body, headers)

    status, answer = refused(session)
    assert (status, answer["fault"]["code"]) == (401, "900902")
    for wrong in ("Bearer wrong", "Basic " + sandbox.api_token, sandbox.api_token, "Bearer ", "Bearer"):
        status, answer = refused({**session, "Authorization": wrong})
        assert (status, answer["fault"]["code"], answer["fault"]["message"]) == (401, "900901", "Invalid Credentials")
    status, answer = refused(bearer)
    assert (status, answer["errorCode"]) == (400, "UnifiedWebService.REQUEST_FAILED.SessionToken.Format")
    status, answer = refused({**bearer, "VZ-M2M-Token": "wrong"})
    assert (status, answer["errorCode"]) == (400, "UnifiedWebService.INPUT_INVALID.SessionToken.Invalid")
    assert answer["errorMessage"]


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/fota/v1/campaigns/x",
        "/fota/v2/campaigns",
        "/fota/v2/campaigns/",
        "/fota/v2/campaigns/a/b/c",
        "/fota/v3/campaigns/firmware/a/b/dates/x",
        "/fota/v2/campaigns/a/b/../dates",
        "//fota/v2/campaigns/a",
        "/fota/v2/campaigns//a",
    ],
)
def test_an_unknown_route_is_refused_as_the_gateway_does(sandbox: Sandbox, path: str) -> None:
    status, answer = ask(sandbox, "GET", path)
    assert status == 400
    assert set(answer["fault"]) == {"code", "message", "description"}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/fota/v2/campaigns/a"),
        ("PATCH", "/fota/v2/campaigns/a/b"),
        ("POST", "/fota/v2/campaigns/a/b/dates"),
        ("DELETE", "/fota/v3/campaigns/firmware/a/b/dates"),
        ("POST", "/fota/v3/campaigns/firmware/a/b/dates"),
        ("POST", "/fota/v3/campaigns/a/b"),
        ("PUT", "/fota/v3/campaigns/a/b"),
    ],
)
def test_a_wrong_method_is_a_405(sandbox: Sandbox, method: str, path: str) -> None:
    status, answer = ask(sandbox, method, path)
    assert status == 405
    assert set(answer["fault"]) == {"code", "message", "description"}


def refusal(sandbox: Sandbox, method: str, path: str, body: Any = None) -> str:
    """Return the words of a 400 in the shape of the service's own errors."""
    status, answer = ask(sandbox, method, path, body)
    assert status == 400, answer
    assert set(answer) == {"errorCode", "errorMessage"}
    assert answer["errorCode"] == "INVALID_PARAMETER"
    return str(answer["errorMessage"])


BAD_CONTENT = [b"", b"{", b"id: x", b"\xff\xfe", b"[" * 100_000, b"null", b"[]", b'"x"', b"7", b"[{}]", b"{}"]


@each_operation
@pytest.mark.parametrize("content", BAD_CONTENT, ids=lambda content: content[:8])
def test_a_body_that_is_no_object_is_a_400(sandbox: Sandbox, operation: OperationFacts, content: bytes) -> None:
    if operation.body is not None:
        path = operation.path_of(campaign_id=scheduled(sandbox, V2 if "v2" in operation.name else V3)["id"])
        refusal(sandbox, operation.http_method, path, content)


BAD_DAYS = ["2020-8-1", "20200821", "sat", "", 5, True, [], {}, "2020-02-30", "٢٠٢٠-٠٨-٢١", "2020-08-21T00:00:00"]
BAD_WINDOWS = [5, "x", {}, [5], [None], [{}], [{"startTime": 5}], [{"startTime": "1", "endTime": "2"}]]
BAD_WINDOWS += [[{"startTime": a, "endTime": b}] for a, b in ((5, 5), (6, 5), (-1, 5), (0, 25), (1.0, 2), (True, 2))]
BAD_DEVICES: list[Any] = [
    None,
    [],
    "990013907884253",
    5,
    {},
    [5],
    [None],
    ["x"],
    ["99001390788425"],
    ["9900139078842530"],
]
BAD_DEVICES += [["٩٩٠٠١٣٩٠٧٨٨٤٢٥٣"], [["990013907884253"]]]
BAD_TEXTS: list[Any] = [None, "", 5, True, [], {}]
BAD_VALUES: dict[str, list[Any]] = {
    "startDate": [None, *BAD_DAYS],
    "endDate": [None, *BAD_DAYS, "1999-01-01"],
    "downloadAfterDate": BAD_DAYS,
    "installAfterDate": BAD_DAYS,
    "campaignTimeWindowList": BAD_WINDOWS,
    "downloadTimeWindowList": BAD_WINDOWS,
    "installTimeWindowList": BAD_WINDOWS,
    "deviceList": BAD_DEVICES,
    "campaignName": [5, True, [], {}],
    "Type": [*BAD_TEXTS, "add", "APPEND"],
}


@each_operation
def test_a_bad_or_missing_value_is_a_400_and_never_a_500(sandbox: Sandbox, operation: OperationFacts) -> None:
    if operation.body is None:
        return
    path = operation.path_of(campaign_id=scheduled(sandbox, V2 if "v2" in operation.name else V3)["id"])
    for key in operation.body:
        for value in BAD_VALUES.get(key, BAD_TEXTS):
            assert refusal(sandbox, operation.http_method, path, {**operation.body, key: value}), (key, value)
        without = {name: value for name, value in operation.body.items() if name != key}
        status, _ = ask(sandbox, operation.http_method, path, without)
        optional = "WindowList" in key or "AfterDate" in key or key == "campaignName"
        assert status == (200 if optional else 400), key


@each_operation
@pytest.mark.parametrize(
    "account",
    ["x", "0000123456", "0000123456-0001", "0000123456-00001x", "a%2Fb", "%00", "%ff", "%D9%A0" * 10 + "-00001"],
)
def test_a_bad_account_is_a_400(sandbox: Sandbox, operation: OperationFacts, account: str) -> None:
    assert "account" in refusal(sandbox, operation.http_method, operation.path_of(account), operation.body)


@each_operation
@pytest.mark.parametrize("campaign_id", ["x", "5", "60b5d639-ccdc-4db8-8824", "a%2Fb", "%00", "%ff", CAMPAIGN_ID])
def test_a_bad_or_unknown_campaign_is_a_400(sandbox: Sandbox, operation: OperationFacts, campaign_id: str) -> None:
    if "campaign_id" in operation.arguments:
        refusal(sandbox, operation.http_method, operation.path_of(campaign_id=campaign_id), operation.body)


def test_a_campaign_is_known_to_its_account_and_version_alone(sandbox: Sandbox) -> None:
    campaign_id = scheduled(sandbox, V3)["id"]
    assert ask(sandbox, "GET", f"/fota/v3/campaigns/{ACCOUNT}/{campaign_id}")[0] == 200
    assert "exist" in refusal(sandbox, "GET", f"/fota/v3/campaigns/0000123456-00002/{campaign_id}")
    assert "exist" in refusal(sandbox, "GET", f"/fota/v2/campaigns/{ACCOUNT}/{campaign_id}")


def test_an_encoded_slash_stays_in_its_segment(sandbox: Sandbox) -> None:
    status, answer = ask(sandbox, "GET", f"/fota/v3/campaigns/firmware%2F{ACCOUNT}/{CAMPAIGN_ID}")
    assert (status, answer["errorMessage"]) == (400, "Invalid account name format.")
    assert ask(sandbox, "GET", f"/fota/v3/campaigns/{ACCOUNT}%2F{CAMPAIGN_ID}")[0] == 400


@pytest.mark.parametrize("operation", [V2, V3], ids=str)
def test_a_cancelled_campaign_can_not_be_changed_or_cancelled_again(
    sandbox: Sandbox, operation: OperationFacts
) -> None:
    version = operation.name[:2]
    campaign_id = scheduled(sandbox, operation)["id"]
    firmware = "firmware/" if version == "v3" else ""
    path = f"/fota/{version}/campaigns/{ACCOUNT}/{campaign_id}"
    changes = f"/fota/{version}/campaigns/{firmware}{ACCOUNT}/{campaign_id}"
    assert ask(sandbox, "DELETE", path) == (200, {"success": True})
    dates = {"startDate": "2020-08-21", "endDate": "2020-08-22"}
    assert "CampaignCancelled" in refusal(sandbox, "DELETE", path)
    assert "CampaignCancelled" in refusal(sandbox, "PUT", changes + "/dates", dates)
    assert "CampaignCancelled" in refusal(sandbox, "PUT", changes, {"Type": "append", "deviceList": IMEIS})


# with our own client


def test_a_whole_story_of_V2(sandbox: Sandbox) -> None:  # noqa: N802
    with sandbox.client() as client:
        campaigns = client.campaigns_v2
        upgrade = CampaignSoftwareUpgrade(
            campaign_name="tonight",
            software_name="FOTA_Verizon_Model-A_02To03_HF",
            software_from="FOTA_Verizon_Model-A_00To01_HF",
            software_to="FOTA_Verizon_Model-A_02To03_HF",
            distribution_type="HTTP",
            start_date="2030-08-21",
            end_date="2030-08-22",
            download_time_window_list=[V2TimeWindow(start_time=20, end_time=21)],
            device_list=IMEIS,
        )
        campaign = campaigns.schedule_campaign_firmware_upgrade(sandbox.account, upgrade)
        assert campaign.id
        assert campaign.status == CampaignStatus.REQUEST_PENDING
        assert campaign.start_date is not None
        assert campaign.start_date.isoformat() == "2030-08-21"
        assert campaigns.get_campaign_information(sandbox.account, campaign.id) == campaign
        change = V2AddOrRemoveDeviceRequest(mtype=DeviceListChange.REMOVE, device_list=IMEIS[:1])
        assert campaigns.update_campaign_firmware_devices(sandbox.account, campaign.id, change).request_id
        dates = V2ChangeCampaignDatesRequest.from_campaign(campaign)
        dates.end_date = "2030-08-30"
        assert dates.download_time_window_list is not None
        dates.download_time_window_list.append(V2TimeWindow(start_time=0, end_time=1))
        changed = campaigns.update_campaign_dates(sandbox.account, campaign.id, dates)
        assert changed.end_date is not None
        assert changed.end_date.isoformat() == "2030-08-30"
        assert changed.download_time_window_list == [V2TimeWindow(20, 21), V2TimeWindow(0, 1)]
        assert campaigns.cancel_campaign(sandbox.account, campaign.id).success is True
        status = campaigns.get_campaign_information(sandbox.account, campaign.id).status
        assert CampaignStatus.is_final(status)
        with pytest.raises(FotaV2ResultException, match="can not be cancelled"):
            campaigns.cancel_campaign(sandbox.account, campaign.id)


def test_a_whole_story_of_V3(sandbox: Sandbox) -> None:  # noqa: N802
    with sandbox.client(max_attempts=1) as client:
        campaigns = client.campaigns_v3
        upgrade = CampaignFirmwareUpgrade(
            firmware_name="SEQUANSCommunications_GM01Q_SR1.2.0.0-10512_SR1.2.0.0-10657",
            firmware_from="SR1.2.0.0-10512",
            firmware_to="SR1.2.0.0-10657",
            start_date="2030-09-29",
            end_date="2030-10-01",
            campaign_time_window_list=[V3TimeWindow(start_time=18, end_time=22)],
            device_list=IMEIS,
            auto_add_devices_flag=True,
        )
        scheduled = campaigns.schedule_campaign_firmware_upgrade(sandbox.account, upgrade)
        assert scheduled.id
        assert scheduled.protocol == "LWM2M"
        read = campaigns.get_campaign_information(sandbox.account, scheduled.id)
        assert (read.auto_add_devices_flag, read.auto_assign_license_flag) == (True, None)
        change = V3AddOrRemoveDeviceRequest(mtype=DeviceListChange.APPEND, device_list=["990013907835573"])
        result = campaigns.update_campaign_firmware_devices(sandbox.account, scheduled.id, change)
        assert result.device_list is not None
        assert [item.device_id for item in result.device_list] == ["990013907835573"]
        dates = V3ChangeCampaignDatesRequest.from_campaign(read)
        dates.campaign_time_window_list = [V3TimeWindow(0, 24)]
        changed = campaigns.update_campaign_dates(sandbox.account, scheduled.id, dates)
        assert changed.campaign_time_window_list == [V3TimeWindow(0, 24)]
        assert campaigns.cancel_campaign(sandbox.account, scheduled.id).success is True
        assert campaigns.get_campaign_information(sandbox.account, scheduled.id).status == CampaignStatus.CANCELLED
        with pytest.raises(FotaV3ResultException, match="Campaign does not exist"):
            campaigns.get_campaign_information(sandbox.account, CAMPAIGN_ID)


# its life


def is_open(sandbox: Sandbox) -> bool:
    try:
        socket.create_connection(("127.0.0.1", urlsplit(sandbox.url).port or 0), timeout=5).close()
    except ConnectionRefusedError:
        return False
    return True


def test_it_serves_until_it_is_closed_and_closing_twice_is_nothing() -> None:
    sandbox = Sandbox()
    client = sandbox.client(max_attempts=1)
    assert is_open(sandbox)
    with client, sandbox:
        client.campaigns_v3.dry_run.get_campaign_information(ACCOUNT, CAMPAIGN_ID)
        with pytest.raises(FotaV3ResultException):
            client.campaigns_v3.get_campaign_information(ACCOUNT, CAMPAIGN_ID)
    assert not is_open(sandbox)
    sandbox.close()
    with sandbox.client(max_attempts=1) as late, pytest.raises(ConnectError):
        late.campaigns_v3.get_campaign_information(ACCOUNT, CAMPAIGN_ID)


def test_its_port_is_free_afterwards() -> None:
    with Sandbox() as first:
        port = urlsplit(first.url).port or 0
        with first.client() as client, pytest.raises(FotaV3ResultException):
            client.campaigns_v3.get_campaign_information(ACCOUNT, CAMPAIGN_ID)
    with Sandbox(port=port) as second:
        assert urlsplit(second.url).port == port
        assert is_open(second)


def test_a_port_that_is_taken_is_an_OSError_and_nothing_stays_open() -> None:  # noqa: N802
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError):
        Sandbox(port=taken.getsockname()[1])
    gc.collect()  # a ResourceWarning fails this test, and not a later one


def test_options_of_its_client_win() -> None:
    with (
        Sandbox() as sandbox,
        sandbox.client(timeout=5) as client,
        FotaClient.from_environment(base_url=sandbox.url, api_token="x", session_token="x") as other,
    ):
        assert repr(client) == f"FotaClient(base_url={sandbox.url!r}, timeout=5)"
        assert repr(other) == f"FotaClient(base_url={sandbox.url!r}, timeout=60)"


def test_without_waitress_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == "waitress"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "waitress", None)
    with pytest.raises(ConfigurationError, match=r"pip install 'fota-sdk\[sandbox\]'"):
        Sandbox()


@pytest.mark.skipif(sys.platform == "win32", reason="SIGINT reaches a child in another way there")
def test_as_a_command_it_prints_its_variables_serves_and_ends_well_on_Ctrl_C() -> None:  # noqa: N802
    command = [sys.executable, "-m", "fota_sdk.sandbox"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            lines = [process.stdout.readline().strip() for _ in range(4)]
            variables = dict(line.removeprefix("export ").split("=", 1) for line in lines)
            assert list(variables) == ["FOTA_BASE_URL", "FOTA_API_TOKEN", "FOTA_SESSION_TOKEN", "FOTA_ACCOUNT"]
            client = FotaClient(
                base_url=variables["FOTA_BASE_URL"],
                api_token=variables["FOTA_API_TOKEN"],
                session_token=variables["FOTA_SESSION_TOKEN"],
            )
            with client:
                campaign = client.campaigns_v3.schedule_campaign_firmware_upgrade(
                    variables["FOTA_ACCOUNT"], V3.body or {}
                )
            assert campaign.status == CampaignStatus.REQUEST_PENDING
            process.send_signal(signal.SIGINT)
            rest, errors = process.communicate(timeout=15)
        finally:
            process.kill()
    assert process.returncode == 0
    assert rest == ""
    assert "Traceback" not in errors


def test_as_a_command_it_says_when_its_port_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        run = subprocess.run(
            [sys.executable, "-m", "fota_sdk.sandbox", "--port", str(taken.getsockname()[1])],
            capture_output=True,
            text=True,
            timeout=30,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            check=False,
        )
    assert run.returncode == 2
    assert "cannot be started" in run.stderr
    assert "Traceback" not in run.stderr
    assert run.stdout == ""
