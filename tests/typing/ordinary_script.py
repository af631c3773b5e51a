"""A script of every day as one writes it, without an assert or a cast; it also runs, against the sandbox.

Check with ``mypy --strict tests/typing`` and ``pyright tests/typing``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from fota_sdk import (
    AuthenticationError,
    CampaignFirmwareUpgrade,
    CampaignSoftwareUpgrade,
    CampaignStatus,
    DeviceListChange,
    DeviceStatus,
    FotaClient,
    FotaError,
    FotaV3ResultException,
    V2AddOrRemoveDeviceRequest,
    V2ChangeCampaignDatesRequest,
    V2TimeWindow,
    V3AddOrRemoveDeviceRequest,
    V3ChangeCampaignDatesRequest,
    V3LicenseIMEI,
    V3TimeWindow,
    campaign_report,
    find_campaigns,
)

DEVICES = ["990013907884253", "990013907835578"]


def schedule(client: FotaClient, account: str, start: date) -> str:
    """Schedule a campaign, and return its id."""
    upgrade = CampaignFirmwareUpgrade(
        campaign_name=f"Pilot {start}",
        firmware_name="SEQUANSCommunications_GM01Q_SR1.2.0.0-10512_SR1.2.0.0-10657",
        firmware_from="SR1.2.0.0-10512",
        firmware_to="SR1.2.0.0-10657",
        start_date=start,
        end_date=f"{start + timedelta(days=7)}",
        device_list=DEVICES[:1],
    )
    upgrade.campaign_time_window_list = []
    upgrade.campaign_time_window_list.append(V3TimeWindow(start_time=0, end_time=4))
    upgrade.device_list.append("990013907833573")
    scheduled = client.campaigns_v3.schedule_campaign_firmware_upgrade(account, upgrade)
    print(scheduled.id, scheduled.make.lower(), (scheduled.end_date - scheduled.start_date).days)
    return scheduled.id


def change(client: FotaClient, account: str, campaign_id: str) -> None:
    """Read a campaign, compare its dates, give it more days and another window, and add a device."""
    campaigns = client.campaigns_v3
    campaign = campaigns.get_campaign_information(account, campaign_id)
    if campaign.start_date <= date.today() <= campaign.end_date:
        print("it runs until", campaign.end_date.isoformat())
    if campaign.status.startswith("Campaign") and not CampaignStatus.is_final(campaign.status):
        dates = V3ChangeCampaignDatesRequest.from_campaign(campaign)
        dates.end_date += timedelta(days=4)
        if dates.end_date > campaign.end_date and (dates.end_date - dates.start_date).days < 30:
            dates.campaign_time_window_list.append(V3TimeWindow(start_time=20, end_time=24))
        changed = campaigns.update_campaign_dates(account, campaign_id, dates)
        for window in changed.campaign_time_window_list or []:
            print(f"{window.start_time:02}:00 to {window.end_time:02}:00")
    more = V3AddOrRemoveDeviceRequest(mtype=DeviceListChange.APPEND, device_list=DEVICES[1:])
    for device in campaigns.update_campaign_firmware_devices(account, campaign_id, more).device_list:
        if not DeviceListChange.is_success(device.status):
            print("refused:", end=" ")
        print(device.device_id, device.status, device.reason or "")


def change_devices(client: FotaClient, account: str, campaign_id: str, devices: list[str], *, remove: bool) -> int:
    """Add devices or remove them, and return how many the service has refused."""
    kind = DeviceListChange.REMOVE if remove else DeviceListChange.APPEND
    change = V3AddOrRemoveDeviceRequest(mtype=kind, device_list=devices)
    result = client.campaigns_v3.update_campaign_firmware_devices(account, campaign_id, change)
    return sum(not DeviceListChange.is_success(device.status) for device in result.device_list)


def report(client: FotaClient, account: str, campaign_id: str) -> Iterator[str]:
    """Tell what became of the devices, the worst first."""
    found = campaign_report(client, account, campaign_id)
    for status, count in sorted(found.by_status.items(), key=lambda each: -each[1]):
        yield f"{status.upper()}: {count}"
    for (status, reason), count in found.counts.items():
        yield f"{count} {status.lower()} {reason or ''}"
    for device in found.devices:
        if not DeviceStatus.is_success(device.status):
            yield f"{device.device_id.rjust(15)} {device.status} {device.result_reason or ''}"
    for campaign in sorted(find_campaigns(client, account), key=lambda each: each.start_date):
        yield f"{campaign.id} {campaign.status} {campaign.start_date:%d %b} {campaign.campaign_name or ''}"


def filled_by_attributes(start: date) -> CampaignSoftwareUpgrade:
    """Build a request empty, and fill it."""
    upgrade = CampaignSoftwareUpgrade()
    upgrade.software_name = upgrade.software_to = "FOTA_Verizon_Model-A_02To03_HF"
    upgrade.software_from = "FOTA_Verizon_Model-A_00To01_HF"
    upgrade.distribution_type = "HTTP"
    upgrade.start_date = start
    upgrade.end_date = "2030-08-22"
    upgrade.download_time_window_list = [V2TimeWindow(3, 4)]
    upgrade.device_list = DEVICES
    return upgrade


def built_by_position(start: date) -> list[object]:
    """Build requests by the order of their arguments."""
    return [
        CampaignFirmwareUpgrade("Pilot", "a", "b", "c", "LWM2M", start, start, [V3TimeWindow(0, 4)], tuple(DEVICES)),
        CampaignFirmwareUpgrade(None, "a", "b", "c", "LWM2M", start, start, None, DEVICES, True, False),
        V2ChangeCampaignDatesRequest(start, start, None, [V2TimeWindow(0, 4)]),
        V2AddOrRemoveDeviceRequest("remove", DEVICES),
        V3LicenseIMEI(DEVICES),
        V3TimeWindow(0, end_time=4),
        V3TimeWindow(additional_properties={"startTime": None, "endTime": None}),
        V3TimeWindow(0, 4, additional_properties={"zone": "UTC"}),
    ]


def main(client: FotaClient, account: str) -> None:
    """Run the whole script."""
    start = date.today() + timedelta(days=3)
    try:
        campaign_id = schedule(client, account, start)
        change(client, account, campaign_id)
        print("\n".join(report(client, account, campaign_id)))
    except AuthenticationError as error:
        print("log in again:", error.error_code)
    except FotaV3ResultException as error:
        print(error.status_code, error.error_code, error.error_message)
    except FotaError as error:
        print("look first" if error.outcome_unknown else "failed", error)
    filled_by_attributes(start).validate()
    print(built_by_position(start))
