from __future__ import annotations

from pathlib import Path

import pytest

from fota_sdk.sandbox import Sandbox
from tests.conftest import IMEIS


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
