# Made from device_logging_request.py by "python doc/make.py"; what is to change is changed there.

from dataclasses import dataclass
from typing import Any, overload

from fota_sdk.core.annotations import Given
from fota_sdk.core.model import Model

@dataclass(slots=True, eq=False, repr=False)
class DeviceLoggingRequest(Model):
    device_ids: Given[list[str], list[str] | tuple[str, ...]] = ...
    @overload
    def __init__(self, *, additional_properties: dict[str, Any] = ...) -> None: ...
    @overload
    def __init__(
        self, device_ids: list[str] | tuple[str, ...], *, additional_properties: dict[str, Any] = ...
    ) -> None: ...
