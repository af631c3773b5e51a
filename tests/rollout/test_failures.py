"""What fails between a roll-out and the service: lost responses, rate limits, errors of the service, refused tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from fota_sdk import AuthenticationError, FotaClient, SessionLogin
from fota_sdk.rollout import Device, Wave
from fota_sdk.sandbox import Sandbox
from tests.rollout.fleet_on_sandbox import ACCOUNT, OTHER_ACCOUNT, Fleet, plan_of
from tests.rollout.test_killed import PAUSE, days, points_of

Mishap = Callable[[Sandbox, str], object]

MISHAPS: dict[str, Mishap] = {
    "a lost response": lambda sandbox, operation: sandbox.lose_next_answer(operation),
    "half a response": lambda sandbox, operation: sandbox.cut_next_answer(operation),
    "503": lambda sandbox, operation: sandbox.fail_next(503, operation=operation),
    "429": lambda sandbox, operation: sandbox.throttle_next(operation=operation),
}


def with_mishap(folder: Path, api: str, at: int, mishap: Mishap) -> list[str]:
    """Carry a whole roll-out out in which one request meets a mishap; return what is wrong in the end."""
    with Fleet(folder, plan_of(api)) as fleet:
        fleet.mishaps[at] = lambda operation: mishap(fleet.sandbox, operation)
        fleet.create()
        fleet.run(PAUSE, rest=days)
        return fleet.audit() + ([] if fleet.state() == "finished" else [f"the roll-out is {fleet.state()}"])


@pytest.mark.parametrize("name", MISHAPS)
@pytest.mark.parametrize("api", ["v3", "v2"])
def test_whichever_request_meets_a_mishap_the_rollout_is_carried_on(name: str, api: str, tmp_path: Path) -> None:
    writes = sum(point.startswith("before") for point in points_of(api))
    assert writes >= 10
    wrong = {}
    for at in range(1, writes + 1):
        folder = tmp_path / str(at)
        folder.mkdir()
        wrong[at] = with_mishap(folder, api, at, MISHAPS[name])
    assert {at: faults for at, faults in wrong.items() if faults} == {}


POST = "v3.schedule_campaign_firmware_upgrade"
READ = "v3.get_campaign_information"


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Fleet]:
    with Fleet(tmp_path) as fleet:
        fleet.create()
        yield fleet


def campaigns_of(fleet: Fleet, account: str) -> int:
    return len(fleet.at_service([account]))


def put_off(fleet: Fleet) -> list[tuple[str | None, str]]:
    with fleet.open() as rollout:
        return [(event.account, event.text) for event in rollout.events() if event.kind == "put_off"]


def test_a_lost_response_ends_the_schedules_of_a_step_and_the_next_one_adopts_the_campaign(fleet: Fleet) -> None:
    fleet.sandbox.lose_next_answer(POST)
    report = fleet.step()
    assert fleet.writes == ["POST"]
    assert "may have been scheduled" in report.actions[-1]
    assert report.actions[-1].endswith(". The service may have carried this out.")
    report = fleet.step()
    assert "campaign 1 was found at the service and adopted" in report.actions
    assert fleet.writes == ["POST", "POST"]  # that of the other account
    assert campaigns_of(fleet, ACCOUNT) == campaigns_of(fleet, OTHER_ACCOUNT) == 1


def test_a_lost_response_of_a_cancellation_is_found_by_reading_the_campaign(fleet: Fleet) -> None:
    fleet.step()
    fleet.ask(lambda rollout: rollout.pause("look"))
    fleet.sandbox.lose_next_answer("v3.cancel_campaign")
    fleet.step()
    fleet.step()
    assert fleet.writes == ["POST", "POST", "DELETE", "DELETE"]  # one an account
    assert fleet.states() == {"waiting": 13}
    assert {campaign.status for campaign in fleet.at_service()} == {"CampaignCancelled"}


def test_a_cancellation_that_did_not_arrive_is_sent_again(fleet: Fleet) -> None:
    fleet.step()
    fleet.ask(lambda rollout: rollout.pause("look"))
    fleet.sandbox.fail_next(503, operation="v3.cancel_campaign")
    fleet.step()
    fleet.step()
    assert fleet.writes == ["POST", "POST", "DELETE", "DELETE", "DELETE"]
    assert fleet.states() == {"waiting": 13}


@pytest.mark.parametrize(("retry_after", "pause"), [(None, 60), (7, 60), (3600, 3600)])
def test_after_a_rate_limit_nothing_is_sent_to_the_account_for_a_while(
    retry_after: int | None, pause: int, fleet: Fleet
) -> None:
    fleet.sandbox.throttle_next(retry_after=retry_after, operation=POST)
    report = fleet.step()
    assert fleet.writes == ["POST", "POST"]  # the other account is served
    assert (campaigns_of(fleet, ACCOUNT), campaigns_of(fleet, OTHER_ACCOUNT)) == (0, 1)
    assert report.next_at == fleet.time + timedelta(seconds=pause)
    fleet.advance(seconds=pause - 1)
    fleet.step()
    assert campaigns_of(fleet, ACCOUNT) == 0
    fleet.advance(seconds=1)
    fleet.step()
    assert campaigns_of(fleet, ACCOUNT) == 1


@pytest.mark.parametrize("retry_after", ["3600000", "Fri, 31 Dec 2100 23:59:59 GMT"])
def test_an_account_is_asked_again_after_a_day_however_long_the_service_wants_peace(
    retry_after: str, fleet: Fleet
) -> None:
    fleet.sandbox.fail_next(429, operation=POST, headers={"Retry-After": retry_after})
    fleet.step()
    fleet.advance(days=1)
    fleet.step()
    assert campaigns_of(fleet, ACCOUNT) == 1


def test_pauses_of_an_account_grow_from_a_minute_to_an_hour_and_begin_anew_once_it_answers(fleet: Fleet) -> None:
    pauses = []
    for _ in range(9):
        fleet.sandbox.throttle_next(operation=POST)
        report = fleet.step()
        assert report.next_at is not None
        pauses.append((report.next_at - fleet.time).total_seconds() / 60)
        fleet.sandbox.advance(seconds=(report.next_at - fleet.time).total_seconds())
        fleet.time = report.next_at
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    fleet.step()
    fleet.advance(hours=6)
    fleet.sandbox.throttle_next(operation=READ)
    report = fleet.step()
    assert report.next_at == fleet.time + timedelta(minutes=1)


def test_an_account_that_cannot_be_read_does_not_stop_the_others(fleet: Fleet) -> None:
    fleet.step()
    fleet.advance(hours=6)
    fleet.sandbox.fail_next(503, operation=READ)
    fleet.step()
    ((account, text),) = put_off(fleet)
    assert account in (ACCOUNT, OTHER_ACCOUNT)
    assert "ServerError" in text
    with fleet.open() as rollout:
        observed = {event.account for event in rollout.events() if event.kind == "observed"}
    assert observed == {ACCOUNT, OTHER_ACCOUNT} - {account}


def devices_of(fleet: Fleet) -> list[Device]:
    with fleet.open() as rollout:
        return list(rollout.devices())


@pytest.mark.parametrize("operation", [POST, READ, "v3.get_account_subscription_status"])
def test_a_refused_token_ends_the_step_and_changes_nothing(operation: str, fleet: Fleet) -> None:
    if operation == READ:
        fleet.step()
        fleet.advance(hours=6)
    before = devices_of(fleet)
    fleet.sandbox.fail_next(401, operation=operation)
    with pytest.raises(AuthenticationError):
        fleet.step()
    assert fleet.writes.count("POST") == (2 if operation == READ else operation == POST)
    if operation != POST:  # there it was intended before
        assert devices_of(fleet) == before
    with fleet.open() as rollout:
        assert rollout.status().doubts == ()
    fleet.run()
    assert fleet.audit() == []


def logins(fleet: Fleet) -> int:
    return sum(request.path.endswith("/session/login") for request in fleet.sandbox.requests)


@pytest.mark.parametrize("shared", [True, False])
def test_refused_credentials_are_met_once_in_a_step(shared: bool, tmp_path: Path) -> None:
    accounts = {f"{number:010}-00001": 2 for number in range(1, 9)}
    with Fleet(tmp_path, sizes=accounts, pilot_rule=False) as fleet, ExitStack() as stack:
        fleet.create()
        fleet.step()
        fleet.advance(hours=6)
        wrong = SessionLogin(fleet.sandbox.username, "a password that was changed")

        def client() -> FotaClient:
            return stack.enter_context(fleet.sandbox.client(session_token=wrong, max_attempts=1))

        clients = dict.fromkeys(accounts, client()) if shared else {account: client() for account in accounts}
        with fleet.open() as rollout, pytest.raises(AuthenticationError):
            rollout.step(clients.__getitem__)
        assert logins(fleet) == 1


class DeadExecutor(Executor):
    """An executor whose workers have died: it takes so many more reads, and returns none of them."""

    def __init__(self, takes: int) -> None:
        self._takes = takes

    def submit(self, *given: Any, **options: Any) -> Future[Any]:
        self._takes -= 1
        if self._takes < 0:
            raise BrokenExecutor("a worker died")
        future: Future[Any] = Future()
        future.set_exception(BrokenExecutor("a worker died"))
        return future


@pytest.mark.parametrize("takes", [0, 1, 100])
def test_an_executor_that_dies_puts_accounts_off_and_loses_nothing(takes: int, fleet: Fleet) -> None:
    fleet.step(executor=DeadExecutor(takes))
    assert fleet.writes == []
    fleet.advance(minutes=1)
    fleet.step()
    fleet.advance(hours=6)
    fleet.step(executor=DeadExecutor(takes))
    fleet.run()
    assert fleet.audit() == []


@pytest.mark.parametrize("status", [400, 403])
def test_after_a_refusal_nothing_more_is_scheduled_for_the_account(status: int, tmp_path: Path) -> None:
    with Fleet(tmp_path, plan_of(wave=(Wave(share="100%"),), campaign_size=2), pilot_rule=False) as fleet:
        fleet.create()
        fleet.sandbox.fail_next(status, operation=POST)
        report = fleet.step()
        assert [(reason.account, reason.kind) for reason in report.reasons] == [(ACCOUNT, "refused")]
        assert (campaigns_of(fleet, ACCOUNT), campaigns_of(fleet, OTHER_ACCOUNT)) == (0, 3)
        fleet.step()
        assert campaigns_of(fleet, ACCOUNT) == 0
        assert {device.state for device in devices_of(fleet) if device.account == ACCOUNT} == {"waiting"}


def test_an_account_that_cannot_be_asked_for_long_needs_a_person(fleet: Fleet) -> None:
    fleet.step()
    for failures in range(1, 9):
        fleet.advance(hours=6)
        fleet.sandbox.fail_next(403, operation=READ)
        fleet.step()
        with fleet.open() as rollout:
            status = rollout.status()
        assert status.needs_person == (failures == 8)
        assert len(status.failing_accounts) == (failures == 8)
    fleet.advance(hours=6)
    fleet.step()
    with fleet.open() as rollout:
        assert rollout.status().failing_accounts == ()
