"""How long a fetched token is used."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from fota_sdk import AuthenticationError
from tests.faults.calls import GET, POST
from tests.faults.token_service import Service
from tests.loopback import answer


def test_a_token_is_renewed_a_minute_before_it_expires(service: Service, clock: list[float]) -> None:
    with service.client() as client:
        GET(client)
        clock[0] += 3539
        GET(client)
        assert service.tokens == 1
        clock[0] += 2
        GET(client)
        assert service.tokens == 2
    assert service.targets().count("GET") == 3


def test_a_short_token_is_renewed_in_its_last_quarter(service: Service, clock: list[float]) -> None:
    service.life = 2
    with service.client() as client:
        GET(client)
        clock[0] += 1.4
        GET(client)
        assert service.tokens == 1
        clock[0] += 0.2
        GET(client)
        assert service.tokens == 2


def test_the_same_token_within_its_hour_is_not_asked_for_on_every_call(service: Service, clock: list[float]) -> None:
    with service.client() as client:
        GET(client)
        service.reissue = True
        clock[0] += 3550
        service.life = 50
        for _ in range(49):
            GET(client)
            clock[0] += 1
        assert service.targets().count("token") == 2
        service.reissue = False
        clock[0] += 2
        GET(client)
        assert service.targets().count("token") == 3


def test_wall_clock_changes_do_not_matter(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    with service.client() as client:
        GET(client)
        monkeypatch.setattr(time, "time", lambda: 4e9)
        GET(client)
    assert service.targets().count("token") == 1


def test_a_token_without_a_stated_life_is_kept_until_it_is_refused(service: Service, clock: list[float]) -> None:
    service.life = None
    with service.client() as client:
        GET(client)
        clock[0] += 1e6
        GET(client)
        assert service.targets().count("token") == 1
        service.tokens += 1
        GET(client)
        assert service.targets().count("token") == 2


def test_a_failing_renewal_does_not_take_away_a_token_that_still_lives(service: Service, clock: list[float]) -> None:
    with service.client() as client:
        GET(client)
        clock[0] += 3550
        service.token_answers = [answer({}, status=400)]
        GET(client)
        GET(client)
    assert service.targets().count("token") == 2


@pytest.mark.parametrize(
    "life",
    [
        -5,
        -0.5,
        "x",
        "",
        " ",
        "5 s",
        "-60",
        "-1e-9",
        "NaN",
        "Infinity",
        "1_000",
        "0x10",
        "٣",
        True,
        False,
        [60],
        {"s": 60},
    ],
)
def test_a_life_that_is_none_poisons_nothing(service: Service, life: Any) -> None:
    service.token_answers = [answer({"access_token": "t0", "expires_in": life})]
    with service.client() as client:
        with pytest.raises(AuthenticationError, match="expires_in") as caught:
            GET(client)
        assert (caught.value.operation, caught.value.outcome_unknown) == ("oauth2.token", False)
        GET(client)


@pytest.mark.parametrize("life", [b"NaN", b"Infinity", b"-Infinity"])
def test_a_life_that_is_no_json_poisons_nothing(service: Service, life: bytes) -> None:
    service.token_answers = [answer(content=b'{"access_token": "t0", "expires_in": %s}' % life)]
    with service.client() as client:
        with pytest.raises(AuthenticationError, match="no JSON"):
            GET(client)
        GET(client)


YEAR = 365 * 24 * 3600.0


@pytest.mark.parametrize(
    "life",
    [
        YEAR + 1,
        2**31,
        9223372036854775,
        2**64,
        10**4000,
        1e30,
        1e300,
        "31536001",
        "9" * 20,
        "9" * 5000,
        "1e30",
        "1e999",
    ],
)
def test_a_very_long_life_is_cut_to_a_year(service: Service, life: Any, clock: list[float]) -> None:
    service.life = life
    with service.client() as client:
        GET(client)
        clock[0] += YEAR - 61
        GET(client)
        assert service.targets().count("token") == 1
        clock[0] += 2
        GET(client)
        assert service.targets().count("token") == 2


@pytest.mark.parametrize("absent", [{}, {"expires_in": None}])
def test_a_life_that_is_not_told_ends_with_a_refusal(
    service: Service, absent: dict[str, None], clock: list[float]
) -> None:
    service.tokens = 1
    service.token_answers = [answer({"access_token": "t1", **absent})]
    with service.client() as client:
        GET(client)
        clock[0] += 10 * YEAR
        GET(client)
        assert service.targets().count("token") == 1


@pytest.mark.parametrize("none_left", [0, 0.0, -0.0, "0", "0.0", "0e5"])
def test_a_token_with_no_life_left_serves_the_call_that_fetched_it(service: Service, none_left: Any) -> None:
    service.tokens = 1
    service.token_answers = [answer({"access_token": "t1", "expires_in": none_left})] * 2
    with service.client() as client:
        GET(client)
        assert service.targets() == ["token", "login", "GET"]  # for the login of that call too
        POST(client)
        assert service.targets()[3:] == ["token", "POST"]
        POST(client)
        POST(client)
        assert service.targets()[5:] == ["token", "POST", "POST"]


def test_a_token_with_no_life_left_serves_the_repeats_of_its_call(service: Service, pauses: list[float]) -> None:
    service.life = 0
    service.operation_answers = [answer({}, status=503)] * 2
    with service.client() as client:
        GET(client)
    assert service.targets() == ["token", "login", "GET", "GET", "GET"]


def test_a_token_with_no_life_left_that_is_refused_is_renewed_once(service: Service) -> None:
    service.life = 0
    service.operation_answers = [answer({"fault": {"code": 900901}}, status=401)]
    with service.client() as client:
        POST(client)
    assert service.targets() == ["token", "login", "POST", "token", "POST"]


def test_threads_with_tokens_that_have_no_life_left_each_send_a_good_one(service: Service) -> None:
    service.life = 0
    service.reissue = True
    with service.client(max_connections=8, timeout=30) as client, ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: GET(client), range(40)))
    assert service.targets().count("GET") == 40
    assert service.targets().count("token") <= 40


def test_a_life_in_digits_is_taken(service: Service, clock: list[float]) -> None:
    service.life = "60"
    with service.client() as client:
        GET(client)
        clock[0] += 61
        GET(client)
    assert service.targets().count("token") == 2


def test_short_tokens_never_make_a_call_fail(service: Service) -> None:
    service.life = 1.0
    with service.client() as client:
        while service.tokens < 4:
            GET(client)
    assert service.late == 0


def test_a_hanging_token_endpoint_stops_nobody_while_the_old_token_lives(service: Service, clock: list[float]) -> None:
    release = threading.Event()
    with service.client(timeout=20) as client:
        GET(client)
        clock[0] += 3550
        service.before_token = lambda: release.wait(20)
        renewing = threading.Thread(target=GET, args=(client,))
        renewing.start()
        while service.targets().count("token") < 2:
            time.sleep(0.01)
        for _ in range(5):
            GET(client)  # while another thread waits for the token
        assert service.targets().count("GET") == 6
        release.set()
        renewing.join(20)
    assert service.targets().count("token") == 2
