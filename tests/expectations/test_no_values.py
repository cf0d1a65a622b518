"""The results of Great Expectations have counts of failing rows, never their values."""

import json
import logging
import re
from dataclasses import replace
from typing import Any

import pytest

from govservice import contract
from govservice.contract import feeds_in
from govservice.inspecting import inspection, suites, two_readings
from govservice.inspecting.suites import Rule, SuiteError
from govservice.warehouse import WarehouseError, transaction
from warehouses import Warehouse


@pytest.fixture(scope="module")
def values(inspected: Warehouse) -> set[str]:
    """Every personal value that stands in the rows under inspection."""
    found: set[str] = set()
    with transaction(inspected.url) as cursor:
        for feed in feeds_in("case"):
            for field in contract.feeds()[feed].fields:
                if field.personal:
                    cursor.execute(f"SELECT DISTINCT {field.name} FROM ods.{feed} WHERE char_length({field.name}) > 1")
                    found |= {value for (value,) in cursor.fetchall()}
    assert len(found) > 10
    return found


def validate(inspected: Warehouse, feed: str, result_format: dict[str, Any]) -> str:
    """The validation result of a feed's suite as JSON, without its percentages: the digits of 0.22222… could pass for a value."""
    source = two_readings.source_of(inspection.sqlalchemy_url(inspected.url))
    suite = two_readings.expectation_suite(feed, suites.load()[feed])
    outcome = two_readings.whole_view(source, f"{feed}_live").validate(suite, result_format=result_format)
    return re.sub(r'(percent[a-z_]*": )[0-9.e-]+', r"\1null", json.dumps(outcome.to_json_dict(), ensure_ascii=False))


@pytest.mark.parametrize("feed", feeds_in("case"))
def test_a_validation_result_has_no_value(
    inspected: Warehouse, values: set[str], feed: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        result = validate(inspected, feed, two_readings.RESULT_FORMAT)
    assert '"unexpected_count": 1' in result
    assert [value for value in values if value in result or value in caplog.text] == []


def test_this_search_finds_what_another_format_gives_away(inspected: Warehouse, values: set[str]) -> None:
    result = validate(inspected, "accept", {"result_format": "SUMMARY"})
    assert [value for value in values if value in result]


def test_a_rule_that_cannot_be_executed_gives_away_no_value(
    inspected: Warehouse, values: set[str], caplog: pytest.LogCaptureFixture
) -> None:
    rule = quoting_rule()
    source = two_readings.source_of(inspection.sqlalchemy_url(inspected.url))
    batch = two_readings.whole_view(source, "accept_live")
    with caplog.at_level(logging.DEBUG), pytest.raises(SuiteError) as caught:
        two_readings.failed_counts(batch, two_readings.expectation_suite("accept", (rule,)))
    assert [value for value in values if value in str(caught.value) or value in caplog.text] == []


def test_a_compiled_rule_that_cannot_be_executed_gives_away_no_value(inspected: Warehouse, values: set[str]) -> None:
    rule = quoting_rule()
    with pytest.raises(WarehouseError, match="SQLSTATE 22P02") as caught:
        inspection.find(inspected.url, "accept", (rule,), [rule.kwargs["condition"]], "run")
    assert [value for value in values if value in repr(caught.value)] == []
    assert caught.value.__cause__ is None and caught.value.__suppress_context__


def quoting_rule() -> Rule:
    """A rule whose evaluation makes PostgreSQL quote the value in its message."""
    rule = suites.load()["accept"][0]
    condition = "applyer_name::integer > 0"
    return replace(
        rule,
        type="expect_column_values_to_satisfy_condition",
        column="applyer_name",
        kwargs={"column": "applyer_name", "condition": condition},
    )
