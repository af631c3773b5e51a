"""What an endpoint is: its name, route, types and effect; and a call of it that is ready to be sent."""

from __future__ import annotations

import re
from dataclasses import KW_ONLY, dataclass
from enum import Enum, auto
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, Literal, NamedTuple, TypeVar, get_args, get_origin

from fota_sdk.core.multipart import Multipart
from fota_sdk.exceptions import ApiError, AuthenticationError, FotaV2ResultException, FotaV3ResultException

if TYPE_CHECKING:
    from fota_sdk.core.model import Model

Result = TypeVar("Result")

PLACEHOLDER = re.compile(r"\{(\w+)\}")
_QUERY = re.compile(r"[?&](?P<key>\w+)=\{(?P<name>\w+)\}|\{[?&](?P<optional>\w+(?:,\w+)*)\}")


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
        found = [Parameter(name, _key(name), "path", True) for name in PLACEHOLDER.findall(self.path)]
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
