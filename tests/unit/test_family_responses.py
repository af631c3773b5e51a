"""What each of the 53 operations makes of what the service may answer."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
import responses

import fota_sdk
from fota_sdk import DecodeError, FotaClient
from tests.unit.operations import WITHOUT_UPLOAD, Facts, each_without_upload, facts_of

NOTHING = [facts for facts in WITHOUT_UPLOAD if facts.is_nothing]
LISTS = [facts for facts in WITHOUT_UPLOAD if facts.is_list]
MODELS = [facts for facts in WITHOUT_UPLOAD if not facts.is_nothing and not facts.is_list]
FILES = facts_of("v2.get_list_of_files")
each_nothing = pytest.mark.parametrize("facts", NOTHING, ids=str)
each_list = pytest.mark.parametrize("facts", LISTS, ids=str)
each_model = pytest.mark.parametrize("facts", MODELS, ids=str)
each_something = pytest.mark.parametrize("facts", LISTS + MODELS, ids=str)

# Nothing of these answers is required (facts 1.3), so that an empty object is one.
MAY_BE_AN_EMPTY_OBJECT = {
    "v2.get_account_subscription_status",
    "v3.get_account_subscription_status",
    "v2.list_registered_callbacks",
    "v3.list_registered_callbacks",
    "v2.register_callback",
    "v3.register_callback",
    "v2.update_callback",
    "v3.update_callback",
    "v2.get_list_of_files",
}
MAY_BE_NO_BODY = {"v2.list_registered_callbacks", "v3.list_registered_callbacks"}


@pytest.fixture
def once() -> Iterator[FotaClient]:
    with FotaClient(api_token="api-token", session_token="session-token", max_attempts=1) as client:
        yield client


@pytest.fixture
def mocked() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mocked:
        yield mocked


class Asked:
    """A client, and what the service answers it next."""

    def __init__(self, client: FotaClient, mocked: responses.RequestsMock, facts: Facts) -> None:
        self._client = client.with_options(insist=True)
        self._mocked = mocked
        self._facts = facts

    def call(self, body: Any, *, view: str | None = None, status: int = 200, **more: Any) -> Any:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self._mocked.reset()
        url = "https://thingspace.verizon.com" + self._facts.target.partition("?")[0]
        self._mocked.add(self._facts.method, url, content, status=status, **more)
        return self._facts.call(self._client, view=view)

    def refused(self, body: Any, **more: Any) -> DecodeError:
        with pytest.raises(DecodeError) as caught:
            self.call(body, **more)
        error = caught.value
        assert (error.operation, error.attempts) == (self._facts.name, 1)
        assert error.outcome_unknown is (self._facts.effect not in ("READS", "ASKS"))
        for text in (str(error), repr(error)):
            assert 0 < len(text) < 1000
        return error


@pytest.fixture
def asked(once: FotaClient, mocked: responses.RequestsMock, facts: Facts) -> Asked:
    return Asked(once, mocked, facts)


def plain(answer: Any) -> Any:
    """A response as it came: models as dictionaries again."""
    return [model.to_dictionary() for model in answer] if isinstance(answer, list) else answer.to_dictionary()


# the examples


@each_something
def test_the_example_is_read_into_its_type_and_written_as_it_came(asked: Asked, facts: Facts) -> None:
    model = getattr(fota_sdk, facts.answer_type.removeprefix("list[").removesuffix("]"))
    answer = asked.call(facts.answer)
    for one in answer if facts.is_list else [answer]:
        assert type(one) is model
        assert one.additional_properties == {}
        assert model.from_json(one.to_json()) == one
    assert plain(answer) == facts.answer
    raw = asked.call(facts.answer, view="with_raw_response")
    assert (raw.status_code, raw.body, json.loads(raw.text)) == (200, answer, facts.answer)


@each_nothing
@pytest.mark.parametrize(
    "body", [b"", b'{ "success" }', b'{"success": false}', b"null", b"[]", b"<html>", b"\xff\xfe\x00", b"[" * 10**5]
)
@pytest.mark.parametrize("status", [200, 202, 204])
def test_of_a_response_that_is_nothing_only_the_status_counts(
    asked: Asked, facts: Facts, body: bytes, status: int
) -> None:
    content = b"" if status == 204 else body
    assert asked.call(content, status=status) is None
    raw = asked.call(content, view="with_raw_response", status=status)
    assert (raw.status_code, raw.body, raw.content) == (status, None, content)


@each_without_upload
def test_a_400_is_the_error_of_its_version(once: FotaClient, mocked: responses.RequestsMock, facts: Facts) -> None:
    asked = Asked(once, mocked, facts)
    for view in (None, "with_raw_response"):
        with pytest.raises(facts.refusal) as caught:
            asked.call({"errorCode": "INVALID_PARAMETER", "errorMessage": "No."}, status=400, view=view)
        error = caught.value
        assert (error.error_code, error.error_message) == ("INVALID_PARAMETER", "No.")
        assert (error.operation, error.attempts, error.outcome_unknown) == (facts.name, 1, False)


# what is no response

NOT_JSON = {
    "HTML": b"<html><body>Please log in</body></html>",
    "text": b"ok",
    "cut": b'{"id": "abc", "st',
    "a cut list": b'[{"deviceId": "x"}, {"devi',
    "two values": b"{}{}",
    "white space": b" \r\n",
    "NaN": b'{"count": NaN}',
    "Infinity": b"[Infinity]",
    "a digit too many": b'{"count": ' + b"9" * 5000 + b"}",
    "nested": b"[" * 100_000,
    "not UTF-8": b'{"id": "\xff\xfe"}',
    "the word of the vendor's pages": b'{ "success" }',
}
SCALARS = {"a number": 7, "a text": "ok", "true": True, "false": False, "zero": 0, "an empty text": ""}
FAULTS = {
    "a fault": {"fault": {"code": "900901", "message": "Invalid Credentials"}},
    "an error": {"errorCode": "X", "errorMessage": "No."},
    "another object": {"unknown": 1},
}


@each_something
@pytest.mark.parametrize("body", NOT_JSON.values(), ids=NOT_JSON.keys())
def test_what_is_no_json_is_no_response(asked: Asked, facts: Facts, body: bytes) -> None:
    assert "not JSON" in str(asked.refused(body))


@each_something
def test_the_bytes_before_a_text_do_no_harm(asked: Asked, facts: Facts) -> None:
    for charset in ("utf-8-sig", "utf-16", "utf-16-le", "utf-32"):
        assert plain(asked.call(json.dumps(facts.answer).encode(charset))) == facts.answer


@each_something
def test_no_body_is_a_response_only_where_nothing_is_registered(asked: Asked, facts: Facts) -> None:
    for status in (200, 204):
        if facts.name in MAY_BE_NO_BODY:
            assert plain(asked.call(b"", status=status)) == {}
            assert asked.call(b"", status=status).url is None
        else:
            assert "its body is empty" in str(asked.refused(b"", status=status))


@each_something
@pytest.mark.parametrize("body", [*SCALARS.values(), *FAULTS.values()], ids=[*SCALARS, *FAULTS])
def test_another_value_is_no_response(asked: Asked, facts: Facts, body: Any) -> None:
    error = asked.refused(body)
    assert error.data == body
    assert facts.answer_type.removeprefix("list[").removesuffix("]") in str(error)


@each_model
def test_an_empty_object_is_a_response_only_where_nothing_is_required(asked: Asked, facts: Facts) -> None:
    if facts.name in MAY_BE_AN_EMPTY_OBJECT:
        assert plain(asked.call({})) == {}
    else:
        assert "it holds no key" in str(asked.refused({}))


@each_model
def test_null_or_an_array_is_no_model_but_for_the_files(asked: Asked, facts: Facts) -> None:
    asked.refused(None)
    if facts is FILES:
        assert plain(asked.call([])) == {"AvailableFilesResponse": []}
        files = facts.answer["AvailableFilesResponse"]
        assert plain(asked.call([*files, {"launchDate": "2020-08-31"}])) == {
            "AvailableFilesResponse": [*files, {"launchDate": "2020-08-31"}]
        }
        assert "$.AvailableFilesResponse[0]" in str(asked.refused([5]))
    else:
        for body in ([], [facts.answer], [{}]):
            assert "an array instead of a" in str(asked.refused(body))


@each_list
def test_null_and_an_empty_array_are_an_empty_list(asked: Asked, facts: Facts) -> None:
    assert asked.call(None) == []
    assert asked.call([]) == []
    assert asked.call(None, view="with_raw_response").body == []


@each_list
def test_an_object_is_no_list(asked: Asked, facts: Facts) -> None:
    for body in ({}, facts.answer[0], {"deviceList": facts.answer}):
        assert "an object instead of a list of" in str(asked.refused(body))


@each_list
def test_one_bad_item_is_found_at_its_place(asked: Asked, facts: Facts) -> None:
    good = facts.answer[0]
    for bad in (None, 5, "x", [], True):
        error = asked.refused([good, bad, good])
        assert "$[1]" in str(error)
        assert error.data == [good, bad, good]
    for key in good:
        assert f"$[2].{key}" in str(asked.refused([good, good, {**good, key: {"a": 1}}]))


@each_list
def test_an_item_of_which_nothing_is_known_is_no_item(asked: Asked, facts: Facts) -> None:
    good = facts.answer[0]
    for strange in ({}, {"error": "x"}, {"errorCode": "E", "errorMessage": "m"}):
        error = asked.refused([good, strange])
        assert "$[1] holds no key of a" in str(error)
        assert error.data == [good, strange]
    assert "$[0] holds no key of a" in str(asked.refused([{}]))


@pytest.mark.parametrize(
    ("name", "body", "field"),
    [
        ("v3.get_account_licenses_status", {"totalLicense": 0}, "total_licenses"),
        ("v3.assign_licenses_to_devices", {"licTotalCount": 0}, "lic_count"),
    ],
)
def test_another_key_of_a_field_is_a_key_of_its_model(
    name: str, body: Any, field: str, once: FotaClient, mocked: responses.RequestsMock
) -> None:
    facts = facts_of(name)
    answer = Asked(once, mocked, facts).call(body)
    assert getattr(answer, field) == 0


# types, absence, what is not declared


def places(value: Any, path: str = "$") -> Iterator[tuple[str, Any, Any]]:
    """Each place of a JSON value below its top: its path, what holds it, and its key there."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value[:1]) if isinstance(value, list) else ()
    for key, inner in pairs:
        inner_path = f"{path}.{key}" if isinstance(value, dict) else f"{path}[{key}]"
        yield inner_path, value, key
        yield from places(inner, inner_path)


@each_something
def test_a_wrong_type_anywhere_is_found_with_its_path(asked: Asked, facts: Facts) -> None:
    body = copy.deepcopy(facts.answer)
    for path, holder, key in places(body):
        kept = holder[key]
        for wrong in (["a", {"b": 1}], {"a": 1}):
            if type(wrong) is type(kept):
                continue
            holder[key] = wrong
            assert path in str(asked.refused(body)), path
        holder[key] = kept
    assert plain(asked.call(body)) == facts.answer


@each_something
def test_what_is_absent_or_null_is_none_and_nothing_is_invented(asked: Asked, facts: Facts) -> None:
    body = copy.deepcopy(facts.answer)
    for path, holder, key in places(body):
        if not isinstance(holder, dict) or (holder is body and len(body) == 1):
            continue
        items = list(holder.items())
        del holder[key]
        assert plain(asked.call(body)) == body, path
        without = copy.deepcopy(body)
        holder[key] = None
        read = plain(asked.call(body))
        if path == "$.campaignList":  # the only fields that may be null read as an empty list
            assert read == {**without, "campaignList": []}
        else:
            assert read == without, path
        holder.clear()
        holder.update(items)


@each_something
def test_what_is_not_declared_is_kept_wherever_it_stands(asked: Asked, facts: Facts) -> None:
    body = copy.deepcopy(facts.answer)
    holders = {id(holder): holder for _, holder, _ in places(body) if isinstance(holder, dict)}
    for holder in holders.values():
        holder["new"] = [None, 0, False, "", {"py/object": "os.system"}]
    assert plain(asked.call(body)) == body
