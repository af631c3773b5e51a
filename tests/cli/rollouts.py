"""Roll-outs from the command line on a sandbox of their own, which goes by its own clock."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from fota_sdk.rollout import Rollout
from fota_sdk.sandbox import Sandbox
from tests.cli.command import Done, Environment, run_here, run_on_terminal_here
from tests.cli.conftest import environment_of
from tests.conftest import ACCOUNT

_LONGEST = 40  # days
OTHER = "0000123456-00002"
PACKAGE = "SEQUANSCommunications_GM01Q_SR1.2.0.0-10512_SR1.2.0.0-10657"
PLAN = f"""\
name = "Spring"
devices = "fleet.csv"

[campaign]
firmware_name = "{PACKAGE}"
firmware_from = "SR1.2.0.0-10512"
firmware_to = "SR1.2.0.0-10657"

[watch]
calls_per_second = 100

"""
WAVES = """\
[[wave]]
name = "pilot"
devices = 5

[[wave]]
share = "50%"
approval = "manual"

[[wave]]
share = "100%"
"""


def imei(number: int) -> str:
    """Return an IMEI with its check digit."""
    body = f"9900139{number:07d}"
    doubled = [int(digit) * (1 if place % 2 == 0 else 2) for place, digit in enumerate(body)]
    return f"{body}{-sum(digit // 10 + digit % 10 for digit in doubled) % 10}"


@dataclass
class Field:
    """A folder with a plan and its devices, and a sandbox that has the devices.

    Attributes:
        folder: Where the files are.
        sandbox: The sandbox.
        environment: The variables that lead to it.
        devices: All devices; those of `ACCOUNT` and of `OTHER` take turns.
    """

    folder: Path
    sandbox: Sandbox
    environment: Environment
    devices: list[str] = field(default_factory=list)

    @property
    def plan(self) -> Path:
        return self.folder / "spring.toml"

    @property
    def journal(self) -> Path:
        return self.folder / "spring.rollout"

    def of(self, account: str) -> list[str]:
        """Return the devices of an account."""
        return self.devices[0 if account == ACCOUNT else 1 :: 2]

    def write(self, plan: str = PLAN + WAVES) -> Path:
        """Write the plan, and the file of all devices."""
        self.plan.write_text(plan)
        rows = [f"{imei},{(ACCOUNT, OTHER)[place % 2]}\n" for place, imei in enumerate(self.devices)]
        (self.folder / "fleet.csv").write_text("imei,account\n" + "".join(rows))
        return self.plan

    def run(self, command: str, *arguments: str) -> Done:
        """Run a command on roll-outs, with pipes."""
        return run_here(self.environment, "rollout", command, *arguments)

    def on(self, command: str, *arguments: str) -> Done:
        """Run a command on the journal."""
        return self.run(command, str(self.journal), *arguments)

    def on_terminal(self, command: str, *arguments: str, given: str = "") -> Done:
        """Run a command on the journal as if on a terminal."""
        return run_on_terminal_here(self.environment, "rollout", command, str(self.journal), *arguments, given=given)

    def start(self, plan: str = PLAN + WAVES) -> None:
        """Begin the roll-out."""
        done = self.run("start", str(self.write(plan)))
        assert done.code == 0, done.out + done.err

    def steps(self, days: float, every: float = 12) -> Done:
        """Step for some days of the sandbox's clock; return what the last step printed."""
        done = self.on("step")
        for _ in range(int(days * 24 / every)):
            self.sandbox.advance(hours=every)
            done = self.on("step")
        return done

    def until(self, holds: Callable[[Any], bool]) -> Done:
        """Step, day by day, until something holds for the status; return what the last step printed."""
        for _ in range(_LONGEST):
            done = self.on("step")
            if holds(self.status()):
                return done
            self.sandbox.advance(days=1)
        raise AssertionError(self.on("status").out)

    def status(self) -> Any:
        """Return how the roll-out stands, as JSON data."""
        return json.loads(self.on("status", "--json").out)

    def states(self) -> tuple[str, list[str]]:
        """Return the state of the roll-out and of its waves."""
        status = self.status()
        return status["state"], [wave["state"] for wave in status["waves"]]

    def scheduled(self) -> int:
        """Return how many campaigns the service was asked to schedule."""
        return sum(each.method == "POST" and "/campaigns/firmware/" in each.path for each in self.sandbox.requests)

    @contextmanager
    def opened(self) -> Iterator[Rollout]:
        """Open the journal as a script does."""
        with Rollout.open(self.journal) as rollout:
            yield rollout


@contextmanager
def field_of(folder: Path, devices: int = 40, **options: Any) -> Iterator[Field]:
    """Give a sandbox with devices of two accounts, and a folder with a plan for them.

    It is noon there, whatever the time of day: no device updates then, so that counts are the same in every run.
    """
    facts = options.pop("facts", {})
    with Sandbox(**{"today": date.today(), **options}) as sandbox:
        sandbox.advance(hours=12)
        found = Field(folder, sandbox, environment_of(sandbox), [imei(number) for number in range(devices)])
        for account in (ACCOUNT, OTHER):
            sandbox.add_devices(found.of(account), account=account, **facts)
        yield found
