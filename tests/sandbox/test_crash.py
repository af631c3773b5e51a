"""A crash of the sandbox is told as one: it is no refusal of the request."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import pytest

from fota_sdk import ServerError
from fota_sdk.sandbox import Sandbox
from fota_sdk.sandbox.campaigns import Campaigns
from fota_sdk.sandbox.server import Server
from tests.conftest import CAMPAIGN_ID


@pytest.mark.parametrize("how", ["served", "mocked"])
@pytest.mark.parametrize("crash", [KeyError("key"), ValueError("value"), ZeroDivisionError(), RecursionError()])
def test_a_crash_of_a_handler_is_a_500_with_its_traceback_on_standard_error(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], crash: Exception, how: str
) -> None:
    def read(*arguments: Any) -> Any:
        raise crash

    monkeypatch.setattr(Campaigns, "read", read)
    with Sandbox() as sandbox, sandbox.mocked() if how == "mocked" else nullcontext(), sandbox.client() as client:
        with pytest.raises(ServerError) as raised:
            client.with_options(max_attempts=1).campaigns_v3.get_campaign_information(sandbox.account, CAMPAIGN_ID)
        assert (raised.value.status_code, raised.value.error_code) == (500, "SANDBOX_CRASHED")
        assert sandbox.requests[-1].method == "GET"
    told = capfd.readouterr().err
    assert "Traceback" in told
    assert type(crash).__name__ in told
    assert "raise crash" in told


def test_a_crash_outside_of_the_handlers_is_a_500_too(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def wait(*arguments: Any) -> bool:
        raise RuntimeError("a fault")

    monkeypatch.setattr(Server, "_wait", wait)
    with Sandbox() as sandbox, sandbox.client() as client:
        with pytest.raises(ServerError) as raised:
            client.with_options(max_attempts=1).campaigns_v3.get_campaign_information(sandbox.account, CAMPAIGN_ID)
    assert (raised.value.status_code, raised.value.error_code) == (500, "SANDBOX_CRASHED")
    told = capfd.readouterr().err
    assert "Traceback" in told
    assert "a fault" in told
