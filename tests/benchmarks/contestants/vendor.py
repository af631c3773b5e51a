"""The vendor's generated SDK; runs in an environment of its own, which has nothing of ours but these files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from verizon.api_helper import APIHelper
from verizon.configuration import Configuration, Server
from verizon.http.auth.thingspace_oauth import ThingspaceOauthCredentials
from verizon.http.auth.vz_m2m_token import VZM2mTokenCredentials
from verizon.models.campaign import Campaign
from verizon.models.campaign_firmware_upgrade import CampaignFirmwareUpgrade
from verizon.models.oauth_token import OauthToken
from verizon.models.v3_add_or_remove_device_request import V3AddOrRemoveDeviceRequest
from verizon.models.v3_add_or_remove_device_result import V3AddOrRemoveDeviceResult
from verizon.verizon_client import VerizonClient

from tests.benchmarks import payloads

Task = Callable[[], Any]


def build_client(url: str) -> Any:
    """Return a client that has its tokens already and calls another place."""

    class Here(Configuration):  # type: ignore[misc] # the vendor declares no types
        def get_base_uri(self, server: Any = Server.THINGSPACE) -> str:
            return f"{url}/fota/v3"

    return VerizonClient(
        config=Here(
            thingspace_oauth_credentials=ThingspaceOauthCredentials(
                "id", "secret", oauth_token=OauthToken(access_token=payloads.API_TOKEN, token_type="bearer")
            ),
            vz_m2m_token_credentials=VZM2mTokenCredentials(payloads.SESSION_TOKEN),
        )
    )


class Contestant:
    """Builds the tasks; what a task needs is made before, only the task is timed."""

    def __init__(self, url: str) -> None:
        self._campaigns = build_client(url).campaigns_v3

    def read(self, _: int) -> Task:
        get = self._campaigns.get_campaign_information
        return lambda: get(payloads.ACCOUNT, payloads.CAMPAIGN_ID).body

    def schedule(self, devices: int) -> Task:
        post = self._campaigns.schedule_campaign_firmware_upgrade
        body = CampaignFirmwareUpgrade.from_dictionary(payloads.schedule_request(devices))
        return lambda: post(payloads.ACCOUNT, body).body

    def append(self, devices: int) -> Task:
        put = self._campaigns.update_campaign_firmware_devices
        body = V3AddOrRemoveDeviceRequest(mtype="append", device_list=payloads.devices(devices))
        return lambda: put(payloads.ACCOUNT, payloads.CAMPAIGN_ID, body).body

    def encode(self, devices: int) -> Task:
        model = CampaignFirmwareUpgrade.from_dictionary(payloads.schedule_request(devices))
        return lambda: APIHelper.json_serialize(model)

    def decode_campaign(self, _: int) -> Task:
        text = payloads.campaign()
        return lambda: APIHelper.json_deserialize(text.decode(), Campaign.from_dictionary)

    def decode_results(self, devices: int) -> Task:
        text = payloads.device_results(devices)
        return lambda: APIHelper.json_deserialize(text.decode(), V3AddOrRemoveDeviceResult.from_dictionary)

    def decode_odd_results(self, devices: int) -> Task:
        text = payloads.device_results(devices, odd=True)
        return lambda: APIHelper.json_deserialize(text.decode(), V3AddOrRemoveDeviceResult.from_dictionary)
