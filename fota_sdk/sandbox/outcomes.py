"""What becomes of the upgrades of devices: success, unless a test asks for something else."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from fota_sdk.exceptions import ConfigurationError

SUCCEEDS, FAILS, IS_SILENT, IS_REJECTED = "succeeds", "fails", "is silent", "is rejected"
IS_RETRIED = "succeeds when it is retried"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an upgrade of a device comes to.

    Attributes:
        kind: `SUCCEEDS`, `FAILS`, `IS_SILENT`, `IS_REJECTED` or `IS_RETRIED`.
        reason: The words of the report; None for the version's own.
    """

    kind: str
    reason: str | None = None


_SUCCESS = Outcome(SUCCEEDS)
_FAILURE = Outcome(FAILS)
_SILENCE = Outcome(IS_SILENT)
_RETRY = Outcome(IS_RETRIED)


@dataclass(frozen=True, slots=True)
class _Shares:
    since: datetime
    failed: float
    silent: float
    retried: float
    seed: int

    def outcome_of(self, imei: str) -> Outcome:
        place = place_of(imei, self.seed)
        for share, outcome in ((self.failed, _FAILURE), (self.silent, _SILENCE), (self.retried, _RETRY)):
            if place < share:
                return outcome
            place -= share
        return _SUCCESS


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

    def ask_shares(self, failed: float, silent: float, retried: float, seed: int, now: datetime) -> None:
        """Let a share of all devices fail, a share be silent and a share be tried twice from now on.

        Raises:
            ConfigurationError: A share is no number from 0 to 1, they are more than all, or the seed is no number.
        """
        for name, share in (("failed", failed), ("silent", silent), ("retried", retried)):
            if isinstance(share, bool) or not isinstance(share, (int, float)) or not 0 <= share <= 1:
                raise ConfigurationError(f"{name} must be a number from 0 to 1, got {share!r}")
        total = math.fsum((failed, silent, retried))  # tenths that are 1 together are not a bit more
        if total > 1:
            raise ConfigurationError(f"failed, silent and retried must be 1 at most together, got {total}")
        if isinstance(seed, bool) or not isinstance(seed, int):
            raise ConfigurationError(f"seed must be a whole number, got {seed!r}")
        self._shares.append(_Shares(now, failed, silent, retried, seed))
        self.revision += 1

    def at(self, imei: str, moment: datetime) -> Outcome:
        """Return what an upgrade comes to that would finish at a moment."""
        asked = self._asked(imei, moment, (SUCCEEDS, FAILS, IS_SILENT))
        if asked is not None:
            return asked
        for shares in reversed(self._shares):
            if shares.since <= moment:
                return shares.outcome_of(imei)
        return _SUCCESS

    def rejection(self, imei: str, moment: datetime) -> Outcome | None:
        """Return the rejection of a device by a campaign that it would join at a moment; None: it is not rejected."""
        return self._asked(imei, moment, (IS_REJECTED,))

    def _asked(self, imei: str, moment: datetime, kinds: tuple[str, ...]) -> Outcome | None:
        for since, outcome in reversed(self._of_devices.get(imei, ())):
            if since <= moment and (outcome is None or outcome.kind in kinds):
                return outcome
        return None


@lru_cache(maxsize=4096)  # a page of a report asks for those of its devices several times
def place_of(imei: str, seed: int | None = None) -> float:
    """Return a number from 0 to below 1 that is always the same for a device and a seed, on every machine."""
    digest = hashlib.blake2b(f"{seed}/{imei}".encode(), digest_size=6).digest()
    return int.from_bytes(digest, "big") / 2**48
