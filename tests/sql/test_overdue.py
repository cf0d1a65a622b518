"""Cases that should have ended and have not, as of a data date; and those that their source has dropped without a result."""

import pytest

import cases
from deliveries import deliver, judge
from govservice import warehouse as govservice_warehouse
from govservice.warehouse import transaction
from tables import expect
from warehouses import Warehouse

OVERDUE = "SELECT case_no, overdue_workdays, is_gone_at_source FROM ads.overdue_case"


def as_of(own: Warehouse, data_date: str) -> None:
    """Begin a run with this data date."""
    with transaction(own.url) as cursor:
        parameters = {"run_id": f"run of {data_date}", "data_date": data_date}
        cursor.execute(govservice_warehouse.statement("ops/begin_run.sql"), parameters)


@pytest.mark.parametrize(
    ("data_date", "listed"),
    # Promised for Monday 13 September; Saturday 18 is a working day, 19 to 21 are the Mid-Autumn holiday.
    [("2021-09-18", ""), ("2021-09-21", ""), ("2021-09-22", "N1 | 6 | false")],
)
def test_a_case_without_a_result_is_overdue_after_the_promise_and_five_working_days(
    warehouse: Warehouse, data_date: str, listed: str
) -> None:
    deliver(warehouse.url, "konggang_centre", {"accept": [cases.accept("N1")], "process": [cases.process("N1")]})
    deliver(warehouse.url, "konggang_centre", cases.case("N2"))
    judge(warehouse.url)
    as_of(warehouse, data_date)
    expect(warehouse.url, OVERDUE, f"case_no | overdue_workdays | is_gone_at_source\n{listed}")


def test_an_overdue_case_that_its_source_no_longer_holds_is_marked(warehouse: Warehouse) -> None:
    deliver(warehouse.url, "konggang_centre", {"accept": [cases.accept("N1")]})
    judge(warehouse.url)
    as_of(warehouse, "2021-09-22")
    with transaction(warehouse.url) as cursor:
        cursor.execute(
            "INSERT INTO quality.missing_record (source_id, feed, record_key, case_key, run_id)"
            " VALUES ('konggang_centre', 'accept', 'a-N1', 'N1', 'run')"
        )
    expect(warehouse.url, OVERDUE, "case_no | overdue_workdays | is_gone_at_source\nN1 | 6 | true")
