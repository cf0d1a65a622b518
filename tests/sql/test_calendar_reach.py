"""Cases of a year that the calendar does not have are named: rules on working days do not judge them."""

import pytest

import cases
from deliveries import deliver, judge
from govservice import dimensions
from govservice.dimensions import CalendarError
from warehouses import Warehouse


def test_a_case_beyond_the_calendar_is_named(warehouse: Warehouse) -> None:
    deliver(warehouse.url, "konggang_centre", {"accept": [cases.accept("N1")]})
    judge(warehouse.url)
    assert dimensions.refuse_uncovered(warehouse.url) == 2022
    late = cases.accept(
        "N2", ApplyDate="2023-01-03 09:00:00", AcceptDate="2023-01-03 10:00:00", CD_time="2023-01-03 18:00:00"
    )
    deliver(warehouse.url, "konggang_centre", {"accept": [late]})
    judge(warehouse.url)
    with pytest.raises(CalendarError, match=r"1 个办件的受理日期在日历（2021-01-01 至 2022-12-31）之外"):
        dimensions.refuse_uncovered(warehouse.url)
