"""What becomes of an answer, for every operation: a refusal is an error that prints, a 2xx holds what was promised."""

from __future__ import annotations

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
    PermissionDeniedError,
    RateLimitError,
    RedirectError,
    ServerError,
)
from fota_sdk.core.response import Headers
from tests.loopback import LoopbackServer, answer
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


def failure(client: FotaClient, operation: OperationFacts, mocked: responses.RequestsMock, kind: type[Any]) -> Any:
    """Call an operation once, and return the error that it ends with."""
    with pytest.raises(FotaError) as caught:
        operation.call(client)
    error = caught.value
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
    "not UTF-8": b"\xff\xfe\x00 no",
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
    "UTF-16": '{"id": "x"}'.encode("utf-16"),
    "a byte order mark": b'\xef\xbb\xbf{"id": "x", "success": true, "accountName": "x"}',
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
    assert error.response.text == body.decode("utf-8", "replace")
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
def test_the_answer_of_the_reference_is_read_whole(
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


def test_an_answer_says_when_there_was_more_text() -> None:
    response = ApiResponse(200, "OK", Headers(), b"0123456789", None)
    assert not response.is_cut
    assert not response.cut(10).is_cut
    assert response.cut(9).is_cut
    assert response.cut(9).with_body(1).is_cut
    assert response.cut(9).cut(20).is_cut
