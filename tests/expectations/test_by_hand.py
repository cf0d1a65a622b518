"""`make bench` compares the compiled rules with a pass written by hand: on the examples of the rules both find the same."""

import cases
from bench.inspection import BY_HAND
from deliveries import deliver
from govservice.inspecting import inspection
from govservice.warehouse import Cursor, transaction
from warehouses import Warehouse


def findings(cursor: Cursor, table: str) -> set[tuple[str, ...]]:
    """Findings of the accept feed."""
    columns = "source_id, record_key, case_key, rule_id, column_name, severity, delivery_id"
    cursor.execute(f"SELECT {columns} FROM {table} WHERE feed = 'accept'")
    return set(cursor.fetchall())


def both(warehouse: Warehouse) -> tuple[set[tuple[str, ...]], set[tuple[str, ...]]]:
    """What the suite has found and what the pass written by hand finds."""
    with transaction(warehouse.superuser) as cursor:
        cursor.execute("CREATE TEMPORARY TABLE by_hand (LIKE quality.finding INCLUDING ALL)")
        cursor.execute(BY_HAND.read_text(encoding="utf-8"))
        return findings(cursor, "quality.finding"), findings(cursor, "by_hand")


def test_the_hand_written_pass_finds_what_the_suite_finds(inspected: Warehouse) -> None:
    compiled, by_hand = both(inspected)
    assert len(compiled) > 100
    assert by_hand == compiled


def test_both_agree_on_which_of_the_records_that_share_a_row_guid_is_the_clash(warehouse: Warehouse) -> None:
    times = {"N1": "2021-09-06 17:00:00", "N3": "2021-09-06 18:00:00", "N2": "2021-09-06 18:00:00"}
    shared = [cases.accept(case_no, RowGuid="g", CD_time=at) for case_no, at in times.items()]
    deliver(warehouse.url, "konggang_centre", {"accept": shared})
    withdrawn = cases.accept("N1", RowGuid="g", CD_time="2021-09-06 19:00:00", CD_operation="D")
    deliver(warehouse.url, "konggang_centre", {"accept": [withdrawn]})
    inspection.inspect(warehouse.url, "run")
    compiled, by_hand = both(warehouse)
    assert {case_key for _, _, case_key, rule_id, *_ in compiled if rule_id == "U01"} == {"N3"}
    assert by_hand == compiled
