"""Functions that read times: strict times, days, the longest that a time limit can take."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest

Call = Callable[..., Any]


@pytest.mark.parametrize(
    "value",
    [
        *(
            "2021-11-01 00:00:00",
            "2021-11-01 23:59:59",
            "2020-02-29 10:00:00",
            "1989-07-01 00:30:00",
            "1949-10-01 00:00:00",
        ),
        *("1969-12-31 15:59:59", "1970-01-02 00:00:00", "9999-12-31 23:59:59"),
    ],
)
def test_a_time_of_the_exchange_format_is_taken_as_written(call: Call, value: str) -> None:
    assert call("parse_time", value, False) == datetime.datetime.fromisoformat(value)


@pytest.mark.parametrize(
    "value",
    [
        *("today", "now", "epoch", "infinity", "-infinity", "tomorrow", "Nov 1 2021", "20211101", "20211301"),
        *("2021-11-01 24:00:00", "2021-11-01 23:59:60", "2021-11-01 23:60:00", "2021-13-01 00:00:00"),
        *("2021-02-29 10:00:00", "2021-11-31 10:00:00", "2021-11-00 10:00:00", "0000-00-00 00:00:00"),
        *("2021/11/1", "2021-11-1 10:00:00", "2021年11月1日", "44501", "44501.5", "1635724800000"),
        *("2021-11-01T10:00:00", "2021-11-01 10:00:00+08:00", "2021-11-01 10:00:00Z", "2021-11-01 10:00:00.5"),
        *("２０２１-11-01 10:00:00", "2021-11-01 10:00:00\n", " 2021-11-01 10:00:00", "٢٠٢١-11-01 10:00:00", ""),
        *("1753-01-01 00:00:00", "1900-01-01 00:00:00", "1970-01-01 00:00:00", "1900-01-01 08:00:00", "BC"),
        *(
            "0001-01-01 00:00:00",
            "1601-01-01 00:00:00",
            "1858-11-17 00:00:00",
            "1899-12-30 00:00:00",
            "1899-12-31 08:05:43",
        ),
        *(
            "1904-01-01 00:00:00",
            "1949-09-30 23:59:59",
            "1969-12-31 16:00:00",
            "1970-01-01 08:00:00",
            "1970-01-01 23:59:59",
        ),
    ],
)
@pytest.mark.parametrize("allow_date", [False, True])
def test_anything_else_is_no_time(call: Call, value: str, allow_date: bool) -> None:
    assert call("parse_time", value, allow_date) is None


@pytest.mark.parametrize(
    ("value", "allow_date", "moment"),
    [
        ("2021-11-01", True, datetime.datetime(2021, 11, 1)),
        ("2021-11-01", False, None),
        ("2021-02-29", True, None),
        ("1900-01-01", True, None),
        ("1899-12-30", True, None),
        ("1949-09-30", True, None),
        ("1949-10-01", True, datetime.datetime(1949, 10, 1)),
        ("1970-01-01", True, None),
        ("0000-01-01", True, None),
        (None, True, None),
    ],
)
def test_a_day_is_a_time_only_where_the_dialect_allows_it(
    call: Call, value: str | None, allow_date: bool, moment: datetime.datetime | None
) -> None:
    assert call("parse_time", value, allow_date) == moment


@pytest.mark.parametrize(
    ("value", "moment", "end"),
    [
        ("2021-11-01", "2021-11-01 00:00:00", "2021-11-01 23:59:59"),
        ("2021-11-01 10:00:00", "2021-11-01 10:00:00", "2021-11-01 10:00:00"),
        ("nonsense", None, None),
    ],
)
def test_a_day_ends_with_its_last_second(call: Call, value: str, moment: str | None, end: str | None) -> None:
    found = call("end_of", value, moment)
    assert (found and str(found)) == end


@pytest.mark.parametrize(
    ("number", "unit", "days"),
    [
        ("20", "1", 38),
        ("0", "1", 10),
        ("20", "2", 20),
        ("25", "3", 2),
        ("1441", "4", 2),
        ("2", "5", 62),
        ("20", "9", None),
        ("二十", "1", None),
        (None, "1", None),
    ],
)
def test_the_most_days_that_a_time_limit_can_take(call: Call, number: str | None, unit: str, days: int | None) -> None:
    assert call("most_days", number, unit) == days
