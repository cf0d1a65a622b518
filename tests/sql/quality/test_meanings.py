"""Meanings that many statements share, each a function: live, own, the clock's tolerance, the day as which a day counts, step numbers."""

import datetime
from collections.abc import Callable
from typing import Any

import psycopg2.extras
import pytest

from govservice.warehouse import transaction
from warehouses import Warehouse

Call = Callable[..., Any]


@pytest.mark.parametrize(
    ("is_current", "operation", "is_live"),
    [(True, "U", True), (True, "D", False), (False, "U", False), (False, "D", False)],
)
def test_live_is_the_current_version_unless_it_withdraws(
    shared_warehouse: Warehouse, is_current: bool, operation: str, is_live: bool
) -> None:
    with transaction(shared_warehouse.url) as cursor:
        cursor.execute("SELECT ods.is_live(%s, %s)", (is_current, operation))
        assert cursor.fetchone() == (is_live,)


@pytest.mark.parametrize(
    ("copies", "is_own"), [(None, True), (["b"], True), (["a"], False), (["b", "a"], False), ([], True)]
)
def test_own_is_a_row_of_a_source_that_holds_no_copy(call: Call, copies: list[str] | None, is_own: bool) -> None:
    assert call("is_own", "a", copies) is is_own


def test_the_clock_of_a_source_may_be_five_minutes_fast(call: Call) -> None:
    moment = datetime.datetime(2021, 9, 6, 23, 58)
    assert call("latest_at", moment) == datetime.datetime(2021, 9, 7, 0, 3)


@pytest.mark.parametrize(("workday_no", "is_workday", "counted"), [(7, True, 7), (7, False, 8)])
def test_a_rest_day_counts_as_the_next_working_day(call: Call, workday_no: int, is_workday: bool, counted: int) -> None:
    assert call("counted_workday_no", workday_no, is_workday) == counted


@pytest.mark.parametrize(
    ("columns", "extra", "number"),
    [
        ({"step_no": "SN"}, {"SN": "3"}, 3),
        ({"step_no": "ORDER"}, {"SN": "3", "ORDER": "4"}, 4),
        ({"step_no": "SN"}, {"SN": "third"}, None),
        ({"step_no": "SN"}, {"SN": "1234567890"}, None),
        ({}, {"SN": "3"}, None),
        (None, {"SN": "3"}, None),
    ],
)
def test_a_step_has_the_number_that_its_source_gives_it(
    call: Call, columns: dict[str, str] | None, extra: dict[str, str], number: int | None
) -> None:
    written = psycopg2.extras.Json(columns) if columns is not None else None
    assert call("step_no", written, psycopg2.extras.Json(extra)) == number
