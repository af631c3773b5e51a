"""How a client is configured, closed and copied."""

from __future__ import annotations

import copy
import json
import pickle
import platform
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import responses

import fota_sdk
from fota_sdk import (
    ConfigurationError,
    Environment,
    FotaClient,
    OAuthClientCredentials,
    PreparedCall,
    ServerError,
    SessionLogin,
    Timeout,
)
from fota_sdk.core import retry
from tests.conftest import case_id
from tests.loopback import LoopbackServer, answer
from tests.unit.operations import OperationFacts, each_operation, operation_named

PRODUCTION = "https://thingspace.verizon.com/api"
GET = operation_named("v3.get_campaign_information")
TOKENS = {"api_token": "api-token", "session_token": "session-token"}


def new_client(**options: Any) -> FotaClient:
    return FotaClient(**{**TOKENS, **options})


def base_url_of(client: FotaClient) -> str:
    url: str = GET.call(client, view="dry_run").url
    return url.removesuffix(GET.path_of())


class Source:
    """A token source that nobody may ask."""

    def get(self) -> str:
        raise AssertionError("asked")

    def invalidate(self, token: str) -> None:
        raise AssertionError("told")


# tokens

VARIABLES = {
    "api_token": ["FOTA_API_TOKEN", "FOTA_CLIENT_ID", "FOTA_CLIENT_SECRET"],
    "session_token": ["FOTA_SESSION_TOKEN", "FOTA_USERNAME", "FOTA_PASSWORD"],
}


@pytest.mark.parametrize("name", TOKENS)
def test_both_tokens_are_required(name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^{name} ") as caught:
        new_client(**{name: None})
    assert isinstance(caught.value, ValueError)
    for variable in VARIABLES[name]:
        assert variable in str(caught.value)
    with pytest.raises(ConfigurationError, match="api_token"):
        FotaClient()


NO_TOKENS = ["", " hush", "hush ", "hu sh", "hush\r\nX: y", "hush\n", "hush\x00", "hush\x7f", "hushé", "hush\ud800"]


@pytest.mark.parametrize("name", TOKENS)
@pytest.mark.parametrize(
    "token", [*NO_TOKENS, 5, True, b"hush", ["hush"], object(), Source, str, lambda: "hush"], ids=case_id
)
def test_a_token_that_cannot_be_sent_is_refused_without_showing_it(name: str, token: Any) -> None:
    with pytest.raises(ConfigurationError, match=f"^{name} ") as caught:
        new_client(**{name: token})
    assert "hush" not in str(caught.value)
    assert caught.value.attempts == 0


def test_credentials_of_the_other_token_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="api_token") as caught:
        new_client(api_token=SessionLogin("user", "hush"))
    assert "hush" not in str(caught.value)
    with pytest.raises(ConfigurationError, match="session_token"):
        new_client(session_token=OAuthClientCredentials("id", "hush"))


# base URL


@pytest.mark.parametrize(
    ("given", "base_url"),
    [
        ({}, PRODUCTION),
        ({"environment": Environment.PRODUCTION}, PRODUCTION),
        ({"environment": Environment.STAGING}, "https://staging.thingspace.verizon.com/api"),
        ({"environment": Environment.STAGING, "base_url": "https://x.example/api"}, "https://x.example/api"),
        ({"base_url": "https://x.example"}, "https://x.example"),
        ({"base_url": "https://x.example/"}, "https://x.example"),
        ({"base_url": "https://x.example/a/b/"}, "https://x.example/a/b"),
        ({"base_url": "https://x.example:8443/api"}, "https://x.example:8443/api"),
        ({"base_url": "http://localhost/api"}, "http://localhost/api"),
        ({"base_url": "http://localhost:8080/api/"}, "http://localhost:8080/api"),
        ({"base_url": "http://127.0.0.1:8080"}, "http://127.0.0.1:8080"),
        ({"base_url": "http://127.0.0.2/api"}, "http://127.0.0.2/api"),
        ({"base_url": "http://[::1]:8080/api"}, "http://[::1]:8080/api"),
    ],
)
def test_a_base_url_is_https_or_this_machine(given: dict[str, Any], base_url: str) -> None:
    assert base_url_of(new_client(**given)) == base_url


REFUSED_URLS = [
    "https://x.example//",
    "https://x.example//api",
    "http://x.example/api",
    "http://127.0.0.1.x.example/api",
    "http://localhost.x.example/api",
    "http://0.0.0.0/api",
    "http://10.0.0.1/api",
    "http://[::2]/api",
    "https://user:hush@x.example/api",
    "https://hush@x.example/api",
    "http://127.0.0.1@x.example/api",
    "https://x.example/api?a=b",
    "https://x.example/api?",
    "https://x.example/api#a",
    "https://x.example/api#",
    "ftp://x.example/api",
    "file:///etc/passwd",
    "",
    "x",
    "x.example/api",
    "//x.example/api",
    "https:/x.example/api",
    "https://",
    "https:///api",
    "https://x.example:0/api",
    "https://x.example:99999/api",
    "https://x.example:x/api",
    "https://[::1/api",
    "https://x example/api",
    " https://x.example/api",
    "https://x.example/api ",
    "https://x.example/a\r\nX: y",
    "https://x.example/a\tb",
    "https://x.example/api/..",
    "https://x.example/../api",
    "https://x.example/./api",
    "https://x.example\\@y.example/api",
    "https://é.example/api",
    5,
    True,
    b"https://x.example",
    ["https://x.example"],
]


@pytest.mark.parametrize("base_url", REFUSED_URLS, ids=ascii)
def test_any_other_base_url_is_refused(base_url: Any) -> None:
    with pytest.raises(ConfigurationError, match="base_url") as caught:
        new_client(base_url=base_url)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize("environment", ["PRODUCTION", "https://x.example", None, 5])
def test_an_environment_that_is_none_is_refused(environment: Any) -> None:
    with pytest.raises(ConfigurationError, match="environment"):
        new_client(environment=environment)


# limits


@pytest.mark.parametrize(
    ("given", "connect", "read"),
    [
        ({}, 5, 30),
        ({"timeout": 2}, 2, 2),
        ({"timeout": 0.5}, 0.5, 0.5),
        ({"timeout": 1000}, 5, 30),
        ({"timeout": None}, 1e6, None),  # no limit: the longest that a socket takes, for it carries the other limits
        ({"timeout": Timeout()}, 5, 30),
        ({"timeout": Timeout(total=None)}, 5, 30),
        ({"timeout": Timeout(total=100, connect=1, read=2)}, 1, 2),
        ({"timeout": Timeout(100, None, None)}, 100, 100),
        ({"timeout": Timeout(None, None, 7)}, 1e6, 7),
    ],
)
@responses.activate
def test_the_timeout_limits_connection_and_silence(given: Any, connect: float | None, read: float | None) -> None:
    responses.add("GET", GET.url, json=GET.answer)
    GET.call(new_client(**given))
    assert responses.calls[0].request.req_kwargs["timeout"] == (  # type: ignore[attr-defined]
        None if connect is None else pytest.approx(connect, abs=0.2),
        None if read is None else pytest.approx(read, abs=0.2),
    )


NO_SECONDS = [0, 0.0, -1, -0.5, float("nan"), float("inf"), float("-inf"), True, False, "5", b"5", [5], (5, 5), {}, 5j]


@pytest.mark.parametrize("seconds", NO_SECONDS, ids=repr)
def test_a_timeout_that_is_no_time_is_refused(seconds: Any) -> None:
    with pytest.raises(ConfigurationError, match="timeout"):
        new_client(timeout=seconds)
    for name in ("total", "connect", "read"):
        with pytest.raises(ConfigurationError, match=name):
            Timeout(**{name: seconds})


def test_a_timeout_is_a_value() -> None:
    assert Timeout() == Timeout(total=60, connect=5, read=30) == Timeout(60, 5, 30)
    assert Timeout(1) != Timeout(2)
    assert repr(Timeout()) == "Timeout(total=60, connect=5, read=30)"
    with pytest.raises(AttributeError):
        Timeout().total = 5  # type: ignore[misc]


@pytest.mark.parametrize("name", ["max_attempts", "max_connections"])
@pytest.mark.parametrize("count", [0, -1, True, False, 1.0, 1.5, "3", None, [3], float("inf")], ids=repr)
def test_a_count_that_is_none_is_refused(name: str, count: Any) -> None:
    with pytest.raises(ConfigurationError, match=name):
        new_client(**{name: count})


@pytest.mark.parametrize("attempts", [1, 2, 3, 5])
@responses.activate
def test_max_attempts_is_how_often_a_call_is_tried(monkeypatch: pytest.MonkeyPatch, attempts: int) -> None:
    monkeypatch.setattr(retry, "sleep", lambda seconds: None)
    responses.add("GET", GET.url, status=503)
    with pytest.raises(ServerError) as caught:
        GET.call(new_client(max_attempts=attempts))
    assert caught.value.attempts == len(responses.calls) == attempts


# what is sent

OWN_AGENT = f"fota-sdk/{fota_sdk.__version__} python/{platform.python_version()}"


@each_operation
@responses.activate
def test_these_headers_are_sent_and_no_others(client: FotaClient, operation: OperationFacts) -> None:
    responses.add(operation.http_method, operation.url, json=operation.answer)
    operation.call(client)
    request: Any = responses.calls[0].request
    headers = {name: value for name, value in request.headers.items() if name not in ("Accept-Encoding",)}
    expected = {
        "Authorization": "Bearer api-token",
        "VZ-M2M-Token": "session-token",
        "Accept": "application/json",
        "User-Agent": OWN_AGENT,
    }
    if operation.body is not None:
        expected["Content-Type"] = "application/json"
        assert json.loads(request.body) == operation.body
    else:
        assert request.body is None
    assert {name: value for name, value in headers.items() if name != "Content-Length"} == expected


@responses.activate
def test_the_callers_words_come_first_in_the_user_agent() -> None:
    responses.add("GET", GET.url, json=GET.answer)
    GET.call(new_client(user_agent="night-shift/2.0 (cron)"))
    assert responses.calls[0].request.headers["User-Agent"] == f"night-shift/2.0 (cron) {OWN_AGENT}"


@pytest.mark.parametrize("user_agent", ["x\r\nX: y", "x\n", "é", "x\x00", 5, b"x", ["x"]], ids=ascii)
def test_a_user_agent_that_cannot_be_sent_is_refused(user_agent: Any) -> None:
    with pytest.raises(ConfigurationError, match="user_agent"):
        new_client(user_agent=user_agent)


# the client as an object


def test_its_repr_shows_base_url_and_timeout_and_nothing_else() -> None:
    client = new_client()
    assert repr(client) == str(client) == f"FotaClient(base_url='{PRODUCTION}', timeout=60)"
    assert repr(client.with_options(timeout=5)) == f"FotaClient(base_url='{PRODUCTION}', timeout=5)"
    local = new_client(base_url="http://[::1]:1/api/", timeout=None)
    assert repr(local) == "FotaClient(base_url='http://[::1]:1/api', timeout=None)"


@pytest.mark.parametrize("duplicate", [pickle.dumps, copy.copy, copy.deepcopy])
def test_it_refuses_to_be_pickled_or_copied_with_a_hint(client: FotaClient, duplicate: Any) -> None:
    with pytest.raises(TypeError, match="from_environment") as caught:
        duplicate(client)
    assert "token" not in str(caught.value)


@each_operation
@responses.activate
def test_a_closed_client_calls_nothing(operation: OperationFacts) -> None:
    responses.add(operation.http_method, operation.url, json=operation.answer)
    with new_client() as client:
        operation.call(client)
    client.close()
    client.close()
    with pytest.raises(ConfigurationError, match="closed"):
        operation.call(client)
    with pytest.raises(ConfigurationError, match="closed"):
        client.request("GET", "/x")
    assert len(responses.calls) == 1


def test_a_closed_client_asks_no_token_source() -> None:
    client = FotaClient(api_token=Source(), session_token=Source())
    client.close()
    with pytest.raises(ConfigurationError, match="closed"):
        GET.call(client)


# with_options


@responses.activate
def test_closing_a_copy_closes_nothing_and_closing_the_client_closes_its_copies(client: FotaClient) -> None:
    responses.add("GET", GET.url, json=GET.answer)
    copied = client.with_options(timeout=5)
    second = copied.with_options(max_attempts=1)
    copied.close()
    with second:
        GET.call(second)
    for one in (client, copied, second):
        GET.call(one)
    client.close()
    for one in (client, copied, second):
        with pytest.raises(ConfigurationError, match="closed"):
            GET.call(one)


@responses.activate
def test_a_copy_shares_the_retry_budget(client: FotaClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "sleep", lambda seconds: None)
    responses.add("GET", GET.url, status=503)
    copied = client.with_options(max_attempts=36)
    with pytest.raises(ServerError) as caught:
        GET.call(copied)
    assert caught.value.attempts == 36  # 35 repeats of 14 each are 490 of 500
    for one in (client, copied, client.with_options(timeout=5)):
        with pytest.raises(ServerError) as caught:
            GET.call(one)
        assert caught.value.attempts == 1


@responses.activate
def test_a_copy_shares_what_is_kept_back_and_may_insist(client: FotaClient) -> None:
    post = operation_named("v2.schedule_campaign_firmware_upgrade")
    responses.add("POST", post.url, status=500)
    with pytest.raises(ServerError):
        post.call(client.with_options(timeout=5))
    with pytest.raises(fota_sdk.RepeatRefusedError):
        post.call(client)
    insisting = client.with_options(insist=True)
    with pytest.raises(ServerError):
        post.call(insisting)
    with pytest.raises(ServerError):
        post.call(insisting.with_options(timeout=5))
    with pytest.raises(fota_sdk.RepeatRefusedError):
        post.call(insisting.with_options(insist=False))


def test_a_copy_changes_what_it_is_told_and_keeps_the_rest(client: FotaClient) -> None:
    copied = new_client(base_url="https://x.example", timeout=7).with_options(max_attempts=1)
    assert repr(copied) == "FotaClient(base_url='https://x.example', timeout=7)"
    assert repr(copied.with_options(timeout=None)).endswith("timeout=None)")
    assert repr(client.with_options()) == repr(client)
    assert copied.campaigns_v3 is not client.campaigns_v3


class Special(FotaClient):
    pass


def test_a_copy_is_of_the_same_class() -> None:
    client = Special(api_token="api-token", session_token="session-token")
    assert type(client.with_options(timeout=5)) is Special


@pytest.mark.parametrize(
    ("option", "values"),
    [
        ("timeout", NO_SECONDS),
        ("max_attempts", [0, -1, True, 1.5, "3", None]),
        ("insist", ["no", "yes", 1, 0, None]),
    ],
)
def test_an_option_that_cannot_be_used_is_refused(client: FotaClient, option: str, values: list[Any]) -> None:
    for value in values:
        with pytest.raises(ConfigurationError, match=option):
            client.with_options(**{option: value})


# views


@each_operation
@responses.activate
def test_the_raw_form_is_the_same_call_with_the_HTTP_response(  # noqa: N802
    client: FotaClient, operation: OperationFacts
) -> None:
    responses.add(operation.http_method, operation.url, json=operation.answer, headers={"X-Request-ID": "r-1"})
    response = operation.call(client, view="with_raw_response")
    result = operation.call(client)
    assert type(response).__name__ == "ApiResponse"
    assert type(response.body) is type(result)
    assert response.body == result
    assert (response.status_code, response.reason_phrase) == (200, "OK")
    assert response.headers["x-REQUEST-id"] == response.headers["X-Request-ID"] == "r-1"
    with pytest.raises(TypeError):
        response.headers["X-Request-ID"] = "r-2"
    assert json.loads(response.text) == operation.answer
    first, second = (call.request for call in responses.calls)
    assert (first.method, first.url, first.body) == (second.method, second.url, second.body)
    assert "token" not in repr(response)
    assert not hasattr(response, "request")


@each_operation
@responses.activate
def test_the_raw_form_raises_what_the_call_raises(client: FotaClient, operation: OperationFacts) -> None:
    responses.add(operation.http_method, operation.url, json={"errorCode": "C"}, status=400)
    with pytest.raises(operation.refusal):
        operation.call(client, view="with_raw_response")


@each_operation
@responses.activate
def test_a_dry_run_returns_what_would_be_sent_and_sends_nothing(operation: OperationFacts) -> None:
    client = FotaClient(api_token=Source(), session_token=Source())
    prepared = operation.call(client, view="dry_run")
    assert type(prepared) is PreparedCall
    assert (prepared.method, prepared.url) == (operation.http_method, operation.url)
    if operation.body is None:
        assert prepared.body is None
    else:
        assert isinstance(prepared.body, bytes)
        assert json.loads(prepared.body) == operation.body
    assert len(responses.calls) == 0


@each_operation
@responses.activate
def test_a_dry_run_holds_the_very_bytes_of_the_call(client: FotaClient, operation: OperationFacts) -> None:
    responses.add(operation.http_method, operation.url, json=operation.answer)
    prepared = operation.call(client, view="dry_run")
    operation.call(client)
    request = responses.calls[0].request
    assert (request.method, request.url, request.body) == (prepared.method, prepared.url, prepared.body)


@each_operation
def test_a_dry_run_refuses_what_the_call_refuses(client: FotaClient, operation: OperationFacts) -> None:
    with pytest.raises(fota_sdk.ValidationError) as caught:
        operation.call(client, "..", view="dry_run")
    assert caught.value.operation == operation.name


# variables


def from_environment(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], **arguments: Any) -> FotaClient:
    for name, value in {"FOTA_API_TOKEN": "env-api", "FOTA_SESSION_TOKEN": "env-session", **variables}.items():
        monkeypatch.setenv(name, value)
    return FotaClient.from_environment(**arguments)


def tokens_of(client: FotaClient) -> tuple[str, str]:
    """Return the two headers that a call to the production URL sends."""
    with responses.RequestsMock() as mock:
        mock.add("GET", GET.url, json=GET.answer)
        GET.call(client)
        headers = mock.calls[0].request.headers
        return headers["Authorization"], headers["VZ-M2M-Token"]


def test_the_tokens_come_from_the_variables_and_arguments_win(monkeypatch: pytest.MonkeyPatch) -> None:
    assert tokens_of(from_environment(monkeypatch, {})) == ("Bearer env-api", "env-session")
    assert tokens_of(from_environment(monkeypatch, {}, api_token="a")) == ("Bearer a", "env-session")
    assert tokens_of(from_environment(monkeypatch, {}, session_token="s")) == ("Bearer env-api", "s")


STAGING = "https://staging.thingspace.verizon.com/api"
X, Y = "https://x.example", "https://y.example"


@pytest.mark.parametrize(
    ("variables", "arguments", "base_url", "timeout"),
    [
        ({}, {}, PRODUCTION, 60),
        ({"FOTA_ENVIRONMENT": "production"}, {}, PRODUCTION, 60),
        ({"FOTA_ENVIRONMENT": "staging"}, {}, STAGING, 60),
        ({"FOTA_ENVIRONMENT": "staging"}, {"environment": Environment.PRODUCTION}, PRODUCTION, 60),
        ({"FOTA_ENVIRONMENT": "STAGING", "FOTA_BASE_URL": X}, {}, X, 60),
        ({"FOTA_ENVIRONMENT": "x"}, {"environment": Environment.STAGING}, STAGING, 60),
        ({"FOTA_BASE_URL": X}, {"base_url": Y}, Y, 60),
        ({"FOTA_TIMEOUT": "2.5"}, {}, PRODUCTION, 2.5),
        ({"FOTA_TIMEOUT": "2.5"}, {"timeout": None}, PRODUCTION, None),
        ({"FOTA_TIMEOUT": "nonsense"}, {"timeout": 3}, PRODUCTION, 3),
        ({"FOTA_TIMEOUT": "", "FOTA_BASE_URL": "", "FOTA_ENVIRONMENT": ""}, {}, PRODUCTION, 60),
        ({"FOTA_MAX_ATTEMPTS": "", "FOTA_CLIENT_ID": "", "FOTA_PASSWORD": ""}, {}, PRODUCTION, 60),
    ],
)
def test_variables_stand_for_arguments_and_arguments_win(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], arguments: dict[str, Any], base_url: str, timeout: Any
) -> None:
    client = from_environment(monkeypatch, variables, **arguments)
    assert repr(client) == f"FotaClient(base_url={base_url!r}, timeout={timeout!r})"


@responses.activate
def test_FOTA_MAX_ATTEMPTS_is_max_attempts(monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: N802
    monkeypatch.setattr(retry, "sleep", lambda seconds: None)
    responses.add("GET", GET.url, status=503)
    variables = {"FOTA_MAX_ATTEMPTS": "2"}
    with pytest.raises(ServerError) as caught:
        GET.call(from_environment(monkeypatch, variables))
    assert caught.value.attempts == 2
    with pytest.raises(ServerError) as caught:
        GET.call(from_environment(monkeypatch, variables, max_attempts=4))
    assert caught.value.attempts == 4


@responses.activate
def test_credentials_come_from_the_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    responses.add("POST", PRODUCTION + "/ts/v1/oauth2/token", json={"access_token": "fetched", "expires_in": 3600})
    responses.add("POST", PRODUCTION + "/m2m/v1/session/login", json={"sessionToken": "opened"})
    responses.add("GET", GET.url, json=GET.answer)
    pairs = {"FOTA_CLIENT_ID": "id", "FOTA_CLIENT_SECRET": "hush", "FOTA_USERNAME": "user", "FOTA_PASSWORD": "psst"}
    client = from_environment(monkeypatch, {"FOTA_API_TOKEN": "", "FOTA_SESSION_TOKEN": "", **pairs})
    GET.call(client)
    GET.call(client.with_options(timeout=5))
    by_url: dict[str, Any] = {str(call.request.url).removeprefix(PRODUCTION): call.request for call in responses.calls}
    assert by_url["/ts/v1/oauth2/token"].headers["Authorization"] == "Basic aWQ6aHVzaA=="
    assert by_url["/ts/v1/oauth2/token"].body == b"grant_type=client_credentials"
    assert json.loads(by_url["/m2m/v1/session/login"].body) == {"username": "user", "password": "psst"}
    assert by_url[GET.path_of()].headers["Authorization"] == "Bearer fetched"
    assert by_url[GET.path_of()].headers["VZ-M2M-Token"] == "opened"
    assert len(responses.calls) == 4  # each token once


def test_an_argument_sets_the_variables_of_its_header_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    variables = {"FOTA_CLIENT_ID": "id", "FOTA_USERNAME": "user"}
    client = from_environment(monkeypatch, variables, api_token="a", session_token="s")
    assert tokens_of(client) == ("Bearer a", "s")


@pytest.mark.parametrize(
    ("variables", "names"),
    [
        ({"FOTA_CLIENT_ID": "id", "FOTA_CLIENT_SECRET": "hush"}, ["FOTA_API_TOKEN", "FOTA_CLIENT_ID"]),
        ({"FOTA_CLIENT_ID": "id"}, ["FOTA_API_TOKEN", "FOTA_CLIENT_ID"]),
        ({"FOTA_CLIENT_SECRET": "hush"}, ["FOTA_API_TOKEN", "FOTA_CLIENT_SECRET"]),
        ({"FOTA_USERNAME": "user", "FOTA_PASSWORD": "hush"}, ["FOTA_SESSION_TOKEN", "FOTA_USERNAME"]),
        ({"FOTA_API_TOKEN": "", "FOTA_CLIENT_ID": "id"}, ["FOTA_CLIENT_ID", "FOTA_CLIENT_SECRET"]),
        ({"FOTA_API_TOKEN": "", "FOTA_CLIENT_SECRET": "hush"}, ["FOTA_CLIENT_ID", "FOTA_CLIENT_SECRET"]),
        ({"FOTA_API_TOKEN": "", "FOTA_CLIENT_ID": "id", "FOTA_CLIENT_SECRET": ""}, ["FOTA_CLIENT_SECRET"]),
        ({"FOTA_SESSION_TOKEN": "", "FOTA_USERNAME": "user"}, ["FOTA_USERNAME", "FOTA_PASSWORD"]),
        ({"FOTA_SESSION_TOKEN": "", "FOTA_PASSWORD": "hush"}, ["FOTA_USERNAME", "FOTA_PASSWORD"]),
        ({"FOTA_API_TOKEN": ""}, ["FOTA_API_TOKEN"]),
        ({"FOTA_SESSION_TOKEN": ""}, ["FOTA_SESSION_TOKEN"]),
        ({"FOTA_API_TOKEN": "hush hush"}, ["api_token"]),
        ({"FOTA_ENVIRONMENT": "testing"}, ["FOTA_ENVIRONMENT"]),
        ({"FOTA_TIMEOUT": "soon"}, ["FOTA_TIMEOUT"]),
        ({"FOTA_TIMEOUT": "None"}, ["FOTA_TIMEOUT"]),
        ({"FOTA_TIMEOUT": "0"}, ["timeout"]),
        ({"FOTA_TIMEOUT": "-1"}, ["timeout"]),
        ({"FOTA_TIMEOUT": "nan"}, ["timeout"]),
        ({"FOTA_TIMEOUT": "inf"}, ["timeout"]),
        ({"FOTA_MAX_ATTEMPTS": "2.5"}, ["FOTA_MAX_ATTEMPTS must be a whole number"]),
        ({"FOTA_MAX_ATTEMPTS": "many"}, ["FOTA_MAX_ATTEMPTS"]),
        ({"FOTA_MAX_ATTEMPTS": "0"}, ["max_attempts"]),
        ({"FOTA_BASE_URL": "http://x.example"}, ["base_url"]),
    ],
    ids=str,
)
def test_variables_that_cannot_be_used_are_named(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], names: list[str]
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        from_environment(monkeypatch, variables)
    for name in names:
        assert name in str(caught.value)
    assert "hush" not in str(caught.value)
    assert "env-api" not in str(caught.value)


def test_variables_are_read_by_from_environment_only(monkeypatch: pytest.MonkeyPatch) -> None:
    from_environment(monkeypatch, {"FOTA_BASE_URL": "https://x.example", "FOTA_TIMEOUT": "1"})
    assert repr(new_client()) == f"FotaClient(base_url='{PRODUCTION}', timeout=60)"
    with pytest.raises(ConfigurationError, match="api_token"):
        FotaClient()


def test_a_file_dot_env_is_never_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("FOTA_BASE_URL=https://x.example\nFOTA_TIMEOUT=1\n")
    monkeypatch.chdir(tmp_path)
    assert repr(from_environment(monkeypatch, {})) == f"FotaClient(base_url='{PRODUCTION}', timeout=60)"


def test_an_unknown_argument_is_a_TypeError(monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: N802
    with pytest.raises(TypeError, match="tiemout"):
        from_environment(monkeypatch, {}, tiemout=5)


def test_an_argument_of_the_client_has_to_be_named() -> None:
    with pytest.raises(TypeError):
        FotaClient("api-token", "session-token")  # type: ignore[call-arg]


@pytest.mark.parametrize(
    "seconds", [10**6, 1e9, 1e10, 10**18, 1e300, 10**400], ids=["10^6", "1e9", "1e10", "10^18", "1e300", "10^400"]
)
def test_a_very_long_timeout_is_a_timeout_or_refused(seconds: float) -> None:
    operation = operation_named("v3.cancel_campaign")
    with LoopbackServer(answer(operation.answer)) as server:
        try:
            client = new_client(base_url=server.url, timeout=seconds)
        except ConfigurationError:
            return
        with client:
            operation.call(client)


# controllers


def test_a_controller_stays_the_same_and_can_be_replaced_in_tests() -> None:
    client = new_client()
    assert client.campaigns_v3 is client.campaigns_v3
    with mock.patch.object(client, "campaigns_v3") as fake:
        assert client.campaigns_v3 is fake
        assert client.with_options(timeout=1).campaigns_v3 is not fake
    assert client.campaigns_v3.cancel_campaign
    client.campaigns_v2 = fake
    assert client.campaigns_v2 is fake


def test_a_mistyped_attribute_of_a_client_is_an_AttributeError() -> None:  # noqa: N802
    with pytest.raises(AttributeError, match="'FotaClient' object has no attribute 'campaigns_v4'"):
        new_client().campaigns_v4  # noqa: B018 - reading it is the test


def test_a_closed_client_loads_nothing_any_more() -> None:
    client = new_client()
    client.close()
    with pytest.raises(ConfigurationError, match="closed"):
        client.campaigns_v3.get_campaign_information("0000123456-00001", "x")
    assert client._attempts.transport._exchanger is None


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_a_system_may_have_proxies_that_no_variable_names(monkeypatch: pytest.MonkeyPatch, platform: str) -> None:
    monkeypatch.setattr("sys.platform", platform)
    monkeypatch.setattr("requests.utils.get_environ_proxies", lambda *_, **__: {"https": "http://proxy.example:1"})
    proxies = new_client()._attempts.transport._proxies
    assert proxies == {"https": "http://proxy.example:1"}
