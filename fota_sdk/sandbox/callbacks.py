"""Callback listeners: stored, and never called."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from fota_sdk.sandbox.accounts import PerAccount
from fota_sdk.sandbox.messages import Json, refuse

if TYPE_CHECKING:
    from fota_sdk.sandbox.messages import Call, Handler

_LONGEST_URL = 2048


class Callbacks:
    """The listeners of one version of the API: one for each account, for any number of threads."""

    def __init__(self) -> None:
        self._listeners: PerAccount[Json] = PerAccount(dict)
        self._lock = threading.Lock()

    def read(self, account: str) -> Json | None:
        """Return the listener of an account; None, which is a response without a body, where there is none."""
        with self._lock:
            listener = dict(self._listeners.read(account))
        return listener if listener != {} else None

    def register(self, account: str, body: Json) -> Json:
        """Put a listener in the place of the present one."""
        url = _url(body)
        with self._lock:
            self._listeners.change(account)["url"] = url
        return {"url": url}

    def deregister(self, account: str) -> Json:
        """Remove the listener; without one, nothing is left to do."""
        with self._lock:
            self._listeners.read(account).clear()
        return {"success": True}


def _url(body: Json) -> str:
    url = body.get("url")
    if not isinstance(url, str) or url == "":
        raise refuse("url is required.")
    try:
        parts = urlsplit(url)
        is_https = parts.scheme == "https" and parts.hostname is not None and parts.port != 0
    except ValueError:
        is_https = False
    if not is_https or len(url) > _LONGEST_URL:
        raise refuse(f"url must be an https URL of at most {_LONGEST_URL} characters.")
    return url


def handlers() -> dict[str, Handler]:
    """Return the handlers of the operations on callbacks, by their names; V2 and V3 each have their own listener."""
    return {name: handler for version in ("v2", "v3") for name, handler in _handlers(version, Callbacks()).items()}


def _handlers(version: str, callbacks: Callbacks) -> dict[str, Handler]:
    def register(call: Call) -> Json:
        return callbacks.register(call.account, call.body)

    return {
        f"{version}.list_registered_callbacks": lambda call: callbacks.read(call.account),
        f"{version}.register_callback": register,
        f"{version}.update_callback": register,
        f"{version}.deregister_callback": lambda call: callbacks.deregister(call.account),
    }
