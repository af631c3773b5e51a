"""What a user's script looks like to a type checker; it also runs, against the sandbox.

Check with ``mypy --strict tests/typing`` and ``pyright tests/typing``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from fota_sdk import (
    ApiError,
    ApiResponse,
    Campaign,
    CampaignFirmwareUpgrade,
    CampaignSoftware,
    CampaignSoftwareUpgrade,
    CampaignStatus,
    DecodeError,
    DeviceFindingKind,
    DeviceListChange,
    DeviceReport,
    DeviceStatus,
    Environment,
    FirmwareCampaign,
    FotaClient,
    FotaError,
    FotaV2SuccessResult,
    FotaV3ResultException,
    FotaV3SuccessResult,
    OAuthClientCredentials,
    PreparedCall,
    RepeatRefusedError,
    SessionLogin,
    Timeout,
    TokenSource,
    V2AddOrRemoveDeviceRequest,
    V2AddOrRemoveDeviceResult,
    V2CampaignHistory,
    V2CampaignMetaInfo,
    V2ChangeCampaignDatesRequest,
    V2TimeWindow,
    V3AddOrRemoveDeviceRequest,
    V3AddOrRemoveDeviceResult,
    V3ChangeCampaignDatesRequest,
    V3DeviceListItem,
    V3DeviceStatus,
    V3LicenseIMEI,
    V3TimeWindow,
    ValidationError,
    inspect_devices,
    parse_time,
)

if TYPE_CHECKING:
    from typing_extensions import assert_type
else:

    def assert_type(value, _):
        return value


DEVICES = ["990013907884253", "990013907835578"]


class VaultTokens:
    """A token source of the user's own."""

    def __init__(self, token: str) -> None:
        self.token = token

    def get(self) -> str:
        return self.token

    def invalidate(self, token: str) -> None:
        self.token = "another"


def build() -> list[FotaClient]:
    """Build clients in the ways that the documentation shows."""
    source: TokenSource = VaultTokens("token")
    credentials = OAuthClientCredentials(client_id="id", client_secret="secret")
    login = SessionLogin("user", "password")
    return [
        FotaClient(api_token="token", session_token="token"),
        FotaClient(api_token=credentials, session_token=login, environment=Environment.STAGING, timeout=5),
        FotaClient(api_token=source, session_token=VaultTokens("x"), timeout=None, proxies={"https": "http://x:1"}),
        FotaClient(api_token="token", session_token="token", timeout=Timeout(total=60, connect=5, read=None)),
        FotaClient.from_environment(api_token="token", session_token="token"),
    ]


def firmware(client: FotaClient, acc: str) -> None:
    """Use V3."""
    campaigns = client.campaigns_v3
    body = CampaignFirmwareUpgrade(
        firmware_name="SEQUANSCommunications_GM01Q_SR1.2.0.0-10512_SR1.2.0.0-10657",
        firmware_from="SR1.2.0.0-10512",
        firmware_to="SR1.2.0.0-10657",
        protocol="LWM2M",
        start_date=date(2030, 9, 29),
        end_date="2030-10-01",
        device_list=DEVICES,
        campaign_name="tonight",
        campaign_time_window_list=[V3TimeWindow(start_time=18, end_time=22)],
    )
    body.auto_assign_license_flag = False
    body.validate()

    prepared = campaigns.dry_run.schedule_campaign_firmware_upgrade(acc, body)
    assert_type(prepared, PreparedCall)
    assert_type(prepared.method, str)
    assert_type(prepared.url, str)
    assert_type(prepared.body, bytes | None)

    scheduled = campaigns.schedule_campaign_firmware_upgrade(acc, body)
    assert_type(scheduled, FirmwareCampaign)
    assert_type(scheduled.id, str)
    assert_type(scheduled.start_date, date)
    assert_type(scheduled.campaign_time_window_list, list[V3TimeWindow] | None)
    assert_type(scheduled.additional_properties, dict[str, Any])
    campaign_id = scheduled.id

    campaign = campaigns.get_campaign_information(acc, campaign_id)
    assert_type(campaign, Campaign)
    assert_type(campaign.status, str)
    assert_type(campaign.auto_add_devices_flag, bool | None)

    def tell(polled: Campaign) -> None:
        assert_type(polled.status, str)

    pending = (CampaignStatus.REQUEST_PENDING, CampaignStatus.REQUEST_QUEUED)
    awaited = campaigns.wait_for_status(acc, campaign_id, until=pending, timeout=60, interval=0.1, on_poll=tell)
    assert_type(awaited, Campaign)

    report = inspect_devices(DEVICES)
    assert_type(report, DeviceReport)
    assert_type(report.devices, list[str])
    assert_type(report.usable, list[str])
    assert_type([finding.line for finding in report.errors + report.warnings], list[int])
    assert_type([finding.kind == DeviceFindingKind.DUPLICATE for finding in report.findings()], list[bool])
    assert_type(CampaignStatus.is_final(campaign.status), bool)

    response = campaigns.with_raw_response.get_campaign_information(acc=acc, campaign_id=campaign_id)
    assert_type(response, ApiResponse[Campaign])
    assert_type(response.body, Campaign)
    assert_type(response.status_code, int)
    assert_type(response.text, str)
    headers: Mapping[str, str] = response.headers
    assert_type(headers.get("Content-Type"), str | None)

    change = V3AddOrRemoveDeviceRequest(mtype=DeviceListChange.APPEND, device_list=("990013907833573",))
    result = campaigns.update_campaign_firmware_devices(acc, campaign_id, change)
    assert_type(result, V3AddOrRemoveDeviceResult)
    assert_type(result.device_list, list[V3DeviceListItem])
    raw_result = campaigns.with_raw_response.update_campaign_firmware_devices(acc, campaign_id, change)
    assert_type(raw_result, ApiResponse[V3AddOrRemoveDeviceResult])

    dates = V3ChangeCampaignDatesRequest.from_campaign(campaign)
    assert_type(dates, V3ChangeCampaignDatesRequest)
    dates.end_date = date(2030, 10, 2)
    assert_type(campaigns.update_campaign_dates(acc, campaign_id, dates), FirmwareCampaign)
    by_mapping = campaigns.update_campaign_dates(acc, campaign_id, {"startDate": "2030-09-29", "endDate": "2030-10-03"})
    assert_type(by_mapping, FirmwareCampaign)

    assert_type(campaigns.dry_run.cancel_campaign(acc, campaign_id), PreparedCall)
    cancelled = campaigns.cancel_campaign(acc, campaign_id)
    assert_type(cancelled, FotaV3SuccessResult)
    assert_type(cancelled.success, bool)


def devices() -> None:
    """Use what tells what became of devices."""
    device = V3DeviceStatus(device_id=DEVICES[0], status=DeviceStatus.UPGRADE_PENDING)
    assert_type(device.status, str)
    assert_type(device.next_attempt_time, str | None)
    assert_type(parse_time(device.next_attempt_time), datetime | None)
    assert_type(DeviceStatus.is_success(device.status) or DeviceStatus.is_final(device.status), bool)
    page = V2CampaignHistory.from_json('{"hasMoreData": false, "campaignList": null}')
    assert_type(page.campaign_list, list[V2CampaignMetaInfo])
    assert_type(V3LicenseIMEI(device_list=tuple(DEVICES)).device_list, list[str] | Any)


def software(client: FotaClient, account: str) -> None:
    """Use V2."""
    campaigns = client.campaigns_v2
    body = CampaignSoftwareUpgrade()
    body.campaign_name = "tonight"
    body.software_name = body.software_to = "FOTA_Verizon_Model-A_02To03_HF"
    body.software_from = "FOTA_Verizon_Model-A_00To01_HF"
    body.distribution_type = "HTTP"
    body.start_date = date(2030, 8, 21)
    body.end_date = date(2030, 8, 22)
    body.download_time_window_list = []
    body.download_time_window_list.append(V2TimeWindow())
    body.download_time_window_list[0].start_time = 3
    body.download_time_window_list[0].end_time = 4
    body.device_list = DEVICES

    scheduled = campaigns.schedule_campaign_firmware_upgrade(account, body)
    assert_type(scheduled, CampaignSoftware)
    campaign_id = scheduled.id
    raw = campaigns.with_raw_response.get_campaign_information(account, campaign_id=campaign_id)
    assert_type(raw, ApiResponse[CampaignSoftware])
    assert_type(campaigns.get_campaign_information(account, campaign_id), CampaignSoftware)

    change = V2AddOrRemoveDeviceRequest(mtype="remove", device_list=DEVICES[:1])
    assert_type(campaigns.update_campaign_firmware_devices(account, campaign_id, change), V2AddOrRemoveDeviceResult)
    dates = V2ChangeCampaignDatesRequest.from_campaign(raw.body)
    assert_type(campaigns.update_campaign_dates(account, campaign_id, dates), CampaignSoftware)
    assert_type(campaigns.dry_run.update_campaign_dates(account, campaign_id, dates), PreparedCall)
    assert_type(campaigns.cancel_campaign(account, campaign_id), FotaV2SuccessResult)

    copied = CampaignSoftware.from_json(raw.body.to_json())
    assert_type(copied, CampaignSoftware)
    assert_type(CampaignSoftware.from_dictionary({"id": "x"}).to_dictionary(), dict[str, Any])


def errors(client: FotaClient, acc: str) -> list[str]:
    """Catch what a call may raise, and look at what it tells."""
    seen: list[str] = []
    try:
        client.campaigns_v3.cancel_campaign(acc, "..")
    except ValidationError as error:
        assert_type(error.findings, tuple[tuple[str, str], ...])
        seen.append(error.findings[0][0])
    try:
        client.campaigns_v3.cancel_campaign(acc, "60b5d639-ccdc-4db8-8824-069bd94c95bf")
    except RepeatRefusedError as error:
        assert_type(error.first, FotaError | None)
    except DecodeError as error:
        assert_type(error.response, ApiResponse[Any] | None)
    except FotaV3ResultException as error:
        assert_type(error.error_code, str | None)
        assert_type(error.status_code, int | None)
        seen.append(error.error_code or "")
    except ApiError as error:
        assert_type(error.retry_after, float | None)
        assert_type(error.headers, Mapping[str, str] | None)
    except FotaError as error:
        assert_type(error.outcome_unknown, bool)
        assert_type(error.attempts, int)
        assert_type(error.operation, str | None)
    return seen


def elsewhere(client: FotaClient, acc: str) -> Any:
    """Call a route that has no method."""
    response = client.request(
        "GET",
        "/fota/v3/campaigns/{acc}/{campaignId}",
        values={"acc": acc, "campaignId": "x"},
        query={"lastSeenDeviceId": None, "page": 1, "text": "a"},
    )
    assert_type(response, ApiResponse[Any])
    return response.body


def main(client: FotaClient, account: str) -> list[str]:
    """Run the whole script, and return what the caught errors told."""
    for built in build():
        built.close()
    quick = client.with_options(timeout=10, max_attempts=1, insist=True)
    assert_type(quick, FotaClient)
    assert_type(quick.with_options(timeout=None), FotaClient)
    with quick as entered:
        assert_type(entered, FotaClient)
        devices()
        firmware(entered, account)
        software(client, account)
    seen = errors(client, account)
    try:
        elsewhere(client, account)
    except ApiError as error:
        seen.append(type(error).__name__)
    return seen
