"""One rule text, two readings: Great Expectations and the compiled pass count the same, and neither drops a rule."""

from dataclasses import replace
from typing import Any

import pytest

import deliveries
from govservice.contract import feeds_in
from govservice.inspecting import inspection, suites, two_readings
from govservice.inspecting.inspection import CountsDiffer
from govservice.inspecting.suites import Rule, SuiteError
from govservice.warehouse import transaction
from warehouses import Warehouse

LEGAL = replace(
    next(rule for rule in suites.load()["accept"] if (rule.rule_id, rule.column) == ("C05", "legal")),
    kwargs={"column": "legal", "condition": "legal IS NOT NULL"},
)


@pytest.fixture
def source(inspected: Warehouse) -> Any:
    """The warehouse as Great Expectations sees it."""
    return two_readings.source_of(inspection.sqlalchemy_url(inspected.url))


@pytest.fixture(scope="module")
def confirmed(inspected: Warehouse) -> dict[str, list[int]]:
    """Failures by feed and rule as Great Expectations counts them."""
    source = two_readings.source_of(inspection.sqlalchemy_url(inspected.url))
    return {
        feed: two_readings.failed_counts(
            two_readings.whole_view(source, f"{feed}_live"), two_readings.expectation_suite(feed, rules)
        )[1]
        for feed, rules in suites.load().items()
    }


@pytest.mark.parametrize("feed", feeds_in("case"))
def test_both_readings_count_the_same_for_every_rule(
    inspected: Warehouse, confirmed: dict[str, list[int]], feed: str
) -> None:
    with transaction(inspected.url) as cursor:
        cursor.execute(
            "SELECT rule_id, severity, column_name, count(*) FROM quality.finding WHERE feed = %s GROUP BY 1, 2, 3",
            (feed,),
        )
        found = {(rule_id, severity, column): count for rule_id, severity, column, count in cursor.fetchall()}
    ours = {identity(rule): found.get(identity(rule), 0) for rule in suites.load()[feed]}
    theirs = dict(zip(map(identity, suites.load()[feed]), confirmed[feed], strict=True))
    assert ours == theirs
    assert [rule for rule, count in ours.items() if not count] == []


@pytest.mark.parametrize("feed", feeds_in("case"))
def test_the_conditions_that_other_tests_use_mean_the_same_as_the_compiled_ones(
    inspected: Warehouse, source: Any, feed: str
) -> None:
    rules = suites.load()[feed]
    compiled = two_readings.failing_conditions(source, f"{feed}_live", rules)
    with transaction(inspected.url) as cursor:
        for rule, condition in zip(rules, compiled, strict=True):
            other = deliveries.failing(rule)
            cursor.execute(
                f"SELECT count(*) FROM quality.{feed}_live"
                f" WHERE coalesce(({condition}), false) <> coalesce(({other}), false)".replace("%%", "%")
            )
            assert cursor.fetchone() == (0,), rule


def test_counts_that_differ_are_an_error_that_names_the_rule() -> None:
    with pytest.raises(CountsDiffer, match="1 条规则.*C05 accept.legal：3 / 4"):
        inspection.compare((LEGAL, replace(LEGAL, rule_id="C06")), [3, 5], [4, 5])


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"kwargs": {**LEGAL.kwargs, "mostly": 0.9}}, "不支持 mostly"),
        ({"kwargs": {**LEGAL.kwargs, "row_condition": "is_sheet"}}, "不支持 row_condition"),
        ({"type": "expect_column_values_to_match_regex"}, "不支持 expect_column_values_to_match_regex"),
        ({"type": "expect_column_values_to_be_unique"}, "不支持 expect_column_values_to_be_unique"),
        (
            {"type": "expect_column_most_common_value_to_be_in_set"},
            "不支持 expect_column_most_common_value_to_be_in_set",
        ),
        ({"type": "expect_colum_values_to_not_be_null"}, "不支持 expect_colum_values_to_not_be_null"),
    ],
)
def test_what_cannot_be_read_both_ways_is_refused_by_both(source: Any, change: dict[str, Any], named: str) -> None:
    rule = replace(LEGAL, **change)
    with pytest.raises(SuiteError, match=f"C05（accept.legal）：{named}"):
        two_readings.expectation_suite("accept", (rule,))
    with pytest.raises(SuiteError, match=f"C05（accept.legal）：{named}"):
        two_readings.failing_conditions(source, "accept_live", (rule,))


def test_a_misspelt_column_is_refused_by_both(source: Any) -> None:
    rule = replace(LEGAL, column="leagl", kwargs={**LEGAL.kwargs, "column": "leagl"})
    with pytest.raises(SuiteError, match="C05.*leagl"):
        two_readings.failing_conditions(source, "accept_live", (rule,))
    with pytest.raises(SuiteError, match="C05.*leagl"):
        two_readings.failed_counts(
            two_readings.whole_view(source, "accept_live"), two_readings.expectation_suite("accept", (rule,))
        )


def test_a_misspelt_column_inside_a_condition_is_refused(source: Any) -> None:
    rule = replace(LEGAL, kwargs={"column": "legal", "condition": "leagl IS NOT NULL"})
    with pytest.raises(SuiteError, match="C05.*没能执行"):
        two_readings.failed_counts(
            two_readings.whole_view(source, "accept_live"), two_readings.expectation_suite("accept", (rule,))
        )


def test_a_rule_may_fail_where_its_column_is_empty(inspected: Warehouse, source: Any) -> None:
    with transaction(inspected.url) as cursor:
        cursor.execute("SELECT count(*), count(legal) FROM quality.accept_live")
        rows, filled = cursor.fetchone() or (0, 0)
    assert 0 < filled < rows / 2
    counts = two_readings.failed_counts(
        two_readings.whole_view(source, "accept_live"), two_readings.expectation_suite("accept", (LEGAL,))
    )
    assert counts == (rows, [rows - filled])


@pytest.mark.parametrize("kwargs", [{"column": "legal"}, {"column": "legal", "conditon": "true"}])
def test_misspelt_arguments_are_refused(kwargs: dict[str, Any]) -> None:
    with pytest.raises(SuiteError, match="C05（accept.legal）的参数不对"):
        two_readings.expectation_suite("accept", (replace(LEGAL, kwargs=kwargs),))


def test_an_empty_suite_is_refused() -> None:
    with pytest.raises(SuiteError, match="是空的"):
        two_readings.expectation_suite("accept", ())


def test_a_rule_that_great_expectations_drops_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = two_readings.gx.ExpectationSuite
    monkeypatch.setattr(
        two_readings.gx, "ExpectationSuite", lambda name, expectations: whole(name=name, expectations=expectations[:-1])
    )
    with pytest.raises(SuiteError, match="少了 1 条：C06 legal"):
        two_readings.expectation_suite("accept", (LEGAL, replace(LEGAL, rule_id="C06")))


def test_nothing_under_inspection_is_no_failure(warehouse: Warehouse) -> None:
    source = two_readings.source_of(inspection.sqlalchemy_url(warehouse.url))
    rules = suites.load()["accept"]
    inspection.refresh(warehouse.url, "accept")
    counts = two_readings.failed_counts(
        two_readings.whole_view(source, "accept_live"), two_readings.expectation_suite("accept", rules)
    )
    assert counts == (0, [0] * len(rules))


def identity(rule: Rule) -> tuple[str, str, str]:
    """What distinguishes a rule from the others of its feed."""
    return rule.rule_id, rule.action, rule.column
