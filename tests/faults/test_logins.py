"""How often a user is logged in: five failed logins in a row lock it at the vendor."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from fota_sdk import (
    ApiError,
    AuthenticationError,
    ConflictError,
    FotaClient,
    FotaError,
    NotFoundError,
    OAuthClientCredentials,
    RateLimitError,
    ServerError,
    SessionLogin,
    TransportError,
)
from tests.faults.calls import GET, GOOD, POST, client_of
from tests.faults.test_threads_and_processes import fork, needs_fork, wait_for
from tests.loopback import Connection, LoopbackServer, Request, Script, answer

LOGIN = SessionLogin("user-name", "pass-word")
CREDENTIALS = OAuthClientCredentials("key-of-app", "secret-of-app")

XML = '<am:fault xmlns:am="http://wso2.org/apimanager"><am:code>{}</am:code><am:message>No</am:message></am:fault>'
WRONG_PASSWORD = {"errorCode": "UnifiedWebService.INPUT_INVALID.Password.Invalid", "errorMessage": "No"}


def xml(code: int, status: int) -> Script:
    return answer(content=XML.format(code).encode(), status=status, headers={"Content-Type": "application/xml"})


class Logins:
    """A service that gives API tokens t1, t2, ..., and answers logins one after the other, the last one for all later.

    Without a response for it, a login opens a session.
    """

    def __init__(self, *answers: Script | None) -> None:
        self.answers = list(answers) or [None]
        self.server = LoopbackServer(self._serve)
        self.bearers: list[str | None] = []
        self.tokens = 0
        self.session_is_over = False

    def _serve(self, request: Request, connection: Connection) -> None:
        if request.target.endswith("/token"):
            self.tokens += 1
            answer({"access_token": f"t{self.tokens}"})(request, connection)
        elif request.target.endswith("/login"):
            self.bearers.append(request.header("Authorization"))
            script = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            (script or answer({"sessionToken": "s"}))(request, connection)
        elif self.session_is_over:
            self.session_is_over = False
            answer({"errorCode": "REQUEST_FAILED.SessionToken.Expired"}, status=400)(request, connection)
        else:
            answer(GOOD)(request, connection)

    def client(self, **options: Any) -> FotaClient:
        return client_of(self.server, **{"api_token": "fixed", "session_token": LOGIN, **options})

    def ends(self, calls: int, **options: Any) -> list[FotaError | None]:
        """Return how each of some calls of one client ended."""
        with self.server, self.client(**options) as client:
            return [error_of(client) for _ in range(calls)]


def error_of(client: FotaClient) -> FotaError | None:
    try:
        POST(client)
    except FotaError as error:
        return error
    return None


# What a login is answered with in each of six calls: how many logins are sent in all, and what the first and the last
# call raise.
SHAPES: dict[str, Callable[[int], Script]] = {
    "JSON fault": lambda status: answer({"fault": {"code": 900908, "message": "Forbidden"}}, status=status),
    "XML fault": lambda status: xml(status, status),
    "HTML": lambda status: answer(content=b"<html>no</html>", status=status, headers={"Content-Type": "text/html"}),
    "empty": lambda status: answer(content=b"", status=status),
    "another errorCode": lambda status: answer({"errorCode": "UnifiedWebService.REQUEST_FAILED.X"}, status=status),
    "errorCode of a service of users": lambda status: answer({"errorCode": "UserService.TryLater"}, status=status),
    "prose": lambda status: answer(content=b"code of the user: Password.Invalid", status=status),
    "OAuth's error": lambda status: answer({"error": "invalid_request"}, status=status),
}
PASSING: dict[int, tuple[int, type[FotaError]]] = {
    400: (3, AuthenticationError),
    401: (3, AuthenticationError),
    403: (3, AuthenticationError),
    404: (3, NotFoundError),
    408: (3, ApiError),
    409: (3, ConflictError),
    429: (9, RateLimitError),  # each call tries three times
    500: (6, ServerError),
    503: (6, ServerError),
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("status", PASSING)
def test_after_three_refused_logins_in_a_row_no_other_one_is_sent(status: int, shape: str, pauses: list[float]) -> None:
    logins = Logins(SHAPES[shape](status))
    errors = logins.ends(6)
    sent, kind = PASSING[status]
    assert len(logins.bearers) == sent
    assert [type(error) for error in errors[:2]] == [kind, kind]
    assert {type(error) for error in errors[2:]} == {ServerError if status >= 500 else AuthenticationError}
    assert [(error.operation, error.outcome_unknown) for error in errors if error] == [("session.login", False)] * 6
    if status < 500:
        assert len({str(error) for error in errors[2:]}) == 1
        assert "This client does not log in again" in str(errors[-1])


ABOUT_THE_USER = [
    "UnifiedWebService.INPUT_INVALID.Password.Invalid",
    "INPUT_INVALID.Password.Invalid",
    "UnifiedWebService.INPUT_INVALID.UserName.Invalid",
    "SessionService.INPUT_INVALID.Username.Null",
    "UnifiedWebService.REQUEST_FAILED.Login.Locked",
    "UnifiedWebService.REQUEST_FAILED.UserLocked",
    "REQUEST_FAILED.Password.Expired",
    "INVALID_CREDENTIALS",
    "invalid_user",
    "AuthenticationFailed",
]
SHAPES_OF_A_CODE: dict[str, Callable[[str], Any]] = {
    "errorCode": lambda code: {"errorCode": code, "errorMessage": "No"},
    "a fault": lambda code: {"fault": {"code": code, "message": "No"}},
    "a list of codes": lambda code: {"errorCode": [code]},
    "below a list": lambda code: [{"errorCode": code}],
    "OAuth's error": lambda code: {"error": code},
    "XML": lambda code: f"<error><errorCode>{code}</errorCode></error>",
    "SOAP": lambda code: f'<s:Fault><faultcode xmlns:a="urn:x">a:{code}</faultcode></s:Fault>',
}


@pytest.mark.parametrize("shape", SHAPES_OF_A_CODE)
@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 408, 409, 422, 423, 500])
def test_a_refused_user_or_password_is_tried_once_whatever_the_status(status: int, shape: str) -> None:
    body = SHAPES_OF_A_CODE[shape](ABOUT_THE_USER[0])
    refusal = answer(content=body.encode(), status=status) if isinstance(body, str) else answer(body, status=status)
    logins = Logins(refusal)
    errors = logins.ends(6)
    assert len(logins.bearers) == 1
    assert {type(error) for error in errors} == {AuthenticationError}
    assert {(error.operation, error.outcome_unknown) for error in errors if error} == {("session.login", False)}
    assert len({str(error) for error in errors}) == 1
    assert "Password.Invalid" in str(errors[0])
    assert "build a new client" in str(errors[0])


@pytest.mark.parametrize("code", ABOUT_THE_USER)
def test_every_code_about_user_or_password_stops_the_client(code: str) -> None:
    logins = Logins(answer({"errorCode": code}, status=400))
    logins.ends(6)
    assert len(logins.bearers) == 1


def test_a_failed_login_in_between_fails_its_call_alone() -> None:
    logins = Logins(xml(404, 404), answer(content=b"", status=401), None)
    errors = logins.ends(4)
    assert [type(error) for error in errors] == [NotFoundError, AuthenticationError, type(None), type(None)]


def test_a_success_makes_the_count_begin_anew() -> None:
    refused = answer(content=b"<html>", status=403)
    logins = Logins(refused, refused, None, refused, refused, None, refused)
    with logins.server, logins.client() as client:
        for _ in range(2):
            assert [type(error_of(client)) for _ in range(3)] == [AuthenticationError, AuthenticationError, type(None)]
            logins.session_is_over = True
        assert [type(error_of(client)) for _ in range(4)] == [AuthenticationError] * 4
    assert len(logins.bearers) == 9


def test_an_outage_neither_counts_nor_makes_the_count_begin_anew(pauses: list[float]) -> None:
    refused, down = answer(content=b"<html>", status=403), answer(content=b"", status=503)
    lost: Script = lambda request, connection: connection.close()  # noqa: E731
    logins = Logins(refused, down, lost, refused, down, refused, None)
    errors = logins.ends(8)
    assert [type(error) for error in errors[:6]] == [
        *(AuthenticationError, ServerError, TransportError),
        *(AuthenticationError, ServerError, AuthenticationError),
    ]
    assert len(logins.bearers) == 6


@pytest.mark.parametrize("fault", [answer({"fault": {"code": 900901}}, status=401), xml(900901, 401), xml(900901, 403)])
def test_a_fault_about_the_api_token_renews_it_and_the_login_is_sent_once_more(fault: Script) -> None:
    logins = Logins(fault, None)
    assert logins.ends(2, api_token=CREDENTIALS) == [None, None]
    assert logins.bearers == ["Bearer t1", "Bearer t2"]


@pytest.mark.parametrize(
    "refusal",
    [
        answer({"fault": {"code": 900903, "message": "Access Token Expired"}}, status=401),
        xml(900904, 401),
        answer(content=b"", status=401),
    ],
)
def test_after_any_other_401_the_next_login_comes_with_another_api_token(refusal: Script) -> None:
    logins = Logins(refusal, None)
    first, second = logins.ends(2, api_token=CREDENTIALS)
    assert isinstance(first, AuthenticationError)
    assert second is None
    assert logins.bearers == ["Bearer t1", "Bearer t2"]


@pytest.mark.parametrize("fault", [answer({"fault": {"code": "900901"}}, status=401), xml(900901, 401)])
def test_a_fixed_api_token_that_is_refused_is_sent_three_times_in_all(fault: Script) -> None:
    logins = Logins(fault)
    errors = logins.ends(6)
    assert len(logins.bearers) == 3
    assert {type(error) for error in errors} == {AuthenticationError}


@pytest.mark.parametrize(("refusal", "sent"), [(answer(WRONG_PASSWORD, status=400), 1), (xml(403, 403), 3)])
def test_fifty_threads_send_no_more_logins_than_one(refusal: Script, sent: int) -> None:
    logins = Logins(refusal)
    with logins.server, logins.client(max_connections=50, timeout=30) as client, ThreadPoolExecutor(50) as threads:
        copies = [client, client.with_options(max_attempts=1)] * 50
        assert {type(error) for error in threads.map(error_of, copies)} == {AuthenticationError}
    assert len(logins.bearers) == sent


@needs_fork
def test_a_parent_that_logged_in_before_the_fork_shares_its_tokens() -> None:
    logins = Logins()
    with logins.server, logins.client(api_token=CREDENTIALS) as client:
        GET(client)
        children = [fork(lambda: GET(client) is not None) for _ in range(4)]
        assert [wait_for(child) for child in children] == [0] * 4
        assert error_of(client) is None
    assert (logins.tokens, len(logins.bearers)) == (1, 1)


@needs_fork
def test_a_parent_that_was_refused_before_the_fork_keeps_its_children_from_trying() -> None:
    logins = Logins(answer(WRONG_PASSWORD, status=400))
    with logins.server, logins.client() as client:
        error_of(client)
        children = [fork(lambda: isinstance(error_of(client), AuthenticationError)) for _ in range(4)]
        assert [wait_for(child) for child in children] == [0] * 4
    assert len(logins.bearers) == 1


@needs_fork
def test_children_that_log_in_themselves_count_each_for_itself() -> None:
    # What the pages warn of.
    logins = Logins(answer(WRONG_PASSWORD, status=400))
    with logins.server, logins.client() as client:
        children = [fork(lambda: error_of(client) is not None and error_of(client) is not None) for _ in range(3)]
        assert [wait_for(child) for child in children] == [0] * 3
    assert len(logins.bearers) == 3
