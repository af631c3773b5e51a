"""What is measured, and what it must reach."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from statistics import median, quantiles

CONTESTANTS = ("ours", "bare", "urllib3", "http_client", "vendor")


@dataclass(frozen=True)
class Row:
    """A line of the table.

    Args:
        name: What stands in the table.
        kind: "time", "rate" (calls a second of several threads), "growth" (cost of a device among ten times as many,
            to its cost now), "memory", "start" (a new process) or "size" (the files of the package).
        task: The method of a contestant that builds the task, or which program a new process runs.
        devices: How many devices the task has.
        mode: How a worker times it: "wall", "cpu", "collector-on", "collector-off".
        threads: How many threads run the task at once; 0 where the worker's own does.
        few: How many devices are enough where only it is to be seen that it runs; 0 where all may stay.
    """

    name: str
    kind: str
    task: str
    devices: int = 0
    mode: str = "wall"
    threads: int = 0
    few: int = 0

    @property
    def quick(self) -> Row:
        """The row with few devices."""
        return replace(self, devices=self.few) if self.few > 0 else self

    @property
    def most_rounds(self) -> int:
        """Return how many rounds are enough: what tracemalloc counts hardly differs, and long runs differ less."""
        if self.kind in ("memory", "size"):
            return 3
        if self.task == "pages":
            return 5
        if self.kind == "start":
            return 15
        if self.kind == "rate":
            return 7
        return 11 if self.kind == "growth" or self.devices >= 100_000 else 1_000

    @property
    def least_runs(self) -> int:
        """Return how often a measurement runs the task at least; threads need time to get into each other's way."""
        return max(1, 50 * self.threads)


ROWS = (
    Row("GET a campaign", "time", "read"),
    Row("POST with 10 devices", "time", "schedule", 10),
    Row("PUT with 1,000 devices", "time", "append", 1_000),
    *(Row(f"encode {count:,}", "time", "encode", count, "cpu") for count in (1, 1_000, 100_000)),
    *(Row(f"validate + encode {count:,}", "time", "check_and_encode", count, "cpu") for count in (1, 1_000, 100_000)),
    Row("decode a campaign", "time", "decode_campaign", mode="cpu"),
    Row("decode 100,000, gc off", "time", "decode_results", 100_000, "collector-off"),
    Row("decode 100,000, gc on", "time", "decode_results", 100_000, "collector-on"),
    Row("decode 100,000, some odd", "time", "decode_odd_results", 100_000, "collector-off"),
    Row("decode a page of 1,000", "time", "decode_page", 1_000, "collector-off"),
    Row("1,000 pages of 1,000", "time", "pages", 1_000_000, few=2_000),
    Row("read_devices, 1,000,000", "time", "read_devices", 1_000_000, "cpu", few=1_000),
    Row("inspect_devices, 1,000,000", "time", "inspect_devices", 1_000_000, "cpu", few=1_000),
    Row("peak memory, encode 100,000", "memory", "encode", 100_000),
    Row("peak memory, decode 100,000", "memory", "decode_results", 100_000),
    Row("import", "start", "import"),
    Row("client built", "start", "client"),
    Row("start to first campaign", "start", "first"),
    Row("start to first schedule", "start", "first_schedule"),
    Row("fota --help", "start", "help"),
    Row("fota v3 show", "start", "show"),
    Row("installed size", "size", "size"),
    *(Row(f"calls/s, threads: {count}", "rate", "read", threads=count) for count in (1, 8, 32)),
    Row("calls/s, no limit, threads: 32", "rate", "read_without_limit", threads=32),
    Row("growth of encoding to 10,000", "growth", "check_and_encode", 1_000, "collector-off"),
    Row("growth of encoding to 100,000", "growth", "check_and_encode", 10_000, "collector-off"),
    Row("growth of decoding to 10,000", "growth", "decode_results", 1_000, "collector-off"),
    Row("growth of decoding to 100,000", "growth", "decode_results", 10_000, "collector-off"),
)


@dataclass(frozen=True)
class Figure:
    """The middle of what the rounds gave, and half the distance between their quartiles."""

    median: float
    spread: float

    @classmethod
    def of(cls, values: list[float]) -> Figure:
        if len(values) == 1:
            return cls(values[0], 0.0)
        low, _, high = quantiles(values, n=4, method="inclusive")
        return cls(median(values), (high - low) / 2)

    @classmethod
    def of_ratio(cls, ours: list[float], other: list[float]) -> Figure:
        """Return the ratio of the medians, with the spread of the ratios within each round.

        It is not a number where the other took no time, as an import may that costs no more than an idle interpreter.
        """
        middle = median(other)
        if middle <= 0:
            return cls(math.nan, math.nan)
        ratios = [mine / theirs for mine, theirs in zip(ours, other, strict=True) if theirs > 0]
        return cls(median(ours) / middle, cls.of(ratios).spread)


@dataclass(frozen=True)
class Goal:
    """What the ratio of a row to bare requests and json must be: at most a limit, or at least.

    Args:
        row: The name of the row.
        sense: "<=" or ">=".
        limit: The limit.
        unit: What ours alone is counted in, by which it is divided; 0 where it is the ratio.
    """

    row: str
    sense: str
    limit: float
    unit: float = 0

    def figure(self, values: Mapping[str, list[float]]) -> Figure:
        """Return what is judged, of what each contestant took in each round."""
        if self.unit == 0:
            return Figure.of_ratio(values["ours"], values["bare"])
        return Figure.of([each / self.unit for each in values["ours"]])

    def verdict(self, found: Figure) -> str:
        miss = found.median - self.limit if self.sense == "<=" else self.limit - found.median
        if miss <= 0:
            return "reached"
        return "missed within spread" if miss <= found.spread else "missed"


GOALS = (
    Goal("GET a campaign", "<=", 0.55),
    Goal("POST with 10 devices", "<=", 0.60),
    Goal("encode 100,000", "<=", 1.05),
    Goal("validate + encode 100,000", "<=", 1.4),
    Goal("decode 100,000, gc off", "<=", 2.4),
    Goal("decode 100,000, gc on", "<=", 3.3),
    Goal("decode a page of 1,000", "<=", 2.5),
    Goal("1,000 pages of 1,000", "<=", 1.15),
    Goal("read_devices, 1,000,000", "<=", 2.0),
    Goal("inspect_devices, 1,000,000", "<=", 2.0),
    Goal("peak memory, decode 100,000", "<=", 1.2),
    Goal("import", "<=", 0.2),
    Goal("client built", "<=", 1.15),
    Goal("start to first campaign", "<=", 1.25),
    Goal("start to first schedule", "<=", 1.0),
    Goal("fota --help", "<=", 1.5),
    Goal("fota v3 show", "<=", 1.3),
    Goal("installed size", "<=", 600, unit=1000),
    Goal("calls/s, threads: 32", ">=", 1.8),
    Goal("growth of encoding to 10,000", "<=", 1.0),
    Goal("growth of encoding to 100,000", "<=", 1.0),
    Goal("growth of decoding to 10,000", "<=", 1.0),
    Goal("growth of decoding to 100,000", "<=", 1.0),
)


def exit_status(verdicts: list[str]) -> int:
    """Return 1 where a goal is missed by more than its spread."""
    return int("missed" in verdicts)
