"""The route by which another process reads the clock of a served sandbox and puts it forward."""

from __future__ import annotations

import json
from collections.abc import Callable

from fota_sdk.exceptions import ConfigurationError
from fota_sdk.sandbox.application import BASE_PATH
from fota_sdk.sandbox.clock import Clock
from fota_sdk.sandbox.messages import Refused, Request, Response, fault, object_of, refuse

PATH = "/sandbox/clock"
"""Below the base URL, beside the routes of the service."""

_AMOUNTS = ("days", "hours", "minutes", "seconds")


def with_clock_route(others: Callable[[Request], Response], clock: Clock) -> Callable[[Request], Response]:
    """Return what responds to this route, which takes calls without tokens, and passes all else on to others.

    Args:
        others: Answers the routes of the service.
        clock: The clock of the sandbox.
    """

    def respond(request: Request) -> Response:
        if request.target.partition("?")[0] != BASE_PATH + PATH:
            return others(request)
        try:
            if request.method == "POST":
                _advance(clock, request.body)
            elif request.method != "GET":
                raise fault(405, "405", "Method not allowed for given API resource", ("Allow", "GET, POST"))
        except Refused as refusal:
            return refusal.response
        return Response(200, json.dumps({"now": f"{clock.now():%Y-%m-%dT%H:%M:%SZ}"}).encode())

    return respond


def _advance(clock: Clock, content: bytes) -> None:
    amounts = object_of(content)
    unknown = sorted(amounts.keys() - set(_AMOUNTS))
    if unknown != []:
        raise refuse(f"There is no {unknown[0]!r:.50}: the clock is put forward by {', '.join(_AMOUNTS)}.")
    try:
        clock.advance(**{**dict.fromkeys(_AMOUNTS, 0), **amounts})
    except ConfigurationError as error:
        raise refuse(f"{error}.") from None
