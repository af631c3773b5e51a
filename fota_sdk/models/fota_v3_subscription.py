from __future__ import annotations

from dataclasses import dataclass

from fota_sdk.core.fields import wire
from fota_sdk.core.model import Model


@dataclass(slots=True, eq=False, repr=False)
class FotaV3Subscription(Model):
    """What an account pays for (V3)."""

    account_name: str | None = wire("accountName", example="0000123456-00001")
    """Account that the response is about."""
    purchase_type: str | None = wire("purchaseType", example="TS-HFOTA-EVNT,TS-HFOTA-MRC")
    """How the account pays: TS-HFOTA-MRC for licenses a month, TS-HFOTA-EVNT for each upgrade, or both with a comma;
    open."""
    license_count: int | None = wire("licenseCount", example=500)
    """How many monthly licenses were bought; 0 where the account pays for each upgrade alone."""
    license_used_count: int | None = wire("licenseUsedCount", example=400)
    """How many licenses are on devices; may be 0."""
    update_time: str | None = wire("updateTime", example="2020-09-17T21:11:32.170Z")
    """When the subscription last changed; `parse_time` reads it."""
