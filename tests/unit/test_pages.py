"""Reading all pages of the eight operations that have them, also where the service sends what it should not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import responses
from requests import PreparedRequest

from fota_sdk import (
    DecodeError,
    FotaClient,
    FotaError,
    NotFoundError,
    Pages,
    RequestTimeoutError,
    ServerError,
    ValidationError,
)
from fota_sdk.core import paging, retry
from tests.conftest import case_id
from tests.loopback import Connection, LoopbackServer, Request, answer
from tests.unit.operations import LEFT_OUT, PAGED, Facts, facts_of

each_paged = pytest.mark.parametrize("facts", PAGED, ids=str)
ITEM_ID = {"deviceList": "deviceId", "campaignList": "id"}
PER_PAGE = 2


class Book:
    """Pages of an operation, served by the cursor that is asked for."""

    def __init__(self, facts: Facts, mocked: responses.RequestsMock) -> None:
        self.facts = facts
        self.list_key = "campaignList" if "campaignList" in facts.answer else "deviceList"
        self.cursor_key = "lastSeenCampaignId" if facts.cursor == "last_seen_campaign_id" else "lastSeenDeviceId"
        self.asked: list[str | None] = []
        self.queries: list[dict[str, list[str]]] = []
        self.pages: dict[str | None, Any] = {}
        url = "https://thingspace.verizon.com" + facts.target.partition("?")[0]
        mocked.add_callback("GET", url, self._serve)

    def _serve(self, request: PreparedRequest) -> tuple[int, dict[str, str], str]:
        query = parse_qs(urlsplit(str(request.url)).query, keep_blank_values=True)
        (cursor,) = query.pop(self.cursor_key, [None])
        self.queries.append(query)
        self.asked.append(cursor)
        page = self.pages[cursor]
        status, body = page if isinstance(page, tuple) else (200, page)
        return status, {}, body if isinstance(body, str) else json.dumps(body)

    def page(self, *ids: str, more: Any = LEFT_OUT, then: Any = LEFT_OUT, **changed: Any) -> dict[str, Any]:
        """A page with some items, saying whether there is more and from where, or nothing of it."""
        item = self.facts.answer[self.list_key][0]
        page = {
            **self.facts.answer,
            self.list_key: [{**item, ITEM_ID[self.list_key]: each} for each in ids],
            "hasMoreData": more,
            self.cursor_key: then,
            **changed,
        }
        return {key: value for key, value in page.items() if value is not LEFT_OUT}

    def call(self, client: FotaClient, *, first: Any = LEFT_OUT) -> Pages[Any, Any]:
        pages: Pages[Any, Any] = self.facts.call(client, view="paginated", **{str(self.facts.cursor): first})
        return pages

    def ids(self, items: Any) -> list[str]:
        return [item.device_id if self.list_key == "deviceList" else item.id for item in items]


@pytest.fixture
def book(facts: Facts) -> Iterator[Book]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mocked:
        yield Book(facts, mocked)


@pytest.fixture
def client() -> Iterator[FotaClient]:
    with FotaClient(api_token="api-token", session_token="session-token", max_attempts=1) as client:
        yield client


def stopped(book: Book, client: FotaClient, kind: type[FotaError] = DecodeError) -> tuple[list[str], Any]:
    """What a loop hands out before it ends in an error, and the error."""
    seen: list[str] = []
    with pytest.raises(kind) as caught:
        for item in book.call(client):
            seen += book.ids([item])
    error = caught.value
    assert (error.operation, error.outcome_unknown) == (book.facts.name, False)
    assert len(str(error)) < 1000
    return seen, error


# pages as they should be


@each_paged
def test_all_pages_are_read_from_where_the_one_before_says(book: Book, client: FotaClient) -> None:
    book.pages = {
        "0": book.page("1", "2", more=True, then="1000"),  # the cursor need not be the last item
        "1000": book.page("3", more=True, then="é &/?"),  # nor a number; a short page is not the last one
        "é &/?": book.page(more=True, then="00990013907884253"),  # nor is an empty one
        "00990013907884253": book.page("4", more=False, then="the end needs none"),
    }
    assert book.ids(book.call(client)) == ["1", "2", "3", "4"]
    assert book.asked == ["0", "1000", "é &/?", "00990013907884253"]
    others = book.queries[0]
    assert book.queries == [others] * 4
    pages = list(book.call(client).pages())
    assert [len(getattr(page, snake(book.list_key))) for page in pages] == [2, 1, 0, 1]
    assert pages[0].to_dictionary() == book.pages["0"]


def snake(key: str) -> str:
    return {"deviceList": "device_list", "campaignList": "campaign_list"}[key]


@each_paged
def test_nothing_is_sent_before_the_first_step_and_each_loop_asks_anew(book: Book, client: FotaClient) -> None:
    book.pages = {"0": book.page("1", more=True, then="1"), "1": book.page("2", more=False)}
    pages = book.call(client)
    loop = iter(pages)
    whole = pages.pages()
    assert book.asked == []
    assert next(loop) is not None
    assert book.asked == ["0"]  # page by page, not all at once
    assert next(whole) is not None
    assert book.asked == ["0", "0"]
    assert book.ids(pages) == book.ids(pages) == ["1", "2"]
    assert book.asked == ["0", "0", "0", "1", "0", "1"]


@each_paged
@pytest.mark.parametrize(
    ("first", "asked"), [("x y", "x y"), ("0", "0"), (7, "7"), (0, "0"), (None, "0"), (LEFT_OUT, "0")]
)
def test_the_first_cursor_is_the_one_that_is_given_or_zero(
    book: Book, client: FotaClient, first: Any, asked: str
) -> None:
    book.pages = {asked: book.page("1", more=False)}
    assert book.ids(book.call(client, first=first)) == ["1"]
    assert book.asked == [asked]


@each_paged
def test_without_the_paginated_form_too_the_first_cursor_is_always_sent(book: Book, client: FotaClient) -> None:
    book.pages = {"0": book.page("1", more=True, then="1")}
    book.facts.call(client, **{str(book.facts.cursor): LEFT_OUT})
    assert book.asked == ["0"]


@each_paged
def test_what_is_certainly_wrong_is_refused_at_the_call(book: Book, client: FotaClient) -> None:
    for name in (*book.facts.in_path, *book.facts.in_query):
        with pytest.raises(ValidationError):
            book.facts.call(client, view="paginated", **{name: ["x"]})
    for name in book.facts.required:
        with pytest.raises(ValidationError):
            book.facts.call(client, view="paginated", **{name: None})
    assert book.asked == []


def absent_counters(book: Book) -> dict[str, Any]:
    return dict.fromkeys(("totalDevice", "maxPageSize", "accountName", "totalLicense", "assignedLicenses"), LEFT_OUT)


@each_paged
def test_counters_decide_nothing(book: Book, client: FotaClient) -> None:
    size = {} if book.list_key == "campaignList" else {"maxPageSize": 1, "totalDevice": 1}
    book.pages = {
        "0": book.page("1", "2", more=True, then="1", **size),
        "1": book.page("3", more=True, then="2", **absent_counters(book)),
        "2": book.page("4", more=False, **dict.fromkeys(size, "7")),
    }
    assert book.ids(book.call(client)) == ["1", "2", "3", "4"]


@each_paged
def test_a_number_as_cursor_becomes_its_digits(book: Book, client: FotaClient) -> None:
    book.pages = {"0": book.page("1", more=True, then=990013907884253), "990013907884253": book.page(more=False)}
    assert book.ids(book.call(client)) == ["1"]
    assert book.asked == ["0", "990013907884253"]


@each_paged
@pytest.mark.parametrize("items", [None, LEFT_OUT, []], ids=["null", "absent", "empty"])
def test_a_page_without_items_is_an_empty_page(book: Book, client: FotaClient, items: Any) -> None:
    book.pages = {
        "0": book.page(more=True, then="1", **{book.list_key: items}),
        "1": book.page("1", more=True, then="2"),
        "2": book.page(more=False, **{book.list_key: items}),
    }
    assert book.ids(book.call(client)) == ["1"]


# pages as they should not be

NO_WAY_ON = {
    "absent": LEFT_OUT,
    "null": None,
    "empty": "",
    "a line end": "1\r\n",
    "a control character": "\x85",
    "half a character": "\ud800",
}


@each_paged
@pytest.mark.parametrize("cursor", NO_WAY_ON.values(), ids=NO_WAY_ON.keys())
def test_more_without_a_cursor_is_an_error_after_all_items_were_handed_out(
    book: Book, client: FotaClient, cursor: Any
) -> None:
    book.pages = {"0": book.page("1", more=True, then="1"), "1": book.page("2", "3", more=True, then=cursor)}
    seen, error = stopped(book, client)
    assert seen == ["1", "2", "3"]
    assert "more, but not from where" in str(error)
    assert error.data == {key: value for key, value in book.pages["1"].items() if value is not None}
    assert book.asked == ["0", "1"]


@each_paged
@pytest.mark.parametrize("cursor", ["1", "0", 0, 1], ids=repr)
def test_a_cursor_that_was_there_before_is_an_error_and_no_endless_loop(
    book: Book, client: FotaClient, cursor: Any
) -> None:
    book.pages = {"0": book.page("1", more=True, then="1"), "1": book.page("2", more=True, then=cursor)}
    seen, error = stopped(book, client)
    assert seen == ["1", "2"]
    assert "do not advance" in str(error)
    assert error.data[book.list_key][0][ITEM_ID[book.list_key]] == "2"
    assert book.asked == ["0", "1"]


@each_paged
def test_the_first_page_again_and_again_is_an_error(book: Book, client: FotaClient) -> None:
    book.pages = {"0": book.page("1", more=True, then="0")}
    assert stopped(book, client)[0] == ["1"]
    book.pages = {"x": book.page("1", more=True, then="x")}
    with pytest.raises(DecodeError, match="do not advance"):
        list(book.call(client, first="x"))


@each_paged
@pytest.mark.parametrize("more", [LEFT_OUT, None, "true", "false", "", 1, 0, [], {}], ids=case_id)
def test_a_page_that_does_not_say_whether_there_is_more_is_an_error(book: Book, client: FotaClient, more: Any) -> None:
    book.pages = {"0": book.page("1", more=True, then="1"), "1": book.page("2", more=more, then="2")}
    seen, error = stopped(book, client)
    assert seen == ["1"]
    assert "hasMoreData" in str(error)
    assert error.data[book.list_key][0][ITEM_ID[book.list_key]] == "2"  # it can be read there all the same
    assert book.asked == ["0", "1"]


@each_paged
@pytest.mark.parametrize("cursor", [True, 1.5, ["1"], {"a": 1}], ids=repr)
def test_a_cursor_of_another_type_is_an_error(book: Book, client: FotaClient, cursor: Any) -> None:
    book.pages = {"0": book.page("1", more=True, then="1"), "1": book.page("2", more=False, then=cursor)}
    seen, error = stopped(book, client)
    assert seen == ["1"]
    assert book.cursor_key in str(error)
    assert error.data == book.pages["1"]


@each_paged
def test_pages_without_end_are_cut(book: Book, client: FotaClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "_MOST_PAGES", 5)
    book.pages = {str(number): book.page(str(number), more=True, then=str(number + 1)) for number in range(9)}
    seen, error = stopped(book, client)
    assert seen == ["0", "1", "2", "3", "4"]
    assert "more than 5 pages" in str(error)
    book.pages["4"] = book.page("4", more=False)
    assert book.ids(book.call(client)) == seen  # so many are no error


def test_the_bound_is_ten_thousand() -> None:
    assert paging._MOST_PAGES == 10_000


# errors between pages


@each_paged
@pytest.mark.parametrize(
    ("page", "kind"),
    [
        ((503, ""), ServerError),
        ((404, "{}"), NotFoundError),
        ((400, '{"errorCode": "X"}'), None),
        ("<html>", DecodeError),
        ("", DecodeError),
        ([], DecodeError),
        ({}, DecodeError),
    ],
    ids=["503", "404", "400", "HTML", "no body", "an array", "an empty object"],
)
def test_a_loop_that_broke_goes_on_from_the_last_cursor(
    book: Book, client: FotaClient, page: Any, kind: type[FotaError] | None
) -> None:
    book.pages = {"0": book.page("1", more=True, then="1"), "1": page}
    read = []
    with pytest.raises(kind or book.facts.refusal):
        for each in book.call(client).pages():
            read.append(each)
    assert len(read) == 1
    book.pages["1"] = book.page("2", more=True, then="2")
    book.pages["2"] = book.page("3", more=False)
    book.asked.clear()
    assert book.ids(book.call(client, first=getattr(read[-1], str(book.facts.cursor)))) == ["2", "3"]
    assert book.asked == ["1", "2"]


def test_each_page_has_retries_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "jitter", lambda: 0.0)
    facts = facts_of("v3.get_campaign_device_status")
    with responses.RequestsMock() as mocked:
        book = Book(facts, mocked)
        book.pages = {"0": book.page("1", more=True, then="1"), "1": book.page("2", more=False)}
        serve = book._serve
        failing = Failing(serve, times=2)
        mocked.reset()
        mocked.add_callback("GET", "https://thingspace.verizon.com" + facts.target.partition("?")[0], failing)
        with FotaClient(api_token="a", session_token="b") as client:
            assert book.ids(book.call(client)) == ["1", "2"]
    assert failing.failed == 4
    assert book.asked == ["0", "1"]


class Failing:
    """Fails so many times before each success."""

    def __init__(self, serve: Callable[[PreparedRequest], Any], times: int) -> None:
        self._serve, self._times = serve, times
        self.failed = self._since = 0

    def __call__(self, request: PreparedRequest) -> Any:
        if self._since == self._times:
            self._since = 0
            return self._serve(request)
        self._since += 1
        self.failed += 1
        return 503, {}, ""


def test_each_page_has_a_deadline_of_its_own() -> None:
    """Together they take longer than the time limit of a call; the one that takes longer alone ends the loop."""
    facts = facts_of("v2.get_campaign_device_status")
    pages = [{**facts.answer, "lastSeenDeviceId": str(number), "hasMoreData": True} for number in range(1, 6)]

    def slow(body: Any, seconds: float) -> Callable[[Request, Connection], None]:
        def script(request: Request, connection: Connection) -> None:
            if not connection.wait(seconds):
                answer(body)(request, connection)

        return script

    scripts = [slow(page, 0.25) for page in pages] + [slow(pages[-1], 5)]
    with LoopbackServer(*scripts) as server:
        with FotaClient(api_token="a", session_token="b", base_url=server.url, timeout=0.6, max_attempts=1) as client:
            read = []
            with pytest.raises(RequestTimeoutError):
                for page in facts.call(client, view="paginated", last_seen_device_id=LEFT_OUT).pages():
                    read.append(page)
    assert len(read) == 5


@each_paged
def test_pages_tell_whose_they_are(book: Book, client: FotaClient) -> None:
    assert repr(book.call(client)) == f"<Pages of {book.facts.name}>"
