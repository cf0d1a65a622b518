"""A network that falls silent, a port that answers nothing, a lock that is not given up: every wait ends, and the next attempt goes on."""

import io
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg2
import pytest

import cases
from deliveries import SOURCES, batches, deliver
from govservice import warehouse as govservice_warehouse
from govservice.collecting import load
from govservice.warehouse import WarehouseError, transaction
from silent_proxy import SilentProxy, silent_proxy
from tables import expect
from warehouses import Warehouse

SILENCE = 2
# The looks, the connections that they try, and a slow machine; without a deadline these tests would not end at all.
DEADLINE = 60


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seconds instead of minutes."""
    monkeypatch.setenv("GOVSERVICE_SILENCE_SECONDS", str(SILENCE))


@pytest.fixture
def proxy(warehouse: Warehouse) -> Iterator[SilentProxy]:
    with silent_proxy(warehouse.cluster.port) as made:
        yield made


def _through(proxy: SilentProxy, warehouse: Warehouse) -> str:
    return warehouse.url.replace(f":{warehouse.cluster.port}/", f":{proxy.port}/")


class Falling(io.RawIOBase):
    """A file to copy: some lines, then the network falls silent, then more lines than all buffers hold, or none."""

    def __init__(self, proxy: SilentProxy, rest: int) -> None:
        self._proxy, self._rest, self._calls = proxy, rest, 0

    def read(self, size: int = -1) -> bytes:
        self._calls += 1
        if self._calls == 2:
            self._proxy.fall_silent()
        return b"line\n" * 1000 if self._calls <= 2 + self._rest else b""


@pytest.mark.parametrize("rest", [0, 20_000], ids=["in mid answer", "in mid copy"])
def test_a_worker_gives_up_when_the_network_falls_silent_in_a_copy(
    warehouse: Warehouse, proxy: SilentProxy, rest: int
) -> None:
    started = time.monotonic()
    with (
        pytest.raises(WarehouseError, match="^数据库连接中断，或不再应答$"),
        transaction(_through(proxy, warehouse)) as cursor,
    ):
        cursor.execute("CREATE TEMPORARY TABLE copied (line text)")
        cursor.copy_expert("COPY copied FROM STDIN", Falling(proxy, rest))
    assert time.monotonic() - started < DEADLINE


def test_the_next_attempt_at_a_source_is_not_held_up_by_one_whose_network_fell_silent(
    warehouse: Warehouse, proxy: SilentProxy
) -> None:
    url = _through(proxy, warehouse)
    token = load.take_fence(url, "konggang_centre")
    with pytest.raises(WarehouseError), transaction(url, load.application("konggang_centre")) as cursor:
        load.hold_fence(cursor, "konggang_centre", token)
        cursor.execute("SELECT pg_backend_pid()")
        proxy.fall_silent()
        load.load(
            cursor, SOURCES["konggang_centre"], batches("konggang_centre", {"accept": [cases.accept("N1")]}), "run"
        )
    started = time.monotonic()
    deliver(warehouse.url, "konggang_centre", {"accept": [cases.accept("N1")]})
    assert time.monotonic() - started < DEADLINE
    expect(warehouse.url, "SELECT count(*) AS accepts FROM ods.accept", "accepts\n1")


def test_what_the_server_holds_for_a_silent_connection_is_ended_where_it_can_be_reached(
    warehouse: Warehouse, proxy: SilentProxy
) -> None:
    """One connection is lost, the server is there: it is told, and its locks are free at once."""
    connection = govservice_warehouse.connect(_through(proxy, warehouse), "lost")
    connection.url = warehouse.url
    connection.cursor().execute("SELECT 1")
    proxy.fall_silent()
    with pytest.raises(psycopg2.OperationalError):
        connection.cursor().execute("SELECT 2")
    left = "SELECT pid FROM pg_stat_activity WHERE application_name = 'lost'"
    deadline = time.monotonic() + DEADLINE
    with transaction(warehouse.superuser) as cursor:
        cursor.connection.autocommit = True
        cursor.execute(left)
        while cursor.fetchall() and time.monotonic() < deadline:
            time.sleep(0.1)
            cursor.execute(left)
    expect(warehouse.superuser, left, "pid")


def test_a_commit_that_is_not_answered_is_given_up(warehouse: Warehouse, proxy: SilentProxy) -> None:
    started = time.monotonic()
    with pytest.raises(WarehouseError), transaction(_through(proxy, warehouse)) as cursor:
        cursor.execute("SELECT 1")
        proxy.fall_silent()
    assert time.monotonic() - started < DEADLINE


def test_a_rollback_that_is_not_answered_is_given_up(warehouse: Warehouse, proxy: SilentProxy) -> None:
    started = time.monotonic()
    with pytest.raises(WarehouseError), transaction(_through(proxy, warehouse)) as cursor:
        cursor.execute("SELECT 1")
        proxy.fall_silent()
        raise load.Fenced
    assert time.monotonic() - started < DEADLINE


def test_a_port_that_answers_nothing_is_given_up(warehouse: Warehouse) -> None:
    started = time.monotonic()
    with socket.create_server(("127.0.0.1", 0)) as mute, pytest.raises(WarehouseError, match="连不上数据库"):
        govservice_warehouse.connect(f"postgresql://pipeline:x@127.0.0.1:{mute.getsockname()[1]}/warehouse")
    assert time.monotonic() - started < DEADLINE


def test_a_long_statement_is_no_silence(warehouse: Warehouse) -> None:
    with transaction(warehouse.url) as cursor:
        cursor.execute("SELECT pg_sleep(%s)", (3 * SILENCE,))
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)


def test_a_lock_that_another_step_keeps_is_waited_for_until_the_deadline(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOVSERVICE_LOCK_SECONDS", "1")
    with (
        govservice_warehouse.lock(warehouse.url, "inspection"),
        pytest.raises(WarehouseError, match="等了 1 秒，另一个步骤仍占着"),
        govservice_warehouse.lock(warehouse.url, "inspection"),
    ):
        pass
    with govservice_warehouse.lock(warehouse.url, "inspection"):
        pass


class Slow(io.RawIOBase):
    """A file to copy that takes longer than the seconds of silence, and moves all the while."""

    def __init__(self) -> None:
        self._end, self.has_begun = time.monotonic() + 4 * SILENCE, threading.Event()

    def read(self, size: int = -1) -> bytes:
        self.has_begun.set()
        time.sleep(0.2)
        return b"line\n" * 5000 if time.monotonic() < self._end else b""


def test_an_attempt_that_is_still_copying_is_waited_for_however_long_it_takes(warehouse: Warehouse) -> None:
    token, slow = load.take_fence(warehouse.url, "konggang_centre"), Slow()

    def copy() -> None:
        with transaction(warehouse.url, load.application("konggang_centre")) as cursor:
            load.hold_fence(cursor, "konggang_centre", token)
            cursor.execute("CREATE TEMPORARY TABLE copied (line text)")
            cursor.copy_expert("COPY copied FROM STDIN", slow)

    with ThreadPoolExecutor() as pool:
        copying = pool.submit(copy)
        slow.has_begun.wait(DEADLINE)
        time.sleep(1.5 * SILENCE)
        assert load.take_fence(warehouse.url, "konggang_centre") == token + 1
        copying.result(DEADLINE)


def test_a_fence_that_a_living_attempt_holds_is_waited_for_until_the_deadline(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOVSERVICE_LOCK_SECONDS", "1")
    token = load.take_fence(warehouse.url, "konggang_centre")
    with transaction(warehouse.url) as cursor:
        load.hold_fence(cursor, "konggang_centre", token)
        with pytest.raises(WarehouseError, match="另一个步骤仍占着"):
            load.take_fence(warehouse.url, "konggang_centre")


def test_a_transaction_in_which_nothing_happens_is_dropped_by_the_server(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOVSERVICE_SILENCE_SECONDS", "1")
    token = load.take_fence(warehouse.url, "konggang_centre")
    dropped = threading.Event()

    def idle() -> None:
        with pytest.raises(WarehouseError), transaction(warehouse.url) as cursor:
            load.hold_fence(cursor, "konggang_centre", token)
            dropped.wait(DEADLINE)
            cursor.execute("SELECT 1")

    worker = threading.Thread(target=idle)
    worker.start()
    time.sleep(1)
    load.take_fence(warehouse.url, "konggang_centre")  # waits until the server has dropped the other one
    dropped.set()
    worker.join(DEADLINE)
    assert not worker.is_alive()
