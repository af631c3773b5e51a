"""A session that ends while a roll-out reads is an error of tokens, and never taken for a report that is not there."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fota_sdk import AuthenticationError, CampaignFirmwareUpgrade
from fota_sdk.rollout import service
from fota_sdk.sandbox import Sandbox
from tests.conftest import IMEIS

EXPIRED = {"errorCode": "UnifiedWebService.REQUEST_FAILED.SessionToken.Expired", "errorMessage": "over"}


def test_a_session_that_ends_before_a_report_is_read_is_told() -> None:
    with Sandbox() as sandbox, sandbox.client() as client:
        start = sandbox.today + timedelta(days=3)
        upgrade = CampaignFirmwareUpgrade(
            firmware_name="SEQUANSCommunications_GM01Q_SR1.2.0.0-10512_SR1.2.0.0-10657",
            firmware_from="SR1.2.0.0-10512",
            firmware_to="SR1.2.0.0-10657",
            start_date=start,
            end_date=start,
            device_list=IMEIS,
        )
        account = sandbox.account
        campaign_id = client.campaigns_v3.schedule_campaign_firmware_upgrade(account, upgrade).id
        sandbox.fail_next(400, EXPIRED, times=2, operation="v3.get_campaign_device_status")
        with pytest.raises(AuthenticationError):
            service.look(lambda account: client, "v3", service.Target(1, account, campaign_id, False))
        with pytest.raises(AuthenticationError):
            service.devices_of(client, "v3", account, campaign_id, print)
        assert service.devices_of(client, "v3", account, campaign_id, print) == frozenset(IMEIS)
