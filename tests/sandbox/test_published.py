"""What the vendor's pages print works as what its SDKs send; requests written by hand."""

from __future__ import annotations

import http.client
import socket
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from fota_sdk.sandbox import Sandbox
from fota_sdk.sandbox.messages import Request
from fota_sdk.sandbox.published import body_of, query_of
from tests.conftest import ACCOUNT, CAMPAIGN_ID, IMEIS
from tests.sandbox.wire import FIRMWARE, Wire, accepted, ask, ask_mocked, day, imeis, refused, tokens_of

NEW = "990013907833573"

both_ways = pytest.mark.parametrize("how", [ask, ask_mocked], ids=["http", "mocked"])

# bodies


def change(wire: Wire, body: Any, *, campaign_id: str) -> tuple[int, Any]:
    path = f"/fota/{wire.version}/campaigns/{FIRMWARE[wire.version]}{ACCOUNT}/{campaign_id}"
    return wire.how(wire.sandbox, "PUT", path, body)


@both_ways
@pytest.mark.parametrize("version", ["v2", "v3"])
@pytest.mark.parametrize("key", ["type", "Type"])
def test_the_kind_of_a_change_is_taken_in_either_case(sandbox: Sandbox, version: str, key: str, how: Any) -> None:
    wire = Wire(sandbox, version, how=how)
    campaign_id = wire.scheduled(deviceList=IMEIS[:1])
    accepted(change(wire, {key: "append", "deviceList": [NEW]}, campaign_id=campaign_id))
    sandbox.advance(minutes=1)
    assert sorted(wire.imeis(campaign_id)) == sorted([IMEIS[0], NEW])


def test_where_both_are_there_the_sdks_one_counts(wire: Wire) -> None:
    campaign_id = wire.scheduled(deviceList=IMEIS)
    body = {"type": "append", "Type": "remove", "deviceList": IMEIS[:1]}
    for extra in ({}, {"addOrRemoveDevice": [{"type": "append", "deviceList": [NEW]}]}):
        accepted(change(wire, {**body, **extra}, campaign_id=campaign_id))
    wire.sandbox.advance(minutes=1)
    assert wire.imeis(campaign_id) == sorted(IMEIS[1:])


@both_ways
@pytest.mark.parametrize("key", ["type", "Type"])
@pytest.mark.parametrize("in_a_list", [True, False])
def test_V2_takes_a_change_that_is_wrapped(  # noqa: N802
    sandbox: Sandbox, key: str, in_a_list: bool, how: Any
) -> None:
    v2 = Wire(sandbox, "v2", how=how)
    campaign_id = v2.scheduled(deviceList=IMEIS)
    one = {key: "remove", "deviceList": IMEIS[:1]}
    body = {"addOrRemoveDevice": [one] if in_a_list else one}
    assert set(accepted(change(v2, body, campaign_id=campaign_id))) >= {"requestId"}
    sandbox.advance(minutes=1)
    assert v2.imeis(campaign_id) == sorted(IMEIS[1:])
    assert sandbox.requests[1].body == body


@pytest.mark.parametrize("wrapped", [[], [[]], ["x"], "x", 5, [{"type": "append"}, {"type": "remove"}]], ids=repr)
def test_a_wrapping_without_exactly_one_change_is_refused(v2: Wire, wrapped: Any) -> None:
    campaign_id = v2.scheduled()
    words = refused(change(v2, {"addOrRemoveDevice": wrapped}, campaign_id=campaign_id))
    assert words.startswith("addOrRemoveDevice must hold one change")


def test_what_is_wrapped_is_checked_as_ever(v2: Wire) -> None:
    campaign_id = v2.scheduled()
    for one, words in (
        ({"type": "replace", "deviceList": IMEIS}, "Type must be append or remove."),
        ({"deviceList": IMEIS}, "Type is required."),
        ({"type": "append", "deviceList": []}, "Device list is empty."),
    ):
        assert refused(change(v2, {"addOrRemoveDevice": [one]}, campaign_id=campaign_id)) == words


def test_V3_has_no_such_wrapping(v3: Wire) -> None:  # noqa: N802
    body = {"addOrRemoveDevice": [{"type": "append", "deviceList": IMEIS}]}
    assert refused(change(v3, body, campaign_id=v3.scheduled())) == "Type is required."


@pytest.mark.parametrize(
    ("operation", "body", "right"),
    [
        ("v2.update_callback", {"callback": "https://a/b"}, {"url": "https://a/b"}),
        ("v2.register_callback", {"callback": "https://a/b"}, {"url": "https://a/b"}),
        ("v2.update_callback", {"callback": "x", "url": "y"}, {"callback": "x", "url": "y"}),
        ("v3.update_callback", {"callback": "x"}, {"callback": "x"}),
        ("v2.create_list_of_licenses_to_remove", {"type": "append"}, {"type": "append"}),
    ],
)
def test_other_keys_that_the_pages_print(operation: str, body: Any, right: Any) -> None:
    assert body_of(operation, body) == right


@pytest.mark.parametrize(
    ("target", "content", "devices"),
    [
        ("?deviceIds=1", b"", "1"),
        ("?deviceIds=1,2", b"", "1,2"),
        ("?deviceIds=1&deviceIds=2", b"", "1,2"),
        ("?deviceIds[0]=1&deviceIds%5B1%5D=2", b"", "1,2"),
        ("", b'{"deviceIds": ["1", "2"]}', "1,2"),
        ("?deviceIds=1", b'{"deviceIds": ["2"]}', "1"),
        ("?other=1", b'{"deviceIds": [1]}', None),
        ("", b'{"deviceIds": "1"}', None),
        ("", b"[]", None),
        ("", b"{", None),
    ],
)
def test_the_devices_whose_logging_ends_stand_in_query_or_body(target: str, content: bytes, devices: str) -> None:
    query = query_of("v2.disable_logging_for_devices", Request("DELETE", "/x" + target, {}, content))
    assert query.get("deviceIds") == devices


@pytest.mark.parametrize(
    ("query", "body"),
    [
        ("", {"deviceIds": IMEIS[:2]}),
        ("?deviceIds={0},{1}", None),
        ("?deviceIds={0}&deviceIds={1}", None),
        ("?deviceIds[0]={0}&deviceIds[1]={1}", None),
    ],
)
def test_logging_ends_for_devices_in_query_or_body(sandbox: Sandbox, query: str, body: Any) -> None:
    path = f"/fota/v2/logging/{ACCOUNT}/devices"
    accepted(ask(sandbox, "PUT", path, {"deviceIds": [*IMEIS[:2], NEW]}))
    url = sandbox.url + path + query.format(*IMEIS)
    response = requests.delete(url, json=body, headers=tokens_of(sandbox), timeout=5)
    assert (response.status_code, response.content) == (200, b"")
    assert [device["deviceId"] for device in accepted(ask(sandbox, "GET", path))] == [NEW]


def test_of_equal_names_in_another_query_the_last_one_counts() -> None:
    assert query_of("v2.get_list_of_files", Request("GET", "/x?a=1&a=2&b=", {}, b"")) == {"a": "2", "b": ""}


# routes


@both_ways
def test_the_history_of_V3_has_two_paths(sandbox: Sandbox, how: Any) -> None:  # noqa: N802
    campaign_id = Wire(sandbox, "v3").scheduled()
    query = "?campaignStatus=CampaignRequestPending"
    printed = accepted(how(sandbox, "GET", f"/fota/v3/reports/{ACCOUNT}/campaigns{query}"))
    assert [campaign["id"] for campaign in printed["campaignList"]] == [campaign_id]
    assert printed == accepted(how(sandbox, "GET", f"/fota/v3/reports/{ACCOUNT}/firmware/campaigns{query}"))


@both_ways
def test_the_devices_of_a_V3_campaign_change_under_two_paths(sandbox: Sandbox, how: Any) -> None:  # noqa: N802
    campaign_id = Wire(sandbox, "v3").scheduled(deviceList=IMEIS[:1])
    for path, device in (("campaigns", imeis(2)[0]), ("campaigns/firmware", imeis(2)[1])):
        body = {"type": "append", "deviceList": [device]}
        answer = accepted(how(sandbox, "PUT", f"/fota/v3/{path}/{ACCOUNT}/{campaign_id}", body))
        assert [result["status"] for result in answer["deviceList"]] == ["AddDeviceSucceed"]


def test_a_V3_campaign_is_scheduled_under_two_paths(sandbox: Sandbox) -> None:  # noqa: N802
    body = {"firmwareName": "n", "firmwareFrom": "a", "firmwareTo": "b", "protocol": "LWM2M"}
    body |= {"startDate": day(1), "endDate": day(2), "deviceList": IMEIS}  # type: ignore[dict-item]
    answer = accepted(ask(sandbox, "POST", f"/fota/v3/campaigns/software/{ACCOUNT}", body))
    assert Wire(sandbox, "v3").status(answer["id"]) == "CampaignRequestPending"


@both_ways
@pytest.mark.parametrize(
    ("method", "printed", "sdk", "body"),
    [
        ("GET", "v2/licenses/{}/index/0", "v2/licenses/{}?lastSeenDeviceId=0", None),
        ("GET", "v3/licenses/{}/index/0", "v3/licenses/{}?lastSeenDeviceId=0", None),
        ("GET", "v2/files/{}/HTTP", "v2/files/{}?distributionType=HTTP", None),
        ("GET", "v2/logging/{}/device/990013907884253/logs", "v2/logging/{}/devices/990013907884253/logs", None),
        ("POST", "v3/firmware/licenses/{}/assign", "v3/licenses/{}/assign", {"deviceList": IMEIS}),
        ("POST", "v2/firmware/licenses/{}/assign", "v2/licenses/{}/assign", {"deviceList": IMEIS}),
    ],
)
def test_other_routes_that_the_pages_print(
    sandbox: Sandbox, method: str, printed: str, sdk: str, body: Any, how: Any
) -> None:
    ours = accepted(how(sandbox, method, f"/fota/{sdk.format(ACCOUNT)}", body))
    theirs = accepted(how(sandbox, method, f"/fota/{printed.format(ACCOUNT)}", body))
    assert (type(ours), list(ours)) == (type(theirs), list(theirs))


def test_a_fault_meets_a_call_of_a_printed_route_too(sandbox: Sandbox) -> None:
    sandbox.fail_next(503, operation="v3.update_campaign_firmware_devices")
    assert ask(sandbox, "PUT", f"/fota/v3/campaigns/{ACCOUNT}/{CAMPAIGN_ID}", {"type": "append"})[0] == 503


# words


NO_ROUTE = "No matching resource found in the API for the given request"
NO_CREDENTIALS = "Required OAuth credentials not provided"


@both_ways
def test_the_published_words_of_errors_come_first(sandbox: Sandbox, how: Any) -> None:
    for version in ("v2", "v3"):
        wire = Wire(sandbox, version, how=how)
        for campaign_id in ("zz", "1", "f858b8c4-2153-11ec-8c44-aeb16d1aa65g"):
            assert refused(wire.read(campaign_id)).startswith("Invalid uuid")
            assert refused(wire.cancel(campaign_id)).startswith("Invalid uuid")
        assert refused(wire.devices_of(wire.scheduled(), "?lastSeenDeviceId=12")).startswith(
            "LastSeenDeviceId Not Valid"
        )


@both_ways
def test_the_gateways_published_words(sandbox: Sandbox, how: Any) -> None:
    for path in ("/m2m/v1/nothing", "/fota/v3/nothing", "/"):
        status, answer = how(sandbox, "GET", path)
        assert (status, answer["fault"]["code"], answer["fault"]["message"]) == (400, "900906", NO_ROUTE)
    status, answer = how(sandbox, "GET", f"/fota/v3/campaigns/{ACCOUNT}/{CAMPAIGN_ID}", headers={})
    assert (status, answer["fault"]["code"], answer["fault"]["message"]) == (401, "900902", "Missing Credentials")
    assert answer["fault"]["description"].startswith(NO_CREDENTIALS)


def test_a_refusal_of_an_unknown_campaign_says_how_to_have_one(wire: Wire) -> None:
    for answered in (wire.read(CAMPAIGN_ID), wire.cancel(CAMPAIGN_ID), wire.devices(CAMPAIGN_ID, "append", IMEIS)):
        words = refused(answered)
        assert words.startswith("Campaign does not exist.")
        assert "schedule one, and take the id of its response" in words


# forms of requests that HTTP allows


@pytest.mark.parametrize("origin", [None, "http://thingspace.verizon.com", "HTTPS://Somewhere:443", "http://u:p@host"])
def test_a_target_may_be_a_whole_URL(sandbox: Sandbox, origin: str | None) -> None:  # noqa: N802
    v3 = Wire(sandbox, "v3")
    campaign_id = v3.scheduled()
    place = urlsplit(sandbox.url)
    path = f"/api/fota/v3/reports/{ACCOUNT}/campaigns/{campaign_id}/devices?lastSeenDeviceId=0"
    connection = http.client.HTTPConnection(place.netloc, timeout=10)
    connection.request(
        "GET", (f"http://{place.netloc}" if origin is None else origin) + path, headers=tokens_of(sandbox)
    )
    response = connection.getresponse()
    assert (response.status, b"deviceList" in response.read()) == (200, True)
    connection.close()
    assert sandbox.requests[-1].path == path.removeprefix("/api").partition("?")[0]


@pytest.mark.parametrize("target", ["http://host", "http://host?x=1", "*", "ftp://host/api/fota/v3/campaigns/a/b"])
def test_a_target_without_a_path_of_the_service_has_no_route(sandbox: Sandbox, target: str) -> None:
    connection = http.client.HTTPConnection(urlsplit(sandbox.url).netloc, timeout=10)
    connection.request("GET", target, headers=tokens_of(sandbox))
    response = connection.getresponse()
    assert (response.status, b"900906" in response.read()) == (400, True)
    connection.close()


def heard(sandbox: Sandbox, *lines: str, content: bytes = b"") -> bytes:
    """Return all that a request written by hand is answered, until the connection is closed."""
    place = urlsplit(sandbox.url)
    tokens = [f"{name}: {value}" for name, value in tokens_of(sandbox).items()]
    with socket.create_connection(("127.0.0.1", place.port or 0), timeout=10) as connection:
        connection.sendall("\r\n".join([*lines, *tokens, "Connection: close", "", ""]).encode() + content)
        return connection.makefile("rb").read()


GET = f"GET /api/fota/v3/campaigns/{ACCOUNT}/{CAMPAIGN_ID} HTTP/1.1"
PUT = f"PUT /api/fota/v3/campaigns/firmware/{ACCOUNT}/{CAMPAIGN_ID} HTTP/1.1"


@pytest.mark.parametrize(
    "lines",
    [
        (GET, "Expect: 100-continue"),
        (GET, "expect: 100-Continue"),
        (GET, "Expect: 100-continue", "Content-Length: 0"),
        (PUT, "Expect: 100-continue", "Content-Length: 0"),
        (PUT, "Expect: 100-continue", "Content-Length: x"),
        (PUT, "Expect: 100-continue", "Content-Length: 999999999999"),
        (PUT, "Expect: 100-continue", "Transfer-Encoding: gzip"),
        (GET.replace("1.1", "1.0"), "Expect: 100-continue"),
    ],
    ids=ascii,
)
def test_nobody_waits_for_a_body_that_does_not_come(sandbox: Sandbox, lines: tuple[str, ...]) -> None:
    assert heard(sandbox, *lines).split(b" ", 2)[1] in (b"400", b"413")


@pytest.mark.parametrize(
    ("framing", "content"),
    [
        ("Content-Length: 17", b'{"type":"append"}'),
        ("Transfer-Encoding: chunked", b'11\r\n{"type":"append"}\r\n0\r\n\r\n'),
    ],
)
def test_a_body_that_comes_is_awaited_with_100_Continue(  # noqa: N802
    sandbox: Sandbox, framing: str, content: bytes
) -> None:
    told = heard(sandbox, PUT, "Expect: 100-continue", framing, content=content)
    interim, _, final = told.partition(b"\r\n\r\n")
    assert interim == b"HTTP/1.1 100 Continue"
    assert final.startswith(b"HTTP/1.1 400 ")
    assert sandbox.requests[-1].body == {"type": "append"}


# spellings of OMA-DM


@both_ways
@pytest.mark.parametrize("spelling", ["OMD-DM", "OMDADM", "OMADM", "OMA"])
@pytest.mark.parametrize("declared", ["OMADM", "OMD-DM"])
def test_devices_of_OMA_DM_are_found_under_each_spelling(  # noqa: N802
    sandbox: Sandbox, declared: str, spelling: str, how: Any
) -> None:
    sandbox.add_devices(IMEIS[:1], protocol=declared)
    sandbox.add_devices(IMEIS[1:])
    listed = accepted(how(sandbox, "GET", f"/fota/v3/devices/{ACCOUNT}?lastSeenDeviceId=0&protocol={spelling}"))
    assert [(device["deviceId"], device["protocol"]) for device in listed["deviceList"]] == [(IMEIS[0], declared)]
    packages = accepted(how(sandbox, "GET", f"/fota/v3/firmware/{ACCOUNT}?protocol={spelling}"))
    assert [package["protocol"] for package in packages] == ["OMD-DM"]
    package = {key: packages[0][key] for key in ("firmwareName", "firmwareFrom", "firmwareTo")}
    wire = Wire(sandbox, "v3", how=how)
    campaign_id = wire.scheduled(**package, protocol=spelling, deviceList=IMEIS[:1])
    _, report = wire.devices_of(campaign_id)
    assert [device["status"] for device in report["deviceList"]] == ["ReceivedDeviceDataFromNetwork"]
