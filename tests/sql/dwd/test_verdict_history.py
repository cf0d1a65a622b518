"""Was this case 合格 on that day, by the rules of that day? Every verdict stays queryable, and only changes are written."""

import pytest

from deliveries import judge
from govservice.inspecting import suites
from stories import deliver_together
from tables import expect, rows
from warehouses import Warehouse

HISTORY = "SELECT * FROM dwd.verdict_history"


def deliver_one(url: str, case: str, at: str, change: str = "", op: str = "I", row: str = "") -> None:
    """Deliver one accept row."""
    story = f"source | feed | case | row | at | op | change\nkonggang_centre | accept | {case} | {row} | {at} | {op} | {change}"
    deliver_together(url, rows(story))


def on(day: str) -> str:
    """The verdicts as they stood on a day, as sql/examples/was_it_qualified_on_that_day.sql asks for one case."""
    return f"""
        SELECT DISTINCT ON (case_key) * FROM ads.verdict_history
        WHERE valid_from <= date '{day}' AND (valid_until IS NULL OR valid_until > date '{day}')
        ORDER BY case_key, replaced_at DESC NULLS FIRST
        """


@pytest.mark.parametrize(
    "day, answer",
    [
        ("2021-11-17", ""),
        ("2021-11-18", "N1 | true | {} | 1 |"),
        ("2021-11-19", "N1 | true | {} | 1 |"),
        ("2021-11-20", "N1 | false | {C06} | 3 |"),
        ("2021-11-21", "N1 | true | {} | 4 |"),
        ("2021-12-31", "N1 | true | {} | 4 |"),
    ],
)
def test_a_verdict_is_answered_for_any_day_with_the_rules_of_that_day(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch, day: str, answer: str
) -> None:
    every = suites.load()
    lenient = {**every, "accept": tuple(rule for rule in every["accept"] if rule.rule_id != "C06")}
    with monkeypatch.context() as patch:
        patch.setattr(suites, "load", lambda: lenient)
        deliver_one(warehouse.url, "N1", "9-06 18:00", "PromiseDate=")
        judge(warehouse.url, "1", "2021-11-18")
        judge(warehouse.url, "2", "2021-11-19")
    judge(warehouse.url, "3", "2021-11-20")
    deliver_one(warehouse.url, "N1", "9-07 18:00", op="U")
    judge(warehouse.url, "4", "2021-11-21")
    expect(
        warehouse.as_role("analyst"), on(day), f"case_key | is_qualified | failed_rules | run_id\n{answer.rstrip(' |')}"
    )
    expect(
        warehouse.url,
        """
        SELECT history.run_id, history.rule_set = run.rule_set AS is_that_runs FROM ads.verdict_history AS history
        INNER JOIN ops.run AS run ON history.run_id = run.run_id
        """,
        """
        run_id | is_that_runs
        1      | true
        3      | true
        4      | true
        """,
    )


def test_a_first_verdict_and_one_that_is_given_again_add_nothing(warehouse: Warehouse) -> None:
    deliver_one(warehouse.url, "N1", "9-06 18:00")
    judge(warehouse.url, "first", "2021-11-18")
    deliver_one(warehouse.url, "N1", "9-07 18:00", "ContactMobile=13800000002", "U")
    judge(warehouse.url, "second", "2021-11-19")
    expect(warehouse.url, HISTORY, "run_id")
    expect(warehouse.url, "SELECT * FROM dwd.case_record", "case_no | verdict_run_id\nN1 | first")


def test_a_withdrawn_case_has_had_its_verdict_until_then(warehouse: Warehouse) -> None:
    deliver_one(warehouse.url, "N1", "9-06 18:00")
    judge(warehouse.url, "first", "2021-11-18")
    deliver_one(warehouse.url, "N1", "9-07 18:00", op="D")
    judge(warehouse.url, "second", "2021-11-19")
    expect(warehouse.url, on("2021-11-18"), "case_key | verdict\nN1 | accepted")
    expect(warehouse.url, on("2021-11-19"), "case_key | verdict")
    expect(warehouse.url, HISTORY, "case_key | run_id | replaced_by\nN1 | first | second")


def test_a_case_that_gets_its_number_has_had_the_verdict_without_it(warehouse: Warehouse) -> None:
    deliver_one(warehouse.url, "N1", "9-06 18:00", "ProjectNo=; OrgName=", row="g1")
    judge(warehouse.url, "first", "2021-11-18")
    deliver_one(warehouse.url, "N1", "9-07 18:00", "OrgName=", op="U", row="g1")
    judge(warehouse.url, "second", "2021-11-19")
    expect(warehouse.url, on("2021-11-18"), "case_key | failed_rules | run_id\n#g1 | {C01} | first")
    expect(warehouse.url, on("2021-11-19"), "case_key | failed_rules | run_id\nN1 | {C01} | second")


def test_a_case_that_does_not_count_and_becomes_a_copy_has_had_another_verdict(warehouse: Warehouse) -> None:
    story = """
        source          | feed    | case | at         | change
        dizhang_station | accept  | N1   | 9-06 18:00 |
        dizhang_station | process | N1   | 9-06 18:00 |
        dizhang_station | result  | N1   | 9-08 18:00 | ResultType=2
        """
    deliver_together(warehouse.url, rows(story))
    judge(warehouse.url, "first", "2021-11-18")
    deliver_one(warehouse.url, "N1", "9-09 18:00")
    judge(warehouse.url, "second", "2021-11-19")
    expect(
        warehouse.url,
        "SELECT * FROM ads.verdict_history",
        """
        source_id       | verdict   | is_qualified | failed_rules | run_id | valid_from | valid_until
        dizhang_station | accepted  | false        | {}           | first  | 2021-11-18 | 2021-11-19
        dizhang_station | duplicate | false        | {}           | second | 2021-11-19 |
        konggang_centre | accepted  | true         | {}           | second | 2021-11-19 |
        """,
    )


def test_the_later_run_wins_where_runs_are_not_in_the_order_of_their_days(warehouse: Warehouse) -> None:
    deliver_one(warehouse.url, "N1", "9-06 18:00")
    judge(warehouse.url, "first", "2021-11-10")
    deliver_one(warehouse.url, "N1", "9-07 18:00", "PromiseDate=", "U")
    judge(warehouse.url, "second", "2021-11-20")
    deliver_one(warehouse.url, "N1", "9-08 18:00", op="U")
    judge(warehouse.url, "third", "2021-11-15")
    expect(warehouse.url, on("2021-11-12"), "case_key | run_id\nN1 | first")
    expect(warehouse.url, on("2021-11-17"), "case_key | run_id\nN1 | third")
    expect(warehouse.url, on("2021-11-20"), "case_key | run_id\nN1 | third")
