from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from fota_sdk.core.fields import Text, wire
from fota_sdk.core.model import Model
from fota_sdk.models.rules import text_window_in_order


@dataclass(slots=True, eq=False, repr=False)
class DownloadTimeWindow(Model):
    """A window of hours, in UTC, in which devices may download or install (V2). Its hours are texts."""

    _rules: ClassVar[Any] = (text_window_in_order,)

    start_time: str | None = wire("startTime", kind=Text(digits=True), example="20")
    """First hour in which work may begin, inclusive: "0" to "23", taken as UTC; a number is read as its digits."""
    end_time: str | None = wire("endTime", kind=Text(digits=True), example="21")
    """Hour before which the window closes, exclusive: "1" to "24", taken as UTC; a number is read as its digits."""
