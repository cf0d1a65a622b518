"""Which cases are due for inspection: the queue, the parts of the work on it, and a run that was cut off."""

import pytest

import cases
from deliveries import deliver, inspect, judge, unexplained
from govservice.inspecting import inspection
from govservice.warehouse import transaction
from tables import expect
from warehouses import Warehouse

CASES = "SELECT * FROM dwd.case_record"
ACCEPTED = "case_no | verdict\nN1 | accepted"


def test_a_case_that_several_feeds_of_a_load_touch_is_queued_once(warehouse: Warehouse) -> None:
    whole = cases.case("N1")
    deliver(warehouse.url, "konggang_centre", whole | {"process": [*whole["process"], cases.process("N2")]})
    expect(
        warehouse.url,
        "SELECT case_key, count(*) AS times FROM quality.pending_case GROUP BY case_key",
        """
        case_key | times
        N1       | 1
        N2       | 1
        """,
    )


def test_the_next_inspection_completes_one_that_was_cut_off(warehouse: Warehouse) -> None:
    deliver(warehouse.url, "konggang_centre", {"accept": [cases.accept("N1")]})
    inspect(warehouse.url)
    deliver(warehouse.url, "konggang_centre", {"accept": [cases.accept("N2")]})
    judge(warehouse.url)
    expect(warehouse.url, CASES, f"{ACCEPTED}\nN2 | accepted")
    assert unexplained(warehouse.url) == 0


def test_the_next_inspection_completes_one_that_was_cut_off_before_it_gathered_facts(warehouse: Warehouse) -> None:
    deliver(warehouse.url, "konggang_centre", {"accept": [cases.accept("N1")]})
    with transaction(warehouse.url) as cursor:
        assert inspection.take_due(cursor) == 1
    deliver(warehouse.url, "konggang_centre", {"accept": [cases.accept("N2")], "process": [cases.process("N1")]})
    judge(warehouse.url)
    expect(
        warehouse.url,
        "SELECT record.case_no, fact.step_count FROM dwd.case_record AS record INNER JOIN ods.case_fact AS fact USING (case_key)",
        """
        case_no | step_count
        N1      | 1
        N2      | 0
        """,
    )


def test_each_case_has_its_facts_from_one_of_the_parts(warehouse: Warehouse) -> None:
    numbers = [f"N{number}" for number in range(40)]
    deliver(warehouse.url, "konggang_centre", {"accept": [cases.accept(number) for number in numbers]})
    gathered = []
    with transaction(warehouse.url) as cursor:
        inspection.take_due(cursor)
    for part in range(3):
        with transaction(warehouse.url) as cursor:
            inspection.gather_part(cursor, part, 3)
            cursor.execute("SELECT case_key FROM ods.case_fact")
            gathered.append({key for (key,) in cursor.fetchall()})
    assert set() < gathered[0] < gathered[1] < gathered[2] == {*numbers}


def test_judging_with_nothing_due_changes_nothing(warehouse: Warehouse) -> None:
    deliver(warehouse.url, "konggang_centre", {"accept": [cases.accept("N1")]})
    judge(warehouse.url)
    expect(warehouse.url, CASES, ACCEPTED)
    assert inspection.judge(warehouse.url, "run") == 0
    expect(warehouse.url, CASES, ACCEPTED)


def test_only_the_facts_of_cases_that_are_due_are_looked_at(warehouse: Warehouse) -> None:
    for case in ("N1", "N2"):
        deliver(warehouse.url, "konggang_centre", {"accept": [cases.accept(case)]})
        if case == "N1":
            judge(warehouse.url)
    inspect(warehouse.url)
    facts = "SELECT case_key, accept_source_id, step_count FROM"
    header = "case_key | accept_source_id | step_count"
    expect(warehouse.url, f"{facts} quality.due_fact", f"{header}\nN2 | konggang_centre | 0")
    both = f"{header}\nN1 | konggang_centre | 0\nN2 | konggang_centre | 0"
    expect(warehouse.superuser, f"{facts} ods.case_fact WHERE accept_source_id <> ''", both)


def test_a_reader_who_keeps_a_transaction_open_holds_up_no_verdict(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOVSERVICE_LOCK_SECONDS", "2")
    deliver(warehouse.url, "konggang_centre", {"accept": [cases.accept("N1")]})
    with transaction(warehouse.as_role("analyst")) as reader:
        for view in (
            "target_line",
            "verification",
            "overdue_case",
            "case_suspicion",
            "rating_suspicion",
            "item_measure",
        ):
            reader.execute(f"SELECT * FROM ads.{view}")  # noqa: S608 - names of this line
        judge(warehouse.url)
    expect(warehouse.url, CASES, ACCEPTED)
