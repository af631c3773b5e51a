from __future__ import annotations

from collections.abc import Iterator

import pytest

from fota_sdk.core import auth, retry
from tests.faults.token_service import Service


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses between attempts, which are taken down instead of slept."""
    taken: list[float] = []
    monkeypatch.setattr(retry, "sleep", taken.append)
    monkeypatch.setattr(retry, "jitter", lambda: 1.0)
    return taken


@pytest.fixture
def service() -> Iterator[Service]:
    service = Service()
    with service.server:
        yield service


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The monotonic clock that tokens live by; a test moves it."""
    now = [1000.0]
    monkeypatch.setattr(auth.time, "monotonic", lambda: now[0])
    return now
