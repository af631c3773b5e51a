"""The two tokens of a call: given, asked of a caller's source, or fetched and kept by the client."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol, runtime_checkable

from fota_sdk.core.fork import register_after_fork
from fota_sdk.core.operation import Effect, Operation
from fota_sdk.core.response import ApiResponse
from fota_sdk.core.secret import NotPickled, Secret
from fota_sdk.core.semaphore import Semaphore
from fota_sdk.core.timeout import CallLimits, Deadline
from fota_sdk.exceptions import (
    AuthenticationError,
    ConfigurationError,
    FotaError,
    RequestTimeoutError,
)

_INVALID_CREDENTIALS = "900901"  # the gateway's word for a refused API token
_VISIBLE_ASCII = re.compile(r"[!-~]+")
# The code in XML such as <am:code>900901</am:code>, or in JSON of a shape that is not known.
_CODE = re.compile(
    r"""(?:<[\w:.-]*code(?:\s[^<>]*)?>\s* | "\w*(?:code|error)"\s*:[\s"\[]*) ([\w.:-]+)""", re.IGNORECASE | re.VERBOSE
)
_SEARCHED_FOR_A_CODE = 4096
CREDENTIAL = "a non-empty str without control characters"
_RENEWED_EARLY = 60.0
_LONGEST_EARLY_RENEWAL = 10.0

FETCH_TOKEN: Operation[Any] = Operation(
    "oauth2.token",
    "POST",
    "/ts/v1/oauth2/token",
    object,
    Effect.READS,
)
LOG_IN: Operation[Any] = Operation(
    "session.login",
    "POST",
    "/m2m/v1/session/login",
    object,
    Effect.ASKS,
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


@dataclass(frozen=True)
class OAuthClientCredentials(NotPickled):
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
class SessionLogin(NotPickled):
    """User name and password with which the client opens its sessions.

    Five failed logins in a row lock the user. A client stops in time, but each process, and each run of a script,
    counts by itself: make a first call before you fork workers.

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

    def get(self, deadline: Deadline, limits: CallLimits) -> Secret:
        """Return the token to send now."""
        ...

    def reject(self, token: Secret) -> None:
        """Take note that the service refused a token."""


class GivenToken:
    """A fixed text; there is never another one."""

    def __init__(self, token: Secret) -> None:
        self._token = token

    def get(self, deadline: Deadline, limits: CallLimits) -> Secret:
        """Return the token."""
        return self._token

    def reject(self, token: Secret) -> None:
        """Do nothing."""


class SourcedToken:
    """A caller's own source; its exceptions pass through."""

    def __init__(self, source: TokenSource, name: str) -> None:
        self._source = source
        self._name = name

    def get(self, deadline: Deadline, limits: CallLimits) -> Secret:
        """Ask the source."""
        token: object = self._source.get()
        if is_token(token):
            return Secret(str(token))
        kind = type(token).__name__
        del token  # whatever it is, the traceback of the error does not hold it
        raise AuthenticationError(
            f"get() of {self._name} returned no usable token (a {kind})",
            "It must return a str of visible ASCII characters without spaces.",
        )

    def reject(self, token: Secret) -> None:
        """Tell the source."""
        self._source.invalidate(token.reveal())


class FetchedToken:
    """A token that is fetched once for all threads, kept, and fetched anew shortly before it expires.

    Args:
        fetch: Fetches a token within a deadline, and the other limits of the call that needs it; returns it with its
            life in seconds (infinite where only a refusal tells that it is over; 0 where it is to serve no other call
            than this one).
    """

    def __init__(self, fetch: Callable[[Deadline, CallLimits], tuple[Secret, float]]) -> None:
        self._fetch = fetch
        self._token: Secret | None = None
        self._rejected: Secret | None = None
        self._serves_only: Deadline | None = None  # the call for which a token without any life left was fetched
        self._fresh_until = self._dead_at = 0.0
        self.after_fork()
        register_after_fork(self)

    def after_fork(self) -> None:
        """Make the semaphore anew."""
        self._semaphore = Semaphore(1)

    def get(self, deadline: Deadline, limits: CallLimits) -> Secret:
        """Return the kept token, or wait until this thread or another one has fetched it."""
        if (token := self._kept(self._fresh_until)) is not None:
            return token
        if deadline is self._serves_only and (token := self._kept(math.inf)) is not None:
            return token
        # Where the old token still lives, only one thread looks for a new one, and not for long.
        old = self._kept(self._dead_at)
        seconds = 0.0 if old is not None else deadline.left()
        token = self._semaphore.run(seconds, partial(self._fetched, old, deadline, limits)) or old
        if token is None:
            raise RequestTimeoutError("the deadline ran out while another thread fetched a token; nothing was sent")
        return token

    def _fetched(self, old: Secret | None, deadline: Deadline, limits: CallLimits) -> Secret:
        if (token := self._kept(self._fresh_until)) is not None:
            return token
        if old is None:
            return self._fetch_anew(deadline, limits)
        shorter = Deadline(min(_LONGEST_EARLY_RENEWAL, max(deadline.left() / 2, 0.001)))
        return self._renew_early(old, shorter, limits)

    def reject(self, token: Secret) -> None:
        """Have the next call fetch another token, unless another thread already did."""
        if token == self._token:  # else it is an older one, and the present one may have been refused as well
            self._rejected = token

    def _kept(self, until: float) -> Secret | None:
        token = self._token
        return token if token != self._rejected and time.monotonic() < until else None

    def _renew_early(self, old: Secret, deadline: Deadline, limits: CallLimits) -> Secret:
        try:
            return self._fetch_anew(deadline, limits)
        except FotaError:
            self._fresh_until = self._dead_at
            return old

    def _fetch_anew(self, deadline: Deadline, limits: CallLimits) -> Secret:
        now = time.monotonic()
        token, life = self._fetch(deadline, limits)
        # The service gives the same token during its hour: asking early again would bring nothing new.
        early = 0.0 if token == self._token else min(_RENEWED_EARLY, life / 4)
        # The token first: other threads read without the lock, and must not see the old one with the new life.
        self._token = token
        self._dead_at = now + life
        self._fresh_until = self._dead_at - early
        self._serves_only = deadline if life == 0 else None
        if token == self._rejected:  # there is no other one to be had, so it is not asked for on every call
            self._rejected = None
        return token


def refused_token(operation: Operation[Any], status: int, code: str) -> str | None:
    """Return which token a refusal with this status and code is about; None for neither."""
    if code.endswith(("SessionToken.Expired", "SessionToken.Invalid")):
        return "session_token"
    if code == _INVALID_CREDENTIALS or (status == 401 and operation is not LOG_IN):
        return "api_token"
    return None


def code_in(response: ApiResponse[Any]) -> str:
    """Return the code in the text of a response; empty where there is none."""
    found = _CODE.search(response.cut(_SEARCHED_FOR_A_CODE).text)
    return "" if found is None else found[1]


def is_token(value: object) -> bool:
    """Return whether a value can stand in a header: visible ASCII, no space."""
    return isinstance(value, str) and _VISIBLE_ASCII.fullmatch(value) is not None


def is_secret(value: object) -> bool:
    """Return whether a value can be a name or a secret: a text of printable characters."""
    return isinstance(value, str) and value != "" and value.isprintable()


def _check_secret(name: str, value: object) -> None:
    usable = is_secret(value)
    del value  # reports of the error show what this frame holds
    if not usable:
        raise ConfigurationError(f"{name} must be {CREDENTIAL}")
