"""How a run begins: a source that has delivered cannot be left out of the register, nothing goes on without a plan."""

from datetime import date
from pathlib import Path

import pytest

from deliveries import SOURCES
from drops import case_drop
from fetching import take
from govservice import runs
from govservice.dated import RegisterError
from govservice.runs import RunNotBegun
from warehouses import Warehouse


def test_a_source_that_has_delivered_cannot_leave_the_register(warehouse: Warehouse, drops: Path) -> None:
    case_drop(drops, "2021-36", "S1")
    take(warehouse, drops)
    remaining = {source_id: source for source_id, source in SOURCES.items() if source_id != "dizhang_station"}
    with pytest.raises(RegisterError, match="来源 dizhang_station 交付过数据.*enabled: false"):
        runs.begin(warehouse.url, "run", date(2021, 9, 10), remaining, None)
    assert "dizhang_station" in runs.begin(warehouse.url, "run", date(2021, 9, 10), SOURCES, None)


def test_a_source_that_never_delivered_may_leave_it(warehouse: Warehouse, drops: Path) -> None:
    assert take(warehouse, drops).state == "unverified"
    remaining = {source_id: source for source_id, source in SOURCES.items() if source_id != "dizhang_station"}
    assert runs.begin(warehouse.url, "run", date(2021, 9, 10), remaining, ["konggang_centre"]) == ["konggang_centre"]


def test_nothing_goes_on_in_a_run_that_was_not_begun(warehouse: Warehouse) -> None:
    with pytest.raises(RunNotBegun, match="“计划”没有成功"):
        runs.require_begun(warehouse.url, "next")
    runs.begin(warehouse.url, "next", date(2021, 9, 10), SOURCES, None)
    runs.require_begun(warehouse.url, "next")
