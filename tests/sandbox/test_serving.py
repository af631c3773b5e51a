"""The sandbox as a server: whole stories with our own client, and its own life."""

from __future__ import annotations

import contextlib
import gc
import socket
import sys
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
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
    Environment,
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

TOMORROW = datetime.now(timezone.utc).date() + timedelta(days=1)


def test_it_shows_where_it_is() -> None:
    with Sandbox() as sandbox:
        assert sandbox.url.startswith("http://127.0.0.1:")
        assert sandbox.url.endswith("/api")
        assert sandbox.account == "0000123456-00001"
        assert sandbox.api_token not in repr(sandbox)
        with Sandbox() as other:
            assert other.url != sandbox.url
            assert other.api_token != sandbox.api_token


# with our own client


def test_a_whole_story_of_V2(kept: Sandbox) -> None:  # noqa: N802
    with kept.client() as client:
        campaigns = client.campaigns_v2
        upgrade = CampaignSoftwareUpgrade(
            campaign_name="tonight",
            software_name="FOTA_Verizon_Model-A_02To03_HF",
            software_from="FOTA_Verizon_Model-A_00To01_HF",
            software_to="FOTA_Verizon_Model-A_02To03_HF",
            distribution_type="HTTP",
            start_date=TOMORROW,
            end_date=TOMORROW + timedelta(days=1),
            download_time_window_list=[V2TimeWindow(start_time=20, end_time=21)],
            device_list=IMEIS,
        )
        campaign = campaigns.schedule_campaign_firmware_upgrade(kept.account, upgrade)
        assert campaign.id
        assert campaign.status == CampaignStatus.REQUEST_PENDING
        assert campaign.start_date == TOMORROW
        assert campaigns.get_campaign_information(kept.account, campaign.id) == campaign
        change = V2AddOrRemoveDeviceRequest(mtype=DeviceListChange.REMOVE, device_list=IMEIS[:1])
        assert campaigns.update_campaign_firmware_devices(kept.account, campaign.id, change).request_id
        dates = V2ChangeCampaignDatesRequest.from_campaign(campaign)
        dates.end_date = TOMORROW + timedelta(days=9)
        assert dates.download_time_window_list is not None
        dates.download_time_window_list.append(V2TimeWindow(start_time=0, end_time=1))
        changed = campaigns.update_campaign_dates(kept.account, campaign.id, dates)
        assert changed.end_date == TOMORROW + timedelta(days=9)
        assert changed.download_time_window_list == [V2TimeWindow(20, 21), V2TimeWindow(0, 1)]
        assert campaigns.cancel_campaign(kept.account, campaign.id).success is True
        status = campaigns.get_campaign_information(kept.account, campaign.id).status
        assert CampaignStatus.is_final(status)
        with pytest.raises(FotaV2ResultException, match="can not be cancelled"):
            campaigns.cancel_campaign(kept.account, campaign.id)


def test_a_whole_story_of_V3(kept: Sandbox) -> None:  # noqa: N802
    with kept.client(max_attempts=1) as client:
        campaigns = client.campaigns_v3
        upgrade = CampaignFirmwareUpgrade(
            firmware_name="SEQUANSCommunications_GM01Q_SR1.2.0.0-10512_SR1.2.0.0-10657",
            firmware_from="SR1.2.0.0-10512",
            firmware_to="SR1.2.0.0-10657",
            start_date=TOMORROW,
            end_date=TOMORROW + timedelta(days=2),
            campaign_time_window_list=[V3TimeWindow(start_time=18, end_time=22)],
            device_list=IMEIS,
            auto_add_devices_flag=True,
        )
        scheduled = campaigns.schedule_campaign_firmware_upgrade(kept.account, upgrade)
        assert scheduled.id
        assert scheduled.protocol == "LWM2M"
        read = campaigns.get_campaign_information(kept.account, scheduled.id)
        assert (read.auto_add_devices_flag, read.auto_assign_license_flag) == (True, False)
        change = V3AddOrRemoveDeviceRequest(mtype=DeviceListChange.APPEND, device_list=["990013907835573"])
        result = campaigns.update_campaign_firmware_devices(kept.account, scheduled.id, change)
        assert result.device_list is not None
        assert [item.device_id for item in result.device_list] == ["990013907835573"]
        dates = V3ChangeCampaignDatesRequest.from_campaign(read)
        dates.campaign_time_window_list = [V3TimeWindow(0, 24)]
        changed = campaigns.update_campaign_dates(kept.account, scheduled.id, dates)
        assert changed.campaign_time_window_list == [V3TimeWindow(0, 24)]
        assert campaigns.cancel_campaign(kept.account, scheduled.id).success is True
        assert campaigns.get_campaign_information(kept.account, scheduled.id).status == CampaignStatus.CANCELLED
        with pytest.raises(FotaV3ResultException, match="Campaign does not exist"):
            campaigns.get_campaign_information(kept.account, CAMPAIGN_ID)


# its life


def is_open(url: str) -> bool:
    try:
        socket.create_connection(("127.0.0.1", urlsplit(url).port or 0), timeout=5).close()
    except ConnectionRefusedError:
        return False
    return True


def test_it_serves_until_it_is_closed_and_closing_twice_is_nothing() -> None:
    sandbox = Sandbox()
    url = sandbox.url
    client = sandbox.client(max_attempts=1)
    assert is_open(url)
    late = sandbox.client(max_attempts=1)
    with client, sandbox:
        client.campaigns_v3.dry_run.get_campaign_information(ACCOUNT, CAMPAIGN_ID)
        with pytest.raises(FotaV3ResultException):
            client.campaigns_v3.get_campaign_information(ACCOUNT, CAMPAIGN_ID)
    assert not is_open(url)
    sandbox.close()
    with late, pytest.raises(ConnectError):
        late.campaigns_v3.get_campaign_information(ACCOUNT, CAMPAIGN_ID)


def test_its_port_is_free_afterwards() -> None:
    with Sandbox() as first:
        port = urlsplit(first.url).port or 0
        with first.client() as client, pytest.raises(FotaV3ResultException):
            client.campaigns_v3.get_campaign_information(ACCOUNT, CAMPAIGN_ID)
    with Sandbox(port=port) as second:
        assert urlsplit(second.url).port == port
        assert is_open(second.url)


def test_a_port_that_is_taken_is_an_OSError_and_nothing_stays_open() -> None:  # noqa: N802
    with socket.create_server(("127.0.0.1", 0)) as taken:
        sandbox = Sandbox(port=taken.getsockname()[1])
        with pytest.raises(OSError):
            sandbox.client()
        sandbox.close()
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
    with Sandbox() as sandbox:
        with pytest.raises(ConfigurationError, match="pip install waitress"):
            sandbox.client()


def test_it_opens_no_socket_before_it_is_asked_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a socket")

    monkeypatch.setattr(socket.socket, "bind", refuse)
    with Sandbox() as sandbox:
        sandbox.advance(hours=1)
        assert repr(sandbox) == "<Sandbox>"
        assert sandbox.requests == []


@pytest.mark.parametrize("served", [True, False])
def test_a_closed_one_says_so(served: bool) -> None:
    sandbox = Sandbox()
    if served:
        assert is_open(sandbox.url)
    sandbox.close()
    uses: list[Callable[[], Any]] = [
        lambda: sandbox.url,
        sandbox.client,
        lambda: sandbox.client(base_url="http://127.0.0.1:9/api"),
        lambda: sandbox.mocked().__enter__(),
        sandbox.__enter__,
    ]
    for use in uses:
        with pytest.raises(ConfigurationError, match="the sandbox is closed"):
            use()


@pytest.mark.parametrize("mocked", [True, False])
@pytest.mark.parametrize(
    "option",
    [
        {"environment": Environment.STAGING},
        {"environment": Environment.PRODUCTION, "base_url": "http://127.0.0.1:9/api"},
        {"base_url": "https://thingspace.verizon.com/api"},
        {"base_url": "https://127.0.0.1.example/api"},
        {"base_url": "http://[::1"},
        {"base_url": 5},
        {"base_url": ""},
    ],
    ids=str,
)
def test_its_client_cannot_lead_elsewhere(mocked: bool, option: dict[str, Any]) -> None:
    with Sandbox() as sandbox, sandbox.mocked() if mocked else contextlib.nullcontext():
        with pytest.raises(ConfigurationError, match=r"environment|base_url"):
            sandbox.client(**option)


def test_its_client_leads_to_it_without_a_base_url_too() -> None:
    with Sandbox() as sandbox, sandbox.client(base_url=None) as client:
        assert sandbox.url in repr(client)


@pytest.mark.parametrize("speed", [0, -1, float("nan"), float("inf"), "1", None, True, 10**7], ids=repr)
def test_a_bad_speed_is_refused(speed: object) -> None:
    with pytest.raises(ConfigurationError, match="speed"):
        Sandbox(speed=speed)  # type: ignore[arg-type]


@pytest.mark.parametrize("port", [-1, 70000, "80", None, True], ids=repr)
def test_a_bad_port_is_refused(port: object) -> None:
    with pytest.raises(ConfigurationError, match="port"):
        Sandbox(port=port)  # type: ignore[arg-type]


def test_a_bad_pilot_rule_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="pilot_rule"):
        Sandbox(pilot_rule=1)  # type: ignore[arg-type]
