"""Connections: what is logged of the statements that run, and what is not."""

import io
import logging

import pytest

from govservice import warehouse as govservice_warehouse
from govservice.warehouse import transaction
from warehouses import Warehouse

SECRET = "一个人的号码"


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    monkeypatch.setenv("GOVSERVICE_LOG_SQL", "1")
    caplog.set_level(logging.INFO, "govservice.sql")
    return caplog


def test_every_statement_is_logged_with_its_duration_and_without_values(
    warehouse: Warehouse, logged: pytest.LogCaptureFixture
) -> None:
    with transaction(warehouse.url) as cursor:
        cursor.execute(govservice_warehouse.statement("ops/write/fence__take.sql"), {"resource": SECRET})
        cursor.execute("CREATE TEMPORARY TABLE note (line text)")
        cursor.executemany("INSERT INTO note VALUES (%s)", [(SECRET,), (SECRET,)])
        cursor.copy_expert("COPY note FROM STDIN", io.StringIO(f"{SECRET}\n"))
    lines = [record.getMessage() for record in logged.records]
    assert [line.split("：", 1)[1] for line in lines] == [
        "which token does the next attempt on a resource hold?",
        "CREATE TEMPORARY TABLE note (line text)",
        "INSERT INTO note VALUES (%s)",
        "COPY note FROM STDIN",
    ]
    assert lines[0].startswith("0.") and "1 行" in lines[0]
    assert SECRET not in logged.text


def test_nothing_is_logged_without_the_setting(warehouse: Warehouse, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "govservice.sql")
    with transaction(warehouse.url) as cursor:
        cursor.execute("SELECT 1")
    assert caplog.records == []
