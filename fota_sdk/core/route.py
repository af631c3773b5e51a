"""The URL of a call: path and query, and what cannot stand in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from fota_sdk.core.codec import UNPRINTABLE, UNSENDABLE
from fota_sdk.core.fields import Findings
from fota_sdk.core.operation import PLACEHOLDER, Operation
from fota_sdk.exceptions import ValidationError

FIRST_CURSOR = "0"
_LONGEST_VALUE = 256
_LARGEST_NUMBER = 10**18
_TEMPLATE = re.compile(r"(?:/(?:[A-Za-z0-9_.~-]+|\{\w+\}))+")
_NO_PATH = ("", ".", "..")


def url_of(operation: Operation[Any], values: Mapping[str, Any], findings: Findings) -> str:
    """Return the URL of a call below the base URL.

    Args:
        operation: What is called.
        values: By the names of its parameters.
        findings: Takes what is wrong with the values; the URL is of no use then.
    """
    findings += [(str(name), "has no place in the request") for name in values if name not in operation.names]
    return fill_path(operation.path, values, findings) + _query_of(operation, values, findings)


def _query_of(operation: Operation[Any], values: Mapping[str, Any], findings: Findings) -> str:
    query: dict[str, Any] = {}
    for name, key, _, required in operation.query:
        value = values.get(name)
        if value is None and name == operation.cursor:
            value = FIRST_CURSOR
        fault = query_fault(value, required=required)
        if fault is not None:
            findings.append((name, fault))
        elif value is not None:
            query[key] = value
    return _encoded(query)


def query_fault(value: Any, *, required: bool) -> str | None:
    """Return why a value cannot stand in a query; None where it can."""
    if value is None:
        return "is required" if required else None
    if isinstance(value, Iterable) and not isinstance(value, (str, bytes, Mapping)):
        return "must be one value; call once for each"
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return f"must be a str or an int, got {type(value).__name__}"
    if value == "":
        return "must not be empty"
    return _unsendable(value)


def _unsendable(value: str | int) -> str | None:
    """Return why a text or a number cannot stand in a query; None where it can."""
    if isinstance(value, int) and abs(value) > _LARGEST_NUMBER:
        return f"must be from -{_LARGEST_NUMBER} to {_LARGEST_NUMBER}"
    if UNPRINTABLE.search(query_text(value)):
        return UNSENDABLE
    return None


def fill_path(path: str, values: Mapping[str, Any], findings: Findings) -> str:
    """Return a path with each placeholder replaced by one percent-encoded segment.

    Args:
        path: A template such as ``/fota/v3/campaigns/{acc}/{campaign_id}``.
        values: One text for each placeholder; further ones are not looked at.
        findings: Takes what is wrong with the values; the path is of no use then.
    """
    filled: list[str] = PLACEHOLDER.split(path)
    filled[1::2] = [_segment(name, values.get(name), findings) for name in filled[1::2]]
    return "".join(filled)


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
    known = len(findings)
    for name, value in given.items():
        if not isinstance(name, str):
            findings.append(("query", f"must have str keys, got {type(name).__name__}"))
        elif isinstance(value, bool) or not isinstance(value, (str, int)):
            findings.append((f"query[{name!r}]", f"must be a str or an int, got {type(value).__name__}"))
        elif (fault := _unsendable(value) or _unsendable(name)) is not None:
            findings.append((f"query[{name!r}]", fault))
    return _encoded(given) if len(findings) == known else ""


def query_text(value: str | int) -> str:
    """Return a text, or the digits of a number, as they are sent; members of an `Enum` have a `str` of their own."""
    return str.__str__(value) if isinstance(value, str) else int.__repr__(value)


def _encoded(query: Mapping[str, Any]) -> str:
    pairs = [f"{quote(name, safe='')}={quote(query_text(value), safe='')}" for name, value in query.items()]
    return "?" + "&".join(pairs) if pairs else ""


def _segment(name: str, value: object, findings: Findings) -> str:
    fault = None
    if not isinstance(value, str):
        fault = "is required" if value is None else f"must be a str, got {type(value).__name__}"
    elif value in _NO_PATH:
        fault = f"must not be {value!r}, which would change the route" if value else "must not be empty"
    elif len(value) > _LONGEST_VALUE:
        fault = f"must have at most {_LONGEST_VALUE} characters, got {len(value)}"
    elif UNPRINTABLE.search(value):
        fault = UNSENDABLE
    else:
        return quote(value, safe="")
    findings.append((name, fault))
    return ""
