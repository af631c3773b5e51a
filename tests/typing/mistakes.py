"""Mistakes that a type checker finds before anything runs; an ignored line that is no error is reported."""

from fota_sdk import CampaignFirmwareUpgrade, FotaClient, V2TimeWindow, V3TimeWindow

from fota_sdk import FotaClinet  # type: ignore[attr-defined] # isort: skip


def mistyped_names(client: FotaClient, window: V3TimeWindow) -> None:
    window.startTime = 0  # type: ignore[attr-defined]
    print(window.strat_time)  # type: ignore[attr-defined]
    V3TimeWindow(start=0)  # type: ignore[call-arg]
    client.campaigns_v3.cancel("a", "b")  # type: ignore[attr-defined]
    print(client.campaigns_v3.with_raw_response.cancel_campaign("a", "b").bdy)  # type: ignore[attr-defined]


def mistyped_values(client: FotaClient, window: V2TimeWindow) -> None:
    V3TimeWindow(start_time="18", end_time=22)  # type: ignore[arg-type]
    CampaignFirmwareUpgrade(campaign_time_window_list=[window])  # type: ignore[list-item]
    client.campaigns_v3.cancel_campaign("a", 5)  # type: ignore[arg-type]
    client.campaigns_v3.dry_run.cancel_campaign("a")  # type: ignore[call-arg]
    client.campaigns_v2.schedule_campaign_firmware_upgrade("a", CampaignFirmwareUpgrade())  # type: ignore[arg-type]


print(FotaClinet)
