"""What the failure of an exchange means: whether anything was sent, and what to raise.

This module imports requests, and is imported with the first exchange.
"""

from __future__ import annotations

import ssl
from urllib.parse import urlsplit

import requests
import urllib3
from urllib3.exceptions import MaxRetryError
from urllib3.util.ssl_match_hostname import CertificateError

from fota_sdk.core.connection import Stage, TunnelRefusedError
from fota_sdk.core.multipart import UnreadableFileError
from fota_sdk.core.retry import Failure, Outcome
from fota_sdk.exceptions import ConnectError, FotaError, RequestTimeoutError, TransportError, clip

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
_OF_PROXY = (requests.exceptions.ProxyError, urllib3.exceptions.ProxyError)
_TUNNEL_REFUSED = "Tunnel connection failed"  # how http.client says it
_FINGERPRINT_REFUSED = "Fingerprints did not match"  # how urllib3 says it


def failure_of(error: Exception, stage: Stage, url: str) -> Failure:
    """Return what a failed exchange means; where it is not proven that nothing was sent, it counts as sent.

    Args:
        error: How it failed; what is secret in it is taken away.
        stage: How far the connection of the attempt had come.
        url: Where it went to; its host is named where that could not be reached.
    """
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
        host = urlsplit(url).netloc
        what = f"{host} could not be reached"
        if any(map(_refuses_tunnel, chain)):
            what = f"the proxy opened no tunnel to {host}"
        elif any(isinstance(link, _OF_PROXY) for link in chain):
            what = f"the proxy on the way to {host} could not be reached"
        failure = ConnectError(f"{what} ({text}); nothing was sent")
        outcome = Outcome.NEVER_SENT
    elif unreadable := [link for link in chain if isinstance(link, UnreadableFileError)]:
        failure = TransportError(f"{unreadable[0]}; the request was sent in part")
        outcome = Outcome.UNREADABLE  # never retried
    elif any(isinstance(link, (requests.exceptions.SSLError, ssl.SSLError)) for link in chain):
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
