from __future__ import annotations

import pytest

from fota_sdk.core import retry


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses between attempts, which are taken down instead of slept."""
    taken: list[float] = []
    monkeypatch.setattr(retry, "sleep", taken.append)
    monkeypatch.setattr(retry, "jitter", lambda: 1.0)
    return taken
