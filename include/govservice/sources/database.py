"""前置库: the national tables in a front database, read through SQLAlchemy in one read-only snapshot per feed.

PostgreSQL comes with the project; MySQL and Oracle URLs work once their driver is installed (README).
"""

import csv
import io
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Any

import sqlalchemy as sa

from govservice import landing
from govservice.contract import Feed, feeds
from govservice.landing import Landed
from govservice.load import Batch, Unparsable
from govservice.records import Mapper, Record, UnreadableRecord, normalise
from govservice.register import Source
from govservice.sources.endpoint import Endpoint, SourceUnreadable, Window

PAGE_ROWS = 5000
DRIVERS = {"postgres": "postgresql+psycopg2", "mysql": "mysql+pymysql", "oracle": "oracle+oracledb"}


def fetch(source: Source, endpoint: Endpoint, window: Window) -> list[Batch]:
    """Land the rows of the window as CSV pages and return one batch per feed.

    Raises:
        SourceUnreadable: UNREACHABLE or SCHEMA.
    """
    batches = []
    engine = _engine(endpoint)
    try:
        for feed in source.feeds:
            pull = window.pull(source.id, "database", feed)
            with landing.draft(source.id, pull.folder.name) as draft:
                declared, pages = _land_rows(engine, endpoint, feeds()[feed], window, draft)
                landed = draft.seal(replace(pull, digest=draft.digest, declared={feed: declared}))
            batches.append(Batch(landed, feed, partial(read, landed, feed, pages)))
    except sa.exc.SQLAlchemyError as error:
        raise _unreadable(error) from None
    finally:
        engine.dispose()
    return batches


def probe(
    source: Source, endpoint: Endpoint, window: Window, size: int
) -> list[tuple[str, int | None, list[Record | Unparsable]]]:
    """Look at the first rows of every feed without landing them: feed, number in the window, records."""
    seen: list[tuple[str, int | None, list[Record | Unparsable]]] = []
    engine = _engine(endpoint)
    try:
        for feed in source.feeds:
            with _snapshot(engine) as connection:
                table, condition = _window(connection, endpoint, feeds()[feed], window)
                declared = connection.execute(
                    sa.select(sa.func.count()).select_from(table).where(condition)
                ).scalar_one()
                rows = connection.execute(sa.select(table).where(condition).limit(size))
                texts = ([_text(value) for value in row] for row in rows)
                records = [*_records(Mapper(feeds()[feed]), rows.keys(), texts, 1, window.until)]
            seen.append((feed, declared, records))
    except sa.exc.SQLAlchemyError as error:
        raise _unreadable(error) from None
    finally:
        engine.dispose()
    return seen


def _engine(endpoint: Endpoint) -> sa.Engine:
    url = sa.URL.create(
        DRIVERS[endpoint.kind], endpoint.login, endpoint.password, endpoint.host, endpoint.port, endpoint.database
    )
    return sa.create_engine(url, pool_size=1, hide_parameters=True)


def _snapshot(engine: sa.Engine) -> sa.Connection:
    """A read-only connection on which the declared number and the rows come from the same moment."""
    level = "SERIALIZABLE" if engine.dialect.name == "oracle" else "REPEATABLE READ"
    options: dict[str, Any] = {"isolation_level": level, "stream_results": True, "yield_per": PAGE_ROWS}
    if engine.dialect.name == "postgresql":
        options["postgresql_readonly"] = True
    return engine.connect().execution_options(**options)


def _window(
    connection: sa.Connection, endpoint: Endpoint, feed: Feed, window: Window
) -> tuple[sa.Table, sa.ColumnElement[bool]]:
    schema = endpoint.extra.get("schema")
    table = _table(connection, feed, schema)
    cursor = next((column for column in table.columns if normalise(column.name) == "cdtime"), None)
    if cursor is None:
        raise SourceUnreadable("SCHEMA", f"前置库表 {table.name} 没有 CD_time 列，无法按同步时间取数；请来源检查")
    bounds = [datetime.fromisoformat(moment) for moment in (window.since[feed.name], window.until)]
    if isinstance(cursor.type, sa.String):
        return table, sa.and_(cursor >= window.since[feed.name], cursor < window.until)
    return table, sa.and_(cursor >= bounds[0], cursor < bounds[1])


def _table(connection: sa.Connection, feed: Feed, schema: str | None) -> sa.Table:
    """The feed's table or view, whether its name is written with or without underscores (UP_PRO_SPECIAL_PROCEDURE)."""
    known = sa.inspect(connection)
    names = [*known.get_table_names(schema), *known.get_view_names(schema)]
    name = next((name for name in names if normalise(name) == normalise(feed.table)), feed.table.lower())
    return sa.Table(name, sa.MetaData(), schema=schema, autoload_with=connection)


def _land_rows(
    engine: sa.Engine, endpoint: Endpoint, feed: Feed, window: Window, draft: landing.Draft
) -> tuple[int, int]:
    """Land the window in pages of CSV with a header; return the declared number and the number of pages."""
    pages = 0
    with _snapshot(engine) as connection:
        table, condition = _window(connection, endpoint, feed, window)
        declared = connection.execute(sa.select(sa.func.count()).select_from(table).where(condition)).scalar_one()
        order = [column for column in table.columns if normalise(column.name) in ("cdtime", "rowguid")]
        rows = connection.execute(
            sa.select(table).where(condition).order_by(*sorted(order, key=lambda column: column.name))
        )
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


def read(landed: Landed, feed: str, pages: int) -> Iterator[Record | Unparsable]:
    """The records of the landed pages, in order."""
    mapper = Mapper(feeds()[feed])
    csv.field_size_limit(sys.maxsize)  # what was landed is read whole, however long a text is
    for number in range(1, pages + 1):
        with (landed.folder / f"{number:06}.csv").open(encoding="utf-8", newline="") as file:
            rows = csv.reader(file)
            yield from _records(mapper, next(rows), rows, number, landed.received_at)


def _records(
    mapper: Mapper, header: Iterable[str], rows: Iterable[Any], number: int, received_at: str
) -> Iterator[Record | Unparsable]:
    names = tuple(header)
    for position, row in enumerate(rows, 1):
        try:
            yield mapper.record(dict(zip(names, row, strict=True)), received_at)
        except UnreadableRecord as error:
            yield Unparsable(f"第 {number} 页第 {position} 行", error.code)


def _unreadable(error: sa.exc.SQLAlchemyError) -> SourceUnreadable:
    if isinstance(error, sa.exc.NoSuchTableError):
        return SourceUnreadable("SCHEMA", f"前置库没有表 {error}，或账号无权读它；请来源检查")
    if isinstance(error, sa.exc.ProgrammingError):
        return SourceUnreadable("SCHEMA", "前置库拒绝了查询：表或列已改名，或账号无权读；请来源检查")
    return SourceUnreadable(
        "UNREACHABLE", f"前置库连不上或中途断开（{type(error).__name__}）；请来源检查网络、账号和服务"
    )
