"""``devices check``: the look over a list of devices, without sending anything."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.command import COLUMNS, Done, Environment, run_here, run_on_terminal_here
from tests.conftest import IMEIS

WITHOUT_SETTINGS: Environment = {}
each_version = pytest.mark.parametrize("version", ["v2", "v3"])
ODD = f"{IMEIS[0]}\n\n990013907884254\n{IMEIS[0]}\n12\n"


@each_version
def test_a_list_without_faults(version: str) -> None:
    text = "\n".join(IMEIS)
    done = run_here(WITHOUT_SETTINGS, version, "devices", "check", "-", given=text)
    assert done == Done(0, "devices  3\nusable   3\n")


@each_version
def test_errors_and_warnings_are_told_with_their_lines(version: str, tmp_path: Path) -> None:
    file = tmp_path / "imeis.txt"
    file.write_text(ODD)
    done = run_here(WITHOUT_SETTINGS, version, "devices", "check", str(file))
    assert done == Done(
        2,
        "devices            4\n"
        "usable             2\n"
        "not 15 digits      1\n"
        "wrong check digit  1\n"
        "duplicate          1\n"
        "empty line         1\n"
        "Findings\n"
        "         line  device           problem\n"
        "error    5     12               has 2 digits; an IMEI has 15\n"
        "warning  2                      is empty and holds no device\n"
        "warning  3     990013907884254  has a wrong check digit (the last one)\n"
        f"warning  4     {IMEIS[0]}  is the same device as on line 1\n",
        "a list with errors is not sent: correct it, or send what --usable prints\n",
    )


def test_warnings_alone_are_no_fault() -> None:
    done = run_here(WITHOUT_SETTINGS, "v3", "devices", "check", "-", given=ODD.replace("12\n", ""))
    assert (done.code, done.err) == (0, "")


def test_json_holds_every_finding_and_the_devices_to_send() -> None:
    done = run_here(WITHOUT_SETTINGS, "v3", "devices", "check", "-", "--json", given=ODD + "1\n" * 50)
    assert done.code == 2
    told = json.loads(done.out)
    assert (told["devices"], told["usable"]) == (54, [IMEIS[0], "990013907884254"])
    assert told["counts"] == {"not 15 digits": 51, "wrong check digit": 1, "duplicate": 50, "empty line": 1}
    assert len(told["findings"]) == sum(told["counts"].values())
    assert told["findings"][0] == {
        "line": 2,
        "value": "",
        "kind": "empty line",
        "problem": "is empty and holds no device",
        "isError": False,
    }


def test_usable_prints_the_devices_to_send_for_a_file_or_a_pipe() -> None:
    done = run_here(WITHOUT_SETTINGS, "v3", "devices", "check", "-", "--usable", given=ODD)
    assert (done.code, done.out) == (2, f"{IMEIS[0]}\n990013907884254\n")
    assert "devices looked over: 4; not 15 digits: 1, " in done.err
    assert "  error: line 5: '12' has 2 digits; an IMEI has 15\n" in done.err
    assert run_here(WITHOUT_SETTINGS, "v3", "devices", "check", "-", "--usable", given=done.out).code == 0


def test_usable_and_json_do_not_go_together() -> None:
    done = run_here(WITHOUT_SETTINGS, "v3", "devices", "check", "-", "--usable", "--json", given=ODD)
    assert (done.code, done.out, "--usable and --json do not go together" in done.err) == (2, "", True)


def test_of_very_many_findings_the_first_ones_are_shown() -> None:
    done = run_here(WITHOUT_SETTINGS, "v3", "devices", "check", "-", given="1\n" * 50)
    assert done.out.splitlines()[6:] == [
        *(f"error    {line:<4}  1       has 1 digit; an IMEI has 15" for line in range(1, 21)),
        *(f"warning  {line:<4}  1       is the same device as on line 1" for line in range(2, 22)),
        "... and 30 more errors, 29 more warnings; --json shows all",
    ]


def test_the_column_of_a_file_is_named() -> None:
    text = f"site,serial\na,{IMEIS[0]}\n"
    assert run_here(WITHOUT_SETTINGS, "v3", "devices", "check", "-", "--column", "serial", given=text).code == 0
    done = run_here(WITHOUT_SETTINGS, "v3", "devices", "check", "-", "--column", "imei", given=text)
    assert (done.code, "there is no column 'imei'" in done.err) == (2, True)


@pytest.mark.parametrize("given", ["", "\n\n"])
def test_a_list_without_devices_is_refused(given: str) -> None:
    done = run_here(WITHOUT_SETTINGS, "v3", "devices", "check", "-", given=given)
    assert (done.code, done.out, "standard input holds no device" in done.err) == (2, "", True)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    done = run_here(WITHOUT_SETTINGS, "v3", "devices", "check", str(tmp_path / "absent"))
    assert (done.code, "cannot be read" in done.err) == (2, True)


def test_a_terminal_of_80_columns_shows_all_of_it() -> None:
    done = run_on_terminal_here(WITHOUT_SETTINGS, "v3", "devices", "check", "-", given=ODD)
    assert max(map(len, done.text.splitlines())) <= COLUMNS
    assert re.search(r"│ warning │ 3 +│ 990013907884254 │ has a wrong check digit \(the last one\) +│", done.text)
