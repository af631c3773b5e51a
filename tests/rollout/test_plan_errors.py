"""Mistakes that people make in a plan, and the message that each gives."""

from __future__ import annotations

import copy
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from fota_sdk import ConfigurationError, ValidationError
from fota_sdk.rollout.plan import Gate, RolloutPlan, Schedule, StopRule, Wave
from tests.rollout.plans import CAMPAIGN, TOML, V2_CAMPAIGN, findings_in, findings_in_file, plan, write

ACCOUNT = "0000123456-00001"
SHARE = 'must be a percentage above 0% and at most 100%, such as "2.5%"'
SUCCESS = 'must be a percentage from 0% to 100%, such as "2.5%"'
ABOVE = "above the first [section]"
SIGN = "in quotes and with its sign"
UNIT = "in quotes and with its unit"
WITH_UNIT = 'with its unit (m, h or d) such as "36h"'
NO_SECRETS = 'is no key of an account; credentials = "ACME" names its variables, as no secret belongs into a plan'
KNOWN = (
    "is no key of a plan; known are name, campaign, devices, api, accounts, wave, gate, stop, schedule, "
    "campaign_size, order, watch and doubt"
)
LAST = 'must have share = "100%", as it is the last one: otherwise devices are left out'
SOAK = "must be a duration from 0h to 30d"


def changed(**keys: Any) -> dict[str, Any]:
    """Return a plan's data with keys changed; a path such as ``gate__soak`` names one in a section."""
    data = copy.deepcopy(plan().to_dictionary())
    for path, value in keys.items():
        section, _, key = path.rpartition("__")
        (data[section] if section else data)[key] = value
    return data


def test_a_plan_with_nothing_but_a_name_and_a_package_is_sound() -> None:
    assert findings_in({"name": "Spring", "campaign": CAMPAIGN}) == {}
    plan().validate()


# Keys


@pytest.mark.parametrize(
    ("text", "path", "message"),
    [
        ("campain_size = 5", "campain_size", "is no key of a plan; did you mean campaign_size?"),
        ("Order = 'file'", "Order", "is no key of a plan; did you mean order?"),
        ("campaign-size = 5", "campaign-size", "is no key of a plan; did you mean campaign_size?"),
        ("waves = 3", "waves", "is no key of a plan; did you mean wave?"),
        ("per_day = 3", "per_day", "is a key of [schedule], not of a plan"),
        ("soak = '1d'", "soak", "is a key of [gate] and of [[wave]], not of a plan"),
        (
            "zzz = 1",
            "zzz",
            KNOWN,
        ),
        ("[gate]\nsucess = '5%'", "gate.sucess", "is no key of [gate]; did you mean success?"),
        ("[gate]\nsoak_time = '5h'", "gate.soak_time", "is no key of [gate]; did you mean soak?"),
        ("[schedule]\nperDay = 3", "schedule.perDay", "is no key of [schedule]; did you mean per_day?"),
        ("[watch]\ninterval = '1h'", "watch.interval", "is no key of [watch]; known are every and calls_per_second"),
        (
            "[gate]\norder = 'file'",
            "gate.order",
            f"is a key of the plan itself ({ABOVE}), not of [gate]",
        ),
        (
            "[[wave]]\nshare = '100%'\nsucces = '5%'",
            "wave[0].succes",
            "is no key of [[wave]]; did you mean success?",
        ),
        ("[wave]\nshare = '100%'", "wave", "must be [[wave]], with two brackets, for each of them"),
        ("[[gate]]\nsoak = '1h'", "gate", "must be [gate], with one bracket: there is only one"),
        ("gate = '90%'", "gate", "must be a table, [gate], got a string"),
        ("wave = 4", "wave", "must be tables, [[wave]], got a number"),
        ("stop = [5]", "stop[0]", "must be a table, [[stop]], got a number"),
        ("wave = []", "wave", "must hold at least one"),
    ],
)
def test_a_wrong_key_is_named_with_what_may_be_meant(tmp_path: Path, text: str, path: str, message: str) -> None:
    first, _, rest = text.partition("\n")
    where = f"{TOML}{text}\n" if first.startswith("[") else f"{first}\n{TOML}"
    assert findings_in_file(tmp_path, where) == {path: message}, rest


def test_a_key_of_the_plan_that_stands_below_a_section_is_told_to_stand_above(tmp_path: Path) -> None:
    name, devices, *rest = TOML.splitlines()
    assert findings_in_file(tmp_path, "\n".join([name, *rest, devices])) == {
        "devices": "is required",
        "campaign.devices": f"is a key of the plan itself ({ABOVE}) and of [[wave]], not of [campaign]",
    }


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    text = """\
        campain_size = 5
        [campaign]
        firmware_name = "a"
        firmware_from = 1.10
        [[wave]]
        share = 5
        [gate]
        soak = 24
        [schedule]
        days = 0
    """
    assert list(findings_in_file(tmp_path, text)) == [
        "campain_size",
        "name",
        "campaign.firmware_from",
        "campaign.firmware_to",
        "devices",
        "wave[0].share",
        "gate.soak",
        "schedule.days",
    ]


@pytest.mark.parametrize("data", [None, [], "name", 5])
def test_what_is_no_mapping_is_no_plan(data: Any) -> None:
    assert list(findings_in(data)) == ["$"]


# Values


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("name", "", "must be 1 to 40 printable ASCII characters, got ''"),
        ("name", " ", "must be 1 to 40 printable ASCII characters, got ' '"),
        ("name", "Frühjahr", "must be 1 to 40 printable ASCII characters, got 'Frühjahr'"),
        ("name", "a\tb", r"must be 1 to 40 printable ASCII characters, got 'a\tb'"),
        ("name", "x" * 41, f"must be 1 to 40 printable ASCII characters, got '{'x' * 41}'"),
        ("name", 2030, "must be a text in quotes, got 2030"),
        ("api", "V3", 'must be "v3" or "v2", got \'V3\''),
        ("api", 3, 'must be "v3" or "v2", got 3'),
        ("devices", "", "must be the path of a file, got ''"),
        (
            "devices",
            "C:\fleet.csv",
            r"holds a control character: put a path with \ into single quotes, got 'C:\x0cleet.csv'",
        ),
        ("devices", ["990013907884253"], "must be the path of a file in quotes, got an array"),
        ("campaign_size", 0, "must be a whole number from 1 to 10,000, got 0"),
        ("campaign_size", 10_001, "must be a whole number from 1 to 10,000, got 10001"),
        ("campaign_size", "1000", "must be a whole number from 1 to 10,000, without quotes, got '1000'"),
        ("campaign_size", True, "must be a whole number from 1 to 10,000, got true"),
        ("campaign_size", 1000.0, "must be a whole number from 1 to 10,000, got 1000.0"),
        ("campaign_size", None, "must be a whole number from 1 to 10,000, got null"),
        ("order", "random", 'must be "hash" or "file", got \'random\''),
        ("gate__success", 90, f'must be "90%", {SIGN}, got 90'),
        ("gate__success", 0, f'must be "0%", {SIGN}, got 0'),
        ("gate__success", 0.9, f'must be "0.9%" or "90%", {SIGN}, got 0.9'),
        ("gate__success", 1, f'must be "1%" or "100%", {SIGN}, got 1'),
        ("gate__success", 1.5, f'must be "1.5%", {SIGN}, got 1.5'),
        ("gate__success", "90", f"must be \"90%\", {SIGN}, got '90'"),
        ("gate__success", "90 %", f"must be \"90%\", {SIGN}, got '90 %'"),
        ("gate__success", "2,5%", f"must be \"2.5%\", {SIGN}, got '2,5%'"),
        ("gate__success", "most", f"{SUCCESS}, got 'most'"),
        ("gate__success", "100.1%", f"{SUCCESS}, got '100.1%'"),
        ("gate__success", "-5%", f"{SUCCESS}, got '-5%'"),
        ("gate__success", 250, f"{SUCCESS}, got 250"),
        ("gate__success", float("nan"), f"{SUCCESS}, got nan"),
        ("gate__success", True, f"{SUCCESS}, got true"),
        ("gate__success", None, f"{SUCCESS}, got null"),
        ("gate__success", 10**30, f"{SUCCESS}, got a very large number"),
        ("gate__soak", 24, f'must be "24m", "24h" or "24d", {UNIT}, got 24'),
        ("gate__soak", "24", f'must be "24m", "24h" or "24d", {UNIT}, got \'24\''),
        ("gate__soak", 1.5, f'must be "1.5m", "1.5h" or "1.5d", {UNIT}, got 1.5'),
        ("gate__soak", "90s", f"{SOAK}, one number {WITH_UNIT}, got '90s'"),
        ("gate__soak", "1d12h", f"{SOAK}, one number {WITH_UNIT}, got '1d12h'"),
        ("gate__soak", -1, f"{SOAK}, one number {WITH_UNIT}, got -1"),
        ("gate__soak", True, f"{SOAK}, one number {WITH_UNIT}, got true"),
        ("gate__soak", "31d", f"{SOAK}, got '31d'"),
        ("watch__every", "5m", "must be a duration from 10m to 24h, got '5m'"),
        ("watch__every", 30, f'must be "30m", {UNIT}, got 30'),
        ("watch__calls_per_second", 0, "must be a number from 0.1 to 100, got 0"),
        ("watch__calls_per_second", float("nan"), "must be a number from 0.1 to 100, got nan"),
        ("watch__calls_per_second", float("inf"), "must be a number from 0.1 to 100, got inf"),
        ("watch__calls_per_second", "10", "must be a number from 0.1 to 100, without quotes, got '10'"),
        ("doubt__settle", "8d", "must be a duration from 1h to 7d, got '8d'"),
        ("doubt__when_absent", "retry", 'must be "ask" or "resend", got \'retry\''),
        ("schedule__lead", 0, "must be a whole number of days from 1 to 30, got 0"),
        ("schedule__lead", "1d", "must be a whole number of days from 1 to 30, without quotes, got '1d'"),
        ("schedule__days", 32, "must be a whole number of days from 1 to 31, got 32"),
        ("schedule__per_day", 0, "must be a whole number of devices of 1 or more, got 0"),
        ("schedule__per_day", 10**30, ""),
        (
            "schedule__windows",
            "18-22",
            "must be a list of tables such as { start_time = 18, end_time = 22 }, got a string",
        ),
    ],
)
def test_a_wrong_value_is_told_with_what_the_key_takes(key: str, value: Any, message: str) -> None:
    found = {key.replace("__", "."): message} if message else {}
    assert findings_in(changed(**{key: value})) == found


@pytest.mark.parametrize(
    ("windows", "found"),
    [
        ([{"start_time": 18, "end_time": 22}, {"start_time": 0, "end_time": 24}], {}),
        (["18-22"], {"[0]": "must be a table such as { start_time = 18, end_time = 22 }, got a string"}),
        ([{"start_time": 22}], {"[0].end_time": "is required"}),
        (
            [{"start_time": 1, "end_time": 2}, {"start_time": 22, "end_time": 2}],
            {"[1].end_time": "must be after start_time 22, got 2; over midnight takes two windows"},
        ),
        ([{"start_time": 18, "end_time": 25}], {"[0].end_time": "must be from 1 to 24, got 25"}),
        ([{"start_time": "18", "end_time": 22}], {"[0].start_time": "must be an int, got str"}),
        (
            [{"startTime": 18, "end_time": 22}],
            {"[0].startTime": "is no key of a window; did you mean start_time?", "[0].start_time": "is required"},
        ),
    ],
)
def test_windows_are_those_of_a_campaign(windows: Any, found: dict[str, str]) -> None:
    expected = {f"schedule.windows{path}": message for path, message in found.items()}
    assert findings_in(changed(schedule__windows=windows)) == expected


# Waves


@pytest.mark.parametrize(
    ("waves", "found"),
    [
        ([{"share": "100%"}], {}),
        ([{"devices": 1}, {"share": "0.5%"}, {"devices": 500}, {"share": "100%"}], {}),
        ([{}, {"share": "100%"}], {"[0]": "needs devices or share"}),
        ([{"name": "Pilot"}, {"share": "100%"}], {"[0]": "needs devices or share"}),
        ([{"devices": 5, "share": "5%"}, {"share": "100%"}], {"[0]": "has both devices and share; give one of them"}),
        (
            [{"devices": 20}, {"devices": 20}, {"share": "100%"}],
            {"[1].devices": "must be above wave[0].devices (20), as it counts all before it too, got 20"},
        ),
        (
            [{"share": "10%"}, {"devices": 50}, {"share": "5%"}, {"share": "100%"}],
            {"[2].share": "must be above wave[0].share (10%), as it counts all before it too, got 5%"},
        ),
        (
            [{"share": "100%"}, {"share": "100%"}],
            {"[1].share": "must be above wave[0].share (100%), as it counts all before it too, got 100%"},
        ),
        ([{"share": "50%"}], {"[0]": LAST}),
        ([{"devices": 50}], {"[0]": LAST}),
        ([{"share": 5}, {"share": "100%"}], {"[0].share": f'must be "5%", {SIGN}, got 5'}),
        ([{"share": "0%"}, {"share": "100%"}], {"[0].share": f"{SHARE}, got '0%'"}),
        (
            [{"devices": "20"}, {"devices": True}, {"devices": 3}, {"share": "100%"}],
            {
                "[0].devices": "must be a whole number from 1 to 1,000,000, without quotes, got '20'",
                "[1].devices": "must be a whole number from 1 to 1,000,000, got true",
            },
        ),
        ([{"devices": 0}, {"share": "100%"}], {"[0].devices": "must be a whole number from 1 to 1,000,000, got 0"}),
        (
            [{"share": "100%", "soak": 24}],
            {"[0].soak": f'must be "24m", "24h" or "24d", {UNIT}, got 24'},
        ),
        ([{"share": "100%", "approval": "yes"}], {"[0].approval": 'must be "auto" or "manual", got \'yes\''}),
        ([{"share": "100%", "name": "ß"}], {"[0].name": "must be 1 to 40 printable ASCII characters, got 'ß'"}),
        (
            [{"devices": 5, "name": "Pilot"}, {"share": "100%", "name": "pilot "}],
            {"[1].name": "is the name of wave[0] too"},
        ),
        ([{"share": "100%", "name": "2"}], {"[0].name": "would be taken for the number of a wave"}),
        ([{"share": "100%", "name": "Wave 2"}], {"[0].name": "would be taken for the number of a wave"}),
        ([{"share": "100%", "name": "Wave 1"}], {}),
    ],
)
def test_waves_grow_until_they_reach_every_device(waves: Any, found: dict[str, str]) -> None:
    assert findings_in(changed(wave=waves)) == {f"wave{path}": message for path, message in found.items()}


# Stop rules


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ({"kind": "failed", "max_count": 1}, {}),
        ({"kind": "failed", "max_count": 1, "share": "100%"}, {}),
        ({"kind": "timed_out", "share": "0.1%", "confidence": 0}, {}),
        ({"kind": "failed"}, {"": "needs share or max_count"}),
        ({"share": "5%"}, {".kind": "is required"}),
        (
            {"kind": "failures", "share": "5%"},
            {".kind": 'must be "failed", "rejected" or "timed_out", got \'failures\''},
        ),
        ({"kind": "failed", "share": 5}, {".share": f'must be "5%", {SIGN}, got 5'}),
        ({"kind": "failed", "share": "0%"}, {".share": f"{SHARE}, got '0%'"}),
        ({"kind": "failed", "max_count": 0}, {".max_count": "must be a whole number of 1 or more, got 0"}),
        (
            {"kind": "failed", "share": "5%", "confidence": "95%"},
            {".confidence": "must be a number from 0.5 to 0.999, or 0, without quotes, got '95%'"},
        ),
        (
            {"kind": "failed", "share": "5%", "confidence": 95},
            {".confidence": "must be a number from 0.5 to 0.999, or 0, got 95"},
        ),
        (
            {"kind": "failed", "share": "5%", "min_finished": 0},
            {".min_finished": "must be a whole number from 1 to 1,000,000, got 0"},
        ),
        ({"kind": "failed", "share": "5%", "per": "wave"}, {".per": 'must be "rollout" or "account", got \'wave\''}),
    ],
)
def test_a_stop_rule_says_what_it_counts_and_how_much_is_too_much(rule: Any, found: dict[str, str]) -> None:
    assert findings_in(changed(stop=[rule])) == {f"stop[0]{path}": message for path, message in found.items()}


# The campaign


@pytest.mark.parametrize(
    ("api", "campaign", "found"),
    [
        ("v3", {**CAMPAIGN, "protocol": "HTTP", "auto_assign_license_flag": True, "auto_add_devices_flag": False}, {}),
        ("v2", V2_CAMPAIGN, {}),
        ("v3", {}, {"firmware_name": "is required", "firmware_from": "is required", "firmware_to": "is required"}),
        (
            "v3",
            {**CAMPAIGN, "firmware_from": 1.10},
            {"firmware_from": "must stand in quotes: a number loses its last zeros (1.10 becomes 1.1)"},
        ),
        ("v3", {**CAMPAIGN, "firmware_from": ""}, {"firmware_from": "must not be empty"}),
        ("v3", {**CAMPAIGN, "firmware_from": True}, {"firmware_from": "must be a text in quotes, got a boolean"}),
        (
            "v3",
            {**CAMPAIGN, "auto_assign_license_flag": "true"},
            {"auto_assign_license_flag": "must be true or false, without quotes, got a string"},
        ),
        (
            "v3",
            {**CAMPAIGN, "auto_add_devices_flag": True},
            {"auto_add_devices_flag": "must not be true: a device that joins by itself is in no wave"},
        ),
        (
            "v3",
            {**CAMPAIGN, "start_date": "2030-01-01", "endDate": "2030-01-31"},
            {
                "start_date": "is set for each campaign; [schedule] lead and days say when it runs",
                "endDate": "is set for each campaign; [schedule] lead and days say when it runs",
            },
        ),
        (
            "v3",
            {**CAMPAIGN, "campaign_name": "x"},
            {"campaign_name": "is set for each campaign; it ends in the plan's name"},
        ),
        (
            "v3",
            {**CAMPAIGN, "device_list": ["1"]},
            {"device_list": "is set for each campaign; devices names the file of all of them"},
        ),
        (
            "v3",
            {**CAMPAIGN, "campaign_time_window_list": []},
            {"campaign_time_window_list": "is set for each campaign; write [schedule] windows"},
        ),
        (
            "v2",
            {**V2_CAMPAIGN, "download_after_date": "2030-01-01", "install_time_window_list": []},
            {
                "download_after_date": "is set for each campaign; [schedule] lead and days say when it runs",
                "install_time_window_list": "is set for each campaign; write [schedule] windows",
            },
        ),
        (
            "v2",
            {**CAMPAIGN, "distribution_type": "HTTP"},
            {
                **dict.fromkeys(CAMPAIGN, 'is a key of api = "v3"; this plan has api = "v2"'),
                **dict.fromkeys([key for key in V2_CAMPAIGN if key != "distribution_type"], "is required"),
            },
        ),
        (
            "v3",
            {**CAMPAIGN, "frimware_to": "x", "firmwareName": "y", "zzz": {}},
            {
                "frimware_to": "is no key of [campaign]; did you mean firmware_to?",
                "firmwareName": "is no key of [campaign]; did you mean firmware_name?",
                "zzz": "is no key of [campaign]; known are firmware_name, firmware_from, firmware_to, protocol, "
                "auto_assign_license_flag and auto_add_devices_flag",
            },
        ),
    ],
)
def test_the_campaign_holds_the_package_and_nothing_that_the_rollout_sets(
    api: str, campaign: Any, found: dict[str, str]
) -> None:
    data = changed(api=api, campaign=campaign)
    assert findings_in(data) == {f"campaign.{path}": message for path, message in found.items()}


def test_a_date_without_quotes_is_no_version(tmp_path: Path) -> None:
    text = TOML.replace('"SR1.2.0.0-10657"', "2030-01-31")
    assert findings_in_file(tmp_path, text) == {"campaign.firmware_to": "must be a text in quotes, got date"}


# Accounts


@pytest.mark.parametrize(
    ("accounts", "found"),
    [
        ({ACCOUNT: {"credentials": "ACME"}, "0000123456-00002": {}}, {}),
        (
            {"123456-1": {"credentials": "ACME"}},
            {"accounts.123456-1": "is no account: ten digits, a hyphen, five digits"},
        ),
        ({ACCOUNT: "ACME"}, {f"accounts.{ACCOUNT}": f'must be a table, [accounts."{ACCOUNT}"], got a string'}),
        (["ACME"], {"accounts": f'must be tables, [accounts."{ACCOUNT}"], got an array'}),
        (
            {ACCOUNT: {"credential": "ACME", "client_secret": "s3cret"}},
            {f"accounts.{ACCOUNT}.credential": NO_SECRETS, f"accounts.{ACCOUNT}.client_secret": NO_SECRETS},
        ),
    ],
)
def test_accounts_name_the_variables_that_hold_their_credentials(accounts: Any, found: dict[str, str]) -> None:
    assert findings_in(changed(accounts=accounts)) == found


@pytest.mark.parametrize(
    "secret", ["s3cret!", "s3cret with space", "3secret", "secret_", "s" * 41, {"client_id": "s3cret"}, ""]
)
def test_a_secret_in_the_place_of_its_prefix_is_refused_and_not_shown(secret: Any) -> None:
    with pytest.raises(ValidationError) as caught:
        RolloutPlan.from_dictionary(changed(accounts={ACCOUNT: {"credentials": secret}}))
    ((path, message),) = caught.value.findings
    assert path == f"accounts.{ACCOUNT}.credentials"
    assert message == (
        "must be the prefix of environment variables, in capitals, such as ACME for ACME_FOTA_CLIENT_ID: "
        "never a secret itself"
    )


# What a script builds


@pytest.mark.parametrize(
    ("others", "path"),
    [
        ({"wave": 5}, "wave"),
        ({"wave": (Wave(devices=5),)}, "wave[0]"),
        ({"wave": [Wave(share="5%"), Wave(share="100%", soak=24)]}, "wave[1].soak"),  # type: ignore[arg-type]
        ({"gate": "90%"}, "gate"),
        ({"gate": Gate(success=90)}, "gate.success"),  # type: ignore[arg-type]
        ({"gate": Gate(success=None)}, "gate.success"),  # type: ignore[arg-type]
        ({"stop": [StopRule("failed")]}, "stop[0]"),
        ({"schedule": Schedule(windows=5)}, "schedule.windows"),  # type: ignore[arg-type]
        ({"campaign": None}, "campaign"),
        ({"name": None}, "name"),
        ({"api": None}, "api"),
        ({"accounts": None}, "accounts"),
    ],
)
def test_a_plan_that_a_script_builds_is_looked_at_alike(others: Any, path: str) -> None:
    with pytest.raises(ValidationError) as caught:
        plan(**others).validate()
    assert [found for found, _ in caught.value.findings] == [path]


def test_what_a_text_stands_for_is_not_guessed_in_a_plan_that_was_not_validated() -> None:
    with pytest.raises(ValidationError, match="success: cannot be read; validate"):
        _ = Gate(success="most").success_share
    with pytest.raises(ValidationError, match="soak: cannot be read; validate"):
        _ = Gate(soak="long").soak_time


# Files


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("name: Spring", "write name = ..., as TOML does"),
        ("name = Spring", "texts stand in quotes, also shares and durations"),
        ("soak = 24h", "texts stand in quotes, also shares and durations"),
        ("share = 5%", "texts stand in quotes, also shares and durations"),
        ("name = “Spring”", 'quotes are straight: "'),
        (r'devices = "C:\Users\fleet.csv"', r"put a path with \ into single quotes"),
        ("[campaign", ""),
        ("a = 1\na = 2", ""),
        ('name = "Spring', ""),
    ],
)
def test_what_is_no_toml_is_told_with_its_line(tmp_path: Path, line: str, hint: str) -> None:
    (message,) = findings_in_file(tmp_path, f"# a plan\n{line}\n").values()
    assert message.startswith("is not TOML: ")
    assert "line" in message
    assert hint in message
    assert (";" in message) == (hint != "")


def test_a_secret_in_a_line_that_is_no_toml_is_not_shown(tmp_path: Path) -> None:
    assert "s3cret" not in str(findings_in_file(tmp_path, "client_secret = s3cret\n"))


@pytest.mark.parametrize("text", [TOML.encode("utf-16"), TOML.encode("utf-8") + b"# \xfc\n"])
def test_a_file_in_another_encoding_is_told_so(tmp_path: Path, text: bytes) -> None:
    (message,) = findings_in_file(tmp_path, text).values()
    assert message.startswith("is no text in UTF-8")


@pytest.mark.parametrize("text", ["a = " + "[" * 100_000, "a = " + "1" * 5000])
def test_a_file_made_to_exhaust_its_reader_is_refused(tmp_path: Path, text: str) -> None:
    assert list(findings_in_file(tmp_path, text)) != []


def test_a_finding_about_a_whole_file_names_it(tmp_path: Path) -> None:
    file = write(tmp_path, "name")
    with pytest.raises(ValidationError) as caught:
        RolloutPlan.from_file(file)
    ((path, _),) = caught.value.findings
    assert path == str(file)


def test_a_file_that_is_not_there_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        RolloutPlan.from_file(tmp_path / "plan.toml")


def test_where_python_reads_no_toml_the_package_that_does_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("tomllib", "tomli"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ConfigurationError, match=r"TOML.*pip install tomli.*from_dictionary"):
        RolloutPlan.from_file(write(tmp_path, TOML))


# Whatever is there


any_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(["5%", "1d", "v2"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
PLACES = [
    (key, inner)
    for key, value in plan(devices="fleet.csv").to_dictionary().items()
    for inner in [None, *(value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else [])]
]


@pytest.mark.fuzz
@settings(derandomize=True, max_examples=400, deadline=None)
@given(st.sampled_from(PLACES), any_json)
def test_whatever_stands_in_a_plan_it_is_sound_or_refused_with_the_place(place: Any, value: Any) -> None:
    key, inner = place
    data = copy.deepcopy(plan(devices="fleet.csv").to_dictionary())
    if inner is None:
        data[key] = value
    else:
        data[key][inner] = value
    found = findings_in(data)
    assert all(path.startswith((key, "campaign")) for path in found)  # api decides on the campaign
    if not found:
        read = RolloutPlan.from_dictionary(data)
        assert RolloutPlan.from_dictionary(json.loads(json.dumps(read.to_dictionary()))) == read
        read.validate()
