"""A plan says what it holds, alike whether it comes from a file, from JSON or from a script."""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from fota_sdk import (
    CampaignFirmwareUpgrade,
    CampaignSoftwareUpgrade,
    V2TimeWindow,
    V3TimeWindow,
    ValidationError,
    rollout,
)
from fota_sdk.rollout.plan import Doubt, Gate, RolloutPlan, Schedule, StopRule, Watch, Wave
from tests.conftest import IMEIS
from tests.rollout.plans import CAMPAIGN, TOML, V2_CAMPAIGN, plan, write

FULL = f"""\
name = "Spring"
api = "v2"
devices = "lists/fleet.csv"
campaign_size = 500
order = "file"

[campaign]
{"".join(f'{key} = "{value}"' + chr(10) for key, value in V2_CAMPAIGN.items())}
[accounts."0000123456-00001"]
credentials = "ACME"

[[wave]]
name = "Pilot"
devices = 20
soak = "48h"

[[wave]]
share = "2.5%"
success = "99%"
approval = "manual"

[[wave]]
share = "100%"

[gate]
success = "95%"
soak = "12h"

[[stop]]
kind = "failed"
share = "3%"
confidence = 0
per = "account"

[[stop]]
kind = "timed_out"
max_count = 100
min_finished = 50

[schedule]
lead = 2
days = 14
per_day = 250
windows = [{{ start_time = 22, end_time = 24 }}, {{ start_time = 0, end_time = 4 }}]

[watch]
every = "2h"
calls_per_second = 2.5

[doubt]
settle = "2d"
when_absent = "resend"
"""
BUILT = RolloutPlan(
    name="Spring",
    api="v2",
    devices="lists/fleet.csv",
    campaign_size=500,
    order="file",
    campaign=V2_CAMPAIGN,
    accounts={"0000123456-00001": {"credentials": "ACME"}},
    wave=(
        Wave(devices=20, name="Pilot", soak="48h"),
        Wave(share="2.5%", success="99%", approval="manual"),
        Wave(share="100%"),
    ),
    gate=Gate(success="95%", soak="12h"),
    stop=(
        StopRule("failed", share="3%", confidence=0, per="account"),
        StopRule("timed_out", max_count=100, min_finished=50),
    ),
    schedule=Schedule(lead=2, days=14, per_day=250, windows=(V2TimeWindow(22, 24), {"start_time": 0, "end_time": 4})),
    watch=Watch(every="2h", calls_per_second=2.5),
    doubt=Doubt(settle="2d", when_absent="resend"),
)


# Where plans come from


def test_a_file_a_mapping_and_a_script_give_the_same_plan(tmp_path: Path) -> None:
    read = RolloutPlan.from_file(write(tmp_path, FULL))
    assert read == BUILT
    assert RolloutPlan.from_dictionary(json.loads(json.dumps(read.to_dictionary()))) == read
    BUILT.validate()


def test_a_short_file_has_the_defaults(tmp_path: Path) -> None:
    read = RolloutPlan.from_file(write(tmp_path, TOML))
    assert read == plan(devices="fleet.csv")
    assert read.to_dictionary() == {
        "name": "Spring",
        "campaign": CAMPAIGN,
        "devices": "fleet.csv",
        "api": "v3",
        "accounts": {},
        "wave": [
            {"devices": 20, "approval": "auto"},
            {"share": "1%", "approval": "auto"},
            {"share": "10%", "approval": "auto"},
            {"share": "100%", "approval": "auto"},
        ],
        "gate": {"success": "90%", "soak": "24h"},
        "stop": [
            {"kind": "failed", "share": "5%", "min_finished": 20, "confidence": 0.95, "per": "rollout"},
            {"kind": "failed", "share": "5%", "min_finished": 20, "confidence": 0.95, "per": "account"},
            {"kind": "rejected", "share": "20%", "min_finished": 20, "confidence": 0.95, "per": "account"},
        ],
        "schedule": {"lead": 1, "days": 7, "windows": []},
        "campaign_size": 1000,
        "order": "hash",
        "watch": {"calls_per_second": 10},
        "doubt": {"settle": "24h", "when_absent": "ask"},
    }


def test_no_stop_rules_are_something_else_than_the_default_ones() -> None:
    assert RolloutPlan.from_dictionary({"name": "Spring", "campaign": CAMPAIGN, "stop": []}).stop == ()
    assert len(RolloutPlan.from_dictionary({"name": "Spring", "campaign": CAMPAIGN}).stop) == 3


@pytest.mark.parametrize(
    "text", [TOML.replace("\n", "\r\n"), "\ufeff" + TOML, "# Frühjahr\n" + TOML], ids=["crlf", "bom", "utf-8"]
)
def test_a_file_is_read_as_editors_save_it(tmp_path: Path, text: str) -> None:
    assert RolloutPlan.from_file(write(tmp_path, text)) == plan(devices="fleet.csv")


def test_a_plan_from_a_file_knows_it_and_finds_its_devices_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, TOML)
    monkeypatch.chdir(tmp_path)
    read = RolloutPlan.from_file("plan.toml")
    monkeypatch.chdir("/")
    assert read.source == str(tmp_path / "plan.toml")
    assert read.devices_path == tmp_path / "fleet.csv"
    assert plan(devices="fleet.csv").devices_path == Path("fleet.csv")
    assert plan().devices_path is None


def test_where_a_plan_comes_from_is_no_part_of_it(tmp_path: Path) -> None:
    read = RolloutPlan.from_file(write(tmp_path, TOML))
    assert read == dataclasses.replace(read, source=None)
    assert str(tmp_path) not in repr(read)
    assert "source" not in read.to_dictionary()
    with pytest.raises(ValidationError, match="source: is no key"):
        RolloutPlan.from_dictionary({**read.to_dictionary(), "source": "plan.toml"})


def test_what_a_plan_was_built_of_may_change_without_it() -> None:
    campaign, waves, window = dict(CAMPAIGN), [Wave(share="100%")], {"start_time": 1, "end_time": 2}
    accounts = {"0000123456-00001": {"credentials": "ACME"}}
    built = plan(campaign=campaign, wave=waves, accounts=accounts, schedule=Schedule(windows=[window]))  # type: ignore[arg-type]
    before = copy.deepcopy(built)
    campaign["firmware_to"] = "other"
    accounts["0000123456-00001"]["credentials"] = "OTHER"
    window["end_time"] = 3
    waves.clear()
    built.to_dictionary()["campaign"]["firmware_to"] = "other"
    assert built == before


def test_a_plan_can_be_pickled() -> None:
    assert pickle.loads(pickle.dumps(BUILT)) == BUILT


# What values stand for


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("0h", timedelta(0)),
        ("30m", timedelta(minutes=30)),
        ("24h", timedelta(days=1)),
        ("2d", timedelta(days=2)),
        ("1.5d", timedelta(hours=36)),
        ("0.5h", timedelta(minutes=30)),
        ("720h", timedelta(days=30)),
    ],
)
def test_durations_are_minutes_hours_or_days(text: str, time: timedelta) -> None:
    assert Gate(soak=text).soak_time == time
    plan(gate=Gate(soak=text)).validate()


@pytest.mark.parametrize(
    ("text", "share"), [("90%", 0.9), ("0%", 0.0), ("100%", 1.0), ("2.5%", 0.025), ("0.05%", 0.0005)]
)
def test_shares_are_percentages(text: str, share: float) -> None:
    assert Gate(success=text).success_share == share
    plan(gate=Gate(success=text)).validate()


def test_a_rule_and_a_wave_that_count_devices_have_no_share() -> None:
    assert StopRule("failed", max_count=3).share_value is Wave(devices=3).share_value is None
    assert StopRule("failed", "5%").share_value == Wave(share="5%").share_value == 0.05


@pytest.mark.parametrize(
    ("wave", "size", "reach"),
    [
        (Wave(devices=20), 5, 5),
        (Wave(devices=20), 500, 20),
        (Wave(share="1%"), 50, 1),
        (Wave(share="1%"), 100, 1),
        (Wave(share="1%"), 101, 2),
        (Wave(share="7%"), 100, 7),
        (Wave(share="100%"), 77, 77),
        (Wave(share="1%"), 0, 0),
    ],
)
def test_a_wave_reaches_whole_devices_and_never_none_of_an_account(wave: Wave, size: int, reach: int) -> None:
    assert wave.reach(size) == reach


def test_a_look_is_due_every_six_hours_and_every_hour_on_the_first_day_unless_the_plan_says_otherwise() -> None:
    assert (Watch().interval(True), Watch().interval(first_day=False)) == (timedelta(hours=1), timedelta(hours=6))
    assert Watch("30m").interval(True) == Watch("30m").interval(False) == timedelta(minutes=30)


def test_the_time_to_look_for_what_may_be_there_is_a_day() -> None:
    assert Doubt().settle_time == timedelta(days=1)
    assert Doubt(settle="2h").settle_time == timedelta(hours=2)


# Waves


def test_a_wave_has_the_gate_of_the_plan_but_for_its_own_values() -> None:
    assert BUILT.gate_of(1) == Gate("95%", "48h")
    assert BUILT.gate_of(2) == Gate("99%", "12h")
    assert BUILT.gate_of(3) == BUILT.gate


def test_a_wave_is_called_by_its_name_or_its_number() -> None:
    assert [BUILT.wave_name(number) for number in (1, 2, 3)] == ["Pilot", "wave 2", "wave 3"]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (1, 1),
        (3, 3),
        (0, None),
        (4, None),
        (-1, None),
        (True, None),
        ("1", 1),
        (" 3 ", 3),
        ("4", None),
        ("Pilot", 1),
        (" PILOT", 1),
        ("wave 2", 2),
        ("Wave  1", 1),
        ("", None),
        ("wave", None),
    ],
)
def test_a_wave_is_found_by_its_number_or_its_name(text: str | int, number: int | None) -> None:
    assert BUILT.wave_number(text) == number


# Requests

START = date.today() + timedelta(days=1)
END = START + timedelta(days=7)


def test_a_request_of_v3_has_the_package_the_dates_the_windows_and_the_devices() -> None:
    windows = (V3TimeWindow(18, 22),)
    request = plan(schedule=Schedule(windows=windows)).request("k7q2m9xa.0042 Spring", START, END, tuple(IMEIS))
    assert request == CampaignFirmwareUpgrade(
        campaign_name="k7q2m9xa.0042 Spring",
        **CAMPAIGN,
        protocol="LWM2M",
        start_date=START,
        end_date=END,
        campaign_time_window_list=[V3TimeWindow(18, 22)],
        device_list=IMEIS,
    )


def test_a_request_of_v2_has_the_windows_for_downloads_and_installs() -> None:
    assert BUILT.request("Spring", START.isoformat(), END.isoformat(), IMEIS) == CampaignSoftwareUpgrade(
        campaign_name="Spring",
        **V2_CAMPAIGN,
        start_date=START,
        end_date=END,
        download_time_window_list=[V2TimeWindow(22, 24), V2TimeWindow(0, 4)],
        install_time_window_list=[V2TimeWindow(22, 24), V2TimeWindow(0, 4)],
        device_list=IMEIS,
    )


@pytest.mark.parametrize("built", [plan(), plan(api="v2", campaign=V2_CAMPAIGN)])
def test_a_request_without_windows_sends_none(built: RolloutPlan) -> None:
    assert [key for key in built.request("Spring", START, END, IMEIS).to_dictionary() if "Window" in key] == []


def test_a_request_holds_what_else_the_plan_says_of_campaigns() -> None:
    built = plan(campaign={**CAMPAIGN, "protocol": "HTTP", "auto_assign_license_flag": False})
    request = built.request("Spring", START, END, IMEIS).to_dictionary()
    assert (request["protocol"], request["autoAssignLicenseFlag"]) == ("HTTP", False)


def test_a_request_that_the_service_would_refuse_is_not_made() -> None:
    with pytest.raises(ValidationError, match="endDate: must not be before startDate"):
        plan().request("Spring", END, START, IMEIS)


# Every plan


def written(value: Any) -> str:
    """Return a value as TOML; JSON writes texts, numbers, flags and lists alike."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(key)} = {written(each)}" for key, each in value.items()) + " }"
    return f"[{', '.join(map(written, value))}]" if isinstance(value, list) else json.dumps(value, ensure_ascii=False)


def percent(least: int) -> st.SearchStrategy[str]:
    return st.integers(least, 1000).map(lambda tenths: f"{tenths / 10:g}%")


def hours(least: int, most: int) -> st.SearchStrategy[str]:
    return st.integers(least, most).flatmap(lambda n: st.sampled_from([f"{n}h", f"{n * 60}m", f"{n / 24:.6f}d"]))


def between(least: int, most: int) -> st.SearchStrategy[int]:
    return st.integers(least, most)


def is_version(text: str) -> bool:
    return text.strip() != "" and not any(character < " " or "\x7f" <= character < "\xa0" for character in text)


NAMES = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=40).filter(str.strip)


@st.composite
def waves(draw: st.DrawFn) -> tuple[Wave, ...]:
    shares = sorted(draw(st.sets(between(1, 999), max_size=3)))
    counts = sorted(draw(st.sets(between(1, 1_000_000), max_size=2)))
    sizes = [{"devices": count} for count in counts] + [{"share": f"{share / 10:g}%"} for share in shares]
    others = st.builds(
        dict,
        approval=st.sampled_from(["auto", "manual"]),
        success=st.none() | percent(0),
        soak=st.none() | hours(0, 719),
    )
    sizes.append({"share": "100%"})
    return tuple(
        Wave(**size, **draw(others), name=draw(st.sampled_from([None, f"Wave no. {number}", f"{number}%~\"'"])))
        for number, size in enumerate(sizes, 1)
    )


PLANS = st.builds(
    RolloutPlan,
    name=NAMES,
    campaign=st.fixed_dictionaries(
        {
            key: st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1).filter(str.strip)
            for key in CAMPAIGN
        },
        optional={"protocol": st.just("LWM2M"), "auto_assign_license_flag": st.booleans()},
    ),
    devices=st.sampled_from(["fleet.csv", "C:\\lists\\fleet.csv", "../a b.csv"]),
    accounts=st.dictionaries(
        between(0, 99).map(lambda number: f"0000123456-{number:05}"),
        st.fixed_dictionaries({}, optional={"credentials": st.just("ACME")}),
        max_size=2,
    ),
    wave=waves(),
    gate=st.builds(Gate, percent(0), hours(0, 719)),
    stop=st.lists(
        st.builds(
            StopRule,
            kind=st.sampled_from(["failed", "rejected", "timed_out"]),
            share=percent(1),
            min_finished=between(1, 1_000_000),
            confidence=st.floats(0.5, 0.999) | st.just(0),
            max_count=st.none() | between(1, 10**9),
            per=st.sampled_from(["rollout", "account"]),
        ),
        max_size=3,
    ),
    schedule=st.builds(
        Schedule,
        lead=between(1, 30),
        days=between(1, 31),
        per_day=st.none() | between(1, 10**6),
        windows=st.lists(
            between(0, 23).flatmap(lambda start: st.builds(V3TimeWindow, st.just(start), between(start + 1, 24))),
            max_size=2,
        ),
    ),
    campaign_size=between(1, 10_000),
    order=st.sampled_from(["hash", "file"]),
    watch=st.builds(Watch, st.none() | hours(1, 23), st.floats(0.1, 100) | between(1, 100)),
    doubt=st.builds(Doubt, hours(1, 167), st.sampled_from(["ask", "resend"])),
)


@pytest.mark.fuzz
@settings(derandomize=True, max_examples=150, deadline=None)
@given(PLANS)
def test_every_sound_plan_is_the_same_after_it_was_kept_as_json_or_toml(
    tmp_path_factory: pytest.TempPathFactory, built: RolloutPlan
) -> None:
    built.validate()
    data = built.to_dictionary()
    assert RolloutPlan.from_dictionary(json.loads(json.dumps(data))) == built
    text = "".join(f"{key} = {written(value)}\n" for key, value in data.items())
    assert RolloutPlan.from_file(write(tmp_path_factory.getbasetemp(), text)) == built


@pytest.mark.fuzz
@settings(derandomize=True, max_examples=150, deadline=None)
@given(waves(), between(0, 2000))
def test_waves_of_every_account_end_with_all_of_its_devices(built: tuple[Wave, ...], size: int) -> None:
    assert built[-1].reach(size) == size
    assert all(0 <= wave.reach(size) <= size for wave in built)
    for wave in built:
        if wave.share is not None:
            exact = Fraction(wave.share[:-1]) / 100 * size
            assert exact <= wave.reach(size) < exact + 1


@pytest.mark.parametrize("name", [name for name in rollout.__all__ if dataclasses.is_dataclass(getattr(rollout, name))])
def test_what_a_plan_holds_and_a_roll_out_tells_stays_as_it_is(name: str) -> None:
    values = getattr(rollout, name)
    told = object.__new__(values)
    for field in dataclasses.fields(values):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(told, field.name, None)
