"""One call of each kind, as far as repeating goes, with an answer that satisfies it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from fota_sdk import FotaClient
from tests.conftest import ACCOUNT, CAMPAIGN_ID, IMEIS
from tests.loopback import LoopbackServer

START = date.today() + timedelta(days=1)

FIRMWARE = {
    "firmwareName": "Firmware",
    "firmwareFrom": "1",
    "firmwareTo": "2",
    "protocol": "LWM2M",
    "startDate": START.isoformat(),
    "endDate": START.isoformat(),
    "deviceList": IMEIS,
}
DATES = {"startDate": START.isoformat(), "endDate": START.isoformat()}
DEVICES = {"Type": "append", "deviceList": IMEIS}

# An answer that all operations take: each finds a key of its own in it.
GOOD = {"id": CAMPAIGN_ID, "campaignId": CAMPAIGN_ID, "success": True}

Call = Callable[[FotaClient], Any]

GET: Call = lambda client: client.campaigns_v3.get_campaign_information(ACCOUNT, CAMPAIGN_ID)  # noqa: E731
PUT_DATES: Call = lambda client: client.campaigns_v3.update_campaign_dates(ACCOUNT, CAMPAIGN_ID, DATES)  # noqa: E731
PUT_DEVICES: Call = lambda client: client.campaigns_v3.update_campaign_firmware_devices(  # noqa: E731
    ACCOUNT, CAMPAIGN_ID, DEVICES
)
DELETE: Call = lambda client: client.campaigns_v3.cancel_campaign(ACCOUNT, CAMPAIGN_ID)  # noqa: E731
POST: Call = lambda client: client.campaigns_v3.schedule_campaign_firmware_upgrade(ACCOUNT, FIRMWARE)  # noqa: E731

REPEATABLE = {"GET": GET, "PUT dates": PUT_DATES}
NOT_REPEATABLE = {"PUT devices": PUT_DEVICES, "DELETE": DELETE, "POST": POST}
ALL = {**REPEATABLE, **NOT_REPEATABLE}


def client_of(server: LoopbackServer | str, **options: Any) -> FotaClient:
    """Return a client of a server, or of a base URL."""
    return FotaClient(
        **{
            "base_url": server if isinstance(server, str) else server.url,
            "api_token": "api-token",
            "session_token": "session-token",
            "timeout": 5,
            **options,
        }
    )
