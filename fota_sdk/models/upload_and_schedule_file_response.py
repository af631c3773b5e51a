from __future__ import annotations

from dataclasses import dataclass

from fota_sdk.core.fields import wire
from fota_sdk.core.model import Model
from fota_sdk.models.download_time_window import DownloadTimeWindow


@dataclass(slots=True, eq=False, repr=False)
class UploadAndScheduleFileResponse(Model):
    """A file campaign or a software campaign of HTTP devices, as the response to its schedule gives it (V2)."""

    id: str = wire("id", example="60b5d639-ccdc-4db8-8824-069bd94c95bf")
    """Id of the campaign, a UUID."""
    account_name: str | None = wire("accountName", example="0000123456-00001")
    """Account that the response is about."""
    campaign_name: str | None = wire("campaignName", example="FOTA_Verizon_Upgrade")
    """Label of the campaign."""
    software_name: str | None = wire("softwareName", example="FOTA_Verizon_Model-A_02To03_HF")
    """Name of the package; in software campaigns."""
    software_from: str | None = wire("softwareFrom", example="FOTA_Verizon_Model-A_00To01_HF")
    """Software to upgrade from; in software campaigns."""
    software_to: str | None = wire("softwareTo", example="FOTA_Verizon_Model-A_02To03_HF")
    """Software to upgrade to; in software campaigns."""
    file_name: str | None = wire("fileName", example="configfile-Verizon_VZW1_hello-world.txt")
    """Name of the file; in file campaigns."""
    file_version: str | None = wire("fileVersion", example="1.0")
    """Version of the file; in file campaigns."""
    distribution_type: str | None = wire("distributionType", example="HTTP")
    """How the devices get it: HTTP, LWM2M, OMD-DM; open."""
    make: str | None = wire("make", example="Verizon")
    """Maker of the devices."""
    model: str | None = wire("model", example="Model-A")
    """Model of the devices."""
    start_date: str | None = wire("startDate", example="2020-08-21")
    """First day, UTC: YYYY-MM-DD."""
    end_date: str | None = wire("endDate", example="2020-08-22")
    """Last day, UTC: YYYY-MM-DD."""
    download_after_date: str | None = wire("downloadAfterDate", example="2020-08-21")
    """First day on which devices may download: YYYY-MM-DD."""
    download_time_window_list: list[DownloadTimeWindow] | None = wire("downloadTimeWindowList")
    """Hours in which devices may download."""
    install_after_date: str | None = wire("installAfterDate", example="2020-08-21")
    """First day on which devices may install: YYYY-MM-DD."""
    install_time_window_list: list[DownloadTimeWindow] | None = wire(
        "installTimeWindowList", example=[{"startTime": "22", "endTime": "23"}]
    )
    """Hours in which devices may install."""
    device_list: list[str] | None = wire("deviceList", example=["990013907884253", "990013907835578"])
    """Devices of the campaign: 15-digit IMEIs; often absent."""
    status: str | None = wire("status", example="CampaignRequestPending")
    """Where the campaign stands; known values in `CampaignStatus`, others pass through."""
