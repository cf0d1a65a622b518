"""The inspection mark, written back to the vendor's tables where the connection allows it (extra `write_back: true`).

Only the mark column of the highest version of a record is touched, and only marks that this warehouse has written are taken
back. A source whose marks cannot be written is named and stops nobody.
"""

import logging
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from govservice import warehouse
from govservice.collecting.protocol import Endpoint, SourceUnreadable
from govservice.collecting.records import normalise
from govservice.collecting.sources import front, vendor
from govservice.collecting.sources.vendor_records import record_key
from govservice.contract import dialects
from govservice.contract.dialects import FeedMapping, Mark
from govservice.contract.register import Source

LOG = logging.getLogger(__name__)


@dataclass
class Change:
    """What is to be written into one vendor table: rows by key and version, and the marks there will be by record."""

    table: sa.Table
    mark: sa.Column[Any]
    where: list[sa.Column[Any]]
    failed: list[dict[str, Any]] = field(default_factory=list)
    cleared: list[dict[str, Any]] = field(default_factory=list)


def takes_marks(source: Source, endpoint: Endpoint) -> bool:
    """Whether marks are to be written back to the source."""
    vendor_dialect = dialects.load().get(source.dialect)
    has_mark = vendor_dialect and any(mapping.mark for mapping in vendor_dialect.feeds.values())
    return bool(has_mark and endpoint.extra.get("write_back") is True)


def write_back(url: str, source: Source, endpoint: Endpoint) -> str:
    """Make the marks in the source's front database say what the findings say.

    Returns:
        A sentence for people: how many marks were written and taken back, or why none were.
    """
    written = cleared = 0
    try:
        for feed in source.feeds:
            mapping = dialects.load()[source.dialect].feeds[feed]
            if mapping.mark:
                one = _write_feed(url, source, endpoint, feed, mapping, mapping.mark)
                written, cleared = written + one[0], cleared + one[1]
    except SourceUnreadable as error:
        LOG.warning("来源 %s 的质检标记没有写回（%s）：%s", source.name, error.code, error)
        return f"没有写回（{error.code}）：{error}"
    return f"写回 {written} 处，撤回 {cleared} 处"


def _write_feed(
    url: str, source: Source, endpoint: Endpoint, feed: str, mapping: FeedMapping, mark: Mark
) -> tuple[int, int]:
    known = {"source_id": source.id, "feed": feed}
    with warehouse.transaction(url, "write back") as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('write back'))")
        cursor.execute(warehouse.statement("quality/read/failed_records.sql"), known)
        failed = {record for (record,) in cursor.fetchall()}
        cursor.execute(
            "SELECT record_key FROM quality.written_mark WHERE source_id = %(source_id)s AND feed = %(feed)s", known
        )
        ours = {record for (record,) in cursor.fetchall()}
        change = _write_marks(source, endpoint, feed, mapping, mark, failed, ours)
        cursor.execute("DELETE FROM quality.written_mark WHERE source_id = %(source_id)s AND feed = %(feed)s", known)
        still = (ours & failed) | {row["record"] for row in change.failed}
        cursor.executemany(
            "INSERT INTO quality.written_mark VALUES (%s, %s, %s)", [(source.id, feed, record) for record in still]
        )
    return len(change.failed), len(change.cleared)


def _write_marks(
    source: Source,
    endpoint: Endpoint,
    feed: str,
    mapping: FeedMapping,
    mark: Mark,
    failed: set[str],
    ours: set[str],
) -> Change:
    """Change the marks that differ in one transaction of the front database.

    Raises:
        SourceUnreadable: DRIVER, HOST, UNREACHABLE, SCHEMA or QUERY.
    """
    with front.opened(endpoint) as engine, engine.connect() as connection:
        options = {"postgresql_readonly": False} if engine.dialect.name == "postgresql" else {}
        with connection.execution_options(**options).begin():
            change = _differing(connection, source.id, endpoint, feed, mapping, mark, failed, ours)
            for rows, value in ((change.failed, mark.failed), (change.cleared, None)):
                if rows:
                    at = [column == sa.bindparam(f"at_{column.name}") for column in change.where]
                    statement = sa.update(change.table).where(*at).values({change.mark: value})
                    connection.execute(statement, [{k: v for k, v in row.items() if k != "record"} for row in rows])
    return change


def _differing(
    connection: sa.Connection,
    source_id: str,
    endpoint: Endpoint,
    feed: str,
    mapping: FeedMapping,
    mark: Mark,
    failed: set[str],
    ours: set[str],
) -> Change:
    """Compare the mark of the highest version of every record with what it should be."""
    needed = [*mapping.key, *([mapping.version] if mapping.version else []), mark.column]
    table = vendor.table(connection, mapping.table, needed, endpoint.extra.get("schema"))
    columns = {normalise(column.name): column for column in table.columns}
    where = [columns[normalise(name)] for name in needed[:-1]]
    change = Change(table, columns[normalise(mark.column)], where)
    # The highest version comes last: a dictionary keeps it.
    rows = connection.execute(sa.select(*where, change.mark).order_by(*where))
    highest = {record_key(source_id, feed, row[: len(mapping.key)]): row for row in rows}
    for record, row in highest.items():
        at = {"record": record, **{f"at_{column.name}": value for column, value in zip(where, row, strict=False)}}
        if record in failed and row[-1] != mark.failed:
            change.failed.append(at)
        elif record not in failed and record in ours and row[-1] == mark.failed:
            change.cleared.append(at)
    return change
