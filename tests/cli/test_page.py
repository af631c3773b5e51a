"""What the page on the command shows runs, and does what it says."""

from __future__ import annotations

import csv
import json
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from fota_sdk import read_devices
from fota_sdk.cli.views import VIEWS
from fota_sdk.sandbox import Sandbox
from tests.cli.command import Environment, day, run_here, scheduled
from tests.cli.conftest import environment_of
from tests.cli.rollouts import PLAN, WAVES
from tests.conftest import ACCOUNT, IMEIS

pytestmark = pytest.mark.pages

ROOT = Path(__file__).parent.parent.parent
REQUEST = {"firmwareName": "F", "firmwareFrom": "1", "firmwareTo": "2", "protocol": "LWM2M"}


def page() -> str:
    return (ROOT / "doc" / "cli.md").read_text()


def block(part: str, language: str = "sh") -> str:
    """Return the block of the page that holds a text."""
    (found,) = [
        each for each in re.findall(rf"^```{language}\n(.*?)^```$", page(), re.MULTILINE | re.DOTALL) if part in each
    ]
    return str(found)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with the files that the page speaks of, and with the command."""
    (tmp_path / "imeis.csv").write_text(f"site,IMEI\na,{IMEIS[0]}\nb,{IMEIS[1]}\n")
    (tmp_path / "pilot.txt").write_text("\n".join(IMEIS[:2]))
    (tmp_path / "retired.txt").write_text(IMEIS[2])
    (tmp_path / "campaign.json").write_text(json.dumps(REQUEST))
    command = tmp_path / "bin" / "fota"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -W error -m fota_sdk.cli "$@"\n')
    command.chmod(0o755)
    return tmp_path


def shell(script: str, home: Path, environment: Environment) -> subprocess.CompletedProcess[str]:
    variables = {
        **environment,
        "PATH": f"{home / 'bin'}:{environment['PATH']}",
        "HOME": str(home),
        "START": day(3),
        "END": day(9),
        "LATER": day(12),
        "RUN": "1",
    }
    return subprocess.run(
        ["/bin/sh", "-euc", script],
        cwd=home,
        env=variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )


def test_the_commands_of_the_page_run(home: Path, sandbox: Sandbox, environment: Environment) -> None:
    campaign_id = scheduled(environment, "v3")
    setup = block("fota check --account").partition("\n")[2]
    script = setup + block("--window 18-22") + f"ID={campaign_id}\n" + block("fota v3 show")
    done = shell(script, home, environment)
    assert done.returncode == 0, done.stderr
    bodies = {request.path: request.body for request in sandbox.requests if request.method == "POST"}
    account = sandbox.account
    assert bodies[f"/fota/v3/campaigns/firmware/{account}"]["campaignTimeWindowList"] == [
        {"startTime": 18, "endTime": 22},
        {"startTime": 0, "endTime": 4},
    ]
    assert bodies[f"/fota/v2/campaigns/{account}"]["downloadTimeWindowList"] == [{"startTime": 2, "endTime": 5}]
    assert bodies[f"/fota/v2/campaigns/{account}"]["installTimeWindowList"] == [{"startTime": 3, "endTime": 5}]
    assert "success  yes" in done.stdout


def test_the_wait_of_the_page_runs(home: Path, sandbox: Sandbox, environment: Environment) -> None:
    campaign_id = scheduled(environment, "v3")
    sandbox.advance(minutes=2)
    done = shell(f"ID={campaign_id}\n" + block('--until pre-scheduled --timeout 2h "$ID"'), home, environment)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_commands_on_reports_and_other_operations_run(
    home: Path, sandbox: Sandbox, environment: Environment
) -> None:
    (home / "licenses.json").write_text(json.dumps({"deviceList": IMEIS[:2]}))
    (home / "hello-world.txt").write_text("hello")
    campaign_id = scheduled(environment, "v3", "--name", "Pilot", "--device", IMEIS[0])
    script = f"ID={campaign_id}\n" + block("devices check") + block("fota v3 report --devices")
    script += block("fota v3 packages") + block("fota v2 list-available-software")
    done = shell(script, home, environment)
    assert done.returncode == 0, done.stderr
    # No campaign has come as far as the third command on them looks for, and no device has failed.
    assert [line.split()[0] for line in done.stderr.splitlines()] == ["Not", "No", "this"]
    assert campaign_id in done.stdout
    for name in ("devices.json", "licensed.json"):
        assert isinstance(json.loads((home / name).read_text()), list)
    (device,) = csv.DictReader((home / "report.csv").read_text().splitlines())
    assert device["deviceId"] == IMEIS[0]
    assert sandbox.requests[-2].path.endswith(f"/files/{sandbox.account}")


def test_the_clock_of_the_page_goes_forward(home: Path) -> None:
    with Sandbox() as sandbox:
        before = sandbox.today
        done = shell(block("fota sandbox advance"), home, environment_of(sandbox))
        assert (done.returncode, done.stderr) == (0, "")
        assert sandbox.today > before


@pytest.fixture
def bare(home: Path, environment: Environment) -> Environment:
    """What cron gives a script, whose settings are in a file."""
    names = [name for name in environment if name.startswith("FOTA_")]
    (home / "fota-settings").write_text("".join(f"export {name}={environment[name]}\n" for name in names))
    return {name: value for name, value in environment.items() if name not in names}


def nightly(home: Path, bare: Environment, script: str | None = None) -> tuple[int, str]:
    done = shell(block("#!/bin/sh") if script is None else script, home, bare)
    return done.returncode, done.stdout


@pytest.fixture
def schedules(sandbox: Sandbox) -> Callable[[], int]:
    """Returns how many schedules the service has seen since the test began."""

    def count() -> int:
        return [request.method for request in sandbox.requests].count("POST") - before

    before = 0
    before = count()
    return count


def test_the_example_for_cron_schedules_each_list_once(
    home: Path, bare: Environment, schedules: Callable[[], int]
) -> None:
    assert [nightly(home, bare), nightly(home, bare)] == [(0, "")] * 2
    (sent,) = home.glob("sent-*")
    name = (sent / "name").read_text().strip()
    assert json.loads((sent / "campaign.json").read_text())["campaignName"] == name
    assert not (home / "imeis.csv").exists()
    (home / "imeis.csv").write_text(f"IMEI\n{IMEIS[2]}\n")
    assert nightly(home, bare) == (0, "")
    assert len(list(home.glob("sent-*"))) == 2
    assert schedules() == 2


def test_the_example_for_cron_sends_nothing_while_an_outcome_is_unknown(
    home: Path, sandbox: Sandbox, bare: Environment, schedules: Callable[[], int]
) -> None:
    sandbox.lose_next_answer("v3.schedule_campaign_firmware_upgrade")
    for _ in range(3):
        code, out = nightly(home, bare)
        assert (code, out.startswith("Perhaps scheduled: 'Nightly ")) == (4, True)
        (home / "imeis.csv").write_text(f"IMEI\n{IMEIS[0]}\n")
    assert schedules() == 1
    assert (home / "sending" / "name").read_text().strip() in out


def test_the_example_for_cron_started_many_times_at_once_schedules_once(
    home: Path, bare: Environment, schedules: Callable[[], int]
) -> None:
    script = f"for n in 1 2 3 4; do ( {block('#!/bin/sh')} ) & done; wait"
    shell(script, home, bare)
    assert (schedules(), len(list(home.glob("sent-*")))) == (1, 1)
    assert nightly(home, bare) == (0, "")


def test_the_commands_on_roll_outs_run(home: Path) -> None:
    (home / "spring.toml").write_text(PLAN + WAVES)
    (home / "fleet.csv").write_text("imei,account\n" + "".join(f"{imei},{ACCOUNT}\n" for imei in IMEIS))
    with Sandbox(devices=IMEIS) as fleet:
        done = shell(block("fota rollout plan"), home, environment_of(fleet))
        assert done.returncode == 0, done.stderr
        assert fleet.requests[-1].method != "DELETE"
    assert "Waves, at the earliest\n" in done.stdout
    assert "campaign 1 was scheduled: 3 devices" in done.stdout
    assert done.stdout.endswith("1 campaign with 3 devices: cancelled\n0 devices not scheduled yet: stay as they are\n")


@pytest.mark.parametrize("new_list", [False, True])
def test_the_example_for_cron_puts_a_refused_list_back(
    home: Path, sandbox: Sandbox, bare: Environment, new_list: bool
) -> None:
    given = (home / "imeis.csv").read_text()
    script = block("#!/bin/sh")
    if new_list:
        script = script.replace("code=0\n", "code=0\necho new > imeis.csv\n")
    sandbox.fail_next(400, operation="v3.schedule_campaign_firmware_upgrade")
    assert nightly(home, bare, script)[0] == 1
    (refused,) = home.glob("refused-*")
    assert (home / "imeis.csv").read_text() == ("new\n" if new_list else given)
    assert (refused / "imeis.csv").read_text() == given
    assert not (home / "sending").exists()
    if not new_list:
        assert nightly(home, bare) == (0, "")


def test_the_example_for_cron_killed_before_any_line_makes_no_second_campaign(
    home: Path, bare: Environment, schedules: Callable[[], int]
) -> None:
    script = block("#!/bin/sh")
    unsent = ["if [ ! -s", "run=", 'echo "Nightly', "mv imeis.csv", "sync", "code=0"]
    steps = ["mkdir sending", *unsent, "case $code", "0) mv sending"]
    ends = {}
    for step in steps:
        for left in (*home.glob("sent-*"), *home.glob("sending")):
            left.rename(home / f"old-{left.name}-{len(ends)}")
        (home / "imeis.csv").write_text(f"IMEI\n{IMEIS[0]}\n")
        before = schedules()
        line = step.replace("0) ", "0) kill -9 $$; ") if step.startswith("0)") else f"kill -9 $$\n{step}"
        assert script.count(f"\n{step}") + script.count(f"    {step}") == 1
        assert nightly(home, bare, script.replace(step, line, 1))[0] == -9
        codes = {nightly(home, bare)[0] for _ in range(2)}
        ends[step] = (schedules() - before, codes)
    assert ends == {
        "mkdir sending": (1, {0}),
        **dict.fromkeys(unsent, (0, {4})),
        "case $code": (1, {4}),
        "0) mv sending": (1, {4}),
    }


@pytest.mark.parametrize("code", [2, 3, 126, 127])
def test_the_example_for_cron_takes_these_exit_codes_for_a_no(home: Path, bare: Environment, code: int) -> None:
    (home / "bin" / "fota").write_text(f"#!/bin/sh\nexit {code}\n")
    assert nightly(home, bare)[0] == code
    assert (home / "imeis.csv").exists()
    assert not (home / "sending").exists()


@pytest.mark.parametrize("code", [4, 70, 130, 137, 141, 143])
def test_the_example_for_cron_takes_no_other_exit_code_for_a_no(home: Path, bare: Environment, code: int) -> None:
    (home / "bin" / "fota").write_text(f"#!/bin/sh\nexit {code}\n")
    assert [nightly(home, bare)[0], nightly(home, bare)[0]] == [4, 4]
    assert (home / "sending" / "imeis.csv").exists()


def test_the_example_for_ci_waits_and_fails_where_the_campaign_fails(home: Path) -> None:
    script = block("fota v3 wait --until pre-scheduled --until scheduled")
    with Sandbox() as fast:
        fast.advance(minutes=0)
        environment = environment_of(fast)
        hurried = script.replace("fota v3 wait", "fota v3 wait --interval 0.2")
        quick = hurried.replace("--timeout 2h", "--timeout 1s")
        assert shell(quick, home, environment).returncode == 5
    with Sandbox(speed=600) as fast:
        done = shell(hurried, home, environment_of(fast))
        assert done.returncode == 0, done.stderr
        assert done.stdout.endswith("Z CampaignPreScheduled\n")


def test_the_script_of_the_page_runs(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(home)
    (home / "imeis.csv").write_text(f"IMEI\n{IMEIS[0]}\n{IMEIS[0]}\n")
    exec(compile(block("read_devices", "python"), "doc/cli.md", "exec"), {})
    assert capsys.readouterr().out.splitlines() == ["{'duplicate': 1}", str(read_devices("imeis.csv").warnings[0])]


def test_the_page_tells_each_exit_code_and_each_command() -> None:
    told = [int(code) for code in re.findall(r"^\| (\d+) \|", page(), re.MULTILINE)]
    text = run_here({}, "--help").out
    assert told == [int(code) for code in re.findall(r"^    (\d+) +\S", text, re.MULTILINE)]
    for command in (
        "schedule",
        "show",
        "dates",
        "devices append",
        "devices remove",
        "devices check",
        "cancel",
        "wait",
        "list",
        "report",
        *VIEWS,
    ):
        assert re.search(rf"fota v3 {command}\b", page())
    for command in ("check", "demo", "sandbox"):
        assert f"fota {command}" in page()
