"""What will happen in a roll-out, in words: what `plan` and `start` show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from fota_sdk.cli.output import show_table
from fota_sdk.cli.rollout_words import listed, some
from fota_sdk.exceptions import number_of
from fota_sdk.rollout import Rollout, RolloutPlan, StopRule, WaveForecast
from fota_sdk.rollout.json_data import json_data
from fota_sdk.rollout.rules import KINDS

_HEADINGS = ("wave", "devices", "campaigns", "starts, UTC", "most a day", "begins")


def show_outlook(rollout: Rollout, urls: Sequence[str], *, err: bool = False) -> None:
    """Print what will happen.

    Args:
        rollout: The roll-out, which has not begun.
        urls: Where its calls go.
        err: Whether standard output is kept for something else.
    """
    plan, waves = rollout.plan, rollout.forecast()
    show_table(f"Roll-out {plan.name}", (), list(_facts(plan, rollout.accounts, waves, urls)), err=err)
    show_table("Waves, at the earliest", _HEADINGS, [_row(plan, wave) for wave in waves], err=err)
    show_table("Rules", (), list(_rules(plan, waves)), err=err)


def outlook_data(rollout: Rollout, urls: Sequence[str]) -> dict[str, Any]:
    """Return what will happen as JSON data."""
    waves = rollout.forecast()
    return {
        "plan": rollout.plan.to_dictionary(),
        "urls": list(urls),
        "accounts": list(rollout.accounts),
        "devices": sum(wave.devices for wave in waves),
        "waves": json_data(waves),
    }


def _facts(
    plan: RolloutPlan, accounts: Sequence[str], waves: Sequence[WaveForecast], urls: Sequence[str]
) -> Iterator[tuple[str, str]]:
    kind = "firmware" if plan.api == "v3" else "software"
    package, old, new = (str(plan.campaign[f"{kind}_{key}"]) for key in ("name", "from", "to"))
    yield "service", listed(list(urls))
    yield kind, package
    yield "from, to", f"{old}, {new}"
    devices = sum(wave.devices for wave in waves)
    yield "devices", f"{number_of(devices, 'device')} of {number_of(len(accounts), 'account')}: {some(accounts)}"
    empty = [_label(wave) for wave in waves if wave.devices == 0]
    if empty:
        yield "empty waves", f"{listed(empty)}: see the plan, and the column wave of the file"
    yield "credentials", listed(list(_credentials(plan, accounts)))
    unused = [account for account in plan.accounts if account not in accounts]
    if unused:
        yield "not used", f"[accounts] of {some(unused)}: no device of the file is there"
    yield "a campaign", _campaign(plan)
    end = _end(waves)
    yield "finished", "after years" if end is None else f"{end} at the earliest, where devices act within a day"


def _end(waves: Sequence[WaveForecast]) -> date | None:
    """Return the day on which it is over: the last wave has passed, and the devices that start last have acted."""
    passes_at = waves[-1].passes_at
    if passes_at is None:
        return None
    acted = [wave.last_day + timedelta(days=1) for wave in waves if wave.last_day is not None]
    return max(passes_at.date(), *acted)


def _credentials(plan: RolloutPlan, accounts: Iterable[str]) -> Iterator[str]:
    prefixes = dict.fromkeys(plan.accounts.get(account, {}).get("credentials", "") for account in accounts)
    for prefix in prefixes:
        yield "FOTA_*" if prefix == "" else f"{prefix}_FOTA_*"


def _campaign(plan: RolloutPlan) -> str:
    hours = [f"{window['start_time']}-{window['end_time']}" for window in plan.schedule.hours]
    during = f", {', '.join(hours)} (hours, UTC)" if hours else ""
    days = number_of(plan.schedule.days, "day")
    ahead = number_of(plan.schedule.lead, "day")
    return f"at most {number_of(plan.campaign_size, 'device')}, for {days}{during}, scheduled {ahead} ahead"


def _row(plan: RolloutPlan, wave: WaveForecast) -> tuple[str, ...]:
    days = [str(day) for day in dict.fromkeys((wave.first_day, wave.last_day)) if day is not None]
    if wave.passes_at is None and len(days) > 0:
        days = [days[0], "..."]
    label = _label(wave)
    begins = "at once" if wave.number == 1 else "by itself"
    if plan.wave[wave.number - 1].approval == "manual":
        begins = "approved"
    count = f"{wave.campaigns:,}" if wave.passes_at is not None else "-"
    return label, f"{wave.devices:,}", count, " to ".join(days) or "-", f"{wave.most_a_day:,}", begins


def _label(wave: WaveForecast) -> str:
    return wave.name if wave.name == f"wave {wave.number}" else f"{wave.number} {wave.name}"


def _rules(plan: RolloutPlan, waves: Sequence[WaveForecast]) -> Iterator[tuple[str, str]]:
    yield "next wave begins", _gates(plan, waves)
    for rule in plan.stop:
        yield ("roll-out pauses" if rule.per == "rollout" else "account is held"), _rule(rule)
    if plan.stop == ():
        yield "roll-out pauses", "never because of failures: the plan has no [[stop]]"
    yield "cannot be stopped", _damage(plan, waves)
    yield "looks", _looks(plan)


def _gates(plan: RolloutPlan, waves: Sequence[WaveForecast]) -> str:
    gates: dict[tuple[str, str], list[str]] = {}
    for wave in waves:
        gate = plan.gate_of(wave.number)
        gates.setdefault((gate.success, gate.soak), []).append(str(wave.number))
    parts = []
    for (success, soak), numbers in gates.items():
        of = "" if len(gates) == 1 else f" of wave {listed(numbers)}"
        parts.append(f"{success} of the devices{of} succeeded, and {soak} have passed")
    return f"once {'; '.join(parts)}"


def _rule(rule: StopRule) -> str:
    parts = []
    if rule.share is not None:
        sure = "" if rule.confidence == 0 else f", {rule.confidence * 100:g}% sure"
        parts.append(f"more than {rule.share} {KINDS[rule.kind]} (of at least {rule.min_finished:,}{sure})")
    if rule.max_count is not None:
        parts.append(f"more than {number_of(rule.max_count, 'device')} {KINDS[rule.kind]}")
    return f"when {' or '.join(parts)}"


def _damage(plan: RolloutPlan, waves: Sequence[WaveForecast]) -> str:
    most = max(wave.most_a_day for wave in waves)
    if plan.api == "v2":
        return f"nothing: V2 cancels campaigns after their start, too; at most {most:,} devices start on a day"
    spread = "" if plan.schedule.per_day is not None else "; [schedule] per_day makes it less"
    return f"up to {number_of(most, 'device')} a day, once their campaigns have started (V3){spread}"


def _looks(plan: RolloutPlan) -> str:
    if plan.watch.every is not None:
        return f"every {plan.watch.every}"
    usual, first = (plan.watch.interval(first_day) / timedelta(hours=1) for first_day in (False, True))
    return f"every {usual:.0f} h, on the first day of a campaign every {first:.0f} h"
