from __future__ import annotations

from dataclasses import dataclass

from fota_sdk.core.fields import wire
from fota_sdk.core.model import Model


@dataclass(slots=True, eq=False, repr=False)
class FotaV2CallbackRegistrationRequest(Model):
    """The callback listener to register (V2). It replaces the one that is there."""

    url: str = wire("url", example="https://255.255.11.135:50559/CallbackListener/FirmwareServiceMessages.asmx")
    """Address to which callbacks are posted: https, reachable from outside, with a certificate of a public
    authority."""
