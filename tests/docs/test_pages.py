"""What README and the guides show runs, and does what they say."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import certifi
import pytest

from fota_sdk.sandbox import Sandbox
from tests.conftest import IMEIS
from tests.docs.pages import ROOT, Block, blocks, blocks_of, page_names, text_of
from tests.docs.runner import run_page
from tests.unit.operations import facts_of

pytestmark = pytest.mark.pages

ALL_BLOCKS = [block for page in page_names() for block in blocks_of(page)]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A sandbox of a page's own, as some put its clock forward; with a campaign of each version, which some read."""
    with Sandbox() as sandbox, sandbox.client() as client:
        for version, group in (("v2", client.campaigns_v2), ("v3", client.campaigns_v3)):
            body = dict(facts_of(f"{version}.schedule_campaign_firmware_upgrade").body or {})
            days = {key: sandbox.today + timedelta(days=7) for key in body if key.endswith("Date")}
            group.schedule_campaign_firmware_upgrade(sandbox.account, {**body, **days, "deviceList": IMEIS})
        yield sandbox


# all pages


# Pages whose blocks want campaigns and files of their own, and the tests that run each of them with these.
RUN_ELSEWHERE = {
    "doc/cli.md": "tests/cli/test_page.py",
    "doc/rollout-recipes.md": "tests/docs/test_recipes.py",
}
RUNNABLE = [block for block in ALL_BLOCKS if block.language in ("python", "sh") and block.excuse is None]


# Dozens of commands, each a process of its own.
LONG = {"doc/rollout.md": pytest.mark.timeout(240)}


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(page, marks=LONG.get(page, ()))
        for page in sorted({block.page for block in RUNNABLE} - RUN_ELSEWHERE.keys())
    ],
)
def test_every_block_of_a_page_runs(page: str, tmp_path: Path, sandbox: Sandbox) -> None:
    run_page(page, tmp_path, sandbox)


@pytest.mark.parametrize(("page", "tests"), RUN_ELSEWHERE.items())
def test_every_block_of_another_page_is_run_by_its_own_tests(page: str, tests: str) -> None:
    # They take a block by a text that it holds.
    taken = [found[1] for found in re.findall(r"""\bblock\((["'])(.+?)\1""", (ROOT / tests).read_text())]
    left = [str(block) for block in RUNNABLE if block.page == page and not any(text in block.text for text in taken)]
    assert (len(taken) > 3, left) == (True, [])


def test_at_most_four_blocks_are_excused() -> None:
    excused = [str(block) for block in ALL_BLOCKS if block.excuse is not None]
    assert 1 <= len(excused) <= 4, excused


def test_no_block_hides_behind_another_language() -> None:
    assert {block.language for block in ALL_BLOCKS} <= {"python", "sh", "json", "text", "toml", "ini", "yaml"}


@pytest.mark.parametrize("block", [block for block in ALL_BLOCKS if block.language == "json"], ids=str)
def test_every_json_block_is_json(block: Block) -> None:
    assert json.loads(block.text)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("python", "1 / 0"),
        ("python", "raise SystemExit(1)"),
        ("python", "\ndef test_it():\n    assert False"),
        ("sh", "false\ntrue"),
    ],
)
def test_a_block_that_fails_is_found(
    language: str, text: str, tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.docs.runner.blocks_of", lambda page: [Block(page, 1, language, text, None, None)])
    with pytest.raises((ZeroDivisionError, AssertionError)):
        run_page("page", tmp_path, sandbox)


def run_blocks(
    monkeypatch: pytest.MonkeyPatch, folder: Path, sandbox: Sandbox, *blocks: tuple[str, str, str | None]
) -> None:
    made = [Block("page", line, language, text, None, remark) for line, (language, text, remark) in enumerate(blocks)]
    monkeypatch.setattr("tests.docs.runner.blocks_of", lambda page: made)
    run_page("page", folder, sandbox)


def test_a_page_is_read_with_terminals_that_stay_open(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, sandbox: Sandbox
) -> None:
    run_blocks(
        monkeypatch,
        tmp_path,
        sandbox,
        ("sh", "echo ready; sleep 60; touch late", "in a terminal of its own"),
        ("sh", "export WORD=there; (sleep 0.2; touch left) &", None),
        ("sh", 'echo "$WORD 10:00, in 3 h"; echo more; echo end; false', "exit code 1"),
        ("text", "there 10:01, in 2 h 59 min\n...\nend\n", "printed"),
        ("sh", "until [ -e left ]; do sleep 0.05; done", None),
    )
    assert not (tmp_path / "late").exists()


@pytest.mark.parametrize(
    ("block", "printed"),
    [(("sh", "true", "exit code 7"), None), (("sh", "echo one; echo two", None), "one\n"), (("sh", "true", None), "x")],
)
def test_what_a_page_says_wrongly_is_found(
    block: tuple[str, str, str | None],
    printed: str | None,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    sandbox: Sandbox,
) -> None:
    said = [] if printed is None else [("text", printed, "printed")]
    with pytest.raises(AssertionError):
        run_blocks(monkeypatch, tmp_path, sandbox, block, *said)


# README


def test_the_first_block_tells_the_whole_story() -> None:
    (line,) = blocks("README.md", "sh")[0].splitlines()
    *_, install, command = line.split(" && ")
    assert install.endswith("'.[cli]'")
    assert command == ".venv/bin/fota demo"
    nowhere = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), "http://127.0.0.1:9")
    environment = {**os.environ, **nowhere, "REQUESTS_CA_BUNDLE": certifi.where()}
    demo = [sys.executable, "-m", "fota_sdk.cli", *command.split()[1:]]
    done = subprocess.run(demo, env=environment, capture_output=True, text=True, timeout=60, check=True)
    assert "CampaignRequestPending" in done.stdout
    assert "CampaignCancelled" in done.stdout
    assert "INVALID_PARAMETER" in done.stdout
    assert done.stderr == ""
    told = done.stdout.replace(f"{shlex.quote(sys.executable)} -m fota_sdk.cli", ".venv/bin/fota").splitlines()
    shown = blocks("README.md", "text")[0].splitlines()
    assert [line for line in shown if line not in told] == []


def test_the_second_block_is_the_test_command() -> None:
    _, tests = blocks("README.md", "sh")
    (line,) = tests.splitlines()
    *_, install, command = line.split(" && ")
    assert install.endswith("'.[dev]'")
    assert command == ".venv/bin/python -m pytest -n auto --dist worksteal"


def test_readme_is_whole_where_it_is_shown_without_the_repository() -> None:
    targets = re.findall(r"""\]\(([^)]+)\)|(?:src|href)=["']([^"']+)""", text_of("README.md"))
    assert [target for pair in targets for target in pair if target and not target.startswith("https://")] == []
    named = set(re.findall(r"`((?:doc/[\w./-]+|[A-Z]+\.md))`", text_of("README.md")))
    assert len(named) > 10
    assert [name for name in named if not (ROOT / name).exists()] == []


_BARE_NAME = re.compile(r"""pip3? install\b[^\n`]*?[\s"']fota[-_]sdk\b(?!(?:\[[\w,]*\])? @)""")


@pytest.mark.parametrize(
    ("text", "is_bare"),
    [
        ("pip install fota-sdk", True),
        ("pip install 'fota-sdk[cli]'", True),
        ("python -m pip install --quiet -U fota_sdk requests", True),
        ("pip install '../fota-sdk[cli]'", False),
        ("pip install ./fota-sdk", False),
        ("pip install 'fota-sdk[cli] @ git+https://git.example.com/fota-sdk.git'", False),
    ],
)
def test_a_bare_name_of_the_package_is_found(text: str, is_bare: bool) -> None:
    assert bool(_BARE_NAME.search(text)) is is_bare


def test_nothing_tells_to_install_a_name_that_is_not_published() -> None:
    files = [ROOT / page for page in page_names()]
    files += (ROOT / "fota_sdk").rglob("*.py")
    found = {str(path.relative_to(ROOT)): _BARE_NAME.findall(path.read_text(encoding="utf-8")) for path in files}
    assert {path: texts for path, texts in found.items() if texts} == {}


def run_first_script(monkeypatch: pytest.MonkeyPatch, base_url: str, tokens: tuple[str, str]) -> None:
    (script,) = blocks("README.md", "python")
    monkeypatch.setenv("FOTA_BASE_URL", base_url)
    monkeypatch.setenv("FOTA_API_TOKEN", tokens[0])
    monkeypatch.setenv("FOTA_SESSION_TOKEN", tokens[1])
    exec(compile(script, "README.md", "exec"), {"__name__": "__main__"})


def test_the_first_script_schedules(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with Sandbox() as sandbox:
        run_first_script(monkeypatch, sandbox.url, (sandbox.api_token, sandbox.session_token))
    assert "CampaignRequestPending" in capsys.readouterr().out


def test_the_first_script_tells_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    with Sandbox() as sandbox:
        with pytest.raises(SystemExit, match=r"SessionToken\.Invalid: Session token is not valid"):
            run_first_script(monkeypatch, sandbox.url, (sandbox.api_token, "another"))


@pytest.mark.parametrize("fault", ["lose_next_answer", "cut_next_answer", "fail_next"])
def test_the_first_script_says_to_look_where_the_outcome_is_unknown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], fault: str
) -> None:
    with Sandbox() as sandbox:
        getattr(sandbox, fault)()
        with pytest.raises(SystemExit, match=r"may have carried this out.*every status.*no proof"):
            run_first_script(monkeypatch, sandbox.url, (sandbox.api_token, sandbox.session_token))
    assert capsys.readouterr() == ("", "Look for it first: doc/scheduling.md, After a lost response\n")


def test_the_home_page_shows_twelve_lines_and_what_they_print(capsys: pytest.CaptureFixture[str]) -> None:
    (script,), (shown,) = blocks("doc/index.md", "python"), blocks("doc/index.md", "text")
    assert len([line for line in script.splitlines() if line]) == 12
    exec(compile(script, "doc/index.md", "exec"), {"__name__": "__main__"})
    assert capsys.readouterr().out == shown


def test_the_page_on_the_sandbox_names_what_it_has() -> None:
    page = (ROOT / "doc/sandbox.md").read_text()
    names = [name for name in dir(Sandbox) if not name.startswith("_")]
    assert [name for name in names if not re.search(rf"\b{name}\b", page)] == []
    assert "python -m fota_sdk.sandbox --port 8080 --speed 3600" in blocks("doc/sandbox.md", "sh")[1]
