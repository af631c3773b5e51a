"""Fixtures for users' own tests, which pytest finds by itself: a sandbox, and a client of it."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from fota_sdk.client import FotaClient
    from fota_sdk.sandbox import Sandbox


_MARK = "fota_sandbox"


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark known, which strict runs ask for."""
    config.addinivalue_line("markers", f"{_MARK}(**options): arguments of the Sandbox that the fixture {_MARK} gives")


@pytest.fixture
def fota_sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """A sandbox of the service for one test, without campaigns; the mark of its name takes arguments for it."""
    missing = [name for name in ("waitress", "responses") if find_spec(name) is None]
    if missing != []:
        pytest.fail(f"fota_sandbox needs {' and '.join(missing)}: pip install {' '.join(missing)}", pytrace=False)
    # Here, so that no run of pytest pays for a fixture that none of its tests asks for.
    from fota_sdk.sandbox import Sandbox

    # The nearest mark of an argument counts: that of a function before that of its class or module.
    marks = list(request.node.iter_markers(_MARK))[::-1]
    if any(mark.args for mark in marks):
        pytest.fail(f"the mark {_MARK} takes arguments by their names, as Sandbox does", pytrace=False)
    options = {name: value for mark in marks for name, value in mark.kwargs.items()}
    with Sandbox(**options) as sandbox:
        yield sandbox


@pytest.fixture
def fota_client(fota_sandbox: Sandbox) -> Iterator[FotaClient]:
    """A client of `fota_sandbox`, closed after the test."""
    with fota_sandbox.client() as client:
        yield client
