"""Values as their database shows them, written by the database itself: what a driver would make of them decides nothing.

A time is written yyyy-MM-dd HH:mm:ss in Shanghai, without fractions, and as the database writes it where that is no such time
(infinity, 0000-00-00, before Christ, a year of five digits). Bytes are written in hexadecimal behind \\x.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import mysql, oracle, postgresql

Column = sa.ColumnElement[Any]

_ORACLE_TIME = "SYYYY-MM-DD HH24:MI:SS"  # S: the sign of a year before Christ; a blank otherwise
_ORACLE_LARGE = (sa.Text, sa.LargeBinary, oracle.BFILE)


def shown(column: Column, dialect: str) -> Column:
    """What the database is asked for to have a column as text, under the column's name.

    Args:
        column: of a table or subquery, with its reflected type.
        dialect: postgresql, mysql or oracle, as SQLAlchemy calls them.
    """
    text = {"postgresql": _postgresql, "mysql": _mysql, "oracle": _oracle}[dialect](column)
    return column if text is column else text.label(column.name)  # type: ignore[attr-defined]


def is_binary(column: Column) -> bool:
    """Whether a column holds bytes."""
    try:
        return _kind(column).python_type is bytes
    except NotImplementedError:
        return False


def content_order(columns: Sequence[Column], dialect: str) -> list[Column]:
    """An order in which rows that differ at all have a place of their own."""
    if dialect == "postgresql":
        return [column if _is_plain(column) else sa.cast(column, sa.Text) for column in columns]
    if dialect == "oracle":
        return [column for column in columns if not isinstance(column.type, _ORACLE_LARGE)]
    # One short key: MySQL's collations hold different texts equal, and keys as wide as the rows do not fit its sort buffer.
    filled = [sa.func.coalesce(shown(column, dialect), "") for column in columns]
    return [sa.func.md5(sa.func.concat_ws("\x1f", *filled))]


def _kind(column: Column) -> sa.types.TypeEngine[Any]:
    return column.type.data_type if isinstance(column.type, postgresql.DOMAIN) else column.type


def _is_plain(column: Column) -> bool:
    """Whether PostgreSQL can order the column as it is; it cannot order json, xml or points."""
    return isinstance(_kind(column), (sa.String, sa.Numeric, sa.Float, sa.Integer, sa.DateTime, sa.Date, sa.Boolean))


def _postgresql(column: Column) -> Column:
    """COPY writes everything as text by itself."""
    kind = _kind(column)
    if isinstance(kind, sa.Boolean):
        return sa.cast(column, sa.Text)
    if not isinstance(kind, sa.DateTime):
        return column
    local = sa.func.timezone("Asia/Shanghai", column) if kind.timezone else column
    return local if getattr(kind, "precision", None) == 0 else sa.func.date_trunc("second", local)


def _mysql(column: Column) -> Column:
    kind = column.type
    if is_binary(column) or isinstance(kind, sa.types.NullType):
        return column
    if isinstance(kind, mysql.BIT):
        return sa.cast(sa.type_coerce(column, sa.Integer) + 0, sa.CHAR)
    text = sa.cast(column, sa.CHAR)
    return sa.func.left(text, 19) if isinstance(kind, sa.DateTime) else text


def _oracle(column: Column) -> Column:
    kind = column.type
    if isinstance(kind, sa.DateTime):
        has_zone = kind.timezone or getattr(kind, "local_timezone", False)
        local = column.op("AT TIME ZONE")("Asia/Shanghai") if has_zone else column
        return sa.func.ltrim(sa.func.to_char(local, _ORACLE_TIME))
    if isinstance(kind, (sa.Numeric, sa.Float, sa.Integer)):
        # Oracle leaves out the zero before the point.
        text = sa.func.to_char(column, "TM9", "NLS_NUMERIC_CHARACTERS='.,'")
        return sa.func.regexp_replace(text, "^(-?)[.]", r"\10.")
    return sa.func.to_char(column) if isinstance(kind, oracle.INTERVAL) else column
