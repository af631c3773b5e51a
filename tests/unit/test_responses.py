"""What becomes of a response, for every operation: a refusal is an error that prints, a 2xx holds what was promised."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
import responses

from fota_sdk import (
    ApiError,
    ApiResponse,
    AuthenticationError,
    ConflictError,
    DecodeError,
    FotaClient,
    FotaError,
    NotFoundError,
    OAuthClientCredentials,
    PermissionDeniedError,
    RateLimitError,
    RedirectError,
    ServerError,
    SessionLogin,
)
from fota_sdk.core.response import Headers
from tests.loopback import Connection, LoopbackServer, Request, answer
from tests.unit.operations import OPERATIONS, OperationFacts, each_operation, operation_named

CAMPAIGN_OPERATIONS = [operation for operation in OPERATIONS if operation.is_campaign]
each_campaign_operation = pytest.mark.parametrize("operation", CAMPAIGN_OPERATIONS, ids=str)


@pytest.fixture
def mocked() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture
def once(client: FotaClient) -> FotaClient:
    """A client that tries each call once."""
    return client.with_options(max_attempts=1)


def give(mocked: responses.RequestsMock, operation: OperationFacts, body: Any, **more: Any) -> None:
    """Answer an operation with bytes or text as they are, or with other data as JSON."""
    text = body if isinstance(body, (bytes, str)) else json.dumps(body)
    mocked.add(operation.http_method, operation.url, body=text, **{"content_type": "application/json", **more})


def failure(
    client: FotaClient,
    operation: OperationFacts,
    mocked: responses.RequestsMock,
    kind: type[Any],
    *,
    refuses_a_token: bool = False,
) -> Any:
    """Call an operation once, and return the error that it ends with."""
    with pytest.raises(FotaError) as caught:
        operation.call(client)
    error = caught.value
    if refuses_a_token:
        assert isinstance(error, AuthenticationError)
        assert isinstance(error, kind)
    else:
        assert type(error) is kind
    assert len(mocked.calls) == 1
    assert error.operation == operation.name
    assert error.attempts == 1
    for text in (str(error), repr(error)):
        assert 0 < len(text) < 1000
        text.encode("utf-8")
    return error


@each_operation
def test_a_400_holds_the_code_and_the_message_of_the_service(
    once: FotaClient, mocked: responses.RequestsMock, operation: OperationFacts
) -> None:
    body = {"errorCode": "INVALID_PARAMETER", "errorMessage": "Invalid start date."}
    give(mocked, operation, body, status=400, headers={"X-Request-ID": "r-1"})
    error = failure(once, operation, mocked, operation.refusal)
    assert (error.status_code, error.reason) == (400, "Bad Request")
    assert (error.error_code, error.error_message) == ("INVALID_PARAMETER", "Invalid start date.")
    assert error.response.body == body
    assert error.request_id == "r-1"
    assert error.headers["x-request-id"] == "r-1"
    assert error.retry_after is None
    assert error.outcome_unknown is False
    assert "INVALID_PARAMETER" in str(error)
    assert "Invalid start date." in str(error)


BODIES_WITHOUT_CODE = {
    "text": b"upstream said no",
    "empty": b"",
    "HTML": b"<html><body><h1>Bad Request</h1>" + b"<p>x</p>" * 10_000 + b"</body></html>",
    "a list": b'[{"errorCode":"X"}]',
    "a string": b'"no"',
    "a number": b"7",
    "null": b"null",
    "true": b"true",
    "an object": b"{}",
    "cut JSON": b'{"errorCode": "INV',
    "no text": b"\xff\xff no",
    "NaN": b'{"errorCode": NaN}',
    "nested": b"[" * 100_000,
    "code of another type": b'{"errorCode": ["X"], "errorMessage": {"a": 1}}',
    "a flag as code": b'{"errorCode": true, "errorMessage": null}',
    "a fault that is a text": b'{"fault": "no"}',
    "an empty fault": b'{"fault": {}}',
}


@each_operation
@pytest.mark.parametrize("body", BODIES_WITHOUT_CODE.values(), ids=BODIES_WITHOUT_CODE.keys())
def test_a_400_without_code_still_is_the_400_of_its_operation(
    once: FotaClient, mocked: responses.RequestsMock, operation: OperationFacts, body: bytes
) -> None:
    give(mocked, operation, body, status=400)
    error = failure(once, operation, mocked, operation.refusal)
    assert error.status_code == 400
    assert error.error_code is None
    assert error.error_message is None
    assert error.response.text == body.decode("utf-8", "replace")


CODES: list[tuple[Any, str | None, str | None]] = [
    (
        {"fault": {"code": "900906", "message": "No matching resource", "description": "d"}},
        "900906",
        "No matching resource",
    ),
    ({"fault": {"code": 900906, "message": "No matching resource"}}, "900906", "No matching resource"),
    ({"error": "invalid_client", "error_description": "Unknown client"}, "invalid_client", "Unknown client"),
    ({"error": "invalid_client"}, "invalid_client", None),
    ({"errorCode": 17, "errorMessage": 18}, "17", "18"),
    ({"errorCode": "X"}, "X", None),
    ({"errorMessage": "why"}, None, "why"),
    ({"errorCode": "lone \ud800", "errorMessage": "surrogate \udfff"}, "lone \ud800", "surrogate \udfff"),
    (
        {"errorCode": "C" * 50_000, "errorMessage": "\u0000\r\n\x1b[31m" * 9000},
        "C" * 50_000,
        "\u0000\r\n\x1b[31m" * 9000,
    ),
]


@each_operation
@pytest.mark.parametrize(("body", "code", "message"), CODES, ids=range(len(CODES)))
def test_code_and_message_come_from_every_known_shape(
    once: FotaClient,
    mocked: responses.RequestsMock,
    operation: OperationFacts,
    body: Any,
    code: str | None,
    message: str | None,
) -> None:
    give(mocked, operation, body, status=400)
    error = failure(once, operation, mocked, operation.refusal)
    assert (error.error_code, error.error_message) == (code, message)


# The charset

WORDS = "La sesión ha expirado"
CHARSETS: dict[str, tuple[str, str]] = {  # how a body is written, and what its Content-Type says
    "UTF-8": ("utf-8", "application/json"),
    "UTF-8 with a mark": ("utf-8-sig", "application/json"),
    "UTF-16 with a mark": ("utf-16", "application/json"),
    "UTF-16, little end first": ("utf-16-le", "application/json"),
    "UTF-16, big end first": ("utf-16-be", "application/json"),
    "UTF-32 with a mark": ("utf-32", "application/json"),
    "UTF-32, big end first": ("utf-32-be", "application/json"),
    "ISO-8859-1": ("iso-8859-1", "application/json;charset=ISO-8859-1"),
    "in quotes": ("iso-8859-1", 'application/json; charset="iso-8859-1"'),
    "in capitals": ("iso-8859-15", "Application/JSON; Version=1; CHARSET=Latin9"),
    "windows-1252": ("cp1252", "text/html; charset = windows-1252"),
    "a code page of mainframes": ("cp500", "application/json; charset=cp500"),
    "UTF-8 that is called another": ("utf-8", "application/json; charset=iso-8859-1"),
    "UTF-16 that is called UTF-8": ("utf-16", "application/json; charset=utf-8"),
}
each_charset = pytest.mark.parametrize(("charset", "content_type"), CHARSETS.values(), ids=CHARSETS.keys())


@each_charset
def test_a_response_is_read_in_its_charset(
    once: FotaClient, mocked: responses.RequestsMock, charset: str, content_type: str
) -> None:
    operation = operation_named("v3.schedule_campaign_firmware_upgrade")
    text = json.dumps({**operation.answer, "campaignName": "Flotte München"}, ensure_ascii=False)
    give(mocked, operation, text.encode(charset), content_type=content_type)
    campaign = operation.call(once, view="with_raw_response")
    assert campaign.body.campaign_name == "Flotte München"
    assert campaign.text == text


@each_charset
def test_an_error_is_read_in_its_charset(
    once: FotaClient, mocked: responses.RequestsMock, charset: str, content_type: str
) -> None:
    operation = operation_named("v2.cancel_campaign")
    text = json.dumps({"errorCode": "A.SessionToken.Expired", "errorMessage": WORDS}, ensure_ascii=False)
    give(mocked, operation, text.encode(charset), status=400, content_type=content_type)
    error = failure(once, operation, mocked, operation.refusal, refuses_a_token=True)
    assert (error.error_code, error.error_message) == ("A.SessionToken.Expired", WORDS)
    assert error.response.text == text
    assert "Check session_token" in str(error)


NO_CHARSETS = ["", "rot13", "hex", "zlib", "base64", "idna", "punycode", "undefined", "unicode_escape", "mbcs", "utf-8"]
NO_CHARSETS += ["utf-16", "utf-32", "nothing-known", "../../os", "x" * 10_000, "\xe9", "iso 8859 1"]


@pytest.mark.parametrize("named", NO_CHARSETS, ids=lambda named: ascii(named)[:20])
def test_what_is_in_no_charset_is_no_success_and_an_error_as_far_as_it_can_be_read(
    once: FotaClient, mocked: responses.RequestsMock, named: str
) -> None:
    operation = operation_named("v3.schedule_campaign_firmware_upgrade")
    header = f"application/json; charset={named}"
    body = json.dumps({**operation.answer, "campaignName": "München"}, ensure_ascii=False).encode("latin-1")
    give(mocked, operation, body, content_type=header)
    error = failure(once, operation, mocked, DecodeError)
    assert "not text in UTF-8" in str(error)
    assert error.response.text == body.decode("utf-8", "replace")

    mocked.reset()
    refusal = json.dumps({"errorCode": "INVALID_PARAMETER", "errorMessage": WORDS}, ensure_ascii=False)
    give(mocked, operation, refusal.encode("latin-1"), status=400, content_type=header)
    error = failure(once.with_options(insist=True), operation, mocked, operation.refusal)
    assert (error.error_code, error.error_message) == ("INVALID_PARAMETER", "La sesi\ufffdn ha expirado")


def test_one_byte_that_is_wrong_in_the_charset_that_is_named_hides_no_other(
    once: FotaClient, mocked: responses.RequestsMock
) -> None:
    operation = operation_named("v3.get_campaign_information")
    body = '{"errorCode": "X", "errorMessage": "設定エラー!"}'.encode("shift_jis").replace(b"!", b"\xff")
    give(mocked, operation, body, status=400, content_type="application/json; charset=Shift_JIS")
    assert failure(once, operation, mocked, operation.refusal).error_message == "設定エラー\ufffd"


@pytest.mark.parametrize("size", range(12))
@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "utf-32"])
def test_a_text_that_is_cut_within_a_character_is_read_up_to_there(charset: str, size: int) -> None:
    headers = Headers([("Content-Type", "text/plain; charset=iso-8859-1")])
    content = "漢ü🚀".encode(charset)
    text = ApiResponse(500, "", headers, content, None).cut(max(size, 4)).text
    assert "漢ü🚀".startswith(text)


def test_token_and_login_responses_are_read_in_their_charset_too() -> None:
    def script(request: Request, connection: Connection) -> None:
        body: dict[str, Any]
        charset, status = "iso-8859-1", 200
        if request.target.endswith("/oauth2/token"):
            body, charset = {"access_token": "t", "expires_in": 3600, "note": "sesión"}, "utf-16"
        elif request.target.endswith("/session/login"):
            logins.append(request)
            body = {"sessionToken": f"s{len(logins)}", "note": "sesión"}
        elif request.header("VZ-M2M-Token") == "s1":
            body, status = {"errorCode": "A.SessionToken.Expired", "errorMessage": WORDS}, 400
        else:
            body = {"id": "1", "campaignName": "München"}
        content = json.dumps(body, ensure_ascii=False).encode(charset)
        answer(None, status, {"Content-Type": f"application/json;charset={charset}"}, content)(request, connection)

    logins: list[Request] = []
    operation = operation_named("v3.get_campaign_information")
    with (
        LoopbackServer(script) as server,
        FotaClient(
            api_token=OAuthClientCredentials("key", "secret"),
            session_token=SessionLogin("user", "password"),
            base_url=server.url,
        ) as client,
    ):
        assert operation.call(client).campaign_name == "München"
    assert len(logins) == 2


# Words in other places

FAULT = {"code": 900908, "message": "Resource forbidden ", "description": "API Subscription validation failed."}
SHAPES: dict[str, tuple[Any, str]] = {
    "a list of words": ({"errorCode": "P", "errorMessage": ["bad account", "bad device"]}, 'P: ["bad account", "bad'),
    "an object of words": ({"errorCode": "P", "errorMessage": {"startDate": ["past"]}}, 'P: {"startDate": ["past"]}'),
    "a description": ({"fault": FAULT}, "900908: Resource forbidden: API Subscription validation failed."),
    "a description in a list": ({"fault": {"code": 9, "description": ["no", 1]}}, '9: ["no", 1]'),
    "a fault that is a text": ({"fault": "no such thing"}, "no such thing"),
    "the same words twice": ({"fault": {"message": "Blocked", "description": "Blocked"}}, ": Blocked."),
    "a message alone": ({"message": "why"}, "why"),
    "a message in capitals": ({"Message": "why"}, "why"),
    "of a framework": ({"status": 400, "error": "Bad Request", "path": "/", "message": "why"}, "Bad Request: why"),
    "problem details": ({"type": "about:blank", "title": "Bad", "detail": "no credit"}, "Bad: no credit"),
    "a list as detail": ({"detail": [{"loc": ["body"], "msg": "missing"}]}, '[{"loc": ["body"], "msg": "missing"}]'),
    "an object as error": ({"error": {"code": 7, "message": "why"}}, "7: why"),
    "a list of errors": (
        {"errors": [{"field": "endDate", "message": "why"}]},
        '{"field": "endDate", "message": "why"}',
    ),
    "OAuth": ({"error": "invalid_client", "error_description": "unknown"}, "invalid_client: unknown"),
    "words after much else": ({"trace": "x" * 5000, "message": "why"}, ": why."),
    "a fault of another gateway": (
        {"fault": {"faultstring": "why", "detail": {"errorcode": "a.b"}}},
        'why: {"errorcode',
    ),
    "a code, and words in a place of their own": (
        {"errorCode": "P", "errorMessage": None, "why": "x"},
        'P: {"why": "x"}',
    ),
    "the same within a fault": ({"fault": {"code": 9, "type": "x"}}, '9: {"type": "x"}'),
    "a code alone": ({"errorCode": "P", "errorMessage": ""}, "400 Bad Request: P."),
    "nothing known": ({"cause": "no credit"}, '{"cause": "no credit"}'),
}


@pytest.mark.parametrize(("body", "words"), SHAPES.values(), ids=SHAPES.keys())
def test_the_message_tells_the_words_wherever_they_stand(
    once: FotaClient, mocked: responses.RequestsMock, body: Any, words: str
) -> None:
    operation = operation_named("v2.get_campaign_information")
    give(mocked, operation, body, status=400)
    error = failure(once, operation, mocked, operation.refusal)
    assert words in str(error)
    assert error.response.body == body


@pytest.mark.parametrize("words", [["x" * 100_000], {"a": "x" * 100_000}, ["x"] * 100_000, {"message": "x" * 100_000}])
def test_long_words_are_cut_and_what_to_do_still_follows(
    once: FotaClient, mocked: responses.RequestsMock, words: Any
) -> None:
    operation = operation_named("v2.get_campaign_information")
    give(mocked, operation, {"errorCode": "C" * 1000, "errorMessage": words, "message": "y" * 1000}, status=400)
    message = str(failure(once, operation, mocked, operation.refusal))
    assert message.endswith("... Correct the request before sending it again.")
    assert "x" * 30 in message.replace('", "', "")


XML_FAULT = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE fault [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>
<ams:fault xmlns:ams="http://wso2.org/apimanager/security">
  <ams:code>
    900901
  </ams:code>
  <ams:message>Invalid &lt;Credentials&gt; &b;&c;</ams:message>
  <ams:description lang="en"><![CDATA[Make sure <you> did]]></ams:description>
</ams:fault>"""


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize(("status", "kind"), [(401, AuthenticationError), (403, PermissionDeniedError)])
def test_a_fault_of_the_gateway_is_known_in_xml_too_and_no_entity_of_it_is_expanded(
    once: FotaClient, mocked: responses.RequestsMock, status: int, kind: type[ApiError], charset: str
) -> None:
    operation = operation_named("v3.cancel_campaign")
    give(mocked, operation, XML_FAULT.encode(charset), status=status, content_type="application/xml")
    error = failure(once, operation, mocked, kind, refuses_a_token=True)
    assert (error.error_code, error.error_message) == ("900901", "Invalid <Credentials> &b;&c;")
    assert "900901: Invalid <Credentials> &b;&c;: Make sure <you> did. " in str(error)
    assert "Check api_token" in str(error)
    assert error.response.body is None


@pytest.mark.parametrize(
    ("xml", "message", "words"),
    [
        ("<fault><message>why</message></fault>", "why", "Request: why."),
        ("<am:fault><am:code>404</am:code><am:message>Not Found</am:message></am:fault>", "Not Found", "Not Found"),
        ("<am:fault><am:description>No resource</am:description></am:fault>", None, "Request: No resource"),
        ("<am:fault></am:fault>", None, "<am:fault></am:fault>"),
        ("<html><code>900901</code><message>m</message></html>", None, "<html>"),
        ("<fault>" + "<code><![CDATA[" * 100_000, None, "<fault>"),
        ("<fault" * 100_000, None, "<fault"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_xml_does_not_say_is_not_invented(
    once: FotaClient, mocked: responses.RequestsMock, xml: str, message: str | None, words: str
) -> None:
    operation = operation_named("v3.cancel_campaign")
    give(mocked, operation, xml, status=400, content_type="application/xml")
    error = failure(once, operation, mocked, operation.refusal, refuses_a_token="900901" in xml)
    assert (error.error_code, error.error_message) == (None, message)
    assert words in str(error)


# One line

HOSTILE = "no\r\n2030-01-01 CRITICAL all cancelled\t\x00\x1b[2J\x7f\x85\x9b2J\u2028\u2029\u202e\u2066\u200f\ud800 end"


def assert_one_line(error: FotaError) -> None:
    for text in (str(error), repr(error), f"{error}"):
        assert len(text.splitlines()) == 1
        assert text.isprintable(), ascii(text)
        assert len(text) < 1000


@pytest.mark.parametrize(
    "body",
    [
        {"errorCode": HOSTILE, "errorMessage": HOSTILE},
        {"errorCode": "X", "errorMessage": [HOSTILE, {HOSTILE: HOSTILE}]},
        {"fault": {"code": 1, "message": HOSTILE, "description": HOSTILE}},
        {HOSTILE: HOSTILE},
        [HOSTILE],
    ],
    ids=["words", "words in lists and keys", "a fault", "unknown keys", "a list"],
)
@pytest.mark.parametrize("status", [200, 301, 400, 401, 404, 429, 500])
def test_an_error_is_one_line_whatever_the_service_says(
    once: FotaClient, mocked: responses.RequestsMock, status: int, body: Any
) -> None:
    operation = operation_named("v3.get_campaign_information")
    give(mocked, operation, body, status=status)
    with pytest.raises(FotaError) as caught:
        operation.call(once)
    assert_one_line(caught.value)
    if isinstance(caught.value, ApiError):
        assert caught.value.response is not None
        assert caught.value.response.body == body
        if status != 200 and isinstance(body, dict) and body.get("errorMessage") == HOSTILE:
            assert caught.value.error_message == HOSTILE


def test_a_wrong_type_below_a_hostile_key_is_one_line(once: FotaClient, mocked: responses.RequestsMock) -> None:
    operation = operation_named("v3.schedule_campaign_firmware_upgrade")
    give(mocked, operation, {"id": HOSTILE, "startDate": HOSTILE, "campaignTimeWindowList": [{"startTime": HOSTILE}]})
    assert_one_line(failure(once, operation, mocked, DecodeError))


def test_status_line_and_headers_are_one_line_in_errors_and_logs(caplog: pytest.LogCaptureFixture) -> None:
    odd = "a\x85b\x9b2J\x1bc"
    operation = operation_named("v3.get_campaign_information")
    head = f"HTTP/1.1 302 Fo\x1bund\x85\r\nLocation: http://h\x9bost/{odd}\r\nX-Request-ID: {odd}\r\n"
    head += "Content-Length: 0\r\n\r\n"
    with (
        LoopbackServer(lambda request, connection: connection.send(head.encode("latin-1"))) as server,
        FotaClient(api_token="a", session_token="s", base_url=server.url) as client,
        caplog.at_level("DEBUG", "fota_sdk"),
        pytest.raises(RedirectError) as caught,
    ):
        operation.call(client)
    assert_one_line(caught.value)
    assert caught.value.request_id == odd
    assert [vars(record)["fota_request_id"] for record in caplog.records] == [r"a\x85b\x9b2J\x1bc"]


CLASS_OF_STATUS: list[tuple[int, type[ApiError]]] = [
    (401, AuthenticationError),
    (403, PermissionDeniedError),
    (404, NotFoundError),
    (409, ConflictError),
    (429, RateLimitError),
    *[(status, ApiError) for status in (402, 405, 406, 408, 410, 413, 415, 418, 422, 423, 451, 499)],
    *[(status, ServerError) for status in (500, 501, 502, 503, 504, 505, 507, 511, 599)],
]


@each_operation
@pytest.mark.parametrize(("status", "kind"), CLASS_OF_STATUS)
def test_each_status_has_its_class_and_keeps_code_and_message(
    once: FotaClient, mocked: responses.RequestsMock, operation: OperationFacts, status: int, kind: type[ApiError]
) -> None:
    give(mocked, operation, {"errorCode": "A.B.C", "errorMessage": "words"}, status=status)
    error = failure(once, operation, mocked, kind)
    assert error.status_code == status
    assert (error.error_code, error.error_message) == ("A.B.C", "words")
    assert error.outcome_unknown is (status >= 500 and operation.writes)


@each_operation
@pytest.mark.parametrize(
    ("status", "kind"), [(403, PermissionDeniedError), (404, NotFoundError), (405, ApiError), (502, ServerError)]
)
def test_a_gateway_in_XML_or_HTML_is_an_error_like_any_other(  # noqa: N802
    once: FotaClient, mocked: responses.RequestsMock, operation: OperationFacts, status: int, kind: type[ApiError]
) -> None:
    xml = '<am:fault xmlns:am="http://wso2.org/apimanager"><am:code>404</am:code></am:fault>'
    give(mocked, operation, xml, status=status, content_type="application/xml")
    error = failure(once, operation, mocked, kind)
    assert (error.error_code, error.error_message) == (None, None)
    assert error.response.text == xml
    assert error.response.body is None


@each_operation
@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7.0), ("0", 0.0), (" 12 ", 12.0), ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0)]
    + [(nonsense, None) for nonsense in ("soon", "-5", "1.5", "", "٣", "7 s", "1e3", "9" * 40, "NaN", "Wed")],
)
def test_Retry_After_becomes_seconds_or_None(  # noqa: N802
    once: FotaClient,
    mocked: responses.RequestsMock,
    operation: OperationFacts,
    header: str,
    seconds: float | None,
) -> None:
    insisting = once.with_options(insist=True)
    for status, kind in ((429, RateLimitError), (503, ServerError), (400, operation.refusal)):
        mocked.reset()
        give(mocked, operation, {}, status=status, headers={"Retry-After": header})
        assert failure(insisting, operation, mocked, kind).retry_after == seconds


def test_a_date_in_Retry_After_becomes_the_seconds_until_then(  # noqa: N802
    once: FotaClient, mocked: responses.RequestsMock
) -> None:
    operation = operation_named("v3.cancel_campaign")
    moment = format_datetime(datetime.now(timezone.utc) + timedelta(seconds=100), usegmt=True)
    give(mocked, operation, {}, status=429, headers={"Retry-After": moment})
    assert failure(once, operation, mocked, RateLimitError).retry_after == pytest.approx(100, abs=5)


@each_operation
@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 307, 308])
@pytest.mark.parametrize("location", ["https://elsewhere.example/stolen", "/other", "http://[", "", "//:x", None])
def test_a_redirect_is_never_followed(
    client: FotaClient,
    mocked: responses.RequestsMock,
    operation: OperationFacts,
    status: int,
    location: str | None,
) -> None:
    mocked.add(operation.http_method, "https://elsewhere.example/stolen", json=operation.answer)
    mocked.add(operation.http_method, "https://thingspace.verizon.com/other", json=operation.answer)
    body = b"" if status == 304 else operation.answer
    give(mocked, operation, body, status=status, headers={} if location is None else {"Location": location})
    error = failure(client, operation, mocked, RedirectError)
    assert error.location == location
    assert error.status_code == status
    # 303 says that the call was carried out, and where its result is to be found.
    assert error.outcome_unknown is (status == 303 and operation.http_method != "GET")


@pytest.mark.parametrize("location", ["http://[", "", "\xff\xfe", "http://127.0.0.1:1/", "x" * 20_000])
def test_an_odd_redirect_of_a_real_server_is_not_followed_either(location: str) -> None:
    operation = operation_named("v3.schedule_campaign_firmware_upgrade")
    with (
        LoopbackServer(answer(operation.answer, 302, {"Location": location})) as server,
        FotaClient(api_token="api-token", session_token="session-token", base_url=server.url) as client,
    ):
        with pytest.raises(RedirectError) as caught:
            operation.call(client)
        assert caught.value.location == location
        assert len(str(caught.value)) < 1000
        assert len(server.requests) == 1


NOT_JSON = {
    "truncated JSON": b'{"id": "abc", "st',
    "HTML": b"<html><body>please log in</body></html>",
    "empty": b"",
    "blank": b"  \r\n",
    "not UTF-8": b'{"id": "\xff"}',
    "two byte order marks": b'\xef\xbb\xbf\xef\xbb\xbf{"id": "x", "success": true, "accountName": "x"}',
    "NaN": b'{"id": "x", "success": true, "accountName": "x", "more": NaN}',
    "Infinity": b'{"id": "x", "success": true, "accountName": "x", "more": Infinity}',
    "-Infinity": b'{"id": "x", "success": true, "accountName": "x", "more": [-Infinity]}',
    "1e999": b'{"id": "x", "success": true, "accountName": "x", "more": 1e999}',
    "5000 digits": b'{"id": "x", "success": true, "accountName": "x", "more": ' + b"9" * 5000 + b"}",
    "100,000 nested": b"[" * 100_000,
    "100,000 nested objects": b'{"id":' * 100_000,
    "two documents": b'{"id": "x", "success": true, "accountName": "x"} {}',
    "single quotes": b"{'id': 'x'}",
    "YAML": b"id: x\nsuccess: true\naccountName: x\n",
}
NOT_PROMISED = {
    "null": b"null",
    "7": b"7",
    "ok": b'"ok"',
    "true": b"true",
    "[]": b"[]",
    "a list of answers": b'[{"id": "x", "success": true, "accountName": "x"}]',
    "{}": b"{}",
    "a fault": b'{"fault": {}}',
    "a full fault": b'{"fault": {"code": "900901", "message": "Invalid Credentials"}}',
    "errorCode": b'{"errorCode": "x"}',
    "another answer": b'{"other": 1}',
}


@each_operation
@pytest.mark.parametrize("body", NOT_JSON.values(), ids=NOT_JSON.keys())
def test_a_2xx_that_is_not_JSON_is_an_error_with_its_text(  # noqa: N802
    client: FotaClient, mocked: responses.RequestsMock, operation: OperationFacts, body: bytes
) -> None:
    give(mocked, operation, body)
    error = failure(client, operation, mocked, DecodeError)
    assert error.data is None
    assert error.response.status_code == 200
    assert error.response.text == body.removeprefix(codecs.BOM_UTF8).decode("utf-8", "replace")
    assert error.outcome_unknown is operation.writes


@each_operation
@pytest.mark.parametrize("body", NOT_PROMISED.values(), ids=NOT_PROMISED.keys())
def test_a_2xx_that_holds_something_else_is_an_error_with_its_data(
    client: FotaClient, mocked: responses.RequestsMock, operation: OperationFacts, body: bytes
) -> None:
    give(mocked, operation, body)
    error = failure(client, operation, mocked, DecodeError)
    assert error.data == json.loads(body)
    assert error.response.body == json.loads(body)
    assert error.outcome_unknown is operation.writes


def test_a_body_may_have_16_mib_and_not_one_byte_more(client: FotaClient, mocked: responses.RequestsMock) -> None:
    operation = operation_named("v3.get_campaign_information")
    body = json.dumps(operation.answer).encode().ljust(16 * 1024 * 1024)
    give(mocked, operation, body)
    assert operation.call(client).id == operation.answer["id"]
    mocked.reset()
    give(mocked, operation, body + b" ")
    assert len(failure(client, operation, mocked, DecodeError).response.text) == len(body)


@each_operation
def test_a_204_is_an_error(client: FotaClient, mocked: responses.RequestsMock, operation: OperationFacts) -> None:
    give(mocked, operation, b"", status=204)
    error = failure(client, operation, mocked, DecodeError)
    assert error.response.status_code == 204
    assert error.outcome_unknown is operation.writes


WRONG_TEXTS = [5, 0, 1.5, True, {}, {"a": 1}, [], ["x"]]
WRONG_DAYS = [0, 1, 20200821, 1.5, True, [], {}, "", "soon", "sat", "1", "2020-8-1", "20200821", "2020-02-30"]
WRONG_DAYS += ["2020-W34-5", "2020-08-21T00:00:00", " 2020-08-21", "2020-08-21\n", "٢٠٢٠-٠٨-٢١", "2020/08/21"]
WRONG_DAYS += ["21-08-2020", "2020-08"]
WRONG_WINDOWS = [5, "x", True, {}, [5], ["x"], [None], [[]], [{"startTime": 1}, 5]]
WRONG_HOURS = [True, 1.0, 1.5, "x", "", "1.0", "-5", " 5", "٣", "9" * 5000, [], {}]
WRONG_FLAGS = [0, 1, "true", "", 1.0, [], {}]
WRONG_ITEMS = [5, "x", {}, True, [5], ["x"], [None]]
WRONG_ITEMS += [[{"deviceId": 5}], [{"status": []}], [{"Reason": {}}], [{"reason": 5}]]

WRONG_VALUES: dict[str, list[Any]] = {
    "startDate": WRONG_DAYS,
    "endDate": WRONG_DAYS,
    "downloadAfterDate": WRONG_DAYS,
    "installAfterDate": WRONG_DAYS,
    "campaignTimeWindowList": WRONG_WINDOWS,
    "downloadTimeWindowList": WRONG_WINDOWS,
    "installTimeWindowList": WRONG_WINDOWS,
    "autoAssignLicenseFlag": WRONG_FLAGS,
    "autoAddDevicesFlag": WRONG_FLAGS,
    "success": WRONG_FLAGS,
    "deviceList": WRONG_ITEMS,
}


@each_operation
def test_a_value_of_a_wrong_type_is_an_error_that_names_its_place_and_keeps_the_rest(
    client: FotaClient, mocked: responses.RequestsMock, operation: OperationFacts
) -> None:
    # one test an operation, and not one a value: there are 1,500 of them
    insisting = client.with_options(insist=True)
    for key in operation.fields.values():
        for value in WRONG_VALUES.get(key, WRONG_TEXTS):
            body = {**operation.answer, key: value}
            mocked.reset()
            give(mocked, operation, body)
            error = failure(insisting, operation, mocked, DecodeError)
            assert error.data == body, (key, value)
            assert f"$.{key}" in str(error), (key, value)
            assert error.outcome_unknown is operation.writes


@each_campaign_operation
@pytest.mark.parametrize("hour", ["startTime", "endTime"])
@pytest.mark.parametrize("value", WRONG_HOURS, ids=lambda value: repr(value)[:20])
def test_an_hour_of_a_wrong_type_is_an_error_that_names_its_place(
    client: FotaClient, mocked: responses.RequestsMock, operation: OperationFacts, hour: str, value: Any
) -> None:
    key = "campaignTimeWindowList" if operation.name.startswith("v3") else "installTimeWindowList"
    body = {**operation.answer, key: [{"startTime": 1, "endTime": 2}, {"startTime": 1, "endTime": 2, hour: value}]}
    give(mocked, operation, body)
    error = failure(client, operation, mocked, DecodeError)
    assert f"$.{key}[1].{hour}" in str(error)
    assert error.data == body


@each_campaign_operation
@pytest.mark.parametrize("body", [{"id": 5}, {"id": "f858b8c4", "status": {"code": 1}}])
def test_the_id_of_an_accepted_campaign_is_never_lost(
    client: FotaClient, mocked: responses.RequestsMock, operation: OperationFacts, body: dict[str, Any]
) -> None:
    give(mocked, operation, body)
    assert failure(client, operation, mocked, DecodeError).data["id"] == body["id"]


@each_operation
def test_the_response_of_the_reference_is_read_whole(
    client: FotaClient, mocked: responses.RequestsMock, operation: OperationFacts
) -> None:
    give(mocked, operation, operation.answer)
    result = operation.call(client)
    assert type(result).__name__ == operation.answer_type
    assert result.to_dictionary() == operation.answer
    assert result.additional_properties == {}
    for name, key in operation.fields.items():
        assert (getattr(result, name) is None) == (key not in operation.answer)
        if key.endswith("Date"):
            assert getattr(result, name) == date.fromisoformat(operation.answer[key])
        elif isinstance(operation.answer.get(key), (str, bool)):
            assert getattr(result, name) == operation.answer[key]
        elif key.endswith("WindowList"):
            windows = [{"startTime": w.start_time, "endTime": w.end_time} for w in getattr(result, name)]
            assert windows == operation.answer[key]


@each_operation
@pytest.mark.parametrize("null", [False, True])
def test_what_is_absent_or_null_is_None_and_nothing_is_invented(  # noqa: N802
    client: FotaClient, mocked: responses.RequestsMock, operation: OperationFacts, null: bool
) -> None:
    first, *others = operation.fields.values()
    value = operation.answer[first]
    give(mocked, operation, {first: value, **(dict.fromkeys(others) if null else {})})
    result = operation.call(client)
    (name, *other_names) = operation.fields
    assert getattr(result, name) == value
    assert [getattr(result, other) for other in other_names] == [None] * len(others)
    assert result.to_dictionary() == {first: value}


@each_operation
def test_of_equal_keys_the_last_one_counts(
    client: FotaClient, mocked: responses.RequestsMock, operation: OperationFacts
) -> None:
    name, key = next(iter(operation.fields.items()))
    last = json.dumps(operation.answer[key])
    give(mocked, operation, f'{{"{key}": [], "{key}": {last}}}')
    assert getattr(operation.call(client), name) == operation.answer[key]


@each_campaign_operation
def test_hour_0_stays_0_and_digits_become_a_number(
    client: FotaClient, mocked: responses.RequestsMock, operation: OperationFacts
) -> None:
    v3 = operation.name.startswith("v3")
    key, name = (
        ("campaignTimeWindowList", "campaign_time_window_list")
        if v3
        else ("installTimeWindowList", "install_time_window_list")
    )
    give(mocked, operation, {**operation.answer, key: [{"startTime": 0, "endTime": "18"}, {"startTime": "00"}]})
    result = operation.call(client)
    first, second = getattr(result, name)
    assert (first.start_time, first.end_time, type(first.end_time)) == (0, 18, int)
    assert (second.start_time, second.end_time) == (0, None)
    assert result.to_dictionary()[key] == [{"startTime": 0, "endTime": 18}, {"startTime": 0}]


@each_campaign_operation
@pytest.mark.parametrize("status", ["CampaignPaused", "", "campaignended", "漢", "x" * 10_000])
def test_an_unknown_status_passes_through(
    client: FotaClient, mocked: responses.RequestsMock, operation: OperationFacts, status: str
) -> None:
    give(mocked, operation, {**operation.answer, "status": status})
    assert operation.call(client).status == status


@each_operation
def test_unknown_keys_are_kept_as_they_are(
    client: FotaClient, mocked: responses.RequestsMock, operation: OperationFacts
) -> None:
    more = {"newKey": {"deep": [1, 2.5, None, True]}, "ID": 5, "additionalProperties": {"a": 1}, "": 0}
    give(mocked, operation, {**operation.answer, **more})
    result = operation.call(client)
    assert result.additional_properties == more
    assert result.to_dictionary() == {**operation.answer, **more}


@each_operation
@pytest.mark.parametrize("success", [False, None])
def test_a_success_that_is_none_is_returned_as_it_is(
    client: FotaClient, mocked: responses.RequestsMock, operation: OperationFacts, success: bool | None
) -> None:
    if "success" not in operation.fields:
        give(mocked, operation, {"success": success})
        failure(client, operation, mocked, DecodeError)
    else:
        give(mocked, operation, {"success": success})
        assert operation.call(client).success is success


def tags(marker: Path) -> list[Any]:
    return [
        {"py/reduce": [{"py/function": "os.mkdir"}, {"py/tuple": [str(marker)]}]},
        {"py/reduce": [{"py/type": "os.mkdir"}, {"py/tuple": [str(marker)]}, None, None, None]},
        {"py/object": "pathlib.Path", "py/newargs": {"py/tuple": [str(marker)]}},
        {"py/object": "tests.never_imported", "initargs": [1]},
        {"py/repr": f"os/os.mkdir({str(marker)!r})"},
        {"py/type": "antigravity.x"},
        {"py/tuple": [1, 2]},
        {"py/set": [1]},
        {"py/b64": "eA=="},
        {"py/id": 1},
    ]


@each_operation
@pytest.mark.parametrize("escaped", [False, True])
def test_tags_of_jsonpickle_are_plain_data(
    client: FotaClient, mocked: responses.RequestsMock, operation: OperationFacts, tmp_path: Path, escaped: bool
) -> None:
    marker = tmp_path / "executed"
    for tag in tags(marker):
        mocked.reset()
        body = json.dumps({**operation.answer, **tag, "more": tag})
        give(mocked, operation, body.replace('"py/', '"\\u0070y/') if escaped else body)
        assert operation.call(client).additional_properties == {**tag, "more": tag}

        mocked.reset()
        refusal = {"errorCode": tag, "errorMessage": "m", **tag}
        give(mocked, operation, refusal, status=400)
        error = failure(client, operation, mocked, operation.refusal)
        assert error.response.body == refusal
        assert error.error_code is None
    assert not marker.exists()


@each_campaign_operation
def test_tags_of_jsonpickle_in_a_field_are_of_a_wrong_type(
    client: FotaClient, mocked: responses.RequestsMock, operation: OperationFacts, tmp_path: Path
) -> None:
    insisting = client.with_options(insist=True)
    for tag in tags(tmp_path / "executed"):
        mocked.reset()
        give(mocked, operation, {**operation.answer, "status": tag})
        assert failure(insisting, operation, mocked, DecodeError).data["status"] == tag
    assert not (tmp_path / "executed").exists()


OUTCOMES: list[tuple[int, bytes, bool]] = [
    *[(status, b"", True) for status in (500, 501, 502, 503, 504, 505, 599)],
    *[(status, b"<html>", True) for status in (200, 201, 299)],
    (200, b"{}", True),
    (204, b"", True),
    *[(status, b"", False) for status in (300, 301, 302, 307, 308, 400, 401, 403, 404, 408, 409, 422, 429, 499)],
]


@each_operation
@pytest.mark.parametrize(("status", "body", "unknown"), OUTCOMES)
def test_the_outcome_is_unknown_where_the_service_may_have_acted_and_never_of_a_GET(  # noqa: N802
    once: FotaClient,
    mocked: responses.RequestsMock,
    operation: OperationFacts,
    status: int,
    body: bytes,
    unknown: bool,
) -> None:
    give(mocked, operation, body, status=status)
    with pytest.raises(FotaError) as caught:
        operation.call(once)
    assert caught.value.outcome_unknown is (unknown and operation.writes)
    assert ("may have carried this out" in str(caught.value)) is (unknown and operation.writes)


def test_a_response_says_when_there_was_more_text() -> None:
    response = ApiResponse(200, "OK", Headers(), b"0123456789", None)
    assert not response.is_cut
    assert not response.cut(10).is_cut
    assert response.cut(9).is_cut
    assert response.cut(9).with_body(1).is_cut
    assert response.cut(9).cut(20).is_cut


@pytest.mark.parametrize("name", [None, 5, b"etag", (), [], object()], ids=lambda name: type(name).__name__)
def test_headers_have_nothing_under_what_is_no_text(name: Any) -> None:
    headers = Headers([("ETag", "1")])
    assert headers.get(name) is None
    assert headers.get(name, "x") == "x"
    assert name not in headers
    with pytest.raises(KeyError):
        headers[name]
    assert (headers.get("etag"), headers["ETAG"]) == ("1", "1")
