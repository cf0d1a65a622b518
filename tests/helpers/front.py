"""A 前置库 for tests: a database of its own with the national tables and those of ratings, filled row by row, read by a role that may only read."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import connection

import cases
from deliveries import SOURCES
from govservice import contract
from govservice.collecting.collect import Collected, collect
from govservice.collecting.protocol import Endpoint
from stack.postgres import Cluster
from warehouses import Warehouse

SOURCE = SOURCES["qinhan_centre"]
DELIVERY = {"CD_operation": "I", "CD_batch": "1"}
READER, PASSWORD = "front_reader_of_tests", "only-reads-the-front"


class Front:
    """A front database with an empty table for every feed of cases and ratings in schema public."""

    def __init__(self, cluster: Cluster, database: str) -> None:
        cluster.ensure_database(database)
        self.cluster, self.database = cluster, database
        self.link = self.connect()
        self.link.autocommit = True
        self.execute(
            "DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO PUBLIC;"
            f"DO $$ BEGIN CREATE ROLE {READER} LOGIN PASSWORD '{PASSWORD}'; EXCEPTION WHEN duplicate_object THEN END $$"
        )
        for feed in (*contract.feeds_in("case"), *contract.feeds_in("rating")):
            columns = [
                f"{field.name} {'timestamp(0)' if field.kind == 'datetime' else 'text'}"
                for field in contract.feeds()[feed].fields
            ]
            self.execute(f"CREATE TABLE {contract.feeds()[feed].table} ({', '.join(columns)})")
        self.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {READER}")

    def connect(self) -> connection:
        """Another connection of the source's own software."""
        return psycopg2.connect(self.cluster.url(self.database, driver="postgresql"))

    def execute(self, statement: str) -> None:
        """Change the front database."""
        with self.link.cursor() as cursor:
            cursor.execute(statement)

    def write(self, feed: str, records: Iterable[dict[str, Any]], link: connection | None = None) -> None:
        """Insert records by national field names."""
        names = {field.national: field.name for field in contract.feeds()[feed].fields}
        with (link or self.link).cursor() as cursor:
            for record in records:
                cursor.execute(
                    sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
                        sql.Identifier(contract.feeds()[feed].table.lower()),
                        sql.SQL(", ").join(sql.Identifier(names[name]) for name in record),
                        sql.SQL(", ").join(sql.Placeholder() * len(record)),
                    ),
                    list(record.values()),
                )

    def endpoint(self, password: str = PASSWORD, **parts: Any) -> Endpoint:
        """How the source is connected to."""
        known = {"kind": "postgres", "host": "127.0.0.1", "port": self.cluster.port, "database": self.database}
        return Endpoint(**{**known, "login": READER, "password": password, **parts})


def accept(case_no: str, at: str, **changes: Any) -> dict[str, Any]:
    """An accept row as the source writes it."""
    return {**cases.accept(case_no, **changes), **DELIVERY, "CD_time": at}


def pull(warehouse: Warehouse, front: Front, day: int = 10, full: bool = False) -> Collected:
    """Collect the source up to a day of September."""
    return collect(warehouse.url, SOURCE, front.endpoint(), date(2021, 9, day), "run", full)
