"""One request over a `requests.Session`: out, and a whole response in, or a failure that says how far it came.

This module imports requests, and is imported with the first exchange.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.cookies import RequestsCookieJar
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import MaxRetryError
from urllib3.util.ssl_match_hostname import CertificateError

from fota_sdk.core.connection import LimitedAdapter, Limits, Stage, TunnelRefusedError, forget_pools
from fota_sdk.core.response import LARGEST_BODY, ApiResponse, Headers
from fota_sdk.core.retry import Failure, Outcome
from fota_sdk.exceptions import ConnectError, FotaError, RequestTimeoutError, TransportError, clip

if TYPE_CHECKING:
    from fota_sdk.core.operation import PreparedCall
    from fota_sdk.core.timeout import Deadline

_READ_AT_ONCE = 65536
# What proves by itself that nothing was sent, also where no connection of ours took part.
_NEVER_SENT = (
    requests.ConnectTimeout,
    requests.exceptions.InvalidSchema,
    requests.exceptions.InvalidURL,
    urllib3.exceptions.NewConnectionError,
    urllib3.exceptions.ConnectTimeoutError,
    urllib3.exceptions.LocationValueError,
    urllib3.exceptions.ClosedPoolError,
)
_TUNNEL_REFUSED = "Tunnel connection failed"  # how http.client says it
_FINGERPRINT_REFUSED = "Fingerprints did not match"  # how urllib3 says it
_INTERIM = range(100, 200)
_NO_COOKIES = RequestsCookieJar()

Responses = list[ApiResponse[Any]]
"""What a request was answered with: the last one is the response; those before it a hook has put another one for."""


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
        headers: Mapping[str, str],
        deadline: Deadline,
        connect: float | None,
        silence: float | None,
    ) -> Responses | Failure:
        """Send a request once; the arguments are those of `Transport.exchange`."""
        limits = Limits(deadline, connect, silence)
        finished: list[_Finished] = []

        def read(response: requests.Response, **_: Any) -> _Finished:
            if isinstance(response, _Finished) and response in finished:
                return response
            finished.append(_finish(response, deadline))
            return finished[-1]

        # Ours comes first, so that hooks see a finished response, and last, because a hook may return another one.
        request = _request(prepared, headers, [read, *self._hooks(), read], limits)
        try:
            response = self._session.send(
                request,
                stream=True,
                timeout=(limits, deadline.within(silence)),
                verify=self._verify,
                cert=self._session.cert,
                proxies=dict(self._proxies),
                allow_redirects=False,
            )
            last = read(response)  # once more, for sessions that answer by themselves and run no hooks
            answers = [each.answer for each in finished if each is not last] + [last.answer]
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            if finished:  # raised by a hook of the caller's session, after the exchange
                raise
            return _failure(error, limits.stage)
        finally:
            finished.clear()  # it is part of a circle: its responses hold their request, and that its hooks
        if last.status_code in _INTERIM:
            what = f"the service sent an interim response ({last.status_code}) and no final one"
            return Failure(TransportError(what), Outcome.LOST)
        return answers

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


def _request(
    prepared: PreparedCall, headers: Mapping[str, str], hooks: list[Any], limits: Limits
) -> requests.PreparedRequest:
    """Return a request as requests wants it, without the session's headers, cookies, auth and parameters."""
    request: Any = requests.PreparedRequest()
    request.method = prepared.method
    request.url = prepared.url
    request.headers = CaseInsensitiveDict(headers)
    if prepared.body is not None:
        request.headers["Content-Length"] = str(len(prepared.body))  # without it the body is sent in chunks
    request._cookies = _NO_COOKIES
    request.body = prepared.body
    request.hooks = {"response": hooks}
    request.limits = limits
    return cast("requests.PreparedRequest", request)


class _Finished(requests.Response):
    """A response that was read to its end.

    Attributes:
        answer: The same as we keep it.
    """

    answer: ApiResponse[Any]

    @property
    def is_redirect(self) -> bool:
        """False: requests would read a redirect's body and parse its target even when not following it."""
        return False


def _finish(response: requests.Response, deadline: Deadline) -> _Finished:
    answer = _read_answer(response, deadline)
    finished = _Finished.__new__(_Finished)
    finished.__dict__.update(response.__dict__, _content=answer.content, _content_consumed=True, answer=answer)
    return finished


def _read_answer(response: requests.Response, deadline: Deadline) -> ApiResponse[Any]:
    """Read an answer to its end; on any failure, Ctrl-C included, its connection is closed and never used again."""
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
        # Without this, requests stores the response's cookies in the session. That of a recorder may be read-only.
        if hasattr(response.raw, "_original_response"):
            with suppress(AttributeError):
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


def _failure(error: Exception, stage: Stage) -> Failure:
    """Return what a failed exchange means; where it is not proven that nothing was sent, it counts as sent."""
    chain = _chain(error)
    text = clip(_plain(chain[-1]), 300)
    nothing_sent = stage is Stage.NOT_CONNECTED or (stage is Stage.UNKNOWN and any(map(_proves_nothing_sent, chain)))
    failure: FotaError
    if nothing_sent and any(map(_refuses_certificate, chain)):
        failure = ConnectError(f"the certificate of the service was refused ({text}); nothing was sent")
        outcome = Outcome.REFUSED
    elif nothing_sent and any(map(_refuses_tls, chain)):
        failure = ConnectError(f"TLS failed ({text}); nothing was sent")
        outcome = Outcome.REFUSED
    elif nothing_sent:
        tunnel = any(map(_refuses_tunnel, chain))
        what = "the proxy opened no tunnel to the service" if tunnel else "the service could not be reached"
        failure = ConnectError(f"{what} ({text}); nothing was sent")
        outcome = Outcome.NEVER_SENT
    elif isinstance(error, requests.exceptions.SSLError):
        failure = TransportError(f"TLS failed ({text}); {_SENT[stage]}")
        outcome = Outcome.UNREADABLE  # never retried
    elif any(isinstance(link, (TimeoutError, requests.Timeout, urllib3.exceptions.TimeoutError)) for link in chain):
        failure = RequestTimeoutError(f"the service did not answer in time ({text}); {_SENT[stage]}")
        outcome = Outcome.LOST
    else:
        failure = TransportError(f"the connection failed before the response was complete ({text}); {_SENT[stage]}")
        outcome = Outcome.LOST
    failure.__cause__ = _without_secrets(error)
    return Failure(failure, outcome)


_SENT = {Stage.SENT: "the request was sent", Stage.UNKNOWN: "whether the request was sent is not known"}


def _refuses_certificate(error: BaseException) -> bool:
    return isinstance(error, (ssl.SSLCertVerificationError, CertificateError)) or _FINGERPRINT_REFUSED in str(error)


def _refuses_tls(error: BaseException) -> bool:
    """Return whether both sides do not agree on TLS; a handshake that was cut may succeed next time."""
    return isinstance(error, ssl.SSLError) and not isinstance(error, (ssl.SSLEOFError, ssl.SSLZeroReturnError))


def _refuses_tunnel(error: BaseException) -> bool:
    return isinstance(error, TunnelRefusedError) or (isinstance(error, OSError) and _TUNNEL_REFUSED in str(error))


def _proves_nothing_sent(error: BaseException) -> bool:
    return isinstance(error, _NEVER_SENT) or _refuses_certificate(error) or _refuses_tunnel(error)


def _without_secrets(error: BaseException) -> BaseException:
    """Take the request, and the frames in which it stands, from an error and from those that led to it."""
    pending: list[BaseException | None] = [error]
    seen: list[BaseException] = []
    while pending:
        link = pending.pop()
        if link is None or link in seen:
            continue
        seen.append(link)
        link.__traceback__ = None
        if isinstance(link, requests.RequestException):
            link.request = link.response = None
        pending += [link.__cause__, link.__context__, *(arg for arg in link.args if isinstance(arg, BaseException))]
        pending.append(getattr(link, "reason", None) if isinstance(link, MaxRetryError) else None)
    return error


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
