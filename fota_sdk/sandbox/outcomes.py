"""What becomes of the upgrades of devices: success, unless a test asks for something else."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from fota_sdk.exceptions import ConfigurationError

SUCCEEDS, FAILS, IS_SILENT, IS_REJECTED = "succeeds", "fails", "is silent", "is rejected"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an upgrade of a device comes to.

    Attributes:
        kind: `SUCCEEDS`, `FAILS`, `IS_SILENT` or `IS_REJECTED`.
        reason: The words of the report; None for the version's own.
    """

    kind: str
    reason: str | None = None


_SUCCESS = Outcome(SUCCEEDS)
_FAILURE = Outcome(FAILS)
_SILENCE = Outcome(IS_SILENT)


@dataclass(frozen=True, slots=True)
class _Shares:
    since: datetime
    failed: float
    silent: float
    seed: int


class Outcomes:
    """What was asked for, and since when: what happened before keeps its outcome.

    Attributes:
        revision: Grows with each thing that is asked for.
    """

    def __init__(self) -> None:
        self.revision = 0
        self._of_devices: dict[str, list[tuple[datetime, Outcome | None]]] = {}
        self._shares: list[_Shares] = []

    def ask(self, imei: str, outcome: Outcome | None, now: datetime) -> None:
        """Let the upgrades of a device come to an outcome from now on; None takes back what was asked."""
        self._of_devices.setdefault(imei, []).append((now, outcome))
        self.revision += 1

    def ask_shares(self, failed: float, silent: float, seed: int, now: datetime) -> None:
        """Let a share of all devices fail and a share be silent from now on.

        Raises:
            ConfigurationError: A share is no number from 0 to 1, both are more than all, or the seed is no number.
        """
        for name, share in (("failed", failed), ("silent", silent)):
            if isinstance(share, bool) or not isinstance(share, (int, float)) or not 0 <= share <= 1:
                raise ConfigurationError(f"{name} must be a number from 0 to 1, got {share!r}")
        if failed + silent > 1:
            raise ConfigurationError(f"failed and silent must be 1 at most together, got {failed + silent}")
        if isinstance(seed, bool) or not isinstance(seed, int):
            raise ConfigurationError(f"seed must be a whole number, got {seed!r}")
        self._shares.append(_Shares(now, failed, silent, seed))
        self.revision += 1

    def at(self, imei: str, moment: datetime) -> Outcome:
        """Return what an upgrade comes to that would finish at a moment."""
        for since, outcome in reversed(self._of_devices.get(imei, ())):
            if since <= moment:
                if outcome is None:
                    break
                return outcome
        for shares in reversed(self._shares):
            if shares.since <= moment:
                place = place_of(imei, shares.seed)
                if place < shares.failed:
                    return _FAILURE
                return _SILENCE if place < shares.failed + shares.silent else _SUCCESS
        return _SUCCESS


def place_of(imei: str, seed: int | None = None) -> float:
    """Return a number from 0 to below 1 that is always the same for a device and a seed, on every machine."""
    digest = hashlib.blake2b(f"{seed}/{imei}".encode(), digest_size=6).digest()
    return int.from_bytes(digest, "big") / 2**48
