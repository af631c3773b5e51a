from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fota_sdk.core.controller import Controller, DryView, RawView, dry, raw, view
from fota_sdk.core.operation import Effect, Operation
from fota_sdk.models.callback_summary import CallbackSummary
from fota_sdk.models.fota_v2_callback_registration_request import FotaV2CallbackRegistrationRequest
from fota_sdk.models.fota_v2_callback_registration_result import FotaV2CallbackRegistrationResult
from fota_sdk.models.fota_v2_success_result import FotaV2SuccessResult

LIST_REGISTERED_CALLBACKS = Operation(
    "v2.list_registered_callbacks",
    "GET",
    "/fota/v2/callbacks/{account}",
    CallbackSummary,
    Effect.READS,
    may_be_empty=True,
)

UPDATE_CALLBACK = Operation(
    "v2.update_callback",
    "PUT",
    "/fota/v2/callbacks/{account}",
    FotaV2CallbackRegistrationResult,
    Effect.SETS,
    body=FotaV2CallbackRegistrationRequest,
    verified_by="software_management_callbacks_v2.list_registered_callbacks",
)

REGISTER_CALLBACK = Operation(
    "v2.register_callback",
    "POST",
    "/fota/v2/callbacks/{account}",
    FotaV2CallbackRegistrationResult,
    Effect.SETS,
    body=FotaV2CallbackRegistrationRequest,
    verified_by="software_management_callbacks_v2.list_registered_callbacks",
)

DEREGISTER_CALLBACK = Operation(
    "v2.deregister_callback",
    "DELETE",
    "/fota/v2/callbacks/{account}",
    FotaV2SuccessResult,
    verified_by="software_management_callbacks_v2.list_registered_callbacks",
)


class SoftwareManagementCallbacksV2Controller(Controller):
    """The address to which the service posts messages about V2 campaigns: one for an account.

    Every method raises `ValidationError` where something is certainly wrong, and nothing was sent;
    `FotaV2ResultException` where the service refuses (400); and another `FotaError` for anything else, whose
    `outcome_unknown` says whether the call may have been carried out. Source: the service's description of Software
    Management Callbacks V2.
    """

    @view
    def with_raw_response(self) -> SoftwareManagementCallbacksV2WithRawResponse:
        """The same methods, each returning an `ApiResponse` with status, headers, text and body."""
        return SoftwareManagementCallbacksV2WithRawResponse(self)

    @view
    def dry_run(self) -> SoftwareManagementCallbacksV2DryRun:
        """The same methods, each validating and returning the `PreparedCall` that would be sent; nothing is sent."""
        return SoftwareManagementCallbacksV2DryRun(self)

    def list_registered_callbacks(self, account: str) -> CallbackSummary:
        """Returns the address that is registered; `url` is None where there is none.

        Args:
            account: Billing account, such as 0000123456-00001.

        Raises:
            FotaV2ResultException: The service refused it (400).
        """
        return self._call(LIST_REGISTERED_CALLBACKS, account=account)

    def update_callback(
        self, account: str, body: FotaV2CallbackRegistrationRequest | Mapping[str, Any]
    ) -> FotaV2CallbackRegistrationResult:
        """Replaces the address that is registered, also one of another team.

        Args:
            account: Billing account, such as 0000123456-00001.
            body: The address, as a model or as a mapping in wire names.

        Raises:
            FotaV2ResultException: The service refused it (400).
        """
        return self._call(UPDATE_CALLBACK, body, account=account)

    def register_callback(
        self, account: str, body: FotaV2CallbackRegistrationRequest | Mapping[str, Any]
    ) -> FotaV2CallbackRegistrationResult:
        """Registers an address; it replaces one that is registered, also one of another team.

        Args:
            account: Billing account, such as 0000123456-00001.
            body: The address, as a model or as a mapping in wire names.

        Raises:
            FotaV2ResultException: The service refused it (400).
        """
        return self._call(REGISTER_CALLBACK, body, account=account)

    def deregister_callback(self, account: str) -> FotaV2SuccessResult:
        """Removes the address that is registered. Look at `success` of the response: it may be False.

        Args:
            account: Billing account, such as 0000123456-00001.

        Raises:
            FotaV2ResultException: The service refused it (400).
        """
        return self._call(DEREGISTER_CALLBACK, account=account)


class SoftwareManagementCallbacksV2WithRawResponse(RawView):
    """The methods of `SoftwareManagementCallbacksV2Controller`, returning the HTTP response."""

    list_registered_callbacks = raw(SoftwareManagementCallbacksV2Controller.list_registered_callbacks)
    update_callback = raw(SoftwareManagementCallbacksV2Controller.update_callback)
    register_callback = raw(SoftwareManagementCallbacksV2Controller.register_callback)
    deregister_callback = raw(SoftwareManagementCallbacksV2Controller.deregister_callback)


class SoftwareManagementCallbacksV2DryRun(DryView):
    """The methods of `SoftwareManagementCallbacksV2Controller`, sending nothing."""

    list_registered_callbacks = dry(SoftwareManagementCallbacksV2Controller.list_registered_callbacks)
    update_callback = dry(SoftwareManagementCallbacksV2Controller.update_callback)
    register_callback = dry(SoftwareManagementCallbacksV2Controller.register_callback)
    deregister_callback = dry(SoftwareManagementCallbacksV2Controller.deregister_callback)
