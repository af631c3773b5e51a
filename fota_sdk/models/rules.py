"""What must hold between the fields of a request."""

from __future__ import annotations

from typing import Any

from fota_sdk.core.fields import Findings, as_day


def dates_in_order(request: Any, findings: Findings) -> None:
    """Report an end date before the start date."""
    start, end = as_day(request.start_date), as_day(request.end_date)
    if start is not None and end is not None and end < start:
        findings.append(("endDate", f"must not be before startDate {start}, got {end}"))


def window_in_order(window: Any, findings: Findings) -> None:
    """Report a window that does not end after its start, such as one over midnight."""
    _check_order(window.start_time, window.end_time, findings)


def text_window_in_order(window: Any, findings: Findings) -> None:
    """Report hours that no day has, and a window that does not end after its start; what is no number passes."""
    start, end = _hour(window.start_time), _hour(window.end_time)
    if start is not None and start > 23:
        findings.append(("startTime", f"must be from 0 to 23, got {start}"))
    if end is not None and not 1 <= end <= 24:
        findings.append(("endTime", f"must be from 1 to 24, got {end}"))
    _check_order(start, end, findings)


def _check_order(start: object, end: object, findings: Findings) -> None:
    if isinstance(start, bool) or isinstance(end, bool) or not (isinstance(start, int) and isinstance(end, int)):
        return
    if 0 <= start <= 23 and 1 <= end <= start:
        findings.append(("endTime", f"must be after startTime {start}, got {end}; over midnight takes two windows"))


def _hour(value: object) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        return int(value)
    return None
