"""``python -m tests.benchmarks``: measures, prints, and ends with 1 where a goal is missed by more than its spread."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import ExitStack

from tests.benchmarks import report, vendor_environment
from tests.benchmarks.measuring import Bench, Values
from tests.benchmarks.processes import Process, worker
from tests.benchmarks.rows import CONTESTANTS, GOALS, ROWS, Row, exit_status


def _at_least_one(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} rounds measure nothing; it takes at least 1")
    return number


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("--only", default="", metavar="TEXT", help="only the rows that have this text in their name")
    parser.add_argument("--rounds", type=_at_least_one, metavar="N", help="how many rounds; 21 unless said otherwise")
    parser.add_argument("--vendor-python", metavar="PATH", help="an interpreter that has the vendor's SDK")
    parser.add_argument(
        "--quick", action="store_true", help="short measurements, few rounds; installs nothing; only shows that it runs"
    )
    return parser.parse_args(arguments)


def _find_vendor(given: str | None, quick: bool) -> tuple[str | None, str]:
    """Return the vendor's interpreter, and its version or why there is none."""
    try:
        if quick and given is None:
            raise vendor_environment.NoVendorError("--quick installs nothing")
        python = given or vendor_environment.make()
        return python, vendor_environment.version(python)
    except vendor_environment.NoVendorError as error:
        return None, f"column empty, {error}"


def _measure(bench: Bench, rows: list[Row]) -> dict[str, Values]:
    measured = {}
    with ExitStack() as stack:
        workers = {name: stack.enter_context(worker(name, bench.url, python)) for name, python in bench.pythons.items()}
        for row in rows:
            values = measured[row.name] = bench.measure(row, workers)
            print(report.line(row, values), flush=True)
    return measured


def _judge(measured: dict[str, Values]) -> int:
    """Print the goals of the rows that were measured; return the exit status."""
    print("\ngoals: ratio of ours to requests+json")
    verdicts = []
    for goal in GOALS:
        values = measured.get(goal.row)
        if values is not None:
            found = goal.figure(values)
            verdicts.append(goal.verdict(found))
            print(report.goal_line(goal, found))
    return exit_status(verdicts)


def main(words: Sequence[str] | None = None) -> int:
    arguments = _parse(words)
    rows = [row.quick if arguments.quick else row for row in ROWS if arguments.only in row.name]
    if not rows:
        print(f"no row has {arguments.only!r} in its name; there are: {', '.join(row.name for row in ROWS)}")
        return 2
    vendor_python, vendor = _find_vendor(arguments.vendor_python, arguments.quick)
    print(report.machine(vendor), report.head(), sep="\n\n", flush=True)
    pythons = dict.fromkeys(CONTESTANTS, sys.executable)
    if vendor_python is None:
        del pythons["vendor"]
    else:
        pythons["vendor"] = vendor_python
    rounds, target = (3, 0.005) if arguments.quick else (21, 0.05)
    with Process("tests.benchmarks.server") as server:
        url = f"http://127.0.0.1:{server.read()}/api"
        measured = _measure(Bench(url, pythons, arguments.rounds or rounds, target), rows)
    return _judge(measured)


if __name__ == "__main__":
    sys.exit(main())
