# Made from v3_add_or_remove_device_request.py by "python doc/make.py"; what is to change is changed there.

from dataclasses import dataclass
from typing import Any, Literal, overload

from fota_sdk.core.annotations import Given
from fota_sdk.core.model import Model

@dataclass(slots=True, eq=False, repr=False)
class V3AddOrRemoveDeviceRequest(Model):
    mtype: Literal["append", "remove"] = ...
    device_list: Given[list[str], list[str] | tuple[str, ...]] = ...
    @overload
    def __init__(self, *, additional_properties: dict[str, Any] = ...) -> None: ...
    @overload
    def __init__(
        self,
        mtype: Literal["append", "remove"],
        device_list: list[str] | tuple[str, ...],
        *,
        additional_properties: dict[str, Any] = ...,
    ) -> None: ...
