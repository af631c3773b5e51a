"""A doubt ends where the value leaves the library: what a caller's hooks and sessions do loses none."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest
import requests

from fota_sdk import (
    AuthenticationError,
    FotaClient,
    FotaError,
    FotaV3ResultException,
    RepeatRefusedError,
    TransportError,
)
from tests.faults.calls import GET, GOOD, POST, PUT_DEVICES, client_of
from tests.loopback import Connection, LoopbackServer, Request, answer, url_of


def posts(server: LoopbackServer) -> int:
    return sum(request.method == "POST" for request in server.requests)


def hooked(hook: Callable[..., Any]) -> requests.Session:
    session = requests.Session()
    session.hooks["response"].append(hook)
    return session


def put_for(response: requests.Response, status: int, content: bytes = b"{}") -> requests.Response:
    other = requests.Response()
    other.status_code, other._content, other.request, other.url = status, content, response.request, response.url
    return other


def sent_again(response: requests.Response, **options: Any) -> requests.Response:
    """Answer a gateway's 401 by sending again; the response is handed on unread."""
    again = response.request.copy()
    if response.status_code != 401 or "X-Gateway" in again.headers:
        return response
    again.headers["X-Gateway"] = "yes"
    sent: requests.Response = response.connection.send(again, **options)  # type: ignore[attr-defined]
    return sent


def gateway(request: Request, connection: Connection) -> None:
    script = answer(GOOD) if request.header("X-Gateway") == "yes" else answer({}, status=401)
    script(request, connection)


def gateway_that_loses(request: Request, connection: Connection) -> None:
    if request.header("X-Gateway") == "yes":
        connection.close()
    else:
        answer({}, status=401)(request, connection)


GOOD_BODY = b'{"id": "from the hook"}'
good, refusing = answer(GOOD), answer({"errorCode": "X"}, status=400)

# What a hook makes of the response to a schedule: the service, the hook, what the caller hears, whether it is in doubt
HOOKS: dict[str, tuple[Any, Callable[..., Any], type[Exception] | str, bool]] = {
    "sends again, accepted": (gateway, sent_again, str(GOOD["id"]), False),
    "sends again, lost": (gateway_that_loses, sent_again, requests.ConnectionError, True),
    "puts 400 for 200": (good, lambda r, **_: put_for(r, 400), FotaV3ResultException, True),
    "puts 401 for 200": (good, lambda r, **_: put_for(r, 401), AuthenticationError, True),
    "puts 500 for 200": (good, lambda r, **_: put_for(r, 500), FotaError, True),
    "puts an empty 200 for 200": (good, lambda r, **_: put_for(r, 200, b""), FotaError, True),
    "puts 429 for 503": (answer({}, status=503), lambda r, **_: put_for(r, 429), FotaError, True),
    "puts 200 for 401": (answer({}, status=401), lambda r, **_: put_for(r, 200, GOOD_BODY), "from the hook", False),
    "puts 200 for 503": (answer({}, status=503), lambda r, **_: put_for(r, 200, GOOD_BODY), "from the hook", False),
    "puts 409 for 400": (refusing, lambda r, **_: put_for(r, 409), FotaError, False),
    "returns None": (good, lambda r, **_: None, str(GOOD["id"]), False),
    "returns the response": (good, lambda r, **_: r, str(GOOD["id"]), False),
    "returns something else": (good, lambda r, **_: {"id": 1}, AttributeError, True),
    "raises": (good, lambda r, **_: 1 / 0, ZeroDivisionError, True),
    "raises an OSError": (good, lambda r, **_: open("/nowhere/at/all"), FileNotFoundError, True),  # noqa: PTH123, SIM115
    "raises SystemExit": (good, lambda r, **_: sys.exit(1), SystemExit, True),
}


@pytest.mark.parametrize("which", HOOKS)
def test_what_a_hook_does_to_a_response_loses_no_doubt(which: str) -> None:
    script, hook, expected, in_doubt = HOOKS[which]
    with hooked(hook) as session, LoopbackServer(script) as server:
        with client_of(server, session=session, max_attempts=1) as client:
            if isinstance(expected, str):
                assert POST(client).id == expected
                return
            with pytest.raises(expected) as caught:
                POST(client)
            sent = posts(server)
            if isinstance(caught.value, FotaError):
                assert caught.value.outcome_unknown is in_doubt
            with pytest.raises(RepeatRefusedError if in_doubt else FotaError):
                POST(client)
            assert posts(server) == (sent if in_doubt else sent + 1)


def test_an_error_of_a_call_that_a_hook_made_tells_that_the_schedule_was_sent() -> None:
    nested: list[FotaClient] = []
    with LoopbackServer(good) as closed:
        pass
    with hooked(lambda response, **_: GET(nested[0])) as session, LoopbackServer(good) as server:
        with client_of(server, session=session) as client, client_of(closed, max_attempts=1) as other:
            nested.append(other)
            for call, in_doubt in ((POST, True), (PUT_DEVICES, True), (GET, False)):
                with pytest.raises(FotaError, match="get_campaign_information") as caught:
                    call(client)
                assert caught.value.outcome_unknown is in_doubt
                assert ("may have carried this out" in str(caught.value)) is in_doubt
                assert ("safe to call again" in str(caught.value)) is not in_doubt
            with pytest.raises(RepeatRefusedError):
                POST(client)
            assert posts(server) == 1


def test_a_hook_may_call_the_client_itself() -> None:
    inner: list[Any] = []

    def hook(response: requests.Response, **_: Any) -> None:
        if response.request.method == "POST":
            inner.append(GET(client))

    with hooked(hook) as session, LoopbackServer(good) as server:
        with client_of(server, session=session) as client:
            assert POST(client).id == GOOD["id"]
    assert [campaign.id for campaign in inner] == [GOOD["id"]]


def test_a_token_source_may_call_a_client() -> None:
    class Source:
        def get(self) -> str:
            return str(GET(other).id)

        def invalidate(self, token: str) -> None:
            raise AssertionError

    with LoopbackServer(good) as server, client_of(server) as other:
        with client_of(server, api_token=Source(), max_connections=1) as client:
            POST(client)
            assert server.requests[-1].header("Authorization") == f"Bearer {GOOD['id']}"


class Twice(requests.Session):
    """A session that sends each request twice."""

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        super().send(request, **options)
        return super().send(request, **options)


class ByItself(requests.Session):
    """A session that answers by itself."""

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        response = put_for(requests.Response(), 200, GOOD_BODY)
        response.request = request
        return response


@pytest.mark.parametrize(
    ("second", "expected", "in_doubt"),
    [(good, None, False), (refusing, FotaV3ResultException, True), (answer({}, status=401), AuthenticationError, True)],
)
@pytest.mark.parametrize("how", ["a session", "patched"])
def test_both_responses_of_a_session_that_sends_twice_count(
    how: str, second: Any, expected: Any, in_doubt: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = Twice() if how == "a session" else None
    if session is None:
        real = requests.Session.send
        monkeypatch.setattr(
            requests.Session, "send", lambda self, *args, **kw: [real(self, *args, **kw) for _ in range(2)][1]
        )
    with LoopbackServer(good, second) as server, client_of(server, session=session, max_attempts=1) as client:
        if expected is None:
            assert POST(client).id == GOOD["id"]
            return
        with pytest.raises(expected) as caught:
            POST(client)
        assert caught.value.outcome_unknown is in_doubt
        with pytest.raises(RepeatRefusedError):
            POST(client)
        assert posts(server) == 2


@pytest.mark.parametrize("then", ["refused", "no connection"])
def test_a_first_response_that_a_patched_send_lost_counts(then: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = requests.Session.send

    def stubborn(self: requests.Session, *arguments: Any, **options: Any) -> requests.Response:
        try:
            return real(self, *arguments, **options)
        except requests.ConnectionError:
            if then == "no connection":
                server.close()
            return real(self, *arguments, **options)

    monkeypatch.setattr(requests.Session, "send", stubborn)
    lost = lambda request, connection: connection.close()  # noqa: E731
    with LoopbackServer(lost, refusing) as server, client_of(server) as client:
        with pytest.raises(FotaV3ResultException if then == "refused" else TransportError) as caught:
            POST(client)
        assert posts(server) == (2 if then == "refused" else 1)
        assert caught.value.outcome_unknown


def test_a_session_that_answers_by_itself_is_heard() -> None:
    with ByItself() as session, client_of(url_of(1), session=session) as client:
        assert POST(client).id == "from the hook"


@pytest.mark.parametrize("hooks", [None, {}, {"response": None}, {"response": []}], ids=str)
def test_a_session_without_hooks_is_sent_through(hooks: Any) -> None:
    session = requests.Session()
    session.hooks = hooks
    with LoopbackServer(answer(GOOD)) as server, client_of(server, session=session) as client:
        POST(client)
        assert posts(server) == 1
