from __future__ import annotations

from typing import Final

from fota_sdk.core.fields import Text


class DeviceListChange:
    """Known values of ``mtype``: what to do with the devices of a request."""

    APPEND: Final = "append"
    REMOVE: Final = "remove"


CHANGE = Text(known=(DeviceListChange.APPEND, DeviceListChange.REMOVE))
