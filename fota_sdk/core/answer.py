"""What an HTTP answer means: the promised body, or the error that it stands for."""

from __future__ import annotations

from typing import Any, TypeVar
from urllib.parse import urlsplit

from fota_sdk.core.codec import NotJsonError, parse_json
from fota_sdk.core.fields import Findings, json_type
from fota_sdk.core.model import Model, decoder_of, fields_of
from fota_sdk.core.operation import Operation
from fota_sdk.core.response import LARGEST_BODY, ApiResponse
from fota_sdk.core.retry import Failure, Outcome, parse_retry_after
from fota_sdk.exceptions import (
    ApiError,
    AuthenticationError,
    ConflictError,
    DecodeError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    RedirectError,
    ServerError,
    clip,
)

Promised = TypeVar("Promised")

_BY_STATUS: dict[int, type[ApiError]] = {
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    429: RateLimitError,
}
_PASSING = (500, 502, 503, 504)


def read(operation: Operation[Promised], response: ApiResponse[Any]) -> ApiResponse[Promised] | Failure:
    """Return the answer of an operation with its decoded body, or what went wrong with it."""
    if 200 <= response.status_code < 300:
        return _success(operation, response)
    return _refusal(operation, response)


def _success(operation: Operation[Promised], response: ApiResponse[Any]) -> ApiResponse[Promised] | Failure:
    data: Any = None
    if response.is_cut:
        return _unreadable(f"its body is larger than {LARGEST_BODY} bytes", response, data)
    if response.content == b"":
        if operation.answer is None:  # some routes that have no method here answer with nothing
            return response
        return _unreadable("its body is empty", response, data)
    try:
        data = parse_json(response.content)
    except NotJsonError as error:
        kind = response.headers.get("Content-Type", "no content type")
        start = clip(" ".join(response.text[:200].split()), 80)
        return _unreadable(f"its body is not JSON: {error} ({kind}, begins {start!r})", response, data)
    promised: Any = operation.answer
    if promised is None:
        response.body = data
        return response
    if not isinstance(data, dict):
        return _unreadable(f"it holds {json_type(data)} instead of a {promised.__name__}", response, data)
    if not any(declaration.wire in data for _, declaration in fields_of(promised)):
        keys = clip(", ".join(map(repr, data)), 120) or "none"
        return _unreadable(f"it holds no key of a {promised.__name__} (keys: {keys})", response, data)
    findings: Findings = []
    body: Model = decoder_of(promised)(data, findings)
    if findings:
        shown = "; ".join(f"$.{path} {message}" for path, message in findings[:5])
        return _unreadable(f"it is not a {promised.__name__}: {clip(shown, 350)}", response, data)
    response.body = body
    return response


def _unreadable(what: str, response: ApiResponse[Any], data: Any) -> Failure:
    message = f"the service answered {response.status_code}, but {what}"
    if isinstance(data, dict) and isinstance(data.get("id"), str):
        message += f"; its id is {clip(data['id'], 60)!r}, the rest is in .data"
    return Failure(DecodeError(message, response=response.with_body(data), data=data), Outcome.UNREADABLE)


def _refusal(operation: Operation[Any], response: ApiResponse[Any]) -> Failure:
    try:
        response.body = None if response.is_cut else parse_json(response.content)
    except NotJsonError:
        response.body = None
    code, words = _code_and_words(response.body)
    status = response.status_code
    if status == 400 or (status == 403 and operation.refusal is AuthenticationError):
        kind = operation.refusal
    elif 300 <= status < 400:
        kind = RedirectError
    else:
        kind = _BY_STATUS.get(status, ServerError if 500 <= status < 600 else ApiError)
    retry_after = parse_retry_after(response.headers.get("Retry-After"))
    error = kind(
        _sentence(response, code, words),
        response=response,
        error_code=code,
        error_message=words,
        retry_after=retry_after,
    )
    if status == 429:
        outcome = Outcome.THROTTLED
    elif status in _PASSING:
        outcome = Outcome.LOST
    else:
        # 303 says that the call was carried out, and where to look at the result.
        outcome = Outcome.REFUSED if 300 <= status < 500 and status != 303 else Outcome.UNREADABLE
    return Failure(error, outcome)


def _sentence(response: ApiResponse[Any], code: str | None, words: str | None) -> str:
    status = f"{response.status_code} {clip(response.reason_phrase, 40)}".rstrip()
    if 300 <= response.status_code < 400:
        return f"the service redirects ({status}) to {_host(response.headers.get('Location'))}, which is never followed"
    said = ": ".join(clip(text, 200) for text in (code, words) if text is not None)
    if not said:
        said = clip(" ".join(response.text[:400].split()), 120) or "no body"
    return f"the service answered {status}: {said}"


def _host(location: str | None) -> str:
    if location is None:
        return "a place that it does not name"
    try:
        return clip(urlsplit(location).hostname or "another path of the same host", 80)
    except ValueError:
        return "an address that is none"


def _code_and_words(body: Any) -> tuple[str | None, str | None]:
    """Return the code and the message of an error body, whichever of the known shapes it has."""
    if not isinstance(body, dict):
        return None, None
    if "errorCode" in body or "errorMessage" in body:
        return _text(body.get("errorCode")), _text(body.get("errorMessage"))
    fault = body.get("fault")
    if isinstance(fault, dict):
        return _text(fault.get("code")), _text(fault.get("message"))
    return _text(body.get("error")), _text(body.get("error_description"))


def _text(value: Any) -> str | None:
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return None
