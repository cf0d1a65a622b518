"""A changed rule judges again exactly the cases that it can affect, and this is recorded."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from deliveries import inspect, judge
from govservice.inspecting import inspection, suites
from govservice.inspecting.suites import Rule
from stories import deliver_and_judge, deliver_together
from tables import expect, rows
from warehouses import Warehouse

CASES = "SELECT * FROM dwd.case_record"
DUE = "SELECT * FROM quality.due_case"
ACTS = "SELECT * FROM quality.rejudgement"
# N1 breaks C01 and C06, N2 can be made to break another C06, N3 breaks nothing and has a step.
STORY = """
    source          | feed    | case | at         | change
    konggang_centre | accept  | N1   | 9-06 18:00 | PromiseDate=; OrgName=
    konggang_centre | accept  | N2   | 9-06 18:00 | ContactMobile=13800000002
    konggang_centre | accept  | N3   | 9-06 18:00 |
    konggang_centre | process | N3   | 9-06 18:00 |
    """


@pytest.fixture
def change(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Change a rule of the accept feed wherever it stands; None removes it."""

    def make(rule_id: str, how: Callable[[Rule], Rule | None]) -> None:
        every = suites.load()
        accept = [how(rule) if rule.rule_id == rule_id else rule for rule in every["accept"]]
        changed = {**every, "accept": tuple(rule for rule in accept if rule)}
        monkeypatch.setattr(suites, "load", lambda: changed)

    return make


def other_condition(rule: Rule) -> Rule:
    """C06 for a telephone number instead of the promise."""
    return replace(rule, kwargs={**rule.kwargs, "condition": "contact_mobile <> '13800000002'"})


def test_another_condition_touches_the_cases_that_break_the_old_or_the_new_one(
    warehouse: Warehouse, change: Callable[..., None]
) -> None:
    deliver_and_judge(warehouse.url, STORY)
    change("C06", other_condition)
    inspect(warehouse.url, "next")
    expect(warehouse.url, DUE, "case_key\nN1\nN2")
    expect(
        warehouse.url,
        ACTS,
        """
        run_id | reason       | feed   | rule_id | case_count
        next   | rule_changed | accept | C06     | 2
        """,
    )
    inspection.judge(warehouse.url, "next")
    expect(
        warehouse.url,
        CASES,
        """
        case_no | verdict     | failed_rules
        N1      | quarantined | {C01}
        N2      | quarantined | {C06}
        N3      | accepted    | {}
        """,
    )


def test_another_action_touches_the_cases_that_have_its_findings(
    warehouse: Warehouse, change: Callable[..., None]
) -> None:
    deliver_and_judge(warehouse.url, STORY)
    change("C06", lambda rule: replace(rule, action="warning"))
    inspect(warehouse.url, "next")
    expect(warehouse.url, DUE, "case_key\nN1")
    expect(
        warehouse.url,
        ACTS,
        """
        reason         | feed   | rule_id | case_count
        action_changed | accept | C06     | 1
        """,
    )
    inspection.judge(warehouse.url, "next")
    expect(
        warehouse.url,
        f"{CASES} WHERE case_no = 'N1'",
        """
        verdict     | failed_rules | warned_rules
        quarantined | {C01}        | {C06}
        """,
    )


def test_a_rule_that_goes_and_comes_back_touches_the_cases_that_break_it(
    warehouse: Warehouse, change: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver_and_judge(warehouse.url, STORY)
    change("C06", lambda _: None)
    inspect(warehouse.url, "without")
    expect(warehouse.url, DUE, "case_key\nN1")
    inspection.judge(warehouse.url, "without")
    expect(warehouse.url, f"{CASES} WHERE case_no = 'N1'", "failed_rules\n{C01}")
    monkeypatch.undo()
    inspect(warehouse.url, "with")
    expect(warehouse.url, DUE, "case_key\nN1")
    inspection.judge(warehouse.url, "with")
    expect(warehouse.url, f"{CASES} WHERE case_no = 'N1'", "failed_rules\n{C01,C06}")
    expect(
        warehouse.url,
        ACTS,
        """
        run_id  | reason       | feed   | rule_id | case_count
        without | rule_removed | accept | C06     | 1
        with    | rule_added   | accept | C06     | 1
        """,
    )


def test_rules_that_stay_as_they_are_touch_nothing(warehouse: Warehouse) -> None:
    deliver_and_judge(warehouse.url, STORY)
    inspect(warehouse.url, "next")
    expect(warehouse.url, DUE, "case_key")
    expect(warehouse.url, ACTS, "reason")
    expect(warehouse.url, "SELECT count(DISTINCT rule_set) AS rule_sets FROM ops.run", "rule_sets\n1")


def test_due_and_queued_cases_stay_so_while_a_changed_rule_is_evaluated(
    warehouse: Warehouse, change: Callable[..., None]
) -> None:
    deliver_and_judge(warehouse.url, STORY)
    for case in ("N4", "N5"):
        deliver_together(
            warehouse.url,
            rows(f"source | feed | case | at | change\nkonggang_centre | accept | {case} | 9-06 18:00 | "),
        )
        if case == "N4":
            inspect(warehouse.url, "cut off")
    change("C06", other_condition)
    inspect(warehouse.url, "next")
    expect(warehouse.url, DUE, "case_key\nN1\nN2\nN4\nN5")


def test_a_finding_and_a_run_name_the_rule_set_they_were_judged_by(
    warehouse: Warehouse, change: Callable[..., None]
) -> None:
    deliver_and_judge(warehouse.url, STORY)
    change("C06", lambda rule: replace(rule, action="warning"))
    judge(warehouse.url, "next")
    expect(
        warehouse.url,
        """
        SELECT run.run_id, finding.rule_id, finding.severity FROM quality.finding AS finding
        INNER JOIN ops.run AS run ON finding.rule_set = run.rule_set
        """,
        """
        run_id | rule_id | severity
        next   | C01     | critical
        next   | C06     | warning
        """,
    )
    expect(warehouse.url, "SELECT count(DISTINCT rule_set) AS rule_sets FROM ops.run", "rule_sets\n2")
