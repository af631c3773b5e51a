"""What an HTTP response means: the promised body, or the error that it stands for."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from types import NoneType
from typing import Any, TypeVar
from urllib.parse import urlsplit

from fota_sdk.core.auth import code_in, refused_token
from fota_sdk.core.charset import read_text
from fota_sdk.core.codec import NotJsonError, parse_json
from fota_sdk.core.fields import Findings, json_type
from fota_sdk.core.fork import late_imports
from fota_sdk.core.model import Model, Models, decoder_of, fields_of
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
    authentication_error,
    clip,
    one_line,
)

Result = TypeVar("Result")

_BY_STATUS: dict[int, type[ApiError]] = {
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    429: RateLimitError,
}
_PASSING = (500, 502, 503, 504)

# Where error bodies of all kinds have their words, the code first; in small letters and without "_".
_CODE_KEYS = ("errorcode", "code")
_WORD_KEYS = (
    *(*_CODE_KEYS, "fault", "error", "title", "errormessage", "message", "faultstring"),
    *("errordescription", "description", "detail", "details", "reason", "errors"),
)
_LONGEST_PART = 200
_LONGEST_WORDS = 420

# No XML parser reads the gateway's fault, because parsers expand entities. It is short and stands at the beginning.
_XML_FAULT = re.compile(r"<(?:[\w.-]+:)?fault[\s>]")
_XML_PART = re.compile(
    r"<(?:[\w.-]+:)?(code|message|description)(?:\s[^<>]*)?>(?:<!\[CDATA\[(.*?)\]\]>|([^<]*))</", re.DOTALL
)
_XML_BEGINNING = 10_000
_GATEWAY_CODE = re.compile(r"\d{6}", re.ASCII)  # what else stands there is the status once more


def parse_response(operation: Operation[Result], response: ApiResponse[Any]) -> ApiResponse[Result] | Failure:
    """Return the response of an operation with its decoded body, or what went wrong with it."""
    if 200 <= response.status_code < 300:
        return _success(operation, response)
    return _refusal(operation, response)


def _success(operation: Operation[Result], response: ApiResponse[Any]) -> ApiResponse[Result] | Failure:
    promised: Any = operation.response
    if promised is NoneType:  # the status is all; what documentation shows beside it is no JSON
        return response
    if response.is_cut:
        return _unreadable(f"its body is larger than {LARGEST_BODY} bytes", response, None)
    data: Any = None
    try:
        if response.content != b"":
            data = _parsed(response)
        elif promised is object:  # some routes that have no method here answer with nothing
            return response
        elif operation.may_be_empty:
            data = {}
        else:
            raise _UnpromisedError("its body is empty")
        response.body = data if promised is object else _decoded(operation, data)
    except _UnpromisedError as error:
        return _unreadable(str(error), response, data)
    return response


class _UnpromisedError(ValueError):
    """A body is not what the operation promises; the message says in which way."""


def _parsed(response: ApiResponse[Any]) -> Any:
    text, is_whole = read_text(response.content, response.headers)
    try:
        if not is_whole:
            raise NotJsonError("not text in UTF-8, UTF-16, UTF-32 or a charset that Content-Type names")
        return parse_json(text)
    except NotJsonError as error:
        kind = one_line(response.headers.get("Content-Type", "no content type"), 80)
        start = clip(repr(_beginning(text, 200)), 80)
        raise _UnpromisedError(f"its body is not JSON: {error} ({kind}, begins {start})") from None


def _decoded(operation: Operation[Any], data: Any) -> Any:
    """Return the model, or the list of models, that an operation promises."""
    findings: Findings = []
    item = operation.item
    if item is not None:
        name = f"list of {item.__name__}"
        if data is None:  # how some services write an empty list
            return []
        if not isinstance(data, list):
            raise _UnpromisedError(f"it holds {json_type(data)} instead of a {name}")
        body: Any = Models(item).decode(data, findings)
        findings += [(f"[{place}]", why) for place, each in enumerate(data) if (why := _strange(item, each))]
    else:
        model: Any = operation.response
        name = model.__name__
        body = decoder_of(model)(_object(model, data, may_be_empty=operation.may_be_empty), findings)
    if findings:
        shown = "; ".join(f"$.{path}".replace(".[", "[") + f" {message}" for path, message in findings[:5])
        raise _UnpromisedError(f"it is not a {name}: {one_line(shown, 350)}")
    return body


def _object(model: type[Model], data: Any, *, may_be_empty: bool) -> Any:
    """Return the JSON object that stands for a model."""
    if isinstance(data, list) and model._array_key is not None:
        return {model._array_key: data}
    if not isinstance(data, dict):
        raise _UnpromisedError(f"it holds {json_type(data)} instead of a {model.__name__}")
    strange = None if data == {} and may_be_empty else _strange(model, data)
    if strange is not None:
        raise _UnpromisedError(f"it {strange}")
    return data


def _strange(model: type[Model], data: Any) -> str | None:
    """Return why an object is certainly another one than a model stands for; None where it may be that."""
    fields = fields_of(model)
    if not isinstance(data, dict) or any(key in data for _, each in fields for key in (each.wire, *each.also)):
        return None
    if data == {} and not any(declaration.required for _, declaration in fields):
        return None
    return f"holds no key of a {model.__name__} (keys: {clip(', '.join(map(repr, data)), 120) or 'none'})"


def _unreadable(what: str, response: ApiResponse[Any], data: Any) -> Failure:
    message = f"the service answered {response.status_code}, but {what}"
    if isinstance(data, dict) and isinstance(data.get("id"), str):
        message += f"; its id is {clip(repr(data['id']), 60)}, the rest is in .data"
    return Failure(DecodeError(message, response=response.with_body(data), data=data), Outcome.UNREADABLE)


def _refusal(operation: Operation[Any], response: ApiResponse[Any]) -> Failure:
    text = response.text
    if not response.is_cut:
        with suppress(NotJsonError):
            response.body = parse_json(text)
    body = _xml_fault(text) if response.body is None else response.body
    code, words = _code_and_words(body)
    status = response.status_code
    retry_after = parse_retry_after(response.headers.get("Retry-After"))
    refused = refused_token(operation, status, code_in(response) if code is None else code)
    error = _class_of(operation, status, refused)(
        _sentence(response, _words(body) or one_line(_beginning(text, 400), 120)),
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
    return Failure(error, outcome, refused)


def _class_of(operation: Operation[Any], status: int, refused: str | None) -> type[ApiError]:
    """Return the class of a refusal: that of its status, and more where it is about a token."""
    if status == 400 or (status == 403 and operation.refusal is AuthenticationError):
        kind = operation.refusal
    elif 300 <= status < 400:
        kind = RedirectError
    else:
        kind = _BY_STATUS.get(status, ServerError if 500 <= status < 600 else ApiError)
    if refused is None:
        return kind
    return authentication_error(kind, operation.refusal) if refused == "session_token" else authentication_error(kind)


def _sentence(response: ApiResponse[Any], said: str) -> str:
    status = f"{response.status_code} {one_line(response.reason_phrase, 40)}".rstrip()
    if 300 <= response.status_code < 400:
        return f"the service redirects ({status}) to {_host(response.headers.get('Location'))}, which is never followed"
    return f"the service answered {status}: {one_line(said, _LONGEST_WORDS) or 'no body'}"


def _beginning(text: str, longest: int) -> str:
    return " ".join(text[:longest].split())


def _host(location: str | None) -> str:
    if location is None:
        return "a place that it does not name"
    try:
        return one_line(urlsplit(location).hostname or "another path of the same host", 80)
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


def _words(body: Any, *, inner: bool = False) -> str:
    """Return what an error body says, for people: its texts as they are, its lists and objects as JSON."""
    if not isinstance(body, dict):
        return ""
    known = {key.replace("_", "").lower(): value for key, value in body.items()}
    parts = {key: part for key in _WORD_KEYS if key in known and (part := _part(known[key], inner)) != ""}
    if parts and parts.keys() <= {*_CODE_KEYS}:  # the words that go with it stand in a place of their own
        rest = {key: value for key, value in body.items() if key.replace("_", "").lower() not in parts}
        parts["rest"] = _part({key: value for key, value in rest.items() if value not in (None, "")}, True)
    return ": ".join(dict.fromkeys(one_line(part, _LONGEST_PART) for part in parts.values() if part != ""))


def _part(value: Any, inner: bool) -> str:
    text = _text(value)
    if text is None:
        text = "" if inner else _words(value, inner=True)  # such as a fault, or an object as error
        if text == "" and isinstance(value, (dict, list)) and len(value) > 0:
            with suppress(RecursionError):
                text = json.dumps(value, ensure_ascii=False)
    return _beginning(text, 2 * _LONGEST_PART)


def _xml_fault(text: str) -> dict[str, Any] | None:
    """Return a fault that the gateway sent in XML as it sends it in JSON."""
    beginning = text[:_XML_BEGINNING]
    if _XML_FAULT.search(beginning) is None:
        return None
    with late_imports:
        from html import unescape

    fault = {name: data or unescape(plain) for name, data, plain in reversed(_XML_PART.findall(beginning))}
    code = fault.pop("code", "").strip()
    return {"fault": {"code": code, **fault} if _GATEWAY_CODE.fullmatch(code) else fault}
