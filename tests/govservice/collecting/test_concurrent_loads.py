"""Two loads at once, a load that is overtaken, a load that dies: the warehouse itself keeps them apart."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from deliveries import SOURCES, batches, deliver
from govservice.collecting import load
from govservice.collecting.load import Fenced
from govservice.warehouse import Cursor, WarehouseError, transaction
from tables import expect
from warehouses import Warehouse

SOURCE = "konggang_centre"
RECORDS = {"accept": [{"RowGuid": f"g{number}", "ProjectNo": f"N{number}", "TaskName": "A"} for number in range(3)]}


def test_of_two_loads_at_once_the_second_waits_and_sees_replays(warehouse: Warehouse) -> None:
    token = load.take_fence(warehouse.url, SOURCE)
    with ThreadPoolExecutor(1) as pool:
        with transaction(warehouse.url) as cursor:
            load.hold_fence(cursor, SOURCE, token)
            waiting = pool.submit(deliver, warehouse.url, SOURCE, RECORDS, token=token)
            await_lock(warehouse)
            first = load.load(cursor, SOURCES[SOURCE], batches(SOURCE, RECORDS), "run")
            assert not waiting.done()
        second = waiting.result(timeout=20)
    assert (first.total("versions"), first.total("replayed")) == (3, 0)
    assert (second.total("versions"), second.total("replayed")) == (0, 3)


def test_of_two_attempts_at_once_the_older_one_commits_nothing(warehouse: Warehouse) -> None:
    older = load.take_fence(warehouse.url, SOURCE)
    newer = load.take_fence(warehouse.url, SOURCE)
    with pytest.raises(Fenced, match=SOURCE):
        deliver(warehouse.url, SOURCE, RECORDS, token=older)
    assert deliver(warehouse.url, SOURCE, RECORDS, token=newer).total("versions") == 3
    expect(
        warehouse.url,
        f"SELECT count(*) AS deliveries FROM ops.delivery WHERE source_id = '{SOURCE}'",
        """
        deliveries
        1
        """,
    )


def test_an_attempt_cannot_be_overtaken_between_its_check_and_its_commit(warehouse: Warehouse) -> None:
    token = load.take_fence(warehouse.url, SOURCE)
    with ThreadPoolExecutor(1) as pool:
        with transaction(warehouse.url) as cursor:
            load.hold_fence(cursor, SOURCE, token)
            overtaking = pool.submit(load.take_fence, warehouse.url, SOURCE)
            await_lock(warehouse)
            assert not overtaking.done()
        assert overtaking.result(timeout=20) == token + 1


def test_the_fence_of_one_source_does_not_hold_up_another(warehouse: Warehouse) -> None:
    token = load.take_fence(warehouse.url, SOURCE)
    with transaction(warehouse.url) as cursor:
        load.hold_fence(cursor, SOURCE, token)
        assert deliver(warehouse.url, "fengdong_centre", RECORDS).total("versions") == 3


def test_a_load_whose_connection_dies_before_the_commit_leaves_nothing(warehouse: Warehouse) -> None:
    with pytest.raises(WarehouseError), transaction(warehouse.url) as cursor:
        assert load.load(cursor, SOURCES[SOURCE], batches(SOURCE, RECORDS), "run").total("versions") == 3
        end_session(warehouse, cursor)
        cursor.execute("SELECT 1")
    expect(
        warehouse.url,
        f"""
        SELECT 'ods.accept' AS place FROM ods.accept
        UNION ALL SELECT 'ops.delivery' FROM ops.delivery WHERE source_id = '{SOURCE}'
        UNION ALL SELECT 'ops.ledger' FROM ops.ledger WHERE feed = 'accept'
        UNION ALL SELECT 'quality.pending_case' FROM quality.pending_case
        """,
        "place",
    )
    assert deliver(warehouse.url, SOURCE, RECORDS).total("versions") == 3


def end_session(warehouse: Warehouse, cursor: Cursor) -> None:
    """Have the server end the session of a cursor."""
    cursor.execute("SELECT pg_backend_pid()")
    with transaction(warehouse.superuser) as administrator:
        administrator.execute("SELECT pg_terminate_backend(%s, 10000)", cursor.fetchone())


def await_lock(warehouse: Warehouse) -> None:
    """Wait until a session of the warehouse waits for a lock."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with transaction(warehouse.superuser) as cursor:
            cursor.execute(
                "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone():
                return
        time.sleep(0.02)
    raise AssertionError("no session waits for a lock")
