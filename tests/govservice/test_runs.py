"""How a run begins: a source that has delivered cannot be left out of the register, no step runs before the run has begun."""

import logging
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

import cases
import station
from deliveries import SOURCES, judge
from drops import case_drop
from fetching import take
from front import SOURCE as FRONT
from front import Front, pull
from govservice import runs
from govservice import warehouse as govservice_warehouse
from govservice.collecting.collect import collect
from govservice.contract.validity import RegisterError
from govservice.runs import FarDataDate, FutureDataDate, PastDataDate, RunClosed, RunNotBegun
from govservice.settings import SHANGHAI
from govservice.warehouse import WarehouseError, transaction
from silent_proxy import silent_proxy
from tables import expect
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


def test_no_step_runs_before_the_run_has_begun(warehouse: Warehouse) -> None:
    with pytest.raises(RunNotBegun, match="“计划”没有成功"):
        runs.require_begun(warehouse.url, "next")
    runs.begin(warehouse.url, "next", date(2021, 9, 10), SOURCES, None)
    runs.require_begun(warehouse.url, "next")


def test_a_source_counts_as_unverified_until_it_is_collected_whatever_stops_its_task(
    warehouse: Warehouse, drops: Path
) -> None:
    state = "SELECT state, reason_code FROM ops.source_state WHERE source_id = 'dizhang_station'"
    case_drop(drops, "2021-36", "S1")
    assert take(warehouse, drops).state == "balanced"
    runs.begin(warehouse.url, "of another source", date(2021, 9, 10), SOURCES, ["konggang_centre"])
    expect(warehouse.url, state, "state | reason_code\nbalanced |")
    runs.begin(warehouse.url, "next", date(2021, 9, 10), SOURCES, ["dizhang_station"])
    expect(warehouse.url, state, "state | reason_code\nunverified | NOT_COLLECTED")
    expect(
        warehouse.url,
        "SELECT line, is_lower_bound, '底张街道便民服务站' = ANY(unverified_sources) AS is_named FROM ads.target_line",
        "line | is_lower_bound | is_named\ncase | true | true\nrating | true | true",
    )
    assert take(warehouse, drops).state == "balanced"
    expect(warehouse.url, state, "state | reason_code\nbalanced |")


def test_a_closed_run_keeps_its_figures(warehouse: Warehouse, drops: Path) -> None:
    figures = "SELECT total_count, unverified_sources, closed_at FROM ops.run WHERE run_id = 'closed'"
    runs.begin(warehouse.url, "closed", date(2021, 9, 10), SOURCES, None)
    runs.tally(warehouse.url, "closed")
    closing = runs.close(warehouse.url, "closed")
    with transaction(warehouse.url) as cursor:
        cursor.execute(figures)
        before = cursor.fetchall()
    steps = (
        lambda: runs.begin(warehouse.url, "closed", date(2021, 9, 10), SOURCES, None),
        lambda: runs.require_begun(warehouse.url, "closed"),
        lambda: runs.tally(warehouse.url, "closed"),
    )
    case_drop(drops, "2021-36", "S1")
    take(warehouse, drops)
    for step in steps:
        with pytest.raises(RunClosed, match="已经关账.*另外触发一次"):
            step()
    assert runs.close(warehouse.url, "closed") == closing
    with transaction(warehouse.url) as cursor:
        cursor.execute(figures)
        assert cursor.fetchall() == before


@pytest.mark.parametrize(
    ("day", "chosen"),
    [(date(2021, 9, 7), None), (date(2021, 12, 1), None), (date(2021, 9, 8), ["given_up"])],
    ids=["before what has come since", "far beyond the newest data", "a source that is registered no more"],
)
def test_a_run_that_has_closed_is_not_begun_again_whatever_has_changed_since(
    warehouse: Warehouse, front: Front, day: date, chosen: list[str] | None
) -> None:
    runs.begin(warehouse.url, "closed", day, SOURCES, None)
    runs.close(warehouse.url, "closed")
    pull(warehouse, front)  # until 2021-09-08 18:00
    with pytest.raises(RunClosed, match="已经关账"):
        runs.begin(warehouse.url, "closed", day, SOURCES, chosen)


def test_a_closing_whose_answer_was_lost_is_asked_for_again(
    warehouse: Warehouse, drops: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server has committed, nobody heard it: the next attempt finds the run closed, with the same result."""
    monkeypatch.setenv("GOVSERVICE_SILENCE_SECONDS", "2")
    case_drop(drops, "2021-36", "S1")
    runs.begin(warehouse.url, "run", date(2021, 9, 10), SOURCES, None)
    take(warehouse, drops)
    judge(warehouse.url)
    runs.tally(warehouse.url, "run")
    commit = govservice_warehouse.WatchedConnection.commit
    with silent_proxy(warehouse.cluster.port) as proxy, monkeypatch.context() as patch:

        def unanswered(connection: govservice_warehouse.WatchedConnection) -> None:
            proxy.lose_answers()
            commit(connection)

        patch.setattr(govservice_warehouse.WatchedConnection, "commit", unanswered)
        with pytest.raises(WarehouseError):
            runs.close(warehouse.url.replace(f":{warehouse.cluster.port}/", f":{proxy.port}/"), "run")
    expect(warehouse.url, "SELECT run_id FROM ops.run WHERE closed_at IS NOT NULL", "run_id\nrun")
    first = runs.close(warehouse.url, "run")
    records = (
        len(cases.items()) + len(cases.item_materials()) + 3
    )  # the catalogue, a case with its result, and its step
    assert first == {"received": records, "live": records, "unexplained": 0}
    case_drop(drops, "2021-37", "S2")
    take(warehouse, drops)
    assert runs.close(warehouse.url, "run") == first


def test_a_day_that_has_not_come_is_refused(warehouse: Warehouse) -> None:
    with pytest.raises(FutureDataDate, match="2999-01-01 还没有到"):
        runs.begin(warehouse.url, "run of 2999", date(2999, 1, 1), SOURCES, None)
    expect(warehouse.url, "SELECT run_id FROM ops.run WHERE run_id = 'run of 2999'", "run_id")


def test_a_run_begins_by_ending_the_readers_who_are_over_the_cap(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What it ends: tests/sql/test_roles.py."""
    monkeypatch.setenv("GOVSERVICE_LOG_SQL", "1")
    caplog.set_level(logging.INFO, "govservice.sql")
    runs.begin(warehouse.url, "run", date(2021, 9, 10), SOURCES, None)
    assert any("SELECT ops.end_overlong_readers()" in record.getMessage() for record in caplog.records)


def test_a_run_is_for_the_day_before_in_shanghai_unless_a_day_is_given() -> None:
    assert runs.day_of(None, datetime(2021, 11, 20, 2, tzinfo=SHANGHAI)) == date(2021, 11, 19)
    assert runs.day_of("", datetime.fromisoformat("2021-11-19T17:00:00+00:00")) == date(2021, 11, 19)
    assert runs.day_of("2021-09-10", datetime(2021, 11, 20, 2, tzinfo=SHANGHAI)) == date(2021, 9, 10)


def test_a_day_far_beyond_the_newest_drop_is_refused_unless_it_is_confirmed(warehouse: Warehouse, drops: Path) -> None:
    runs.begin(warehouse.url, "before data", date(2026, 11, 29), SOURCES, None)
    case_drop(drops, "2021-36", "S1")  # uploaded on 2021-09-10
    take(warehouse, drops)
    runs.begin(warehouse.url, "in 30 days", date(2021, 10, 10), SOURCES, None)
    with pytest.raises(FarDataDate, match="2021-10-11 比最新的数据（2021-09-10）晚 31 天，超过 30 天.*确认数据日期"):
        runs.begin(warehouse.url, "in 31 days", date(2021, 10, 11), SOURCES, None)
    expect(warehouse.url, "SELECT run_id FROM ops.run WHERE run_id = 'in 31 days'", "run_id")
    runs.begin(warehouse.url, "in 31 days", date(2021, 10, 11), SOURCES, None, is_confirmed=True)


def test_how_far_a_day_may_be_is_a_setting_and_pulled_data_count_by_their_own_time(warehouse: Warehouse) -> None:
    feeds = {"accept": [cases.accept("N1", CD_time="2021-09-08 18:00:00")], "process": [], "result": []}
    with station.serving(feeds) as served:
        collect(warehouse.url, SOURCES["konggang_centre"], served.endpoint(), date(2021, 9, 30), "run")
    with transaction(warehouse.superuser) as cursor:
        cursor.execute("UPDATE ops.setting SET value = 2 WHERE name = 'data_date_lead_days'")
    try:
        runs.begin(warehouse.url, "in 2 days", date(2021, 9, 10), SOURCES, None)
        with pytest.raises(FarDataDate, match="2021-09-08"):
            runs.begin(warehouse.url, "in 3 days", date(2021, 9, 11), SOURCES, None)
    finally:
        with transaction(warehouse.superuser) as cursor:
            cursor.execute("UPDATE ops.setting SET value = default_value WHERE name = 'data_date_lead_days'")


def test_a_day_before_what_has_been_received_is_refused_unless_everything_is_pulled(
    warehouse: Warehouse, front: Front
) -> None:
    pull(warehouse, front)  # until 2021-09-08 18:00
    begun = "SELECT run_id FROM ops.run WHERE run_id = 'earlier'"
    for day, chosen in ((date(2021, 9, 7), None), (date(2021, 9, 7), [FRONT.id]), (date(2021, 7, 1), [FRONT.id])):
        with pytest.raises(PastDataDate, match=f"^{FRONT.name}已经收到数据日期 {day} 以后的数据；请[^\n]*$"):
            runs.begin(warehouse.url, "earlier", day, SOURCES, chosen)
    expect(warehouse.url, begun, "run_id")
    assert runs.begin(warehouse.url, "same day", date(2021, 9, 8), SOURCES, [FRONT.id]) == [FRONT.id]
    assert runs.begin(warehouse.url, "another", date(2021, 9, 7), SOURCES, ["konggang_centre"]) == ["konggang_centre"]
    assert runs.begin(warehouse.url, "whole", date(2021, 9, 7), SOURCES, [FRONT.id], full=True) == [FRONT.id]


def test_a_day_before_any_time_is_refused(warehouse: Warehouse) -> None:
    with pytest.raises(PastDataDate, match="0001-01-01"):
        runs.begin(warehouse.url, "run", date(1, 1, 1), SOURCES, None, full=True)


@pytest.mark.parametrize(
    "chosen", [[None], [""], [5], [["konggang_centre"]], [{}], ["konggang_centre", None], ["Konggang_centre"]]
)
def test_a_source_that_is_none_is_refused_in_one_line(warehouse: Warehouse, chosen: list[Any]) -> None:
    with pytest.raises(RegisterError, match="^来源 [^\n]* 没有登记或没有启用$"):
        runs.begin(warehouse.url, "of no source", date(2021, 9, 10), SOURCES, chosen)
    expect(warehouse.url, "SELECT run_id FROM ops.run WHERE run_id = 'of no source'", "run_id")
