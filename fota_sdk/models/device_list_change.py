from __future__ import annotations

from typing import Final


class DeviceListChange:
    """Known values of ``mtype``: what to do with the devices of a request."""

    APPEND: Final = "append"
    REMOVE: Final = "remove"
