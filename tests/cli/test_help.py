"""Help, start, completion, and the command without its extra."""

from __future__ import annotations

import os
import re
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from fota_sdk.cli.views import VIEWS
from tests.cli.command import COLUMNS, COMMAND, Environment, run, run_here

LEAVES = [
    *(
        (version, *command)
        for version in ("v2", "v3")
        for command in (("schedule",), ("show",), ("dates",), ("devices", "append"), ("devices", "remove"))
    ),
    *((version, "devices", "check") for version in ("v2", "v3")),
    *((version, command) for version in ("v2", "v3") for command in ("cancel", "wait", "list", "report", *VIEWS)),
    ("check",),
    ("demo",),
    ("sandbox", "advance"),
    ("sandbox", "now"),
    *(("rollout", command) for command in ("plan", "start", "step", "run", "status", "devices", "events", "report")),
    *(("rollout", command) for command in ("pause", "resume", "approve", "resolve", "stop")),
]
GROUPS = [(), ("v2",), ("v3",), ("v2", "devices"), ("v3", "devices"), ("rollout",)]
SCRIPT = Path(sys.executable).with_name("fota")


def machine() -> Environment:
    return dict(os.environ)


@pytest.mark.parametrize("command", LEAVES, ids=" ".join)
def test_each_command_has_an_example(command: tuple[str, ...]) -> None:
    done = run_here({}, *command, "--help")
    assert done.code == 0
    assert re.search(rf"^  Example:\n    fota {' '.join(command)}", done.out, re.MULTILINE)
    assert max(map(len, done.out.splitlines())) <= COLUMNS


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: " ".join(group) or "fota")
def test_each_group_tells_its_commands_in_full(group: tuple[str, ...]) -> None:
    done = run_here({}, *group, "--help")
    assert done.code == 0
    assert "..." not in done.out.partition("Commands:")[2]
    names = {leaf[len(group)] for leaf in LEAVES if leaf[: len(group)] == group}
    for name in names:
        assert re.search(rf"^  {name}  +[A-Z]", done.out, re.MULTILINE)


def test_the_help_tells_the_exit_codes() -> None:
    text = run_here({}, "--help").out
    assert [int(code) for code in re.findall(r"^    (\d+) +\S", text, re.MULTILINE)] == [
        *(0, 1, 2, 3, 4, 5, 6, 7, 8, 70, 130, 141),
    ]


def test_the_version() -> None:
    from fota_sdk import __version__

    assert run(machine(), "--version").out == f"fota {__version__}\n"


def test_the_sandbox_takes_its_own_options() -> None:
    done = run_here({}, "sandbox", "--help")
    assert done.code == 0
    assert "--port" in done.out
    assert run_here({}, "sandbox", "--port", "x").code == 2


def test_without_the_extra_it_says_what_to_install() -> None:
    for missing in ("click", "rich"):
        script = f"import sys; sys.modules[{missing!r}] = None; from fota_sdk.cli import main; sys.exit(main([]))"
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=30, check=False)
        assert done.returncode == 2
        assert done.stdout == ""
        assert done.stderr.endswith(f": pip install {missing}\n")


def test_the_help_loads_neither_rich_nor_requests_nor_the_client() -> None:
    script = (
        "import sys; from fota_sdk.cli import main; code = main(['--help'])\n"
        "heavy = ('rich', 'requests', 'fota_sdk.client', 'fota_sdk.core', 'fota_sdk.models', 'jsonpickle')\n"
        "print([name for name in heavy if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=30, check=True)
    assert done.stderr == "[]\n"


@pytest.mark.parametrize(
    ("command", "groups"),
    [
        (("v3", "show"), []),
        (("v3", "schedule"), ["campaigns_v3"]),
        (("v3", "list"), []),
        (("v3", "packages"), ["firmware_v3"]),
        (("v2", "history"), ["software_management_reports_v2"]),
        (("v3", "register-callback"), ["software_management_callbacks_v3"]),
        (("v2", "cancel"), []),
        (("v2", "schedule-file-upgrade"), ["campaigns_v2"]),
        (("rollout", "step"), []),
    ],
    ids=" ".join,
)
def test_a_command_on_campaigns_loads_no_other_group(command: tuple[str, ...], groups: list[str]) -> None:
    script = (
        f"import sys; from fota_sdk.cli import main; code = main({[*command, '--help']})\n"
        "ending = '_controller'\n"
        "groups = [name.rpartition('.')[2] for name in sys.modules if name.endswith(ending)]\n"
        "heavy = [name for name in ('rich', 'requests') if name in sys.modules]\n"
        "print([name.removesuffix(ending) for name in groups], heavy, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=30, check=True)
    assert done.stderr == f"{groups} []\n"


def cpu_of(*commands: list[str]) -> list[float]:
    """Return the least CPU time of some runs of each command, which take turns: a busy machine does the same to all."""
    times: list[list[float]] = [[] for _ in commands]
    for _ in range(12):
        for command, taken in zip(commands, times, strict=True):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run(command, stdout=subprocess.DEVNULL, check=True, timeout=30)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            taken.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return [min(each) for each in times]


@pytest.mark.benchmark
@pytest.mark.skipif(not SCRIPT.exists(), reason="the package is not installed with its script")
def test_the_help_starts_nearly_as_fast_as_click_alone() -> None:
    ours, click = cpu_of([str(SCRIPT), "--help"], [sys.executable, "-c", "import click"])
    assert ours <= 1.5 * click


def completed(*words: str) -> list[str]:
    environment = {
        **machine(),
        "_FOTA_COMPLETE": "bash_complete",
        "COMP_WORDS": " ".join(("fota", *words)),
        "COMP_CWORD": str(len(words)),
    }
    done = subprocess.run(COMMAND, env=environment, capture_output=True, text=True, timeout=30, check=False)
    return [line.partition(",")[2] for line in done.stdout.splitlines()]


def test_the_shell_completes_commands_options_and_known_values() -> None:
    assert completed("s") == ["sandbox"]
    assert completed("sandbox", "") == [
        *("advance", "now", "lose-next-answer", "cut-next-answer", "delay-next", "fail-next", "throttle-next"),
        "expire-tokens",
    ]
    assert completed("sandbox", "advance", "--d") == ["--days"]
    assert completed("v3", "devices", "") == ["append", "remove", "check"]
    assert "--devices" in completed("v3", "schedule", "--dev")
    assert completed("v3", "wait", "--until", "pre") == ["pre-scheduled"]
    assert completed("v2", "schedule", "--distribution-type", "h") == ["HTTP"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_is_given_its_completion(shell: str) -> None:
    if shell == "bash" and shutil.which("bash") is None:
        pytest.skip("there is no bash to ask for its version")
    environment = {**machine(), "_FOTA_COMPLETE": f"{shell}_source"}
    done = subprocess.run(COMMAND, env=environment, capture_output=True, text=True, timeout=30, check=True)
    assert f"_FOTA_COMPLETE={shell}_complete" in done.stdout


@pytest.mark.parametrize("version", ["v2", "v3"])
def test_help_on_new_dates_says_what_becomes_of_windows_and_that_the_rest_stays(version: str) -> None:
    text = " ".join(run_here({}, version, "dates", "--help").out.split())
    assert "what is not given stays as it is" in text
    assert "absent" not in text
    assert ("adds those that are given" in text) is (version == "v2")
    assert ("takes the place of all windows" in text) is (version == "v3")
