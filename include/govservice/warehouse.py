"""The warehouse as a place: connections, SQL files, and the installation of every object in it."""

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import jinja2
import psycopg2
import psycopg2.extensions
import psycopg2.sql

from govservice import contract, settings

Connection = psycopg2.extensions.connection
Cursor = psycopg2.extensions.cursor

ROLES = ("pipeline", "portal_reader", "analyst")
TABLE = re.compile(r"CREATE TABLE IF NOT EXISTS (\S+) ([^;]+);")


class WarehouseError(RuntimeError):
    """The database refused a statement: SQLSTATE and primary message only, because details can hold a record's values."""


@contextmanager
def transaction(url: str, application: str = "govservice") -> Iterator[Cursor]:
    """One transaction on a connection of its own: committed at the end, rolled back on any error.

    Args:
        url: libpq URL, "postgresql://user:password@host:port/database".
        application: name shown in pg_stat_activity.

    Raises:
        WarehouseError: instead of any database error, without its details.
    """
    connection = connect(url, application)
    try:
        with connection, connection.cursor() as cursor:
            yield cursor
    except psycopg2.Error as error:
        raise WarehouseError(f"数据库拒绝执行（SQLSTATE {error.pgcode}）：{_said(error)}") from None
    finally:
        connection.close()


def _said(error: psycopg2.Error) -> str:
    """The primary message, unless it is one that quotes the value (class 22, data exception)."""
    if (error.pgcode or "").startswith("22"):
        return "一个值不合类型或范围"
    return error.diag.message_primary or "连接中断"


def connect(url: str, application: str = "govservice") -> Connection:
    """A connection in Shanghai time; the caller closes it.

    Raises:
        WarehouseError: the server cannot be reached or refuses the login.
    """
    try:
        return psycopg2.connect(url, application_name=application, options="-c timezone=Asia/Shanghai")
    except psycopg2.OperationalError as error:
        raise WarehouseError(f"连不上数据库：{str(error).strip().splitlines()[0]}") from None


@cache
def statement(path: str) -> str:
    """The text of one SQL file below sql/, to be executed with named parameters."""
    return (settings.SQL / path).read_text(encoding="utf-8")


def template(path: str, feed: str | None = None, **values: Any) -> str:
    """The text of one SQL template below sql/, written out from the contract; for one feed where it speaks of `feed`."""
    feeds = contract.feeds()
    return _templates().get_template(path).render(feeds=feeds, feed=feeds[feed] if feed else None, **values)


@cache
def _templates() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(settings.SQL),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )


def rows(cursor: Cursor, query: str, parameters: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    """All rows of a query as dictionaries."""
    cursor.execute(query, parameters)
    names = [column.name for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def install(url: str, passwords: dict[str, str]) -> None:
    """Create or bring up to date every schema, function, table, view and role; costs one query when nothing has changed.

    Args:
        url: of a superuser on the warehouse database.
        passwords: of the login roles named in ROLES.

    Raises:
        WarehouseError: a table that is there was made in another shape by another edition; nothing is changed.
    """
    statements = list(_installation())
    tables = {name: _digest(" ".join(shape.split())) for name, shape in TABLE.findall("\n".join(statements))}
    edition = json.dumps({"all": _digest("\n".join(statements)), "tables": tables})
    with transaction(url, "install") as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('install'))")
        for role in ROLES:
            _create_role(cursor, role, passwords[role])
        cursor.execute("SELECT obj_description(to_regnamespace('ops'), 'pg_namespace')")
        (present,) = cursor.fetchone() or (None,)
        if present == edition:
            return
        if present:
            _refuse_other_shapes(json.loads(present)["tables"] if present.startswith("{") else {}, tables)
        for text in statements:
            cursor.execute(text)
        cursor.execute("COMMENT ON SCHEMA ops IS %s", (edition,))


def _refuse_other_shapes(present: dict[str, str], tables: dict[str, str]) -> None:
    changed = [name for name, digest in tables.items() if present.get(name, digest) != digest]
    if changed or not present:  # an edition that did not note the shapes of its tables is another one
        raise WarehouseError(
            f"库里的表 {'、'.join(changed)} 是另一版本建的，结构与本版本不同，没有改动；演示数据用 make clean 删除后重来，"
            "正式数据先备份，按 sql/ 里的新结构改好这些表，再执行 COMMENT ON SCHEMA ops IS NULL 后重新安装"
        )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def set_target(url: str, target: int) -> None:
    """Set the number, of cases and of ratings alike, that the tallies are compared with."""
    with transaction(url, "install") as cursor:
        cursor.execute("UPDATE ops.setting SET value = %s WHERE name IN ('case_target', 'rating_target')", (target,))


def _installation() -> Iterator[str]:
    """Every statement of the installation, in the order of sql/install.txt."""
    for line in statement("install.txt").splitlines():
        path, _, each = line.split("#")[0].strip().partition(" ")
        if each == "for each feed":
            yield from (template(path, feed) for feed in contract.feeds())
        elif path.endswith(".j2"):
            yield template(path)
        elif path:
            yield statement(path)


def _create_role(cursor: Cursor, role: str, password: str) -> None:
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,))
    verb = "ALTER" if cursor.fetchone() else "CREATE"
    cursor.execute(
        psycopg2.sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}").format(
            psycopg2.sql.SQL(verb), psycopg2.sql.Identifier(role), psycopg2.sql.Literal(password)
        )
    )
