from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from fota_sdk.core.controller import Controller, DryView, RawView, dry, raw, view
from fota_sdk.core.operation import Effect, Operation
from fota_sdk.core.wait import Wait, wait_for_status
from fota_sdk.models.campaign import Campaign
from fota_sdk.models.campaign_firmware_upgrade import CampaignFirmwareUpgrade
from fota_sdk.models.campaign_status import CampaignStatus, meant_status
from fota_sdk.models.firmware_campaign import FirmwareCampaign
from fota_sdk.models.fota_v3_success_result import FotaV3SuccessResult
from fota_sdk.models.v3_add_or_remove_device_request import V3AddOrRemoveDeviceRequest
from fota_sdk.models.v3_add_or_remove_device_result import V3AddOrRemoveDeviceResult
from fota_sdk.models.v3_change_campaign_dates_request import V3ChangeCampaignDatesRequest

SCHEDULE_CAMPAIGN_FIRMWARE_UPGRADE = Operation(
    "v3.schedule_campaign_firmware_upgrade",
    "POST",
    "/fota/v3/campaigns/firmware/{acc}",
    FirmwareCampaign,
    Effect.SCHEDULES,
    body=CampaignFirmwareUpgrade,
    verified_by="software_management_reports_v3.get_campaign_history_by_status",
)

UPDATE_CAMPAIGN_FIRMWARE_DEVICES = Operation(
    "v3.update_campaign_firmware_devices",
    "PUT",
    "/fota/v3/campaigns/firmware/{acc}/{campaign_id}",
    V3AddOrRemoveDeviceResult,
    body=V3AddOrRemoveDeviceRequest,
    verified_by="software_management_reports_v3.get_campaign_device_status",
)

UPDATE_CAMPAIGN_DATES = Operation(
    "v3.update_campaign_dates",
    "PUT",
    "/fota/v3/campaigns/firmware/{acc}/{campaign_id}/dates",
    FirmwareCampaign,
    Effect.SETS,
    body=V3ChangeCampaignDatesRequest,
    verified_by="campaigns_v3.get_campaign_information",
)

GET_CAMPAIGN_INFORMATION = Operation(
    "v3.get_campaign_information",
    "GET",
    "/fota/v3/campaigns/{acc}/{campaign_id}",
    Campaign,
    Effect.READS,
)

CANCEL_CAMPAIGN = Operation(
    "v3.cancel_campaign",
    "DELETE",
    "/fota/v3/campaigns/{acc}/{campaign_id}",
    FotaV3SuccessResult,
    verified_by="campaigns_v3.get_campaign_information",
)


class CampaignsV3Controller(Controller):
    """Firmware campaigns for LWM2M devices (Campaigns V3).

    Every method raises `ValidationError` where something is certainly wrong, and nothing was sent;
    `FotaV3ResultException` where the service refuses (400); and another `FotaError` for anything else, whose
    `outcome_unknown` says whether the call may have been carried out. Source: reference page of Campaigns V3.
    """

    @view
    def with_raw_response(self) -> CampaignsV3WithRawResponse:
        """The same methods, each returning an `ApiResponse` with status, headers, text and body."""
        return CampaignsV3WithRawResponse(self)

    @view
    def dry_run(self) -> CampaignsV3DryRun:
        """The same methods, each validating and returning the `PreparedCall` that would be sent; nothing is sent."""
        return CampaignsV3DryRun(self)

    def schedule_campaign_firmware_upgrade(
        self, acc: str, body: CampaignFirmwareUpgrade | Mapping[str, Any]
    ) -> FirmwareCampaign:
        """Schedules a firmware upgrade for a list of devices.

        The response means that the request was accepted, not yet that the campaign is scheduled; see its `status`.

        Args:
            acc: Billing account, such as 0000123456-00001.
            body: The upgrade, as a model or as a mapping in wire names.

        Raises:
            FotaV3ResultException: The service refused it (400).
        """
        return self._call(SCHEDULE_CAMPAIGN_FIRMWARE_UPGRADE, body, acc=acc)

    def update_campaign_firmware_devices(
        self, acc: str, campaign_id: str, body: V3AddOrRemoveDeviceRequest | Mapping[str, Any]
    ) -> V3AddOrRemoveDeviceResult:
        """Adds devices to a campaign, or removes some, while it waits to be scheduled.

        The response says of each device what became of it.

        Args:
            acc: Billing account, such as 0000123456-00001.
            campaign_id: Id of the campaign, from its schedule response.
            body: The devices and what to do, as a model or as a mapping in wire names.

        Raises:
            FotaV3ResultException: The service refused it (400).
        """
        return self._call(UPDATE_CAMPAIGN_FIRMWARE_DEVICES, body, acc=acc, campaign_id=campaign_id)

    def update_campaign_dates(
        self, acc: str, campaign_id: str, body: V3ChangeCampaignDatesRequest | Mapping[str, Any]
    ) -> FirmwareCampaign:
        """Changes the dates and windows of a campaign.

        The service wants the full set, also what stays as it is; `V3ChangeCampaignDatesRequest.from_campaign`
        copies it.

        Args:
            acc: Billing account, such as 0000123456-00001.
            campaign_id: Id of the campaign, from its schedule response.
            body: All dates and windows, as a model or as a mapping in wire names.

        Raises:
            FotaV3ResultException: The service refused it (400).
        """
        return self._call(UPDATE_CAMPAIGN_DATES, body, acc=acc, campaign_id=campaign_id)

    def get_campaign_information(self, acc: str, campaign_id: str) -> Campaign:
        """Returns a campaign with its status, dates and windows. The devices are not part of it.

        Args:
            acc: Billing account, such as 0000123456-00001.
            campaign_id: Id of the campaign, from its schedule response.

        Raises:
            FotaV3ResultException: The service refused it (400).
        """
        return self._call(GET_CAMPAIGN_INFORMATION, acc=acc, campaign_id=campaign_id)

    def cancel_campaign(self, acc: str, campaign_id: str) -> FotaV3SuccessResult:
        """Cancels a campaign that has not started yet. Look at `success` of the response: it may be False.

        Args:
            acc: Billing account, such as 0000123456-00001.
            campaign_id: Id of the campaign, from its schedule response.

        Raises:
            FotaV3ResultException: The service refused it (400).
        """
        return self._call(CANCEL_CAMPAIGN, acc=acc, campaign_id=campaign_id)

    def wait_for_status(
        self,
        acc: str,
        campaign_id: str,
        *,
        until: str | Iterable[str] | None = None,
        timeout: float | None,
        interval: float = 30,
        on_poll: Callable[[Campaign], object] | None = None,
    ) -> Campaign:
        """Reads a campaign again and again until it has a status, and returns it as it was read last.

        An ended campaign says nothing about success: `campaign_report` tells what became of each device.

        Args:
            acc: Billing account, such as 0000123456-00001.
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
        return wait_for_status(self._caller, GET_CAMPAIGN_INFORMATION, wait, acc=acc, campaign_id=campaign_id)


class CampaignsV3WithRawResponse(RawView):
    """The methods of `CampaignsV3Controller`, returning the HTTP response."""

    schedule_campaign_firmware_upgrade = raw(CampaignsV3Controller.schedule_campaign_firmware_upgrade)
    update_campaign_firmware_devices = raw(CampaignsV3Controller.update_campaign_firmware_devices)
    update_campaign_dates = raw(CampaignsV3Controller.update_campaign_dates)
    get_campaign_information = raw(CampaignsV3Controller.get_campaign_information)
    cancel_campaign = raw(CampaignsV3Controller.cancel_campaign)


class CampaignsV3DryRun(DryView):
    """The methods of `CampaignsV3Controller`, sending nothing."""

    schedule_campaign_firmware_upgrade = dry(CampaignsV3Controller.schedule_campaign_firmware_upgrade)
    update_campaign_firmware_devices = dry(CampaignsV3Controller.update_campaign_firmware_devices)
    update_campaign_dates = dry(CampaignsV3Controller.update_campaign_dates)
    get_campaign_information = dry(CampaignsV3Controller.get_campaign_information)
    cancel_campaign = dry(CampaignsV3Controller.cancel_campaign)
