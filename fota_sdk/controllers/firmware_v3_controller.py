from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fota_sdk.core.controller import Controller, DryView, RawView, dry, raw, view
from fota_sdk.core.operation import Effect, Operation
from fota_sdk.models.device_firmware_list import DeviceFirmwareList
from fota_sdk.models.device_firmware_version_update_result import DeviceFirmwareVersionUpdateResult
from fota_sdk.models.firmware_imei import FirmwareIMEI
from fota_sdk.models.firmware_package import FirmwarePackage

LIST_AVAILABLE_FIRMWARE = Operation(
    "v3.list_available_firmware",
    "GET",
    "/fota/v3/firmware/{acc}?protocol={protocol}",
    list[FirmwarePackage],
    Effect.READS,
)

SYNCHRONIZE_DEVICE_FIRMWARE = Operation(
    "v3.synchronize_device_firmware",
    "PUT",
    "/fota/v3/firmware/{acc}/devices",
    DeviceFirmwareList,
    Effect.SETS,
    body=FirmwareIMEI,
    verified_by="account_devices.list_account_devices_information",
)

REPORT_DEVICE_FIRMWARE = Operation(
    "v3.report_device_firmware",
    "PUT",
    "/fota/v3/firmware/{acc}/async/{device_id}",
    DeviceFirmwareVersionUpdateResult,
    Effect.ASKS,
)


class FirmwareV3Controller(Controller):
    """Available firmware, and the firmware of devices (V3).

    Every method raises `ValidationError` where something is certainly wrong, and nothing was sent;
    `FotaV3ResultException` where the service refuses (400); and another `FotaError` for anything else, whose
    `outcome_unknown` says whether the call may have been carried out. Source: the service's description of Firmware
    V3.
    """

    @view
    def with_raw_response(self) -> FirmwareV3WithRawResponse:
        """The same methods, each returning an `ApiResponse` with status, headers, text and body."""
        return FirmwareV3WithRawResponse(self)

    @view
    def dry_run(self) -> FirmwareV3DryRun:
        """The same methods, each validating and returning the `PreparedCall` that would be sent; nothing is sent."""
        return FirmwareV3DryRun(self)

    def list_available_firmware(self, acc: str, protocol: str) -> list[FirmwarePackage]:
        """Returns the steps, from a version to another, that a V3 campaign can make.

        Name, versions and protocol of a package go into the schedule unchanged.

        Args:
            acc: Billing account, such as 0000123456-00001.
            protocol: Protocol of the packages: LWM2M, OMD-DM or all; open.

        Raises:
            FotaV3ResultException: The service refused it (400).
        """
        return self._call(LIST_AVAILABLE_FIRMWARE, acc=acc, protocol=protocol)

    def synchronize_device_firmware(self, acc: str, body: FirmwareIMEI | Mapping[str, Any]) -> DeviceFirmwareList:
        """Has the service read the versions of some devices from the device management server, and returns them.

        Nothing changes on the devices.

        Args:
            acc: Billing account, such as 0000123456-00001.
            body: The devices, 100 at most by the service's description, as a model or as a mapping in wire names.

        Raises:
            FotaV3ResultException: The service refused it (400).
        """
        return self._call(SYNCHRONIZE_DEVICE_FIRMWARE, body, acc=acc)

    def report_device_firmware(self, acc: str, device_id: str) -> DeviceFirmwareVersionUpdateResult:
        """Has the service ask a device for its version, later. The response names the request alone.

        Each call wakes the device, so it is not retried after a lost response. The version appears in
        `list_account_devices_information`.

        Args:
            acc: Billing account, such as 0000123456-00001.
            device_id: Device: a 15-digit IMEI.

        Raises:
            FotaV3ResultException: The service refused it (400).
        """
        return self._call(REPORT_DEVICE_FIRMWARE, acc=acc, device_id=device_id)


class FirmwareV3WithRawResponse(RawView):
    """The methods of `FirmwareV3Controller`, returning the HTTP response."""

    list_available_firmware = raw(FirmwareV3Controller.list_available_firmware)
    synchronize_device_firmware = raw(FirmwareV3Controller.synchronize_device_firmware)
    report_device_firmware = raw(FirmwareV3Controller.report_device_firmware)


class FirmwareV3DryRun(DryView):
    """The methods of `FirmwareV3Controller`, sending nothing."""

    list_available_firmware = dry(FirmwareV3Controller.list_available_firmware)
    synchronize_device_firmware = dry(FirmwareV3Controller.synchronize_device_firmware)
    report_device_firmware = dry(FirmwareV3Controller.report_device_firmware)
