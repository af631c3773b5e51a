from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fota_sdk.core.controller import Controller, DryView, PagedView, RawView, dry, paged, raw, view
from fota_sdk.core.operation import Effect, Operation
from fota_sdk.models.device_imei import DeviceIMEI
from fota_sdk.models.device_list_result import DeviceListResult
from fota_sdk.models.v3_account_device_list import V3AccountDeviceList

GET_ACCOUNT_DEVICE_INFORMATION = Operation(
    "v3.get_account_device_information",
    "GET",
    "/fota/v3/devices/{acc}{?last_seen_device_id,protocol}",
    V3AccountDeviceList,
    Effect.READS,
    cursor="last_seen_device_id",
)

LIST_ACCOUNT_DEVICES_INFORMATION = Operation(
    "v3.list_account_devices_information",
    "POST",
    "/fota/v3/devices/{acc}",
    DeviceListResult,
    Effect.READS,
    body=DeviceIMEI,
)


class AccountDevicesController(Controller):
    """Devices of an account (V3).

    Every method raises `ValidationError` where something is certainly wrong, and nothing was sent;
    `FotaV3ResultException` where the service refuses (400); and another `FotaError` for anything else, whose
    `outcome_unknown` says whether the call may have been carried out. Source: the service's description of Account
    Devices V3.
    """

    @view
    def with_raw_response(self) -> AccountDevicesWithRawResponse:
        """The same methods, each returning an `ApiResponse` with status, headers, text and body."""
        return AccountDevicesWithRawResponse(self)

    @view
    def dry_run(self) -> AccountDevicesDryRun:
        """The same methods, each validating and returning the `PreparedCall` that would be sent; nothing is sent."""
        return AccountDevicesDryRun(self)

    @view
    def paginated(self) -> AccountDevicesPaginated:
        """The methods whose responses come in pages, each returning `Pages`, over which a loop reads all of them."""
        return AccountDevicesPaginated(self)

    def get_account_device_information(
        self, acc: str, last_seen_device_id: str | None = None, protocol: str | None = "LWM2M"
    ) -> V3AccountDeviceList:
        """Returns a page of the account's devices, with their firmware, license and whether they can be upgraded.

        Args:
            acc: Billing account, such as 0000123456-00001.
            last_seen_device_id: Cursor of the page before, from its response; by default the first page.
            protocol: Protocol of the devices: LWM2M, OMDADM or HTTP; open. None leaves it out.

        Raises:
            FotaV3ResultException: The service refused it (400).
        """
        return self._call(
            GET_ACCOUNT_DEVICE_INFORMATION, acc=acc, last_seen_device_id=last_seen_device_id, protocol=protocol
        )

    def list_account_devices_information(self, acc: str, body: DeviceIMEI | Mapping[str, Any]) -> DeviceListResult:
        """Returns what the service knows of some devices. It only reads, and is retried as a read is.

        There are no pages: compare the devices of the response with those that were asked for.

        Args:
            acc: Billing account, such as 0000123456-00001.
            body: The devices, 1,000 at most by the service's description, as a model or as a mapping in wire names.

        Raises:
            FotaV3ResultException: The service refused it (400).
        """
        return self._call(LIST_ACCOUNT_DEVICES_INFORMATION, body, acc=acc)


class AccountDevicesWithRawResponse(RawView):
    """The methods of `AccountDevicesController`, returning the HTTP response."""

    get_account_device_information = raw(AccountDevicesController.get_account_device_information)
    list_account_devices_information = raw(AccountDevicesController.list_account_devices_information)


class AccountDevicesDryRun(DryView):
    """The methods of `AccountDevicesController`, sending nothing."""

    get_account_device_information = dry(AccountDevicesController.get_account_device_information)
    list_account_devices_information = dry(AccountDevicesController.list_account_devices_information)


class AccountDevicesPaginated(PagedView):
    """The methods of `AccountDevicesController` whose responses come in pages."""

    get_account_device_information = paged(
        AccountDevicesController.get_account_device_information, lambda page: page.device_list
    )
