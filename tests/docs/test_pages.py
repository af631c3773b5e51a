"""What README and the guides show runs, and does what they say."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import certifi
import pytest
import responses

from fota_sdk import FotaClient
from fota_sdk.sandbox import Sandbox
from tests.conftest import ACCOUNT, IMEIS

pytestmark = pytest.mark.pages

ROOT = Path(__file__).parent.parent.parent


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", (ROOT / page).read_text(), re.MULTILINE | re.DOTALL)


def test_the_first_block_tells_the_whole_story() -> None:
    setup, _ = blocks("README.md", "sh")
    *_, install, command = setup.splitlines()
    assert install.endswith("'.[cli]'")
    assert command == ".venv/bin/fota demo"
    nowhere = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), "http://127.0.0.1:9")
    environment = {**os.environ, **nowhere, "REQUESTS_CA_BUNDLE": certifi.where()}
    # The pauses are for readers.
    demo = [sys.executable, "-m", "fota_sdk.cli", *command.split()[1:], "--fast"]
    done = subprocess.run(demo, env=environment, capture_output=True, text=True, timeout=60, check=True)
    assert "CampaignRequestPending" in done.stdout
    assert "CampaignCancelled" in done.stdout
    assert "INVALID_PARAMETER" in done.stdout
    assert done.stderr == ""


def test_the_second_block_is_the_test_command() -> None:
    _, tests = blocks("README.md", "sh")
    assert tests.splitlines()[-1] == ".venv/bin/python -m pytest"


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


def test_the_first_script_looks_where_the_outcome_is_unknown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    base_url = "https://fota.example/api"
    with responses.RequestsMock() as mock:
        mock.post(f"{base_url}/fota/v3/campaigns/firmware/{ACCOUNT}", status=503)
        mock.get(f"{base_url}/fota/v3/reports/{ACCOUNT}/firmware/campaigns", json={"campaignList": [{"id": "here"}]})
        with pytest.raises(SystemExit, match="may have carried this out"):
            run_first_script(monkeypatch, base_url, ("a", "b"))
    assert "here" in capsys.readouterr().out


def test_the_first_script_finds_the_campaign_whose_answer_was_lost(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with Sandbox() as sandbox:
        sandbox.lose_next_answer()
        with pytest.raises(SystemExit, match="may have carried this out"):
            run_first_script(monkeypatch, sandbox.url, (sandbox.api_token, sandbox.session_token))
    assert "CampaignRequestPending" in capsys.readouterr().out


def test_the_look_for_a_campaign_of_a_name_finds_it_on_every_page() -> None:
    (function,) = blocks("doc/reliability.md", "python")
    names: dict[str, Any] = {}
    exec(compile(function, "doc/reliability.md", "exec"), names)
    route = f"https://thingspace.verizon.com/api/fota/v3/reports/{ACCOUNT}/firmware/campaigns"
    name = f"Pilot {date.today()}"
    with responses.RequestsMock() as mock, FotaClient(api_token="a", session_token="b") as client:
        first = {"campaignList": [{"id": "1"}], "hasMoreData": True, "lastSeenCampaignId": "1"}
        second = {"campaignList": [{"id": "2", "campaignName": name}], "hasMoreData": False}
        for page in (first, second, {"campaignList": []}, {"campaignList": []}):
            mock.get(route, json=page)
        found = names["campaigns_of_name"](client, ACCOUNT, name)
        assert "lastSeenCampaignId=1" in str(mock.calls[1].request.url)
    assert [campaign["id"] for campaign in found] == ["2"]


def test_the_tests_that_the_page_on_the_sandbox_shows_pass(tmp_path: Path) -> None:
    shown = blocks("doc/sandbox.md", "python")
    for number, block in enumerate(shown):
        (tmp_path / f"test_block_{number}.py").write_text(block)
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", str(tmp_path)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert f"{len(shown)} passed" in run.stdout


def test_the_page_on_the_sandbox_names_what_it_has() -> None:
    page = (ROOT / "doc/sandbox.md").read_text()
    names = [name for name in dir(Sandbox) if not name.startswith("_")]
    assert [name for name in names if not re.search(rf"\b{name}\b", page)] == []
    assert "python -m fota_sdk.sandbox --port 8080 --speed 3600" in blocks("doc/sandbox.md", "sh")[1]


def test_the_look_for_a_campaign_of_a_name_finds_it_in_the_sandbox() -> None:
    (function,) = blocks("doc/reliability.md", "python")
    names: dict[str, Any] = {}
    exec(compile(function, "doc/reliability.md", "exec"), names)
    start = date.today() + timedelta(days=1)
    body = {"firmwareName": "n", "firmwareFrom": "a", "firmwareTo": "b", "startDate": start, "endDate": start}
    with Sandbox() as sandbox, sandbox.client() as client:
        for number in range(102):
            campaign = {**body, "protocol": "LWM2M", "deviceList": IMEIS, "campaignName": f"Pilot {number}"}
            client.campaigns_v3.schedule_campaign_firmware_upgrade(ACCOUNT, campaign)
        found = names["campaigns_of_name"](client, ACCOUNT, "Pilot 101")
    assert [campaign["campaignName"] for campaign in found] == ["Pilot 101"]
