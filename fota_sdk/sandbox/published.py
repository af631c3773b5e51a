"""Routes, bodies and words that the vendor's pages print in another form than its SDKs send."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

from fota_sdk.core.codec import NotJsonError, parse_json
from fota_sdk.sandbox.messages import Json, Request, refuse

ROUTES: dict[str, tuple[str, ...]] = {
    "v2.get_account_license_status": ("/fota/v2/licenses/{account}/index/{last_seen_device_id}",),
    "v2.assign_licenses_to_devices": ("/fota/v2/firmware/licenses/{account}/assign",),
    "v2.get_list_of_files": ("/fota/v2/files/{acc}/{distribution_type}",),
    "v2.list_device_logs": ("/fota/v2/logging/{account}/device/{device_id}/logs",),
    "v3.schedule_campaign_firmware_upgrade": ("/fota/v3/campaigns/software/{acc}",),
    "v3.update_campaign_firmware_devices": ("/fota/v3/campaigns/{acc}/{campaign_id}",),
    "v3.get_campaign_history_by_status": ("/fota/v3/reports/{acc}/campaigns",),
    "v3.get_account_licenses_status": ("/fota/v3/licenses/{acc}/index/{last_seen_device_id}",),
    "v3.assign_licenses_to_devices": ("/fota/v3/firmware/licenses/{acc}/assign",),
}
"""Further paths of an operation; a name that the operation has in its query stands in the path there."""

_DISABLE_LOGGING = "v2.disable_logging_for_devices"
_INDEX = re.compile(r"\[\d*\]$")  # as in deviceIds[0], which the vendor's SDKs make of a list


def query_of(operation: str, request: Request) -> dict[str, str]:
    """Return what stands in the query; of equal names the last one counts, but all devices whose logging ends do."""
    pairs = parse_qsl(request.target.partition("?")[2], keep_blank_values=True)
    if operation != _DISABLE_LOGGING:
        return dict(pairs)
    devices = [value for key, value in pairs if _INDEX.sub("", key) == "deviceIds"]
    if devices == []:
        devices = _devices_in(request.body)
    others = {key: value for key, value in pairs if _INDEX.sub("", key) != "deviceIds"}
    return others if devices == [] else {**others, "deviceIds": ",".join(devices)}


def _devices_in(content: bytes) -> list[str]:
    try:
        body = parse_json(content)
    except NotJsonError:
        return []
    devices = body.get("deviceIds") if isinstance(body, dict) else None
    if not isinstance(devices, list) or not all(isinstance(device, str) for device in devices):
        return []
    return devices


def body_of(operation: str, body: Json) -> Json:
    """Return the body as the SDKs send it.

    Args:
        operation: Name of the operation.
        body: The body as it arrived.
    """
    version, _, name = operation.partition(".")
    if name == "update_campaign_firmware_devices":
        return _renamed(_unwrapped(body) if version == "v2" else body, "type", "Type")
    if operation in ("v2.register_callback", "v2.update_callback"):
        return _renamed(body, "callback", "url")
    return body


def _renamed(body: Json, printed: str, key: str) -> Json:
    if key in body or printed not in body:
        return body
    return {key: body[printed], **{other: value for other, value in body.items() if other != printed}}


def _unwrapped(body: Json) -> Json:
    wrapped: Any = body.get("addOrRemoveDevice")
    if wrapped is None or "Type" in body:
        return body
    changes = wrapped if isinstance(wrapped, list) else [wrapped]
    if len(changes) != 1 or not isinstance(changes[0], dict):
        raise refuse("addOrRemoveDevice must hold one change of devices; send another request for each further one.")
    return changes[0]
