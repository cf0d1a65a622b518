"""Deliver records to the warehouse as sources do, inspect and judge them; without Great Expectations, which takes seconds."""

from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any

from govservice import contract, settings, warehouse
from govservice.collecting import load
from govservice.collecting.delivery import Batch, Landed, Record, Unparsable
from govservice.collecting.load import Loaded
from govservice.collecting.records import Mapper, UnreadableRecord
from govservice.contract import register
from govservice.inspecting import inspection, rejudging, suites
from govservice.inspecting.suites import Rule

SOURCES = register.load(settings.CONTRACT / "sources.yml")
_NUMBERS = count(1)

Records = Mapping[str, list[dict[str, Any]]]


def deliver(
    url: str,
    source_id: str,
    records: Records,
    at: str = "2021-09-08 18:00:00",
    declared: Mapping[str, int | None] | None = None,
    token: int | None = None,
) -> Loaded:
    """Load one delivery of a source in a transaction of its own.

    Args:
        records: records by feed, by national field names; the delivery's own fields are filled where they are missing.
        at: CD_time of the records, and when the delivery was received.
        declared: number of records by feed where the source states another number than it sends; None: it states none.
        token: that of an attempt already begun; default a new one.
    """
    token = token or load.take_fence(url, source_id)
    with warehouse.transaction(url) as cursor:
        load.hold_fence(cursor, source_id, token)
        loaded = load.load(cursor, SOURCES[source_id], batches(source_id, records, at, declared), "run")
        if "item" in records:
            cursor.execute(warehouse.statement("dim/write/service_item_version__refresh.sql"), {"run_id": "run"})
    return loaded


def batches(
    source_id: str, records: Records, at: str = "2021-09-08 18:00:00", declared: Mapping[str, int | None] | None = None
) -> list[Batch]:
    """One delivery as a source module hands it over; arguments as in deliver()."""
    stated = {feed: len(rows) for feed, rows in records.items()} | dict(declared or {})
    landed = Landed(
        source_id=source_id,
        protocol=SOURCES[source_id].protocol,
        label=f"delivery {next(_NUMBERS)}",
        received_at=at,
        digest="",
        path="",
        declared={feed: number for feed, number in stated.items() if number is not None},
    )
    return [Batch(landed, feed, lambda feed=feed: read(feed, records[feed], at)) for feed in records]  # type: ignore[misc]


def read(feed: str, records: list[dict[str, Any]], at: str) -> Iterator[Record | Unparsable]:
    """The records as a source module reads them."""
    mapper = Mapper(contract.feeds()[feed])
    for position, raw in enumerate(records, 1):
        try:
            whole = {"CD_operation": "I", "CD_time": at, "CD_batch": "1", **raw}
            yield mapper.record(tuple(whole), whole.values(), at)
        except UnreadableRecord as error:
            yield Unparsable(f"第 {position} 条", error.code)


def inspect(url: str, run_id: str = "run", data_date: str = "2021-09-09") -> None:
    """Take the queue and write findings, by the conditions of failing(); tests/expectations shows that these equal the compiled ones."""
    with warehouse.transaction(url) as cursor:
        cursor.execute(warehouse.statement("ops/write/run__begin.sql"), {"run_id": run_id, "data_date": data_date})
        rejudging.enqueue(cursor, run_id, lambda _, rules: list(map(failing, rules)))
    with warehouse.transaction(url) as cursor:
        inspection.take_due(cursor)
        inspection.gather_part(cursor)
    for feed, rules in suites.load().items():
        inspection.refresh(url, feed)
        inspection.find(url, feed, rules, list(map(failing, rules)), run_id)


def judge(url: str, run_id: str = "run", data_date: str = "2021-09-09") -> None:
    """Inspect and judge what is due."""
    inspect(url, run_id, data_date)
    inspection.judge(url, run_id)


def failing(rule: Rule) -> str:
    """The SQL condition of the rows that fail a rule."""
    if rule.type == "expect_column_values_to_not_be_null":
        return f"{rule.column} IS NULL"
    if rule.type == "expect_column_values_to_be_in_set":
        codes = ", ".join(f"'{code}'" for code in rule.kwargs["value_set"])
        return f"{rule.column} NOT IN ({codes})"
    return f"NOT coalesce(({rule.kwargs['condition']}), true)".replace("%", "%%")


def unexplained(url: str) -> int:
    """Sum of all residuals of the books."""
    with warehouse.transaction(url) as cursor:
        cursor.execute("SELECT coalesce(sum(unexplained), 0) FROM ops.book")
        return int(cursor.fetchone()[0])  # type: ignore[index]
