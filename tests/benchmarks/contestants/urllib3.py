"""The floor under requests: a urllib3 pool, and `json`."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import urllib3

from tests.benchmarks import payloads

Task = Callable[[], Any]


class Contestant:
    """Builds the tasks; what a task needs is made before, only the task is timed."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._pool = urllib3.PoolManager(maxsize=32, headers=payloads.HEADERS)

    def read(self, _: int) -> Task:
        request, url = self._pool.request, self._url + payloads.READ_PATH
        return lambda: json.loads(request("GET", url).data)

    def schedule(self, devices: int) -> Task:
        return self._send("POST", payloads.SCHEDULE_PATH, payloads.schedule_request(devices))

    def append(self, devices: int) -> Task:
        return self._send("PUT", payloads.DEVICES_PATH, payloads.devices_request(devices))

    def _send(self, method: str, path: str, body: Any) -> Task:
        request, url = self._pool.request, self._url + path
        headers = {**payloads.HEADERS, "Content-Type": "application/json"}
        return lambda: json.loads(request(method, url, body=json.dumps(body).encode(), headers=headers).data)
