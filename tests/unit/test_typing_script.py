from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from fota_sdk.sandbox import Sandbox

SCRIPTS = Path(__file__).parents[1] / "typing"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("user_script", ["campaign_id", "INVALID_PARAMETER", "ApiError"]),
        ("family_script", None),
        ("ordinary_script", None),
    ],
)
def test_the_scripts_that_type_checkers_read_run_too(name: str, told: list[str] | None) -> None:
    spec = importlib.util.spec_from_file_location(name, SCRIPTS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    with Sandbox() as sandbox, sandbox.client() as client:
        assert script.main(client, sandbox.account) == told


def test_an_ordinary_script_needs_no_assert_and_no_cast() -> None:
    script = (SCRIPTS / "ordinary_script.py").read_text()
    assert not re.search(r"^\s*assert\b|\bcast\(|type: ignore|\bAny\b", script, re.MULTILINE)
