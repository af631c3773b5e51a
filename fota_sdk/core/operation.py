"""What an endpoint is: its name, route, types and whether it may be repeated."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from urllib.parse import quote, urlencode

from fota_sdk.core.fields import Findings
from fota_sdk.core.multipart import Multipart
from fota_sdk.exceptions import ApiError, ValidationError

if TYPE_CHECKING:
    from types import ModuleType

    from fota_sdk.core.model import Model

Answer = TypeVar("Answer")

_LONGEST_VALUE = 256
_LARGEST_NUMBER = 10**18
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_TEMPLATE = re.compile(r"(?:/(?:[A-Za-z0-9_.~-]+|\{\w+\}))+")
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_NO_PATH = ("", ".", "..")


@dataclass(frozen=True)
class Operation(Generic[Answer]):
    """One endpoint of the service.

    Attributes:
        name: As errors and logs show it, such as ``"v3.cancel_campaign"``.
        method: HTTP method.
        path: Template below the base URL; each ``{name}`` stands for exactly one segment.
        answer: Type of the answer; None where any JSON is one.
        body: Type of the body; None where there is none.
        refusal: What a 400 raises.
        repeatable: Whether it may be sent again once it may have been carried out.
        harmless: Whether it changes nothing, so that its outcome is never in doubt.
        tells: The call that tells whether it was carried out.
    """

    name: str
    method: str
    path: str
    answer: type[Answer] | None
    body: type[Model] | None = None
    refusal: type[ApiError] = ApiError
    repeatable: bool = False
    harmless: bool = False
    tells: str = ""


@dataclass(frozen=True)
class PreparedCall:
    """A request that is ready to be sent, without its tokens.

    Attributes:
        method: HTTP method.
        url: The whole URL.
        body: The bytes of the body; None where there is none, or a form.
        form: A form with a file, which is read while it is sent; None where there is none.
    """

    method: str
    url: str
    body: bytes | None = None
    form: Multipart | None = None

    def __repr__(self) -> str:
        size = "no body" if self.body is None else f"{len(self.body)} bytes"
        if self.form is not None:
            size = repr(self.form)
        url = self.url if len(self.url) <= 800 else self.url[:800] + "..."
        return f"<PreparedCall {self.method} {url} ({size})>"


def operations_of(controllers: ModuleType) -> list[Operation[Any]]:
    """Return the operations that a module declares, in the order in which they stand there."""
    return [value for value in vars(controllers).values() if isinstance(value, Operation)]


def fill_path(template: str, values: Any, findings: Findings) -> str:
    """Return the path with each placeholder replaced by one percent-encoded segment.

    Args:
        template: A path such as ``/fota/v3/campaigns/{acc}/{campaign_id}``.
        values: One text for each placeholder.
        findings: Takes what is wrong with the values; the path is of no use then.
    """
    if not isinstance(values, Mapping):
        findings.append(("values", f"must be a mapping of names to texts, got {type(values).__name__}"))
        return ""
    parts = _split(template)
    names = parts[1::2]
    findings += [(str(name), "has no place in the path") for name in values if name not in names]
    filled = list(parts)
    filled[1::2] = [_segment(name, values.get(name), findings) for name in names]
    return "".join(filled)


@lru_cache(maxsize=100)
def _split(template: str) -> list[str]:
    """Return a template's fixed parts and, between them, its names."""
    return _PLACEHOLDER.split(template)


def check_route(method: Any, path: Any) -> None:
    """Refuse a method or path template that cannot name a route of the service.

    Raises:
        ValidationError: The method is not one of the five that the service knows, or the path is no template.
    """
    findings: Findings = []
    if method not in ("GET", "POST", "PUT", "DELETE", "PATCH"):
        findings.append(("method", f"must be GET, POST, PUT, DELETE or PATCH, got {method!r}"))
    if not (isinstance(path, str) and _TEMPLATE.fullmatch(path)) or any(
        part in _NO_PATH for part in path.split("/")[1:]
    ):
        findings.append(("path", "must look like /fota/v3/reports/{acc}/campaigns, with queries in query="))
    if findings:
        raise ValidationError(findings)


def encode_query(query: Any, findings: Findings) -> str:
    """Return ``?name=value&...``, or nothing where there is nothing; None is not sent."""
    if not isinstance(query, Mapping):
        findings.append(("query", f"must be a mapping of names to values, got {type(query).__name__}"))
        return ""
    given = {name: value for name, value in query.items() if value is not None}
    for name, value in given.items():
        if not isinstance(name, str):
            findings.append(("query", f"must have str keys, got {type(name).__name__}"))
        elif isinstance(value, bool) or not isinstance(value, (str, int)):
            findings.append((f"query[{name!r}]", f"must be a str or an int, got {type(value).__name__}"))
        elif isinstance(value, int) and abs(value) > _LARGEST_NUMBER:
            findings.append((f"query[{name!r}]", f"must be from -{_LARGEST_NUMBER} to {_LARGEST_NUMBER}"))
        elif _UNPRINTABLE.search(f"{name}{value}"):
            findings.append((f"query[{name!r}]", "must not hold control characters or lone surrogates"))
    if findings or not given:
        return ""
    return "?" + urlencode(given, quote_via=quote, safe="")


def _segment(name: str, value: object, findings: Findings) -> str:
    fault = None
    if not isinstance(value, str):
        fault = "is required" if value is None else f"must be a str, got {type(value).__name__}"
    elif value in _NO_PATH:
        fault = f"must not be {value!r}, which would change the route" if value else "must not be empty"
    elif len(value) > _LONGEST_VALUE:
        fault = f"must have at most {_LONGEST_VALUE} characters, got {len(value)}"
    elif _UNPRINTABLE.search(value):
        fault = "must not hold control characters or lone surrogates"
    else:
        return quote(value, safe="")
    findings.append((name, fault))
    return ""
