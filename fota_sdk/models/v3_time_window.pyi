# Made from v3_time_window.py by "python doc/make.py"; what is to change is changed there.

from dataclasses import dataclass
from typing import Any, overload

from fota_sdk.core.model import Model

@dataclass(slots=True, eq=False, repr=False)
class V3TimeWindow(Model):
    start_time: int = ...
    end_time: int = ...
    @overload
    def __init__(self, *, additional_properties: dict[str, Any] = ...) -> None: ...
    @overload
    def __init__(self, start_time: int, end_time: int, *, additional_properties: dict[str, Any] = ...) -> None: ...
