"""The look over devices before they are sent."""

from __future__ import annotations

import csv
import io
import json
import random
import time
from pathlib import Path
from typing import Any

import pytest

from fota_sdk import DeviceReport, ValidationError, inspect_devices, read_devices
from tests.conftest import IMEIS

GOOD = IMEIS[0]


def findings(report: DeviceReport) -> list[str]:
    return [str(finding) for finding in (*report.errors, *report.warnings)]


def check_digit_is_right(imei: str) -> bool:
    """Luhn, as its definition says it."""
    total = 0
    for place, digit in enumerate(reversed(imei)):
        value = int(digit) * (2 if place % 2 == 1 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def test_devices_that_are_in_order_have_no_findings() -> None:
    report = inspect_devices(IMEIS)
    assert report.devices == IMEIS
    assert (report.errors, report.warnings, report.counts) == ([], [], {})


@pytest.mark.parametrize(
    ("device", "problem"),
    [
        (GOOD[:14], "has 14 digits; an IMEI has 15"),
        (GOOD + "1", "has 16 digits; an IMEI has 15"),
        ("9.90014X+14", "holds something that is no digit; an IMEI has 15 digits"),
        (
            "9.90014E+14",
            "is a rounded number: a spreadsheet took it for one, and its digits are lost; format the column as text",
        ),
        ("99001390788425\u0663", "holds something that is no digit; an IMEI has 15 digits"),
        (f" {GOOD}", "has white space around it"),
        (f"{GOOD}\t", "has white space around it"),
        ("   ", "has white space around it"),
    ],
)
def test_what_is_no_imei_is_an_error(device: str, problem: str) -> None:
    report = inspect_devices([*IMEIS, device])
    assert [(error.line, error.value, error.problem) for error in report.errors] == [(4, device, problem)]
    assert report.errors[0].is_error
    assert report.devices == [*IMEIS, device]  # nothing is repaired
    assert report.counts == {"not 15 digits": 1}


def test_a_wrong_check_digit_is_a_warning() -> None:
    report = inspect_devices([GOOD, "990013907884254"])
    assert findings(report) == ["line 2: '990013907884254' has a wrong check digit (the last one)"]
    assert not report.warnings[0].is_error


def test_duplicates_name_the_line_where_the_device_came_first() -> None:
    report = inspect_devices([*IMEIS, GOOD, GOOD])
    assert findings(report) == [
        f"line 4: {GOOD!r} is the same device as on line 1",
        f"line 5: {GOOD!r} is the same device as on line 1",
    ]
    assert report.devices == [*IMEIS, GOOD, GOOD]


def test_empty_lines_hold_no_device_and_are_told(tmp_path: Path) -> None:
    file = tmp_path / "imeis.txt"
    file.write_text(f"{IMEIS[0]}\n\n{IMEIS[1]}x\n\n")
    report = read_devices(file)
    assert report.devices == [IMEIS[0], f"{IMEIS[1]}x"]
    assert [error.line for error in report.errors] == [3]
    assert [warning.line for warning in report.warnings] == [2, 4]
    assert report.counts == {"not 15 digits": 1, "empty line": 2}


def test_a_long_value_is_cut() -> None:
    (error,) = inspect_devices(["9" * 5000]).errors
    assert len(error.value) == 40


@pytest.mark.parametrize("seed", range(5))
def test_many_at_once_are_judged_as_one_by_one(seed: int) -> None:
    chance = random.Random(seed)
    devices = [f"{chance.randrange(10**15):015d}" for _ in range(25_000)]
    devices[chance.randrange(10_000)] = "odd"
    devices[-1] = "9"
    wrong = [place for place, device in enumerate(devices, 1) if len(device) == 15 and not check_digit_is_right(device)]
    report = inspect_devices(devices)
    assert [each.line for each in report.warnings if "check digit" in each.problem] == wrong
    assert len(report.errors) == 2
    assert len(report.devices) == 25_000


CSVS: list[tuple[str, str | None, list[int]]] = [
    (f"site,IMEI\na,{IMEIS[0]}\nb,{IMEIS[1]}\n", None, []),
    (f"site;IMEI\r\na;{IMEIS[0]}\r\nb;{IMEIS[1]}\r\n", None, []),
    (f"site\tdeviceId\na\t{IMEIS[0]}\nb\t{IMEIS[1]}", None, []),
    (f'"IMEI"\n"{IMEIS[0]}"\n"{IMEIS[1]}"\n', None, []),
    (f'"two\nlines",n\n"a\nb",{IMEIS[0]}\nc,{IMEIS[1]}\n', "n", []),
    (f"x,y\n{IMEIS[0]},1\n{IMEIS[1]},2\n", "x", []),
    (f"{IMEIS[0]},a\n{IMEIS[1]},b\n", "1", []),
    (f"1,2\n{IMEIS[0]},{IMEIS[2]}\n{IMEIS[1]},3\n", "1", []),
    (f"\ufeffimei\n{IMEIS[0]}\n{IMEIS[1]}\n", None, []),
    (f"{IMEIS[0]}\n{IMEIS[1]}", None, []),
    (f"{IMEIS[0]}\r\n{IMEIS[1]}\r\n", None, []),
    (f"site,IMEI\na,{IMEIS[0]}\nb\n\nc,{IMEIS[1]}\n", None, [3, 4]),
]


@pytest.mark.parametrize(("text", "column", "empty"), CSVS)
def test_devices_are_read_from_text_and_csv(tmp_path: Path, text: str, column: str | None, empty: list[int]) -> None:
    file = tmp_path / "devices.csv"
    file.write_bytes(text.encode())
    for source in (file, str(file), io.StringIO(text, newline="")):
        report = read_devices(source, column=column)
        assert report.devices == IMEIS[:2]
        assert [finding.line for finding in report.warnings] == empty
        assert report.errors == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f'site,imei\n"a\nb",{GOOD}\nc,123\n', 4),
        (f"{GOOD}\n123\n", 2),
        (f"IMEI\n{GOOD}\n123\n", 3),
        (f"sep=;\nIMEI\n{GOOD}\n123\n", 4),
    ],
)
def test_a_finding_names_its_line_of_the_file(text: str, line: int) -> None:
    assert [error.line for error in read_devices(io.StringIO(text)).errors] == [line]


@pytest.mark.parametrize(
    ("content", "column", "message"),
    [
        (b"site,name\na,b\n", None, "say which column holds the devices; the file has 'site', 'name'"),
        (b"imei,device\na,b\n", None, "say which column holds the devices"),
        (b"imei,site\n", "serial", "there is no column 'serial'; the file has 'imei', 'site'"),
        (b"imei,imei\n", "imei", "two columns have this name"),
        (b"", "imei", "there is no column 'imei'; the file has none"),
        (b"imei,x\n\xff,1\n", None, "UTF-8"),
        ("imei\n1\n".encode("utf-16"), None, "UTF-8"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, content: bytes, column: str | None, message: str) -> None:
    file = tmp_path / "devices.csv"
    file.write_bytes(content)
    with pytest.raises(ValidationError, match=message):
        read_devices(file, column=column)


def test_an_empty_file_holds_no_device(tmp_path: Path) -> None:
    (tmp_path / "none").write_text("")
    assert read_devices(tmp_path / "none").devices == []


@pytest.mark.parametrize("devices", [GOOD, b"1", None, 3, [GOOD, 3], [None]])
def test_what_is_no_list_of_texts_is_refused(devices: Any) -> None:
    with pytest.raises(ValidationError):
        inspect_devices(devices)


def test_a_report_shows_counts_not_devices() -> None:
    report = inspect_devices([*IMEIS, GOOD, "1"])
    assert repr(report) == "<DeviceReport devices: 5, not 15 digits: 1, duplicate: 1>"


@pytest.mark.benchmark
def test_a_hundred_thousand_take_little_more_than_reading_them(tmp_path: Path) -> None:
    file = tmp_path / "imeis.csv"
    file.write_text("imei,site\n" + "".join(f"99001390{number:07d},a\n" for number in range(100_000)))

    def plain() -> None:
        with file.open(newline="") as stream:
            json.dumps([row[0] for row in csv.reader(stream)])

    def looked() -> None:
        report = read_devices(file)
        assert len(report.devices) == 100_000
        assert report.counts["wrong check digit"] == 90_000
        assert len(report.usable) == 100_000

    def fastest(work: Any) -> float:
        times = []
        for _ in range(5):
            begin = time.process_time()
            work()
            times.append(time.process_time() - begin)
        return min(times)

    assert fastest(looked) < 3 * fastest(plain)
