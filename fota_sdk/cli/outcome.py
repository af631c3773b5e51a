"""What a response of status 200 says of a change: made, refused for some devices or all, or not told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from fota_sdk.cli.exit_codes import DONE, OUTCOME_UNKNOWN, REFUSED
from fota_sdk.models.device_list_change import DeviceListChange

_SHOWN = 10
REASONS = ("Reason", "reason", "resultReason")


class Outcome(NamedTuple):
    """What became of a change.

    Attributes:
        code: The exit code.
        lines: What to tell of it; nothing where all was done.
    """

    code: int
    lines: tuple[str, ...] = ()


def is_taken(device: Mapping[str, Any]) -> bool:
    """Return whether the service says of one device of a response that it did what was asked."""
    return DeviceListChange.is_success(_status(device))


def is_refused(device: Mapping[str, Any]) -> bool:
    """Return whether the service says of one device of a response that it did not do what was asked."""
    return DeviceListChange.is_refused(_status(device))


def reason_of(device: Mapping[str, Any]) -> Any:
    """Return why, in the words of the service, which has several keys for it."""
    return next((device[key] for key in REASONS if key in device), None)


def outcome_of(
    data: Any,
    *,
    devices: Sequence[str] = (),
    key: str = "deviceList",
    tells_success: bool = False,
    in_words: bool = True,
) -> Outcome:
    """Return what the response to a change says.

    Args:
        data: The response in wire names.
        devices: Those of which it has to tell what became of them.
        key: Where it tells them; a list tells them itself.
        tells_success: Whether it has to tell `success`.
        in_words: Whether it tells each of them in a word; elsewhere it names those for which it was done.
    """
    success = data.get("success") if isinstance(data, dict) else None
    if success is False:
        return Outcome(REFUSED, ("the service answered success: false; it did not do it",))
    if success is not True and tells_success:
        return Outcome(OUTCOME_UNKNOWN, ("the service does not tell whether it did it: its response has no success",))
    rows = data.get(key) if isinstance(data, dict) else data
    told = rows if isinstance(rows, list) and all(isinstance(row, dict) for row in rows) else []
    return _outcome_of_devices(told, devices, in_words)


def _outcome_of_devices(told: list[dict[str, Any]], devices: Sequence[str], in_words: bool) -> Outcome:
    names = {row.get("deviceId") for row in told}
    # The service may write an id in another way than it was given; only a response with too few ids leaves some out.
    missing = [each for each in devices if each not in names] if len(names) < len(set(devices)) else []
    refused = [row for row in told if is_refused(row)]
    unclear = [row for row in told if not is_refused(row) and not is_taken(row)] if in_words else []
    lines: list[str] = []
    if refused:
        lines += _some(f"refused for {_of(refused, told)}:", map(_line, refused), len(refused))
    if unclear:
        lines += _some(
            f"not known for {_of(unclear, told)}, the service's word says neither yes nor no:",
            map(_line, unclear),
            len(unclear),
        )
    if missing:
        lines += _some(f"not known for {_of(missing, devices)}, the response does not name:", missing, len(missing))
    return Outcome(REFUSED if refused else OUTCOME_UNKNOWN if unclear or missing else DONE, tuple(lines))


def _of(some: Sequence[object], every: Sequence[object]) -> str:
    return f"{len(some)} of {len(every)} device{'' if len(every) == 1 else 's'}"


def _some(title: str, lines: Iterable[str], count: int) -> list[str]:
    more = [f"  ... and {count - _SHOWN} more"] if count > _SHOWN else []
    return [title, *(f"  {line}" for line in islice(lines, _SHOWN)), *more]


def _line(device: Mapping[str, Any]) -> str:
    words = [device.get("deviceId"), device.get("status"), reason_of(device)]
    return ": ".join(str(word) for word in words if word is not None)


def _status(device: Mapping[str, Any]) -> str:
    return str(device.get("status", ""))
