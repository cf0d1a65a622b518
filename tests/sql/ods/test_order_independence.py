"""The verdict depends on the times of the versions, not on the order in which they arrive: every order of a story's deliveries is
tried at once, each with a case of its own, and all of these cases must end alike."""

from itertools import permutations

import pytest

import tables
from deliveries import judge, unexplained
from govservice import warehouse as govservice_warehouse
from stories import deliver_together
from warehouses import Warehouse

STORIES = {
    "correction": """
        source          | feed    | at         | op | change
        konggang_centre | accept  | 9-06 18:00 | I  | ApplyerPageCode=1
        konggang_centre | accept  | 9-07 18:00 | U  |
        konggang_centre | process | 9-06 18:00 | I  | HandleExplain=
        konggang_centre | process | 9-08 18:00 | U  |
        konggang_centre | result  | 9-09 18:00 | I  | ResultDate=2021-09-14 09:00:00
        """,
    "copies": """
        source          | feed    | at         | op | change
        dizhang_station | accept  | 9-06 18:00 | I  |
        dizhang_station | process | 9-06 18:00 | I  | HandleExplain=
        konggang_centre | accept  | 9-07 18:00 | I  |
        konggang_centre | process | 9-08 18:00 | I  |
        konggang_centre | accept  | 9-09 18:00 | D  |
        """,
    "copies of one priority": """
        source          | feed   | at         | op | change
        konggang_centre | accept | 9-06 18:00 | I  |
        fengdong_centre | accept | 9-07 18:00 | I  | ApplyerName=
        konggang_centre | accept | 9-08 18:00 | U  | Address=秦皇大道
        fengdong_centre | accept | 9-09 18:00 | U  |
        konggang_centre | result | 9-09 18:00 | I  |
        """,
    "withdrawal and return": """
        source          | feed    | at         | op | change
        konggang_centre | accept  | 9-06 18:00 | I  |
        konggang_centre | accept  | 9-07 18:00 | D  |
        konggang_centre | process | 9-07 18:00 | I  |
        konggang_centre | accept  | 9-08 18:00 | U  | Address=秦皇大道
        konggang_centre | process | 9-09 18:00 | D  |
        """,
    "two results": """
        source          | feed    | row | at         | op | change
        konggang_centre | accept  |     | 9-06 18:00 | I  |
        konggang_centre | process |     | 9-06 18:00 | I  |
        konggang_centre | result  | r1  | 9-08 18:00 | I  | ResultType=2
        konggang_centre | result  | r2  | 9-09 18:00 | I  |
        konggang_centre | result  | r1  | 9-10 18:00 | U  | ResultType=0
        """,
    # a repetition becomes no version, and a version dated before it may arrive after it
    "there and back again": """
        source          | feed   | at         | op | change
        konggang_centre | accept | 9-06 18:00 | I  |
        konggang_centre | accept | 9-07 18:00 | U  | ApplyerName=
        konggang_centre | accept | 9-08 18:00 | U  |
        konggang_centre | accept | 9-09 18:00 | D  |
        konggang_centre | accept | 9-10 18:00 | I  |
        """,
}

# What a record is, RowGuid and 办件编号 say; here A, B and C share RowGuids.
SHARED = {
    "one RowGuid in two cases": """
        source          | feed   | case | row | at         | op | change
        konggang_centre | accept | A    | g   | 9-06 18:00 | I  |
        konggang_centre | accept | B    | g   | 9-07 18:00 | I  |
        konggang_centre | accept | A    | g   | 9-08 18:00 | U  | Address=秦皇大道
        konggang_centre | accept | B    | g   | 9-09 18:00 | U  | ApplyerName=
        """,
    "at one moment the greater 办件编号 is the clash": """
        source          | feed   | case | row | at         | op | change
        konggang_centre | accept | C    | g   | 9-06 18:00 | I  |
        konggang_centre | accept | A    | g   | 9-06 18:00 | I  |
        konggang_centre | accept | B    | g   | 9-06 18:00 | I  |
        """,
    "the first one goes, the second stays": """
        source          | feed   | case | row | at         | op | change
        konggang_centre | accept | A    | g   | 9-06 18:00 | I  |
        konggang_centre | accept | B    | g   | 9-07 18:00 | I  |
        konggang_centre | accept | A    | g   | 9-08 18:00 | D  |
        konggang_centre | accept | C    | g   | 9-09 18:00 | I  |
        """,
    "a withdrawal that names no case": """
        source          | feed    | case | row | at         | op | change
        konggang_centre | accept  | A    | g   | 9-06 18:00 | I  |
        konggang_centre | accept  | B    | g   | 9-07 18:00 | I  |
        konggang_centre | process | A    | p   | 9-07 18:00 | I  |
        konggang_centre | accept  |      | g   | 9-08 18:00 | D  | ProjectNo=
        """,
    "withdrawals that name no case, one after the other": """
        source          | feed   | case | row | at         | op | change
        konggang_centre | accept | A    | g   | 9-06 18:00 | I  |
        konggang_centre | accept | B    | g   | 9-07 18:00 | I  |
        konggang_centre | accept |      | g   | 9-08 18:00 | D  | ProjectNo=
        konggang_centre | accept |      | g   | 9-09 18:00 | D  | ProjectNo=
        konggang_centre | accept | A    | g   | 9-10 18:00 | U  | Address=秦皇大道
        """,
    "a withdrawal that names no case, of the only one": """
        source          | feed   | case | row | at         | op | change
        konggang_centre | accept | A    | g   | 9-06 18:00 | I  |
        konggang_centre | accept |      | g   | 9-08 18:00 | D  | ProjectNo=
        konggang_centre | accept | B    | g   | 9-09 18:00 | I  |
        """,
    "a withdrawal that names no case, said twice": """
        source          | feed   | case | row | at         | op | change
        konggang_centre | accept | B    | g   | 9-07 18:00 | I  |
        konggang_centre | accept | A    | g   | 9-06 18:00 | I  |
        konggang_centre | accept |      | g   | 9-08 18:00 | D  | ProjectNo=
        konggang_centre | accept |      | g   | 9-08 18:00 | D  | ProjectNo=
        """,
    "withdrawals that name no case, of one said again in between": """
        source          | feed   | case | row | at         | op | change
        konggang_centre | accept | A    | g   | 9-06 18:00 | I  |
        konggang_centre | accept | B    | g   | 9-07 18:00 | I  |
        konggang_centre | accept |      | g   | 9-08 18:00 | D  | ProjectNo=
        konggang_centre | accept | A    | g   | 9-09 18:00 | I  |
        konggang_centre | accept |      | g   | 9-10 18:00 | D  | ProjectNo=
        """,
    "a step goes with the case whose RowGuid it shares": """
        source          | feed    | case | row | at         | op | change
        konggang_centre | accept  | A    | a   | 9-06 18:00 | I  |
        konggang_centre | accept  | B    | b   | 9-06 18:00 | I  |
        konggang_centre | process | A    | g   | 9-06 18:00 | I  |
        konggang_centre | process | B    | g   | 9-07 18:00 | I  |
        konggang_centre | accept  | A    | a   | 9-08 18:00 | D  |
        """,
}
# What the first of the orders must give: a law that all orders give the same would hold of a wrong verdict as well.
SHARED_ENDS = {
    "one RowGuid in two cases": {"A": "accepted {}", "B": "quarantined {C01,U01}"},
    "at one moment the greater 办件编号 is the clash": {
        "A": "accepted {}",
        "B": "quarantined {U01}",
        "C": "quarantined {U01}",
    },
    "the first one goes, the second stays": {"B": "accepted {}", "C": "quarantined {U01}"},
    "a withdrawal that names no case": {"B": "accepted {}"},
    "withdrawals that name no case, one after the other": {"A": "accepted {}"},
    "a withdrawal that names no case, of the only one": {"B": "accepted {}"},
    "a withdrawal that names no case, said twice": {"B": "accepted {}"},
    "withdrawals that name no case, of one said again in between": {"B": "accepted {}"},
    "a step goes with the case whose RowGuid it shares": {"B": "accepted {}"},
}

# Everything that is known of a case but its own keys and the delivery that happened to bring its current version.
ENDS = """
SELECT case_key, source_id, to_jsonb(record) - %s::text[] AS end
FROM dwd.case_record AS record
ORDER BY case_key, source_id
"""
OWN = ["record_key", "case_key", "case_no", "delivery_id"]
# If a version dated between two equal ones arrives after both, the second is no version, and the date of the first counts.
UNDATED = {"there and back again": ["completed_date"]}


@pytest.mark.parametrize("judging", ["after every delivery", "at the end"])
@pytest.mark.parametrize("story", STORIES)
def test_every_order_of_deliveries_ends_alike(warehouse: Warehouse, story: str, judging: str) -> None:
    events = tables.rows(STORIES[story])
    orders = list(permutations(range(len(events))))
    for step in range(len(events)):
        deliver_together(
            warehouse.url,
            [
                {**event, "case": f"N{number}", "row": event.get("row") and f"{event['row']}-{number}"}
                for number, order in enumerate(orders)
                for event in [events[order[step]]]
            ],
        )
        if judging == "after every delivery":
            judge(warehouse.url)
    judge(warehouse.url)
    assert unexplained(warehouse.url) == 0
    assert different_ends(warehouse.url, orders, [*OWN, *UNDATED.get(story, [])]) == {}


def different_ends(url: str, orders: list[tuple[int, ...]], but: list[str]) -> dict[tuple[int, ...], str]:
    """The orders, as positions in the story, whose cases did not end like the case delivered in the order of the story."""
    ends: dict[str, list[str]] = {f"N{number}": [] for number in range(len(orders))}
    with govservice_warehouse.transaction(url) as cursor:
        cursor.execute(ENDS, (but,))
        for case_key, source_id, end in cursor.fetchall():
            ends[case_key].append(f"{source_id} {end}")
    return {order: str(ends[f"N{number}"]) for number, order in enumerate(orders) if ends[f"N{number}"] != ends["N0"]}


@pytest.mark.parametrize("way", ["one by one", "in one delivery"])
@pytest.mark.parametrize("story", SHARED)
def test_records_that_share_a_row_guid_end_alike_in_every_order(warehouse: Warehouse, story: str, way: str) -> None:
    events = tables.rows(SHARED[story])
    orders = list(permutations(events))
    numbered = [
        [
            {**event, "case": event["case"] and f"{event['case']}-{number}", "row": f"{event['row']}-{number}"}
            for event in order
        ]
        for number, order in enumerate(orders)
    ]
    if way == "one by one":
        for step in range(len(events)):
            deliver_together(warehouse.url, [order[step] for order in numbered])
    else:
        # a source declares what it says twice once
        deliver_together(
            warehouse.url, [event for order in numbered for at, event in enumerate(order) if event not in order[:at]]
        )
    judge(warehouse.url)
    assert unexplained(warehouse.url) == 0
    ends: list[dict[str, str]] = [{} for _ in orders]
    with govservice_warehouse.transaction(warehouse.url) as cursor:
        cursor.execute("SELECT case_key, verdict || ' ' || failed_rules::text FROM dwd.case_record")
        for case_key, end in cursor.fetchall():
            case, _, number = case_key.partition("-")
            ends[int(number)][case] = end
    assert {number: end for number, end in enumerate(ends) if end != ends[0]} == {}
    assert story not in SHARED_ENDS or ends[0] == SHARED_ENDS[story]


def test_of_several_contents_at_one_moment_one_wins_in_every_order(warehouse: Warehouse) -> None:
    story = """
        source          | feed    | case | row | at         | op | change
        konggang_centre | accept  | A    | g   | 9-06 18:00 | I  | ApplyerName=
        konggang_centre | accept  | A    | g   | 9-06 18:00 | U  | Legal=王芳
        konggang_centre | accept  | A    | g   | 9-06 18:00 | U  | ApplyerPageCode=1
        konggang_centre | process | A    | p   | 9-06 18:00 | I  |
        konggang_centre | process | A    | p   | 9-06 18:00 | D  |
        """
    winners = set()
    for order in permutations(tables.rows(story)):
        for event in order:
            deliver_together(warehouse.url, [event])
        with govservice_warehouse.transaction(warehouse.url) as cursor:
            cursor.execute(
                "SELECT (SELECT digest FROM ods.accept WHERE is_current), (SELECT operation FROM ods.process WHERE is_current)"
            )
            winners.add(cursor.fetchone())
        warehouse.empty()
    assert len(winners) == 1
    assert winners.pop()[1] == "D"
