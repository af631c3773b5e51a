from __future__ import annotations

from fota_sdk.core.controller import Controller, DryView, RawView, dry, raw, view
from fota_sdk.core.operation import Effect, Operation
from fota_sdk.models.check_in_history_item import CheckInHistoryItem

GET_DEVICE_CHECK_IN_HISTORY = Operation(
    "v2.get_device_check_in_history",
    "GET",
    "/fota/v2/logging/{account}/devices/{device_id}/checkInHistory",
    list[CheckInHistoryItem],
    Effect.READS,
)


class ServerLoggingController(Controller):
    """When devices checked in with the service (V2).

    Every method raises `ValidationError` where something is certainly wrong, and nothing was sent;
    `FotaV2ResultException` where the service refuses (400); and another `FotaError` for anything else, whose
    `outcome_unknown` says whether the call may have been carried out. Source: the service's description of Server
    Logging V2.
    """

    @view
    def with_raw_response(self) -> ServerLoggingWithRawResponse:
        """The same methods, each returning an `ApiResponse` with status, headers, text and body."""
        return ServerLoggingWithRawResponse(self)

    @view
    def dry_run(self) -> ServerLoggingDryRun:
        """The same methods, each validating and returning the `PreparedCall` that would be sent; nothing is sent."""
        return ServerLoggingDryRun(self)

    def get_device_check_in_history(self, account: str, device_id: str) -> list[CheckInHistoryItem]:
        """Returns when a device checked in, and with which result: so whether it can have heard of a campaign.

        Args:
            account: Billing account, such as 0000123456-00001.
            device_id: Device: a 15-digit IMEI.

        Raises:
            FotaV2ResultException: The service refused it (400).
        """
        return self._call(GET_DEVICE_CHECK_IN_HISTORY, account=account, device_id=device_id)


class ServerLoggingWithRawResponse(RawView):
    """The methods of `ServerLoggingController`, returning the HTTP response."""

    get_device_check_in_history = raw(ServerLoggingController.get_device_check_in_history)


class ServerLoggingDryRun(DryView):
    """The methods of `ServerLoggingController`, sending nothing."""

    get_device_check_in_history = dry(ServerLoggingController.get_device_check_in_history)
