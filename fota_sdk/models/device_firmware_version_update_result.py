from __future__ import annotations

from dataclasses import dataclass

from fota_sdk.core.fields import wire
from fota_sdk.core.model import Model


@dataclass(slots=True, eq=False, repr=False)
class DeviceFirmwareVersionUpdateResult(Model):
    """That the device is going to be asked for its firmware version (V3). Nothing was read yet."""

    account_name: str = wire("accountName", example="0000123456-00001")
    """Account that the response is about."""
    request_id: str = wire("requestId", example="0c9a3dd3-8b5c-4f0e-a2b6-3c2f2f3c1a11")
    """Id of the request; no operation takes it."""
