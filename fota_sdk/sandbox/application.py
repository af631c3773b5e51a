"""From a request to the service's response, however both travel."""

from __future__ import annotations

import json
import re
import traceback
from dataclasses import dataclass, replace
from types import NoneType
from typing import Any
from urllib.parse import unquote

from fota_sdk import controllers
from fota_sdk.core.auth import FETCH_TOKEN, LOG_IN
from fota_sdk.core.operation import Operation
from fota_sdk.exceptions import ConfigurationError
from fota_sdk.sandbox import (
    account_devices,
    callbacks,
    campaigns,
    device_logging,
    example,
    file_campaigns,
    files,
    firmware,
    license_operations,
    published,
    reports,
)
from fota_sdk.sandbox.account_devices import AccountDevices
from fota_sdk.sandbox.campaigns import Campaigns
from fota_sdk.sandbox.capacity import Capacity
from fota_sdk.sandbox.device_logging import DeviceLogging
from fota_sdk.sandbox.faults import FaultInjection
from fota_sdk.sandbox.firmware import Firmware
from fota_sdk.sandbox.fleet import Fleet
from fota_sdk.sandbox.license_operations import CandidateLists
from fota_sdk.sandbox.licenses import Licenses, Subscription
from fota_sdk.sandbox.messages import (
    LARGEST_BODY,
    Call,
    Handler,
    Refused,
    Request,
    Response,
    fault,
    object_of,
    refuse,
)
from fota_sdk.sandbox.record import Record
from fota_sdk.sandbox.reports import HistoryNames
from fota_sdk.sandbox.rules import V2, V3
from fota_sdk.sandbox.tokens import Tokens

BASE_PATH = "/api"

_USER = re.compile("//[^/]*@")  # of a URL that somebody sends in place of a path


@dataclass(frozen=True)
class Route:
    """The route of one method and one path.

    Attributes:
        operation: What it is.
        handler: What responds to it.
        patterns: Which paths it serves.
        public: Whether it takes calls without both tokens, and whose bodies are not recorded; no fault meets them.
    """

    operation: Operation[Any]
    handler: Handler
    patterns: tuple[re.Pattern[str], ...]
    public: bool = False

    def match(self, path: str) -> dict[str, str] | None:
        """Return what stands in a path in place of the names of the template; None where it is another path."""
        for pattern in self.patterns:
            if (match := pattern.fullmatch(path)) is not None:
                return {name: unquote(value) for name, value in match.groupdict().items()}
        return None


class Application:
    """Answers as the service would.

    Args:
        fleet: Campaigns and devices, and the clock that they live by.
        tokens: What authenticates calls.
        pilot_rule: For whom a package goes to 20 devices at most until a pilot has succeeded; None for nobody.
        history_names: How the campaign histories show the names of campaigns.
        subscription: What accounts pay for.
    """

    def __init__(
        self,
        fleet: Fleet,
        tokens: Tokens,
        *,
        pilot_rule: str | None,
        history_names: HistoryNames,
        subscription: Subscription,
    ) -> None:
        self._tokens = tokens
        licenses = Licenses(fleet, subscription)
        self._v2 = Campaigns(V2, fleet, licenses, pilot_rule=pilot_rule)
        self._v3 = Campaigns(V3, fleet, licenses, pilot_rule=pilot_rule)
        uploaded = files.Files(fleet.clock)
        handlers = {
            **campaigns.handlers("v2", self._v2),
            **campaigns.handlers("v3", self._v3),
            **reports.handlers("v2", self._v2, fleet, history_names),
            **reports.handlers("v3", self._v3, fleet, history_names),
            **account_devices.handlers(AccountDevices(fleet)),
            **callbacks.handlers(),
            **device_logging.handlers(DeviceLogging(fleet.inventory, fleet.clock)),
            **file_campaigns.handlers(self._v2, uploaded, fleet.inventory),
            **files.handlers(uploaded),
            **firmware.handlers(Firmware(fleet)),
            **license_operations.handlers(licenses, CandidateLists(licenses, fleet.clock)),
        }
        self._routes = [
            *(
                _route(operation, handlers.get(operation.name) or example.handler(operation, fleet.clock))
                for _, operation in controllers.operations()
            ),
            _route(FETCH_TOKEN, lambda call: tokens.fetch(call.request), public=True),
            _route(LOG_IN, lambda call: tokens.log_in(call.request), public=True),
        ]
        self.faults = FaultInjection(tuple(route.operation.name for route in self._routes if not route.public))
        self.record = Record()
        self._capacity = Capacity()

    def respond(self, request: Request) -> Response:
        """Answer one request; a crash of the sandbox is a 500, with its traceback on standard error."""
        try:
            return self._respond(request)
        except Exception:  # noqa: BLE001 - whatever it is, it is not the fault of the request
            return crash()

    def _respond(self, request: Request) -> Response:
        path = request.target.partition("?")[0]
        content = b""
        route = self._route(request.method, path)
        if isinstance(route, Route) and not route.public and len(request.body) <= LARGEST_BODY:
            content = request.body
        self.record.add(request.method, _USER.sub("//", path.removeprefix(BASE_PATH)), content)
        try:
            if isinstance(route, Refused):
                raise route
            if len(request.body) > LARGEST_BODY:
                raise refuse(f"The body is larger than {LARGEST_BODY} bytes.", status=413)
            return self._carried_out(route, request, path)
        except Refused as refusal:
            return refusal.response

    def fail(self, campaign_id: str) -> None:
        """Make the next step of a campaign its failure.

        Raises:
            ConfigurationError: There is no such campaign, or it has started.
        """
        if not isinstance(campaign_id, str) or not (self._v2.fail(campaign_id) or self._v3.fail(campaign_id)):
            raise ConfigurationError(f"there is no campaign of the id {campaign_id!r}")

    def _route(self, method: str, path: str) -> Route | Refused:
        matching = [route for route in self._routes if route.match(path) is not None]
        if matching == []:
            return fault(400, "900906", "No matching resource found in the API for the given request")
        for route in matching:
            if route.operation.method == method:
                return route
        allowed = ", ".join(sorted({route.operation.method for route in matching}))
        return fault(405, "405", "Method not allowed for given API resource", ("Allow", allowed))

    def _carried_out(self, route: Route, request: Request, path: str) -> Response:
        if not route.public:
            self._tokens.authenticate(request)
        injected = None if route.public else self.faults.take(route.operation.name)
        if injected is not None and injected.response is not None:
            return injected.response
        try:
            self._capacity.check(route.operation.name, len(request.body))
            data = route.handler(_call(route, request, path))
            self._capacity.use(route.operation.name, len(request.body))
            response = Response(200, _content(None if route.operation.response is NoneType else data))
        except Refused as refusal:
            response = refusal.response
        if injected is None:
            return response
        return replace(response, delay=injected.delay, delivery=injected.delivery)


def crash() -> Response:
    """Print the exception that is being handled on standard error, and return the response that tells of it."""
    traceback.print_exc()
    return refuse("The sandbox has crashed; its standard error says where.", "SANDBOX_CRASHED", 500).response


def _route(operation: Operation[Any], handler: Handler, *, public: bool = False) -> Route:
    paths = (operation.path, *published.ROUTES.get(operation.name, ()))
    patterns = tuple(re.compile(BASE_PATH + re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path)) for path in paths)
    return Route(operation, handler, patterns, public)


def _call(route: Route, request: Request, path: str) -> Call:
    operation = route.operation
    values = route.match(path) or {}
    query = published.query_of(operation.name, request)
    for parameter in operation.query:  # some of the vendor's pages have it in the path
        if parameter.name in values:
            query[parameter.key] = values.pop(parameter.name)
    body = {} if operation.body is None else published.body_of(operation.name, object_of(request.body))
    return Call(request, values, query, body)


def _content(data: Any) -> bytes:
    return b"" if data is None else json.dumps(data).encode()
