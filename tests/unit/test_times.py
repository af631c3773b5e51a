"""The times of the service are read in their three shapes, and nothing is ever guessed."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from fota_sdk import parse_time

UTC = timezone.utc


@pytest.mark.parametrize(
    ("text", "time"),
    [
        # T1: RFC 3339
        ("2022-10-05T21:05:01.19Z", datetime(2022, 10, 5, 21, 5, 1, 190000, UTC)),
        ("2022-10-06T18:35:00Z", datetime(2022, 10, 6, 18, 35, tzinfo=UTC)),
        ("2017-11-29T16:03:42.000Z", datetime(2017, 11, 29, 16, 3, 42, tzinfo=UTC)),
        ("2022-10-06t18:35:00z", datetime(2022, 10, 6, 18, 35, tzinfo=UTC)),
        ("2022-10-06T18:35:00+05:30", datetime(2022, 10, 6, 18, 35, tzinfo=timezone(timedelta(hours=5, minutes=30)))),
        (
            "2022-10-06T18:35:00.123456789-00:30",
            datetime(2022, 10, 6, 18, 35, 0, 123456, timezone(-timedelta(minutes=30))),
        ),
        # T2: as Go writes it
        ("2021-06-03 00:03:56.079 +0000 UTC", datetime(2021, 6, 3, 0, 3, 56, 79000, UTC)),
        ("2020-08-31 00:00:00 +0000 UTC", datetime(2020, 8, 31, tzinfo=UTC)),
        ("2022-01-04 02:45:00.67 +0000 UTC", datetime(2022, 1, 4, 2, 45, 0, 670000, UTC)),
        ("2022-01-04 02:45:00 -0700 PDT", datetime(2022, 1, 4, 2, 45, tzinfo=timezone(timedelta(hours=-7)))),
        ("2022-01-04 02:45:00 +0300 +03", datetime(2022, 1, 4, 2, 45, tzinfo=timezone(timedelta(hours=3)))),
        # T3: the month first
        ("10/22/2020 19:29:50", datetime(2020, 10, 22, 19, 29, 50, tzinfo=UTC)),
        ("05/06/2020 00:00:00", datetime(2020, 5, 6, tzinfo=UTC)),
        # no zone: UTC
        ("2022-10-06T18:35:00", datetime(2022, 10, 6, 18, 35, tzinfo=UTC)),
        ("2021-06-03 00:03:56.079", datetime(2021, 6, 3, 0, 3, 56, 79000, UTC)),
        ("2022-10-06T18:35:00." + "9" * 100_000, datetime(2022, 10, 6, 18, 35, 0, 999999, UTC)),
        # ends of what there is
        ("0002-01-01T00:00:00Z", datetime(2, 1, 1, tzinfo=UTC)),
        ("9999-12-31T23:59:59.999999-23:59", datetime.max.replace(tzinfo=timezone(-timedelta(hours=23, minutes=59)))),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_time_is_read_with_its_zone(text: str, time: datetime) -> None:
    read = parse_time(text)

    assert read == time
    assert read is not None
    assert read.utcoffset() == time.utcoffset()


@pytest.mark.parametrize(
    "text",
    [
        "0001-01-01 00:00:00 +0000 UTC",
        "0001-01-01T00:00:00Z",
        "01/01/0001 00:00:00",
        "0000-12-31 23:59:59 +0000 UTC",
    ],
)
def test_a_time_in_the_year_1_is_none(text: str) -> None:
    assert parse_time(text) is None


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        " ",
        "soon",
        "2020-08-31",  # a day is no time
        "22/10/2020 19:29:50",
        "13/01/2020 00:00:00",
        "10/22/2020",
        "10/22/20 19:29:50",
        "10/22/2020 19:29:50 PM",
        "06 Oct 22 18:05 UTC",
        "2022-10-05T21:05Z",
        "2022-10-05T21:05:60Z",
        "2022-10-05T24:00:00Z",
        "2022-02-30T00:00:00Z",
        "2022-10-05T21:05:01.Z",
        "2022-10-05T21:05:01,19Z",
        "2022-10-05T21:05:01+24:00",
        "2022-10-05T21:05:01+00:60",
        "2022-10-05T21:05:01 PDT",
        "2022-10-05  21:05:01",
        "2022-10-05T21:05:01 ",
        " 2022-10-05T21:05:01Z",
        "2022-10-05T21:05:01Z\n",
        "20221005T210501Z",
        "٢٠٢٢-10-05T21:05:01Z",
        "2022-10-05T21:05:01.\uff11Z",
        "\ud800",
        "9" * 100_000,
        1664999101,
        datetime(2022, 10, 5),
        b"2022-10-05T21:05:01Z",
    ],
    ids=lambda text: ascii(text)[:30],
)
def test_what_is_no_such_time_is_none(text: Any) -> None:
    assert parse_time(text) is None


@given(
    st.from_regex(
        r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}( ?[+-][0-9]{2}:?[0-9]{2})?( [A-Z]{3})?\Z"
    )
    | st.from_regex(r"\A[0-9]{2}/[0-9]{2}/[0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2}\Z")
    | st.text()
)
@settings(derandomize=True, max_examples=300, deadline=None)
def test_nothing_raises_and_a_time_always_has_a_zone(text: str) -> None:
    read = parse_time(text)

    assert read is None or (read.utcoffset() is not None and read.year > 1)


@given(st.datetimes(min_value=datetime(2, 1, 1), timezones=st.just(UTC)))
@settings(derandomize=True, max_examples=100, deadline=None)
def test_what_python_writes_in_rfc_3339_is_read_back(time: datetime) -> None:
    assert parse_time(time.isoformat()) == time
    assert parse_time(f"{time:%m/%d/}{time.year:04} {time:%H:%M:%S}") == time.replace(microsecond=0)
