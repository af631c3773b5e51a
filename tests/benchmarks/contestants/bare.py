"""What people write by hand: one `requests.Session`, and `json`."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from tests.benchmarks import payloads

Task = Callable[[], Any]


class Contestant:
    """Builds the tasks; what a task needs is made before, only the task is timed."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._session = requests.Session()
        self._session.headers.update(payloads.HEADERS)
        self._session.mount("http://", HTTPAdapter(pool_maxsize=32))

    def read(self, _: int) -> Task:
        get, url = self._session.get, self._url + payloads.READ_PATH
        return lambda: get(url).json()

    read_without_limit = read

    def schedule(self, devices: int) -> Task:
        post, url, body = self._session.post, self._url + payloads.SCHEDULE_PATH, payloads.schedule_request(devices)
        return lambda: post(url, json=body).json()

    def append(self, devices: int) -> Task:
        put, url, body = self._session.put, self._url + payloads.DEVICES_PATH, payloads.devices_request(devices)
        return lambda: put(url, json=body).json()

    def encode(self, devices: int) -> Task:
        data = payloads.schedule_request(devices)
        return lambda: json.dumps(data)

    check_and_encode = encode

    def decode_campaign(self, _: int) -> Task:
        text = payloads.campaign()
        return lambda: json.loads(text)

    def decode_results(self, devices: int) -> Task:
        text = payloads.device_results(devices)
        return lambda: json.loads(text)

    def decode_odd_results(self, devices: int) -> Task:
        text = payloads.device_results(devices, odd=True)
        return lambda: json.loads(text)

    def decode_page(self, devices: int) -> Task:
        text = payloads.page_of(payloads.device_page(devices), 1, 1)
        return lambda: json.loads(text)

    def pages(self, devices: int) -> Task:
        url = self._url + payloads.PAGES_PATH % (devices // 1_000)

        def items() -> Iterator[dict[str, str]]:
            cursor: dict[str, str] = {}
            while True:
                page = self._session.get(url, params=cursor).json()
                yield from page["deviceList"]
                if not page["hasMoreData"]:
                    return
                cursor = {"lastSeenDeviceId": page["lastSeenDeviceId"]}

        return lambda: Counter(device["status"] for device in items())

    def read_devices(self, devices: int) -> Task:
        path = payloads.inventory(self, devices)

        def task() -> list[str]:
            with path.open(encoding="utf-8", newline="") as file:
                return [row[0] for row in csv.reader(file)]

        return task

    inspect_devices = read_devices
