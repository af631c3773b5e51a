"""The story that ``fota demo`` tells comes from its calls."""

from __future__ import annotations

import time
from typing import Any

import pytest

from fota_sdk.cli.demo import Demo
from fota_sdk.sandbox import Sandbox
from fota_sdk.sandbox.application import Application
from fota_sdk.sandbox.messages import Answer, Request
from tests.cli.command import COLUMNS, on_terminal, run
from tests.cli.conftest import environment_of


def told(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> str:
    Demo(sandbox, None, lambda seconds: None).tell()
    return capsys.readouterr().out


def test_the_whole_story_in_a_pipe_and_on_a_terminal() -> None:
    with Sandbox() as unused:
        environment = {**environment_of(unused), "FOTA_BASE_URL": "", "FOTA_API_TOKEN": "", "FOTA_SESSION_TOKEN": ""}
        piped = run(environment, "demo", "--fast")
        shown = on_terminal(environment, "demo", "--fast")
        assert unused.requests == []
    assert (piped.code, piped.err, shown.code) == (0, "", 0)
    for text in (piped.out, shown.text):
        for part in (
            "CampaignRequestPending",
            "CampaignRequestQueued",
            "CampaignPreScheduled",
            "AddDeviceSucceed",
            "CampaignCancelled",
            "400 INVALID_PARAMETER",
            "exit code 1",
        ):
            assert part in text
        assert max(map(len, text.splitlines())) <= COLUMNS


def test_it_pauses_to_be_read_and_no_longer(capsys: pytest.CaptureFixture[str]) -> None:
    pauses: list[float] = []
    with Sandbox() as sandbox:
        Demo(sandbox, None, pauses.append).tell()
    lines = [line for line in capsys.readouterr().out.splitlines() if line]
    assert len(pauses) == len(lines)
    assert 0.3 < min(pauses) < max(pauses) < 2
    assert 10 < sum(pauses) < 40


def test_fast_does_not_pause() -> None:
    with Sandbox() as unused:
        environment = environment_of(unused)
    begin = time.monotonic()
    assert run(environment, "demo", "--fast").code == 0
    assert time.monotonic() - begin < 10


CHANGES = [
    (b'"model": "GM01Q"', b'"model": "Changed-1"'),
    (b"Device added Successfully", b"Changed-2"),
    (b'"CampaignRequestQueued"', b'"Changed-3", "x": "CampaignRequestQueued"'),
    (b"can not be cancelled", b"Changed-4"),
    (b"INVALID_PARAMETER", b"CHANGED-5"),
    (b'"success": true', b'"success": false'),
]


@pytest.mark.parametrize(("before", "after"), CHANGES[:2] + CHANGES[3:], ids=lambda part: part.decode()[:25])
def test_an_answer_that_changes_changes_the_story(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], before: bytes, after: bytes
) -> None:
    answer = Application.answer

    def changed(self: Application, request: Request) -> Any:
        given: Answer = answer(self, request)
        assert given.content is not None
        return type(given)(given.status, given.content.replace(before, after))

    with Sandbox() as sandbox:
        plain = told(sandbox, capsys)
    monkeypatch.setattr(Application, "answer", changed)
    with Sandbox() as sandbox:
        story = told(sandbox, capsys)
    word = {b'"success": false': "False"}.get(after, after.decode().rpartition('": "')[2].strip('"'))
    assert word in story
    assert word not in plain
