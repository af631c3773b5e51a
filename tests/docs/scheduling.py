"""Runs the script of doc/scheduling.md as it is printed, and lets a test interfere at any of its lines."""

from __future__ import annotations

import contextlib
import io
import json
import sys
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import FrameType
from typing import Any

from fota_sdk.sandbox import Sandbox
from tests.conftest import IMEIS
from tests.docs.pages import blocks_of

DONE, FAILED, NOT_CONFIGURED, LOOK = 0, 1, 2, 3
FILE = "spring_rollout.py"
RECORD = Path("spring_rollout.json")
NO_PROOF = "Nothing is sent again.\nNot finding the campaign is no proof that there is none."
# All that are known, and those of them that a report is known to take.
STATUSES = [
    *("CampaignRequestPending", "CampaignRequestQueued", "CampaignQueued", "CampaignPreScheduled", "CampaignScheduled"),
    *("CampaignEnded", "CampaignCancelled", "CampaignAborted", "CampaignFailed", "CampaignRequestFailed"),
]
IN_REPORTS = tuple(status for status in STATUSES if status not in ("CampaignQueued", "CampaignPreScheduled"))
(SCRIPT,) = [block.text for block in blocks_of("doc/scheduling.md") if block.file == FILE]

# What the page says under "For V2".
_V2_UPGRADE = """
def upgrade(name):
    from fota_sdk import CampaignSoftwareUpgrade

    start = date.today() + timedelta(days=1)
    return CampaignSoftwareUpgrade(
        campaign_name=name,
        software_name="FOTA_Verizon_Model-A_02To03_HF",
        software_from="FOTA_Verizon_Model-A_00To01_HF",
        software_to="FOTA_Verizon_Model-A_02To03_HF",
        distribution_type="HTTP",
        start_date=start,
        end_date=start + timedelta(days=14),
        device_list=read_devices(DEVICES).devices,
    )


"""
SCRIPTS = {
    "v3": SCRIPT,
    "v2": SCRIPT.replace('api="v3"', 'api="v2"')
    .replace("client.campaigns_v3", "client.campaigns_v2")
    .replace("if __name__ ==", f"{_V2_UPGRADE}if __name__ =="),
}


class Killed(BaseException):
    """What ends a run at a line. No `except` of the script takes it."""


@dataclass(frozen=True)
class Run:
    """How a run of the script ended; without a code where it was killed."""

    code: int | None
    out: str
    err: str


@dataclass(frozen=True)
class Step:
    """A line of one of the script's functions, as it comes for the first, second... time in a run."""

    line: int
    time: int

    def __str__(self) -> str:
        return f"{SCRIPT.splitlines()[self.line - 1].strip()} ({self.time})"


def run(version: str = "v3", before: Callable[[Step], None] | None = None) -> Run:
    """Run the script in this process; `before` is called before each step, and may raise `Killed`."""
    out, err = io.StringIO(), io.StringIO()
    code: Any = None
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), _watched(before):
        try:
            exec(compile(SCRIPTS[version], FILE, "exec"), {"__name__": "__main__"})
        except SystemExit as stop:
            code = stop.code
        except Killed:
            pass
    return Run(code, out.getvalue(), err.getvalue())


@contextlib.contextmanager
def _watched(before: Callable[[Step], None] | None) -> Iterator[None]:
    times: dict[int, int] = {}

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        if frame.f_code.co_filename != FILE:
            return None
        if event == "line" and frame.f_code.co_name != "<module>" and before is not None:
            times[frame.f_lineno] = times.get(frame.f_lineno, 0) + 1
            before(Step(frame.f_lineno, times[frame.f_lineno]))
        return trace

    former = sys.gettrace()
    with warnings.catch_warnings():
        if before is not None:
            warnings.simplefilter("ignore", ResourceWarning)  # what is killed closes nothing
            sys.settrace(trace)
        try:
            yield
        finally:
            sys.settrace(former)


def steps_of_run() -> list[Step]:
    """Run the script and return its steps, those of loops twice at most."""
    steps: list[Step] = []
    run(before=steps.append)
    return [step for step in steps if step.time <= 2]


def at(wanted: Step, act: Callable[[], Any]) -> Callable[[Step], None]:
    """Return what acts before one step."""
    return lambda step: act() if step == wanted else None


def kill() -> None:
    raise Killed


def other_campaign(start: date) -> dict[str, Any]:
    """Return a schedule of somebody else."""
    days = {"startDate": start.isoformat(), "endDate": "2999-01-01"}
    return {
        "firmwareName": "n",
        "firmwareFrom": "a",
        "firmwareTo": "b",
        "protocol": "LWM2M",
        "deviceList": IMEIS,
        **days,
    }


def record() -> Any:
    return json.loads(RECORD.read_text())


def schedules(sandbox: Sandbox) -> int:
    """Return how many schedules the service saw."""
    return [request.method for request in sandbox.requests].count("POST")
