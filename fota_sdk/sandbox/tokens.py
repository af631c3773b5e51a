"""The tokens that authenticate a call, and the two routes that bring them."""

from __future__ import annotations

import base64
import binascii
import threading
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

from fota_sdk.core.codec import NotJsonError, parse_json
from fota_sdk.sandbox.messages import Json, Refused, Request, fault, missing_credentials, refuse

_API_TOKEN_LIFE = 3600.0
_LONGEST_IDLE = 1200.0
_FAILED_LOGINS_THAT_LOCK = 5
_MOST_SESSIONS = 10_000

_EXPIRED = "UnifiedWebService.REQUEST_FAILED.SessionToken.Expired"
_INVALID = "UnifiedWebService.INPUT_INVALID.SessionToken.Invalid"
_MISSING = "UnifiedWebService.REQUEST_FAILED.SessionToken.Format"
_REFUSED = "UnifiedWebService.INPUT_INVALID.Password.Invalid"
_LOCKED = "UnifiedWebService.REQUEST_FAILED.Login.Locked"


class Tokens:
    """Issues, checks and expires tokens, by real time.

    Args:
        time: A clock in seconds that never goes back.

    Attributes:
        client_id: Key for which the OAuth route gives an API token.
        client_secret: Secret that belongs to it.
        username: Name for which the login route opens a session.
        password: Password that belongs to it.
    """

    def __init__(self, time: Callable[[], float]) -> None:
        self._time = time
        self._lock = threading.Lock()
        self.client_id = "sandbox-application"
        self.client_secret = str(uuid.uuid4())
        self.username = "sandbox-user"
        self.password = str(uuid.uuid4())
        self._failed_logins = 0
        self._last_used: dict[str, float] = {}
        self._expired_sessions: dict[str, None] = {}  # the oldest first
        self._renew()

    @property
    def api_token(self) -> str:
        """An API token that is valid until `expire`."""
        return self._api_token

    @property
    def session_token(self) -> str:
        """A session token that is valid until `expire`."""
        return self._session_token

    def expire(self) -> None:
        """End the life of all tokens."""
        with self._lock:
            self._expired_sessions.update(dict.fromkeys([self._session_token, *self._last_used]))
            _forget_oldest(self._expired_sessions)
            self._last_used.clear()
            self._renew()

    def _renew(self) -> None:
        self._api_token = f"sandbox-{uuid.uuid4()}"
        self._session_token = str(uuid.uuid4())
        self._fetched: tuple[str, float] | None = None  # with the time at which it dies

    def authenticate(self, request: Request) -> None:
        """Refuse a request without valid tokens."""
        with self._lock:
            self._check_bearer(request)
            session = request.headers.get("vz-m2m-token", "")
            if session == "":
                raise refuse("Session token is missing.", _MISSING)
            if session == self._session_token:
                return
            used_at = self._last_used.get(session)
            if used_at is not None and self._time() - used_at < _LONGEST_IDLE:
                self._last_used[session] = self._time()
                return
            if used_at is not None or session in self._expired_sessions:
                raise refuse("Session token has expired.", _EXPIRED)
            raise refuse("Session token is not valid.", _INVALID)

    def fetch(self, request: Request) -> Json:
        """Answer the OAuth route: the same token within its hour."""
        header = request.headers.get("authorization", "")
        if header.partition(" ")[0].lower() != "basic":
            raise missing_credentials()
        if _basic(header) != f"{self.client_id}:{self.client_secret}":
            raise _oauth_error(401, "invalid_client", "Client authentication failed.")
        form = parse_qs(request.body.decode("utf-8", "replace"))
        if form.get("grant_type") != ["client_credentials"]:
            raise _oauth_error(400, "invalid_request", "grant_type must be client_credentials.")
        with self._lock:
            now = self._time()
            if self._fetched is None or self._fetched[1] - now < 1:
                self._fetched = f"sandbox-{uuid.uuid4()}", now + _API_TOKEN_LIFE
            token, dies_at = self._fetched
            return {
                "access_token": token,
                "scope": "default",
                "token_type": "Bearer",
                "expires_in": int(dies_at - now),
            }

    def log_in(self, request: Request) -> Json:
        """Answer the login route: a new session, beside the earlier ones."""
        with self._lock:
            self._check_bearer(request)
            try:
                body = parse_json(request.body)
            except NotJsonError:
                body = None
            given = (body.get("username"), body.get("password")) if isinstance(body, dict) else (None, None)
            if not all(isinstance(text, str) for text in given):
                raise refuse("Input binding error: username and password are required.")
            if self._failed_logins >= _FAILED_LOGINS_THAT_LOCK:
                raise refuse("The user is locked after too many failed logins.", _LOCKED)
            if given != (self.username, self.password):
                self._failed_logins += 1
                raise refuse("User name or password is not valid.", _REFUSED)
            self._failed_logins = 0
            token = str(uuid.uuid4())
            self._last_used[token] = self._time()
            _forget_oldest(self._last_used)
            return {"sessionToken": token, "expiresIn": int(_LONGEST_IDLE)}

    def _check_bearer(self, request: Request) -> None:
        header = request.headers.get("authorization", "")
        if header == "":
            raise missing_credentials()
        scheme, _, token = header.partition(" ")
        valid = [self._api_token]
        if self._fetched is not None and self._time() < self._fetched[1]:
            valid.append(self._fetched[0])
        if scheme.lower() != "bearer" or token not in valid:
            raise fault(401, "900901", "Invalid Credentials")


def _forget_oldest(sessions: dict[str, Any]) -> None:
    """Keep no more sessions than a long run may need; a forgotten one is no longer valid."""
    while len(sessions) > _MOST_SESSIONS:
        del sessions[next(iter(sessions))]


def _basic(header: str) -> str | None:
    scheme, _, credentials = header.partition(" ")
    try:
        return base64.b64decode(credentials, validate=True).decode() if scheme.lower() == "basic" else None
    except (binascii.Error, ValueError):
        return None


def _oauth_error(status: int, error: str, description: str) -> Refused:
    return Refused(status, {"error": error, "error_description": description})
