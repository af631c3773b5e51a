"""The sandbox without a socket: code that builds its own client for the real service is tested unchanged."""

from __future__ import annotations

import io
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from fota_sdk import (
    ConfigurationError,
    Environment,
    FotaClient,
    OAuthClientCredentials,
    SessionLogin,
)
from fota_sdk.sandbox import Sandbox
from tests.conftest import ACCOUNT, CAMPAIGN_ID
from tests.sandbox.wire import BODIES, Wire, ask, ask_mocked, day, tokens_of


@pytest.fixture(autouse=True)
def no_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail whatever opens a socket, unless the test says that it does."""

    def refuse(*_: Any) -> None:
        raise AssertionError("a socket was opened")

    if "serving" not in request.node.name:
        monkeypatch.setattr(socket.socket, "connect", refuse)
        monkeypatch.setattr(socket.socket, "bind", refuse)


def schedule(client: FotaClient) -> str:
    body = {**BODIES["v3"], "startDate": day(1), "endDate": day(2)}
    return client.campaigns_v3.schedule_campaign_firmware_upgrade(ACCOUNT, body).id or ""


@pytest.mark.parametrize("environment", list(Environment))
def test_a_client_of_the_real_service_reaches_the_sandbox(environment: Environment) -> None:
    with Sandbox() as sandbox, sandbox.mocked():
        tokens = {"api_token": sandbox.api_token, "session_token": sandbox.session_token}
        with FotaClient(environment=environment, **tokens) as client:
            assert client.campaigns_v3.cancel_campaign(ACCOUNT, schedule(client)).success is True
        assert repr(sandbox) == "<Sandbox>"


def test_a_client_from_the_environment_with_credentials_does_too(monkeypatch: pytest.MonkeyPatch) -> None:
    with Sandbox() as sandbox, sandbox.mocked():
        monkeypatch.setenv("FOTA_CLIENT_ID", sandbox.client_id)
        monkeypatch.setenv("FOTA_CLIENT_SECRET", sandbox.client_secret)
        monkeypatch.setenv("FOTA_USERNAME", sandbox.username)
        monkeypatch.setenv("FOTA_PASSWORD", sandbox.password)
        with FotaClient.from_environment() as client:
            campaign_id = schedule(client)
            sandbox.expire_tokens()
            sandbox.advance(days=30)
            assert client.campaigns_v3.get_campaign_information(ACCOUNT, campaign_id).status == "CampaignEnded"


def test_a_client_with_a_session_of_its_own_does_too() -> None:
    with Sandbox() as sandbox, sandbox.mocked(), requests.Session() as session:
        with sandbox.client(session=session) as client:
            assert schedule(client) != ""


def test_the_client_of_a_mocked_sandbox_needs_no_server() -> None:
    with Sandbox() as sandbox, sandbox.mocked(), sandbox.client() as client:
        assert schedule(client) != ""
        assert repr(sandbox) == "<Sandbox>"


def test_both_faces_share_their_campaigns_while_serving() -> None:
    with Sandbox() as sandbox:
        campaign_id = Wire(sandbox, "v3").scheduled()
        assert Wire(sandbox, "v3", how=ask_mocked).cancel(campaign_id)[0] == 200
        assert Wire(sandbox, "v3").status(campaign_id) == "CampaignCancelled"
        with sandbox.client() as client, sandbox.mocked():
            assert client.campaigns_v3.get_campaign_information(ACCOUNT, campaign_id).status == "CampaignCancelled"


def test_afterwards_nothing_is_mocked() -> None:
    send = requests.adapters.HTTPAdapter.send
    with Sandbox() as sandbox:
        for _ in range(2):
            with pytest.raises(ZeroDivisionError), sandbox.mocked():
                assert requests.adapters.HTTPAdapter.send is not send
                raise ZeroDivisionError
            assert requests.adapters.HTTPAdapter.send is send


def test_another_place_is_refused_unless_the_mock_is_told_of_it() -> None:
    with Sandbox() as sandbox, sandbox.mocked() as mock:
        for url in ("https://example.com/", "https://thingspace.verizon.com/", "https://thingspace.verizon.com/apix/"):
            with pytest.raises(requests.ConnectionError, match="refused by Responses"):
                requests.get(url, timeout=5)
        mock.get("https://example.com/", json={"well": True})
        assert requests.get("https://example.com/", timeout=5).json() == {"well": True}


def test_afterwards_its_client_still_leads_to_this_machine() -> None:
    with Sandbox() as sandbox:
        with sandbox.mocked():
            client = sandbox.client(max_attempts=1)
            assert schedule(client) != ""
        url = client.campaigns_v3.dry_run.cancel_campaign(ACCOUNT, CAMPAIGN_ID).url
        assert urlsplit(url).hostname == "127.0.0.1"
        with client, sandbox.mocked():
            assert schedule(client) != ""


def test_the_URL_of_a_sandbox_works_that_begins_serving_behind_the_mock() -> None:  # noqa: N802
    with Sandbox() as sandbox, sandbox.mocked(), sandbox.client() as early:
        with sandbox.client(base_url=sandbox.url) as client, sandbox.client() as late:
            assert [schedule(one) != "" for one in (early, client, late)] == [True] * 3
        with sandbox.mocked(), sandbox.client() as nested:
            assert schedule(nested) != ""
            assert schedule(early) != ""


def test_a_mock_that_is_left_while_a_newer_one_is_open_says_so_and_all_ends_with_the_newer_one() -> None:
    send = requests.adapters.HTTPAdapter.send
    with Sandbox() as one, Sandbox() as two:
        older, newer = one.mocked(), two.mocked()
        older.__enter__()
        newer.__enter__()
        with pytest.raises(ConfigurationError, match="newest first"):
            older.__exit__(None, None, None)
        with two.client() as client:
            assert schedule(client) != ""
        newer.__exit__(None, None, None)
        assert requests.adapters.HTTPAdapter.send is send


def test_a_thread_cannot_mock_while_another_one_does() -> None:
    def mock(sandbox: Sandbox) -> None:
        with sandbox.mocked():
            pass

    send = requests.adapters.HTTPAdapter.send
    with Sandbox() as one, Sandbox() as two, ThreadPoolExecutor(1) as thread:
        with one.mocked():
            for sandbox in (one, two):
                with pytest.raises(ConfigurationError, match="another thread"):
                    thread.submit(mock, sandbox).result()
            with one.client() as client:
                assert thread.submit(schedule, client).result() != ""
        assert thread.submit(mock, two).result() is None
    assert requests.adapters.HTTPAdapter.send is send


def test_two_sandboxes_can_be_mocked_one_in_the_other() -> None:
    with Sandbox() as outer, Sandbox() as inner, outer.mocked(), outer.client() as client:
        with inner.mocked(), inner.client() as other:
            schedule(other)
        schedule(client)
        assert [len(outer.requests), len(inner.requests)] == [1, 1]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/", None),
        ("GET", "/fota/v1/campaigns/x", None),
        ("PATCH", "/fota/v2/campaigns/a/b", None),
        ("OPTIONS", "/fota/v2/campaigns/a/b", None),
        ("GET", "/fota/v2/campaigns/a%2Fb/c", None),
        ("POST", f"/fota/v3/campaigns/firmware/{ACCOUNT}", b"{"),
        ("POST", f"/fota/v3/campaigns/firmware/{ACCOUNT}", b"[]"),
        ("POST", f"/fota/v3/campaigns/firmware/{ACCOUNT}", b"\xff"),
        ("POST", f"/fota/v3/campaigns/firmware/{ACCOUNT}", b" " * (17 * 1024 * 1024)),
        ("GET", f"/fota/v3/reports/{ACCOUNT}/firmware/campaigns?campaignStatus=a%20b", None),
        ("GET", f"/fota/v3/reports/{ACCOUNT}/firmware/campaigns?a=b&campaignStatus=CampaignEnded", None),
    ],
)
def test_bad_input_is_answered_as_when_serving(method: str, path: str, body: Any) -> None:
    with Sandbox() as sandbox:
        assert ask_mocked(sandbox, method, path, body) == ask(sandbox, method, path, body)


def test_without_responses_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "responses", None)
    with Sandbox() as sandbox, pytest.raises(ConfigurationError, match="pip install responses"):
        with sandbox.mocked():
            pass


def test_without_waitress_it_works_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == "waitress"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "waitress", None)
    with Sandbox() as sandbox, sandbox.mocked(), sandbox.client() as client:
        assert schedule(client) != ""


def test_a_login_behind_the_mock() -> None:
    with Sandbox() as sandbox, sandbox.mocked():
        credentials = OAuthClientCredentials(sandbox.client_id, sandbox.client_secret)
        login = SessionLogin(sandbox.username, sandbox.password)
        with sandbox.client(api_token=credentials, session_token=login) as client:
            assert schedule(client) != ""
        assert [request.path for request in sandbox.requests[:2]] == ["/ts/v1/oauth2/token", "/m2m/v1/session/login"]


@pytest.mark.parametrize(
    "host",
    [
        "thingspace.verizon.com",
        "staging.thingspace.verizon.com",
        "mock.thingspace.verizon.com",
        "mock-staging.thingspace.verizon.com",
    ],
)
def test_it_answers_at_every_host_that_the_vendors_sdks_have(host: str) -> None:
    with Sandbox() as sandbox, sandbox.mocked():
        token = requests.post(
            f"https://{host}/api/ts/v1/oauth2/token",
            data={"grant_type": "client_credentials"},
            auth=(sandbox.client_id, sandbox.client_secret),
            timeout=5,
        ).json()["access_token"]
        login = {"username": sandbox.username, "password": sandbox.password}
        bearer = {"Authorization": f"Bearer {token}"}
        opened = requests.post(f"https://{host}/api/m2m/v1/session/login", json=login, headers=bearer, timeout=5)
        headers = {**bearer, "VZ-M2M-Token": opened.json()["sessionToken"]}
        url = f"https://{host}/api/fota/v3/campaigns/{ACCOUNT}/{CAMPAIGN_ID}"
        assert requests.get(url, headers=headers, timeout=5).json()["errorCode"] == "INVALID_PARAMETER"


@pytest.mark.parametrize(
    "body",
    [
        b'{"type": "append"}',
        '{"type": "append"}',
        bytearray(b'{"type": "append"}'),
        io.BytesIO(b'{"type": "append"}'),
        io.StringIO('{"type": "append"}'),
        iter([b'{"type": ', b'"append"}']),
    ],
    ids=lambda body: type(body).__name__,
)
def test_it_takes_a_body_in_every_form_that_requests_takes(body: Any) -> None:
    with Sandbox() as sandbox, sandbox.mocked():
        url = f"https://thingspace.verizon.com/api/fota/v3/campaigns/{ACCOUNT}/{CAMPAIGN_ID}"
        assert requests.put(url, data=body, headers=tokens_of(sandbox), timeout=5).status_code == 400
        assert sandbox.requests[-1].body == {"type": "append"}
