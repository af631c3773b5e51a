from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fota_sdk.core.controller import Controller, DryView, PagedView, RawView, dry, paged, raw, view
from fota_sdk.core.operation import Effect, Operation
from fota_sdk.models.fota_v2_success_result import FotaV2SuccessResult
from fota_sdk.models.v2_license_imei import V2LicenseIMEI
from fota_sdk.models.v2_license_summary import V2LicenseSummary
from fota_sdk.models.v2_licenses_assigned_removed_result import V2LicensesAssignedRemovedResult
from fota_sdk.models.v2_list_of_licenses_to_remove import V2ListOfLicensesToRemove
from fota_sdk.models.v2_list_of_licenses_to_remove_request import V2ListOfLicensesToRemoveRequest
from fota_sdk.models.v2_list_of_licenses_to_remove_result import V2ListOfLicensesToRemoveResult

GET_ACCOUNT_LICENSE_STATUS = Operation(
    "v2.get_account_license_status",
    "GET",
    "/fota/v2/licenses/{account}{?last_seen_device_id}",
    V2LicenseSummary,
    Effect.READS,
    cursor="last_seen_device_id",
)

ASSIGN_LICENSES_TO_DEVICES = Operation(
    "v2.assign_licenses_to_devices",
    "POST",
    "/fota/v2/licenses/{account}/assign",
    V2LicensesAssignedRemovedResult,
    body=V2LicenseIMEI,
    verified_by="software_management_reports_v2.list_account_devices",
    deprecated=True,
)

REMOVE_LICENSES_FROM_DEVICES = Operation(
    "v2.remove_licenses_from_devices",
    "POST",
    "/fota/v2/licenses/{account}/remove",
    V2LicensesAssignedRemovedResult,
    body=V2LicenseIMEI,
    verified_by="software_management_reports_v2.list_account_devices",
    deprecated=True,
)

LIST_LICENSES_TO_REMOVE = Operation(
    "v2.list_licenses_to_remove",
    "GET",
    "/fota/v2/licenses/{account}/cancel{?start_index}",
    V2ListOfLicensesToRemove,
    Effect.READS,
    deprecated=True,
)

CREATE_LIST_OF_LICENSES_TO_REMOVE = Operation(
    "v2.create_list_of_licenses_to_remove",
    "POST",
    "/fota/v2/licenses/{account}/cancel",
    V2ListOfLicensesToRemoveResult,
    body=V2ListOfLicensesToRemoveRequest,
    verified_by="software_management_licenses_v2.list_licenses_to_remove",
    deprecated=True,
)

DELETE_LIST_OF_LICENSES_TO_REMOVE = Operation(
    "v2.delete_list_of_licenses_to_remove",
    "DELETE",
    "/fota/v2/licenses/{account}/cancel",
    FotaV2SuccessResult,
    verified_by="software_management_licenses_v2.list_licenses_to_remove",
    deprecated=True,
)


class SoftwareManagementLicensesV2Controller(Controller):
    """Licenses of devices (V2). Only accounts that pay by month need them.

    Every method raises `ValidationError` where something is certainly wrong, and nothing was sent;
    `FotaV2ResultException` where the service refuses (400); and another `FotaError` for anything else, whose
    `outcome_unknown` says whether the call may have been carried out. Source: the service's description of Software
    Management Licenses V2.
    """

    @view
    def with_raw_response(self) -> SoftwareManagementLicensesV2WithRawResponse:
        """The same methods, each returning an `ApiResponse` with status, headers, text and body."""
        return SoftwareManagementLicensesV2WithRawResponse(self)

    @view
    def dry_run(self) -> SoftwareManagementLicensesV2DryRun:
        """The same methods, each validating and returning the `PreparedCall` that would be sent; nothing is sent."""
        return SoftwareManagementLicensesV2DryRun(self)

    @view
    def paginated(self) -> SoftwareManagementLicensesV2Paginated:
        """The methods whose responses come in pages, each returning `Pages`, over which a loop reads all of them."""
        return SoftwareManagementLicensesV2Paginated(self)

    def get_account_license_status(self, account: str, last_seen_device_id: str | None = None) -> V2LicenseSummary:
        """Returns a page of the devices that have a license, with the counters of the account.

        Args:
            account: Billing account, such as 0000123456-00001.
            last_seen_device_id: Cursor of the page before, from its response; by default the first page.

        Raises:
            FotaV2ResultException: The service refused it (400).
        """
        return self._call(GET_ACCOUNT_LICENSE_STATUS, account=account, last_seen_device_id=last_seen_device_id)

    def assign_licenses_to_devices(
        self, account: str, body: V2LicenseIMEI | Mapping[str, Any]
    ) -> V2LicensesAssignedRemovedResult:
        """Assigns a license to each of some devices.

        The response is a success even where every device failed: look at the status of each. The service's description
        marks this as deprecated and names no successor; the V3 method serves devices of any protocol, it is assumed.

        Args:
            account: Billing account, such as 0000123456-00001.
            body: The devices, as a model or as a mapping in wire names.

        Raises:
            FotaV2ResultException: The service refused it (400).
        """
        return self._call(ASSIGN_LICENSES_TO_DEVICES, body, account=account)

    def remove_licenses_from_devices(
        self, account: str, body: V2LicenseIMEI | Mapping[str, Any]
    ) -> V2LicensesAssignedRemovedResult:
        """Takes the licenses from some devices; those that had an upgrade since the assignment keep theirs.

        The response is a success even where every device failed: look at the status of each. The service's description
        marks this as deprecated and names no successor.

        Args:
            account: Billing account, such as 0000123456-00001.
            body: The devices, as a model or as a mapping in wire names.

        Raises:
            FotaV2ResultException: The service refused it (400).
        """
        return self._call(REMOVE_LICENSES_FROM_DEVICES, body, account=account)

    def list_licenses_to_remove(self, account: str, start_index: str | None = None) -> V2ListOfLicensesToRemove:
        """Returns the devices whose licenses go first, should fewer licenses be bought than are in use.

        There is no paginated form, because the response has no cursor. The service's description marks this as
        deprecated and names no successor.

        Args:
            account: Billing account, such as 0000123456-00001.
            start_index: Where to begin; the service's description does not say in which unit. By default the
                beginning.

        Raises:
            FotaV2ResultException: The service refused it (400).
        """
        return self._call(LIST_LICENSES_TO_REMOVE, account=account, start_index=start_index)

    def create_list_of_licenses_to_remove(
        self, account: str, body: V2ListOfLicensesToRemoveRequest | Mapping[str, Any]
    ) -> V2ListOfLicensesToRemoveResult:
        """Replaces the list of devices whose licenses go first; with `mtype` "append" it adds to the list instead.

        The service's description marks this as deprecated and names no successor.

        Args:
            account: Billing account, such as 0000123456-00001.
            body: The devices, in the order in which licenses are to go, as a model or as a mapping in wire names.

        Raises:
            FotaV2ResultException: The service refused it (400).
        """
        return self._call(CREATE_LIST_OF_LICENSES_TO_REMOVE, body, account=account)

    def delete_list_of_licenses_to_remove(self, account: str) -> FotaV2SuccessResult:
        """Deletes the list of devices whose licenses go first. Look at `success` of the response: it may be False.

        The service's description marks this as deprecated and names no successor.

        Args:
            account: Billing account, such as 0000123456-00001.

        Raises:
            FotaV2ResultException: The service refused it (400).
        """
        return self._call(DELETE_LIST_OF_LICENSES_TO_REMOVE, account=account)


class SoftwareManagementLicensesV2WithRawResponse(RawView):
    """The methods of `SoftwareManagementLicensesV2Controller`, returning the HTTP response."""

    get_account_license_status = raw(SoftwareManagementLicensesV2Controller.get_account_license_status)
    assign_licenses_to_devices = raw(SoftwareManagementLicensesV2Controller.assign_licenses_to_devices)
    remove_licenses_from_devices = raw(SoftwareManagementLicensesV2Controller.remove_licenses_from_devices)
    list_licenses_to_remove = raw(SoftwareManagementLicensesV2Controller.list_licenses_to_remove)
    create_list_of_licenses_to_remove = raw(SoftwareManagementLicensesV2Controller.create_list_of_licenses_to_remove)
    delete_list_of_licenses_to_remove = raw(SoftwareManagementLicensesV2Controller.delete_list_of_licenses_to_remove)


class SoftwareManagementLicensesV2DryRun(DryView):
    """The methods of `SoftwareManagementLicensesV2Controller`, sending nothing."""

    get_account_license_status = dry(SoftwareManagementLicensesV2Controller.get_account_license_status)
    assign_licenses_to_devices = dry(SoftwareManagementLicensesV2Controller.assign_licenses_to_devices)
    remove_licenses_from_devices = dry(SoftwareManagementLicensesV2Controller.remove_licenses_from_devices)
    list_licenses_to_remove = dry(SoftwareManagementLicensesV2Controller.list_licenses_to_remove)
    create_list_of_licenses_to_remove = dry(SoftwareManagementLicensesV2Controller.create_list_of_licenses_to_remove)
    delete_list_of_licenses_to_remove = dry(SoftwareManagementLicensesV2Controller.delete_list_of_licenses_to_remove)


class SoftwareManagementLicensesV2Paginated(PagedView):
    """The methods of `SoftwareManagementLicensesV2Controller` whose responses come in pages."""

    get_account_license_status = paged(
        SoftwareManagementLicensesV2Controller.get_account_license_status, lambda page: page.device_list
    )
