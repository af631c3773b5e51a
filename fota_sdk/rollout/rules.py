"""The arithmetic of stop rules: when too many devices of those that finished have failed."""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist
from typing import TYPE_CHECKING

from fota_sdk.exceptions import number_of

if TYPE_CHECKING:
    from fota_sdk.rollout.plan import StopRule

KINDS = {"failed": "failed", "rejected": "were rejected", "timed_out": "timed out"}
"""What the kinds of stop rules say of devices."""


@lru_cache
def _deviations(confidence: float) -> float:
    return NormalDist().inv_cdf(confidence)


def lower_bound(bad: int, of: int, confidence: float) -> float:
    """Return the least share that a number of bad devices still speaks for (Wilson's bound, one-sided).

    Args:
        bad: How many are bad.
        of: Of how many; 0 speaks for nothing.
        confidence: How sure one wants to be, 0.5 to 0.999; 0 gives the plain ratio.
    """
    if of == 0:
        return 0.0
    ratio = bad / of
    if confidence == 0:
        return ratio
    z = _deviations(confidence)
    spread = z * math.sqrt(ratio * (1 - ratio) / of + z * z / (4 * of * of))
    return max(0.0, (ratio + z * z / (2 * of) - spread) / (1 + z * z / of))


def verdict(rule: StopRule, bad: int, of: int) -> str | None:
    """Return why a rule trips, with its numbers; None where it does not.

    Args:
        rule: The rule.
        bad: How many devices are of its kind.
        of: Of how many that count.
    """
    what = KINDS[rule.kind] if bad != 1 else KINDS[rule.kind].replace("were", "was")
    if rule.max_count is not None and bad > rule.max_count:
        return f"{number_of(bad, 'device')} {what}; the rule allows {rule.max_count}"
    if of < rule.min_finished:
        return None
    share = rule.share_value
    bound = lower_bound(bad, of, rule.confidence)
    if share is None or bound <= share:
        return None
    sure = "" if rule.confidence == 0 else f", at least {bound:.1%} with {rule.confidence:.1%} confidence"
    return f"{bad:,} of {number_of(of, 'device')} {what} ({bad / of:.1%}{sure}); the rule allows {rule.share}"
