"""Figures may be claimed when every source is verified, everything collected is inspected, and the books balance; else they say so."""

from pathlib import Path

import pytest

import cases
from deliveries import deliver, inspect, judge, unexplained
from govservice import runs, settings
from govservice.warehouse import transaction
from stories import deliver_and_judge
from tables import expect
from warehouses import Warehouse

STORY = """
    source          | feed    | case | at         | change
    konggang_centre | accept  | N1   | 9-06 18:00 |
    konggang_centre | process | N1   | 9-06 18:00 |
    konggang_centre | result  | N1   | 9-08 18:00 |
    konggang_centre | service | N1   | 9-08 18:00 |
    konggang_centre | rating  | N1   | 9-09 18:00 |
    """
# All that says how far the campaign is; one row each.
PLACES = """
    SELECT 'verification' AS place, bool_and(is_lower_bound) AS is_lower_bound FROM ads.verification
    UNION ALL SELECT 'target_line', bool_and(is_lower_bound) FROM ads.target_line
    UNION ALL SELECT 'progress', bool_and(is_lower_bound) FROM ads.progress
"""
CLAIMED = "place | is_lower_bound\nverification | false\ntarget_line | false\nprogress | false"
BOUND = CLAIMED.replace("false", "true")


@pytest.fixture
def verified(warehouse: Warehouse) -> Warehouse:
    """A warehouse with a judged case and its rating, every source verified."""
    deliver_and_judge(warehouse.url, STORY)
    with transaction(warehouse.url) as cursor:
        cursor.execute(
            "INSERT INTO ops.source_state (source_id, state, run_id) SELECT source_id, 'balanced', 'run' FROM dim.source"
        )
    return warehouse


def test_figures_are_claimed_when_all_is_verified_inspected_and_explained(verified: Warehouse) -> None:
    expect(verified.url, PLACES, CLAIMED)
    expect(
        verified.url,
        "SELECT * FROM ads.verification",
        "is_lower_bound | unverified_sources | waiting_count | unexplained_count\nfalse | {} | 0 | 0",
    )


def test_what_is_collected_and_not_inspected_makes_every_figure_a_lower_bound(verified: Warehouse) -> None:
    deliver(verified.url, "konggang_centre", {"accept": [cases.accept("N2")], "process": [cases.process("N2")]})
    expect(verified.url, PLACES, BOUND)
    expect(verified.url, "SELECT waiting_count FROM ads.target_line", "waiting_count\n1\n1")
    inspect(verified.url)  # cut off before the verdict
    expect(verified.url, PLACES, BOUND)
    judge(verified.url)
    expect(verified.url, PLACES, CLAIMED)


def test_a_row_that_changes_a_case_makes_the_figures_a_lower_bound_though_the_books_balance(
    verified: Warehouse,
) -> None:
    deliver(verified.url, "konggang_centre", {"rating": [cases.rating("N1", satisfaction="1", CD_operation="U")]})
    assert unexplained(verified.url) == 0
    expect(verified.url, PLACES, BOUND)
    runs.tally(verified.url, "run")
    runs.close(verified.url, "run")
    expect(verified.url, "SELECT * FROM ads.as_of", "run_id | is_lower_bound | waiting_count\nrun | true | 1")


def test_a_record_without_explanation_makes_the_figures_a_lower_bound(verified: Warehouse) -> None:
    with transaction(verified.superuser) as cursor:
        cursor.execute("DELETE FROM dwd.case_record")
    expect(verified.url, "SELECT * FROM ads.verification", "waiting_count | unexplained_count\n0 | 1")
    expect(verified.url, "SELECT * FROM ads.target_line", "line | is_lower_bound\ncase | true\nrating | true")


def test_an_unverified_source_makes_the_figures_a_lower_bound_and_is_named(verified: Warehouse) -> None:
    with transaction(verified.url) as cursor:
        cursor.execute(
            "UPDATE ops.source_state SET state = 'unverified', reason_code = 'UNREACHABLE' WHERE source_id = 'dizhang_station'"
        )
    expect(verified.url, PLACES, BOUND)
    expect(
        verified.url,
        "SELECT * FROM ads.verification",
        "unverified_source_ids | unverified_sources\n{dizhang_station} | {底张街道便民服务站}",
    )


def test_a_run_that_closes_with_nothing_open_claims_its_figures(verified: Warehouse) -> None:
    runs.tally(verified.url, "run")
    runs.close(verified.url, "run")
    expect(verified.url, "SELECT * FROM ads.as_of", "run_id | is_lower_bound | waiting_count\nrun | false | 0")


def test_the_day_on_which_the_target_is_passed_is_not_named_of_a_lower_bound(verified: Warehouse) -> None:
    passed = (settings.SQL / "examples" / "day_the_target_is_passed.sql").read_text(encoding="utf-8").rstrip(";\n")
    with transaction(verified.superuser) as cursor:
        cursor.execute("UPDATE ops.setting SET value = 1 WHERE name = 'case_target'")
    try:
        header = "day | qualified_total | is_passed | is_lower_bound"
        expect(
            verified.as_role("analyst"),
            passed,
            f"{header}\n2021-09-08 | 1 | true | false\n2021-09-06 | 0 | false | false",
        )
        deliver(verified.url, "konggang_centre", {"accept": [cases.accept("N2")]})
        expect(
            verified.as_role("analyst"),
            passed,
            f"{header}\n2021-09-08 | 1 | false | true\n2021-09-06 | 0 | false | true",
        )
    finally:
        with transaction(verified.superuser) as cursor:
            cursor.execute("UPDATE ops.setting SET value = default_value WHERE name = 'case_target'")


@pytest.mark.parametrize("path", sorted((settings.SQL / "examples").glob("*.sql")), ids=lambda path: path.stem)
def test_every_example_with_figures_of_the_campaign_says_whether_they_are_a_lower_bound(
    verified: Warehouse, path: Path
) -> None:
    with transaction(verified.as_role("analyst")) as cursor:
        cursor.execute(path.read_text(encoding="utf-8"))
        named = {column.name for column in cursor.description or ()}
    of_one_case = {"was_it_qualified_on_that_day"}
    assert ("is_lower_bound" in named) == (path.stem not in of_one_case)


@pytest.mark.parametrize("column", ["waiting_count", "unverified_sources", "unverified_source_ids"])
def test_whoever_asks_what_waits_does_not_open_the_books(warehouse: Warehouse, column: str) -> None:
    """The portal asks this at every page; the books look at every version."""
    with transaction(warehouse.superuser) as cursor:
        cursor.execute(f"EXPLAIN SELECT {column} FROM ads.verification")  # noqa: S608 - names of this file
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Scan" in plan
    assert "on accept" not in plan and "ledger" not in plan
