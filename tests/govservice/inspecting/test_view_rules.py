"""The register of patterns: it names what the views give; an entry with a mistake is refused by place."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from govservice import settings
from govservice.inspecting import suites, view_rules
from govservice.inspecting.suites import SuiteError

META = {"owner": "质检岗", "since": "2021-07-01"}
PATTERN: dict[str, Any] = {
    **{"rule_id": "K10", "view": "ads.case_suspicion", "feed": "accept", "column": "applyer_name", "action": "warning"},
    **{"dimension": "一致性", "description": "一号一名", "basis": "一人一号", "confidence": "inferred"},
    **{"bad": "两名", "good": "一名"},
}


@pytest.mark.parametrize("view", ["ads.case_suspicion", "ads.rating_suspicion", "ads.overdue_case"])
def test_the_views_give_what_is_registered(view: str) -> None:
    text = (settings.SQL / f"{view.replace('.', '/')}.sql").read_text(encoding="utf-8")
    registered = {pattern.rule_id for pattern in view_rules.load() if pattern.view == view}
    comments = "".join(line for line in text.splitlines() if line.startswith("COMMENT"))
    given = re.findall(r"'([A-Z]\d\d)' AS rule_id", text) or re.findall(r"\(([A-Z]\d\d)\)", comments)
    assert registered == set(given) and registered


def test_patterns_and_suites_do_not_speak_of_the_same_column() -> None:
    suited = {(rule.feed, rule.rule_id, rule.column, rule.action) for feed in suites.load().values() for rule in feed}
    assert not suited & {(each.feed, each.rule_id, each.column, each.action) for each in view_rules.load()}


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"veiw": "ads.case_suspicion"}, "应写明 feed、rule_id"),
        ({"good": None}, "应写明 feed、rule_id"),
        ({"column": "applicant"}, "accept 没有列 applicant"),
        ({"feed": "accepts"}, "没有数据表 accepts"),
        ({"action": "delete"}, "action 应为"),
        ({"confidence": "high"}, "confidence 应为"),
    ],
)
def test_a_pattern_that_is_not_understood_is_refused_by_place(
    tmp_path: Path, change: dict[str, Any], named: str
) -> None:
    wrong = {key: value for key, value in {**PATTERN, **change}.items() if value is not None}
    path = tmp_path / "view_rules.yml"
    path.write_text(yaml.safe_dump({"meta": META, "rules": [PATTERN, wrong]}, allow_unicode=True), encoding="utf-8")
    with pytest.raises(SuiteError, match=f"view_rules.yml 第 2 条.*{named}"):
        view_rules.load(path)
