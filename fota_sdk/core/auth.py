"""The two tokens of a call: given, asked of a caller's source, or fetched and kept by the client."""

from __future__ import annotations

import base64
import copy
import math
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn, Protocol, runtime_checkable

from fota_sdk.core.annotations import Self
from fota_sdk.core.codec import encode_json
from fota_sdk.core.fork import renew_after_fork
from fota_sdk.core.operation import Operation
from fota_sdk.core.response import ApiResponse
from fota_sdk.core.timeout import Deadline
from fota_sdk.exceptions import (
    ApiError,
    AuthenticationError,
    ConfigurationError,
    DecodeError,
    FotaError,
    RequestTimeoutError,
)

_INVALID_CREDENTIALS = "900901"  # the gateway's word for a refused API token
_VISIBLE_ASCII = re.compile(r"[!-~]+")
_RENEWED_EARLY = 60.0
_LONGEST_EARLY_RENEWAL = 10.0
_LONGEST_LIFE = 365 * 24 * 3600.0

FETCH_TOKEN: Operation[Any] = Operation(
    "oauth2.token",
    "POST",
    "/ts/v1/oauth2/token",
    answer=None,
    refusal=AuthenticationError,
    repeatable=True,
    harmless=True,
)
LOG_IN: Operation[Any] = Operation(
    "session.login",
    "POST",
    "/m2m/v1/session/login",
    answer=None,
    refusal=AuthenticationError,
    harmless=True,
)


@runtime_checkable
class TokenSource(Protocol):
    """What a caller's own source of tokens does. It is asked on every call, from any thread."""

    def get(self) -> str:
        """Return the token to send now."""
        ...

    def invalidate(self, token: str) -> None:
        """Take note that the service refused a token; the next `get` should return another one.

        Args:
            token: The one that was refused, as `get` returned it.
        """


class _Secret:
    """A value that no pickle may hold; a copy of it is itself."""

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"{type(self).__name__} cannot be pickled, because it holds a secret; build it in each process")

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: Any) -> Self:
        return self


@dataclass(frozen=True)
class OAuthClientCredentials(_Secret):
    """Key and secret with which the client fetches its API tokens.

    Attributes:
        client_id: Key of the application.
        client_secret: Secret of the application; never shown.
    """

    client_id: str
    client_secret: str = field(repr=False)

    def __post_init__(self) -> None:
        _check_secret("client_id", self.client_id)
        _check_secret("client_secret", self.client_secret)


@dataclass(frozen=True)
class SessionLogin(_Secret):
    """User name and password with which the client opens its sessions.

    Attributes:
        username: Name of the user.
        password: Password of the user; never shown.
    """

    username: str
    password: str = field(repr=False)

    def __post_init__(self) -> None:
        _check_secret("username", self.username)
        _check_secret("password", self.password)


class Token(Protocol):
    """One of the two tokens, as a call uses it."""

    def get(self, deadline: Deadline) -> str:
        """Return the token to send now."""
        ...

    def reject(self, token: str) -> None:
        """Take note that the service refused a token."""


class Post(Protocol):
    """Sends a body to one of the two operations that bring tokens."""

    def __call__(
        self,
        operation: Operation[Any],
        content: bytes,
        headers: Mapping[str, str],
        tokens: Mapping[str, Token],
        deadline: Deadline,
    ) -> ApiResponse[Any]:
        """Return the answer."""
        ...


class GivenToken:
    """A fixed text; there is never another one."""

    def __init__(self, token: str) -> None:
        self._token = token

    def get(self, deadline: Deadline) -> str:
        """Return the token."""
        return self._token

    def reject(self, token: str) -> None:
        """Do nothing."""


class SourcedToken:
    """A caller's own source; its exceptions pass through."""

    def __init__(self, source: TokenSource, name: str) -> None:
        self._source = source
        self._name = name

    def get(self, deadline: Deadline) -> str:
        """Ask the source."""
        token: object = self._source.get()
        if not is_token(token):
            raise AuthenticationError(
                f"get() of {self._name} returned no usable token (a {type(token).__name__}); "
                "it must return a str of visible ASCII characters without spaces"
            )
        return str(token)

    def reject(self, token: str) -> None:
        """Tell the source."""
        self._source.invalidate(token)


class FetchedToken:
    """A token that is fetched once for all threads, kept, and fetched anew shortly before it expires.

    Args:
        fetch: Fetches a token within a deadline; returns it with its life in seconds (infinite where only a refusal
            tells that it is over).
    """

    def __init__(self, fetch: Callable[[Deadline], tuple[str, float]]) -> None:
        self._fetch = fetch
        self._token: str | None = None
        self._rejected: str | None = None
        self._fresh_until = self._dead_at = 0.0
        self.renew()
        renew_after_fork(self)

    def renew(self) -> None:
        """Make the lock anew after a fork."""
        self._lock = threading.Lock()

    def get(self, deadline: Deadline) -> str:
        """Return the kept token, or wait until this thread or another one has fetched it."""
        if (token := self._kept(self._fresh_until)) is not None:
            return token
        # Where the old token still lives, only one thread looks for a new one, and not for long.
        old = self._kept(self._dead_at)
        longest = 0.0 if old is not None else min(max(deadline.left(), 0.0), threading.TIMEOUT_MAX)
        if not self._lock.acquire(timeout=longest):
            if old is not None:
                return old
            raise RequestTimeoutError("the deadline ran out while another thread fetched a token; nothing was sent")
        try:
            if (token := self._kept(self._fresh_until)) is not None:
                return token
            if old is None:
                return self._fetch_anew(deadline)
            return self._renew_early(old, Deadline(min(_LONGEST_EARLY_RENEWAL, max(deadline.left() / 2, 0.001))))
        finally:
            self._lock.release()

    def reject(self, token: str) -> None:
        """Have the next call fetch another token, unless another thread already did."""
        self._rejected = token

    def _kept(self, until: float) -> str | None:
        token = self._token
        return token if token != self._rejected and time.monotonic() < until else None

    def _renew_early(self, old: str, deadline: Deadline) -> str:
        try:
            return self._fetch_anew(deadline)
        except FotaError:
            self._fresh_until = self._dead_at
            return old

    def _fetch_anew(self, deadline: Deadline) -> str:
        now = time.monotonic()
        token, life = self._fetch(deadline)
        # The service gives the same token during its hour: asking early again would bring nothing new.
        early = 0.0 if token == self._token else min(_RENEWED_EARLY, life / 4)
        # The token first: other threads read without the lock, and must not see the old one with the new life.
        self._token = token
        self._dead_at = now + life
        self._fresh_until = self._dead_at - early
        if token == self._rejected:  # there is no other one to be had, so it is not asked for on every call
            self._rejected = None
        return token


class OAuthFetch:
    """Fetches API tokens with client credentials."""

    def __init__(self, credentials: OAuthClientCredentials, post: Post) -> None:
        self._credentials = credentials
        self._post = post

    def __call__(self, deadline: Deadline) -> tuple[str, float]:
        """Return a token and its life in seconds."""
        pair = f"{self._credentials.client_id}:{self._credentials.client_secret}"
        headers = {
            "Authorization": "Basic " + base64.b64encode(pair.encode()).decode(),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        response = _ask(self._post, FETCH_TOKEN, b"grant_type=client_credentials", headers, {}, deadline)
        token = _usable(FETCH_TOKEN, response, "access_token")
        return token, _life(response)


class LoginFetch:
    """Opens sessions with user name and password. A refused login is not tried again: five of them lock the account."""

    def __init__(self, login: SessionLogin, post: Post, api_token: Token) -> None:
        self._login = login
        self._post = post
        self._tokens = {"api_token": api_token}
        self._refusal: ApiError | None = None

    def __call__(self, deadline: Deadline) -> tuple[str, float]:
        """Return a session token, which lives until the service refuses it."""
        if self._refusal is not None:
            raise copy.copy(self._refusal)
        content = encode_json({"username": self._login.username, "password": self._login.password}).encode()
        headers = {"Content-Type": "application/json"}
        try:
            response = _ask(self._post, LOG_IN, content, headers, self._tokens, deadline)
        except ApiError as error:
            if error.operation == LOG_IN.name and _counts_as_failed_login(error):
                self._refusal = copy.copy(error)
            raise
        return _usable(LOG_IN, response, "sessionToken"), math.inf


def rejected_token(operation: Operation[Any], error: FotaError) -> str | None:
    """Return which token a failure is about: ``"session_token"``, ``"api_token"``, or None for neither."""
    if not isinstance(error, ApiError):
        return None
    code = error.error_code or ""
    if code.endswith(("SessionToken.Expired", "SessionToken.Invalid")):
        return "session_token"
    if code == _INVALID_CREDENTIALS or (error.status_code == 401 and operation is not LOG_IN):
        return "api_token"
    return None


def _counts_as_failed_login(error: ApiError) -> bool:
    """Return whether the login itself was refused, not the API token before it, and not for the moment only."""
    status = error.status_code or 0
    return 400 <= status < 500 and status != 429 and error.error_code != _INVALID_CREDENTIALS


def is_token(value: object) -> bool:
    """Return whether a value can stand in a header: visible ASCII, no space."""
    return isinstance(value, str) and _VISIBLE_ASCII.fullmatch(value) is not None


def _ask(
    post: Post,
    operation: Operation[Any],
    content: bytes,
    headers: Mapping[str, str],
    tokens: Mapping[str, Token],
    deadline: Deadline,
) -> ApiResponse[Any]:
    try:
        return post(operation, content, headers, tokens, deadline)
    except DecodeError as error:
        response = error.response
    # Outside of the handler, so that the first error and the excerpt in it are dropped with whatever token they hold.
    raise _unusable(operation, response, "no JSON")


def _usable(operation: Operation[Any], response: ApiResponse[Any], key: str) -> str:
    token = response.body.get(key) if isinstance(response.body, dict) else None
    if not is_token(token):
        raise _unusable(operation, response, f"no usable {key!r}")
    return str(token)


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


def _check_secret(name: str, value: object) -> None:
    if not isinstance(value, str) or not value or not value.isprintable():
        raise ConfigurationError(f"{name} must be a non-empty str without control characters")
