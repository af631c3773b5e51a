"""A service with its own idea of tokens."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from fota_sdk import FotaClient, OAuthClientCredentials, SessionLogin
from tests.faults.calls import GOOD, client_of
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
