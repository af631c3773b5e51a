"""Why a roll-out is paused or an account held: `status` says it with its numbers, and the commands it tells work."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from fota_sdk.cli.rollout_advice import Advisor
from fota_sdk.rollout import CampaignRow, Reason, ReasonKind
from tests.cli.command import Done, run_here
from tests.cli.rollouts import OTHER, PLAN, Field, field_of
from tests.conftest import ACCOUNT

TWO_WAVES = "[[wave]]\ndevices = 5\n\n[[wave]]\nshare = '100%'\n"
POST = "v3.schedule_campaign_firmware_upgrade"


@contextmanager
def began(folder: Path, plan: str = PLAN + TWO_WAVES, **options: Any) -> Iterator[Field]:
    with field_of(folder, **options) as field:
        field.start(plan)
        yield field


def notes(field: Field) -> dict[str, tuple[str, dict[str, str]]]:
    """Return what `status` says beside the numbers: for each title its text, and its steps with their commands."""
    done = field.on("status")
    found: dict[str, tuple[str, dict[str, str]]] = {}
    steps: dict[str, str] = {}
    for line in done.out.splitlines():
        word, _, text = line.strip().partition(": ")
        if line.startswith("    "):
            steps[word] = text
        else:
            steps = {}
            found[word] = (text, steps)
    return found


def follow(field: Field, command: str, *more: str) -> Done:
    """Run a command that `status` tells, as a shell would."""
    program, *arguments = shlex.split(command)
    assert program == "fota"
    done = run_here(field.environment, *arguments, *more)
    assert done.code == 0, done.err
    return done


def kinds(field: Field) -> set[tuple[str, str | None]]:
    return {(reason["kind"], reason["account"]) for reason in field.status()["reasons"]}


def test_a_pause_by_a_person(tmp_path: Path) -> None:
    with began(tmp_path) as field:
        field.on("pause", "--comment", "alarms")
        assert notes(field)["asked for"][0] == "pause: alarms; the next step obeys, or the one that runs"
        field.on("step")
        text, steps = notes(field)["paused, by a person"]
        assert text == "alarms"
        follow(field, steps["go on"])
        field.on("step")
        assert kinds(field) == set()


def test_a_stop_rule(tmp_path: Path) -> None:
    rule = "[[stop]]\nkind = 'failed'\nmax_count = 2\n"
    with began(tmp_path, PLAN + rule + TWO_WAVES) as field:
        field.sandbox.outcomes(failed=0.999)
        field.until(lambda status: status["state"] == "paused")
        text, steps = notes(field)["paused, stop rule"]
        assert text.endswith(" devices failed; the rule allows 2")
        assert list(steps) == ["look", "go on", "end it"]
        assert steps["look"] == f"fota rollout devices {field.journal} --state failed"
        follow(field, steps["look"])
        follow(field, steps["end it"], "--dry-run")
        follow(field, steps["go on"])
        field.on("step")
        assert ("stop_rule", None) not in kinds(field)


def test_a_stop_rule_of_an_account_about_rejected_devices(tmp_path: Path) -> None:
    rule = "[[stop]]\nkind = 'rejected'\nmax_count = 1\nper = 'account'\n"
    with began(tmp_path, PLAN + rule + TWO_WAVES) as field:
        for imei in field.of(ACCOUNT):
            field.sandbox.reject_device(imei)
        field.steps(days=1)
        text, steps = notes(field)[f"{ACCOUNT} held, stop rule"]
        assert "devices were rejected; the rule allows 1" in text
        assert steps["look"] == f"fota rollout devices {field.journal} --state rejected --account {ACCOUNT}"
        follow(field, steps["look"])
        follow(field, steps["go on"])
        field.on("step")
        assert kinds(field) == set()


def test_stop_rules_of_several_kinds_that_tripped_together(tmp_path: Path) -> None:
    rules = "".join(f"[[stop]]\nkind = '{kind}'\nmax_count = 1\n" for kind in ("failed", "rejected", "timed_out"))
    with began(tmp_path, PLAN + rules + TWO_WAVES) as field:
        (note,) = advice(field, Reason(ReasonKind.STOP_RULE, None, "text", NOW, (1, 2))).all()
    assert [command for title, command in note.steps if title == "look"] == [
        "fota rollout devices a.rollout --state rejected",
        "fota rollout devices a.rollout --state timed_out",
    ]


def test_a_wave_that_ended_below_its_gate(tmp_path: Path) -> None:
    with began(tmp_path, "stop = []\n" + PLAN + TWO_WAVES) as field:
        field.sandbox.outcomes(failed=0.999)
        field.until(lambda status: status["state"] == "paused")
        shown = notes(field)
        text, steps = shown["paused, gate"]
        assert text.startswith("wave 1 ended below its gate: 0 of 10 devices succeeded (0.0%)")
        assert steps["look"] == f"fota rollout devices {field.journal} --wave 1 --state failed"
        follow(field, steps["look"])
        follow(field, steps["go on"])
        field.on("step")
        assert field.states() == ("running", ["failed", "running"])


def test_a_wave_that_ended_below_its_gate_after_another_one_had(tmp_path: Path) -> None:
    with began(tmp_path, "stop = []\n" + PLAN + TWO_WAVES) as field:
        field.sandbox.outcomes(failed=0.999)
        for wave in (1, 2):
            field.until(lambda status: status["state"] == "paused")
            text, steps = notes(field)["paused, gate"]
            assert text.startswith(f"wave {wave} ended below its gate: ")
            assert steps["look"] == f"fota rollout devices {field.journal} --wave {wave} --state failed"
            follow(field, steps["go on"])
            field.on("step")


def test_a_campaign_that_somebody_has_cancelled(tmp_path: Path) -> None:
    for again in (False, True):
        folder = tmp_path / str(again)
        folder.mkdir()
        with began(folder) as field:
            field.on("step")
            with field.opened() as rollout:
                campaign_id = next(iter(rollout.devices(state="queued"))).campaign_id
            assert run_here(field.environment, "v3", "cancel", str(campaign_id)).code == 0
            field.steps(days=1)
            text, steps = notes(field)["paused, changed by somebody else"]
            assert text == "campaign 1 was cancelled by somebody else; not upgraded: 5 of its devices"
            follow(field, steps["look"])
            follow(field, steps["go on with them, in the next wave" if again else "go on without them"])
            field.on("step")
            assert [wave["devices"] for wave in field.status()["waves"]] == ([5, 35] if again else [10, 30])


def test_licences_that_run_short(tmp_path: Path) -> None:
    with began(tmp_path, purchase="MRC", facts={"is_licensed": False}) as field:
        field.on("step")
        text, steps = notes(field)[f"{ACCOUNT} held, licenses"]
        assert text.startswith("no license is assigned to 5 of the next 5 devices, such as ")
        _, *devices = follow(field, steps["which devices wait"]).out.splitlines()
        assert len(devices) == 5
        assert {line.split(",")[0] for line in devices} <= set(field.of(ACCOUNT))
        follow(field, steps["assign licenses"])
        field.sandbox.add_devices(field.of(ACCOUNT), is_licensed=True)
        follow(field, steps["then"])
        field.on("step")
        assert kinds(field) == {("licences", OTHER)}


def test_where_the_service_assigns_licences_itself_it_is_free_ones_that_lack(tmp_path: Path) -> None:
    plan = PLAN.replace("[watch]", "auto_assign_license_flag = true\n\n[watch]")
    with began(tmp_path, plan + TWO_WAVES, purchase="MRC", licenses=2, facts={"is_licensed": False}) as field:
        field.on("step")
        text, steps = notes(field)[f"{ACCOUNT} held, licenses"]
        assert text == "5 licenses needed for the next 5 devices, free: 2"
        order = "order more, or take some from devices that need none"
        assert list(steps) == ["which devices wait", "how many are free", order, "then"]
        for step in steps.values():
            follow(field, step)


def test_where_all_accounts_are_held_nothing_is_looked_at_before_a_person_has_decided(tmp_path: Path) -> None:
    plan = f"{PLAN}[schedule]\nper_day = 20\n{TWO_WAVES}"
    with began(tmp_path, plan, purchase="MRC", facts={"is_licensed": False}) as field:
        field.on("step")
        assert notes(field)["next"][0] == "nothing before a person has decided"
        assert notes(field)["wave 1"][0] == "all of its devices are of accounts that are held: 10; the gate wants 90%"
        dry = field.on("step", "--dry-run", "--days", "1").out.splitlines()
        assert dry[1] == "  schedules nothing and cancels nothing"
        assert dry[2].startswith(f"    {ACCOUNT} held, licenses: no license is assigned to 5 of the next 5 devices")
        field.on("resume", "--account", ACCOUNT)
        assert notes(field)["next"] == (
            "the step that obeys",
            {"by hand": f"fota rollout step {field.journal}"},
        )


def test_devices_of_an_account_that_is_held_are_told_apart_from_those_that_the_gate_looks_at(tmp_path: Path) -> None:
    with began(tmp_path) as field:
        field.on("pause", "--account", OTHER)
        field.on("step")
        text = "0 of 5 devices succeeded (0.0%), beside 5 of accounts that are held; the gate wants 90%"
        assert notes(field)["wave 1"][0] == text


def test_an_account_that_has_not_reached_its_own_gate_waits_and_it_is_told_for_what(tmp_path: Path) -> None:
    plan = PLAN.replace("\n[campaign]", "order = 'file'\n\n[campaign]", 1)
    with began(tmp_path, plan + TWO_WAVES) as field:
        field.sandbox.silence_device(field.of(OTHER)[0])
        field.until(lambda status: status["behind"] != {})
        why = "wave 2 waits there: of its own wave 1 4 of 5 devices succeeded (80.0%), 1 still open; the gate wants 90%"
        told = notes(field)[f"{OTHER} behind"]
        assert told[0] == why
        assert field.of(OTHER)[0] in follow(field, told[1]["which devices are open"]).out
        dry = field.on("step", "--dry-run", "--days", "1").out
        assert f"    {OTHER} behind: {why}\n" in dry


def test_the_pilot_limit(tmp_path: Path) -> None:
    with began(
        tmp_path, PLAN + "[gate]\nsuccess = '0%'\nsoak = '0h'\n" + TWO_WAVES, devices=60, pilot_rule=True
    ) as field:
        field.steps(days=1)
        text, steps = notes(field)[f"{ACCOUNT} held, pilot limit"]
        assert "it may be the limit of 20 devices, and is retried daily" in text
        follow(field, steps["it is retried daily; or now"])


def test_a_refusal_of_the_service(tmp_path: Path) -> None:
    with began(tmp_path) as field:
        field.sandbox.fail_next(400, {"errorCode": "NO", "errorMessage": "Not today"}, operation=POST)
        field.on("step")
        text, steps = notes(field)[f"{ACCOUNT} held, refused"]
        assert "Not today" in text
        follow(field, steps["mend what the service names, then"])
        field.on("step")
        assert kinds(field) == set()


@pytest.mark.parametrize("is_there", [False, True])
def test_a_campaign_in_doubt(tmp_path: Path, is_there: bool) -> None:
    with began(
        tmp_path, history_names="absent" if is_there else "whole", report_lag=86400 * 6 if is_there else 0
    ) as field:
        if is_there:
            field.sandbox.lose_next_answer(POST)
        else:
            field.sandbox.fail_next(503, operation=POST)
        field.on("step")
        text, steps = notes(field)["in doubt"]
        assert text == f"campaign 1 of {ACCOUNT} may or may not be at the service; each step looks for it"
        assert steps["look for campaign 1"].startswith(f"fota v3 list --account {ACCOUNT} --name ")
        assert steps["look for campaign 1"].endswith(".0001 Spring'")
        field.until(lambda status: status["reasons"] != [])
        text, steps = notes(field)[f"{ACCOUNT} held, in doubt"]
        assert text.startswith("campaign 1 (")
        assert text.endswith(".0001 Spring) may be at the service, but is not found")
        assert f"list --account {ACCOUNT} --name '" in steps["look for it"]
        if not is_there:
            follow(field, steps["look for it"])
            follow(field, steps["if it certainly is not"])
        else:
            command = steps["if it is there"]
            field.sandbox.advance(days=6)
            found = run_here(field.environment, "v3", "find", "--account", ACCOUNT, "--json")
            (campaign,) = json.loads(found.out)
            follow(field, command.replace("CAMPAIGN_ID", campaign["id"]))
        field.on("step")
        assert kinds(field) == set()


NOW = datetime(2026, 11, 27, tzinfo=timezone.utc)


def advice(field: Field, *reasons: Reason, campaigns: tuple[CampaignRow, ...] = ()) -> Advisor:
    with field.opened() as rollout:
        status, plan = rollout.status(), rollout.plan
    command: Callable[..., str] = lambda name, *rest: shlex.join(["fota", "rollout", name, "a.rollout", *rest])  # noqa: E731
    return Advisor(replace(status, reasons=reasons), campaigns, plan, command)


def test_a_campaign_that_is_there_twice(tmp_path: Path) -> None:
    reason = Reason(ReasonKind.TWINS, ACCOUNT, "campaign 4 is at the service 2 times: one, two", NOW)
    sending = CampaignRow(4, ACCOUNT, 1, "sending", 5, {})
    with began(tmp_path) as field:
        (note,) = advice(field, reason, campaigns=(sending,)).all()
    assert note.steps == (
        ("cancel all but one", f"fota v3 cancel --account {ACCOUNT} CAMPAIGN_ID"),
        ("then", "fota rollout resolve a.rollout 4 --id CAMPAIGN_ID"),
    )


def test_two_campaigns_in_doubt_of_one_account_are_told_with_their_numbers(tmp_path: Path) -> None:
    doubts = tuple(CampaignRow(n, ACCOUNT, 1, "sending", 5, {}, name=f"k7q2m9xa.000{n} Spring") for n in (3, 4))
    text = "campaign 4 (k7q2m9xa.0004 Spring) may be at the service, but is not found"
    with began(tmp_path) as field:
        (note,) = advice(field, Reason(ReasonKind.IN_DOUBT, ACCOUNT, text, NOW), campaigns=doubts).all()
    assert note.steps[3:] == (
        ("look for campaign 4", f"fota v3 list --account {ACCOUNT} --name 'k7q2m9xa.0004 Spring'"),
        ("if campaign 4 is there", "fota rollout resolve a.rollout 4 --id CAMPAIGN_ID"),
        ("if campaign 4 certainly is not", "fota rollout resolve a.rollout 4 --absent"),
    )


def test_a_campaign_that_the_journal_does_not_know(tmp_path: Path) -> None:
    text = "campaign one at the service holds 5 of our devices and is not in the journal"
    with began(tmp_path) as field:
        (note,) = advice(field, Reason(ReasonKind.IN_DOUBT, ACCOUNT, text, NOW)).all()
    assert note.steps == (
        ("look for it", f"fota v3 list --account {ACCOUNT}"),
        ("once that is clear, go on", f"fota rollout resume a.rollout --account {ACCOUNT}"),
    )


def test_of_many_accounts_that_are_held_alike_the_first_are_told(tmp_path: Path) -> None:
    accounts = [f"0000123456-{number:05d}" for number in range(1, 201)]
    with began(tmp_path) as field:
        found = advice(field, *(Reason(ReasonKind.LICENCES, each, "none left", NOW) for each in accounts)).all()
    assert [note.title for note in found[:3]] == [f"{account} held, licenses" for account in accounts[:3]]
    assert [(note.title, note.text) for note in found[3:]] == [("licenses", "197 more accounts are held")]


def test_every_kind_of_reason_has_something_to_do(tmp_path: Path) -> None:
    known = [value for name, value in vars(ReasonKind).items() if name.isupper()]
    with began(tmp_path) as field:
        for kind in known:
            (note,) = advice(field, Reason(kind, None if kind == "gate" else ACCOUNT, "text", NOW)).all()
            assert note.steps != ()
