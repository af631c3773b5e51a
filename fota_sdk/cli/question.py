"""What a question names before a change is made: what, how many devices, and where."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from fota_sdk import Environment, FotaError
from fota_sdk.cli.suggestions import close_to, did_you_mean
from fota_sdk.cli.versions import ACCOUNT, Values, Version
from fota_sdk.cli.views import VIEWS

if TYPE_CHECKING:
    from fota_sdk import FotaClient

# What is to be done, in words; told by a client where that takes a look.
What = Callable[["FotaClient"], str]

_LOOK = 10  # seconds that a question waits at most for what it tells beside


def counted(devices: int) -> str:
    """Return a number of devices in words."""
    return f"{devices:,} device{'' if devices == 1 else 's'}"


def devices_in(version: Version, client: FotaClient, values: Values) -> str:
    """Return how many devices a campaign has, as its report tells."""
    with suppress(FotaError):  # the question is asked all the same
        look = client.with_options(timeout=_LOOK, max_attempts=1)
        total = version.endpoint("get_campaign_device_status").call(look, values).total_device
        if total is not None:
            return counted(total)
    return "an unknown number of devices"


def place_of(url: str, account: str) -> str:
    """Return where a request goes: which account, and on which host of which environment."""
    name = next((f" ({each.name.lower()})" for each in Environment if url.startswith(f"{each.value}/")), "")
    return f"in account {account} at {urlsplit(url).netloc}{name}"


def doubt_about_package(version: Version, client: FotaClient, values: Values, body: Any) -> str:
    """Return that the service lists no package of the name in a request, and which is close; nothing where it does.

    Nothing is returned either where the service does not tell.
    """
    name = body.get(f"{version.package}Name") if isinstance(body, dict) else None
    if not isinstance(name, str):
        return ""
    view = VIEWS["packages"]
    wanted = {ACCOUNT: values[ACCOUNT], **view.values, **({"protocol": body["protocol"]} if "protocol" in body else {})}
    try:
        look = client.with_options(timeout=_LOOK, max_attempts=1)
        listed = version.at(view.methods[version.name]).call(look, wanted)
    except FotaError:
        return ""
    names = [getattr(each, f"{version.package}_name") for each in listed]
    if name in names:
        return ""
    close = close_to(name, (each for each in names if each is not None))
    return f"The service lists no package {name!r}.{did_you_mean(map(repr, close))}"
