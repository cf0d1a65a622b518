"""A 前置库 on MariaDB gives what MariaDB shows: the whole pull, the window, odd values, names, locks."""

import time
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

import deliveries
from deliveries import SOURCES
from fetching import batches_of
from front import READER, SOURCE, accept
from govservice.collecting.collect import Collected, collect
from govservice.collecting.delivery import Record
from govservice.collecting.protocol import SourceUnreadable, Window
from govservice.collecting.sources import database
from govservice.settings import ROOT
from mariadb import MariaFront
from silence import falling_silent
from tables import expect
from vendor_front import ACCEPTED, DONE, RESUMED, STEP, SUSPENDED
from warehouses import Warehouse

WINDOW = Window(dict.fromkeys(SOURCE.feeds, "2021-07-01 00:00:00"), "2021-09-11 00:00:00")
ONLY_ACCEPT = replace(SOURCE, feeds=("accept",))


def pull(warehouse: Warehouse, front: MariaFront, day: int = 10, full: bool = False) -> Collected:
    """Collect the source up to a day of September."""
    return collect(warehouse.url, SOURCE, front.endpoint(), date(2021, 9, day), "run", full)


def case_nos(front: MariaFront) -> list[str]:
    """The 办件编号 of the accept records of a fetch, or why one could not be read."""
    (batch,) = batches_of(database, ONLY_ACCEPT, front.endpoint(), WINDOW)
    return [one.case_key if isinstance(one, Record) else one.code for one in batch.read()]


def test_a_clean_case_qualifies_and_comes_again_as_a_replay(warehouse: Warehouse, maria_front: MariaFront) -> None:
    maria_front.execute("UPDATE UP_PRO_ACCEPT SET cd_time = '2021-09-06 18:00:00' WHERE project_no = 'N1'")
    assert (pull(warehouse, maria_front).versions, pull(warehouse, maria_front).versions) == (5, 0)
    again = pull(warehouse, maria_front, full=True)
    assert (again.received, again.replayed, again.state) == (5, 5, "balanced")
    deliveries.judge(warehouse.url)
    expect(warehouse.url, "SELECT rule_id FROM quality.finding WHERE case_key = 'N1'", "rule_id")
    verdict = "SELECT is_qualified, accepted_at::text AS at FROM dwd.case_record WHERE case_no = 'N1'"
    expect(warehouse.url, verdict, "is_qualified | at\ntrue | 2021-09-06 10:00:00+08")


@pytest.mark.parametrize(
    ("column_type", "value", "text"),
    [
        ("double", "1", "1"),
        ("double", "0.1", "0.1"),
        ("float", "1", "1"),
        ("decimal(20,10)", "1", "1.0000000000"),
        ("int(5) zerofill", "7", "00007"),
        ("tinyint(1)", "1", "1"),
        ("bit(1)", 1, "1"),
        ("bit(8)", 65, "65"),
        ("bigint unsigned", "18446744073709551615", "18446744073709551615"),
        ("set('510','517','999')", "517,510", "510,517"),
        ("enum('1','2')", "2", "2"),
        ("enum('1','2')", "7", ""),
        ("year", "2021", "2021"),
        ("date", "0000-00-00", "0000-00-00"),
        ("date", "2021-09-06", "2021-09-06"),
        ("datetime", "0000-00-00 00:00:00", "0000-00-00 00:00:00"),
        ("datetime", "2021-00-06 10:00:00", "2021-00-06 10:00:00"),
        ("datetime(6)", "2021-09-06 10:00:00.999999", "2021-09-06 10:00:00"),
        ("time", "-800:00:00", "-800:00:00"),
        ("json", '{"b": 1,  "a": 2}', '{"b": 1,  "a": 2}'),
        ("varbinary(20)", "王".encode(), "王"),
        ("blob", b"\xff\xd8", r"\\xffd8"),
        ("varchar(20) character set gbk", "张三", "张三"),
        ("varchar(20) character set latin1", "é", "é"),
        ("char(5)", "ab", "ab"),
        ("text", "a\r\n\"b\",'c'\\%s", "a\\r\\n\"b\",'c'\\\\%s"),
        ("longtext", "王" * 200_000, "王" * 200_000),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_value_is_read_as_the_database_shows_it(
    maria_front: MariaFront, column_type: str, value: str, text: str
) -> None:
    maria_front.execute("SET sql_mode = ''")
    maria_front.execute(f"ALTER TABLE UP_PRO_ACCEPT DROP address, ADD address {column_type}")
    maria_front.write("accept", [accept("N4", "2021-09-04 18:00:00", Address=value)])
    (batch,) = batches_of(database, ONLY_ACCEPT, maria_front.endpoint(), WINDOW)
    last = [*batch.read()][-1]
    assert isinstance(last, Record)
    assert text in last.line.decode().split("\t")


def test_a_column_that_the_contract_does_not_know_stops_nothing(warehouse: Warehouse, maria_front: MariaFront) -> None:
    maria_front.execute(
        "ALTER TABLE UP_PRO_ACCEPT ADD `order` set('x','y') DEFAULT 'y,x', ADD `100%: 'a'` date DEFAULT '2021-09-06',"
        " ADD place point DEFAULT point(1, 2), ADD `group` geometry"
    )
    assert pull(warehouse, maria_front).state == "balanced"
    expect(
        warehouse.url,
        "SELECT extra ->> 'order' AS chosen, extra ->> '100%: ''a''' AS odd FROM ods.accept WHERE project_no = 'N1'",
        "chosen | odd\nx,y | 2021-09-06",
    )


def test_times_are_in_shanghai_time_whatever_the_time_zone_of_the_server(
    warehouse: Warehouse, maria_front: MariaFront
) -> None:
    maria_front.execute("SET time_zone = '+00:00'")
    maria_front.execute("ALTER TABLE UP_PRO_ACCEPT MODIFY cd_time timestamp NULL, MODIFY accept_date timestamp NULL")
    maria_front.execute("DELETE FROM UP_PRO_ACCEPT")
    today = accept("N1", "2021-09-10 15:59:59", AcceptDate="2021-09-06 02:00:00")
    maria_front.write("accept", [today, accept("N2", "2021-09-10 16:00:00")])
    pull(warehouse, maria_front)
    expect(
        warehouse.url,
        "SELECT project_no, synced_at, accept_date FROM ods.accept",
        "project_no | synced_at | accept_date\nN1 | 2021-09-10 23:59:59 | 2021-09-06 10:00:00",
    )


@pytest.mark.parametrize(
    ("column_type", "written"),
    [
        ("datetime", None),
        ("datetime", "0000-00-00 00:00:00"),
        ("datetime", "2021-00-04 18:00:00"),
        ("datetime", "1899-12-31 00:00:00"),
        ("timestamp NULL", "0000-00-00 00:00:00"),
        ("date", "0000-00-00"),
        ("varchar(30)", "0000-00-00 00:00:00"),
        ("varchar(30)", "2021/9/4 18:00"),
        ("varchar(30)", "1948-12-31 23:59:59"),
        ("bigint", "1630749600000"),
    ],
)
def test_a_time_that_cannot_be_true_is_as_good_as_none(
    warehouse: Warehouse, maria_front: MariaFront, column_type: str, written: str | None
) -> None:
    maria_front.execute("SET sql_mode = ''")
    maria_front.execute(f"ALTER TABLE UP_PRO_ACCEPT DROP cd_time, ADD cd_time {column_type}")
    maria_front.execute("DELETE FROM UP_PRO_ACCEPT")
    maria_front.write("accept", [{**accept("N4", ""), "CD_time": written}])
    assert pull(warehouse, maria_front).state == "balanced"
    known = "SELECT project_no, synced_at FROM ods.accept"
    expect(warehouse.url, known, "project_no | synced_at\nN4 | 2021-09-11 00:00:00")
    again = pull(warehouse, maria_front, full=True)
    assert (again.state, again.versions, again.received) == ("balanced", 0, 3)


@pytest.mark.parametrize("column_type", ["datetime", "timestamp NULL", "varchar(30)"])
def test_a_time_after_the_window_is_not_taken_but_counted(
    warehouse: Warehouse, maria_front: MariaFront, column_type: str
) -> None:
    maria_front.execute(f"ALTER TABLE UP_PRO_ACCEPT MODIFY cd_time {column_type}")
    maria_front.write("accept", [accept("N4", "2031-09-04 18:00:00")])
    assert pull(warehouse, maria_front).state == "balanced"
    expect(
        warehouse.url,
        "SELECT declared, later FROM ops.ledger JOIN ops.delivery USING (delivery_id)"
        f" WHERE source_id = '{SOURCE.id}' AND feed = 'accept'",
        "declared | later\n3 | 1",
    )


def test_a_source_that_is_behind_says_so(warehouse: Warehouse, maria_front: MariaFront) -> None:
    pull(warehouse, maria_front)
    maria_front.execute("DELETE FROM UP_PRO_ACCEPT WHERE project_no = 'N3'")
    assert pull(warehouse, maria_front).state == "unverified"
    expect(
        warehouse.url,
        f"SELECT reason_code FROM ops.source_state WHERE source_id = '{SOURCE.id}'",
        "reason_code\nBEHIND",
    )


def test_the_same_rows_come_in_the_same_order_however_they_lie(maria_front: MariaFront) -> None:
    maria_front.write("accept", [accept("N4", "2021-09-04 18:00:00", Address=text) for text in ("a", "A", "á", "b")])
    maria_front.execute("CREATE TABLE sorted AS SELECT * FROM UP_PRO_ACCEPT")
    orders = []
    for direction in ("ASC", "DESC"):
        maria_front.execute("DELETE FROM UP_PRO_ACCEPT")
        maria_front.execute(
            f"INSERT INTO UP_PRO_ACCEPT SELECT * FROM sorted ORDER BY address COLLATE utf8mb4_bin {direction}"
        )
        (batch,) = batches_of(database, ONLY_ACCEPT, maria_front.endpoint(), WINDOW)
        orders.append([one.digest for one in batch.read() if isinstance(one, Record)])
    assert len(set(orders[0])) == 7 and orders[0] == orders[1]


@pytest.mark.parametrize(
    "kept_as",
    [
        "CREATE VIEW up_pro_accept AS SELECT * FROM kept",
        "CREATE VIEW `UP_ProAccept` AS SELECT project_no AS `PROJECT_NO`, cd_time AS `CD_TIME` FROM kept",
        "CREATE TABLE up_proaccept AS SELECT * FROM kept",
    ],
)
def test_views_and_names_in_any_case_are_found(maria_front: MariaFront, kept_as: str) -> None:
    maria_front.execute("RENAME TABLE UP_PRO_ACCEPT TO kept")
    maria_front.execute(kept_as)
    assert case_nos(maria_front) == ["N1", "N2", "N3"]


def test_the_tables_of_a_vendor_are_read(warehouse: Warehouse, maria_front: MariaFront) -> None:
    for statement in (ROOT / "include" / "demo" / "inspur.sql").read_text(encoding="utf-8").split(";"):
        if "CREATE TABLE" in statement:
            maria_front.execute(statement[statement.index("CREATE TABLE") :].replace("timestamp", "datetime"))
    source = SOURCES["fengxi_centre"]
    written = {"maketime": "2021-09-08 18:00:00", "cd_operation": "I", "signstate": "0", "sysmark": "LC"}
    for table, row in (
        ("ea_jc_step_basicinfo", {**ACCEPTED, **written}),
        ("pre_apasinfo", {"applydate": "2021-09-06 09:00:00"}),
        ("ea_jc_step_proc", {**STEP, **written}),
        ("ea_jc_step_done", {**DONE, **written}),
        ("ea_jc_step_specialnode", {**SUSPENDED, **written}),
        ("ea_jc_step_specialnode", {**SUSPENDED, **RESUMED, **written}),
    ):
        row = {"orgbusno": "bus-N1", "projid": "N1", "dataver": 1, **row}
        maria_front.execute(
            f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(['%s'] * len(row))})", list(row.values())
        )
    done = collect(warehouse.url, source, maria_front.endpoint(), date(2021, 9, 10), "run")
    assert (done.versions, done.state) == (4, "balanced")
    deliveries.judge(warehouse.url)
    expect(
        warehouse.url,
        "SELECT case_no, is_qualified, applied_at::text AS applied_at FROM dwd.case_record",
        "case_no | is_qualified | applied_at\nN1 | true | 2021-09-06 09:00:00+08",
    )


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("DROP TABLE UP_PRO_ACCEPT", "SCHEMA"),
        ("ALTER TABLE UP_PRO_ACCEPT DROP cd_time", "SCHEMA"),
        (f"REVOKE SELECT, SHOW VIEW ON front_of_tests.* FROM {READER}", "SCHEMA"),
        ("CREATE OR REPLACE VIEW UP_PRO_ACCEPT AS SELECT * FROM gone", "SCHEMA"),
    ],
)
def test_a_table_that_is_not_as_agreed_is_named(maria_front: MariaFront, change: str, code: str) -> None:
    if "gone" in change:
        maria_front.execute("RENAME TABLE UP_PRO_ACCEPT TO gone")
    maria_front.execute(change)
    if "gone" in change:
        maria_front.execute("DROP TABLE gone")
    with pytest.raises(SourceUnreadable) as caught:
        case_nos(maria_front)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "hinder",
    [
        "LOCK TABLES UP_PRO_ACCEPT WRITE",
        "CREATE OR REPLACE VIEW UP_PRO_ACCEPT AS SELECT kept.* FROM kept WHERE sleep(600) = 0",
    ],
)
def test_a_locked_table_or_slow_view_is_given_up(
    maria_front: MariaFront, hinder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOVSERVICE_FRONT_SECONDS", "2")
    if "kept" in hinder:
        maria_front.execute("RENAME TABLE UP_PRO_ACCEPT TO kept")
    maria_front.execute(hinder)
    started = time.monotonic()
    with pytest.raises(SourceUnreadable) as caught:
        case_nos(maria_front)
    assert caught.value.code == "DEADLINE" and time.monotonic() - started < 60
    maria_front.execute("UNLOCK TABLES")


def test_two_statements_that_are_too_slow_together_are_given_up(
    maria_front: MariaFront, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOVSERVICE_FRONT_SECONDS", "3")
    maria_front.execute("RENAME TABLE UP_PRO_ACCEPT TO kept")
    maria_front.execute("CREATE OR REPLACE VIEW UP_PRO_ACCEPT AS SELECT kept.* FROM kept WHERE sleep(0.6) = 0")
    with pytest.raises(SourceUnreadable) as caught:  # of three rows each
        case_nos(maria_front)
    assert caught.value.code == "DEADLINE"


@pytest.mark.parametrize("after", [50, 400, 4_000, 40_000])
def test_a_server_that_falls_silent_in_the_middle_is_given_up(
    maria_front: MariaFront, after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOVSERVICE_FRONT_SECONDS", "2")
    maria_front.execute("UPDATE UP_PRO_ACCEPT SET address = repeat('x', 60000)")
    started = time.monotonic()
    with falling_silent(maria_front.server.port, after) as port, pytest.raises(SourceUnreadable) as caught:
        batches_of(database, ONLY_ACCEPT, maria_front.endpoint(port=port), WINDOW)
    assert caught.value.code in {"DEADLINE", "UNREACHABLE"} and time.monotonic() - started < 60


@pytest.mark.parametrize("parts", [{"password": "wrong-password"}, {"port": 1}, {"database": "nonesuch"}], ids=str)
def test_a_database_that_cannot_be_reached_is_named_without_its_secret(
    maria_front: MariaFront, parts: dict[str, Any]
) -> None:
    with pytest.raises(SourceUnreadable) as caught:
        batches_of(database, ONLY_ACCEPT, maria_front.endpoint(**parts), WINDOW)
    assert caught.value.code in {"UNREACHABLE", "SCHEMA"} and "password" not in str(caught.value)


def test_reading_changes_nothing_even_where_a_view_would(maria_front: MariaFront) -> None:
    maria_front.execute("SET GLOBAL log_bin_trust_function_creators = 1")
    maria_front.execute("RENAME TABLE UP_PRO_ACCEPT TO kept")
    maria_front.execute("CREATE TABLE trace (a int)")
    maria_front.execute(
        "CREATE FUNCTION leave_trace() RETURNS int MODIFIES SQL DATA BEGIN INSERT INTO trace VALUES (1); RETURN 1; END"
    )
    maria_front.execute("CREATE VIEW UP_PRO_ACCEPT AS SELECT kept.* FROM kept WHERE leave_trace() = 1")
    with pytest.raises(SourceUnreadable):
        case_nos(maria_front)
    with maria_front.link.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM trace")
        assert cursor.fetchone() == (0,)
