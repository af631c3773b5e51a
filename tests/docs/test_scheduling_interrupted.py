"""The script for cron makes one campaign of one intent where it is killed, and where it is started twice."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fota_sdk.sandbox import Sandbox
from tests.conftest import IMEIS
from tests.docs.pages import ROOT
from tests.docs.scheduling import DONE, LOOK, NO_PROOF, SCRIPT, at, kill, record, run, schedules, steps_of_run

pytestmark = pytest.mark.pages

SCHEDULE = "v3.schedule_campaign_firmware_upgrade"


@contextmanager
def new_folder(parent: Path, number: int) -> Iterator[None]:
    before, here = Path.cwd(), parent / str(number)
    here.mkdir()
    (here / "devices.txt").write_text("\n".join(IMEIS))
    os.chdir(here)
    try:
        yield
    finally:
        os.chdir(before)


def after_a_kill(sandbox: Sandbox, sent_before: int) -> tuple[int, int]:
    """Run twice more; return how many campaigns there are, and the last exit code."""
    run()
    last = run()
    campaigns = schedules(sandbox) - sent_before
    if last.code == LOOK:
        assert last.err.endswith(f"{NO_PROOF}\n")
        assert record()["campaign"] is None
    return campaigns, int(last.code or 0)


@pytest.mark.parametrize("lost", [False, True], ids=["while it schedules", "while it looks"])
def test_a_run_that_is_killed_before_any_of_its_lines_costs_no_second_campaign(
    folder: Path, fota_sandbox: Sandbox, lost: bool
) -> None:
    def prepare() -> None:
        if lost:
            fota_sandbox.lose_next_answer(SCHEDULE)
            run()

    with new_folder(folder, 0):
        prepare()
        steps = steps_of_run()
    ends: dict[tuple[int, int], list[str]] = {}
    for number, step in enumerate(steps, 1):
        with new_folder(folder, number):
            before = schedules(fota_sandbox)
            prepare()
            assert run(before=at(step, kill)).code is None
            ends.setdefault(after_a_kill(fota_sandbox, before), []).append(str(step))
    # Killed between record and request: nothing was sent, which nobody can know.
    expected = {(1, DONE)} if lost else {(1, DONE), (0, LOOK)}
    assert set(ends) == expected, ends
    assert len(ends[1, DONE]) > 25


@pytest.mark.parametrize(
    ("line", "time", "campaigns", "code"),
    [
        ("put(draft, RECORD)", 1, 1, DONE),  # not sent, no record
        ('if os.name == "posix":', 1, 0, LOOK),  # not sent, a record
        ("campaign = client.campaigns_v3.schedule_campaign_firmware_upgrade(", 1, 0, LOOK),
        ('print(f"{NAME}: accepted as', 1, 1, DONE),  # sent
        ("put(draft, RECORD)", 2, 1, DONE),
        ('if os.name == "posix":', 2, 1, DONE),
    ],
)
def test_a_process_that_vanishes_costs_no_second_campaign(
    folder: Path, fota_sandbox: Sandbox, line: str, time: int, campaigns: int, code: int
) -> None:
    numbers = [number for number, text in enumerate(SCRIPT.splitlines(), 1) if text.strip().startswith(line)]
    program = f"""if True:
        import os
        from tests.docs.scheduling import Step, at, run
        run(before=at(Step({numbers[0]}, {time}), lambda: os._exit(9)))
    """
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    assert subprocess.run([sys.executable, "-c", program], env=environment, timeout=50, check=False).returncode == 9
    assert after_a_kill(fota_sandbox, 0) == (campaigns, code)


def test_a_second_run_before_any_line_of_the_first_makes_no_second_campaign(
    folder: Path, fota_sandbox: Sandbox
) -> None:
    with new_folder(folder, 0):
        steps = steps_of_run()
    seen = set()
    for number, step in enumerate(steps, 1):
        with new_folder(folder, number):
            before, second = schedules(fota_sandbox), []
            first = run(before=at(step, lambda second=second: second.append(run())))
            seen.add((first.code, second[0].code))
            if "another run has just begun" in first.err:
                assert second[0].out.startswith("Spring rollout: accepted")
            assert run().code == DONE, str(step)
            assert schedules(fota_sandbox) == before + 1, str(step)
    # The second one may come while the first one is in doubt.
    assert seen == {(DONE, DONE), (DONE, LOOK)}


def test_many_processes_at_once_make_one_campaign(folder: Path, fota_sandbox: Sandbox) -> None:
    Path("script.py").write_text(SCRIPT)
    command = [sys.executable, "script.py"]
    runs = [subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in range(4)]
    codes = {each.wait(timeout=50) for each in runs}
    assert DONE in codes
    assert codes <= {DONE, LOOK}
    assert run().code == DONE
    assert schedules(fota_sandbox) == 1
