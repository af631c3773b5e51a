"""The story that ``fota demo`` tells comes from its calls, and its commands are those that tell it."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from fota_sdk.cli.demo import SERVED, Demo
from fota_sdk.cli.invocation import typed
from fota_sdk.sandbox import Sandbox
from fota_sdk.sandbox.application import Application
from fota_sdk.sandbox.messages import Request, Response
from tests.cli.command import COLUMNS, COMMAND, Environment, on_terminal, run
from tests.cli.conftest import environment_of

PAUSES = 15.0  # seconds that a reader is given at least; much more than the calls take


def told(sandbox: Sandbox, capsys: pytest.CaptureFixture[str], program: str = "fota") -> str:
    Demo(sandbox, None, lambda seconds: None, program).tell()
    return capsys.readouterr().out


def commands_of(story: str, program: str) -> list[str]:
    """Return the commands of a story, whole lines as they are copied from it."""
    return re.findall(rf"^   (?:[A-Z]+=\$\()?{re.escape(program)} (?:.*\\\n)*.*$", story, re.MULTILINE)


def in_shell(command: str, environment: Environment) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", "-c", command],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
    )


def test_the_whole_story_in_a_pipe_and_on_a_terminal() -> None:
    with Sandbox() as unused:
        environment = {**environment_of(unused), "FOTA_BASE_URL": "", "FOTA_API_TOKEN": "", "FOTA_SESSION_TOKEN": ""}
        piped = run(environment, "demo")
        shown = on_terminal(environment, "demo", "--fast")
        assert unused.requests == []
    assert (piped.code, piped.err, shown.code) == (0, "", 0)
    for text in (piped.out, shown.text):
        assert text.lstrip().startswith("This is a stand-in on this machine: ")
        for part in (
            "CampaignRequestPending",
            "CampaignRequestQueued",
            "CampaignPreScheduled",
            "AddDeviceSucceed",
            "CampaignEnded",
            "UpgradeSuccess",
            "UpgradeFailed",
            "CampaignCancelled",
            "400 INVALID_PARAMETER",
            "exit code 1",
        ):
            assert part in text


def test_it_fits_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with Sandbox() as sandbox:
        assert max(map(len, told(sandbox, capsys, ".venv/bin/fota").splitlines())) <= COLUMNS


def test_it_pauses_to_be_read_and_no_longer(capsys: pytest.CaptureFixture[str]) -> None:
    pauses: list[float] = []
    with Sandbox() as sandbox:
        Demo(sandbox, None, pauses.append, "fota").tell()
    lines = [line for line in capsys.readouterr().out.splitlines() if line]
    assert 20 < len(pauses) <= len(lines)
    assert 0.3 < min(pauses) < max(pauses) < 2
    assert PAUSES < sum(pauses) < 45


def test_it_does_not_pause_in_a_pipe_nor_when_told_so() -> None:
    with Sandbox() as unused:
        environment = environment_of(unused)
    begin = time.monotonic()
    assert run(environment, "demo").code == 0
    between = time.monotonic()
    assert on_terminal(environment, "demo", "--fast").code == 0
    assert max(between - begin, time.monotonic() - between) < PAUSES


def test_its_commands_run_as_they_are_against_a_sandbox_that_serves(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    program = " ".join(map(shlex.quote, COMMAND))
    with Sandbox() as sandbox:
        *commands, last = commands_of(told(sandbox, capsys, program), program)
    assert len(commands) >= 8
    assert last.strip() == f"{program} {SERVED}"
    served = subprocess.Popen(
        shlex.split(last), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=tmp_path
    )
    try:
        assert served.stdout is not None
        exports = "".join(served.stdout.readline() for _ in range(4))
        assert exports.count("export FOTA_") == 4
    finally:
        served.kill()
        served.wait()
        served.stdout and served.stdout.close()

    with Sandbox() as sandbox:
        sandbox.outcomes(**Demo.OUTCOMES)
        environment, ids, codes = environment_of(sandbox), [], []
        for command in commands:
            if " wait " in command:
                sandbox.advance(minutes=2) if "--until" in command else sandbox.advance(days=12)
            name = command.strip().partition("=$(")[0] if "=$(" in command else None
            done = in_shell(f"{command}\n" + (f'echo "${name}"' if name else ""), environment)
            codes.append(done.returncode)
            if name is not None:
                environment[name] = done.stdout.strip()
                ids.append(done.stdout.strip())
        assert [bool(re.fullmatch("[0-9a-f-]{36}", each)) for each in ids] == [True, True]
        assert codes == [0] * (len(codes) - 1) + [1]
        with sandbox.client() as client:
            statuses = [client.campaigns_v3.get_campaign_information(sandbox.account, each).status for each in ids]
        assert statuses == ["CampaignEnded", "CampaignCancelled"]


@pytest.mark.parametrize(
    ("argument", "original", "expected"),
    [
        (".venv/bin/fota", [], ".venv/bin/fota"),
        ("/some where/fota", [], "'/some where/fota'"),
        ("/x/fota_sdk/cli/__main__.py", [".venv/bin/python", "-m", "fota_sdk.cli"], ".venv/bin/python -m fota_sdk.cli"),
        ("/x/bin/pytest", [], "fota"),
    ],
)
def test_commands_are_shown_as_the_caller_has_typed_this_one(
    monkeypatch: pytest.MonkeyPatch, argument: str, original: list[str], expected: str
) -> None:
    monkeypatch.setattr(sys, "argv", [argument])
    monkeypatch.setattr(sys, "orig_argv", original)
    monkeypatch.setenv("PATH", "")
    assert typed() == expected


def test_a_command_that_is_on_the_path_needs_no_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "fota").write_text("#!/bin/sh\n")
    (tmp_path / "fota").chmod(0o755)
    monkeypatch.setattr(sys, "argv", [str(tmp_path / "fota")])
    monkeypatch.setenv("PATH", str(tmp_path))
    assert typed() == "fota"
    monkeypatch.setenv("PATH", os.defpath)
    assert typed() == shlex.quote(str(tmp_path / "fota"))


CHANGES = [
    (b'"model": "GM01Q"', b'"model": "Changed-1"'),
    (b"Device added Successfully", b"Changed-2"),
    (b"can not be cancelled", b"Changed-4"),
    (b"INVALID_PARAMETER", b"CHANGED-5"),
    (b'"success": true', b'"success": false'),
    (b'"UpgradeFailed"', b'"Changed-6"'),
    (b'"CampaignEnded"', b'"CampaignAborted"'),
]


@pytest.mark.parametrize(("before", "after"), CHANGES, ids=lambda part: part.decode()[:25])
def test_a_response_that_changes_changes_the_story(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], before: bytes, after: bytes
) -> None:
    respond = Application.respond

    def changed(self: Application, request: Request) -> Any:
        given: Response = respond(self, request)
        assert given.content is not None
        return type(given)(given.status, given.content.replace(before, after))

    with Sandbox() as sandbox:
        plain = told(sandbox, capsys)
    monkeypatch.setattr(Application, "respond", changed)
    with Sandbox() as sandbox:
        story = told(sandbox, capsys)
    word = {b'"success": false': "success  no"}.get(after, after.decode().rpartition('": "')[2].strip('"'))
    assert word in story
    assert word not in plain
