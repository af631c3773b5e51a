"""What accounts have beside devices and campaigns: licences, listeners, logs, files and firmware versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fota_sdk.sandbox import callbacks, device_logging, file_campaigns, files, firmware, license_operations
from fota_sdk.sandbox.licenses import Licenses, Subscription

if TYPE_CHECKING:
    from fota_sdk.sandbox.campaigns import Campaigns
    from fota_sdk.sandbox.fleet import Fleet
    from fota_sdk.sandbox.messages import Handler

_SCHEDULE_V3 = "v3.schedule_campaign_firmware_upgrade"
_TAKES_DEVICES = (
    "v2.schedule_campaign_firmware_upgrade",
    "v2.schedule_file_upgrade",
    "v2.schedule_sw_upgrade_http_devices",
    "v2.update_campaign_firmware_devices",
    _SCHEDULE_V3,
    "v3.update_campaign_firmware_devices",
)


def with_services(
    handlers: dict[str, Handler], fleet: Fleet, campaigns: Campaigns, subscription: Subscription
) -> dict[str, Handler]:
    """Return what answers operations, by their names: these handlers, and those of all services.

    Args:
        handlers: What answers the operations on campaigns.
        fleet: The devices, and the clock that everything lives by.
        campaigns: Those of V2.
        subscription: What accounts pay for.
    """
    pool = Licenses(fleet, subscription)
    uploaded = files.Files(fleet.clock)
    answering = {
        **handlers,
        **callbacks.handlers(),
        **device_logging.handlers(device_logging.DeviceLogging(fleet.inventory, fleet.clock)),
        **file_campaigns.handlers(campaigns, uploaded, fleet.inventory),
        **files.handlers(uploaded),
        **firmware.handlers(firmware.Firmware(fleet)),
        **license_operations.handlers(pool, license_operations.CandidateLists(pool, fleet.clock)),
    }
    taking = {
        name: license_operations.with_licenses(answering[name], pool, may_assign=name == _SCHEDULE_V3)
        for name in _TAKES_DEVICES
    }
    return {**answering, **taking}
