"""How each library that stands in for the network is told what to do with one request, as its users tell it."""

from __future__ import annotations

import contextlib
import json
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import pytest
import requests
import requests_mock
import responses

JSON = {"Content-Type": "application/json"}
COOKIE = {"Set-Cookie": "theirs=1; Path=/"}


@dataclass(frozen=True)
class Answer:
    """A response that a library gives in place of the service."""

    status: int
    body: Any

    @property
    def text(self) -> str:
        return json.dumps(self.body)


@dataclass(frozen=True)
class Told:
    """What a library is told: to answer a request, to raise an error, or None, which is nothing at all."""

    method: str
    url: str
    reaction: Answer | Exception | None


class NotMockedError(Exception):
    """What handlers raise that answer whatever comes, and so have to refuse by themselves."""


@contextlib.contextmanager
def with_responses(told: Told, session: requests.Session) -> Iterator[None]:
    with responses.RequestsMock() as mock:
        if isinstance(told.reaction, Answer):
            mock.add(told.method, told.url, told.reaction.text, status=told.reaction.status, headers=COOKIE)
        elif told.reaction is not None:
            mock.add(told.method, told.url, body=told.reaction)
        yield


@contextlib.contextmanager
def with_requests_mock(told: Told, session: requests.Session) -> Iterator[None]:
    with requests_mock.Mocker() as mock:
        if isinstance(told.reaction, Answer):
            text, status = told.reaction.text, told.reaction.status
            mock.register_uri(told.method, told.url, text=text, status_code=status, headers={**JSON, **COOKIE})
        elif told.reaction is not None:
            mock.register_uri(told.method, told.url, exc=told.reaction)
        yield


@contextlib.contextmanager
def with_httmock(told: Told, session: requests.Session) -> Iterator[None]:
    httmock = pytest.importorskip("httmock", reason="HTTMock is not installed")

    def handler(url: Any, request: requests.PreparedRequest) -> Any:
        if told.reaction is None:
            raise NotMockedError("not mocked")  # HTTMock itself lets through what no handler answers
        if isinstance(told.reaction, Exception):
            raise told.reaction
        assert (request.method, request.url) == (told.method, told.url)
        return httmock.response(told.reaction.status, told.reaction.body, {**JSON, **COOKIE}, request=request)

    with httmock.HTTMock(handler):
        yield


@contextlib.contextmanager
def with_pook(told: Told, session: requests.Session) -> Iterator[None]:
    pook = pytest.importorskip("pook", reason="pook is not installed")
    with pook.use():
        mock = None if told.reaction is None else pook.mock(told.url, method=told.method)
        if isinstance(told.reaction, Answer):
            mock.reply(told.reaction.status).json(told.reaction.body).headers(COOKIE)
        elif mock is not None:
            mock.error(told.reaction)
        yield


@contextlib.contextmanager
def with_mocket(told: Told, session: requests.Session) -> Iterator[None]:
    mocket = pytest.importorskip("mocket", reason="mocket is not installed")
    from mocket.mocks.mockhttp import Entry

    try:
        with mocket.Mocketizer(strict_mode=True), warnings.catch_warnings():
            # Its TLS sockets leave one that was never connected to the garbage collector.
            warnings.filterwarnings("ignore", r"unclosed <socket\.socket.*'0\.0\.0\.0', 0", ResourceWarning)
            if isinstance(told.reaction, Answer):
                text, status = told.reaction.text, told.reaction.status
                Entry.single_register(told.method, told.url, text, status, {**JSON, **COOKIE})
            elif told.reaction is not None:
                Entry.single_register(told.method, told.url, exception=told.reaction)
            yield
    finally:
        with contextlib.suppress(ImportError):  # mocket puts it in when it ends, whether it was there before or not
            from urllib3.contrib import pyopenssl

            pyopenssl.extract_from_urllib3()


@contextlib.contextmanager
def vcr_cassette(path: Path, **options: Any) -> Iterator[None]:
    vcr = pytest.importorskip("vcr", reason="vcrpy is not installed")
    with warnings.catch_warnings():
        if int(vcr.__version__.partition(".")[0]) < 9:  # it does not close what it takes out of a pool
            warnings.filterwarnings("ignore", r"unclosed <(ssl\.SSLSocket|socket\.socket)", ResourceWarning)
        with vcr.use_cassette(str(path), **options):
            yield


@contextlib.contextmanager
def betamax_cassette(folder: Path, session: requests.Session, mode: str) -> Iterator[None]:
    betamax = pytest.importorskip("betamax", reason="betamax is not installed")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"datetime\.datetime\.utc", DeprecationWarning)  # since Python 3.12
        with betamax.Betamax(session, cassette_library_dir=str(folder)).use_cassette("cassette", record=mode):
            yield


@contextlib.contextmanager
def with_vcr(told: Told, session: requests.Session) -> Iterator[None]:
    with TemporaryDirectory() as folder:
        path = Path(folder, "cassette.json")
        interactions = []
        if isinstance(told.reaction, Answer):
            headers = {name: [value] for name, value in {**JSON, **COOKIE}.items()}
            body, status = {"string": told.reaction.text}, {"code": told.reaction.status, "message": "Status"}
            request = {"method": told.method, "uri": told.url, "headers": {}, "body": None}
            response = {"status": status, "headers": headers, "body": body}
            interactions.append({"request": request, "response": response})
        path.write_text(json.dumps({"version": 1, "interactions": interactions}))
        with vcr_cassette(path, serializer="json", record_mode="none"):
            yield


@contextlib.contextmanager
def with_betamax(told: Told, session: requests.Session) -> Iterator[None]:
    with TemporaryDirectory() as folder:
        interactions = []
        if isinstance(told.reaction, Answer):
            headers = {name: [value] for name, value in {**JSON, **COOKIE}.items()}
            body, status = {"encoding": "utf-8", "string": told.reaction.text}, told.reaction.status
            request = {"method": told.method, "uri": told.url, "headers": {}, "body": {"encoding": "utf-8"}}
            response = {"status": {"code": status, "message": "Status"}, "headers": headers, "body": body}
            response["url"] = told.url
            interactions.append({"request": request, "response": response, "recorded_at": "2020-01-01T00:00:00"})
        text = json.dumps({"http_interactions": interactions, "recorded_with": "betamax"})
        Path(folder, "cassette.json").write_text(text)
        with betamax_cassette(Path(folder), session, "none"):
            yield


def _answer(told: Told, request: requests.PreparedRequest) -> requests.Response:
    if told.reaction is None:
        raise NotMockedError("not mocked")
    if isinstance(told.reaction, Exception):
        raise told.reaction
    assert (request.method, request.url) == (told.method, told.url)
    response = requests.Response()
    response.status_code, response._content = told.reaction.status, told.reaction.text.encode()
    response.headers.update({**JSON, **COOKIE})
    return response


def with_patched(method: str) -> Callable[[Told, requests.Session], contextlib.AbstractContextManager[Any]]:
    """Have a method of requests answer by itself, as circuit breakers and tests do."""

    def start(told: Told, session: requests.Session) -> contextlib.AbstractContextManager[Any]:
        return patch(method, lambda self, request, **options: _answer(told, request))

    return start


@dataclass(frozen=True)
class Library:
    """A library that stands in for the network.

    Attributes:
        start: Starts it.
        refusal: What the caller gets for a request that it does not know.
        words: What that says.
        simulates: Whether it can be told to raise an error.
        needs_session: Whether it works on a session, which is then given to the client.
        keeps_cookies_out: Whether it puts no cookies into a session by itself.
    """

    start: Callable[[Told, requests.Session], contextlib.AbstractContextManager[Any]]
    refusal: str
    words: str
    simulates: bool = True
    needs_session: bool = False
    keeps_cookies_out: bool = True


LIBRARIES = {
    "responses": Library(with_responses, "TransportError", "Connection refused by Responses"),
    "requests_mock": Library(with_requests_mock, "NoMockAddress", "No mock address"),
    "HTTMock": Library(with_httmock, NotMockedError.__name__, "not mocked", keeps_cookies_out=False),
    "pook": Library(with_pook, "PookNoMatches", "Cannot match any mock"),
    "mocket": Library(with_mocket, "StrictMocketException", "STRICT mode was active"),
    "vcrpy": Library(with_vcr, "CannotOverwriteExistingCassetteException", "'none'", simulates=False),
    "betamax": Library(with_betamax, "BetamaxError", "could not be found", simulates=False, needs_session=True),
    "Session.send": Library(with_patched("requests.Session.send"), NotMockedError.__name__, "not mocked"),
    "HTTPAdapter.send": Library(
        with_patched("requests.adapters.HTTPAdapter.send"), NotMockedError.__name__, "not mocked"
    ),
}
