"""The verdict on a case: accepted, quarantined, released. The books balance throughout."""

from govservice.inspecting import suites
from govservice.warehouse import template, transaction
from stories import deliver_and_judge
from tables import expect
from warehouses import Warehouse

CASES = "SELECT * FROM dwd.case_record"
FINDINGS = "SELECT * FROM quality.finding"
BOOKS = "SELECT * FROM ops.book WHERE feed NOT LIKE 'item%'"


def test_a_clean_case_is_accepted_and_qualified(warehouse: Warehouse) -> None:
    deliver_and_judge(
        warehouse.url,
        """
        source          | feed    | case | at
        konggang_centre | accept  | N1   | 9-06 18:00
        konggang_centre | process | N1   | 9-06 18:00
        konggang_centre | result  | N1   | 9-08 18:00
        """,
    )
    expect(
        warehouse.url,
        CASES,
        """
        case_no | verdict  | is_qualified | is_countable | failed_rules | warned_rules | duplicate_of | new_city | station_code
        N1      | accepted | true         | true         | {}           | {}           |              | 空港      | KG0000
        """,
    )
    expect(
        warehouse.url,
        CASES,
        """
        step_count | result_code | worked_workdays | first_arrived_date | completed_date | finished_at
        1          | GRANTED     | 2               | 2021-09-06         | 2021-09-08     | 2021-09-08 15:00:00+08
        """,
    )
    expect(
        warehouse.url,
        CASES,
        """
        applicant_masked | certificate_masked | mobile_masked
        王**              | 110****2X          | 138****01
        """,
    )


def test_a_corrected_acceptance_counts_for_the_other_rows_of_its_case(warehouse: Warehouse) -> None:
    """It lies after the first delivery of its record, and before that of the correction."""
    deliver_and_judge(
        warehouse.url,
        """
        source          | feed    | case | at         | change
        konggang_centre | accept  | N1   | 9-06 18:00 |
        konggang_centre | result  | N1   | 9-08 18:00 |
        konggang_centre | accept  | N1   | 9-10 18:00 | AcceptDate=2021-09-10 09:00:00
        """,
    )
    expect(
        warehouse.url,
        FINDINGS + " WHERE rule_id IN ('T02', 'T05')",
        """
        feed   | rule_id | column_name
        result | T02     | result_date
        """,
    )


def test_a_corrected_version_releases_a_case_from_quarantine(warehouse: Warehouse) -> None:
    deliver_and_judge(
        warehouse.url,
        """
        source          | feed    | case | at         | change
        konggang_centre | accept  | N1   | 9-06 18:00 | ApplyerPageCode=110105194912310020; ContactMobile=
        konggang_centre | process | N1   | 9-06 18:00 |
        konggang_centre | result  | N1   | 9-08 18:00 |
        """,
    )
    expect(
        warehouse.url,
        CASES,
        """
        case_no | verdict     | is_qualified | is_countable | failed_rules
        N1      | quarantined | false        | true         | {V05}
        """,
    )
    deliver_and_judge(
        warehouse.url,
        """
        source          | feed   | case | at         | op
        konggang_centre | accept | N1   | 9-09 18:00 | U
        """,
    )
    expect(
        warehouse.url,
        CASES,
        """
        case_no | verdict  | is_qualified | failed_rules | first_arrived_date | completed_date
        N1      | accepted | true         | {}           | 2021-09-06         | 2021-09-09
        """,
    )
    expect(warehouse.url, FINDINGS, "rule_id")


def test_a_broken_step_quarantines_its_case_until_it_is_mended(warehouse: Warehouse) -> None:
    deliver_and_judge(
        warehouse.url,
        """
        source          | feed    | case | at         | change
        konggang_centre | accept  | N1   | 9-06 18:00 |
        konggang_centre | process | N1   | 9-06 18:00 | HandleExplain=
        konggang_centre | result  | N1   | 9-08 18:00 |
        """,
    )
    expect(
        warehouse.url,
        CASES,
        """
        case_no | verdict     | failed_rules
        N1      | quarantined | {C02}
        """,
    )
    expect(
        warehouse.url,
        BOOKS,
        """
        feed    | live | accepted | quarantined
        accept  | 1    | 1        | 0
        process | 1    | 0        | 1
        result  | 1    | 1        | 0
        """,
    )
    deliver_and_judge(
        warehouse.url,
        """
        source          | feed    | case | at         | op
        konggang_centre | process | N1   | 9-09 18:00 | U
        """,
    )
    expect(
        warehouse.url,
        CASES,
        """
        case_no | verdict  | failed_rules
        N1      | accepted | {}
        """,
    )


def test_a_warning_is_reported_and_quarantines_nothing(warehouse: Warehouse) -> None:
    deliver_and_judge(
        warehouse.url,
        """
        source          | feed    | case | at         | change
        konggang_centre | accept  | N1   | 9-06 18:00 |
        konggang_centre | process | N1   | 9-06 18:00 |
        konggang_centre | result  | N1   | 9-15 18:00 | ResultDate=2021-09-14 09:00:00
        """,
    )
    expect(
        warehouse.url,
        CASES,
        """
        case_no | verdict  | is_qualified | failed_rules | warned_rules
        N1      | accepted | true         | {}           | {T08}
        """,
    )


def test_void_and_deleted_cases_are_delivered_but_do_not_count(warehouse: Warehouse) -> None:
    deliver_and_judge(
        warehouse.url,
        """
        source          | feed    | case | at         | change
        konggang_centre | accept  | N1   | 9-06 18:00 |
        konggang_centre | process | N1   | 9-06 18:00 |
        konggang_centre | result  | N1   | 9-08 18:00 | ResultType=2
        konggang_centre | accept  | N2   | 9-06 18:00 |
        konggang_centre | process | N2   | 9-06 18:00 |
        konggang_centre | result  | N2   | 9-08 18:00 | ResultType=3
        konggang_centre | accept  | N3   | 9-06 18:00 |
        """,
    )
    expect(
        warehouse.url,
        CASES,
        """
        case_no | verdict  | result_code | is_countable | is_qualified
        N1      | accepted | VOID        | false        | false
        N2      | accepted | DELETED     | false        | false
        N3      | accepted |             | true         | true
        """,
    )
    expect(
        warehouse.url,
        "SELECT * FROM ads.target_line",
        """
        line   | total_count | qualified_count
        case   | 1           | 1
        rating | 0           | 0
        """,
    )


def test_a_case_belongs_to_the_station_of_its_source_that_it_names_or_to_its_source(warehouse: Warehouse) -> None:
    deliver_and_judge(
        warehouse.url,
        """
        source          | feed   | case | at         | change
        sanqiao_station | accept | N1   | 9-06 18:00 | StationCode=FD0100
        konggang_centre | accept | N2   | 9-06 18:00 | StationCode=XX9999
        konggang_centre | accept | N3   | 9-06 18:00 |
        konggang_centre | accept | N4   | 9-06 18:00 | StationCode=FD0100
        """,
    )
    expect(
        warehouse.url,
        CASES,
        """
        case_no | station_code | new_city | street
        N1      | FD0100       | 沣东      | 三桥
        N2      | KG0000       | 空港      |
        N3      | KG0000       | 空港      |
        N4      | KG0000       | 空港      |
        """,
    )


def test_a_promise_for_the_end_of_all_calendars_is_no_day_of_the_case(warehouse: Warehouse) -> None:
    deliver_and_judge(
        warehouse.url,
        """
        source          | feed   | case | at         | change
        konggang_centre | accept | N1   | 9-06 18:00 | PromiseDate=9999-12-31 23:59:59
        konggang_centre | accept | N2   | 9-06 18:00 | PromiseDate=2261-12-31 10:00:00
        """,
    )
    expect(
        warehouse.url,
        "SELECT case_no, warned_rules, extract(year FROM promised_at) AS year FROM dwd.case_record",
        """
        case_no | warned_rules | year
        N1      | {T07}        |
        N2      | {T07}        | 2261
        """,
    )


def test_a_suspicion_is_a_finding_that_changes_no_verdict_and_is_in_no_receipt(warehouse: Warehouse) -> None:
    deliver_and_judge(
        warehouse.url,
        """
        source          | feed    | case | at         | change
        konggang_centre | accept  | N1   | 9-06 18:00 |
        konggang_centre | process | N1   | 9-06 18:00 |
        konggang_centre | result  | N1   | 9-13 18:00 | ResultDate=2021-09-13 09:00:00
        """,
    )
    expect(
        warehouse.url,
        CASES,
        """
        case_no | verdict  | is_qualified | failed_rules | warned_rules
        N1      | accepted | true         | {}           | {}
        """,
    )
    expect(
        warehouse.url,
        FINDINGS,
        """
        case_key | feed   | rule_id | column_name | severity
        N1       | result | A04     | result_date | suspicion
        """,
    )
    with transaction(warehouse.url) as cursor:
        cursor.execute(template("questions/receipt.sql.j2", actions=suites.ACTIONS))
        assert cursor.fetchall() == []


def test_a_case_is_late_by_its_first_delivery_not_by_its_last(warehouse: Warehouse) -> None:
    deliver_and_judge(
        warehouse.url,
        """
        source          | feed   | case | at         | change
        konggang_centre | accept | N1   | 9-06 23:00 |
        konggang_centre | accept | N1   | 9-07 18:00 | ContactMobile=13900000002
        konggang_centre | accept | N2   | 9-07 00:00 |
        """,
    )
    expect(warehouse.url, FINDINGS, "case_key | rule_id\nN2 | T11")
