from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from fota_sdk import AuthenticationError, FotaClient, FotaError, OAuthClientCredentials, ServerError, SessionLogin
from fota_sdk.core import auth
from tests.faults.calls import ALL, GET, GOOD, POST, PUT_DATES, client_of
from tests.loopback import Connection, LoopbackServer, Request, answer

CREDENTIALS = OAuthClientCredentials("key-of-app", "secret-of-app")
LOGIN = SessionLogin("user-name", "pass-word")

TOKEN_PATH = "/api/ts/v1/oauth2/token"
LOGIN_PATH = "/api/m2m/v1/session/login"


class Service:
    """A service with its own idea of tokens, on a loopback socket; a test changes its attributes.

    It gives tokens t1, t2, ... and sessions s1, s2, ..., and lets in the newest ones only.
    """

    def __init__(self) -> None:
        self.life: Any = 3600
        self.token_answers: list[Any] = []
        self.login_answers: list[Any] = []
        self.operation_answers: list[Any] = []
        self.tokens = self.logins = 0
        self.reissue = False
        self.issued = 0.0
        self.late = 0
        self.before_token: Callable[[], object] = lambda: None
        self.server = LoopbackServer(self._serve)

    def _serve(self, request: Request, connection: Connection) -> None:
        script = {TOKEN_PATH: self._token, LOGIN_PATH: self._login}.get(request.target, self._operation)(request)
        script(request, connection)

    def _token(self, request: Request) -> Any:
        self.before_token()
        if self.token_answers:
            return self.token_answers.pop(0)
        if not (self.reissue and self.tokens):
            self.tokens += 1
            self.issued = time.monotonic()
        return answer({"access_token": f"t{self.tokens}", "token_type": "Bearer", "expires_in": self.life})

    def _login(self, request: Request) -> Any:
        if request.header("Authorization") != f"Bearer t{self.tokens}":
            return answer({"fault": {"code": 900901, "message": "Invalid Credentials"}}, status=401)
        if self.login_answers:
            return self.login_answers.pop(0)
        self.logins += 1
        return answer({"sessionToken": f"s{self.logins}"})

    def _operation(self, request: Request) -> Any:
        if request.header("Authorization") != f"Bearer t{self.tokens}":
            return answer({"fault": {"code": 900901, "message": "Invalid Credentials"}}, status=401)
        if isinstance(self.life, float) and time.monotonic() - self.issued > self.life:
            self.late += 1
            return answer({"fault": {"code": 900901, "message": "Invalid Credentials"}}, status=401)
        if self.operation_answers:
            return self.operation_answers.pop(0)
        if request.header("VZ-M2M-Token") != f"s{self.logins}":
            return answer({"errorCode": "UnifiedWebService.REQUEST_FAILED.SessionToken.Expired"}, status=400)
        return answer(GOOD)

    def targets(self) -> list[str]:
        names = {TOKEN_PATH: "token", LOGIN_PATH: "login"}
        return [names.get(request.target, request.method) for request in self.server.requests]

    def client(self, **options: Any) -> FotaClient:
        return client_of(self.server, **{"api_token": CREDENTIALS, "session_token": LOGIN, **options})


@pytest.fixture
def service() -> Any:
    service = Service()
    with service.server:
        yield service


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The monotonic clock that tokens live by; a test moves it."""
    now = [1000.0]
    monkeypatch.setattr(auth.time, "monotonic", lambda: now[0])
    return now


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


def test_a_token_is_renewed_a_minute_before_it_expires(service: Service, clock: list[float]) -> None:
    with service.client() as client:
        GET(client)
        clock[0] += 3539
        GET(client)
        assert service.tokens == 1
        clock[0] += 2
        GET(client)
        assert service.tokens == 2
    assert service.targets().count("GET") == 3


def test_a_short_token_is_renewed_in_its_last_quarter(service: Service, clock: list[float]) -> None:
    service.life = 2
    with service.client() as client:
        GET(client)
        clock[0] += 1.4
        GET(client)
        assert service.tokens == 1
        clock[0] += 0.2
        GET(client)
        assert service.tokens == 2


def test_the_same_token_within_its_hour_is_not_asked_for_on_every_call(service: Service, clock: list[float]) -> None:
    with service.client() as client:
        GET(client)
        service.reissue = True
        clock[0] += 3550
        service.life = 50
        for _ in range(49):
            GET(client)
            clock[0] += 1
        assert service.targets().count("token") == 2
        service.reissue = False
        clock[0] += 2
        GET(client)
        assert service.targets().count("token") == 3


def test_wall_clock_changes_do_not_matter(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    with service.client() as client:
        GET(client)
        monkeypatch.setattr(time, "time", lambda: 4e9)
        GET(client)
    assert service.targets().count("token") == 1


def test_a_token_without_a_stated_life_is_kept_until_it_is_refused(service: Service, clock: list[float]) -> None:
    service.life = None
    with service.client() as client:
        GET(client)
        clock[0] += 1e6
        GET(client)
        assert service.targets().count("token") == 1
        service.tokens += 1
        GET(client)
        assert service.targets().count("token") == 2


def test_a_failing_renewal_does_not_take_away_a_token_that_still_lives(service: Service, clock: list[float]) -> None:
    with service.client() as client:
        GET(client)
        clock[0] += 3550
        service.token_answers = [answer({}, status=400)]
        GET(client)
        GET(client)
    assert service.targets().count("token") == 2


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
def test_an_answer_without_a_usable_token_poisons_nothing(service: Service, which: str, reply: str) -> None:
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


@pytest.mark.parametrize(
    "life",
    [
        -5,
        -0.5,
        "x",
        "",
        " ",
        "5 s",
        "-60",
        "-1e-9",
        "NaN",
        "Infinity",
        "1_000",
        "0x10",
        "٣",
        True,
        False,
        [60],
        {"s": 60},
    ],
)
def test_a_life_that_is_none_poisons_nothing(service: Service, life: Any) -> None:
    service.token_answers = [answer({"access_token": "t0", "expires_in": life})]
    with service.client() as client:
        with pytest.raises(AuthenticationError, match="expires_in") as caught:
            GET(client)
        assert (caught.value.operation, caught.value.outcome_unknown) == ("oauth2.token", False)
        GET(client)


@pytest.mark.parametrize("life", [b"NaN", b"Infinity", b"-Infinity"])
def test_a_life_that_is_no_json_poisons_nothing(service: Service, life: bytes) -> None:
    service.token_answers = [answer(content=b'{"access_token": "t0", "expires_in": %s}' % life)]
    with service.client() as client:
        with pytest.raises(AuthenticationError, match="no JSON"):
            GET(client)
        GET(client)


YEAR = 365 * 24 * 3600.0


@pytest.mark.parametrize(
    "life",
    [
        YEAR + 1,
        2**31,
        9223372036854775,
        2**64,
        10**4000,
        1e30,
        1e300,
        "31536001",
        "9" * 20,
        "9" * 5000,
        "1e30",
        "1e999",
    ],
)
def test_a_very_long_life_is_cut_to_a_year(service: Service, life: Any, clock: list[float]) -> None:
    service.life = life
    with service.client() as client:
        GET(client)
        clock[0] += YEAR - 61
        GET(client)
        assert service.targets().count("token") == 1
        clock[0] += 2
        GET(client)
        assert service.targets().count("token") == 2


@pytest.mark.parametrize("absent", [{}, {"expires_in": None}])
def test_a_life_that_is_not_told_ends_with_a_refusal(
    service: Service, absent: dict[str, None], clock: list[float]
) -> None:
    service.tokens = 1
    service.token_answers = [answer({"access_token": "t1", **absent})]
    with service.client() as client:
        GET(client)
        clock[0] += 10 * YEAR
        GET(client)
        assert service.targets().count("token") == 1


@pytest.mark.parametrize("none_left", [0, 0.0, -0.0, "0", "0.0", "0e5"])
def test_a_token_with_no_life_left_serves_the_call_that_fetched_it(service: Service, none_left: Any) -> None:
    service.tokens = 1
    service.token_answers = [answer({"access_token": "t1", "expires_in": none_left})] * 2
    with service.client() as client:
        GET(client)
        assert service.targets() == ["token", "login", "GET"]  # for the login of that call too
        POST(client)
        assert service.targets()[3:] == ["token", "POST"]
        POST(client)
        POST(client)
        assert service.targets()[5:] == ["token", "POST", "POST"]


def test_a_token_with_no_life_left_serves_the_repeats_of_its_call(service: Service, pauses: list[float]) -> None:
    service.life = 0
    service.operation_answers = [answer({}, status=503)] * 2
    with service.client() as client:
        GET(client)
    assert service.targets() == ["token", "login", "GET", "GET", "GET"]


def test_a_token_with_no_life_left_that_is_refused_is_renewed_once(service: Service) -> None:
    service.life = 0
    service.operation_answers = [answer({"fault": {"code": 900901}}, status=401)]
    with service.client() as client:
        POST(client)
    assert service.targets() == ["token", "login", "POST", "token", "POST"]


def test_threads_with_tokens_that_have_no_life_left_each_send_a_good_one(service: Service) -> None:
    service.life = 0
    service.reissue = True
    with service.client(max_connections=8, timeout=30) as client, ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: GET(client), range(40)))
    assert service.targets().count("GET") == 40
    assert service.targets().count("token") <= 40


def test_a_life_in_digits_is_taken(service: Service, clock: list[float]) -> None:
    service.life = "60"
    with service.client() as client:
        GET(client)
        clock[0] += 61
        GET(client)
    assert service.targets().count("token") == 2


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


def test_short_tokens_never_make_a_call_fail(service: Service) -> None:
    service.life = 1.0
    with service.client() as client:
        while service.tokens < 4:
            GET(client)
    assert service.late == 0


def test_a_hanging_token_endpoint_stops_nobody_while_the_old_token_lives(service: Service, clock: list[float]) -> None:
    release = threading.Event()
    with service.client(timeout=20) as client:
        GET(client)
        clock[0] += 3550
        service.before_token = lambda: release.wait(20)
        renewing = threading.Thread(target=GET, args=(client,))
        renewing.start()
        while service.targets().count("token") < 2:
            time.sleep(0.01)
        for _ in range(5):
            GET(client)  # while another thread waits for the token
        assert service.targets().count("GET") == 6
        release.set()
        renewing.join(20)
    assert service.targets().count("token") == 2


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
