from __future__ import annotations

from dataclasses import dataclass

from fota_sdk.core.fields import wire
from fota_sdk.core.model import Model


@dataclass(slots=True, eq=False, repr=False)
class FotaV3CallbackRegistrationResult(Model):
    """The callback listener that was registered (V3)."""

    url: str | None = wire("url", example="https://255.255.11.135:50559/CallbackListener/FirmwareServiceMessages.asmx")
    """Address to which callbacks are posted."""
