"""Whatever goes wrong in collecting, at any step: the source is unverified by name, nothing is loaded, no value is told, and the next attempt succeeds."""

import errno
import logging
import traceback
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

import cases
import station
from deliveries import SOURCES
from govservice.collecting import collect, landing, load
from govservice.collecting.collect import CollectingFailed
from govservice.collecting.protocol import SourceUnreadable
from govservice.collecting.sources import http
from govservice.inspecting.preview import preview
from govservice.warehouse import Cursor, WarehouseError, transaction
from station import DELIVERY, Station, changed
from tables import expect
from warehouses import Warehouse

HTTP = SOURCES["konggang_centre"]
STATE = "SELECT state, reason_code, reason FROM ops.source_state"
VALUE = "王芳 110105194912310020"


@pytest.fixture
def served() -> Iterator[Station]:
    """An HTTP source of three cases with a step and a result each."""
    whole = [cases.case(f"N{number}") for number in (1, 2, 3)]
    feeds = {feed: [{**raw, **DELIVERY} for one in whole for raw in one.get(feed, [])] for feed in HTTP.feeds}
    with station.serving(feeds) as running:
        yield running


def pull(warehouse: Warehouse, served: Station) -> collect.Collected:
    """Collect the source."""
    return collect.collect(warehouse.url, HTTP, served.endpoint(), date(2021, 9, 10), "run")


def failing(error: BaseException) -> Callable[..., Any]:
    """A function that fails."""

    def function(*arguments: Any, **options: Any) -> Any:
        raise error

    return function


FULL = OSError(errno.ENOSPC, "No space left on device", f"/{VALUE}")
STEPS = {
    "connect": (http.timed_http, "session", ValueError(VALUE), "UNFORESEEN"),
    "request": (http.Client, "_request", UnicodeError(VALUE), "UNFORESEEN"),
    "parse": (http.exact_json, "page_of", KeyError(VALUE), "UNFORESEEN"),
    "land": (landing.Draft, "write", TypeError(VALUE), "UNFORESEEN"),
    "land, the disk being full": (landing.os, "fsync", FULL, "FAULT"),
    "land, too little memory": (landing.Draft, "write", MemoryError(), "FAULT"),
    "seal, nothing permitted": (landing.Draft, "seal", PermissionError(13, "Permission denied", VALUE), "FAULT"),
    "read": (http.exact_json, "plain_page_of", IndexError(VALUE), "UNFORESEEN"),
    "read, the file being gone": (
        http.exact_json,
        "plain_page_of",
        FileNotFoundError(2, "No such file", VALUE),
        "FAULT",
    ),
    "map": (http.Mapper, "record", AttributeError(VALUE), "UNFORESEEN"),
    "load": (load, "_load_feed", ValueError(VALUE), "FAULT"),
    "load keys": (load, "_Stream", ValueError(VALUE), "FAULT"),
    "spool, the disk being full": (load.tempfile, "TemporaryFile", FULL, "FAULT"),
    "copy versions": (load, "_version_chunks", RecursionError(VALUE), "FAULT"),
    "write the ledger": (load, "_write_ledger", ZeroDivisionError(VALUE), "FAULT"),
    "book": (collect, "_book", KeyError(VALUE), "FAULT"),
    "record": (collect, "_doubt", AssertionError(VALUE), "FAULT"),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_failure_at_any_step_is_recorded_by_name_and_tells_no_value(
    warehouse: Warehouse, served: Station, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, step: str
) -> None:
    owner, name, error, code = STEPS[step]
    with monkeypatch.context() as patch, caplog.at_level(logging.DEBUG):
        patch.setattr(owner, name, failing(error))
        with pytest.raises(SourceUnreadable if code == "UNFORESEEN" else CollectingFailed) as caught:
            pull(warehouse, served)
    expect(warehouse.url, STATE, f"state | reason_code\nunverified | {code}")
    assert type(error).__name__ in str(caught.value)
    with transaction(warehouse.url) as cursor:
        cursor.execute(STATE)
        told = str(cursor.fetchall()) + "".join(traceback.format_exception(caught.value)) + caplog.text
    assert "王芳" not in told
    assert type(error).__name__ in caplog.text
    expect(warehouse.url, "SELECT * FROM ops.delivery WHERE source_id = 'konggang_centre'", "label")
    again = pull(warehouse, served)
    assert (again.versions, again.state) == (9, "balanced")


def test_what_stops_a_copy_is_not_told_to_the_server(
    warehouse: Warehouse, served: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A client that cannot go on with COPY sends the text of its error, and the server logs it."""
    sent: list[str] = []

    def failing_copy(cursor: Cursor, statement: str, stream: load._Stream) -> None:
        try:
            cursor.copy_expert(statement, stream)  # type: ignore[arg-type]
        except Exception as error:
            sent.append(str(error))
            raise

    monkeypatch.setattr(load, "_copy", failing_copy)
    monkeypatch.setattr(http.Mapper, "record", failing(ValueError(VALUE)))
    with pytest.raises(WarehouseError):
        pull(warehouse, served)
    assert sent and "王芳" not in sent[0]


def test_a_warehouse_that_hangs_up_in_a_load_is_recorded_once_it_can_be_written(
    warehouse: Warehouse, served: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = load._write_ledger

    def hang_up(cursor: Cursor, *rest: Any) -> None:
        with transaction(warehouse.superuser) as administrator:
            administrator.execute("SELECT pg_terminate_backend(%s, 10000)", (cursor.connection.info.backend_pid,))
        ledger(cursor, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(load, "_write_ledger", hang_up)
        with pytest.raises(WarehouseError):
            pull(warehouse, served)
    expect(warehouse.url, STATE, "state | reason_code\nunverified | FAULT")
    assert pull(warehouse, served).state == "balanced"


def test_a_failure_that_cannot_be_recorded_is_still_that_failure(
    warehouse: Warehouse, served: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collect, "_record_state", failing(WarehouseError("连不上数据库")))
    served.spoil("accept", 1, changed(count=7))
    with pytest.raises(SourceUnreadable) as caught:
        pull(warehouse, served)
    assert caught.value.code == "SHORT_PAGE"


def test_a_source_whose_connection_nobody_has_made_is_named(warehouse: Warehouse) -> None:
    with pytest.raises(SourceUnreadable, match=f"没有连接 {HTTP.connection}"):
        collect.collect(warehouse.url, HTTP, None, date(2021, 9, 10), "run")
    expect(warehouse.url, STATE, "state | reason_code\nunverified | CONNECTION")


def test_what_a_failed_attempt_has_found_gives_way_to_what_a_newer_one_finds(
    warehouse: Warehouse, served: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overtaken(*_: Any) -> None:
        monkeypatch.undo()
        pull(warehouse, served)
        raise ValueError(VALUE)

    monkeypatch.setattr(http.exact_json, "page_of", overtaken)
    with pytest.raises(load.Fenced):
        pull(warehouse, served)
    expect(warehouse.url, STATE, "state | reason_code\nbalanced |")


def test_a_look_at_a_source_that_surprises_is_named_too(
    warehouse: Warehouse, served: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http.exact_json, "page_of", failing(KeyError(VALUE)))
    with pytest.raises(SourceUnreadable) as caught:
        preview(warehouse.url, HTTP, served.endpoint(), date(2021, 9, 10))
    assert caught.value.code == "UNFORESEEN"
    assert "王芳" not in "".join(traceback.format_exception(caught.value))
