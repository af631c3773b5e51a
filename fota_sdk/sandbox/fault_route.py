"""The route by which another process injects faults into a served sandbox."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from fota_sdk.exceptions import ConfigurationError
from fota_sdk.sandbox.application import BASE_PATH
from fota_sdk.sandbox.messages import Refused, Request, Response, fault, object_of, refuse

PATH = "/sandbox/faults"
"""Below the base URL, beside the routes of the service."""


def with_fault_route(
    others: Callable[[Request], Response], calls: Iterable[Callable[..., None]], state: Callable[[], Mapping[str, Any]]
) -> Callable[[Request], Response]:
    """Return what responds to this route, which takes calls without tokens, and passes all else on to others.

    Args:
        others: Answers the routes of the service.
        calls: What injects the faults.
        state: Returns what the route tells.
    """
    by_name = {call.__name__: call for call in calls}

    def respond(request: Request) -> Response:
        if request.target.partition("?")[0] != BASE_PATH + PATH:
            return others(request)
        try:
            if request.method == "POST":
                _inject(by_name, request.body)
            elif request.method != "GET":
                raise fault(405, "405", "Method not allowed for given API resource", ("Allow", "GET, POST"))
        except Refused as refusal:
            return refusal.response
        return Response(200, json.dumps(state()).encode())

    return respond


def _inject(calls: Mapping[str, Callable[..., None]], content: bytes) -> None:
    """Carry out the call that a body names, with its arguments."""
    body = object_of(content)
    name, arguments = next(iter(body.items()), ("", {}))
    if len(body) != 1 or name not in calls:
        raise refuse(f"The body must have one of {', '.join(calls)} as its key, and its arguments as the value.")
    if not isinstance(arguments, dict):
        raise refuse(f"The arguments of {name} must be an object.")
    try:
        inspect.signature(calls[name]).bind(**arguments)
    except TypeError as error:
        raise refuse(f"{name}: {error}.") from None
    try:
        calls[name](**arguments)
    except ConfigurationError as error:
        raise refuse(f"{error}.") from None
