from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from fota_sdk.core.fields import Integer, wire
from fota_sdk.core.model import Model
from fota_sdk.models.rules import window_in_order


@dataclass(slots=True, eq=False, repr=False)
class V3TimeWindow(Model):
    """A window of hours, in UTC, in which a V3 campaign may act."""

    _rules: ClassVar[Any] = (window_in_order,)

    start_time: int = wire("startTime", kind=Integer(0, 23), example=18)
    """First hour in which work may begin, inclusive: 0 to 23, taken as UTC."""
    end_time: int = wire("endTime", kind=Integer(1, 24), example=22)
    """Hour before which the window closes, exclusive: 1 to 24, taken as UTC."""
