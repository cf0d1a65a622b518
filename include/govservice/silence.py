"""Gives up a warehouse connection that has gone silent.

The kernel notices a network that drops packets (keepalives, unacknowledged data). It does not notice a proxy or a server that accepts
everything and answers nothing; for that, a second connection asks the server what the first one is doing. A long statement is not
silence: the server says that it is working.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg2
import psycopg2.extensions

from govservice import outside, settings

LOG = logging.getLogger("govservice.silence")
APPLICATION = "silence watch"
WORKING = "working"
ACTIVITY = (settings.SQL / "ops/read/backend_activity.sql").read_text(encoding="utf-8")


def connection_options() -> dict[str, Any]:
    """Parameters of libpq by which a connection that gets no answer is given up, from the one setting GOVSERVICE_SILENCE_SECONDS."""
    seconds = settings.silence_seconds()
    return {
        "connect_timeout": min(outside.CONNECT_SECONDS, max(2, seconds)),
        "keepalives_idle": max(1, seconds // 3),
        "keepalives_interval": max(1, seconds // 6),
        "keepalives_count": 3,
        "tcp_user_timeout": seconds * 1000,
        # Waiting for another's lock and holding locks without working have an end too; the server sees to both.
        "options": f"-c timezone=Asia/Shanghai -c lock_timeout={settings.lock_seconds()}s"
        f" -c idle_in_transaction_session_timeout={10 * seconds}s",
    }


@contextmanager
def watched(connection: psycopg2.extensions.connection, url: str) -> Iterator[None]:
    """While a statement runs: cut its connection once the server waits for us, or cannot be asked, for half to all of the seconds.

    The statement then fails with OperationalError; the server's half of the connection, which may hold locks, is ended where it can
    be reached.
    """
    watch = _Watch(connection, url)
    watch.start()
    try:
        yield
    finally:
        watch.end()


class _Watch(threading.Thread):
    """Looks twice within the seconds of silence; the same answer twice, other than `working`, is silence."""

    def __init__(self, connection: psycopg2.extensions.connection, url: str) -> None:
        super().__init__(daemon=True, name=APPLICATION)
        self._connection, self._url = connection, url
        self._pid = connection.get_backend_pid()
        self._interval = settings.silence_seconds() / 2
        self._is_over = threading.Event()
        self._turn = threading.Lock()

    def end(self) -> None:
        """The statement has ended: nothing is cut any more."""
        with self._turn:
            self._is_over.set()

    def run(self) -> None:
        """Look until the statement ends or is cut."""
        seen = WORKING
        while not self._is_over.wait(self._interval):
            now = self._look()
            if now == seen != WORKING:
                self._cut(now)
                return
            seen = now

    def _look(self) -> str:
        try:
            found = self._ask(ACTIVITY)
        except psycopg2.OperationalError:
            return "unreachable"
        return found[0] if found else "gone"

    def _cut(self, seen: str) -> None:
        with self._turn:
            if self._is_over.is_set():
                return
            LOG.warning("数据库 %d 秒以上没有应答（%s），断开连接", self._interval, seen)
            with outside.duplicate(self._connection) as line:
                outside.shut(line)
        with suppress(psycopg2.Error):
            self._ask("SELECT pg_terminate_backend(%(pid)s)")

    def _ask(self, query: str) -> tuple[Any, ...] | None:
        link = psycopg2.connect(self._url, application_name=APPLICATION, **connection_options())
        try:
            link.autocommit = True
            with link.cursor() as cursor:
                cursor.execute(query, {"pid": self._pid})
                return cursor.fetchone()
        finally:
            link.close()
