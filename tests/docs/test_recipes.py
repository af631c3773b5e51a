"""What the page on recipes shows is read by what it is for, or a stand-in of it, and carries a roll-out on."""

from __future__ import annotations

import configparser
import re
import runpy
import shlex
import shutil
import subprocess
import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from fota_sdk.rollout.lock import StepLock
from tests.cli.rollouts import Field, field_of
from tests.docs.pages import ROOT, blocks_of, text_of

pytestmark = pytest.mark.pages

PAGE = "doc/rollout-recipes.md"
JOURNAL = "/var/lib/fota/spring.rollout"
COMMAND = "/opt/fota/bin/fota"
BUSY = 8
NEEDS_PERSON = 7


def block(part: str, language: str = "python") -> str:
    """Return the block of the page that holds a text."""
    (found,) = [each.text for each in blocks_of(PAGE) if each.language == language and part in each.text]
    return found


class Machine:
    """A machine with a roll-out that has begun, and with the paths of the page in a folder of its own.

    Args:
        field: The roll-out, and the sandbox that it is on.

    Attributes:
        paths: What stands in the place of what the page says.
    """

    def __init__(self, field: Field) -> None:
        self.field = field
        self.folder = field.folder
        self.command = field.folder / "bin" / "fota"
        self.command.parent.mkdir()
        self.command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -W error -m fota_sdk.cli "$@"\n')
        self.command.chmod(0o755)
        self.paths = {"/var/lib/fota": str(self.folder), COMMAND: str(self.command)}
        lines = [f"{name}={shlex.quote(value)}\n" for name, value in field.environment.items() if "FOTA" in name]
        (field.folder / "fota-settings").write_text("".join(f"export {line}" for line in lines))

    def here(self, text: str) -> str:
        """Return a text of the page with the paths of this machine."""
        for there, here in self.paths.items():
            text = text.replace(there, here)
        return text

    def shell(self, command: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the page as a scheduler does: from another folder, with hardly any variables."""
        environment = {"HOME": str(self.folder), "PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}
        return subprocess.run(
            ["sh", "-c", self.here(command)], env=environment, cwd="/", capture_output=True, text=True, timeout=50
        )

    def load(self, text: str) -> dict[str, Any]:
        """Save a block under the name that the page gives it, and run it as a program; return its names."""
        (file,) = [each.file for each in blocks_of(PAGE) if each.text == text]
        assert file is not None
        path = self.folder / file
        path.write_text(self.here(text))
        return runpy.run_path(str(path), run_name="__main__")

    @property
    def scheduled(self) -> int:
        """How many campaigns were scheduled."""
        return self.field.scheduled()

    def until_a_person_is_needed(self) -> None:
        self.field.until(lambda status: bool(status["needs_person"]))


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    with field_of(tmp_path) as field:
        field.start()
        for name, value in field.environment.items():
            if "FOTA" in name:
                monkeypatch.setenv(name, value)
        monkeypatch.syspath_prepend(str(tmp_path))
        machine = Machine(field)
        (tmp_path / "rollout_step.py").write_text(machine.here(block("def step() -> str")))
        yield machine
        sys.modules.pop("rollout_step", None)


def test_the_table_and_the_sections_tell_of_the_same_engines() -> None:
    table = re.findall(r"^\| \[\w+\]\(#([\w-]+)\) \|", text_of(PAGE), re.MULTILINE)
    headings = [each.lower().replace(" ", "-") for each in re.findall(r"^## (.+)$", text_of(PAGE), re.MULTILINE)]
    assert table == [each for each in headings if each != "a-step-in-python"]
    assert len(table) == 8


def test_the_saved_step_carries_on_and_says_when_a_person_is_needed(machine: Machine) -> None:
    step: Callable[[], str] = machine.load(block("def step() -> str"))["step"]
    with StepLock(str(machine.field.journal)).held():
        assert step() == "another step is running"
    assert step() == "running"
    assert machine.scheduled == 2
    machine.until_a_person_is_needed()
    with pytest.raises(RuntimeError, match=f"a person is needed: fota rollout status {machine.folder}"):
        step()


# cron


def crontab() -> tuple[dict[str, str], str, str]:
    """Return the variables of the crontab, the times of its line, and the command."""
    *lines, last = block("MAILTO", "text").splitlines()
    *times, command = last.split(maxsplit=5)
    return dict(line.split("=") for line in lines), " ".join(times), command


def test_the_line_for_cron_is_one_that_cron_takes() -> None:
    croniter = pytest.importorskip("croniter")
    variables, times, command = crontab()
    assert list(variables) == ["MAILTO"]
    assert croniter.croniter.is_valid(times)
    assert "%" not in command  # which would begin a line of input


def test_cron_has_nothing_to_mail_until_a_person_is_needed(machine: Machine) -> None:
    _, _, command = crontab()
    done = machine.shell(command)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert machine.scheduled == 2
    machine.until_a_person_is_needed()
    done = machine.shell(command)
    assert done.returncode == NEEDS_PERSON
    assert "fota rollout approve" in done.stdout


# systemd


def unit_of(name: str) -> configparser.ConfigParser:
    (text,) = [each.text for each in blocks_of(PAGE) if each.file == name]
    unit = configparser.ConfigParser(interpolation=None)
    unit.optionxform = str
    unit.read_string(text)
    return unit


def test_the_service_of_systemd_steps_and_takes_a_busy_journal_for_success(machine: Machine) -> None:
    service = unit_of("spring.service")["Service"]
    assert service["Type"] == "oneshot"
    assert service["SuccessExitStatus"] == str(BUSY)
    assert "Restart" not in service
    _, _, after = service["ExecStart"].partition("--deadline ")
    assert minutes(after.split()[0]) < minutes(service["TimeoutStartSec"])
    settings = f"set -a; . {machine.folder}/fota-settings; {service['ExecStart']}"
    with StepLock(str(machine.field.journal)).held():
        assert machine.shell(settings).returncode == BUSY
    assert machine.shell(settings).returncode == 0
    assert machine.scheduled == 2


def minutes(text: str) -> int:
    found = re.fullmatch(r"(\d+)m(?:in)?", text)
    assert found is not None
    return int(found[1])


def test_the_timer_of_systemd_makes_up_for_a_time_that_was_missed() -> None:
    timer = unit_of("spring.timer")
    assert timer["Timer"] == {"OnCalendar": "*:0/30", "Persistent": "true"}
    assert timer["Install"]["WantedBy"] == "timers.target"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd here")
def test_systemd_finds_nothing_wrong_with_the_units(machine: Machine) -> None:
    paths = []
    for name in ("spring.service", "spring.timer"):
        (text,) = [each.text for each in blocks_of(PAGE) if each.file == name]
        paths.append(machine.folder / name)
        paths[-1].write_text(machine.here(text))
    done = subprocess.run(["systemd-analyze", "verify", *map(str, paths)], capture_output=True, text=True, timeout=50)
    assert (done.returncode, done.stderr) == (0, "")


# Kubernetes


@pytest.fixture
def kubernetes() -> dict[str, Any]:
    """The objects of the page, by kind."""
    return {each["kind"]: each for each in yaml.safe_load_all(block("kind: CronJob", "yaml"))}


def test_the_cron_job_runs_one_step_at_a_time_and_leaves_the_rest_to_the_next_one(kubernetes: dict[str, Any]) -> None:
    job = kubernetes["CronJob"]
    assert job["apiVersion"] == "batch/v1"
    assert job["spec"]["concurrencyPolicy"] == "Forbid"
    assert job["spec"]["startingDeadlineSeconds"] >= 10  # the controller looks each 10 seconds
    spec = job["spec"]["jobTemplate"]["spec"]
    assert (spec["backoffLimit"], spec["template"]["spec"]["restartPolicy"]) == (0, "Never")
    (container,) = spec["template"]["spec"]["containers"]
    deadline = minutes(container["command"][container["command"].index("--deadline") + 1])
    assert 60 * deadline < spec["activeDeadlineSeconds"] < 60 * 30


def test_the_cron_job_finds_the_journal_where_it_belongs(kubernetes: dict[str, Any]) -> None:
    claim, pod = kubernetes["PersistentVolumeClaim"], kubernetes["CronJob"]["spec"]["jobTemplate"]["spec"]["template"]
    assert claim["spec"]["accessModes"] == ["ReadWriteOnce"]
    assert re.fullmatch(r"[a-z]+", pod["spec"]["hostname"])
    (volume,), (container,) = pod["spec"]["volumes"], pod["spec"]["containers"]
    (mount,) = container["volumeMounts"]
    assert volume["persistentVolumeClaim"]["claimName"] == claim["metadata"]["name"]
    assert mount["name"] == volume["name"]
    assert container["command"][-1] == JOURNAL
    assert JOURNAL.startswith(f"{mount['mountPath']}/")
    assert pod["spec"]["securityContext"].keys() == {"runAsUser", "runAsGroup", "fsGroup"}


def test_the_command_of_the_cron_job_steps(kubernetes: dict[str, Any], machine: Machine) -> None:
    (container,) = kubernetes["CronJob"]["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    path = f"PATH={machine.command.parent}:$PATH"
    assert machine.shell(f"set -a; . $HOME/fota-settings; {path} {shlex.join(container['command'])}").returncode == 0
    assert machine.scheduled == 2


# Engines whose decorators are replaced


class Recorded(types.SimpleNamespace):
    """What a stand-in was made with."""

    def __init__(self, *names: str, **options: Any) -> None:
        super().__init__(names=names, **options)

    def __enter__(self) -> Recorded:
        return self

    def __exit__(self, *error: object) -> None:
        """Nothing is to be closed."""


def stand_in(monkeypatch: pytest.MonkeyPatch, name: str, **members: Any) -> None:
    """Put a module in the place of one that is not installed for the tests."""
    parts = name.split(".")
    for length in range(1, len(parts) + 1):
        path = ".".join(parts[:length])
        module = sys.modules[path] if path in sys.modules else types.ModuleType(path)
        monkeypatch.setitem(sys.modules, path, module)
    for member, value in members.items():
        setattr(sys.modules[name], member, value)


def test_the_dag_of_airflow_steps_one_run_at_a_time(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Recorded] = []

    def recorded(*names: str, **options: Any) -> Recorded:
        made.append(Recorded(*names, **options))
        return made[-1]

    stand_in(monkeypatch, "airflow.sdk", DAG=recorded)
    stand_in(monkeypatch, "airflow.providers.standard.operators.bash", BashOperator=recorded)
    machine.load(block("from airflow.sdk import DAG"))
    dag, task = made
    assert (dag.max_active_runs, dag.catchup) == (1, False)
    assert (task.skip_on_exit_code, task.retries) == (BUSY, 0)
    assert task.execution_timeout.total_seconds() > 20 * 60
    with StepLock(str(machine.field.journal)).held():
        assert machine.shell(task.bash_command).returncode == BUSY
    assert machine.shell(task.bash_command).returncode == 0
    assert machine.scheduled == 2


def test_the_flow_of_prefect_steps(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[dict[str, Any]] = []

    def flow(**options: Any) -> Callable[[Any], Any]:
        def decorated(body: Any) -> Any:
            body.serve = lambda **given: served.append({**options, **given, "body": body})
            return body

        return decorated

    stand_in(monkeypatch, "prefect", flow=flow)
    machine.load(block("from prefect import flow"))
    (deployment,) = served
    assert (deployment["cron"], deployment["limit"], deployment["retries"]) == ("*/30 * * * *", 1, 0)
    assert deployment["body"]() == "running"
    assert machine.scheduled == 2


def test_the_task_of_celery_steps_and_is_the_one_that_beat_sends(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks: dict[str, Any] = {}

    class Celery:
        def __init__(self, name: str, broker: str) -> None:
            self.conf = types.SimpleNamespace()

        def task(self, name: str, time_limit: int) -> Callable[[Any], Any]:
            return lambda body: tasks.setdefault(name, (body, time_limit))[0]

    stand_in(monkeypatch, "celery", Celery=Celery)
    app = machine.load(block("from celery import Celery"))["app"]
    (entry,) = app.conf.beat_schedule.values()
    body, time_limit = tasks[entry["task"]]
    assert entry["options"]["expires"] < entry["schedule"] == 1800
    assert 1200 < time_limit < 1800
    with StepLock(str(machine.field.journal)).held():
        assert body() == "another step is running"  # as where a message is delivered again
    assert body() == "running"
    assert machine.scheduled == 2


# Engines that run


def test_dask_carries_out_the_reads_of_a_step(machine: Machine, tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DASK_CONFIG", str(tmp_path_factory.mktemp("dask")))
        distributed = pytest.importorskip("distributed")
    (address,) = re.findall(r"tcp://[\d.:]+", block("cluster.get_executor"))
    with distributed.LocalCluster(
        n_workers=1,
        threads_per_worker=2,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        local_directory=str(machine.folder),
    ) as cluster:
        machine.paths[address] = cluster.scheduler_address
        names = machine.load(block("cluster.get_executor"))
    assert [action.split(":")[0] for action in names["report"].actions] == [
        "wave 1 is running",
        "campaign 1 was scheduled",
        "campaign 2 was scheduled",
    ]
    assert machine.scheduled == 2


KILLED = 9
DBOS_PROGRAM = f"""
import os, runpy, sys, time
from datetime import datetime
import requests

send = requests.Session.send

def sent(session, request, **options):
    response = send(session, request, **options)
    if request.method == "POST" and "kill" in sys.argv:
        os._exit({KILLED})  # the campaign is there, and neither the journal nor DBOS knows
    return response

requests.Session.send = sent
names = runpy.run_path("spring_dbos.py", run_name="spring_dbos")
DBOS, spring = names["DBOS"], names["spring"]
DBOS.launch()
DBOS.apply_schedules([{{"schedule_name": "spring", "workflow_fn": spring, "schedule": "0 0 1 1 *"}}])
if "kill" in sys.argv:
    spring(datetime(2026, 1, 1), None)
until = time.monotonic() + 30
while [each.status for each in DBOS.list_workflows()] != ["SUCCESS"] and time.monotonic() < until:
    time.sleep(0.05)
print([each.status for each in DBOS.list_workflows()])
DBOS.destroy()
"""


def test_dbos_runs_a_step_again_that_was_killed_and_nothing_is_scheduled_twice(machine: Machine) -> None:
    pytest.importorskip("dbos")
    (machine.folder / "spring_dbos.py").write_text(machine.here(block("from dbos import DBOS")))
    (machine.folder / "program.py").write_text(DBOS_PROGRAM)

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {**machine.field.environment, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "program.py", *arguments]
        return subprocess.run(command, env=environment, cwd=machine.folder, capture_output=True, text=True, timeout=50)

    assert run("kill").returncode == KILLED
    assert machine.scheduled == 1
    done = run()
    assert (done.returncode, done.stdout) == (0, "['SUCCESS']\n"), done.stderr
    assert machine.scheduled == 2
    with machine.field.opened() as rollout:
        assert rollout.status().campaigns == {"scheduled": 2}
