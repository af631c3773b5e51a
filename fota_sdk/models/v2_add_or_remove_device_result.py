from __future__ import annotations

from dataclasses import dataclass

from fota_sdk.core.fields import wire
from fota_sdk.core.model import Model


@dataclass(slots=True, eq=False, repr=False)
class V2AddOrRemoveDeviceResult(Model):
    """That a change of devices was accepted (V2). What becomes of each device follows later."""

    account_name: str = wire("accountName", example="0000123456-00001")
    """Account that the campaign belongs to."""
    campaign_id: str = wire("campaignId", example="60b5d639-ccdc-4db8-8824-069bd94c95bf")
    """Id of the campaign."""
    request_id: str = wire("requestId", example="0c9a3dd3-8b5c-4f0e-a2b6-3c2f2f3c1a11")
    """Handle of the change, which the service carries out later; its callback names it."""
