"""The embedded PostgreSQL starts, survives a crash, keeps its data and its secrets, and stops."""

import os
import signal
import socket
import stat
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from stack.postgres import Cluster, ClusterError, give_database
from stack.process import start_ticks


def _ask(cluster: Cluster, query: str, parameters: tuple[Any, ...] = ()) -> Any:
    connection = psycopg2.connect(cluster.url("postgres", driver="postgresql"))
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(query, parameters)
            return cursor.fetchone()[0] if cursor.description else None  # type: ignore[index]
    finally:
        connection.close()


def _postmaster(cluster: Cluster) -> int:
    return int((cluster.data / "postmaster.pid").read_text().split()[0])


def _wait(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_starting_twice_keeps_the_server(own: Cluster) -> None:
    before = _postmaster(own)
    own.start()
    assert _postmaster(own) == before


def test_data_and_port_survive_kill_9_at_once(own: Cluster) -> None:
    _ask(own, "CREATE TABLE kept (n int)")
    _ask(own, "INSERT INTO kept VALUES (420000)")
    port = own.port
    os.kill(_postmaster(own), signal.SIGKILL)
    own.start()
    assert _ask(own, "SELECT n FROM kept") == 420000
    assert own.port == port


def test_a_busy_backend_of_a_killed_server_does_not_block_the_next(own: Cluster) -> None:
    busy = "SELECT count(*) FROM generate_series(1, 100000000000)"

    def work() -> None:
        with pytest.raises(psycopg2.Error):
            _ask(own, busy)

    worker = threading.Thread(target=work)
    worker.start()
    running = "SELECT max(pid) FROM pg_stat_activity WHERE query = %s"
    _wait(lambda: _ask(own, running, (busy,)) is not None)
    orphan = _ask(own, running, (busy,))
    os.kill(_postmaster(own), signal.SIGKILL)
    own.start()
    worker.join(10)
    assert not worker.is_alive()
    assert start_ticks(orphan) is None
    assert _ask(own, "SELECT 1") == 1


def test_a_pid_file_that_names_another_process_is_stale(own: Cluster) -> None:
    own.stop()
    (own.data / "postmaster.pid").write_text(f"{os.getpid()}\n")
    own.stop()
    own.start()
    assert _ask(own, "SELECT 1") == 1


def test_a_port_taken_meanwhile_is_given_up(own: Cluster) -> None:
    own.stop()
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", own.port))
        other.listen()
        own.start()
        assert own.port != other.getsockname()[1]


def test_a_half_made_cluster_is_made_again(tmp_path: Path) -> None:
    (tmp_path / "data.new").mkdir()
    (tmp_path / "data.new" / "PG_VERSION").write_text("18\n")
    server = Cluster(tmp_path, shared_buffers="16MB").start()
    try:
        assert _ask(server, "SELECT 1") == 1
    finally:
        server.stop()
    assert not (server.data / "postmaster.pid").exists()


def test_a_server_that_cannot_start_names_its_log(tmp_path: Path) -> None:
    server = Cluster(tmp_path, shared_buffers="nonsense")
    with pytest.raises(ClusterError, match=r"server\.log"):
        server.start()


def test_only_we_may_read_the_folder_and_the_password(own: Cluster) -> None:
    assert stat.S_IMODE(own.home.stat().st_mode) == 0o700
    assert stat.S_IMODE((own.home / "password").stat().st_mode) == 0o600
    assert own.home.stat().st_uid == os.geteuid()


def test_a_wrong_password_is_refused_and_only_this_machine_is_served(own: Cluster) -> None:
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(own.url("postgres", password="wrong", driver="postgresql"))
    assert _ask(own, "SHOW listen_addresses") == "127.0.0.1"


@pytest.mark.parametrize(
    ("setting", "value"),
    [("TimeZone", "Asia/Shanghai"), ("server_encoding", "UTF8"), ("synchronous_commit", "on"), ("jit", "off")],
)
def test_settings_that_results_depend_on(own: Cluster, setting: str, value: str) -> None:
    assert _ask(own, f"SHOW {setting}") == value


def test_text_sorts_by_code_point_and_knows_letters(own: Cluster) -> None:
    assert (
        _ask(own, "SELECT string_agg(letter, '' ORDER BY letter) FROM unnest('{b,中,B,a}'::text[]) AS letter")
        == "Bab中"
    )
    assert _ask(own, "SELECT upper('é')") == "É"


def test_values_of_a_failing_statement_stay_out_of_the_log(own: Cluster) -> None:
    _ask(own, "CREATE TABLE person (id_no text PRIMARY KEY)")
    canary = "61010119900101CANARY"
    _ask(own, "INSERT INTO person VALUES (%s)", (canary,))
    with pytest.raises(psycopg2.errors.UniqueViolation):
        _ask(own, "INSERT INTO person VALUES (%s)", (canary,))
    assert "duplicate key" in own.log.read_text()
    assert canary not in own.log.read_text()


def test_a_database_of_the_superuser_is_given_to_its_role_with_all_that_is_in_it(own: Cluster) -> None:
    own.ensure_database("given")
    link = psycopg2.connect(own.url("given", driver="postgresql"))
    with link, link.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS a; DROP TYPE IF EXISTS kind; DROP SEQUENCE IF EXISTS loose")
        cursor.execute("CREATE TYPE kind AS ENUM ('x'); CREATE TABLE a (n serial, k kind); CREATE SEQUENCE loose")
    link.close()
    for password in ("first", "second"):
        give_database(own.url("", driver="postgresql").rstrip("/"), "given", "given_owner", password)
    link = psycopg2.connect(own.url("given", "given_owner", "second", "postgresql"))
    with link, link.cursor() as cursor:
        cursor.execute("ALTER TABLE a ADD COLUMN m int; ALTER TYPE kind ADD VALUE 'y'; INSERT INTO a (k) VALUES ('x')")
        cursor.execute("SELECT nextval('loose'); CREATE TABLE b (n int)")
    link.close()
