"""What a 前置库 holds and no exchange format foresees: it is taken as it is and named, and it stops nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2
import pytest

import deliveries
from fetching import batches_of
from front import SOURCE, Front, accept, pull
from govservice.collecting.delivery import Record, Unparsable
from govservice.collecting.protocol import Window
from govservice.collecting.sources import database
from stack.postgres import Cluster
from tables import expect
from warehouses import Warehouse

WINDOW = Window(dict.fromkeys(SOURCE.feeds, "2021-07-01 00:00:00"), "2021-09-11 00:00:00")
GBK = "张三".encode("gbk").hex()


def accepted(front: Front) -> list[str]:
    """The accept records of a fetch: 办件编号, or why it could not be read and where."""
    batches = batches_of(database, SOURCE, front.endpoint(), WINDOW)
    return [
        one.case_key if isinstance(one, Record) else f"{one.place} {one.code}"
        for batch in batches
        if batch.feed == "accept"
        for one in batch.read()
    ]


@pytest.mark.parametrize("written", ["infinity", "-infinity", "0044-03-15 BC", "20210-09-13 10:00:00"])
def test_a_time_that_is_none_is_a_finding(warehouse: Warehouse, front: Front, written: str) -> None:
    front.write("accept", [accept("N4", "2021-09-04 18:00:00", PromiseDate=written)])
    assert pull(warehouse, front).state == "balanced"
    deliveries.judge(warehouse.url)
    expect(
        warehouse.url,
        "SELECT column_name, rule_id FROM quality.finding WHERE case_key = 'N4' AND column_name = 'promise_date'",
        "column_name | rule_id\npromise_date | V08",
    )


def test_a_column_that_the_contract_does_not_know_stops_nothing(warehouse: Warehouse, front: Front) -> None:
    front.execute("ALTER TABLE up_pro_accept ADD founded date, ADD shape point, ADD \"100%: 'a'\" text")
    front.execute("UPDATE up_pro_accept SET founded = '0044-03-15 BC', shape = '(1,2)', \"100%: 'a'\" = '5 %s'")
    assert pull(warehouse, front).state == "balanced"
    expect(
        warehouse.url,
        "SELECT extra FROM ods.accept WHERE project_no = 'N1'",
        """
        extra
        {"shape": "(1,2)", "founded": "0044-03-15 BC", "100%: 'a'": "5 %s"}
        """,
    )


@contextmanager
def front_in(cluster: Cluster, encoding: str) -> Iterator[Front]:
    """A front database in an encoding, with two rows."""
    name = "encoded_front_of_tests"
    link = psycopg2.connect(cluster.url("postgres", driver="postgresql"))
    link.autocommit = True
    with link.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING {encoding} LOCALE 'C' LOCALE_PROVIDER libc")
    link.close()
    made = Front(cluster, name)
    made.link.set_client_encoding("UTF8")
    made.write("accept", [accept("N1", "2021-09-01 18:00:00"), accept("N2", "2021-09-02 18:00:00")])
    yield made
    made.link.close()


@pytest.fixture
def ascii_front(cluster: Cluster, var: Path) -> Iterator[Front]:
    """A front database that does not know in which encoding its texts are."""
    with front_in(cluster, "SQL_ASCII") as made:
        yield made


def test_a_database_may_have_another_encoding(warehouse: Warehouse, cluster: Cluster) -> None:
    with front_in(cluster, "EUC_CN") as front:
        assert pull(warehouse, front).state == "balanced"
    expect(warehouse.url, "SELECT DISTINCT applyer_name FROM ods.accept", "applyer_name\n王芳")


def test_text_in_utf8_is_read_where_the_database_does_not_know_its_encoding(
    warehouse: Warehouse, ascii_front: Front
) -> None:
    ascii_front.execute("ALTER TABLE up_pro_accept RENAME zip_code TO 邮编; UPDATE up_pro_accept SET 邮编 = '７１２'")
    assert pull(warehouse, ascii_front).state == "balanced"
    expect(
        warehouse.url,
        "SELECT applyer_name, extra ->> '邮编' AS kept FROM ods.accept WHERE project_no = 'N1'",
        "applyer_name | kept\n王芳 | ７１２",
    )


@pytest.mark.parametrize("column", ["address", "row_guid", "project_no", "surname"])
def test_a_cell_in_another_encoding_is_one_record_that_is_named(ascii_front: Front, column: str) -> None:
    ascii_front.execute("ALTER TABLE up_pro_accept ADD surname text")
    ascii_front.execute(
        f"UPDATE up_pro_accept SET {column} = convert_from('\\x{GBK}', 'SQL_ASCII') WHERE project_no = 'N2'"
    )
    assert accepted(ascii_front) == ["N1", "第 1 页第 2 行 ENCODING"]


@pytest.mark.parametrize(
    ("column_type", "written"),
    [
        ("timestamp", "-infinity"),
        ("timestamp", "0044-03-15 BC"),
        ("timestamp", "1899-12-31 00:00:00"),
        ("timestamp", "1948-12-31 23:59:59"),
        ("timestamptz", "1948-12-31 15:59:59+00"),
        ("date", "0001-01-01"),
        ("bigint", "1630749600000"),
        ("text", "0000-00-00 00:00:00"),
        ("text", "1948-12-31 23:59:59"),
        ("text", "2021-13-01 00:00:00"),
        ("text", "2021-09-04T18:00:00"),
        ("text", "infinity"),
        ("text", "9999"),
    ],
)
def test_a_time_that_cannot_be_true_is_as_good_as_none(
    warehouse: Warehouse, front: Front, column_type: str, written: str
) -> None:
    front.execute(f"ALTER TABLE up_pro_accept DROP cd_time; ALTER TABLE up_pro_accept ADD cd_time {column_type}")
    front.write("accept", [accept("N4", written)])
    assert pull(warehouse, front).state == "balanced"
    known = "SELECT project_no, synced_at FROM ods.accept WHERE project_no = 'N4'"
    expect(warehouse.url, known, "project_no | synced_at\nN4 | 2021-09-11 00:00:00")
    again = pull(warehouse, front, full=True)
    assert (again.state, again.versions, again.received) == ("balanced", 0, 6)


@pytest.mark.parametrize(
    ("column_type", "written"),
    [
        ("timestamp(0)", "2021-09-11 00:00:00"),
        ("timestamp(0)", "2031-09-04 18:00:00"),
        ("timestamp", "20210-09-04 18:00:00"),
        ("timestamp", "infinity"),
        ("timestamptz", "2021-09-10 16:00:00+00"),
        ("text", "2031-09-04 18:00:00"),
        ("text", "9999-12-31 23:59:59"),
    ],
)
@pytest.mark.parametrize("full", [False, True])
def test_a_time_after_the_window_is_not_taken_but_counted(
    warehouse: Warehouse, front: Front, column_type: str, written: str, full: bool
) -> None:
    front.execute(
        "ALTER TABLE up_pro_accept ALTER cd_time TYPE timestamptz USING cd_time AT TIME ZONE 'Asia/Shanghai'"
        if column_type == "timestamptz"
        else f"ALTER TABLE up_pro_accept ALTER cd_time TYPE {column_type}"
    )
    front.write("accept", [accept("N4", written)])
    for _ in range(2):  # the second pull brings the same bytes
        assert pull(warehouse, front, full=full).state == "balanced"
    expect(
        warehouse.url,
        "SELECT DISTINCT declared > 0 AS declares, residual, later FROM ops.ledger JOIN ops.delivery USING (delivery_id)"
        f" WHERE source_id = '{SOURCE.id}' AND feed = 'accept'",
        "declares | residual | later\ntrue | 0 | 1",
    )
    expect(warehouse.url, "SELECT count(*) AS n FROM ods.accept", "n\n3")


def test_bytes_that_are_no_text_are_kept_as_they_are_shown(front: Front) -> None:
    front.execute("ALTER TABLE up_pro_accept ADD photo bytea; UPDATE up_pro_accept SET photo = '\\xffd8ff'")
    batch, *_ = batches_of(database, SOURCE, front.endpoint(), WINDOW)
    records = [*batch.read()]
    assert not any(isinstance(one, Unparsable) for one in records)
    assert all(rb'{"photo":"\\\\xffd8ff"}' in one.line for one in records if isinstance(one, Record))
