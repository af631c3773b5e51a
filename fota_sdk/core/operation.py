"""What an endpoint is: its name, route, types and effect; and the URL of a call."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import KW_ONLY, dataclass
from enum import Enum, auto
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, Literal, NamedTuple, TypeVar, get_args, get_origin
from urllib.parse import quote

from fota_sdk.core.fields import Findings
from fota_sdk.core.multipart import UNPRINTABLE, Multipart
from fota_sdk.exceptions import (
    ApiError,
    AuthenticationError,
    FotaV2ResultException,
    FotaV3ResultException,
    ValidationError,
)

if TYPE_CHECKING:
    from fota_sdk.core.model import Model

Result = TypeVar("Result")

_LONGEST_VALUE = 256
_LARGEST_NUMBER = 10**18
FIRST_CURSOR = "0"
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_QUERY = re.compile(r"[?&](?P<key>\w+)=\{(?P<name>\w+)\}|\{[?&](?P<optional>\w+(?:,\w+)*)\}")
_TEMPLATE = re.compile(r"(?:/(?:[A-Za-z0-9_.~-]+|\{\w+\}))+")
_NO_PATH = ("", ".", "..")


class Effect(Enum):
    """What an operation does to the service, and so what a failed call of it means."""

    READS = auto()
    """Changes nothing: retried, and never in doubt."""
    SETS = auto()
    """Twice is the same as once: retried; in doubt where all attempts fail."""
    ASKS = auto()
    """Changes nothing that lasts, but each call costs something: not retried, never in doubt."""
    ACTS = auto()
    """Not retried; in doubt after a failure."""
    SCHEDULES = auto()
    """As `ACTS`, and the same call again after such a failure is refused."""

    @property
    def is_retried(self) -> bool:
        """Whether a call is sent again once it may have been carried out."""
        return self in (Effect.READS, Effect.SETS)

    @property
    def leaves_doubt(self) -> bool:
        """Whether a failed call may have changed something."""
        return self not in (Effect.READS, Effect.ASKS)


class Parameter(NamedTuple):
    """One value of a call, beside its body.

    Attributes:
        name: In Python.
        key: On the wire.
        place: Where it goes.
        required: Whether there is no call without it.
    """

    name: str
    key: str
    place: Literal["path", "query", "form"]
    required: bool


@dataclass(frozen=True)
class Operation(Generic[Result]):
    """One endpoint of the service.

    Attributes:
        name: As errors and logs show it, such as ``"v3.cancel_campaign"``.
        method: HTTP method.
        route: Template of RFC 6570 below the base URL: ``{name}`` is required, and in the path exactly one segment;
            ``{?a,b}`` and ``{&a}`` are optional parts of the query.
        response: What a success is: a model, ``list[Model]``, ``NoneType`` (the status is all, the body is not looked
            at) or ``object`` (any JSON, or no body at all).
        effect: What it does to the service.
        body: Type of the body; None where there is none.
        form: Names of the parts of a multipart form; the first one is the file, and required.
        cursor: Name of the parameter, and of the attribute of the response, that lead from page to page.
        may_be_empty: Whether no body at all is a success, as ``{}`` is.
        verified_by: The method that shows whether a call was carried out, as ``group.method`` of the client.
        deprecated: Whether the service's description marks it so.
    """

    name: str
    method: str
    route: str
    response: type[Result]
    effect: Effect = Effect.ACTS
    _: KW_ONLY
    body: type[Model] | None = None
    form: tuple[str, ...] = ()
    cursor: str | None = None
    may_be_empty: bool = False
    verified_by: str = ""
    deprecated: bool = False

    @cached_property
    def path(self) -> str:
        """The route without its query."""
        return re.split(r"\{?\?", self.route, maxsplit=1)[0]

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """The values of a call beside its body, in the order of its method's arguments."""
        found = [Parameter(name, _key(name), "path", True) for name in _PLACEHOLDER.findall(self.path)]
        for part in _QUERY.finditer(self.route[len(self.path) :]):
            if part["name"] is not None:
                found.append(Parameter(part["name"], part["key"], "query", True))
            else:
                found += [Parameter(name, _key(name), "query", False) for name in part["optional"].split(",")]
        found += [Parameter(name, _key(name), "form", place == 0) for place, name in enumerate(self.form)]
        return tuple(found)

    @cached_property
    def query(self) -> tuple[Parameter, ...]:
        """The parameters that go into the query."""
        return tuple(parameter for parameter in self.parameters if parameter.place == "query")

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of the parameters."""
        return frozenset(parameter.name for parameter in self.parameters)

    @cached_property
    def refusal(self) -> type[ApiError]:
        """What a 400 raises."""
        version = self.name.partition(".")[0]
        return _REFUSALS.get(version, ApiError)

    @cached_property
    def item(self) -> type[Model] | None:
        """The model of which the response is a list; None where it is no list."""
        return get_args(self.response)[0] if get_origin(self.response) is list else None


_REFUSALS: dict[str, type[ApiError]] = {
    "v2": FotaV2ResultException,
    "v3": FotaV3ResultException,
    "oauth2": AuthenticationError,
    "session": AuthenticationError,
}


def _key(name: str) -> str:
    """Return the camelCase form of a name."""
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


@dataclass(frozen=True)
class PreparedCall:
    """A request that is ready to be sent, without its tokens.

    Attributes:
        method: HTTP method.
        url: The whole URL.
        body: The bytes of the body; None where there is none, and where a form is sent.
        form: The form of an upload, which is read from its file while it is sent; None everywhere else.
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


def how_to_verify(operation: Operation[Any]) -> str:
    """Return how to find out whether a call was carried out; nothing where no method shows it."""
    if operation.effect is Effect.SCHEDULES:
        version = operation.name.partition(".")[0]
        return (
            f'fota_sdk.find_campaigns(client, account, api="{version}", name=...) looks in every status, at all pages '
            f"(client.{operation.verified_by}). Not finding it is no proof: a campaign can be in a status that no "
            "report takes, such as CampaignPreScheduled"
        )
    return f"client.{operation.verified_by}" if operation.verified_by else ""


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
        return "must not hold control characters or lone surrogates"
    return None


def fill_path(path: str, values: Mapping[str, Any], findings: Findings) -> str:
    """Return a path with each placeholder replaced by one percent-encoded segment.

    Args:
        path: A template such as ``/fota/v3/campaigns/{acc}/{campaign_id}``.
        values: One text for each placeholder; further ones are not looked at.
        findings: Takes what is wrong with the values; the path is of no use then.
    """
    filled: list[str] = _PLACEHOLDER.split(path)
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
        fault = "must not hold control characters or lone surrogates"
    else:
        return quote(value, safe="")
    findings.append((name, fault))
    return ""
