"""From a request to the service's answer, however both travel."""

from __future__ import annotations

import json
import re
import threading
import traceback
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from types import NoneType
from typing import Any
from urllib.parse import parse_qsl, unquote

from fota_sdk import controllers
from fota_sdk.core.auth import FETCH_TOKEN, LOG_IN
from fota_sdk.core.codec import NotJsonError, parse_json
from fota_sdk.core.operation import Operation
from fota_sdk.exceptions import ConfigurationError
from fota_sdk.sandbox.account_devices import AccountDevices
from fota_sdk.sandbox.campaigns import Campaigns
from fota_sdk.sandbox.clock import Clock
from fota_sdk.sandbox.example import answer_of, check_body
from fota_sdk.sandbox.fleet import Fleet
from fota_sdk.sandbox.messages import (
    LARGEST_BODY,
    Answer,
    Json,
    RecordedRequest,
    Refused,
    Request,
    fault,
    refuse,
)
from fota_sdk.sandbox.misfortune import Misfortunes
from fota_sdk.sandbox.reports import campaigns_by_status, devices_of_campaign, upgrades_of_device
from fota_sdk.sandbox.rules import V2, V3, check_account
from fota_sdk.sandbox.tokens import Tokens

BASE_PATH = "/api"

_KEPT_REQUESTS = 10_000
_USER = re.compile("//[^/]*@")  # of a URL that somebody sends in place of a path


@dataclass(frozen=True)
class Call:
    """A request whose route is known.

    Attributes:
        request: The request.
        values: What stands in the path in place of the names of the template.
        body: The JSON object; an empty one where the route takes none.
    """

    request: Request
    values: dict[str, str]
    body: Json

    @property
    def query(self) -> dict[str, str]:
        """What stands in the query; of equal names the last one counts."""
        return dict(parse_qsl(self.request.target.partition("?")[2], keep_blank_values=True))


Handler = Callable[[Call], Any]


@dataclass(frozen=True)
class Route:
    """What answers one method of one path.

    Attributes:
        operation: What it is.
        handler: What answers it.
        pattern: Which paths it answers.
        public: Whether it lets in calls without both tokens, and is left out of the record.
        unlucky: Whether misfortune may be asked for it.
    """

    operation: Operation[Any]
    handler: Handler
    pattern: re.Pattern[str]
    public: bool = False
    unlucky: bool = False


class Application:
    """Answers as the service would.

    Args:
        fleet: Campaigns and devices, and the clock that they live by.
        tokens: What lets calls in.
        pilot_rule: For whom a package goes to 20 devices at most until a pilot has succeeded; None for nobody.
    """

    def __init__(self, fleet: Fleet, tokens: Tokens, *, pilot_rule: str | None) -> None:
        self._tokens = tokens
        clock = fleet.clock
        self._v2 = Campaigns(V2, fleet, pilot_rule=pilot_rule)
        self._v3 = Campaigns(V3, fleet, pilot_rule=pilot_rule)
        handlers = _device_handlers(AccountDevices(fleet))
        for version, campaigns in (("v2", self._v2), ("v3", self._v3)):
            handlers |= _campaign_handlers(version, campaigns) | _report_handlers(version, campaigns, fleet.page_size)
        self._routes = [
            *(
                _route(operation, handlers.get(operation.name, partial(_made_up, operation, clock)), unlucky=True)
                for _, operation in controllers.operations()
            ),
            _route(FETCH_TOKEN, lambda call: tokens.fetch(call.request), public=True),
            _route(LOG_IN, lambda call: tokens.log_in(call.request), public=True),
        ]
        self.misfortunes = Misfortunes(tuple(route.operation.name for route in self._routes if route.unlucky))
        self._record: deque[tuple[str, str, bytes]] = deque(maxlen=_KEPT_REQUESTS)
        self._record_lock = threading.Lock()

    @property
    def requests(self) -> list[RecordedRequest]:
        """The last 10,000 requests, the oldest first."""
        with self._record_lock:
            record = list(self._record)
        return [RecordedRequest(method, path, _parsed(content)) for method, path, content in record]

    def answer(self, request: Request) -> Answer:
        """Answer one request; a crash of the sandbox is a 500, with its traceback on standard error."""
        try:
            return self._answer(request)
        except Exception:  # noqa: BLE001 - whatever it is, it is not the fault of the request
            traceback.print_exc()
            return refuse("The sandbox has crashed; its standard error says where.", "SANDBOX_CRASHED", 500).answer

    def _answer(self, request: Request) -> Answer:
        path = request.target.partition("?")[0]
        content = b""
        route = self._route(request.method, path)
        if isinstance(route, Route) and not route.public and len(request.body) <= LARGEST_BODY:
            content = request.body
        with self._record_lock:
            self._record.append((request.method, _USER.sub("//", path.removeprefix(BASE_PATH)), content))
        try:
            if isinstance(route, Refused):
                raise route
            if len(request.body) > LARGEST_BODY:
                raise refuse(f"The body is larger than {LARGEST_BODY} bytes.", status=413)
            return self._carried_out(route, request, path)
        except Refused as refusal:
            return refusal.answer

    def fail(self, campaign_id: str) -> None:
        """Make the next step of a campaign its failure.

        Raises:
            ConfigurationError: There is no such campaign, or it has started.
        """
        if not isinstance(campaign_id, str) or not (self._v2.fail(campaign_id) or self._v3.fail(campaign_id)):
            raise ConfigurationError(f"there is no campaign of the id {campaign_id!r}")

    def _route(self, method: str, path: str) -> Route | Refused:
        matching = [route for route in self._routes if route.pattern.fullmatch(path)]
        if matching == []:
            return fault(400, "900906", "No matching resource found for given API Request")
        for route in matching:
            if route.operation.method == method:
                return route
        allowed = ", ".join(sorted({route.operation.method for route in matching}))
        return fault(405, "405", "Method not allowed for given API resource", ("Allow", allowed))

    def _carried_out(self, route: Route, request: Request, path: str) -> Answer:
        if not route.public:
            self._tokens.let_in(request)
        misfortune = self.misfortunes.take(route.operation.name) if route.unlucky else None
        if misfortune is not None and misfortune.answer is not None:
            return misfortune.answer
        match = route.pattern.fullmatch(path)
        values = {} if match is None else {name: unquote(value) for name, value in match.groupdict().items()}
        try:
            body = {} if route.operation.body is None else _object(request.body)
            data = route.handler(Call(request, values, body))
            answer = Answer(200, b"" if route.operation.answer is NoneType else json.dumps(data).encode())
        except Refused as refusal:
            answer = refusal.answer
        if misfortune is None:
            return answer
        return replace(answer, delay=misfortune.delay, fate=misfortune.fate)


def _route(operation: Operation[Any], handler: Handler, *, public: bool = False, unlucky: bool = False) -> Route:
    pattern = re.compile(BASE_PATH + re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", operation.path))
    return Route(operation, handler, pattern, public, unlucky)


def _parsed(content: bytes) -> Any:
    try:
        return parse_json(content)
    except NotJsonError:
        return None


def _object(content: bytes) -> Json:
    try:
        body = parse_json(content)
    except NotJsonError:
        raise refuse("Input binding error: the body is not JSON.") from None
    if not isinstance(body, dict):
        raise refuse("Input binding error: the body is not a JSON object.")
    return body


def _account(values: Mapping[str, str]) -> str:
    return values["account"] if "account" in values else values["acc"]


def _campaign_handlers(version: str, campaigns: Campaigns) -> dict[str, Handler]:
    """Return what answers each operation on campaigns, by its name."""

    def on(act: Callable[..., Json]) -> Handler:
        return lambda call: act(_account(call.values), call.values["campaign_id"])

    def changing(act: Callable[..., Json]) -> Handler:
        return lambda call: act(_account(call.values), call.values["campaign_id"], call.body)

    return {
        f"{version}.schedule_campaign_firmware_upgrade": lambda call: campaigns.schedule(
            _account(call.values), call.body
        ),
        f"{version}.get_campaign_information": on(campaigns.read),
        f"{version}.cancel_campaign": on(campaigns.cancel),
        f"{version}.update_campaign_dates": changing(campaigns.change_dates),
        f"{version}.update_campaign_firmware_devices": changing(campaigns.change_devices),
    }


def _report_handlers(version: str, campaigns: Campaigns, page_size: int | None) -> dict[str, Handler]:
    """Return what answers each report on campaigns, by its name."""
    return {
        f"{version}.get_campaign_history_by_status": lambda call: campaigns_by_status(
            campaigns, _account(call.values), call.query, page_size
        ),
        f"{version}.get_campaign_device_status": lambda call: devices_of_campaign(
            campaigns, _account(call.values), call.values["campaign_id"], call.query, page_size
        ),
        f"{version}.get_device_firmware_upgrade_history": lambda call: upgrades_of_device(
            campaigns, _account(call.values), call.values["device_id"]
        ),
    }


def _device_handlers(devices: AccountDevices) -> dict[str, Handler]:
    """Return what answers each operation on the devices and packages of an account, by its name."""
    return {
        "v2.list_account_devices": lambda call: devices.page(V2, _account(call.values), call.query),
        "v3.get_account_device_information": lambda call: devices.page(V3, _account(call.values), call.query),
        "v3.list_account_devices_information": lambda call: devices.named(_account(call.values), call.body),
        "v2.list_available_software": lambda call: devices.software(_account(call.values), call.query),
        "v3.list_available_firmware": lambda call: devices.firmware(_account(call.values), call.query),
    }


def _made_up(operation: Operation[Any], clock: Clock, call: Call) -> Any:
    """Answer an operation that the sandbox keeps no state for, from the examples that its answer declares."""
    values = dict(call.values)
    values["account_name"] = _account(values)
    check_account(values["account_name"])
    for parameter in operation.query:
        if parameter.required and call.query.get(parameter.key, "") == "":
            raise refuse(f"{parameter.key} is required.")
    if operation.body is not None:
        check_body(operation.body, call.body)
    today = clock.now().date().isoformat()
    if operation.item is not None:
        return [answer_of(operation.item, values, today)]
    if operation.answer in (NoneType, object):
        return {}
    answer = answer_of(operation.answer, values, today)
    return answer if operation.cursor is None else {**answer, "hasMoreData": False}
