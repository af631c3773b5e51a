"""What goes through the HTTP session: certificates, proxies, tokens of a source, and a caller's own session."""

from __future__ import annotations

import copy
import os
import pickle
import ssl
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import requests
import responses
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from fota_sdk import (
    ApiError,
    AuthenticationError,
    ConfigurationError,
    ConflictError,
    DecodeError,
    FotaClient,
    FotaError,
    FotaV3ResultException,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    RedirectError,
    RepeatRefusedError,
    ServerError,
    TransportError,
)
from tests.conftest import case_id
from tests.loopback import Connection, LoopbackServer, Request, answer
from tests.unit.operations import BASE_URL, OperationFacts, each_operation, operation_named

GET = operation_named("v3.get_campaign_information")
POST = operation_named("v3.schedule_campaign_firmware_upgrade")
NO_SESSION: dict[str, Any] = {}
LOOPBACK = "http://127.0.0.1:9/api"
PROXY = "http://proxy.example:3128"


def new_client(**options: Any) -> FotaClient:
    return FotaClient(**{"api_token": "api-token", "session_token": "session-token", **options})


def sent_with(name: str, base_url: str = BASE_URL, **options: Any) -> Any:
    """Return one of the arguments with which the adapter of a client is called."""
    return kept(name, new_client(base_url=base_url, **options), base_url)


def kept(name: str, client: FotaClient, base_url: str = BASE_URL) -> Any:
    with responses.RequestsMock() as mock:
        mock.add("GET", base_url + GET.path_of(), json=GET.answer)
        GET.call(client)
        request: Any = mock.calls[0].request
        return request.req_kwargs[name]


@pytest.fixture
def bundle(tmp_path: Path) -> str:
    path = tmp_path / "bundle.pem"
    path.write_bytes(Path(requests.certs.where()).read_bytes())
    return str(path)


# certificates


def test_certificates_are_checked_by_default() -> None:
    assert sent_with("verify") is True
    assert sent_with("verify", verify=True) is True
    assert sent_with("verify", LOOPBACK) is True


def test_verify_takes_the_path_of_a_file_or_folder(bundle: str, tmp_path: Path) -> None:
    assert sent_with("verify", verify=bundle) == bundle
    assert sent_with("verify", verify=str(tmp_path)) == str(tmp_path)


@pytest.mark.parametrize("verify", ["/no/such/bundle.pem", "", 5, 1, 0, ["x"], b"x", object()], ids=case_id)
def test_any_other_verify_is_refused(verify: Any) -> None:
    with pytest.raises(ConfigurationError, match="verify"):
        new_client(verify=verify)


@pytest.mark.parametrize("base_url", [LOOPBACK, "http://localhost:9", "https://127.0.0.1:9/api", "https://[::1]:9"])
def test_verify_may_be_False_for_this_machine(base_url: str) -> None:  # noqa: N802
    assert sent_with("verify", base_url, verify=False) is False


@pytest.mark.parametrize("base_url", [BASE_URL, "https://10.0.0.1/api", "https://localhost.example/api"])
def test_verify_may_not_be_False_for_another(base_url: str) -> None:  # noqa: N802
    with pytest.raises(ConfigurationError, match="verify"):
        new_client(base_url=base_url, verify=False)


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_the_CA_variables_hold_and_an_argument_beats_them(  # noqa: N802
    monkeypatch: pytest.MonkeyPatch, bundle: str, tmp_path: Path, name: str
) -> None:
    monkeypatch.setenv(name, bundle)
    assert sent_with("verify") == bundle
    assert sent_with("verify", verify=True) is True
    assert sent_with("verify", verify=str(tmp_path)) == str(tmp_path)
    assert sent_with("verify", LOOPBACK, verify=False) is False
    monkeypatch.setenv(name, "")
    assert sent_with("verify") is True


def test_a_CA_variable_is_read_once_when_the_client_is_built(  # noqa: N802
    monkeypatch: pytest.MonkeyPatch, bundle: str
) -> None:
    client = new_client()
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", bundle)
    assert kept("verify", client) is True


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_a_CA_variable_that_names_nothing_is_named(  # noqa: N802
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "/no/such/bundle.pem")
    with pytest.raises(ConfigurationError, match=name):
        new_client()
    new_client(verify=True)


# proxies


def test_there_is_no_proxy_by_default() -> None:
    assert not sent_with("proxies")


def test_proxies_are_those_of_the_argument(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://other.example:1")
    monkeypatch.setenv("NO_PROXY", "thingspace.verizon.com")
    assert sent_with("proxies", proxies={"https": PROXY}) == {"https": PROXY}
    assert sent_with("proxies", proxies={}) == {}


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def test_proxies_of_the_environment_are_read_once_when_the_client_is_built(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    before = new_client()
    monkeypatch.setenv(name, PROXY)
    client = new_client()
    monkeypatch.setenv(name, "http://later.example:1")
    assert PROXY in kept("proxies", client).values()
    monkeypatch.delenv(name)
    assert PROXY in kept("proxies", client.with_options(timeout=5)).values()
    assert not kept("proxies", before)


class Watched(dict[str, str]):
    """An environment that notes what is asked of it."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        super().__init__(variables)
        self.asked: list[object] = []

    def __getitem__(self, name: str) -> str:
        self.asked.append(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        self.asked.append(name)
        return super().get(name, default)

    def __contains__(self, name: object) -> bool:
        self.asked.append(name)
        return super().__contains__(name)

    def __iter__(self) -> Iterator[str]:
        self.asked.append("all names")
        return super().__iter__()

    def items(self) -> Any:
        self.asked.append("all variables")
        return super().items()


def test_a_call_does_not_read_the_environment_again(monkeypatch: pytest.MonkeyPatch) -> None:
    with LoopbackServer(answer(GET.answer)) as server, new_client(base_url=server.url) as client:
        GET.call(client)  # the first one loads modules, which may look
        watched = Watched(os.environ)
        monkeypatch.setattr(os, "environ", watched)
        GET.call(client)
        assert watched.asked == []
        requests.get(server.url, timeout=10)
        assert watched.asked != []  # so that the watching is known to work


@pytest.mark.parametrize(
    "no_proxy", ["thingspace.verizon.com", ".verizon.com", "*", "x.example, thingspace.verizon.com"]
)
def test_NO_PROXY_holds(monkeypatch: pytest.MonkeyPatch, no_proxy: str) -> None:  # noqa: N802
    monkeypatch.setenv("HTTPS_PROXY", PROXY)
    monkeypatch.setenv("NO_PROXY", no_proxy)
    assert not sent_with("proxies")


@pytest.mark.parametrize("base_url", [LOOPBACK, "http://localhost:9", "https://127.0.0.3:9/api", "http://[::1]:9"])
def test_this_machine_is_never_reached_by_a_proxy(monkeypatch: pytest.MonkeyPatch, base_url: str) -> None:
    monkeypatch.setenv("HTTPS_PROXY", PROXY)
    monkeypatch.setenv("HTTP_PROXY", PROXY)
    session = requests.Session()
    session.proxies = {"http": PROXY, "https": PROXY}
    assert not sent_with("proxies", base_url)
    assert not sent_with("proxies", base_url, proxies={"http": PROXY, "https": PROXY})
    assert not sent_with("proxies", base_url, session=session)


def test_this_machine_is_reached_directly_whatever_the_variables_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with LoopbackServer(answer(GET.answer)) as server:
        for options in NO_SESSION, {"session": requests.Session()}:
            with new_client(base_url=server.url, **options) as client:
                GET.call(client)
        assert len(server.requests) == 2


@pytest.mark.parametrize("proxies", [PROXY, [PROXY], {"https": 5}, {5: PROXY}, {"https": None}, 5], ids=repr)
def test_proxies_of_another_shape_are_refused(proxies: Any) -> None:
    with pytest.raises(ConfigurationError, match="proxies"):
        new_client(proxies=proxies)


# tokens of a caller's own source


class Source:
    """Gives its tokens one after the other, the last one for ever."""

    def __init__(self, *tokens: Any) -> None:
        self.tokens = list(tokens)
        self.asked = 0
        self.refused: list[str] = []

    def get(self) -> str:
        self.asked += 1
        if isinstance(self.tokens[0], Exception):
            raise self.tokens[0]
        token: str = self.tokens[0]
        return token

    def invalidate(self, token: str) -> None:
        self.refused.append(token)
        if len(self.tokens) > 1:
            self.tokens.pop(0)


HEADER = {"api_token": "Authorization", "session_token": "VZ-M2M-Token"}
each_token = pytest.mark.parametrize("name", HEADER)
EXPIRED = {"errorCode": "UnifiedWebService.REQUEST_FAILED.SessionToken.Expired", "errorMessage": "m"}
INVALID = {"errorCode": "UnifiedWebService.INPUT_INVALID.SessionToken.Invalid", "errorMessage": "m"}
FAULT = {"fault": {"code": "900901", "message": "Invalid Credentials"}}


def sent_tokens(name: str) -> list[str]:
    return [call.request.headers[HEADER[name]].removeprefix("Bearer ") for call in responses.calls]


@each_token
@responses.activate
def test_a_source_is_asked_on_every_call(name: str) -> None:
    source = Source("one")
    client = new_client(**{name: source})
    responses.add("GET", GET.url, json=GET.answer)
    GET.call(client)
    source.tokens = ["two"]
    GET.call(client.with_options(timeout=5))
    GET.call(client)
    assert sent_tokens(name) == ["one", "two", "two"]
    assert source.asked == 3
    assert source.refused == []


@each_token
@each_operation
@responses.activate
def test_an_exception_of_a_source_passes_through(operation: OperationFacts, name: str) -> None:
    error = LookupError("vault is sealed")
    with pytest.raises(LookupError) as caught:
        operation.call(new_client(**{name: Source(error)}))
    assert caught.value is error
    assert len(responses.calls) == 0


@each_token
@pytest.mark.parametrize("token", [None, "", "hush hush", "hush\r\nX: y", "hushé", b"hush", 5, ["hush"]], ids=ascii)
@responses.activate
def test_a_source_without_a_usable_token_is_an_AuthenticationError(name: str, token: Any) -> None:  # noqa: N802
    with pytest.raises(AuthenticationError, match=name) as caught:
        GET.call(new_client(**{name: Source(token)}))
    assert "hush" not in str(caught.value)
    assert caught.value.operation == GET.name
    assert caught.value.outcome_unknown is False
    assert caught.value.status_code is None
    assert len(responses.calls) == 0


REFUSALS: list[tuple[str, int, Any]] = [
    ("api_token", 401, FAULT),
    ("api_token", 401, {}),
    ("api_token", 401, {"errorCode": "X"}),
    ("api_token", 400, FAULT),
    ("api_token", 403, FAULT),
    *[("session_token", status, body) for status in (400, 401, 403) for body in (EXPIRED, INVALID)],
    ("session_token", 400, {"errorCode": "REQUEST_FAILED.SessionToken.Expired"}),
    ("session_token", 400, {"errorCode": "Other.SessionToken.Expired"}),
]


@each_operation
@pytest.mark.parametrize(("name", "status", "body"), REFUSALS, ids=range(len(REFUSALS)))
@responses.activate
def test_a_refused_token_is_renewed_and_the_call_replayed_once(
    operation: OperationFacts, name: str, status: int, body: Any
) -> None:
    source, other = Source("old", "new"), Source("other")
    (other_name,) = set(HEADER) - {name}
    responses.add(operation.http_method, operation.url, json=body, status=status)
    responses.add(operation.http_method, operation.url, json=operation.answer)
    operation.call(new_client(max_attempts=1, **{name: source, other_name: other}))
    assert sent_tokens(name) == ["old", "new"]
    assert source.refused == ["old"]
    assert other.refused == []


@each_operation
@pytest.mark.parametrize(("name", "status", "body"), REFUSALS, ids=range(len(REFUSALS)))
@responses.activate
def test_a_call_is_replayed_only_once(operation: OperationFacts, name: str, status: int, body: Any) -> None:
    source = Source("one", "two", "three", "four")
    responses.add(operation.http_method, operation.url, json=body, status=status)
    with pytest.raises(FotaError) as caught:
        operation.call(new_client(**{name: source}))
    assert sent_tokens(name) == ["one", "two"]
    assert caught.value.attempts == 2
    assert caught.value.outcome_unknown is False


@each_operation
@pytest.mark.parametrize(("name", "status", "body"), REFUSALS, ids=range(len(REFUSALS)))
@responses.activate
def test_the_same_token_again_is_not_replayed(operation: OperationFacts, name: str, status: int, body: Any) -> None:
    source = Source("only")
    responses.add(operation.http_method, operation.url, json=body, status=status)
    with pytest.raises(FotaError) as caught:
        operation.call(new_client(**{name: source}))
    assert len(responses.calls) == 1
    assert source.refused == ["only"]
    assert caught.value.attempts == 1


OF_STATUS: list[tuple[int, type[ApiError]]] = [
    (400, ApiError),
    (401, AuthenticationError),
    (403, PermissionDeniedError),
    (404, NotFoundError),
    (409, ConflictError),
    (422, ApiError),
    (429, RateLimitError),
    (500, ServerError),
    (503, ServerError),
]


@each_operation
@pytest.mark.parametrize(("status", "kind"), OF_STATUS)
@pytest.mark.parametrize("body", [EXPIRED, INVALID, FAULT], ids=["expired", "invalid", "fault"])
@responses.activate
def test_a_refused_token_is_caught_in_one_place_whatever_its_status(
    client: FotaClient, operation: OperationFacts, status: int, kind: type[ApiError], body: Any
) -> None:
    responses.add(operation.http_method, operation.url, json=body, status=status)
    with pytest.raises(AuthenticationError, match=r"Check (api|session)_token") as caught:
        operation.call(client.with_options(max_attempts=1))
    assert isinstance(caught.value, operation.refusal) is (body is not FAULT or status == 400)
    assert isinstance(caught.value, kind)
    assert (caught.value.status_code, caught.value.outcome_unknown) == (status, False)
    assert repr(caught.value).startswith("AuthenticationError(")  # what to catch stands in a traceback


@pytest.mark.parametrize(("status", "kind"), OF_STATUS)
@responses.activate
def test_the_error_of_a_refused_token_can_be_pickled_and_copied(
    client: FotaClient, status: int, kind: type[ApiError]
) -> None:
    responses.add("GET", GET.url, json=EXPIRED, status=status)
    with pytest.raises(AuthenticationError) as caught:
        GET.call(client.with_options(max_attempts=1))
    error = caught.value
    for same in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert type(same) is type(error)
        assert (str(same), same.error_code) == (str(error), EXPIRED["errorCode"])
        assert (same.response.text, same.status_code) == (error.response and error.response.text, status)


@pytest.mark.parametrize("status", [400, 401, 500])
@responses.activate
def test_a_refused_token_of_a_route_without_a_method_is_caught_there_too(client: FotaClient, status: int) -> None:
    responses.add("GET", f"{BASE_URL}/fota/v3/other", json=EXPIRED, status=status)
    with pytest.raises(AuthenticationError):
        client.with_options(max_attempts=1).request("GET", "/fota/v3/other")


@responses.activate
def test_a_fixed_text_is_never_replayed(client: FotaClient) -> None:
    responses.add("GET", GET.url, json=EXPIRED, status=400)
    with pytest.raises(FotaV3ResultException, match=r"Check (api|session)_token"):
        GET.call(client)
    assert len(responses.calls) == 1


@responses.activate
def test_a_session_and_an_api_token_can_both_be_renewed_within_one_call() -> None:
    api, session = Source("a1", "a2"), Source("s1", "s2")
    responses.add("POST", POST.url, json=FAULT, status=401)
    responses.add("POST", POST.url, json=EXPIRED, status=400)
    responses.add("POST", POST.url, json=POST.answer)
    POST.call(new_client(api_token=api, session_token=session))
    assert sent_tokens("api_token") == ["a1", "a2", "a2"]
    assert sent_tokens("session_token") == ["s1", "s1", "s2"]


@pytest.mark.parametrize("code", ["INVALID_PARAMETER", "X.SessionToken.Format", "SessionToken.Expired.Not"])
@responses.activate
def test_another_400_renews_nothing(code: str) -> None:
    source = Source("old", "new")
    responses.add("GET", GET.url, json={"errorCode": code}, status=400)
    with pytest.raises(FotaV3ResultException) as caught:
        GET.call(new_client(api_token=source, session_token=source))
    assert source.refused == []
    assert type(caught.value) is FotaV3ResultException


# a caller's own session


class Recorder(HTTPAdapter):
    """Keeps what it is given to send, and answers without a network."""

    def __init__(self, *answers: tuple[int, dict[str, str], bytes], **options: Any) -> None:
        super().__init__(**options)
        self.answers = list(answers) or [(200, {}, b'{"id": "x"}')]
        self.sent: list[tuple[requests.PreparedRequest, dict[str, Any]]] = []
        self.closed = 0

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        self.sent.append((request, options))
        with responses.RequestsMock() as mock:
            status, headers, content = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            mock.add(str(request.method), str(request.url), body=content, status=status, headers=headers)
            return super().send(request, *args, **options)

    def close(self) -> None:
        self.closed += 1
        super().close()


@pytest.fixture
def session() -> Iterator[requests.Session]:
    """A session with everything set that a session can hold."""
    with requests.Session() as session:
        session.headers["X-Mine"] = "mine"
        session.headers["Authorization"] = "Basic mine"
        session.auth = ("user", "password")
        session.params = {"mine": "1"}
        session.cookies.set("mine", "1", domain="thingspace.verizon.com", path="/")
        yield session


def mounted(session: requests.Session, *answers: tuple[int, dict[str, str], bytes]) -> Recorder:
    recorder = Recorder(*answers)
    session.mount("https://thingspace.verizon.com/", recorder)
    return recorder


def state(session: requests.Session) -> dict[str, Any]:
    return {
        "headers": dict(session.headers),
        "cookies": [(cookie.name, cookie.value, cookie.domain) for cookie in session.cookies],
        "auth": session.auth,
        "params": session.params,
        "hooks": {event: list(hooks) for event, hooks in session.hooks.items()},
        "proxies": dict(session.proxies),
        "verify": session.verify,
        "cert": session.cert,
        "adapters": list(session.adapters.items()),
        "trust_env": session.trust_env,
        "max_redirects": session.max_redirects,
        "stream": session.stream,
    }


ANSWERS: dict[str, tuple[int, dict[str, str], bytes]] = {
    "a success": (200, {"Set-Cookie": "theirs=1; Path=/"}, b'{"id": "x", "accountName": "x", "success": true}'),
    "a refusal": (400, {"Set-Cookie": "theirs=1; Path=/"}, b"no"),
    "a redirect": (302, {"Set-Cookie": "theirs=1; Path=/", "Location": "http://["}, b"no"),
    "no JSON": (200, {"Set-Cookie": "theirs=1; Path=/"}, b"<html>"),
}


@each_operation
@pytest.mark.parametrize("given", ANSWERS.values(), ids=ANSWERS.keys())
def test_a_session_comes_out_as_it_went_in_and_stays_open(
    session: requests.Session, operation: OperationFacts, given: tuple[int, dict[str, str], bytes]
) -> None:
    recorder = mounted(session, given)
    before = state(session)
    with new_client(session=session) as client:
        for one in (client, client.with_options(timeout=5, insist=True)):
            try:
                operation.call(one)
            except FotaError:
                assert given is not ANSWERS["a success"]
    assert state(session) == before
    assert recorder.closed == 0
    assert len(recorder.sent) == 2
    for request, options in recorder.sent:
        assert request.url == operation.url
        assert request.headers["Authorization"] == "Bearer api-token"
        assert not {"Cookie", "X-Mine"} & set(request.headers)
        assert options["verify"] is True


def test_a_session_of_a_real_server_keeps_no_cookie_and_sends_none(session: requests.Session) -> None:
    with LoopbackServer(answer(GET.answer, headers={"Set-Cookie": "theirs=1"})) as server:
        session.cookies.set("mine", "1", domain="127.0.0.1", path="/")
        for options in NO_SESSION, {"session": session}:
            with new_client(base_url=server.url, **options) as client:
                GET.call(client)
                GET.call(client)
        assert [request.header("Cookie") for request in server.requests] == [None] * 4
        assert [request.target for request in server.requests] == ["/api" + GET.path_of()] * 4
        assert sorted(cookie.name for cookie in session.cookies) == ["mine", "mine"]


@pytest.mark.parametrize("status", [200, 400, 302, 503])
def test_the_hooks_of_a_session_run_and_see_a_finished_response(session: requests.Session, status: int) -> None:
    seen: list[tuple[int, bytes, str]] = []

    def hook(response: requests.Response, **_: Any) -> None:
        seen.append((response.status_code, response.content, str(response.request.url)))

    session.hooks["response"] = [hook]
    mounted(session, (status, {"Location": "https://elsewhere.example/"}, b'{"id": "x"}'))
    with new_client(session=session, max_attempts=1) as client:
        try:
            assert GET.call(client).id == "x"
        except FotaError:
            assert status != 200
    assert seen == [(status, b'{"id": "x"}', GET.url)]


def test_a_response_that_a_hook_puts_in_place_is_read_as_the_first_one_is() -> None:
    def cut(request: Request, connection: Connection) -> None:
        connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{")
        connection.close()

    def again(response: requests.Response, **options: Any) -> Any:
        return response.connection.send(response.request.copy(), **options) if response.status_code == 403 else None

    session = requests.Session()
    session.hooks["response"].append(again)
    with LoopbackServer(answer(status=403), cut, answer({"id": "x"})) as server:
        client = new_client(session=session, base_url=server.url)
        with pytest.raises(TransportError) as caught:
            POST.call(client)
        assert caught.value.outcome_unknown
        with pytest.raises(RepeatRefusedError):
            POST.call(client)
    with LoopbackServer(answer(status=403), cut, answer({"id": "x"})) as server:
        assert GET.call(new_client(session=session, base_url=server.url)).id == "x"


@pytest.mark.parametrize(("status", "kind"), [(503, ServerError), (404, NotFoundError), (200, DecodeError)])
def test_a_session_may_answer_with_a_response_that_was_given_no_body(status: int, kind: type[FotaError]) -> None:
    class Breaker(requests.Session):
        def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:
            response = requests.Response()
            response.status_code = status
            return response

    with pytest.raises(kind) as caught:
        POST.call(new_client(session=Breaker()))
    assert caught.value.outcome_unknown == (status != 404)


def test_an_exception_of_a_hook_passes_through(session: requests.Session) -> None:
    def hook(response: requests.Response, **_: Any) -> None:
        raise LookupError("tracing is down")

    session.hooks["response"] = [hook]
    mounted(session)
    with pytest.raises(LookupError, match="tracing is down"):
        GET.call(new_client(session=session))


def test_verify_cert_and_proxies_of_a_session_hold_where_the_client_has_none(
    session: requests.Session, bundle: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path))
    monkeypatch.setenv("HTTPS_PROXY", "http://other.example:1")
    recorder = mounted(session)
    session.verify, session.cert, session.proxies = bundle, ("cert.pem", "key.pem"), {"https": PROXY}
    GET.call(new_client(session=session))
    GET.call(new_client(session=session, verify=True, proxies={"https": "http://mine.example:1"}))
    (_, first), (_, second) = recorder.sent
    assert (first["verify"], first["cert"], first["proxies"]["https"]) == (bundle, ("cert.pem", "key.pem"), PROXY)
    assert (second["verify"], second["proxies"]) == (True, {"https": "http://mine.example:1"})


def test_a_session_may_not_switch_verification_off_for_another_machine(session: requests.Session) -> None:
    session.verify = False
    with pytest.raises(ConfigurationError, match="verify"):
        new_client(session=session)
    new_client(session=session, base_url=LOOPBACK)
    new_client(session=session, verify=True)


def test_a_session_without_trust_env_reads_no_variables(
    session: requests.Session, bundle: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", bundle)
    monkeypatch.setenv("HTTPS_PROXY", PROXY)
    session.trust_env = False
    recorder = mounted(session)
    GET.call(new_client(session=session))
    ((_, options),) = recorder.sent
    assert options["verify"] is True
    assert not options["proxies"]


RETRYING: list[Callable[[], Any]] = [
    lambda: 3,
    lambda: Retry(3),
    lambda: Retry(total=1),
    lambda: Retry(total=True),
    lambda: Retry(total=None, connect=3),
    lambda: Retry(total=None, read=3, allowed_methods=None),
    lambda: Retry(total=None, status=3, status_forcelist=[503], allowed_methods=None),
    lambda: Retry(total=None, other=3),
]
NOT_RETRYING: list[Callable[[], Any]] = [lambda: 0, lambda: False, lambda: Retry(0), lambda: Retry(0, read=False)]


@pytest.mark.parametrize("retries", RETRYING, ids=range(len(RETRYING)))
def test_a_session_that_repeats_by_itself_is_refused(session: requests.Session, retries: Callable[[], Any]) -> None:
    session.mount("https://", HTTPAdapter(max_retries=retries()))
    with pytest.raises(ConfigurationError, match="max_retries"):
        new_client(session=session)
    new_client(session=session, base_url=LOOPBACK)  # its adapter for http does not


@pytest.mark.parametrize("retries", NOT_RETRYING, ids=range(len(NOT_RETRYING)))
def test_a_session_that_does_not_is_taken(session: requests.Session, retries: Callable[[], Any]) -> None:
    session.mount("https://", HTTPAdapter(max_retries=retries()))
    new_client(session=session)


@pytest.mark.parametrize("other", [requests, object(), "session", 5, requests.Session, HTTPAdapter()], ids=case_id)
def test_a_session_that_is_none_is_refused(other: Any) -> None:
    with pytest.raises(ConfigurationError, match="session"):
        new_client(session=other)


def test_the_netrc_never_replaces_the_bearer(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, session: requests.Session
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1\nlogin user\npassword psst\ndefault login user password psst\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    assert session.trust_env
    with LoopbackServer(answer(GET.answer)) as server:
        session.auth = None
        trapped = session.get(server.url, headers={"Authorization": "Bearer api-token"})
        assert trapped.request.headers["Authorization"].startswith("Basic ")
        server.requests.clear()
        for options in NO_SESSION, {"session": session}:
            with new_client(base_url=server.url, **options) as client:
                GET.call(client)
        assert [request.header("Authorization") for request in server.requests] == ["Bearer api-token"] * 2


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_session_follows_no_redirect(session: requests.Session, status: int) -> None:
    with (
        LoopbackServer(answer(POST.answer)) as target,
        LoopbackServer(answer(None, status, {"Location": target.url, "Set-Cookie": "theirs=1"})) as server,
        new_client(base_url=server.url, session=session) as client,
    ):
        before = state(session)
        with pytest.raises(RedirectError):
            POST.call(client)
        assert len(server.requests) == 1
        assert target.requests == []
        assert state(session) == before


def test_certificates_of_this_machine_are_checked_unless_told_otherwise(tmp_path: Path) -> None:
    with LoopbackServer(answer(GET.answer), wrap=_no_tls) as server:
        client = new_client(base_url=server.url.replace("http:", "https:"), max_attempts=1)
        with pytest.raises(FotaError) as caught:
            GET.call(client)
        assert not isinstance(caught.value, ServerError)
        assert server.requests == []


def _no_tls(sock: Any) -> Any:
    sock.close()
    raise ssl.SSLError("no TLS here")
