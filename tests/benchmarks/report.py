"""The table, the goals and the machine as text of at most 120 columns."""

from __future__ import annotations

import math
import os
import platform
from importlib.metadata import version
from pathlib import Path

from tests.benchmarks.measuring import Values
from tests.benchmarks.rows import CONTESTANTS, Figure, Goal, Row

_TITLES = {"bare": "requests+json", "urllib3": "urllib3", "http_client": "http.client", "vendor": "vendor SDK"}
_SECONDS = ((1.0, "s", 1.0), (1e-3, "ms", 1e3), (-math.inf, "µs", 1e6))


def machine(vendor: str) -> str:
    """Return what the figures depend on."""
    packages = ("requests", "urllib3", "jsonpickle", "python-dateutil")
    load = os.getloadavg()[0]
    return (
        f"{_processor()}, {os.cpu_count()} cores, {platform.system()}, load {load:.1f} at the start\n"
        f"Python {platform.python_version()}, {', '.join(f'{name} {version(name)}' for name in packages)}\n"
        f"vendor SDK: {vendor}"
    )


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def head() -> str:
    titles = "".join(f"{_TITLES[name]:>17}" for name in CONTESTANTS[1:])
    return f"{'row':<31}{'ours':>20}{titles}\n{'':<31}{'':>20}   ratio of the medians, ours to each ± spread"


def line(row: Row, values: Values) -> str:
    cells = "".join(f"{_ratio(values, name):>17}" for name in CONTESTANTS[1:])
    return f"{row.name:<31}{_ours(row, Figure.of(values['ours'])):>20}{cells}".rstrip()


def _ratio(values: Values, name: str) -> str:
    if not values.get(name):
        return ""
    figure = Figure.of_ratio(values["ours"], values[name])
    return f"{figure.median:.3f} ± {figure.spread:.3f}"


def _ours(row: Row, figure: Figure) -> str:
    if row.kind == "rate":
        return f"{figure.median:.0f} ± {figure.spread:.0f} /s"
    if row.kind == "growth":
        return f"{figure.median:.3f} ± {figure.spread:.3f}"
    if row.kind == "memory":
        return f"{figure.median / 2**20:.2f} ± {figure.spread / 2**20:.2f} MiB"
    if row.kind == "size":
        return f"{figure.median / 1000:.0f} kB"
    unit, factor = next((unit, factor) for least, unit, factor in _SECONDS if figure.median >= least)
    return f"{figure.median * factor:.2f} ± {figure.spread * factor:.2f} {unit}"


def goal_line(goal: Goal, found: Figure) -> str:
    figure = f"{found.median:.3f} ± {found.spread:.3f}" if goal.unit == 0 else f"{found.median:.0f}"
    return f"{goal.row:<31}{goal.sense} {goal.limit:<8g}{figure:>17}   {goal.verdict(found)}"
