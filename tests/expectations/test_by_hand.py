"""`make bench` compares the compiled rules with a pass written by hand: on the examples of the rules both find the same."""

from bench.inspection import BY_HAND
from govservice.warehouse import Cursor, transaction
from warehouses import Warehouse


def findings(cursor: Cursor, table: str) -> set[tuple[str, ...]]:
    """Findings of the accept feed."""
    columns = "source_id, record_key, case_key, rule_id, column_name, severity, delivery_id"
    cursor.execute(f"SELECT {columns} FROM {table} WHERE feed = 'accept'")
    return set(cursor.fetchall())


def test_the_hand_written_pass_finds_what_the_suite_finds(inspected: Warehouse) -> None:
    with transaction(inspected.superuser) as cursor:
        cursor.execute("CREATE TEMPORARY TABLE by_hand (LIKE quality.finding INCLUDING ALL)")
        cursor.execute(BY_HAND.read_text(encoding="utf-8"))
        compiled, by_hand = findings(cursor, "quality.finding"), findings(cursor, "by_hand")
    assert len(compiled) > 100
    assert by_hand == compiled
