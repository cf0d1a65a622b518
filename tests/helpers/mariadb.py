"""A throw-away MariaDB server, and a front database on it with the national tables, read by a user that may only read."""

import getpass
import os
import shutil
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pymysql

from front import PASSWORD, READER
from govservice import contract
from govservice.collecting.protocol import Endpoint
from stack.port import remembered_port

START_SECONDS = 60
PROGRAMS = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/usr/bin"


def is_installed() -> bool:
    """Whether there is a MariaDB server on this machine (make mariadb)."""
    return all(shutil.which(name, path=PROGRAMS) for name in ("mariadbd", "mariadb-install-db"))


class Server:
    """A server in UTC on a free port of 127.0.0.1; whoever can read its folder is its administrator."""

    def __init__(self, home: Path) -> None:
        self.socket, self.port = home / "socket", remembered_port(home / "port")
        settings = [
            *("--no-defaults", f"--datadir={home / 'data'}", f"--socket={self.socket}", f"--user={getpass.getuser()}"),
        ]
        subprocess.run(
            ["mariadb-install-db", *settings, "--auth-root-authentication-method=normal", "--skip-test-db"],
            env={**os.environ, "PATH": PROGRAMS}, check=True, capture_output=True,
        )  # fmt: skip
        with (home / "log").open("wb") as log:
            self.process = subprocess.Popen(
                ["mariadbd", *settings, "--bind-address=127.0.0.1", f"--port={self.port}", "--default-time-zone=+00:00",
                 "--innodb-flush-log-at-trx-commit=0", f"--pid-file={home / 'pid'}"],
                env={**os.environ, "PATH": PROGRAMS}, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self.connect().close()
                return
            except pymysql.err.OperationalError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError((home / "log").read_text()) from None
                time.sleep(0.1)

    def connect(self, **parts: Any) -> "pymysql.Connection[Any]":
        """A connection of the administrator."""
        return pymysql.connect(unix_socket=str(self.socket), user="root", autocommit=True, **parts)

    def stop(self) -> None:
        """Stop the server."""
        self.process.terminate()
        self.process.wait()


class MariaFront:
    """A front database with an empty table for every feed of cases and ratings."""

    def __init__(self, server: Server) -> None:
        self.server, self.database = server, "front_of_tests"
        self.link = server.connect()
        self.execute(f"DROP DATABASE IF EXISTS {self.database}")
        self.execute(f"CREATE DATABASE {self.database} CHARACTER SET utf8mb4")
        self.execute(f"CREATE USER IF NOT EXISTS {READER} IDENTIFIED BY '{PASSWORD}'")
        self.execute(f"GRANT SELECT, SHOW VIEW ON {self.database}.* TO {READER}")
        self.link.select_db(self.database)
        for feed in (*contract.feeds_in("case"), *contract.feeds_in("rating")):
            columns = [
                f"{field.name} {'datetime' if field.kind == 'datetime' else 'text'}"
                for field in contract.feeds()[feed].fields
            ]
            self.execute(f"CREATE TABLE {contract.feeds()[feed].table} ({', '.join(columns)})")

    def execute(self, statement: str, values: Any = None) -> None:
        """Change the front database."""
        with self.link.cursor() as cursor:
            cursor.execute(statement, values)

    def write(self, feed: str, records: Iterable[dict[str, Any]]) -> None:
        """Insert records by national field names."""
        names = {field.national: field.name for field in contract.feeds()[feed].fields}
        for record in records:
            columns = ", ".join(f"`{names[name]}`" for name in record)
            places = ", ".join(["%s"] * len(record))
            self.execute(
                f"INSERT INTO {contract.feeds()[feed].table} ({columns}) VALUES ({places})", list(record.values())
            )

    def endpoint(self, **parts: Any) -> Endpoint:
        """How the source is connected to."""
        known = {"kind": "mysql", "host": "127.0.0.1", "port": self.server.port, "database": self.database}
        return Endpoint(**{**known, "login": READER, "password": PASSWORD, **parts})
