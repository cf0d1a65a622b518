"""Cases of a year that the calendar does not have are named: rules on working days do not judge them."""

import pytest

import cases
from deliveries import deliver, judge
from govservice import dimensions
from govservice.dimensions import CalendarError
from tables import expect
from warehouses import Warehouse


def test_a_case_beyond_the_calendar_is_named(warehouse: Warehouse) -> None:
    deliver(warehouse.url, "konggang_centre", {"accept": [cases.accept("N1")]})
    judge(warehouse.url)
    assert dimensions.refuse_uncovered(warehouse.url) == 2022
    mistaken = cases.accept("N3", ApplyDate="2031-01-03 09:00:00", AcceptDate="2031-01-03 10:00:00")
    deliver(warehouse.url, "konggang_centre", {"accept": [mistaken]})
    judge(warehouse.url)
    assert dimensions.refuse_uncovered(warehouse.url) == 2022
    late = cases.accept(
        "N2", ApplyDate="2023-01-03 09:00:00", AcceptDate="2023-01-03 10:00:00", CD_time="2023-01-03 18:00:00"
    )
    deliver(warehouse.url, "konggang_centre", {"accept": [late]})
    judge(warehouse.url)
    with pytest.raises(CalendarError, match=r"1 个办件的.*晚于日历的最后一天（2022-12-31）"):
        dimensions.refuse_uncovered(warehouse.url)


def test_a_promise_beyond_the_calendar_is_named_once_its_day_has_come(warehouse: Warehouse) -> None:
    accept = cases.accept("N1", PromiseDate="2023-01-10 10:00:00")
    deliver(warehouse.url, "konggang_centre", {"accept": [accept]})
    judge(warehouse.url, data_date="2022-12-31")
    assert dimensions.refuse_uncovered(warehouse.url) == 2022
    judge(warehouse.url, "next", data_date="2023-01-10")
    with pytest.raises(CalendarError, match="1 个办件"):
        dimensions.refuse_uncovered(warehouse.url)


def test_a_suspension_beyond_the_calendar_leaves_the_due_day_open(warehouse: Warehouse) -> None:
    """The suspension begins before the first day of the calendar, so its working days are unknown."""
    accept = cases.accept("N1", PromiseDate="2021-09-13 10:00:00")
    pauses = [cases.special("N1", SpecialTime="2020-12-25 09:00:00", EndTime="2021-01-15 09:00:00")]
    result = cases.result("N1", ResultDate="2021-09-20 09:00:00", CD_time="2021-09-21 18:00:00")
    records = {"accept": [accept], "process": [cases.process("N1")], "special": pauses, "result": [result]}
    deliver(warehouse.url, "konggang_centre", records)
    judge(warehouse.url)
    expect(warehouse.url, "SELECT * FROM quality.finding WHERE rule_id IN ('T08', 'T12')", "rule_id\nT12")
