"""Nothing reaches the network past a mock library, and a caller's session comes out as it went in."""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest
import requests
import requests_mock
import responses
from requests.adapters import HTTPAdapter

from fota_sdk import (
    ConfigurationError,
    FotaClient,
    FotaError,
    OAuthClientCredentials,
    RedirectError,
    SessionLogin,
    TransportError,
)
from tests.conftest import ACCOUNT, CAMPAIGN_ID
from tests.faults.calls import ALL, GET, GOOD, READS, REPEATABLE, client_of
from tests.loopback import LoopbackServer, answer

BASE = "https://thingspace.verizon.com/api"


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What tried to open a connection."""
    tried: list[Any] = []

    def connect(*args: Any, **kwargs: Any) -> Any:
        tried.append(args)
        raise OSError("no network in this test")

    monkeypatch.setattr("urllib3.util.connection.create_connection", connect)
    return tried


@pytest.mark.parametrize("call", ALL)
def test_responses_intercepts_every_call(call: str, no_network: list[Any], client: FotaClient) -> None:
    with responses.RequestsMock() as mock:
        for method in ("GET", "PUT", "POST", "DELETE"):
            mock.add(method, f"{BASE}/nothing-else")
        mock.assert_all_requests_are_fired = False
        with pytest.raises(TransportError, match="Connection refused by Responses"):
            ALL[call](client.with_options(max_attempts=1))
    assert no_network == []


@pytest.mark.parametrize("error", [requests.ConnectionError("reset"), requests.ReadTimeout("late"), OSError("odd")])
@pytest.mark.parametrize("call", ALL)
def test_what_a_mock_raises_counts_as_sent(
    call: str, error: Exception, client: FotaClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fota_sdk.core.retry.sleep", lambda _: None)
    with responses.RequestsMock() as mock:
        for method in ("GET", "PUT", "POST", "DELETE"):
            mock.add(method, re.compile(BASE), body=error)
        mock.assert_all_requests_are_fired = False
        with pytest.raises(TransportError) as caught:
            ALL[call](client)
        assert len(mock.calls) == (3 if call in REPEATABLE else 1)
    assert caught.value.outcome_unknown is (call not in READS)


@pytest.mark.parametrize("call", ALL)
def test_requests_mock_intercepts_every_call(call: str, no_network: list[Any]) -> None:
    with requests_mock.Mocker() as mock:
        mock.register_uri(requests_mock.ANY, requests_mock.ANY, json=GOOD, headers={"Set-Cookie": "a=b"})
        with FotaClient(api_token="api-token", session_token="session-token") as client:
            ALL[call](client)
        sent = mock.last_request
        assert sent.headers["Authorization"] == "Bearer api-token"
        assert sent.headers["VZ-M2M-Token"] == "session-token"
    assert no_network == []


CREDENTIALS = {
    "api_token": OAuthClientCredentials("key", "secret"),
    "session_token": SessionLogin("user", "word"),
}
TOKEN = {"access_token": "t", "expires_in": 60}


def test_responses_intercepts_token_and_login_too(no_network: list[Any]) -> None:
    with responses.RequestsMock() as mock, FotaClient(**CREDENTIALS) as client:
        mock.post(f"{BASE}/ts/v1/oauth2/token", json=TOKEN)
        mock.post(f"{BASE}/m2m/v1/session/login", json={"sessionToken": "s"})
        mock.get(f"{BASE}/fota/v3/campaigns/{ACCOUNT}/{CAMPAIGN_ID}", json=GOOD)
        GET(client)
        assert mock.calls[2].request.headers["VZ-M2M-Token"] == "s"
    assert no_network == []


def test_requests_mock_intercepts_token_and_login_too(no_network: list[Any]) -> None:
    with requests_mock.Mocker() as mock, FotaClient(**CREDENTIALS) as client:
        mock.post(f"{BASE}/ts/v1/oauth2/token", json=TOKEN)
        mock.post(f"{BASE}/m2m/v1/session/login", json={"sessionToken": "s"})
        mock.get(f"{BASE}/fota/v3/campaigns/{ACCOUNT}/{CAMPAIGN_ID}", json=GOOD)
        GET(client)
        assert mock.last_request.headers["VZ-M2M-Token"] == "s"
    assert no_network == []


def test_requests_mock_intercepts_errors_and_redirects(no_network: list[Any], client: FotaClient) -> None:
    with requests_mock.Mocker() as mock:
        mock.get(requests_mock.ANY, status_code=302, headers={"Location": "http://elsewhere.example/"})
        with pytest.raises(RedirectError):
            GET(client)
        mock.get(requests_mock.ANY, exc=requests.exceptions.ConnectTimeout)
        with pytest.raises(FotaError):
            GET(client.with_options(max_attempts=1))
        assert mock.call_count == 2
    assert no_network == []


def state(session: requests.Session) -> dict[str, Any]:
    kept = {name: copy.copy(getattr(session, name)) for name in session.__attrs__ if name != "cookies"}
    return {**kept, "cookies": session.cookies.get_dict(), "adapters": dict(session.adapters)}


def test_a_callers_session_comes_out_as_it_went_in() -> None:
    session = requests.Session()
    session.headers["X-Mine"] = "secret-header"
    session.cookies.set("mine", "kept", domain="127.0.0.1")
    session.auth = ("user", "word")
    session.params = {"a": "b"}
    seen: list[Any] = []

    def hook(response: requests.Response, **_: Any) -> None:
        seen.append((response.status_code, response.content, response.is_redirect))

    session.hooks["response"].append(hook)
    before = state(session)
    cookie = {"Set-Cookie": "theirs=1; Path=/"}
    redirect = answer({}, status=302, headers={"Location": "/elsewhere", **cookie})
    with LoopbackServer(answer(GOOD, headers=cookie), redirect, answer(GOOD)) as server:
        with client_of(server, session=session) as client:
            GET(client)
            with pytest.raises(RedirectError):
                GET(client)
            GET(client)
        assert len(server.requests) == 3
        for request in server.requests:
            assert request.header("Cookie") is None
            assert request.header("X-Mine") is None
            assert request.header("Authorization") == "Bearer api-token"
            assert "?" not in request.target
        assert [status for status, _, _ in seen] == [200, 302, 200]
        assert b"campaignId" in seen[0][1]
        assert not seen[1][2]
        assert state(session) == before
        assert session.get(server.url).status_code == 200  # still open


def test_cookies_are_never_kept_or_sent() -> None:
    with LoopbackServer(answer(GOOD, headers={"Set-Cookie": "a=b; Path=/"})) as server, client_of(server) as client:
        GET(client)
        GET(client)
        assert [request.header("Cookie") for request in server.requests] == [None, None]


def test_a_hook_that_raises_is_heard() -> None:
    session = requests.Session()
    session.hooks["response"].append(lambda response, **_: response.raise_for_status())
    with LoopbackServer(answer({}, status=400)) as server, client_of(server, session=session) as client:
        with pytest.raises(requests.HTTPError):
            GET(client)


@pytest.mark.parametrize("retries", [1, requests.adapters.Retry(3), requests.adapters.Retry(None, connect=2)])
def test_an_adapter_that_repeats_by_itself_is_refused(retries: Any) -> None:
    session = requests.Session()
    session.mount("https://", HTTPAdapter(max_retries=retries))
    with pytest.raises(ConfigurationError, match="max_retries"):
        FotaClient(api_token="a", session_token="b", session=session)
    session.mount(BASE, HTTPAdapter())
    FotaClient(api_token="a", session_token="b", session=session).close()


@pytest.mark.parametrize("call", ALL)
def test_an_adapter_that_repeats_by_itself_since_the_client_was_built_sends_nothing(call: str) -> None:
    session = requests.Session()
    with LoopbackServer(answer({}, status=503)) as server, client_of(server, session=session) as client:
        retries = requests.adapters.Retry(2, allowed_methods=None, status_forcelist=[503])
        session.mount(server.url, HTTPAdapter(max_retries=retries))
        with pytest.raises(ConfigurationError, match="max_retries") as raised:
            ALL[call](client)
        assert not raised.value.outcome_unknown
        assert server.requests == []


def test_a_session_without_an_adapter_is_refused_before_anything_is_sent() -> None:
    session = requests.Session()
    client = FotaClient(api_token="a", session_token="b", session=session)
    session.adapters.clear()
    for use in (lambda: GET(client), lambda: FotaClient(api_token="a", session_token="b", session=session)):
        with pytest.raises(ConfigurationError, match="no adapter"):
            use()


def test_an_adapter_of_another_make_works() -> None:
    class Canned(HTTPAdapter):
        def send(self, request: Any, *args: Any, **kwargs: Any) -> requests.Response:
            response = requests.Response()
            response.status_code = 200
            response._content = b'{"id": "canned"}'
            response.request = request
            response.url = request.url
            return response

    session = requests.Session()
    session.mount("https://", Canned())
    with FotaClient(api_token="a", session_token="b", session=session) as client:
        campaign = client.campaigns_v3.get_campaign_information(ACCOUNT, CAMPAIGN_ID)
    assert campaign.id == "canned"


@pytest.mark.parametrize("returned", [None, requests.Response(), object(), 200])
@pytest.mark.parametrize("call", ALL)
def test_what_a_session_returns_that_is_no_response_leaves_the_outcome_open(
    call: str, returned: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Odd(requests.Session):
        def send(self, *_: Any, **__: Any) -> Any:
            return returned

    monkeypatch.setattr("fota_sdk.core.retry.sleep", lambda _: None)
    with client_of("http://127.0.0.1:9/api", session=Odd()) as client, pytest.raises(TransportError) as caught:
        ALL[call](client)
    assert "which is no response" in caught.value.what_happened
    assert caught.value.outcome_unknown is (call not in READS)
