"""The rules that several records, or the day of the question, show; registered beside the suites, given by views."""

from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

from govservice import contract, settings
from govservice.inspecting import suites
from govservice.inspecting.suites import Registered, SuiteError


@dataclass(frozen=True)
class ViewRule(Registered):
    """One rule, given by a view; `bad` and `good` say what breaks it and what just does not."""

    view: str
    bad: str
    good: str


@cache
def load(path: Path = settings.EXPECTATIONS / "view_rules.yml") -> tuple[ViewRule, ...]:
    """The rules of the file, in its order.

    Raises:
        SuiteError: an entry is not understood; names the file and the entry.
    """
    raw = suites.read(path)
    return tuple(
        _rule({"history": (), **raw["meta"], **entry}, f"{path.name} 第 {number} 条")
        for number, entry in enumerate(raw["rules"], 1)
    )


def _rule(given: dict[str, Any], where: str) -> ViewRule:
    names = [field.name for field in fields(ViewRule)]
    if set(given) != set(names):
        raise SuiteError(f"{where}：应写明 {'、'.join(names)}，不写别的")
    suites.check_history(given["history"], where)
    rule = ViewRule(**{**given, "history": tuple(given["history"])})
    if rule.feed not in contract.feeds():
        raise SuiteError(f"{where}：没有数据表 {rule.feed}")
    if rule.column not in contract.feeds()[rule.feed].columns:
        raise SuiteError(f"{where}：{rule.feed} 没有列 {rule.column}")
    for key, words in (("action", suites.ACTIONS), ("confidence", suites.CONFIDENCES)):
        if getattr(rule, key) not in words:
            raise SuiteError(f"{where}：{key} 应为 {'、'.join(words)} 之一")
    return rule
