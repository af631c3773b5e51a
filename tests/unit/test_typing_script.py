from __future__ import annotations

import importlib.util
from pathlib import Path

from fota_sdk.sandbox import Sandbox

SCRIPT = Path(__file__).parents[1] / "typing" / "user_script.py"


def test_the_script_that_type_checkers_read_runs_too() -> None:
    spec = importlib.util.spec_from_file_location("user_script", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    with Sandbox() as sandbox, sandbox.client() as client:
        assert script.main(client, sandbox.account) == ["campaign_id", "INVALID_PARAMETER", "ApiError"]
