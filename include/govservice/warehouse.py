"""The warehouse as a place: connections, and the statements of sql/."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import jinja2
import psycopg2
import psycopg2.extensions

from govservice import contract, settings, silence

Connection = psycopg2.extensions.connection
Cursor = psycopg2.extensions.cursor

LOG = logging.getLogger("govservice.sql")
ROLES = ("pipeline", "portal_reader", "analyst")


class WarehouseError(RuntimeError):
    """The database refused a statement: SQLSTATE and primary message only, because details can hold a record's values."""


class WatchedConnection(Connection):
    """A connection that is given up when the server falls silent in mid statement (govservice.silence)."""

    url: str

    def cursor(self, *arguments: Any, **options: Any) -> Any:
        """A cursor whose statements are watched."""
        return super().cursor(*arguments, **{"cursor_factory": WatchedCursor, **options})

    def commit(self) -> None:
        """End the transaction; what the server did is unknown if it does not answer."""
        with silence.watched(self, self.url):
            super().commit()

    def rollback(self) -> None:
        """Undo the transaction."""
        with silence.watched(self, self.url):
            super().rollback()


class WatchedCursor(Cursor):
    """Watches each statement and, by setting, logs it: its duration, its rows and how it begins. Values are parameters and not logged."""

    connection: WatchedConnection

    def execute(self, query: Any, vars: Any = None) -> None:
        """Run a statement."""
        with self._watched(query):
            super().execute(query, vars)

    def executemany(self, query: Any, vars_list: Any) -> None:
        """Run a statement for each set of values."""
        with self._watched(query):
            super().executemany(query, vars_list)

    def copy_expert(self, sql: Any, file: Any, size: int = 8192) -> None:
        """Run a COPY."""
        with self._watched(sql):
            super().copy_expert(sql, file, size)

    @contextmanager
    def _watched(self, query: Any) -> Iterator[None]:
        started = time.monotonic()
        try:
            with silence.watched(self.connection, self.connection.url):
                yield
        finally:
            if settings.logs_sql():
                _log(str(query), time.monotonic() - started, self.rowcount)


def _log(text: str, seconds: float, row_count: int) -> None:
    """Log a statement that has ended: a file of sql/ by its question, another one by its beginning."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    question = next((line for line in lines if line.startswith("-- Question:")), " ".join(lines))
    LOG.info("%.3f 秒，%s 行：%s", seconds, row_count, question.removeprefix("-- Question: ")[:160])


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
        raise refusal(error) from None
    finally:
        connection.close()


def refusal(error: psycopg2.Error) -> WarehouseError:
    """What the database refused: its primary message, unless it is one that quotes the value (class 22, data exception)."""
    if error.pgcode is None:
        return WarehouseError("数据库连接中断，或不再应答")
    reason = "一个值不合类型或范围" if error.pgcode.startswith("22") else error.diag.message_primary
    if isinstance(error, psycopg2.errors.LockNotAvailable):
        reason = f"等了 {settings.lock_seconds()} 秒，另一个步骤仍占着（{reason}）；等它结束或中止它，再重试"
    return WarehouseError(f"数据库拒绝执行（SQLSTATE {error.pgcode}）：{reason}")


def connect(url: str, application: str = "govservice") -> Connection:
    """A connection in Shanghai time, given up when the server falls silent; the caller closes it.

    Raises:
        WarehouseError: the server cannot be reached or refuses the login.
    """
    try:
        connection: WatchedConnection = psycopg2.connect(
            url, connection_factory=WatchedConnection, application_name=application, **silence.connection_options()
        )
    except psycopg2.OperationalError as error:
        raise WarehouseError(f"连不上数据库：{str(error).strip().splitlines()[0]}") from None
    connection.url = url
    return connection


@contextmanager
def lock(url: str, name: str) -> Iterator[None]:
    """Hold a lock of the whole warehouse over several transactions; whoever else wants it waits. A lost connection gives it up.

    Raises:
        WarehouseError: it was not to be had in the seconds of the setting GOVSERVICE_LOCK_SECONDS.
    """
    connection = connect(url, f"{name} lock")
    try:
        connection.autocommit = True
        try:
            connection.cursor().execute("SELECT pg_advisory_lock(hashtext(%s))", (name,))
        except psycopg2.Error as error:
            raise refusal(error) from None
        yield
    finally:
        connection.close()


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


def ask(cursor: Cursor, question: str, **parameters: Any) -> list[dict[str, Any]]:
    """All rows of sql/questions/<question>.sql: what portal, report and exports ask, one file per answer, used by all of them."""
    return rows(cursor, statement(f"questions/{question}.sql"), parameters or None)
