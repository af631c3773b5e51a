"""How a campaign is followed: what ends the wait, how often it is read, and what its limits are."""

from __future__ import annotations

import inspect
import math
from collections.abc import Iterator
from typing import Any

import pytest
import responses

from fota_sdk import (
    CampaignStatus,
    FotaClient,
    FotaV3ResultException,
    RequestTimeoutError,
    ServerError,
    Timeout,
    ValidationError,
    WaitError,
)
from fota_sdk.core import retry, wait
from tests.conftest import ACCOUNT, CAMPAIGN_ID
from tests.loopback import LoopbackServer

URLS = {
    "v2": f"https://thingspace.verizon.com/api/fota/v2/campaigns/{ACCOUNT}/{CAMPAIGN_ID}",
    "v3": f"https://thingspace.verizon.com/api/fota/v3/campaigns/{ACCOUNT}/{CAMPAIGN_ID}",
}
FINAL = ["CampaignRequestFailed", "CampaignEnded", "CampaignCancelled", "CampaignAborted", "CampaignFailed"]


class Clock:
    """Goes on by its pauses alone."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.pauses: list[float] = []

    def time(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(wait, "clock", clock.time)
    monkeypatch.setattr(wait, "sleep", clock.sleep)
    return clock


@pytest.fixture
def http() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


def answer(
    http: responses.RequestsMock, *statuses: str | None, version: str = "v3", clock: Clock | None = None
) -> None:
    """Answer the reads with these statuses, the last one for good."""

    def one(status: str | None) -> Any:
        def callback(request: Any) -> tuple[int, dict[str, str], str]:
            if clock is not None:
                clock.now += 0.5
            return 200, {}, "{}" if status is None else f'{{"id": "{CAMPAIGN_ID}", "status": "{status}"}}'

        return callback

    for status in statuses:
        http.add_callback("GET", URLS[version], one(status))


def waiting(client: FotaClient, version: str, **options: Any) -> Any:
    controller: Any = client.campaigns_v2 if version == "v2" else client.campaigns_v3
    return controller.wait_for_status(ACCOUNT, CAMPAIGN_ID, **{"timeout": 100_000, **options})


@pytest.mark.parametrize("version", ["v2", "v3"])
@pytest.mark.parametrize("final", FINAL)
def test_by_default_any_final_status_ends_it(
    client: FotaClient, clock: Clock, http: responses.RequestsMock, version: str, final: str
) -> None:
    answer(http, "CampaignRequestPending", "CampaignScheduled", "In Progress", final, version=version)
    campaign = waiting(client, version)
    assert campaign.status == final
    assert type(campaign).__name__ == {"v2": "CampaignSoftware", "v3": "Campaign"}[version]
    assert len(clock.pauses) == 3


@pytest.mark.parametrize(
    "until", ["CampaignScheduled", ["CampaignScheduled"], ("x", "CampaignScheduled"), iter(["CampaignScheduled"])]
)
def test_it_ends_with_a_status_that_is_awaited(
    client: FotaClient, clock: Clock, http: responses.RequestsMock, until: Any
) -> None:
    answer(http, "CampaignRequestPending", "CampaignScheduled")
    assert waiting(client, "v3", until=until).status == "CampaignScheduled"


def test_a_status_that_the_package_does_not_know_can_be_awaited(
    client: FotaClient, clock: Clock, http: responses.RequestsMock
) -> None:
    answer(http, "CampaignRequestPending", "In Progress")
    assert waiting(client, "v3", until="In Progress").status == "In Progress"


def test_a_final_status_that_was_not_awaited_is_an_error(
    client: FotaClient, clock: Clock, http: responses.RequestsMock
) -> None:
    answer(http, "CampaignRequestPending", "CampaignCancelled")
    with pytest.raises(WaitError, match=r"CampaignCancelled.*CampaignEnded or CampaignScheduled was awaited") as caught:
        waiting(client, "v3", until=[CampaignStatus.SCHEDULED, CampaignStatus.ENDED])
    assert caught.value.timed_out is False
    assert caught.value.campaign.status == "CampaignCancelled"
    assert caught.value.operation == "v3.get_campaign_information"
    assert caught.value.attempts == 2


def test_time_over_is_an_error_with_the_last_campaign(
    client: FotaClient, clock: Clock, http: responses.RequestsMock
) -> None:
    answer(http, "CampaignRequestPending", clock=clock)
    begin = clock.now
    with pytest.raises(WaitError, match=r"time is over after 100 s.*CampaignRequestPending") as caught:
        waiting(client, "v3", timeout=100)
    assert caught.value.timed_out is True
    assert caught.value.campaign.status == "CampaignRequestPending"
    assert 98 < clock.now - begin <= 100  # it is read once more before the end, and never waits past it


def test_pauses_grow_to_ten_times_the_first(client: FotaClient, clock: Clock, http: responses.RequestsMock) -> None:
    answer(http, *["CampaignScheduled"] * 12, "CampaignEnded")
    waiting(client, "v3", timeout=None, interval=4)
    assert clock.pauses[:4] == [4, 6, 9, 13.5]
    assert clock.pauses[-4:] == [40] * 4


def test_the_first_pause_is_half_a_minute(client: FotaClient, clock: Clock, http: responses.RequestsMock) -> None:
    answer(http, "CampaignScheduled", "CampaignEnded")
    waiting(client, "v3")
    assert clock.pauses == [30]


def test_each_read_is_told(client: FotaClient, clock: Clock, http: responses.RequestsMock) -> None:
    seen: list[str | None] = []
    answer(http, "CampaignRequestPending", "CampaignScheduled", "CampaignEnded")
    waiting(client, "v3", on_poll=lambda campaign: seen.append(campaign.status))
    assert seen == ["CampaignRequestPending", "CampaignScheduled", "CampaignEnded"]


def test_what_on_poll_raises_ends_the_wait(client: FotaClient, clock: Clock, http: responses.RequestsMock) -> None:
    def stop(campaign: Any) -> None:
        raise KeyError("enough")

    answer(http, "CampaignRequestPending")
    with pytest.raises(KeyError, match="enough"):
        waiting(client, "v3", on_poll=stop)


@pytest.mark.parametrize(
    ("options", "argument"),
    [
        ({"timeout": 0}, "timeout"),
        ({"timeout": -1}, "timeout"),
        ({"timeout": math.nan}, "timeout"),
        ({"timeout": math.inf}, "timeout"),
        ({"timeout": True}, "timeout"),
        ({"timeout": "60"}, "timeout"),
        ({"interval": 0}, "interval"),
        ({"interval": None}, "interval"),
        ({"interval": math.inf}, "interval"),
        ({"until": ""}, "until"),
        ({"until": []}, "until"),
        ({"until": [None]}, "until"),
        ({"until": b"CampaignEnded"}, "until"),
        ({"until": 3}, "until"),
        ({"on_poll": "print"}, "on_poll"),
    ],
)
def test_a_wrong_argument_is_refused_before_anything_is_read(
    client: FotaClient, http: responses.RequestsMock, options: dict[str, Any], argument: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        waiting(client, "v3", **options)
    assert [path for path, _ in caught.value.findings] == [argument]
    assert len(http.calls) == 0


@pytest.mark.parametrize("total", [None, 60])
def test_a_wait_may_last_for_weeks_and_up_to_a_year(
    clock: Clock, http: responses.RequestsMock, total: float | None
) -> None:
    answer(http, "CampaignScheduled", "CampaignEnded")
    limits = Timeout(total=total)
    with FotaClient(api_token="a", session_token="b", timeout=limits) as client:
        assert waiting(client, "v3", timeout=14 * 86400).status == "CampaignEnded"
        assert waiting(client, "v3", timeout=366 * 86400).status == "CampaignEnded"
        with pytest.raises(ValidationError, match=r"up to 31622400 \(a year\), or None for no limit, got int 31622401"):
            waiting(client, "v3", timeout=366 * 86400 + 1)


def test_the_views_have_it_not(client: FotaClient) -> None:
    for controller in (client.campaigns_v2, client.campaigns_v3):
        assert not hasattr(controller.with_raw_response, "wait_for_status")
        assert not hasattr(controller.dry_run, "wait_for_status")


def test_the_arguments_are_named_as_in_the_other_methods(client: FotaClient) -> None:
    names = ["campaign_id", "until", "timeout", "interval", "on_poll"]
    for controller, account in ((client.campaigns_v2, "account"), (client.campaigns_v3, "acc")):
        assert list(inspect.signature(controller.wait_for_status).parameters) == [account, *names]


def test_a_timeout_has_to_be_given(client: FotaClient) -> None:
    with pytest.raises(TypeError, match="timeout"):
        client.campaigns_v3.wait_for_status(ACCOUNT, CAMPAIGN_ID)  # type: ignore[call-arg]


def test_a_refusal_passes_through(client: FotaClient, clock: Clock, http: responses.RequestsMock) -> None:
    answer(http, "CampaignRequestPending")
    http.add("GET", URLS["v3"], status=400, json={"errorCode": "INVALID_PARAMETER", "errorMessage": "gone"})
    with pytest.raises(FotaV3ResultException, match="gone"):
        waiting(client, "v3")


def test_a_read_is_repeated_as_every_read_is(
    client: FotaClient, clock: Clock, http: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry, "sleep", lambda seconds: None)
    for _ in range(2):
        http.add("GET", URLS["v3"], status=503)
    answer(http, "CampaignEnded")
    assert waiting(client, "v3").status == "CampaignEnded"
    for _ in range(3):
        http.add("GET", URLS["v3"], status=503)
    http.remove("GET", URLS["v3"])
    http.add("GET", URLS["v3"], status=503)
    with pytest.raises(ServerError):
        waiting(client, "v3")


def silent(request: Any, connection: Any) -> None:
    connection.wait(20)


def test_a_read_lasts_no_longer_than_what_is_left_of_the_wait() -> None:
    with LoopbackServer(silent) as server:
        with FotaClient(base_url=server.url, api_token="a", session_token="b", timeout=None) as client:
            with pytest.raises(WaitError, match="could not be read") as caught:
                waiting(client, "v3", timeout=0.3)
    assert caught.value.timed_out is True
    assert caught.value.campaign is None
    assert isinstance(caught.value.__cause__, RequestTimeoutError)


def test_a_read_keeps_the_limits_of_the_client() -> None:
    with LoopbackServer(silent) as server:
        with FotaClient(base_url=server.url, api_token="a", session_token="b", timeout=0.3) as client:
            with pytest.raises(RequestTimeoutError):
                waiting(client, "v3", timeout=30)
