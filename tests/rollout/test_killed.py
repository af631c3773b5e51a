"""Killed at every point of a roll-out, and carried on: nothing is there twice, and nothing is lost."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest

from tests.rollout.deaths import Points
from tests.rollout.fleet_on_sandbox import ACCOUNT, OTHER_ACCOUNT, Act, Fleet, plan_of

MANY = int(os.environ.get("FOTA_TESTS_DEATHS", "10"))  # roll-outs that are killed again and again
PARTS = 4
THIRD_ACCOUNT = "0000654321-00001"
APIS = ("v3", "v2")
PAUSE: dict[int, Act] = {
    5: lambda rollout: rollout.pause("look at the last wave first"),
    6: lambda rollout: rollout.resume("go on"),
}


def days(tick: int) -> dict[str, float]:
    """One step a day; and one in between, when the last wave has been scheduled and has not started."""
    return {"hours": 12 if tick in (4, 5) else 24}


def finish(
    folder: Path, api: str, points: Points, *, at_once: bool = True, ticks: int = 60
) -> tuple[Points, list[str]]:
    """Carry a whole roll-out out, with one death; return the points that were passed, and what is wrong in the end."""
    with Fleet(folder, plan_of(api)) as fleet:
        fleet.revive(points)
        fleet.create()
        fleet.run(PAUSE, rest=days, at_once=at_once, ticks=ticks)
        faults = fleet.audit()
        if fleet.state() != "finished":
            faults.append(f"the roll-out is {fleet.state()}")
        return points, faults


@cache
def points_of(api: str) -> tuple[str, ...]:
    """Return the points of a roll-out that nothing happens to."""
    with TemporaryDirectory() as folder:
        points, faults = finish(Path(folder), api, Points())
    assert faults == []
    assert points.names.count("commit") >= points.commits  # no commit that is not a point
    return tuple(points.names)


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("api", APIS)
def test_a_rollout_killed_at_any_point_is_carried_on(api: str, part: int, tmp_path: Path) -> None:
    names = points_of(api)
    wrong = {}
    for at in range(part + 1, len(names) + 1, PARTS):
        folder = tmp_path / str(at)
        folder.mkdir()
        points, faults = finish(folder, api, Points(at), at_once=at // PARTS % 2 == 0)
        assert points.is_dead
        if faults:
            wrong[at, names[at - 1]] = faults
    assert wrong == {}


@pytest.mark.fuzz
@pytest.mark.parametrize("api", APIS)
def test_a_rollout_that_is_killed_again_and_again_is_carried_on(api: str, tmp_path: Path) -> None:
    wrong = {}
    for seed in range(MANY):
        folder = tmp_path / str(seed)
        folder.mkdir()
        chance = Random(seed)
        late, names = chance.choice([0, 6, 18]), chance.choice(["whole", "absent", "cut"])
        sizes = {ACCOUNT: 8, OTHER_ACCOUNT: 5, THIRD_ACCOUNT: 3}
        with Fleet(folder, plan_of(api), sizes, report_lag=late * 3600, history_names=names) as fleet:
            fleet.deaths = [chance.randint(1, 40) for _ in range(chance.randint(2, 8))]
            fleet.revive()
            fleet.create()
            fleet.run(PAUSE, rest=days, at_once=chance.random() < 0.5)
            fleet.advance(hours=late)
            faults = fleet.audit()
        if faults:
            wrong[seed] = faults
    assert wrong == {}
