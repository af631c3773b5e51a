"""The two calls that bring tokens, and when they are not made."""

from __future__ import annotations

import base64
import copy
import json
import math
import re
from collections.abc import Mapping
from typing import Any

from fota_sdk.core.attempts import Attempts, CallState
from fota_sdk.core.auth import (
    FETCH_TOKEN,
    LOG_IN,
    OAuthClientCredentials,
    SessionLogin,
    Token,
    code_in,
    is_token,
)
from fota_sdk.core.caller import common_headers
from fota_sdk.core.operation import Operation, PreparedCall
from fota_sdk.core.response import ApiResponse
from fota_sdk.core.secret import HeaderValues, Secret, SecretBytes
from fota_sdk.core.timeout import CallLimits, Deadline
from fota_sdk.exceptions import ApiError, AuthenticationError, DecodeError, clip

_MOST_REFUSED_LOGINS = 3
# A word of an errorCode such as "UnifiedWebService.INPUT_INVALID.Password.Invalid", its leading service name apart.
_ABOUT_THE_USER = re.compile(r"\b(?!\w*Service\.)\w*(?:user|password|login|credential|authenticat|lock)", re.IGNORECASE)
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_LONGEST_LIFE = 365 * 24 * 3600.0


class TokenCaller:
    """Makes the calls that bring tokens.

    Args:
        base_url: Where all paths begin.
        user_agent: What the client calls itself.
        attempts: Sends what is prepared.
    """

    def __init__(self, base_url: str, user_agent: str, attempts: Attempts) -> None:
        self._base_url = base_url
        self._headers = common_headers(user_agent)
        self._attempts = attempts

    def __call__(
        self,
        operation: Operation[Any],
        content: bytes,
        headers: HeaderValues,
        tokens: Mapping[str, Token],
        deadline: Deadline,
        limits: CallLimits,
    ) -> tuple[CallState[Any], ApiResponse[Any]]:
        """Return the call and its response, which holds secrets."""
        prepared = PreparedCall(operation.method, self._base_url + operation.path, content)
        call: CallState[Any] = CallState(operation, prepared, {**self._headers, **headers}, tokens, deadline, limits)
        try:
            return call, self._attempts.run(call)
        except DecodeError as error:
            response = error.response
        # Outside of the handler, so that the first error and its excerpt are dropped with whatever token they hold.
        raise _unusable(call, response, "no JSON")


class OAuthFetch:
    """Fetches API tokens with client credentials."""

    def __init__(self, credentials: OAuthClientCredentials, call: TokenCaller) -> None:
        self._call = call
        pair = f"{credentials.client_id}:{credentials.client_secret}"
        self._headers: HeaderValues = {
            "Authorization": Secret("Basic " + base64.b64encode(pair.encode()).decode()),
            "Content-Type": "application/x-www-form-urlencoded",
        }

    def __call__(self, deadline: Deadline, limits: CallLimits) -> tuple[Secret, float]:
        """Return a token and its life in seconds."""
        call, response = self._call(FETCH_TOKEN, b"grant_type=client_credentials", self._headers, {}, deadline, limits)
        return _usable(call, response, "access_token"), _life(call, response)


class LoginFetch:
    """Opens sessions with user name and password, until it is better to stop: five failed logins lock the user.

    A login that the service refuses for user name or password is the last one of this client. Any other refusal, such
    as a gateway's, may be for the moment; after the third in a row the client stops as well. `FetchedToken` sees to it
    that there is one login at a time.
    """

    def __init__(self, login: SessionLogin, call: TokenCaller, api_token: Token) -> None:
        self._call = call
        self._api_token = api_token
        # The standard library encodes it here: were jsonpickle imported, a failing import would show the password.
        names = {"username": login.username, "password": login.password}
        self._content = Secret(json.dumps(names, separators=(",", ":")))
        self._refused_in_a_row = 0
        self._stopped: AuthenticationError | None = None

    def __call__(self, deadline: Deadline, limits: CallLimits) -> tuple[Secret, float]:
        """Return a session token, which lives until the service refuses it."""
        if self._stopped is not None:
            raise copy.copy(self._stopped)
        api_token = self._api_token.get(deadline, limits)
        content, headers = SecretBytes(self._content.reveal().encode()), {"Content-Type": "application/json"}
        try:
            call, response = self._call(LOG_IN, content, headers, {"api_token": self._api_token}, deadline, limits)
            token = _usable(call, response, "sessionToken")
        except ApiError as error:
            if error.operation != LOG_IN.name:  # it did not come to a login
                raise
            self._stopped = self._reason_to_stop(error)
            if self._stopped is None:
                if error.status_code == 401:  # the next login had better come with another one
                    self._api_token.reject(api_token)
                raise
        else:
            self._refused_in_a_row = 0
            return token, math.inf
        raise copy.copy(self._stopped)

    def _reason_to_stop(self, error: ApiError) -> AuthenticationError | None:
        """Return what to raise from now on, for a login that failed; None where another one may be tried."""
        status, code = error.status_code or 0, _code_of(error)
        self._refused_in_a_row += 400 <= status < 500
        if _ABOUT_THE_USER.search(code):
            what, advice = "the service refused user name or password", "Correct them"
        elif self._refused_in_a_row >= _MOST_REFUSED_LOGINS:
            what, advice = f"{_MOST_REFUSED_LOGINS} logins in a row were refused", "Check base_url and the credentials"
        else:
            return None
        said = ": ".join(clip(text, 200) for text in (str(status), code, error.error_message) if text)
        return AuthenticationError(
            f"{what} ({said}). This client does not log in again, because five failed logins in a row lock the user.",
            f"{advice}, and build a new client.",
            response=error.response,
            error_code=error.error_code,
            error_message=error.error_message,
            retry_after=error.retry_after,
            operation=LOG_IN.name,
            attempts=error.attempts,
        )


def _code_of(error: ApiError) -> str:
    """Return the code of a refusal, in whatever shape it came; empty where there is none."""
    if error.error_code is not None or error.response is None:
        return error.error_code or ""
    return code_in(error.response)


def _usable(call: CallState[Any], response: ApiResponse[Any], key: str) -> Secret:
    body = response.body
    if isinstance(body, dict) and is_token(body.get(key)):
        return Secret(str(body[key]))
    del body  # it may hold half of a token, which the traceback of the error does not
    raise _unusable(call, response, f"no usable {key!r}")


def _life(call: CallState[Any], response: ApiResponse[Any]) -> float:
    """Return the seconds that a token lives: infinite where that is not said, and otherwise a year at most."""
    seconds = response.body.get("expires_in")
    if seconds is None:
        return math.inf
    if isinstance(seconds, str) and _NUMBER.fullmatch(seconds):
        seconds = float(seconds)
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not seconds >= 0:
        raise _unusable(call, response, "no usable 'expires_in'")
    return float(min(seconds, _LONGEST_LIFE))


def _unusable(call: CallState[Any], response: ApiResponse[Any] | None, what: str) -> AuthenticationError:
    """Return the error for a response without a token. It keeps nothing of the body, which may hold half of one."""
    code = code_in(response) if response is not None and call.operation is LOG_IN else ""
    return AuthenticationError(
        f"the response holds {what}. Nothing was sent to the operation.",
        "Check base_url and the credentials.",
        response=None if response is None else response.cut(0),
        error_code=code if _ABOUT_THE_USER.search(code) else None,
        operation=call.operation.name,
        attempts=call.sent,
    )
