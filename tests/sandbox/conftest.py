from __future__ import annotations

from collections.abc import Iterator

import pytest

from fota_sdk.sandbox import Sandbox
from tests.sandbox.wire import Wire


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def kept() -> Iterator[Sandbox]:
    """A sandbox for tests that neither move its clock nor inject faults."""
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture(params=["v2", "v3"])
def wire(request: pytest.FixtureRequest, sandbox: Sandbox) -> Wire:
    """Each version of the API."""
    return Wire(sandbox, request.param)


@pytest.fixture
def v2(sandbox: Sandbox) -> Wire:
    return Wire(sandbox, "v2")


@pytest.fixture
def v3(sandbox: Sandbox) -> Wire:
    return Wire(sandbox, "v3")
