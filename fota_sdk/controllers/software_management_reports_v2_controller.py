from __future__ import annotations

from fota_sdk.core.controller import Controller, DryView, PagedView, RawView, dry, paged, raw, view
from fota_sdk.core.operation import Effect, Operation
from fota_sdk.models.device_software_upgrade import DeviceSoftwareUpgrade
from fota_sdk.models.software_package import SoftwarePackage
from fota_sdk.models.v2_account_device_list import V2AccountDeviceList
from fota_sdk.models.v2_campaign_device import V2CampaignDevice
from fota_sdk.models.v2_campaign_history import V2CampaignHistory

LIST_AVAILABLE_SOFTWARE = Operation(
    "v2.list_available_software",
    "GET",
    "/fota/v2/software/{account}{?distribution_type}",
    list[SoftwarePackage],
    Effect.READS,
)

LIST_ACCOUNT_DEVICES = Operation(
    "v2.list_account_devices",
    "GET",
    "/fota/v2/devices/{account}{?last_seen_device_id,distribution_type}",
    V2AccountDeviceList,
    Effect.READS,
    cursor="last_seen_device_id",
)

GET_DEVICE_FIRMWARE_UPGRADE_HISTORY = Operation(
    "v2.get_device_firmware_upgrade_history",
    "GET",
    "/fota/v2/reports/{account}/devices/{device_id}",
    list[DeviceSoftwareUpgrade],
    Effect.READS,
)

GET_CAMPAIGN_HISTORY_BY_STATUS = Operation(
    "v2.get_campaign_history_by_status",
    "GET",
    "/fota/v2/reports/{account}/campaigns?campaignStatus={campaign_status}{&last_seen_campaign_id}",
    V2CampaignHistory,
    Effect.READS,
    cursor="last_seen_campaign_id",
)

GET_CAMPAIGN_DEVICE_STATUS = Operation(
    "v2.get_campaign_device_status",
    "GET",
    "/fota/v2/reports/{account}/campaigns/{campaign_id}/devices{?last_seen_device_id}",
    V2CampaignDevice,
    Effect.READS,
    cursor="last_seen_device_id",
)


class SoftwareManagementReportsV2Controller(Controller):
    """Available software, devices and reports of an account (V2).

    Every method raises `ValidationError` where something is certainly wrong, and nothing was sent;
    `FotaV2ResultException` where the service refuses (400); and another `FotaError` for anything else, whose
    `outcome_unknown` says whether the call may have been carried out. Source: the service's description of Software
    Management Reports V2.
    """

    @view
    def with_raw_response(self) -> SoftwareManagementReportsV2WithRawResponse:
        """The same methods, each returning an `ApiResponse` with status, headers, text and body."""
        return SoftwareManagementReportsV2WithRawResponse(self)

    @view
    def dry_run(self) -> SoftwareManagementReportsV2DryRun:
        """The same methods, each validating and returning the `PreparedCall` that would be sent; nothing is sent."""
        return SoftwareManagementReportsV2DryRun(self)

    @view
    def paginated(self) -> SoftwareManagementReportsV2Paginated:
        """The methods whose responses come in pages, each returning `Pages`, over which a loop reads all of them."""
        return SoftwareManagementReportsV2Paginated(self)

    def list_available_software(self, account: str, distribution_type: str | None = None) -> list[SoftwarePackage]:
        """Returns the packages that a V2 campaign can install.

        None of them names the version that it starts from: whether it fits, the service checks when a campaign is
        scheduled.

        Args:
            account: Billing account, such as 0000123456-00001.
            distribution_type: Protocol of the devices: HTTP, LWM2M or OMD-DM; open. By default all.

        Raises:
            FotaV2ResultException: The service refused it (400).
        """
        return self._call(LIST_AVAILABLE_SOFTWARE, account=account, distribution_type=distribution_type)

    def list_account_devices(
        self, account: str, last_seen_device_id: str | None = None, distribution_type: str | None = None
    ) -> V2AccountDeviceList:
        """Returns a page of the account's devices, with what is installed on them and whether they can be upgraded.

        Args:
            account: Billing account, such as 0000123456-00001.
            last_seen_device_id: Cursor of the page before, from its response; by default the first page.
            distribution_type: Protocol of the devices: HTTP, LWM2M or OMD-DM; open. By default all.

        Raises:
            FotaV2ResultException: The service refused it (400).
        """
        return self._call(
            LIST_ACCOUNT_DEVICES,
            account=account,
            last_seen_device_id=last_seen_device_id,
            distribution_type=distribution_type,
        )

    def get_device_firmware_upgrade_history(self, account: str, device_id: str) -> list[DeviceSoftwareUpgrade]:
        """Returns the upgrades of a device, of all campaigns.

        Args:
            account: Billing account, such as 0000123456-00001.
            device_id: Device: a 15-digit IMEI.

        Raises:
            FotaV2ResultException: The service refused it (400).
        """
        return self._call(GET_DEVICE_FIRMWARE_UPGRADE_HISTORY, account=account, device_id=device_id)

    def get_campaign_history_by_status(
        self, account: str, campaign_status: str, last_seen_campaign_id: str | None = None
    ) -> V2CampaignHistory:
        """Returns a page of the campaigns that have a status.

        `find_campaigns` looks in every status.

        Args:
            account: Billing account, such as 0000123456-00001.
            campaign_status: Status of the campaigns: one of `CampaignStatus` but PRE_SCHEDULED and QUEUED, which no
                report takes; open.
            last_seen_campaign_id: Cursor of the page before, from its response; by default the first page.

        Raises:
            FotaV2ResultException: The service refused it (400).
        """
        return self._call(
            GET_CAMPAIGN_HISTORY_BY_STATUS,
            account=account,
            campaign_status=campaign_status,
            last_seen_campaign_id=last_seen_campaign_id,
        )

    def get_campaign_device_status(
        self, account: str, campaign_id: str, last_seen_device_id: str | None = None
    ) -> V2CampaignDevice:
        """Returns a page of the devices of a campaign, each with its state and the reason.

        `campaign_report` reads all pages and counts; `DeviceStatus` has the known states.

        Args:
            account: Billing account, such as 0000123456-00001.
            campaign_id: Id of the campaign, from its schedule response.
            last_seen_device_id: Cursor of the page before, from its response; by default the first page.

        Raises:
            FotaV2ResultException: The service refused it (400).
        """
        return self._call(
            GET_CAMPAIGN_DEVICE_STATUS,
            account=account,
            campaign_id=campaign_id,
            last_seen_device_id=last_seen_device_id,
        )


class SoftwareManagementReportsV2WithRawResponse(RawView):
    """The methods of `SoftwareManagementReportsV2Controller`, returning the HTTP response."""

    list_available_software = raw(SoftwareManagementReportsV2Controller.list_available_software)
    list_account_devices = raw(SoftwareManagementReportsV2Controller.list_account_devices)
    get_device_firmware_upgrade_history = raw(SoftwareManagementReportsV2Controller.get_device_firmware_upgrade_history)
    get_campaign_history_by_status = raw(SoftwareManagementReportsV2Controller.get_campaign_history_by_status)
    get_campaign_device_status = raw(SoftwareManagementReportsV2Controller.get_campaign_device_status)


class SoftwareManagementReportsV2DryRun(DryView):
    """The methods of `SoftwareManagementReportsV2Controller`, sending nothing."""

    list_available_software = dry(SoftwareManagementReportsV2Controller.list_available_software)
    list_account_devices = dry(SoftwareManagementReportsV2Controller.list_account_devices)
    get_device_firmware_upgrade_history = dry(SoftwareManagementReportsV2Controller.get_device_firmware_upgrade_history)
    get_campaign_history_by_status = dry(SoftwareManagementReportsV2Controller.get_campaign_history_by_status)
    get_campaign_device_status = dry(SoftwareManagementReportsV2Controller.get_campaign_device_status)


class SoftwareManagementReportsV2Paginated(PagedView):
    """The methods of `SoftwareManagementReportsV2Controller` whose responses come in pages."""

    list_account_devices = paged(
        SoftwareManagementReportsV2Controller.list_account_devices, lambda page: page.device_list
    )
    get_campaign_history_by_status = paged(
        SoftwareManagementReportsV2Controller.get_campaign_history_by_status, lambda page: page.campaign_list
    )
    get_campaign_device_status = paged(
        SoftwareManagementReportsV2Controller.get_campaign_device_status, lambda page: page.device_list
    )
