from __future__ import annotations

import copy
import io
import multiprocessing
import pickle
import re
import socket
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import Any

import pytest
import responses

import fota_sdk
from fota_sdk import (
    ApiError,
    ApiResponse,
    AuthenticationError,
    Campaign,
    ConfigurationError,
    ConflictError,
    ConnectError,
    DecodeError,
    FotaClient,
    FotaError,
    FotaV2ResultException,
    FotaV3ResultException,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    RedirectError,
    RepeatRefusedError,
    RequestTimeoutError,
    ServerError,
    TransportError,
    ValidationError,
    WaitError,
)
from tests.conftest import ACCOUNT, case_id
from tests.loopback import Connection, LoopbackServer, Request, answer
from tests.unit.operations import BASE_URL, OperationFacts, each_operation, operation_named

GET = operation_named("v3.get_campaign_information")

PARENTS: dict[type[BaseException], tuple[type[BaseException], ...]] = {
    FotaError: (Exception,),
    ConfigurationError: (FotaError, ValueError),
    ValidationError: (FotaError, ValueError),
    RepeatRefusedError: (FotaError,),
    TransportError: (FotaError,),
    ConnectError: (TransportError,),
    RequestTimeoutError: (TransportError, TimeoutError),
    DecodeError: (FotaError,),
    WaitError: (FotaError,),
    ApiError: (FotaError,),
    FotaV2ResultException: (ApiError,),
    FotaV3ResultException: (ApiError,),
    AuthenticationError: (ApiError,),
    PermissionDeniedError: (ApiError,),
    NotFoundError: (ApiError,),
    ConflictError: (ApiError,),
    RateLimitError: (ApiError,),
    RedirectError: (ApiError,),
    ServerError: (ApiError,),
}
API_ERRORS = [kind for kind in PARENTS if issubclass(kind, ApiError)]
API_ATTRIBUTES = ["status_code", "reason", "error_code", "error_message"]
API_ATTRIBUTES += ["headers", "response", "request_id", "retry_after"]

each_error = pytest.mark.parametrize("kind", PARENTS, ids=lambda kind: kind.__name__)


@each_error
def test_an_error_stands_in_its_place_of_the_tree(kind: type[FotaError]) -> None:
    assert kind.__bases__ == PARENTS[kind]
    assert getattr(fota_sdk, kind.__name__) is kind


def test_there_is_no_other_error() -> None:
    errors = {name for name in fota_sdk.__all__ if isinstance(getattr(fota_sdk, name), type)}
    errors = {name for name in errors if issubclass(getattr(fota_sdk, name), BaseException)}
    assert errors == {kind.__name__ for kind in PARENTS}


@each_error
def test_an_error_can_be_made_of_a_message_alone(kind: type[Any]) -> None:
    error = kind("what happened")
    assert "what happened" in str(error)
    assert "what happened" in repr(error)
    assert kind.__name__ in repr(error)
    assert (error.operation, error.attempts) == (None, 0)
    assert error.outcome_unknown is (kind is RepeatRefusedError)


@pytest.mark.parametrize("kind", API_ERRORS, ids=lambda kind: kind.__name__)
def test_attributes_of_a_response_always_exist(kind: type[Any]) -> None:
    error = kind("what happened")
    assert [getattr(error, name) for name in API_ATTRIBUTES] == [None] * 8
    if kind is RedirectError:
        assert error.location is None


def test_attributes_of_the_other_errors_always_exist() -> None:
    assert (DecodeError("m").response, DecodeError("m").data) == (None, None)
    assert (WaitError("m").timed_out, WaitError("m").campaign) == (False, None)
    assert RepeatRefusedError("m").first is None
    assert ValidationError().findings == ()


def some_response(status: int = 400, **headers: str) -> ApiResponse[Any]:
    """Return a response as an error holds it, which only a call makes."""
    body = {"errorCode": "C", "errorMessage": "M", "more": [1, {"a": None}]}
    with responses.RequestsMock() as mock, new_client() as client:
        mock.add("GET", "https://thingspace.verizon.com/api/x", json=body, status=status, headers=headers)
        with pytest.raises(ApiError) as caught:
            client.request("GET", "/x")
    assert caught.value.response is not None
    return caught.value.response


def new_client(**options: Any) -> FotaClient:
    return FotaClient(**{"api_token": "api-token", "session_token": "session-token", **options})


def filled_errors() -> list[FotaError]:
    """Return one error of each class with all that it can hold."""
    common: dict[str, Any] = {"operation": "v3.cancel_campaign", "attempts": 2}
    api: dict[str, Any] = {
        "response": some_response(409, **{"X-Request-ID": "r-1", "Location": "https://x.example/"}),
        "error_code": "C",
        "error_message": "M",
        "retry_after": 1.5,
        "outcome_unknown": True,
    }
    first = ServerError("first", **common, **api)
    errors: list[FotaError] = [
        *[kind("message", **common, **api) for kind in API_ERRORS],
        *[kind("message", **common, outcome_unknown=True) for kind in (FotaError, ConfigurationError, TransportError)],
        *[kind("message", **common, outcome_unknown=True) for kind in (ConnectError, RequestTimeoutError)],
        ValidationError([("deviceList[0]", "must be a str"), ("", "wrong")], operation="v2.cancel_campaign"),
        RepeatRefusedError("message", first=first, **common),
        DecodeError("message", response=some_response(), data={"id": [5]}, outcome_unknown=True, **common),
        WaitError("message", timed_out=True, campaign=Campaign(id="x", status="CampaignFailed"), **common),
    ]
    assert {type(error) for error in errors} == set(PARENTS)
    return [*errors, refused_session()]


def refused_session() -> AuthenticationError:
    """Return an error that is caught as several kinds, which only a call makes."""
    with responses.RequestsMock() as mock, new_client() as client:
        body = {"errorCode": "X.SessionToken.Expired"}
        mock.add("GET", f"{BASE_URL}{GET.path_of()}", json=body, status=400)
        with pytest.raises(AuthenticationError) as caught:
            GET.call(client)
    assert type(caught.value).__bases__ == (AuthenticationError, FotaV3ResultException)
    return caught.value


def facts(value: Any) -> Any:
    """Return all that an error holds, in a form that can be compared."""
    if isinstance(value, BaseException):
        return type(value), value.args, str(value), repr(value), {name: facts(v) for name, v in vars(value).items()}
    if isinstance(value, ApiResponse):
        return value.status_code, value.reason_phrase, dict(value.headers), value.text, value.body
    return dict(value) if type(value).__name__ == "Headers" else value


def _pickled(protocol: int, error: Any) -> Any:
    return pickle.loads(pickle.dumps(error, protocol))


COPIES: dict[str, Callable[[Any], Any]] = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    **{f"pickle {protocol}": partial(_pickled, protocol) for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1)},
}


@pytest.mark.parametrize("duplicate", COPIES.values(), ids=COPIES.keys())
def test_every_error_survives_copy_and_pickle_with_all_it_holds(duplicate: Callable[[Any], Any]) -> None:
    for error in filled_errors():
        other = duplicate(error)
        assert other is not error
        assert facts(other) == facts(error)
    redirect = next(error for error in filled_errors() if isinstance(error, RedirectError))
    assert duplicate(redirect).location == "https://x.example/"


def raise_in_process(error: FotaError) -> None:
    raise error


def test_every_error_comes_back_from_another_process() -> None:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        for error in filled_errors():
            with pytest.raises(type(error)) as caught:
                pool.submit(raise_in_process, error).result(30)
            assert facts(caught.value) == facts(error)


TEXTS = {
    "huge": "x" * 10_000_000,
    "surrogates": "\ud800" * 2000,
    "controls": "\x00\x1b\r\n" * 2000,
    "wide": "漢" * 5000,
    "empty": "",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
@each_error
def test_an_error_prints_shortly_whatever_its_text(kind: type[Any], text: str) -> None:
    error = kind([(text, text)] * 20) if kind is ValidationError else kind(text, operation="v3.cancel_campaign")
    stream = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    print(error, repr(error), f"{error}", file=stream)
    stream.flush()
    assert len(str(error)) < 1000
    assert len(repr(error)) < 1000


@each_error
def test_an_error_is_one_line_of_printable_characters_and_shows_the_others_as_escapes(kind: type[Any]) -> None:
    text = "".join(map(chr, range(0x100))) + "\u061c\u200e\u200f\u2028\u2029\u202a\u202e\u2066\u2069\ud800\udfff 漢🚀"
    error = kind([(text[:50], text[50:])] if kind is ValidationError else text)
    for shown in (str(error), repr(error)):
        assert len(shown.splitlines()) == 1
        assert not re.search("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]", shown)
    assert r"\x00\x01" in str(error)
    assert r"\u2028\u2029\u202a" in str(error)
    assert str(error).endswith(r"\ud800\udfff 漢🚀")
    assert pickle.loads(pickle.dumps(error)).args == error.args


def test_findings_keep_the_paths_as_they_are() -> None:
    error = ValidationError([("a\nERROR b\x1b[2J", "no\u2028")])
    assert error.findings == (("a\nERROR b\x1b[2J", "no\u2028"),)
    assert str(error) == r"a\nERROR b\x1b[2J: no\u2028"


def test_ten_findings_of_control_characters_are_all_shown_and_the_rest_counted() -> None:
    error = ValidationError([("\x1b" * 1000, "\n" * 1000)] * 12)
    assert str(error).count("...") == 10
    assert str(error).endswith("; and 2 more")


@pytest.mark.parametrize("args", [(), (None,), (5,), (b"x",), ("a", "b"), (object(),)], ids=case_id)
def test_an_error_prints_whatever_its_arguments(args: tuple[Any, ...]) -> None:
    error = FotaError("x")
    error.args = args
    assert len(str(error)) < 1000
    assert repr(error).startswith("FotaError(")


def test_a_validation_error_shows_ten_findings_and_holds_all() -> None:
    findings = [(f"deviceList[{index}]", "must be a str, got int") for index in range(12)]
    error = ValidationError(findings)
    assert error.findings == tuple(findings)
    assert "deviceList[9]" in str(error)
    assert "deviceList[10]" not in str(error)
    assert "2 more" in str(error)


# what a client raises

SENT = "The service may have carried this out"


@each_operation
@pytest.mark.parametrize(
    ("status", "outcome", "advice"),
    [
        (400, "It was not carried out", "Correct the request"),
        (401, "It was not carried out", "Check api_token"),
        (403, "It was not carried out", "Check that the account"),
        (404, "It was not carried out", "Check base_url, path, account and campaign id"),
        (409, "It was not carried out", "Read the campaign"),
        (429, "It was not carried out", "Call again later"),
        (301, "", "Check base_url"),
        (500, SENT, "Look before you retry it"),
        (501, SENT, "Look before you retry it"),
        (200, SENT, "Look before you retry it"),
    ],
)
@responses.activate
def test_a_message_names_the_operation_the_response_the_outcome_and_what_to_do(
    client: FotaClient, operation: OperationFacts, status: int, outcome: str, advice: str
) -> None:
    responses.add(operation.http_method, operation.url, body="<html>", status=status)
    with pytest.raises(FotaError) as caught:
        operation.call(client.with_options(max_attempts=1))
    message = str(caught.value)
    assert message.startswith(f"{operation.name}: ")
    assert str(status) in message
    if operation.writes:
        assert outcome in message
        assert advice in message
    else:
        assert SENT not in message


@pytest.mark.parametrize(
    ("name", "look"),
    [
        ("v2.schedule_campaign_firmware_upgrade", 'find_campaigns(client, account, api="v2", name=...)'),
        ("v3.schedule_campaign_firmware_upgrade", 'find_campaigns(client, account, api="v3", name=...)'),
        ("v2.cancel_campaign", "campaigns_v2.get_campaign_information"),
        ("v3.update_campaign_dates", "campaigns_v3.get_campaign_information"),
        ("v2.update_campaign_firmware_devices", "client.software_management_reports_v2.get_campaign_device_status"),
        ("v3.update_campaign_firmware_devices", "client.software_management_reports_v3.get_campaign_device_status"),
    ],
)
@responses.activate
def test_an_unknown_outcome_says_where_to_look(client: FotaClient, name: str, look: str) -> None:
    operation = operation_named(name)
    responses.add(operation.http_method, operation.url, status=501)
    with pytest.raises(ServerError) as caught:
        operation.call(client)
    assert look in str(caught.value)


@pytest.mark.parametrize("name", ["v2.schedule_campaign_firmware_upgrade", "v3.schedule_campaign_firmware_upgrade"])
@responses.activate
def test_a_schedule_in_doubt_is_to_be_looked_for_in_every_status_and_not_found_is_no_proof(
    client: FotaClient, name: str
) -> None:
    operation = operation_named(name)
    responses.add(operation.http_method, operation.url, status=501, body="x" * 10_000)
    with pytest.raises(ServerError) as lost:
        operation.call(client)
    with pytest.raises(RepeatRefusedError) as refused:
        operation.call(client)
    for error in (lost.value, refused.value):
        assert "looks in every status, at all pages" in str(error)
        assert "Not finding it is no proof" in str(error)
        assert "CampaignRequestPending" not in str(error)
        assert not str(error).endswith("...")
    assert "Once somebody has made sure that it was not carried out, client.with_options(insist=True)" in str(
        refused.value
    )


@responses.activate
def test_a_refused_repeat_says_how_to_insist_and_holds_the_first_error(client: FotaClient) -> None:
    operation = operation_named("v3.schedule_campaign_firmware_upgrade")
    responses.add(operation.http_method, operation.url, status=500, body="x" * 100_000)
    with pytest.raises(ServerError) as first:
        operation.call(client)
    with pytest.raises(RepeatRefusedError, match=r"with_options\(insist=True\)") as caught:
        operation.call(client)
    assert type(caught.value.first) is ServerError
    assert str(caught.value.first) == str(first.value)
    assert caught.value.first.response is not None
    assert len(caught.value.first.response.text) < 10_000
    assert (caught.value.operation, caught.value.attempts) == (operation.name, 0)
    assert caught.value.outcome_unknown is True
    assert len(responses.calls) == 1


# secrets

SECRETS = ("api-token", "session-token")


def everything_in(value: Any, seen: set[int]) -> list[str]:
    """Return the texts of an object and of all that it leads to, causes and their requests included."""
    if id(value) in seen or isinstance(value, type):
        return []
    seen.add(id(value))
    texts = [repr(value), str(value)]
    inner: list[Any] = []
    if isinstance(value, dict):
        inner += [*value.keys(), *value.values()]
    elif isinstance(value, (list, tuple, set)):
        inner += value
    if isinstance(value, BaseException):
        inner += [value.__cause__, value.__context__, getattr(value, "request", None), *value.args]
        inner += [getattr(value, name, None) for name in ("response", "reason", "conn", "doc", "object")]
    inner += list(getattr(value, "__dict__", {}).values())
    inner += [getattr(value, slot, None) for slot in getattr(type(value), "__slots__", ())]
    return texts + [text for part in inner if part is not None for text in everything_in(part, seen)]


def hang(request: Request, connection: Connection) -> None:
    connection.wait(5)


def reset(request: Request, connection: Connection) -> None:
    connection.reset()


def cut(request: Request, connection: Connection) -> None:
    connection.send(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"id": "x"')
    connection.close()


def not_http(request: Request, connection: Connection) -> None:
    connection.send(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")
    connection.close()


ENDS: dict[str, tuple[Callable[[Request, Connection], None], type[FotaError]]] = {
    "400": (answer({"errorCode": "C", "errorMessage": "M"}, 400), FotaV3ResultException),
    "401": (answer({"fault": {"code": 900901}}, 401), AuthenticationError),
    "302": (answer(None, 302, {"Location": "http://127.0.0.1:1/"}), RedirectError),
    "500": (answer("no", 500), ServerError),
    "200 of another shape": (answer([1]), DecodeError),
    "200 of no JSON": (answer(content=b"<html>"), DecodeError),
    "200 of bad gzip": (answer(content=b"no gzip", headers={"Content-Encoding": "gzip"}), FotaError),
    "hang": (hang, RequestTimeoutError),
    "reset": (reset, TransportError),
    "cut": (cut, TransportError),
    "no HTTP": (not_http, TransportError),
}


@pytest.mark.parametrize(("script", "kind"), ENDS.values(), ids=ENDS.keys())
@pytest.mark.parametrize("name", ["v3.schedule_campaign_firmware_upgrade", "v3.get_campaign_information"])
def test_no_token_is_in_an_error_that_a_call_raises(
    name: str, script: Callable[[Request, Connection], None], kind: type[FotaError]
) -> None:
    operation = operation_named(name)
    with LoopbackServer(script) as server, new_client(base_url=server.url, max_attempts=1) as client:
        with pytest.raises(kind) as caught:
            operation.call(client.with_options(timeout=0.3))
        assert_without_secrets(caught.value)
        assert [request.header("VZ-M2M-Token") for request in server.requests] == ["session-token"]


def test_no_token_is_in_an_error_of_a_call_that_reaches_nobody() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    client = new_client(base_url=f"http://127.0.0.1:{port}", max_attempts=1)
    with client, pytest.raises(ConnectError) as caught:
        client.campaigns_v3.get_campaign_information(ACCOUNT, "x")
    assert caught.value.outcome_unknown is False
    assert_without_secrets(caught.value)


def assert_without_secrets(error: FotaError) -> None:
    texts = everything_in(error, set())
    assert len(texts) > 5
    pickled = pickle.dumps(error)
    for secret in SECRETS:
        assert not [text for text in texts if secret in text]
        assert secret.encode() not in pickled
    cause: Any = error.__cause__
    while cause is not None:
        assert getattr(cause, "request", None) is None
        cause = cause.__cause__


@responses.activate
def test_no_token_is_in_an_error_that_refuses_a_repeat(client: FotaClient) -> None:
    operation = operation_named("v2.schedule_campaign_firmware_upgrade")
    responses.add(operation.http_method, operation.url, status=500)
    with pytest.raises(ServerError):
        operation.call(client)
    with pytest.raises(RepeatRefusedError) as caught:
        operation.call(client)
    assert_without_secrets(caught.value)


def test_no_token_is_in_an_error_before_a_call(client: FotaClient) -> None:
    operation = operation_named("v2.cancel_campaign")
    with pytest.raises(ValidationError) as invalid:
        operation.call(client, "..")
    client.close()
    with pytest.raises(ConfigurationError) as closed:
        operation.call(client)
    assert_without_secrets(invalid.value)
    assert_without_secrets(closed.value)
