"""Under each library that stands in for the network, nothing gets past it, and callers get what it was told to give."""

from __future__ import annotations

import contextlib
import json
import socket
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
import requests

from fota_sdk import ConnectError, FotaClient, FotaV3ResultException, RequestTimeoutError, TransportError
from tests.conftest import ACCOUNT, CAMPAIGN_ID
from tests.faults.calls import DELETE, FIRMWARE, GET, GOOD, POST, Call, client_of
from tests.faults.mock_libraries import LIBRARIES, Answer, Library, NotMockedError, Told
from tests.faults.ways_out import server_context, trusted_certificates
from tests.loopback import Connection, LoopbackServer, Request, answer

CALLS: dict[str, tuple[Call, str]] = {
    "GET": (GET, f"/fota/v3/campaigns/{ACCOUNT}/{CAMPAIGN_ID}"),
    "POST": (POST, f"/fota/v3/campaigns/firmware/{ACCOUNT}"),
    "DELETE": (DELETE, f"/fota/v3/campaigns/{ACCOUNT}/{CAMPAIGN_ID}"),
}
REFUSAL = Answer(400, {"errorCode": "INVALID_PARAMETER", "errorMessage": "The account is not valid."})
MOMENTS = ["made and used before", "made inside"]

each_library = pytest.mark.parametrize("library", LIBRARIES.values(), ids=LIBRARIES)
each_call = pytest.mark.parametrize("method", CALLS)
each_moment = pytest.mark.parametrize("moment", MOMENTS)


def serve(request: Request, connection: Connection) -> None:
    """Answer what reads, and lose all else."""
    if request.method == "GET":
        answer(GOOD)(request, connection)
    else:
        connection.close()


@contextlib.contextmanager
def service(scheme: str) -> Iterator[tuple[LoopbackServer, dict[str, Any]]]:
    """Yield a service, and what a client has to know of it."""
    if scheme == "http":
        with LoopbackServer(serve) as server:
            yield server, {}
    else:
        wrap = partial(server_context("trusted").wrap_socket, server_side=True)
        with LoopbackServer(serve, wrap=wrap) as server, trusted_certificates() as path:
            yield server, {"verify": path}


@contextlib.contextmanager
def mocked(
    library: Library,
    method: str,
    reaction: Answer | Exception | None,
    moment: str,
    scheme: str = "http",
    callers_session: bool = False,
) -> Iterator[FotaClient]:
    """Yield a client under a library; then see that nothing got past it, and that the client is on its own again."""
    with service(scheme) as (server, options), requests.Session() as session, contextlib.ExitStack() as stack:
        callers_session = callers_session or library.needs_session

        def new_client() -> FotaClient:
            given = session if callers_session else None
            return stack.enter_context(client_of(server, session=given, max_attempts=1, **options))

        client = None
        if moment == "made and used before":
            client = new_client()
            GET(client)
        seen = len(server.requests)
        with library.start(Told(method, server.url + CALLS[method][1], reaction), session):
            if client is None:
                client = new_client()
            yield client
            assert len(server.requests) == seen
        assert GET(client).id == CAMPAIGN_ID
        # Only a connection of ours knows that it has sent.
        known = "whether the request was sent is not known" if callers_session else "the request was sent"
        with pytest.raises(TransportError, match=known):
            DELETE(client)
        assert len(server.requests) == seen + 2
        assert all(request.header("Cookie") is None for request in server.requests)
        if library.keeps_cookies_out:
            assert session.cookies.get_dict() == {}


@each_moment
@each_call
@each_library
def test_a_mocked_response_is_the_value(library: Library, method: str, moment: str) -> None:
    with mocked(library, method, Answer(200, GOOD), moment) as client:
        assert CALLS[method][0](client).to_dictionary().items() <= GOOD.items()


@each_moment
@each_library
def test_a_mocked_response_is_the_value_over_tls(library: Library, moment: str) -> None:
    with mocked(library, "GET", Answer(200, GOOD), moment, scheme="https") as client:
        assert GET(client).id == CAMPAIGN_ID


OVER_SESSIONS = {name: library for name, library in LIBRARIES.items() if name != "mocket"}


# A library that takes the place of the socket cannot know of those that a caller's session keeps.
@pytest.mark.parametrize("library", OVER_SESSIONS.values(), ids=OVER_SESSIONS)
def test_a_mocked_response_leaves_the_cookies_of_a_callers_session_alone(library: Library) -> None:
    with mocked(library, "GET", Answer(200, GOOD), "made and used before", callers_session=True) as client:
        assert GET(client).id == CAMPAIGN_ID


@each_moment
@each_call
@each_library
def test_a_mocked_refusal_is_its_error(library: Library, method: str, moment: str) -> None:
    with mocked(library, method, REFUSAL, moment) as client:
        with pytest.raises(FotaV3ResultException, match="The account is not valid") as caught:
            CALLS[method][0](client)
    assert (caught.value.error_code, caught.value.outcome_unknown) == ("INVALID_PARAMETER", False)


@each_moment
@each_call
@each_library
def test_what_a_library_does_not_know_is_refused_in_its_own_words(library: Library, method: str, moment: str) -> None:
    with mocked(library, method, None, moment) as client:
        with pytest.raises(Exception, match=library.words) as caught:
            CALLS[method][0](client)
    assert type(caught.value).__name__ == library.refusal


FAILURES: dict[str, tuple[Exception, type[TransportError]]] = {
    "connection": (requests.ConnectionError("it was reset"), TransportError),
    "read timeout": (requests.ReadTimeout("it was late"), RequestTimeoutError),
    "builtin": (ConnectionResetError("it was reset"), TransportError),
}
SIMULATING = {name: library for name, library in LIBRARIES.items() if library.simulates}


@each_moment
@each_call
@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("library", SIMULATING.values(), ids=SIMULATING)
def test_a_simulated_failure_counts_as_sent(library: Library, failure: str, method: str, moment: str) -> None:
    error, expected = FAILURES[failure]
    with mocked(library, method, error, moment) as client:
        with pytest.raises(TransportError, match=str(error)) as caught:
            CALLS[method][0](client)
    assert type(caught.value) is expected
    assert caught.value.outcome_unknown is (method != "GET")


@each_moment
@each_call
@pytest.mark.parametrize("library", SIMULATING.values(), ids=SIMULATING)
def test_a_simulated_failure_to_connect_does_not(library: Library, method: str, moment: str) -> None:
    with mocked(library, method, requests.ConnectTimeout("not reached"), moment) as client:
        with pytest.raises(TransportError, match="not reached") as caught:
            CALLS[method][0](client)
    # mocket takes the place of the socket, and fails when it is written to: that is too late for a proof.
    proven = library is not LIBRARIES["mocket"]
    assert isinstance(caught.value, ConnectError) is proven
    assert caught.value.outcome_unknown is (not proven and method != "GET")


# A library that takes the place of the socket has our own connections at work, and their limits with them.


def test_mocket_answers_each_client_again_and_again() -> None:
    url = "http://127.0.0.1:9/api"
    with LIBRARIES["mocket"].start(Told("GET", url + CALLS["GET"][1], Answer(200, GOOD)), requests.Session()):
        with client_of(url, max_attempts=1) as client, client_of(url, max_attempts=1) as other:
            for each in (client, other, client, other):
                assert GET(each).id == CAMPAIGN_ID


def test_mocket_is_given_a_long_request_whole() -> None:
    upgrade = {**FIRMWARE, "deviceList": [f"{number:015}" for number in range(20_000)]}
    with mocked(LIBRARIES["mocket"], "POST", Answer(200, GOOD), "made inside") as client:
        assert client.campaigns_v3.schedule_campaign_firmware_upgrade(ACCOUNT, upgrade).id == CAMPAIGN_ID
        from mocket import Mocket

        assert json.loads(Mocket.last_request().body) == upgrade


def test_a_kept_connection_is_not_used_where_sockets_were_forbidden_since(monkeypatch: pytest.MonkeyPatch) -> None:
    class ForbiddenSocket(socket.socket):
        def __new__(cls, *args: Any, **kwargs: Any) -> ForbiddenSocket:
            raise NotMockedError("no sockets in this test")

    with LoopbackServer(serve) as server, client_of(server) as client:
        GET(client)
        with monkeypatch.context() as patched:
            patched.setattr(socket, "socket", ForbiddenSocket)
            with pytest.raises(NotMockedError):
                DELETE(client)
        assert [request.method for request in server.requests] == ["GET"]
        assert GET(client).id == CAMPAIGN_ID
