from __future__ import annotations

from fota_sdk.core.controller import Controller, DryView, PagedView, RawView, dry, paged, raw, view
from fota_sdk.core.operation import Effect, Operation
from fota_sdk.models.device_firmware_upgrade import DeviceFirmwareUpgrade
from fota_sdk.models.v3_campaign_device import V3CampaignDevice
from fota_sdk.models.v3_campaign_history import V3CampaignHistory

GET_CAMPAIGN_HISTORY_BY_STATUS = Operation(
    "v3.get_campaign_history_by_status",
    "GET",
    "/fota/v3/reports/{acc}/firmware/campaigns?campaignStatus={campaign_status}{&last_seen_campaign_id}",
    V3CampaignHistory,
    Effect.READS,
    cursor="last_seen_campaign_id",
)

GET_DEVICE_FIRMWARE_UPGRADE_HISTORY = Operation(
    "v3.get_device_firmware_upgrade_history",
    "GET",
    "/fota/v3/reports/{acc}/devices/{device_id}",
    list[DeviceFirmwareUpgrade],
    Effect.READS,
)

GET_CAMPAIGN_DEVICE_STATUS = Operation(
    "v3.get_campaign_device_status",
    "GET",
    "/fota/v3/reports/{acc}/campaigns/{campaign_id}/devices{?last_seen_device_id}",
    V3CampaignDevice,
    Effect.READS,
    cursor="last_seen_device_id",
)


class SoftwareManagementReportsV3Controller(Controller):
    """Reports on campaigns and devices (V3).

    Every method raises `ValidationError` where something is certainly wrong, and nothing was sent;
    `FotaV3ResultException` where the service refuses (400); and another `FotaError` for anything else, whose
    `outcome_unknown` says whether the call may have been carried out. Source: the service's description of Software
    Management Reports V3.
    """

    @view
    def with_raw_response(self) -> SoftwareManagementReportsV3WithRawResponse:
        """The same methods, each returning an `ApiResponse` with status, headers, text and body."""
        return SoftwareManagementReportsV3WithRawResponse(self)

    @view
    def dry_run(self) -> SoftwareManagementReportsV3DryRun:
        """The same methods, each validating and returning the `PreparedCall` that would be sent; nothing is sent."""
        return SoftwareManagementReportsV3DryRun(self)

    @view
    def paginated(self) -> SoftwareManagementReportsV3Paginated:
        """The methods whose responses come in pages, each returning `Pages`, over which a loop reads all of them."""
        return SoftwareManagementReportsV3Paginated(self)

    def get_campaign_history_by_status(
        self, acc: str, campaign_status: str, last_seen_campaign_id: str | None = None
    ) -> V3CampaignHistory:
        """Returns a page of the campaigns that have a status.

        `find_campaigns` looks in every status.

        Args:
            acc: Billing account, such as 0000123456-00001.
            campaign_status: Status of the campaigns: one of `CampaignStatus` but PRE_SCHEDULED and QUEUED, which no
                report takes; open.
            last_seen_campaign_id: Cursor of the page before, from its response; by default the first page.

        Raises:
            FotaV3ResultException: The service refused it (400).
        """
        return self._call(
            GET_CAMPAIGN_HISTORY_BY_STATUS,
            acc=acc,
            campaign_status=campaign_status,
            last_seen_campaign_id=last_seen_campaign_id,
        )

    def get_device_firmware_upgrade_history(self, acc: str, device_id: str) -> list[DeviceFirmwareUpgrade]:
        """Returns the upgrades of a device, of all campaigns.

        Args:
            acc: Billing account, such as 0000123456-00001.
            device_id: Device: a 15-digit IMEI.

        Raises:
            FotaV3ResultException: The service refused it (400).
        """
        return self._call(GET_DEVICE_FIRMWARE_UPGRADE_HISTORY, acc=acc, device_id=device_id)

    def get_campaign_device_status(
        self, acc: str, campaign_id: str, last_seen_device_id: str | None = None
    ) -> V3CampaignDevice:
        """Returns a page of the devices of a campaign, each with its state, the reason and its next attempt.

        `campaign_report` reads all pages and counts; `DeviceStatus` has the known states.

        Args:
            acc: Billing account, such as 0000123456-00001.
            campaign_id: Id of the campaign, from its schedule response.
            last_seen_device_id: Cursor of the page before, from its response; by default the first page.

        Raises:
            FotaV3ResultException: The service refused it (400).
        """
        return self._call(
            GET_CAMPAIGN_DEVICE_STATUS, acc=acc, campaign_id=campaign_id, last_seen_device_id=last_seen_device_id
        )


class SoftwareManagementReportsV3WithRawResponse(RawView):
    """The methods of `SoftwareManagementReportsV3Controller`, returning the HTTP response."""

    get_campaign_history_by_status = raw(SoftwareManagementReportsV3Controller.get_campaign_history_by_status)
    get_device_firmware_upgrade_history = raw(SoftwareManagementReportsV3Controller.get_device_firmware_upgrade_history)
    get_campaign_device_status = raw(SoftwareManagementReportsV3Controller.get_campaign_device_status)


class SoftwareManagementReportsV3DryRun(DryView):
    """The methods of `SoftwareManagementReportsV3Controller`, sending nothing."""

    get_campaign_history_by_status = dry(SoftwareManagementReportsV3Controller.get_campaign_history_by_status)
    get_device_firmware_upgrade_history = dry(SoftwareManagementReportsV3Controller.get_device_firmware_upgrade_history)
    get_campaign_device_status = dry(SoftwareManagementReportsV3Controller.get_campaign_device_status)


class SoftwareManagementReportsV3Paginated(PagedView):
    """The methods of `SoftwareManagementReportsV3Controller` whose responses come in pages."""

    get_campaign_history_by_status = paged(
        SoftwareManagementReportsV3Controller.get_campaign_history_by_status, lambda page: page.campaign_list
    )
    get_campaign_device_status = paged(
        SoftwareManagementReportsV3Controller.get_campaign_device_status, lambda page: page.device_list
    )
