"""Every rule on every column fires on its example, alone, and does not fire just inside its limit."""

import pytest

from govservice.inspecting import suites
from rule_examples import CLEAN, Example, Finding, examples, findings_by_example
from warehouses import Warehouse

EXAMPLES = examples()


@pytest.fixture(scope="module")
def findings(inspected: Warehouse) -> dict[int, set[Finding]]:
    return findings_by_example(inspected.url)


def test_every_rule_and_column_of_the_suites_has_an_example_and_the_other_way_round() -> None:
    suite = {(rule.feed, rule.rule_id, rule.action, rule.column) for rules in suites.load().values() for rule in rules}
    assert {example.rule for example in EXAMPLES if example.expected} == suite


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.title)
def test_an_example_has_exactly_its_findings(findings: dict[int, set[Finding]], example: Example) -> None:
    assert findings[example.number] == example.expected


def test_the_only_finding_of_the_clean_case_is_that_copies_contradict_it(
    findings: dict[int, set[Finding]],
) -> None:
    assert findings[CLEAN] == {("accept", "U08", "warning", "project_no")}
