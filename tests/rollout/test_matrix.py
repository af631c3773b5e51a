"""Every way in which a step begins, met by every fault: nothing is there twice, and every device is accounted for."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from fota_sdk import FotaError
from fota_sdk.rollout import Rollout, RolloutError, Wave
from tests.rollout.deaths import Killed, Points
from tests.rollout.fleet_on_sandbox import ACCOUNT, Fleet, plan_of
from tests.rollout.test_by_hand import REPORT, report_of
from tests.rollout.test_restored import backup, restore

POST = "v3.schedule_campaign_firmware_upgrade"
DELETE = "v3.cancel_campaign"
SIZES = {ACCOUNT: 7}
PLAN = plan_of(wave=(Wave(devices=2), Wave(devices=4, approval="manual"), Wave(share="100%")), campaign_size=2)


def settled(fleet: Fleet, days: int = 3) -> None:
    for _ in range(2 * days):
        fleet.step()
        fleet.advance(hours=12)


# The ways in: each leaves a roll-out whose next step is the one that counts, and says whether the journal was moved


def a_step(fleet: Fleet) -> bool:
    return False


def a_later_step(fleet: Fleet) -> bool:
    fleet.step()
    fleet.advance(hours=26)
    return False


def after_a_resume(fleet: Fleet) -> bool:
    fleet.step()
    fleet.ask(lambda rollout: rollout.pause("alarms"))
    fleet.step()
    fleet.ask(lambda rollout: rollout.resume("none"))
    return False


def after_a_pause(fleet: Fleet) -> bool:
    fleet.step()
    fleet.ask(lambda rollout: rollout.pause("alarms"))
    return False


def after_a_requeue(fleet: Fleet) -> bool:
    fleet.step()
    (campaign,) = fleet.at_service()
    fleet.client.campaigns_v3.cancel_campaign(ACCOUNT, campaign.id)
    fleet.advance(hours=7)
    fleet.step()
    fleet.ask(lambda rollout: rollout.resume("they were ours", requeue=True))
    return False


def in_doubt(fleet: Fleet, is_there: bool) -> None:
    if is_there:
        fleet.sandbox.lose_next_answer(POST)
    else:
        fleet.sandbox.fail_next(503, operation=POST)
    fleet.step()


def after_it_was_resolved_as_absent(fleet: Fleet) -> bool:
    in_doubt(fleet, False)
    fleet.ask(lambda rollout: rollout.resolve(1, absent=True))
    return False


def after_it_was_resolved_by_its_id(fleet: Fleet) -> bool:
    in_doubt(fleet, True)
    (campaign,) = fleet.at_service()
    fleet.ask(lambda rollout: rollout.resolve(1, campaign_id=campaign.id))
    return False


def after_a_lost_response(fleet: Fleet) -> bool:
    in_doubt(fleet, True)
    return False


def after_a_move(fleet: Fleet) -> bool:
    fleet.step()
    fleet.advance(hours=26)
    fleet.path = fleet.path.rename(fleet.path.with_name("elsewhere"))
    return True


def after_a_restore(fleet: Fleet) -> bool:
    copy = backup(fleet)
    fleet.step()
    restore(fleet, copy)
    return True


def after_a_restore_and_a_stop(fleet: Fleet) -> bool:
    after_a_restore(fleet)
    fleet.ask(lambda rollout: rollout.stop("enough"))
    return True


def after_a_stop(fleet: Fleet) -> bool:
    fleet.step()
    fleet.ask(lambda rollout: rollout.stop("enough"))
    return False


def after_an_approval(fleet: Fleet) -> bool:
    settled(fleet)
    fleet.ask(lambda rollout: rollout.approve(2))
    return False


WAYS: list[Callable[[Fleet], bool]] = [
    a_step,
    a_later_step,
    after_a_pause,
    after_a_resume,
    after_a_requeue,
    after_it_was_resolved_as_absent,
    after_it_was_resolved_by_its_id,
    after_a_lost_response,
    after_a_move,
    after_a_restore,
    after_a_restore_and_a_stop,
    after_a_stop,
    after_an_approval,
]


# The faults


def lost_responses(fleet: Fleet) -> None:
    fleet.sandbox.lose_next_answer(POST)
    fleet.sandbox.lose_next_answer(DELETE)


def lost_requests(fleet: Fleet) -> None:
    fleet.sandbox.fail_next(503, operation=POST)
    fleet.sandbox.fail_next(503, operation=DELETE)


def rate_limit_of_writes(fleet: Fleet) -> None:
    fleet.sandbox.throttle_next(operation=POST)
    fleet.sandbox.throttle_next(operation=DELETE)


def rate_limit(fleet: Fleet) -> None:
    fleet.sandbox.throttle_next(3)


def refused_tokens(fleet: Fleet) -> None:
    fleet.sandbox.fail_next(401)


def refused_tokens_of_writes(fleet: Fleet) -> None:
    fleet.sandbox.fail_next(401, operation=POST)
    fleet.sandbox.fail_next(401, operation=DELETE)


def refusals(fleet: Fleet) -> None:
    fleet.sandbox.fail_next(400, {"errorCode": "NO", "errorMessage": "Not today"}, operation=POST)
    fleet.sandbox.fail_next(400, {"errorCode": "NO", "errorMessage": "Not today"}, operation=DELETE)


def a_truncated_report(fleet: Fleet) -> None:
    fleet.sandbox.cut_next_answer(REPORT)


def a_truncated_history(fleet: Fleet) -> None:
    fleet.sandbox.cut_next_answer("v3.get_campaign_history_by_status")


def an_unknown_word(fleet: Fleet) -> None:
    words = {device: "UpgradeParked" for device, _ in fleet.devices[:2]}
    fleet.sandbox.fail_next(200, report_of(words), operation=REPORT)


def a_campaign_that_is_cancelled_by_hand(fleet: Fleet) -> None:
    fleet.takes_drift = True
    for campaign in fleet.at_service():
        with suppress(FotaError):  # it has started, or is over
            fleet.client.campaigns_v3.cancel_campaign(ACCOUNT, campaign.id)


def a_clock_that_is_set_back(fleet: Fleet) -> None:
    fleet.time -= timedelta(days=2)


FAULTS: list[Callable[[Fleet], None]] = [
    lost_responses,
    lost_requests,
    rate_limit_of_writes,
    rate_limit,
    refused_tokens,
    refused_tokens_of_writes,
    refusals,
    a_truncated_report,
    a_truncated_history,
    an_unknown_word,
    a_campaign_that_is_cancelled_by_hand,
    a_clock_that_is_set_back,
]


def attend(rollout: Rollout) -> None:
    """Do what a person does who reads the status: go on, and approve what waits."""
    status = rollout.status()
    asks: list[Callable[[], None]] = [lambda: rollout.approve(2)]
    for reason in status.reasons:
        if reason.kind in ("user", "refused", "gate") or (reason.kind == "in_doubt" and status.doubts == ()):
            asks.append(lambda account=reason.account: rollout.resume("go on", account))  # type: ignore[misc]
        if reason.kind == "drift":
            asks.append(lambda: rollout.resume("they were ours", requeue=True))
    for ask in asks:
        with suppress(RolloutError):
            ask()


def finished(fleet: Fleet) -> list[str]:
    """Carry a roll-out to its end; return what is wrong then."""
    for _ in range(60):
        report = fleet.step()
        if report.state in ("finished", "stopped"):
            break
        fleet.ask(attend)
        with suppress(RolloutError):  # it is stopping
            fleet.ask(fleet._attend)
        fleet.advance(hours=24)
    else:
        fleet.faults.append("it is not over")
    faults = fleet.audit()
    if report.state == "stopped":
        live = [each for each in fleet.at_service() if each.status in ("CampaignScheduled", "CampaignPreScheduled")]
        faults += [f"{each.name} goes on" for each in live]
    return faults


def stepped(fleet: Fleet, *, moved: bool) -> None:
    with suppress(FotaError):  # refused tokens
        fleet.step(moved=moved)


CASES = [
    pytest.param(way, fault, marks=[] if (row + column) % 4 == 0 else [pytest.mark.long])
    for row, way in enumerate(WAYS)
    for column, fault in enumerate(FAULTS)
]


@pytest.mark.parametrize(("way", "fault"), CASES)
def test_whatever_meets_a_step_nothing_is_doubled_or_lost(
    way: Callable[[Fleet], bool], fault: Callable[[Fleet], None], tmp_path: Path
) -> None:
    with Fleet(tmp_path, PLAN, SIZES) as fleet:
        fleet.takes_drift = way in (after_a_requeue, after_a_restore, after_a_restore_and_a_stop)
        fleet.create()
        moved = way(fleet)
        before = fleet.time
        fault(fleet)
        stepped(fleet, moved=moved)
        stepped(fleet, moved=False)  # cron, a second time
        fleet.time = before
        fleet.sandbox._application.faults._waiting.clear()
        assert finished(fleet) == []


@pytest.mark.long
@pytest.mark.parametrize("way", WAYS)
def test_wherever_a_step_is_killed_nothing_is_doubled_or_lost(way: Callable[[Fleet], bool], tmp_path: Path) -> None:
    wrong = {}
    for at in range(1, 60):
        folder = tmp_path / str(at)
        folder.mkdir()
        with Fleet(folder, PLAN, SIZES) as fleet:
            fleet.takes_drift = way in (after_a_requeue, after_a_restore, after_a_restore_and_a_stop)
            fleet.create()
            moved = way(fleet)
            fleet.revive(Points(at))
            try:
                fleet.step(moved=moved)
            except Killed:
                is_over = False
            else:
                is_over = True
            fleet.revive(Points())
            if moved:
                stepped(fleet, moved=True)
            faults = finished(fleet)
            if faults:
                wrong[at] = faults
        if is_over:
            break
    assert wrong == {}
