"""The WSGI application of the sandbox: from a raw request to the service's answer."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from fota_sdk.controllers import campaigns_v2_controller, campaigns_v3_controller
from fota_sdk.core.operation import operations_of
from fota_sdk.sandbox.campaigns import V2, V3, Campaigns, Json, Refused, refuse

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

BASE_PATH = "/api"

Handler = Callable[[dict[str, str], Json], Json]


class Application:
    """Answers the ten operations as the real service would.

    Args:
        api_token: The only API token that is let in.
        session_token: The only session token that is let in.
    """

    def __init__(self, api_token: str, session_token: str) -> None:
        self._api_token = api_token
        self._session_token = session_token
        handlers = _handlers(Campaigns(V2), Campaigns(V3))
        self._routes = [
            (operation.method, _pattern(operation.path), handlers[operation.name], operation.body is not None)
            for controller in (campaigns_v2_controller, campaigns_v3_controller)
            for operation in operations_of(controller)
        ]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        try:
            status, body = 200, self._answer(environ)
        except Refused as refusal:
            status, body = refusal.status, refusal.body
        content = json.dumps(body).encode()
        start_response(
            f"{status} {HTTPStatus(status).phrase}",
            [
                ("Content-Type", "application/json"),
                ("Content-Length", str(len(content))),
                ("X-Request-ID", str(uuid.uuid4())),
            ],
        )
        return [content]

    def _answer(self, environ: WSGIEnvironment) -> Json:
        # The raw target tells "a%2Fb" from "a/b"; PATH_INFO does not.
        target: str = environ.get("REQUEST_URI") or environ.get("PATH_INFO", "")
        path = target.partition("?")[0]
        matches = [(route, match) for route in self._routes if (match := route[1].fullmatch(path))]
        if not matches:
            raise _fault(400, "900906", "No matching resource found for given API Request")
        for (method, _, handler, takes_body), match in matches:
            if method == environ["REQUEST_METHOD"]:
                self._let_in(environ)
                values = {name: unquote(value) for name, value in match.groupdict().items()}
                return handler(values, _body(environ) if takes_body else {})
        raise _fault(405, "405", "Method not allowed for given API resource")

    def _let_in(self, environ: WSGIEnvironment) -> None:
        bearer = environ.get("HTTP_AUTHORIZATION", "")
        if bearer == "":
            raise _fault(401, "900902", "Missing Credentials")
        if bearer != f"Bearer {self._api_token}":
            raise _fault(401, "900901", "Invalid Credentials")
        session = environ.get("HTTP_VZ_M2M_TOKEN", "")
        if session == "":
            raise refuse("Session token is missing.", "UnifiedWebService.REQUEST_FAILED.SessionToken.Format")
        if session != self._session_token:
            raise refuse("Session token is not valid.", "UnifiedWebService.INPUT_INVALID.SessionToken.Invalid")


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(BASE_PATH + re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template))


def _body(environ: WSGIEnvironment) -> Json:
    content = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    try:
        body: Any = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError):
        raise refuse("Input binding error: the body is not JSON.") from None
    if not isinstance(body, dict):
        raise refuse("Input binding error: the body is not a JSON object.")
    return body


def _fault(status: int, code: str, message: str) -> Refused:
    return Refused(status, {"fault": {"code": code, "message": message, "description": message}})


def _handlers(v2: Campaigns, v3: Campaigns) -> dict[str, Handler]:
    """Return what answers each operation, by its name."""

    def v2_devices(values: dict[str, str], body: Json) -> Json:
        answer, _, _ = v2.change_devices(values["account"], values["campaign_id"], body)
        return {**answer, "requestId": str(uuid.uuid4())}

    def v3_devices(values: dict[str, str], body: Json) -> Json:
        answer, kind, devices = v3.change_devices(values["acc"], values["campaign_id"], body)
        # The reference shows this status for both kinds of change, and no other one.
        reason = "Device added Successfully" if kind == "append" else "Device removed Successfully"
        return {
            **answer,
            "deviceList": [{"deviceId": device, "status": "AddDeviceSucceed", "Reason": reason} for device in devices],
        }

    handlers: dict[str, Handler] = {
        "v2.update_campaign_firmware_devices": v2_devices,
        "v3.update_campaign_firmware_devices": v3_devices,
    }
    for version, account, campaigns in (("v2", "account", v2), ("v3", "acc", v3)):
        handlers |= _common_handlers(version, account, campaigns)
    return handlers


def _common_handlers(version: str, account: str, campaigns: Campaigns) -> dict[str, Handler]:
    return {
        f"{version}.schedule_campaign_firmware_upgrade": lambda values, body: campaigns.schedule(values[account], body),
        f"{version}.get_campaign_information": lambda values, body: campaigns.read(
            values[account], values["campaign_id"]
        ),
        f"{version}.update_campaign_dates": lambda values, body: campaigns.change_dates(
            values[account], values["campaign_id"], body
        ),
        f"{version}.cancel_campaign": lambda values, body: campaigns.cancel(values[account], values["campaign_id"]),
    }
