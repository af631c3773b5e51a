from __future__ import annotations

import gc
import json
import math
import re
import subprocess
import sys
import threading
import tracemalloc
from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from tests.benchmarks import __main__ as command, measuring, payloads, starts, worker
from tests.benchmarks.contestants import bare, ours
from tests.benchmarks.measuring import Bench, Values, alternate
from tests.benchmarks.processes import Process, environment, processor_time
from tests.benchmarks.rows import GOALS, ROWS, Figure, Goal, Row, exit_status
from tests.benchmarks.worker import Crew, measure, peak

ROOT = Path(__file__).parents[2]

# Growth is to that of json; the size is in kB.
WANTED = [
    ("GET a campaign", "<=", 0.55),
    ("POST with 10 devices", "<=", 0.60),
    ("encode 100,000", "<=", 1.05),
    ("validate + encode 100,000", "<=", 1.4),
    ("decode 100,000, gc off", "<=", 2.4),
    ("decode 100,000, gc on", "<=", 3.3),
    ("decode a page of 1,000", "<=", 2.5),
    ("1,000 pages of 1,000", "<=", 1.15),
    ("read_devices, 1,000,000", "<=", 2.0),
    ("inspect_devices, 1,000,000", "<=", 2.0),
    ("peak memory, decode 100,000", "<=", 1.2),
    ("import", "<=", 0.2),
    ("client built", "<=", 1.15),
    ("start to first campaign", "<=", 1.25),
    ("start to first schedule", "<=", 1.0),
    ("fota --help", "<=", 1.5),
    ("fota v3 show", "<=", 1.3),
    ("installed size", "<=", 600),
    ("calls/s, threads: 32", ">=", 1.8),
    ("growth of encoding to 10,000", "<=", 1.0),
    ("growth of encoding to 100,000", "<=", 1.0),
    ("growth of decoding to 10,000", "<=", 1.0),
    ("growth of decoding to 100,000", "<=", 1.0),
]


def _row(name: str) -> Row:
    return next(row for row in ROWS if row.name == name)


def test_the_goals_are_those_of_the_issue() -> None:
    assert [(goal.row, goal.sense, goal.limit) for goal in GOALS] == WANTED


@pytest.mark.parametrize(
    ("name", "kind", "task", "devices", "mode", "threads"),
    [
        ("GET a campaign", "time", "read", 0, "wall", 0),
        ("POST with 10 devices", "time", "schedule", 10, "wall", 0),
        ("PUT with 1,000 devices", "time", "append", 1_000, "wall", 0),
        ("encode 100,000", "time", "encode", 100_000, "cpu", 0),
        ("validate + encode 100,000", "time", "check_and_encode", 100_000, "cpu", 0),
        ("decode 100,000, gc off", "time", "decode_results", 100_000, "collector-off", 0),
        ("decode 100,000, gc on", "time", "decode_results", 100_000, "collector-on", 0),
        ("decode 100,000, some odd", "time", "decode_odd_results", 100_000, "collector-off", 0),
        ("decode a page of 1,000", "time", "decode_page", 1_000, "collector-off", 0),
        ("1,000 pages of 1,000", "time", "pages", 1_000_000, "wall", 0),
        ("read_devices, 1,000,000", "time", "read_devices", 1_000_000, "cpu", 0),
        ("inspect_devices, 1,000,000", "time", "inspect_devices", 1_000_000, "cpu", 0),
        ("peak memory, decode 100,000", "memory", "decode_results", 100_000, "wall", 0),
        ("start to first schedule", "start", "first_schedule", 0, "wall", 0),
        ("fota --help", "start", "help", 0, "wall", 0),
        ("fota v3 show", "start", "show", 0, "wall", 0),
        ("installed size", "size", "size", 0, "wall", 0),
        ("calls/s, threads: 1", "rate", "read", 0, "wall", 1),
        ("calls/s, threads: 32", "rate", "read", 0, "wall", 32),
        ("growth of encoding to 10,000", "growth", "check_and_encode", 1_000, "collector-off", 0),
        ("growth of encoding to 100,000", "growth", "check_and_encode", 10_000, "collector-off", 0),
        ("growth of decoding to 10,000", "growth", "decode_results", 1_000, "collector-off", 0),
        ("growth of decoding to 100,000", "growth", "decode_results", 10_000, "collector-off", 0),
    ],
)
def test_a_row_measures_what_its_name_says(
    name: str, kind: str, task: str, devices: int, mode: str, threads: int
) -> None:
    assert replace(_row(name), few=0) == Row(name, kind, task, devices, mode, threads)


def test_a_quick_look_needs_few_devices() -> None:
    assert [row.quick.devices for row in ROWS if row.devices == 1_000_000] == [2_000, 1_000, 1_000]
    assert _row("encode 1,000").quick == _row("encode 1,000")


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


def test_a_ratio_is_that_of_the_medians_with_the_spread_of_the_rounds() -> None:
    # The rounds' own ratios are 1, 1, 0.5, 4 and 1.
    figure = Figure.of_ratio([1.0, 2.0, 3.0, 40.0, 50.0], [1.0, 2.0, 6.0, 10.0, 50.0])
    assert figure == Figure(0.5, 0.0)
    assert Figure.of_ratio([1.0, 4.0, 9.0], [1.0, 2.0, 3.0]) == Figure(2.0, 0.5)


def test_a_round_in_which_the_other_took_no_time_does_not_spoil_the_spread() -> None:
    assert Figure.of_ratio([1.0, 1.0, 4.0, 9.0], [0.0, 1.0, 2.0, 3.0]) == Figure(2.5 / 1.5, 0.5)
    nothing = Figure.of_ratio([1.0, 1.0, 1.0], [0.0, -1.0, 1.0])
    assert math.isnan(nothing.median)
    assert Goal("a row", "<=", 2.0).verdict(nothing) == "missed"


def test_each_has_its_turn_in_each_round_and_who_begins_moves_on() -> None:
    turns: list[str] = []

    def fake(name: str) -> float:
        turns.append(name)
        return float(len(turns))

    values = alternate(["a", "b", "c"], 6, fake)
    assert " ".join("".join(turns[at : at + 3]) for at in range(0, 18, 3)) == "abc cba bca acb cab bac"
    assert values["a"] == [1.0, 6.0, 9.0, 10.0, 14.0, 17.0]
    assert {name: len(times) for name, times in values.items()} == {"a": 6, "b": 6, "c": 6}


class _FakeWorker:
    """Answers like a worker that needs so many seconds for each task that was prepared."""

    def __init__(self, *seconds: float, able: bool = True) -> None:
        self.asked: list[str] = []
        self._seconds = seconds
        self._able = able

    def ask(self, command: str) -> str:
        self.asked.append(command)
        words = command.split()
        if words[0] == "time":
            return " ".join(map(repr, self._seconds[: len(words) - 2]))
        return "ready" if self._able else "absent"


def _measured(row: Row, **workers: _FakeWorker) -> Values:
    bench = Bench("http://127.0.0.1:1/api", dict.fromkeys(workers, "python"), 2, 0.05)
    return bench.measure(row, cast("dict[str, Process]", workers))


def test_a_time_is_that_of_one_run_and_who_cannot_do_it_is_left_out() -> None:
    ours = _FakeWorker(0.001)
    row = _row("GET a campaign")
    assert _measured(row, ours=ours, vendor=_FakeWorker(1.0, able=False)) == {"ours": [0.001, 0.001]}
    # How often is found before the rounds, for 0.05 seconds.
    assert ours.asked == ["forget", "prepare read 0 0", *(f"time wall {count}" for count in (1, 50, 50, 50))]


def test_a_rate_counts_the_runs_in_a_second_and_each_thread_has_fifty() -> None:
    ours = _FakeWorker(0.0001)
    assert _measured(_row("calls/s, threads: 32"), ours=ours) == {"ours": [10_000.0, 10_000.0]}
    assert ours.asked == ["forget", "prepare read 0 32", *["time wall 1600"] * 3]


def test_growth_is_that_of_the_cost_of_one_device() -> None:
    ours, bare = _FakeWorker(0.01, 0.2), _FakeWorker(0.05, 0.4)
    values = _measured(_row("growth of decoding to 10,000"), ours=ours, bare=bare)
    assert values == {"ours": [pytest.approx(2.0)] * 2, "bare": [pytest.approx(0.8)] * 2}
    assert [words for words in ours.asked if words.startswith("prepare")] == [
        "prepare decode_results 1000 0",
        "prepare decode_results 10000 0",
    ]


def test_a_start_is_what_an_interpreter_takes_beyond_one_that_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    idle = {"python": 0.5, "other": 2.0}
    started: list[tuple[str, str]] = []

    def fake(python: str, program: str) -> float:
        started.append((python, program))
        return idle[python] + (0.0 if program == starts.IDLE else 1.0 if "FotaClient" in program else 4.0)

    monkeypatch.setattr(measuring, "processor_time", fake)
    bench = Bench("http://127.0.0.1:1/api", {"ours": "python", "bare": "python", "vendor": "other"}, 3, 0.05)
    assert bench.measure(_row("client built"), {}) == {"ours": [1.0] * 3, "bare": [4.0] * 3, "vendor": [4.0] * 3}
    # Once before the rounds, and once in each, the two interpreters that do nothing too.
    assert set(Counter(started).values()) == {4}
    assert len(set(started)) == 5


@pytest.mark.parametrize(
    ("name", "rounds"),
    [
        ("GET a campaign", 100),
        ("encode 1,000", 100),
        ("encode 100,000", 11),
        ("growth of encoding to 10,000", 11),
        ("calls/s, threads: 1", 7),
        ("import", 15),
        ("peak memory, decode 100,000", 3),
        ("1,000 pages of 1,000", 5),
    ],
)
def test_long_rows_have_fewer_rounds(name: str, rounds: int) -> None:
    assert min(100, _row(name).most_rounds) == rounds


@pytest.mark.parametrize(("mode", "enabled"), [("collector-off", False), ("collector-on", True)])
def test_the_collector_is_on_or_off_for_the_task(mode: str, enabled: bool) -> None:
    seen: list[bool] = []
    measure(lambda: seen.append(gc.isenabled()), mode, 2)
    assert seen == [enabled, enabled]
    assert gc.isenabled()


def test_all_threads_run_at_once_and_are_the_same_from_call_to_call() -> None:
    together = threading.Barrier(8)
    calls: Counter[int] = Counter()

    def task() -> None:
        together.wait(10)  # passes only with all eight
        calls[threading.get_ident()] += 1

    crew = Crew(task, 8)
    assert sorted(calls.values()) == [1] * 8  # what a thread keeps open is open before the first measurement
    crew.time(8 * 50)
    crew.time(1)
    crew.close()
    assert sorted(calls.values()) == [1 + 50 + 1] * 8


def test_the_time_of_threads_is_that_on_the_wall_shared_by_their_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    crew = Crew(lambda: None, 4)
    clock = iter([100.0, 102.0])
    monkeypatch.setattr(worker, "time", SimpleNamespace(perf_counter=lambda: next(clock)))
    assert crew.time(8) == 2.0 / 8
    crew.close()


def test_a_call_that_fails_in_a_thread_ends_the_measurement(monkeypatch: pytest.MonkeyPatch) -> None:
    told = threading.Event()
    monkeypatch.setattr(threading, "excepthook", lambda _: told.set())

    def task() -> None:
        raise ValueError

    with pytest.raises(threading.BrokenBarrierError):
        Crew(task, 1)
    assert told.wait(10)


def test_peak_memory_counts_neither_what_was_there_nor_what_the_first_run_keeps() -> None:
    kept: list[bytearray] = []

    def task() -> bytearray:
        if not kept:
            kept.append(bytearray(8 << 20))
        return bytearray(1 << 20)

    tracemalloc.start()
    before = bytearray(8 << 20)
    assert 1 << 20 <= peak(task) < 2 << 20
    assert not tracemalloc.is_tracing()
    del before


def test_modules_of_this_checkout_come_before_what_is_installed() -> None:
    words = [sys.executable, "-I", "-c", f"{starts.IDLE}print(sys.path[0])"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=50)
    assert (done.stdout.strip(), done.stderr) == (str(ROOT), "")


@pytest.mark.parametrize("row", ["import", "client", "first", "first_schedule", "help", "show"])
def test_every_start_pays_the_same_for_its_place(row: str) -> None:
    programs = starts.programs(row, "http://127.0.0.1:1").values()
    assert all(program.startswith(starts.IDLE) and program.count("sys.path") == 1 for program in programs)


def test_processes_search_modules_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PYTHONPATH", "PYTHONSAFEPATH", "HTTPS_PROXY", "no_proxy", "FOTA_API_TOKEN", "NETRC"):
        monkeypatch.setenv(name, "elsewhere")
    assert "elsewhere" not in environment().values()
    assert "PATH" in environment()


def test_a_programs_output_is_dropped(capfd: pytest.CaptureFixture[str]) -> None:
    assert processor_time(sys.executable, "print('shown')") > 0
    assert capfd.readouterr().out == ""


def test_the_size_is_that_of_the_files_of_the_package() -> None:
    files = [path for path in (ROOT / "fota_sdk").rglob("*") if path.suffix in (".py", ".pyi", ".typed")]
    values = _measured(_row("installed size"))
    assert values == {"ours": [sum(path.stat().st_size for path in files)]}
    (goal,) = (each for each in GOALS if each.row == "installed size")
    assert goal.figure({"ours": [600_500.0]}) == Figure(600.5, 0.0)


def test_pages_lead_from_the_first_to_the_last() -> None:
    page = payloads.device_page(4)
    first, last = (json.loads(payloads.page_of(page, number, 2)) for number in (1, 2))
    assert (first["hasMoreData"], first["lastSeenDeviceId"], last["hasMoreData"]) == (True, f"{1:015}", False)
    assert first["deviceList"] == last["deviceList"]
    assert [sorted(each) for each in first["deviceList"]][::2] == [["deviceId", "resultReason", "status"]] * 2
    assert ["nextAttemptTime" in each for each in first["deviceList"]] == [False, True, False, True]


def test_all_contestants_find_the_same_in_pages_and_inventories() -> None:
    with Process("tests.benchmarks.server") as server:
        url = f"http://127.0.0.1:{server.read()}/api"
        mine, theirs = ours.Contestant(url), bare.Contestant(url)
        assert mine.pages(2_000)() == theirs.pages(2_000)() == {"UpgradeSuccess": 1_000, "UpgradePending": 1_000}
    devices = payloads.imeis(3)
    assert mine.read_devices(3)().counts == {}
    assert mine.read_devices(3)().devices == mine.inspect_devices(3)().devices == devices
    assert theirs.read_devices(3)() == ["IMEI", *devices]


def test_odd_results_lack_some_reasons() -> None:
    results = json.loads(payloads.device_results(2_000, odd=True))["deviceList"]
    assert sum("Reason" not in result for result in results) == 2
    assert sum(result.get("Reason", "") is None for result in results) == 2
    assert all("Reason" in result for result in json.loads(payloads.device_results(2))["deviceList"])


def _run_with(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], made: dict[str, Values], *words: str
) -> tuple[int, list[str]]:
    """Run the command with made values instead of measured ones; return its status and the lines of its goals."""

    class NoProcess:
        def read(self) -> str:
            return "1"

    monkeypatch.setattr(command, "Process", lambda *_: nullcontext(NoProcess()))
    monkeypatch.setattr(command, "worker", lambda *_: nullcontext())
    monkeypatch.setattr(Bench, "measure", lambda _, row, __: made[row.name])
    status = command.main(["--quick", *words])
    _, _, goals = capsys.readouterr().out.partition("\ngoals: ratio of ours to requests+json\n")
    return status, goals.splitlines()


def _values(ours: Sequence[float], bare: Sequence[float], urllib3: Sequence[float]) -> Values:
    return {"ours": list(ours), "bare": list(bare), "urllib3": list(urllib3)}


@pytest.mark.parametrize(
    ("name", "values", "figure", "verdict", "status"),
    [
        ("GET a campaign", _values([1, 1, 1], [2, 2, 2], [1, 1, 1]), "0.500 ± 0.000", "reached", 0),
        ("GET a campaign", _values([1, 1, 1], [1, 1, 1], [2, 2, 2]), "1.000 ± 0.000", "missed", 1),
        ("GET a campaign", _values([5, 6, 9], [10, 10, 10], [1, 1, 1]), "0.600 ± 0.100", "missed within spread", 0),
        ("calls/s, threads: 32", _values([2, 2, 2], [1, 1, 1], [4, 4, 4]), "2.000 ± 0.000", "reached", 0),
        ("calls/s, threads: 32", _values([1, 1, 1], [1, 1, 1], [0.5] * 3), "1.000 ± 0.000", "missed", 1),
        ("growth of decoding to 10,000", _values([1.2] * 3, [1.5] * 3, [1] * 3), "0.800 ± 0.000", "reached", 0),
        ("growth of decoding to 10,000", _values([0.9] * 3, [0.6] * 3, [1] * 3), "1.500 ± 0.000", "missed", 1),
    ],
)
def test_the_verdict_and_the_status_follow_from_ours_and_requests(
    name: str,
    values: Values,
    figure: str,
    verdict: str,
    status: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    found, goals = _run_with(monkeypatch, capsys, {name: values}, "--only", name)
    assert found == status
    (goal,) = goals
    assert goal.startswith(name)
    assert goal.endswith(f"{figure}   {verdict}")


def test_one_goal_that_is_missed_fails_the_whole_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = {row.name: _values([1, 1], [1000, 1000], [1, 1]) for row in ROWS}
    made["calls/s, threads: 32"] = _values([1000, 1000], [1, 1], [1, 1])
    status, goals = _run_with(monkeypatch, capsys, made)
    assert (status, len(goals)) == (0, len(WANTED))
    made["import"] = _values([1, 1], [1, 1], [1, 1])
    assert _run_with(monkeypatch, capsys, made)[0] == 1


@pytest.mark.parametrize("rounds", ["0", "-1"])
def test_rounds_that_measure_nothing_are_refused(rounds: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        command.main(["--rounds", rounds])
    assert raised.value.code == 2
    assert "at least 1" in capsys.readouterr().err


def test_every_goal_is_of_a_row_that_is_measured() -> None:
    names = [row.name for row in ROWS]
    assert len(set(names)) == len(names)
    assert {goal.row for goal in GOALS} <= set(names)


def test_the_command_prints_a_row_with_a_ratio_and_fits_the_screen() -> None:
    words = [sys.executable, "-m", "tests.benchmarks", "--quick", "--only", "decode a campaign"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=50)
    assert (done.returncode, done.stderr) == (0, "")
    assert "column empty, --quick installs nothing" in done.stdout
    (row,) = (line for line in done.stdout.splitlines() if line.startswith("decode a campaign"))
    found = re.fullmatch(r"decode a campaign +\S+ ± \S+ (?:µs|ms|s) +(\S+) ± \S+", row)
    assert found is not None, row
    assert 0 < float(found[1]) < math.inf
    assert max(map(len, done.stdout.splitlines())) <= 120


@pytest.mark.benchmark
@pytest.mark.parametrize(
    "only", ["GET", "threads: 8", "peak memory, encode", "client built", "coding to 10,000", "fota ", "pages"]
)
def test_each_kind_of_row_can_be_measured(only: str) -> None:
    words = [sys.executable, "-m", "tests.benchmarks", "--quick", "--rounds", "1", "--only", only]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=50)
    assert done.stderr == ""
    rows = [line for line in done.stdout.splitlines() if only in line]
    assert rows, done.stdout
    assert all(re.search(r"\d\.\d{3} ± ", row) for row in rows), done.stdout


def test_a_text_that_no_row_has_is_told_at_once() -> None:
    words = [sys.executable, "-m", "tests.benchmarks", "--quick", "--only", "no such row"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=50)
    assert done.returncode == 2
    assert "decode a campaign" in done.stdout
