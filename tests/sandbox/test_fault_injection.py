"""What can be made to go wrong, and the record of what was asked; with our own client, over HTTP and behind a mock."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from fota_sdk import (
    ConfigurationError,
    DecodeError,
    FotaClient,
    FotaError,
    FotaV3ResultException,
    RateLimitError,
    RepeatRefusedError,
    RequestTimeoutError,
    ServerError,
    TransportError,
)
from fota_sdk.sandbox import Sandbox
from tests.conftest import ACCOUNT, CAMPAIGN_ID, IMEIS, case_id
from tests.sandbox.wire import BODIES, Wire, ask, ask_mocked, day

SCHEDULE = "v3.schedule_campaign_firmware_upgrade"
PENDING = "?campaignStatus=CampaignRequestPending"


@pytest.fixture(params=["http", "mocked"])
def client(request: pytest.FixtureRequest, sandbox: Sandbox) -> Iterator[FotaClient]:
    """A client that tries once, over HTTP and behind a mock."""
    with contextlib.ExitStack() as stack:
        if request.param == "mocked":
            stack.enter_context(sandbox.mocked())
        yield stack.enter_context(sandbox.client(max_attempts=1))


def schedule(client: FotaClient, **changes: Any) -> str:
    body = {**BODIES["v3"], "startDate": day(1), "endDate": day(2), **changes}
    return client.campaigns_v3.schedule_campaign_firmware_upgrade(ACCOUNT, body).id or ""


def pending(client: FotaClient) -> int:
    """Return how many campaigns the report shows."""
    path = "/fota/v3/reports/{acc}/firmware/campaigns"
    query = {"campaignStatus": "CampaignRequestPending"}
    return len(client.request("GET", path, values={"acc": ACCOUNT}, query=query).body["campaignList"])


def test_a_failed_call_is_not_carried_out(sandbox: Sandbox, client: FotaClient) -> None:
    sandbox.fail_next()
    with pytest.raises(ServerError) as caught:
        schedule(client)
    assert (caught.value.status_code, caught.value.outcome_unknown) == (503, True)
    assert pending(client) == 0
    assert client.with_options(insist=True).campaigns_v3
    assert schedule(client, campaignName="another") != ""


def test_a_lost_response_leaves_a_campaign_that_is_not_scheduled_again(sandbox: Sandbox, client: FotaClient) -> None:
    sandbox.lose_next_answer()
    with pytest.raises(TransportError) as caught:
        schedule(client)
    assert caught.value.outcome_unknown is True
    with pytest.raises(RepeatRefusedError):
        schedule(client)
    assert pending(client) == 1


def test_a_cut_response_leaves_a_campaign_too(sandbox: Sandbox, client: FotaClient) -> None:
    sandbox.cut_next_answer()
    with pytest.raises((TransportError, DecodeError)) as caught:
        schedule(client)
    assert caught.value.outcome_unknown is True
    with pytest.raises(RepeatRefusedError):
        schedule(client)
    assert pending(client) == 1


def test_a_late_response_leaves_a_campaign_too(sandbox: Sandbox, client: FotaClient) -> None:
    sandbox.delay_next(5)
    began = time.monotonic()
    with pytest.raises(RequestTimeoutError) as caught:
        schedule(client.with_options(timeout=0.3))
    assert time.monotonic() - began < 4
    assert caught.value.outcome_unknown is True
    assert pending(client) == 1


def test_a_response_that_is_late_but_in_time_is_one(sandbox: Sandbox, client: FotaClient) -> None:
    sandbox.delay_next(0.2)
    began = time.monotonic()
    assert schedule(client) != ""
    assert time.monotonic() - began >= 0.2


def test_reading_is_repeated_over_it(sandbox: Sandbox, client: FotaClient) -> None:
    campaign_id = schedule(client)
    patient = client.with_options(max_attempts=3)
    for go_wrong in (sandbox.lose_next_answer, sandbox.cut_next_answer, sandbox.fail_next):
        go_wrong()
        assert patient.campaigns_v3.get_campaign_information(ACCOUNT, campaign_id).id == campaign_id


def test_a_refusal_in_the_services_own_words(sandbox: Sandbox, client: FotaClient) -> None:
    sandbox.fail_next(400, {"errorCode": "INVALID_PARAMETER", "errorMessage": "Inactive account."})
    with pytest.raises(FotaV3ResultException, match="Inactive account") as caught:
        schedule(client)
    assert caught.value.outcome_unknown is False


@pytest.mark.parametrize("body", ["<html>", b"\xff", "", {}, []], ids=repr)
def test_a_success_that_is_none(sandbox: Sandbox, client: FotaClient, body: Any) -> None:
    sandbox.fail_next(200, body)
    with pytest.raises(DecodeError):
        schedule(client)


@pytest.mark.parametrize("how", [ask, ask_mocked], ids=["http", "mocked"])
@pytest.mark.parametrize("status", [400, 401, 403, 429, 500, 599])
def test_without_a_body_it_has_the_services_shape(sandbox: Sandbox, how: Any, status: int) -> None:
    sandbox.fail_next(status)
    code, answer = Wire(sandbox, "v3", how=how).schedule()
    assert code == status
    assert set(answer) in ({"fault"}, {"errorCode", "errorMessage"})


def test_it_happens_as_often_as_asked_and_in_order(v3: Wire) -> None:
    v3.sandbox.fail_next(503, times=2)
    v3.sandbox.fail_next(500)
    assert [v3.schedule()[0] for _ in range(4)] == [503, 503, 500, 200]


def test_it_waits_for_its_operation(v3: Wire, v2: Wire) -> None:
    v3.sandbox.fail_next(503, operation="v3.cancel_campaign")
    software, firmware = v2.scheduled(), v3.scheduled()
    assert v2.cancel(software)[0] == 200
    assert v3.read(firmware)[0] == 200
    assert v3.cancel(firmware)[0] == 503
    assert v3.cancel(firmware)[0] == 200


def test_it_waits_for_a_call_that_is_let_in_and_spares_tokens(v3: Wire) -> None:
    v3.sandbox.fail_next(503)
    assert ask(v3.sandbox, "GET", f"/fota/v3/campaigns/{ACCOUNT}/x", headers={})[0] == 401
    assert ask(v3.sandbox, "POST", "/ts/v1/oauth2/token", b"", {})[0] == 401
    assert v3.schedule()[0] == 503


@pytest.mark.parametrize(
    "arguments",
    [
        {"status": 99},
        {"status": 600},
        {"status": "503"},
        {"status": True},
        {"status": None},
        {"times": 0},
        {"times": -1},
        {"times": 1.5},
        {"times": True},
        {"body": object()},
        {"body": float("nan")},
        {"body": "\ud800"},
        {"headers": []},
        {"headers": {"a b": "c"}},
        {"headers": {"A": 5}},
        {"headers": {"A": "b\r\nc"}},
        {"headers": {5: "b"}},
        {"headers": {"Content-Length": "1"}},
        {"headers": {"connection": "close"}},
        {"operation": "cancel_campaign"},
        {"operation": ""},
        {"operation": []},
    ],
    ids=case_id,
)
def test_a_fault_that_cannot_be_is_refused(sandbox: Sandbox, arguments: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        sandbox.fail_next(**arguments)


def test_a_body_that_is_too_deep_to_be_written_is_refused(sandbox: Sandbox) -> None:
    body: list[Any] = []
    for _ in range(100_000):
        body = [body]
    with pytest.raises(ConfigurationError, match="body"):
        sandbox.fail_next(body=body)


@pytest.mark.parametrize("seconds", [-1, float("nan"), float("inf"), "1", None, True, 10**10], ids=repr)
def test_a_delay_that_is_none_is_refused(sandbox: Sandbox, seconds: Any) -> None:
    with pytest.raises(ConfigurationError, match="seconds"):
        sandbox.delay_next(seconds)


@pytest.mark.parametrize("how", [ask, ask_mocked], ids=["http", "mocked"])
def test_a_throttled_call_is_a_429_of_the_gateway_and_not_carried_out(sandbox: Sandbox, how: Any) -> None:
    wire = Wire(sandbox, "v3", how=how)
    sandbox.throttle_next(times=2)
    assert [wire.schedule()[0] for _ in range(3)] == [429, 429, 200]
    sandbox.throttle_next(operation="v3.cancel_campaign")
    status, campaigns = wire.report(PENDING)
    assert (status, len(campaigns["campaignList"])) == (200, 1)
    status, refusal = wire.cancel(campaigns["campaignList"][0]["id"])
    assert (status, refusal["fault"]["code"]) == (429, "900800")


@pytest.mark.parametrize(("retry_after", "told"), [(None, None), (0, 0), (7, 7)])
def test_the_client_hears_when_to_try_again(
    sandbox: Sandbox, client: FotaClient, retry_after: int | None, told: int | None
) -> None:
    sandbox.throttle_next(retry_after=retry_after)
    with pytest.raises(RateLimitError) as caught:
        client.campaigns_v3.get_campaign_information(ACCOUNT, CAMPAIGN_ID)
    assert caught.value.retry_after == told


@pytest.mark.parametrize("arguments", [{"times": 0}, {"retry_after": -1}, {"retry_after": 0.5}, {"retry_after": True}])
def test_a_throttling_that_cannot_be_is_refused(sandbox: Sandbox, arguments: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        sandbox.throttle_next(**arguments)


def test_an_unknown_operation_is_answered_with_the_known_ones(sandbox: Sandbox) -> None:
    for go_wrong in (sandbox.lose_next_answer, sandbox.cut_next_answer):
        with pytest.raises(ConfigurationError, match=r"v[23]\.cancel_campaign.*got 'cancel'"):
            go_wrong(operation="cancel")
    with pytest.raises(ConfigurationError, match="got 'cancel'"):
        sandbox.delay_next(1, operation="cancel")


def test_closing_does_not_wait_for_a_late_response() -> None:
    sandbox = Sandbox()
    client = sandbox.client(max_attempts=1)
    sandbox.delay_next(3600)
    failed: list[Exception] = []

    def call() -> None:
        try:
            schedule(client)
        except FotaError as error:
            failed.append(error)

    thread = threading.Thread(target=call)
    thread.start()
    while sandbox.requests == []:
        time.sleep(0.01)
    sandbox.close()
    thread.join(30)
    client.close()
    assert len(failed) == 1


# the record


@pytest.mark.parametrize("how", [ask, ask_mocked], ids=["http", "mocked"])
def test_the_record_tells_method_path_and_body(sandbox: Sandbox, how: Any) -> None:
    wire = Wire(sandbox, "v3", how=how)
    campaign_id = wire.scheduled()
    wire.devices(campaign_id, "append", IMEIS)
    wire.read(campaign_id)
    wire.report(PENDING)
    first, second, third, fourth = sandbox.requests
    assert (first.method, first.path) == ("POST", f"/fota/v3/campaigns/firmware/{ACCOUNT}")
    assert first.body == {**BODIES["v3"], "startDate": day(1), "endDate": day(2)}
    assert second.body == {"Type": "append", "deviceList": IMEIS}
    assert (third.method, third.path, third.body) == ("GET", f"/fota/v3/campaigns/{ACCOUNT}/{campaign_id}", None)
    assert fourth.path == f"/fota/v3/reports/{ACCOUNT}/firmware/campaigns"


def test_the_record_is_a_copy_that_changes_nothing(v3: Wire) -> None:
    campaign_id = v3.scheduled()
    before = v3.read(campaign_id)
    requests = v3.sandbox.requests
    requests[0].body["campaignTimeWindowList"][0]["startTime"] = 0
    requests[0].body["deviceList"].clear()
    with pytest.raises(AttributeError):
        requests[0].method = "GET"  # type: ignore[misc]
    requests.clear()
    assert len(v3.sandbox.requests) == 2
    assert v3.sandbox.requests[0].body == {**BODIES["v3"], "startDate": day(1), "endDate": day(2)}
    assert v3.read(campaign_id) == before
    assert v3.imeis(campaign_id) == sorted(IMEIS)
