"""Whatever writes a CSV file: each of its devices is read, in order, or it is told that something is wrong."""

from __future__ import annotations

import csv
import io
from typing import Any

from hypothesis import assume, given, settings, strategies as st

from fota_sdk import DeviceReport, ValidationError, read_devices
from fota_sdk.device_rows import read_rows

IMEI = st.integers(10**14, 10**15 - 1).map(str)
CELL = st.one_of(IMEI, st.text("ab1,;\t\"' \n", max_size=6), st.just("Smith, John"), st.just('5" screen; "x"'))
HEADING = CELL.filter(lambda text: text.strip().lower() not in ("imei", "device"))
DELIMITER = st.sampled_from(",;\t")
LINE_END = st.sampled_from(["\n", "\r\n"])


@st.composite
def tables(draw: st.DrawFn) -> tuple[int, list[list[str]]]:
    """Give the place of the devices, and rows of which the first are headings."""
    width = draw(st.integers(1, 4))
    place = draw(st.integers(0, width - 1))
    headings = draw(st.lists(HEADING, min_size=width, max_size=width))
    headings[place] = "IMEI"
    rows = draw(st.lists(st.lists(CELL, min_size=width, max_size=width), max_size=6))
    for row in rows:
        row[place] = draw(IMEI)
    return place, [headings, *rows]


def written(rows: list[list[str]], **dialect: Any) -> str:
    file = io.StringIO(newline="")
    csv.writer(file, **dialect).writerows(rows)
    return file.getvalue()


def read(text: str, column: str | int) -> DeviceReport:
    return read_devices(io.StringIO(text, newline=""), column=column)


@settings(max_examples=200, deadline=None)
@given(tables(), DELIMITER, LINE_END, st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]))
def test_what_a_csv_writer_quotes_is_read_device_by_device(
    table: tuple[int, list[list[str]]], delimiter: str, line_end: str, quoting: Any
) -> None:
    place, rows = table
    text = written(rows, delimiter=delimiter, lineterminator=line_end, quoting=quoting)
    devices = [row[place] for row in rows[1:]]
    report = read(f"sep={delimiter}\n{text}", "IMEI")
    assert report.devices == devices
    assert all(finding.kind in ("wrong check digit", "duplicate", "quoted rows") for finding in report.findings())
    try:
        guessed = read(text, "IMEI")
    except ValidationError as error:
        assert "cannot tell whether" in str(error)  # noqa: PT017 - where it is read, the devices are looked at
    else:
        assert guessed.devices == devices or guessed.errors != []
        assert set(guessed.usable) <= set(devices)


@settings(max_examples=200, deadline=None)
@given(
    tables(),
    st.sampled_from([",", ";", "\t", "|", ":"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONE]),
    st.booleans(),
)
def test_what_is_written_in_another_dialect_is_never_lost_without_a_word(
    table: tuple[int, list[list[str]]], delimiter: str, line_end: str, quoting: Any, escaped: bool
) -> None:
    place, rows = table
    escaped = escaped or quoting == csv.QUOTE_NONE
    text = written(
        rows,
        delimiter=delimiter,
        lineterminator=line_end,
        quoting=quoting,
        doublequote=not escaped,
        escapechar="\\" if escaped else None,
    )
    never_silent(text, [row[place] for row in rows[1:]])


@settings(max_examples=300, deadline=None)
@given(tables(), DELIMITER, st.data())
def test_a_character_too_many_or_too_few_loses_nothing_without_a_word(
    table: tuple[int, list[list[str]]], delimiter: str, data: st.DataObject
) -> None:
    place, rows = table
    assume(len(rows) > 1)
    headings, text = (written(part, delimiter=delimiter, lineterminator="\n") for part in (rows[:1], rows))
    at = data.draw(st.integers(len(headings), len(text) - 1))
    mark = data.draw(st.sampled_from(['"', "", delimiter, f'{delimiter}"', '"\n']))
    never_silent(text[:at] + mark + text[at + (0 if mark else 1) :], [row[place] for row in rows[1:]])


def never_silent(text: str, devices: list[str]) -> None:
    try:
        report = read(text, "IMEI")
    except ValidationError:
        return
    told = [finding for finding in report.findings() if finding.kind not in ("wrong check digit", "duplicate")]
    assert report.devices == devices or told != [], text


@settings(max_examples=500, deadline=None)
@given(
    st.lists(st.lists(st.text("ab, ;\t\x0b\u2028'", max_size=3), min_size=2, max_size=3).map(",".join), max_size=5)
    | st.lists(st.text('a,b"\r\0', max_size=6), max_size=5),
    LINE_END,
    st.booleans(),
)
def test_rows_are_those_that_csv_reads_line_by_line(rows: list[str], line_end: str, ends: bool) -> None:
    text = line_end.join(rows) + (line_end if ends else "")
    try:
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        expected = [(row, reader.line_num) for row in reader]
    except csv.Error:
        assume(False)
    portions = list(read_rows(io.StringIO(text, newline=""), ",", 0))
    assert [row for rows in portions for row in zip(rows.cells, rows.ends, strict=True)] == expected
    for rows in portions:
        assert rows.lengths == {len(row) for row in rows.cells}
        for place in range(4):
            assert rows.column(place) == [row[place] if place < len(row) else "" for row in rows.cells]
