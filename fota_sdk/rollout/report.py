"""The report of a roll-out: one page of HTML that needs nothing beside it."""

from __future__ import annotations

import errno
import os
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, timezone
from html import escape
from itertools import islice
from pathlib import Path

from fota_sdk.exceptions import number_of
from fota_sdk.rollout import plots
from fota_sdk.rollout.plots import COLOURS, Day
from fota_sdk.rollout.rollout import Rollout
from fota_sdk.rollout.rules import lower_bound
from fota_sdk.rollout.states import DeviceState
from fota_sdk.rollout.status import Event, RolloutStatus, WaveStatus

_BEGIN = "<!doctype html>"
_IMEI = re.compile(r"\d{15}")
_SHOWN_REASONS = 12
_SHOWN_EVENTS = 40
_OPEN = "#c9d1d8"
_STYLE = """
:root { color-scheme: light dark; --line: #d5dae0; --muted: #5c6670; --bad: #c0392b; }
@media (prefers-color-scheme: dark) { :root { --line: #3a424b; --muted: #9aa5b1; --bad: #e57368; } }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 46rem; padding: 1rem; }
h1 { font-size: 1.5rem; margin: 0.5rem 0 0; } h2 { font-size: 1.1rem; margin: 2rem 0 0.5rem; }
p.muted, td.muted, figcaption { color: var(--muted); font-size: 0.875rem; margin: 0.25rem 0; }
ul.reasons { border-left: 4px solid var(--bad); list-style: none; margin: 1rem 0; padding: 0.25rem 1rem; }
.wave { margin: 0.75rem 0; } .wave header { display: flex; flex-wrap: wrap; gap: 0 0.75rem; }
.wave header b { flex: 1; }
.bar { border-radius: 4px; display: flex; height: 14px; margin: 4px 0; overflow: hidden; }
.bar i { display: block; min-width: 1px; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.key { display: inline-block; margin-right: 1rem; } .key i { border-radius: 2px; display: inline-block; height: 10px;
  margin-right: 0.35rem; width: 10px; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
figure { margin: 0.5rem 0; break-inside: avoid; } figure svg { height: auto; max-width: 36rem; width: 100%; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; font-size: 0.875rem; width: 100%; }
th, td { border-bottom: 1px solid var(--line); padding: 0.3rem 0.5rem; text-align: left; vertical-align: top; }
td.number, th.number { text-align: right; white-space: nowrap; } td { overflow-wrap: anywhere; }
td.time { white-space: nowrap; }
@media print { body { max-width: none; } section { break-inside: avoid; } }
"""


def write_report(rollout: Rollout, path: str | os.PathLike[str], *, now: datetime | None = None) -> bool:
    """Write the report of a roll-out; also while a step runs.

    The page needs nothing beside it and asks for nothing. It names accounts and reasons, but no device.

    Args:
        rollout: The roll-out.
        path: Where; an older page is replaced, and nothing else is.
        now: The time that the page bears, with its zone; None for the time of this machine.

    Returns:
        Whether it has plots; they need the extra ``report``.

    Raises:
        OSError: It cannot be written; FileExistsError where a file is there that is no page, such as the journal.
    """
    has_plots = plots.are_available()
    written_at = datetime.now(timezone.utc) if now is None else now
    text = _page(rollout, written_at, has_plots=has_plots)
    _spare(Path(path), Path(rollout.path))
    Path(path).write_text(text, encoding="utf-8")
    return has_plots


def _spare(path: Path, journal: Path) -> None:
    """Refuse to write over a file that is no page: a slip of the hand would be the end of a journal."""
    if not path.is_file():
        return
    # The files of the journal are not even opened: to close them again would drop the locks that SQLite has on them.
    if path.resolve() not in (journal, *(journal.with_name(journal.name + end) for end in ("-lock", "-wal", "-shm"))):
        with path.open("rb") as file:
            begin = file.read(len(_BEGIN))
        if begin in (b"", _BEGIN.encode()):
            return
    raise FileExistsError(errno.EEXIST, "it is there, and is no page that could be replaced", str(path))


def _page(rollout: Rollout, now: datetime, *, has_plots: bool) -> str:
    status = rollout.status()
    days = _days(rollout)
    parts = [
        f"<h1>{escape(status.name)}</h1>",
        f'<p class="muted">{escape(_summary(status))} As of {_time(now)}.</p>',
        _reasons(status),
        f"<section><h2>Waves</h2>{''.join(map(_wave, status.waves))}{_legend(status)}</section>",
        *(_plots(rollout, days) if has_plots and days else []),
        _days_table(days),
        _reasons_table(rollout),
        _events_table(rollout.events()),
    ]
    return (
        f'{_BEGIN}<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(status.name)}</title><style>{_STYLE}</style></head><body>{''.join(parts)}</body></html>\n"
    )


def _summary(status: RolloutStatus) -> str:
    counts = status.counts
    total, accounts = number_of(sum(counts.values()), "device"), number_of(status.accounts, "account")
    return f"The roll-out is {status.state}. Upgraded: {counts[DeviceState.SUCCEEDED]:,} of {total} in {accounts}."


def _reasons(status: RolloutStatus) -> str:
    if not status.reasons:
        return ""
    rows = (
        f"<li><b>{escape(each.kind)}</b> {'' if each.account is None else escape(each.account)}: {_told(each.text)} "
        f'<span class="muted">since {_time(each.since)}</span></li>'
        for each in status.reasons
    )
    return f'<ul class="reasons">{"".join(rows)}</ul>'


def _wave(wave: WaveStatus) -> str:
    name = f"{wave.number}" if wave.name == f"wave {wave.number}" else f"{wave.number} {wave.name}"
    parts = [(wave.counts[state], colour, state) for state, colour in COLOURS.items()]
    parts += [(wave.counts[state], _OPEN, state) for state in (*DeviceState.OPEN, DeviceState.WAITING)]
    bar = "".join(
        f'<i style="background:{colour};flex:{count}" title="{_words(state)}: {count:,}"></i>'
        for count, colour, state in parts
        if count > 0
    )
    return (
        f'<div class="wave"><header><b>Wave {escape(name)}</b><span>{escape(wave.state)}</span>'
        f'<span>{number_of(wave.devices, "device")}</span></header><div class="bar">{bar}</div>'
        f'<p class="muted">{escape(wave.gate)}.</p></div>'
    )


def _legend(status: RolloutStatus) -> str:
    counts = status.counts
    waiting = counts[DeviceState.WAITING] + sum(counts[state] for state in DeviceState.OPEN)
    keys = [(_words(state), colour, counts[state]) for state, colour in COLOURS.items()]
    keys.append(("open", _OPEN, waiting))
    return "<p>{}</p>".format(
        "".join(
            f'<span class="key"><i style="background:{colour}"></i>{word} {count:,}</span>'
            for word, colour, count in keys
            if count > 0
        )
    )


def _plots(rollout: Rollout, days: Sequence[Day]) -> list[str]:
    allowed = [rule.share_value for rule in rollout.plan.stop if rule.kind == "failed" and rule.per == "rollout"]
    share = plots.failure_plot(days, allowed[0] if allowed else None)
    by_day = "Devices by the day on which their final state was seen, UTC."
    bound = (
        "Failed of failed and succeeded devices so far, the least share that this speaks for with 95 % confidence, "
        "and what the stop rule allows."
    )
    return [
        _figure("Devices over the days", plots.finished_plot(days), by_day),
        _figure("Share of failed devices", share, bound),
    ]


def _figure(title: str, plot: str, caption: str) -> str:
    return f"<section><h2>{title}</h2><figure>{plot}<figcaption>{caption}</figcaption></figure></section>"


def _days(rollout: Rollout) -> list[Day]:
    """Count the devices by the day on which they came to a final state, without gaps."""
    finished: dict[int, Counter[str]] = {}
    for day, state, count in rollout.finished_by_day():
        finished.setdefault(day, Counter())[state] += count
    if not finished:
        return []
    total: Counter[str] = Counter()
    days = []
    for day in range(min(finished), max(finished) + 1):
        counts = finished.get(day, Counter())
        total.update(counts)
        failed, tried = total["failed"], total["failed"] + total["succeeded"]
        share = failed / tried if tried > 0 else None
        date = (datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(days=day)).date()
        days.append(Day(date, dict(counts), share, lower_bound(failed, tried, 0.95)))
    return days


def _days_table(days: Sequence[Day]) -> str:
    if not days:
        return ""
    states = [state for state in COLOURS if any(day.finished.get(state, 0) > 0 for day in days)]
    head = "".join(f'<th class="number">{_words(state)}</th>' for state in states)
    rows = "".join(
        f'<tr><td class="time">{day.day}</td>'
        + "".join(f'<td class="number">{day.finished.get(state, 0):,}</td>' for state in states)
        + f'<td class="number">{"" if day.share is None else f"{day.share:.1%}"}</td></tr>'
        for day in days
    )
    return _section("Days", f'<tr><th>day</th>{head}<th class="number">failed so far</th></tr>{rows}')


def _reasons_table(rollout: Rollout) -> str:
    reasons = list(islice(rollout.top_reasons(), _SHOWN_REASONS))
    if not reasons:
        return ""
    rows = "".join(
        f'<tr><td class="number">{count:,}</td><td>{_words(state)}</td><td>{_told(reason)}</td></tr>'
        for state, reason, count in reasons
    )
    return _section(
        "Why devices were not upgraded", f'<tr><th class="number">devices</th><th>state</th><th>reason</th></tr>{rows}'
    )


def _events_table(events: Iterable[Event]) -> str:
    told = [event for event in events if event.kind != "observed"]
    rows = "".join(
        f'<tr><td class="time">{_time(event.at)}</td><td>{_told(event.text)}</td></tr>'
        for event in reversed(told[-_SHOWN_EVENTS:])
    )
    more = "" if len(told) <= _SHOWN_EVENTS else f'<p class="muted">The last {_SHOWN_EVENTS} of {len(told)}.</p>'
    return _section("What happened", f"<tr><th>when</th><th>what</th></tr>{rows}") + more


def _section(title: str, rows: str) -> str:
    return f'<section><h2>{title}</h2><div class="scroll"><table>{rows}</table></div></section>'


def _told(text: str) -> str:
    """Return a text without the numbers of devices, which are for fewer people than this page."""
    return escape(_IMEI.sub("a device", text))


def _words(state: str) -> str:
    return state.replace("_", " ")


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(timezone.utc):%Y-%m-%d %H:%M} UTC"
