"""What is shown as JSON: dataclasses as mappings, times as ISO 8601."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any


def json_data(value: Any) -> Any:
    """Return JSON data: dataclasses as mappings of their fields, times and days as text.

    Args:
        value: What this package gives: dataclasses, mappings, lists and plain values in each other.
    """
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: json_data(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {key: json_data(each) for key, each in value.items()}
    if isinstance(value, (tuple, list)):
        return [json_data(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value
