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

    start_time: int | None = wire(
        "startTime",
        Integer(0, 23),
        "First hour in which work may begin, inclusive: 0 to 23, taken as UTC.",
        required=True,
        example=18,
    )
    end_time: int | None = wire(
        "endTime",
        Integer(1, 24),
        "Hour before which the window closes, exclusive: 1 to 24, taken as UTC.",
        required=True,
        example=22,
    )
