"""Requests to the sandbox, written by hand: literal paths and keys, and nothing of our own client."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlsplit

import requests

from fota_sdk.sandbox import Sandbox
from tests.conftest import ACCOUNT, IMEIS

Ask = Callable[..., "tuple[int, Any]"]


def day(after_today: int) -> str:
    """Return a day in UTC, counted from today."""
    return (datetime.now(timezone.utc).date() + timedelta(days=after_today)).isoformat()


def tokens_of(sandbox: Sandbox) -> dict[str, str]:
    return {"Authorization": f"Bearer {sandbox.api_token}", "VZ-M2M-Token": sandbox.session_token}


def ask(
    sandbox: Sandbox, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
) -> tuple[int, Any]:
    """Send a request by hand; return status and parsed body. `body` may be bytes."""
    content = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    connection = http.client.HTTPConnection(urlsplit(sandbox.url).netloc, timeout=10)
    try:
        connection.request(method, "/api" + path, content, tokens_of(sandbox) if headers is None else headers)
        response = connection.getresponse()
        assert response.getheader("Content-Type") == "application/json"
        assert response.getheader("X-Request-ID")
        content = response.read()
        return response.status, json.loads(content) if content != b"" else None
    finally:
        connection.close()


def imeis(count: int) -> list[str]:
    return [f"9900139078{number:05}" for number in range(count)]


BODIES: dict[str, dict[str, Any]] = {
    "v2": {
        "campaignName": "tonight",
        "softwareName": "FOTA_Verizon_Model-A_02To03_HF",
        "softwareFrom": "FOTA_Verizon_Model-A_00To01_HF",
        "softwareTo": "FOTA_Verizon_Model-A_02To03_HF",
        "distributionType": "HTTP",
        "downloadTimeWindowList": [{"startTime": 20, "endTime": 21}],
        "installTimeWindowList": [{"startTime": 22, "endTime": 23}],
        "deviceList": IMEIS,
    },
    "v3": {
        "campaignName": "Smart FOTA - test 4",
        "firmwareName": "SEQUANSCommunications_GM01Q_SR1.2.0.0-10512_SR1.2.0.0-10657",
        "firmwareFrom": "SR1.2.0.0-10512",
        "firmwareTo": "SR1.2.0.0-10657",
        "protocol": "LWM2M",
        "campaignTimeWindowList": [{"startTime": 18, "endTime": 22}],
        "deviceList": IMEIS,
    },
}
FIRMWARE = {"v2": "", "v3": "firmware/"}
HISTORY = {"v2": "campaigns", "v3": "firmware/campaigns"}


@dataclass
class Wire:
    """One version of the API, as the pages of the reference show it; each method returns status and parsed body."""

    sandbox: Sandbox
    version: str
    account: str = ACCOUNT
    how: Ask = ask

    def body(self, start: int = 1, end: int = 2, **changes: Any) -> dict[str, Any]:
        return {**BODIES[self.version], "startDate": day(start), "endDate": day(end), **changes}

    def schedule(self, start: int = 1, end: int = 2, **changes: Any) -> tuple[int, Any]:
        body = self.body(start, end, **changes)
        return self._ask("POST", f"campaigns/{FIRMWARE[self.version]}{self.account}", body)

    def scheduled(self, start: int = 1, end: int = 2, **changes: Any) -> str:
        """Return the id of a new campaign."""
        status, answer = self.schedule(start, end, **changes)
        assert status == 200, answer
        return str(answer["id"])

    def read(self, campaign_id: str) -> tuple[int, Any]:
        return self._ask("GET", f"campaigns/{self.account}/{campaign_id}")

    def status(self, campaign_id: str) -> str:
        status, answer = self.read(campaign_id)
        assert status == 200, answer
        return str(answer["status"])

    def cancel(self, campaign_id: str) -> tuple[int, Any]:
        return self._ask("DELETE", f"campaigns/{self.account}/{campaign_id}")

    def devices(self, campaign_id: str, kind: str, devices: list[str]) -> tuple[int, Any]:
        path = f"campaigns/{FIRMWARE[self.version]}{self.account}/{campaign_id}"
        return self._ask("PUT", path, {"Type": kind, "deviceList": devices})

    def dates(self, campaign_id: str, start: int, end: int, **windows: Any) -> tuple[int, Any]:
        path = f"campaigns/{FIRMWARE[self.version]}{self.account}/{campaign_id}/dates"
        return self._ask("PUT", path, {"startDate": day(start), "endDate": day(end), **windows})

    def report(self, query: str) -> tuple[int, Any]:
        return self._ask("GET", f"reports/{self.account}/{HISTORY[self.version]}{query}")

    def devices_of(self, campaign_id: str, query: str = "") -> tuple[int, Any]:
        return self._ask("GET", f"reports/{self.account}/campaigns/{campaign_id}/devices{query}")

    def imeis(self, campaign_id: str) -> list[str]:
        """Return the devices that the report shows."""
        status, answer = self.devices_of(campaign_id)
        assert status == 200, answer
        return [device["deviceId"] for device in answer["deviceList"]]

    def _ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        return self.how(self.sandbox, method, f"/fota/{self.version}/{path}", body)


def refused(answered: tuple[int, Any]) -> str:
    """Return the words of a 400 in the shape of the service's own errors."""
    status, answer = answered
    assert status == 400, answer
    assert set(answer) == {"errorCode", "errorMessage"}
    assert answer["errorCode"] == "INVALID_PARAMETER"
    return str(answer["errorMessage"])


def accepted(answered: tuple[int, Any]) -> Any:
    status, answer = answered
    assert status == 200, answer
    return answer


def ask_mocked(
    sandbox: Sandbox, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
) -> tuple[int, Any]:
    """Send a request to the production URL, within ``sandbox.mocked()``; return status and parsed body."""
    content = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    with sandbox.mocked():
        response = requests.request(
            method,
            "https://thingspace.verizon.com/api" + path,
            data=content,
            headers=tokens_of(sandbox) if headers is None else headers,
            timeout=10,
        )
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["X-Request-ID"]
    return response.status_code, response.json()
