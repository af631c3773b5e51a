"""Whatever is sent, the response is a 4xx in the shape of the service's errors."""

from __future__ import annotations

import http.client
import json
import socket
from typing import Any
from urllib.parse import urlsplit

import pytest

from fota_sdk.sandbox import Sandbox
from tests.conftest import ACCOUNT, CAMPAIGN_ID
from tests.sandbox.wire import BODIES, Wire, ask, day, refused, tokens_of
from tests.unit.operations import OperationFacts, each_operation


def body_of(operation: OperationFacts) -> dict[str, Any]:
    """Return the body of an operation with days that are not past."""
    days = {"startDate": day(1), "endDate": day(2)}
    body = operation.body or {}
    return {key: days.get(key, value) for key, value in body.items()}


def path_of(operation: OperationFacts, sandbox: Sandbox) -> str:
    """Return the path of an operation on a new campaign."""
    return operation.path_of(campaign_id=Wire(sandbox, operation.name[:2]).scheduled())


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/fota/v1/campaigns/x",
        "/fota/v2/campaigns",
        "/fota/v2/campaigns/",
        "/fota/v2/campaigns/a/b/c",
        "/fota/v3/campaigns/firmware/a/b/dates/x",
        "/fota/v2/campaigns/a/b/../dates",
        "//fota/v2/campaigns/a",
        "/fota/v2/campaigns//a",
    ],
)
def test_an_unknown_route_is_refused_as_the_gateway_does(kept: Sandbox, path: str) -> None:
    status, answer = ask(kept, "GET", path)
    assert status == 400
    assert set(answer["fault"]) == {"code", "message", "description"}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/fota/v2/campaigns/a"),
        ("PATCH", "/fota/v2/campaigns/a/b"),
        ("POST", "/fota/v2/campaigns/a/b/dates"),
        ("DELETE", "/fota/v3/campaigns/firmware/a/b/dates"),
        ("POST", "/fota/v3/campaigns/firmware/a/b/dates"),
        ("POST", "/fota/v3/campaigns/a/b"),
        ("PATCH", "/fota/v3/campaigns/a/b"),
    ],
)
def test_a_wrong_method_is_a_405(kept: Sandbox, method: str, path: str) -> None:
    status, answer = ask(kept, method, path)
    assert status == 405
    assert set(answer["fault"]) == {"code", "message", "description"}


BAD_CONTENT = [b"", b"{", b"id: x", b"\xff\xfe", b"[" * 100_000, b"null", b"[]", b'"x"', b"7", b"[{}]", b"{}"]


@each_operation
@pytest.mark.parametrize("content", BAD_CONTENT, ids=lambda content: content[:8])
def test_a_body_that_is_no_object_is_a_400(kept: Sandbox, operation: OperationFacts, content: bytes) -> None:
    if operation.body is not None:
        path = path_of(operation, kept)
        refused(ask(kept, operation.http_method, path, content))


BAD_DAYS = ["2020-8-1", "20200821", "sat", "", 5, True, [], {}, "2020-02-30", "٢٠٢٠-٠٨-٢١", "2020-08-21T00:00:00"]
BAD_WINDOWS = [5, "x", {}, [5], [None], [{}], [{"startTime": 5}], [{"startTime": "1", "endTime": "2"}]]
BAD_WINDOWS += [[{"startTime": a, "endTime": b}] for a, b in ((5, 5), (6, 5), (-1, 5), (0, 25), (1.0, 2), (True, 2))]
BAD_DEVICES: list[Any] = [
    None,
    [],
    "990013907884253",
    5,
    {},
    [5],
    [None],
    ["x"],
    ["99001390788425"],
    ["9900139078842530"],
]
BAD_DEVICES += [["٩٩٠٠١٣٩٠٧٨٨٤٢٥٣"], [["990013907884253"]]]
BAD_TEXTS: list[Any] = [None, "", 5, True, [], {}]
BAD_VALUES: dict[str, list[Any]] = {
    "startDate": [None, *BAD_DAYS],
    "endDate": [None, *BAD_DAYS, "1999-01-01"],
    "downloadAfterDate": BAD_DAYS,
    "installAfterDate": BAD_DAYS,
    "campaignTimeWindowList": BAD_WINDOWS,
    "downloadTimeWindowList": BAD_WINDOWS,
    "installTimeWindowList": BAD_WINDOWS,
    "deviceList": BAD_DEVICES,
    "campaignName": [5, True, [], {}],
    "Type": [*BAD_TEXTS, "add", "APPEND"],
}


@each_operation
def test_a_bad_or_missing_value_is_a_400_and_never_a_500(kept: Sandbox, operation: OperationFacts) -> None:
    if operation.body is None:
        return
    path = path_of(operation, kept)
    body = body_of(operation)
    for key in body:
        for value in BAD_VALUES.get(key, BAD_TEXTS):
            assert refused(ask(kept, operation.http_method, path, {**body, key: value})), (key, value)
        without = {name: value for name, value in body.items() if name != key}
        status, _ = ask(kept, operation.http_method, path, without)
        optional = "WindowList" in key or "AfterDate" in key or key == "campaignName"
        assert status == (200 if optional else 400), key


@each_operation
@pytest.mark.parametrize(
    "account",
    ["x", "0000123456", "0000123456-0001", "0000123456-00001x", "a%2Fb", "%00", "%ff", "%D9%A0" * 10 + "-00001"],
)
def test_a_bad_account_is_a_400(kept: Sandbox, operation: OperationFacts, account: str) -> None:
    assert "account" in refused(ask(kept, operation.http_method, operation.path_of(account), body_of(operation)))


@each_operation
@pytest.mark.parametrize("campaign_id", ["x", "5", "60b5d639-ccdc-4db8-8824", "a%2Fb", "%00", "%ff", CAMPAIGN_ID])
def test_a_bad_or_unknown_campaign_is_a_400(kept: Sandbox, operation: OperationFacts, campaign_id: str) -> None:
    if "campaign_id" in operation.arguments:
        refused(ask(kept, operation.http_method, operation.path_of(campaign_id=campaign_id), body_of(operation)))


@pytest.mark.parametrize("version", ["v2", "v3"])
@pytest.mark.parametrize("device", ["abc", "99001390788425", "9900139078842530", "%00", "%D9%A3" * 15])
def test_a_history_of_what_is_no_device_is_a_400(kept: Sandbox, version: str, device: str) -> None:
    reports = f"/fota/{version}/reports/{ACCOUNT}/devices"
    assert "15 digits" in refused(ask(kept, "GET", f"{reports}/{device}"))
    assert ask(kept, "GET", f"{reports}/{'0' * 15}") == (200, [])


def test_a_campaign_is_known_to_its_account_and_version_alone(kept: Sandbox) -> None:
    campaign_id = Wire(kept, "v3").scheduled()
    assert ask(kept, "GET", f"/fota/v3/campaigns/{ACCOUNT}/{campaign_id}")[0] == 200
    assert "exist" in refused(ask(kept, "GET", f"/fota/v3/campaigns/0000123456-00002/{campaign_id}"))
    assert "exist" in refused(ask(kept, "GET", f"/fota/v2/campaigns/{ACCOUNT}/{campaign_id}"))


def test_an_encoded_slash_stays_in_its_segment(kept: Sandbox) -> None:
    status, answer = ask(kept, "GET", f"/fota/v3/campaigns/firmware%2F{ACCOUNT}/{CAMPAIGN_ID}")
    assert (status, answer["errorMessage"]) == (400, "Invalid account name format.")
    assert ask(kept, "GET", f"/fota/v3/campaigns/{ACCOUNT}%2F{CAMPAIGN_ID}")[0] == 400


@pytest.mark.parametrize("head", [{}, {"Transfer-Encoding": "chunked"}], ids=["length", "chunked"])
def test_a_huge_body_is_a_413(kept: Sandbox, head: dict[str, str]) -> None:
    status, answer = ask(
        kept,
        "POST",
        f"/fota/v3/campaigns/firmware/{ACCOUNT}",
        b"1100001\r\n" + b" " * (17 * 1024 * 1024 + 1) + b"\r\n0\r\n\r\n" if head else b" " * (17 * 1024 * 1024),
        {**tokens_of(kept), **head},
    )
    assert (status, answer["errorCode"]) == (413, "INVALID_PARAMETER")
    assert kept.requests[-1].body is None


def test_a_large_body_is_none_too_many(kept: Sandbox) -> None:
    body = {**BODIES["v3"], "startDate": day(1), "endDate": day(1), "more": "x" * (15 * 1024 * 1024)}
    assert ask(kept, "POST", f"/fota/v3/campaigns/firmware/{ACCOUNT}", body)[0] == 200


def test_keys_that_nobody_knows_are_ignored(kept: Sandbox) -> None:
    for version in BODIES:
        status, answer = Wire(kept, version).schedule(unknown=[{"a": None}])
        assert status == 200
        assert "unknown" not in answer


@pytest.mark.parametrize(
    "content",
    [
        b"GET\r\n\r\n",
        b"GET http://[::1/ HTTP/1.1\r\n\r\n",
        b"GET /api HTTP/1.1\r\nno header\r\n\r\n",
        b"POST /api HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"POST /api HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n",
        b"POST /api HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
        b"GET /api HTTP/1.1\r\na: ".ljust(256 * 1024, b"x"),
    ],
    ids=["line", "target", "header", "length", "encoding", "chunk", "headers"],
)
def test_what_is_no_http_is_refused_in_the_same_shape(kept: Sandbox, content: bytes) -> None:
    with socket.create_connection(("127.0.0.1", urlsplit(kept.url).port or 0), timeout=10) as connection:
        connection.sendall(content)
        head, _, body = connection.makefile("rb").read().partition(b"\r\n\r\n")
    assert head.split(b" ")[1].startswith(b"4")
    assert set(json.loads(body)) == {"errorCode", "errorMessage"}


def test_a_wrong_method_is_answered_with_the_right_ones(kept: Sandbox) -> None:
    connection = http.client.HTTPConnection(urlsplit(kept.url).netloc, timeout=10)
    connection.request("TRACE", "/api/fota/v2/campaigns/a/b")
    response = connection.getresponse()
    assert (response.status, response.getheader("Allow")) == (405, "DELETE, GET, PUT")
    response.read()
    connection.close()


def test_a_HEAD_has_no_body(kept: Sandbox) -> None:  # noqa: N802
    with socket.create_connection(("127.0.0.1", urlsplit(kept.url).port or 0), timeout=10) as connection:
        connection.sendall(b"HEAD /api/fota/v2/campaigns/a HTTP/1.1\r\nConnection: close\r\n\r\n")
        head, _, body = connection.makefile("rb").read().partition(b"\r\n\r\n")
    assert head.split(b" ")[1] == b"405"
    assert body == b""
