"""Every rule on every column fires on its example, alone, and does not fire just inside its limit."""

import pytest

import cases
from govservice.inspecting import suites
from govservice.warehouse import transaction
from rule_examples import Example, Finding, examples
from warehouses import Warehouse

EXAMPLES = examples()
CLEAN = -1


@pytest.fixture(scope="module")
def findings(inspected: Warehouse) -> dict[int, set[Finding]]:
    """Findings by number of the example, to which the case or the row key of a finding belongs."""
    found: dict[int, set[Finding]] = {example.number: set() for example in EXAMPLES} | {CLEAN: set()}
    by_case = {f"N{example.number}": example.number for example in EXAMPLES}
    by_case |= {cases.item_code(case_no): number for case_no, number in by_case.items()}
    by_key = {f"{feed[0]}-{example.number}": example.number for example in EXAMPLES for feed in example.records}
    by_key |= {f"i-N{example.number}": example.number for example in EXAMPLES}
    with transaction(inspected.url) as cursor:
        cursor.execute("SELECT case_key, record_key, feed, rule_id, severity, column_name FROM quality.finding")
        for case_key, record_key, *finding in cursor.fetchall():
            found[by_case.get(case_key, by_key.get(record_key, CLEAN))].add(tuple(finding))
    return found


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
