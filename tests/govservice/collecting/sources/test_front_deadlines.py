"""A 前置库 that is silent, locked or slow is given up after its seconds, by name, and what it was doing for us ends."""

import socket
import threading
import time
from pathlib import Path

import psycopg2
import pytest

from fetching import batches_of
from front import READER, SOURCE, Front, pull
from govservice.collecting.protocol import SourceUnreadable, Window
from govservice.collecting.sources import database
from govservice.collecting.sources import front as front_module
from silence import falling_silent
from tables import expect
from warehouses import Warehouse

WINDOW = Window(dict.fromkeys(SOURCE.feeds, "2021-07-01 00:00:00"), "2021-09-11 00:00:00")
SECONDS = 2
PATIENCE = 60  # far beyond the seconds and what a busy machine adds to them; without a limit it would be for ever


@pytest.fixture(autouse=True)
def seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    """A short limit."""
    monkeypatch.setenv("GOVSERVICE_FRONT_SECONDS", str(SECONDS))


def given_up(front: Front, **parts: object) -> str:
    """The code by which a fetch is given up."""
    started = time.monotonic()
    with pytest.raises(SourceUnreadable) as caught:
        batches_of(database, SOURCE, front.endpoint(**parts), WINDOW)
    assert time.monotonic() - started < PATIENCE
    return caught.value.code


def test_a_locked_table_is_waited_for_so_long_and_no_longer(front: Front, warehouse: Warehouse) -> None:
    other = front.connect()
    with other.cursor() as cursor:
        cursor.execute("LOCK TABLE up_pro_accept IN ACCESS EXCLUSIVE MODE")
    with pytest.raises(SourceUnreadable):
        pull(warehouse, front)
    other.rollback()
    other.close()
    expect(
        warehouse.url,
        f"SELECT state, reason_code FROM ops.source_state WHERE source_id = '{SOURCE.id}'",
        "state | reason_code\nunverified | DEADLINE",
    )
    assert pull(warehouse, front).state == "balanced"


def test_a_slow_view_is_ended_in_the_server_too(front: Front, var: Path) -> None:
    front.execute(
        "ALTER TABLE up_pro_accept RENAME TO kept;"
        "CREATE VIEW up_pro_accept AS SELECT kept.* FROM kept, pg_sleep(600) WHERE kept.cd_time IS NOT NULL;"
        "GRANT SELECT ON up_pro_accept TO PUBLIC"
    )
    assert given_up(front) == "DEADLINE"
    with front.link.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE usename = %s AND state = 'active'", (READER,))
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("kind", ["postgres", "mysql"])
def test_a_port_that_answers_nothing_is_given_up(front: Front, var: Path, kind: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert given_up(front, kind=kind, port=silent.getsockname()[1]) in {"UNREACHABLE", "DEADLINE"}


def test_a_connection_that_fails_at_once_leaves_no_watch_behind(
    front: Front, var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise psycopg2.OperationalError("at the first question")

    monkeypatch.setitem(front_module._SETTINGS, "postgres", fail)
    before = threading.enumerate()
    assert given_up(front) == "UNREACHABLE"
    assert [one for one in threading.enumerate() if isinstance(one, threading.Timer) and one not in before] == []


@pytest.mark.parametrize("after", [300, 600, 1_200, 4_000, 100_000])
def test_a_server_that_falls_silent_in_the_middle_is_given_up(front: Front, var: Path, after: int) -> None:
    front.execute("UPDATE up_pro_accept SET address = repeat('x', 100000)")
    with falling_silent(front.cluster.port, after) as port:
        assert given_up(front, port=port) in {"DEADLINE", "UNREACHABLE"}
