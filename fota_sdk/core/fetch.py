"""The two calls that bring tokens, and when they are not made."""

from __future__ import annotations

import base64
import copy
import json
import math
from collections.abc import Mapping
from typing import Any, Protocol

from fota_sdk.core.auth import (
    FETCH_TOKEN,
    INVALID_CREDENTIALS,
    LOG_IN,
    OAuthClientCredentials,
    SessionLogin,
    Token,
    is_token,
)
from fota_sdk.core.operation import Operation
from fota_sdk.core.response import ApiResponse
from fota_sdk.core.secret import HeaderValues, Secret, SecretBytes
from fota_sdk.core.timeout import Deadline
from fota_sdk.exceptions import ApiError, AuthenticationError, DecodeError

_LONGEST_LIFE = 365 * 24 * 3600.0


class Post(Protocol):
    """Sends a body to one of the two operations that bring tokens."""

    def __call__(
        self,
        operation: Operation[Any],
        content: bytes,
        headers: HeaderValues,
        tokens: Mapping[str, Token],
        deadline: Deadline,
    ) -> ApiResponse[Any]:
        """Return the answer."""
        ...


class OAuthFetch:
    """Fetches API tokens with client credentials."""

    def __init__(self, credentials: OAuthClientCredentials, post: Post) -> None:
        self._post = post
        pair = f"{credentials.client_id}:{credentials.client_secret}"
        self._headers: HeaderValues = {
            "Authorization": Secret("Basic " + base64.b64encode(pair.encode()).decode()),
            "Content-Type": "application/x-www-form-urlencoded",
        }

    def __call__(self, deadline: Deadline) -> tuple[Secret, float]:
        """Return a token and its life in seconds."""
        response = _ask(self._post, FETCH_TOKEN, b"grant_type=client_credentials", self._headers, {}, deadline)
        token = _usable(FETCH_TOKEN, response, "access_token")
        return token, _life(response)


class LoginFetch:
    """Opens sessions with user name and password. A refused login is not tried again: five of them lock the account."""

    def __init__(self, login: SessionLogin, post: Post, api_token: Token) -> None:
        self._post = post
        # The standard library encodes it here: were jsonpickle imported, a failing import would show the password.
        names = {"username": login.username, "password": login.password}
        self._content = SecretBytes(json.dumps(names, separators=(",", ":")).encode())
        self._tokens = {"api_token": api_token}
        self._refusal: ApiError | None = None

    def __call__(self, deadline: Deadline) -> tuple[Secret, float]:
        """Return a session token, which lives until the service refuses it."""
        if self._refusal is not None:
            raise copy.copy(self._refusal)
        headers: HeaderValues = {"Content-Type": "application/json"}
        try:
            response = _ask(self._post, LOG_IN, self._content, headers, self._tokens, deadline)
        except ApiError as error:
            if error.operation == LOG_IN.name and _counts_as_failed_login(error):
                self._refusal = copy.copy(error)
            raise
        return _usable(LOG_IN, response, "sessionToken"), math.inf


def _counts_as_failed_login(error: ApiError) -> bool:
    """Return whether the login itself was refused, not the API token before it, and not for the moment only."""
    status = error.status_code or 0
    return 400 <= status < 500 and status != 429 and error.error_code != INVALID_CREDENTIALS


def _ask(
    post: Post,
    operation: Operation[Any],
    content: bytes,
    headers: HeaderValues,
    tokens: Mapping[str, Token],
    deadline: Deadline,
) -> ApiResponse[Any]:
    try:
        return post(operation, content, headers, tokens, deadline)
    except DecodeError as error:
        response = error.response
    # Outside of the handler, so that the first error and the excerpt in it are dropped with whatever token they hold.
    raise _unusable(operation, response, "no JSON")


def _usable(operation: Operation[Any], response: ApiResponse[Any], key: str) -> Secret:
    body = response.body
    if isinstance(body, dict) and is_token(body.get(key)):
        return Secret(str(body[key]))
    del body  # it may hold half of a token, which the traceback of the error does not
    raise _unusable(operation, response, f"no usable {key!r}")


def _life(response: ApiResponse[Any]) -> float:
    seconds = response.body.get("expires_in")
    if seconds is None:
        return math.inf
    if isinstance(seconds, str) and seconds.isascii() and seconds.isdigit() and len(seconds) < 10:
        seconds = int(seconds)
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not 0 < seconds <= _LONGEST_LIFE:
        raise _unusable(FETCH_TOKEN, response, "no usable 'expires_in'")
    return float(seconds)


def _unusable(operation: Operation[Any], response: ApiResponse[Any] | None, what: str) -> AuthenticationError:
    """Return the error for an answer without a token. It keeps nothing of the body, which may hold half of one."""
    return AuthenticationError(
        f"the answer holds {what}. Nothing was sent to the operation. Check base_url and the credentials",
        response=None if response is None else response.cut(0),
        operation=operation.name,
        attempts=1,
    )
