"""Cases that should have ended and have not, as of a data date; and those that their source has dropped without a result."""

import pytest

import cases
from deliveries import deliver, judge
from govservice import warehouse as govservice_warehouse
from govservice.warehouse import transaction
from tables import expect
from warehouses import Warehouse

OVERDUE = "SELECT case_no, due_date, overdue_days, is_gone_at_source FROM ads.overdue_case"
HEADER = "case_no | due_date | overdue_days | is_gone_at_source"


def as_of(own: Warehouse, data_date: str) -> None:
    """Begin a run with this data date."""
    with transaction(own.url) as cursor:
        parameters = {"run_id": f"run of {data_date}", "data_date": data_date}
        cursor.execute(govservice_warehouse.statement("ops/write/run__begin.sql"), parameters)


@pytest.mark.parametrize(
    ("data_date", "listed"),
    [("2021-09-18", ""), ("2021-09-19", "N1 | 2021-09-13 | 6 | false")],
)
def test_a_case_without_a_result_is_overdue_five_days_after_the_promise(
    warehouse: Warehouse, data_date: str, listed: str
) -> None:
    deliver(warehouse.url, "konggang_centre", {"accept": [cases.accept("N1")], "process": [cases.process("N1")]})
    deliver(warehouse.url, "konggang_centre", cases.case("N2"))
    judge(warehouse.url)
    as_of(warehouse, data_date)
    expect(warehouse.url, OVERDUE, f"{HEADER}\n{listed}")


@pytest.mark.parametrize(
    ("data_date", "listed"),
    # Promised for Friday 17 September, two working days suspended: Saturday 18 is one, 19 to 21 are the Mid-Autumn holiday.
    [("2021-09-27", ""), ("2021-09-28", "N1 | 2021-09-22 | 6 | false")],
)
def test_suspended_working_days_move_the_due_day(warehouse: Warehouse, data_date: str, listed: str) -> None:
    pause = cases.special("N1", SpecialTime="2021-09-07 09:00:00", EndTime="2021-09-09 09:00:00")
    accept = cases.accept("N1", PromiseDate="2021-09-17 10:00:00")
    deliver(warehouse.url, "konggang_centre", {"accept": [accept], "special": [pause]})
    judge(warehouse.url)
    as_of(warehouse, data_date)
    expect(warehouse.url, OVERDUE, f"{HEADER}\n{listed}")


def test_a_promise_for_a_rest_day_is_due_on_the_next_working_day(warehouse: Warehouse) -> None:
    accept = cases.accept("N1", PromiseDate="2021-09-12 10:00:00")  # a Sunday
    deliver(warehouse.url, "konggang_centre", {"accept": [accept]})
    judge(warehouse.url)
    as_of(warehouse, "2021-09-19")
    expect(warehouse.url, OVERDUE, f"{HEADER}\nN1 | 2021-09-13 | 6 | false")


def test_an_overdue_case_that_its_source_no_longer_holds_is_marked(warehouse: Warehouse) -> None:
    deliver(warehouse.url, "konggang_centre", {"accept": [cases.accept("N1")]})
    judge(warehouse.url)
    as_of(warehouse, "2021-09-22")
    with transaction(warehouse.url) as cursor:
        cursor.execute(
            "INSERT INTO quality.missing_record (source_id, feed, record_key, case_key, run_id)"
            " VALUES ('konggang_centre', 'accept', 'a-N1', 'N1', 'run')"
        )
    expect(warehouse.url, OVERDUE, f"{HEADER}\nN1 | 2021-09-13 | 9 | true")


def test_a_result_whose_time_cannot_be_read_is_a_result(warehouse: Warehouse) -> None:
    deliver(
        warehouse.url, "konggang_centre", cases.case("N1") | {"result": [cases.result("N1", ResultDate="2021/9/8")]}
    )
    judge(warehouse.url)
    as_of(warehouse, "2021-09-30")
    expect(warehouse.url, OVERDUE, HEADER)


def test_running_an_older_day_again_does_not_move_the_day_back(warehouse: Warehouse) -> None:
    deliver(warehouse.url, "konggang_centre", {"accept": [cases.accept("N1")]})
    judge(warehouse.url)
    as_of(warehouse, "2021-09-19")
    as_of(warehouse, "2021-09-10")
    expect(warehouse.url, OVERDUE, f"{HEADER}\nN1 | 2021-09-13 | 6 | false")
    expect(warehouse.url, "SELECT * FROM ops.latest_data_date", "data_date\n2021-09-19")
