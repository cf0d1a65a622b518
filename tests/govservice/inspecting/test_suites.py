"""A suite that is empty or has a mistake is refused, and the message names the place."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from govservice import contract
from govservice.inspecting import suites
from govservice.inspecting.suites import SuiteError

META = {"feed": "accept", "owner": "质检岗", "since": "2021-07-01"}
RULE: dict[str, Any] = {
    "type": "expect_column_values_to_satisfy_condition",
    "kwargs": {"column": "legal", "condition": "legal IS NOT NULL"},
    "severity": "critical",
    "description": "法定代表人必须填写",
    "meta": {"rule_id": "C05", "dimension": "完整性", "basis": "接口说明", "confidence": "inferred"},
}


def suite(tmp_path: Path, *rules: Any) -> tuple[suites.Rule, ...]:
    """The suite of these expectations."""
    path = tmp_path / "accept_live.yml"
    path.write_text(yaml.safe_dump({"meta": META, "expectations": list(rules)}, allow_unicode=True), encoding="utf-8")
    return suites.suite(path, "accept")


def test_every_feed_has_its_suite() -> None:
    assert {feed: len(rules) > 10 for feed, rules in suites.load().items()} == dict.fromkeys(
        contract.inspected_feeds(), True
    )


def test_a_rule_keeps_what_it_says(tmp_path: Path) -> None:
    (rule,) = suite(tmp_path, RULE)
    assert (rule.feed, rule.rule_id, rule.column, rule.severity, rule.action) == (
        "accept",
        "C05",
        "legal",
        "critical",
        "critical",
    )
    assert (rule.owner, rule.dimension, rule.basis, rule.confidence) == ("质检岗", "完整性", "接口说明", "inferred")
    assert rule.history == ()


def test_a_rule_keeps_its_history(tmp_path: Path) -> None:
    (rule,) = suite(tmp_path, {**RULE, "meta": {**RULE["meta"], "history": ["2021-10-01 企业法人也要填写"]}})
    assert rule.history == ("2021-10-01 企业法人也要填写",)


def test_an_action_other_than_the_severity_stands_in_meta(tmp_path: Path) -> None:
    (rule,) = suite(tmp_path, {**RULE, "severity": "info", "meta": {**RULE["meta"], "action": "duplicate"}})
    assert (rule.severity, rule.action) == ("info", "duplicate")


@pytest.mark.parametrize("text", ["", "expectations:", "expectations: []", "meta: {owner: x}"])
def test_an_empty_suite_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "accept_live.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SuiteError, match="没有任何规则"):
        suites.suite(path, "accept")


@pytest.mark.parametrize("text", [None, "expectations: [", "\t"])
def test_a_suite_that_cannot_be_read_is_refused(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "accept_live.yml"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(SuiteError, match="accept_live.yml 读不了"):
        suites.suite(path, "accept")


def test_a_rule_that_is_merged_into_the_one_before_it_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "accept_live.yml"
    path.write_text("expectations:\n  - kwargs: {column: legal}\n    kwargs: {column: address}\n", encoding="utf-8")
    with pytest.raises(SuiteError, match="第 2 行：键写了两遍"):
        suites.suite(path, "accept")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"serverity": "critical"}, "不认识的键 serverity"),
        ({"meta": {**RULE["meta"], "ruleid": "C05"}}, "不认识的键 ruleid"),
        ({"meta": {**RULE["meta"], "confidence": "high"}}, "confidence 应为 confirmed、inferred、single_source"),
        ({"meta": {**RULE["meta"], "history": ["十月起更严"]}}, "history 每行写成"),
        ({"severity": "error"}, "severity 应为 critical、info、warning"),
        ({"severity": None}, "severity 应为"),
        ({"each": "requiredd"}, "each 应为 coded、key、own_list、required"),
        ({"each": "time ", "type": "x"}, "each 应为"),
        ({"meta": {**RULE["meta"], "action": "delete"}}, "action 应为 critical、duplicate、suspicion、warning"),
        ({"type": None}, "缺少 type"),
        ({"kwargs": {"condition": "true"}}, "缺少 kwargs.column"),
        ({"meta": {"dimension": "完整性", "basis": "x"}}, "缺少 meta.rule_id"),
        ({"description": None}, "缺少 description"),
    ],
    ids=lambda value: repr(value)[:40] if isinstance(value, dict) else "",
)
def test_a_rule_that_is_not_understood_is_refused_by_place(tmp_path: Path, change: dict[str, Any], named: str) -> None:
    wrong = {key: value for key, value in {**RULE, **change}.items() if value is not None}
    with pytest.raises(SuiteError) as caught:
        suite(tmp_path, {**RULE, "meta": {**RULE["meta"], "rule_id": "C06"}}, wrong)
    assert named in str(caught.value)
    assert "accept_live.yml 第 2 条" in str(caught.value) and "\n" not in str(caught.value)


def test_the_same_rule_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match="C05.*legal.*写了两遍"):
        suite(tmp_path, RULE, {**RULE, "description": "又一遍"})


def test_one_rule_may_warn_and_quarantine_on_one_column(tmp_path: Path) -> None:
    assert len(suite(tmp_path, RULE, {**RULE, "severity": "warning"})) == 2


def test_a_rule_is_written_out_for_each_of_its_fields(tmp_path: Path) -> None:
    block = {
        **RULE,
        "each": "text",
        "kwargs": {"column": "{name}", "condition": "f({name}, {max}, {multiline})"},
        "description": "{zh}不超过 {max} 个字",
    }
    rules = {rule.column: rule for rule in suite(tmp_path, block)}
    fields = [field for field in contract.feeds()["accept"].fields if not field.is_key]
    assert set(rules) == {field.name for field in fields if field.max and not field.has_form}
    assert rules["legal"].kwargs == {"column": "legal", "condition": "f(legal, 100, False)"}
    assert rules["legal"].description == "法定代表人不超过 100 个字"


def test_a_rule_on_codes_is_written_out_with_the_list(tmp_path: Path) -> None:
    block = {**RULE, "each": "coded", "kwargs": {"column": "{name}", "value_set": "{codes}"}}
    rules = {rule.column: rule for rule in suite(tmp_path, block)}
    assert rules["apply_type"].kwargs["value_set"] == ["1", "2", "3"]


def test_a_rule_on_times_may_name_the_parsed_column(tmp_path: Path) -> None:
    block = {**RULE, "each": "time", "kwargs": {"column": "{name}", "condition": "{parsed} IS NOT NULL"}}
    rules = {rule.column: rule.kwargs["condition"] for rule in suite(tmp_path, block)}
    assert rules == {
        "apply_date": "applied_at IS NOT NULL",
        "accept_date": "accepted_at IS NOT NULL",
        "promise_date": "promised_at IS NOT NULL",
    }


@pytest.mark.parametrize("text", ["{nmae} IS NOT NULL", "{name IS NOT NULL", "{0}"])
def test_a_misspelt_placeholder_is_refused_by_place(tmp_path: Path, text: str) -> None:
    block = {**RULE, "each": "text", "kwargs": {"column": "{name}", "condition": text}}
    with pytest.raises(SuiteError, match="accept_live.yml 第 1 条"):
        suite(tmp_path, block)


@pytest.mark.parametrize("text", ["{name} IS NOT NULL"])
def test_a_placeholder_without_each_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(SuiteError, match="accept_live.yml 第 1 条"):
        suite(tmp_path, {**RULE, "kwargs": {"column": "{name}", "condition": text}})


def test_an_each_without_any_field_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(suites.EACH, "coded", lambda field: False)
    with pytest.raises(SuiteError, match="accept_live.yml 第 1 条.*没有"):
        suite(tmp_path, {**RULE, "each": "coded"})


def test_a_rule_may_name_the_fields_it_is_written_out_for(tmp_path: Path) -> None:
    block = {
        **RULE,
        "each": ["project_type", "legal"],
        "kwargs": {"column": "{name}", "condition": "{name} NOT IN ({codes})"},
    }
    rules = {rule.column: rule.kwargs["condition"] for rule in suite(tmp_path, block)}
    assert rules == {"project_type": "project_type NOT IN ('1', '2', '9')", "legal": "legal NOT IN ()"}


def test_a_named_field_that_the_feed_does_not_have_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match="accept_live.yml 第 1 条：受理信息没有列 leagl"):
        suite(tmp_path, {**RULE, "each": ["leagl"]})


def test_the_exchange_columns_have_the_codes_of_the_contract() -> None:
    listed = {(rule.feed, rule.column): rule.kwargs["value_set"] for rule in every_rule() if rule.rule_id == "V14"}
    codes = {
        "cd_operation": contract.code_list("cd_operation"),
        "data_source": [contract.DATA_SOURCE],
        "cd_source": [contract.CD_SOURCE],
    }
    assert {column for _, column in listed} == {*codes}
    assert all(values == codes[column] for (_, column), values in listed.items())


def every_rule() -> list[suites.Rule]:
    """The rules of all suites."""
    return [rule for rules in suites.load().values() for rule in rules]
