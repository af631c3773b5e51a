"""What persons ask for while a step runs, or without knowing what has happened since."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fota_sdk import ValidationError
from fota_sdk.rollout import Rollout, StopRule, Wave
from fota_sdk.rollout.step import Step
from tests.rollout.deaths import Killed, Points
from tests.rollout.fleet_on_sandbox import ACCOUNT, OTHER_ACCOUNT, AtOnce, Fleet, imei, plan_of
from tests.rollout.test_doubts import holds, schedule_for
from tests.rollout.test_restored import backup, restore

REPORT = "v3.get_campaign_device_status"
ONE_WAVE = plan_of(wave=(Wave(share="100%"),), campaign_size=10)


class Meanwhile(AtOnce):
    """Lets somebody ask for something when a step reads for the first time."""

    def __init__(self, ask: Callable[[], object]) -> None:
        self._ask: Callable[[], object] | None = ask

    def submit(self, work: Callable[..., Any], *given: Any, **options: Any) -> Future[Any]:
        if self._ask is not None:
            self._ask()
        self._ask = None
        return super().submit(work, *given, **options)


def test_who_resumes_does_not_acknowledge_what_was_found_since(tmp_path: Path) -> None:
    plan = plan_of(wave=(Wave(share="100%"),), campaign_size=10, stop=(StopRule("failed", max_count=1),))
    with Fleet(tmp_path, plan) as fleet:
        fleet.create()
        fleet.step()
        (theirs,) = fleet.at_service([ACCOUNT])
        fleet.client.campaigns_v3.cancel_campaign(ACCOUNT, theirs.id)
        fleet.advance(hours=12)
        fleet.step()
        assert holds(fleet) == [(None, "drift")]
        fleet.advance(hours=18)
        failed = [
            {"deviceId": each, "status": "UpgradeFailed", "resultReason": "-"}
            for each, account in fleet.devices
            if account == OTHER_ACCOUNT
        ]
        report = {"totalDevice": 5, "hasMoreData": False, "maxPageSize": 1000, "deviceList": failed}
        fleet.sandbox.fail_next(200, report, operation=REPORT)
        fleet.step(executor=Meanwhile(lambda: fleet.ask(lambda rollout: rollout.resume("it was me", requeue=True))))
        assert (None, "drift") not in holds(fleet)
        assert (None, "stop_rule") in holds(fleet)
        assert fleet.writes.count("POST") == 2
        fleet.step()
        assert (None, "stop_rule") in holds(fleet)


def test_who_resumes_acknowledges_what_a_stop_rule_had_counted_then_and_no_more(tmp_path: Path) -> None:
    with Fleet(tmp_path, replace(ONE_WAVE, stop=(StopRule("failed", max_count=1),)), pilot_rule=False) as fleet:
        fleet.create()
        fleet.step()
        fleet.advance(hours=30)
        devices = [each for each, account in fleet.devices if account == ACCOUNT]

        def fail(count: int) -> None:
            words = ["UpgradeFailed"] * count + ["UpgradePending"] * (len(devices) - count)
            told = [
                {"deviceId": each, "status": word, "resultReason": "-"}
                for each, word in zip(devices, words, strict=True)
            ]
            report = {"totalDevice": len(told), "hasMoreData": False, "maxPageSize": 1000, "deviceList": told}
            fleet.sandbox.fail_next(200, report, operation=REPORT)

        fail(2)
        fleet.step()
        fleet.advance(hours=8)
        fail(8)
        fleet.step(executor=Meanwhile(lambda: fleet.ask(lambda rollout: rollout.resume("2 of 8 are all right"))))
        with fleet.open() as rollout:
            assert [reason.text for reason in rollout.status().reasons] == ["6 devices failed; the rule allows 1"]


@pytest.mark.parametrize(("more", "told"), [(20, []), (60, ["60 of 140 devices were rejected (42.9%"])])
def test_devices_that_were_open_when_a_stop_rule_was_acknowledged_are_counted_anew(
    more: int, told: list[str], tmp_path: Path
) -> None:
    plan = replace(ONE_WAVE, stop=(StopRule("rejected", "20%"),), campaign_size=200)
    with Fleet(tmp_path, plan, {ACCOUNT: 200}, pilot_rule=False) as fleet:
        fleet.create()
        fleet.step()

        def reject(count: int) -> None:
            words = ["DeviceRejected"] * count + ["UpgradePending"] * (200 - count)
            devices = [
                {"deviceId": each, "status": word, "resultReason": "-"}
                for (each, _), word in zip(fleet.devices, words, strict=True)
            ]
            report = {"totalDevice": 200, "hasMoreData": False, "maxPageSize": 1000, "deviceList": devices}
            fleet.sandbox.fail_next(200, report, operation=REPORT)

        fleet.advance(hours=30)
        reject(60)
        assert [each.kind for each in fleet.step().reasons] == ["stop_rule"]
        fleet.ask(lambda rollout: rollout.resume("60 of another model"))
        fleet.step()
        fleet.advance(days=1)
        reject(60 + more)
        assert [each.text.partition(",")[0] for each in fleet.step().reasons] == told


@pytest.mark.parametrize(("rejected", "trips"), [(3, False), (4, True)])
def test_who_acknowledges_one_stop_rule_acknowledges_nothing_of_another_one(
    rejected: int, trips: bool, tmp_path: Path
) -> None:
    rules = (StopRule("failed", max_count=1), StopRule("rejected", max_count=3))
    with Fleet(tmp_path, replace(ONE_WAVE, stop=rules), {ACCOUNT: 8}, pilot_rule=False) as fleet:
        fleet.create()
        fleet.step()

        def tell(rejected: int) -> None:
            words = ["UpgradeFailed"] * 2 + ["DeviceRejected"] * rejected + ["UpgradePending"] * 8
            told = [
                {"deviceId": each, "status": word, "resultReason": "-"}
                for (each, _), word in zip(fleet.devices, words, strict=False)
            ]
            report = {"totalDevice": len(told), "hasMoreData": False, "maxPageSize": 1000, "deviceList": told}
            fleet.sandbox.fail_next(200, report, operation=REPORT)

        fleet.advance(hours=30)
        tell(2)
        fleet.step()
        fleet.ask(lambda rollout: rollout.resume("2 failed: that is known"))
        fleet.advance(hours=8)
        tell(rejected)
        fleet.step()
        assert holds(fleet) == [(None, "stop_rule")] * trips


def test_a_pause_for_something_else_leaves_the_counts_of_stop_rules_as_they_are(tmp_path: Path) -> None:
    plan = plan_of(wave=(Wave(share="100%"),), campaign_size=2, stop=(StopRule("failed", max_count=2),))
    with Fleet(tmp_path, plan, {ACCOUNT: 4}, pilot_rule=False) as fleet:
        for each, _ in fleet.devices:
            fleet.sandbox.fail_device(each)
        fleet.create()
        fleet.step()
        fleet.advance(days=1)
        while fleet.states()["failed"] < 2:
            fleet.advance(hours=1)
            fleet.step()
        assert holds(fleet) == []
        fleet.ask(lambda rollout: rollout.pause("lunch"))
        fleet.step()
        fleet.ask(lambda rollout: rollout.resume("lunch is over"))
        fleet.step()
        fleet.advance(days=2)
        fleet.step()
        assert (None, "stop_rule") in holds(fleet)


def test_who_resumes_an_account_does_not_vouch_for_its_campaigns_after_a_move(tmp_path: Path) -> None:
    with Fleet(tmp_path, ONE_WAVE, report_lag=12 * 3600) as fleet:
        fleet.create()
        fleet.ask(lambda rollout: rollout.pause("not yet", ACCOUNT))
        fleet.step()
        copy = backup(fleet)
        fleet.ask(lambda rollout: rollout.resume("now", ACCOUNT))
        fleet.step()
        assert fleet.writes == ["POST", "POST"]
        restore(fleet, copy)
        fleet.step(moved=True)
        fleet.ask(lambda rollout: rollout.resume("now", ACCOUNT))
        fleet.step()
        assert holds(fleet) == []
        assert fleet.writes == ["POST", "POST"]
        fleet.run()
        fleet.advance(days=2)
        assert fleet.audit() == []


@pytest.mark.parametrize(
    "ask", [lambda rollout: rollout.stop("now"), lambda rollout: rollout.pause("now", ACCOUNT)], ids=["stop", "pause"]
)
def test_what_is_asked_for_while_the_last_step_runs_changes_nothing_any_more(
    ask: Callable[[Rollout], object], tmp_path: Path
) -> None:
    with Fleet(tmp_path, ONE_WAVE) as fleet:
        fleet.create()
        fleet.step()
        fleet.advance(days=2)
        report = fleet.step(executor=Meanwhile(lambda: fleet.ask(ask)))
        assert (report.state, report.reasons) == ("finished", ())
        assert fleet.step().state == "finished"
        with fleet.open() as rollout:
            assert rollout.status().pending_requests == ()


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda rollout: rollout.pause("look"), "pause: look"),
        (lambda rollout: rollout.pause("look", account=ACCOUNT), f"pause {ACCOUNT}: look"),
        (lambda rollout: rollout.resume("go on"), "resume: go on"),
        (lambda rollout: rollout.resume("go on", requeue=True), "resume with requeue: go on"),
    ],
)
def test_what_was_asked_for_is_shown_until_it_is_done(
    ask: Callable[[Rollout], object], words: str, tmp_path: Path
) -> None:
    with Fleet(tmp_path, ONE_WAVE) as fleet:
        fleet.create()
        fleet.step()
        if words.startswith("resume"):
            (theirs,) = fleet.at_service([ACCOUNT])
            fleet.client.campaigns_v3.cancel_campaign(ACCOUNT, theirs.id)
            fleet.advance(hours=12)
            fleet.step()
        pending: list[tuple[str, ...]] = []

        def meanwhile() -> None:
            fleet.ask(ask)
            with fleet.open() as rollout:
                pending.append(rollout.status().pending_requests)

        fleet.advance(hours=18)
        fleet.step(executor=Meanwhile(meanwhile))
        assert pending == [(words,)]


def test_a_campaign_of_others_is_not_adopted_because_somebody_names_its_id(tmp_path: Path) -> None:
    with Fleet(tmp_path, ONE_WAVE) as fleet:
        fleet.create()
        stranger = imei(900000)
        fleet.sandbox.add_devices([stranger])
        theirs = schedule_for(fleet, "theirs", [stranger])
        fleet.revive(Points("before POST"))
        with pytest.raises(Killed):
            fleet.step()
        fleet.revive()
        fleet.ask(lambda rollout: rollout.resolve(1, campaign_id=theirs))
        fleet.step()
        assert holds(fleet) == [(ACCOUNT, "in_doubt")]
        with fleet.open() as rollout:
            assert rollout.status().doubts == (1,)
            assert theirs in rollout.status().reasons[0].text


@pytest.mark.parametrize("campaign_id", ["", ".", "a\nb", "x" * 300, "no id of the service"])
def test_an_id_that_is_none_leaves_the_doubt_as_it_was_and_does_not_put_the_account_off(
    campaign_id: str, tmp_path: Path
) -> None:
    with Fleet(tmp_path, ONE_WAVE, {ACCOUNT: 2}) as fleet:
        fleet.create()
        fleet.revive(Points("before POST"))
        with pytest.raises(Killed):
            fleet.step()
        fleet.revive()
        fleet.ask(lambda rollout: rollout.resolve(1, campaign_id=campaign_id))
        fleet.step()
        assert holds(fleet) == [(ACCOUNT, "in_doubt")]
        fleet.ask(lambda rollout: rollout.resolve(1, absent=True))
        fleet.run()
        assert fleet.audit() == []


def test_a_comment_is_no_novel(tmp_path: Path) -> None:
    with Fleet(tmp_path, ONE_WAVE) as fleet:
        fleet.create()
        fleet.ask(lambda rollout: rollout.pause("x" * 1000))
        with pytest.raises(ValidationError, match="at most 1,000 characters"):
            fleet.ask(lambda rollout: rollout.pause("x" * 1001))


def test_who_goes_on_without_a_cancelled_campaign_leaves_out_none_that_was_cancelled_since(tmp_path: Path) -> None:
    with Fleet(tmp_path, ONE_WAVE, pilot_rule=False) as fleet:
        fleet.create()
        fleet.step()
        first, second = (fleet.at_service([account])[0].id for account in (ACCOUNT, OTHER_ACCOUNT))
        fleet.client.campaigns_v3.cancel_campaign(ACCOUNT, first)
        fleet.advance(hours=8)
        fleet.step()
        fleet.client.campaigns_v3.cancel_campaign(OTHER_ACCOUNT, second)
        fleet.advance(hours=30)
        fleet.step(executor=Meanwhile(lambda: fleet.ask(lambda rollout: rollout.resume("without the 8"))))
        with fleet.open() as rollout:
            texts = [reason.text for reason in rollout.status().reasons if reason.kind == "drift"]
        assert texts == ["campaign 2 was cancelled by somebody else; not upgraded: 5 of its devices"]
        fleet.ask(lambda rollout: rollout.resume("with the 5", requeue=True))
        fleet.run()
        assert fleet.states() == {"cancelled": 8, "succeeded": 5}


def test_who_goes_on_after_a_refusal_does_not_know_of_one_that_is_found_since(tmp_path: Path) -> None:
    plan = plan_of(wave=(Wave(share="100%"),), campaign_size=4)
    with Fleet(tmp_path, plan, {ACCOUNT: 8}, pilot_rule=False) as fleet:
        fleet.create()
        fleet.mishaps[2] = lambda operation: fleet.sandbox.fail_next(400, operation=operation)
        fleet.step()
        (first,) = fleet.at_service()
        fleet.sandbox.fail(first.id)
        fleet.advance(hours=8)
        fleet.step(executor=Meanwhile(lambda: fleet.ask(lambda rollout: rollout.resume("mended", account=ACCOUNT))))
        assert fleet.writes == ["POST", "POST"]
        with fleet.open() as rollout:
            assert [reason.text.partition(" of ")[0] for reason in rollout.status().reasons] == ["campaign 1"]
        fleet.ask(lambda rollout: rollout.resume("that too", account=ACCOUNT))
        fleet.step()
        assert fleet.writes == ["POST"] * 4


def test_who_goes_on_beside_a_campaign_of_others_twice_has_said_it_once(tmp_path: Path) -> None:
    with Fleet(tmp_path, ONE_WAVE, {ACCOUNT: 4}) as fleet:
        fleet.create()
        schedule_for(fleet, "by hand", [fleet.devices[0][0]])
        fleet.path = fleet.path.rename(fleet.path.with_name("elsewhere"))
        fleet.step(moved=True)
        for _ in range(2):
            fleet.ask(lambda rollout: rollout.resume("it is for one device alone", account=ACCOUNT))
        fleet.step()
        assert holds(fleet) == []


def test_who_goes_on_beside_a_campaign_of_others_says_nothing_of_one_that_the_step_finds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Fleet(tmp_path, ONE_WAVE, {ACCOUNT: 4}, report_lag=12 * 3600) as fleet:
        fleet.create()
        schedule_for(fleet, "by hand", [fleet.devices[0][0]])
        fleet.advance(hours=12)
        later = schedule_for(fleet, "by hand, too", [fleet.devices[1][0]])
        fleet.path = fleet.path.rename(fleet.path.with_name("elsewhere"))
        fleet.step(moved=True)
        fleet.advance(hours=30)
        verify = Step._verify

        def asked_before(step: Step) -> None:
            fleet.ask(lambda rollout: rollout.resume("it is for one device alone", account=ACCOUNT))
            verify(step)

        with monkeypatch.context() as patch:
            patch.setattr(Step, "_verify", asked_before)
            fleet.step()
        fleet.advance(hours=1)
        fleet.step()
        with fleet.open() as rollout:
            (reason,) = rollout.status().reasons
        assert later in reason.text
        assert fleet.writes == ["POST", "POST"]  # those by hand
