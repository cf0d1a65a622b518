"""前置库: the national tables or a vendor's in a front database, read through SQLAlchemy in one read-only snapshot per feed.

PostgreSQL comes with the project; MySQL and Oracle URLs work once their driver is installed (README).
"""

import csv
import io
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from govservice import outside
from govservice.collecting import landing
from govservice.collecting.delivery import Batch, Fetched, Landed, Record, Unparsable
from govservice.collecting.protocol import Endpoint, Request, Seen, SourceUnreadable
from govservice.collecting.records import Mapper, UnreadableRecord, normalise
from govservice.collecting.sources import vendor
from govservice.collecting.sources.vendor_records import DialectMapper
from govservice.contract import Feed, dialects, feeds
from govservice.contract.register import Source

PAGE_ROWS = 5000
CONNECT_SECONDS = 10
DRIVERS = {"postgres": "postgresql+psycopg2", "mysql": "mysql+pymysql", "oracle": "oracle+oracledb"}


def fetch(request: Request, workspace: Path) -> Fetched:
    """Land the rows of the window as CSV pages: one batch per feed.

    Raises:
        SourceUnreadable: UNREACHABLE or SCHEMA.
    """
    batches = []
    with opened(request.endpoint) as engine:
        for feed in request.source.feeds:
            pull = request.pull(feed)
            with landing.draft(request.source.id, pull.folder.name) as draft:
                declared, pages = _land_rows(engine, request, feeds()[feed], draft)
                landed = draft.seal(replace(pull, digest=draft.digest, declared={feed: declared}))
            batches.append(Batch(landed, feed, partial(read, request.source, landed, feed, pages)))
    return request.pulled(batches)


def probe(request: Request, size: int) -> list[Seen]:
    """Look at the first rows of every feed without landing them."""
    seen = []
    with opened(request.endpoint) as engine:
        for feed in request.source.feeds:
            with _snapshot(engine) as connection:
                select = _window(connection, request, feeds()[feed])
                declared = _count(connection, select)
                rows = connection.execute(select.limit(size))
                texts = ([_text(value) for value in row] for row in rows)
                records = [*_records(_mapper(request.source, feed), rows.keys(), texts, 1, request.window.until)]
            seen.append(Seen(feed, declared, records))
    return seen


@contextmanager
def opened(endpoint: Endpoint) -> Iterator[sa.Engine]:
    """The front database for a while.

    Raises:
        SourceUnreadable: what went wrong in it, without its values.
    """
    engine = _engine(endpoint)
    try:
        yield engine
    except sa.exc.SQLAlchemyError as error:
        raise _unreadable(error) from None
    finally:
        engine.dispose()


def _engine(endpoint: Endpoint) -> sa.Engine:
    url = sa.URL.create(
        DRIVERS[endpoint.kind], endpoint.login, endpoint.password, endpoint.host, endpoint.port, endpoint.database
    )
    engine = sa.create_engine(url, pool_size=1, hide_parameters=True)
    sa.event.listen(engine, "do_connect", partial(_to_checked_address, endpoint))
    if endpoint.kind == "postgres":
        sa.event.listen(engine, "connect", _in_shanghai)
    return engine


def _to_checked_address(endpoint: Endpoint, dialect: sa.Dialect, record: Any, arguments: Any, options: Any) -> None:
    """Connect only where the connection may lead; PostgreSQL to the very addresses that were looked at."""
    try:
        addresses = outside.addresses(endpoint.host, endpoint.port, CONNECT_SECONDS)
    except outside.AddressRefused as error:
        raise SourceUnreadable("HOST", str(error)) from None
    except (OSError, outside.DeadlinePassed) as error:
        raise SourceUnreadable("UNREACHABLE", f"前置库的主机名解析不了（{type(error).__name__}）") from None
    if endpoint.kind == "postgres":
        options |= {"host": ",".join([endpoint.host] * len(addresses)), "hostaddr": ",".join(addresses)}


def _in_shanghai(connection: Any, _: Any) -> None:
    """Times with a zone are read, and windows compared, as Shanghai's, wherever the server stands."""
    with connection.cursor() as cursor:
        cursor.execute("SET TIME ZONE 'Asia/Shanghai'")
    connection.commit()


def _snapshot(engine: sa.Engine) -> sa.Connection:
    """A read-only connection on which the declared number and the rows come from the same moment."""
    level = "SERIALIZABLE" if engine.dialect.name == "oracle" else "REPEATABLE READ"
    options: dict[str, Any] = {"isolation_level": level, "stream_results": True, "yield_per": PAGE_ROWS}
    if engine.dialect.name == "postgresql":
        options["postgresql_readonly"] = True
    return engine.connect().execution_options(**options)


def _window(connection: sa.Connection, request: Request, feed: Feed) -> sa.Select[Any]:
    """The rows of the window, in the order in which they were written; and every row that does not say when that was."""
    table: sa.FromClause
    cursor: sa.ColumnElement[Any]
    order: list[sa.ColumnElement[Any]]
    if request.source.dialect == "national":
        table, cursor = _national(connection, request.endpoint, feed)
        known = {normalise(column.name): column for column in table.columns}
        order = [known[name] for name in ("cdtime", "rowguid") if name in known]
    else:
        mapping = dialects.load()[request.source.dialect].feeds[feed.name]
        records = table = vendor.rows(connection, request.source.dialect, mapping, request.endpoint)
        cursor, order = records.c.cd_time, vendor.order(records, mapping)
    since: Any = request.window.since[feed.name]
    until: Any = request.window.until
    is_untimed: sa.ColumnElement[bool] = cursor.is_(None)
    if isinstance(cursor.type, sa.String):
        is_untimed = sa.or_(is_untimed, cursor.not_like("____-__-__ __:__:__"))
    else:
        since, until = datetime.fromisoformat(since), datetime.fromisoformat(until)
    return sa.select(table).where(sa.or_(sa.and_(cursor >= since, cursor < until), is_untimed)).order_by(*order)


def _national(connection: sa.Connection, endpoint: Endpoint, feed: Feed) -> tuple[sa.Table, sa.Column[Any]]:
    """The national table of a feed and its CD_time."""
    schema = endpoint.extra.get("schema")
    table = _table(connection, feed, schema)
    cursor = next((column for column in table.columns if normalise(column.name) == "cdtime"), None)
    if cursor is None:
        raise SourceUnreadable("SCHEMA", f"前置库表 {table.name} 没有 CD_time 列，无法按同步时间取数")
    return table, cursor


def _count(connection: sa.Connection, select: sa.Select[Any]) -> int:
    whole = select.order_by(None).subquery()
    return int(connection.execute(sa.select(sa.func.count()).select_from(whole)).scalar_one())


def _mapper(source: Source, feed: str) -> Mapper | DialectMapper:
    if source.dialect == "national":
        return Mapper(feeds()[feed])
    return DialectMapper(source.id, feeds()[feed], dialects.load()[source.dialect].feeds[feed])


def _table(connection: sa.Connection, feed: Feed, schema: str | None) -> sa.Table:
    """The feed's table or view, whether its name is written with or without underscores (UP_PRO_SPECIAL_PROCEDURE)."""
    known = sa.inspect(connection)
    names = [*known.get_table_names(schema), *known.get_view_names(schema)]
    name = next((name for name in names if normalise(name) == normalise(feed.table)), feed.table.lower())
    return sa.Table(name, sa.MetaData(), schema=schema, autoload_with=connection)


def _land_rows(engine: sa.Engine, request: Request, feed: Feed, draft: landing.Draft) -> tuple[int, int]:
    """Land the window in pages of CSV with a header; return the declared number and the number of pages."""
    pages = 0
    with _snapshot(engine) as connection:
        select = _window(connection, request, feed)
        declared = _count(connection, select)
        rows = connection.execute(select)
        header = tuple(rows.keys())
        for partition in rows.partitions(PAGE_ROWS):
            pages += 1
            page = io.StringIO()
            writer = csv.writer(page, lineterminator="\n")
            writer.writerow(header)
            writer.writerows(map(_texts, partition))
            draft.write(f"{pages:06}.csv", page.getvalue().encode())
    return declared, pages


def _texts(row: Any) -> list[Any]:
    return [_text(value) if isinstance(value, (date, bytes)) else value for value in row]


def _text(value: Any) -> Any:
    """A database value as the text that the exchange format prescribes."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S") if value.year >= 1000 else value.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    return value if value is None else str(value)


def read(source: Source, landed: Landed, feed: str, pages: int) -> Iterator[Record | Unparsable]:
    """The records of the landed pages, in order."""
    mapper = _mapper(source, feed)
    csv.field_size_limit(sys.maxsize)  # what was landed is read whole, however long a text is
    for number in range(1, pages + 1):
        with (landed.folder / f"{number:06}.csv").open(encoding="utf-8", newline="") as file:
            rows = csv.reader(file)
            yield from _records(mapper, next(rows), rows, number, landed.received_at)


def _records(
    mapper: Mapper | DialectMapper, header: Iterable[str], rows: Iterable[Any], number: int, received_at: str
) -> Iterator[Record | Unparsable]:
    names = tuple(header)
    for position, row in enumerate(rows, 1):
        try:
            yield mapper.record(names, row, received_at)
        except UnreadableRecord as error:
            yield Unparsable(f"第 {number} 页第 {position} 行", error.code)


def _unreadable(error: sa.exc.SQLAlchemyError) -> SourceUnreadable:
    if isinstance(error, sa.exc.NoSuchTableError):
        return SourceUnreadable("SCHEMA", f"前置库没有表 {error}，或账号无权读它")
    if isinstance(error, sa.exc.ProgrammingError):
        return SourceUnreadable("SCHEMA", "前置库拒绝了查询：表或列已改名，或账号无权读")
    return SourceUnreadable("UNREACHABLE", f"前置库连不上或中途断开（{type(error).__name__}）")
