"""The route of a served sandbox by which another process reads its clock and puts it forward."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from fota_sdk.sandbox import Sandbox
from tests.sandbox.wire import Wire, accepted, ask, ask_mocked, refused

PATH = "/sandbox/clock"


def now_of(answered: tuple[int, Any]) -> datetime:
    answer = accepted(answered)
    assert set(answer) == {"now"}
    return datetime.strptime(answer["now"], "%Y-%m-%dT%H:%M:%SZ")


def clock_of(sandbox: Sandbox) -> datetime:
    return now_of(ask(sandbox, "GET", PATH, headers={}))


def put_forward(sandbox: Sandbox, body: Any) -> tuple[int, Any]:
    return ask(sandbox, "POST", PATH, body, headers={})


def test_it_tells_the_time_of_the_sandbox_to_whoever_asks(sandbox: Sandbox) -> None:
    sandbox.advance(days=40)
    before = sandbox.today
    assert before <= clock_of(sandbox).date() <= sandbox.today


@pytest.mark.parametrize(
    ("body", "further"),
    [
        ({"days": 1, "hours": 6}, timedelta(days=1, hours=6)),
        ({"minutes": 90, "seconds": 0.5}, timedelta(minutes=90)),
        ({"days": 0}, timedelta()),
        ({}, timedelta()),
    ],
    ids=repr,
)
def test_it_puts_the_clock_forward_as_advance_does_and_tells_the_new_time(
    sandbox: Sandbox, body: Any, further: timedelta
) -> None:
    before = clock_of(sandbox)
    after = now_of(put_forward(sandbox, body))
    assert further <= after - before < further + timedelta(minutes=1)
    assert after <= clock_of(sandbox)


def test_campaigns_live_by_it(v3: Wire) -> None:
    campaign_id = v3.scheduled()
    accepted(put_forward(v3.sandbox, {"days": 3}))
    assert v3.status(campaign_id) == "CampaignEnded"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "not JSON"),
        (b"days=1", "not JSON"),
        (b'{"days": NaN}', "not JSON"),
        ([1], "not a JSON object"),
        ({"day": 1}, "day"),
        ({"weeks": 1, "days": 1}, "days, hours, minutes, seconds"),
        ({"days": -1}, "days must be a number from 0"),
        ({"hours": "6"}, "hours must be a number from 0"),
        ({"minutes": None}, "minutes must be a number from 0"),
        ({"seconds": True}, "seconds must be a number from 0"),
        ({"days": 1, "hours": -1}, "hours must be"),
        ({"days": 10_000_000}, "beyond the year 9998"),
        ({"days": 10**400}, "beyond the year 9998"),
    ],
    ids=lambda each: repr(each)[:30],
)
def test_what_cannot_be_used_is_refused_and_the_clock_stays(sandbox: Sandbox, body: Any, words: str) -> None:
    before = clock_of(sandbox)
    assert words in refused(put_forward(sandbox, body))
    assert clock_of(sandbox) - before < timedelta(minutes=1)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_refused(sandbox: Sandbox, method: str) -> None:
    status, answer = ask(sandbox, method, PATH, {"days": 1})
    assert (status, answer["fault"]["code"]) == (405, "405")


@pytest.mark.parametrize("path", ["/sandbox", "/sandbox/clock/", "/sandbox/clocks", "/fota/v3/sandbox/clock"])
def test_there_is_no_other_such_route(sandbox: Sandbox, path: str) -> None:
    status, answer = ask(sandbox, "GET", path)
    assert (status, answer["fault"]["code"]) == (400, "900906")


def test_it_is_no_operation_of_the_service(sandbox: Sandbox) -> None:
    sandbox.fail_next(503)
    sandbox.expire_tokens()
    accepted(put_forward(sandbox, {"days": 1}))
    clock_of(sandbox)
    assert sandbox.requests == []
    assert Wire(sandbox, "v3").schedule()[0] == 503


def test_the_hosts_that_are_mocked_have_none(sandbox: Sandbox) -> None:
    before = sandbox.today
    for method in ("GET", "POST"):
        status, answer = ask_mocked(sandbox, method, PATH, {"days": 5})
        assert (status, answer["fault"]["code"]) == (400, "900906")
    assert sandbox.today - before < timedelta(days=2)
