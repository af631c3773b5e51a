"""Campaigns of which it is not known whether they were accepted: found, proven, sent once more, or asked about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from fota_sdk import CampaignFirmwareUpgrade
from fota_sdk.rollout import Doubt, RolloutError, Schedule, Wave
from tests.rollout.deaths import Killed, Points
from tests.rollout.fleet_on_sandbox import ACCOUNT, OTHER_ACCOUNT, PACKAGES, Fleet, imei, plan_of


def killed(fleet: Fleet, where: str) -> None:
    """Let a step die at the first point of that name; the next process begins a quarter of an hour later."""
    fleet.revive(Points(where))
    with pytest.raises(Killed):
        fleet.step()
    fleet.revive()
    fleet.advance(minutes=15)


def told(fleet: Fleet) -> Counter[str]:
    with fleet.open() as rollout:
        return Counter(event.kind for event in rollout.events())


def holds(fleet: Fleet) -> list[tuple[str | None, str]]:
    with fleet.open() as rollout:
        return [(reason.account, reason.kind) for reason in rollout.status().reasons]


def schedule_for(fleet: Fleet, name: str | None, devices: list[str], first_day: date | None = None) -> str:
    """Schedule a campaign of the same package as somebody else; return its id."""
    day = fleet.time.date() + timedelta(days=1) if first_day is None else first_day
    body: dict[str, Any] = {"start_date": day, "end_date": day, "device_list": devices}
    request = CampaignFirmwareUpgrade(**PACKAGES["v3"], campaign_name=name, **body)
    return str(fleet.client.campaigns_v3.schedule_campaign_firmware_upgrade(ACCOUNT, request).id)


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Fleet]:
    with Fleet(tmp_path) as fleet:
        fleet.create()
        yield fleet


RESEND = plan_of(doubt=Doubt(when_absent="resend"), wave=(Wave(share="100%"),), campaign_size=4)


@pytest.mark.parametrize("size", [1, 2, 4])
def test_what_is_not_there_is_sent_once_more_without_a_person(size: int, tmp_path: Path) -> None:
    with Fleet(tmp_path, replace(RESEND, campaign_size=size)) as fleet:
        fleet.create()
        killed(fleet, "before POST")
        fleet.run()
        assert fleet.audit() == []
        assert told(fleet)["resend"] == 1
        assert told(fleet)["in_doubt"] == 0


def test_nothing_is_sent_once_more_where_a_device_was_upgraded_by_a_campaign_that_is_not_known(tmp_path: Path) -> None:
    with Fleet(tmp_path, replace(RESEND, doubt=Doubt("96h", "resend"))) as fleet:
        fleet.create()
        killed(fleet, "before POST")
        with fleet.open() as rollout:
            first = min(device.imei for device in rollout.devices(account=ACCOUNT) if device.campaign == 1)
        schedule_for(fleet, "Theirs", [first], fleet.time.date() + timedelta(days=2))
        for _ in range(16):
            fleet.step()
            fleet.advance(hours=12)
        assert (ACCOUNT, "in_doubt") in holds(fleet)
        assert told(fleet)["resend"] == 0


def test_without_a_later_campaign_in_the_reports_a_person_is_asked(tmp_path: Path) -> None:
    with Fleet(tmp_path, RESEND, {ACCOUNT: 4}) as fleet:
        fleet.create()
        killed(fleet, "before POST")
        for _ in range(5):
            fleet.step()
            fleet.advance(hours=12)
        assert holds(fleet) == [(ACCOUNT, "in_doubt")]
        assert fleet.at_service() == []


def test_an_account_with_two_doubts_is_held_for_both_and_told_once(tmp_path: Path) -> None:
    with Fleet(tmp_path, replace(RESEND, doubt=Doubt(), campaign_size=2), {ACCOUNT: 4}) as fleet:
        fleet.create()
        killed(fleet, "before POST")
        killed(fleet, "before POST")
        fleet.advance(days=3)
        for _ in range(3):
            fleet.step()
            fleet.advance(hours=1)
        with fleet.open() as rollout:
            (reason,) = rollout.status().reasons
        assert "campaign 1 " in reason.text
        assert "campaign 2 " in reason.text
        assert told(fleet)["in_doubt"] == 1


def test_an_account_is_not_held_for_a_doubt_that_is_settled_while_another_one_is_looked_for(tmp_path: Path) -> None:
    plan = replace(RESEND, doubt=Doubt(), campaign_size=2)
    with Fleet(tmp_path, plan, {ACCOUNT: 6}, pilot_rule=False) as fleet:
        fleet.create()
        killed(fleet, "before POST")
        fleet.advance(days=1)
        killed(fleet, "before POST")
        fleet.advance(days=1)
        fleet.step()
        assert holds(fleet) == [(ACCOUNT, "in_doubt")]
        fleet.ask(lambda rollout: rollout.resolve(1, absent=True))
        fleet.step()
        with fleet.open() as rollout:
            assert (rollout.status().reasons, rollout.status().doubts) == ((), (2,))


def test_nothing_is_sent_once_more_before_reports_can_show_it(tmp_path: Path) -> None:
    # In no report until it starts; the later one is, as it was cancelled.
    plan = plan_of(
        doubt=Doubt(when_absent="resend"),
        wave=(Wave(share="100%"),),
        campaign_size=4,
        schedule=Schedule(lead=5, days=1),
    )
    with Fleet(tmp_path, plan, {ACCOUNT: 8}) as fleet:
        fleet.create()
        killed(fleet, "after POST")
        fleet.revive(Points())
        fleet.step()
        fleet.ask(lambda rollout: rollout.pause("look", account=ACCOUNT))
        fleet.step()
        fleet.ask(lambda rollout: rollout.resume("go on", account=ACCOUNT))
        fleet.run()
        assert fleet.audit() == []


def moved(fleet: Fleet, campaign_id: str) -> None:
    """Let somebody move a campaign to other days."""
    day = fleet.time.date() + timedelta(days=5)
    group: Any = fleet.client.campaigns_v2 if fleet.plan.api == "v2" else fleet.client.campaigns_v3
    group.update_campaign_dates(ACCOUNT, campaign_id, {"startDate": day, "endDate": day + timedelta(days=1)})


def seen_and_moved(fleet: Fleet, campaign_id: str) -> None:
    """Let a step see a campaign without proof; then it is moved to other days, and in no report until they come."""
    fleet.sandbox.fail_next(400, operation="v3.get_campaign_device_status")
    fleet.step()
    moved(fleet, campaign_id)


def enlarged(fleet: Fleet, campaign_id: str) -> None:
    """Let somebody put a device of his own into a campaign."""
    fleet.sandbox.add_devices([imei(900000)])
    request = {"Type": "append", "deviceList": [imei(900000)]}
    fleet.client.campaigns_v3.update_campaign_firmware_devices(ACCOUNT, campaign_id, request)


@pytest.mark.parametrize(
    ("api", "history_names", "what"),
    [("v3", "whole", seen_and_moved), ("v3", "whole", enlarged), ("v2", "absent", moved), ("v2", "whole", moved)],
)
def test_nothing_is_sent_once_more_where_somebody_has_changed_what_is_looked_for(
    api: str, history_names: str, what: Callable[[Fleet, str], None], tmp_path: Path
) -> None:
    plan = plan_of(api, doubt=RESEND.doubt, wave=RESEND.wave, campaign_size=4)
    with Fleet(tmp_path, plan, history_names=history_names) as fleet:
        fleet.create()
        fleet.revive(Points("after POST"))
        with pytest.raises(Killed):
            fleet.step()
        fleet.revive()
        fleet.advance(minutes=1)  # later campaigns are later, and reports show it for a minute more
        (in_doubt,) = fleet.at_service([ACCOUNT])
        what(fleet, in_doubt.id)
        for _ in range(8):
            fleet.advance(hours=12)
            fleet.step()
        assert told(fleet)["resend"] == 0
        fleet.run()
        assert fleet.audit() == []


def test_nothing_is_sent_once_more_where_what_may_be_it_has_no_report(tmp_path: Path) -> None:
    plan = plan_of("v2", doubt=RESEND.doubt, wave=RESEND.wave, campaign_size=4)
    with Fleet(tmp_path, plan, history_names="absent") as fleet:
        fleet.create()
        killed(fleet, "after POST")
        (in_doubt,) = fleet.at_service([ACCOUNT])
        moved(fleet, in_doubt.id)
        fleet.step()
        fleet.advance(days=3)
        fleet.step()  # the later campaign is known, and over
        fleet.sandbox.fail_next(400, operation="v2.get_campaign_device_status")
        fleet.advance(hours=1)
        fleet.step()
        assert told(fleet)["resend"] == 0


def test_what_has_its_name_and_other_devices_too_is_shown_to_a_person(fleet: Fleet) -> None:
    killed(fleet, "after POST")
    (in_doubt,) = fleet.at_service([ACCOUNT])
    enlarged(fleet, in_doubt.id)
    fleet.advance(hours=48)
    fleet.step()
    with fleet.open() as rollout:
        (reason,) = rollout.status().reasons
    assert (reason.kind, in_doubt.id in reason.text) == ("in_doubt", True)


@pytest.mark.parametrize("history_names", ["whole", "absent", "cut"])
@pytest.mark.parametrize("where", ["before POST", "after POST"])
def test_a_campaign_of_others_with_the_same_package_and_dates_is_not_adopted(
    where: str, history_names: str, tmp_path: Path
) -> None:
    with Fleet(tmp_path, history_names=history_names) as fleet:
        fleet.create()
        strangers = [imei(900000 + number) for number in range(2)]
        fleet.sandbox.add_devices(strangers)
        theirs = schedule_for(fleet, "Spring", strangers)
        killed(fleet, where)
        fleet.advance(days=1)  # reports show it once it has started
        fleet.step()
        ours = [each for each in fleet.at_service([ACCOUNT]) if each.id != theirs]
        with fleet.open() as rollout:
            ids = {device.campaign_id for device in rollout.devices(account=ACCOUNT)} - {None}
        assert theirs not in ids
        assert len(ours) == (where == "after POST")
        assert len(ids) == len(ours)


def twins(fleet: Fleet, *names: str) -> list[str]:
    """Let a campaign be in doubt, and be there several times, under some names; return their ids."""
    killed(fleet, "before POST")
    with fleet.open() as rollout:
        marker = rollout.status().marker
        devices = [device.imei for device in rollout.devices(account=ACCOUNT, state="queued")]
    return [schedule_for(fleet, name.format(marker), devices) for name in names or ("{}.0001 Spring",) * 2]


@pytest.mark.parametrize("have_reports", [True, False])
def test_twins_hold_the_account_until_a_person_says_which_one_counts(have_reports: bool, fleet: Fleet) -> None:
    first, _ = twins(fleet)
    if not have_reports:
        fleet.sandbox.fail_next(400, operation="v3.get_campaign_device_status")
    fleet.step()
    assert holds(fleet) == [(ACCOUNT, "twins")]
    fleet.ask(lambda rollout: rollout.resolve(1, campaign_id=first))
    fleet.step()
    assert holds(fleet) == []
    with fleet.open() as rollout:
        assert {device.campaign_id for device in rollout.devices(account=ACCOUNT, state="queued")} == {first}


@pytest.mark.parametrize("is_one_cancelled", [True, False])
def test_twins_hold_the_account_also_once_reports_do_not_show_them_any_more(
    is_one_cancelled: bool, fleet: Fleet
) -> None:
    first, second = twins(fleet)
    fleet.step()
    if is_one_cancelled:  # as is advised; the other one is in no report until it starts
        fleet.client.campaigns_v3.cancel_campaign(ACCOUNT, first)
    for _ in range(2):
        fleet.advance(hours=1)
        fleet.step()
        assert holds(fleet) == [(ACCOUNT, "twins")]
    fleet.ask(lambda rollout: rollout.resolve(1, campaign_id=second))
    fleet.step()
    assert holds(fleet) == []
    with fleet.open() as rollout:
        assert {device.campaign_id for device in rollout.devices(account=ACCOUNT) if device.campaign == 1} == {second}


def test_what_has_its_name_and_no_report_yet_is_a_twin_of_what_its_devices_prove(fleet: Fleet) -> None:
    twins(fleet, "{}.0001 Spring", "Theirs")
    fleet.sandbox.fail_next(400, operation="v3.get_campaign_device_status")
    fleet.step()
    assert holds(fleet) == [(ACCOUNT, "twins")]


def test_a_campaign_that_is_known_by_another_number_resolves_no_doubt(fleet: Fleet) -> None:
    fleet.step()
    (other,) = [each.id for each in fleet.at_service([OTHER_ACCOUNT])]
    fleet.ask(lambda rollout: rollout.pause("look"))
    fleet.step()
    fleet.ask(lambda rollout: rollout.resume("go on"))
    killed(fleet, "before POST")
    with fleet.open() as rollout, pytest.raises(RolloutError, match="is the id of campaign 2"):
        rollout.resolve(3, campaign_id=other)


@pytest.mark.parametrize(("lost", "there"), [(1, 2), (2, 1)])
def test_what_a_person_takes_for_another_campaign_is_not_sent_once_more(lost: int, there: int, tmp_path: Path) -> None:
    with Fleet(tmp_path, replace(RESEND, campaign_size=2), {ACCOUNT: 6}, pilot_rule=False) as fleet:
        fleet.create()
        for number in (1, 2):
            killed(fleet, "after POST" if number == there else "before POST")
        fleet.step()
        fleet.advance(days=4)
        in_doubt = next(each.id for each in fleet.at_service() if f".{there:04} " in str(each.name))
        fleet.ask(lambda rollout: rollout.resolve(lost, campaign_id=in_doubt))
        fleet.step()
        fleet.run()
        assert fleet.audit() == []


def test_a_campaign_without_a_report_is_not_adopted_for_one_whose_name_it_does_not_have(tmp_path: Path) -> None:
    with Fleet(tmp_path, replace(RESEND, campaign_size=2), {ACCOUNT: 4}) as fleet:
        fleet.create()
        killed(fleet, "before POST")
        killed(fleet, "after POST")
        (second,) = fleet.at_service()
        fleet.ask(lambda rollout: rollout.resolve(1, campaign_id=second.id))
        fleet.sandbox.fail_next(400, operation="v3.get_campaign_device_status")
        fleet.step()
        with fleet.open() as rollout:
            status = rollout.status()
        assert status.doubts == (1, 2)
        assert f"campaign 1 ({status.marker}.0001 Spring) is not {second.id}, whose name is" in status.reasons[0].text


@pytest.mark.parametrize("status", [500, 503])
def test_an_id_is_looked_up_again_after_an_outage(status: int, fleet: Fleet) -> None:
    killed(fleet, "after POST")
    (found,) = [each.id for each in fleet.at_service([ACCOUNT])]
    fleet.ask(lambda rollout: rollout.resolve(1, campaign_id=found))
    fleet.sandbox.fail_next(status, operation="v3.get_campaign_information")
    assert not any("does not know" in action for action in fleet.step().actions)
    fleet.advance(hours=1)
    fleet.step()
    assert holds(fleet) == []
    with fleet.open() as rollout:
        assert {device.campaign_id for device in rollout.devices(account=ACCOUNT, state="queued")} == {found}


@pytest.mark.parametrize("campaign_id", ["60b5d639-ccdc-4db8-8824-069bd94c95bf", ".."])
def test_an_id_that_the_service_does_not_know_leaves_the_doubt_as_it_was(campaign_id: str, fleet: Fleet) -> None:
    killed(fleet, "before POST")
    fleet.ask(lambda rollout: rollout.resolve(1, campaign_id=campaign_id))
    fleet.step()
    assert holds(fleet) == [(ACCOUNT, "in_doubt")]
    with fleet.open() as rollout:
        assert rollout.status().doubts == (1,)
    fleet.ask(lambda rollout: rollout.resolve(1, absent=True))
    fleet.run()
    assert fleet.audit() == []


def test_an_id_that_became_known_before_the_request_was_obeyed_does_no_harm(fleet: Fleet) -> None:
    killed(fleet, "after POST")
    (found,) = [each.id for each in fleet.at_service([ACCOUNT])]
    fleet.ask(lambda rollout: rollout.resolve(1, campaign_id=found))
    fleet.ask(lambda rollout: rollout.resolve(1, campaign_id=found))
    fleet.step()
    fleet.run()
    assert fleet.audit() == []
