"""This library."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from fota_sdk import (
    Campaign,
    CampaignFirmwareUpgrade,
    FotaClient,
    V3AddOrRemoveDeviceRequest,
    V3AddOrRemoveDeviceResult,
    V3CampaignDevice,
    inspect_devices,
    read_devices,
)
from tests.benchmarks import payloads

Task = Callable[[], Any]


class Contestant:
    """Builds the tasks; what a task needs is made before, only the task is timed."""

    def __init__(self, url: str) -> None:
        client = FotaClient(api_token=payloads.API_TOKEN, session_token=payloads.SESSION_TOKEN, base_url=url)
        self._client = client
        self._campaigns = client.campaigns_v3
        self._reports = client.software_management_reports_v3

    def read(self, _: int) -> Task:
        get = self._campaigns.get_campaign_information
        return lambda: get(payloads.ACCOUNT, payloads.CAMPAIGN_ID)

    def read_without_limit(self, _: int) -> Task:
        get = self._client.with_options(timeout=None).campaigns_v3.get_campaign_information
        return lambda: get(payloads.ACCOUNT, payloads.CAMPAIGN_ID)

    def schedule(self, devices: int) -> Task:
        post = self._campaigns.schedule_campaign_firmware_upgrade
        body = CampaignFirmwareUpgrade.from_dictionary(payloads.schedule_request(devices))
        return lambda: post(payloads.ACCOUNT, body)

    def append(self, devices: int) -> Task:
        put = self._campaigns.update_campaign_firmware_devices
        body = V3AddOrRemoveDeviceRequest.from_dictionary(payloads.devices_request(devices))
        return lambda: put(payloads.ACCOUNT, payloads.CAMPAIGN_ID, body)

    def encode(self, devices: int) -> Task:
        return CampaignFirmwareUpgrade.from_dictionary(payloads.schedule_request(devices)).to_json

    def check_and_encode(self, devices: int) -> Task:
        model = CampaignFirmwareUpgrade.from_dictionary(payloads.schedule_request(devices))

        def task() -> str:
            model.validate()
            return model.to_json()

        return task

    def decode_campaign(self, _: int) -> Task:
        text = payloads.campaign()
        return lambda: Campaign.from_json(text)

    def decode_results(self, devices: int) -> Task:
        text = payloads.device_results(devices)
        return lambda: V3AddOrRemoveDeviceResult.from_json(text)

    def decode_odd_results(self, devices: int) -> Task:
        text = payloads.device_results(devices, odd=True)
        return lambda: V3AddOrRemoveDeviceResult.from_json(text)

    def decode_page(self, devices: int) -> Task:
        text = payloads.page_of(payloads.device_page(devices), 1, 1)
        return lambda: V3CampaignDevice.from_json(text)

    def pages(self, devices: int) -> Task:
        pages = self._reports.paginated.get_campaign_device_status(payloads.ACCOUNT, str(devices // 1_000))
        return lambda: Counter(device.status for device in pages)

    def read_devices(self, devices: int) -> Task:
        path = payloads.inventory(self, devices)
        return lambda: read_devices(path)

    def inspect_devices(self, devices: int) -> Task:
        given = payloads.imeis(devices)
        return lambda: inspect_devices(given)
