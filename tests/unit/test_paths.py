from __future__ import annotations

import json
from collections.abc import Iterator
from enum import Enum, IntEnum
from typing import Any
from urllib.parse import unquote

import pytest
import responses

from fota_sdk import (
    ApiError,
    FotaClient,
    RepeatRefusedError,
    ServerError,
    V3AddOrRemoveDeviceRequest,
    ValidationError,
)
from fota_sdk.core import retry
from tests.conftest import ACCOUNT, CAMPAIGN_ID, IMEIS, case_id
from tests.loopback import LoopbackServer, answer
from tests.unit.operations import BASE_URL, OperationFacts, each_operation


class Protocol(str, Enum):
    HTTP = "HTTP"


class Number(IntEnum):
    ONE = 1


ANSWER_OF_ALL = {"id": "x", "accountName": "x", "success": True}

SEGMENTS = {
    "a/b": "a%2Fb",
    "/": "%2F",
    "../..": "..%2F..",
    "?": "%3F",
    "a?b=c": "a%3Fb%3Dc",
    "#": "%23",
    "%": "%25",
    "%2e%2e": "%252e%252e",
    "%2F": "%252F",
    " ": "%20",
    " a ": "%20a%20",
    "a;b": "a%3Bb",
    "a:b": "a%3Ab",
    "a@b": "a%40b",
    "é": "%C3%A9",
    "漢": "%E6%BC%A2",
    "📦": "%F0%9F%93%A6",
    "a\\..\\b": "a%5C..%5Cb",
    "+": "%2B",
    "&": "%26",
    "=": "%3D",
    "...": "...",
    "a..b": "a..b",
    "~-_": "~-_",
    "{campaign_id}": "%7Bcampaign_id%7D",
    "firmware": "firmware",
    "\u2028": "%E2%80%A8",
    "x" * 256: "x" * 256,
    "漢" * 256: "%E6%BC%A2" * 256,
}
REFUSED = [".", "..", "", None, 5, 1.5, True, b"x", ["..", "x"], ("x",), {"a": 1}, object()]
REFUSED += ["a\x00", "\x01", "a\r\nX: y", "\n", "\t", "\x1f", "a\x7f", "\x85", "\ud800", "a\udfffb", "x" * 257]


@pytest.fixture(scope="module")
def shared_server() -> Iterator[LoopbackServer]:
    with LoopbackServer(answer(ANSWER_OF_ALL)) as server:
        yield server


@pytest.fixture
def server(shared_server: LoopbackServer) -> LoopbackServer:
    shared_server.requests.clear()
    return shared_server


@pytest.fixture
def local(server: LoopbackServer) -> Iterator[FotaClient]:
    with FotaClient(api_token="api-token", session_token="session-token", base_url=server.url) as client:
        yield client


@each_operation
def test_a_value_stays_one_segment_of_the_path(
    local: FotaClient, server: LoopbackServer, operation: OperationFacts
) -> None:
    for value, segment in SEGMENTS.items():
        calls = [((value, CAMPAIGN_ID), (segment, CAMPAIGN_ID)), ((ACCOUNT, value), (ACCOUNT, segment))]
        for values, segments in calls:
            server.requests.clear()
            operation.call(local, *values)
            (request,) = server.requests
            assert request.method == operation.http_method
            assert request.target == "/api" + operation.path_of(*segments)
            assert request.target.count("/") == ("/api" + operation.path).count("/")
            assert segment not in request.target or unquote(segment) == value


@each_operation
@pytest.mark.parametrize("value", REFUSED, ids=lambda value: ascii(value)[:20])
def test_a_value_that_cannot_be_one_segment_is_refused_and_nothing_is_sent(
    local: FotaClient, server: LoopbackServer, operation: OperationFacts, value: Any
) -> None:
    with pytest.raises(ValidationError) as caught:
        operation.call(local, value)
    assert [path for path, _ in caught.value.findings] == [operation.account_argument]
    assert caught.value.operation == operation.name
    assert caught.value.attempts == 0
    if "campaign_id" in operation.arguments:
        with pytest.raises(ValidationError) as caught:
            operation.call(local, ACCOUNT, value)
        assert [path for path, _ in caught.value.findings] == ["campaign_id"]
        with pytest.raises(ValidationError) as caught:
            operation.call(local, value, value)
        assert [path for path, _ in caught.value.findings] == [operation.account_argument, "campaign_id"]
    with pytest.raises(ValidationError):
        operation.call(local, value, view="dry_run")
    assert server.requests == []


# client.request


def target_of(server: LoopbackServer) -> str:
    (request,) = server.requests
    server.requests.clear()
    return request.target


@pytest.mark.parametrize(("value", "segment"), SEGMENTS.items(), ids=lambda value: ascii(value)[:20])
def test_a_value_of_a_request_stays_one_segment(
    local: FotaClient, server: LoopbackServer, value: str, segment: str
) -> None:
    local.request("GET", "/fota/v3/reports/{acc}/campaigns/{id}/devices", values={"acc": value, "id": "x"})
    assert target_of(server) == f"/api/fota/v3/reports/{segment}/campaigns/x/devices"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "is required"),
        (5, "must be a str, got int"),
        ("", "must not be empty"),
        ("..", "must not be '..', which would change the route"),
        ("x" * 257, "must have at most 256 characters, got 257"),
    ],
    ids=case_id,
)
def test_it_is_said_why_a_value_cannot_be_a_segment(local: FotaClient, value: Any, words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        local.campaigns_v3.get_campaign_information(value, CAMPAIGN_ID)
    assert caught.value.findings == (("acc", words),)


@pytest.mark.parametrize("value", REFUSED, ids=lambda value: ascii(value)[:20])
def test_a_value_that_cannot_be_one_segment_is_refused_in_a_request_too(
    local: FotaClient, server: LoopbackServer, value: Any
) -> None:
    with pytest.raises(ValidationError) as caught:
        local.request("GET", "/fota/v3/{acc}", values={"acc": value})
    assert [path for path, _ in caught.value.findings] == ["acc"]
    assert server.requests == []


NO_TEMPLATES = ["", "/", "fota/v3/x", "//elsewhere.example/x", "https://elsewhere.example/x", "/a/../b", "/.."]
NO_TEMPLATES += ["/a/./b", "/a//b", "/a/", "/a?x=1", "/a#b", "/a b", "/a\r\nX: y", "/a/{acc", "/a/acc}", "/a/{}"]
NO_TEMPLATES += ["/a/{acc}x", "/é", "/a/{a-b}", "/a\n", "/a\\b", "/%2e%2e/x", "/a;b"]


@pytest.mark.parametrize("path", [*NO_TEMPLATES, None, 5, b"/a", ["/a"]], ids=ascii)
def test_a_path_that_is_no_template_is_refused(local: FotaClient, server: LoopbackServer, path: Any) -> None:
    with pytest.raises(ValidationError) as caught:
        local.request("GET", path, values={"acc": "x"})
    assert "path" in [place for place, _ in caught.value.findings]
    assert server.requests == []


@pytest.mark.parametrize(
    "method",
    ["get", "HEAD", "TRACE", "CONNECT", "", " GET", "GET\r\n", "GET /x HTTP/1.1\r\n\r\nPOST", None, 5, ["GET"]],
)
def test_a_method_that_the_service_does_not_know_is_refused(
    local: FotaClient, server: LoopbackServer, method: Any
) -> None:
    with pytest.raises(ValidationError) as caught:
        local.request(method, "/x")
    assert [place for place, _ in caught.value.findings] == ["method"]
    assert server.requests == []


@pytest.mark.parametrize(
    ("values", "place"), [({}, "acc"), (None, "acc"), ({"acc": "x", "account": "x"}, "account"), ({"Acc": "x"}, "acc")]
)
def test_missing_and_unknown_values_are_refused(
    local: FotaClient, server: LoopbackServer, values: Any, place: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        local.request("GET", "/fota/v3/{acc}", values=values)
    assert place in [path for path, _ in caught.value.findings]
    assert server.requests == []


@pytest.mark.parametrize(
    ("query", "target"),
    [
        (None, ""),
        ({}, ""),
        ({"a": None}, ""),
        ({"campaignStatus": "CampaignScheduled"}, "?campaignStatus=CampaignScheduled"),
        ({"a": 5, "b": None, "c": "x"}, "?a=5&c=x"),
        ({"a": 0, "b": ""}, "?a=0&b="),
        ({"a": "b c&d=e?#/+%é漢"}, "?a=b%20c%26d%3De%3F%23%2F%2B%25%C3%A9%E6%BC%A2"),
        ({"a&b": "c"}, "?a%26b=c"),
        ({"a": Protocol.HTTP, "b": Number.ONE}, "?a=HTTP&b=1"),
    ],
)
def test_a_query_is_encoded(local: FotaClient, server: LoopbackServer, query: Any, target: str) -> None:
    local.request("GET", "/fota/v3/x", query=query)
    assert target_of(server) == "/api/fota/v3/x" + target


@pytest.mark.parametrize("value", [True, False, 1.5, b"x", ["a"], {"a": "b"}, "a\r\nb", "\x00", "\ud800"], ids=ascii)
def test_a_query_of_another_type_is_refused(local: FotaClient, server: LoopbackServer, value: Any) -> None:
    with pytest.raises(ValidationError) as caught:
        local.request("GET", "/fota/v3/x", query={"flag": value, "good": "x"})
    (place,) = [place for place, _ in caught.value.findings]
    assert "flag" in place
    assert server.requests == []


@pytest.mark.parametrize("body", [{}, [], 0, False, "", "é", {"a": [1, None, {"b": 1.5}]}, [1, 2]], ids=ascii)
def test_a_body_is_sent_as_JSON(local: FotaClient, server: LoopbackServer, body: Any) -> None:  # noqa: N802
    local.request("POST", "/fota/v3/x", body=body)
    (request,) = server.requests
    assert json.loads(request.body) == body
    assert request.header("Content-Type") == "application/json"
    assert request.header("Content-Length") == str(len(request.body))


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_None_is_no_body(local: FotaClient, server: LoopbackServer, method: str) -> None:  # noqa: N802
    local.request(method, "/fota/v3/x")
    (request,) = server.requests
    assert request.method == method
    assert request.body == b""
    assert request.header("Content-Type") is None


def test_a_model_is_sent_in_wire_names(local: FotaClient, server: LoopbackServer) -> None:
    local.request("POST", "/fota/v3/x", body=V3AddOrRemoveDeviceRequest(mtype="append", device_list=IMEIS))
    assert json.loads(server.requests[0].body) == {"Type": "append", "deviceList": IMEIS}


NO_BODIES = [b"x", {"a": object()}, {"a": float("nan")}, [float("inf")], {1: "x"}, {"a": {1, 2}}, object()]
NO_BODIES += [(x for x in "ab"), V3AddOrRemoveDeviceRequest(mtype="append")]
NO_BODIES += [V3AddOrRemoveDeviceRequest(mtype="append", device_list="990")]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "body", [*NO_BODIES, V3AddOrRemoveDeviceRequest(mtype="append")], ids=lambda body: case_id(body)[:30]
)
def test_a_body_that_is_no_JSON_is_refused(  # noqa: N802
    local: FotaClient, server: LoopbackServer, body: Any
) -> None:
    with pytest.raises(ValidationError):
        local.request("POST", "/fota/v3/x", body=body)
    assert server.requests == []


@pytest.mark.parametrize("data", [[], [1, {"a": None}], {}, {"hasMoreData": False}, 7, "ok", None, True, 1.5])
@responses.activate
def test_any_JSON_comes_back_as_the_body(client: FotaClient, data: Any) -> None:  # noqa: N802
    responses.add("GET", BASE_URL + "/fota/v3/x", body=json.dumps(data), headers={"X-Request-ID": "r-1"})
    response = client.request("GET", "/fota/v3/x")
    assert response.body == data
    assert type(response.body) is type(data)
    assert response.status_code == 200
    assert response.headers["x-request-id"] == "r-1"
    assert json.loads(response.text) == data


@responses.activate
def test_a_request_carries_both_tokens(client: FotaClient) -> None:
    responses.add("GET", BASE_URL + "/fota/v3/x", json=[])
    client.request("GET", "/fota/v3/x")
    headers = responses.calls[0].request.headers
    assert headers["Authorization"] == "Bearer api-token"
    assert headers["VZ-M2M-Token"] == "session-token"


@pytest.mark.parametrize("path", ["/fota/v2/x", "/fota/v3/x", "/fota/v2/campaigns/x"])
@responses.activate
def test_a_400_of_a_request_is_a_plain_ApiError(client: FotaClient, path: str) -> None:  # noqa: N802
    responses.add("GET", BASE_URL + path, json={"errorCode": "C", "errorMessage": "M"}, status=400)
    with pytest.raises(ApiError) as caught:
        client.request("GET", path)
    assert type(caught.value) is ApiError
    assert (caught.value.error_code, caught.value.error_message) == ("C", "M")


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH"])
@responses.activate
def test_of_requests_only_GET_is_repeated(  # noqa: N802
    client: FotaClient, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(retry, "sleep", pauses.append)
    responses.add(method, BASE_URL + "/fota/v3/x", status=503)
    with pytest.raises(ServerError) as caught:
        client.request(method, "/fota/v3/x")
    assert caught.value.attempts == len(responses.calls) == (3 if method == "GET" else 1)
    assert len(pauses) == caught.value.attempts - 1
    assert caught.value.outcome_unknown is (method != "GET")


@responses.activate
def test_a_request_whose_outcome_is_unknown_is_not_held_back(client: FotaClient) -> None:
    responses.add("POST", BASE_URL + "/fota/v3/x", status=500)
    for _ in range(2):
        with pytest.raises(ServerError) as caught:
            client.request("POST", "/fota/v3/x", body={})
        assert not isinstance(caught.value, RepeatRefusedError)
    assert len(responses.calls) == 2
