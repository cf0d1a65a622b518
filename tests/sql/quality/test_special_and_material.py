"""Special procedures move the due day of a case; materials are required where the item lists them."""

import pytest

import cases
from deliveries import deliver, judge, unexplained
from govservice.warehouse import transaction
from stories import deliver_and_judge
from tables import expect
from warehouses import Warehouse

CASES = "SELECT * FROM dwd.case_record"
FINDINGS = (
    "SELECT * FROM quality.finding WHERE rule_id <> 'T11'"  # these cases are delivered long after they were accepted
)
BOOKS = "SELECT * FROM ops.book WHERE feed NOT LIKE 'item%'"
KNOWN_AT = "2021-10-20 18:00:00"


def finish(
    warehouse: Warehouse,
    *pauses: tuple[str, str],
    promised: str = "2021-09-13 10:00:00",
    finished: str = "2021-09-16 09:00:00",
) -> bool:
    """Deliver a case with these special procedures; return whether it counts as overdue."""
    whole = {
        "accept": [cases.accept("N1", PromiseDate=promised)],
        "process": [cases.process("N1")],
        "result": [cases.result("N1", ResultDate=finished)],
        "special": [
            cases.special("N1", RowGuid=f"s{number}", SpecialTime=start, EndTime=end)
            for number, (start, end) in enumerate(pauses)
        ],
    }
    deliver(warehouse.url, "konggang_centre", whole, KNOWN_AT)
    judge(warehouse.url)
    assert unexplained(warehouse.url) == 0
    with transaction(warehouse.url) as cursor:
        cursor.execute("SELECT verdict, 'T08' = ANY(warned_rules) FROM dwd.case_record")
        verdict, is_late = cursor.fetchone() or (None, None)
    assert verdict == "accepted"
    return bool(is_late)


@pytest.mark.parametrize(
    ("pauses", "is_late"),
    [
        ([], True),
        ([("2021-09-07 09:00:00", "2021-09-09 16:00:00")], True),  # two days: due on the 15th
        ([("2021-09-07 09:00:00", "2021-09-10 09:00:00")], False),  # three: the 16th
        ([("2021-09-11 09:00:00", "2021-09-12 16:00:00")], True),  # a weekend suspends nothing
        ([("2021-09-10 16:00:00", "2021-09-15 09:00:00")], False),  # over a weekend: three working days
        ([("2021-09-07 09:00:00", "2021-09-09 16:00:00"), ("2021-09-08 09:00:00", "2021-09-09 09:00:00")], True),
        ([("2021-09-07 09:00:00", "2021-09-09 16:00:00"), ("2021-09-14 09:00:00", "2021-09-15 09:00:00")], False),
    ],
)
def test_the_working_days_of_suspensions_move_the_due_day_and_count_once(
    warehouse: Warehouse, pauses: list[tuple[str, str]], is_late: bool
) -> None:
    assert finish(warehouse, *pauses) is is_late


@pytest.mark.parametrize(("finished", "is_late"), [("2021-10-09 09:00:00", False), ("2021-10-11 09:00:00", True)])
def test_holidays_and_adjusted_working_days_are_those_of_the_calendar(
    warehouse: Warehouse, finished: str, is_late: bool
) -> None:
    # From the 29th of September to the 8th of October are two working days; the 9th, a Saturday, is one.
    pause = ("2021-09-29 09:00:00", "2021-10-08 09:00:00")
    assert finish(warehouse, pause, promised="2021-09-30 10:00:00", finished=finished) is is_late


def test_a_special_procedure_that_arrives_later_excuses_the_overrun(warehouse: Warehouse) -> None:
    assert finish(warehouse)
    pause = cases.special("N1", SpecialTime="2021-09-07 09:00:00", EndTime="2021-09-10 09:00:00")
    deliver(warehouse.url, "konggang_centre", {"special": [pause]}, "2021-10-21 18:00:00")
    judge(warehouse.url)
    expect(
        warehouse.url,
        CASES,
        """
        case_no | verdict  | warned_rules | completed_date
        N1      | accepted | {T11}        | 2021-10-21
        """,
    )


def test_a_broken_material_quarantines_its_case_until_it_is_mended(warehouse: Warehouse) -> None:
    deliver_and_judge(
        warehouse.url,
        """
        source          | feed     | case | at         | change
        konggang_centre | accept   | N1   | 9-06 18:00 |
        konggang_centre | material | N1   | 9-06 18:00 | GetType=8
        konggang_centre | special  | N1   | 9-07 18:00 |
        """,
    )
    expect(
        warehouse.url,
        BOOKS,
        """
        feed     | live | accepted | quarantined
        accept   | 1    | 1        | 0
        material | 1    | 0        | 1
        special  | 1    | 1        | 0
        """,
    )
    expect(
        warehouse.url,
        CASES,
        """
        case_no | verdict     | failed_rules
        N1      | quarantined | {V01}
        """,
    )
    deliver_and_judge(
        warehouse.url,
        """
        source          | feed     | case | at         | op
        konggang_centre | material | N1   | 9-09 18:00 | U
        """,
    )
    expect(
        warehouse.url,
        CASES,
        """
        case_no | verdict  | failed_rules | completed_date
        N1      | accepted | {}           | 2021-09-09
        """,
    )


def test_rows_of_a_withdrawn_case_go_with_it(warehouse: Warehouse) -> None:
    deliver_and_judge(
        warehouse.url,
        """
        source          | feed     | case | at         | op
        konggang_centre | accept   | N1   | 9-06 18:00 | I
        konggang_centre | material | N1   | 9-06 18:00 | I
        konggang_centre | special  | N1   | 9-07 18:00 | I
        konggang_centre | accept   | N1   | 9-08 18:00 | D
        """,
    )
    expect(warehouse.url, FINDINGS, "rule_id")
    expect(
        warehouse.url,
        BOOKS,
        """
        feed     | live | superseded | tombstoned
        accept   | 0    | 1          | 1
        material | 0    | 0          | 1
        special  | 0    | 0          | 1
        """,
    )


def test_rows_of_a_copy_belong_to_the_copy(warehouse: Warehouse) -> None:
    deliver_and_judge(
        warehouse.url,
        """
        source          | feed     | case | at         | change
        konggang_centre | accept   | N1   | 9-06 18:00 |
        konggang_centre | material | N1   | 9-06 18:00 |
        fengdong_centre | accept   | N1   | 9-07 18:00 |
        fengdong_centre | material | N1   | 9-07 18:00 | GetType=8
        fengdong_centre | special  | N1   | 9-07 18:00 |
        """,
    )
    expect(
        warehouse.url,
        "SELECT * FROM dwd.case_record WHERE duplicate_of IS NULL",
        """
        source_id       | verdict  | failed_rules
        konggang_centre | accepted | {}
        """,
    )
    expect(
        warehouse.url,
        BOOKS,
        """
        source_id       | feed     | live | accepted | quarantined | duplicates
        konggang_centre | accept   | 1    | 1        | 0           | 0
        konggang_centre | material | 1    | 1        | 0           | 0
        fengdong_centre | accept   | 1    | 0        | 0           | 1
        fengdong_centre | material | 1    | 0        | 0           | 1
        fengdong_centre | special  | 1    | 0        | 0           | 1
        """,
    )


def test_a_material_that_the_catalogue_begins_to_require_is_missed(warehouse: Warehouse) -> None:
    changes = {
        "TaskCode": cases.BARE_ITEM,
        "CatalogCode": cases.BARE_CATALOG,
        "TaskHandleItem": None,
        "TaskName": "失业登记",
    }
    deliver(warehouse.url, "konggang_centre", {"accept": [cases.accept("N1", **changes), cases.accept("N2")]})
    judge(warehouse.url)
    expect(warehouse.url, FINDINGS, "rule_id")
    listed = [{**row, "IsNeed": "1"} for row in cases.item_materials()[:2]]
    try:
        deliver(warehouse.url, "item_catalogue", {"item": [], "item_material": listed}, "2021-09-09 18:00:00")
        judge(warehouse.url)
        expect(
            warehouse.url,
            FINDINGS,
            """
            case_key | rule_id | severity
            N1       | C13     | warning
            """,
        )
    finally:
        deliver(
            warehouse.url,
            "item_catalogue",
            {"item": [], "item_material": cases.item_materials()},
            "2021-09-10 18:00:00",
        )
