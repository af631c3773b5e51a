from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fota_sdk.core.controller import Controller, DryView, RawView, dry, raw, view
from fota_sdk.core.operation import Effect, Operation
from fota_sdk.models.fota_v3_callback_registration_request import FotaV3CallbackRegistrationRequest
from fota_sdk.models.fota_v3_callback_registration_result import FotaV3CallbackRegistrationResult
from fota_sdk.models.fota_v3_callback_summary import FotaV3CallbackSummary
from fota_sdk.models.fota_v3_success_result import FotaV3SuccessResult

LIST_REGISTERED_CALLBACKS = Operation(
    "v3.list_registered_callbacks",
    "GET",
    "/fota/v3/callbacks/{acc}",
    FotaV3CallbackSummary,
    Effect.READS,
    may_be_empty=True,
)

UPDATE_CALLBACK = Operation(
    "v3.update_callback",
    "PUT",
    "/fota/v3/callbacks/{acc}",
    FotaV3CallbackRegistrationResult,
    Effect.SETS,
    body=FotaV3CallbackRegistrationRequest,
    verified_by="software_management_callbacks_v3.list_registered_callbacks",
)

REGISTER_CALLBACK = Operation(
    "v3.register_callback",
    "POST",
    "/fota/v3/callbacks/{acc}",
    FotaV3CallbackRegistrationResult,
    Effect.SETS,
    body=FotaV3CallbackRegistrationRequest,
    verified_by="software_management_callbacks_v3.list_registered_callbacks",
)

DEREGISTER_CALLBACK = Operation(
    "v3.deregister_callback",
    "DELETE",
    "/fota/v3/callbacks/{acc}",
    FotaV3SuccessResult,
    verified_by="software_management_callbacks_v3.list_registered_callbacks",
)


class SoftwareManagementCallbacksV3Controller(Controller):
    """The address to which the service posts messages about V3 campaigns: one for an account.

    Every method raises `ValidationError` where something is certainly wrong, and nothing was sent;
    `FotaV3ResultException` where the service refuses (400); and another `FotaError` for anything else, whose
    `outcome_unknown` says whether the call may have been carried out. Source: the service's description of Software
    Management Callbacks V3.
    """

    @view
    def with_raw_response(self) -> SoftwareManagementCallbacksV3WithRawResponse:
        """The same methods, each returning an `ApiResponse` with status, headers, text and body."""
        return SoftwareManagementCallbacksV3WithRawResponse(self)

    @view
    def dry_run(self) -> SoftwareManagementCallbacksV3DryRun:
        """The same methods, each validating and returning the `PreparedCall` that would be sent; nothing is sent."""
        return SoftwareManagementCallbacksV3DryRun(self)

    def list_registered_callbacks(self, acc: str) -> FotaV3CallbackSummary:
        """Returns the address that is registered; `url` is None where there is none.

        Args:
            acc: Billing account, such as 0000123456-00001.

        Raises:
            FotaV3ResultException: The service refused it (400).
        """
        return self._call(LIST_REGISTERED_CALLBACKS, acc=acc)

    def update_callback(
        self, acc: str, body: FotaV3CallbackRegistrationRequest | Mapping[str, Any]
    ) -> FotaV3CallbackRegistrationResult:
        """Replaces the address that is registered, also one of another team.

        Args:
            acc: Billing account, such as 0000123456-00001.
            body: The address, as a model or as a mapping in wire names.

        Raises:
            FotaV3ResultException: The service refused it (400).
        """
        return self._call(UPDATE_CALLBACK, body, acc=acc)

    def register_callback(
        self, acc: str, body: FotaV3CallbackRegistrationRequest | Mapping[str, Any]
    ) -> FotaV3CallbackRegistrationResult:
        """Registers an address; it replaces one that is registered, also one of another team.

        Args:
            acc: Billing account, such as 0000123456-00001.
            body: The address, as a model or as a mapping in wire names.

        Raises:
            FotaV3ResultException: The service refused it (400).
        """
        return self._call(REGISTER_CALLBACK, body, acc=acc)

    def deregister_callback(self, acc: str) -> FotaV3SuccessResult:
        """Removes the address that is registered. Look at `success` of the response: it may be False.

        Args:
            acc: Billing account, such as 0000123456-00001.

        Raises:
            FotaV3ResultException: The service refused it (400).
        """
        return self._call(DEREGISTER_CALLBACK, acc=acc)


class SoftwareManagementCallbacksV3WithRawResponse(RawView):
    """The methods of `SoftwareManagementCallbacksV3Controller`, returning the HTTP response."""

    list_registered_callbacks = raw(SoftwareManagementCallbacksV3Controller.list_registered_callbacks)
    update_callback = raw(SoftwareManagementCallbacksV3Controller.update_callback)
    register_callback = raw(SoftwareManagementCallbacksV3Controller.register_callback)
    deregister_callback = raw(SoftwareManagementCallbacksV3Controller.deregister_callback)


class SoftwareManagementCallbacksV3DryRun(DryView):
    """The methods of `SoftwareManagementCallbacksV3Controller`, sending nothing."""

    list_registered_callbacks = dry(SoftwareManagementCallbacksV3Controller.list_registered_callbacks)
    update_callback = dry(SoftwareManagementCallbacksV3Controller.update_callback)
    register_callback = dry(SoftwareManagementCallbacksV3Controller.register_callback)
    deregister_callback = dry(SoftwareManagementCallbacksV3Controller.deregister_callback)
