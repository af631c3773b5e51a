"""A journal that was copied, restored or lost: nothing is doubled, and what is at the service is found."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, time, timedelta, timezone
from itertools import count
from pathlib import Path

import pytest

from fota_sdk import CampaignFirmwareUpgrade
from fota_sdk.rollout import JournalError, Rollout, Schedule, Wave
from fota_sdk.rollout.journal import Journal
from tests.rollout.deaths import Killed, Points
from tests.rollout.fleet_on_sandbox import ACCOUNT, OTHER_ACCOUNT, PACKAGES, Fleet, imei, plan_of
from tests.rollout.test_killed import PAUSE, days


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Fleet]:
    with Fleet(tmp_path) as fleet:
        fleet.create()
        yield fleet


def backup(fleet: Fleet) -> Path:
    """Return a copy of the journal as it is now, made as backups of SQLite are made."""
    copy = fleet.path.with_suffix(".backup")
    copy.unlink(missing_ok=True)
    with closing(sqlite3.connect(fleet.path)) as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))
    return copy


def restore(fleet: Fleet, copy: Path) -> None:
    for suffix in ("-wal", "-shm"):
        Path(f"{fleet.path}{suffix}").unlink(missing_ok=True)
    shutil.copy(copy, fleet.path)


def refused(fleet: Fleet) -> None:
    """A step refuses the journal, and sends nothing."""
    before = len(fleet.sandbox.requests)
    with pytest.raises(JournalError, match="moved"):
        fleet.step()
    assert len(fleet.sandbox.requests) == before


def test_a_copy_is_refused_where_it_is_not_at_home(fleet: Fleet) -> None:
    fleet.step()
    copy = backup(fleet)
    home, fleet.path = fleet.path, copy
    refused(fleet)
    fleet.path = home
    fleet.step()


def test_an_older_journal_is_refused(fleet: Fleet) -> None:
    copy = backup(fleet)
    fleet.step()
    restore(fleet, copy)
    refused(fleet)


def test_a_journal_that_is_older_than_a_step_that_was_killed_is_refused(fleet: Fleet) -> None:
    copy = backup(fleet)
    fleet.revive(Points("after POST"))
    with pytest.raises(Killed):
        fleet.step()
    fleet.revive()
    assert fleet.writes == ["POST"]
    restore(fleet, copy)
    refused(fleet)


def test_a_journal_that_was_restored_without_its_lock_is_refused_until_somebody_says_that_it_was(fleet: Fleet) -> None:
    fleet.step()
    copy = backup(fleet)
    fleet.run(ticks=3)
    fleet.faults.clear()
    writes = list(fleet.writes)
    restore(fleet, copy)
    Path(f"{fleet.path}-lock").unlink()
    for _ in range(2):
        refused(fleet)
    fleet.step(moved=True)
    assert fleet.writes == writes
    fleet.run()
    assert fleet.audit() == []


def test_a_backup_from_before_the_first_step_is_refused_without_its_lock_too(fleet: Fleet) -> None:
    copy = backup(fleet)
    fleet.step()
    restore(fleet, copy)
    Path(f"{fleet.path}-lock").unlink()
    refused(fleet)
    fleet.step(moved=True)
    fleet.run()
    assert fleet.audit() == []


def test_a_move_that_could_not_be_recorded_was_none(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = backup(fleet)
    fleet.step()
    restore(fleet, copy)
    Path(f"{fleet.path}-lock").unlink()
    with monkeypatch.context() as patch:
        patch.setattr(Journal, "_tell", out_of_space)
        with pytest.raises(JournalError, match="disk is full"):
            fleet.step(moved=True)
    refused(fleet)
    fleet.step(moved=True)
    fleet.run()
    assert fleet.audit() == []


def out_of_space(*given: object, **options: object) -> None:
    raise sqlite3.OperationalError("database or disk is full")


def test_a_lock_that_is_left_of_another_journal_does_not_count(fleet: Fleet) -> None:
    fleet.run()
    fleet.path.unlink()
    fleet.create()
    with fleet.open() as rollout:
        assert rollout.status().misplaced is None


def test_a_restored_journal_adopts_what_is_at_the_service_before_it_goes_on(fleet: Fleet) -> None:
    copy = backup(fleet)
    fleet.step()
    restore(fleet, copy)
    fleet.step(moved=True)
    assert fleet.writes == ["POST", "POST"]
    assert fleet.states() == {"waiting": 9, "queued": 4}
    with closing(Journal(fleet.path)) as journal:  # that one was sent is known, and not before when
        sent = [sent_at for account in fleet.sizes for _, sent_at in journal.campaign_ids(account).values()]
    assert sent == [fleet.time, fleet.time]
    fleet.run()
    assert fleet.audit() == []


def test_the_look_for_what_a_restored_journal_does_not_know_counts_its_calls(fleet: Fleet) -> None:
    copy = backup(fleet)
    fleet.step()
    fleet.advance(days=1)  # reports show what has started
    restore(fleet, copy)
    before = len(fleet.sandbox.requests)
    report = fleet.step(moved=True)
    assert fleet.states()["queued"] == 4
    assert report.calls == len(fleet.sandbox.requests) - before


def test_a_journal_that_was_moved_schedules_nothing_before_reports_tell_all(tmp_path: Path) -> None:
    with Fleet(tmp_path, report_lag=12 * 3600) as fleet:
        fleet.create()
        copy = backup(fleet)
        fleet.step()
        restore(fleet, copy)
        fleet.step(moved=True)
        assert fleet.states() == {"waiting": 13}
        fleet.advance(hours=11)
        fleet.step()
        assert fleet.writes == ["POST", "POST"]
        fleet.run()
        fleet.advance(days=2)
        assert fleet.audit() == []


def test_a_backup_from_within_a_step_is_as_good_as_one_from_between_two(tmp_path: Path) -> None:
    wrong = {}
    for at in count(1):
        folder = tmp_path / str(at)
        folder.mkdir()
        with Fleet(folder) as fleet:
            fleet.create()
            copies: list[Path] = []
            fleet.revive(Points(at, lambda fleet=fleet, copies=copies: copies.append(backup(fleet)), is_fatal=False))
            fleet.step()
            fleet.revive()
            if copies == []:
                break  # a step has no more points
            restore(fleet, copies[0])
            fleet.step(moved=True)
            fleet.run()
            if fleet.audit():
                wrong[at] = fleet.audit()
    assert (at > 12, wrong) == (True, {})


def schedule_for(fleet: Fleet, name: str, devices: list[str]) -> str:
    """Schedule a campaign that is none of the roll-out's, for ten days; return its id."""
    start = fleet.time.date() + timedelta(days=1)
    body = {"campaign_name": name, "start_date": start, "end_date": start + timedelta(days=10)}
    request = CampaignFirmwareUpgrade(**PACKAGES["v3"], **body, device_list=devices)
    return str(fleet.client.campaigns_v3.schedule_campaign_firmware_upgrade(ACCOUNT, request).id)


def holds(fleet: Fleet) -> list[tuple[str | None, str]]:
    with fleet.open() as rollout:
        return [(reason.account, reason.kind) for reason in rollout.status().reasons]


def test_a_live_campaign_of_others_that_holds_our_devices_holds_the_account_after_a_move(fleet: Fleet) -> None:
    others = schedule_for(fleet, "by hand", [fleet.devices[0][0]])
    fleet.path = fleet.path.rename(fleet.path.with_name("elsewhere"))
    for _ in range(6):
        fleet.step(moved=True)
        fleet.advance(hours=12)
    assert holds(fleet) == [(ACCOUNT, "in_doubt")]
    assert fleet.writes.count("POST") > 1  # the other account goes on
    assert [len(each.words) for each in fleet.at_service([ACCOUNT])] == [1]
    fleet.client.campaigns_v3.get_campaign_information(ACCOUNT, others)
    fleet.advance(days=12)
    fleet.step()
    assert holds(fleet) == []


def test_an_account_is_held_no_longer_than_what_held_it_is_there_though_reports_do_not_tell_all_yet(
    fleet: Fleet,
) -> None:
    others = schedule_for(fleet, "by hand", [fleet.devices[0][0]])
    fleet.path = fleet.path.rename(fleet.path.with_name("elsewhere"))
    fleet.step(moved=True)
    assert holds(fleet) == [(ACCOUNT, "in_doubt")]
    fleet.client.campaigns_v3.cancel_campaign(ACCOUNT, others)
    fleet.step()
    assert holds(fleet) == []
    with fleet.open() as rollout:
        assert ACCOUNT in rollout.status().unverified


@pytest.mark.parametrize("lag", [0, 12])
def test_the_number_of_a_lost_campaign_without_devices_is_given_to_no_other_one(lag: int, tmp_path: Path) -> None:
    plan = plan_of(wave=(Wave(share="100%"),))
    with Fleet(tmp_path, plan, {ACCOUNT: 2}, report_lag=lag * 3600) as fleet:
        fleet.create()
        copy = backup(fleet)
        fleet.step()
        with closing(Journal(fleet.path)) as journal:
            (lost,) = journal.campaign_ids(ACCOUNT)
        change = {"Type": "remove", "deviceList": [imei for imei, _ in fleet.devices]}
        fleet.client.campaigns_v3.update_campaign_firmware_devices(ACCOUNT, lost, change)
        restore(fleet, copy)
        fleet.step(moved=True)
        fleet.run()
        names = [each.name for each in fleet.at_service()]
        assert len(names) == len(set(names)) == 2
        assert fleet.states() == {"succeeded": 2}
        assert fleet.audit() == []


def test_a_lost_campaign_whose_report_is_still_empty_is_taken_in_once_it_shows_its_devices(tmp_path: Path) -> None:
    plan = plan_of(wave=(Wave(share="100%"),))
    with Fleet(tmp_path, plan, {ACCOUNT: 2}) as fleet:
        fleet.create()
        copy = backup(fleet)
        fleet.step()
        restore(fleet, copy)
        empty = {"totalDevice": 0, "hasMoreData": False, "maxPageSize": 1000, "deviceList": []}
        fleet.sandbox.fail_next(200, empty, operation="v3.get_campaign_device_status")
        fleet.step(moved=True)
        assert fleet.states() == {"waiting": 2}
        fleet.run()
        assert fleet.writes == ["POST"]
        assert fleet.states() == {"succeeded": 2}
        assert fleet.audit() == []


@pytest.mark.parametrize("history_names", ["whole", "absent"])
@pytest.mark.parametrize("is_intended", [False, True])
def test_a_lost_campaign_whose_report_cannot_be_read_is_not_taken_for_one_without_devices(
    is_intended: bool, history_names: str, tmp_path: Path
) -> None:
    plan = plan_of(wave=(Wave(share="100%"),), schedule=Schedule(days=5))
    with Fleet(tmp_path, plan, {ACCOUNT: 2}, pilot_rule=False, history_names=history_names) as fleet:
        fleet.create()
        if is_intended:
            fleet.sandbox.throttle_next(operation="v3.schedule_campaign_firmware_upgrade")
            fleet.step()
            fleet.advance(minutes=10)
        copy = backup(fleet)
        fleet.step()
        before = list(fleet.writes)
        restore(fleet, copy)
        for _ in range(5):
            fleet.sandbox.fail_next(400, operation="v3.get_campaign_device_status")
            fleet.step(moved=True)
            fleet.advance(hours=12)
        assert holds(fleet) == [(ACCOUNT, "in_doubt")]
        if history_names == "whole" and not is_intended:
            fleet.run()
            assert fleet.states() == {"succeeded": 2}
        assert fleet.writes == before


def test_the_number_of_a_lost_campaign_that_is_not_taken_in_is_given_to_no_other_one(tmp_path: Path) -> None:
    with Fleet(tmp_path, plan_of(wave=(Wave(share="100%"),)), {ACCOUNT: 2}, pilot_rule=False) as fleet:
        fleet.create()
        fleet.sandbox.add_devices([imei(900000)], account=ACCOUNT)
        copy = backup(fleet)
        fleet.step()
        with closing(Journal(fleet.path)) as journal:
            (lost,) = journal.campaign_ids(ACCOUNT)
        for kind, device in (("append", imei(900000)), ("remove", fleet.devices[0][0])):
            change = {"Type": kind, "deviceList": [device]}
            fleet.client.campaigns_v3.update_campaign_firmware_devices(ACCOUNT, lost, change)
        restore(fleet, copy)
        fleet.step(moved=True)
        fleet.ask(lambda rollout: rollout.resume("one of its devices is none of ours", account=ACCOUNT))
        fleet.run()
        names = [each.name for each in fleet.at_service()]
        assert len(names) == len(set(names)) == 2


def test_a_lost_campaign_is_taken_in_although_another_account_has_its_number_by_now(tmp_path: Path) -> None:
    plan = plan_of(wave=(Wave(share="100%"),), schedule=Schedule(days=3, per_day=4))
    with Fleet(tmp_path, plan, {ACCOUNT: 4, OTHER_ACCOUNT: 4}) as fleet:
        fleet.create()
        copy = backup(fleet)
        fleet.step()
        restore(fleet, copy)
        for _ in range(5):  # of the account that is looked through first no report can be read
            fleet.sandbox.fail_next(503, operation="v3.get_campaign_history_by_status")
            fleet.step(moved=True)
            fleet.advance(hours=12)
        assert fleet.writes == ["POST", "POST"]
        fleet.run()
        assert fleet.states() == {"succeeded": 8}
        assert fleet.writes == ["POST", "POST"]


def test_of_two_lost_campaigns_none_is_given_the_number_of_the_other_one(tmp_path: Path) -> None:
    plan = plan_of(wave=(Wave(share="100%"),), campaign_size=2, schedule=Schedule(days=3))
    with Fleet(tmp_path, plan, {ACCOUNT: 4, OTHER_ACCOUNT: 2}, pilot_rule=False) as fleet:
        fleet.create()
        fleet.ask(lambda rollout: rollout.pause("later", account=OTHER_ACCOUNT))
        copy = backup(fleet)
        fleet.step()
        restore(fleet, copy)
        fleet.ask(lambda rollout: rollout.resume("now", account=OTHER_ACCOUNT))
        for _ in range(5):  # of the account that has lost two no report can be read until the other one has a number
            fleet.sandbox.fail_next(503, operation="v3.get_campaign_history_by_status")
            fleet.step(moved=True)
            fleet.advance(hours=12)
        assert fleet.writes == ["POST", "POST", "POST"]
        fleet.run()
        assert fleet.states() == {"succeeded": 6}
        assert fleet.writes == ["POST", "POST", "POST"]


def test_after_a_move_too_a_person_says_which_of_two_campaigns_counts(fleet: Fleet) -> None:
    fleet.revive(Points("before POST"))
    with pytest.raises(Killed):
        fleet.step()
    fleet.revive()
    with fleet.open() as rollout:
        marker = rollout.status().marker
        devices = [device.imei for device in rollout.devices(account=ACCOUNT, state="queued")]
    _, second = (schedule_for(fleet, f"{marker}.0001 Spring", devices) for _ in range(2))
    fleet.path = fleet.path.rename(fleet.path.with_name("elsewhere"))
    fleet.step(moved=True)
    assert holds(fleet) == [(ACCOUNT, "twins")]
    fleet.ask(lambda rollout: rollout.resolve(1, campaign_id=second))
    fleet.step()
    with fleet.open() as rollout:
        assert {device.campaign_id for device in rollout.devices(account=ACCOUNT) if device.campaign == 1} == {second}


def test_a_person_can_go_on_beside_a_campaign_that_is_not_in_the_journal(fleet: Fleet) -> None:
    schedule_for(fleet, "by hand", [fleet.devices[0][0]])
    fleet.path = fleet.path.rename(fleet.path.with_name("elsewhere"))
    fleet.step(moved=True)
    assert holds(fleet) == [(ACCOUNT, "in_doubt")]
    fleet.ask(lambda rollout: rollout.resume("it is for one device alone", account=ACCOUNT))
    fleet.step()
    assert holds(fleet) == []
    assert len(fleet.at_service([ACCOUNT])) == 1
    fleet.advance(days=2)
    fleet.step()
    assert holds(fleet) == []
    assert len(fleet.at_service([ACCOUNT])) == 2


def test_who_goes_on_beside_a_campaign_of_others_does_not_vouch_for_those_that_no_report_shows_yet(
    tmp_path: Path,
) -> None:
    with Fleet(tmp_path, plan_of(wave=(Wave(share="100%"),)), {ACCOUNT: 4}, report_lag=12 * 3600) as fleet:
        fleet.create()
        schedule_for(fleet, "by hand", [fleet.devices[0][0]])
        fleet.advance(hours=12)
        copy = backup(fleet)
        fleet.step()
        restore(fleet, copy)
        fleet.step(moved=True)
        assert holds(fleet) == [(ACCOUNT, "in_doubt")]
        fleet.ask(lambda rollout: rollout.resume("it is for one device alone", account=ACCOUNT))
        for _ in range(6):
            fleet.step()
            fleet.advance(hours=12)
        assert fleet.writes == ["POST", "POST"]  # that by hand, and that of the roll-out


def test_who_goes_on_beside_campaigns_of_others_vouches_for_those_that_were_found_alone(tmp_path: Path) -> None:
    with Fleet(tmp_path, plan_of(wave=(Wave(share="100%"),)), {ACCOUNT: 4}, report_lag=12 * 3600) as fleet:
        fleet.create()
        found = schedule_for(fleet, "by hand", [fleet.devices[0][0]])
        fleet.advance(hours=12)
        later = schedule_for(fleet, "by hand, too", [fleet.devices[1][0]])
        fleet.path = fleet.path.rename(fleet.path.with_name("elsewhere"))
        fleet.step(moved=True)
        fleet.ask(lambda rollout: rollout.resume("it is for one device alone", account=ACCOUNT))
        for _ in range(6):
            fleet.step()
            fleet.advance(hours=12)
        with fleet.open() as rollout:
            (reason,) = rollout.status().reasons
        assert found in reason.text
        assert later in reason.text
        assert fleet.writes == ["POST", "POST"]  # those by hand
        fleet.ask(lambda rollout: rollout.resume("that too", account=ACCOUNT))
        fleet.step()
        assert fleet.writes == ["POST", "POST", "POST"]


def test_after_a_move_status_tells_until_when_nothing_is_scheduled_for_which_accounts(fleet: Fleet) -> None:
    fleet.path = fleet.path.rename(fleet.path.with_name("elsewhere"))
    fleet.step(moved=True)
    last_start = datetime.combine(fleet.time.date() + timedelta(days=1), time(), timezone.utc)
    with fleet.open() as rollout:
        assert rollout.status().unverified == dict.fromkeys(fleet.sizes, last_start + fleet.plan.doubt.settle_time)
        told = rollout.status().to_dictionary()["unverified"]
        assert told[ACCOUNT] == (last_start + timedelta(days=1)).isoformat()
    fleet.advance(days=2)
    fleet.step()
    with fleet.open() as rollout:
        assert rollout.status().unverified == {}


def test_a_restored_rollout_that_is_stopped_stops_what_its_journal_did_not_know_too(tmp_path: Path) -> None:
    plan = plan_of(schedule=replace(Schedule(), lead=5, days=1))
    with Fleet(tmp_path, plan, report_lag=12 * 3600) as fleet:
        fleet.create()
        copy = backup(fleet)
        fleet.step()
        restore(fleet, copy)
        fleet.ask(lambda rollout: rollout.stop("enough"))
        assert fleet.step(moved=True).state == "stopping"
        fleet.run()
        assert fleet.state() == "stopped"
        assert {campaign.status for campaign in fleet.at_service()} == {"CampaignCancelled"}
        assert fleet.states() == {"waiting": 13}
        assert fleet.audit() == []


def test_a_restored_rollout_that_is_stopped_waits_for_no_one_to_vouch_for_foreign_campaigns(fleet: Fleet) -> None:
    schedule_for(fleet, "by hand", [fleet.devices[0][0]])
    fleet.path = fleet.path.rename(fleet.path.with_name("elsewhere"))
    fleet.ask(lambda rollout: rollout.stop("enough"))
    assert fleet.step(moved=True).state == "stopping"
    assert holds(fleet) == [(ACCOUNT, "in_doubt")]
    fleet.ask(lambda rollout: rollout.resume("it is for one device alone", account=ACCOUNT))
    fleet.run()
    assert fleet.state() == "stopped"


def test_a_campaign_of_an_earlier_rollout_that_is_over_holds_nothing(fleet: Fleet) -> None:
    schedule_for(fleet, "abcdefgh.0001 Winter", [imei for imei, account in fleet.devices if account == ACCOUNT])
    fleet.advance(days=12)
    fleet.path = fleet.path.rename(fleet.path.with_name("elsewhere"))
    fleet.step(moved=True)
    assert holds(fleet) == []


@pytest.mark.parametrize("history_names", ["whole", "absent", "cut"])
def test_a_rollout_whose_journal_was_lost_is_not_begun_again(history_names: str, tmp_path: Path) -> None:
    with Fleet(tmp_path, history_names=history_names) as fleet:
        fleet.create()
        with fleet.open() as rollout:
            assert [finding for finding in rollout.preflight(fleet.clients) if finding.is_error] == []
        fleet.step()
        for path in tmp_path.iterdir():
            path.unlink()
        with Rollout.create(fleet.path, fleet.plan, fleet.devices, sleep=lambda seconds: None) as rollout:
            errors = [finding for finding in rollout.preflight(fleet.clients) if finding.is_error]
        assert [(finding.account, len(finding.devices)) for finding in errors] == [(ACCOUNT, 2), (OTHER_ACCOUNT, 2)]
        assert ("Was its journal lost?" in errors[0].text) == (history_names != "absent")


TICKS = 9


def restored_at(folder: Path, taken: int, restored: int) -> list[str]:
    """Take a backup in one tick, and go on with it in another one; return what is wrong in the end."""
    with Fleet(folder) as fleet:
        copies: list[Path] = []
        fleet.takes_drift = True  # of campaigns that were cancelled since nobody knows who did it

        def take(rollout: Rollout) -> None:
            if taken in PAUSE:
                PAUSE[taken](rollout)
            copies.append(backup(fleet))

        fleet.create()
        fleet.run({**PAUSE, taken: take}, rest=days, ticks=restored)
        fleet.faults.clear()
        restore(fleet, copies[0])
        fleet.step(moved=True)
        fleet.run({0: PAUSE[6]} if taken == 5 else {}, rest=days)
        return fleet.audit()


@pytest.mark.parametrize("taken", range(TICKS))
def test_whenever_a_backup_was_taken_and_restored_nothing_is_doubled(taken: int, tmp_path: Path) -> None:
    wrong = {}
    for restored in range(taken + 1, TICKS + 1):
        folder = tmp_path / str(restored)
        folder.mkdir()
        wrong[restored] = restored_at(folder, taken, restored)
    assert {restored: faults for restored, faults in wrong.items() if faults} == {}


def test_a_campaign_is_taken_in_although_a_person_has_paused_before_a_report_shows_it(tmp_path: Path) -> None:
    with Fleet(tmp_path, plan_of(wave=(Wave(share="100%"),)), {ACCOUNT: 4}, report_lag=12 * 3600) as fleet:
        fleet.create()
        fleet.sandbox.throttle_next(operation="v3.schedule_campaign_firmware_upgrade")
        fleet.step()
        copy = backup(fleet)
        fleet.advance(hours=1)
        fleet.step()
        restore(fleet, copy)
        fleet.ask(lambda rollout: rollout.pause("look at the service first"))
        fleet.step(moved=True)
        fleet.advance(hours=30)
        fleet.step()
        assert holds(fleet) == [(None, "user")]
        fleet.ask(lambda rollout: rollout.resume("it is there"))
        fleet.run()
        assert fleet.writes == ["POST", "POST"]  # the first one was throttled
        assert fleet.audit() == []


def test_a_campaign_that_ran_although_the_journal_has_it_as_never_sent_is_taken_in(tmp_path: Path) -> None:
    with Fleet(tmp_path, plan_of(wave=(Wave(share="100%"),)), {ACCOUNT: 4}) as fleet:
        fleet.create()
        fleet.sandbox.throttle_next(operation="v3.schedule_campaign_firmware_upgrade")
        fleet.step()
        intended = backup(fleet).rename(tmp_path / "intended")
        fleet.ask(lambda rollout: rollout.pause("wait"))
        fleet.step()
        fleet.ask(lambda rollout: rollout.resume("go on"))
        taken_back = backup(fleet).rename(tmp_path / "taken back")
        restore(fleet, intended)
        fleet.step(moved=True)
        for _ in range(10):
            fleet.advance(hours=12)
            fleet.step()
        assert fleet.states() == {"succeeded": 4}
        before = len(fleet.writes)
        restore(fleet, taken_back)
        fleet.step(moved=True)
        for _ in range(10):
            fleet.advance(hours=12)
            fleet.step()
        assert len(fleet.writes) == before
        assert holds(fleet) == []
        assert fleet.states() == {"succeeded": 4}
