"""What accounts have beside devices and campaigns: licences, listeners, logs, files and firmware versions."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from fota_sdk.sandbox import callbacks, device_logging, file_campaigns, files, firmware, license_operations
from fota_sdk.sandbox.licenses import Licenses, Subscription

if TYPE_CHECKING:
    from fota_sdk.sandbox.campaigns import Campaigns
    from fota_sdk.sandbox.clock import Clock
    from fota_sdk.sandbox.inventory import Inventory
    from fota_sdk.sandbox.messages import Handler

_TAKES_DEVICES = (
    "v2.schedule_campaign_firmware_upgrade",
    "v2.schedule_file_upgrade",
    "v2.schedule_sw_upgrade_http_devices",
    "v2.update_campaign_firmware_devices",
    "v3.schedule_campaign_firmware_upgrade",
    "v3.update_campaign_firmware_devices",
)


def with_services(
    handlers: dict[str, Handler],
    inventory: Inventory,
    clock: Clock,
    campaigns: tuple[Campaigns, Campaigns],
    subscription: Subscription,
) -> dict[str, Handler]:
    """Return what answers operations, by their names: these handlers, and those of all services.

    Args:
        handlers: What answers the operations on campaigns.
        inventory: The devices.
        clock: What everything lives by.
        campaigns: Those of V2 and of V3.
        subscription: What accounts pay for.
    """

    def upgrades(account: str, imei: str, since: datetime | None) -> bool:
        return any(each.upgrades(account, imei, since) for each in campaigns)

    pool = Licenses(inventory, clock, upgrades, subscription)
    uploaded = files.Files(clock)
    answering = {
        **handlers,
        **callbacks.handlers(),
        **device_logging.handlers(device_logging.DeviceLogging(inventory, clock)),
        **file_campaigns.handlers(campaigns[0], uploaded, inventory),
        **files.handlers(uploaded),
        **firmware.handlers(firmware.Firmware(inventory.find, clock)),
        **license_operations.handlers(pool, license_operations.CandidateLists(pool, clock)),
    }
    taking = {name: license_operations.with_licenses(answering[name], pool) for name in _TAKES_DEVICES}
    return {**answering, **taking}
