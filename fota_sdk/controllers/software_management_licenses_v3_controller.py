from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fota_sdk.core.controller import Controller, DryView, PagedView, RawView, dry, paged, raw, view
from fota_sdk.core.operation import Effect, Operation
from fota_sdk.models.v3_license_assigned_removed_result import V3LicenseAssignedRemovedResult
from fota_sdk.models.v3_license_imei import V3LicenseIMEI
from fota_sdk.models.v3_license_summary import V3LicenseSummary

GET_ACCOUNT_LICENSES_STATUS = Operation(
    "v3.get_account_licenses_status",
    "GET",
    "/fota/v3/licenses/{acc}{?last_seen_device_id}",
    V3LicenseSummary,
    Effect.READS,
    cursor="last_seen_device_id",
)

ASSIGN_LICENSES_TO_DEVICES = Operation(
    "v3.assign_licenses_to_devices",
    "POST",
    "/fota/v3/licenses/{acc}/assign",
    V3LicenseAssignedRemovedResult,
    body=V3LicenseIMEI,
    verified_by="account_devices.list_account_devices_information",
)

REMOVE_LICENSES_FROM_DEVICES = Operation(
    "v3.remove_licenses_from_devices",
    "POST",
    "/fota/v3/licenses/{acc}/remove",
    V3LicenseAssignedRemovedResult,
    body=V3LicenseIMEI,
    verified_by="account_devices.list_account_devices_information",
)


class SoftwareManagementLicensesV3Controller(Controller):
    """Licenses of devices (V3). Only accounts that pay by month need them.

    Every method raises `ValidationError` where something is certainly wrong, and nothing was sent;
    `FotaV3ResultException` where the service refuses (400); and another `FotaError` for anything else, whose
    `outcome_unknown` says whether the call may have been carried out. Source: the service's description of Software
    Management Licenses V3.
    """

    @view
    def with_raw_response(self) -> SoftwareManagementLicensesV3WithRawResponse:
        """The same methods, each returning an `ApiResponse` with status, headers, text and body."""
        return SoftwareManagementLicensesV3WithRawResponse(self)

    @view
    def dry_run(self) -> SoftwareManagementLicensesV3DryRun:
        """The same methods, each validating and returning the `PreparedCall` that would be sent; nothing is sent."""
        return SoftwareManagementLicensesV3DryRun(self)

    @view
    def paginated(self) -> SoftwareManagementLicensesV3Paginated:
        """The methods whose responses come in pages, each returning `Pages`, over which a loop reads all of them."""
        return SoftwareManagementLicensesV3Paginated(self)

    def get_account_licenses_status(self, acc: str, last_seen_device_id: str | None = None) -> V3LicenseSummary:
        """Returns a page of the devices that have a license, with the counters of the account.

        Args:
            acc: Billing account, such as 0000123456-00001.
            last_seen_device_id: Cursor of the page before, from its response; by default the first page.

        Raises:
            FotaV3ResultException: The service refused it (400).
        """
        return self._call(GET_ACCOUNT_LICENSES_STATUS, acc=acc, last_seen_device_id=last_seen_device_id)

    def assign_licenses_to_devices(
        self, acc: str, body: V3LicenseIMEI | Mapping[str, Any]
    ) -> V3LicenseAssignedRemovedResult:
        """Assigns a license to each of some devices; the service begins to monitor whether they can be reached.

        The response is a success even where every device failed: look at the status of each.

        Args:
            acc: Billing account, such as 0000123456-00001.
            body: The devices, as a model or as a mapping in wire names.

        Raises:
            FotaV3ResultException: The service refused it (400).
        """
        return self._call(ASSIGN_LICENSES_TO_DEVICES, body, acc=acc)

    def remove_licenses_from_devices(
        self, acc: str, body: V3LicenseIMEI | Mapping[str, Any]
    ) -> V3LicenseAssignedRemovedResult:
        """Takes the licenses from some devices; those that had an upgrade since the assignment keep theirs.

        The response is a success even where every device failed: look at the status of each.

        Args:
            acc: Billing account, such as 0000123456-00001.
            body: The devices, as a model or as a mapping in wire names.

        Raises:
            FotaV3ResultException: The service refused it (400).
        """
        return self._call(REMOVE_LICENSES_FROM_DEVICES, body, acc=acc)


class SoftwareManagementLicensesV3WithRawResponse(RawView):
    """The methods of `SoftwareManagementLicensesV3Controller`, returning the HTTP response."""

    get_account_licenses_status = raw(SoftwareManagementLicensesV3Controller.get_account_licenses_status)
    assign_licenses_to_devices = raw(SoftwareManagementLicensesV3Controller.assign_licenses_to_devices)
    remove_licenses_from_devices = raw(SoftwareManagementLicensesV3Controller.remove_licenses_from_devices)


class SoftwareManagementLicensesV3DryRun(DryView):
    """The methods of `SoftwareManagementLicensesV3Controller`, sending nothing."""

    get_account_licenses_status = dry(SoftwareManagementLicensesV3Controller.get_account_licenses_status)
    assign_licenses_to_devices = dry(SoftwareManagementLicensesV3Controller.assign_licenses_to_devices)
    remove_licenses_from_devices = dry(SoftwareManagementLicensesV3Controller.remove_licenses_from_devices)


class SoftwareManagementLicensesV3Paginated(PagedView):
    """The methods of `SoftwareManagementLicensesV3Controller` whose responses come in pages."""

    get_account_licenses_status = paged(
        SoftwareManagementLicensesV3Controller.get_account_licenses_status, lambda page: page.device_list
    )
