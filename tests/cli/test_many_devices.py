"""100,000 devices: what it takes to look them over and to schedule them."""

from __future__ import annotations

import csv
import json
import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from fota_sdk import read_devices
from tests.cli.command import SCHEDULE, run_here
from tests.loopback import LoopbackServer, answer

pytestmark = pytest.mark.benchmark


def file_of(folder: Path, count: int) -> Path:
    file = folder / f"{count}.csv"
    file.write_text("site,IMEI\n" + "".join(f"a,99001390{number:07d}\n" for number in range(count)))
    return file


def cpu_of(work: Callable[[], object]) -> float:
    """Return the least CPU time of some runs, without what a tracer such as that of coverage adds to every line."""
    times = []
    tracer = sys.gettrace()
    sys.settrace(None)
    try:
        for _ in range(4):
            begin = time.thread_time()
            work()
            times.append(time.thread_time() - begin)
    finally:
        sys.settrace(tracer)
    return min(times)


def test_they_are_looked_over_and_scheduled_in_five_times_reading_and_encoding(tmp_path: Path) -> None:
    file = file_of(tmp_path, 100_000)

    def plain() -> None:
        with file.open(newline="") as stream:
            json.dumps([row[1] for row in csv.reader(stream)])

    with LoopbackServer(answer({"id": "x", "status": "y"})) as server:
        environment = {
            "FOTA_BASE_URL": server.url,
            "FOTA_API_TOKEN": "a",
            "FOTA_SESSION_TOKEN": "b",
            "FOTA_ACCOUNT": "0000123456-00001",
        }

        def scheduled() -> None:
            done = run_here(environment, "v3", *SCHEDULE["v3"], "--devices", str(file))
            assert done.code == 0, done.err
            assert "wrong check digit: 90000" in done.err

        scheduled()  # imports what there is to import
        ratio = cpu_of(scheduled) / cpu_of(plain)
        assert len(json.loads(server.requests[-1].body)["deviceList"]) == 100_000
    assert ratio <= 5


def test_memory_grows_no_faster_than_the_list(tmp_path: Path) -> None:
    def peak(count: int) -> int:
        file = file_of(tmp_path, count)
        tracemalloc.start()
        try:
            report = read_devices(file)
            assert len(report.devices) == count
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(100)
    assert peak(100_000) <= 12 * peak(10_000)
