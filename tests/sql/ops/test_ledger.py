"""What becomes of every record of a delivery is in its ledger line, and what a declaration does not cover is unexplained."""

import pytest

from deliveries import deliver, judge, unexplained
from tables import expect
from warehouses import Warehouse

OURS = "konggang_centre"


def test_the_ledger_counts_versions_replays_overlap_and_unparsable(warehouse: Warehouse) -> None:
    record = {"RowGuid": "g1", "ProjectNo": "N1", "TaskName": "A"}
    other, unreadable = {**record, "RowGuid": "g2"}, {**record, "RowGuid": "g3", "TaskName": 1.5}
    deliver(warehouse.url, OURS, {"accept": [record, other, record, unreadable]}, declared={"accept": 3})
    deliver(warehouse.url, OURS, {"accept": [record, {**other, "TaskName": "B"}]})
    expect(
        warehouse.url,
        f"SELECT * FROM ops.ledger JOIN ops.delivery USING (delivery_id) WHERE source_id = '{OURS}'",
        """
        declared | received | overlap | unparsable | replayed | versions | residual
        3        | 4        | 1       | 1          | 0        | 2        | 0
        2        | 2        | 0       | 0          | 1        | 1        | 0
        """,
    )
    expect(
        warehouse.url,
        "SELECT * FROM ops.unparsable",
        """
        feed   | place | reason_code
        accept | 第 4 条 | VALUE_TYPE
        """,
    )


def test_what_a_file_repeats_is_a_replay_not_an_overlap(warehouse: Warehouse) -> None:
    record = {"RowGuid": "g1", "ProjectNo": "N1", "TaskName": "A"}
    deliver(warehouse.url, "dizhang_station", {"accept": [record, record]})
    expect(
        warehouse.url,
        "SELECT * FROM ops.ledger JOIN ops.delivery USING (delivery_id) WHERE source_id = 'dizhang_station'",
        """
        declared | received | overlap | replayed | versions | residual
        2        | 2        | 0       | 1        | 1        | 0
        """,
    )


@pytest.mark.parametrize(
    ("declared", "residual"),
    [(2, 0), (3, 1), (1, 1), (None, 2)],
    ids=["balanced", "one short", "one too many", "undeclared"],
)
def test_what_the_declaration_does_not_cover_is_unexplained(
    warehouse: Warehouse, declared: int | None, residual: int
) -> None:
    records = [{"RowGuid": f"g{number}", "ProjectNo": f"N{number}"} for number in range(2)]
    deliver(warehouse.url, OURS, {"accept": records}, declared={"accept": declared})
    judge(warehouse.url)
    assert unexplained(warehouse.url) == residual


@pytest.mark.parametrize("declared", [3, None], ids=["one short", "undeclared"])
def test_a_pull_that_did_not_balance_is_settled_by_the_next_one_that_does(
    warehouse: Warehouse, declared: int | None
) -> None:
    records = [{"RowGuid": f"g{number}", "ProjectNo": f"N{number}"} for number in range(3)]
    deliver(warehouse.url, OURS, {"accept": records[:2]}, declared={"accept": declared})
    judge(warehouse.url)
    assert unexplained(warehouse.url) > 0
    deliver(warehouse.url, OURS, {"accept": records})
    judge(warehouse.url)
    expect(
        warehouse.url,
        f"SELECT * FROM ops.book WHERE source_id = '{OURS}' AND feed = 'accept'",
        """
        declared | received | replayed | versions | live | unexplained
        5        | 5        | 2        | 3        | 3    | 0
        """,
    )


def test_a_later_imbalance_is_not_settled_by_an_earlier_balance(warehouse: Warehouse) -> None:
    records = [{"RowGuid": f"g{number}", "ProjectNo": f"N{number}"} for number in range(2)]
    deliver(warehouse.url, OURS, {"accept": records})
    deliver(warehouse.url, OURS, {"accept": records}, declared={"accept": 3})
    judge(warehouse.url)
    assert unexplained(warehouse.url) == 1


def test_an_empty_delivery_that_declares_nothing_to_come_is_in_the_books(warehouse: Warehouse) -> None:
    deliver(warehouse.url, OURS, {"accept": []})
    expect(
        warehouse.url,
        f"SELECT * FROM ops.book WHERE source_id = '{OURS}'",
        """
        feed   | declared | received | versions | unexplained
        accept | 0        | 0        | 0        | 0
        """,
    )
