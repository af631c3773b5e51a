"""Mistakes that a type checker finds before anything runs; an ignored line that is no error is reported."""
# pyright: reportUnnecessaryTypeIgnoreComment=true

from datetime import date

from fota_sdk import (
    CampaignFirmwareUpgrade,
    CampaignSoftwareUpgrade,
    FotaClient,
    V2AddOrRemoveDeviceRequest,
    V2LicenseIMEI,
    V2ListOfLicensesToRemoveRequest,
    V2TimeWindow,
    V3AddOrRemoveDeviceRequest,
    V3ChangeCampaignDatesRequest,
    V3LicenseIMEI,
    V3TimeWindow,
    find_campaigns,
)

from fota_sdk import FotaClinet  # type: ignore[attr-defined] # isort: skip


def mistyped_names(client: FotaClient, window: V3TimeWindow) -> None:
    window.startTime = 0  # type: ignore[attr-defined]
    print(window.strat_time)  # type: ignore[attr-defined]
    V3TimeWindow(start=0)  # type: ignore[call-overload]
    client.campaigns_v3.cancel("a", "b")  # type: ignore[attr-defined]
    print(client.campaigns_v3.with_raw_response.cancel_campaign("a", "b").bdy)  # type: ignore[attr-defined]


def missing_fields(start: date) -> None:
    V3TimeWindow(start_time=18)  # type: ignore[call-overload]
    V3TimeWindow(18)  # type: ignore[call-overload]
    V3ChangeCampaignDatesRequest(end_date=start)  # type: ignore[call-overload]
    V3AddOrRemoveDeviceRequest(device_list=["990013907833573"])  # type: ignore[call-overload]
    V2LicenseIMEI(additional_properties={}, device_list=None)  # type: ignore[call-overload]
    CampaignFirmwareUpgrade(  # type: ignore[call-overload]
        firmware_name="a",
        firmware_from="b",
        start_date=start,
        end_date=start,
        device_list=["990013907833573"],
    )
    CampaignSoftwareUpgrade("a", "b", "c", "d", "HTTP", start, start)  # type: ignore[call-overload]


def unknown_changes(change: V2AddOrRemoveDeviceRequest) -> None:
    V3AddOrRemoveDeviceRequest(mtype="apend", device_list=["990013907833573"])  # type: ignore[call-overload]
    V2AddOrRemoveDeviceRequest("apend", ["990013907833573"])  # type: ignore[call-overload]
    V2ListOfLicensesToRemoveRequest(["990013907833573"], mtype="apend")  # type: ignore[call-overload]
    change.mtype = "apend"  # type: ignore[assignment]


def mistyped_values(client: FotaClient, window: V2TimeWindow) -> None:
    V3TimeWindow(start_time="18", end_time=22)  # type: ignore[call-overload]
    V3ChangeCampaignDatesRequest("2030-01-02", "2030-01-03", [window])  # type: ignore[list-item]
    V3LicenseIMEI(device_list="990013907833573")  # type: ignore[call-overload]
    request = CampaignFirmwareUpgrade()
    request.campaign_time_window_list = [window]  # type: ignore[list-item]
    request.start_date = 20300102  # type: ignore[assignment]
    request.device_list = "990013907833573"  # type: ignore[assignment]
    print(request.start_date.month_name)  # type: ignore[union-attr]
    request.device_list.push("990013907833573")  # type: ignore[union-attr]
    client.campaigns_v3.cancel_campaign("a", 5)  # type: ignore[arg-type]
    client.campaigns_v3.dry_run.cancel_campaign("a")  # type: ignore[call-arg]
    client.campaigns_v2.schedule_campaign_firmware_upgrade("a", CampaignFirmwareUpgrade())  # type: ignore[arg-type]


def mistakes_with_pages(client: FotaClient) -> None:
    pages = client.account_devices.paginated.get_account_device_information("a")
    print([device.imei for device in pages])  # type: ignore[attr-defined]
    print([page.device_id for page in pages.pages()])  # type: ignore[attr-defined]
    print(pages.device_list)  # type: ignore[attr-defined]
    next(pages)  # type: ignore[call-overload]
    client.account_devices.paginated.list_account_devices_information("a", {})  # type: ignore[attr-defined]
    client.client_logging.paginated  # type: ignore[attr-defined]  # noqa: B018 - reading it is the mistake


def mistakes_with_the_family(client: FotaClient) -> None:
    client.firmware_v3.list_available_firmware("a")  # type: ignore[call-arg]
    client.software_management_licenses_v3.assign_licenses_to_devices("a", V2LicenseIMEI(["x"]))  # type: ignore[arg-type]
    client.client_logging.disable_logging_for_devices("a", ["x"])  # type: ignore[arg-type]
    client.firmware_v3.list_available_firmware("a", "LWM2M").firmware_name  # type: ignore[attr-defined]  # noqa: B018
    print(client.firmware_v3.list_available_firmware("a", "LWM2M")[0].firmwareName)  # type: ignore[attr-defined]
    client.client_logging.disable_device_logging("a", "x").success  # type: ignore[attr-defined,func-returns-value]  # noqa: B018
    print(find_campaigns(client, "a", api="v2")[0].firmware_name)  # type: ignore[attr-defined]
    find_campaigns(client, "a", api="v1")  # type: ignore[call-overload]
    find_campaigns(client, "a", "v3")  # type: ignore[call-overload]


print(FotaClinet)
