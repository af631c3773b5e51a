"""Files of devices: no row is lost, and no cell taken for another one, without a word."""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fota_sdk import DeviceFindingKind, DeviceReport, ValidationError, read_devices
from tests.conftest import IMEIS

A, B, C = IMEIS
IMSI = "311480000000008"
ROW_LENGTH, QUOTED_ROWS = DeviceFindingKind.ROW_LENGTH, DeviceFindingKind.QUOTED_ROWS


def read(text: str, column: str | int | None = None) -> DeviceReport:
    return read_devices(io.StringIO(text, newline=""), column=column)


def told(report: DeviceReport) -> list[tuple[int, str, bool]]:
    return [
        (finding.line, finding.kind, finding.is_error)
        for finding in report.findings()
        if finding.kind != DeviceFindingKind.WRONG_CHECK_DIGIT
    ]


# Quotes


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f'IMEI,Note\n{A},"ok"\n{B},"depot\n{C},fine\n', 3),
        (f'IMEI,Note\n{A},"depot\n{B},fine\n{C},"x"\n', 2),
        (f'IMEI,Note\n{A},"two\nlines"\n{B},"depot\n{C},fine\n', 4),
        (f'Note,More,IMEI\n"two\nlines","depot,{A}\nx,y,{B}\n', 3),
        (f'"IMEI,Note\n{A},"x"\n{B},y\n', 1),
        (f'IMEI,Note\n"{A},x\n{B},y\n', 2),
        (f'IMEI,Note\n{A},"ok" then\n{B},y\n', 2),
        (f'IMEI;Note\r\n{A};"5" screen"\r\n{B};y\r\n', 2),
        (f'sep=;\nIMEI;Note\n{A};x\n{B};"depot\n', 4),
        ("IMEI,Note\n" + f'{A},"two\nlines"\n' * 700 + f'{B},"depot\n' + f"{C},fine\n" * 3000, 1402),
        ("IMEI,Note\n" + f"{A},x\n" * 998 + f'{B},"depot', 1000),
        (f'IMEI,Note\n{B},"depot\n' + f"{C},fine\n" * 10_000, 2),
    ],
)
def test_a_quote_that_is_not_closed_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(ValidationError, match=rf"line {line} opens a quote that is not closed"):
        read(text)


def test_a_cell_that_is_longer_than_csv_takes_is_refused_with_its_line() -> None:
    longest = csv.field_size_limit()
    with pytest.raises(ValidationError, match=rf"line 2 cannot be read as CSV: .*\({longest}\)"):
        read(f'IMEI,Note\n{A},{"x" * (longest + 1)}\n{B},"y"\n')


@pytest.mark.parametrize(
    ("text", "line", "place"),
    [
        (f'IMEI,Note\n{A},"depot\n{B},fine"\n{C},x\n', 2, 2),
        (f'IMEI,Note\n{C},x\n{A},"depot\n{B},"\n', 3, 2),
        (f'Note,IMEI\nx,{C}\n"depot,{A}\nx",{B}\n', 3, 2),
        (f'IMEI,Note,More\n{A},"a\nb","depot\n{B},c,d"\n{C},x,y\n', 3, 2),
        (f'IMEI\tNote\n{A}\t"depot\n{B[:14]}\tfine"\n{C}\tx\n', 2, 2),
        (f'IMEI,Note\n{A},"depot\n9.90014E+14,fine"\n{C},x\n', 2, 2),
        (f'IMEI,Note\n{A},"depot\n""{B}"",fine"\n{C},x\n', 2, 2),
        (f'IMEI,Note\n{A},"depot\n{B}"\n{C},x\n', 2, 2),
        (f'IMEI,Note\n{A},"depot\r{B},fine"\r{C},x\r', 2, 2),
        (f'IMEI,"Note\n{A},x"\n{B},y\n{C},z\n', 1, 3),
        (f'"{A},x\n{B}",y\n{C},z\n', 1, 1),
    ],
)
def test_a_quoted_cell_that_holds_a_device_on_a_line_of_its_own_is_an_error(text: str, line: int, place: int) -> None:
    report = read(text, column=None if "IMEI" in text else 1)
    assert (line, QUOTED_ROWS, True) in told(report)
    assert report.usable == ([B, C] if line == 1 and place == 3 else [C])


def test_a_quoted_cell_that_may_hold_rows_is_a_warning_and_one_with_a_line_break_is_none() -> None:
    rows = [f'{A},"Main Street 5,\nBonn",x', f'{B},"two\nlines","one, line"', f'{C},"one, line",x']
    report = read("\n".join(["IMEI,Note,More", *rows]))
    assert told(report) == [(2, QUOTED_ROWS, False)]
    assert str(report.warnings[0]) == (
        f"line 2: {A!r} stands in a row with a quoted cell of 2 lines, which opens here and may hold rows: see to its "
        "quote"
    )
    assert report.usable == report.devices == IMEIS


@pytest.mark.parametrize("note", ['5" screen', 'a ""b""', 'say "x"', ' "x"', "it's", '5"'])
def test_a_quote_within_a_cell_is_a_plain_character(note: str) -> None:
    report = read(f"IMEI,Note\n{A},{note}\n{B},b\n{C},c\n")
    assert (report.devices, told(report)) == (IMEIS, [])


@pytest.mark.parametrize("before", [0, 1, 997, 998, 999])
def test_rows_of_several_lines_are_read_wherever_they_stand(before: int) -> None:
    cell = '"' + "more\n" * 2500 + '"'
    report = read("IMEI,Note\n" + f"{A},x\n" * before + f"{B},{cell}\n123,x\n")
    assert report.devices == [A] * before + [B, "123"]
    assert [(error.line, error.value) for error in report.errors] == [(before + 2503, "123")]


# Rows of another length


@pytest.mark.parametrize(
    ("text", "column", "found", "usable"),
    [
        # more cells than headings
        (f"Name,IMSI,IMEI\nSmith, John,{IMSI},{A}\nJones,1,{B}\n", None, [(2, ROW_LENGTH, True)], [B]),
        (f"Name,IMSI,IMEI,Note\nSmith, John,{IMSI},{A},\nJones,1,{B},\n", None, [(2, ROW_LENGTH, True)], [B]),
        (f"IMEI;Name\n{A};Smith;John\n{B};Jones\n", None, [(2, ROW_LENGTH, True)], [B]),
        (f"{A},x\n{B},x,y\n", "1", [(2, ROW_LENGTH, True)], [A]),
        # fewer
        (f"Name,IMEI,IMSI\n{A},{IMSI}\nJones,{B},1\n", None, [(2, ROW_LENGTH, True)], [B]),
        (f"Name,IMEI,IMSI\n{A[:14]},{IMSI}\nJones,{B},1\n", None, [(2, ROW_LENGTH, True)], [B]),
        (f"IMEI,Note,More\n{A}\n{B},x\n", None, [(2, ROW_LENGTH, False), (3, ROW_LENGTH, False)], [A, B]),
        (f"Name,IMEI,Note\nSmith,{A}\nJones,{B},x\n", None, [(2, ROW_LENGTH, False)], [A, B]),
        (f"{A},x\n{B}\n", 1, [(2, ROW_LENGTH, False)], [A, B]),
        # rows without a device, and headings without a name
        (
            f"IMEI,Note\n{A},x\n,\n\n,,,\n,y\n{B},x\n",
            None,
            [(line, DeviceFindingKind.EMPTY_LINE, False) for line in range(3, 7)],
            [A, B],
        ),
        (f"IMEI,Note,,\n{A},x\n{B},x,,\n", None, [(2, ROW_LENGTH, False)], [A, B]),
        (f"Name,IMEI,IMSI,\n{A},{IMSI},x\nJones,{B},1,\n", None, [(2, ROW_LENGTH, True)], [B]),
        (f"Name,IMEI,Note,\nSmith{A},{B},x\n", None, [(2, ROW_LENGTH, False)], [B]),
        (f"Note,IMEI\n{A}\nx,{B}\n", None, [(2, DeviceFindingKind.EMPTY_LINE, False)], [B]),
        (f"Name,X,IMEI\nSmith, J,,{A}\nx,,{B}\n", None, [(2, "empty line", False), (2, ROW_LENGTH, True)], [B]),
    ],
)
def test_rows_of_another_length_than_the_headings_are_told(
    text: str, column: str | int | None, found: list[tuple[int, str, bool]], usable: list[str]
) -> None:
    report = read(text, column)
    assert sorted(told(report)) == sorted(found)
    assert report.usable == usable


def test_the_finding_says_how_many_cells_there_are() -> None:
    longer, shorter = read(f"Name,IMSI,IMEI\nSmith, John,{IMSI},{A}\n{IMSI},{A}\n").findings()
    assert longer.problem == (
        "stands in a row of 4 cells, where there are 3 headings: is there a cell with ',' in it and no quotes around "
        "it?"
    )
    assert longer.value == IMSI
    assert shorter.kind == DeviceFindingKind.EMPTY_LINE


def test_a_row_of_one_cell_is_told_in_the_singular() -> None:
    problems = [finding.problem for finding in read(f"IMEI,Note,More\n{A}\n{B},x\n").findings()]
    rest = "where there are 3 headings: taken for cells left away at its end"
    assert problems == [f"stands in a row of 1 cell, {rest}", f"stands in a row of 2 cells, {rest}"]


# Delimiters


@pytest.mark.parametrize(
    ("text", "column"),
    [
        (f"IMEI;Standort, Stadt\n{A};Bonn\n{B};Trier\n", None),
        (f"Standort, Stadt;IMEI\n{'Bonn'};{A}\nTrier;{B}\n", None),
        (f'"IMEI";"Standort, Stadt"\n"{A}";"Bonn, Beuel"\n"{B}";"Trier"\n', None),
        (f'"Note; more","IMEI"\n"a;b","{A}"\n"c","{B}"\n', None),
        (f"Ort, Stadt;IMEI\tx\tIMEI\n1;2\t3\t{A}\n4;5\t6\t{B}\n", "IMEI"),
        (f"IMEI\tPlace, town; land\n{A}\tBonn, D\n{B}\tTrier; D\n", None),
        (f"Device, name;IMEI\nPump, big;{A}\nPump, small;{B}\n", None),
        (f"IMEI;Lat\n{A};50,73\n{B};49,75\n", None),
        (f"{A};50,73\n{B};49,75\n", 1),
        (f"50,73;7,1;{A}\n49,75;6,6;{B}\n", "3"),
        (f"Lat, Lon;IMEI\n50,7;{A}\n49,7;{B}\n", "IMEI"),
        (f"IMEI, old\n{A}\n{B}\n", "IMEI, old"),
        (f"sep=;\nIMEI;Ort\n{A};Bonn\n{B};Trier\n", None),
        (f"\ufeffsep=;\r\nIMEI;Ort, Stadt\r\n{A};Bonn\r\n{B};Trier\r\n", None),
        (f"SEP=,\nIMEI,Ort\n{A},Bonn\n{B},Trier\n", "IMEI"),
        (f'"sep=;"\n{A};50,7\n{B};49,7\n', 1),
        (f"sep=\t\nIMEI\tOrt, Stadt\n{A}\tx,y\n{B}\tx\n", None),
        (f"sep=\\t\nIMEI\tOrt\n{A}\tx,y\n{B}\tx\n", None),
        (f"sep=|\nIMEI|Ort\n{A}|x,y\n{B}|x\n", None),
        (f"sep=;\nIMEI\n{A}\n{B}\n", None),
        (f"sep=;\n{A}\n{B}\n", None),
    ],
)
def test_the_delimiter_is_the_one_that_makes_the_column(text: str, column: str | int | None) -> None:
    report = read(text, column)
    assert (report.devices, list(report.findings())) == ([A, B], [])


@pytest.mark.parametrize("text", ["7;5,0\n8;6,0\n", "a;b,c\n"])
def test_where_the_delimiter_cannot_be_told_the_way_out_is(text: str) -> None:
    with pytest.raises(ValidationError, match=r"cannot tell whether ',' or ';' separates the cells.* sep=;"):
        read(text, 1)
    assert len(read(f"sep=;\n{text}", 1).devices) == text.count("\n")


def test_lines_are_counted_from_a_declared_delimiter_on() -> None:
    assert [error.line for error in read(f"sep=;\nIMEI;x\n{A};y\n12;z\n").errors] == [4]
    assert [error.line for error in read(f"sep=;\n{A}\n12\n").errors] == [3]


# Columns


@pytest.mark.parametrize(("column", "devices"), [(1, [A, B]), ("1", [A, B]), (2, [B, C])])
def test_a_column_is_named_by_its_number_too(column: str | int, devices: list[str]) -> None:
    assert read(f"{A},{B}\n{B},{C}\n", column).devices == devices


def test_a_heading_that_is_a_number_wins() -> None:
    assert read(f"2,1\n{A},{B}\n", 2).devices == [A]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize(("heading", "column"), [("Imei", "IMEI"), ("IMEI", "imei"), ("Straße", "STRASSE")])
def test_a_heading_may_be_named_in_another_case(heading: str, column: str, delimiter: str) -> None:
    assert read(delimiter.join(("x", heading)) + f"\n1{delimiter}{A}\n", column).devices == [A]


def test_of_headings_that_differ_by_case_the_one_that_is_named_counts() -> None:
    text = f"imei,IMEI\n{A},{B}\n"
    assert [read(text, column).devices for column in ("imei", "IMEI")] == [[A], [B]]
    with pytest.raises(ValidationError, match="two columns have this name; the file has 'imei', 'IMEI'"):
        read(text, "Imei")


@pytest.mark.parametrize(
    ("column", "problem"),
    [
        (True, "a heading .str. or a number from 1 .int., got bool"),
        (1.0, "got float"),
        (b"1", "got bytes"),
        ([1], "got list"),
        (0, "from 1"),
        (-1, "from 1"),
        (10**200, "from 1"),
        ("0", "there is no column '0'"),
        (3, "there is no column '3'; the file has"),
        ("", "there is no column ''"),
    ],
)
def test_what_names_no_column_is_refused(column: Any, problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        read(f"{A},x\n", column)


def test_the_columns_that_there_are_are_told_by_the_first_row() -> None:
    with pytest.raises(ValidationError, match=r"no column 'IMEI'; the file has 'site', 'name', 'device number'"):
        read(f"site;name;device number\na;x,y,z,w;{A}\n,,,,,,\n", "IMEI")


# Texts


@pytest.mark.parametrize(
    "cell", [f"'{A}", f"\u00a0{A}", f"{A} ", f"\u200b{A}", f"'{A}'", f"{A}.0", f"{A}\0", "99-001390-788425-3", f"={A}"]
)
@pytest.mark.parametrize("begin", ["", f"{B}\n", "IMEI\n", "IMEI,x\n"])
def test_what_stands_around_a_device_is_told_and_left(begin: str, cell: str) -> None:
    if "\0" in cell and ("," in begin or begin == ""):
        return  # refused as no text: see below
    report = read(f"{begin}{cell}{',y' if ',' in begin else ''}\n")
    assert report.devices[-1] == cell
    assert [(error.value, error.kind) for error in report.errors] == [(cell, DeviceFindingKind.NOT_15_DIGITS)]


@pytest.mark.parametrize("number", ["9.90014E+14", "9,90014E+14", "9.90014e14", "1E+15"])
def test_a_number_that_a_spreadsheet_rounded_is_told_as_such(number: str) -> None:
    (error,) = read(f"IMEI;x\n{number};y\n").errors
    assert error.problem == (
        "is a rounded number: a spreadsheet took it for one, and its digits are lost; format the column as text"
    )


@pytest.mark.parametrize(
    "content",
    [
        f"IMEI\tOrt\r\n{A}\tBonn\r\n".encode("utf-16"),
        f"IMEI\tOrt\r\n{A}\tBonn\r\n".encode("utf-16-le"),
        f"{A}\r\n".encode("utf-16-be"),
        f"IMEI;Straße\r\n{A};x\r\n".encode("cp1252"),
        f"IMEI;Ort\r\n{A};Köln\r\n".encode("cp1252"),
    ],
)
def test_a_file_that_is_not_utf_8_is_refused_with_a_hint(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "f.csv").write_bytes(content)
    with pytest.raises(ValidationError, match=r"no text in UTF-8|cannot be read as text in UTF-8") as caught:
        read_devices(tmp_path / "f.csv")
    assert "save it as CSV (UTF-8)" in str(caught.value)


@pytest.mark.parametrize("rest", [b"\x14\x00\x06\x00", b"\xff\xfe", b"\n", b"\n\xff"])
def test_a_workbook_is_refused_as_such(tmp_path: Path, rest: bytes) -> None:
    (tmp_path / "f.xlsx").write_bytes(b"PK\x03\x04" + rest)
    with pytest.raises(ValidationError, match="the file is a workbook or another archive, and no CSV file; save it as"):
        read_devices(tmp_path / "f.xlsx")


@pytest.mark.parametrize("source", [None, 3, b"devices.csv", io.BytesIO(b"1\n"), [b"1"]])
def test_what_is_neither_path_nor_text_stream_is_refused(source: Any) -> None:
    with pytest.raises(ValidationError, match=r"must be a path or a (text stream|stream of text)"):
        read_devices(source)


SCRIPT = """
import sys
from fota_sdk import FotaError, read_devices
try:
    print(*read_devices(sys.stdin).devices)
except FotaError as error:
    print(type(error).__name__)
"""


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-16", "ascii:replace"])
@pytest.mark.parametrize(
    ("content", "printed"),
    [
        (b"\xef\xbb\xbf" + f"IMEI,Ort\r\n{A},Bonn\r\n".encode(), A),
        (f"IMEI,Straße\r\n{A},Köln\r\n".encode(), A),
        (f"\ufeff{A}\n{B}\n".encode(), f"{A} {B}"),
        (f"IMEI,Ort\r\n{A},Köln\r\n".encode("cp1252"), "ValidationError"),
        (f'IMEI,Ort\r\n{A},"two\r\nlines"\r\n{B},x\r\n'.encode(), f"{A} {B}"),
    ],
)
def test_standard_input_is_utf_8_whatever_its_encoding(encoding: str, content: bytes, printed: str) -> None:
    variables = {**os.environ, "PYTHONIOENCODING": encoding}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], input=content, env=variables, capture_output=True, timeout=30, check=True
    )
    out = done.stdout.decode("utf-16" if encoding == "utf-16" else "ascii")
    assert out.strip() == printed


def test_standard_input_that_a_script_has_begun_to_read_goes_on_from_there() -> None:
    script = SCRIPT.replace("try:", "sys.stdin.readline()\ntry:")
    done = subprocess.run(
        [sys.executable, "-c", script],
        input=f"mine\n{A}\n{B}\n".encode(),
        env={**os.environ, "PYTHONIOENCODING": "cp1252"},
        capture_output=True,
        timeout=30,
        check=True,
    )
    assert done.stdout.decode().strip() == f"{A} {B}"


# What to send


def test_usable_are_the_devices_without_an_error_each_once(tmp_path: Path) -> None:
    wrong_check_digit = "990013907884254"
    text = f"x,IMEI\na,{A}\na,12\na,{wrong_check_digit}\na,{A}\n\na,b,{C}\na,{B}\na,{C}\na,12\na,{B},\n"
    report = read(text)
    assert report.usable == [A, wrong_check_digit, B, C]
    assert report.devices == [A, "12", wrong_check_digit, A, "b", B, C, "12", B]
    report.usable.append("mine")
    assert report.usable == [A, wrong_check_digit, B, C]


def test_a_device_stays_once_where_its_first_row_is_an_error() -> None:
    report = read(f"IMEI,x\n{A},a,b\n{B},a\n{A},a\n")
    assert report.usable == [B, A]
    assert [finding.kind for finding in report.warnings] == [DeviceFindingKind.DUPLICATE]


def test_usable_and_devices_are_lists_of_their_own() -> None:
    report = read(f"{A}\n{B}\n")
    assert report.usable == report.devices
    assert report.usable is not report.devices


def test_the_kinds_are_what_counts_are_keyed_by() -> None:
    text = f'IMEI,x\n{A},a\n{A},"a,\nb"\n12,a\n{B[:14]}9,a\n\n{C},a,b\n'
    counts = read(text).counts
    assert counts == {
        DeviceFindingKind.NOT_15_DIGITS: 1,
        DeviceFindingKind.WRONG_CHECK_DIGIT: 1,
        DeviceFindingKind.DUPLICATE: 1,
        DeviceFindingKind.EMPTY_LINE: 1,
        DeviceFindingKind.ROW_LENGTH: 1,
        DeviceFindingKind.QUOTED_ROWS: 1,
    }
    assert {name: value for name, value in vars(DeviceFindingKind).items() if name.isupper()} == {
        "NOT_15_DIGITS": "not 15 digits",
        "WRONG_CHECK_DIGIT": "wrong check digit",
        "DUPLICATE": "duplicate",
        "EMPTY_LINE": "empty line",
        "ROW_LENGTH": "row length",
        "QUOTED_ROWS": "quoted rows",
    }


def test_findings_come_in_the_order_of_lines() -> None:
    text = f'IMEI,x\n{A},"a,\n{B},b"\n12,a\n{A},a,c\n\n12,a,b\n{C}\n'
    lines = [finding.line for finding in read(text).findings()]
    assert lines == sorted(lines) == [2, 4, 5, 5, 6, 7, 7, 7, 8]
    assert re.match(r"line 2: '\d+' stands in a row with a quoted cell", str(read(text).errors[0]))
