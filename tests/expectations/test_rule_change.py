"""The cases that a changed rule affects are found with the condition that Great Expectations itself evaluates."""

from dataclasses import replace

import pytest

import cases
from deliveries import deliver
from govservice.inspecting import inspection, suites
from tables import expect
from warehouses import Warehouse


def test_a_changed_condition_is_evaluated_as_compiled(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    accepted = [
        cases.accept("N1", PromiseDate=None),
        cases.accept("N2", ContactMobile="13900000002"),
        cases.accept("N3"),
    ]
    deliver(warehouse.url, "konggang_centre", {"accept": accepted})
    inspection.inspect(warehouse.url, "first")
    inspection.judge(warehouse.url, "first")
    every = suites.load()
    condition = "contact_mobile LIKE '138%'"  # the driver takes a single % for a parameter
    changed = [
        replace(rule, kwargs={**rule.kwargs, "condition": condition}) if rule.rule_id == "C06" else rule
        for rule in every["accept"]
    ]
    monkeypatch.setattr(suites, "load", lambda: {**every, "accept": tuple(changed)})
    assert inspection.inspect(warehouse.url, "second")["due_cases"] == 2
    inspection.judge(warehouse.url, "second")
    expect(
        warehouse.url,
        "SELECT * FROM dwd.case_record",
        """
        case_no | failed_rules
        N1      | {}
        N2      | {C06}
        N3      | {}
        """,
    )


def test_a_rule_may_reject_and_report_one_cell_at_once(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    every = suites.load()
    stricter = [
        replace(rule, action="warning", severity="warning") for rule in every["accept"] if rule.rule_id == "C06"
    ]
    monkeypatch.setattr(suites, "load", lambda: {**every, "accept": (*every["accept"], *stricter)})
    deliver(warehouse.url, "konggang_centre", {"accept": [cases.accept("N1", PromiseDate=None)]})
    inspection.inspect(warehouse.url, "first")
    inspection.judge(warehouse.url, "first")
    expect(
        warehouse.url,
        "SELECT * FROM quality.finding WHERE rule_id = 'C06' ORDER BY severity",
        """
        rule_id | column_name  | severity
        C06     | promise_date | critical
        C06     | promise_date | warning
        """,
    )
    expect(warehouse.url, "SELECT * FROM dwd.case_record", "failed_rules | warned_rules\n{C06} | {C06,T11}")
