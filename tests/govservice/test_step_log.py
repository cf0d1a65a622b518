"""The line that a step leaves in its log: counts under Chinese names, and nothing that a source has written."""

import logging
from datetime import date
from pathlib import Path

import pytest

import cases
import station
from deliveries import SOURCES
from drops import case_drop
from fetching import take
from govservice import step_log
from govservice.collecting.collect import collect
from warehouses import Warehouse


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What has been left in the log."""
    return [record.getMessage() for record in caplog.records if record.name == step_log.__name__]


def test_names_are_words_and_what_was_not_stated_says_so(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    step_log.log("收数", {"declared": None, "received": 1234567, "accept": 3, "state": "unverified"}, 2.04)
    assert lines(caplog) == ["收数：声明 未写明，收到 1,234,567，受理信息问题 3，状态 未核实，用时 2.0 秒"]


def test_a_pull_names_its_window_and_counts_what_came_again(
    warehouse: Warehouse, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    accepts = [cases.accept(f"N{number}", CD_time="2021-09-08 18:00:00") for number in range(3)]
    feeds = {"accept": [*accepts, accepts[0], None], "process": [], "result": []}
    with station.serving(feeds) as served:
        for _ in range(3):
            collect(warehouse.url, SOURCES["konggang_centre"], served.endpoint(), date(2021, 9, 10), "run")
    first, *_ = [line for line in lines(caplog) if line.startswith("空港新城政务服务中心 受理信息：")]
    counts = "页 1，声明 5，收到 5，新版本 3，重放 0，重叠 1，无法解析 1"
    assert first == f"空港新城政务服务中心 受理信息：窗口 1900-01-01 00:00:00 — 2021-09-11 00:00:00，{counts}"


def test_drops_are_counted_and_not_named(warehouse: Warehouse, drops: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    case_drop(drops, "欧阳测金丝 610102198703147758", "S1")
    case_drop(drops, "2021-37", "S2", "S3")
    take(warehouse, drops)
    assert "底张街道便民服务站 受理信息：批次 2，文件 6，声明 3，收到 3，新版本 3，重放 0，重叠 0，无法解析 0" in lines(
        caplog
    )
    assert "欧阳" not in caplog.text and "610102" not in caplog.text
