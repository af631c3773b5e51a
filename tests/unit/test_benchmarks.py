from __future__ import annotations

import math
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.rows import GOALS, ROWS, Figure, Goal, exit_status, ratios_of

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("sense", "found", "spread", "verdict"),
    [
        ("<=", 0.5, 0.0, "reached"),
        ("<=", 0.6, 0.0, "reached"),
        ("<=", 0.65, 0.1, "missed within spread"),
        ("<=", 0.65, 0.01, "missed"),
        ("<=", math.nan, 0.1, "missed"),
        (">=", 0.7, 0.0, "reached"),
        (">=", 0.6, 0.0, "reached"),
        (">=", 0.55, 0.1, "missed within spread"),
        (">=", 0.55, 0.01, "missed"),
    ],
)
def test_a_goal_is_reached_or_missed_or_missed_within_its_spread(
    sense: str, found: float, spread: float, verdict: str
) -> None:
    assert Goal("a row", sense, 0.6).verdict(Figure(found, spread)) == verdict


@pytest.mark.parametrize(
    ("verdicts", "status"),
    [
        ([], 0),
        (["reached", "reached"], 0),
        (["reached", "missed within spread"], 0),
        (["missed", "reached"], 1),
        (["missed within spread", "missed"], 1),
    ],
)
def test_only_a_goal_missed_by_more_than_its_spread_fails_the_command(verdicts: list[str], status: int) -> None:
    assert exit_status(verdicts) == status


def test_a_figure_is_the_middle_and_half_the_distance_of_the_quartiles() -> None:
    assert Figure.of([1.0, 2.0, 3.0, 4.0, 100.0]) == Figure(3.0, 1.0)
    assert Figure.of([7.0]) == Figure(7.0, 0.0)


def test_a_ratio_is_taken_within_each_round() -> None:
    assert ratios_of([1.0, 20.0], [2.0, 10.0]) == [0.5, 2.0]


def test_every_goal_is_of_a_row_that_is_measured() -> None:
    names = [row.name for row in ROWS]
    assert len(set(names)) == len(names)
    assert {goal.row for goal in GOALS} <= set(names)


def test_the_command_prints_a_row_with_a_ratio_and_fits_the_screen() -> None:
    command = [sys.executable, "-m", "tests.benchmarks", "--quick", "--only", "decode a campaign"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=50)
    assert (done.returncode, done.stderr) == (0, "")
    assert "column empty, --quick installs nothing" in done.stdout
    (row,) = (line for line in done.stdout.splitlines() if line.startswith("decode a campaign"))
    found = re.fullmatch(r"decode a campaign +\S+ ± \S+ (?:µs|ms|s) +(\S+) ± \S+", row)
    assert found is not None, row
    assert 0 < float(found[1]) < math.inf
    assert max(map(len, done.stdout.splitlines())) <= 120


@pytest.mark.benchmark
@pytest.mark.parametrize("only", ["GET", "threads: 8", "peak memory, encode", "client built", "growth 1,"])
def test_each_kind_of_row_can_be_measured(only: str) -> None:
    command = [sys.executable, "-m", "tests.benchmarks", "--quick", "--rounds", "1", "--only", only]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=50)
    assert done.stderr == ""
    rows = [line for line in done.stdout.splitlines() if only in line]
    assert rows, done.stdout
    assert all(re.search(r"\d\.\d{3} ± ", row) for row in rows), done.stdout


def test_a_text_that_no_row_has_is_told_at_once() -> None:
    command = [sys.executable, "-m", "tests.benchmarks", "--quick", "--only", "no such row"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=50)
    assert done.returncode == 2
    assert "decode a campaign" in done.stdout
