"""What becomes of a case: quarantine and release, withdrawal and return, copies and their promotion. The books balance throughout."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import cases
from deliveries import deliver, inspect, judge, unexplained
from govservice import inspection
from stories import tell
from tables import expect
from warehouses import Warehouse

CASES = "SELECT * FROM dwd.case_record"
FINDINGS = "SELECT * FROM quality.finding"
BOOKS = "SELECT * FROM ops.book WHERE feed <> 'item'"


def test_a_clean_case_is_accepted_and_qualified(warehouse: Warehouse) -> None:
    tell(
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


def test_a_corrected_version_releases_a_case_from_quarantine(warehouse: Warehouse) -> None:
    tell(
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
    tell(
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
    tell(
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
    tell(
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


def test_a_warning_is_told_and_quarantines_nothing(warehouse: Warehouse) -> None:
    tell(
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


def test_a_withdrawn_case_leaves_with_all_its_rows_and_comes_back_with_them(warehouse: Warehouse) -> None:
    tell(
        warehouse.url,
        """
        source          | feed    | case | at         | op
        konggang_centre | accept  | N1   | 9-06 18:00 | I
        konggang_centre | process | N1   | 9-06 18:00 | I
        konggang_centre | accept  | N1   | 9-07 18:00 | D
        """,
    )
    expect(warehouse.url, CASES, "case_no")
    expect(warehouse.url, FINDINGS, "rule_id")
    expect(
        warehouse.url,
        BOOKS,
        """
        feed    | versions | live | superseded | tombstoned
        accept  | 2        | 0    | 1          | 1
        process | 1        | 0    | 0          | 1
        """,
    )
    tell(
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
    tell(
        warehouse.url,
        """
        source          | feed    | case | at         | op
        konggang_centre | accept  | N1   | 9-06 18:00 | I
        konggang_centre | process | N1   | 9-06 18:00 | I
        konggang_centre | result  | N1   | 9-08 18:00 | I
        konggang_centre | result  | N1   | 9-09 18:00 | D
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


def test_of_two_sources_the_one_of_higher_priority_has_the_case(warehouse: Warehouse) -> None:
    tell(
        warehouse.url,
        """
        source          | feed    | case | at         | change
        dizhang_station | accept  | N1   | 9-06 18:00 |
        dizhang_station | process | N1   | 9-06 18:00 | HandleExplain=
        konggang_centre | accept  | N1   | 9-07 18:00 |
        konggang_centre | process | N1   | 9-07 18:00 |
        """,
    )
    expect(
        warehouse.url,
        CASES,
        """
        source_id       | case_no | verdict   | is_qualified | is_countable | failed_rules | duplicate_of
        dizhang_station | N1      | duplicate | false        | false        | {}           | konggang_centre
        konggang_centre | N1      | accepted  | true         | true         | {}           |
        """,
    )
    expect(
        warehouse.url,
        BOOKS,
        """
        source_id       | feed    | live | accepted | quarantined | duplicates
        dizhang_station | accept  | 1    | 0        | 0           | 1
        dizhang_station | process | 1    | 0        | 0           | 1
        konggang_centre | accept  | 1    | 1        | 0           | 0
        konggang_centre | process | 1    | 1        | 0           | 0
        """,
    )
    expect(
        warehouse.url,
        FINDINGS,
        """
        source_id       | feed    | rule_id | severity
        dizhang_station | accept  | U02     | duplicate
        dizhang_station | process | C02     | critical
        """,
    )


def test_a_copy_is_promoted_when_the_main_one_is_withdrawn_and_steps_back_when_it_returns(warehouse: Warehouse) -> None:
    tell(
        warehouse.url,
        """
        source          | feed    | case | at         | op | change
        dizhang_station | accept  | N1   | 9-06 18:00 | I  |
        dizhang_station | process | N1   | 9-06 18:00 | I  | HandleExplain=
        konggang_centre | accept  | N1   | 9-07 18:00 | I  |
        konggang_centre | accept  | N1   | 9-08 18:00 | D  |
        """,
    )
    expect(
        warehouse.url,
        CASES,
        """
        source_id       | case_no | verdict     | is_countable | failed_rules | duplicate_of
        dizhang_station | N1      | quarantined | true         | {C02}        |
        """,
    )
    tell(
        warehouse.url,
        """
        source          | feed   | case | at         | op
        konggang_centre | accept | N1   | 9-09 18:00 | I
        """,
    )
    expect(
        warehouse.url,
        CASES,
        """
        source_id       | case_no | verdict   | is_countable | failed_rules | duplicate_of
        dizhang_station | N1      | duplicate | false        | {}           | konggang_centre
        konggang_centre | N1      | accepted  | true         | {}           |
        """,
    )


def test_of_two_sources_of_one_priority_the_earlier_delivery_has_the_case(warehouse: Warehouse) -> None:
    tell(
        warehouse.url,
        """
        source          | feed   | case | at
        konggang_centre | accept | N1   | 9-07 18:00
        fengdong_centre | accept | N1   | 9-06 18:00
        """,
    )
    expect(
        warehouse.url,
        CASES,
        """
        source_id       | case_no | verdict   | duplicate_of
        fengdong_centre | N1      | accepted  |
        konggang_centre | N1      | duplicate | fengdong_centre
        """,
    )


def test_two_accept_rows_of_one_source_are_one_case(warehouse: Warehouse) -> None:
    tell(
        warehouse.url,
        """
        source          | feed    | case | row | at
        konggang_centre | accept  | N1   | g1  | 9-06 18:00
        konggang_centre | accept  | N1   | g2  | 9-07 18:00
        konggang_centre | process | N1   |     | 9-07 18:00
        """,
    )
    expect(
        warehouse.url,
        CASES,
        """
        record_key | verdict   | is_countable | duplicate_of
        g1         | accepted  | true         |
        g2         | duplicate | false        | konggang_centre
        """,
    )


def test_a_step_without_its_case_waits_and_is_accepted_with_it(warehouse: Warehouse) -> None:
    tell(
        warehouse.url,
        """
        source          | feed    | case | at
        konggang_centre | process | N1   | 9-06 18:00
        """,
    )
    expect(
        warehouse.url,
        FINDINGS,
        """
        feed    | rule_id | column_name
        process | R04     | project_no
        """,
    )
    tell(
        warehouse.url,
        """
        source          | feed   | case | at
        konggang_centre | accept | N1   | 9-07 18:00
        """,
    )
    expect(warehouse.url, FINDINGS, "rule_id")
    expect(
        warehouse.url,
        CASES,
        """
        case_no | verdict  | step_count
        N1      | accepted | 1
        """,
    )


def test_void_and_deleted_cases_are_delivered_but_do_not_count(warehouse: Warehouse) -> None:
    tell(
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
        case_count | qualified_count
        1          | 1
        """,
    )


def test_the_first_result_is_the_result_and_a_second_one_a_finding(warehouse: Warehouse) -> None:
    tell(
        warehouse.url,
        """
        source          | feed    | case | row | at         | change
        konggang_centre | accept  | N1   |     | 9-06 18:00 |
        konggang_centre | process | N1   |     | 9-06 18:00 |
        konggang_centre | result  | N1   | r2  | 9-09 18:00 | ResultType=1
        konggang_centre | result  | N1   | r1  | 9-08 18:00 |
        """,
    )
    expect(
        warehouse.url,
        CASES,
        """
        case_no | verdict     | result_code | failed_rules
        N1      | quarantined | GRANTED     | {U03}
        """,
    )
    expect(
        warehouse.url,
        FINDINGS,
        """
        feed   | record_key | rule_id
        result | r2         | U03
        """,
    )


def test_a_row_key_used_by_another_case_quarantines_the_later_one_only(warehouse: Warehouse) -> None:
    tell(
        warehouse.url,
        """
        source          | feed   | case | row | at
        konggang_centre | accept | N1   | g1  | 9-06 18:00
        konggang_centre | accept | N2   | g1  | 9-07 18:00
        """,
    )
    expect(
        warehouse.url,
        CASES,
        """
        case_no | verdict     | failed_rules
        N1      | accepted    | {}
        N2      | quarantined | {U01}
        """,
    )


def test_a_row_key_with_a_tilde_of_its_own_is_no_clash(warehouse: Warehouse) -> None:
    tell(
        warehouse.url,
        """
        source          | feed   | case | row  | at
        konggang_centre | accept | N1   | g~1  | 9-06 18:00
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


def test_a_case_number_filled_later_moves_the_case_to_it(warehouse: Warehouse) -> None:
    tell(
        warehouse.url,
        """
        source          | feed   | case | row | at         | change
        konggang_centre | accept | N1   | g1  | 9-06 18:00 | ProjectNo=
        """,
    )
    expect(
        warehouse.url,
        CASES,
        """
        case_key | case_no | verdict     | failed_rules
        #g1      |         | quarantined | {C01}
        """,
    )
    tell(
        warehouse.url,
        """
        source          | feed   | case | row | at
        konggang_centre | accept | N1   | g1  | 9-07 18:00
        """,
    )
    expect(
        warehouse.url,
        CASES,
        """
        case_key | case_no | verdict  | failed_rules
        N1       | N1      | accepted | {}
        """,
    )
    expect(warehouse.url, FINDINGS, "rule_id")


def test_an_older_word_that_arrives_late_changes_nothing(warehouse: Warehouse) -> None:
    tell(
        warehouse.url,
        """
        source          | feed   | case | at         | op | change
        konggang_centre | accept | N1   | 9-08 18:00 | U  |
        konggang_centre | accept | N1   | 9-06 18:00 | I  | OrgCode=
        """,
    )
    expect(
        warehouse.url,
        CASES,
        """
        case_no | verdict  | failed_rules | first_arrived_date
        N1      | accepted | {}           | 2021-09-06
        """,
    )


def test_a_case_belongs_to_the_station_it_names_or_to_its_source(warehouse: Warehouse) -> None:
    tell(
        warehouse.url,
        """
        source          | feed   | case | at         | change
        konggang_centre | accept | N1   | 9-06 18:00 | StationCode=FD0100
        konggang_centre | accept | N2   | 9-06 18:00 | StationCode=XX9999
        konggang_centre | accept | N3   | 9-06 18:00 |
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
        """,
    )


def test_a_change_of_the_catalogue_judges_again_the_cases_of_the_item(
    new_warehouse: Callable[[], AbstractContextManager[Warehouse]], var: Path
) -> None:
    unknown = "11310000MB2F30661Y2312003564999"
    with new_warehouse() as own:
        tell(
            own.url,
            f"""
            source          | feed   | case | at         | change
            konggang_centre | accept | N1   | 9-06 18:00 | TaskCode={unknown}; CatalogCode=312003564999; TaskHandleItem=
            konggang_centre | accept | N2   | 9-06 18:00 |
            """,
        )
        expect(
            own.url,
            CASES,
            """
            case_no | verdict     | failed_rules
            N1      | quarantined | {R01}
            N2      | accepted    | {}
            """,
        )
        item = {**cases.items()[1], "RowGuid": "i9", "TaskCode": unknown, "CatalogCode": "312003564999"}
        deliver(own.url, "item_catalogue", {"item": [item]}, "2021-09-09 18:00:00")
        expect(
            own.url,
            "SELECT * FROM quality.pending_case",
            """
            case_key
            N1
            """,
        )
        judge(own.url)
        expect(
            own.url,
            CASES,
            """
            case_no | verdict  | failed_rules
            N1      | accepted | {}
            N2      | accepted | {}
            """,
        )
        assert unexplained(own.url) == 0


def test_an_inspection_that_was_cut_off_is_made_good_by_the_next(warehouse: Warehouse) -> None:
    deliver(warehouse.url, "konggang_centre", {"accept": [cases.accept("N1")]})
    inspect(warehouse.url)
    deliver(warehouse.url, "konggang_centre", {"accept": [cases.accept("N2")]})
    judge(warehouse.url)
    expect(
        warehouse.url,
        CASES,
        """
        case_no | verdict
        N1      | accepted
        N2      | accepted
        """,
    )
    assert unexplained(warehouse.url) == 0


def test_judging_with_nothing_due_changes_nothing(warehouse: Warehouse) -> None:
    deliver(warehouse.url, "konggang_centre", {"accept": [cases.accept("N1")]})
    judge(warehouse.url)
    expect(
        warehouse.url,
        CASES,
        """
        case_no | verdict
        N1      | accepted
        """,
    )
    assert inspection.judge(warehouse.url) == 0
    expect(
        warehouse.url,
        CASES,
        """
        case_no | verdict
        N1      | accepted
        """,
    )


def test_a_live_record_without_a_verdict_is_unexplained(warehouse: Warehouse) -> None:
    deliver(warehouse.url, "konggang_centre", {"accept": [cases.accept("N1")]})
    assert unexplained(warehouse.url) == 1
    judge(warehouse.url)
    assert unexplained(warehouse.url) == 0
