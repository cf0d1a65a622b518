"""A 前置库 that fails or changes: the failure has a code and nothing is kept; all that is read is of one moment."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import cases
from fetching import batches_of
from front import DELIVERY, PASSWORD, SOURCE, Front, accept, pull
from govservice.collecting import landing
from govservice.collecting.delivery import Record, Unparsable
from govservice.collecting.protocol import SourceUnreadable, Window
from govservice.collecting.sources import database
from tables import expect
from warehouses import Warehouse

WINDOW = Window(dict.fromkeys(SOURCE.feeds, "2021-07-01 00:00:00"), "2021-09-11 00:00:00")


def fetched(front: Front) -> dict[str, list[Record | Unparsable]]:
    """The records of a fetch by feed."""
    return {batch.feed: list(batch.read()) for batch in batches_of(database, SOURCE, front.endpoint(), WINDOW)}


def test_every_case_feed_that_the_source_offers_is_taken(front: Front, warehouse: Warehouse) -> None:
    for feed, at in (("special", "2021-09-07 18:00:00"), ("material", "2021-09-06 18:00:00")):
        front.write(feed, [{**cases.CLEAN[feed]("N1"), **DELIVERY, "CD_time": at}])
    assert pull(warehouse, front).state == "balanced"
    expect(
        warehouse.url,
        "SELECT special_time, end_time, case_key, operation FROM ods.special",
        """
        special_time        | end_time            | case_key | operation
        2021-09-07 09:00:00 | 2021-09-07 16:00:00 | N1       | U
        """,
    )
    expect(
        warehouse.url,
        "SELECT material_name, get_type, synced_at FROM ods.material",
        """
        material_name | get_type | synced_at
        申请表         | 1        | 2021-09-06 18:00:00
        """,
    )


def test_a_table_may_be_written_with_other_underscores(front: Front) -> None:
    front.write("special", [{**cases.special("N1"), **DELIVERY, "CD_time": "2021-09-07 18:00:00"}])
    front.execute("ALTER TABLE up_pro_specialprocedure RENAME TO up_pro_special_procedure")
    (record,) = fetched(front)["special"]
    assert isinstance(record, Record) and record.case_key == "N1"


@pytest.mark.parametrize(
    "kept_as",
    [
        "CREATE MATERIALIZED VIEW up_pro_accept AS SELECT * FROM kept",
        "CREATE VIEW up_pro_accept AS SELECT * FROM kept",
        'CREATE VIEW "UP_PRO_ACCEPT" AS SELECT * FROM kept',
        'CREATE MATERIALIZED VIEW "UP_ProAccept" AS SELECT project_no AS "PROJECTNO", cd_time AS "CD_TIME" FROM kept',
        "CREATE TABLE up_pro_accept (LIKE kept) PARTITION BY LIST (project_no);"
        "CREATE TABLE part PARTITION OF up_pro_accept DEFAULT; INSERT INTO up_pro_accept SELECT * FROM kept",
        "CREATE EXTENSION file_fdw; CREATE SERVER files FOREIGN DATA WRAPPER file_fdw; CREATE FOREIGN TABLE"
        " up_proaccept (cd_time timestamp, project_no text) SERVER files OPTIONS (program 'echo 2021-09-01,N1; echo 2021-09-02,N2; echo 2021-09-03,N3', format 'csv')",
    ],
    ids=lambda statement: statement[:30],
)
def test_whatever_can_be_read_like_a_table_is_found_like_one(front: Front, kept_as: str) -> None:
    front.execute(
        f"ALTER TABLE up_pro_accept RENAME TO kept; {kept_as}; GRANT SELECT ON ALL TABLES IN SCHEMA public TO PUBLIC"
    )
    assert [one.case_key for one in fetched(front)["accept"] if isinstance(one, Record)] == ["N1", "N2", "N3"]


def test_rows_of_the_window_come_as_text_of_the_exchange_format(front: Front) -> None:
    (record, *_) = fetched(front)["accept"]
    assert isinstance(record, Record)
    assert record.synced_at == "2021-09-01 18:00:00"
    assert b"\t2021-09-06 10:00:00\t" in record.line


@pytest.mark.parametrize(
    ("column_type", "value", "text"),
    [
        ("integer", "7", "7"),
        ("numeric(18)", "610101199901010014", "610101199901010014"),
        ("double precision", "1", "1"),
        ("double precision", "0.1", "0.1"),
        ("double precision", "NaN", "NaN"),
        ("numeric(20,10)", "1", "1.0000000000"),
        ("boolean", "t", "true"),
        ("bit(1)", "1", "1"),
        ("date", "2021-09-06", "2021-09-06"),
        ("date", "0044-03-15 BC", "0044-03-15 BC"),
        ("date", "infinity", "infinity"),
        ("timestamp(6)", "2021-09-06 10:00:00.5", "2021-09-06 10:00:00"),
        ("timestamp", "2021-09-06 23:59:59.999999", "2021-09-06 23:59:59"),
        ("timestamp(0)", "0044-03-15 10:00:00 BC", "0044-03-15 10:00:00 BC"),
        ("timestamp", "20210-09-06 10:00:00", "20210-09-06 10:00:00"),
        ("timestamp", "infinity", "infinity"),
        ("timestamptz", "2021-09-06 10:00:00+08", "2021-09-06 10:00:00"),
        ("timestamptz(3)", "2021-09-06 02:00:00.999+00", "2021-09-06 10:00:00"),
        ("timestamptz", "-infinity", "-infinity"),
        ("moment_of_tests", "2021-09-06 02:00:00+00", "2021-09-06 10:00:00"),
        ("json", '{"b": 1,  "a": 2}', '{"b": 1,  "a": 2}'),
        ("point", "(1,2)", "(1,2)"),
        ("text[]", "{a,b}", "{a,b}"),
        ("interval", "1 day", "1 day"),
        ("char(5)", "ab", "ab   "),
        ("bytea", "\\xe78e8b", "王"),
        ("bytea", "\\xff", "\\\\xff"),
        ("text", "a\r\n\"b\",'c'\\", "a\\r\\n\"b\",'c'\\\\"),
        ("text", "王" * 200_000, "王" * 200_000),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_column_of_another_type_is_read_as_text(front: Front, column_type: str, value: str, text: str) -> None:
    front.execute(
        "CREATE DOMAIN moment_of_tests AS timestamptz;"
        f"ALTER TABLE up_pro_accept DROP address; ALTER TABLE up_pro_accept ADD address {column_type}"
    )
    front.write("accept", [accept("N4", "2021-09-04 18:00:00", Address=value)])
    last = fetched(front)["accept"][-1]
    assert isinstance(last, Record)
    assert text in last.line.decode().split("\t")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("DROP TABLE up_pro_result", "SCHEMA"),
        ("ALTER TABLE up_pro_result RENAME TO up_pro_results", "SCHEMA"),
        ("ALTER TABLE up_pro_result DROP cd_time", "SCHEMA"),
        ("ALTER TABLE up_pro_result RENAME cd_time TO synchronised", "SCHEMA"),
        ("REVOKE SELECT ON up_pro_result FROM front_reader_of_tests", "SCHEMA"),
        ("REVOKE USAGE ON SCHEMA public FROM PUBLIC", "SCHEMA"),
    ],
)
def test_a_table_that_is_not_as_agreed_is_named(front: Front, var: Path, change: str, code: str) -> None:
    front.execute(change)
    with pytest.raises(SourceUnreadable) as caught:
        batches_of(database, SOURCE, front.endpoint(), WINDOW)
    assert caught.value.code == code
    assert "\n" not in str(caught.value) and "请" in str(caught.value)


@pytest.mark.parametrize(
    "parts",
    [{"password": "wrong-password"}, {"port": 1}, {"database": "nonesuch"}, {"host": "nonesuch.invalid"}],
    ids=str,
)
def test_a_database_that_cannot_be_reached_is_named_without_its_secret(front: Front, parts: dict[str, Any]) -> None:
    with pytest.raises(SourceUnreadable) as caught:
        batches_of(database, SOURCE, front.endpoint(**parts), WINDOW)
    assert caught.value.code == "UNREACHABLE"
    assert PASSWORD not in str(caught.value) and "password" not in str(caught.value)


def test_a_connection_that_breaks_midway_is_named_and_keeps_nothing_of_that_feed(
    front: Front, var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "PAGE_ROWS", 1)
    on_page(2, lambda: end_readers(front), monkeypatch)
    with pytest.raises(SourceUnreadable) as caught:
        batches_of(database, SOURCE, front.endpoint(), WINDOW)
    assert caught.value.code == "UNREACHABLE"
    assert [path for path in var.rglob("*") if path.is_file()] == []


def test_what_is_counted_and_what_is_read_are_of_one_moment(front: Front) -> None:
    def meanwhile(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if "count(" in statement and "up_pro_accept" in statement:
            front.write("accept", [accept("N4", "2021-09-09 18:00:00")])
            front.execute("DELETE FROM up_pro_accept WHERE project_no = 'N3'")

    sa.event.listen(sa.Engine, "after_cursor_execute", meanwhile)
    try:
        batches = batches_of(database, SOURCE, front.endpoint(), WINDOW)
    finally:
        sa.event.remove(sa.Engine, "after_cursor_execute", meanwhile)
    assert batches[0].landed.declared == {"accept": 3}
    assert [record.case_key for record in batches[0].read() if isinstance(record, Record)] == ["N1", "N2", "N3"]


def test_reading_changes_nothing_even_where_a_view_would(front: Front) -> None:
    front.execute(
        "CREATE TABLE trace (a int); GRANT INSERT ON trace TO PUBLIC;"
        "CREATE FUNCTION leave_trace() RETURNS int LANGUAGE sql AS 'INSERT INTO trace VALUES (1) RETURNING 1';"
        "ALTER TABLE up_pro_result RENAME TO hidden;"
        "CREATE VIEW up_pro_result AS SELECT * FROM hidden WHERE leave_trace() = 1;"
        "GRANT SELECT ON up_pro_result TO PUBLIC"
    )
    with pytest.raises(SourceUnreadable):
        batches_of(database, SOURCE, front.endpoint(), WINDOW)
    with front.link.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM trace")
        assert cursor.fetchone() == (0,)


def test_a_column_that_is_gone_is_empty_and_one_that_is_new_is_kept(warehouse: Warehouse, front: Front) -> None:
    front.execute("ALTER TABLE up_pro_accept RENAME address TO dizhi; UPDATE up_pro_accept SET dizhi = '秦皇大道'")
    assert pull(warehouse, front).state == "balanced"
    expect(
        warehouse.url,
        "SELECT DISTINCT address, extra ->> 'dizhi' AS dizhi FROM ods.accept",
        """
        address | dizhi
                | 秦皇大道
        """,
    )


def on_page(number: int, act: Callable[[], Any], patch: pytest.MonkeyPatch) -> None:
    """Do something when a page of accept rows is landed."""
    write = landing.Draft.write

    def acting(draft: landing.Draft, name: str, content: bytes) -> Path:
        if name == f"{number:06}.csv" and "accept" in draft.folder.name:
            act()
        return write(draft, name, content)

    patch.setattr(landing.Draft, "write", acting)


def end_readers(front: Front) -> None:
    """Have the server end the reader's sessions."""
    front.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'front_reader_of_tests'")
