"""What a stop rule and a wave of some size are worth, computed from the rule in the code.

``python -m tests.rollout.numbers`` prints the tables of ``doc/rollout-numbers.md``.
"""

from __future__ import annotations

import math
from functools import lru_cache

from fota_sdk.rollout import Gate, StopRule
from fota_sdk.rollout.rules import verdict

FLEET = 1000
"""How many devices finish in the roll-outs of the tables."""

NEGLIGIBLE = 1e-12


@lru_cache
def allowance(rule: StopRule, finished: int = FLEET) -> tuple[int, ...]:
    """Return how many bad devices trip a rule: the n-th number is that of n finished ones; n + 1 where none does."""
    least = []
    bad = 0
    for of in range(finished + 1):
        while bad <= of and verdict(rule, bad, of) is None:
            bad += 1
        least.append(bad)
        bad = 0 if bad > of else bad  # the more devices, the more failures it takes
    return tuple(least)


@lru_cache
def trips(rule: StopRule, failing: float, finished: int = FLEET, every: int = 1) -> tuple[float, ...]:
    """Return the chance that a rule trips at the n-th finished device, exactly, where each fails independently.

    Args:
        rule: The rule.
        failing: The share of devices on which the package fails.
        finished: How many devices there are.
        every: After how many finished devices somebody looks.
    """
    least = allowance(rule, finished)
    chances = {0: 1.0}
    tripped = [0.0] * (finished + 1)
    for of in range(1, finished + 1):
        after: dict[int, float] = {}
        for bad, chance in chances.items():
            after[bad] = after.get(bad, 0.0) + chance * (1 - failing)
            after[bad + 1] = after.get(bad + 1, 0.0) + chance * failing
        if of % every == 0:
            tripped[of] = sum(chance for bad, chance in after.items() if bad >= least[of])
            after = {bad: chance for bad, chance in after.items() if bad < least[of]}
        chances = {bad: chance for bad, chance in after.items() if chance > NEGLIGIBLE}
    return tuple(tripped)


def stopped(rule: StopRule, failing: float, finished: int = FLEET, every: int = 1) -> float:
    """Return the chance that a rule stops a roll-out of so many devices."""
    return sum(trips(rule, failing, finished, every))


def mean_until(rule: StopRule, failing: float, finished: int = FLEET) -> float:
    """Return after how many finished devices a rule trips, on average."""
    chances = trips(rule, failing, finished)
    return sum(of * chance for of, chance in enumerate(chances)) / sum(chances)


def quantile(rule: StopRule, failing: float, share: float, finished: int = FLEET) -> int:
    """Return after how many finished devices a rule has tripped in a share of all roll-outs."""
    total = 0.0
    for of, chance in enumerate(trips(rule, failing, finished)):
        total += chance
        if total >= share:
            return of
    raise ValueError(f"it trips in {total:.1%} of all roll-outs only")


def still_possible(sound: int, confidence: float = 0.95) -> float:
    """Return the share of failures that so many sound devices, and no other ones, still allow."""
    return 1 - math.pow(1 - confidence, 1 / sound)


def reached(gate: Gate, size: int, succeeding: float) -> float:
    """Return the chance that a wave reaches its gate where each of its devices succeeds with a chance."""
    enough = [count for count in range(size + 1) if count / size >= gate.success_share]
    return sum(math.comb(size, count) * succeeding**count * (1 - succeeding) ** (size - count) for count in enough)


def _percent(share: float) -> str:
    return f"{share:.1%}".replace("%", " %") if share < 0.9995 else "100 %"


def _table(*rows: tuple[str, ...]) -> str:
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]])


def rules_table() -> str:
    """Stop rules above 5 %: how often they stop what is sound, and when they stop what is not."""
    rows = [
        ("`confidence`", "2 % fail: stopped in", "4 % fail: stopped in", "10 % fail: stopped after", "20 % fail: after")
    ]
    for confidence, words in ((0, "`0` (plain ratio)"), (0.9, "`0.9`"), (0.95, "`0.95` (default)"), (0.99, "`0.99`")):
        rule = StopRule("failed", "5%", confidence=confidence)
        rows.append(
            (
                words,
                f"{_percent(stopped(rule, 0.02))} of all roll-outs",
                _percent(stopped(rule, 0.04)),
                f"{mean_until(rule, 0.1):.0f} devices, in 9 of 10 by {quantile(rule, 0.1, 0.9)}",
                f"{mean_until(rule, 0.2):.0f} devices",
            )
        )
    return _table(*rows)


def sizes_table() -> str:
    """Waves of some sizes: what they prove, what the default gate allows, and what trips the default rule."""
    rule, gate = StopRule("failed", "5%"), Gate()
    rows = [("Devices", "All of them sound: still possible", "The gate (90 %) wants", "The stop rule (5 %) trips at")]
    for size in (20, 50, 100, 300, 1000):
        wanted = min(count for count in range(size + 1) if count / size >= gate.success_share)
        rows.append(
            (
                f"{size:,}",
                f"{_percent(still_possible(size))} failures",
                f"{wanted} that succeeded",
                f"{allowance(rule)[size]} that failed",
            )
        )
    return _table(*rows)


def gates_table() -> str:
    """Gates of a pilot of 20: how often it is reached."""
    gates = [Gate("80%"), Gate("90%"), Gate("95%"), Gate("100%")]
    rows = [("Of all devices succeed", *(f'`success = "{gate.success}"`' for gate in gates))]
    for succeeding in (0.99, 0.97, 0.95, 0.9, 0.8, 0.7):
        rows.append(
            (f"{succeeding:.0%}".replace("%", " %"), *(_percent(reached(gate, 20, succeeding)) for gate in gates))
        )
    return _table(*rows)


TABLES = {"rules": rules_table, "sizes": sizes_table, "gates": gates_table}


if __name__ == "__main__":
    for name, table in TABLES.items():
        print(f"<!-- table: {name} -->\n\n{table()}\n")
