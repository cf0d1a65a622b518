"""A change of the catalogue judges again exactly the cases that it can affect: by their item version and by their accept day."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

import cases
from deliveries import deliver, judge, unexplained
from govservice.warehouse import transaction
from stories import deliver_and_judge
from warehouses import Warehouse

AUGUST = "ApplyDate=2021-08-10 09:00:00; AcceptDate=2021-08-10 10:00:00; PromiseDate=2021-08-17 10:00:00"
OCTOBER = "ApplyDate=2021-10-11 09:00:00; AcceptDate=2021-10-11 10:00:00; PromiseDate=2021-10-18 10:00:00"
BARE = f"TaskCode={cases.BARE_ITEM}; CatalogCode={cases.BARE_CATALOG}; TaskHandleItem=; TaskName=失业登记"
# august falls under version 1; september and october under version 2; third names a version that does not exist; other has another item.
STORY = f"""
source          | feed   | case      | at          | change
konggang_centre | accept | august    | 8-10 18:00  | {AUGUST}; TaskVersion=1
konggang_centre | accept | third     | 8-10 18:00  | {AUGUST}; TaskVersion=3
konggang_centre | accept | september | 9-06 18:00  |
konggang_centre | result | september | 9-08 18:00  |
konggang_centre | accept | october   | 10-11 18:00 | {OCTOBER}
konggang_centre | accept | other     | 9-06 18:00  | {BARE}
"""
SEEN = """
SELECT 'case', record.case_key, record::text FROM (SELECT verdict, failed_rules, warned_rules, item_version, item_name, case_type_code,
    case_key FROM dwd.case_record) AS record
UNION ALL
SELECT 'finding', case_key, row(feed, record_key, rule_id, column_name, severity)::text FROM quality.finding
ORDER BY 1, 2, 3
"""
FIRST, SECOND, BARE_VERSION = cases.items()[:3]
THIRD = {**SECOND, "RowGuid": "i8", "TaskVersion": "3", "PlanEffectiveDate": "2021-10-01", "PromiseDay": "3"}
WHOLE = {"august", "third", "september", "october"}


@pytest.mark.parametrize(
    ("versions", "touched"),
    [
        pytest.param([FIRST, SECOND], set(), id="delivered again"),
        pytest.param([THIRD], {"third", "october"}, id="a new version"),
        pytest.param([{**THIRD, "PlanEffectiveDate": "2021-12-01"}], {"third"}, id="a version to come"),
        pytest.param([{**FIRST, "PromiseDay": "9"}], {"august", "third"}, id="another promise"),
        pytest.param([{**FIRST, "TaskName": "食品许可"}], {"august", "third"}, id="a former name"),
        pytest.param([{**SECOND, "PlanEffectiveDate": "2021-08-01"}], {"august", "third"}, id="an earlier beginning"),
        pytest.param([{**SECOND, "PlanCancelDate": "2021-09-30"}], {"october"}, id="an end"),
        pytest.param(
            [{**FIRST, "PlanCancelDate": "2020-12-31"}], {"august", "third"}, id="an end before the beginning"
        ),
        pytest.param([{**FIRST, "CD_operation": "D"}], {"august", "third"}, id="withdrawn"),
        pytest.param([{**SECOND, "PlanEffectiveDate": "2021/09/01"}], WHOLE, id="an unreadable beginning"),
        pytest.param([{**THIRD, "TaskVersion": None}], WHOLE, id="a version without a name"),
        pytest.param([{**SECOND, "TaskName": "食品许可"}], WHOLE, id="the name by which ratings call the item"),
        pytest.param([{**each, "CD_operation": "D"} for each in (FIRST, SECOND)], WHOLE, id="the item withdrawn"),
        pytest.param([{**BARE_VERSION, "ServerType": "2"}], {"other"}, id="another item"),
    ],
)
def test_a_change_of_the_catalogue_judges_again_the_cases_it_can_touch(
    new_warehouse: Callable[[], AbstractContextManager[Warehouse]],
    versions: list[dict[str, Any]],
    touched: set[str],
) -> None:
    with new_warehouse() as own:
        deliver_and_judge(own.url, STORY)
        deliver(own.url, "item_catalogue", {"item": versions}, "2021-10-12 18:00:00")
        with transaction(own.url) as cursor:
            cursor.execute(
                "SELECT case_key FROM quality.pending_case WHERE case_key NOT IN (SELECT case_key FROM ods.item)"
            )
            assert {key for (key,) in cursor.fetchall()} == touched
            cursor.execute("SELECT coalesce(sum(case_count), 0) FROM quality.rejudgement")
            assert cursor.fetchone() == (len(touched),)
        judge(own.url)
        as_touched = _seen(own)
        with transaction(own.url) as cursor:
            cursor.execute("INSERT INTO quality.pending_case SELECT case_key FROM ods.accept")
        judge(own.url)
        assert _seen(own) == as_touched
        assert unexplained(own.url) == 0


def _seen(own: Warehouse) -> list[tuple[str, ...]]:
    with transaction(own.url) as cursor:
        cursor.execute(SEEN)
        return cursor.fetchall()
