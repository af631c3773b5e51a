"""One request over a `requests.Session`: out, and a whole answer in, or a failure that says how far it came.

This module imports requests, and is imported with the first exchange.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.cookies import RequestsCookieJar
from requests.structures import CaseInsensitiveDict

from fota_sdk.core.connection import LimitedAdapter, limits
from fota_sdk.core.response import LARGEST_BODY, ApiResponse, Headers
from fota_sdk.core.retry import Failure, Outcome
from fota_sdk.core.secret import HeaderValues, revealed
from fota_sdk.exceptions import ConnectError, FotaError, RequestTimeoutError, TransportError, clip

if TYPE_CHECKING:
    from fota_sdk.core.operation import PreparedCall
    from fota_sdk.core.timeout import Deadline

_READ_AT_ONCE = 65536
_NEVER_SENT = (
    requests.ConnectTimeout,
    requests.exceptions.ProxyError,
    requests.exceptions.InvalidSchema,
    requests.exceptions.InvalidURL,
    urllib3.exceptions.NewConnectionError,
    urllib3.exceptions.LocationValueError,
    urllib3.exceptions.ClosedPoolError,
)
_NO_COOKIES = RequestsCookieJar()


class Exchanger:
    """Exchanges requests for answers through a `requests.Session`.

    Args:
        session: A caller's session, sent through but never changed; None for one of our own.
        proxies: Proxies by scheme.
        verify: True, False, or the path of a CA bundle.
        max_connections: How many connections are kept.
    """

    def __init__(
        self,
        session: requests.Session | None,
        proxies: Mapping[str, str],
        verify: bool | str,
        max_connections: int,
    ) -> None:
        self._own = session is None
        self._session = _new_session(max_connections) if session is None else session
        self._proxies = proxies
        self._verify = verify

    def renew(self) -> None:
        """Make the pools of all adapters anew, for a forked child."""
        for adapter in self._session.adapters.values():
            if isinstance(adapter, HTTPAdapter):
                pools: Any = adapter
                pools.__setstate__(pools.__getstate__())

    def close(self) -> None:
        """Close the connections, unless they are those of a caller's session."""
        if self._own:
            self._session.close()

    def exchange(
        self,
        prepared: PreparedCall,
        headers: HeaderValues,
        deadline: Deadline,
        connect: float | None,
        silence: float | None,
    ) -> ApiResponse[Any] | Failure:
        """Send a request once; the arguments are those of `Transport.exchange`."""
        finished: list[ApiResponse[Any]] = []

        def read(response: requests.Response, **_: Any) -> requests.Response:
            finished.append(_read_answer(response, deadline))
            return _not_followed(response, finished[0].content)

        limits.begin(deadline, silence)
        try:
            self._session.send(
                _request(prepared, headers, [read, *self._hooks()]),
                stream=True,
                timeout=(deadline.within(connect), deadline.within(silence)),
                verify=self._verify,
                cert=self._session.cert,
                proxies=dict(self._proxies),
                allow_redirects=False,
            )
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            if finished:  # raised by a hook of the caller's session, after the exchange
                raise
            return _failure(error, nothing_sent=limits.connecting)
        finally:
            limits.end()
        return finished[0]

    def _hooks(self) -> list[Any]:
        hooks: Any = self._session.hooks.get("response", [])
        return [hooks] if callable(hooks) else list(hooks)


def _new_session(max_connections: int) -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    adapter = LimitedAdapter(pool_connections=2, pool_maxsize=max_connections)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


def _request(prepared: PreparedCall, headers: HeaderValues, hooks: list[Any]) -> requests.PreparedRequest:
    """Return a request as requests wants it, without the session's headers, cookies, auth and parameters."""
    request: Any = requests.PreparedRequest()
    request.method = prepared.method
    request.url = prepared.url
    request.headers = CaseInsensitiveDict(revealed(headers))
    if prepared.body is not None:
        request.headers["Content-Length"] = str(len(prepared.body))  # without it the body is sent in chunks
    request._cookies = _NO_COOKIES
    request.body = None if prepared.body is None else bytes(prepared.body)
    request.hooks = {"response": hooks}
    return cast("requests.PreparedRequest", request)


class _NotFollowed(requests.Response):
    """A finished answer. requests would read a redirect's body and parse its target even when not following it."""

    @property
    def is_redirect(self) -> bool:
        return False


def _not_followed(response: requests.Response, content: bytes) -> requests.Response:
    finished = _NotFollowed.__new__(_NotFollowed)
    finished.__dict__.update(response.__dict__, _content=content, _content_consumed=True)
    return finished


def _read_answer(response: requests.Response, deadline: Deadline) -> ApiResponse[Any]:
    """Read an answer to its end; on any failure, Ctrl-C included, its connection is closed and never used again."""
    parts: list[bytes] = []
    size = 0
    complete = False
    try:
        for part in _parts(response):
            parts.append(part)
            size += len(part)
            if size > LARGEST_BODY:
                break
            if deadline.left() <= 0:
                raise requests.ReadTimeout("the deadline ran out while the body was read")
        else:
            complete = True
    finally:
        if not complete:
            response.close()
        # Without this, requests stores the answer's cookies in the session.
        if hasattr(response.raw, "_original_response"):
            response.raw._original_response = None
    headers = Headers(response.headers.items())
    content = b"".join(parts)[:LARGEST_BODY]
    return ApiResponse(response.status_code, response.reason or "", headers, content, None, size > LARGEST_BODY)


def _parts(response: requests.Response) -> Iterator[bytes]:
    """Return the decoded body as it arrives, each part as soon as it is there."""
    raw = response.raw
    if getattr(response, "_content", False) is not False:  # read already, by an adapter of the caller's
        yield response.content
        return
    if not isinstance(raw, urllib3.response.BaseHTTPResponse):
        yield from response.iter_content(_READ_AT_ONCE)
        return
    encoded = "Content-Encoding" in response.headers
    while part := raw.read1(_READ_AT_ONCE, decode_content=True):
        yield part
        if raw.length_remaining == 0 and not encoded:
            break  # asking once more, only to hear that this was the end, is not free
    if getattr(raw, "length_remaining", None):
        raise requests.ConnectionError("the connection ended before the body did")
    raw.release_conn()


def _failure(error: Exception, *, nothing_sent: bool) -> Failure:
    """Return what a failed exchange means; where the stage cannot be proven, the request counts as sent.

    Args:
        error: How it failed.
        nothing_sent: Whether it is known that the connection to the service did not stand by then.
    """
    if isinstance(error, requests.RequestException):
        error.request = error.response = None  # they hold the tokens
    chain = _chain(error)
    cause = chain[-1]
    text = clip(_plain(cause), 300)
    failure: FotaError
    if any(isinstance(link, ssl.SSLCertVerificationError) for link in chain):
        failure = ConnectError(f"the certificate of the service was refused ({text}); nothing was sent")
        outcome = Outcome.REFUSED
    elif isinstance(error, requests.exceptions.SSLError):
        failure = TransportError(f"TLS failed ({text})")
        outcome = Outcome.UNREADABLE  # counts as sent, and is never repeated
    elif isinstance(error, _NEVER_SENT) or any(isinstance(link, _NEVER_SENT) for link in chain) or nothing_sent:
        failure = ConnectError(f"the service could not be reached ({text}); nothing was sent")
        outcome = Outcome.NEVER_SENT
    elif any(isinstance(link, (TimeoutError, requests.Timeout, urllib3.exceptions.TimeoutError)) for link in chain):
        failure = RequestTimeoutError(f"the service did not answer in time ({text})")
        outcome = Outcome.LOST
    else:
        failure = TransportError(f"the connection failed before the answer was complete ({text})")
        outcome = Outcome.LOST
    _drop_frames(error)
    failure.__cause__ = error
    return Failure(failure, outcome)


def _drop_frames(error: BaseException) -> None:
    """Take the tracebacks off an error and its causes: frames of requests and urllib3 hold the tokens as sent."""
    links = [error]
    for link in links:
        link.__traceback__ = None
        links += [each for each in (link.__cause__, link.__context__) if each is not None and each not in links]


def _chain(error: BaseException) -> list[BaseException]:
    """Return an error and what it wraps, by the ways in which requests and urllib3 do that."""
    chain = [error]
    while len(chain) < 10:
        inner = getattr(chain[-1], "reason", None)
        if not isinstance(inner, BaseException):
            inner = next((arg for arg in reversed(chain[-1].args) if isinstance(arg, BaseException)), None)
        if inner is None:
            inner = chain[-1].__cause__
        if inner is None or inner in chain:
            break
        chain.append(inner)
    return chain


def _plain(error: BaseException) -> str:
    text = str(error).rpartition(">: ")[2]
    return f"{type(error).__name__}: {' '.join(text.split())}" if text else type(error).__name__
