"""What makes a case be judged again, and what does not: a moved case, a late version, the catalogue."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import cases
from deliveries import deliver, judge, unexplained
from stories import deliver_and_judge
from tables import expect
from warehouses import Warehouse

CASES = "SELECT * FROM dwd.case_record"
FINDINGS = "SELECT * FROM quality.finding"


def test_a_step_without_its_case_waits_and_is_accepted_with_it(warehouse: Warehouse) -> None:
    deliver_and_judge(
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
    deliver_and_judge(
        warehouse.url,
        """
        source          | feed   | case | at
        konggang_centre | accept | N1   | 9-06 19:00
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


def test_a_case_number_filled_later_moves_the_case_to_it(warehouse: Warehouse) -> None:
    deliver_and_judge(
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
    deliver_and_judge(
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


def test_an_older_version_that_arrives_late_changes_nothing(warehouse: Warehouse) -> None:
    deliver_and_judge(
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


def test_a_change_of_the_catalogue_judges_again_the_cases_of_the_item(
    new_warehouse: Callable[[], AbstractContextManager[Warehouse]], var: Path
) -> None:
    unknown = "11310000MB2F30661Y2312003564999"
    with new_warehouse() as own:
        deliver_and_judge(
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
        changes = {"RowGuid": "i9", "TaskCode": unknown, "CatalogCode": "312003564999", "TaskHandleItem": None}
        item = {**cases.items()[1], **changes}
        deliver(own.url, "item_catalogue", {"item": [item]}, "2021-09-09 18:00:00")
        expect(
            own.url,
            "SELECT * FROM quality.pending_case WHERE case_key NOT IN (SELECT case_key FROM ods.item)",
            """
            case_key
            N1
            """,
        )
        expect(own.url, "SELECT * FROM quality.rejudgement", "reason | rule_id | case_count\ncatalogue_changed | | 1")
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


def test_a_live_record_without_a_verdict_is_unexplained(warehouse: Warehouse) -> None:
    deliver(warehouse.url, "konggang_centre", {"accept": [cases.accept("N1")]})
    assert unexplained(warehouse.url) == 1
    judge(warehouse.url)
    assert unexplained(warehouse.url) == 0


def test_a_fault_of_the_catalogue_is_no_fault_of_the_case(
    new_warehouse: Callable[[], AbstractContextManager[Warehouse]], var: Path
) -> None:
    own_code = "11310000MB2F30661Y2312003564999"
    changes = {"TaskCode": own_code, "CatalogCode": "312003564999", "TaskHandleItem": None, "RowGuid": "i9"}
    story = f"""
        source          | feed   | case | at         | change
        konggang_centre | accept | N1   | 9-06 18:00 | TaskCode={own_code}; CatalogCode=312003564999; TaskHandleItem=; TaskVersion=7
        """
    version = {**cases.items()[1], **changes, "TaskVersion": "7"}
    faults = (
        {"PlanEffectiveDate": "2021/01/01"},
        {"TaskName": None},
        {"TaskVersion": None},
    )
    with new_warehouse() as own:
        deliver_and_judge(own.url, story)
        expect(own.url, CASES, "case_no | failed_rules\nN1 | {R01}")
        for number, fault in enumerate(faults, 9):
            deliver(own.url, "item_catalogue", {"item": [{**version, **fault}]}, f"2021-09-{number:02} 19:00:00")
            judge(own.url)
            expect(own.url, CASES, "case_no | verdict | failed_rules | warned_rules\nN1 | accepted | {} | {}")
        other = {**version, "RowGuid": "i10", "TaskVersion": "8"}
        deliver(
            own.url, "item_catalogue", {"item": [version, {**other, "PlanEffectiveDate": "?"}]}, "2021-09-20 18:00:00"
        )
        judge(own.url)
        expect(own.url, CASES, "case_no | failed_rules | warned_rules\nN1 | {} | {}")
        deliver(
            own.url, "item_catalogue", {"item": [{**other, "PlanEffectiveDate": "2021-09-02"}]}, "2021-09-21 18:00:00"
        )
        judge(own.url)
        expect(own.url, CASES, "case_no | failed_rules | warned_rules\nN1 | {} | {R03}")


def test_a_case_needs_only_what_all_handling_items_of_its_item_require(
    new_warehouse: Callable[[], AbstractContextManager[Warehouse]], var: Path
) -> None:
    first = cases.items()[1]
    second = {**first, "RowGuid": "i9", "TaskHandleItem": f"{cases.ITEM}02", "PromiseDay": "20", "ResultName": None}
    story = """
        source          | feed    | case | at         | change
        konggang_centre | accept  | N1   | 9-06 18:00 | PromiseDate=2021-10-11 10:00:00
        konggang_centre | process | N1   | 9-06 18:00 |
        konggang_centre | result  | N1   | 9-08 18:00 | ResultCetrName=; ResultCetrNo=
        """
    with new_warehouse() as own:
        deliver_and_judge(own.url, story)
        expect(own.url, CASES, "case_no | failed_rules | warned_rules\nN1 | {C09} | {T07}")
        deliver(own.url, "item_catalogue", {"item": [second]}, "2021-09-09 18:00:00")
        judge(own.url)
        expect(own.url, CASES, "case_no | failed_rules | warned_rules\nN1 | {} | {}")
        deliver(own.url, "item_catalogue", {"item": [{**first, "PromiseDay": "20"}]}, "2021-09-10 18:00:00")
        judge(own.url)
        expect(own.url, CASES, "case_no | failed_rules | warned_rules\nN1 | {} | {}")
        deliver(
            own.url,
            "item_catalogue",
            {"item": [second | {"PromiseDay": "20", "ResultName": "许可证"}]},
            "2021-09-11 18:00:00",
        )
        judge(own.url)
        expect(own.url, CASES, "case_no | failed_rules | warned_rules\nN1 | {C09} | {}")
