"""The shapes in which the service writes times."""

from __future__ import annotations

from datetime import datetime


def rfc3339(moment: datetime) -> str:
    """Return a time such as ``2022-10-05T21:05:01.190Z``."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"


def go_time(moment: datetime) -> str:
    """Return a time such as ``2021-06-03 00:03:56.079 +0000 UTC``."""
    return f"{moment:%Y-%m-%d %H:%M:%S}.{moment.microsecond // 1000:03} +0000 UTC"


def us_time(moment: datetime) -> str:
    """Return a time such as ``10/22/2020 19:29:50``, of UTC."""
    return f"{moment:%m/%d/%Y %H:%M:%S}"
