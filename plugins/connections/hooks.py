"""What Airflow's button “test connection” does: the same as `make check-source`, for the sources that use the connection."""

import subprocess
import sys
from typing import Any

from airflow.providers.postgres.hooks.postgres import PostgresHook
from airflow.sdk import BaseHook

from endpoints import endpoint, endpoint_or_none
from govservice import settings
from govservice.contract import register

SECONDS = 300


def check_sources(connection_id: str) -> tuple[bool, str] | None:
    """Look at the first records of every source that uses a connection; None where no source does.

    Airflow tests a connection under a name of its own, so that the sources are those whose connection says the same.

    Returns:
        Whether all of them can be read, and what `make check-source` prints.
    """
    tested = endpoint(connection_id)
    answers = [
        _check(source.id) for source in register.load().values() if endpoint_or_none(source.connection) == tested
    ]
    return (all(well for well, _ in answers), "\n".join(text for _, text in answers)) if answers else None


def _check(source_id: str) -> tuple[bool, str]:
    # A process of its own: what it imports and the records it reads would stay in the API server's memory.
    command = [sys.executable, "-m", "check_source", source_id]
    try:
        # What it says on stderr goes to the API server's log.
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return (
            False,
            f"来源 {source_id} {SECONDS} 秒内没有检查完（正在质检时要等质检结束）；可以用 make check-source 再试",
        )
    return done.returncode == 0, done.stdout.strip() or f"来源 {source_id} 没有检查成，原因见 API 服务的日志"


class SourceHook(BaseHook):
    """A connection that only sources use."""

    conn_name_attr = "conn_id"

    def __init__(self, conn_id: str) -> None:
        """Args: the connection's id."""
        super().__init__()
        self.conn_id = conn_id

    def test_connection(self) -> tuple[bool, str]:
        """Look at the first records of the sources that use the connection."""
        path = settings.sources_path()
        unused = (
            f"没有来源使用这个连接。请先在登记表 {path} 的 connection 里写上它；"
            "已经写了的，是连接文件或环境变量里另有一份同名连接，收数用的是那一份"
        )
        return check_sources(self.conn_id) or (False, unused)


class Http(SourceHook):
    """An HTTP source."""

    conn_type, hook_name = "http", "HTTP 接口"


class Mysql(SourceHook):
    """A front database on MySQL."""

    conn_type, hook_name = "mysql", "MySQL 前置库"


class Oracle(SourceHook):
    """A front database on Oracle."""

    conn_type, hook_name = "oracle", "Oracle 前置库"


class Fs(SourceHook):
    """A drop folder."""

    conn_type, hook_name = "fs", "投递目录"


class Postgres(PostgresHook):
    """A front database on PostgreSQL, or the warehouse; all else is as in Airflow's own hook, which operators ask for by this type."""

    hook_name = "PostgreSQL"

    def test_connection(self) -> Any:
        """Look at the first records of the sources that use the connection; ask the database for an answer where none does."""
        return check_sources(self.get_conn_id()) or super().test_connection()
