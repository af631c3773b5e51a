from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

import pytest

from fota_sdk import FotaError, RateLimitError, ServerError
from fota_sdk.core import retry
from fota_sdk.core.operation import Effect, Operation
from fota_sdk.core.retry import Budget, Outcome, parse_retry_after, pause_before_retry
from tests.faults.calls import ALL, GET, GOOD, NOT_REPEATABLE, POST, REPEATABLE, client_of
from tests.loopback import LoopbackServer, Script, answer

READ: Operation[object] = Operation("read", "GET", "/x", object, Effect.READS)
WRITE: Operation[object] = Operation("write", "POST", "/x", object)

# The table of the design, row by row: outcome, whether GET and PUT dates are retried, whether the others are.
TABLE = [
    (Outcome.NEVER_SENT, True, True),
    (Outcome.THROTTLED, True, True),
    (Outcome.LOST, True, False),
    (Outcome.UNREADABLE, False, False),
    (Outcome.REFUSED, False, False),
]


@pytest.mark.parametrize(("outcome", "read_is_retried", "write_is_retried"), TABLE)
def test_what_is_retried(outcome: Outcome, read_is_retried: bool, write_is_retried: bool) -> None:
    assert (pause_before_retry(READ, 1, outcome) is not None) == read_is_retried
    assert (pause_before_retry(WRITE, 1, outcome) is not None) == write_is_retried


def test_pauses_double_up_to_eight_seconds() -> None:
    pauses = [pause_before_retry(READ, attempt, Outcome.LOST) for attempt in range(1, 8)]
    assert pauses == [0.5, 1, 2, 4, 8, 8, 8]


def test_the_whole_pause_is_jitter() -> None:
    assert pause_before_retry(READ, 5, Outcome.LOST, chance=0.0) == 0
    assert pause_before_retry(READ, 5, Outcome.LOST, chance=0.25) == 2


def test_jitter_spreads_evenly() -> None:
    counts = [0] * 10
    for _ in range(10_000):
        pause = pause_before_retry(READ, 1, Outcome.LOST, chance=retry.jitter())
        assert pause is not None
        counts[int(pause / 0.5 * 10)] += 1
    assert min(counts) > 800
    assert max(counts) < 1200


def test_what_the_response_asks_for_takes_the_place_of_the_pause() -> None:
    assert pause_before_retry(READ, 1, Outcome.THROTTLED, retry_after=0) == 0
    assert pause_before_retry(READ, 1, Outcome.THROTTLED, retry_after=99) == 99
    assert pause_before_retry(WRITE, 1, Outcome.LOST, retry_after=1) is None


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("0", 0), ("7", 7), (" 7 ", 7), ("3600", 3600)]
    + [(text, None) for text in ("soon", "-5", "1.5", "", "٣", "1e3", "0x1", "9" * 5000, "inf", "nan", "7 8", None)],
)
def test_retry_after_is_seconds_and_nonsense_is_ignored(header: str | None, seconds: float | None) -> None:
    assert parse_retry_after(header) == seconds


def test_retry_after_may_be_a_date() -> None:
    soon = parse_retry_after(format_datetime(datetime.now(timezone.utc) + timedelta(seconds=60), usegmt=True))
    assert soon is not None
    assert 55 < soon <= 60
    assert parse_retry_after("Fri, 21 Aug 2020 00:00:00 GMT") == 0
    assert parse_retry_after("Fri Aug 21 00:00:00 2020") == 0
    assert parse_retry_after("Fri, 31 Dec 9999 23:59:59 GMT") == 1e9
    assert parse_retry_after("Fri, 99 Aug 2020 00:00:00 GMT") is None
    assert parse_retry_after("Fri, 21 Aug 99999 00:00:00 GMT") is None


@pytest.mark.parametrize(("status", "passes"), [(500, True), (501, False), (502, True), (503, True), (504, True)])
@pytest.mark.parametrize("call", ALL)
def test_a_5xx_that_may_pass_and_then_a_200(call: str, status: int, passes: bool, pauses: list[float]) -> None:
    is_repeated = passes and call in REPEATABLE
    with LoopbackServer(answer({}, status=status), answer(GOOD)) as server, client_of(server) as client:
        if is_repeated:
            ALL[call](client)
        else:
            with pytest.raises(ServerError):
                ALL[call](client)
        assert len(server.requests) == (2 if is_repeated else 1)


@pytest.mark.parametrize("call", ALL)
def test_being_throttled_is_waited_out_for_every_call(call: str, pauses: list[float]) -> None:
    throttled = answer({}, status=429, headers={"Retry-After": "2"})
    with LoopbackServer(throttled, answer(GOOD)) as server, client_of(server) as client:
        ALL[call](client)
        assert len(server.requests) == 2
    assert pauses == [2]


def test_three_attempts_and_no_more(pauses: list[float]) -> None:
    with LoopbackServer(answer({}, status=503)) as server, client_of(server) as client:
        with pytest.raises(ServerError, match="after 3 attempts") as caught:
            GET(client)
        assert len(server.requests) == 3
    assert caught.value.attempts == 3
    assert pauses == [0.5, 1.0]


@pytest.mark.parametrize(
    ("words", "ends"),
    [("Try again later.", "Try again later, after 3 attempts. "), ("Is it you?", "Is it you?, after 3 attempts. ")],
)
def test_an_error_is_made_of_whole_sentences(words: str, ends: str, pauses: list[float]) -> None:
    refused = answer({"errorCode": "E", "errorMessage": words}, status=503)
    with LoopbackServer(refused) as server, client_of(server) as client:
        with pytest.raises(ServerError) as caught:
            GET(client)
        assert ends in str(caught.value)
        with pytest.raises(ServerError) as caught:
            GET(client.with_options(max_attempts=1))
        assert f"{words} Call again later." in str(caught.value)


def test_one_attempt_when_so_configured(pauses: list[float]) -> None:
    with LoopbackServer(answer({}, status=503)) as server, client_of(server) as client:
        with pytest.raises(ServerError):
            GET(client.with_options(max_attempts=1))
        assert len(server.requests) == 1


def test_a_wait_that_does_not_fit_the_deadline_ends_the_call_at_once() -> None:
    throttled = answer({"errorCode": "E"}, status=429, headers={"Retry-After": "3600"})
    with LoopbackServer(throttled) as server, client_of(server, timeout=20) as client:
        begin = time.monotonic()
        with pytest.raises(RateLimitError) as caught:
            GET(client)
        assert time.monotonic() - begin < 10
        assert len(server.requests) == 1
    assert caught.value.retry_after == 3600
    assert caught.value.error_code == "E"


@pytest.mark.parametrize("header", ["soon", "-5", "1.5", ""])
def test_a_nonsense_wait_does_not_hide_the_response(header: str, pauses: list[float]) -> None:
    busy = answer({}, status=503, headers={"Retry-After": header})
    with LoopbackServer(busy) as server, client_of(server) as client, pytest.raises(ServerError) as caught:
        GET(client)
    assert caught.value.retry_after is None
    assert pauses == [0.5, 1.0]


def test_the_last_failure_is_raised_when_no_time_is_left_for_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "jitter", lambda: 1.0)
    with LoopbackServer(answer({}, status=503)) as server, client_of(server, timeout=0.4) as client:
        with pytest.raises(ServerError) as caught:
            GET(client)
        assert len(server.requests) == 1
    assert caught.value.attempts == 1
    assert "attempt" not in str(caught.value)


def test_an_outcome_in_doubt_stays_in_doubt_whatever_ends_the_call(pauses: list[float]) -> None:
    lost, refused = answer({}, status=503), answer({"errorCode": "X"}, status=400)
    for call, in_doubt in ((REPEATABLE["PUT dates"], True), (GET, False)):
        with LoopbackServer(lost, refused) as server, client_of(server) as client:
            with pytest.raises(FotaError, match="X") as caught:
                call(client)
            assert len(server.requests) == 2
        assert caught.value.outcome_unknown == in_doubt


@pytest.mark.parametrize("call", NOT_REPEATABLE)
def test_what_was_never_sent_is_not_in_doubt(call: str, pauses: list[float]) -> None:
    with LoopbackServer(answer({}, status=429)) as server, client_of(server) as client:
        with pytest.raises(RateLimitError, match="not carried out") as caught:
            ALL[call](client)
        assert len(server.requests) == 3
    assert not caught.value.outcome_unknown


def test_an_outage_of_a_thousand_calls_is_not_made_worse(pauses: list[float]) -> None:
    with LoopbackServer(answer({}, status=503)) as server, client_of(server) as client:
        copy = client.with_options(timeout=5)
        for _ in range(500):
            for each in (client, copy):
                with pytest.raises(ServerError):
                    GET(each)
        assert len(server.requests) == 1035


def test_a_few_failures_among_many_calls_are_hidden(pauses: list[float]) -> None:
    scripts: list[Script] = []
    for number in range(1000):
        scripts += [answer({}, status=503)] * (number % 20 == 0) + [answer(GOOD)]
    with LoopbackServer(*scripts) as server, client_of(server) as client:
        for _ in range(1000):
            GET(client)
        assert len(server.requests) == 1050


def test_the_budget_is_500_of_which_a_repeat_takes_14_and_one_after_a_429_takes_5() -> None:
    budget = Budget()
    assert all(budget.take(Outcome.LOST) for _ in range(4))
    assert all(budget.take(Outcome.THROTTLED) for _ in range(88))
    assert not budget.take(Outcome.THROTTLED)  # 4 are left
    budget.give_back()
    assert budget.take(Outcome.THROTTLED)
    for _ in range(4):  # a success gives 1
        budget.give_back()
    assert not budget.take(Outcome.THROTTLED)


def test_the_budget_is_spent_by_repeats_and_refilled_by_successes() -> None:
    budget = Budget()
    assert [budget.take(Outcome.LOST) for _ in range(36)] == [True] * 35 + [False]
    assert [budget.take(Outcome.THROTTLED) for _ in range(3)] == [True, True, False]
    for _ in range(5):
        budget.give_back()
    assert budget.take(Outcome.THROTTLED)
    for _ in range(2000):
        budget.give_back()
    assert [budget.take(Outcome.THROTTLED) for _ in range(101)] == [True] * 100 + [False]


def test_a_schedule_is_repeated_after_a_429_and_created_once(pauses: list[float]) -> None:
    with LoopbackServer(answer({}, status=429), answer(GOOD)) as server, client_of(server) as client:
        POST(client)
        assert [request.method for request in server.requests] == ["POST", "POST"]
        assert server.requests[0].body == server.requests[1].body
