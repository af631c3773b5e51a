"""What is sent and answered, in the shapes of the reference; plain data, so that every contestant can read it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from tempfile import mkstemp
from typing import Any
from weakref import finalize

ACCOUNT = "0000123456-00001"
CAMPAIGN_ID = "f858b8c4-2153-11ec-8c44-aeb16d1aa652"
API_TOKEN = "95c1cd6b-1f25-3d4a-9c9f-d2b5f4d9ef2f"
SESSION_TOKEN = "5a8d6e2f-7a4b-4c56-8a5d-0c1f1f5b7f3e"
HEADERS = {"Accept": "application/json", "Authorization": f"Bearer {API_TOKEN}", "VZ-M2M-Token": SESSION_TOKEN}

READ_PATH = f"/fota/v3/campaigns/{ACCOUNT}/{CAMPAIGN_ID}"
SCHEDULE_PATH = f"/fota/v3/campaigns/firmware/{ACCOUNT}"
PAGES_PATH = f"/fota/v3/reports/{ACCOUNT}/campaigns/%d/devices"
DEVICES_PATH = f"/fota/v3/campaigns/firmware/{ACCOUNT}/{CAMPAIGN_ID}"

_FIRMWARE = {
    "campaignName": "Smart FOTA - test 4",
    "firmwareName": "SEQUANSCommunications_GM01Q_SR1.2.0.0-10512_SR1.2.0.0-10657",
    "firmwareFrom": "SR1.2.0.0-10512",
    "firmwareTo": "SR1.2.0.0-10657",
    "protocol": "LWM2M",
    "startDate": "2021-09-29",
    "endDate": "2021-10-01",
    "campaignTimeWindowList": [{"startTime": 18, "endTime": 22}],
}


def devices(count: int) -> list[str]:
    """Return IMEIs, each a text of its own."""
    return [f"{990013907000000 + number:015d}" for number in range(count)]


_COUNTED = [one + sum(divmod(2 * two, 10)) for one in range(10) for two in range(10)]


def imeis(count: int) -> list[str]:
    """Return IMEIs whose check digits are right, as those of an inventory are."""
    begin = _COUNTED[99] + _COUNTED[0] + _COUNTED[13]
    found = []
    for number in range(count):
        total = begin + sum(_COUNTED[number // power % 100] for power in (1, 100, 10_000, 1_000_000))
        found.append(f"990013{number:08d}{-total % 10}")
    return found


def schedule_request(count: int) -> dict[str, Any]:
    # The vendor's SDK refuses to send it without the flags.
    flags = {"autoAssignLicenseFlag": True, "autoAddDevicesFlag": False}
    return {**_FIRMWARE, **flags, "deviceList": devices(count)}


def devices_request(count: int) -> dict[str, Any]:
    return {"Type": "append", "deviceList": devices(count)}


def campaign(status: str = "CampaignPreScheduled") -> bytes:
    return json.dumps(
        {
            "id": CAMPAIGN_ID,
            "accountName": ACCOUNT,
            **_FIRMWARE,
            "make": "SEQUANS Communications",
            "model": "GM01Q",
            "status": status,
        }
    ).encode()


def device_results(count: int, *, odd: bool = False) -> bytes:
    """Return a response about devices; where it is odd, one in 1,000 has no reason, and one in 1,000 a null for it."""
    results: list[dict[str, str | None]] = [
        {"deviceId": device, "status": "AddDeviceSucceed", "Reason": "Device added Successfully"}
        for device in devices(count)
    ]
    if odd:
        for result in results[::1_000]:
            del result["Reason"]
        for result in results[500::1_000]:
            result["Reason"] = None
    return json.dumps({"accountName": ACCOUNT, "campaignId": CAMPAIGN_ID, "deviceList": results}).encode()


def device_page(count: int) -> bytes:
    """Return a page of the devices of a campaign, half of which are done, without what says whether there are more."""
    pending = {
        "status": "UpgradePending",
        "resultReason": "Upgrade pending, the device upgrade is estimated to be scheduled for 06 Oct 22 18:05 UTC",
        "nextAttemptTime": "2022-10-06T18:35:00Z",
    }
    done = {"status": "UpgradeSuccess", "resultReason": "Upgrade completed successfully"}
    reports = [
        {"deviceId": device, **(done if place % 2 == 0 else pending)} for place, device in enumerate(devices(count))
    ]
    return json.dumps({"accountName": ACCOUNT, "maxPageSize": count, "deviceList": reports}).encode()


def page_of(page: bytes, number: int, last: int) -> bytes:
    """Return a page with what leads on to the next one, numbered from 1."""
    more = {"hasMoreData": number < last, "lastSeenDeviceId": f"{number:015d}"}
    return page[:-1] + b", " + json.dumps(more).encode()[1:]


def inventory(owner: object, count: int) -> Path:
    """Return a CSV file of devices and their accounts, which goes when its owner does."""
    descriptor, name = mkstemp(suffix=".csv")
    finalize(owner, Path(name).unlink)
    with os.fdopen(descriptor, "w") as file:
        file.write("IMEI,Account\n")
        file.writelines(f"{device},{ACCOUNT}\n" for device in imeis(count))
    return Path(name)
