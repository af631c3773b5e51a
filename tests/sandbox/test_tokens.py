"""The tokens of the sandbox, the routes that bring them, and what a client makes of them."""

from __future__ import annotations

import base64
import http.client
import json
from typing import Any
from urllib.parse import urlsplit

import pytest

from fota_sdk import (
    AuthenticationError,
    FotaV2ResultException,
    FotaV3ResultException,
    OAuthClientCredentials,
    SessionLogin,
)
from fota_sdk.sandbox import Sandbox
from tests.conftest import ACCOUNT, CAMPAIGN_ID
from tests.sandbox.wire import Wire, ask, tokens_of
from tests.unit.operations import OperationFacts, each_operation

INVALID_PASSWORD = "UnifiedWebService.INPUT_INVALID.Password.Invalid"
EXPIRED = "UnifiedWebService.REQUEST_FAILED.SessionToken.Expired"
INVALID = "UnifiedWebService.INPUT_INVALID.SessionToken.Invalid"


class Watch:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch(sandbox: Sandbox) -> Watch:
    """Takes the place of real time in the life of tokens."""
    watch = Watch()
    sandbox._tokens._time = watch
    return watch


def fetch(sandbox: Sandbox, form: str = "grant_type=client_credentials", basic: str | None = None) -> tuple[int, Any]:
    credentials = f"{sandbox.client_id}:{sandbox.client_secret}".encode()
    header = "Basic " + base64.b64encode(credentials).decode() if basic is None else basic
    headers = {"Authorization": header, "Content-Type": "application/x-www-form-urlencoded"}
    return ask(sandbox, "POST", "/ts/v1/oauth2/token", form.encode(), headers)


def log_in(sandbox: Sandbox, password: str | None = None, bearer: str | None = None) -> tuple[int, Any]:
    body = {"username": sandbox.username, "password": sandbox.password if password is None else password}
    headers = {"Authorization": f"Bearer {sandbox.api_token if bearer is None else bearer}"}
    return ask(sandbox, "POST", "/m2m/v1/session/login", body, headers)


def read(sandbox: Sandbox, **tokens: str) -> tuple[int, str]:
    """Ask for a campaign that does not exist; return the status and the code, or the words where let in."""
    headers = tokens_of(sandbox)
    if "api" in tokens:
        headers["Authorization"] = f"Bearer {tokens['api']}"
    if "session" in tokens:
        headers["VZ-M2M-Token"] = tokens["session"]
    status, answer = ask(sandbox, "GET", f"/fota/v3/campaigns/{ACCOUNT}/{CAMPAIGN_ID}", headers=headers)
    if "fault" in answer:
        return status, answer["fault"]["code"]
    return status, "let in" if "exist" in answer["errorMessage"] else answer["errorCode"]


LET_IN = (400, "let in")


# without good tokens


@each_operation
def test_a_call_without_good_tokens_is_refused_as_at_the_gateway(kept: Sandbox, operation: OperationFacts) -> None:
    bearer = {"Authorization": f"Bearer {kept.api_token}"}
    session = {"VZ-M2M-Token": kept.session_token}

    def refused(headers: dict[str, str]) -> tuple[int, Any]:
        return ask(kept, operation.http_method, operation.path_of(), operation.body, headers)

    status, answer = refused(session)
    assert (status, answer["fault"]["code"]) == (401, "900902")
    for wrong in ("Bearer wrong", "Basic " + kept.api_token, kept.api_token, "Bearer ", "Bearer"):
        status, answer = refused({**session, "Authorization": wrong})
        assert (status, answer["fault"]["code"], answer["fault"]["message"]) == (401, "900901", "Invalid Credentials")
    status, answer = refused(bearer)
    assert (status, answer["errorCode"]) == (400, "UnifiedWebService.REQUEST_FAILED.SessionToken.Format")
    status, answer = refused({**bearer, "VZ-M2M-Token": "wrong"})
    assert (status, answer["errorCode"]) == (400, "UnifiedWebService.INPUT_INVALID.SessionToken.Invalid")
    assert answer["errorMessage"]


# OAuth


def test_the_OAuth_route_gives_the_same_token_within_its_hour(sandbox: Sandbox, watch: Watch) -> None:  # noqa: N802
    status, first = fetch(sandbox)
    assert status == 200
    assert set(first) == {"access_token", "token_type", "expires_in", "scope"}
    assert (first["token_type"], first["expires_in"]) == ("Bearer", 3600)
    assert first["access_token"] != sandbox.api_token
    assert read(sandbox, api=first["access_token"]) == LET_IN
    watch.now += 3000
    assert fetch(sandbox) == (200, {**first, "expires_in": 600})
    watch.now += 599
    assert read(sandbox, api=first["access_token"]) == LET_IN
    watch.now += 1
    assert read(sandbox, api=first["access_token"]) == (401, "900901")
    status, second = fetch(sandbox)
    assert (status, second["expires_in"]) == (200, 3600)
    assert second["access_token"] != first["access_token"]
    assert read(sandbox, api=second["access_token"]) == LET_IN


@pytest.mark.parametrize("form", ["", "grant_type=password", "grant_type=client_credentials&grant_type=x"])
def test_a_wrong_grant_type_is_a_400(sandbox: Sandbox, form: str) -> None:
    status, answer = fetch(sandbox, form)
    assert status == 400
    assert answer["error"] == "invalid_request"
    assert answer["error_description"]


@pytest.mark.parametrize("basic", ["Basic", "Basic !", "Basic eDp5", "basic eDp5", "Basic /w=="])
def test_wrong_client_credentials_are_a_401(sandbox: Sandbox, basic: str) -> None:
    status, answer = fetch(sandbox, basic=basic)
    assert (status, answer["error"]) == (401, "invalid_client")


@pytest.mark.parametrize("header", ["", "Bearer eDp5", "Digest x"])
def test_no_client_credentials_at_all_are_the_gateways_fault_900902(sandbox: Sandbox, header: str) -> None:
    status, answer = fetch(sandbox, basic=header)
    assert (status, answer["fault"]["code"], answer["fault"]["message"]) == (401, "900902", "Missing Credentials")
    assert answer["fault"]["description"].startswith("Required OAuth credentials not provided")


# logins


def test_a_login_gives_a_session_beside_the_earlier_ones(sandbox: Sandbox) -> None:
    first, second = log_in(sandbox), log_in(sandbox)
    assert (first[0], second[0]) == (200, 200)
    sessions = {first[1]["sessionToken"], second[1]["sessionToken"], sandbox.session_token}
    assert len(sessions) == 3
    assert {read(sandbox, session=session) for session in sessions} == {LET_IN}


def test_a_login_wants_an_API_token(sandbox: Sandbox) -> None:  # noqa: N802
    status, answer = log_in(sandbox, bearer="wrong")
    assert (status, answer["fault"]["code"]) == (401, "900901")
    status, answer = ask(sandbox, "POST", "/m2m/v1/session/login", {}, {})
    assert (status, answer["fault"]["code"]) == (401, "900902")
    assert log_in(sandbox, bearer=fetch(sandbox)[1]["access_token"])[0] == 200


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"null", {}, {"username": "a"}, {"username": 1, "password": 2}])
def test_a_login_that_is_none_is_a_400_and_counts_for_nothing(sandbox: Sandbox, body: Any) -> None:
    for _ in range(6):
        status, answer = ask(sandbox, "POST", "/m2m/v1/session/login", body, tokens_of(sandbox))
        assert (status, answer["errorCode"]) == (400, "INVALID_PARAMETER")
    assert log_in(sandbox)[0] == 200


def test_four_failed_logins_do_not_lock_and_a_right_one_begins_anew(sandbox: Sandbox) -> None:
    for _ in range(2):
        for _ in range(4):
            status, answer = log_in(sandbox, password="wrong")
            assert (status, answer["errorCode"]) == (400, INVALID_PASSWORD)
        assert log_in(sandbox)[0] == 200


def test_five_failed_logins_lock(sandbox: Sandbox) -> None:
    for _ in range(5):
        assert log_in(sandbox, password="wrong")[1]["errorCode"] == INVALID_PASSWORD
    for _ in range(2):
        status, answer = log_in(sandbox)
        assert status == 400
        assert "locked" in answer["errorMessage"]
    assert read(sandbox) == LET_IN


def test_a_session_dies_after_20_idle_minutes(sandbox: Sandbox, watch: Watch) -> None:
    session = log_in(sandbox)[1]["sessionToken"]
    for _ in range(3):
        watch.now += 1199
        assert read(sandbox, session=session) == LET_IN
    watch.now += 1200
    assert read(sandbox, session=session) == (400, EXPIRED)
    assert read(sandbox, session=session) == (400, EXPIRED)
    assert read(sandbox, session="another") == (400, INVALID)


def test_the_ready_made_tokens_outlive_their_hour(sandbox: Sandbox, watch: Watch) -> None:
    tokens = sandbox.api_token, sandbox.session_token
    watch.now += 1_000_000
    assert read(sandbox, api=tokens[0], session=tokens[1]) == LET_IN


def test_tokens_live_by_real_time_and_not_by_the_campaigns_clock(sandbox: Sandbox) -> None:
    api, session = fetch(sandbox)[1]["access_token"], log_in(sandbox)[1]["sessionToken"]
    sandbox.advance(days=30)
    assert read(sandbox, api=api, session=session) == LET_IN


# expiry on demand


def test_expiring_ends_all_tokens_and_gives_new_ready_made_ones(sandbox: Sandbox) -> None:
    fetched, session = fetch(sandbox)[1]["access_token"], log_in(sandbox)[1]["sessionToken"]
    old = sandbox.api_token, sandbox.session_token
    sandbox.expire_tokens()
    for api in (fetched, old[0]):
        assert read(sandbox, api=api) == (401, "900901")
    for one in (session, old[1]):
        assert read(sandbox, session=one) == (400, EXPIRED)
    assert sandbox.api_token != old[0]
    assert sandbox.session_token != old[1]
    assert read(sandbox) == LET_IN
    assert fetch(sandbox)[1]["access_token"] != fetched


def test_a_client_with_credentials_gets_over_it(sandbox: Sandbox) -> None:
    campaign_id = Wire(sandbox, "v3").scheduled()
    credentials = OAuthClientCredentials(sandbox.client_id, sandbox.client_secret)
    login = SessionLogin(sandbox.username, sandbox.password)
    with sandbox.client(api_token=credentials, session_token=login) as client:
        for _ in range(2):
            assert client.campaigns_v3.get_campaign_information(ACCOUNT, campaign_id).id == campaign_id
            sandbox.expire_tokens()
        assert client.campaigns_v3.cancel_campaign(ACCOUNT, campaign_id).success is True


def test_a_client_with_texts_does_not(sandbox: Sandbox) -> None:
    with sandbox.client(max_attempts=1) as client:
        sandbox.expire_tokens()
        with pytest.raises(AuthenticationError, match="900901"):
            client.campaigns_v3.get_campaign_information(ACCOUNT, CAMPAIGN_ID)


def test_a_session_that_is_over_is_caught_as_what_it_is_about_and_as_a_400(sandbox: Sandbox) -> None:
    old = sandbox.session_token
    sandbox.expire_tokens()
    with sandbox.client(session_token=old) as client:
        for kind in (AuthenticationError, FotaV3ResultException):
            with pytest.raises(kind, match=r"SessionToken\.Expired"):
                client.campaigns_v3.get_campaign_information(ACCOUNT, CAMPAIGN_ID)
        for kind in (AuthenticationError, FotaV2ResultException):
            with pytest.raises(kind, match=r"SessionToken\.Expired"):
                client.campaigns_v2.get_campaign_information(ACCOUNT, CAMPAIGN_ID)


def test_a_client_with_a_wrong_password_asks_once_and_does_not_lock(sandbox: Sandbox) -> None:
    with sandbox.client(session_token=SessionLogin(sandbox.username, "wrong")) as client:
        for _ in range(6):
            with pytest.raises(AuthenticationError, match=r"Password\.Invalid"):
                client.campaigns_v3.get_campaign_information(ACCOUNT, CAMPAIGN_ID)
    assert log_in(sandbox)[0] == 200


# secrets


def test_a_user_in_a_URL_that_is_sent_for_a_path_is_not_recorded(sandbox: Sandbox) -> None:  # noqa: N802
    connection = http.client.HTTPConnection(urlsplit(sandbox.url).netloc, timeout=10)
    for target in ("http://user:secret@host/api/x", "//user:secret@host/api/x"):
        connection.request("GET", target)
        assert connection.getresponse().read()
    connection.close()
    assert [request.path for request in sandbox.requests] == ["/x", "//host/api/x"]


def test_no_secret_is_kept_in_the_record_or_shown(sandbox: Sandbox) -> None:
    session, token = log_in(sandbox)[1]["sessionToken"], fetch(sandbox)[1]["access_token"]
    ask(sandbox, "POST", "/m2m/v1/session/logins", {"password": sandbox.password})
    connection = http.client.HTTPConnection(urlsplit(sandbox.url).netloc, timeout=10)
    body = json.dumps({"password": sandbox.password})
    connection.request("POST", f"/api/fota/v3/campaigns?password={sandbox.password}", body, tokens_of(sandbox))
    connection.getresponse().read()
    connection.close()
    shown = repr(sandbox.requests) + repr(sandbox)
    secrets = [sandbox.api_token, sandbox.session_token, sandbox.client_secret, sandbox.password, session, token]
    assert [secret for secret in secrets if secret in shown] == []
    assert [request.body for request in sandbox.requests] == [None] * 4
    assert [request.path for request in sandbox.requests[:2]] == ["/m2m/v1/session/login", "/ts/v1/oauth2/token"]


# what is kept


def test_sessions_that_are_kept_are_bounded_in_number(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fota_sdk.sandbox.tokens._MOST_SESSIONS", 3)
    tokens = [log_in(sandbox)[1]["sessionToken"] for _ in range(5)]
    assert [read(sandbox, session=token) == LET_IN for token in tokens] == [False, False, True, True, True]
    assert read(sandbox, session=tokens[0]) == (400, "UnifiedWebService.INPUT_INVALID.SessionToken.Invalid")
    for _ in range(5):
        sandbox.expire_tokens()
    assert len(sandbox._tokens._expired_sessions) == 3
