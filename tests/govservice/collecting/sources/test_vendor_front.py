"""A vendor's front database: its rows become our records, the highest DATAVER wins, a code without translation is a finding."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import deliveries
from deliveries import SOURCES
from fetching import batches_of
from govservice.collecting.collect import Collected, collect
from govservice.collecting.protocol import SourceUnreadable, Window
from govservice.collecting.sources import database
from govservice.inspecting.preview import preview
from stack.postgres import Cluster
from tables import expect
from vendor_front import RESUMED, VendorFront, vendor_front
from warehouses import Warehouse

SOURCE = SOURCES["fengxi_centre"]
WINDOW = Window(dict.fromkeys(SOURCE.feeds, "2021-07-01 00:00:00"), "2021-09-11 00:00:00")
FOUND = "SELECT feed, rule_id, column_name FROM quality.finding"
NOTHING = "feed | rule_id | column_name"


@pytest.fixture
def front(cluster: Cluster, var: Path) -> Iterator[VendorFront]:
    """A front database with one clean, finished case."""
    with vendor_front(cluster) as made:
        made.write_case("N1")
        yield made


def pull(warehouse: Warehouse, front: VendorFront, day: int = 10, full: bool = False, **parts: Any) -> Collected:
    """Collect the source up to a day of September."""
    return collect(warehouse.url, SOURCE, front.endpoint(**parts), date(2021, 9, day), "run", full)


def test_a_clean_case_of_the_vendor_qualifies(warehouse: Warehouse, front: VendorFront) -> None:
    done = pull(warehouse, front)
    assert (done.received, done.versions, done.state) == (3, 3, "balanced")
    deliveries.judge(warehouse.url)
    expect(warehouse.url, FOUND, NOTHING)
    expect(
        warehouse.url,
        "SELECT case_no, is_qualified, case_type_code, channel_code, result_code, applied_at::text AS applied_at,"
        " step_count, new_city FROM dwd.case_record",
        """
        case_no | is_qualified | case_type_code | channel_code | result_code | applied_at             | step_count | new_city
        N1      | true         | 2              | 1            | GRANTED     | 2021-09-06 09:00:00+08 | 1          | 沣西
        """,
    )


def test_what_the_vendor_wrote_is_kept_as_it_wrote_it(warehouse: Warehouse, front: VendorFront) -> None:
    pull(warehouse, front)
    expect(
        warehouse.url,
        "SELECT event_name, extra ->> 'NODETYPE' AS nodetype, extra ->> 'SN' AS sn, cd_batch, length(row_guid) AS length,"
        " data_source FROM ods.process",
        """
        event_name | nodetype | sn | cd_batch       | length | data_source
        4          | 1        | 1  | 20210911000000 | 32     | 161
        """,
    )


@pytest.mark.parametrize("schema", ["前置 库", "Front"])
def test_the_tables_may_stand_in_a_schema_of_any_name(warehouse: Warehouse, front: VendorFront, schema: str) -> None:
    front.execute(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE; ALTER SCHEMA public RENAME TO "{schema}"')
    assert pull(warehouse, front, extra={"schema": schema}).versions == 3
    front.execute(f'ALTER SCHEMA "{schema}" RENAME TO public')


def test_the_tables_may_have_been_created_with_upper_case_names_in_quotes(
    warehouse: Warehouse, front: VendorFront
) -> None:
    front.execute(
        """
        DO $$
        DECLARE one record;
        BEGIN
            FOR one IN SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'
            LOOP EXECUTE format('ALTER TABLE %I RENAME %I TO %I', one.table_name, one.column_name, upper(one.column_name));
            END LOOP;
            FOR one IN SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'
            LOOP EXECUTE format('ALTER TABLE %I RENAME TO %I', one.table_name, upper(one.table_name));
            END LOOP;
        END $$
        """
    )
    assert pull(warehouse, front).versions == 3
    expect(warehouse.url, "SELECT apply_date FROM ods.accept", "apply_date\n2021-09-06 09:00:00")


def test_the_highest_version_wins_whenever_it_was_written(warehouse: Warehouse, front: VendorFront) -> None:
    front.write("ea_jc_step_basicinfo", "N1", "2021-09-09 09:00:00", 3, address="third")
    front.write("ea_jc_step_basicinfo", "N1", "2021-09-09 10:00:00", 2, address="second")
    front.write("ea_jc_step_proc", "N1", "2021-09-08 18:00:00", 2, nodeadv="second")
    front.write("ea_jc_step_proc", "N1", sn=2, nodeadv="another step")
    pull(warehouse, front)
    expect(
        warehouse.url,
        "SELECT address AS text FROM ods.accept WHERE is_current"
        " UNION ALL SELECT handle_explain FROM ods.process WHERE is_current",
        """
        text
        third
        second
        another step
        """,
    )


def test_a_lower_version_that_is_written_after_the_higher_was_pulled_does_not_win(
    warehouse: Warehouse, front: VendorFront
) -> None:
    front.write("ea_jc_step_basicinfo", "N1", "2021-09-09 09:00:00", 3, address="third")
    pull(warehouse, front)
    front.write("ea_jc_step_basicinfo", "N1", "2021-09-09 10:00:00", 2, address="second")
    assert pull(warehouse, front).state == "balanced"
    expect(warehouse.url, "SELECT address FROM ods.accept WHERE is_current", "address\nthird")


def test_of_two_rows_of_one_version_the_later_written_wins(warehouse: Warehouse, front: VendorFront) -> None:
    front.write("ea_jc_step_basicinfo", "N1", "2021-09-09 10:00:00", 2, address="later")
    front.write("ea_jc_step_basicinfo", "N1", "2021-09-09 09:00:00", 2, address="earlier")
    pull(warehouse, front)
    assert pull(warehouse, front, full=True).versions == 0
    expect(warehouse.url, "SELECT address FROM ods.accept WHERE is_current", "address\nlater")


def test_a_re_report_without_changes_is_a_replay(warehouse: Warehouse, front: VendorFront) -> None:
    pull(warehouse, front)
    front.write("ea_jc_step_done", "N1", "2021-09-09 09:00:00", 2)
    done = pull(warehouse, front)
    assert (done.versions, done.state) == (0, "balanced")


def test_marks_of_others_make_no_version(warehouse: Warehouse, front: VendorFront) -> None:
    pull(warehouse, front)
    front.execute("UPDATE ea_jc_step_basicinfo SET signstate = '1', isok = '2'")
    assert pull(warehouse, front, full=True).versions == 0


def test_a_withdrawn_case_is_not_counted(warehouse: Warehouse, front: VendorFront) -> None:
    front.write("ea_jc_step_basicinfo", "N1", "2021-09-09 09:00:00", 2, cd_operation="D")
    pull(warehouse, front)
    deliveries.judge(warehouse.url)
    expect(warehouse.url, "SELECT case_no FROM dwd.case_record", "case_no")


def test_an_application_is_not_reported_again_with_every_version(warehouse: Warehouse, front: VendorFront) -> None:
    front.write("ea_jc_step_basicinfo", "N1", "2021-09-09 09:00:00", 2, address="second")
    pull(warehouse, front)
    expect(
        warehouse.url,
        "SELECT address, apply_date FROM ods.accept WHERE is_current",
        """
        address | apply_date
        second  | 2021-09-06 09:00:00
        """,
    )


@pytest.mark.parametrize(
    ("steps", "found"),  # SN, NODETYPE and NODERESULT of every step
    [
        ("1-1-4 2-2-1 3-3-1", ""),
        ("7-1-4 8-2-5", ""),
        ("1-4-1", ""),
        ("1-4-1 2-2-1", "process | K07 | project_no"),
        ("1-2-1 2-3-1", "process | K07 | project_no"),
        ("1-1-4 2-1-4", "process | K07 | project_no"),
        ("1-1-4 2-3-1 3-2-1", "process | K07 | project_no"),
        ("1-1-4 3-3-1", "process | K07 | project_no"),
        ("1-1-4 2-2-4", "process | K06 | event_name"),
        ("1-1-1 2-2-1", "process | K06 | event_name"),
        ("1-1-4 2-9-1", "process | K06 | event_name"),
    ],
)
def test_steps_come_in_order_and_their_results_are_those_of_their_kind(
    warehouse: Warehouse, front: VendorFront, steps: str, found: str
) -> None:
    front.execute("DELETE FROM ea_jc_step_proc")
    for step in steps.split():
        number, kind, result = step.split("-")
        front.write("ea_jc_step_proc", "N1", sn=int(number), nodetype=kind, noderesult=result)
    pull(warehouse, front)
    deliveries.judge(warehouse.url)
    expect(warehouse.url, FOUND, f"{NOTHING}\n{found}")


def test_a_suspension_becomes_a_record_when_it_has_ended(warehouse: Warehouse, front: VendorFront) -> None:
    front.write("ea_jc_step_specialnode", "N1")
    assert pull(warehouse, front).versions == 3
    front.write("ea_jc_step_specialnode", "N1", "2021-09-09 09:00:00", **RESUMED)
    assert pull(warehouse, front, full=True).versions == 1
    query = "SELECT special_type, special_time, end_time, special_explain, cd_time FROM ods.special WHERE is_current"
    expect(
        warehouse.url,
        query,
        """
        special_type | special_time        | end_time            | special_explain | cd_time
        1            | 2021-09-07 09:00:00 | 2021-09-07 16:00:00 | 已补正          | 2021-09-09 09:00:00
        """,
    )
    deliveries.judge(warehouse.url)
    expect(warehouse.url, FOUND, NOTHING)


def test_a_suspension_that_is_reported_again_replaces_the_first_report(
    warehouse: Warehouse, front: VendorFront
) -> None:
    for at, version, ended in (("2021-09-08 18:00:00", 1, "16:00:00"), ("2021-09-09 09:00:00", 2, "17:00:00")):
        front.write("ea_jc_step_specialnode", "N1", at, version)
        front.write("ea_jc_step_specialnode", "N1", at, version, **{**RESUMED, "occurtime": f"2021-09-07 {ended}"})
    # A second suspension of the case, whose end is not the first one's.
    front.write("ea_jc_step_specialnode", "N1", version=2, sn=3, occurtime="2021-09-08 09:00:00")
    front.write("ea_jc_step_specialnode", "N1", version=2, **{**RESUMED, "sn": 4, "occurtime": "2021-09-08 10:00:00"})
    pull(warehouse, front)
    expect(
        warehouse.url,
        "SELECT special_time, end_time FROM ods.special WHERE is_current",
        """
        special_time        | end_time
        2021-09-07 09:00:00 | 2021-09-07 17:00:00
        2021-09-08 09:00:00 | 2021-09-08 10:00:00
        """,
    )


def test_a_suspension_whose_begin_is_withdrawn_is_withdrawn(warehouse: Warehouse, front: VendorFront) -> None:
    front.write("ea_jc_step_specialnode", "N1")
    front.write("ea_jc_step_specialnode", "N1", **RESUMED)
    pull(warehouse, front)
    live = "SELECT count(*) AS live FROM ods.special WHERE is_current AND operation <> 'D'"
    expect(warehouse.url, live, "live\n1")
    front.write("ea_jc_step_specialnode", "N1", "2021-09-09 09:00:00", 2, cd_operation="D")
    pull(warehouse, front)
    expect(warehouse.url, live, "live\n0")


def test_materials_are_the_files_of_the_application(warehouse: Warehouse, front: VendorFront) -> None:
    file = {"unid": "f1", "projid": "N1", "attrname": "申请表", "gettype": "1", "amount": "1", "filename": "申请表.pdf"}
    written = {"maketime": "2021-09-08 18:00:00", "dataver": 1, "cd_operation": "I"}
    front.insert("pre_file", {**file, **written})
    front.insert("pre_file", {**file, **written, "dataver": 2, "amount": "2"})
    front.insert("pre_file", {**file, **written, "unid": "f2", "gettype": "5"})
    pull(warehouse, front)
    deliveries.judge(warehouse.url)
    expect(
        warehouse.url,
        "SELECT material_name, get_num FROM ods.material WHERE is_current",
        """
        material_name | get_num
        申请表        | 2
        申请表        | 1
        """,
    )
    expect(warehouse.url, FOUND, f"{NOTHING}\nmaterial | V01 | get_type")


@pytest.mark.parametrize(
    ("table", "column", "code", "found"),
    [
        ("ea_jc_step_basicinfo", "approvaltype", "9", "accept | R08 | project_type"),
        ("ea_jc_step_basicinfo", "submit", "8", "accept | R08 | apply_type"),
        ("ea_jc_step_basicinfo", "submit", None, "accept | C01 | apply_type"),
        ("ea_jc_step_proc", "noderesult", "9", "process | R08 | event_name"),
        ("ea_jc_step_done", "doneresult", "7", "result | R08 | result_type"),
    ],
)
def test_a_code_without_translation_is_a_finding_and_never_guessed(
    warehouse: Warehouse, front: VendorFront, table: str, column: str, code: str | None, found: str
) -> None:
    front.write(table, "N1", "2021-09-09 09:00:00", 2, **{column: code})
    pull(warehouse, front)
    deliveries.judge(warehouse.url)
    expect(warehouse.url, FOUND, f"{NOTHING}\n{found}")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("ALTER TABLE ea_jc_step_proc DROP nodeadv", "表 EA_JC_STEP_PROC 没有列 NODEADV；"),
        ("ALTER TABLE ea_jc_step_proc DROP dataver, DROP maketime", "没有列 MAKETIME、DATAVER；"),
        ("ALTER TABLE ea_jc_step_basicinfo DROP applicant", "表 EA_JC_STEP_BASICINFO 没有列 APPLICANT；"),
        ("ALTER TABLE pre_apasinfo RENAME applydate TO sbsj", "表 PRE_APASINFO 没有列 APPLYDATE；"),
        ("DROP TABLE pre_apasinfo", "没有表 PRE_APASINFO，"),
        ("DROP TABLE ea_jc_step_done", "没有表 EA_JC_STEP_DONE，"),
        ("REVOKE SELECT ON pre_apasinfo FROM front_reader_of_tests", "账号无权读"),
    ],
)
def test_a_vendor_table_that_is_not_as_agreed_is_named(front: VendorFront, change: str, named: str) -> None:
    front.execute(change)
    with pytest.raises(SourceUnreadable) as caught:
        batches_of(database, SOURCE, front.endpoint(), WINDOW)
    assert caught.value.code == "SCHEMA"
    assert named in str(caught.value) and "请" in str(caught.value) and "\n" not in str(caught.value)


def test_a_look_at_the_source_judges_its_first_rows_and_loads_nothing(warehouse: Warehouse, front: VendorFront) -> None:
    front.write("ea_jc_step_proc", "N1", sn=2, nodetype="2", noderesult="9")
    report = preview(warehouse.url, SOURCE, front.endpoint(), date(2021, 9, 10))
    assert {feed: (seen["declared"], seen["seen"], seen["unparsable"]) for feed, seen in report.items()} == {
        "accept": (1, 1, 0),
        "process": (2, 2, 0),
        "result": (1, 1, 0),
        "special": (0, 0, 0),
        "material": (0, 0, 0),
        "rating": (0, 0, 0),
    }
    assert [sentence[:15] for seen in report.values() for sentence in seen["findings"]] == ["R08 event_name "]
    expect(warehouse.url, "SELECT 1 AS one FROM ods.accept", "one")
