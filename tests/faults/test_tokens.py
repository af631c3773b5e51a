from __future__ import annotations

import base64
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from fota_sdk import AuthenticationError, FotaError, ServerError
from fota_sdk.core.timeout import Deadline
from tests.faults.calls import ALL, GET, GOOD, POST, PUT_DATES, client_of
from tests.faults.token_service import LOGIN, LOGIN_PATH, TOKEN_PATH, Service
from tests.loopback import Connection, LoopbackServer, Request, answer


def test_both_tokens_are_fetched_once_and_as_the_vendor_documents(service: Service) -> None:
    with service.client() as client:
        GET(client)
        POST(client)
    token, login, *calls = service.server.requests
    assert (token.method, token.target) == ("POST", TOKEN_PATH)
    assert token.header("Authorization") == "Basic " + base64.b64encode(b"key-of-app:secret-of-app").decode()
    assert token.header("Content-Type") == "application/x-www-form-urlencoded"
    assert token.header("Accept") == "application/json"
    assert token.header("VZ-M2M-Token") is None
    assert token.body == b"grant_type=client_credentials"
    assert (login.method, login.target) == ("POST", LOGIN_PATH)
    assert login.header("Authorization") == "Bearer t1"
    assert login.header("VZ-M2M-Token") is None
    assert json.loads(login.body) == {"username": "user-name", "password": "pass-word"}
    assert [(call.header("Authorization"), call.header("VZ-M2M-Token")) for call in calls] == [("Bearer t1", "s1")] * 2


def test_fifty_threads_fetch_one_token_and_one_session(service: Service) -> None:
    service.before_token = lambda: time.sleep(0.1)
    barrier = threading.Barrier(50)

    def call(_: int) -> None:
        barrier.wait(10)
        GET(client)

    with service.client(max_connections=50, timeout=30) as client, ThreadPoolExecutor(50) as threads:
        list(threads.map(call, range(50)))
    assert (service.targets().count("token"), service.targets().count("login")) == (1, 1)


@pytest.mark.parametrize("which", ["token", "login"])
def test_fifty_threads_with_a_refused_token_renew_it_once(service: Service, which: str) -> None:
    barrier = threading.Barrier(50)

    def call(_: int) -> None:
        barrier.wait(10)
        GET(client)

    with service.client(max_connections=50, timeout=30) as client, ThreadPoolExecutor(50) as threads:
        GET(client)
        service.before_token = lambda: time.sleep(0.1)
        if which == "token":
            service.tokens += 1  # the service forgets t1
        else:
            service.logins += 1  # and here s1
        list(threads.map(call, range(50)))
    assert service.targets().count(which) == 2


@pytest.mark.parametrize("call", ALL)
def test_a_refused_token_is_renewed_and_the_call_sent_once_more(service: Service, call: str) -> None:
    with service.client(max_attempts=1) as client:
        GET(client)
        service.tokens += 1
        ALL[call](client)
    assert service.targets().count("token") == 2
    assert len(service.server.requests) == 2 + 1 + 3


@pytest.mark.parametrize("call", ALL)
def test_an_expired_session_is_opened_anew_and_the_call_sent_once_more(service: Service, call: str) -> None:
    with service.client(max_attempts=1) as client:
        GET(client)
        service.logins += 1
        ALL[call](client)
    assert service.targets().count("login") == 2
    assert service.targets().count("token") == 1


@pytest.mark.parametrize("status", [400, 401, 403, 500])
@pytest.mark.parametrize(
    "code", ["UnifiedWebService.REQUEST_FAILED.SessionToken.Expired", "INPUT_INVALID.SessionToken.Invalid"]
)
def test_the_code_tells_that_a_session_is_over_whatever_the_status(service: Service, status: int, code: str) -> None:
    service.operation_answers = [answer({"errorCode": code}, status=status)]
    with service.client(max_attempts=1) as client:
        POST(client)
    assert service.targets() == ["token", "login", "POST", "login", "POST"]


def test_a_token_that_is_refused_again_is_an_error_after_one_replay(service: Service) -> None:
    refusal = answer({"fault": {"code": "900901", "message": "Invalid Credentials"}}, status=401)
    service.operation_answers = [refusal] * 5
    with service.client() as client, pytest.raises(AuthenticationError, match="900901") as caught:
        POST(client)
    assert service.targets() == ["token", "login", "POST", "token", "POST"]
    assert caught.value.attempts == 2
    assert not caught.value.outcome_unknown
    assert caught.value.operation == "v3.schedule_campaign_firmware_upgrade"


def test_nothing_is_sent_again_when_the_service_gives_the_same_token(service: Service) -> None:
    with service.client() as client:
        GET(client)
        service.reissue = True
        service.operation_answers = [answer({}, status=401)]
        with pytest.raises(AuthenticationError) as caught:
            POST(client)
    assert service.targets() == ["token", "login", "GET", "POST", "token"]
    assert caught.value.attempts == 1


@pytest.mark.parametrize("token", ["api_token", "session_token"])
def test_nothing_is_sent_again_for_a_fixed_token(token: str) -> None:
    code = {"api_token": "900901", "session_token": "X.SessionToken.Expired"}[token]
    with LoopbackServer(answer({"errorCode": code}, status=401)) as server, client_of(server) as client:
        with pytest.raises(AuthenticationError, match=r"Check (api|session)_token"):
            GET(client)
        assert len(server.requests) == 1


@pytest.mark.parametrize("status", [400, 403, 404, 409, 422])
def test_other_refusals_renew_nothing(service: Service, status: int) -> None:
    service.operation_answers = [answer({"errorCode": "INVALID_PARAMETER"}, status=status)]
    with service.client() as client, pytest.raises(FotaError):
        POST(client)
    assert service.targets() == ["token", "login", "POST"]


def test_a_refused_login_is_not_tried_again(service: Service) -> None:
    service.login_answers = [answer({"errorCode": "INPUT_INVALID.Password.Invalid", "errorMessage": "No"}, status=400)]
    with service.client() as client:
        copy = client.with_options(timeout=3)
        for each in (client, copy, client, copy, client, client):
            with pytest.raises(AuthenticationError, match=r"session\.login.*Password\.Invalid") as caught:
                POST(each)
            assert caught.value.operation == "session.login"
            assert not caught.value.outcome_unknown
    assert service.targets() == ["token", "login"]


def test_a_new_client_logs_in_anew(service: Service) -> None:
    service.login_answers = [answer({"errorCode": "INPUT_INVALID.Password.Invalid"}, status=400)]
    with service.client() as client, pytest.raises(AuthenticationError):
        GET(client)
    with service.client() as client:
        GET(client)


@pytest.mark.parametrize("status", [500, 503, 200])
def test_a_login_that_fails_otherwise_is_sent_once_a_call(service: Service, status: int, pauses: list[float]) -> None:
    service.login_answers = [answer(content=b"<html>", status=status)]
    with service.client() as client:
        with pytest.raises(FotaError) as caught:
            GET(client)
        assert caught.value.operation == "session.login"
        assert not caught.value.outcome_unknown
        assert isinstance(caught.value, ServerError if status >= 500 else AuthenticationError)
        assert service.targets() == ["token", "login"]
        if status >= 500:
            GET(client)


def test_a_login_uses_a_renewed_api_token(service: Service) -> None:
    with service.client() as client:
        GET(client)
        service.tokens += 1
        service.logins += 1
        GET(client)
    assert service.targets().count("login") == 2


@pytest.mark.parametrize("status", [400, 401, 403])
def test_refused_credentials_are_asked_for_once(service: Service, status: int, pauses: list[float]) -> None:
    body = {"error": "invalid_client", "error_description": "Unknown key"}
    service.token_answers = [answer(body, status=status)] * 9
    with service.client() as client, pytest.raises(AuthenticationError, match="invalid_client: Unknown key") as caught:
        POST(client)
    assert service.targets() == ["token"]
    assert caught.value.operation == "oauth2.token"
    assert caught.value.error_code == "invalid_client"
    assert caught.value.status_code == status
    assert not caught.value.outcome_unknown


def test_a_failing_token_endpoint_is_tried_three_times(service: Service, pauses: list[float]) -> None:
    service.token_answers = [answer({}, status=503)] * 3
    with service.client() as client:
        with pytest.raises(ServerError) as caught:
            POST(client)
        assert service.targets() == ["token"] * 3
        assert (caught.value.operation, caught.value.outcome_unknown) == ("oauth2.token", False)
        POST(client)


@pytest.mark.parametrize("which", ["token", "login"])
def test_the_limits_of_a_copy_hold_for_its_token_calls_too(service: Service, which: str, pauses: list[float]) -> None:
    (service.token_answers if which == "token" else service.login_answers).append(answer({}, status=503))
    with service.client() as client, pytest.raises(ServerError) as caught:
        POST(client.with_options(max_attempts=1))
    assert (service.targets()[-1], service.targets().count(which), caught.value.attempts) == (which, 1, 1)


@pytest.mark.parametrize("which", ["token", "login"])
@pytest.mark.parametrize("last", [answer({}), answer(content=b"<html>")], ids=["nothing", "HTML"])
def test_an_error_about_a_token_counts_the_calls_that_brought_none(
    service: Service, which: str, last: Any, pauses: list[float]
) -> None:
    throttled = answer({}, status=429)  # the one failure after which both operations are tried again
    (service.token_answers if which == "token" else service.login_answers).extend([throttled, throttled, last])
    with service.client() as client, pytest.raises(AuthenticationError, match=r"no usable|no JSON") as caught:
        POST(client)
    assert (service.targets().count(which), caught.value.attempts) == (3, 3)


def test_a_late_refusal_of_an_older_token_does_not_bring_back_a_refused_one(service: Service) -> None:
    with service.client() as client:
        GET(client)
        token = client._tokens["api_token"]
        first = token.get(Deadline(5), client._limits)
        token.reject(first)
        second = token.get(Deadline(5), client._limits)
        token.reject(second)
        token.reject(first)
        assert token.get(Deadline(5), client._limits) not in (first, second)
    assert service.targets().count("token") == 3


UNUSABLE = {
    "HTML": answer(content=b"<html>secret-in-page</html>"),
    "nothing": answer(content=b""),
    "a list": answer(["t"]),
    "a text": answer("t"),
    "no token": answer({"token_type": "Bearer"}),
    "null": answer({"access_token": None, "sessionToken": None}),
    "a list of tokens": answer({"access_token": ["t"], "sessionToken": ["t"]}),
    "a number": answer({"access_token": 5, "sessionToken": 5}),
    "empty": answer({"access_token": "", "sessionToken": ""}),
    "a line break": answer({"access_token": "t\r\nX: y", "sessionToken": "t\r\nX: y"}),
    "a space": answer({"access_token": "t t", "sessionToken": "t t"}),
    "letters beyond ASCII": answer({"access_token": "té", "sessionToken": "té"}),
    "a pickle tag": answer(content=b'{"access_token": {"py/reduce": [{"py/type": "os.getcwd"}, {"py/tuple": []}]}}'),
}


@pytest.mark.parametrize("reply", UNUSABLE)
@pytest.mark.parametrize("which", ["token", "login"])
def test_a_response_without_a_usable_token_poisons_nothing(service: Service, which: str, reply: str) -> None:
    (service.token_answers if which == "token" else service.login_answers).append(UNUSABLE[reply])
    with service.client() as client:
        with pytest.raises(AuthenticationError, match=r"no usable|no JSON") as caught:
            POST(client)
        assert caught.value.operation == {"token": "oauth2.token", "login": "session.login"}[which]
        assert "secret-in-page" not in str(caught.value) + str(vars(caught.value))
        assert not caught.value.outcome_unknown
        if which == "token":
            POST(client)
            assert service.targets() == ["token", "token", "login", "POST"]


def test_a_redirect_of_the_token_endpoint_is_not_followed(service: Service) -> None:
    foreign = answer({"access_token": "foreign", "expires_in": 60})
    with LoopbackServer(foreign) as elsewhere:
        service.token_answers = [answer({}, status=302, headers={"Location": elsewhere.url})]
        with service.client() as client, pytest.raises(FotaError, match=r"oauth2\.token.*redirects"):
            GET(client)
        assert elsewhere.requests == []


def test_fetching_tokens_counts_against_the_deadline(service: Service) -> None:
    service.before_token = lambda: time.sleep(3)
    with service.client(timeout=0.5) as client:
        begin = time.monotonic()
        with pytest.raises(FotaError) as caught:
            POST(client)
        assert time.monotonic() - begin < 2
    assert caught.value.operation == "oauth2.token"
    assert not caught.value.outcome_unknown


def test_waiting_for_another_threads_token_counts_against_the_deadline(service: Service) -> None:
    waiting = threading.Event()

    def slow() -> None:
        waiting.set()
        time.sleep(1.5)

    service.before_token = slow
    with service.client(timeout=10) as client:
        other = threading.Thread(target=GET, args=(client,))
        other.start()
        assert waiting.wait(5)
        begin = time.monotonic()
        with pytest.raises(TimeoutError, match="nothing was sent"):
            POST(client.with_options(timeout=0.3))
        assert time.monotonic() - begin < 1.2
        other.join(10)


def test_one_connection_suffices_for_tokens_and_calls(service: Service) -> None:
    with service.client(max_connections=1) as client:
        GET(client)
    assert service.server.connections == 1


def test_a_token_that_cannot_be_had_after_a_doubtful_attempt_leaves_the_doubt(
    service: Service, pauses: list[float]
) -> None:
    with service.client() as client:
        GET(client)
        service.operation_answers = [answer({}, status=503), answer({}, status=401)]
        service.token_answers = [answer({"error": "invalid_client"}, status=401)]
        with pytest.raises(AuthenticationError) as caught:
            PUT_DATES(client)
    assert caught.value.outcome_unknown


def test_a_spurious_refusal_does_not_make_every_later_call_ask(service: Service) -> None:
    with service.client() as client:
        GET(client)
        service.reissue = True
        service.operation_answers = [answer({}, status=401)]
        with pytest.raises(AuthenticationError):
            GET(client)
        for _ in range(5):
            GET(client)
    assert service.targets().count("token") == 2


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 423])
def test_every_kind_of_refused_login_is_remembered(service: Service, status: int) -> None:
    service.login_answers = [answer({"errorCode": "INPUT_INVALID.Password.Invalid"}, status=status)] * 9
    with service.client() as client:
        for _ in range(5):
            with pytest.raises(FotaError, match=r"session\.login"):
                POST(client)
    assert service.targets().count("login") == 1


def test_a_login_refused_for_its_api_token_is_not_held_against_the_password() -> None:
    class Source:
        token = "stale"

        def get(self) -> str:
            return self.token

        def invalidate(self, token: str) -> None:
            pass

    def serve(request: Request, connection: Connection) -> None:
        good = request.header("Authorization") == "Bearer good"
        reply = answer(
            {"sessionToken": "s", **GOOD} if good else {"fault": {"code": 900901}}, status=200 if good else 401
        )
        reply(request, connection)

    source = Source()
    with LoopbackServer(serve) as server:
        with client_of(server, api_token=source, session_token=LOGIN) as client:
            with pytest.raises(AuthenticationError):
                GET(client)
            source.token = "good"
            GET(client)


def test_an_unclosed_client_with_credentials_is_freed_without_the_garbage_collector(service: Service) -> None:
    import gc
    import weakref

    gc.disable()
    try:
        client = service.client()
        GET(client)
        seen = weakref.ref(client._caller)
        client.close()
        del client
        assert seen() is None
    finally:
        gc.enable()


def test_being_throttled_at_the_login_is_not_remembered(service: Service, pauses: list[float]) -> None:
    service.login_answers = [answer({}, status=429)] * 3
    with service.client() as client:
        with pytest.raises(FotaError):
            GET(client)
        GET(client)


def test_refused_credentials_are_not_held_against_the_login(service: Service) -> None:
    service.token_answers = [answer({"error": "invalid_client"}, status=401)]
    with service.client() as client:
        with pytest.raises(AuthenticationError):
            GET(client)
        GET(client)


def test_a_refused_token_leaves_no_doubt_whatever_its_status(service: Service) -> None:
    expired = answer({"errorCode": "X.SessionToken.Expired"}, status=500)
    service.operation_answers = [expired, answer({"errorCode": "NO"}, status=400)]
    with service.client() as client, pytest.raises(FotaError, match="NO") as caught:
        POST(client)
    assert not caught.value.outcome_unknown
