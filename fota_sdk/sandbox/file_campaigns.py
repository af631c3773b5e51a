"""The two V2 schedules whose hours are texts: of a file, and of software for HTTP devices."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from fota_sdk.sandbox.messages import Json, refuse
from fota_sdk.sandbox.rules import check_account, read_text

if TYPE_CHECKING:
    from fota_sdk.sandbox.campaigns import Campaigns
    from fota_sdk.sandbox.files import Files
    from fota_sdk.sandbox.inventory import Inventory
    from fota_sdk.sandbox.messages import Handler

_WINDOWS = ("downloadTimeWindowList", "installTimeWindowList")
_HOUR = re.compile(r"\d{1,2}", re.ASCII)


def handlers(campaigns: Campaigns, files: Files, inventory: Inventory) -> dict[str, Handler]:
    """Return the handlers of the two operations, by name; all others then take these campaigns like any of V2."""

    def schedule_software(account: str, body: Json) -> Json:
        return _with_texts(campaigns.schedule(account, _with_numbers(body)))

    def schedule_file(account: str, body: Json) -> Json:
        check_account(account)
        name, version = read_text(body, "fileName"), read_text(body, "fileVersion")
        file = files.find(account, name)
        if file is None and (files.has_any(account) or not inventory.is_open):
            raise refuse("File does not exist.")
        known: Json = {} if file is None else {key: file[key] for key in ("make", "model") if key in file}
        # Readers of V2 campaigns need the keys of software; the page of this operation shows both kinds side by side.
        software = dict.fromkeys(("softwareName", "softwareFrom", "softwareTo"), name)
        scheduled = campaigns.schedule(
            account, {**_with_numbers(body), **software}, file={**known, "fileName": name, "fileVersion": version}
        )
        return _with_texts(scheduled)

    return {
        "v2.schedule_sw_upgrade_http_devices": lambda call: schedule_software(call.account, call.body),
        "v2.schedule_file_upgrade": lambda call: schedule_file(call.account, call.body),
    }


def _with_numbers(body: Json) -> Json:
    """Return a body with its hours as the plain schedule takes them; what is no hour is left for it to refuse."""
    return {**body, **{key: [_window(window, _number) for window in body[key]] for key in _given(body)}}


def _with_texts(campaign: Json) -> Json:
    return {**campaign, **{key: [_window(window, str) for window in campaign[key]] for key in _given(campaign)}}


def _given(body: Json) -> list[str]:
    return [key for key in _WINDOWS if isinstance(body.get(key), list)]


def _window(window: Any, convert: Callable[[Any], Any]) -> Any:
    if not isinstance(window, dict):
        return window
    return {key: convert(hour) for key, hour in window.items()}


def _number(hour: Any) -> Any:
    return int(hour) if isinstance(hour, str) and _HOUR.fullmatch(hour) else hour
