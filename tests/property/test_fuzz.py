from __future__ import annotations

import random

import pytest

from tests.property.fuzz import PARTS

pytestmark = pytest.mark.fuzz


@pytest.mark.parametrize("part", PARTS)
def test_nothing_but_documented_errors_comes_out(part: str) -> None:
    fuzz, full = PARTS[part]
    counts = fuzz(random.Random(1), full // 50)
    assert counts.total() == full // 50
    assert len(counts) > 1  # both what is returned and what is refused was met
