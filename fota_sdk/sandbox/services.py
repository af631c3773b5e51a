"""What accounts have beside devices and campaigns: licenses, listeners, logs, files and firmware versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fota_sdk.sandbox import callbacks, device_logging, file_campaigns, files, firmware, license_operations

if TYPE_CHECKING:
    from fota_sdk.sandbox.campaigns import Campaigns
    from fota_sdk.sandbox.fleet import Fleet
    from fota_sdk.sandbox.licenses import Licenses
    from fota_sdk.sandbox.messages import Handler


def handlers(fleet: Fleet, campaigns: Campaigns, licenses: Licenses) -> dict[str, Handler]:
    """Return the handlers of the operations of all services, by their names.

    Args:
        fleet: The devices, and the clock that everything lives by.
        campaigns: Those of V2.
        licenses: Those that campaigns take, too.
    """
    uploaded = files.Files(fleet.clock)
    return {
        **callbacks.handlers(),
        **device_logging.handlers(device_logging.DeviceLogging(fleet.inventory, fleet.clock)),
        **file_campaigns.handlers(campaigns, uploaded, fleet.inventory),
        **files.handlers(uploaded),
        **firmware.handlers(firmware.Firmware(fleet)),
        **license_operations.handlers(licenses, license_operations.CandidateLists(licenses, fleet.clock)),
    }
