# Made from fota_v2_callback_registration_request.py by "python doc/make.py"; what is to change is changed there.

from dataclasses import dataclass
from typing import Any, overload

from fota_sdk.core.model import Model

@dataclass(slots=True, eq=False, repr=False)
class FotaV2CallbackRegistrationRequest(Model):
    url: str = ...
    @overload
    def __init__(self, *, additional_properties: dict[str, Any] = ...) -> None: ...
    @overload
    def __init__(self, url: str, *, additional_properties: dict[str, Any] = ...) -> None: ...
