"""The simulated 前置库 on real PostgreSQL: typed tables, a load that is kept, a reader that may only read."""

import json
from pathlib import Path

import psycopg2
import pytest
from psycopg2.errors import InsufficientPrivilege, ReadOnlySqlTransaction

from demo import front, generate
from govservice.contract import feeds, feeds_in
from stack.postgres import Cluster

READER, PASSWORD = "front_reader_test", "only-for-this-test"


@pytest.fixture(scope="module")
def loaded(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """URL of a database with the schema qinhan_centre, and the folder it was loaded from."""
    out = tmp_path_factory.mktemp("area") / "demo"
    generate.generate(0.004, 7, out, ["qinhan_centre"])
    cluster.ensure_database("front_test")
    url = cluster.url("front_test", driver="postgresql")
    load(url, out)
    return url, out


def load(url: str, out: Path) -> None:
    """Load the folder as the superuser."""
    link = psycopg2.connect(url)
    front.build(link, out / "front", READER, PASSWORD)
    link.close()


def as_reader(url: str) -> psycopg2.extensions.connection:
    """A connection of the reader."""
    return psycopg2.connect(url, user=READER, password=PASSWORD)


def test_every_delivery_is_there_and_typed(loaded: tuple[str, Path]) -> None:
    url, out = loaded
    written = json.loads((out / "truth.json").read_text(encoding="utf-8"))["by_source"]["qinhan_centre"]["written"]
    assert set(written) == {*feeds_in("case"), *feeds_in("rating")}
    with as_reader(url) as link, link.cursor() as work:
        for feed, count in written.items():
            work.execute(f"SELECT count(*), max(cd_time) < '2021-11-20' FROM qinhan_centre.{feeds()[feed].table}")
            assert work.fetchone() == (count, True)
        work.execute(
            "SELECT pg_typeof(task_version)::text, pg_typeof(accept_date)::text"
            " FROM qinhan_centre.up_pro_accept LIMIT 1"
        )
        assert work.fetchone() == ("integer", "timestamp without time zone")


def test_a_finished_load_is_kept(loaded: tuple[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    load(*loaded)
    assert "已是这一批数据" in capsys.readouterr().out


@pytest.mark.parametrize(
    "statement", ["DELETE FROM qinhan_centre.up_pro_accept", "CREATE TABLE qinhan_centre.mine (a int)"]
)
def test_the_reader_may_only_read(loaded: tuple[str, Path], statement: str) -> None:
    link = as_reader(loaded[0])
    with link.cursor() as work, pytest.raises(ReadOnlySqlTransaction):
        work.execute(statement)
    link.rollback()
    with link.cursor() as work, pytest.raises(InsufficientPrivilege):
        work.execute("SET TRANSACTION READ WRITE")
        work.execute(statement)
    link.close()
