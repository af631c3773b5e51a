"""How much a sandbox keeps of campaigns: bounded in bytes, so that a load test of hours does not fill the machine."""

from __future__ import annotations

import threading

from fota_sdk.sandbox.messages import refuse

MOST_BYTES = 128 * 1024 * 1024
LEAST_BYTES = 1024
"""What a request counts at least: a short one leaves behind more than its own bytes."""

_KEPT = (
    "v2.schedule_campaign_firmware_upgrade",
    "v2.schedule_file_upgrade",
    "v2.schedule_sw_upgrade_http_devices",
    "v2.update_campaign_firmware_devices",
    "v2.update_campaign_dates",
    "v3.schedule_campaign_firmware_upgrade",
    "v3.update_campaign_firmware_devices",
    "v3.update_campaign_dates",
)


class Capacity:
    """The bytes of the requests that made campaigns what they are, for any number of threads."""

    def __init__(self) -> None:
        self._used = 0
        self._lock = threading.Lock()

    def check(self, operation: str, size: int) -> None:
        """Refuse a request for which there is no room."""
        with self._lock:
            if operation in _KEPT and self._used + max(size, LEAST_BYTES) > MOST_BYTES:
                words = f"The sandbox is full: it keeps {MOST_BYTES // 2**20} MiB of campaigns. Build a new one."
                raise refuse(words, "SANDBOX_FULL")

    def use(self, operation: str, size: int) -> None:
        """Count a request that was carried out."""
        with self._lock:
            if operation in _KEPT:
                self._used += max(size, LEAST_BYTES)
