"""One rule changed, and every case that the change can touch judged again, over everything that was collected."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from unittest import mock

from bench import measure, whole_job
from bench.measure import Experiment, Ratio
from bench.workshop import RUN, Workshop
from govservice.inspecting import inspection, suites
from govservice.inspecting.suites import Rule

BAR_SECONDS = 10
ACTION, CONDITION = "处置改变", "条件改变"
# One whose condition reads the row alone, then those that read the catalogue, the calendar and other rows of the case.
CHANGED = ("C05", "R03", "T08", "K01")


def run(workshop: Workshop, data_date: date) -> Experiment:
    """Change rules one at a time, there and back, in the warehouse of the whole job; it is left as it was."""
    url = workshop.pipeline(whole_job.WAREHOUSE)
    seconds = measure.in_child(_change_all, url).result
    slowest = max(max(times) for times in seconds.values())
    return Experiment(
        title="改判（改一条规则，波及的办件重新质检、下结论）",
        volume=f"全部已收办件，数据日期 {data_date}",
        seconds=seconds,
        ratios=[Ratio("rejudging", "改一条规则后改判完毕，最慢的一次", slowest, BAR_SECONDS, unit="秒")],
        notes=["每条改过去、改回来各测一次；条件改写而意思不变，所以结论不变；不含导入 Great Expectations 的几秒"],
    )


def _change_all(url: str) -> dict[str, list[float]]:
    from govservice.inspecting import two_readings  # noqa: F401 - imported before the clock starts

    seconds = {f"{ACTION} {CHANGED[0]}": _there_and_back(url, CHANGED[0], _milder)}
    return seconds | {f"{CONDITION} {rule_id}": _there_and_back(url, rule_id, _reworded) for rule_id in CHANGED}


def _there_and_back(url: str, rule_id: str, how: Callable[[Rule], Rule]) -> list[float]:
    rules = suites.load()
    changed = {
        feed: tuple(how(rule) if rule.rule_id == rule_id else rule for rule in each) for feed, each in rules.items()
    }
    seconds = []
    for now in (changed, rules):
        with mock.patch.object(suites, "load", return_value=now):
            began = time.perf_counter()
            inspection.inspect(url, RUN)
            inspection.judge(url, RUN)
            seconds.append(time.perf_counter() - began)
    return seconds


def _milder(rule: Rule) -> Rule:
    return replace(rule, action="warning" if rule.action == "critical" else "critical")


def _reworded(rule: Rule) -> Rule:
    """Another text with the same meaning, where the rule is a condition."""
    if "condition" not in rule.kwargs:
        return rule
    return replace(rule, kwargs={**rule.kwargs, "condition": f"({rule.kwargs['condition']}) OR false"})
