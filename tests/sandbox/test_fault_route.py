"""The route of a served sandbox by which another process injects faults."""

from __future__ import annotations

import http.client
from typing import Any

import pytest

from fota_sdk.sandbox import Sandbox
from tests.sandbox.wire import Wire, accepted, ask, ask_mocked, refused

PATH = "/sandbox/faults"


def inject(sandbox: Sandbox, body: Any) -> tuple[int, Any]:
    return ask(sandbox, "POST", PATH, body, headers={})


def waiting(sandbox: Sandbox) -> int:
    count = accepted(ask(sandbox, "GET", PATH, headers={}))["waiting"]
    assert isinstance(count, int)
    return count


def test_the_next_calls_fail_as_fail_next_has_it(v3: Wire) -> None:
    assert accepted(inject(v3.sandbox, {"fail_next": {"status": 503, "times": 2}}))["waiting"] == 2
    assert [v3.schedule()[0] for _ in range(3)] == [503, 503, 200]
    assert waiting(v3.sandbox) == 0


def test_a_response_is_lost_and_the_call_carried_out(v3: Wire) -> None:
    accepted(inject(v3.sandbox, {"lose_next_answer": {"operation": "v3.schedule_campaign_firmware_upgrade"}}))
    with pytest.raises(http.client.RemoteDisconnected):
        v3.schedule()
    assert v3.sandbox.requests[-1].method == "POST"


@pytest.mark.parametrize(
    "call",
    [
        {"cut_next_answer": {}},
        {"delay_next": {"seconds": 0.01}},
        {"throttle_next": {"retry_after": 1, "operation": "v2.cancel_campaign"}},
        {"fail_next": {"body": {"errorCode": "X"}, "status": 400, "headers": {"Retry-After": "1"}}},
    ],
    ids=lambda call: next(iter(call)),
)
def test_each_fault_that_a_test_can_inject_is_there(sandbox: Sandbox, call: Any) -> None:
    assert accepted(inject(sandbox, call))["waiting"] == 1


def test_tokens_end_and_new_ones_are_told(v3: Wire) -> None:
    before = v3.sandbox.api_token, v3.sandbox.session_token
    old = {"Authorization": f"Bearer {before[0]}", "VZ-M2M-Token": before[1]}
    answer = accepted(inject(v3.sandbox, {"expire_tokens": {}}))
    assert (answer["api_token"], answer["session_token"]) == (v3.sandbox.api_token, v3.sandbox.session_token)
    assert not {answer["api_token"], answer["session_token"]} & set(before)
    assert ask(v3.sandbox, "GET", "/fota/v3/campaigns/0000123456-00001/x", headers=old)[0] == 401


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "not JSON"),
        ([1], "not a JSON object"),
        ({}, "one of fail_next, throttle_next, lose_next_answer, cut_next_answer, delay_next, expire_tokens"),
        ({"fail_next": {}, "expire_tokens": {}}, "one of fail_next"),
        ({"close": {}}, "one of fail_next"),
        ({"fail_next": 503}, "arguments of fail_next must be an object"),
        ({"fail_next": {"state": 503}}, "fail_next: got an unexpected keyword argument 'state'"),
        ({"delay_next": {}}, "delay_next: missing a required argument: 'seconds'"),
        ({"fail_next": {"status": 99}}, "status must be a whole number from 200 to 599"),
        ({"lose_next_answer": {"operation": "v3.cancel"}}, "operation must be one of the client's"),
        ({"fail_next": {"headers": 5}}, "headers must be a mapping"),
    ],
    ids=lambda each: repr(each)[:40],
)
def test_what_cannot_be_used_is_refused_and_nothing_waits(sandbox: Sandbox, body: Any, words: str) -> None:
    assert words in refused(inject(sandbox, body))
    assert waiting(sandbox) == 0


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_other_methods_are_refused(sandbox: Sandbox, method: str) -> None:
    status, answer = ask(sandbox, method, PATH, {"expire_tokens": {}})
    assert (status, answer["fault"]["code"]) == (405, "405")


def test_it_meets_no_fault_itself_and_is_no_operation(sandbox: Sandbox) -> None:
    sandbox.fail_next(503)
    assert accepted(inject(sandbox, {"fail_next": {}}))["waiting"] == 2
    assert sandbox.requests == []
    status, answer = ask_mocked(sandbox, "GET", PATH)
    assert (status, answer["fault"]["code"]) == (400, "900906")
