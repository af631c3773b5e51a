"""Changes the code of `core`, `rollout` and the lists of devices, and tells which changes no test notices.

python -m tests.mutation --sample 10 fota_sdk/core/fields.py
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from functools import cache
from pathlib import Path

from tests.mutation.mutants import Mutant, mutants_of
from tests.mutation.proofs import LOOKED_AT, modules_in_parts, proofs_of
from tests.mutation.worker import applied, load_libraries, passes, time_of

ROOT = Path(__file__).parents[2]
_KNOWN = re.compile(r"^\| `(fota_sdk/\S+)` \| `(.+)` \| `(.*)` \| (.+) \|$", re.MULTILINE)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("paths", nargs="*", help="modules, or the beginnings of their paths; all by default")
    parser.add_argument("--sample", type=int, metavar="N", help="at most so many mutants of each module")
    parser.add_argument("--seed", type=int, default=1, help="another one is another sample")
    parser.add_argument("--quick", action="store_true", help="run only the tests that know a module best")
    parser.add_argument("--in-copy", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if not arguments.in_copy:
        return _again_in_a_copy()
    return _run(arguments.paths or modules_in_parts(), arguments.sample, arguments.seed, quick=arguments.quick)


def _again_in_a_copy() -> int:
    """Run all of this in a copy of the checkout, where no editor and no other test meets a mutant."""
    with tempfile.TemporaryDirectory(prefix="fota-mutants-") as folder:
        copy = Path(folder) / "checkout"
        leave = shutil.ignore_patterns(".*", "*.pyc", "site", "build", "dist")
        shutil.copytree(ROOT, copy, ignore=leave)
        environment = {**os.environ, "PYTHONPATH": str(copy)}
        command = [sys.executable, "-m", "tests.mutation", *sys.argv[1:], "--in-copy"]
        return subprocess.run(command, cwd=copy, env=environment, check=False).returncode


def _run(begins: list[str], sample: int | None, seed: int, *, quick: bool) -> int:
    known = {(path, code, mutant) for path, code, mutant, _ in _KNOWN.findall(Path("CONTRIBUTING.md").read_text())}
    paths = sorted({path.as_posix() for path in Path("fota_sdk").rglob("*.py")}.difference(LOOKED_AT))
    load_libraries()
    total: Counter[str] = Counter()
    for path in (path for path in paths if path.startswith(tuple(begins))):
        stages = proofs_of(path)[: 1 if quick else None]
        ends: Counter[str] = Counter()
        for mutant in mutants_of(ROOT, path, sample, seed):
            is_caught = any(_notices(stage, mutant) for stage in stages)
            is_known = (path, *(text.replace("|", r"\|") for text in (mutant.before, mutant.after))) in known
            ends["caught" if is_caught else "known" if is_known else "new"] += 1
            if not is_caught and not is_known:
                print(f"survives: {mutant}", flush=True)
        total += ends
        print(f"{path}: {_words(ends)}", flush=True)
    print(f"in all: {_words(total)}")
    return 1 if total["new"] else 0


def _notices(tests: list[str], mutant: Mutant) -> bool:
    """Return whether tests fail with a mutant, or take far longer with it."""
    limit = _limit(*tests)
    with applied(mutant):
        return not passes(tests, limit)


@cache
def _limit(*tests: str) -> float:
    """Return the time limit of tests, which is measured with nothing changed."""
    return 20 + 3 * time_of([*tests])


def _words(ends: Counter[str]) -> str:
    """Return how many mutants ended how."""
    return f"{ends.total()} mutants, {ends['caught']} caught, {ends['known']} known and {ends['new']} new survivors"


if __name__ == "__main__":
    sys.exit(main())
