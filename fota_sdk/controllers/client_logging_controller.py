from __future__ import annotations

from collections.abc import Mapping
from types import NoneType
from typing import Any

from fota_sdk.core.controller import Controller, DryView, RawView, dry, raw, view
from fota_sdk.core.operation import Effect, Operation
from fota_sdk.models.device_log import DeviceLog
from fota_sdk.models.device_logging_request import DeviceLoggingRequest
from fota_sdk.models.device_logging_status import DeviceLoggingStatus

LIST_DEVICES_WITH_LOGGING_ENABLED = Operation(
    "v2.list_devices_with_logging_enabled",
    "GET",
    "/fota/v2/logging/{account}/devices",
    list[DeviceLoggingStatus],
    Effect.READS,
)

ENABLE_LOGGING_FOR_DEVICES = Operation(
    "v2.enable_logging_for_devices",
    "PUT",
    "/fota/v2/logging/{account}/devices",
    list[DeviceLoggingStatus],
    Effect.SETS,
    body=DeviceLoggingRequest,
    verified_by="client_logging.list_devices_with_logging_enabled",
)

DISABLE_LOGGING_FOR_DEVICES = Operation(
    "v2.disable_logging_for_devices",
    "DELETE",
    "/fota/v2/logging/{account}/devices?deviceIds={device_ids}",
    NoneType,
    verified_by="client_logging.list_devices_with_logging_enabled",
)

ENABLE_DEVICE_LOGGING = Operation(
    "v2.enable_device_logging",
    "PUT",
    "/fota/v2/logging/{account}/devices/{device_id}",
    DeviceLoggingStatus,
    Effect.SETS,
    verified_by="client_logging.list_devices_with_logging_enabled",
)

DISABLE_DEVICE_LOGGING = Operation(
    "v2.disable_device_logging",
    "DELETE",
    "/fota/v2/logging/{account}/devices/{device_id}",
    NoneType,
    verified_by="client_logging.list_devices_with_logging_enabled",
)

LIST_DEVICE_LOGS = Operation(
    "v2.list_device_logs",
    "GET",
    "/fota/v2/logging/{account}/devices/{device_id}/logs",
    list[DeviceLog],
    Effect.READS,
)


class ClientLoggingController(Controller):
    """Logs that devices write (V2): for pilots that fail, on 20 devices of an account at most.

    Every method raises `ValidationError` where something is certainly wrong, and nothing was sent;
    `FotaV2ResultException` where the service refuses (400); and another `FotaError` for anything else, whose
    `outcome_unknown` says whether the call may have been carried out. Source: the service's description of Client
    Logging V2.
    """

    @view
    def with_raw_response(self) -> ClientLoggingWithRawResponse:
        """The same methods, each returning an `ApiResponse` with status, headers, text and body."""
        return ClientLoggingWithRawResponse(self)

    @view
    def dry_run(self) -> ClientLoggingDryRun:
        """The same methods, each validating and returning the `PreparedCall` that would be sent; nothing is sent."""
        return ClientLoggingDryRun(self)

    def list_devices_with_logging_enabled(self, account: str) -> list[DeviceLoggingStatus]:
        """Returns the devices that write logs, each with the day on which that ends.

        A device may come twice, with two days.

        Args:
            account: Billing account, such as 0000123456-00001.

        Raises:
            FotaV2ResultException: The service refused it (400).
        """
        return self._call(LIST_DEVICES_WITH_LOGGING_ENABLED, account=account)

    def enable_logging_for_devices(
        self, account: str, body: DeviceLoggingRequest | Mapping[str, Any]
    ) -> list[DeviceLoggingStatus]:
        """Has some devices write logs, for seven days. The first ones come after a day or more.

        Args:
            account: Billing account, such as 0000123456-00001.
            body: The devices, as a model or as a mapping in wire names.

        Raises:
            FotaV2ResultException: The service refused it (400).
        """
        return self._call(ENABLE_LOGGING_FOR_DEVICES, body, account=account)

    def disable_logging_for_devices(self, account: str, device_ids: str) -> None:
        """Has a device write no more logs.

        `disable_device_logging` does the same.

        Args:
            account: Billing account, such as 0000123456-00001.
            device_ids: One device: a 15-digit IMEI. For several, call once for each.

        Raises:
            FotaV2ResultException: The service refused it (400).
        """
        return self._call(DISABLE_LOGGING_FOR_DEVICES, account=account, device_ids=device_ids)

    def enable_device_logging(self, account: str, device_id: str) -> DeviceLoggingStatus:
        """Has a device write logs, for seven days. The first ones come after a day or more.

        Args:
            account: Billing account, such as 0000123456-00001.
            device_id: Device: a 15-digit IMEI.

        Raises:
            FotaV2ResultException: The service refused it (400).
        """
        return self._call(ENABLE_DEVICE_LOGGING, account=account, device_id=device_id)

    def disable_device_logging(self, account: str, device_id: str) -> None:
        """Has a device write no more logs.

        Args:
            account: Billing account, such as 0000123456-00001.
            device_id: Device: a 15-digit IMEI.

        Raises:
            FotaV2ResultException: The service refused it (400).
        """
        return self._call(DISABLE_DEVICE_LOGGING, account=account, device_id=device_id)

    def list_device_logs(self, account: str, device_id: str) -> list[DeviceLog]:
        """Returns the logs of a device, which are kept for 30 days.

        Args:
            account: Billing account, such as 0000123456-00001.
            device_id: Device: a 15-digit IMEI.

        Raises:
            FotaV2ResultException: The service refused it (400).
        """
        return self._call(LIST_DEVICE_LOGS, account=account, device_id=device_id)


class ClientLoggingWithRawResponse(RawView):
    """The methods of `ClientLoggingController`, returning the HTTP response."""

    list_devices_with_logging_enabled = raw(ClientLoggingController.list_devices_with_logging_enabled)
    enable_logging_for_devices = raw(ClientLoggingController.enable_logging_for_devices)
    disable_logging_for_devices = raw(ClientLoggingController.disable_logging_for_devices)
    enable_device_logging = raw(ClientLoggingController.enable_device_logging)
    disable_device_logging = raw(ClientLoggingController.disable_device_logging)
    list_device_logs = raw(ClientLoggingController.list_device_logs)


class ClientLoggingDryRun(DryView):
    """The methods of `ClientLoggingController`, sending nothing."""

    list_devices_with_logging_enabled = dry(ClientLoggingController.list_devices_with_logging_enabled)
    enable_logging_for_devices = dry(ClientLoggingController.enable_logging_for_devices)
    disable_logging_for_devices = dry(ClientLoggingController.disable_logging_for_devices)
    enable_device_logging = dry(ClientLoggingController.enable_device_logging)
    disable_device_logging = dry(ClientLoggingController.disable_device_logging)
    list_device_logs = dry(ClientLoggingController.list_device_logs)
