"""The campaigns of a plan: which fields of the schedule request it holds, and the request for one campaign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from fota_sdk.core.fields import Day, FieldDeclaration, Findings, Flag, Text, json_type
from fota_sdk.core.model import Model, Models, fields_of
from fota_sdk.exceptions import ValidationError
from fota_sdk.models.campaign_firmware_upgrade import CampaignFirmwareUpgrade
from fota_sdk.models.campaign_software_upgrade import CampaignSoftwareUpgrade
from fota_sdk.models.v2_time_window import V2TimeWindow
from fota_sdk.models.v3_time_window import V3TimeWindow
from fota_sdk.rollout.plan_values import is_number

Request = CampaignFirmwareUpgrade | CampaignSoftwareUpgrade

REQUESTS: dict[str, type[CampaignFirmwareUpgrade] | type[CampaignSoftwareUpgrade]] = {
    "v3": CampaignFirmwareUpgrade,
    "v2": CampaignSoftwareUpgrade,
}
WINDOW_KEYS = tuple(name for name, _ in fields_of(V3TimeWindow))


def campaign_keys(api: str) -> list[str]:
    """Return the fields of the schedule request that a plan holds."""
    return [name for name, declaration in fields_of(REQUESTS[api]) if _set_elsewhere(declaration) == ""]


def foreign_keys(api: str) -> dict[str, str]:
    """Return the fields that a plan does not hold, in the names of Python and of the service, and why."""
    foreign: dict[str, str] = {}
    for version, request in REQUESTS.items():
        for name, declaration in fields_of(request):
            reason = _set_elsewhere(declaration)
            if reason != "":
                foreign[name] = foreign[declaration.wire] = reason
            elif version != api:
                foreign[name] = f'is a key of api = "{version}"; this plan has api = "{api}"'
    return foreign


def _set_elsewhere(declaration: FieldDeclaration) -> str:
    if declaration.wire == "campaignName":
        return "is set for each campaign; it ends in the plan's name"
    if declaration.wire == "deviceList":
        return "is set for each campaign; devices names the file of all of them"
    if isinstance(declaration.kind, Day):
        return "is set for each campaign; [schedule] lead and days say when it runs"
    if isinstance(declaration.kind, Models):
        return "is set for each campaign; write [schedule] windows"
    return ""


def check_campaign(api: str, campaign: Mapping[str, Any]) -> Findings:
    """Return what is wrong with the values of the fields; those that are not known are left out."""
    given = {name: campaign[name] for name in campaign_keys(api) if name in campaign}
    unset = {"start_date": date(2000, 1, 1), "end_date": date(2000, 1, 1), "device_list": []}
    found = _check_model(REQUESTS[api], given | unset)
    for name, declaration in fields_of(REQUESTS[api]):
        value = given.get(name)
        if declaration.required and isinstance(value, str) and value.strip() == "":
            found.append((name, "must not be empty"))
    if given.get("auto_add_devices_flag") is True:
        found.append(("auto_add_devices_flag", "must not be true: a device that joins by itself is in no wave"))
    return found


def check_window(window: Mapping[str, Any]) -> Findings:
    """Return what is wrong with the hours of a window."""
    return _check_model(V3TimeWindow, window)


def campaign_request(
    api: str, campaign: Mapping[str, Any], windows: Sequence[Mapping[str, Any]], set_here: Mapping[str, Any]
) -> Request:
    """Return the request for one campaign.

    Args:
        api: ``"v3"`` or ``"v2"``.
        campaign: What the plan holds.
        windows: The hours in which it may act; none: any.
        set_here: Its name, its dates and its devices.
    """
    window = V3TimeWindow if api == "v3" else V2TimeWindow
    lists: dict[str, Any] = {
        name: [window(**each) for each in windows] if windows else None
        for name, declaration in fields_of(REQUESTS[api])
        if isinstance(declaration.kind, Models)
    }
    return REQUESTS[api](**campaign, **lists, **set_here)


def _check_model(model: type[Model], given: Mapping[str, Any]) -> Findings:
    """Return what a model says against values, in the names and the words of a plan."""
    declared = dict(fields_of(model))
    names = {declaration.wire: name for name, declaration in declared.items()}
    try:
        model(**{name: given[name] for name in declared if name in given}).validate()
    except ValidationError as error:
        found = [(names[path], message) for path, message in error.findings]
        return [(name, _reworded(message, declared[name], given.get(name), names)) for name, message in found]
    return []


def _reworded(message: str, declaration: FieldDeclaration, value: Any, names: Mapping[str, str]) -> str:
    if value is not None and isinstance(declaration.kind, Text) and not isinstance(value, str):
        if is_number(value):
            return "must stand in quotes: a number loses its last zeros (1.10 becomes 1.1)"
        return f"must be a text in quotes, got {json_type(value)}"
    if value is not None and isinstance(declaration.kind, Flag) and not isinstance(value, bool):
        return f"must be true or false, without quotes, got {json_type(value)}"
    for wire, name in names.items():
        message = message.replace(wire, name)
    return message
