"""The file of a fleet: each device with its account, nothing lost or swapped without a word."""

from __future__ import annotations

import contextlib
import re
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from fota_sdk import ValidationError
from fota_sdk.rollout.fleet import Fleet, FleetFindingKind, read_fleet
from fota_sdk.rollout.plan import RolloutPlan, Wave
from tests.conftest import ACCOUNT, IMEIS
from tests.rollout.plans import plan

A, B, C = IMEIS
OTHER = "0000123456-00002"
WRONG = "990013907884254"
NO_ACCOUNT = "which is none: ten digits, a hyphen, five digits"
ROUNDED = "is a rounded number: a spreadsheet took it for one, and its digits are lost; format the column as text"
LONGER = "where there are 2 headings: is there a cell with ',' in it and no quotes around it?"
SHORTER = "where there are 2 headings: taken for cells left away at its end"
PLAN = plan(wave=(Wave(devices=20, name="Pilot"), Wave(share="100%")))
HEADINGS = "imei,account\n"


def file(folder: Path, content: str | bytes) -> Path:
    path = folder / "fleet.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read(folder: Path, content: str | bytes, plan: RolloutPlan | None = None) -> Fleet:
    return read_fleet(file(folder, content), plan)


def told(fleet: Fleet) -> list[tuple[int, str, bool]]:
    return [(finding.line, finding.kind, finding.is_error) for finding in fleet.findings]


def with_check_digit(digits: str) -> str:
    """Return an IMEI of 14 digits with the right one after them (Luhn)."""
    total = sum(sum(map(int, str(int(digit) * (1 + place % 2)))) for place, digit in enumerate(digits))
    return f"{digits}{-total % 10}"


# What is read


def test_devices_come_with_their_accounts_in_the_order_of_the_file(tmp_path: Path) -> None:
    fleet = read(tmp_path, f"{HEADINGS}{B},{OTHER}\n{A},{ACCOUNT}\n{C},{OTHER}\n")
    assert list(fleet) == list(fleet) == [(B, OTHER), (A, ACCOUNT), (C, OTHER)]
    assert (len(fleet), fleet.accounts, fleet.findings) == (3, {OTHER: 2, ACCOUNT: 1}, ())


def test_a_fleet_shows_how_much_it_holds_and_none_of_it(tmp_path: Path) -> None:
    fleet = read(tmp_path, f"{HEADINGS}{B},{OTHER}\n{A},{ACCOUNT}\n{A},{ACCOUNT}\n")
    assert repr(fleet) == "<Fleet devices: 3, accounts: 2, duplicate: 1>"


def test_a_wave_comes_where_one_is_named_and_as_it_is_written(tmp_path: Path) -> None:
    fleet = read(tmp_path, f"imei,account,wave\n{A},{ACCOUNT}, PILOT\n{B},{ACCOUNT},\n{C},{ACCOUNT},2\n", PLAN)
    assert list(fleet) == [(A, ACCOUNT, "PILOT"), (B, ACCOUNT), (C, ACCOUNT, "2")]
    assert list(read(tmp_path, f"imei,account,wave\n{A},{ACCOUNT},soon\n")) == [(A, ACCOUNT, "soon")]


def test_zeros_at_the_beginning_stay(tmp_path: Path) -> None:
    imei = with_check_digit("00000000000001")
    assert list(read(tmp_path, f"{HEADINGS}{imei},{ACCOUNT}\n")) == [(imei, ACCOUNT)]


@pytest.mark.parametrize(
    ("headings", "cells"),
    [
        ("IMEI,Account", [A, ACCOUNT]),
        ("deviceId,accountName", [A, ACCOUNT]),
        ("Account Name , Device,", [ACCOUNT, A, ""]),
        ("x,imei,y,account_number", ["x", A, "", ACCOUNT]),
        ("ACCOUNT,note,DEVICE ID", [ACCOUNT, "note", A]),
    ],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize(("begin", "end"), [("", "\n"), ("\ufeff", "\r\n")])
def test_columns_are_found_by_their_headings(
    tmp_path: Path, headings: str, cells: list[str], delimiter: str, begin: str, end: str
) -> None:
    rows = [headings.replace(",", delimiter), delimiter.join(cells), ""]
    fleet = read(tmp_path, begin + end.join(rows))
    assert (list(fleet), fleet.findings) == ([(A, ACCOUNT)], ())


def test_a_column_that_says_imei_wins_over_one_that_says_device(tmp_path: Path) -> None:
    assert list(read(tmp_path, f"Device,IMEI,Account\nPump 1,{A},{ACCOUNT}\n")) == [(A, ACCOUNT)]


def test_a_first_line_may_say_what_separates_cells(tmp_path: Path) -> None:
    fleet = read(tmp_path, f"sep=|\nimei|account\n{A}|{ACCOUNT}\n12|{ACCOUNT}\n")
    assert told(fleet) == [(4, FleetFindingKind.NOT_15_DIGITS, True)]


def test_quoted_cells_may_hold_what_separates(tmp_path: Path) -> None:
    text = f'note,imei,account\n"a, b\nc",{A},"{ACCOUNT}"\nx,{B},{ACCOUNT}\n'
    assert list(read(tmp_path, text)) == [(A, ACCOUNT), (B, ACCOUNT)]


# What is wrong with a row


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"{A[:14]},{ACCOUNT}", [f"2: {A[:14]!r} has 14 digits; an IMEI has 15"]),
        (f" {A},{ACCOUNT}", [f"2: ' {A}' has white space around it"]),
        (f"9.90014E+14,{ACCOUNT}", [f"2: '9.90014E+14' {ROUNDED}"]),
        (f"{A},{ACCOUNT}\n{A},{ACCOUNT}", [f"3: {A!r} is the same device as on line 2"]),
        (
            f"{A},{ACCOUNT}\n{B},{ACCOUNT}\n{A},{OTHER}\n{A},{ACCOUNT}",
            [
                f"4: {A!r} is the same device as on line 2, where it is in account {ACCOUNT}",
                f"5: {A!r} is the same device as on line 2",
            ],
        ),
        (f"{A},", [f"2: {A!r} has no account"]),
        (f"{A},  ", [f"2: {A!r} has no account"]),
        (A, [f"2: {A!r} stands in a row of 1 cell, {SHORTER}", f"2: {A!r} has no account"]),
        (f"{A},123456", [f"2: {A!r} has account '123456', {NO_ACCOUNT}"]),
        (
            f"{A},123456-1",
            [f"2: {A!r} has account '123456-1', {NO_ACCOUNT}; a spreadsheet may have taken its zeros away"],
        ),
        (f"{A}, {ACCOUNT}", [f"2: {A!r} has account ' {ACCOUNT}', which is none: it has white space around it"]),
        (f",{ACCOUNT}", ["2: there is an account, and no device"]),
        (f"{A},{ACCOUNT},{B}", [f"2: {A!r} stands in a row of 3 cells, {LONGER}"]),
        ("12,34", ["2: '12' has 2 digits; an IMEI has 15", f"2: '12' has account '34', {NO_ACCOUNT}"]),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_nothing_is_given(tmp_path: Path, text: str, found: list[str]) -> None:
    fleet = read(tmp_path, f"{HEADINGS}{text}\n")
    assert [str(finding) for finding in fleet.findings] == [f"line {each}" for each in found]
    assert fleet.errors != ()
    with pytest.raises(ValidationError) as caught:
        iter(fleet)
    assert [path for path, _ in caught.value.findings] == ["devices"] * len(fleet.errors)
    assert [message for _, message in caught.value.findings] == [str(error) for error in fleet.errors]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"{A},{ACCOUNT}\n\n{B},{ACCOUNT}", "line 3: is empty and holds no device"),
        (f"{A},{ACCOUNT}\n,\n{B},{ACCOUNT}", "line 3: is empty and holds no device"),
        (f"{A},{ACCOUNT}\n , \n{B},{ACCOUNT}", "line 3: is empty and holds no device"),
        (
            f"{A},{ACCOUNT}\n{WRONG},{ACCOUNT}\n{B},{ACCOUNT}",
            f"line 3: {WRONG!r} has a wrong check digit (the last one)",
        ),
    ],
)
def test_what_may_be_meant_so_is_a_warning(tmp_path: Path, text: str, found: str) -> None:
    fleet = read(tmp_path, f"{HEADINGS}{text}\n")
    assert [str(finding) for finding in fleet.warnings] == [found] == [str(finding) for finding in fleet.findings]
    fleet.raise_errors()
    given = [device for device, _ in fleet]  # type: ignore[misc]
    assert given == ([A, WRONG, B] if WRONG in text else [A, B])


def test_a_quote_that_swallowed_rows_is_told(tmp_path: Path) -> None:
    text = f'imei,account,note\n{A},{ACCOUNT},"depot\n{B},{ACCOUNT},fine"\n{C},{ACCOUNT},x\n'
    assert told(read(tmp_path, text)) == [(2, FleetFindingKind.QUOTED_ROWS, True)]


def test_a_quote_in_the_headings_that_swallowed_rows_is_told(tmp_path: Path) -> None:
    text = f'imei,account,"note\n{A},{ACCOUNT},x"\n{B},{ACCOUNT},y\n'
    assert told(read(tmp_path, text)) == [(1, FleetFindingKind.QUOTED_ROWS, True)]


def test_a_wave_that_the_plan_does_not_have_is_told_with_those_it_has(tmp_path: Path) -> None:
    text = f"imei,account,wave\n{A},{ACCOUNT},Pilto\n{B},{ACCOUNT},wave 2\n{C},{ACCOUNT},3\n"
    assert [str(error) for error in read(tmp_path, text, PLAN).errors] == [
        f"line 2: {A!r} is to go with wave 'Pilto', which the plan does not have; it has 'Pilot', 'wave 2'",
        f"line 4: {C!r} is to go with wave '3', which the plan does not have; it has 'Pilot', 'wave 2'",
    ]


def test_findings_come_in_the_order_of_lines_whatever_they_are(tmp_path: Path) -> None:
    text = f"{HEADINGS}{A},{ACCOUNT}\n{WRONG},{ACCOUNT}\n{A},{ACCOUNT}\n\n12,{ACCOUNT}\n{B},\n"
    assert told(read(tmp_path, text)) == [
        (3, FleetFindingKind.WRONG_CHECK_DIGIT, False),
        (4, FleetFindingKind.DUPLICATE, True),
        (5, FleetFindingKind.EMPTY_LINE, False),
        (6, FleetFindingKind.NOT_15_DIGITS, True),
        (7, FleetFindingKind.ACCOUNT, True),
    ]


def test_a_duplicate_of_a_row_that_is_wrong_otherwise_is_told_too(tmp_path: Path) -> None:
    fleet = read(tmp_path, f"{HEADINGS}{A},\n{A},{ACCOUNT}\n")
    assert told(fleet) == [(2, FleetFindingKind.ACCOUNT, True), (3, FleetFindingKind.DUPLICATE, True)]


@pytest.mark.parametrize("before", [0, 1, 248, 249, 250, 251, 20_000])
def test_lines_are_told_wherever_they_stand(tmp_path: Path, before: int) -> None:
    rows = "".join(f"{with_check_digit(f'{number:014}')},{ACCOUNT}\n" for number in range(before))
    fleet = read(tmp_path, f'{HEADINGS}{rows}12,{ACCOUNT}\n{A},"{ACCOUNT}\n"\n\n{A},{ACCOUNT}\n')
    assert [(line - before, kind) for line, kind, _ in told(fleet)] == [
        (2, FleetFindingKind.NOT_15_DIGITS),
        (4, FleetFindingKind.ACCOUNT),
        (5, FleetFindingKind.EMPTY_LINE),
        (6, FleetFindingKind.DUPLICATE),
    ]


def test_the_message_shows_ten_errors_and_the_exception_holds_all(tmp_path: Path) -> None:
    fleet = read(tmp_path, HEADINGS + f"12,{ACCOUNT}\n" * 300)
    with pytest.raises(ValidationError, match="and 290 more") as caught:
        fleet.raise_errors()
    assert len(caught.value.findings) == 300


def test_of_very_many_findings_of_a_kind_the_first_are_kept_and_the_rest_is_counted(tmp_path: Path) -> None:
    rows = 30_000
    fleet = read(tmp_path, HEADINGS + f"12,{ACCOUNT}\n" * rows + f"{A},\n")
    assert fleet.counts == {FleetFindingKind.NOT_15_DIGITS: rows, FleetFindingKind.ACCOUNT: 1}
    assert len(fleet.errors) == 10_001
    with pytest.raises(ValidationError) as caught:
        fleet.raise_errors()
    assert caught.value.findings[-1] == ("devices", "20,000 more lines: not 15 digits")


# What is wrong with a file


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty; its first line names the columns, such as imei,account"),
        (HEADINGS, "holds no device below its headings"),
        (f"{HEADINGS},\n\n", "holds no device below its headings"),
        (f"{A},{ACCOUNT}\n", "has no headings; its first line names the columns, such as imei,account"),
        ("\n\n", "has no column for the device, such as 'imei'; its headings are none"),
        (f"imei\n{A}\n", "has no column for the account, such as 'account'; its headings are 'imei'"),
        (
            f"serial,account\n1,{ACCOUNT}\n",
            "has no column for the device, such as 'imei'; its headings are 'serial', 'account'",
        ),
        (
            f"imei,account,Account Name\n{A},{ACCOUNT},x\n",
            "has several columns for the account: 'account', 'Account Name'; give all but one another heading",
        ),
        (
            f"imei,IMEI,account\n{A},{A},{ACCOUNT}\n",
            "has several columns for the device: 'imei', 'IMEI'; give all but one another heading",
        ),
        (f"imei,account,Wawe\n{A},{ACCOUNT},2\n", "has a column 'Wawe': name it wave, or what is not like it"),
        (f"imei,account,wave 1\n{A},{ACCOUNT},2\n", "has a column 'wave 1': name it wave, or what is not like it"),
        (f'{HEADINGS}{A},"{ACCOUNT}\n', "line 2 opens a quote that is not closed at the end of its cell"),
    ],
)
def test_a_file_that_is_no_fleet_is_refused_with_what_it_needs(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(message)):
        read(tmp_path, text)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "cp1252"])
def test_a_file_in_another_encoding_is_refused_with_a_hint(tmp_path: Path, encoding: str) -> None:
    content = f"imei,account,Straße\n{A},{ACCOUNT},x\n".encode(encoding)
    with pytest.raises(ValidationError, match=r"save it as CSV \(UTF-8\)"):
        read(tmp_path, content)


def test_a_file_that_is_not_there_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_fleet(tmp_path / "fleet.csv")


# Many devices


def test_a_device_more_takes_few_bytes(tmp_path: Path) -> None:
    def taken(size: int) -> tuple[int, int]:
        rows = (f"{with_check_digit(f'{number:014}')},{ACCOUNT},2\n" for number in range(size))
        path = file(tmp_path, "imei,account,wave\n" + "".join(rows))
        tracemalloc.start()
        fleet = read_fleet(path, PLAN)
        assert len(fleet) == size
        taken = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return taken

    (kept, peak), (kept_of_more, peak_of_more) = taken(20_000), taken(40_000)
    assert (kept_of_more - kept) / 20_000 < 40
    assert (peak_of_more - peak) / 20_000 < 250


@pytest.mark.fuzz
@settings(derandomize=True, max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 10**14 - 1).map(lambda number: with_check_digit(f"{number:014}")),
            st.sampled_from([ACCOUNT, OTHER]),
            st.sampled_from([(), ("1",), ("pilot",), ("wave 2",)]),
        ),
        min_size=1,
        unique_by=lambda row: row[0],
    ),
    st.permutations(["imei", "account", "wave"]),
    st.sampled_from([",", ";", "\t"]),
)
def test_every_fleet_is_read_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[str, str, tuple[str, ...]]],
    order: list[str],
    delimiter: str,
) -> None:
    lines = [delimiter.join(order)]
    for imei, account, wave in rows:
        cells = {"imei": imei, "account": account, "wave": "".join(wave)}
        lines.append(delimiter.join(cells[name] for name in order))
    fleet = read(tmp_path_factory.getbasetemp(), "\n".join(lines), PLAN)
    assert list(fleet) == [(imei, account, *wave) for imei, account, wave in rows]
    assert sum(fleet.accounts.values()) == len(fleet) == len(rows)
    assert fleet.findings == ()


@pytest.mark.fuzz
@settings(derandomize=True, max_examples=300, deadline=None)
@given(
    st.text(st.sampled_from('0123456789,;\t"\n\r -x\ufeff\0')), st.sampled_from(["", HEADINGS, "imei,account,wave\r\n"])
)
def test_whatever_is_in_a_file_it_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, text: str, begin: str
) -> None:
    devices: list[tuple[str, ...]] = []
    with contextlib.suppress(ValidationError):
        devices = list(read(tmp_path_factory.getbasetemp(), begin + text, PLAN))
    assert all(len(device[0]) == 15 and device[1].count("-") == 1 for device in devices)
