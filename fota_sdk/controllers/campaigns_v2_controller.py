from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from fota_sdk.core.controller import Controller, DryView, RawView, dry, raw, view
from fota_sdk.core.operation import Effect, Operation
from fota_sdk.core.wait import Wait, wait_for_status
from fota_sdk.models.campaign_software import CampaignSoftware
from fota_sdk.models.campaign_software_upgrade import CampaignSoftwareUpgrade
from fota_sdk.models.campaign_status import CampaignStatus, meant_status
from fota_sdk.models.fota_v2_success_result import FotaV2SuccessResult
from fota_sdk.models.schedules_software_upgrade_request import SchedulesSoftwareUpgradeRequest
from fota_sdk.models.upload_and_schedule_file_request import UploadAndScheduleFileRequest
from fota_sdk.models.upload_and_schedule_file_response import UploadAndScheduleFileResponse
from fota_sdk.models.v2_add_or_remove_device_request import V2AddOrRemoveDeviceRequest
from fota_sdk.models.v2_add_or_remove_device_result import V2AddOrRemoveDeviceResult
from fota_sdk.models.v2_change_campaign_dates_request import V2ChangeCampaignDatesRequest

SCHEDULE_CAMPAIGN_FIRMWARE_UPGRADE = Operation(
    "v2.schedule_campaign_firmware_upgrade",
    "POST",
    "/fota/v2/campaigns/{account}",
    CampaignSoftware,
    Effect.SCHEDULES,
    body=CampaignSoftwareUpgrade,
    verified_by="software_management_reports_v2.get_campaign_history_by_status",
)

GET_CAMPAIGN_INFORMATION = Operation(
    "v2.get_campaign_information",
    "GET",
    "/fota/v2/campaigns/{account}/{campaign_id}",
    CampaignSoftware,
    Effect.READS,
)

UPDATE_CAMPAIGN_FIRMWARE_DEVICES = Operation(
    "v2.update_campaign_firmware_devices",
    "PUT",
    "/fota/v2/campaigns/{account}/{campaign_id}",
    V2AddOrRemoveDeviceResult,
    body=V2AddOrRemoveDeviceRequest,
    verified_by="software_management_reports_v2.get_campaign_device_status",
)

CANCEL_CAMPAIGN = Operation(
    "v2.cancel_campaign",
    "DELETE",
    "/fota/v2/campaigns/{account}/{campaign_id}",
    FotaV2SuccessResult,
    verified_by="campaigns_v2.get_campaign_information",
)

UPDATE_CAMPAIGN_DATES = Operation(
    "v2.update_campaign_dates",
    "PUT",
    "/fota/v2/campaigns/{account}/{campaign_id}/dates",
    CampaignSoftware,
    Effect.SETS,
    body=V2ChangeCampaignDatesRequest,
    verified_by="campaigns_v2.get_campaign_information",
)

SCHEDULE_FILE_UPGRADE = Operation(
    "v2.schedule_file_upgrade",
    "POST",
    "/fota/v2/campaigns/files/{acc}",
    UploadAndScheduleFileResponse,
    Effect.SCHEDULES,
    body=UploadAndScheduleFileRequest,
    verified_by="software_management_reports_v2.get_campaign_history_by_status",
)

SCHEDULE_SW_UPGRADE_HTTP_DEVICES = Operation(
    "v2.schedule_sw_upgrade_http_devices",
    "POST",
    "/fota/v2/campaigns/software/{acc}",
    UploadAndScheduleFileResponse,
    Effect.SCHEDULES,
    body=SchedulesSoftwareUpgradeRequest,
    verified_by="software_management_reports_v2.get_campaign_history_by_status",
)


class CampaignsV2Controller(Controller):
    """Software campaigns for HTTP devices (Campaigns V2).

    Every method raises `ValidationError` where something is certainly wrong, and nothing was sent;
    `FotaV2ResultException` where the service refuses (400); and another `FotaError` for anything else, whose
    `outcome_unknown` says whether the call may have been carried out. Source: reference page of Campaigns V2.
    """

    @view
    def with_raw_response(self) -> CampaignsV2WithRawResponse:
        """The same methods, each returning an `ApiResponse` with status, headers, text and body."""
        return CampaignsV2WithRawResponse(self)

    @view
    def dry_run(self) -> CampaignsV2DryRun:
        """The same methods, each validating and returning the `PreparedCall` that would be sent; nothing is sent."""
        return CampaignsV2DryRun(self)

    def schedule_campaign_firmware_upgrade(
        self, account: str, body: CampaignSoftwareUpgrade | Mapping[str, Any]
    ) -> CampaignSoftware:
        """Schedules a software upgrade for a list of devices.

        The response means that the request was accepted, not yet that the campaign is scheduled; see its `status`.

        Args:
            account: Billing account, such as 0000123456-00001.
            body: The upgrade, as a model or as a mapping in wire names.

        Raises:
            FotaV2ResultException: The service refused it (400).
        """
        return self._call(SCHEDULE_CAMPAIGN_FIRMWARE_UPGRADE, body, account=account)

    def get_campaign_information(self, account: str, campaign_id: str) -> CampaignSoftware:
        """Returns a campaign with its status, dates and windows. The devices are not part of it.

        Args:
            account: Billing account, such as 0000123456-00001.
            campaign_id: Id of the campaign, from its schedule response.

        Raises:
            FotaV2ResultException: The service refused it (400).
        """
        return self._call(GET_CAMPAIGN_INFORMATION, account=account, campaign_id=campaign_id)

    def update_campaign_firmware_devices(
        self, account: str, campaign_id: str, body: V2AddOrRemoveDeviceRequest | Mapping[str, Any]
    ) -> V2AddOrRemoveDeviceResult:
        """Adds devices to a campaign, or removes some, while it waits to be scheduled.

        The service does it later; the response holds the handle of that work.

        Args:
            account: Billing account, such as 0000123456-00001.
            campaign_id: Id of the campaign, from its schedule response.
            body: The devices and what to do, as a model or as a mapping in wire names.

        Raises:
            FotaV2ResultException: The service refused it (400).
        """
        return self._call(UPDATE_CAMPAIGN_FIRMWARE_DEVICES, body, account=account, campaign_id=campaign_id)

    def cancel_campaign(self, account: str, campaign_id: str) -> FotaV2SuccessResult:
        """Cancels a campaign that has not started yet. Look at `success` of the response: it may be False.

        Args:
            account: Billing account, such as 0000123456-00001.
            campaign_id: Id of the campaign, from its schedule response.

        Raises:
            FotaV2ResultException: The service refused it (400).
        """
        return self._call(CANCEL_CAMPAIGN, account=account, campaign_id=campaign_id)

    def update_campaign_dates(
        self, account: str, campaign_id: str, body: V2ChangeCampaignDatesRequest | Mapping[str, Any]
    ) -> CampaignSoftware:
        """Changes the dates and windows of a campaign.

        The service wants the full set, also what stays as it is; `V2ChangeCampaignDatesRequest.from_campaign`
        copies it.
        It keeps windows that the campaign already has, so the response may hold more than the request.

        Args:
            account: Billing account, such as 0000123456-00001.
            campaign_id: Id of the campaign, from its schedule response.
            body: All dates and windows, as a model or as a mapping in wire names.

        Raises:
            FotaV2ResultException: The service refused it (400).
        """
        return self._call(UPDATE_CAMPAIGN_DATES, body, account=account, campaign_id=campaign_id)

    def schedule_file_upgrade(
        self, acc: str, body: UploadAndScheduleFileRequest | Mapping[str, Any]
    ) -> UploadAndScheduleFileResponse:
        """Schedules that a file, which was uploaded before, goes to a list of devices.

        The response means that the request was accepted, not yet that the campaign is scheduled; see its `status`.

        Args:
            acc: Billing account, such as 0000123456-00001.
            body: The campaign, as a model or as a mapping in wire names.

        Raises:
            FotaV2ResultException: The service refused it (400).
        """
        return self._call(SCHEDULE_FILE_UPGRADE, body, acc=acc)

    def schedule_sw_upgrade_http_devices(
        self, acc: str, body: SchedulesSoftwareUpgradeRequest | Mapping[str, Any]
    ) -> UploadAndScheduleFileResponse:
        """Schedules a software upgrade for a list of devices, with dates and hours as texts.

        It does what `schedule_campaign_firmware_upgrade` does, by the route that the vendor's pages describe today.

        Args:
            acc: Billing account, such as 0000123456-00001.
            body: The campaign, as a model or as a mapping in wire names.

        Raises:
            FotaV2ResultException: The service refused it (400).
        """
        return self._call(SCHEDULE_SW_UPGRADE_HTTP_DEVICES, body, acc=acc)

    def wait_for_status(
        self,
        account: str,
        campaign_id: str,
        *,
        until: str | Iterable[str] | None = None,
        timeout: float | None,
        interval: float = 30,
        on_poll: Callable[[CampaignSoftware], object] | None = None,
    ) -> CampaignSoftware:
        """Reads a campaign again and again until it has a status, and returns it as it was read last.

        An ended campaign says nothing about success: `campaign_report` tells what became of each device.

        Args:
            account: Billing account, such as 0000123456-00001.
            campaign_id: Id of the campaign, from its schedule response.
            until: The status or statuses to wait for; by default any final one (`CampaignStatus.is_final`). One that
                is not known may be awaited; one that looks like a misspelling of a known one is refused.
            timeout: Seconds for the whole wait; None is "no limit" and has to be written.
            interval: Seconds of the first pause; the pauses grow to ten times as much.
            on_poll: Called with the campaign after each read; what it raises ends the wait.

        Raises:
            ValidationError: Something is certainly wrong; nothing was sent.
            WaitError: Time is over (`timed_out`), or the campaign ended in a status that was not awaited; `campaign`
                is its last response.
            FotaError: A read was refused, or its response cannot be used. After what may pass by itself, such as an
                outage or 429, it is read again until time is over; the `WaitError` then tells the last failure.
        """
        wait = Wait(until, timeout, interval, on_poll, CampaignStatus.is_final, meant_status)
        return wait_for_status(self._caller, GET_CAMPAIGN_INFORMATION, wait, account=account, campaign_id=campaign_id)


class CampaignsV2WithRawResponse(RawView):
    """The methods of `CampaignsV2Controller`, returning the HTTP response."""

    schedule_campaign_firmware_upgrade = raw(CampaignsV2Controller.schedule_campaign_firmware_upgrade)
    get_campaign_information = raw(CampaignsV2Controller.get_campaign_information)
    update_campaign_firmware_devices = raw(CampaignsV2Controller.update_campaign_firmware_devices)
    cancel_campaign = raw(CampaignsV2Controller.cancel_campaign)
    update_campaign_dates = raw(CampaignsV2Controller.update_campaign_dates)
    schedule_file_upgrade = raw(CampaignsV2Controller.schedule_file_upgrade)
    schedule_sw_upgrade_http_devices = raw(CampaignsV2Controller.schedule_sw_upgrade_http_devices)


class CampaignsV2DryRun(DryView):
    """The methods of `CampaignsV2Controller`, sending nothing."""

    schedule_campaign_firmware_upgrade = dry(CampaignsV2Controller.schedule_campaign_firmware_upgrade)
    get_campaign_information = dry(CampaignsV2Controller.get_campaign_information)
    update_campaign_firmware_devices = dry(CampaignsV2Controller.update_campaign_firmware_devices)
    cancel_campaign = dry(CampaignsV2Controller.cancel_campaign)
    update_campaign_dates = dry(CampaignsV2Controller.update_campaign_dates)
    schedule_file_upgrade = dry(CampaignsV2Controller.schedule_file_upgrade)
    schedule_sw_upgrade_http_devices = dry(CampaignsV2Controller.schedule_sw_upgrade_http_devices)
