"""The patterns: rules that several records, or the day of the question, show; registered beside the suites, given by views."""

from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

from govservice import contract, settings
from govservice.inspecting import suites
from govservice.inspecting.suites import Registered, SuiteError


@dataclass(frozen=True)
class Pattern(Registered):
    """One pattern, given by a view; `bad` and `good` say what breaks it and what just does not."""

    view: str
    bad: str
    good: str


@cache
def load(path: Path = settings.EXPECTATIONS / "patterns.yml") -> tuple[Pattern, ...]:
    """The patterns of the file, in its order.

    Raises:
        SuiteError: an entry is not understood; names the file and the entry.
    """
    raw = suites.read(path)
    return tuple(
        _pattern({**raw["meta"], **entry}, f"{path.name} 第 {number} 条")
        for number, entry in enumerate(raw["patterns"], 1)
    )


def _pattern(said: dict[str, Any], where: str) -> Pattern:
    names = [field.name for field in fields(Pattern)]
    if set(said) != set(names):
        raise SuiteError(f"{where}：应写明 {'、'.join(names)}，不写别的")
    pattern = Pattern(**said)
    if pattern.feed not in contract.feeds():
        raise SuiteError(f"{where}：没有数据表 {pattern.feed}")
    if pattern.column not in contract.feeds()[pattern.feed].columns:
        raise SuiteError(f"{where}：{pattern.feed} 没有列 {pattern.column}")
    for key, words in (("action", suites.ACTIONS), ("confidence", suites.CONFIDENCES)):
        if getattr(pattern, key) not in words:
            raise SuiteError(f"{where}：{key} 应为 {'、'.join(words)} 之一")
    return pattern
