from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from fota_sdk.sandbox import Sandbox
from tests.cli.command import Environment


def environment_of(sandbox: Sandbox) -> Environment:
    """Return the variables that lead the command to a sandbox."""
    machine = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("FOTA_") and name not in ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "TERM")
    }
    return {
        **machine,
        "FOTA_BASE_URL": sandbox.url,
        "FOTA_API_TOKEN": sandbox.api_token,
        "FOTA_SESSION_TOKEN": sandbox.session_token,
        "FOTA_ACCOUNT": sandbox.account,
    }


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def environment(sandbox: Sandbox) -> Environment:
    return environment_of(sandbox)
