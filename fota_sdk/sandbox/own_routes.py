"""The routes by which another process steers a served sandbox: its clock, and the faults that are injected."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from fota_sdk.exceptions import ConfigurationError
from fota_sdk.sandbox.application import BASE_PATH
from fota_sdk.sandbox.messages import Json, Refused, Request, Response, fault, object_of, refuse


@dataclass(frozen=True)
class OwnRoute:
    """A route that belongs to the sandbox; it takes calls without tokens.

    Attributes:
        change: Does what the body of a POST asks for.
        state: Returns what the route tells, after that and for a GET.
    """

    change: Callable[[Json], None]
    state: Callable[[], Json]


def with_own_routes(
    others: Callable[[Request], Response], routes: Mapping[str, OwnRoute]
) -> Callable[[Request], Response]:
    """Return what responds to these routes, and passes all else on to others.

    Args:
        others: Answers the routes of the service.
        routes: By their paths, below the base URL.
    """
    by_path = {BASE_PATH + path: route for path, route in routes.items()}

    def respond(request: Request) -> Response:
        route = by_path.get(request.target.partition("?")[0])
        if route is None:
            return others(request)
        try:
            if request.method == "POST":
                route.change(object_of(request.body))
            elif request.method != "GET":
                raise fault(405, "405", "Method not allowed for given API resource", ("Allow", "GET, POST"))
        except Refused as refusal:
            return refusal.response
        return Response(200, json.dumps(route.state()).encode())

    return respond


def call(act: Callable[..., None], arguments: Any) -> None:
    """Carry out a call with the arguments of a body; what it does not take is refused."""
    name, signature = act.__name__, inspect.signature(act)
    if not isinstance(arguments, dict):
        raise refuse(f"The arguments of {name} must be an object.")
    try:
        signature.bind(**arguments)
    except TypeError as error:
        raise refuse(f"{name}: {error!s:.100}; it takes {', '.join(signature.parameters)}.") from None
    try:
        act(**arguments)
    except ConfigurationError as error:
        raise refuse(f"{error}.") from None


def call_by_name(acts: Iterable[Callable[..., None]]) -> Callable[[Json], None]:
    """Return what carries out the call that is the only key of a body, with the arguments beside it."""
    by_name = {act.__name__: act for act in acts}

    def change(body: Json) -> None:
        name, arguments = next(iter(body.items()), ("", {}))
        if len(body) != 1 or name not in by_name:
            raise refuse(f"The body must have one of {', '.join(by_name)} as its key, and its arguments as the value.")
        call(by_name[name], arguments)

    return change
