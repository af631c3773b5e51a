"""Known secrets in every credential, and services that are given them."""

from __future__ import annotations

import base64
from collections.abc import Callable

from fota_sdk import OAuthClientCredentials, SessionLogin
from tests.faults.calls import GOOD
from tests.loopback import Connection, Request, answer

CANARIES = {
    "api token": "canary-api-token",
    "session token": "canary-session-token",
    "client secret": "canary-client-secret",
    "password": "canary-password",
    "fetched token": "canary-fetched-token",
    "fetched session": "canary-fetched-session",
}
ENCODED = base64.b64encode(b"canary-client-id:canary-client-secret").decode()
NEEDLES = ["canary-api", "canary-session", "canary-client-secret", "canary-password", "canary-fetched", ENCODED]

FIXED = {"api_token": CANARIES["api token"], "session_token": CANARIES["session token"]}
FETCHED = {
    "api_token": OAuthClientCredentials("canary-client-id", CANARIES["client secret"]),
    "session_token": SessionLogin("canary-user", CANARIES["password"]),
}


def leaks(text: str | bytes) -> list[str]:
    shown = text if isinstance(text, str) else text.decode("latin-1")
    return [needle for needle in NEEDLES if needle in shown]


def service(request: Request, connection: Connection) -> None:
    """Give tokens, echo nothing of the request."""
    if request.target.endswith("/token"):
        answer({"access_token": CANARIES["fetched token"], "expires_in": 60})(request, connection)
    elif request.target.endswith("/login"):
        answer({"sessionToken": CANARIES["fetched session"]})(request, connection)
    else:
        answer(GOOD)(request, connection)


def then(last: Callable[[Request, Connection], None]) -> Callable[[Request, Connection], None]:
    """Give tokens, and do something else to operations."""

    def script(request: Request, connection: Connection) -> None:
        tokens = request.target.endswith(("/token", "/login"))
        (service if tokens else last)(request, connection)

    return script


def at_token(script: Callable[[Request, Connection], None]) -> Callable[[Request, Connection], None]:
    """Do something else to the token call, and serve the rest."""
    return lambda request, connection: (script if request.target.endswith("/token") else service)(request, connection)


HALF_A_TOKEN = b'{"access_token": "canary-fetched-token", "expires_in": nonsense'

MISFORTUNES: dict[str, Callable[[Request, Connection], None]] = {
    "400": then(answer({"errorCode": "X", "errorMessage": "Y"}, status=400)),
    "401": then(answer({"fault": {"code": "900901"}}, status=401)),
    "404": then(answer(content=b"<am:fault/>", status=404)),
    "503": then(answer({}, status=503)),
    "redirect": then(answer({}, status=302, headers={"Location": "http://elsewhere.example"})),
    "not JSON": then(answer(content=b"<html>")),
    "another shape": then(answer({"id": 5})),
    "closed": then(lambda request, connection: connection.close()),
    "token answer is broken": at_token(answer(content=HALF_A_TOKEN)),
    "token answer has a bad life": at_token(answer({"access_token": "canary-fetched-token", "expires_in": -1})),
    "token refused": at_token(answer({"error": "invalid_client"}, status=401)),
}
