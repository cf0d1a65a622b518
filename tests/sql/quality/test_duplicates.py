"""Several sources or rows for one case, several results, one key for two cases. The books balance throughout."""

from stories import deliver_and_judge
from tables import expect
from warehouses import Warehouse

CASES = "SELECT * FROM dwd.case_record"
FINDINGS = "SELECT * FROM quality.finding"
BOOKS = "SELECT * FROM ops.book WHERE feed NOT LIKE 'item%'"


def test_of_two_sources_the_one_of_higher_priority_has_the_case(warehouse: Warehouse) -> None:
    deliver_and_judge(
        warehouse.url,
        """
        source          | feed    | case | at         | change
        dizhang_station | accept  | N1   | 9-06 18:00 |
        dizhang_station | process | N1   | 9-06 18:00 | HandleExplain=
        konggang_centre | accept  | N1   | 9-06 19:00 |
        konggang_centre | process | N1   | 9-06 19:00 |
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


def test_a_copy_becomes_the_case_when_the_main_one_is_withdrawn_and_a_copy_again_when_it_returns(
    warehouse: Warehouse,
) -> None:
    deliver_and_judge(
        warehouse.url,
        """
        source          | feed    | case | at         | op | change
        dizhang_station | accept  | N1   | 9-06 18:00 | I  |
        dizhang_station | process | N1   | 9-06 18:00 | I  | HandleExplain=
        konggang_centre | accept  | N1   | 9-07 18:00 | I  |
        """,
    )
    deliver_and_judge(
        warehouse.url,
        """
        source          | feed   | case | at         | op
        konggang_centre | accept | N1   | 9-08 18:00 | D
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
    deliver_and_judge(
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
    deliver_and_judge(
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
    deliver_and_judge(
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


def test_the_first_result_is_the_result_and_a_second_one_a_finding(warehouse: Warehouse) -> None:
    deliver_and_judge(
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
    deliver_and_judge(
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
    deliver_and_judge(
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


def test_a_copy_that_names_another_applicant_is_reported_until_the_two_agree(warehouse: Warehouse) -> None:
    deliver_and_judge(
        warehouse.url,
        """
        source          | feed   | case | at         | change
        konggang_centre | accept | N1   | 9-06 18:00 |
        dizhang_station | accept | N1   | 9-06 19:00 | ApplyerName=李明; ApplyerPageCode=610102199003072011
        """,
    )
    expect(
        warehouse.url,
        FINDINGS,
        """
        source_id       | rule_id | severity
        dizhang_station | U02     | duplicate
        dizhang_station | U08     | warning
        konggang_centre | U08     | warning
        """,
    )
    deliver_and_judge(
        warehouse.url,
        """
        source          | feed   | case | at         | change
        konggang_centre | accept | N1   | 9-07 18:00 | ApplyerName=李明; ApplyerPageCode=610102199003072011
        """,
    )
    expect(warehouse.url, FINDINGS, "source_id | rule_id\ndizhang_station | U02")


def test_a_copy_that_only_spells_the_applicant_in_another_way_agrees(warehouse: Warehouse) -> None:
    deliver_and_judge(
        warehouse.url,
        """
        source          | feed   | case | at         | change
        konggang_centre | accept | N1   | 9-06 18:00 | ApplyerName=阿依古丽·买买提
        dizhang_station | accept | N1   | 9-06 19:00 | ApplyerName=阿依古丽．买买提; ApplyerPageCode=11010519491231002x
        """,
    )
    expect(warehouse.url, FINDINGS, "source_id | rule_id\ndizhang_station | U02")


def test_rows_of_a_copy_do_not_count_for_the_case(warehouse: Warehouse) -> None:
    deliver_and_judge(
        warehouse.url,
        """
        source          | feed     | case | row | at          | change
        konggang_centre | accept   | N1   |     | 9-06 18:00  | TaskCode=12441500196720244T3442199806005; CatalogCode=442199806005; TaskHandleItem=; TaskName=失业登记
        konggang_centre | result   | N1   |     | 9-20 18:00  | ResultDate=2021-09-15 09:00:00
        fengdong_centre | accept   | N1   | g2  | 9-06 19:00  | TaskCode=12441500196720244T3442199806005; CatalogCode=442199806005; TaskHandleItem=; TaskName=失业登记
        fengdong_centre | process  | N1   | p2  | 9-06 19:00  |
        fengdong_centre | special  | N1   | s2  | 9-09 19:00  |
        fengdong_centre | material | N1   | m2  | 9-06 19:00  |
        fengdong_centre | result   | N1   | r2  | 9-20 19:00  | ResultDate=2021-09-06 09:59:59
        """,
    )
    expect(
        warehouse.url,
        FINDINGS,
        """
        source_id       | feed   | rule_id
        fengdong_centre | accept | U02
        konggang_centre | accept | C13
        konggang_centre | result | C12
        konggang_centre | result | T08
        """,
    )
    expect(
        warehouse.url,
        "SELECT * FROM ods.case_fact",
        "step_count | has_material | suspended_workdays\n0 | false | 0",
    )
