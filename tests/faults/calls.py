"""One call of each kind, as far as repeating goes, with a response that satisfies it."""

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
SOFTWARE = {
    "softwareName": "Software",
    "softwareFrom": "1",
    "softwareTo": "2",
    "distributionType": "HTTP",
    "startDate": START.isoformat(),
    "endDate": START.isoformat(),
    "deviceList": IMEIS,
}
DATES = {"startDate": START.isoformat(), "endDate": START.isoformat()}
DEVICES = {"Type": "append", "deviceList": IMEIS}

# A response that all operations take: each finds a key of its own in it.
GOOD = {"id": CAMPAIGN_ID, "campaignId": CAMPAIGN_ID, "requestId": "1", "success": True}

Call = Callable[[FotaClient], Any]

GET: Call = lambda client: client.campaigns_v3.get_campaign_information(ACCOUNT, CAMPAIGN_ID)  # noqa: E731
PUT_DATES: Call = lambda client: client.campaigns_v3.update_campaign_dates(ACCOUNT, CAMPAIGN_ID, DATES)  # noqa: E731
PUT_DEVICES: Call = lambda client: client.campaigns_v3.update_campaign_firmware_devices(  # noqa: E731
    ACCOUNT, CAMPAIGN_ID, DEVICES
)
DELETE: Call = lambda client: client.campaigns_v3.cancel_campaign(ACCOUNT, CAMPAIGN_ID)  # noqa: E731
POST: Call = lambda client: client.campaigns_v3.schedule_campaign_firmware_upgrade(ACCOUNT, FIRMWARE)  # noqa: E731

V2_GET: Call = lambda client: client.campaigns_v2.get_campaign_information(ACCOUNT, CAMPAIGN_ID)  # noqa: E731
V2_PUT_DATES: Call = lambda client: client.campaigns_v2.update_campaign_dates(ACCOUNT, CAMPAIGN_ID, DATES)  # noqa: E731
V2_PUT_DEVICES: Call = lambda client: client.campaigns_v2.update_campaign_firmware_devices(  # noqa: E731
    ACCOUNT, CAMPAIGN_ID, DEVICES
)
V2_DELETE: Call = lambda client: client.campaigns_v2.cancel_campaign(ACCOUNT, CAMPAIGN_ID)  # noqa: E731
V2_POST: Call = lambda client: client.campaigns_v2.schedule_campaign_firmware_upgrade(ACCOUNT, SOFTWARE)  # noqa: E731

READS = {"GET": GET, "V2 GET": V2_GET}
REPEATABLE = {**READS, "PUT dates": PUT_DATES, "V2 PUT dates": V2_PUT_DATES}
NOT_REPEATABLE = {
    "PUT devices": PUT_DEVICES,
    "DELETE": DELETE,
    "POST": POST,
    "V2 PUT devices": V2_PUT_DEVICES,
    "V2 DELETE": V2_DELETE,
    "V2 POST": V2_POST,
}
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
