"""The rows of a vendor's tables that are the records of one feed, as one statement of SQLAlchemy; the mapping file says which."""

from typing import Any

import sqlalchemy as sa

from govservice import warehouse
from govservice.collecting.protocol import Endpoint, SourceUnreadable
from govservice.collecting.records import normalise
from govservice.collecting.sources import front
from govservice.contract.dialects import FeedMapping


def rows(connection: sa.Connection, dialect: str, mapping: FeedMapping, endpoint: Endpoint) -> sa.Subquery:
    """Every record of the feed: the columns that are read, and cd_time.

    cd_time is when the record, or a version below it, was last written: a version that is written after a higher one never
    becomes the current one.

    Raises:
        SourceUnreadable: SCHEMA, a table or column of the mapping is missing.
        sqlalchemy.exc.SQLAlchemyError: the database cannot be read.
    """
    schema = endpoint.extra.get("schema")
    tables = {name: table(connection, name, needed, schema) for name, needed in mapping.tables.items()}
    base: sa.FromClause = tables[mapping.table]
    if mapping.query:
        base = _query(connection, f"dialects/{dialect}/{mapping.query}", tables, mapping)
    columns = {normalise(column.name): column for column in base.columns}

    def of(name: str) -> sa.ColumnElement[Any]:
        return columns[normalise(name)]

    time = of(mapping.cursor)
    if mapping.version:
        key = [of(name) for name in mapping.key]
        time = sa.func.max(time).over(partition_by=key, order_by=[of(mapping.version), time])
    read = sa.select(*[of(name) for name in mapping.read], time.label("cd_time"))
    if mapping.only_with:
        read = read.where(of(mapping.only_with).is_not(None))
    return read.subquery("record")


def order(records: sa.Subquery, mapping: FeedMapping) -> list[sa.ColumnElement[Any]]:
    """The order in which the records were written: by time, the versions of one record by their number, then as written."""
    names = [*mapping.key, *([mapping.version] if mapping.version else []), mapping.cursor]
    columns = {normalise(column.name): column for column in records.columns}
    return [records.c.cd_time, *(columns[normalise(name)] for name in names)]


def table(connection: sa.Connection, name: str, needed: list[str], schema: str | None) -> sa.Table:
    """A vendor table as it is, which must have these columns.

    Raises:
        SourceUnreadable: SCHEMA.
    """
    found = front.table(connection, name, schema)
    given = {normalise(column.name) for column in found.columns}
    missing = [column for column in needed if normalise(column) not in given]
    if missing:
        raise SourceUnreadable("SCHEMA", f"前置库表 {name} 没有列 {'、'.join(missing)}")
    return found


def _query(connection: sa.Connection, path: str, tables: dict[str, sa.Table], mapping: FeedMapping) -> sa.FromClause:
    def plain(name: str) -> str:
        """A table of which the query finds the columns under plain names, whatever quotes they were created with."""
        select = sa.select(*(column.label(column.name.lower()) for column in tables[name.upper()].columns))
        return f"({select.compile(connection)})"

    own = tables[mapping.table].columns
    kinds = {normalise(column.name): column.type for column in own}
    types: dict[str, Any] = {name.lower(): kinds[normalise(like)] for name, like in mapping.computed.items()}
    for name, taken in mapping.joined.items():
        wanted = {normalise(column) for column in taken}
        types |= {
            column.name.lower(): column.type for column in tables[name].columns if normalise(column.name) in wanted
        }
    types |= {column.name.lower(): column.type for column in own}
    text = sa.text(warehouse.template(path, table=plain).replace(":", r"\:"))
    return text.columns(**types).subquery("query")
