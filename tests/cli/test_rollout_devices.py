"""``fota rollout devices``, ``events`` and ``report``: which devices failed, why, and where one of them is."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.cli.command import COLUMNS, run_with_streams
from tests.cli.rollouts import OTHER, PLAN, Field, field_of
from tests.conftest import ACCOUNT

ONE_WAVE = "[[wave]]\nshare = '50%'\n\n[[wave]]\nname = 'rest'\nshare = '100%'\n"
COLUMN_NAMES = ["imei", "account", "wave", "campaign", "campaign_id", "state", "status", "reason", "changed_at"]


@pytest.fixture(scope="module")
def field(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Field]:
    """A roll-out whose first wave is over, some devices of which have failed."""
    with field_of(tmp_path_factory.mktemp("rollout"), devices=8) as field:
        field.sandbox.fail_device(field.devices[0], reason="Battery low")
        field.sandbox.fail_device(field.devices[2], reason="Battery low")
        field.sandbox.fail_device(field.devices[1])
        field.start("order = 'file'\n" + PLAN + ONE_WAVE)
        field.until(lambda status: sum(wave["counts"]["failed"] for wave in status["waves"]) == 3)
        yield field


def test_which_devices_failed_and_why(field: Field) -> None:
    done = field.on("devices", "--state", "failed")
    assert (done.code, done.err) == (0, "")
    first, second, third = field.devices[0], field.devices[2], field.devices[1]
    assert done.out.splitlines() == [
        "imei             account           wave  campaign  state   reason",
        f"{first}  {ACCOUNT}  1     1         failed  Battery low",
        f"{second}  {ACCOUNT}  1     1         failed  Battery low",
        f"{third}  {OTHER}  1     2         failed  Upgrade failed",
        "3 devices:",
        "  2 failed: Battery low",
        "  1 failed: Upgrade failed",
    ]


def test_in_which_wave_a_device_is(field: Field) -> None:
    done = field.on("devices", "--imei", field.devices[0])
    assert done.code == 0
    lines = done.out.splitlines()
    assert lines[0] == f"Device {field.devices[0]}"
    assert lines[1:4] == [f"account      {ACCOUNT}", "wave         1", "campaign     1"]
    assert lines[5:8] == ["state        failed", "status       UpgradeFailed", "reason       Battery low"]


def test_a_wave_with_a_name_is_told_with_it(field: Field) -> None:
    of_rest = json.loads(field.on("devices", "--wave", "rest", "--json").out)[0]["imei"]
    assert field.on("devices", "--imei", of_rest).out.splitlines()[2] == "wave         2 (rest)"


def test_a_device_that_is_not_there_is_told(field: Field) -> None:
    done = field.on("devices", "--imei", "990013907884253")
    assert (done.code, done.out) == (2, "")
    assert done.err == "error: 990013907884253 is not in this roll-out\n"


def test_a_device_that_the_other_options_leave_out_is_told(field: Field) -> None:
    done = field.on("devices", "--imei", field.devices[0], "--account", OTHER)
    assert (done.code, done.err) == (2, f"error: {field.devices[0]} is none of the devices asked for\n")


@pytest.mark.parametrize("form", [(), ("--csv",), ("--json",)])
def test_an_account_that_is_not_there_is_told_with_those_that_are(field: Field, form: tuple[str, ...]) -> None:
    done = field.on("devices", "--account", "00001", *form)
    assert (done.code, done.out) == (2, "")
    assert done.err == f"error: the roll-out has no account 00001; it has {ACCOUNT} and {OTHER}\n"


@pytest.mark.parametrize(
    ("options", "count"),
    [
        ((), 8),
        (("--wave", "1"), 4),
        (("--wave", "REST"), 4),
        (("--account", OTHER), 4),
        (("--account", OTHER, "--wave", "1", "--state", "failed"), 1),
        (("--state", "timed_out"), 0),
    ],
)
def test_devices_are_narrowed(field: Field, options: tuple[str, ...], count: int) -> None:
    assert len(json.loads(field.on("devices", "--json", *options).out)) == count
    assert len(field.on("devices", "--csv", *options).out.splitlines()) == 1 + count
    assert (field.on("devices", *options).out == "none\n") == (count == 0)


def test_csv_has_all_that_is_known(field: Field) -> None:
    rows = list(csv.DictReader(io.StringIO(field.on("devices", "--csv").out)))
    assert list(rows[0]) == COLUMN_NAMES
    assert (rows[0]["imei"], rows[0]["state"], rows[0]["reason"]) == (field.devices[0], "failed", "Battery low")
    assert (rows[-1]["state"], rows[-1]["campaign"], rows[-1]["changed_at"]) == ("waiting", "", "")


def test_json_has_the_same(field: Field) -> None:
    rows = json.loads(field.on("devices", "--json").out)
    assert list(rows[0]) == COLUMN_NAMES
    assert (rows[0]["wave"], rows[0]["campaign"], rows[-1]["campaign"]) == (1, 1, None)


def test_the_csv_of_failed_devices_is_the_fleet_of_another_roll_out(field: Field, tmp_path: Path) -> None:
    again = tmp_path / "again.toml"
    again.write_text(field.plan.read_text())
    (tmp_path / "fleet.csv").write_text(
        "\n".join(
            ",".join(row[:2]) for row in csv.reader(io.StringIO(field.on("devices", "--csv", "--state", "failed").out))
        )
    )
    done = field.run("plan", "--json", str(again))
    assert done.code == 0, done.err
    assert json.loads(done.out)["devices"] == 3


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--csv", "--json"), "--csv and --json do not go together"),
        (("--state", "lost"), "'lost' is not one of"),
        (("--wave", "9"), "there is no wave 9"),
    ],
)
def test_what_cannot_be_asked_is_told(field: Field, options: tuple[str, ...], words: str) -> None:
    done = field.on("devices", *options)
    assert (done.code, done.out) == (2, "")
    assert words in done.err


def test_devices_on_a_terminal(field: Field) -> None:
    done = field.on_terminal("devices", "--state", "failed")
    assert done.code == 0
    assert "╭" in done.text
    assert max(map(len, done.text.splitlines())) <= COLUMNS


def test_many_devices_are_cut_and_counted(tmp_path: Path) -> None:
    with field_of(tmp_path, devices=500) as many:
        many.start(PLAN + ONE_WAVE)
        lines = many.on("devices").out.splitlines()
    assert len(lines) == 1 + 200 + 3
    assert lines[-3:] == ["... and 300 more; --csv and --json tell all", "500 devices:", "  500 waiting"]


def test_a_reader_that_goes_away_ends_a_long_list(field: Field) -> None:
    journal = str(field.journal)
    code = run_with_streams(field.environment, "| head -n 1 >/dev/null", "rollout", "devices", "--csv", journal)
    assert code == 0


def test_a_page_with_pictures_is_written(field: Field, tmp_path: Path) -> None:
    page = tmp_path / "spring.html"
    done = field.on("report", str(page))
    assert (done.code, done.out) == (0, f"{page}\n")
    text = page.read_text()
    assert "<h1>Spring</h1>" in text
    assert f"As of {field.sandbox.today}" in text
    assert ("pip install" in done.err) is (find_spec("matplotlib") is None)


def test_a_page_that_cannot_be_written_is_told(field: Field, tmp_path: Path) -> None:
    done = field.on("report", str(tmp_path / "nowhere" / "spring.html"))
    assert done.code == 2
    assert "spring.html cannot be written: No such file or directory" in done.err


@pytest.mark.parametrize("name", ["spring.rollout", "spring.rollout-lock", "spring.toml", "fleet.csv"])
def test_a_page_replaces_an_older_page_and_no_other_file(field: Field, name: str) -> None:
    page, other = field.folder / "spring.html", field.folder / name
    before = other.read_bytes()
    assert [field.on("report", str(page)).code for _ in range(2)] == [0, 0]
    done = field.on("report", str(other))
    assert done.code == 2
    assert f"{name} cannot be written: it is there, and is no page that could be replaced" in done.err
    assert other.read_bytes() == before


def test_what_happened_is_told_in_order(field: Field) -> None:
    done = field.on("events")
    assert (done.code, done.err) == (0, "")
    texts = [line[18:] for line in done.out.splitlines()]
    assert texts[:3] == ["8 devices", "the roll-out was started", "wave 1 is running"]
    events = json.loads(field.on("events", "--json").out)
    assert [event["number"] for event in events] == list(range(1, len(texts) + 1))
    assert [event["text"] for event in events] == texts
    assert events[0].keys() == {"number", "at", "kind", "account", "wave", "campaign", "text"}
