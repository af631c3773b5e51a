# Made from v2_list_of_licenses_to_remove_request.py by "python doc/make.py"; what is to change is changed there.

from dataclasses import dataclass
from typing import Any, Literal, overload

from fota_sdk.core.annotations import Given
from fota_sdk.core.model import Model

@dataclass(slots=True, eq=False, repr=False)
class V2ListOfLicensesToRemoveRequest(Model):
    device_list: Given[list[str], list[str] | tuple[str, ...]] = ...
    mtype: Literal["append", "remove"] | None = ...
    count: int | None = ...
    @overload
    def __init__(self, *, additional_properties: dict[str, Any] = ...) -> None: ...
    @overload
    def __init__(
        self,
        device_list: list[str] | tuple[str, ...],
        mtype: Literal["append", "remove"] | None = ...,
        count: int | None = ...,
        *,
        additional_properties: dict[str, Any] = ...,
    ) -> None: ...
