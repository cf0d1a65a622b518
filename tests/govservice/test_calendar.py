"""The calendar of 2021 and 2022: holidays and 调休 by the State Council's notice, the number of working days and the next working day."""

from datetime import date
from pathlib import Path

import pytest

from govservice import dimensions, settings
from govservice.dimensions import CalendarError

CALENDAR = {row[0]: row for row in dimensions.calendar()}


def day(month: int, number: int, year: int = 2021) -> date:
    """A day of 2021."""
    return date(year, month, number)


@pytest.mark.parametrize(
    ("when", "is_workday", "next_workday", "name"),
    [
        (day(9, 17), True, day(9, 17), None),
        (day(9, 18), True, day(9, 18), "中秋节调休"),  # a Saturday
        (day(9, 19), False, day(9, 22), "中秋节"),
        (day(9, 21), False, day(9, 22), "中秋节"),
        (day(9, 25), False, day(9, 26), None),
        (day(9, 26), True, day(9, 26), "国庆节调休"),  # a Sunday
        (day(9, 30), True, day(9, 30), None),
        *[(day(10, number), False, day(10, 8), "国庆节") for number in range(1, 8)],
        (day(10, 8), True, day(10, 8), None),
        (day(10, 9), True, day(10, 9), "国庆节调休"),  # a Saturday
        (day(10, 10), False, day(10, 11), None),
        (day(11, 19), True, day(11, 19), None),
        (day(11, 20), False, day(11, 22), None),
        (day(1, 1), False, day(1, 4), "元旦"),
        (day(1, 29, 2022), True, day(1, 29, 2022), "春节调休"),
        (day(5, 4, 2022), False, day(5, 5, 2022), "劳动节"),
        (day(10, 8, 2022), True, day(10, 8, 2022), "国庆节调休"),
    ],
)
def test_a_day(when: date, is_workday: bool, next_workday: date, name: str | None) -> None:
    _, works, _, following, called = CALENDAR[when]
    assert (works, following, called) == (is_workday, next_workday, name)


@pytest.mark.parametrize(
    ("first", "last", "workdays"),
    [
        (day(9, 30), day(10, 8), 1),
        (day(9, 17), day(9, 22), 2),
        (day(9, 24), day(9, 27), 2),
        (day(10, 8), day(10, 11), 2),
        (day(10, 1), day(10, 7), 0),
        (day(7, 1), day(11, 19), 97),
    ],
)
def test_working_days_from_one_day_to_another(first: date, last: date, workdays: int) -> None:
    assert CALENDAR[last][2] - CALENDAR[first][2] == workdays


def test_every_day_of_the_years_with_known_holidays_is_there_once() -> None:
    days = list(CALENDAR)
    assert (days[0], days[-1]) == (date(2021, 1, 1), date(2022, 12, 31))
    assert len(days) == 365 + 365


def test_a_year_that_is_left_out_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "calendar.csv").write_text(
        "day,is_workday,name,basis\n2021-10-01,false,国庆节,x\n2022-01-01,false,元旦,x\n2023-10-01,false,国庆节,x\n"
    )
    monkeypatch.setattr(settings, "CONTRACT", tmp_path)
    with pytest.raises(CalendarError, match="缺 2022 年"):
        dimensions.calendar()


@pytest.mark.parametrize(("year", "workdays"), [(2021, 250), (2022, 249)])
def test_a_year_has_its_working_days(year: int, workdays: int) -> None:
    assert sum(works for when, works, *_ in CALENDAR.values() if when.year == year) == workdays


def test_counters_are_open_from_an_hour_before_to_an_hour_after_their_hours() -> None:
    assert dimensions.working_hours() == {"*": "{[28800,46800],[43200,64800]}"}  # 08:00–13:00 and 12:00–18:00
