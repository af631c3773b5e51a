"""Roll-outs that are made wrong on purpose: the tests of kills and failures have to notice each of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.rollout.deaths import Points
from tests.rollout.test_killed import finish

Mutate = Callable[[pytest.MonkeyPatch], None]
Find = Callable[[Path], list[str]]


# How a mutant is found


def by_kills(folder: Path) -> list[str]:
    """Return what is wrong after the first death that makes something wrong."""
    at = 0
    while True:
        at += 1
        place = folder / str(at)
        place.mkdir()
        points, faults = finish(place, "v3", Points(at), at_once=at % 2 == 0, ticks=20)
        if faults or not points.is_dead:
            return faults
