"""Tests that freeze their time or travel in it: waits and calls end, and the sandbox is on the test's day."""

from __future__ import annotations

import subprocess
import sys
import time as real_time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from datetime import date, datetime, timedelta, timezone
from typing import Any

import freezegun
import pytest
import time_machine

from fota_sdk import FotaClient, RequestTimeoutError, WaitError
from fota_sdk.sandbox import Sandbox
from tests.conftest import CAMPAIGN_ID
from tests.loopback import LoopbackServer, answer as answer_of

pytestmark = pytest.mark.skipif(
    not hasattr(real_time, "clock_gettime"), reason="on this system a frozen clock stands still for the package too"
)

PAST, FUTURE = datetime(2019, 3, 29, 12, tzinfo=timezone.utc), datetime(2037, 3, 29, 12, tzinfo=timezone.utc)
Freeze = Callable[[datetime], AbstractContextManager[Any]]
TOOLS: dict[str, Freeze] = {
    "freezegun": freezegun.freeze_time,
    "freezegun tick": lambda moment: freezegun.freeze_time(moment, tick=True),
    "freezegun auto_tick": lambda moment: freezegun.freeze_time(moment, auto_tick_seconds=5),
    "time-machine": lambda moment: time_machine.travel(moment, tick=False),
    "time-machine tick": lambda moment: time_machine.travel(moment, tick=True),
}

each_tool = pytest.mark.parametrize("freeze", TOOLS.values(), ids=TOOLS)
each_moment = pytest.mark.parametrize("moment", [PAST, FUTURE], ids=["past", "future"])


@pytest.fixture(params=["made before", "made within"])
def pair(request: pytest.FixtureRequest, freeze: Freeze, moment: datetime) -> Iterator[tuple[Sandbox, FotaClient]]:
    """A sandbox and its client, made before time is frozen or afterwards, used in frozen time."""
    if request.param == "made within":
        with freeze(moment), Sandbox() as sandbox, sandbox.client() as client:
            yield sandbox, client
    else:
        with Sandbox() as sandbox, sandbox.client() as client:
            client.campaigns_v2.dry_run  # noqa: B018 - so that it is loaded before
            with freeze(moment):
                yield sandbox, client


def schedule(sandbox: Sandbox, client: FotaClient) -> str:
    day = date.today() + timedelta(days=1)
    body = {"firmwareName": "n", "firmwareFrom": "a", "firmwareTo": "b", "protocol": "LWM2M"}
    body |= {"startDate": day, "endDate": day, "deviceList": ["990013907884253"]}  # type: ignore[dict-item]
    return client.campaigns_v3.schedule_campaign_firmware_upgrade(sandbox.account, body).id or ""


def status(sandbox: Sandbox, client: FotaClient, campaign_id: str) -> str | None:
    return client.campaigns_v3.get_campaign_information(sandbox.account, campaign_id).status


@each_tool
@each_moment
def test_the_sandbox_is_on_the_tests_day(pair: tuple[Sandbox, FotaClient], moment: datetime) -> None:
    sandbox, client = pair
    assert sandbox.today == moment.date() == date.today()
    campaign_id = schedule(sandbox, client)
    assert status(sandbox, client, campaign_id) == "CampaignRequestPending"
    sandbox.advance(days=1, hours=1)
    assert sandbox.today == moment.date() + timedelta(days=1)
    assert status(sandbox, client, campaign_id) == "CampaignScheduled"
    sandbox.advance(days=1)
    assert status(sandbox, client, campaign_id) == "CampaignEnded"


@each_tool
@each_moment
def test_a_wait_ends(pair: tuple[Sandbox, FotaClient]) -> None:
    sandbox, client = pair
    campaign_id = schedule(sandbox, client)
    begin = clock()
    with pytest.raises(WaitError) as caught:
        client.campaigns_v3.wait_for_status(sandbox.account, campaign_id, timeout=0.5, interval=0.1)
    assert caught.value.timed_out
    assert clock() - begin < 1
    sandbox.advance(days=7)
    ended = client.campaigns_v3.wait_for_status(sandbox.account, campaign_id, timeout=0.5, interval=0.1)
    assert ended.status == "CampaignEnded"


@each_tool
@each_moment
def test_tokens_live_on_within_and_afterwards(freeze: Freeze, moment: datetime) -> None:
    with Sandbox() as sandbox, sandbox.client() as client:
        with freeze(moment):
            campaign_id = schedule(sandbox, client)
        assert status(sandbox, client, campaign_id)
    with freeze(moment):
        sandbox = Sandbox()
    with sandbox, sandbox.client() as client:
        assert status(sandbox, client, schedule(sandbox, client)) == "CampaignRequestPending"


@each_tool
def test_a_campaign_of_later_is_pending_in_the_past(freeze: Freeze) -> None:
    with Sandbox() as sandbox, sandbox.client() as client:
        with freeze(FUTURE):
            campaign_id = schedule(sandbox, client)
        with freeze(PAST):
            assert status(sandbox, client, campaign_id) == "CampaignRequestPending"


def test_a_test_that_moves_its_frozen_time_moves_the_sandbox() -> None:
    with freezegun.freeze_time(FUTURE) as frozen, Sandbox() as sandbox, sandbox.client() as client:
        campaign_id = schedule(sandbox, client)
        frozen.tick(timedelta(days=1))
        assert sandbox.today == FUTURE.date() + timedelta(days=1)
        assert status(sandbox, client, campaign_id) == "CampaignScheduled"


def test_a_fast_sandbox_goes_on_in_frozen_time() -> None:
    with freezegun.freeze_time(FUTURE), Sandbox(speed=1_000_000) as sandbox, sandbox.client() as client:
        campaign_id = schedule(sandbox, client)
        ended = client.campaigns_v3.wait_for_status(sandbox.account, campaign_id, timeout=20, interval=0.01)
        assert ended.status == "CampaignEnded"


@each_tool
def test_a_delayed_response_of_the_sandbox_comes(freeze: Freeze) -> None:
    with freeze(FUTURE), Sandbox() as sandbox, sandbox.client() as client:
        campaign_id = schedule(sandbox, client)
        sandbox.delay_next(0.2)
        assert status(sandbox, client, campaign_id) is not None
        with sandbox.mocked(), sandbox.client() as mocked:
            sandbox.delay_next(0.1)
            assert status(sandbox, mocked, campaign_id) is not None


def silent(request: Any, connection: Any) -> None:
    connection.wait(20)


def drip(request: Any, connection: Any) -> None:
    connection.send(b"HTTP/1.1 200 OK\r\n")
    while not connection.wait(0.05):
        connection.send(b"X: x\r\n")


@each_tool
@pytest.mark.parametrize("script", [silent, drip])
def test_the_deadline_of_a_call_holds(freeze: Freeze, script: Any) -> None:
    with LoopbackServer(script) as server:
        with freeze(FUTURE), FotaClient(base_url=server.url, api_token="a", session_token="s", timeout=0.5) as client:
            begin = clock()
            with pytest.raises(RequestTimeoutError):
                client.campaigns_v3.cancel_campaign("0000123456-00001", CAMPAIGN_ID)
            assert clock() - begin < 1


def test_a_wait_that_began_before_ends() -> None:
    good = answer_of({"id": CAMPAIGN_ID, "status": "CampaignScheduled"})
    with LoopbackServer(good) as server, ExitStack() as frozen:

        def freeze(campaign: Any) -> None:
            frozen.pop_all().close()
            frozen.enter_context(freezegun.freeze_time(FUTURE))

        with FotaClient(base_url=server.url, api_token="a", session_token="s") as client:
            with pytest.raises(WaitError, match="CampaignScheduled"):
                client.campaigns_v3.wait_for_status("a", CAMPAIGN_ID, timeout=0.5, interval=0.1, on_poll=freeze)


SCRIPT = """
import datetime, freezegun, time_machine
with {freeze}:
    from fota_sdk import FotaClient, WaitError
    from fota_sdk.sandbox import Sandbox
    with Sandbox() as sandbox, sandbox.client() as client:
        day = datetime.date.today() + datetime.timedelta(days=1)
        body = {{"firmwareName": "n", "firmwareFrom": "a", "firmwareTo": "b", "protocol": "LWM2M"}}
        body |= {{"startDate": day, "endDate": day, "deviceList": ["990013907884253"]}}
        id = client.campaigns_v3.schedule_campaign_firmware_upgrade(sandbox.account, body).id
        try:
            client.campaigns_v3.wait_for_status(sandbox.account, id, timeout=0.5, interval=0.1)
        except WaitError:
            print("ended")
with Sandbox() as sandbox, sandbox.client() as client:
    assert abs(sandbox.today - datetime.date.today()) <= datetime.timedelta(days=1)
    try:
        client.campaigns_v3.wait_for_status(sandbox.account, id, timeout=10)
    except Exception as error:
        print(type(error).__name__)
"""


@pytest.mark.parametrize(
    "freeze",
    [
        "freezegun.freeze_time('2037-03-29')",
        "freezegun.freeze_time('2019-03-29', tick=True)",
        "time_machine.travel('2037-03-29', tick=False)",
    ],
)
def test_time_may_be_frozen_before_the_package_is_imported(freeze: str) -> None:
    command = [sys.executable, "-c", SCRIPT.format(freeze=freeze)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert (run.stderr, run.stdout.split()) == ("", ["ended", "FotaV3ResultException"])


def clock() -> float:
    return real_time.clock_gettime(real_time.CLOCK_MONOTONIC)
