"""A front database as a place: how it is connected to, how long it is waited for, and what its errors are called."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql.base import PGInspector

from govservice import outside, settings
from govservice.collecting.protocol import Endpoint, SourceUnreadable
from govservice.collecting.records import normalise

DRIVERS = {"postgres": "postgresql+psycopg2", "mysql": "mysql+pymysql", "oracle": "oracle+oracledb"}
GRACE_SECONDS = 2  # by which the client waits longer than the server, which should say itself that it is too slow

# By these MySQL, MariaDB and Oracle refuse what is not there or not granted, whatever class the driver makes of them.
_REFUSALS = {1044, 1054, 1109, 1142, 1143, 1146, 1227, 1356, 1370, "ORA-00904", "ORA-00942", "ORA-01031"}


@contextmanager
def opened(endpoint: Endpoint) -> Iterator[sa.Engine]:
    """The front database for a while.

    Raises:
        SourceUnreadable: DRIVER, HOST, UNREACHABLE, SCHEMA, QUERY or DEADLINE: what went wrong in it, without its values.
    """
    engine = _engine(endpoint)
    try:
        yield engine
    except _errors(engine) as error:
        raise _unreadable(error) from None
    finally:
        engine.dispose()


@contextmanager
def snapshot(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A read-only connection on which the declared number and the rows come from the same moment; it has the seconds of a feed.

    Raises:
        SourceUnreadable: DEADLINE.
    """
    until = time.monotonic() + settings.front_seconds()
    try:
        with engine.connect() as connection:
            yield _reading(connection).execution_options(until=until)
    except _errors(engine):
        if time.monotonic() < until:
            raise
        raise _too_slow() from None


def require_time(connection: sa.Connection) -> None:
    """See that a snapshot still has time: MySQL measures each statement by itself, Oracle each answer, the last of which may end later.

    Raises:
        SourceUnreadable: DEADLINE.
    """
    if time.monotonic() >= connection.get_execution_options()["until"]:
        raise _too_slow()


def _too_slow() -> SourceUnreadable:
    seconds = settings.front_seconds()
    return SourceUnreadable("DEADLINE", f"前置库 {seconds} 秒没有答完：表被锁、视图太慢或网络不通")


def table(connection: sa.Connection, name: str, schema: str | None) -> sa.Table:
    """Whatever can be read like a table under this name, in any case, with or without underscores (UP_PRO_SPECIAL_PROCEDURE).

    Raises:
        SourceUnreadable: SCHEMA.
    """
    known = sa.inspect(connection)
    found = [*known.get_table_names(schema), *known.get_view_names(schema)]
    if connection.dialect.name != "mysql":
        found += known.get_materialized_view_names(schema)
    if isinstance(known, PGInspector):
        found += known.get_foreign_table_names(schema)
    alike = [one for one in found if normalise(one) == normalise(name)]
    chosen = name.lower() if name.lower() in alike or not alike else min(alike)
    try:
        columns = known.get_columns(chosen, schema)
    except (sa.exc.NoSuchTableError, sa.exc.UnreflectableTableError):  # the latter: a view of what is gone
        raise SourceUnreadable("SCHEMA", f"前置库没有表 {name}，或账号无权读它") from None
    return sa.Table(chosen, sa.MetaData(), *(sa.Column(one["name"], one["type"]) for one in columns), schema=schema)


def _engine(endpoint: Endpoint) -> sa.Engine:
    if endpoint.kind not in DRIVERS:
        raise SourceUnreadable("DRIVER", f"连接的类型是“{endpoint.kind}”")
    seconds = settings.front_seconds()
    try:
        engine = sa.create_engine(
            url(endpoint), pool_size=1, hide_parameters=True, connect_args=_waiting(endpoint.kind, seconds)
        )
    except ModuleNotFoundError as error:
        raise SourceUnreadable("DRIVER", f"没有安装 {error.name}") from None
    sa.event.listen(engine, "do_connect", partial(_to_checked_address, endpoint))
    sa.event.listen(engine, "do_connect", partial(_connect, min(outside.CONNECT_SECONDS, seconds)))
    # Before SQLAlchemy's own first questions.
    sa.event.listen(engine, "connect", lambda connection, _: _SETTINGS[endpoint.kind](connection, seconds), insert=True)
    if endpoint.kind == "postgres":  # the other drivers have a time limit of their own for every answer
        _watch(engine, seconds + GRACE_SECONDS)
    return engine


def _to_checked_address(endpoint: Endpoint, dialect: sa.Dialect, record: Any, arguments: Any, options: Any) -> None:
    """Connect only where the connection may lead; PostgreSQL to the very addresses that were looked at."""
    try:
        addresses = outside.addresses(endpoint.host, endpoint.port, outside.CONNECT_SECONDS)
    except outside.AddressRefused as error:
        raise SourceUnreadable("HOST", str(error)) from None
    except (OSError, outside.DeadlinePassed) as error:
        raise SourceUnreadable("UNREACHABLE", f"前置库的主机名解析不了（{type(error).__name__}）") from None
    if endpoint.kind == "postgres":
        options |= {"host": ",".join([endpoint.host] * len(addresses)), "hostaddr": ",".join(addresses)}


def url(endpoint: Endpoint) -> sa.URL:
    """Where the database is. An Oracle is named by its SID, or by extra `service_name`."""
    service = endpoint.extra.get("service_name") if endpoint.kind == "oracle" else None
    return sa.URL.create(
        DRIVERS[endpoint.kind],
        endpoint.login,
        endpoint.password,
        endpoint.host,
        endpoint.port,
        None if service else endpoint.database,
        {"service_name": service} if service else {},
    )


def _connect(seconds: int, dialect: sa.Dialect, _: Any, arguments: Any, options: Any) -> Any:
    """Connect within so many seconds; not every driver has a setting for that."""
    try:
        return outside.within(seconds + GRACE_SECONDS, lambda: dialect.connect(*arguments, **options))
    except outside.DeadlinePassed:
        raise SourceUnreadable("UNREACHABLE", f"前置库 {seconds} 秒没有应答") from None


def _waiting(kind: str, seconds: int) -> dict[str, Any]:
    """How long the driver waits for a connection and for each answer."""
    connecting = min(outside.CONNECT_SECONDS, seconds)
    if kind == "postgres":
        return {"connect_timeout": connecting, "tcp_user_timeout": 1000 * (seconds + GRACE_SECONDS)}
    if kind == "mysql":
        return {"connect_timeout": connecting, "read_timeout": seconds + GRACE_SECONDS}
    return {"tcp_connect_timeout": connecting}


def _set_postgres(connection: Any, seconds: int) -> None:
    # A server that does not know the encoding of its texts hands over its bytes as they are if it is asked for LATIN1.
    knows_none = connection.info.parameter_status("server_encoding") == "SQL_ASCII"
    connection.set_client_encoding("LATIN1" if knows_none else "UTF8")
    with connection.cursor() as cursor:
        cursor.execute("SET TIME ZONE 'Asia/Shanghai'; SET DateStyle = 'ISO, YMD'; SET bytea_output = 'hex'")
        cursor.execute("SELECT set_config('statement_timeout', %s, false)", (str(1000 * seconds),))
    connection.commit()


def _set_mysql(connection: Any, seconds: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET time_zone = '+08:00', lock_wait_timeout = %s", (seconds,))
        cursor.execute("SELECT version()")
        if "MariaDB" in cursor.fetchone()[0]:
            cursor.execute("SET max_statement_time = %s", (seconds,))
        else:
            cursor.execute("SET max_execution_time = %s", (1000 * seconds,))


def _set_oracle(connection: Any, seconds: int) -> None:
    connection.call_timeout = 1000 * seconds
    with connection.cursor() as cursor:
        cursor.execute("ALTER SESSION SET TIME_ZONE = 'Asia/Shanghai' NLS_CALENDAR = 'GREGORIAN'")


# Times with a zone are shown, and windows compared, as Shanghai's, wherever the server stands; the server ends what takes too long.
_SETTINGS = {"postgres": _set_postgres, "mysql": _set_mysql, "oracle": _set_oracle}


def _reading(connection: sa.Connection) -> sa.Connection:
    level = "SERIALIZABLE" if connection.dialect.name == "oracle" else "REPEATABLE READ"
    if connection.dialect.name == "postgresql":
        return connection.execution_options(isolation_level=level, postgresql_readonly=True)
    if connection.dialect.name == "mysql":
        connection.exec_driver_sql("SET SESSION TRANSACTION READ ONLY")
        connection.rollback()
    return connection.execution_options(isolation_level=level)


def _watch(engine: sa.Engine, seconds: int) -> None:
    """Shut the socket of a connection that is used for longer: libpq alone waits for ever for a server that has fallen silent."""
    watched: list[tuple[threading.Timer, socket.socket]] = []

    def begin(connection: Any, *_: Any) -> None:
        end()
        line = outside.duplicate(connection)
        watch = threading.Timer(seconds, outside.shut, [line])
        watch.daemon = True
        watch.start()
        watched.append((watch, line))

    def end(*_: Any) -> None:
        while watched:
            watch, line = watched.pop()
            watch.cancel()
            watch.join()
            line.close()

    sa.event.listen(engine, "connect", begin, insert=True)
    sa.event.listen(engine, "checkout", begin)
    sa.event.listen(engine, "checkin", end)
    sa.event.listen(engine, "engine_disposed", end)  # a connection that failed at once was never checked in


def _errors(engine: sa.Engine) -> tuple[type[Exception], ...]:
    """Everything that a driver raises, by SQLAlchemy or past it."""
    return sa.exc.SQLAlchemyError, engine.dialect.loaded_dbapi.Error, UnicodeError


def _unreadable(error: Exception) -> SourceUnreadable:
    cause = getattr(error, "orig", None) or error
    first = cause.args[0] if cause.args else None
    kinds = {base.__name__ for base in type(cause).__mro__}
    if "ProgrammingError" in kinds or getattr(first, "full_code", first) in _REFUSALS:
        return SourceUnreadable("SCHEMA", "前置库拒绝了查询：表或列已改名，或账号无权读")
    if kinds & {"OperationalError", "InterfaceError"}:
        return SourceUnreadable("UNREACHABLE", f"前置库连不上或中途断开（{type(error).__name__}）")
    return SourceUnreadable("QUERY", f"前置库答不出查询（{type(error).__name__}）")
