"""前置库: the national tables or a vendor's in a front database, read through SQLAlchemy in one read-only snapshot per feed.

The database writes its values as text itself (`shown.py`), so that no type of a driver stops, shifts or beautifies a record.
"""

import csv
import io
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import sqlalchemy as sa

from govservice.collecting import landing
from govservice.collecting.delivery import Batch, Fetched, Landed, Record, Unparsable
from govservice.collecting.protocol import Endpoint, Request, Seen, SourceUnreadable
from govservice.collecting.records import FIRST_TIME, Mapper, UnreadableRecord, normalise
from govservice.collecting.sources import front, vendor
from govservice.collecting.sources.shown import content_order, is_binary, shown
from govservice.collecting.sources.vendor_records import DialectMapper
from govservice.contract import Feed, dialects, feeds
from govservice.contract.register import Source

PAGE_ROWS = 5000

# A time that can be compared as text.
_READABLE = "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01]) ([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]$"


class Rows(Protocol):
    """Where rows go: one line of CSV at a time, the names of the columns first."""

    def write(self, row: bytes, /) -> Any:
        """Take one line."""


@dataclass
class Pages:
    """Rows that are landed in files of PAGE_ROWS, each with the names of the columns."""

    draft: landing.Draft
    count: int = 0
    header: bytes = b""
    rows: list[bytes] = field(default_factory=list)

    def write(self, row: bytes) -> None:
        """Take one line."""
        if not self.header:
            self.header = row
            return
        self.rows.append(row)
        if len(self.rows) == PAGE_ROWS:
            self.flush()

    def flush(self) -> None:
        """Write what waits for its page to be full."""
        if self.rows:
            self.count += 1
            self.draft.write(f"{self.count:06}.csv", self.header + b"".join(self.rows))
            self.rows = []


@dataclass(frozen=True)
class Selection:
    """The rows of a window: `rows` asks for them, `tally` for their number, that of the rows after its end, and the newest time
    before its end; `binary` are the places of columns that hold bytes.
    """

    rows: sa.Select[Any]
    tally: sa.Select[int, int, str]
    binary: list[int]


def fetch(request: Request, workspace: Path) -> Fetched:
    """Land the rows of the window as CSV pages: one batch per feed.

    Raises:
        SourceUnreadable: DRIVER, HOST, UNREACHABLE, SCHEMA, QUERY or DEADLINE.
    """
    batches = []
    with front.opened(request.endpoint) as engine:
        for feed in request.source.feeds:
            pull = request.pull(feed)
            with landing.draft(request.source.id, pull.folder.name) as draft:
                pages = Pages(draft)
                with front.snapshot(engine) as connection:
                    selection = _window(connection, request, feeds()[feed])
                    declared, later, newest = connection.execute(selection.tally).one()
                    _export(connection, selection.rows, pages)
                pages.flush()
                counted = replace(pull, declared={feed: declared}, later={feed: later}, newest={feed: newest or ""})
                landed = draft.seal(replace(counted, digest=draft.digest))
            reading = partial(read, request.source, landed, feed, pages.count, selection.binary)
            batches.append(Batch(landed, feed, reading))
    return request.pulled(batches)


def probe(request: Request, size: int) -> list[Seen]:
    """Look at the first rows of every feed without landing them."""
    seen = []
    with front.opened(request.endpoint) as engine:
        for feed in request.source.feeds:
            first = io.BytesIO()
            with front.snapshot(engine) as connection:
                selection = _window(connection, request, feeds()[feed])
                declared, *_ = connection.execute(selection.tally).one()
                _export(connection, selection.rows.limit(size), first)
            first.seek(0)
            mapper = _mapper(request.source, feed)
            seen.append(Seen(feed, declared, [*_records(mapper, first, selection.binary, 1, request.window.until)]))
    return seen


def _window(connection: sa.Connection, request: Request, feed: Feed) -> Selection:
    """The rows of the window, in the order in which they were written; and every row that does not say when that was."""
    records: sa.FromClause
    cursor: sa.ColumnElement[Any]
    order: list[sa.ColumnElement[Any]]
    if request.source.dialect == "national":
        records, cursor = _national(connection, request.endpoint, feed)
        order = [cursor, *(column for column in records.columns if normalise(column.name) == "rowguid")]
    else:
        mapping = dialects.load()[request.source.dialect].feeds[feed.name]
        records = vendor.rows(connection, request.source.dialect, mapping, request.endpoint)
        cursor, order = records.columns.cd_time, vendor.order(records, mapping)
    columns, dialect = [*records.columns], connection.dialect.name
    timed, untimed, later = _conditions(cursor, request.window.since[feed.name], request.window.until)
    newest: sa.ColumnElement[Any] = sa.func.max(sa.case((timed, cursor)))
    if isinstance(cursor.type, sa.DateTime):
        newest = shown(sa.type_coerce(newest, cursor.type).label("newest"), dialect)
    return Selection(
        rows=sa.select(*(shown(column, dialect) for column in columns))
        .where(sa.or_(timed, untimed))
        .order_by(*order, *content_order(columns, dialect)),
        tally=sa.select(
            sa.func.count(sa.case((sa.or_(timed, untimed), 1))),
            sa.func.count(sa.case((later, 1))),
            sa.cast(newest, sa.String(40)),
        )
        .select_from(records)
        .where(sa.or_(timed, untimed, later)),
        binary=[place for place, column in enumerate(columns) if is_binary(column)],
    )


def _conditions(cursor: sa.ColumnElement[Any], since: str, until: str) -> list[sa.ColumnElement[bool]]:
    """When a row was written in the window; when it does not say, or says what cannot be; when after the window.

    Whatever is none of these was written before the window. Each can be looked up in an index on the column.
    """
    bounds: list[Any] = [max(since, FIRST_TIME), until, FIRST_TIME]
    is_readable: sa.ColumnElement[bool] = sa.true()
    if isinstance(cursor.type, (sa.DateTime, sa.Date)):
        bounds = [sa.literal(datetime.fromisoformat(bound), sa.DateTime()) for bound in bounds]
    else:
        if not isinstance(cursor.type, sa.String):
            cursor = sa.cast(cursor, sa.String(40))
        is_readable = cursor.regexp_match(_READABLE)
    begin, end, first = bounds
    timed = sa.and_(is_readable, cursor >= begin, cursor < end)
    untimed = sa.or_(cursor.is_(None), cursor < first, sa.not_(is_readable))
    return [timed, untimed, sa.and_(is_readable, cursor >= end)]


def _national(connection: sa.Connection, endpoint: Endpoint, feed: Feed) -> tuple[sa.Table, sa.Column[Any]]:
    """The national table of a feed and its CD_time."""
    table = front.table(connection, feed.table, endpoint.extra.get("schema"))
    cursor = next((column for column in table.columns if normalise(column.name) == "cdtime"), None)
    if cursor is None:
        raise SourceUnreadable("SCHEMA", f"前置库表 {table.name} 没有 CD_time 列，无法按同步时间取数")
    return table, cursor


def _mapper(source: Source, feed: str) -> Mapper | DialectMapper:
    if source.dialect == "national":
        return Mapper(feeds()[feed])
    return DialectMapper(source.id, feeds()[feed], dialects.load()[source.dialect].feeds[feed])


def _export(connection: sa.Connection, select: sa.Select[Any], rows: Rows) -> None:
    """Write the names of the columns and the rows as CSV in UTF-8, what is no UTF-8 as the bytes that it is."""
    if connection.dialect.name == "postgresql":
        # COPY takes no parameters, and percent signs as they are: the driver would have taken them off in pairs.
        text = str(select.compile(connection, compile_kwargs={"literal_binds": True})) % ()
        driver: Any = connection.connection
        with driver.cursor() as cursor:
            cursor.copy_expert(f"COPY ({text}) TO STDOUT (FORMAT csv, HEADER)", rows)
        return
    found = connection.execute(select, execution_options={"stream_results": True, "yield_per": PAGE_ROWS})
    writer = csv.writer(_Encoded(rows), lineterminator="\n")
    writer.writerow(found.keys())
    for row in found:
        front.require_time(connection)
        writer.writerow([rf"\x{value.hex()}" if isinstance(value, bytes) else value for value in row])


@dataclass(frozen=True)
class _Encoded:
    """Rows that are taken as text; csv.writer writes one at a time."""

    rows: Rows

    def write(self, row: str) -> None:
        self.rows.write(row.encode())


def read(source: Source, landed: Landed, feed: str, pages: int, binary: list[int]) -> Iterator[Record | Unparsable]:
    """The records of the landed pages, in order."""
    mapper = _mapper(source, feed)
    for number in range(1, pages + 1):
        with (landed.folder / f"{number:06}.csv").open("rb") as page:
            yield from _records(mapper, page, binary, number, landed.received_at)


def _records(
    mapper: Mapper | DialectMapper, page: Any, binary: list[int], number: int, received_at: str
) -> Iterator[Record | Unparsable]:
    """The records of a page; bytes that are no UTF-8 make one of them unreadable."""
    csv.field_size_limit(sys.maxsize)  # what was landed is read whole, however long a text is
    rows: Iterator[Any] = csv.reader(io.TextIOWrapper(page, "utf-8", "surrogateescape", newline=""))
    names = tuple(next(rows))
    for position, row in enumerate(_with_text(rows, binary) if binary else rows, 1):
        try:
            yield mapper.record(names, row, received_at)
        except UnreadableRecord as error:
            yield Unparsable(f"第 {number} 页第 {position} 行", error.code)


def _with_text(rows: Iterable[list[str]], binary: list[int]) -> Iterator[list[str]]:
    """Rows whose bytes are read as text where they are text in UTF-8; others stay as they are shown."""
    for row in rows:
        for place in binary:
            try:
                row[place] = bytes.fromhex(row[place].removeprefix(r"\x")).decode()
            except UnicodeDecodeError:
                continue
        yield row
