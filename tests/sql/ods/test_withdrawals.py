"""Withdrawal and return of cases and rows. The books balance throughout."""

import tables
from stories import deliver_and_judge, deliver_together
from tables import expect
from warehouses import Warehouse

CASES = "SELECT * FROM dwd.case_record"
FINDINGS = "SELECT * FROM quality.finding"
BOOKS = "SELECT * FROM ops.book WHERE feed NOT LIKE 'item%'"


def expect_withdrawn(url: str, versions: int) -> None:
    """Assert that the only case, of one step, has gone with all its rows; `versions` of its accept row were delivered."""
    expect(url, CASES, "case_no")
    expect(url, FINDINGS, "rule_id")
    expect(
        url,
        BOOKS,
        f"""
        feed    | versions   | live | superseded     | tombstoned
        accept  | {versions} | 0    | {versions - 1} | 1
        process | 1          | 0    | 0              | 1
        """,
    )


def test_a_withdrawn_case_goes_with_all_its_rows_and_comes_back_with_them(warehouse: Warehouse) -> None:
    deliver_and_judge(
        warehouse.url,
        """
        source          | feed    | case | at         | op
        konggang_centre | accept  | N1   | 9-06 18:00 | I
        konggang_centre | process | N1   | 9-06 18:00 | I
        """,
    )
    expect(warehouse.url, CASES, "case_no\nN1")
    deliver_and_judge(
        warehouse.url,
        """
        source          | feed   | case | at         | op
        konggang_centre | accept | N1   | 9-07 18:00 | D
        """,
    )
    expect_withdrawn(warehouse.url, versions=2)
    deliver_and_judge(
        warehouse.url,
        """
        source          | feed   | case | at         | op
        konggang_centre | accept | N1   | 9-08 18:00 | I
        """,
    )
    expect(
        warehouse.url,
        CASES,
        """
        case_no | verdict  | step_count | first_arrived_date
        N1      | accepted | 1          | 2021-09-06
        """,
    )


def test_a_withdrawn_result_opens_the_case_again(warehouse: Warehouse) -> None:
    deliver_and_judge(
        warehouse.url,
        """
        source          | feed    | case | at         | op
        konggang_centre | accept  | N1   | 9-06 18:00 | I
        konggang_centre | process | N1   | 9-06 18:00 | I
        konggang_centre | result  | N1   | 9-08 18:00 | I
        """,
    )
    expect(warehouse.url, CASES, "case_no | result_code\nN1 | GRANTED")
    deliver_and_judge(
        warehouse.url,
        """
        source          | feed   | case | at         | op
        konggang_centre | result | N1   | 9-09 18:00 | D
        """,
    )
    expect(
        warehouse.url,
        CASES,
        """
        case_no | verdict  | finished_at | result_code
        N1      | accepted |             |
        """,
    )


def test_a_withdrawal_that_names_no_case_withdraws_its_record_from_its_case(warehouse: Warehouse) -> None:
    for _ in range(2):
        deliver_and_judge(
            warehouse.url,
            """
            source          | feed    | case | row | at         | op | change
            konggang_centre | accept  | N1   | g1  | 9-06 18:00 | I  |
            konggang_centre | process | N1   |     | 9-06 18:00 | I  |
            konggang_centre | accept  |      | g1  | 9-07 18:00 | D  |
            konggang_centre | accept  |      | g1  | 9-08 18:00 | D  | ApplyerName=
            """,
        )
        expect_withdrawn(warehouse.url, versions=3)


def test_a_withdrawal_without_a_case_in_the_delivery_that_brings_the_case(warehouse: Warehouse) -> None:
    story = """
        source          | feed   | case | row | at         | op
        konggang_centre | accept | N1   | g1  | 9-06 18:00 | I
        konggang_centre | accept |      | g1  | 9-07 18:00 | D
        """
    deliver_together(warehouse.url, tables.rows(story))
    expect(warehouse.url, "SELECT case_key, is_current FROM ods.accept", "case_key | is_current\nN1 | false\nN1 | true")
