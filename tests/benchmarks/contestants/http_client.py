"""The floor under urllib3: one `http.client` connection a thread, and `json`."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from tests.benchmarks import payloads

Task = Callable[[], Any]


class Contestant:
    """Builds the tasks; what a task needs is made before, only the task is timed."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host, self._base = parts.netloc, parts.path
        self._local = threading.local()

    def read(self, _: int) -> Task:
        path = self._base + payloads.READ_PATH
        return lambda: self._exchange("GET", path, None, payloads.HEADERS)

    def schedule(self, devices: int) -> Task:
        return self._send("POST", payloads.SCHEDULE_PATH, payloads.schedule_request(devices))

    def append(self, devices: int) -> Task:
        return self._send("PUT", payloads.DEVICES_PATH, payloads.devices_request(devices))

    def _send(self, method: str, path: str, body: Any) -> Task:
        headers = {**payloads.HEADERS, "Content-Type": "application/json"}
        return lambda: self._exchange(method, self._base + path, json.dumps(body).encode(), headers)

    def _exchange(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Any:
        try:
            connection = self._local.connection
        except AttributeError:
            connection = self._local.connection = http.client.HTTPConnection(self._host)
        connection.request(method, path, body, headers)
        return json.loads(connection.getresponse().read())
