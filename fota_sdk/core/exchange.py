"""One request over a `requests.Session`: out, and a whole response in, or a failure that says how far it came.

This module imports requests, and is imported with the first exchange.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import TYPE_CHECKING, Any, cast

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.cookies import RequestsCookieJar
from requests.structures import CaseInsensitiveDict

from fota_sdk.core.adapter import LimitedAdapter, forget_pools
from fota_sdk.core.connection import Limits, Stage
from fota_sdk.core.failure import failure_of
from fota_sdk.core.multipart import FormReader, UnreadableFileError
from fota_sdk.core.response import LARGEST_BODY, ApiResponse, Headers
from fota_sdk.core.retry import Failure, Outcome
from fota_sdk.core.secret import HeaderValues, revealed
from fota_sdk.exceptions import TransportError

if TYPE_CHECKING:
    from fota_sdk.core.operation import PreparedCall
    from fota_sdk.core.timeout import Deadline

_READ_AT_ONCE = 65536
_INTERIM = range(100, 200)
_NO_COOKIES = RequestsCookieJar()

Responses = list["ApiResponse[Any] | None"]
"""What came back for a request: the last one is the response.

Those before it were put aside by a hook, or by a session that sends more than once; None stands for a lost one.
"""


class Exchanger:
    """Exchanges requests for responses through a `requests.Session`.

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

    def after_fork(self) -> None:
        """Have all adapters make new connection pools, for a forked child."""
        for adapter in self._session.adapters.values():
            if isinstance(adapter, HTTPAdapter):
                forget_pools(adapter)

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
    ) -> Responses | Failure:
        """Send a request once; the arguments are those of `Transport.exchange`."""
        limits = Limits(deadline, connect, silence)
        if prepared.form is None:
            return self._exchange(prepared, prepared.body, headers, limits)
        try:
            body = prepared.form.open()
        except UnreadableFileError as error:
            return Failure(TransportError(f"{error}; this attempt sent nothing"), Outcome.NOT_TRIED)
        with closing(body):
            return self._exchange(prepared, body, headers, limits)

    def _exchange(
        self, prepared: PreparedCall, body: bytes | FormReader | None, headers: HeaderValues, limits: Limits
    ) -> Responses | Failure:
        deadline = limits.deadline
        finished: list[_Finished] = []
        unread: list[Exception] = []

        def read(response: requests.Response, **_: Any) -> _Finished:
            if isinstance(response, _Finished) and response in finished:
                return response
            try:
                finished.append(_finish(response, deadline))
            except Exception as error:
                unread.append(error)
                raise
            return finished[-1]

        # Ours comes first, so that hooks see a finished response, and last, because a hook may return another one.
        hooks = [read, *self._hooks(), read]
        try:
            response = self._session.send(
                _request(prepared, body, headers, hooks, limits),
                stream=True,
                timeout=(limits, deadline.within(limits.silence)),
                verify=self._verify,
                cert=self._session.cert,
                proxies=dict(self._proxies),
                allow_redirects=False,
            )
            if not isinstance(getattr(response, "status_code", None), int):
                what = f"send() of the session returned a {type(response).__name__}, which is no response"
                return Failure(TransportError(what), Outcome.LOST)
            last = read(response)  # once more, for sessions that answer by themselves and run no hooks
            lost: Responses = [None] * (limits.requests - len(finished))
            responses: Responses = [*lost, *(each.kept for each in finished if each is not last), last.kept]
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            if finished and error not in unread:  # raised by a hook of the caller's session, after the exchange
                raise
            return failure_of(error, Stage.SENT if limits.requests else limits.stage, prepared.url)
        finally:
            # They are part of circles: a response holds its request, that its hooks, and an error its frames.
            finished.clear()
            unread.clear()
        if last.status_code in _INTERIM:
            what = f"the service sent an interim response ({last.status_code}) and no final one"
            return Failure(TransportError(what), Outcome.LOST)
        return responses

    def _hooks(self) -> list[Any]:
        hooks: Any = (self._session.hooks or {}).get("response")  # requests takes None for either
        if hooks is None:
            return []
        return [hooks] if callable(hooks) else list(hooks)


def _new_session(max_connections: int) -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    adapter = LimitedAdapter(pool_connections=2, pool_maxsize=max_connections)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


def _request(
    prepared: PreparedCall, body: bytes | FormReader | None, headers: HeaderValues, hooks: list[Any], limits: Limits
) -> requests.PreparedRequest:
    """Return a request as requests wants it, without the session's headers, cookies, auth and parameters."""
    request: Any = requests.PreparedRequest()
    request.method = prepared.method
    request.url = prepared.url
    request.headers = CaseInsensitiveDict(revealed(headers))
    if prepared.form is not None:
        request.headers["Content-Length"] = str(prepared.form.length)
    elif prepared.body is not None:
        request.headers["Content-Length"] = str(len(prepared.body))  # without it the body is sent in chunks
    request._cookies = _NO_COOKIES
    request.body = bytes(body) if isinstance(body, bytes) else body
    request.hooks = {"response": hooks}
    request.limits = limits
    return cast("requests.PreparedRequest", request)


class _Finished(requests.Response):
    """A response that was read to its end.

    Attributes:
        kept: The same as an `ApiResponse`.
    """

    kept: ApiResponse[Any]

    @property
    def is_redirect(self) -> bool:
        """False: requests would read a redirect's body and parse its target even when not following it."""
        return False


def _finish(response: requests.Response, deadline: Deadline) -> _Finished:
    kept = _read_to_the_end(response, deadline)
    finished = _Finished.__new__(_Finished)
    finished.__dict__.update(response.__dict__, _content=kept.content, _content_consumed=True, kept=kept)
    return finished


def _read_to_the_end(response: requests.Response, deadline: Deadline) -> ApiResponse[Any]:
    """Read a response to its end; on any failure, Ctrl-C included, its connection is closed and never used again."""
    parts: list[bytes] = []
    size = 0
    complete = False
    try:
        # The connection of an interim response is given up, for the final one would be taken for that to a later call.
        for part in _parts(response) if response.status_code not in _INTERIM else ():
            parts.append(part)
            size += len(part)
            if size > LARGEST_BODY:
                break
            if deadline.left() <= 0:
                raise requests.ReadTimeout("the deadline ran out while the body was read")
        else:
            complete = response.status_code not in _INTERIM
    finally:
        if not complete:
            response.close()
        # Without this, requests stores the response's cookies in the session.
        if hasattr(response.raw, "_original_response"):
            try:
                response.raw._original_response = None
            except AttributeError:  # a recorder's is read-only
                response.raw = None
    headers = Headers(response.headers.items())
    content = b"".join(parts)[:LARGEST_BODY]
    return ApiResponse(response.status_code, response.reason or "", headers, content, None, size > LARGEST_BODY)


def _parts(response: requests.Response) -> Iterator[bytes]:
    """Return the decoded body as it arrives, each part as soon as it is there."""
    raw = response.raw
    if raw is None or getattr(response, "_content", False) is not False:  # made or read by an adapter of the caller's
        yield response.content or b""
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
