"""How a campaign is followed: what ends the wait, how often it is read, and what its limits are."""

from __future__ import annotations

import inspect
import math
import socket
import ssl
import time
from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest
import requests
import responses
from urllib3.exceptions import NewConnectionError

from fota_sdk import (
    ApiError,
    AuthenticationError,
    CampaignStatus,
    ConfigurationError,
    ConflictError,
    ConnectError,
    DecodeError,
    FotaClient,
    FotaError,
    FotaV3ResultException,
    NotFoundError,
    OAuthClientCredentials,
    PermissionDeniedError,
    RateLimitError,
    RedirectError,
    RequestTimeoutError,
    ServerError,
    Timeout,
    ValidationError,
    WaitError,
)
from fota_sdk.core import retry, wait
from tests.conftest import ACCOUNT, CAMPAIGN_ID
from tests.loopback import LoopbackServer, answer as answer_of, url_of

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
    # A read takes no time by this clock, so that the last may begin at the end; by the clock of calls it takes some.
    given = wait._left_for_a_call
    monkeypatch.setattr(wait, "_left_for_a_call", lambda seconds: max(given(seconds), 1))
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


def test_nothing_is_read_in_so_little_time_that_no_read_can_end_well(
    client: FotaClient, clock: Clock, http: responses.RequestsMock
) -> None:
    answer(http, "CampaignStarted")
    with pytest.raises(WaitError, match="time is over") as caught:
        waiting(client, "v3", timeout=0.14, interval=0.1)
    assert (clock.pauses, caught.value.attempts) == ([0.1], 2)  # a pause of 0.04 s would leave none for a third


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
    assert clock.pauses == []


# What passes by itself, and what does not

PASSING: list[tuple[str, dict[str, Any]]] = [
    ("500", {"status": 500}),
    ("502", {"status": 502, "body": "<html>"}),
    ("503", {"status": 503}),
    ("504", {"status": 504, "json": {"errorCode": "x", "errorMessage": "y"}}),
    ("429", {"status": 429}),
    ("name lookup", {"body": requests.ConnectionError(NewConnectionError(object(), "x"))}),  # type: ignore[arg-type]
    ("connect timeout", {"body": requests.ConnectTimeout("x")}),
    ("reset", {"body": requests.ConnectionError("reset")}),
    ("read timeout", {"body": requests.ReadTimeout("x")}),
]
LASTING: list[tuple[str, dict[str, Any], type[FotaError]]] = [
    ("400", {"status": 400, "json": {"errorCode": "INVALID_PARAMETER", "errorMessage": "x"}}, FotaV3ResultException),
    ("401", {"status": 401}, AuthenticationError),
    ("403", {"status": 403}, PermissionDeniedError),
    ("404", {"status": 404}, NotFoundError),
    ("408", {"status": 408}, ApiError),
    ("409", {"status": 409}, ConflictError),
    ("302", {"status": 302, "headers": {"Location": "/x"}}, RedirectError),
    ("501", {"status": 501}, ServerError),
    ("505", {"status": 505}, ServerError),
    ("no JSON", {"body": "<html>"}, DecodeError),
    ("another object", {"json": {"x": 1}}, DecodeError),
    ("certificate", {"body": requests.exceptions.SSLError(ssl.SSLCertVerificationError(1, "x"))}, ConnectError),
    ("token", {"status": 500, "json": {"errorCode": "X.SessionToken.Invalid"}}, AuthenticationError),
]


@pytest.fixture
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "sleep", lambda seconds: None)


@pytest.mark.usefixtures("no_pauses")
@pytest.mark.parametrize("version", ["v2", "v3"])
@pytest.mark.parametrize("fault", [fault for _, fault in PASSING], ids=[name for name, _ in PASSING])
def test_a_wait_outlives_what_passes_by_itself(
    client: FotaClient, clock: Clock, http: responses.RequestsMock, version: str, fault: dict[str, Any]
) -> None:
    seen: list[str | None] = []
    answer(http, "CampaignScheduled", version=version)
    for _ in range(7):  # more than two reads make attempts
        http.add("GET", URLS[version], **fault)
    answer(http, "CampaignEnded", version=version)
    campaign = waiting(client, version, on_poll=lambda campaign: seen.append(campaign.status))
    assert campaign.status == "CampaignEnded"
    assert seen == ["CampaignScheduled", "CampaignEnded"]  # a failed read is no poll
    assert clock.pauses == [30, 45, 67.5]  # as after any read


@pytest.mark.usefixtures("no_pauses")
@pytest.mark.parametrize(
    ("fault", "kind"), [(fault, kind) for _, fault, kind in LASTING], ids=[name for name, *_ in LASTING]
)
def test_what_does_not_pass_by_itself_ends_the_wait(
    client: FotaClient, clock: Clock, http: responses.RequestsMock, fault: dict[str, Any], kind: type[FotaError]
) -> None:
    answer(http, "CampaignScheduled")
    http.add("GET", URLS["v3"], **fault)
    with pytest.raises(kind) as caught:
        waiting(client, "v3")
    assert isinstance(caught.value, AuthenticationError) is (kind is AuthenticationError)
    assert clock.pauses == [30]


@pytest.mark.usefixtures("no_pauses")
def test_time_over_during_an_outage_tells_the_last_failure_and_the_last_campaign(
    client: FotaClient, clock: Clock, http: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry, "jitter", lambda: 0.5)  # else the last read may begin when hardly any time is left
    answer(http, "CampaignScheduled")
    http.add("GET", URLS["v3"], status=503, json={"errorCode": "OUTAGE", "errorMessage": "back at noon"})
    begin = clock.now
    with pytest.raises(WaitError) as caught:
        waiting(client, "v3", timeout=3600)
    assert caught.value.timed_out is True
    assert caught.value.campaign.status == "CampaignScheduled"
    assert caught.value.outcome_unknown is False
    assert caught.value.attempts == len(clock.pauses) + 1
    assert isinstance(caught.value.__cause__, ServerError)
    for words in ("time is over after 3600 s", "its status was 'CampaignScheduled'", "503", "OUTAGE: back at noon"):
        assert words in str(caught.value)
    assert 3599 < clock.now - begin <= 3600


@pytest.mark.usefixtures("no_pauses")
def test_a_failure_that_passed_is_not_told(client: FotaClient, clock: Clock, http: responses.RequestsMock) -> None:
    for _ in range(3):
        http.add("GET", URLS["v3"], status=503)
    answer(http, "CampaignScheduled")
    with pytest.raises(WaitError, match=r"its status is 'CampaignScheduled'\. The campaign goes on") as caught:
        waiting(client, "v3", timeout=100)
    assert caught.value.__cause__ is None


def test_a_service_that_is_throttled_is_left_alone_as_long_as_it_asks(
    client: FotaClient, clock: Clock, http: responses.RequestsMock
) -> None:
    http.add("GET", URLS["v3"], status=429, headers={"Retry-After": "700"})  # longer than the call may last
    http.add("GET", URLS["v3"], status=503, headers={"Retry-After": "61"})
    http.add("GET", URLS["v3"], status=429, headers={"Retry-After": "0"})
    http.add("GET", URLS["v3"], status=429, headers={"Retry-After": "60"})
    answer(http, "CampaignEnded")
    waiting(client, "v3", interval=10)
    assert clock.pauses == [700, 61, 60]


def test_a_pause_that_is_asked_for_and_longer_than_the_wait_ends_it_at_once(
    client: FotaClient, clock: Clock, http: responses.RequestsMock
) -> None:
    http.add("GET", URLS["v3"], status=429, headers={"Retry-After": "7200"})
    with pytest.raises(WaitError, match=r"asks to wait 7200 s before the next call, and less is left") as caught:
        waiting(client, "v3", timeout=3600)
    assert caught.value.timed_out is True
    assert isinstance(caught.value.__cause__, RateLimitError)
    assert clock.pauses == []


def test_an_empty_retry_budget_does_not_end_a_wait(
    client: FotaClient, clock: Clock, http: responses.RequestsMock
) -> None:
    while client._attempts.budget.take(retry.Outcome.LOST):
        pass
    for _ in range(4):
        http.add("GET", URLS["v3"], status=503)
    answer(http, "CampaignEnded")
    assert waiting(client, "v3").status == "CampaignEnded"
    assert len(clock.pauses) == 4  # one attempt a read


@pytest.mark.usefixtures("no_pauses")
@pytest.mark.parametrize("fault", [{"status": 503}, {"status": 429}, {"body": requests.ConnectionError("reset")}])
def test_a_wait_outlives_an_outage_of_the_token_route(
    clock: Clock, http: responses.RequestsMock, fault: dict[str, Any]
) -> None:
    token = "https://thingspace.verizon.com/api/ts/v1/oauth2/token"
    for _ in range(4):
        http.add("POST", token, **fault)
    http.add("POST", token, json={"access_token": "t", "expires_in": 3600})
    answer(http, "CampaignEnded")
    with FotaClient(api_token=OAuthClientCredentials("a", "b"), session_token="s") as client:
        assert waiting(client, "v3").status == "CampaignEnded"


def test_credentials_that_are_refused_end_a_wait(clock: Clock, http: responses.RequestsMock) -> None:
    http.add("POST", "https://thingspace.verizon.com/api/ts/v1/oauth2/token", status=401)
    with FotaClient(api_token=OAuthClientCredentials("a", "b"), session_token="s") as client:
        with pytest.raises(AuthenticationError):
            waiting(client, "v3")
    assert clock.pauses == []


def test_what_a_callers_own_token_source_raises_ends_a_wait(clock: Clock) -> None:
    class Vault:
        def get(self) -> str:
            raise OSError("the vault is sealed")

        def invalidate(self, token: str) -> None: ...

    with FotaClient(api_token=Vault(), session_token="s") as client:
        with pytest.raises(OSError, match="sealed"):
            waiting(client, "v3")


def test_a_client_that_is_closed_meanwhile_ends_its_waits(
    client: FotaClient, clock: Clock, http: responses.RequestsMock
) -> None:
    answer(http, "CampaignScheduled")
    with pytest.raises(ConfigurationError, match="closed"):
        waiting(client, "v3", on_poll=lambda campaign: client.close())


def test_a_wait_begins_before_the_service_is_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with FotaClient(base_url=url_of(port), api_token="a", session_token="b", max_attempts=1) as client:
        looks: list[float] = []

        def begin_to_serve(seconds: float) -> None:
            looks.append(seconds)
            if len(looks) == 2:
                servers.append(LoopbackServer(answer_of({"id": CAMPAIGN_ID, "status": "CampaignEnded"}), port=port))

        servers: list[LoopbackServer] = []
        with mock.patch.object(wait, "sleep", begin_to_serve):
            try:
                assert waiting(client, "v3", timeout=60).status == "CampaignEnded"
            finally:
                for server in servers:
                    server.close()
    assert len(looks) == 2


def test_a_response_that_is_lost_does_not_end_a_wait() -> None:
    def lost(request: Any, connection: Any) -> None:
        connection.reset()

    good = answer_of({"id": CAMPAIGN_ID, "status": "CampaignEnded"})
    with LoopbackServer(lost, lost, good) as server, mock.patch.object(wait, "sleep", return_value=None):
        with FotaClient(base_url=server.url, api_token="a", session_token="b", max_attempts=1) as client:
            assert waiting(client, "v3", timeout=60).status == "CampaignEnded"


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


def test_a_read_keeps_the_limits_of_the_client_and_a_timeout_of_it_does_not_end_the_wait() -> None:
    good = answer_of({"id": CAMPAIGN_ID, "status": "CampaignEnded"})
    with LoopbackServer(silent, good) as server, mock.patch.object(wait, "sleep", return_value=None):
        with FotaClient(base_url=server.url, api_token="a", session_token="b", timeout=0.3) as client:
            begin = time.monotonic()
            assert waiting(client, "v3", timeout=30).status == "CampaignEnded"
            assert time.monotonic() - begin < 5


# A status that is mistyped

MISTYPED = {
    "CampaignScheduld": "CampaignScheduled",
    "CampaingScheduled": "CampaignScheduled",
    "Scheduled": "CampaignScheduled",
    "ended": "CampaignEnded",
    "campaignended": "CampaignEnded",
    "CAMPAIGN_ENDED": "CampaignEnded",
    "CampaignEndedd": "CampaignEnded",
    "CampaignEnd": "CampaignEnded",
    " CampaignEnded": "CampaignEnded",
    "CampaignCanceled": "CampaignCancelled",
    "pre-scheduled": "CampaignPreScheduled",
    "CampaignRequestQueud": "CampaignRequestQueued",
    "request pending": "CampaignRequestPending",
}


@pytest.mark.parametrize("version", ["v2", "v3"])
@pytest.mark.parametrize(("written", "meant"), MISTYPED.items())
@pytest.mark.parametrize("wrap", [str, lambda one: ["CampaignFailed", one]], ids=["alone", "in a list"])
def test_a_mistyped_status_is_refused_with_the_known_one(
    client: FotaClient, http: responses.RequestsMock, version: str, written: str, meant: str, wrap: Any
) -> None:
    with pytest.raises(ValidationError) as caught:
        waiting(client, version, until=wrap(written))
    assert caught.value.findings == (("until", f"{written!r} is no known status; did you mean {meant!r}?"),)
    assert len(http.calls) == 0


def test_each_mistyped_status_is_told(client: FotaClient) -> None:
    with pytest.raises(ValidationError) as caught:
        waiting(client, "v3", until=("ended", "Paused", "failed"))
    assert [message.split()[-1] for _, message in caught.value.findings] == ["'CampaignEnded'?", "'CampaignFailed'?"]


@pytest.mark.parametrize("known", [value for value in vars(CampaignStatus).values() if str(value).startswith("Camp")])
def test_each_known_status_can_be_awaited(
    client: FotaClient, clock: Clock, http: responses.RequestsMock, known: str
) -> None:
    answer(http, known)
    assert waiting(client, "v3", until=known).status == known


@pytest.mark.parametrize(
    "status",
    [
        *("x", "In Progress", "CampaignPaused", "CampaignRescheduled", "CampaignUnscheduled", "CampaignRequeued"),
        *("CampaignStarted", "CampaignSuspended", "CampaignRequestCancelled", "Campaign", "Terminé", "閉"),
    ],
)
def test_a_word_of_its_own_can_be_awaited(
    client: FotaClient, clock: Clock, http: responses.RequestsMock, status: str
) -> None:
    answer(http, "CampaignScheduled", status)
    assert waiting(client, "v3", until=status).status == status
