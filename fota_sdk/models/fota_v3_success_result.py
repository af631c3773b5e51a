from __future__ import annotations

from dataclasses import dataclass

from fota_sdk.core.fields import wire
from fota_sdk.core.model import Model


@dataclass(slots=True, eq=False, repr=False)
class FotaV3SuccessResult(Model):
    """Whether the service did it (V3). False is a result, not an error: look at it."""

    success: bool = wire("success", example=True)
    """True where it was done."""
