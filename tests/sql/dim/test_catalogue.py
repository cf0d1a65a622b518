"""The item catalogue: versions that overlap, implementers that differ, and the figures on it."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import psycopg2
import pytest

import cases
from deliveries import deliver, judge, unexplained
from demo import area, item_defects, item_records, parts, write_exchange
from govservice.inspecting import suites
from govservice.warehouse import transaction
from stories import deliver_and_judge
from tables import expect
from warehouses import Warehouse

FINDINGS = "SELECT * FROM quality.finding WHERE feed = 'item'"
CATALOG = cases.item_code("N1")[19:]


@pytest.fixture
def own(new_warehouse: Callable[[], AbstractContextManager[Warehouse]], var: Path) -> Iterator[Warehouse]:
    """A warehouse of this test alone, because emptying the shared one keeps the catalogue."""
    with new_warehouse() as made:
        yield made


def implement(url: str, *changes: dict[str, str | None], at: str = "2021-09-06 18:00:00", first: int = 4) -> None:
    """Deliver the item N1 as implementers of levels 4, 5, … describe it, and inspect."""
    levels = [str(first + number) for number in range(len(changes))]
    versions = [
        cases.item("N1", level, **{"RowGuid": f"n{level}", **change})
        for level, change in zip(levels, changes, strict=True)
    ]
    listed = [cases.item_material(f"N{level}", TaskGuid=f"n{level}") for level in levels]
    deliver(url, "item_catalogue", {"item": versions, "item_material": listed}, at)
    judge(url)


def test_the_catalogue_of_the_other_tests_is_clean(own: Warehouse) -> None:
    deliver(own.url, "item_catalogue", {"item": [{**cases.items()[0], "ServerType": "1"}]}, "2021-09-06 18:00:00")
    expect(own.url, "SELECT count(*) AS due FROM quality.pending_case", "due\n4")
    judge(own.url)
    expect(own.url, FINDINGS, "rule_id")


def test_of_three_implementers_the_one_that_differs_is_named_and_of_two_both(own: Warehouse) -> None:
    implement(own.url, {"HandleFlow": "申请\n办结"}, {})
    expect(own.url, FINDINGS, "record_key | rule_id | column_name\nn4 | I11 | handle_flow\nn5 | I11 | handle_flow")
    implement(own.url, {}, at="2021-09-07 18:00:00", first=6)
    expect(own.url, FINDINGS, "record_key | rule_id | column_name\nn4 | I11 | handle_flow")
    expect(
        own.url,
        "SELECT * FROM ads.item_comparison",
        f"""
        catalog_code | name               | element     | implementer_count | differing_count | differing_items
        {CATALOG} | 食品经营许可证核发 | handle_flow | 3                 | 1               | {{{cases.item_code("N1")}}}
        """,
    )


def test_a_change_of_one_item_inspects_the_others_of_its_base_code_and_no_case(own: Warehouse) -> None:
    deliver(own.url, "konggang_centre", cases.case("N1"))
    implement(own.url, {"PromiseDay": "7"}, {}, {})
    implement(own.url, {"PromiseDay": "7"}, at="2021-09-07 18:00:00", first=5)
    expect(own.url, FINDINGS, "record_key | rule_id | column_name\nn6 | I11 | promise_day")
    expect(own.url, "SELECT * FROM dwd.case_record", "case_no | verdict\nN1 | accepted")
    assert unexplained(own.url) == 0


def test_materials_that_are_delivered_alone_are_seen(own: Warehouse) -> None:
    implement(own.url, {}, {}, {})
    other = cases.item_material("N4", TaskGuid="n4", MaterialName="申请书")
    deliver(own.url, "item_catalogue", {"item_material": [other]}, "2021-09-07 18:00:00")
    judge(own.url)
    expect(own.url, FINDINGS, "record_key | rule_id | column_name\nn4 | I11 | row_guid")


def test_versions_are_compared_with_those_in_force_at_their_end(own: Warehouse) -> None:
    implement(own.url, {}, {"PlanCancelDate": "2021-04-30"})
    second = {"TaskVersion": "2", "PlanEffectiveDate": "2021-05-01", "PromiseDay": "6"}
    both = [{**second, "TaskCode": cases.item_code("N1", level)} for level in "45"]
    implement(own.url, *both, at="2021-09-07 18:00:00", first=6)
    expect(own.url, FINDINGS, "record_key | rule_id")
    implement(own.url, {"PlanCancelDate": "2021-05-01"}, at="2021-09-08 18:00:00")
    expect(
        own.url,
        FINDINGS,
        """
        record_key | rule_id | column_name
        n4         | I09     | plan_effective_date
        n6         | I09     | plan_effective_date
        """,
    )


def test_an_item_that_is_withdrawn_leaves_nothing_behind(own: Warehouse) -> None:
    implement(own.url, {"ByLaw": None}, {"ByLaw": "另一部法"}, {})
    expect(own.url, FINDINGS, "record_key | rule_id\nn4 | I01\nn5 | I11\nn6 | I11")
    implement(own.url, {"CD_operation": "D"}, {"CD_operation": "D"}, at="2021-09-07 18:00:00")
    expect(own.url, FINDINGS, "record_key | rule_id")


def test_items_with_faults_stand_in_the_books_as_quarantined_and_stop_nothing(own: Warehouse) -> None:
    implement(own.url, {"ByLaw": None}, {"RowGuid": None})
    expect(
        own.url,
        "SELECT * FROM ops.book WHERE feed = 'item'",
        "live | accepted | quarantined | unexplained\n7 | 5 | 2 | 0",
    )


def test_elements_and_measures_are_those_of_the_versions_in_force(own: Warehouse) -> None:
    implement(
        own.url,
        {"TransactTime": None, "TaskType": "20"},
        {"ProjectType": "1", "PromiseDay": "1", "TaskType": "20", "LimitSceneNum": "2"},
        {"PlanCancelDate": "2021-09-01"},
    )
    expect(
        own.url,
        "SELECT * FROM ads.item_element WHERE element IN ('名称', '办理时间')",
        """
        element  | item_count | complete_count | accurate_count
        名称     | 6          | 6              | 6
        办理时间 | 6          | 5              | 5
        """,
    )
    expect(
        own.url,
        "SELECT task, numerator, denominator, round(value, 2) AS value, is_reached FROM ads.item_measure",
        """
        task | numerator | denominator | value | is_reached
        1a   | 64        | 80          | 0.80  | true
        1b   | 5         | 6           | 0.83  | false
        1c   | 2         | 6           | 0.33  | false
        14   | 1         | 2           | 1.00  | false
        15   | 3         | 4           | 3.00  | false
        """,
    )


def test_cases_are_counted_by_the_version_that_they_use(own: Warehouse) -> None:
    accepted = [cases.accept("N1"), cases.accept("N2", TaskVersion="1"), cases.accept("N3", TaskVersion="9")]
    deliver(own.url, "konggang_centre", {"accept": accepted})
    judge(own.url)
    expect(
        own.url,
        "SELECT * FROM ads.item_version_use",
        "new_city | case_count | in_force_count | other_version_count | unknown_count\n空港 | 3 | 1 | 1 | 1",
    )


def test_the_catalogue_of_the_demo_breaks_exactly_the_rules_that_its_truth_lists(
    own: Warehouse, tmp_path: Path
) -> None:
    items = area.catalogue(7)
    clean = item_records.catalogue_records(items, 7)
    versions, materials, truth = item_defects.inject(clean, parts.listed_materials(items, clean))
    records = {}
    for feed, table in (("item", versions), ("item_material", materials)):
        write_exchange.write_json_lines(table, feed, tmp_path)
        records[feed] = [json.loads(line) for line in (tmp_path / f"{feed}.jsonl").open(encoding="utf-8")]
    deliver(own.url, "item_catalogue", records, "2021-11-20 00:00:00")
    judge(own.url)
    with transaction(own.url) as cursor:
        cursor.execute("SELECT DISTINCT rule_id, record_key FROM quality.finding WHERE feed = 'item'")
        found = set(cursor.fetchall())
    assert found == {(each.rule, key) for each in truth for key in each.keys}
    assert {rule.rule_id for rule in suites.load()["item"]} == {rule for rule, _ in found}


@pytest.mark.parametrize("role", ["analyst", "portal_reader"])
@pytest.mark.parametrize("view", ["item_element", "item_comparison", "item_version_use", "item_measure"])
def test_roles_that_read_figures_read_these(own: Warehouse, role: str, view: str) -> None:
    connection = psycopg2.connect(own.as_role(role))
    try:
        connection.cursor().execute(f"SELECT * FROM ads.{view}")
    finally:
        connection.close()


def described(url: str, **changes: str | None) -> None:
    """The catalogue of the other tests, with these changes to every item of it."""
    deliver(url, "item_catalogue", {"item": [{**item, **changes} for item in cases.items()]}, "2021-07-02 00:00:00")


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, ""),
        ({"ResultName": "无"}, ""),
        ({"ResultName": None}, "\nC09 | result_cetr_name\nC09 | result_cetr_no"),
        ({"ResultName": "\u200b"}, "\nC09 | result_cetr_name\nC09 | result_cetr_no"),
    ],
)
def test_a_catalogue_that_never_names_a_result_excuses_no_case_from_its_certificate(
    own: Warehouse, changes: dict[str, str | None], found: str
) -> None:
    described(own.url, **changes)
    bare = f"TaskCode={cases.BARE_ITEM}; CatalogCode={cases.BARE_CATALOG}; TaskHandleItem=; TaskName=失业登记"
    deliver_and_judge(
        own.url,
        f"""
        source          | feed    | case | at         | change
        konggang_centre | accept  | N1   | 9-06 18:00 | {bare}
        konggang_centre | process | N1   | 9-06 18:00 |
        konggang_centre | result  | N1   | 9-08 18:00 | ResultCetrName=; ResultCetrNo=
        """,
    )
    expect(own.url, "SELECT * FROM quality.finding WHERE feed <> 'item'", f"rule_id | column_name{found}")


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, "\nR02 | task_handle_item"),
        ({"TaskHandleItem": None}, ""),
    ],
)
def test_a_catalogue_that_lists_no_handling_items_says_nothing_of_them(
    own: Warehouse, changes: dict[str, str | None], found: str
) -> None:
    described(own.url, **changes)
    deliver_and_judge(
        own.url,
        f"""
        source          | feed   | case | at         | change
        konggang_centre | accept | N1   | 9-06 18:00 | TaskHandleItem={cases.ITEM}77
        """,
    )
    expect(own.url, "SELECT * FROM quality.finding WHERE feed <> 'item'", f"rule_id | column_name{found}")


@pytest.mark.parametrize(
    ("listed", "given"),
    [("无", ""), ("null", ""), (f"{cases.ITEM}01\u3000", f"{cases.ITEM}01"), ("无", f"{cases.ITEM}01")],
)
def test_a_handling_item_is_what_the_cell_says_of_it(own: Warehouse, listed: str, given: str) -> None:
    described(own.url, TaskHandleItem=listed)
    deliver_and_judge(
        own.url,
        f"""
        source          | feed   | case | at         | change
        konggang_centre | accept | N1   | 9-06 18:00 | TaskHandleItem={given}
        """,
    )
    found = "\nR02 | task_handle_item" if listed == "无" and given else ""
    expect(own.url, "SELECT * FROM quality.finding WHERE feed <> 'item'", f"rule_id | column_name{found}")


@pytest.mark.parametrize(("needed", "asks"), [(("0", "0"), False), (("1", "0"), True), (("0", "1"), True)])
def test_an_item_requires_a_material_if_one_of_its_handling_items_does(
    own: Warehouse, needed: tuple[str, str], asks: bool
) -> None:
    code = cases.item_code("N1")
    handled = [cases.item("N1", RowGuid=f"h{number}", TaskHandleItem=f"{code}0{number}") for number in (1, 2)]
    listed = [
        cases.item_material(f"h{number}", TaskGuid=f"h{number}", IsNeed=need) for number, need in enumerate(needed, 1)
    ]
    deliver(own.url, "item_catalogue", {"item": handled, "item_material": listed}, "2021-07-02 00:00:00")
    expect(
        own.url,
        f"SELECT requires_material FROM dim.service_item_version WHERE item_code = '{code}'",
        f"requires_material\n{str(asks).lower()}",
    )


def test_an_item_version_is_rewritten_when_its_code_is_judged_in_another_way(own: Warehouse) -> None:
    deliver_and_judge(own.url, "source | feed | case | at\nkonggang_centre | accept | N1 | 9-06 18:00")
    stricter = "CREATE OR REPLACE FUNCTION quality.is_item_code(value text) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN false"
    with transaction(own.superuser) as cursor:
        cursor.execute(stricter)
    deliver(own.url, "item_catalogue", {"item": []})
    expect(own.url, "SELECT bool_or(is_well_formed) AS is_any FROM dim.service_item_version", "is_any\nfalse")
    expect(own.url, "SELECT case_key FROM quality.pending_case WHERE case_key = 'N1'", "case_key\nN1")
