from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from fota_sdk.sandbox import Sandbox
from tests.conftest import IMEIS
from tests.docs.pages import ROOT


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fota_sandbox: Sandbox) -> Path:
    """A folder with a list of devices, and the variables that lead a script to the sandbox."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FOTA_BASE_URL", fota_sandbox.url)
    monkeypatch.setenv("FOTA_API_TOKEN", fota_sandbox.api_token)
    monkeypatch.setenv("FOTA_SESSION_TOKEN", fota_sandbox.session_token)
    monkeypatch.setenv("FOTA_ACCOUNT", fota_sandbox.account)
    (tmp_path / "devices.txt").write_text("\n".join(IMEIS))
    return tmp_path


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built from the pages as they are."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "--quiet", str(ROOT / "doc"), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=200)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), done.stderr
    return folder
