"""A roll-out goes on where it began: clients that lead to another service are refused before anything is sent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fota_sdk import FotaClient
from fota_sdk.rollout import EnvironmentClients, Rollout, RolloutError
from tests.rollout.fleet_on_sandbox import ACCOUNT, OTHER_ACCOUNT, AtOnce, Fleet

HERE = "http://127.0.0.1:9/api"  # of clients of a sandbox that is mocked
THERE = "http://127.0.0.1:8/api"


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Fleet]:
    with Fleet(tmp_path) as fleet:
        fleet.create()
        yield fleet


@pytest.fixture
def elsewhere() -> Iterator[FotaClient]:
    with FotaClient(base_url=THERE, api_token="none", session_token="none") as client:
        yield client


def step(fleet: Fleet, client: FotaClient, **options: bool) -> None:
    with fleet.open(**options) as rollout:
        rollout.step(lambda account: client, executor=AtOnce())


@pytest.mark.parametrize("moved", [False, True])
def test_a_step_at_another_address_than_the_first_one_is_refused_and_changes_nothing(
    moved: bool, fleet: Fleet, elsewhere: FotaClient
) -> None:
    fleet.step()
    if moved:
        fleet.path = fleet.path.rename(fleet.path.with_name("elsewhere"))
    with fleet.open() as rollout:
        before = rollout.status(), list(rollout.events())
    with pytest.raises(RolloutError) as caught:
        step(fleet, elsewhere, moved=moved)
    assert str(caught.value).startswith(
        f"the roll-out began at {HERE}, and the clients lead to {THERE}; nothing was sent. "
    )
    assert str(caught.value).endswith(f"go on: fota rollout step {fleet.path}")
    with fleet.open() as rollout:
        assert (rollout.status(), list(rollout.events())) == before
        assert rollout.service == HERE
    fleet.step(moved=moved)
    fleet.run()
    assert fleet.audit() == []


def test_the_accounts_may_be_at_several_addresses(fleet: Fleet, elsewhere: FotaClient) -> None:
    fleet.step()
    with fleet.open() as rollout, pytest.raises(RolloutError, match=f"{HERE}, {THERE}; nothing was sent"):
        rollout.step(lambda account: {ACCOUNT: fleet.client, OTHER_ACCOUNT: elsewhere}[account])


def test_an_address_that_was_said_when_it_was_created_holds_for_the_first_look_and_step(
    tmp_path: Path, elsewhere: FotaClient
) -> None:
    with Fleet(tmp_path) as fleet:
        Rollout.create(fleet.path, fleet.plan, fleet.devices, service=f"{HERE}/").close()
        with fleet.open() as rollout:
            with pytest.raises(RolloutError, match="nothing was sent"):
                rollout.preflight(lambda account: elsewhere)
            rollout.preflight(fleet.clients)
            rollout.start()
        with pytest.raises(RolloutError, match="nothing was sent"):
            step(fleet, elsewhere)
        assert fleet.step().state == "running"


def test_once_it_is_over_nothing_is_sent_and_any_client_will_do(fleet: Fleet, elsewhere: FotaClient) -> None:
    fleet.run()
    step(fleet, elsewhere)
    assert fleet.state() == "finished"


def test_clients_from_the_environment_need_no_secret_to_be_refused(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    fleet.step()
    monkeypatch.setenv("FOTA_BASE_URL", THERE)
    with fleet.open() as rollout, EnvironmentClients(rollout.plan) as clients:
        with pytest.raises(RolloutError, match="nothing was sent"):
            rollout.step(clients)
